//! A copy of a running SQLite database.
//!
//! Invariant: what is copied is one moment's state; a file that holds anything is never written over.

use std::{
    fs::OpenOptions,
    io,
    path::{Path, PathBuf},
};

use sea_orm::DbErr;

use crate::store::Db;

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
}

/// Copies the database into a file, compacted, while others go on reading and writing.
///
/// # Errors
/// When it is PostgreSQL, the file holds something, or the copy fails; then no half copy is left.
pub async fn backup(db: &Db, file: &Path) -> Result<(), BackupError> {
    if db.file().is_none() {
        return Err(BackupError::Postgres);
    }
    let file_error = |error| BackupError::File(file.to_owned(), error);
    let made = claim(file).map_err(file_error)?;
    let Some(made) = made else {
        return Err(BackupError::Exists(file.to_owned()));
    };
    // Absolute, since SQLite takes a name that starts with `file:` for a URI.
    let path = std::path::absolute(file).map_err(file_error)?;
    let copied = db.vacuum_into(&path.to_string_lossy()).await;
    if let Err(error) = copied {
        if made == Made::Now {
            // The copy failed already; a leftover is told by the next attempt.
            let _ = std::fs::remove_file(file);
        }
        return Err(BackupError::Copy(file.to_owned(), error));
    }
    let copy = OpenOptions::new()
        .read(true)
        .open(file)
        .map_err(file_error)?;
    copy.sync_all().map_err(file_error)
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
