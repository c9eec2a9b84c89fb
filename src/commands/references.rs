//! What an activity refers to: its edition and section, series and parent.
//!
//! Invariant: a public activity refers only to what the public can see.

use sea_orm::ConnectionTrait;

use super::CommandError;
use crate::{
    domain::{
        activity::{Activity, Content},
        input::Faults,
        rights::Deed,
        role::Caller,
    },
    ids::ActivityId,
    store::{self, StoreError},
};

/// How deep activities may lie within activities: the forum, a forum in it, a session in that, and some room.
pub const GENERATIONS: usize = 8;

/// Notes as faults what the content refers to and is not there. Within a transaction, what it refers to stays.
///
/// # Errors
/// When the database fails.
pub async fn check_references(
    tx: &impl ConnectionTrait,
    caller: &Caller,
    content: &Content,
    present: Option<&Activity>,
    faults: &mut Faults,
) -> Result<(), StoreError> {
    match store::reference::find_edition_pinned(tx, content.edition).await? {
        None => faults.add(
            "/edition",
            format!("there is no edition {}", content.edition),
        ),
        Some(edition) => {
            if let Some(section) = &content.section
                && !edition
                    .value
                    .sections
                    .iter()
                    .any(|known| known.slug == *section)
            {
                faults.add(
                    "/section",
                    format!(
                        "the edition {} has no section {:?}",
                        content.edition, section.0
                    ),
                );
            }
        }
    }
    if let Some(series) = &content.series
        && store::reference::find_series_pinned(tx, &series.0)
            .await?
            .is_none()
    {
        faults.add("/series", format!("there is no series {:?}", series.0));
    }
    let parent_stays = present.is_some_and(|activity| activity.content.parent == content.parent);
    if let Some(parent) = &content.parent
        && !parent_stays
    {
        let child = present.map(|activity| &activity.id);
        check_parent(tx, caller, parent, child, faults).await?;
    }
    Ok(())
}

/// A parent must be there, and must not be below its own child.
async fn check_parent(
    tx: &impl ConnectionTrait,
    caller: &Caller,
    parent: &ActivityId,
    child: Option<&ActivityId>,
    faults: &mut Faults,
) -> Result<(), StoreError> {
    let mut next = Some(parent.clone());
    for _ in 0..GENERATIONS {
        let Some(id) = next else { return Ok(()) };
        if Some(&id) == child {
            faults.add(
                "/parent",
                format!("{parent} lies below this activity itself"),
            );
            return Ok(());
        }
        // Pinned, so that the parent is not deleted while its child is being written.
        let found = store::activities::find_pinned(tx, &id).await?;
        // Of other offices' drafts nobody is told that they are there; what lies above a parent was let through before.
        let seen = found.filter(|found| {
            let it = &found.activity;
            id != *parent
                || it.status.is_public()
                || caller.role.may(Deed::ReadDrafts, it.content.office)
        });
        let Some(found) = seen else {
            faults.add("/parent", format!("there is no activity {id}"));
            return Ok(());
        };
        next = found.activity.content.parent;
    }
    faults.add(
        "/parent",
        format!("{parent} lies over {GENERATIONS} generations deep"),
    );
    Ok(())
}

/// Refuses to make public what has a parent that is not: its id would be the first thing heard of it. An embargoed
/// activity may have a parent that is announced no later.
///
/// # Errors
/// A fault of `/parent`; or when the database fails.
pub async fn require_public_parent(
    tx: &impl ConnectionTrait,
    activity: &Activity,
) -> Result<(), CommandError> {
    let Some(parent) = &activity.content.parent else {
        return Ok(());
    };
    let found = store::activities::find(tx, parent).await?;
    let public = found.is_some_and(|found| {
        let parent = found.activity;
        parent.status.is_public()
            || (parent.publish_at.is_some() && parent.publish_at <= activity.publish_at)
    });
    if public {
        return Ok(());
    }
    Err(CommandError::fault(
        "/parent",
        format!("{parent} is not public; announce it first"),
    ))
}
