//! The log: taking positions, appending notices, reading on from a position.
//!
//! Invariant: a transaction takes positions after every other lock, so that commit order is position order.

use chrono::{DateTime, Datelike, Utc};
use entity::{log_head, notice, vocab::NoticeKind};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, SelectGetableTuple, Selector,
    sea_query::{CaseStatement, Expr, OnConflict},
};

use super::StoreError;
use crate::{
    domain::notice::Notice,
    ids::{ActivityId, LogId},
};

/// The channel on which PostgreSQL hints that the log grew.
pub const CHANNEL: &str = "yueli_log";

/// The log's head.
pub type Head = log_head::Model;

/// Makes the head at the first start, with the authority of uids and tag URIs; keeps it ever after.
///
/// # Errors
/// When the database fails.
pub async fn ensure_head(
    tx: &impl ConnectionTrait,
    authority: &str,
    now: DateTime<Utc>,
) -> Result<Head, StoreError> {
    let row = log_head::ActiveModel {
        id: Set(1),
        log_id: Set(LogId::new(now).to_string()),
        position: Set(0),
        last_published_at: Set(None),
        reference_version: Set(0),
        authority: Set(authority.to_owned()),
        authority_year: Set(now.year()),
    };
    log_head::Entity::insert(row)
        .on_conflict(
            OnConflict::column(log_head::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    head(tx).await
}

/// Makes it another log: whoever read the one that it was copied from starts over.
///
/// # Errors
/// When the database fails.
pub async fn rename(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), StoreError> {
    log_head::Entity::update_many()
        .col_expr(
            log_head::Column::LogId,
            Expr::value(LogId::new(now).to_string()),
        )
        .exec(db)
        .await?;
    Ok(())
}

/// The head.
///
/// # Errors
/// When the database fails, or was never started.
pub async fn head(db: &impl ConnectionTrait) -> Result<Head, StoreError> {
    log_head::Entity::find_by_id(1)
        .one(db)
        .await?
        .ok_or_else(|| {
            sea_orm::DbErr::RecordNotFound("the log has no head; run `yueli migrate`".to_owned())
                .into()
        })
}

/// Positions taken for notices that are about to be appended.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    /// The first of them.
    pub first: i64,
    /// `published_at` of live ones: now, or the log's last when that is later.
    pub published_at: DateTime<Utc>,
}

/// Takes `count` positions for live notices.
///
/// # Errors
/// When the database fails.
pub async fn take(
    tx: &impl ConnectionTrait,
    count: i64,
    now: DateTime<Utc>,
) -> Result<Taken, StoreError> {
    use log_head::Column::LastPublishedAt;
    let later = CaseStatement::new()
        .case(
            LastPublishedAt.is_null().or(LastPublishedAt.lt(now)),
            Expr::value(now),
        )
        .finally(Expr::col(LastPublishedAt));
    let rows = log_head::Entity::update_many()
        .col_expr(
            log_head::Column::Position,
            Expr::col(log_head::Column::Position).add(count),
        )
        .col_expr(LastPublishedAt, later.into())
        .filter(log_head::Column::Id.eq(1))
        .exec_with_returning(tx)
        .await?;
    taken(rows, count, now)
}

/// Takes `count` positions for history, which does not move the time of the last live notice.
///
/// # Errors
/// When the database fails.
pub async fn take_for_history(
    tx: &impl ConnectionTrait,
    count: i64,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let rows = log_head::Entity::update_many()
        .col_expr(
            log_head::Column::Position,
            Expr::col(log_head::Column::Position).add(count),
        )
        .filter(log_head::Column::Id.eq(1))
        .exec_with_returning(tx)
        .await?;
    taken(rows, count, now).map(|taken| taken.first)
}

fn taken(rows: Vec<Head>, count: i64, now: DateTime<Utc>) -> Result<Taken, StoreError> {
    let head = rows.into_iter().next().ok_or_else(|| {
        sea_orm::DbErr::RecordNotFound("the log has no head; run `yueli migrate`".to_owned())
    })?;
    Ok(Taken {
        first: head.position - count + 1,
        published_at: head.last_published_at.unwrap_or(now),
    })
}

pub(super) fn row(notice: &Notice, once: Option<String>) -> notice::ActiveModel {
    notice::ActiveModel {
        position: Set(notice.position),
        id: Set(notice.id.to_string()),
        kind: Set(notice.kind),
        activity_id: Set(notice.activity_id.as_ref().map(ToString::to_string)),
        revision: Set(notice.revision),
        activity_version: Set(notice.activity_version),
        published_at: Set(notice.published_at),
        recorded_at: Set(notice.recorded_at),
        history: Set(notice.history),
        once: Set(once),
        document: Set(document(notice)),
    }
}

fn document(notice: &Notice) -> String {
    serde_json::to_string(notice).expect("a notice has string keys only")
}

/// Appends notices whose positions were taken in this transaction. A job's notice carries in `once` what makes it unique.
///
/// # Errors
/// When the database fails.
pub async fn append(
    tx: &impl ConnectionTrait,
    notices: &[Notice],
    once: Option<String>,
) -> Result<(), StoreError> {
    // SQLite allows 32,766 parameters a statement; a row has eleven.
    for block in notices.chunks(500) {
        let rows = block.iter().map(|notice| row(notice, once.clone()));
        notice::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    if tx.get_database_backend() == DbBackend::Postgres && !notices.is_empty() {
        tx.execute_unprepared(&format!("NOTIFY {CHANNEL}")).await?;
    }
    Ok(())
}

/// Whether a job's notice was written already.
///
/// # Errors
/// When the database fails.
pub async fn has_once(db: &impl ConnectionTrait, once: &str) -> Result<bool, StoreError> {
    let found = notice::Entity::find()
        .filter(notice::Column::Once.eq(once))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// A notice as it stands in its row: its position, whether it is history, its activity's version, the document.
type Row = (i64, bool, Option<i64>, String);

fn rows(of: Select<notice::Entity>) -> Selector<SelectGetableTuple<Row>> {
    use notice::Column;
    of.order_by_asc(Column::Position)
        .select_only()
        .columns([
            Column::Position,
            Column::History,
            Column::ActivityVersion,
            Column::Document,
        ])
        .into_tuple()
}

fn read((position, history, activity_version, document): Row) -> Result<Notice, StoreError> {
    let notice: Notice = serde_json::from_str(&document).map_err(|error| StoreError::Document {
        row: format!("notice {position}"),
        error,
    })?;
    Ok(Notice {
        history,
        activity_version,
        ..notice
    })
}

/// Notices in order, as they are stored: reading them takes no database.
#[derive(Debug, Default)]
pub struct Page(Vec<Row>);

impl Page {
    /// The position of its last one.
    #[must_use]
    pub fn last(&self) -> Option<i64> {
        self.0.last().map(|row| row.0)
    }

    /// The notices.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub fn read(self) -> Result<Vec<Notice>, StoreError> {
        self.0.into_iter().map(read).collect()
    }
}

/// Up to `limit` notices after a position, in order.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: &impl ConnectionTrait,
    position: i64,
    limit: u64,
) -> Result<Page, StoreError> {
    let after = notice::Entity::find()
        .filter(notice::Column::Position.gt(position))
        .limit(limit);
    Ok(Page(rows(after).all(db).await?))
}

/// Up to `limit` notices after a position, in order.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn after(
    db: &impl ConnectionTrait,
    position: i64,
    limit: u64,
) -> Result<Vec<Notice>, StoreError> {
    page(db, position, limit).await?.read()
}

/// An activity's notices in order.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn of_activity(
    db: &impl ConnectionTrait,
    activity_id: &str,
) -> Result<Vec<Notice>, StoreError> {
    let its = notice::Entity::find().filter(notice::Column::ActivityId.eq(activity_id));
    Page(rows(its).all(db).await?).read()
}

/// The positions at which it was last said of these activities whether and when they take place.
///
/// # Errors
/// When the database fails.
pub(super) async fn last_of_standing(
    db: &impl ConnectionTrait,
    activities: &[&str],
) -> Result<Vec<(String, i64)>, StoreError> {
    let kinds = [
        NoticeKind::Announced,
        NoticeKind::Rescheduled,
        NoticeKind::Postponed,
        NoticeKind::Cancelled,
        NoticeKind::Reinstated,
    ];
    Ok(notice::Entity::find()
        .select_only()
        .column(notice::Column::ActivityId)
        .column_as(notice::Column::Position.max(), "last")
        .filter(notice::Column::ActivityId.is_in(activities.iter().copied()))
        .filter(notice::Column::Kind.is_in(kinds))
        .group_by(notice::Column::ActivityId)
        .into_tuple()
        .all(db)
        .await?)
}

/// Redacts what the log said of an activity before it was withdrawn; returns the positions of those notices.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn redact(
    tx: &impl ConnectionTrait,
    activity: &ActivityId,
) -> Result<Vec<i64>, StoreError> {
    let digests = notice::Entity::find()
        .filter(notice::Column::Kind.eq(NoticeKind::Digest))
        .filter(notice::Column::Document.contains(activity.as_str()));
    let mut notices = of_activity(tx, activity.as_str()).await?;
    notices.extend(Page(rows(digests).all(tx).await?).read()?);
    notices.retain(|notice| notice.kind != NoticeKind::Withdrawn);
    for notice in &notices {
        notice::Entity::update_many()
            .col_expr(
                notice::Column::Document,
                Expr::value(document(&notice.redacted(activity))),
            )
            .filter(notice::Column::Position.eq(notice.position))
            .exec(tx)
            .await?;
    }
    Ok(notices.iter().map(|notice| notice.position).collect())
}

/// Notes that an edition or series changed.
///
/// # Errors
/// When the database fails.
pub async fn bump_reference(tx: &impl ConnectionTrait) -> Result<(), StoreError> {
    log_head::Entity::update_many()
        .col_expr(
            log_head::Column::ReferenceVersion,
            Expr::col(log_head::Column::ReferenceVersion).add(1),
        )
        .filter(log_head::Column::Id.eq(1))
        .exec(tx)
        .await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("NOTIFY {CHANNEL}")).await?;
    }
    Ok(())
}
