//! `import`.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use serde_json::Value;

use crate::{
    clock::SystemClock,
    commands::{CommandError, audit::CLI},
    domain::{
        input::{self, Fault},
        mapping::Mapping,
        role::{Caller, Role},
    },
    store::Db,
    transfer::{Change, Defaults, Diff, Format, Import, Intent, restore::restore, take_in},
};

/// The largest file that is taken: ten times what 5,000 activities with their history need.
const FILE_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Flags of `import`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A .json, .csv, .xlsx or .ics file (docs/IMPORT.md)
    file: PathBuf,
    /// Say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Announce each activity now, instead of making drafts
    #[arg(long, conflicts_with = "history")]
    announce: bool,
    /// Take each activity with its past notices, at the dates in the file; nobody is told
    #[arg(long)]
    history: bool,
    /// A JSON file that says how the table's columns are read (docs/IMPORT.md §3)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Restore a whole export (yueli export FILE.json) into an empty database
    #[arg(long, conflicts_with_all = ["dry_run", "announce", "history", "mapping"])]
    restore: bool,
}

/// Takes a file in, and says what that did.
pub(super) async fn run(db: &Db, arguments: Arguments) -> anyhow::Result<()> {
    let file = &arguments.file;
    if arguments.restore {
        return restored(db, file).await;
    }
    let Some(format) = Format::of_path(file) else {
        bail!("{}", super::no_format(file));
    };
    let intent = match (arguments.announce, arguments.history) {
        (true, _) => Intent::Announced,
        (_, true) => Intent::History,
        _ => Intent::Drafts,
    };
    let mapping = match &arguments.mapping {
        Some(file) => Some(mapping(file).await?),
        None => None,
    };
    let request = Import {
        caller: Caller::new(CLI, Role::Admin),
        bytes: read(file).await?.into(),
        format,
        charset: None,
        intent,
        defaults: Defaults::default().or(mapping.as_ref()),
        mapping,
        dry_run: arguments.dry_run,
        key: None,
    };
    match take_in(db, &request, &SystemClock).await {
        Ok(diff) => {
            report(&diff);
            Ok(())
        }
        Err(CommandError::Invalid(faults)) => Err(refused(&faults, file)),
        Err(error) => Err(error.into()),
    }
}

/// Prints the faults of a file.
fn refused(faults: &[Fault], file: &Path) -> anyhow::Error {
    for fault in faults {
        eprintln!("{}: {}", fault.pointer, fault.detail);
    }
    anyhow!(
        "{} faults in {}; nothing was written",
        faults.len(),
        file.display()
    )
}

/// A mapping out of a file.
async fn mapping(file: &Path) -> anyhow::Result<Mapping> {
    let text = read(file).await?;
    let value: Value =
        serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", file.display()))?;
    input::read(&value).map_err(|faults| refused(&faults.0, file))
}

async fn restored(db: &Db, file: &Path) -> anyhow::Result<()> {
    let open =
        std::fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let restored = restore(db, open)
        .await
        .with_context(|| format!("nothing was restored from {}", file.display()))?;
    println!(
        "{} activities and {} were restored; instances that run on this database must be started again",
        restored.activities,
        notices(restored.notices)
    );
    Ok(())
}

async fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let named = || format!("cannot read {}", file.display());
    let length = tokio::fs::metadata(file).await.with_context(named)?.len();
    if length > FILE_MAX_BYTES {
        bail!(
            "{} has {length} bytes; at most {FILE_MAX_BYTES} are taken: split it",
            file.display()
        );
    }
    tokio::fs::read(file).await.with_context(named)
}

fn report(diff: &Diff) {
    for warning in &diff.warnings {
        eprintln!("warning: {}: {}", warning.pointer, warning.detail);
    }
    for edition in &diff.editions {
        println!("{:<9} edition {}", word(edition.change), edition.year);
    }
    for series in &diff.series {
        println!("{:<9} series {}", word(series.change), series.slug);
    }
    for activity in &diff.activities {
        println!(
            "{:<9} {} {} ({})",
            word(activity.change),
            activity.slug.as_deref().unwrap_or(&activity.pointer),
            activity.title.zh,
            notices(activity.notices)
        );
    }
    let became = match diff.intent {
        Intent::Drafts => "drafts",
        Intent::Announced => "announced",
        Intent::History => "history",
    };
    println!(
        "{} activities {} as {became}, with {}; read as {}",
        diff.created(),
        if diff.dry_run {
            "would be imported"
        } else {
            "were imported"
        },
        notices(diff.notices),
        diff.encoding
    );
}

const fn word(change: Change) -> &'static str {
    match change {
        Change::Create => "create",
        Change::Unchanged => "unchanged",
        Change::Skip => "skip",
    }
}

fn notices(count: usize) -> String {
    match count {
        1 => "1 notice".to_owned(),
        other => format!("{other} notices"),
    }
}
