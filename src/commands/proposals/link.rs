//! A new entry is an activity that is here already: its source tells of that one from now on.

use super::{accept::delete, decide, open_for};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail},
        remember,
    },
    domain::{audit::Action, rights::Deed, role::Caller, source::ProposalKind, tracking::Evidence},
    ids::ActivityId,
    store::{self, idempotency::Key, proposals::State, source_entries},
};

/// A new entry, and the activity that it is.
#[derive(Clone, Debug)]
pub struct Link {
    /// Who says so.
    pub caller: Caller,
    /// The proposal that the entry's draft be announced.
    pub id: String,
    /// The activity.
    pub activity: ActivityId,
    /// For repeated requests.
    pub key: Option<Key>,
}

/// Links them. The draft is deleted; what the source says otherwise than what stands here is proposed when it is read next.
///
/// # Errors
/// When there is no such proposal, it is about no new entry, or it waits no more; when there is no such activity for this caller.
pub async fn link(services: &Services, link: Link) -> Result<(), CommandError> {
    let trail = Trail::of(&link.caller, Action::ProposalAccept).on(&link.id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(()) = answered(&tx, link.key.as_ref(), now).await? {
                return Ok(Audited::unchanged(()));
            }
            let row = open_for(&tx, &link.caller, &link.id).await?;
            if row.kind != ProposalKind::New.as_str() {
                return Err(CommandError::Conflict(format!(
                    "{} is about an activity that is here; only a new entry is linked",
                    row.id
                )));
            }
            let other = store::activities::find(&tx, &link.activity).await?;
            let may = other.as_ref().is_some_and(|other| {
                let (office, status) = (other.activity.content.office, other.activity.status);
                status.is_public() || link.caller.role.may(Deed::ReadDrafts, office)
            });
            if !may || row.activity_id == link.activity.as_str() {
                return Err(CommandError::fault(
                    "/activity",
                    format!("there is no other activity {}", link.activity),
                ));
            }
            let (source, entry) = (row.source_id.clone(), row.entry_key.clone());
            let draft = row.activity_id.parse::<ActivityId>();
            let row = decide(&tx, row, State::Accepted, &link.caller, None, None, now).await?;
            if let Ok(draft) = draft
                && let Some(stored) = store::activities::find_locked(&tx, &draft).await?
            {
                // Whatever else means the draft means the other one too.
                source_entries::look_again(&tx, draft.as_str()).await?;
                source_entries::link(&tx, draft.as_str(), link.activity.as_str()).await?;
                delete(&tx, &link.caller, &draft, &stored, now).await?;
            }
            if let Some(mut entry) = source_entries::find(&tx, &source, &entry).await? {
                entry.refused = false;
                entry.activity_id = Some(link.activity.to_string());
                entry.evidence = serde_json::to_string(&Evidence::Person {}).ok();
                // Compared as a whole when it is read next; what is unchanged is read too, then.
                entry.settled = None;
                entry.note =
                    Some("linked by hand; compared when the source is read next".to_owned());
                source_entries::save(&tx, entry).await?;
            }
            if let Some(mut source) = store::sources::find_locked(&tx, &row.source_id).await? {
                (source.etag, source.last_modified, source.content_hash) = (None, None, None);
                store::sources::save(&tx, source).await?;
            }
            remember(&tx, link.key.as_ref(), &()).await?;
            Ok(trail.commit(tx, now, &["/activity".to_owned()], ()).await?)
        })
        .await
}
