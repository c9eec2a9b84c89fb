//! What the catalogue knows.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use entity::vocab::NoticeKind;

use super::names::Names;
use crate::{
    domain::{
        activity::Activity,
        edition::Edition,
        notice::Notice,
        selection::{Selection, Sieve, Traits},
        series::Series,
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
    /// Of the activity as it stands.
    traits: Traits,
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
    activities: Vec<Entry>,
    /// Where in `activities`.
    places: HashMap<ActivityId, usize>,
    /// Index = position − 1.
    notices: Vec<Arc<Notice>>,
    /// Of the notices, by the same index.
    traits: Vec<Traits>,
    /// When each modified what is told, in whole seconds; by the same index.
    modified: Vec<DateTime<Utc>>,
    notice_ids: HashMap<NoticeId, i64>,
    notices_by_kind: HashMap<NoticeKind, i64>,
    /// Positions of the digests: they list activities that may be withdrawn later.
    digests: Vec<i64>,
    /// When the last of them was written down, by a clock that may have been set back since.
    last_recorded: Option<DateTime<Utc>>,
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
            activities: Vec::new(),
            places: HashMap::new(),
            notices: Vec::new(),
            traits: Vec::new(),
            modified: Vec::new(),
            notice_ids: HashMap::new(),
            notices_by_kind: HashMap::new(),
            digests: Vec::new(),
            last_recorded: None,
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
        let recorded = notice
            .recorded_at
            .max(self.last_recorded.unwrap_or_default());
        self.last_recorded = Some(recorded);
        self.modified
            .push(second_of(recorded, self.modified.last()));
        let notice = Arc::new(notice);
        let at = (notice.published_at, position);
        let place = self.by_published.partition_point(|other| *other < at);
        self.by_published.insert(place, at);
        self.notice_ids.insert(notice.id.clone(), position);
        *self.notices_by_kind.entry(notice.kind).or_default() += 1;
        self.notices.push(Arc::clone(&notice));
        self.traits.push(Traits::of_notice(&notice));
        let (Some(id), Some(activity)) = (&notice.activity_id, &notice.activity) else {
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
        let place = *self.places.entry(id.clone()).or_insert_with(|| {
            self.activities.push(Entry {
                last: Arc::clone(&notice),
                cause: Arc::clone(&notice),
                positions: Vec::new(),
                traits: Traits::of(&activity.content),
            });
            self.activities.len() - 1
        });
        let entry = &mut self.activities[place];
        if notice.kind.is_revision() {
            entry.last = Arc::clone(&notice);
            entry.traits = Traits::of(&activity.content);
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
        self.activities.get(*self.places.get(id)?)
    }

    /// All public activities (withdrawn ones included), in the order in which they were first told of.
    pub fn activities(&self) -> impl Iterator<Item = &Entry> {
        self.activities.iter()
    }

    /// The public activities that pass a sieve.
    pub fn sifted<'s, 'q>(
        &'s self,
        sieve: &'q Sieve,
    ) -> impl Iterator<Item = &'s Entry> + use<'s, 'q> {
        let entries = self.activities.iter();
        entries.filter(|entry| sieve.passes(entry.traits))
    }

    /// The notices after a position that pass a sieve, in order.
    pub fn sifted_after<'s>(
        &'s self,
        position: i64,
        sieve: &'s Sieve,
    ) -> impl Iterator<Item = &'s Arc<Notice>> {
        let notices = self.notices_after(position);
        let traits = &self.traits[self.traits.len() - notices.len()..];
        let sifted = notices.iter().zip(traits);
        sifted.filter_map(|(notice, traits)| sieve.passes(*traits).then_some(notice))
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

    /// When the notices were published, the oldest first.
    pub fn published(&self) -> impl DoubleEndedIterator<Item = DateTime<Utc>> {
        self.by_published.iter().map(|(at, _)| *at)
    }

    /// When the last notice was written down: none is published later than that.
    #[must_use]
    pub fn last_recorded(&self) -> Option<DateTime<Utc>> {
        self.last_recorded
    }

    /// What HTTP calls a notice's Last-Modified: the second in which it was written down, for the first of that second;
    /// the next second for the others. So who does not state it before it is over states a later one for each change,
    /// the same in every instance: libcurl keeps nothing that is not later than what it has.
    #[must_use]
    pub fn modified(&self, notice: &Notice) -> DateTime<Utc> {
        self.modified[index(notice.position)]
    }

    /// All digests, in order.
    pub fn digests(&self) -> impl Iterator<Item = &Arc<Notice>> {
        self.digests
            .iter()
            .map(|position| &self.notices[index(*position)])
    }

    /// Whether a notice was written down afterwards, when the log had begun: who follows the news has no use for it.
    #[must_use]
    pub fn is_late(&self, notice: &Notice) -> bool {
        let began = self.notices.first().map(|first| first.recorded_at);
        notice.history && began.is_some_and(|began| notice.recorded_at != began)
    }

    /// Notices, the newest published first.
    pub fn newest_published(&self) -> impl Iterator<Item = &Arc<Notice>> {
        let positions = self.by_published.iter().rev();
        positions.map(|(_, position)| &self.notices[index(*position)])
    }

    /// The notices that pass a sieve, the newest published first.
    pub fn newest_sifted<'s>(&'s self, sieve: &'s Sieve) -> impl Iterator<Item = &'s Arc<Notice>> {
        let positions = self.by_published.iter().rev();
        let places = positions.map(|(_, position)| index(*position));
        places
            .filter(|place| sieve.passes(self.traits[*place]))
            .map(|place| &self.notices[place])
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

fn second_of(recorded: DateTime<Utc>, before: Option<&DateTime<Utc>>) -> DateTime<Utc> {
    let second = recorded.trunc_subsecs(0);
    let taken = before.is_some_and(|before| *before >= second);
    second + TimeDelta::seconds(taken.into())
}

fn index(position: i64) -> usize {
    usize::try_from(position - 1).expect("positions start at 1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::at;

    #[test]
    fn no_two_states_are_dated_alike_that_somebody_may_have_seen() {
        let recorded = [
            ("2021-07-01T09:00:00.100Z", "2021-07-01T09:00:00Z"),
            ("2021-07-01T09:00:00.900Z", "2021-07-01T09:00:01Z"),
            ("2021-07-01T09:00:01.100Z", "2021-07-01T09:00:02Z"),
            ("2021-07-01T09:00:01.200Z", "2021-07-01T09:00:02Z"),
            ("2021-07-01T09:00:03.999Z", "2021-07-01T09:00:03Z"),
        ];
        let mut before = None;
        let mut stated = None;
        for (place, (recorded, expected)) in recorded.into_iter().enumerate() {
            let second = second_of(at(recorded), before.as_ref());
            assert_eq!(second, at(expected), "{place}");
            before = Some(second);
            // Seen at once, where it is over.
            if second <= at(recorded) {
                assert!(Some(second) > stated, "{place}");
                stated = Some(second);
            }
        }
    }
}
