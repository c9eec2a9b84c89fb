//! A proposal is rejected, with the reason: it is not proposed again until its source says something else.

use entity::vocab::Status;

use super::{accept::delete, decide, open_for, settle};
use crate::{
    commands::{
        CommandError, Services,
        act::{Act, within},
        answered,
        audit::{Audited, Trail},
        remember,
    },
    domain::{action, audit::Action, parts::Comment, role::Caller, tracking::Do},
    ids::ActivityId,
    store::{self, idempotency::Key, proposals::State},
};

/// A proposal that somebody rejects.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Who.
    pub caller: Caller,
    /// Which.
    pub id: String,
    /// Why.
    pub reason: Comment,
    /// For repeated requests.
    pub key: Option<Key>,
}

/// Rejects it. The draft that was made for a new entry is deleted where nobody has worked on it, and else given back with the reason.
///
/// # Errors
/// When there is no such proposal, or it waits no more; a reason that is empty.
pub async fn reject(services: &Services, reject: Reject) -> Result<(), CommandError> {
    let trail = Trail::of(&reject.caller, Action::ProposalReject).on(&reject.id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(()) = answered(&tx, reject.key.as_ref(), now).await? {
                return Ok(Audited::unchanged(()));
            }
            let mut row = open_for(&tx, &reject.caller, &reject.id).await?;
            if reject.reason.0.is_empty() {
                return Err(CommandError::fault("/reason", "is missing"));
            }
            let mut document = store::proposals::document(&row)?;
            document.settled = settle(&tx, &row, &document).await?;
            row.document = document.text();
            let reason = Some(reject.reason.0.clone());
            let row = decide(&tx, row, State::Rejected, &reject.caller, reason, None, now).await?;
            if document.action == Do::Announce {
                refuse(&services, &tx, &trail, &reject, (&row, document.version)).await?;
            }
            remember(&tx, reject.key.as_ref(), &()).await?;
            Ok(trail.commit(tx, now, &[], ()).await?)
        })
        .await
}

/// What becomes of the draft of an entry that is none of ours.
async fn refuse(
    services: &Services,
    tx: &sea_orm::DatabaseTransaction,
    trail: &Trail,
    reject: &Reject,
    (row, left_at): (&store::proposals::Row, Option<i64>),
) -> Result<(), CommandError> {
    let Ok(id) = row.activity_id.parse::<ActivityId>() else {
        return Ok(());
    };
    let Some(stored) = store::activities::find_locked(tx, &id).await? else {
        return Ok(());
    };
    if left_at == Some(stored.version) {
        return delete(tx, &reject.caller, &id, &stored, services.now()).await;
    }
    if stored.activity.status == Status::InReview {
        let act = Act {
            caller: reject.caller.clone(),
            id,
            version: stored.version,
            action: action::Action::Return,
            children: false,
            comment: Some(reject.reason.clone()),
            key: None,
        };
        within(services, tx, trail, &act).await?;
    }
    Ok(())
}
