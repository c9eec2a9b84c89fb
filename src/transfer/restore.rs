//! A whole database out of an export, into an empty one of either kind.
//!
//! Owns the reading of `yueli-export/1`, entry by entry, so that a file may be larger than memory. Invariant: what
//! is restored is the exported programme, ids, positions, times, versions and authority included, or nothing.

use std::{fmt, io::Read};

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use tokio::sync::mpsc;

use super::WHOLE;
use crate::{
    domain::{
        activity::Activity, edition::Edition, notice::Notice, office_contact::OfficeContact,
        series::Series, when::instant,
    },
    store::{
        self, Db, StoreError,
        saved::Saved,
        transfer::{self, RestoredHead},
        verify::Disagreement,
    },
};

/// Entries that wait between the reader and the database.
const BLOCK: usize = 500;

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is a programme already.
    #[error("the database is not empty; an export is restored into an empty one only")]
    NotEmpty,
    /// The file is no export.
    #[error("the file cannot be read as an export: {0}")]
    File(String),
    /// The file is an export, but not a whole one.
    #[error("the export is damaged: {0}")]
    Damaged(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The task was ended from outside.
    #[error("restoring was cut off: {0}")]
    Cut(String),
}

impl From<sea_orm::DbErr> for RestoreError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// What was restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Activities, drafts included.
    pub activities: usize,
    /// Notices.
    pub notices: usize,
}

/// Restores an export. Whoever serves this database must be started again: the log has got another authority.
///
/// # Errors
/// When the database is not empty, or the file is not a whole export; nothing is written then.
pub async fn restore(db: &Db, file: impl Read + Send + 'static) -> Result<Restored, RestoreError> {
    let (sender, receiver) = mpsc::channel(4);
    let reading = tokio::task::spawn_blocking(move || read(file, sender));
    let tx = db.begin().await?;
    if !transfer::is_empty_locked(&tx).await? {
        return Err(RestoreError::NotEmpty);
    }
    let written = write(&tx, receiver).await;
    // The reader's word comes first: what it broke off at is why the rest is missing.
    reading
        .await
        .map_err(|error| RestoreError::Cut(error.to_string()))?
        .map_err(|error| RestoreError::File(error.to_string()))?;
    let restored = written?;
    let disagreements = store::verify::disagreements(&tx).await?;
    if !disagreements.is_empty() {
        let told: Vec<String> = disagreements
            .iter()
            .take(5)
            .map(Disagreement::to_string)
            .collect();
        return Err(RestoreError::Damaged(told.join("; ")));
    }
    tx.commit().await?;
    Ok(restored)
}

/// A piece of the file.
enum Part {
    Head(RestoredHead),
    Edition(EditionEntry),
    Series(SeriesEntry),
    Activity(Box<ActivityEntry>),
    Notice(Box<NoticeEntry>),
    Saved(Box<Saved>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionEntry {
    version: i64,
    edition: Edition,
    /// Earlier exports have none, and neither has an edition in which no office said anything.
    #[serde(default)]
    contacts: Vec<OfficeContact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesEntry {
    version: i64,
    series: Series,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActivityEntry {
    version: i64,
    #[serde(with = "instant")]
    saved_at: DateTime<Utc>,
    activity: Activity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeEntry {
    history: bool,
    activity_version: Option<i64>,
    once: Option<String>,
    notice: Notice,
}

async fn write(
    tx: &DatabaseTransaction,
    mut parts: mpsc::Receiver<Vec<Part>>,
) -> Result<Restored, RestoreError> {
    let mut restored = Restored::default();
    while let Some(block) = parts.recv().await {
        let (mut activities, mut notices, mut saved) = (Vec::new(), Vec::new(), Vec::new());
        for part in block {
            match part {
                Part::Head(head) => transfer::restore_head(tx, &head).await?,
                Part::Edition(entry) => {
                    let year = entry.edition.year;
                    transfer::restore_edition(tx, &entry.edition, entry.version).await?;
                    match store::office_contacts::insert_many(tx, year, entry.contacts).await {
                        Err(error) if error.is_taken() => {
                            let what = format!("an office has two contacts in the edition {year}");
                            return Err(RestoreError::Damaged(what));
                        }
                        done => done?,
                    }
                }
                Part::Series(entry) => {
                    transfer::restore_series(tx, &entry.series, entry.version).await?;
                }
                Part::Activity(entry) => {
                    activities.push((entry.activity, entry.version, entry.saved_at));
                }
                Part::Notice(entry) => {
                    let notice = Notice {
                        history: entry.history,
                        activity_version: entry.activity_version,
                        ..entry.notice
                    };
                    notices.push((notice, entry.once));
                }
                Part::Saved(entry) => saved.push(*entry),
            }
        }
        restored.activities += activities.len();
        restored.notices += notices.len();
        transfer::insert_activities(tx, &activities).await?;
        transfer::restore_notices(tx, &notices).await?;
        store::saved::insert_many(tx, saved).await?;
    }
    Ok(restored)
}

/// Reads the file and sends its parts in blocks; ends early, without an error, when nobody takes them.
fn read(file: impl Read, sender: mpsc::Sender<Vec<Part>>) -> Result<(), serde_json::Error> {
    let mut outbox = Outbox {
        sender,
        block: Vec::with_capacity(BLOCK),
    };
    let mut reader = serde_json::Deserializer::from_reader(std::io::BufReader::new(file));
    Whole(&mut outbox).deserialize(&mut reader)?;
    reader.end()?;
    outbox.send();
    Ok(())
}

struct Outbox {
    sender: mpsc::Sender<Vec<Part>>,
    block: Vec<Part>,
}

impl Outbox {
    fn add(&mut self, part: Part) {
        self.block.push(part);
        if self.block.len() == BLOCK {
            self.send();
        }
    }

    fn send(&mut self) {
        // Whoever takes the parts has failed when this fails, and says why.
        let _ = self.sender.blocking_send(std::mem::take(&mut self.block));
    }
}

/// The file's object; its fields stand in the order in which an export writes them.
struct Whole<'o>(&'o mut Outbox);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of the format {WHOLE}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let format: String = field(&mut map, "format")?;
        if format != WHOLE {
            return Err(de::Error::custom(format_args!(
                "format {format:?} is not {WHOLE:?}"
            )));
        }
        let head = RestoredHead {
            authority: field(&mut map, "authority")?,
            authority_year: field(&mut map, "authority_year")?,
            position: field(&mut map, "head")?,
            last_published_at: field::<Option<Moment>, A>(&mut map, "last_published_at")?
                .map(|at| at.0),
        };
        let outbox = self.0;
        outbox.add(Part::Head(head));
        list(&mut map, "editions", outbox, Part::Edition)?;
        list(&mut map, "series", outbox, Part::Series)?;
        list(&mut map, "activities", outbox, |entry| {
            Part::Activity(Box::new(entry))
        })?;
        list(&mut map, "notices", outbox, |entry| {
            Part::Notice(Box::new(entry))
        })?;
        // Earlier exports end here.
        match map.next_key::<String>()?.as_deref() {
            None => return Ok(()),
            Some("saved_subscriptions") => map.next_value_seed(Entries {
                outbox,
                part: |entry| Part::Saved(Box::new(entry)),
                of: std::marker::PhantomData,
            })?,
            Some(name) => return Err(unknown(name)),
        }
        match map.next_key::<String>()? {
            None => Ok(()),
            Some(name) => Err(unknown(&name)),
        }
    }
}

fn unknown<E: de::Error>(name: &str) -> E {
    E::custom(format_args!("unknown field {name:?}"))
}

/// An instant by itself.
#[derive(Deserialize)]
#[serde(transparent)]
struct Moment(#[serde(with = "instant")] DateTime<Utc>);

fn expect<'de, A: MapAccess<'de>>(map: &mut A, name: &str) -> Result<(), A::Error> {
    match map.next_key::<String>()? {
        Some(found) if found == name => Ok(()),
        Some(found) => Err(de::Error::custom(format_args!(
            "found {found:?} where {name:?} belongs"
        ))),
        None => Err(de::Error::custom(format_args!("{name:?} is missing"))),
    }
}

fn field<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    name: &str,
) -> Result<T, A::Error> {
    expect(map, name)?;
    map.next_value()
}

fn list<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    name: &str,
    outbox: &mut Outbox,
    part: impl Fn(T) -> Part,
) -> Result<(), A::Error> {
    expect(map, name)?;
    map.next_value_seed(Entries {
        outbox,
        part,
        of: std::marker::PhantomData,
    })
}

/// A list whose entries are sent on one by one.
struct Entries<'o, T, F> {
    outbox: &'o mut Outbox,
    part: F,
    of: std::marker::PhantomData<T>,
}

impl<'de, T: Deserialize<'de>, F: Fn(T) -> Part> DeserializeSeed<'de> for Entries<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: Fn(T) -> Part> Visitor<'de> for Entries<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element()? {
            self.outbox.add((self.part)(entry));
        }
        Ok(())
    }
}
