//! What somebody asks to be done to an activity, as JSON: one reading for the API and for forms.
//!
//! Invariant: an action takes the fields that are its own, and no others.

use entity::vocab::{District, Mode};
use serde_json::Value;

use super::{
    action::Action,
    activity::{Figure, Venue},
    input::{Faults, Object},
    notice::Reason,
    parts::Comment,
    text::{WebAddress, Words},
    when::{Instant, When},
};
use crate::ids::ActivityId;

/// An action with what is asked for beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What.
    pub action: Action,
    /// Whether its children move along.
    pub children: bool,
    /// What is said about it in the review.
    pub comment: Option<Comment>,
}

impl Request {
    /// Reads what the action of this name takes; `None`, with the faults, where that is not it. There must be such an
    /// action: `submit return announce reschedule relocate change-format postpone cancel reinstate hold withdraw`.
    pub fn read(name: &str, value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, "", faults)?;
        let action = action(name, &mut object, faults);
        let moves = matches!(
            name,
            "reschedule" | "relocate" | "change-format" | "postpone" | "cancel" | "reinstate"
        );
        let is_review = matches!(name, "submit" | "return" | "announce");
        let children = moves && object.optional("children", faults).unwrap_or(false);
        let comment = match is_review {
            true => object.optional("comment", faults),
            false => None,
        };
        object.close(faults);
        Some(Self {
            action: action?,
            children,
            comment,
        })
    }
}

fn action(name: &str, object: &mut Object<'_>, faults: &mut Faults) -> Option<Action> {
    Some(match name {
        "submit" => Action::Submit,
        "return" => Action::Return,
        "announce" => Action::Announce {
            publish_at: object
                .optional::<Instant>("publish_at", faults)
                .map(|at| at.0),
        },
        "reschedule" => {
            let when = object.required::<When>("when", faults);
            let reason = reason(object, faults);
            Action::Reschedule {
                when: when?,
                reason,
            }
        }
        "relocate" => {
            let venue = object.optional::<Venue>("venue", faults);
            let districts =
                object
                    .optional::<Vec<District>>("districts", faults)
                    .map(|mut districts| {
                        districts.sort_unstable();
                        districts.dedup();
                        districts
                    });
            let reason = reason(object, faults);
            if !object.has("venue") && !object.has("districts") {
                faults.add("", "venue or districts is needed");
            }
            Action::Relocate {
                venue,
                districts,
                reason,
            }
        }
        "change-format" => {
            let mode = object.required::<Mode>("mode", faults);
            let live_url = object.optional::<WebAddress>("live_url", faults);
            let reason = reason(object, faults);
            Action::ChangeFormat {
                mode: mode?,
                live_url,
                reason,
            }
        }
        "postpone" => Action::Postpone {
            reason: reason(object, faults),
        },
        "cancel" => Action::Cancel {
            reason: reason(object, faults),
        },
        "reinstate" => Action::Reinstate {
            when: object.optional::<When>("when", faults),
        },
        "hold" => Action::Hold {
            figures: object.optional::<Vec<Figure>>("figures", faults),
            outcomes: object.optional::<Vec<Words>>("outcomes", faults),
            stated_on: None,
        },
        "withdraw" => {
            let reason = object.required::<Reason>("reason", faults);
            let replaced_by = object.optional::<ActivityId>("replaced_by", faults);
            Action::Withdraw {
                reason: reason?,
                replaced_by,
            }
        }
        other => {
            faults.add("", format!("{other:?} is not an action"));
            return None;
        }
    })
}

fn reason(object: &mut Object<'_>, faults: &mut Faults) -> Option<Reason> {
    object.optional("reason", faults)
}
