//! `export`.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use clap::Args;
use entity::vocab::Language;

use crate::{
    catalogue::Catalogue,
    config::Settings,
    links::Links,
    metrics::Metrics,
    publish::Publisher,
    store::Db,
    transfer::{
        Format,
        export::{write_table, write_whole, write_workbook},
    },
};

/// Flags of `export`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// .json for everything (import --restore takes it), .csv or .xlsx for a table, .ics for a calendar
    file: PathBuf,
}

/// Writes the programme into a file; a file of that name is replaced once the new one is whole.
pub(super) async fn run(db: &Db, settings: &Settings, arguments: Arguments) -> anyhow::Result<()> {
    let file = &arguments.file;
    let Some(format) = Format::of_path(file) else {
        bail!("{}", super::no_format(file));
    };
    let partial = partial(file)?;
    let written = write(db, settings, format, &partial).await;
    if let Err(error) = written {
        // The export failed already; a leftover is overwritten by the next one.
        let _ = fs::remove_file(&partial);
        return Err(error.context(format!("cannot export to {}", file.display())));
    }
    fs::rename(&partial, file).with_context(|| format!("cannot make {}", file.display()))
}

/// The name under which the file is written, beside its own so that renaming is one step.
fn partial(file: &Path) -> anyhow::Result<PathBuf> {
    let Some(name) = file.file_name() else {
        bail!("{} is no file name", file.display());
    };
    let mut name = name.to_owned();
    name.push(".partial");
    Ok(file.with_file_name(name))
}

async fn write(db: &Db, settings: &Settings, format: Format, partial: &Path) -> anyhow::Result<()> {
    let file = create(partial)?;
    let mut out = BufWriter::new(file);
    match format {
        Format::Json => write_whole(db, &mut out).await?,
        Format::Csv => write_table(db, &mut out).await?,
        Format::Xlsx => write_workbook(db, &mut out).await?,
        Format::Ics => {
            let publisher = Publisher::new(
                Arc::new(Catalogue::load(db).await?),
                Links::new(&super::base_url(settings)?),
                settings.programme.clone(),
                settings.cache.feeds_bytes,
                Arc::new(Metrics::new()),
            );
            out.write_all(&publisher.whole_calendar(Language::Zh))?;
        }
    }
    let file = out.into_inner().map_err(|error| error.into_error())?;
    file.sync_all()?;
    Ok(())
}

/// Readable by its owner alone: a whole export holds drafts.
fn create(path: &Path) -> anyhow::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))
}
