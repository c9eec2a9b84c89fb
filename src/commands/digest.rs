//! Telling a month's programme in one notice that belongs to no activity.
//!
//! Invariant: a month has at most one digest in the log (`once`), and it lists the programme as it stood just before
//! its position.

use entity::vocab::NoticeKind;
use serde_json::Map;

use super::{CommandError, Services};
use crate::{
    catalogue::Entry,
    domain::{
        dates::Month,
        digest::{of_month, once},
        notice::Notice,
        when::midnight,
    },
    ids::NoticeId,
    store,
};

/// Publishes a month's digest; nothing when it was published before, the month is over, or nothing is on.
///
/// # Errors
/// When the database fails.
pub async fn publish_digest(
    services: &Services,
    month: Month,
) -> Result<Option<Notice>, CommandError> {
    services
        .run(async move |services| {
            let notice = transact(&services, month).await?;
            if notice.is_some() {
                services.show().await;
            }
            Ok(notice)
        })
        .await
}

async fn transact(services: &Services, month: Month) -> Result<Option<Notice>, CommandError> {
    let now = services.now();
    let once = once(month);
    if now >= midnight(month.next().first()) {
        return Ok(None);
    }
    let tx = services.db.begin().await?;
    // From here on nobody commits to the log, so the catalogue can be brought to just before this position, and
    // whoever published it before has committed.
    let taken = store::log::take(&tx, 1, now).await?;
    if store::log::has_once(&tx, &once).await? {
        return Ok(None);
    }
    services.catalogue.catch_up(&services.db).await?;
    let digest = of_month(
        month,
        services.catalogue.read().activities().map(Entry::activity),
    );
    if digest.activities.is_empty() {
        tracing::info!(%month, "there is no digest of {month}: nothing is on");
        return Ok(None);
    }
    let count = digest.activities.len();
    let notice = Notice {
        position: taken.first,
        id: NoticeId::new(now),
        kind: NoticeKind::Digest,
        activity_id: None,
        revision: None,
        published_at: taken.published_at,
        recorded_at: now,
        reason: None,
        changed: Vec::new(),
        before: Map::new(),
        after: Map::new(),
        source: None,
        activity: None,
        digest: Some(digest),
        history: false,
        activity_version: None,
    };
    store::log::append(&tx, std::slice::from_ref(&notice), Some(once)).await?;
    tx.commit().await?;
    tracing::info!(
        %month, position = notice.position,
        "the digest of {month} was published with {count} activities"
    );
    Ok(Some(notice))
}
