use entity::vocab::{Audience, District};
use serde_json::json;

use super::*;
use crate::domain::{holidays::Festival, promise::Quarter, samples, text::Text};

fn both<T>(value: &T, tell: impl Fn(&T, Language) -> String) -> [String; 2] {
    [Language::Zh, Language::En].map(|language| tell(value, language))
}

fn span(first: &str, last: &str) -> Span {
    Span {
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
    }
}

fn other(status: Status) -> Other {
    let it = samples::activity(json!({
        "when": {"ends_at": "2021-07-08T11:30:00+08:00"},
    }));
    Other {
        id: it.id,
        title: it.content.title,
        status,
        when: it.content.when,
    }
}

#[test]
fn both_languages_of_a_phrase_have_the_same_parts() {
    wording::have_the_same_parts(ALL);
}

#[test]
fn phrases_hold_no_markup_so_that_they_may_stand_around_it() {
    for phrase in ALL {
        assert!(![phrase.zh, phrase.en].concat().contains(['<', '>', '&']));
    }
}

#[test]
fn what_a_change_breaks_and_mends_is_said_in_both_languages() {
    let month = Part::Month("2021-07".parse().unwrap());
    let quarter = Part::Quarter(Quarter::of("2021-09".parse().unwrap()));
    let district = Part::District {
        district: District::Pinggu,
        year: 2021,
    };
    for (effect, part, zh, en) in [
        (
            Effect::Breaks,
            month,
            "2021年7月将没有任何活动",
            "No activity left in July 2021",
        ),
        (
            Effect::Unproves,
            month,
            "2021年7月将没有已举办的活动",
            "No activity left in July 2021 that was held",
        ),
        (
            Effect::Mends,
            month,
            "2021年7月将有活动",
            "July 2021 gets an activity",
        ),
        (
            Effect::Breaks,
            quarter,
            "2021年第三季度将没有亮点活动",
            "No highlight left in Q3 2021",
        ),
        (
            Effect::Unproves,
            quarter,
            "2021年第三季度将没有已举办的亮点活动",
            "No highlight left in Q3 2021 that was held",
        ),
        (
            Effect::Mends,
            quarter,
            "2021年第三季度将有亮点活动",
            "Q3 2021 gets a highlight",
        ),
        (
            Effect::Breaks,
            district,
            "2021年平谷区将没有任何活动",
            "No activity left in Pinggu District in 2021",
        ),
        (
            Effect::Unproves,
            district,
            "2021年平谷区将没有已举办的活动",
            "No activity left in Pinggu District in 2021 that was held",
        ),
        (
            Effect::Mends,
            district,
            "2021年平谷区将有活动",
            "Pinggu District gets an activity in 2021",
        ),
    ] {
        assert_eq!(both(&Consequence { effect, part }, consequence), [zh, en]);
    }
}

#[test]
fn others_at_the_venue_or_for_the_audience_are_said_in_both_languages() {
    let at_venue = |status, overlap| Clash::Venue {
        other: other(status),
        venue: Words {
            zh: Some("清华科技园".to_owned()),
            en: None,
        },
        days: span("2021-07-08", "2021-07-08"),
        overlap,
    };
    assert_eq!(
        both(&at_venue(Status::Scheduled, Overlap::Hours), clash),
        [
            "与“路演”同场地且时间重叠：清华科技园，2021年7月8日 周四 09:00—11:30",
            "Same venue and overlapping hours as “Roadshow”: 清华科技园, Thu 8 Jul 2021 09:00–11:30"
        ]
    );
    assert_eq!(
        both(&at_venue(Status::InReview, Overlap::Days), clash),
        [
            "与“路演”（待审）同日同场地：清华科技园，2021年7月8日",
            "Same venue on the same day as “Roadshow” (in review): 清华科技园, 8 Jul 2021"
        ]
    );
    let for_audience = Clash::Audience {
        other: Other {
            title: Text {
                zh: "{title}论坛".to_owned(),
                en: None,
            },
            ..other(Status::Draft)
        },
        audiences: vec![Audience::Investors, Audience::Scientists],
        days: span("2021-07-08", "2021-07-09"),
    };
    assert_eq!(
        both(&for_audience, clash),
        [
            "与“{title}论坛”（草稿）同日面向相同人群：投资人、科学家，2021年7月8日—9日",
            "Same audience on the same day as “{title}论坛” (draft): Investors, Scientists, 8–9 Jul 2021"
        ]
    );
}

#[test]
fn days_are_said_in_both_languages() {
    let session = span("2021-09-24", "2021-09-28");
    let festival = Festival {
        zh: "国庆节",
        en: "National Day",
    };
    for (told, zh, en) in [
        (
            Clash::MainSession {
                year: 2021,
                session,
                days: span("2021-09-28", "2021-09-28"),
            },
            "与2021年主会期（2021年9月24日—28日）重叠",
            "Overlaps with the main session of 2021 (24–28 Sep 2021)",
        ),
        (
            Clash::Holiday {
                festival,
                days: span("2021-10-01", "2021-10-01"),
            },
            "2021年10月1日为国庆节假期",
            "Public holiday on 1 Oct 2021: National Day",
        ),
        (
            Clash::Holiday {
                festival,
                days: span("2021-10-01", "2021-10-07"),
            },
            "2021年10月1日—7日为国庆节假期",
            "Public holiday on 1–7 Oct 2021: National Day",
        ),
        (
            Clash::WorkingDay {
                festival,
                on: "2021-10-09".parse().unwrap(),
            },
            "2021年10月9日为国庆节调休上班日",
            "Working day on 9 Oct 2021, in exchange for National Day",
        ),
        (
            Clash::HolidaysUnknown { year: 2031 },
            "2031年的放假安排尚无数据",
            "No data yet on the public holidays of 2031",
        ),
        (
            Clash::More {
                sort: Sort::Venue,
                count: 3,
            },
            "另有 3 项活动同日同场地",
            "More activities at the same venue: 3",
        ),
        (
            Clash::More {
                sort: Sort::HolidaysUnknown,
                count: 3,
            },
            "另有 3 年的放假安排尚无数据",
            "More years without data on public holidays: 3",
        ),
    ] {
        assert_eq!(both(&told, clash), [zh, en]);
    }
}
