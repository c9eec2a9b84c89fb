//! The notices of an action, appended to the log in the transaction that saves what they state.

use chrono::{DateTime, Utc};
use entity::vocab::{NoticeKind, Status};
use sea_orm::DatabaseTransaction;

use super::{Outcome, along::Moved, save};
use crate::{
    commands::{CommandError, Services},
    domain::{
        action::{Action, Statement},
        activity::Activity,
        notice::Notice,
    },
    ids::NoticeId,
    store::{self, activities::Stored},
};

/// Takes the positions (the last lock), decides again at the log's time, saves, appends.
///
/// # Errors
/// When a version is stale, an action gives no notice, or the database fails.
pub(super) async fn publish(
    services: &Services,
    tx: &DatabaseTransaction,
    stored: &Stored,
    action: &Action,
    moved: &[Moved],
) -> Result<Vec<Notice>, CommandError> {
    let count = 1 + i64::try_from(moved.len()).expect("children fit into i64");
    let taken = store::log::take(tx, count, services.now()).await?;
    // On PostgreSQL it waits there: it is written down now, after all that stand before it in the log.
    let now = services.now();
    let mut notices = Vec::with_capacity(moved.len() + 1);
    let all = std::iter::once((stored, action))
        .chain(moved.iter().map(|child| (&child.stored, &child.action)));
    for ((stored, action), position) in all.zip(taken.first..) {
        let change = stored.activity.apply(action, taken.published_at)?;
        let statement = change.statement.ok_or_else(|| {
            CommandError::Conflict(format!(
                "{} on {} gave no notice",
                action.name(),
                stored.activity.id
            ))
        })?;
        save(tx, &change.activity, stored.version, now).await?;
        if change.activity.status == Status::Withdrawn {
            store::comments::forget(tx, &change.activity.id).await?;
            let redacted = store::log::redact(tx, &change.activity.id).await?;
            store::exceptions::forget_bodies(tx, &redacted).await?;
            forget_answers(tx, &change.activity, stored.version + 1).await?;
        }
        notices.push(notice_of(
            change.activity,
            statement,
            position,
            stored.version + 1,
            taken.published_at,
            now,
        ));
    }
    store::log::append(tx, &notices, None).await?;
    Ok(notices)
}

/// Answers kept for repeated requests must not tell what a withdrawn activity said.
async fn forget_answers(
    tx: &DatabaseTransaction,
    withdrawn: &Activity,
    version: i64,
) -> Result<(), CommandError> {
    let answer = Outcome {
        activity: withdrawn.clone(),
        version,
        notice: None,
        warnings: Vec::new(),
    };
    let answer = serde_json::to_string(&answer).expect("answers have string keys only");
    store::idempotency::replace(tx, withdrawn.id.as_str(), answer).await?;
    Ok(())
}

/// The notice that states a change.
#[must_use]
pub fn notice_of(
    activity: Activity,
    statement: Statement,
    position: i64,
    version: i64,
    published_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
) -> Notice {
    let Statement {
        kind,
        reason,
        changed,
        before,
        after,
        source,
    } = statement;
    debug_assert!(
        kind.is_revision() && kind != NoticeKind::Digest,
        "an action states a revision"
    );
    Notice {
        position,
        id: NoticeId::new(recorded_at),
        kind,
        activity_id: Some(activity.id.clone()),
        revision: Some(activity.revision),
        published_at,
        recorded_at,
        reason,
        changed,
        before,
        after,
        source,
        activity: Some(activity),
        digest: None,
        history: false,
        activity_version: Some(version),
    }
}
