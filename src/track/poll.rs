//! One source, asked once: fetch, read, compare, write, carry out.
//!
//! Owns when it is asked again, and the log of it. Invariants: the network comes before the transaction; whoever polls has taken the
//! source, and gives it back whatever happens.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    fetch::{Ask, BYTES, Document, Unfetched, fetch},
    write::{Got, write},
};
use crate::{
    commands::{
        CommandError, Services,
        proposals::accept::{Accept, accept},
        sources::{find_for, not_found},
    },
    domain::{
        dates::instant,
        role::{Caller, Office, Role},
        source::Source,
    },
    guard::Guard,
    ids::sha256_hex,
    store::{
        self,
        source_entries::Fetch,
        sources::{Row, settings},
    },
    transfer::upstream::{self, By},
};

/// However well a source answers that nothing is new, once in so long it is read as a whole: time alone shows more of events that
/// repeat.
const ANEW: TimeDelta = TimeDelta::days(7);

/// Reading a document takes no longer: limits bound it to a few seconds on a machine that does nothing else.
const READING: Duration = Duration::from_secs(10);

/// What is said of a source that somebody polls.
const BEING_POLLED: &str = "is being polled; wait until that is done";

/// Whether a source was not asked since somebody else asks it.
#[must_use]
pub fn is_being_polled(error: &CommandError) -> bool {
    matches!(error, CommandError::Conflict(why) if why.ends_with(BEING_POLLED))
}

/// How a source is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Poll {
    /// Whether somebody says that what it holds now is all, though entries are missing.
    pub confirmed: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Polled {
    /// The line of the log.
    pub fetch: Fetch,
    /// Proposals that were carried out, since the source is trusted with them.
    pub carried_out: usize,
}

impl Polled {
    /// As the API answers it.
    #[must_use]
    pub fn shown(&self) -> Value {
        let mut shown = shown(&self.fetch);
        shown["carried_out"] = json!(self.carried_out);
        shown
    }
}

/// A line of the log, as the API answers it.
#[must_use]
pub fn shown(fetch: &Fetch) -> Value {
    let notes: Vec<&str> = fetch.detail.lines().collect();
    json!({
        "id": fetch.id, "source": fetch.source_id, "at": instant::text(fetch.at), "took_ms": fetch.took_ms,
        "outcome": fetch.outcome, "status": fetch.status, "bytes": fetch.bytes, "entries": fetch.entries,
        "proposals": fetch.proposals, "unread": fetch.unread, "notes": notes,
    })
}

/// Asks a source that was taken (`store::sources::take`).
///
/// # Errors
/// When the database fails; whatever the source does is an outcome.
pub async fn poll(
    services: &Services,
    guard: &Guard,
    taken: Row,
    asker: Option<Caller>,
    how: Poll,
) -> Result<Polled, CommandError> {
    let (started, now) = (Instant::now(), services.now());
    let source = settings(&taken)?;
    let got = match by(services, &source).await? {
        Err(why) => Got::Refused(why, None, 0),
        Ok(by) => ask(guard, &taken, by, how, now).await,
    };
    finish(services, taken, source, asker, got, how, started).await
}

/// Asks a source of the caller's now, due or not. It goes on to its end, and is logged, though its caller leaves.
///
/// # Errors
/// When there is no such source for this caller, somebody polls it, or the database fails.
pub async fn poll_now(
    services: &Services,
    guard: &Arc<Guard>,
    caller: &Caller,
    id: &str,
    how: Poll,
) -> Result<Polled, CommandError> {
    let row = find_for(services.db.reader(), caller, id).await?;
    if settings(&row)?.url.is_none() {
        return Err(CommandError::Conflict(format!(
            "{id} has no address to ask: bring its file"
        )));
    }
    let (guard, caller, id) = (Arc::clone(guard), caller.clone(), id.to_owned());
    services
        .run(async move |services| {
            let taken = take(&services, &id).await?;
            poll(&services, &guard, taken, Some(caller), how).await
        })
        .await
}

/// Takes a file of a source that has none of its own address, or has one that is down. It goes on to its end likewise.
///
/// # Errors
/// When there is no such source for this caller, somebody polls it, or the database fails.
pub async fn bring(
    services: &Services,
    caller: &Caller,
    id: &str,
    document: Document,
    how: Poll,
) -> Result<Polled, CommandError> {
    find_for(services.db.reader(), caller, id).await?;
    let (asker, id) = (Some(caller.clone()), id.to_owned());
    services
        .run(async move |services| {
            let (started, now) = (Instant::now(), services.now());
            let taken = take(&services, &id).await?;
            let source = settings(&taken)?;
            let got = match by(&services, &source).await? {
                Err(why) => Got::Refused(why, None, 0),
                Ok(by) => read(document, by, None, now).await,
            };
            finish(&services, taken, source, asker, got, how, started).await
        })
        .await
}

/// What a source is read by; or why that is not known.
async fn by(services: &Services, source: &Source) -> Result<Result<By, String>, CommandError> {
    let db = services.db.reader();
    let mut mapping = None;
    if let Some(id) = &source.mapping {
        let Some(found) = store::mappings::find(db, id).await? else {
            return Ok(Err(format!("the mapping {id} is gone: name another one")));
        };
        mapping = Some(found.value.mapping);
    }
    let editions = store::reference::editions(db).await?;
    let editions = editions.into_iter().map(|edition| edition.value).collect();
    Ok(Ok(By::new(source.clone(), mapping, editions)))
}

/// Takes a source to poll it.
///
/// # Errors
/// [`CommandError::Conflict`] while somebody else polls it.
pub(super) async fn take(services: &Services, id: &str) -> Result<Row, CommandError> {
    let db = services.db.writer();
    if let Some(row) = store::sources::take(db, id, services.now()).await? {
        return Ok(row);
    }
    match store::sources::find(services.db.reader(), id).await? {
        Some(_) => Err(CommandError::Conflict(format!("{id} {BEING_POLLED}"))),
        None => Err(not_found(id)),
    }
}

async fn ask(guard: &Guard, row: &Row, by: By, how: Poll, now: DateTime<Utc>) -> Got {
    let Some(url) = by.source.url.clone() else {
        return Got::Refused(
            "the source has no address: bring its file".to_owned(),
            None,
            0,
        );
    };
    let recently = |whole_at| whole_at <= now && now < whole_at + ANEW;
    let is_recent = row.whole_at.is_some_and(recently) && !how.confirmed;
    let ask = Ask {
        url: &url.0,
        etag: row.etag.as_deref().filter(|_| is_recent),
        last_modified: row.last_modified.as_deref().filter(|_| is_recent),
    };
    match fetch(guard, &ask).await {
        Ok(document) => {
            let hash = row.content_hash.as_deref().filter(|_| is_recent);
            read(document, by, hash, now).await
        }
        Err(Unfetched::NotModified) if ask.etag.is_none() && ask.last_modified.is_none() => {
            let why = "the source answered 304, though it was not asked whether it is new";
            Got::Failed(why.to_owned(), Some(304), None)
        }
        Err(Unfetched::NotModified) => Got::Same(Some(304)),
        Err(Unfetched::Status {
            status,
            retry_after,
        }) => Got::Failed(
            format!("the source answered {status}"),
            Some(status),
            retry_after,
        ),
        Err(Unfetched::Refused(why)) => Got::Refused(why, None, 0),
        Err(Unfetched::Failed(why)) => Got::Failed(why, None, None),
    }
}

/// Reads a document, off the threads that answer requests.
async fn read(document: Document, by: By, hash: Option<&str>, now: DateTime<Utc>) -> Got {
    if document.bytes.len() > BYTES {
        return Got::Refused(
            format!("the document has more than {BYTES} bytes"),
            document.status,
            document.bytes.len(),
        );
    }
    if hash.is_some_and(|hash| hash == sha256_hex(&document.bytes)) {
        return Got::Same(document.status);
    }
    let (status, bytes) = (document.status, document.bytes.len());
    let read = tokio::task::spawn_blocking(move || {
        let upstream = upstream::read(&document.bytes, document.charset, &by, now);
        (document, upstream)
    });
    match tokio::time::timeout(READING, read).await {
        Ok(Ok((document, Ok(upstream)))) => Got::New(Box::new(document), Box::new(upstream)),
        Ok(Ok((document, Err(why)))) => Got::Refused(why, document.status, document.bytes.len()),
        // Its thread goes on to the limits; nobody waits for it, and it is not begun again at once.
        Err(_) => Got::Refused(
            format!(
                "reading the document takes longer than {} s",
                READING.as_secs()
            ),
            status,
            bytes,
        ),
        // A parser that panics is a fault of ours, and of this document alone.
        Ok(Err(error)) => {
            tracing::error!(%error, "reading a source failed: {error}");
            Got::Refused("the document could not be read".to_owned(), None, 0)
        }
    }
}

/// Writes down what came of it in one transaction, then carries out what the source is trusted with.
async fn finish(
    services: &Services,
    taken: Row,
    source: Source,
    asker: Option<Caller>,
    got: Got,
    how: Poll,
    started: Instant,
) -> Result<Polled, CommandError> {
    let actor = actor(&taken, &source);
    let by = asker.unwrap_or_else(|| actor.clone());
    let (again, its, their) = (taken.clone(), source.clone(), by.clone());
    let written = services
        .run(async move |services| {
            write(&services, taken, source, by, got, how.confirmed, started).await
        })
        .await;
    let written = match written {
        Err(error @ (CommandError::Store(_) | CommandError::Cut(_))) => {
            // Given back and asked later, like one that fails itself; if that fails too, it is free when its time is over.
            let got = Got::Failed(
                "what it says could not be written down".to_owned(),
                None,
                None,
            );
            let told = services.run(async move |services| {
                write(&services, again, its, their, got, false, started).await
            });
            if let Err(error) = told.await {
                tracing::warn!(%error, "that a poll failed could not be written down: {error}");
            }
            return Err(error);
        }
        written => written?,
    };
    let carried_out = carry_out(services, &actor, &written.source_id).await?;
    if written.proposals > 0 || carried_out > 0 {
        tracing::info!(
            source = written.source_id,
            proposals = written.proposals,
            carried_out,
            "a source gave {} proposals, of which {carried_out} were carried out",
            written.proposals
        );
    }
    Ok(Polled {
        fetch: written,
        carried_out,
    })
}

/// In whose name something is done that a source is trusted with.
fn actor(row: &Row, source: &Source) -> Caller {
    let role = match source.office {
        Office::City => Role::Office,
        Office::District(district) => Role::District(district),
    };
    Caller::new(row.id.clone(), role)
}

/// Does what waits and the source was trusted with when it was proposed. What is refused goes on waiting for a person's word.
async fn carry_out(
    services: &Services,
    actor: &Caller,
    source_id: &str,
) -> Result<usize, CommandError> {
    let mut done = 0;
    for row in store::proposals::trusted_of(services.db.reader(), source_id).await? {
        let asked = Accept {
            caller: actor.clone(),
            id: row.id.clone(),
            edits: None,
            trusted: true,
            seen: None,
            together: false,
            key: None,
        };
        match accept(services, asked).await {
            Ok(_) => done += 1,
            Err(CommandError::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::warn!(proposal = row.id, %error, "what a source is trusted with was refused: {error}");
            }
        }
    }
    Ok(done)
}
