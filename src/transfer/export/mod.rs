//! The programme out of the database: whole, as JSON; as a table, CSV and XLSX.
//!
//! Owns these forms; refuses to know where the bytes go. Invariant: everything is read as of one moment, a page at a
//! time, so that an export of a busy server is whole and needs little memory.

use std::io;

use crate::store::StoreError;

pub mod audit;
mod csv;
mod json;
mod table;
mod xlsx;

pub use self::{csv::write_table, json::write_whole, xlsx::write_workbook};

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bytes could not be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// A document in the database is no JSON.
    #[error("a document in the database cannot be read: {0}")]
    Document(#[from] serde_json::Error),
}

impl From<sea_orm::DbErr> for ExportError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}
