//! The shapes of what an action on an activity takes.

use entity::vocab::{District, Mode};
use utoipa::ToSchema;

use super::{Figure, Reason, Venue, When};
use crate::domain::text::Words;

/// For announce.
#[derive(ToSchema)]
pub struct Announce {
    /// Later than now: an embargo until then.
    publish_at: Option<String>,
    /// What the offices say to each other about it; never public. At most 2,000 characters.
    comment: Option<String>,
}

/// For submit and return.
#[derive(ToSchema)]
pub struct Review {
    /// What the offices say to each other about it; never public. At most 2,000 characters.
    comment: Option<String>,
}

/// For reschedule.
#[derive(ToSchema)]
pub struct Reschedule {
    when: When,
    reason: Option<Reason>,
    /// Move its children along.
    children: Option<bool>,
}

/// For relocate: venue or districts, or both.
#[derive(ToSchema)]
pub struct Relocate {
    venue: Option<Venue>,
    districts: Option<Vec<District>>,
    reason: Option<Reason>,
    /// Move its children along.
    children: Option<bool>,
}

/// For change-format.
#[derive(ToSchema)]
pub struct ChangeFormat {
    mode: Mode,
    live_url: Option<String>,
    reason: Option<Reason>,
    /// Change its children too.
    children: Option<bool>,
}

/// For postpone and cancel.
#[derive(ToSchema)]
pub struct Because {
    reason: Option<Reason>,
    /// Its children too.
    children: Option<bool>,
}

/// For reinstate.
#[derive(ToSchema)]
pub struct Reinstate {
    /// The old slot when absent.
    when: Option<When>,
    /// Its children too.
    children: Option<bool>,
}

/// For hold.
#[derive(ToSchema)]
pub struct Hold {
    figures: Option<Vec<Figure>>,
    outcomes: Option<Vec<Words>>,
}

/// For withdraw.
#[derive(ToSchema)]
pub struct Withdraw {
    reason: Reason,
    /// act_…
    replaced_by: Option<String>,
}
