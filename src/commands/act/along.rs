//! The children that go along with their parent, as far as they can and the caller may.

use sea_orm::DatabaseTransaction;

use super::Act;
use crate::{
    commands::{CommandError, Services},
    domain::{
        action::{Action, Change},
        activity::Activity,
        rights::Deed,
    },
    store::{self, activities::Stored},
};

/// A child that goes along with its parent.
pub(super) struct Moved {
    pub(super) stored: Stored,
    pub(super) action: Action,
    pub(super) becomes: Activity,
}

/// Those that go along; of the others, `warnings` says why they stay.
///
/// # Errors
/// When the database fails.
pub(super) async fn moved_children(
    tx: &DatabaseTransaction,
    services: &Services,
    parent: &Stored,
    change: &Change,
    act: &Act,
    warnings: &mut Vec<String>,
) -> Result<Vec<Moved>, CommandError> {
    let mut moved = Vec::new();
    for child in store::activities::children_locked(tx, &act.id).await? {
        let Some(action) = along(&act.action, parent, change, &child.activity) else {
            warnings.push(format!(
                "{} stays as it is: its date cannot be moved along",
                child.activity.id
            ));
            continue;
        };
        if !act
            .caller
            .role
            .may(Deed::of(&act.action), child.activity.content.office)
        {
            warnings.push(format!(
                "{} stays as it is: it belongs to the office {}",
                child.activity.id, child.activity.content.office
            ));
            continue;
        }
        match child.activity.apply(&action, services.now()) {
            Ok(change) => moved.push(Moved {
                stored: child,
                action,
                becomes: change.activity,
            }),
            Err(refusal) => {
                warnings.push(format!("{} stays as it is: {refusal}", child.activity.id))
            }
        }
    }
    Ok(moved)
}

/// What a parent's action means for a child; `None` when that cannot be said.
fn along(action: &Action, parent: &Stored, change: &Change, child: &Activity) -> Option<Action> {
    let slot = |reference: &Activity| {
        child
            .shown_when()
            .moved_along(reference.shown_when(), &change.activity.content.when)
    };
    match action {
        Action::Reschedule { reason, .. } => Some(Action::Reschedule {
            when: slot(&parent.activity)?,
            reason: reason.clone(),
        }),
        Action::Reinstate { when: Some(_) } => Some(Action::Reinstate {
            when: Some(slot(&parent.activity)?),
        }),
        Action::Reinstate { when: None } | Action::Postpone { .. } | Action::Cancel { .. } => {
            Some(action.clone())
        }
        Action::Relocate { .. } | Action::ChangeFormat { .. } => Some(action.clone()),
        Action::Submit
        | Action::Return
        | Action::Announce { .. }
        | Action::Update { .. }
        | Action::Hold { .. }
        | Action::Withdraw { .. } => None,
    }
}
