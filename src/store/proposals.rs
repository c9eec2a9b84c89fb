//! Proposals: what sources speak for, and what was decided.
//!
//! Invariants: a proposal is decided once; whoever decides one, or writes what a source says, has its source locked first
//! (`sources::find_locked`).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
pub use entity::proposal::Model as Row;
use entity::proposal::{Column, Entity};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::StoreError;
use crate::{
    domain::{
        source::words,
        tracking::{Do, Evidence, Proposed, Seen},
    },
    ids::sha256_hex,
};
use std::{fmt, str::FromStr};

use entity::vocab::UnknownWord;

use crate::domain::input::{Faults, Read, parsed};

words! {
    /// What became of a proposal.
    State, "state of a proposal", {
        /// It waits for a word.
        Open = "open";
        /// Somebody accepted it.
        Accepted = "accepted";
        /// Somebody rejected it.
        Rejected = "rejected";
        /// It was carried out without anybody's word, as its source is trusted with.
        CarriedOut = "carried_out";
        /// The source, or somebody by hand, made it moot.
        Superseded = "superseded";
    }
}

/// Rows in one INSERT: a row has 15 parameters, and SQLite allows 32,766 a statement.
pub(super) const BLOCK: usize = 500;

/// What a proposal says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What would be done.
    pub action: Do,
    /// With what.
    pub body: Value,
    /// The fields it is about.
    pub fields: Vec<String>,
    /// What stood here.
    pub here: Map<String, Value>,
    /// What the source said before.
    pub before: Map<String, Value>,
    /// What it says now.
    pub now: Map<String, Value>,
    /// Whether an editor had decided otherwise.
    pub conflict: bool,
    /// How the activity was found.
    pub evidence: Option<Evidence>,
    /// Activities that look like a new one.
    #[serde(default)]
    pub like: Vec<String>,
    /// Whether its source was trusted with it when it was made.
    #[serde(default)]
    pub trusted: bool,
    /// The version of the draft that was made of a new one, as it was left: another one is somebody's work.
    #[serde(default)]
    pub version: Option<i64>,
    /// Of a rejected one: what of the entry was settled before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Seen>,
}

impl From<Proposed> for Document {
    fn from(proposed: Proposed) -> Self {
        Self {
            action: proposed.action,
            body: proposed.body,
            fields: proposed.fields.into_iter().map(str::to_owned).collect(),
            here: proposed.here,
            before: proposed.before,
            now: proposed.now,
            conflict: proposed.conflict,
            evidence: None,
            like: Vec::new(),
            trusted: false,
            version: None,
            settled: None,
        }
    }
}

impl Document {
    /// The tag of what somebody sees of it (RFC 9110 §8.8.3).
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"p{}\"", &sha256_hex(self.text().as_bytes())[..24])
    }

    /// As its column holds it.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a proposal has string keys only")
    }
}

/// What a row says.
///
/// # Errors
/// When the document cannot be read.
pub fn document(row: &Row) -> Result<Document, StoreError> {
    serde_json::from_str(&row.document).map_err(|error| StoreError::Document {
        row: format!("proposal {}", row.id),
        error,
    })
}

/// What a reader asks for; all that is named must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// In this state.
    pub state: Option<State>,
    /// For this office's word.
    pub office: Option<String>,
    /// Of this source.
    pub source: Option<String>,
    /// Of this fetch.
    pub fetch: Option<String>,
    /// About this activity.
    pub activity: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
}

/// Up to `limit` after an id, in the order they were made.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    after: &str,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    Ok(query(wanted)
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// The last `limit` before an id, the last first.
///
/// # Errors
/// When the database fails.
pub async fn latest(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    before: Option<&str>,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = query(wanted).order_by_desc(Column::Id).limit(limit);
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    Ok(query.all(db).await?)
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, wanted: &Wanted) -> Result<u64, StoreError> {
    Ok(query(wanted).count(db).await?)
}

fn query(wanted: &Wanted) -> sea_orm::Select<Entity> {
    let mut query = Entity::find();
    let state = wanted.state.map(|state| state.to_string());
    for (column, value) in [
        (Column::State, &state),
        (Column::Office, &wanted.office),
        (Column::SourceId, &wanted.source),
        (Column::FetchId, &wanted.fetch),
        (Column::ActivityId, &wanted.activity),
        (Column::Kind, &wanted.kind),
    ] {
        if let Some(value) = value {
            query = query.filter(column.eq(value.as_str()));
        }
    }
    query
}

/// One; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// One, locked until the transaction ends; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find_locked(tx: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// The open ones of a source.
///
/// # Errors
/// When the database fails.
pub async fn open_of(db: &impl ConnectionTrait, source: &str) -> Result<Vec<Row>, StoreError> {
    Ok(Entity::find()
        .filter(Column::SourceId.eq(source))
        .filter(Column::State.eq(State::Open.as_str()))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// The open ones of a source that it was trusted with when they were made.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn trusted_of(db: &impl ConnectionTrait, source: &str) -> Result<Vec<Row>, StoreError> {
    let rows = Entity::find()
        .filter(Column::SourceId.eq(source))
        .filter(Column::State.eq(State::Open.as_str()))
        // A first sieve: a title may hold these words too.
        .filter(Column::Document.contains("\"trusted\":true"))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    let mut trusted = Vec::new();
    for row in rows {
        if document(&row)?.trusted {
            trusted.push(row);
        }
    }
    Ok(trusted)
}

/// The open one that a draft be announced, locked.
///
/// # Errors
/// When the database fails.
pub async fn new_locked(
    tx: &impl ConnectionTrait,
    activity: &str,
) -> Result<Option<Row>, StoreError> {
    Ok(Entity::find()
        .filter(Column::ActivityId.eq(activity))
        .filter(Column::State.eq(State::Open.as_str()))
        .filter(Column::Kind.eq("new"))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// Adds proposals.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, rows: Vec<Row>) -> Result<(), StoreError> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let block = rows.by_ref().take(BLOCK);
        let models = block.map(|row| row.into_active_model().reset_all());
        Entity::insert_many(models)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Saves one that its caller has locked.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    Entity::update(row.into_active_model().reset_all())
        .exec(tx)
        .await?;
    Ok(())
}

/// Saves what an open one says; one that was decided meanwhile stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn refresh(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Document, Expr::value(row.document))
        .filter(Column::Id.eq(row.id))
        .filter(Column::State.eq(State::Open.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Makes open ones moot.
///
/// # Errors
/// When the database fails.
pub async fn supersede(
    tx: &impl ConnectionTrait,
    ids: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for block in ids.chunks(BLOCK) {
        moot(now)
            .filter(Column::Id.is_in(block.iter().map(String::as_str)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

pub(super) fn moot(now: DateTime<Utc>) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Superseded.as_str()))
        .col_expr(Column::DecidedAt, Expr::value(now))
        .filter(Column::State.eq(State::Open.as_str()))
}

/// Gives proposals of an entry its new key.
///
/// # Errors
/// When the database fails.
pub async fn rename(
    tx: &impl ConnectionTrait,
    source: &str,
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::EntryKey, Expr::value(new))
        .filter(Column::SourceId.eq(source))
        .filter(Column::EntryKey.eq(old))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many wait of each source, for an office's word or for anybody's.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    db: &impl ConnectionTrait,
    office: Option<&str>,
) -> Result<HashMap<String, i64>, StoreError> {
    let mut query = Entity::find()
        .select_only()
        .column(Column::SourceId)
        .column_as(Column::Id.count(), "waiting")
        .filter(Column::State.eq(State::Open.as_str()))
        .group_by(Column::SourceId);
    if let Some(office) = office {
        query = query.filter(Column::Office.eq(office));
    }
    let rows: Vec<(String, i64)> = query.into_tuple().all(db).await?;
    Ok(rows.into_iter().collect())
}
