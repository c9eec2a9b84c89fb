//! Reminding people of an activity the day before it starts: a notice that changes nothing.
//!
//! Invariant: a reminder stands in the log at most once (`once`), carries the activity as it stands, and bumps no
//! revision.

use chrono::{DateTime, Utc};
use entity::vocab::NoticeKind;
use serde_json::Map;

use super::{CommandError, Services};
use crate::{
    catalogue::{Entry, State},
    domain::{
        notice::Notice,
        reminder::{self, Reminder},
    },
    ids::NoticeId,
    store,
};

/// The reminders that are due and not given yet, the next start first.
#[must_use]
pub fn due(state: &State, now: DateTime<Utc>) -> Vec<Reminder> {
    let mut due: Vec<Reminder> = state
        .activities()
        .filter_map(|entry| {
            Reminder::of(entry.activity(), entry.cause.recorded_at)
                .filter(|reminder| reminder.is_due(now) && !is_given(state, entry, reminder))
        })
        .collect();
    due.sort_by(|a, b| (a.starts_at, &a.activity).cmp(&(b.starts_at, &b.activity)));
    due
}

fn is_given(state: &State, entry: &Entry, reminder: &Reminder) -> bool {
    entry.positions.iter().rev().any(|position| {
        state
            .notice_at(*position)
            .filter(|notice| notice.kind == NoticeKind::Reminder)
            .and_then(|notice| notice.activity.as_ref())
            .and_then(|activity| reminder::once(&activity.id, &activity.content.when))
            .is_some_and(|once| once == reminder.once)
    })
}

/// Gives a reminder; nothing when it was given before, or when the activity was changed since it was worked out
/// (then the next look decides).
///
/// # Errors
/// When the database fails.
pub async fn remind(
    services: &Services,
    reminder: Reminder,
) -> Result<Option<Notice>, CommandError> {
    services
        .run(async move |services| {
            let notice = transact(&services, &reminder).await?;
            if notice.is_some() {
                services.show().await;
            }
            Ok(notice)
        })
        .await
}

async fn transact(
    services: &Services,
    reminder: &Reminder,
) -> Result<Option<Notice>, CommandError> {
    let tx = services.db.begin().await?;
    let now = services.now();
    let Some(stored) = store::activities::find_locked(&tx, &reminder.activity).await? else {
        return Ok(None);
    };
    if stored.activity.revision != reminder.revision
        || !reminder.is_due(now)
        // Whoever gave it held the lock on the activity's row until it was committed.
        || store::log::has_once(&tx, &reminder.once).await?
    {
        return Ok(None);
    }
    let taken = store::log::take(&tx, 1, now).await?;
    let notice = Notice {
        position: taken.first,
        id: NoticeId::new(now),
        kind: NoticeKind::Reminder,
        activity_id: Some(stored.activity.id.clone()),
        revision: Some(stored.activity.revision),
        published_at: taken.published_at,
        recorded_at: now,
        reason: None,
        changed: Vec::new(),
        before: Map::new(),
        after: Map::new(),
        source: None,
        activity: Some(stored.activity),
        digest: None,
        history: false,
        activity_version: Some(stored.version),
    };
    let once = Some(reminder.once.clone());
    store::log::append(&tx, std::slice::from_ref(&notice), once).await?;
    tx.commit().await?;
    tracing::info!(
        activity = %reminder.activity, position = notice.position,
        "a reminder of {} was given", reminder.activity
    );
    Ok(Some(notice))
}
