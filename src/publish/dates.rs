//! Dates as people read them, zh and en side by side.
//!
//! Owns the forms of dates in texts; refuses to know the clock: no text says "today" or "in three
//! days". Invariant: what is known to the day or month is never given an hour.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc, Weekday};
use entity::vocab::Language;

use crate::{
    clock::shanghai,
    domain::when::{Month, When},
};

/// How dates are told in one text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dates {
    language: Language,
    /// The year that goes without saying; none: every date carries its year.
    year: Option<i32>,
}

impl Dates {
    /// Every date with its year: for texts that are read at any time.
    pub(crate) const fn with_years(language: Language) -> Self {
        Self {
            language,
            year: None,
        }
    }

    /// Dates in the year of `told_at` without it: for news, which readers show with their own date.
    pub(crate) fn told_at(language: Language, told_at: DateTime<Utc>) -> Self {
        Self {
            language,
            year: Some(told_at.with_timezone(&shanghai()).year()),
        }
    }

    /// The days alone: `11月28日`, `28 Nov`.
    pub(crate) fn short(self, when: &When) -> Option<String> {
        match when {
            When::Minute { starts_at, .. } => Some(self.day(local_day(*starts_at))),
            When::Day { starts_on, ends_on } => {
                Some(self.days(*starts_on, ends_on.unwrap_or(*starts_on)))
            }
            When::Month { month } => Some(self.month(*month)),
            When::Unknown | When::Unstated => None,
        }
    }

    /// With weekday and hour of the start: `12月5日 周六 09:00`, `Sat 5 Dec 09:00`.
    pub(crate) fn start(self, when: &When) -> Option<String> {
        match when {
            When::Minute { starts_at, .. } => Some(self.minute(*starts_at)),
            When::Day { starts_on, ends_on } if ends_on.is_none_or(|end| end == *starts_on) => {
                Some(self.weekday(*starts_on))
            }
            other => self.short(other),
        }
    }

    /// With everything that is known: `12月5日 周六 09:00—11:30`.
    pub(crate) fn full(self, when: &When) -> Option<String> {
        match when {
            When::Minute {
                starts_at,
                ends_at: Some(ends_at),
            } => {
                let dash = match self.language {
                    Language::Zh => "—",
                    Language::En => "–",
                };
                let start = self.minute(*starts_at);
                Some(if local_day(*starts_at) == local_day(*ends_at) {
                    format!("{start}{dash}{}", clock_time(*ends_at))
                } else {
                    format!("{start} {dash} {}", self.minute(*ends_at))
                })
            }
            other => self.start(other),
        }
    }

    /// Old and new, as short as they still differ; an unknown one in words.
    pub(crate) fn change(self, old: &When, new: &When) -> (String, String) {
        let told = |form: fn(Self, &When) -> Option<String>| {
            let words = |when| form(self, when).unwrap_or_else(|| self.unknown().to_owned());
            (words(old), words(new))
        };
        [Self::short, Self::start]
            .into_iter()
            .map(told)
            .find(|(old, new)| old != new)
            .unwrap_or_else(|| told(Self::full))
    }

    /// What stands where no date is known.
    pub(crate) const fn unknown(self) -> &'static str {
        match self.language {
            Language::Zh => "时间待定",
            Language::En => "date to come",
        }
    }

    fn tells_year(self, year: i32) -> bool {
        self.year != Some(year)
    }

    fn day(self, day: NaiveDate) -> String {
        self.dated(day, self.tells_year(day.year()))
    }

    fn dated(self, day: NaiveDate, with_year: bool) -> String {
        let (y, m, d) = (day.year(), day.month(), day.day());
        match (self.language, with_year) {
            (Language::Zh, true) => format!("{y}年{m}月{d}日"),
            (Language::Zh, false) => format!("{m}月{d}日"),
            (Language::En, true) => format!("{d} {} {y}", day.format("%b")),
            (Language::En, false) => format!("{d} {}", day.format("%b")),
        }
    }

    fn days(self, first: NaiveDate, last: NaiveDate) -> String {
        if first == last {
            return self.day(first);
        }
        let same_year = first.year() == last.year();
        let with_year = !same_year || self.tells_year(first.year());
        let (from, to) = match (self.language, same_year && first.month() == last.month()) {
            (Language::Zh, true) => (self.dated(first, with_year), format!("{}日", last.day())),
            (Language::Zh, false) => (self.dated(first, with_year), self.dated(last, !same_year)),
            (Language::En, true) => {
                return format!("{}–{}", first.day(), self.dated(last, with_year));
            }
            (Language::En, false) => (self.dated(first, !same_year), self.dated(last, with_year)),
        };
        match self.language {
            Language::Zh => format!("{from}—{to}"),
            Language::En => format!("{from} – {to}"),
        }
    }

    fn weekday(self, day: NaiveDate) -> String {
        match self.language {
            Language::Zh => format!("{} {}", self.day(day), weekday_zh(day.weekday())),
            Language::En => format!("{} {}", day.weekday(), self.day(day)),
        }
    }

    fn minute(self, at: DateTime<Utc>) -> String {
        format!("{} {}", self.weekday(local_day(at)), clock_time(at))
    }

    fn month(self, month: Month) -> String {
        let first = month.first();
        match (self.language, self.tells_year(month.year())) {
            (Language::Zh, true) => format!("{}年{}月", month.year(), month.number()),
            (Language::Zh, false) => format!("{}月", month.number()),
            (Language::En, true) => first.format("%B %Y").to_string(),
            (Language::En, false) => first.format("%B").to_string(),
        }
    }
}

fn local_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&shanghai()).date_naive()
}

fn clock_time(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&shanghai());
    format!("{:02}:{:02}", local.hour(), local.minute())
}

const fn weekday_zh(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn days(from: &str, to: &str) -> When {
        When::Day {
            starts_on: from.parse().unwrap(),
            ends_on: Some(to.parse().unwrap()),
        }
    }

    fn both(tell: impl Fn(Dates) -> Option<String>) -> [String; 2] {
        [Language::Zh, Language::En]
            .map(|language| tell(Dates::told_at(language, at("2020-06-01T00:00:00Z"))).unwrap())
    }

    #[test]
    fn an_hour_is_told_with_its_weekday_in_shanghai() {
        let when = When::Minute {
            starts_at: at("2020-12-05T01:00:00Z"),
            ends_at: Some(at("2020-12-05T03:30:00Z")),
        };
        assert_eq!(
            both(|d| d.start(&when)),
            ["12月5日 周六 09:00", "Sat 5 Dec 09:00"]
        );
        assert_eq!(
            both(|d| d.full(&when)),
            ["12月5日 周六 09:00—11:30", "Sat 5 Dec 09:00–11:30"]
        );
        assert_eq!(both(|d| d.short(&when)), ["12月5日", "5 Dec"]);
    }

    #[test]
    fn a_night_that_ends_on_another_day_says_so() {
        let when = When::Minute {
            starts_at: at("2020-12-05T15:00:00Z"),
            ends_at: Some(at("2020-12-05T17:00:00Z")),
        };
        assert_eq!(
            both(|d| d.full(&when)),
            [
                "12月5日 周六 23:00 — 12月6日 周日 01:00",
                "Sat 5 Dec 23:00 – Sun 6 Dec 01:00"
            ]
        );
    }

    #[test]
    fn ranges_of_days_say_what_differs() {
        for (from, to, zh, en) in [
            ("2020-09-24", "2020-09-24", "9月24日 周四", "Thu 24 Sep"),
            ("2020-09-24", "2020-09-28", "9月24日—28日", "24–28 Sep"),
            (
                "2020-09-30",
                "2020-10-02",
                "9月30日—10月2日",
                "30 Sep – 2 Oct",
            ),
            (
                "2021-09-24",
                "2021-09-28",
                "2021年9月24日—28日",
                "24–28 Sep 2021",
            ),
            (
                "2021-09-30",
                "2021-10-02",
                "2021年9月30日—10月2日",
                "30 Sep – 2 Oct 2021",
            ),
            (
                "2020-12-31",
                "2021-01-02",
                "2020年12月31日—2021年1月2日",
                "31 Dec 2020 – 2 Jan 2021",
            ),
        ] {
            assert_eq!(both(|d| d.start(&days(from, to))), [zh, en]);
        }
    }

    #[test]
    fn a_month_stays_a_month() {
        let month = When::Month {
            month: "2021-06".parse().unwrap(),
        };
        assert_eq!(both(|d| d.full(&month)), ["2021年6月", "June 2021"]);
        assert_eq!(Dates::with_years(Language::Zh).full(&When::Unknown), None);
    }

    #[test]
    fn a_change_is_told_as_finely_as_it_differs() {
        let dates = Dates::told_at(Language::Zh, at("2020-06-01T00:00:00Z"));
        let morning = When::Minute {
            starts_at: at("2020-11-28T01:00:00Z"),
            ends_at: None,
        };
        let noon = When::Minute {
            starts_at: at("2020-11-28T04:00:00Z"),
            ends_at: None,
        };
        assert_eq!(
            dates.change(&morning, &days("2020-12-05", "2020-12-05")),
            ("11月28日".to_owned(), "12月5日".to_owned())
        );
        assert_eq!(dates.change(&morning, &noon).1, "11月28日 周六 12:00");
        assert_eq!(
            dates.change(&When::Unknown, &noon),
            ("时间待定".to_owned(), "11月28日".to_owned())
        );
        let longer = When::Minute {
            starts_at: at("2020-11-28T01:00:00Z"),
            ends_at: Some(at("2020-11-28T02:00:00Z")),
        };
        assert_eq!(
            dates.change(&morning, &longer).1,
            "11月28日 周六 09:00—10:00"
        );
    }
}
