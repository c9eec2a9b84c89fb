//! What the catalogue knows.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entity::vocab::NoticeKind;

use super::names::Names;
use crate::{
    domain::{
        activity::Activity, edition::Edition, notice::Notice, selection::Selection, series::Series,
    },
    ids::{ActivityId, NoticeId},
    store::reference::Versioned,
};

/// A public activity.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The notice of its latest revision; its snapshot is the activity as it stands.
    pub last: Arc<Notice>,
    /// The notice that gave it its present slot and status (announced, rescheduled, postponed, cancelled,
    /// reinstated, held, withdrawn): its reason, old and new date stand in the calendar text.
    pub cause: Arc<Notice>,
    /// Positions of all its notices, reminders too, in order.
    pub positions: Vec<i64>,
}

impl Entry {
    /// The activity as it stands.
    #[must_use]
    pub fn activity(&self) -> &Activity {
        self.last
            .activity
            .as_ref()
            .expect("only notices with a snapshot make entries")
    }

    /// The version of its row, for the API's ETag.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.last.activity_version.unwrap_or(0)
    }
}

/// The programme as the outside may see it.
#[derive(Debug)]
pub struct State {
    /// Which log this is.
    pub log_id: String,
    /// The host in uids and tag URIs.
    pub authority: String,
    /// The year in tag URIs.
    pub authority_year: i32,
    activities: HashMap<ActivityId, Entry>,
    /// Index = position − 1.
    notices: Vec<Arc<Notice>>,
    notice_ids: HashMap<NoticeId, i64>,
    notices_by_kind: HashMap<NoticeKind, i64>,
    /// Positions of the digests: they list activities that may be withdrawn later.
    digests: Vec<i64>,
    /// Positions in the order of (`published_at`, position).
    by_published: Vec<(DateTime<Utc>, i64)>,
    editions: BTreeMap<i32, Versioned<Edition>>,
    series: BTreeMap<String, Versioned<Series>>,
    pub(super) names: Names,
}

impl State {
    pub(super) fn new(log_id: String, authority: String, authority_year: i32) -> Self {
        Self {
            log_id,
            authority,
            authority_year,
            activities: HashMap::new(),
            notices: Vec::new(),
            notice_ids: HashMap::new(),
            notices_by_kind: HashMap::new(),
            digests: Vec::new(),
            by_published: Vec::new(),
            editions: BTreeMap::new(),
            series: BTreeMap::new(),
            names: Names::default(),
        }
    }

    pub(super) fn set_reference(
        &mut self,
        editions: Vec<Versioned<Edition>>,
        series: Vec<Versioned<Series>>,
    ) {
        self.editions = editions
            .into_iter()
            .map(|edition| (edition.value.year, edition))
            .collect();
        self.series = series
            .into_iter()
            .map(|series| (series.value.slug.0.clone(), series))
            .collect();
    }

    pub(super) fn apply(&mut self, notice: Notice) {
        let position = notice.position;
        debug_assert_eq!(position, self.head() + 1, "positions are applied in order");
        self.names.take(&notice);
        let notice = Arc::new(notice);
        let at = (notice.published_at, position);
        let place = self.by_published.partition_point(|other| *other < at);
        self.by_published.insert(place, at);
        self.notice_ids.insert(notice.id.clone(), position);
        *self.notices_by_kind.entry(notice.kind).or_default() += 1;
        self.notices.push(Arc::clone(&notice));
        let (Some(id), Some(_)) = (&notice.activity_id, &notice.activity) else {
            self.digests.push(position);
            return;
        };
        let is_cause = matches!(
            notice.kind,
            NoticeKind::Announced
                | NoticeKind::Rescheduled
                | NoticeKind::Postponed
                | NoticeKind::Cancelled
                | NoticeKind::Reinstated
                | NoticeKind::Held
                | NoticeKind::Withdrawn
        );
        let entry = self.activities.entry(id.clone()).or_insert_with(|| Entry {
            last: Arc::clone(&notice),
            cause: Arc::clone(&notice),
            positions: Vec::new(),
        });
        if notice.kind.is_revision() {
            entry.last = Arc::clone(&notice);
        }
        if is_cause {
            entry.cause = Arc::clone(&notice);
        }
        if notice.kind == NoticeKind::Withdrawn {
            let digests = self.digests.iter();
            for earlier in entry.positions.iter().chain(digests) {
                let slot = &mut self.notices[index(*earlier)];
                *slot = Arc::new(slot.redacted(id));
            }
        }
        entry.positions.push(position);
    }

    /// The last position.
    #[must_use]
    pub fn head(&self) -> i64 {
        i64::try_from(self.notices.len()).expect("a log fits into i64")
    }

    /// An activity by id.
    #[must_use]
    pub fn activity(&self, id: &ActivityId) -> Option<&Entry> {
        self.activities.get(id)
    }

    /// All public activities (withdrawn ones included), in no order.
    pub fn activities(&self) -> impl Iterator<Item = &Entry> {
        self.activities.values()
    }

    /// A notice by position.
    #[must_use]
    pub fn notice_at(&self, position: i64) -> Option<&Arc<Notice>> {
        (position > 0)
            .then(|| self.notices.get(index(position)))
            .flatten()
    }

    /// A notice by id.
    #[must_use]
    pub fn notice(&self, id: &NoticeId) -> Option<&Arc<Notice>> {
        self.notice_at(*self.notice_ids.get(id)?)
    }

    /// How many notices of each kind there are.
    pub fn notices_by_kind(&self) -> impl Iterator<Item = (NoticeKind, i64)> {
        self.notices_by_kind
            .iter()
            .map(|(kind, count)| (*kind, *count))
    }

    /// Notices after a position, in order.
    #[must_use]
    pub fn notices_after(&self, position: i64) -> &[Arc<Notice>] {
        let from = usize::try_from(position.max(0))
            .unwrap_or(usize::MAX)
            .min(self.notices.len());
        &self.notices[from..]
    }

    /// Notices, the newest published first.
    pub fn newest_published(&self) -> impl Iterator<Item = &Arc<Notice>> {
        self.by_published
            .iter()
            .rev()
            .map(|(_, position)| &self.notices[index(*position)])
    }

    /// Whether a notice that a selection wants stands after a position (a withdrawal concerns everybody:
    /// it redacts what other selections showed).
    #[must_use]
    pub fn concerns_since(&self, selection: &Selection, position: i64) -> bool {
        self.notices_after(position)
            .iter()
            .any(|notice| notice.kind == NoticeKind::Withdrawn || selection.matches_notice(notice))
    }

    /// An edition.
    #[must_use]
    pub fn edition(&self, year: i32) -> Option<&Versioned<Edition>> {
        self.editions.get(&year)
    }

    /// All editions by year.
    pub fn editions(&self) -> impl DoubleEndedIterator<Item = &Versioned<Edition>> {
        self.editions.values()
    }

    /// A series.
    #[must_use]
    pub fn one_series(&self, slug: &str) -> Option<&Versioned<Series>> {
        self.series.get(slug)
    }

    /// All series by slug.
    pub fn all_series(&self) -> impl Iterator<Item = &Versioned<Series>> {
        self.series.values()
    }
}

fn index(position: i64) -> usize {
    usize::try_from(position - 1).expect("positions start at 1")
}
