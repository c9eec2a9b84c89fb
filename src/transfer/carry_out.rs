//! The import: read, looked at, and written in one transaction.
//!
//! Invariant: the log's head is locked before the activities are written, so that two imports wait for each other
//! instead of for ever.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;

use super::{
    Defaults, Diff, Encoding, Format, Intent,
    decode::NotText,
    ics, json,
    looked::Making,
    plan::{Plan, plan},
    row::File,
    table::{self, Asked},
};
use crate::{
    clock::Clock,
    commands::{
        CommandError, Services,
        act::notice_of,
        answered,
        audit::{self, Audited, Trail},
        remember,
    },
    domain::{
        action,
        activity::Activity,
        audit::Action,
        mapping::Mapping,
        notice::Notice,
        rights::{Deed, Reach},
        role::Caller,
    },
    store::{self, Db, StoreError, idempotency::Key, transfer},
};

/// A file that somebody wants to be taken in.
#[derive(Clone, Debug)]
pub struct Import {
    /// Who.
    pub caller: Caller,
    /// The file.
    pub bytes: Bytes,
    /// What it is written in.
    pub format: Format,
    /// The encoding that was named with it; JSON is always UTF-8.
    pub charset: Option<Encoding>,
    /// What each row becomes.
    pub intent: Intent,
    /// What fills gaps.
    pub defaults: Defaults,
    /// How the sender's tables are read.
    pub mapping: Option<Mapping>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// For repeated requests; a dry run needs none.
    pub key: Option<Key>,
}

/// Takes a file in, or says what that would do, and shows it.
///
/// # Errors
/// All faults of the file; when the caller may not do all of it.
pub async fn import(services: &Services, import: Import) -> Result<Diff, CommandError> {
    audit::spared();
    let trail = trail(&import);
    services
        .run(async move |services| {
            let diff = take(&services.db, &*services.clock, trail, &import).await?;
            if !import.dry_run {
                services.show().await;
            }
            Ok(diff)
        })
        .await
}

/// Takes a file in where nothing is shown: on the command line.
///
/// # Errors
/// Those of [`import`].
pub async fn take_in(db: &Db, import: &Import, clock: &dyn Clock) -> Result<Diff, CommandError> {
    take(db, clock, trail(import), import).await
}

/// The audit holds one entry for all that an import makes.
fn trail(import: &Import) -> Trail {
    Trail::of(&import.caller, Action::Import)
}

async fn take(
    db: &Db,
    clock: &dyn Clock,
    trail: Trail,
    import: &Import,
) -> Result<Diff, CommandError> {
    let now = clock.now();
    if import.dry_run {
        let file = read(import, now).await?;
        return Ok(plan(db.reader(), import, file, now).await?.diff);
    }
    let written = async {
        match transact(db, &trail, import, now).await {
            // Somebody took a slug in between; by now that can be seen.
            Err(CommandError::Store(error)) if error.is_taken() => {
                transact(db, &trail, import, now).await
            }
            done => done,
        }
    };
    audit::watched(db, clock, trail.clone(), written).await
}

async fn transact(
    db: &Db,
    trail: &Trail,
    import: &Import,
    now: DateTime<Utc>,
) -> Result<Audited<Diff>, CommandError> {
    let file = read(import, now).await?;
    let tx = db.begin().await?;
    if let Some(diff) = answered(&tx, import.key.as_ref(), now).await? {
        return Ok(Audited::unchanged(diff));
    }
    let diff = carry_out(&tx, import, file, now).await?;
    remember(&tx, import.key.as_ref(), &diff).await?;
    let (created, notices) = (diff.created(), diff.notices);
    let done = trail.clone().commit(tx, now, &fields(&diff), diff).await?;
    tracing::info!(
        caller = %import.caller.id, activities = created, notices,
        "{created} activities were imported with {notices} notices"
    );
    Ok(done)
}

/// What was made of a file.
pub(super) fn fields(diff: &Diff) -> Vec<String> {
    let made = [
        ("/activities", diff.created() > 0),
        ("/editions", !diff.editions.is_empty()),
        ("/notices", diff.notices > 0),
        ("/series", !diff.series.is_empty()),
    ];
    let made = made.into_iter().filter(|(_, made)| *made);
    made.map(|(field, _)| field.to_owned()).collect()
}

/// Reads the file, off the threads that answer requests.
pub(super) async fn read(import: &Import, now: DateTime<Utc>) -> Result<File, CommandError> {
    if import.caller.role.reach(Deed::Import) == Reach::None {
        return Err(CommandError::Forbidden {
            role: import.caller.role,
            what: "import activities".to_owned(),
        });
    }
    if import.mapping.is_some() && !matches!(import.format, Format::Csv | Format::Xlsx) {
        return Err(CommandError::fault(
            "",
            "a mapping is for tables: CSV and XLSX",
        ));
    }
    let (bytes, format, charset, intent) = (
        import.bytes.clone(),
        import.format,
        import.charset,
        import.intent,
    );
    let asked = Asked {
        intent,
        edition: import.defaults.edition,
        mapping: import.mapping.clone(),
    };
    let window = ics::Window::of_import(now);
    let read = tokio::task::spawn_blocking(move || match format {
        Format::Json => json::read(&bytes),
        Format::Csv => table::read_csv(&bytes, charset, &asked),
        Format::Xlsx => Ok(table::read_workbook(&bytes, &asked)),
        Format::Ics => ics::read(&bytes, charset, intent, window, ics::Spoiled::Refuses),
    });
    read.await
        .map_err(|error| CommandError::Cut(error.to_string()))?
        .map_err(|error: NotText| CommandError::fault("", error.to_string()))
}

/// Writes what a file says.
pub(super) async fn carry_out(
    tx: &DatabaseTransaction,
    import: &Import,
    file: File,
    now: DateTime<Utc>,
) -> Result<Diff, CommandError> {
    pin_references(tx).await?;
    let Plan {
        editions,
        series,
        makings,
        diff,
    } = plan(tx, import, file, now).await?;
    for edition in &editions {
        store::reference::insert_edition(tx, edition).await?;
    }
    for series in &series {
        store::reference::insert_series(tx, series).await?;
    }
    if !(editions.is_empty() && series.is_empty()) {
        store::log::bump_reference(tx).await?;
    }
    let (rows, notices) = match import.intent {
        Intent::Drafts => (
            makings
                .into_iter()
                .map(|making| (making.draft, 1, now))
                .collect(),
            Vec::new(),
        ),
        Intent::Announced => announced(tx, makings, now).await?,
        Intent::History => history(tx, makings, now).await?,
    };
    transfer::insert_activities(tx, &rows).await?;
    store::log::append(tx, &notices, None).await?;
    Ok(diff)
}

/// Keeps every edition and series as it is until the transaction ends: rows may belong to any of them.
async fn pin_references(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    for edition in store::reference::editions(tx).await? {
        store::reference::find_edition_pinned(tx, edition.value.year).await?;
    }
    for series in store::reference::all_series(tx).await? {
        store::reference::find_series_pinned(tx, &series.value.slug.0).await?;
    }
    Ok(())
}

/// Rows to be written: each activity with its version and the time of its save; and the notices of all.
type Written = (Vec<(Activity, i64, DateTime<Utc>)>, Vec<Notice>);

fn count(notices: usize) -> i64 {
    i64::try_from(notices).expect("the notices of a file fit into i64")
}

async fn announced(
    tx: &DatabaseTransaction,
    makings: Vec<Making>,
    now: DateTime<Utc>,
) -> Result<Written, CommandError> {
    let (mut rows, mut notices) = (Vec::new(), Vec::new());
    if makings.is_empty() {
        return Ok((rows, notices));
    }
    let taken = store::log::take(tx, count(makings.len()), now).await?;
    for (making, position) in makings.into_iter().zip(taken.first..) {
        let change = making.draft.apply(
            &action::Action::Announce { publish_at: None },
            taken.published_at,
        )?;
        let statement = change.statement.ok_or_else(|| {
            CommandError::Conflict(format!("announcing {} gave no notice", making.draft.slug.0))
        })?;
        notices.push(notice_of(
            change.activity.clone(),
            statement,
            position,
            1,
            taken.published_at,
            now,
        ));
        rows.push((change.activity, 1, now));
    }
    Ok((rows, notices))
}

async fn history(
    tx: &DatabaseTransaction,
    makings: Vec<Making>,
    now: DateTime<Utc>,
) -> Result<Written, CommandError> {
    let (mut rows, mut steps) = (Vec::new(), Vec::new());
    for making in makings {
        let version = count(making.told.len());
        if let Some(last) = making.told.last() {
            rows.push((last.activity.clone(), version, now));
        }
        steps.extend(making.told.into_iter().zip(1..));
    }
    if steps.is_empty() {
        return Ok((rows, Vec::new()));
    }
    // Stable: what was published at the same instant stays in the file's order.
    steps.sort_by_key(|(told, _)| told.at);
    let first = store::log::take_for_history(tx, count(steps.len()), now).await?;
    let notices = steps
        .into_iter()
        .zip(first..)
        .map(|((told, version), position)| Notice {
            history: true,
            ..notice_of(
                told.activity,
                told.statement,
                position,
                version,
                told.at,
                now,
            )
        })
        .collect();
    Ok((rows, notices))
}
