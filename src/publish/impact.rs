//! What a change would do to the promise and what stands in its way, in words, zh and en side by side.
//!
//! Owns the sentences that an office reads before it confirms. Refuses to weigh them. Invariant: each is whole by
//! itself, on one line, and ends without a full stop; titles and names are plain text, to be escaped like any other.

use entity::vocab::{Language, Status};

use super::{
    dates::Dates,
    wording::{self, Phrase, either, phrases},
};
use crate::domain::{
    clash::{Clash, Other, Overlap, Sort, Span},
    promise::{Consequence, Effect, Part},
    text::Words,
    when::When,
};

phrases! {
    // Months.
    MONTH_BREAKS: "{month}将没有任何活动", "No activity left in {month}";
    MONTH_UNPROVES: "{month}将没有已举办的活动", "No activity left in {month} that was held";
    MONTH_MENDS: "{month}将有活动", "{month} gets an activity";

    // Quarters.
    QUARTER: "{year}年第{number}季度", "Q{number} {year}";
    QUARTER_BREAKS: "{quarter}将没有亮点活动", "No highlight left in {quarter}";
    QUARTER_UNPROVES: "{quarter}将没有已举办的亮点活动", "No highlight left in {quarter} that was held";
    QUARTER_MENDS: "{quarter}将有亮点活动", "{quarter} gets a highlight";

    // Districts.
    DISTRICT_BREAKS: "{year}年{district}将没有任何活动", "No activity left in {district} in {year}";
    DISTRICT_UNPROVES: "{year}年{district}将没有已举办的活动", "No activity left in {district} in {year} that was held";
    DISTRICT_MENDS: "{year}年{district}将有活动", "{district} gets an activity in {year}";

    // Other activities.
    TITLE: "“{title}”", "“{title}”";
    TITLE_OF_DRAFT: "“{title}”（{status}）", "“{title}” ({status})";
    VENUE_HOURS: "与{title}同场地且时间重叠：{venue}，{when}", "Same venue and overlapping hours as {title}: {venue}, {when}";
    VENUE_DAYS: "与{title}同日同场地：{venue}，{days}", "Same venue on the same day as {title}: {venue}, {days}";
    AUDIENCE: "与{title}同日面向相同人群：{audiences}，{days}", "Same audience on the same day as {title}: {audiences}, {days}";
    MAIN_SESSION: "与{year}年主会期（{session}）重叠", "Overlaps with the main session of {year} ({session})";

    // Days.
    HOLIDAY: "{days}为{festival}假期", "Public holiday on {days}: {festival}";
    WORKING_DAY: "{day}为{festival}调休上班日", "Working day on {day}, in exchange for {festival}";
    HOLIDAYS_UNKNOWN: "{year}年的放假安排尚无数据", "No data yet on the public holidays of {year}";

    // What is only counted.
    MORE_VENUES: "另有 {count} 项活动同日同场地", "More activities at the same venue: {count}";
    MORE_AUDIENCES: "另有 {count} 项活动同日面向相同人群", "More activities for the same audience: {count}";
    MORE_SESSIONS: "另与 {count} 届主会期重叠", "More main sessions: {count}";
    MORE_HOLIDAYS: "另有 {count} 段假期", "More public holidays: {count}";
    MORE_WORKING_DAYS: "另有 {count} 个调休上班日", "More working days in exchange: {count}";
    MORE_UNKNOWN: "另有 {count} 年的放假安排尚无数据", "More years without data on public holidays: {count}";
}

/// What a change does to a part of the promise: `2021年7月将没有任何活动`.
#[must_use]
pub fn consequence(consequence: &Consequence, language: Language) -> String {
    match consequence.part {
        Part::Month(month) => {
            let phrase = match consequence.effect {
                Effect::Breaks => MONTH_BREAKS,
                Effect::Unproves => MONTH_UNPROVES,
                Effect::Mends => MONTH_MENDS,
            };
            let month = told(language, &When::Month { month });
            phrase.say(language, &[("month", &month)])
        }
        Part::Quarter(quarter) => {
            let phrase = match consequence.effect {
                Effect::Breaks => QUARTER_BREAKS,
                Effect::Unproves => QUARTER_UNPROVES,
                Effect::Mends => QUARTER_MENDS,
            };
            let (zh, en) = match quarter.number() {
                1 => ("一", "1"),
                2 => ("二", "2"),
                3 => ("三", "3"),
                _ => ("四", "4"),
            };
            let parts = [
                ("year", &*quarter.year().to_string()),
                ("number", either(language, zh, en)),
            ];
            phrase.say(language, &[("quarter", &QUARTER.say(language, &parts))])
        }
        Part::District { district, year } => {
            let phrase = match consequence.effect {
                Effect::Breaks => DISTRICT_BREAKS,
                Effect::Unproves => DISTRICT_UNPROVES,
                Effect::Mends => DISTRICT_MENDS,
            };
            let name = either(language, district.zh(), district.en());
            let parts = [
                (
                    "district",
                    &*wording::DISTRICT.say(language, &[("district", name)]),
                ),
                ("year", &*year.to_string()),
            ];
            phrase.say(language, &parts)
        }
    }
}

/// What stands in a change's way: `与“中英生命健康跨境路演”同日同场地：清华科技园，2021年7月8日`.
#[must_use]
pub fn clash(clash: &Clash, language: Language) -> String {
    match clash {
        Clash::Venue {
            other,
            venue,
            days,
            overlap,
        } => {
            let phrase = match overlap {
                Overlap::Hours => VENUE_HOURS,
                Overlap::Days => VENUE_DAYS,
            };
            let parts = [
                ("title", &*title(other, language)),
                ("venue", name(venue, language)),
                ("when", &*told(language, &other.when)),
                ("days", &*told_days(language, *days)),
            ];
            phrase.say(language, &parts)
        }
        Clash::Audience {
            other,
            audiences,
            days,
        } => {
            let audiences = audiences
                .iter()
                .map(|audience| either(language, audience.zh(), audience.en()));
            let parts = [
                ("title", &*title(other, language)),
                ("audiences", &*wording::enumeration(audiences, language)),
                ("days", &*told_days(language, *days)),
            ];
            AUDIENCE.say(language, &parts)
        }
        Clash::MainSession { year, session, .. } => {
            let parts = [
                ("year", &*year.to_string()),
                ("session", &*told_days(language, *session)),
            ];
            MAIN_SESSION.say(language, &parts)
        }
        Clash::Holiday { festival, days } => {
            let parts = [
                ("festival", either(language, festival.zh, festival.en)),
                ("days", &*told_days(language, *days)),
            ];
            HOLIDAY.say(language, &parts)
        }
        Clash::WorkingDay { festival, on } => {
            let on = Span {
                first: *on,
                last: *on,
            };
            let parts = [
                ("festival", either(language, festival.zh, festival.en)),
                ("day", &*told_days(language, on)),
            ];
            WORKING_DAY.say(language, &parts)
        }
        Clash::HolidaysUnknown { year } => {
            HOLIDAYS_UNKNOWN.say(language, &[("year", &year.to_string())])
        }
        Clash::More { sort, count } => more(*sort).say(language, &[("count", &count.to_string())]),
    }
}

const fn more(sort: Sort) -> Phrase {
    match sort {
        Sort::Venue => MORE_VENUES,
        Sort::Audience => MORE_AUDIENCES,
        Sort::MainSession => MORE_SESSIONS,
        Sort::Holiday => MORE_HOLIDAYS,
        Sort::WorkingDay => MORE_WORKING_DAYS,
        Sort::HolidaysUnknown => MORE_UNKNOWN,
    }
}

/// An activity's title in quotation marks; of one that the public does not see, with its status.
fn title(other: &Other, language: Language) -> String {
    let (title, _) = other.title.in_language(language);
    match other.status {
        status @ (Status::Draft | Status::InReview) => {
            let status = either(language, status.zh(), status.en()).to_lowercase();
            TITLE_OF_DRAFT.say(language, &[("title", title), ("status", &status)])
        }
        _ => TITLE.say(language, &[("title", title)]),
    }
}

fn name(venue: &Words, language: Language) -> &str {
    let named = venue.in_language(language);
    named.map_or("", |(name, _)| name)
}

/// With everything that is known.
fn told(language: Language, when: &When) -> String {
    let dates = Dates::with_years(language);
    let told = dates.full(when);
    told.unwrap_or_else(|| dates.unknown().to_owned())
}

fn told_days(language: Language, days: Span) -> String {
    let days = When::Day {
        starts_on: days.first,
        ends_on: Some(days.last),
    };
    let told = Dates::with_years(language).short(&days);
    told.expect("days are known")
}

#[cfg(test)]
mod tests;
