//! The promise: 月月有活动 · 季季有亮点 · 走进北京16区, computed from the activities, never asserted.
//!
//! What counts, and where:
//! - An activity counts when it is scheduled, rescheduled or held and its month is known. Unknown dates,
//!   postponed, cancelled and withdrawn ones never count; `held` needs a person's word.
//! - It counts in the one month it starts in, also when it lasts into the next: the promise is that each month
//!   brings something, and one long exhibition must not keep it for a whole season.
//! - Months, quarters and districts go by the date, whichever edition it belongs to (an activity of 2021 that
//!   moves to January 2022 is January's); what a source states about an edition goes by the edition.
//!
//! Refuses to know the log and the clock. Invariant: a state never says more than the activities prove:
//! a date that is past makes nothing `kept`.

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::vocab::{District, Status, Strand};
use serde::Serialize;

use super::{
    activity::{Activity, SourceRef},
    edition::{Edition, Stated},
    text::Text,
    when::{Month, midnight},
};

mod consequences;
mod matrix;
mod quarter;

pub use consequences::{Changed, Consequence, Effect, Part, consequences};
pub use matrix::{Cell, Row, matrix};
pub use quarter::Quarter;

/// How far a part of the promise is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// At least one was held.
    Kept,
    /// None was held yet, but one is live and not yet over.
    Planned,
    /// There are only ended ones that nobody confirmed.
    Unconfirmed,
    /// There is none, and still time.
    AtRisk,
    /// There is none, and the time is over.
    Broken,
    /// The edition did not promise it.
    OutOfScope,
}

impl Standing {
    /// All of them, from kept to broken.
    pub const ALL: [Self; 6] = [
        Self::Kept,
        Self::Planned,
        Self::Unconfirmed,
        Self::AtRisk,
        Self::Broken,
        Self::OutOfScope,
    ];

    /// Whether there is anything that keeps it, or may.
    #[must_use]
    const fn has_any(self) -> bool {
        matches!(self, Self::Kept | Self::Planned | Self::Unconfirmed)
    }
}

/// A month of the promise 月月有活动.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MonthLine {
    /// Which one.
    #[schema(value_type = String, example = "2021-07")]
    pub month: Month,
    /// How it stands.
    pub state: Standing,
    /// Activities held that started in it.
    pub held: usize,
    /// Live ones that are not yet over.
    pub planned: usize,
    /// Ended ones that nobody confirmed; pages tell it, the API's lines have no place for it.
    #[serde(skip)]
    pub unconfirmed: usize,
}

/// A quarter of the promise 季季有亮点.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct QuarterLine {
    /// Which one, `2021-Q3`.
    #[schema(example = "2021-Q3")]
    pub quarter: String,
    /// How it stands, by its highlights alone: kept = at least one highlight was held.
    pub state: Standing,
    /// Activities held that started in it, highlights or not.
    pub held: usize,
    /// Live ones that are not yet over, highlights or not.
    pub planned: usize,
    /// Highlights in it: held, or live (also ended ones that nobody confirmed).
    pub highlights: usize,
}

/// A district of the promise 走进北京16区, over the whole year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DistrictLine {
    /// Its slug.
    pub district: District,
    /// What it is called.
    pub name: Text,
    /// How it stands.
    pub state: Standing,
    /// Activities held in it.
    pub held: usize,
    /// Live ones that are not yet over.
    pub planned: usize,
    /// Ended ones that nobody confirmed; pages tell it, the API's lines have no place for it.
    #[serde(skip)]
    pub unconfirmed: usize,
    /// Whether one was held in it.
    pub visited: bool,
}

/// What a source claims about an edition, and what is recorded here.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StatedLine {
    /// What was counted.
    pub what: String,
    /// The source's number.
    #[serde(serialize_with = "super::number::serialize")]
    pub value: f64,
    /// As of which day.
    #[schema(value_type = String, format = Date)]
    pub on: NaiveDate,
    /// Ours as of that day; null where nothing here counts the same.
    pub recorded: Option<usize>,
    /// Who says so.
    #[schema(value_type = Option<Object>)]
    pub source: Option<SourceRef>,
}

/// The promise of a year.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Promise {
    /// The edition's year.
    pub year: i32,
    /// The first month promised.
    #[schema(value_type = String, example = "2021-03")]
    pub promise_from: Month,
    /// Its twelve months.
    pub months: Vec<MonthLine>,
    /// Its four quarters.
    pub quarters: Vec<QuarterLine>,
    /// The sixteen districts.
    pub districts: Vec<DistrictLine>,
    /// What sources state.
    pub stated: Vec<StatedLine>,
}

/// A public activity, and when it was said to be held.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// As it stands.
    pub activity: &'a Activity,
    /// `published_at` of the notice that says so.
    pub held_at: Option<DateTime<Utc>>,
}

/// Computes an edition's promise from the public activities, as they stand at `now`.
#[must_use]
pub fn promise(edition: &Edition, records: &[Record<'_>], now: DateTime<Utc>) -> Promise {
    let all: Vec<&Activity> = records.iter().map(|record| record.activity).collect();
    let months = months_of(edition.year);
    Promise {
        year: edition.year,
        promise_from: edition.promise_from.unwrap_or(months[0]),
        months: months
            .iter()
            .map(|month| month_line(edition, &all, *month, now))
            .collect(),
        quarters: months
            .chunks(3)
            .map(|three| quarter_line(edition, &all, Quarter::of(three[0]), now))
            .collect(),
        districts: District::ALL
            .iter()
            .map(|district| district_line(edition, &all, *district, now))
            .collect(),
        stated: edition
            .stated
            .iter()
            .map(|stated| stated_line(edition, records, stated))
            .collect(),
    }
}

fn months_of(year: i32) -> Vec<Month> {
    (1..=12)
        .map(|month| Month::new(year, month).expect("an edition's year was read as 1900 to 2199"))
        .collect()
}

/// How many activities count.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    held: usize,
    planned: usize,
    unconfirmed: usize,
}

impl Tally {
    fn of<'a>(activities: impl Iterator<Item = &'a Activity>, now: DateTime<Utc>) -> Self {
        let mut tally = Self::default();
        for activity in activities {
            tally.count(activity, now);
        }
        tally
    }

    fn count(&mut self, activity: &Activity, now: DateTime<Utc>) {
        match activity.status {
            Status::Held => self.held += 1,
            Status::Scheduled | Status::Rescheduled => {
                if activity
                    .content
                    .when
                    .over_at()
                    .is_some_and(|over| now < over)
                {
                    self.planned += 1;
                } else {
                    self.unconfirmed += 1;
                }
            }
            Status::Draft
            | Status::InReview
            | Status::Postponed
            | Status::Cancelled
            | Status::Withdrawn => {}
        }
    }

    /// `until` is the last day on which it can still be kept.
    fn standing(self, until: NaiveDate, now: DateTime<Utc>) -> Standing {
        if self.held > 0 {
            Standing::Kept
        } else if self.planned > 0 {
            Standing::Planned
        } else if self.unconfirmed > 0 {
            Standing::Unconfirmed
        } else if now < midnight(until + Days::new(1)) {
            Standing::AtRisk
        } else {
            Standing::Broken
        }
    }

    const fn all(self) -> usize {
        self.held + self.planned + self.unconfirmed
    }
}

fn is_promised(edition: &Edition, month: Month) -> bool {
    edition.promise_from.is_none_or(|from| from <= month)
}

fn month_line(edition: &Edition, all: &[&Activity], month: Month, now: DateTime<Utc>) -> MonthLine {
    let tally = Tally::of(
        all.iter()
            .copied()
            .filter(|activity| activity.content.when.month() == Some(month)),
        now,
    );
    MonthLine {
        month,
        state: if is_promised(edition, month) {
            tally.standing(month.last(), now)
        } else {
            Standing::OutOfScope
        },
        held: tally.held,
        planned: tally.planned,
        unconfirmed: tally.unconfirmed,
    }
}

/// A quarter is promised when one of its months is; a highlight in any of the three keeps it.
fn quarter_line(
    edition: &Edition,
    all: &[&Activity],
    quarter: Quarter,
    now: DateTime<Utc>,
) -> QuarterLine {
    let its = all
        .iter()
        .copied()
        .filter(|activity| activity.content.when.month().map(Quarter::of) == Some(quarter));
    let tally = Tally::of(its.clone(), now);
    let highlights = Tally::of(its.filter(|activity| activity.content.highlight), now);
    QuarterLine {
        quarter: quarter.to_string(),
        state: if is_promised(edition, quarter.last_month()) {
            highlights.standing(quarter.last_month().last(), now)
        } else {
            Standing::OutOfScope
        },
        held: tally.held,
        planned: tally.planned,
        highlights: highlights.all(),
    }
}

fn district_line(
    edition: &Edition,
    all: &[&Activity],
    district: District,
    now: DateTime<Utc>,
) -> DistrictLine {
    let year = edition.year;
    let its = all.iter().copied().filter(|activity| {
        activity.content.districts.contains(&district)
            && activity.content.when.month().map(Month::year) == Some(year)
    });
    let tally = Tally::of(its, now);
    let last = Month::new(year, 12).expect("an edition's year was read as 1900 to 2199");
    DistrictLine {
        district,
        name: Text {
            zh: district.zh().to_owned(),
            en: Some(district.en().to_owned()),
        },
        state: tally.standing(last.last(), now),
        held: tally.held,
        planned: tally.planned,
        unconfirmed: tally.unconfirmed,
        visited: tally.held > 0,
    }
}

/// `held_so_far` counts the year-round activities (the sources' 系列活动已举办17场 leave the main session out)
/// that had taken place by the end of the day: by their date, or because somebody had said so by then.
fn stated_line(edition: &Edition, records: &[Record<'_>], stated: &Stated) -> StatedLine {
    let end = midnight(stated.on + Days::new(1));
    let by_then = |record: &&Record<'_>| {
        let activity = record.activity;
        activity.status == Status::Held
            && activity.content.edition == edition.year
            && activity.content.strand == Strand::YearRound
            && (activity
                .content
                .when
                .over_at()
                .is_some_and(|over| over <= end)
                || record.held_at.is_some_and(|said| said < end))
    };
    StatedLine {
        what: stated.what.clone(),
        value: stated.value,
        on: stated.on,
        recorded: (stated.what == "held_so_far").then(|| records.iter().filter(by_then).count()),
        source: stated.source.clone(),
    }
}

#[cfg(test)]
mod tests;
