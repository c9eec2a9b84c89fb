//! A copy of a running SQLite database.
//!
//! Invariant: what is copied is one moment's state; a file that holds anything is never written over.

use std::{
    fs::OpenOptions,
    io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::{
    store::{Db, OpenError, StoreError, log},
    vault::{self, Key},
};

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has tools of its own for that.
    #[error(
        "this database is PostgreSQL: back it up with pg_dump; for the programme alone, `yueli export FILE.json`"
    )]
    Postgres,
    /// There is something in the way.
    #[error("{0} exists and is not empty; it is left as it is")]
    Exists(PathBuf),
    /// The file cannot be made.
    #[error("cannot make {0}: {1}")]
    File(PathBuf, io::Error),
    /// SQLite could not copy.
    #[error("cannot copy the database to {0}: {1}")]
    Copy(PathBuf, DbErr),
    /// The copy cannot be opened.
    #[error("cannot open the copy {0}: {1}")]
    Open(PathBuf, OpenError),
    /// The copy cannot be given an id of its own.
    #[error("cannot give the log in {0} an id of its own: {1}")]
    Rename(PathBuf, StoreError),
}

/// Copies the database into a file, compacted, while others go on reading and writing.
///
/// # Errors
/// When it is PostgreSQL, the file holds something, or the copy fails; then no half copy is left.
pub async fn backup(db: &Db, file: &Path, now: DateTime<Utc>) -> Result<(), BackupError> {
    if db.file().is_none() {
        return Err(BackupError::Postgres);
    }
    let file_error = |error| BackupError::File(file.to_owned(), error);
    let key = key(db, file)?;
    let made = claim(file).map_err(file_error)?;
    let Some(made) = made else {
        return Err(BackupError::Exists(file.to_owned()));
    };
    // Absolute, since SQLite takes a name that starts with `file:` for a URI.
    let path = std::path::absolute(file).map_err(file_error)?;
    if let Err(error) = copy(db, &path, now).await {
        if made == Made::Now {
            // The copy failed already; a leftover is told by the next attempt.
            let _ = std::fs::remove_file(file);
        }
        return Err(error);
    }
    let copy = OpenOptions::new()
        .read(true)
        .open(file)
        .map_err(file_error)?;
    copy.sync_all().map_err(file_error)?;
    match key {
        Some((place, key)) => {
            vault::file::write(&place, &key).map_err(|error| BackupError::File(place, error))
        }
        None => Ok(()),
    }
}

/// The key that lies beside the database, and where it belongs beside the copy, which cannot sign without it; none when
/// there is none, or it lies there already.
fn key(db: &Db, file: &Path) -> Result<Option<(PathBuf, Key)>, BackupError> {
    let read = |place: PathBuf| match vault::file::read(&place) {
        Ok(key) => Ok((place, key)),
        Err(error) => Err(BackupError::File(place, error)),
    };
    let (_, Some(key)) = read(vault::file::beside(
        db.file().map_or(file, PathBuf::as_path),
    ))?
    else {
        return Ok(None);
    };
    match read(vault::file::beside(file))? {
        (place, None) => Ok(Some((place, key))),
        (_, Some(there)) if there == key => Ok(None),
        (place, Some(_)) => Err(BackupError::Exists(place)),
    }
}

/// The log goes on without the copy, so the copy is another log: whoever is served from it one day will be given
/// positions again that the first one gave out meanwhile.
async fn copy(db: &Db, path: &Path, now: DateTime<Utc>) -> Result<(), BackupError> {
    let failed = |error| BackupError::Copy(path.to_owned(), error);
    let name = path.to_string_lossy();
    db.vacuum_into(&name).await.map_err(failed)?;
    let copy = Db::open(&format!("sqlite://{name}"))
        .await
        .map_err(|error| BackupError::Open(path.to_owned(), error))?;
    let renamed = log::rename(copy.writer(), now).await;
    copy.close().await;
    renamed.map_err(|error| BackupError::Rename(path.to_owned(), error))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    Now,
    Before,
}

/// Makes the file, readable by its owner alone since it holds password hashes and secrets; an empty one may stand
/// there already. `None` when it holds something.
fn claim(file: &Path) -> io::Result<Option<Made>> {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(file) {
        Ok(_) => Ok(Some(Made::Now)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let empty = std::fs::metadata(file)?.len() == 0;
            Ok(empty.then_some(Made::Before))
        }
        Err(error) => Err(error),
    }
}
