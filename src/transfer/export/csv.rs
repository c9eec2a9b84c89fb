//! The programme's table as CSV.
//!
//! Invariant: a cell is never a formula.

use std::io::Write;

use super::{ExportError, table::rows};
use crate::{
    store::Db,
    transfer::{columns, formula},
};

/// Writes the table, as UTF-8 with the mark by which spreadsheets know that.
///
/// # Errors
/// When reading or writing fails.
pub async fn write_table(db: &Db, out: &mut impl Write) -> Result<(), ExportError> {
    let rows = rows(db).await?;
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(columns::all()).map_err(failed)?;
    for row in rows {
        let cells = row.iter().map(|cell| formula::guarded(&cell.text()));
        table.write_record(cells).map_err(failed)?;
    }
    table.flush()?;
    Ok(())
}

fn failed(error: csv::Error) -> ExportError {
    ExportError::Write(error.into())
}
