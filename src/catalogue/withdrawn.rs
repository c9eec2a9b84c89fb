//! What stands for a withdrawn activity, and what of it is no longer told.

use entity::vocab::{NoticeKind, Status};

use super::State;
use crate::domain::{activity::Activity, notice::Notice};

impl State {
    /// What stands for a withdrawn activity in the end, over any number of steps; nothing when the last is withdrawn.
    #[must_use]
    pub fn successor<'s>(&'s self, withdrawn: &Activity) -> Option<&'s Activity> {
        let mut seen = vec![&withdrawn.id];
        let mut next = withdrawn.replaced_by.as_ref()?;
        loop {
            if seen.contains(&next) {
                return None;
            }
            let activity = self.activity(next)?.activity();
            if activity.status != Status::Withdrawn {
                return Some(activity);
            }
            seen.push(&activity.id);
            next = activity.replaced_by.as_ref()?;
        }
    }

    /// Whether the activity of a notice was withdrawn later: then only the withdrawal is told.
    #[must_use]
    pub fn is_taken_back(&self, notice: &Notice) -> bool {
        notice.kind != NoticeKind::Withdrawn
            && notice
                .activity_id
                .as_ref()
                .and_then(|id| self.activity(id))
                .is_some_and(|entry| entry.activity().status == Status::Withdrawn)
    }
}
