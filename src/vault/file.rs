//! The key that an embedded database gets by itself: a file beside it.
//!
//! Invariant: a key is never written over, and nobody but the owner may read it.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use super::Key;

/// Where the key of a database file is: beside the real one, where that is a link.
#[must_use]
pub fn beside(database: &Path) -> PathBuf {
    let real = database.canonicalize();
    let mut name = OsString::from(real.as_deref().unwrap_or(database));
    name.push(".key");
    name.into()
}

/// The key in a file; none where there is no file.
///
/// # Errors
/// When the file cannot be read or holds no key. The error names neither.
pub fn read(file: &Path) -> io::Result<Option<Key>> {
    match std::fs::read_to_string(file) {
        Ok(text) => text
            .parse()
            .map(Some)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a key into a new file, and does not return before it lies on the disk: what it seals is worth nothing without.
///
/// # Errors
/// When there is a file already, or it cannot be made.
pub fn write(file: &Path, key: &Key) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut made = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    made.write_all(format!("{}\n", key.expose()).as_bytes())?;
    made.sync_all()?;
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
