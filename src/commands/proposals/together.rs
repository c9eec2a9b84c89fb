//! All that one fetch proposed, decided at once.
//!
//! Invariants: each is decided by itself, so that one that cannot be keeps no other waiting; a conflict needs a word of its own; a
//! draft is brought up to date before it is announced.

use std::time::{Duration, Instant};

use super::{
    accept::{Accept, CONFLICT, LIKE, accept},
    reject::{Reject, reject},
    sees,
};
use crate::{
    commands::{CommandError, Services, sources},
    domain::{parts::Comment, role::Caller, source::ProposalKind},
    store::{
        self,
        proposals::{Row, State, Wanted},
    },
};

/// Proposals of one fetch at most: as many as a document has entries, each with a few.
const MOST: u64 = 20_000;
/// What is not done after so long is left: no client waits longer for an answer, and asking again goes on with it.
const TIME: Duration = Duration::from_secs(15);
/// Why.
const NO_TIME: &str = "there was no time for more: do the same again, and it goes on with the rest";

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Together {
    /// Ids of those that were decided.
    pub decided: Vec<String>,
    /// Those that wait still, and why.
    pub left: Vec<(String, String)>,
}

/// What of a fetch waits for this caller; new ones last.
async fn waiting(
    services: &Services,
    caller: &Caller,
    fetch: &str,
) -> Result<Vec<Row>, CommandError> {
    let wanted = Wanted {
        state: Some(State::Open),
        fetch: Some(fetch.to_owned()),
        ..Wanted::default()
    };
    let db = services.db.reader();
    let mut rows = store::proposals::list(db, &wanted, "", MOST).await?;
    rows.retain(|row| sees(caller, row));
    rows.sort_by_key(|row| row.kind == ProposalKind::New.as_str());
    if rows.is_empty() {
        // Another office's is none.
        let found = store::source_entries::fetch(db, fetch).await?;
        let source = match found {
            Some(found) => store::sources::find(db, &found.source_id).await?,
            None => None,
        };
        if !source.is_some_and(|source| sources::sees(caller, &source)) {
            return Err(CommandError::NotFound {
                what: "fetch",
                id: fetch.chars().take(60).collect(),
            });
        }
    }
    Ok(rows)
}

/// Accepts all of a fetch that waits and is no conflict, as far as there is time.
///
/// # Errors
/// When there is no such fetch, or the database fails; what is refused is left.
pub async fn accept_all(
    services: &Services,
    caller: Caller,
    fetch: &str,
) -> Result<Together, CommandError> {
    let (mut together, begun) = (Together::default(), Instant::now());
    for row in waiting(services, &caller, fetch).await? {
        let document = store::proposals::document(&row)?;
        let why = match (document.conflict, document.like.is_empty()) {
            (true, _) => Some(CONFLICT),
            (false, false) => Some(LIKE),
            (false, true) => (begun.elapsed() > TIME).then_some(NO_TIME),
        };
        if let Some(why) = why {
            together.left.push((row.id, why.to_owned()));
            continue;
        }
        let asked = Accept {
            caller: caller.clone(),
            id: row.id.clone(),
            edits: None,
            trusted: false,
            seen: None,
            together: true,
            key: None,
        };
        let done = accept(services, asked).await.map(|_| ());
        together.note(row.id, done)?;
    }
    Ok(together)
}

/// Rejects all of a fetch that waits, as far as there is time.
///
/// # Errors
/// When there is no such fetch, the reason is empty, or the database fails; what is refused is left.
pub async fn reject_all(
    services: &Services,
    caller: Caller,
    fetch: &str,
    reason: Comment,
) -> Result<Together, CommandError> {
    if reason.0.is_empty() {
        return Err(CommandError::fault("/reason", "is missing"));
    }
    let (mut together, begun) = (Together::default(), Instant::now());
    for row in waiting(services, &caller, fetch).await? {
        if begun.elapsed() > TIME {
            together.left.push((row.id, NO_TIME.to_owned()));
            continue;
        }
        let asked = Reject {
            caller: caller.clone(),
            id: row.id.clone(),
            reason: reason.clone(),
            key: None,
        };
        let done = reject(services, asked).await;
        together.note(row.id, done)?;
    }
    Ok(together)
}

impl Together {
    fn note(&mut self, id: String, done: Result<(), CommandError>) -> Result<(), CommandError> {
        match done {
            Ok(()) => self.decided.push(id),
            Err(error @ (CommandError::Store(_) | CommandError::Cut(_))) => return Err(error),
            Err(CommandError::Invalid(faults)) => {
                let told = faults
                    .into_iter()
                    .map(|fault| format!("{}: {}", fault.pointer, fault.detail));
                self.left.push((id, told.collect::<Vec<_>>().join("; ")));
            }
            Err(error) => self.left.push((id, error.to_string())),
        }
        Ok(())
    }
}
