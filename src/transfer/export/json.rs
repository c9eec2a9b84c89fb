//! A whole database as JSON, for `import --restore`.
//!
//! Invariant: documents are copied as they stand in the database, byte for byte. Subscriptions that people keep are in it,
//! since their addresses never die, and offices' contacts, which nobody could tell from the programme; tokens, people,
//! webhooks and the log's id are not: the first three are secrets, and another log must have another id.

use std::io::Write;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::value::RawValue;

use super::ExportError;
use crate::{
    domain::{office_contact::OfficeContact, when::instant},
    store::{self, Db, transfer},
    transfer::WHOLE,
};

/// Rows read at once: a few megabytes.
const PAGE: u64 = 500;

#[derive(Serialize)]
struct Edition<'a, T> {
    version: i64,
    edition: &'a T,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<OfficeContact>,
}

#[derive(Serialize)]
struct Series<'a, T> {
    version: i64,
    series: &'a T,
}

#[derive(Serialize)]
struct Activity {
    version: i64,
    #[serde(with = "instant")]
    saved_at: DateTime<Utc>,
    activity: Box<RawValue>,
}

#[derive(Serialize)]
struct Notice {
    history: bool,
    activity_version: Option<i64>,
    once: Option<String>,
    notice: Box<RawValue>,
}

/// Writes the whole programme.
///
/// # Errors
/// When reading or writing fails; what was written until then is of no use.
pub async fn write_whole(db: &Db, out: &mut impl Write) -> Result<(), ExportError> {
    let tx = db.snapshot().await?;
    head(&tx, out).await?;
    let mut list = List::open(out, "editions")?;
    for edition in store::reference::editions(&tx).await? {
        list.add(&Edition {
            version: edition.version,
            edition: &edition.value,
            contacts: store::office_contacts::of_edition(&tx, edition.value.year).await?,
        })?;
    }
    let mut list = list.next("series")?;
    for series in store::reference::all_series(&tx).await? {
        list.add(&Series {
            version: series.version,
            series: &series.value,
        })?;
    }
    let mut list = list.next("activities")?;
    let mut after = String::new();
    loop {
        let (rows, last) = transfer::activity_rows(&tx, &after, PAGE).await?;
        let Some(last) = last else { break };
        after = last;
        for row in rows {
            list.add(&Activity {
                version: row.version,
                saved_at: row.saved_at,
                activity: RawValue::from_string(row.document)?,
            })?;
        }
    }
    let mut list = list.next("notices")?;
    let mut after = 0;
    loop {
        let rows = transfer::notice_rows(&tx, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.position;
        for row in rows {
            list.add(&Notice {
                history: row.history,
                activity_version: row.activity_version,
                once: row.once,
                notice: RawValue::from_string(row.document)?,
            })?;
        }
    }
    let mut list = list.next("saved_subscriptions")?;
    let mut after = String::new();
    loop {
        let rows = store::saved::page(&tx, &after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.id);
        for row in rows {
            list.add(&row)?;
        }
    }
    list.close()?;
    out.write_all(b"}\n")?;
    out.flush()?;
    Ok(())
}

async fn head(tx: &impl ConnectionTrait, out: &mut impl Write) -> Result<(), ExportError> {
    let head = store::log::head(tx).await?;
    let last = head.last_published_at.map(instant::text);
    writeln!(
        out,
        "{{\"format\":{},\n\"authority\":{},\n\"authority_year\":{},\n\"head\":{},\n\"last_published_at\":{},",
        serde_json::to_string(WHOLE)?,
        serde_json::to_string(&head.authority)?,
        head.authority_year,
        head.position,
        serde_json::to_string(&last)?,
    )?;
    Ok(())
}

/// A list of the file, one entry a line.
struct List<'w, W> {
    out: &'w mut W,
    empty: bool,
}

impl<'w, W: Write> List<'w, W> {
    fn open(out: &'w mut W, name: &str) -> Result<Self, ExportError> {
        write!(out, "\"{name}\":[")?;
        Ok(Self { out, empty: true })
    }

    fn add(&mut self, entry: &impl Serialize) -> Result<(), ExportError> {
        self.out
            .write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        serde_json::to_writer(&mut *self.out, entry)?;
        Ok(())
    }

    fn next(self, name: &str) -> Result<Self, ExportError> {
        self.out.write_all(b"\n],\n")?;
        Self::open(self.out, name)
    }

    fn close(self) -> Result<(), ExportError> {
        self.out.write_all(b"\n]")?;
        Ok(())
    }
}
