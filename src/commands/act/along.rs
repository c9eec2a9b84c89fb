//! The children that go along with their parent, as far as they can and the caller may.

use std::fmt;

use sea_orm::DatabaseTransaction;

use super::Act;
use crate::{
    commands::{CommandError, Services},
    domain::{
        action::{Action, Change},
        activity::Activity,
        refusal::Refusal,
        rights::Deed,
        role::Office,
        text::Text,
    },
    ids::ActivityId,
    store::{self, activities::Stored},
};

/// A child that goes along with its parent.
pub(super) struct Moved {
    pub(super) stored: Stored,
    pub(super) action: Action,
    pub(super) becomes: Activity,
}

/// A child that stays as it is while its parent moves.
#[derive(Clone, Debug)]
pub struct Stays {
    /// Which one.
    pub id: ActivityId,
    /// What it is called.
    pub title: Text,
    /// Why.
    pub why: Why,
}

/// Why a child stays as it is.
#[derive(Clone, Debug)]
pub enum Why {
    /// Its date cannot be moved by what its parent's was.
    NoDate,
    /// It is another office's.
    Office(Office),
    /// Its own state does not allow it.
    Refused(Refusal),
}

impl fmt::Display for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} stays as it is: ", self.id)?;
        match &self.why {
            Why::NoDate => f.write_str("its date cannot be moved along"),
            Why::Office(office) => write!(f, "it belongs to the office {office}"),
            Why::Refused(refusal) => refusal.fmt(f),
        }
    }
}

/// Those that go along; of the others, why they stay.
///
/// # Errors
/// When the database fails.
pub(super) async fn moved_children(
    tx: &DatabaseTransaction,
    services: &Services,
    parent: &Stored,
    change: &Change,
    act: &Act,
) -> Result<(Vec<Moved>, Vec<Stays>), CommandError> {
    let (mut moved, mut left) = (Vec::new(), Vec::new());
    for child in store::activities::children_locked(tx, &act.id).await? {
        let stays = |why| Stays {
            id: child.activity.id.clone(),
            title: child.activity.content.title.clone(),
            why,
        };
        let Some(action) = along(&act.action, parent, change, &child.activity) else {
            left.push(stays(Why::NoDate));
            continue;
        };
        let office = child.activity.content.office;
        if !act.caller.role.may(Deed::of(&act.action), office) {
            left.push(stays(Why::Office(office)));
            continue;
        }
        match child.activity.apply(&action, services.now()) {
            Ok(change) => moved.push(Moved {
                stored: child,
                action,
                becomes: change.activity,
            }),
            Err(refusal) => left.push(stays(Why::Refused(refusal))),
        }
    }
    Ok((moved, left))
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
