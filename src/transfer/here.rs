//! What is here already, as rows without a slug are compared with it.
//!
//! Invariant: an importer is told of nothing that it could not see: other offices' drafts are not compared with.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;

use crate::{
    domain::{
        activity::{Activity, Content},
        rights::Deed,
        role::Caller,
        tracking::is_unique,
        when::When,
    },
    ids::ActivityId,
};

/// Activities by what a file may say of them again.
#[derive(Debug, Default)]
pub(super) struct Here {
    by_uid: HashMap<String, ActivityId>,
    alike: HashMap<(i32, String), Vec<There>>,
    by_day: HashMap<Option<NaiveDate>, Vec<Activity>>,
}

/// An activity that is here, at one of its dates.
#[derive(Clone, Debug)]
pub(super) struct There {
    /// Its id.
    pub id: ActivityId,
    /// The date; where it was postponed, the one before too.
    when: When,
    /// What it says.
    pub content: Arc<Content>,
}

impl Here {
    pub(super) fn new(activities: Vec<Activity>, caller: &Caller) -> Self {
        let mut here = Self::default();
        for activity in activities {
            let Activity {
                id,
                status,
                content,
                previous_when,
                ..
            } = activity.clone();
            if !status.is_public() && !caller.role.may(Deed::ReadDrafts, content.office) {
                continue;
            }
            let uids = content.sources.iter().filter_map(|from| from.uid.clone());
            for uid in uids.filter(|uid| is_unique(uid)) {
                here.by_uid.insert(uid, id.clone());
            }
            let of_day = here.by_day.entry(content.when.first_day()).or_default();
            of_day.push(activity);
            let name = (content.edition, content.title.zh.clone());
            let dates = [Some(content.when.clone()), previous_when];
            let content = Arc::new(content);
            let alike = here.alike.entry(name).or_default();
            alike.extend(dates.into_iter().flatten().map(|when| There {
                id: id.clone(),
                when,
                content: Arc::clone(&content),
            }));
        }
        here
    }

    /// The activity that was taken from a calendar's event before.
    pub(super) fn by_uid(&self, uid: &str) -> Option<&ActivityId> {
        self.by_uid.get(uid)
    }

    /// What begins on the same day.
    pub(super) fn of_day(&self, day: Option<NaiveDate>) -> &[Activity] {
        self.by_day.get(&day).map_or(&[], Vec::as_slice)
    }

    /// The activity of the same edition, title and date; the date may be the one before a postponement.
    pub(super) fn like(&self, content: &Content) -> Option<&There> {
        let mut alike = self.titled(content).iter();
        alike.find(|there| there.when == content.when)
    }

    /// The one activity of the same edition and title, where there is no other.
    pub(super) fn only_titled(&self, content: &Content) -> Option<&There> {
        let (first, others) = self.titled(content).split_first()?;
        others
            .iter()
            .all(|other| other.id == first.id)
            .then_some(first)
    }

    fn titled(&self, content: &Content) -> &[There] {
        let name = (content.edition, content.title.zh.clone());
        self.alike.get(&name).map_or(&[], Vec::as_slice)
    }
}
