//! What came of asking a source, written in one transaction.
//!
//! Owns the line of the log, the warning and when the source is asked next; refuses to know how it was asked. Invariant: whoever
//! polls gives the source back with what it writes, and writes nothing when it is not theirs any more.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    fetch::Document,
    look::Look,
    record::{Recorded, record},
};
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::{audit::Action, retry::retry_after, role::Caller, source::Source, text::cleaned},
    ids::{FetchId, jitter, sha256_hex},
    store::{self, source_entries::Fetch, sources::Row},
    transfer::upstream::Upstream,
};

/// A source that fails is asked after so long at the latest.
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// What there is of a source before anything is compared.
pub(super) enum Got {
    /// It is what it was.
    Same(Option<u16>),
    /// This.
    New(Box<Document>, Box<Upstream>),
    /// Nothing, and it may be there in a while.
    Failed(String, Option<u16>, Option<String>),
    /// Something that is not taken.
    Refused(String, Option<u16>, usize),
}

/// Writes what came of asking a source: its entries and proposals, its line of the log, and when it is asked next.
pub(super) async fn write(
    services: &Services,
    taken: Row,
    source: Source,
    by: Caller,
    got: Got,
    confirmed: bool,
    started: Instant,
) -> Result<Fetch, CommandError> {
    let tx = services.db.begin().await?;
    let now = services.now();
    let row = store::sources::find_locked(&tx, &taken.id).await?;
    let is_ours = |row: &Row| row.version == taken.version && row.busy_until == taken.busy_until;
    let mut row = match row {
        Some(row) if is_ours(&row) => row,
        other => {
            tx.rollback().await?;
            return Err(lost(&taken, other.as_ref()));
        }
    };
    let mut fetch = Fetch {
        id: FetchId::new(now).to_string(),
        source_id: row.id.clone(),
        at: now,
        took_ms: i32::try_from(started.elapsed().as_millis()).unwrap_or(i32::MAX),
        outcome: "read".to_owned(),
        status: None,
        bytes: 0,
        entries: row.entries,
        proposals: 0,
        unread: 0,
        detail: String::new(),
    };
    let mut made = false;
    (row.busy_until, row.polled_at) = (None, Some(now));
    match got {
        Got::Same(status) => {
            fetch.status = status.map(i32::from);
            "unchanged".clone_into(&mut fetch.outcome);
            if row.failures > 0 {
                // It failed in between, and is what it was before.
                row.warning = None;
            }
            (row.failures, row.outcome) = (0, Some(fetch.outcome.clone()));
            row.due_at = next(&source, 0, now);
        }
        Got::Failed(why, status, retry) => {
            if row.failures == 0 && row.warning.is_some() {
                // What was wrong with it is told again when it is read again.
                (row.etag, row.last_modified, row.content_hash) = (None, None, None);
            }
            row.failures += 1;
            let asked = retry.and_then(|value| retry_after(&value, now));
            let due = next(&source, row.failures, now);
            row.due_at =
                due.map(|due| asked.map_or(due, |asked| due.max(now + asked.min(LONGEST))));
            fail(&mut row, &mut fetch, "failed", why, status);
        }
        Got::Refused(why, status, bytes) => {
            fetch.bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
            row.failures += 1;
            row.due_at = next(&source, row.failures, now);
            // Nothing of it is kept, so that it is read again.
            (row.etag, row.last_modified, row.content_hash) = (None, None, None);
            fail(&mut row, &mut fetch, "refused", why, status);
        }
        Got::New(document, upstream) => {
            fetch.status = document.status.map(i32::from);
            fetch.bytes = i64::try_from(document.bytes.len()).unwrap_or(i64::MAX);
            let entries = upstream.entries.len();
            fetch.entries = i32::try_from(entries).unwrap_or(i32::MAX);
            fetch.unread = i32::try_from(upstream.faulty).unwrap_or(i32::MAX);
            let mut notes = upstream.notes.clone();
            if let Some(moved) = &document.moved_to {
                notes.push(format!("the source is found at {moved} now"));
            }
            row.failures = 0;
            row.due_at = next(&source, 0, now);
            let look = Look {
                tx: &tx,
                source_id: &taken.id,
                source: &source,
                fetch_id: &fetch.id,
                now,
                // A clock that was ahead says nothing of what was read since.
                whole_at: row.whole_at.filter(|at| *at <= now),
                confirmed,
            };
            let recorded = record(&look, *upstream).await?;
            made = recorded.proposals > 0;
            take_note(&mut row, &mut fetch, &document, recorded, notes);
        }
    }
    store::source_entries::insert_fetch(&tx, fetch.clone()).await?;
    let subject = row.id.clone();
    store::sources::save(&tx, row).await?;
    if made {
        let trail = Trail::of(&by, Action::SourcePoll).on(subject);
        trail.done(&tx, now, &["/proposals".to_owned()]).await?;
    }
    tx.commit().await?;
    Ok(fetch)
}

/// Why what was read is not written down.
fn lost(taken: &Row, row: Option<&Row>) -> CommandError {
    // Whoever took it over may know a newer document than this one.
    let is_taken_over = row.is_some_and(|row| {
        let is_others = row.busy_until.is_some() || row.polled_at != taken.polled_at;
        row.version == taken.version && is_others
    });
    let why = match is_taken_over {
        true => {
            "was polled by another one meanwhile: this poll took too long, and nothing of it is kept"
        }
        false => "was changed while it was polled",
    };
    CommandError::Conflict(format!("{} {why}", taken.id))
}

fn fail(row: &mut Row, fetch: &mut Fetch, outcome: &str, why: String, status: Option<u16>) {
    outcome.clone_into(&mut fetch.outcome);
    fetch.status = status.map(i32::from);
    fetch.entries = 0;
    row.outcome = Some(outcome.to_owned());
    // A parser may quote what no database takes.
    let why: String = cleaned(&why, false).chars().take(500).collect();
    row.warning = Some(why.clone());
    fetch.detail = why;
}

/// Writes into the source and its log what was made of a document.
fn take_note(
    row: &mut Row,
    fetch: &mut Fetch,
    document: &Document,
    recorded: Recorded,
    mut notes: Vec<String>,
) {
    if let Some(doubt) = recorded.doubt {
        (row.etag, row.last_modified, row.content_hash) = (None, None, None);
        notes.insert(0, doubt.to_string());
        "doubtful".clone_into(&mut fetch.outcome);
        row.warning = Some(doubt.to_string());
    } else {
        // What waits for something here is looked at again though the source says nothing new.
        let settled = recorded.wanting.is_empty();
        row.etag = document.etag.clone().filter(|_| settled);
        row.last_modified = document.last_modified.clone().filter(|_| settled);
        row.content_hash = settled.then(|| sha256_hex(&document.bytes));
        row.whole_at = Some(fetch.at);
        row.entries = fetch.entries;
        let wanting = recorded.wanting.len();
        row.warning = match (fetch.unread, wanting) {
            (0, 0) => None,
            (0, wanting) => Some(format!(
                "{wanting} entries wait for something here: {}",
                recorded.wanting[0]
            )),
            (unread, _) => Some(format!(
                "{unread} entries cannot be read: {}",
                notes.first().map_or("", String::as_str)
            )),
        };
        notes.extend(recorded.wanting.into_iter().take(20));
    }
    fetch.proposals = i32::try_from(recorded.proposals).unwrap_or(i32::MAX);
    let lines: Vec<String> = notes
        .into_iter()
        .map(|note| cleaned(&note, false).chars().take(500).collect())
        .collect();
    row.warning = row.warning.take().map(|warning| cleaned(&warning, false));
    fetch.detail = lines.join("\n");
    row.outcome = Some(fetch.outcome.clone());
}

/// When a source is asked next: spread a little, and later where it failed.
fn next(source: &Source, failures: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    source.url.as_ref()?;
    let every = TimeDelta::minutes(source.interval_minutes);
    let doubled = every * 2_i32.pow(u32::try_from(failures.clamp(0, 12)).unwrap_or(0));
    let pause = doubled.min(LONGEST.max(every));
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "milliseconds of at most a week, spread by a tenth"
    )]
    let spread = (pause.num_milliseconds() as f64 * 0.1 * jitter()) as i64;
    Some(now + pause + TimeDelta::milliseconds(spread))
}
