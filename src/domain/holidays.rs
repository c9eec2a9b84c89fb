//! Public holidays of mainland China, and the days worked in exchange for them (调休上班).
//!
//! Owns what kind of day a date is. The data are `holidays/mainland.json`; `holidays/update.py` writes them and says
//! where they come from. Refuses to guess: the State Council publishes each year's arrangement in the November before.
//! Invariant: a day is ordinary only where the arrangement that could name it is known.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

/// A holiday's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Festival {
    /// Chinese: `国庆节`.
    pub zh: &'static str,
    /// English: `National Day`.
    pub en: &'static str,
}

/// What kind of day a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// Everybody is off for it, be it the festival itself or a day exchanged for another.
    Holiday(Festival),
    /// A Saturday or Sunday that is worked in exchange for a day off of it.
    WorkingDay(Festival),
    /// Neither: it goes by its weekday.
    Ordinary,
    /// Nobody can say.
    Unknown {
        /// The year whose arrangement is not in the data.
        year: i32,
    },
}

/// What kind of day a date is.
#[must_use]
pub fn day(date: NaiveDate) -> DayKind {
    let calendar = &*MAINLAND;
    if date < calendar.from {
        DayKind::Unknown { year: date.year() }
    } else if date > calendar.until {
        // The last week of a year belongs to the next New Year's arrangement as well.
        let next = calendar.until.year() + 1;
        DayKind::Unknown {
            year: date.year().max(next),
        }
    } else {
        let named = calendar.days.get(&date).copied();
        named.unwrap_or(DayKind::Ordinary)
    }
}

/// The file, as far as it is read here.
#[derive(Deserialize)]
struct Data<'a> {
    /// The first day it tells of.
    from: NaiveDate,
    /// The last one.
    until: NaiveDate,
    /// The English name of each Chinese one.
    #[serde(borrow)]
    names: BTreeMap<&'a str, &'a str>,
    /// Days off.
    #[serde(borrow)]
    off: BTreeMap<NaiveDate, &'a str>,
    /// Days worked instead.
    #[serde(borrow)]
    worked: BTreeMap<NaiveDate, &'a str>,
}

struct Calendar {
    from: NaiveDate,
    until: NaiveDate,
    days: HashMap<NaiveDate, DayKind>,
}

static MAINLAND: LazyLock<Calendar> = LazyLock::new(|| {
    let data: Data<'static> = serde_json::from_str(include_str!("holidays/mainland.json"))
        .expect("a test reads the same bytes");
    let festival = |zh: &'static str| Festival {
        zh,
        en: data.names.get(zh).copied().unwrap_or(zh),
    };
    let off = data.off.iter();
    let off = off.map(|(date, zh)| (*date, DayKind::Holiday(festival(zh))));
    let worked = data.worked.iter();
    let worked = worked.map(|(date, zh)| (*date, DayKind::WorkingDay(festival(zh))));
    Calendar {
        from: data.from,
        until: data.until,
        days: off.chain(worked).collect(),
    }
});

#[cfg(test)]
mod tests {
    use chrono::{Days, Weekday};

    use super::*;

    fn on(date: &str) -> DayKind {
        day(date.parse().unwrap())
    }

    const NATIONAL_DAY: Festival = Festival {
        zh: "国庆节",
        en: "National Day",
    };

    #[test]
    fn days_are_what_the_state_council_s_notices_say() {
        // 国办发明电〔2020〕27号, for 2021.
        for off in ["2021-10-01", "2021-10-07"] {
            assert_eq!(on(off), DayKind::Holiday(NATIONAL_DAY));
        }
        for worked in ["2021-09-26", "2021-10-09"] {
            assert_eq!(on(worked), DayKind::WorkingDay(NATIONAL_DAY));
        }
        for ordinary in ["2021-07-08", "2021-10-08", "2021-10-10"] {
            assert_eq!(on(ordinary), DayKind::Ordinary);
        }
        // Lengthened in the year itself, 国办发明电〔2020〕1号.
        let festival = |zh, en| DayKind::Holiday(Festival { zh, en });
        assert_eq!(on("2020-02-02"), festival("春节", "Spring Festival"));
        // 国办发明电〔2023〕7号, for 2024: New Year's holiday is one day.
        assert_eq!(on("2023-12-31"), DayKind::Ordinary);
        assert_eq!(on("2024-01-01"), festival("元旦", "New Year's Day"));
    }

    #[test]
    fn a_year_without_data_is_unknown_and_so_is_the_week_before_it() {
        assert_eq!(on("2014-10-01"), DayKind::Unknown { year: 2014 });
        assert_eq!(on("2199-12-31"), DayKind::Unknown { year: 2199 });
        let until = MAINLAND.until;
        let next = until.year() + 1;
        assert_eq!(day(until), DayKind::Ordinary);
        assert_eq!(
            day(until + Days::new(1)),
            DayKind::Unknown { year: next },
            "New Year's arrangement may reach back to it"
        );
        let first = NaiveDate::from_ymd_opt(next, 1, 1).unwrap();
        assert_eq!(day(first), DayKind::Unknown { year: next });
    }

    #[test]
    fn every_year_has_its_festivals_and_every_exchange_is_a_weekend() {
        let calendar = &*MAINLAND;
        let days_off = |year: i32, zh: &str| {
            let is = |(date, kind): &(&NaiveDate, &DayKind)| {
                date.year() == year && matches!(kind, DayKind::Holiday(it) if it.zh == zh)
            };
            calendar.days.iter().filter(is).count()
        };
        for year in calendar.from.year()..=calendar.until.year() {
            for zh in ["元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节"] {
                // Where both fall together, as in 2020, eight days may all bear National Day's name.
                let merged = zh == "中秋" && days_off(year, "国庆节") > 7;
                assert!(days_off(year, zh) > 0 || merged, "{zh} of {year}");
            }
        }
        for (date, kind) in &calendar.days {
            assert!((calendar.from..=calendar.until).contains(date), "{date}");
            let festival = match kind {
                DayKind::Holiday(festival) => festival,
                DayKind::WorkingDay(festival) => {
                    assert!(matches!(date.weekday(), Weekday::Sat | Weekday::Sun));
                    festival
                }
                other => panic!("{date} is {other:?}"),
            };
            assert!(festival.en.is_ascii(), "{festival:?} has no English name");
        }
    }
}
