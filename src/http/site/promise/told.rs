//! The promise of a year in words.
//!
//! Owns the words and the tone of each state. Refuses to know how the promise is computed. Invariant: a state is told in
//! a word wherever it stands; colour only repeats it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::vocab::{District, Language, Status};

use super::super::{listed::Listed, words::promise as p};
use crate::{
    catalogue::State,
    domain::{
        edition::Edition,
        notice::Notice,
        promise::{Promise, Record, Standing, promise},
        when::{Month, When},
    },
    links::Links,
    publish::{
        dates::Dates,
        wording::{DISTRICT, Phrase, either, enumeration},
    },
};

/// A promise and the highlights that keep it, taken from the catalogue.
pub(crate) struct Taken {
    pub(crate) edition: Edition,
    pub(crate) promise: Promise,
    /// As of when.
    now: DateTime<Utc>,
    /// Highlights by their month: held, or live.
    highlights: Vec<(Month, Arc<Notice>)>,
}

impl Taken {
    /// The promise of an edition as it stands.
    pub(crate) fn of(state: &State, year: i32, now: DateTime<Utc>) -> Option<Self> {
        let edition = state.edition(year)?.value.clone();
        let records: Vec<Record<'_>> = state.records().collect();
        let promise = promise(&edition, &records, now);
        let mut highlights: Vec<(Month, Arc<Notice>)> = state
            .activities()
            .filter(|entry| {
                let activity = entry.activity();
                let lives = matches!(
                    activity.status,
                    Status::Scheduled | Status::Rescheduled | Status::Held
                );
                activity.content.highlight && lives
            })
            .filter_map(|entry| {
                let month = entry.activity().content.when.month()?;
                (month.year() == year).then(|| (month, Arc::clone(&entry.last)))
            })
            .collect();
        highlights.sort_by_key(|(month, notice)| {
            let activity = notice.activity.as_ref();
            let starts = activity.and_then(|it| it.content.when.starts_at());
            (*month, starts, notice.position)
        });
        Some(Self {
            edition,
            promise,
            now,
            highlights,
        })
    }
}

/// A promise, told.
pub(crate) struct Promised {
    pub(crate) year: i32,
    pub(crate) months: Vec<MonthCell>,
    pub(crate) quarters: Vec<QuarterCell>,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) of_months: Meter,
    pub(crate) of_quarters: Meter,
    pub(crate) of_districts: Meter,
    pub(crate) begins: Option<String>,
    pub(crate) stated: Vec<String>,
}

/// How much of one of the three is kept.
pub(crate) struct Meter {
    pub(crate) kept: usize,
    pub(crate) of: usize,
    pub(crate) text: String,
    /// Each state that there is, with how often.
    pub(crate) counts: Vec<(&'static str, String)>,
    /// What is missing for good, by name.
    pub(crate) lacks: Option<String>,
}

/// A state in a word, with the class that gives it a colour.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    pub(crate) word: &'static str,
    pub(crate) tone: &'static str,
}

/// A month of the strip.
pub(crate) struct MonthCell {
    pub(crate) href: String,
    pub(crate) name: String,
    /// With its year, for who hears it alone.
    pub(crate) full: String,
    pub(crate) state: Word,
    pub(crate) counts: String,
}

/// A quarter of the strip.
pub(crate) struct QuarterCell {
    pub(crate) name: String,
    pub(crate) state: Word,
    pub(crate) highlights: Vec<Listed>,
}

/// A district of the tile map.
pub(crate) struct Tile {
    pub(crate) href: String,
    pub(crate) name: &'static str,
    /// Column and row as classes.
    pub(crate) place: String,
    pub(crate) state: Word,
    pub(crate) counts: String,
}

pub(crate) const fn state(standing: Standing, language: Language) -> Word {
    Word {
        word: p::standing(standing).plain(language),
        tone: match standing {
            Standing::Kept => "good",
            Standing::Planned => "plan",
            Standing::Unconfirmed | Standing::AtRisk => "moved",
            Standing::Broken => "off",
            Standing::OutOfScope => "plain",
        },
    }
}

/// A month's name without its year: `7月`, `Jul`.
pub(crate) fn short_month(month: Month, language: Language) -> String {
    match language {
        Language::Zh => format!("{}月", month.number()),
        Language::En => month.first().format("%b").to_string(),
    }
}

/// A month's name with its year.
pub(crate) fn full_month(month: Month, language: Language) -> String {
    let when = When::Month { month };
    Dates::with_years(language).short(&when).unwrap_or_default()
}

/// What is held, planned and unconfirmed, in words; that there is nothing, where there is not.
pub(crate) fn counts(
    held: usize,
    planned: usize,
    unconfirmed: usize,
    language: Language,
) -> String {
    let told = [
        (held, p::HELD_COUNT),
        (planned, p::PLANNED_COUNT),
        (unconfirmed, p::UNCONFIRMED_COUNT),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, phrase)| phrase.say(language, &[("n", &count.to_string())]))
        .collect();
    match told.is_empty() {
        true => p::NONE_COUNT.plain(language).to_owned(),
        false => told.join(either(language, "，", ", ")),
    }
}

/// A district as people say it on a page.
pub(crate) fn district(district: District, language: Language) -> String {
    let name = either(language, district.zh(), district.en());
    DISTRICT.say(language, &[("district", name)])
}

impl Promised {
    pub(crate) fn of(taken: &Taken, links: &Links, language: Language) -> Self {
        let Promise {
            year,
            promise_from,
            months,
            quarters,
            districts,
            stated,
        } = &taken.promise;
        let quarter_name = |n: usize| p::QUARTER.say(language, &[("n", &(n + 1).to_string())]);
        Self {
            year: *year,
            of_months: Meter::of(
                months
                    .iter()
                    .map(|it| (it.state, short_month(it.month, language))),
                (p::OF_MONTHS, p::LACKS_MONTHS),
                language,
            ),
            of_quarters: Meter::of(
                quarters
                    .iter()
                    .enumerate()
                    .map(|(n, it)| (it.state, quarter_name(n))),
                (p::OF_QUARTERS, p::LACKS_QUARTERS),
                language,
            ),
            of_districts: Meter::of(
                districts.iter().map(|it| {
                    let name = either(language, it.district.zh(), it.district.en());
                    (it.state, name.to_owned())
                }),
                (p::OF_DISTRICTS, p::LACKS_DISTRICTS),
                language,
            ),
            months: months
                .iter()
                .map(|line| MonthCell {
                    href: format!("/{language}/calendar/{}", line.month),
                    name: short_month(line.month, language),
                    full: full_month(line.month, language),
                    state: state(line.state, language),
                    counts: counts(line.held, line.planned, line.unconfirmed, language),
                })
                .collect(),
            quarters: quarters
                .iter()
                .enumerate()
                .map(|(n, line)| QuarterCell {
                    name: quarter_name(n),
                    state: state(line.state, language),
                    highlights: taken
                        .highlights
                        .iter()
                        .filter(|(month, _)| (month.number() as usize - 1) / 3 == n)
                        .filter_map(|(_, notice)| notice.activity.as_ref())
                        .map(|activity| Listed::of(activity, links, taken.now, language))
                        .collect(),
                })
                .collect(),
            tiles: districts
                .iter()
                .map(|line| {
                    let (column, row) = place(line.district);
                    Tile {
                        href: format!("/{language}/districts/{}", line.district),
                        name: either(language, line.district.zh(), line.district.en()),
                        place: format!("c{column} r{row}"),
                        state: state(line.state, language),
                        counts: counts(line.held, line.planned, line.unconfirmed, language),
                    }
                })
                .collect(),
            begins: (promise_from.number() > 1).then(|| {
                let month = full_month(*promise_from, language);
                p::OUT_OF_SCOPE_NOTE
                    .say(language, &[("year", &year.to_string()), ("month", &month)])
            }),
            stated: stated
                .iter()
                .map(|line| {
                    let day = When::Day {
                        starts_on: line.on,
                        ends_on: None,
                    };
                    let day = Dates::with_years(language).short(&day).unwrap_or_default();
                    let value = line.value.to_string();
                    match line.recorded {
                        Some(recorded) => p::STATED_HELD.say(
                            language,
                            &[
                                ("day", &day),
                                ("stated", &value),
                                ("recorded", &recorded.to_string()),
                            ],
                        ),
                        None => p::STATED_OTHER.say(
                            language,
                            &[("what", &line.what), ("day", &day), ("stated", &value)],
                        ),
                    }
                })
                .collect(),
        }
    }
}

impl Meter {
    fn of(
        all: impl Iterator<Item = (Standing, String)>,
        (whole, lacks): (Phrase, Phrase),
        language: Language,
    ) -> Self {
        let all: Vec<(Standing, String)> = all.collect();
        let count = |standing| all.iter().filter(|(state, _)| *state == standing).count();
        let kept = count(Standing::Kept);
        let of = all.len() - count(Standing::OutOfScope);
        let broken: Vec<&String> = all
            .iter()
            .filter(|(state, _)| *state == Standing::Broken)
            .map(|(_, name)| name)
            .collect();
        let named = enumeration(&broken, language);
        Self {
            kept,
            of,
            text: whole.say(
                language,
                &[("total", &of.to_string()), ("kept", &kept.to_string())],
            ),
            counts: Standing::ALL
                .into_iter()
                .map(|standing| (standing, count(standing)))
                .filter(|(_, count)| *count > 0)
                .map(|(standing, count)| {
                    let state = state(standing, language);
                    let told = p::COUNTED.say(
                        language,
                        &[("state", state.word), ("count", &count.to_string())],
                    );
                    (state.tone, told)
                })
                .collect(),
            lacks: (!broken.is_empty()).then(|| lacks.say(language, &[("names", &named)])),
        }
    }
}

/// Where a district lies on a grid of 4 × 5 squares: a schematic of ours, not a map. Column and row from 0.
pub(crate) const fn place(district: District) -> (u8, u8) {
    match district {
        District::Yanqing => (1, 0),
        District::Huairou => (2, 0),
        District::Miyun => (3, 0),
        District::Changping => (1, 1),
        District::Shunyi => (2, 1),
        District::Pinggu => (3, 1),
        District::Mentougou => (0, 2),
        District::Haidian => (1, 2),
        District::Chaoyang => (2, 2),
        District::Tongzhou => (3, 2),
        District::Shijingshan => (0, 3),
        District::Xicheng => (1, 3),
        District::Dongcheng => (2, 3),
        District::Fangshan => (0, 4),
        District::Fengtai => (1, 4),
        District::Daxing => (2, 4),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_district_has_a_square_of_its_own() {
        let places: BTreeSet<_> = District::ALL.iter().map(|it| place(*it)).collect();
        assert_eq!(places.len(), 16);
        assert!(places.iter().all(|(column, row)| *column < 4 && *row < 5));
    }
}
