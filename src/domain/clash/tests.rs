use serde_json::{Value, json};

use super::*;
use crate::domain::{input, samples};

/// An activity in the lecture hall, with fields laid over it.
fn activity(number: u32, when: Value, fields: Value) -> Activity {
    let mut all = json!({"when": {"starts_at": null}, "venue": {"name": {"zh": "报告厅"}}});
    input::merge_patch(&mut all["when"], &when);
    input::merge_patch(&mut all, &fields);
    let mut it = samples::activity(all);
    it.id = format!("act_{number}").parse().unwrap();
    it.content.title.zh = format!("活动{number}");
    it
}

fn days(first: &str, last: &str) -> Value {
    json!({"precision": "day", "starts_on": first, "ends_on": last})
}

fn day(day: &str) -> Value {
    days(day, day)
}

fn hours(from: &str, to: Option<&str>) -> Value {
    json!({"precision": "minute", "starts_at": from, "ends_at": to})
}

fn span(first: &str, last: &str) -> Span {
    Span {
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
    }
}

fn told(activity: &Activity, others: &[Activity]) -> Vec<Clash> {
    clashes(activity, others.iter(), |_| None)
}

/// The venue clashes: with which one, on which days, how surely.
fn at_venue(activity: &Activity, others: &[Activity]) -> Vec<(String, Span, Overlap)> {
    told(activity, others)
        .into_iter()
        .filter_map(|clash| match clash {
            Clash::Venue {
                other,
                days,
                overlap,
                ..
            } => Some((other.title.zh, days, overlap)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_venue_is_taken_on_the_days_that_both_take_place_on() {
    let one = activity(1, days("2021-07-08", "2021-07-10"), json!({}));
    let others = [
        activity(2, day("2021-07-07"), json!({})),
        activity(3, days("2021-07-10", "2021-07-12"), json!({})),
        activity(4, days("2021-07-01", "2021-07-31"), json!({})),
        activity(5, day("2021-07-11"), json!({})),
    ];
    assert_eq!(
        at_venue(&one, &others),
        [
            (
                "活动4".to_owned(),
                span("2021-07-08", "2021-07-10"),
                Overlap::Days
            ),
            (
                "活动3".to_owned(),
                span("2021-07-10", "2021-07-10"),
                Overlap::Days
            ),
        ]
    );
}

#[test]
fn hours_clash_where_both_are_known_and_days_where_one_is_not() {
    use Overlap::{Days, Hours};
    let morning = || {
        hours(
            "2021-07-08T09:00:00+08:00",
            Some("2021-07-08T12:00:00+08:00"),
        )
    };
    let open = |from| hours(from, None);
    let (eight, ten, noon) = (
        "2021-07-08T08:00:00+08:00",
        "2021-07-08T10:00:00+08:00",
        "2021-07-08T12:00:00+08:00",
    );
    for (name, one, other, expected) in [
        (
            "one after the other",
            morning(),
            hours(noon, Some("2021-07-08T14:00:00+08:00")),
            None,
        ),
        (
            "one within the other",
            morning(),
            hours(ten, Some("2021-07-08T10:30:00+08:00")),
            Some(Hours),
        ),
        ("a day", morning(), day("2021-07-08"), Some(Days)),
        (
            "begins before, nobody knows how long",
            morning(),
            open(eight),
            Some(Days),
        ),
        ("begins within it", morning(), open(ten), Some(Hours)),
        ("begins at its end", morning(), open(noon), None),
        ("both open", open(eight), open(ten), Some(Days)),
        ("both open at once", open(ten), open(ten), Some(Hours)),
        (
            "a month",
            morning(),
            json!({"precision": "month", "month": "2021-07"}),
            None,
        ),
        ("unknown", morning(), json!({"precision": "unknown"}), None),
    ] {
        let (one, other) = (activity(1, one, json!({})), activity(2, other, json!({})));
        for (one, other) in [(&one, &other), (&other, &one)] {
            let found = at_venue(one, std::slice::from_ref(other));
            let found = found.first().map(|(_, _, overlap)| *overlap);
            assert_eq!(found, expected, "{name}");
        }
    }
}

#[test]
fn a_night_s_days_are_shanghai_s() {
    // 23:00 to 01:00 in Shanghai, all of it the eighth in UTC.
    let night = activity(
        1,
        hours("2021-07-08T15:00:00Z", Some("2021-07-08T17:00:00Z")),
        json!({}),
    );
    let next_day = activity(2, day("2021-07-09"), json!({}));
    let until_midnight = activity(
        3,
        hours("2021-07-08T14:00:00Z", Some("2021-07-08T16:00:00Z")),
        json!({}),
    );
    let the_ninth = span("2021-07-09", "2021-07-09");
    let the_eighth = span("2021-07-08", "2021-07-08");
    assert_eq!(
        at_venue(&night, &[next_day.clone(), until_midnight.clone()]),
        [
            ("活动3".to_owned(), the_eighth, Overlap::Hours),
            ("活动2".to_owned(), the_ninth, Overlap::Days),
        ],
        "what is sure comes first"
    );
    assert_eq!(at_venue(&until_midnight, &[next_day]), []);
}

#[test]
fn a_venue_goes_by_its_name_in_either_language_however_it_is_written() {
    for (one, other, same) in [
        (
            json!({"zh": "首钢园（1 号厅）"}),
            json!({"zh": "首钢园(１号厅)"}),
            true,
        ),
        (
            json!({"zh": "清华科技园", "en": "TusPark"}),
            json!({"en": "Tus Park"}),
            true,
        ),
        (
            json!({"zh": "一号厅", "en": "Hall 1"}),
            json!({"zh": "二号厅"}),
            false,
        ),
        (json!({"zh": "线上"}), json!({"zh": "线上"}), false),
        (
            json!({"zh": "（地点待定）"}),
            json!({"zh": "地点待定"}),
            false,
        ),
        (json!({"zh": "——"}), json!({"zh": "…"}), false),
        (json!({}), json!({}), false),
    ] {
        let at = |number, name: &Value| {
            let venue = json!({"venue": {"name": null}});
            let mut it = activity(number, day("2021-07-08"), venue);
            it.content.venue.as_mut().unwrap().name = input::read(name).unwrap();
            it
        };
        let found = at_venue(&at(1, &one), &[at(2, &other)]);
        assert_eq!(!found.is_empty(), same, "{one} {other}");
    }
    let online = activity(2, day("2021-07-08"), json!({"mode": "online"}));
    let here = activity(1, day("2021-07-08"), json!({}));
    assert_eq!(at_venue(&here, std::slice::from_ref(&online)), []);
    assert_eq!(at_venue(&online, &[here]), []);
}

#[test]
fn what_belongs_together_and_what_does_not_take_place_is_no_clash() {
    let on = || day("2021-07-08");
    let below = |number, parent: u32| {
        activity(
            number,
            on(),
            json!({ "parent": format!("act_{parent}"), "audiences": ["public"] }),
        )
    };
    let one = below(2, 1);
    let mut others = vec![
        activity(1, on(), json!({"audiences": ["public"]})),
        one.clone(),
        below(3, 2),
        below(4, 3),
    ];
    for (number, status) in (5..).zip([Status::Postponed, Status::Cancelled, Status::Withdrawn]) {
        let mut it = activity(number, on(), json!({}));
        it.status = status;
        others.push(it);
    }
    assert_eq!(told(&one, &others), []);
    let mut statuses = Vec::new();
    for (number, status) in (5..).zip([Status::Draft, Status::InReview, Status::Held]) {
        let mut it = activity(number, on(), json!({}));
        it.status = status;
        let found = told(&one, &[it]);
        let [Clash::Venue { other, venue, .. }] = &found[..] else {
            panic!("{status} is no clash");
        };
        assert_eq!(venue.zh.as_deref(), Some("报告厅"));
        statuses.push(other.status);
    }
    assert_eq!(statuses, [Status::Draft, Status::InReview, Status::Held]);
}

#[test]
fn parents_in_a_ring_end_the_search() {
    let below = |number, parent: u32| {
        let parent = json!({ "parent": format!("act_{parent}") });
        activity(number, day("2021-07-08"), parent)
    };
    let one = activity(9, day("2021-07-08"), json!({}));
    assert_eq!(told(&one, &[below(1, 2), below(2, 1)]).len(), 2);
}

#[test]
fn the_same_audience_on_the_same_day_is_named_those_with_most_in_common_first() {
    let meant_for = |number, audiences: Value, when| {
        let fields = json!({"venue": null, "audiences": audiences});
        activity(number, when, fields)
    };
    let one = meant_for(
        1,
        json!(["scientists", "investors", "public"]),
        hours("2021-07-08T09:00:00+08:00", None),
    );
    let others = [
        meant_for(2, json!(["entrepreneurs"]), day("2021-07-08")),
        meant_for(3, json!(["public"]), days("2021-07-01", "2021-07-09")),
        meant_for(4, json!(["investors", "scientists"]), day("2021-07-08")),
        meant_for(5, json!(["public"]), day("2021-07-09")),
    ];
    let on = span("2021-07-08", "2021-07-08");
    let found: Vec<_> = told(&one, &others)
        .into_iter()
        .map(|clash| match clash {
            Clash::Audience {
                other,
                audiences,
                days,
            } => (other.id.to_string(), audiences, days),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "act_4".to_owned(),
                vec![Audience::Scientists, Audience::Investors],
                on
            ),
            ("act_3".to_owned(), vec![Audience::Public], on),
        ]
    );
}

#[test]
fn what_is_too_much_is_counted() {
    let one = activity(100, day("2021-07-08"), json!({"audiences": ["public"]}));
    let others: Vec<Activity> = (1..=7)
        .map(|number| activity(number, day("2021-07-08"), json!({"audiences": ["public"]})))
        .collect();
    let found = told(&one, &others);
    assert_eq!(found.len(), 2 * (MOST + 1));
    let more = |sort| Clash::More { sort, count: 2 };
    assert_eq!(found[MOST], more(Sort::Venue));
    assert_eq!(found[2 * MOST + 1], more(Sort::Audience));
}

#[test]
fn a_year_round_activity_clashes_with_main_sessions() {
    let read = |value| input::read::<Edition>(&value).unwrap();
    let editions = [
        read(
            json!({"year": 2020, "theme": {}, "main_from": "2021-03-01", "main_to": "2021-03-03"}),
        ),
        read(
            json!({"year": 2021, "theme": {}, "main_from": "2021-09-24", "main_to": "2021-09-28"}),
        ),
    ];
    let sessions = |activity: &Activity| {
        let mut found = clashes(activity, std::iter::empty(), |year| {
            editions.iter().find(|edition| edition.year == year)
        });
        found.retain(|clash| matches!(clash, Clash::MainSession { .. }));
        found
    };
    let whole = span("2021-09-24", "2021-09-28");
    let within = |days| Clash::MainSession {
        year: 2021,
        session: whole,
        days,
    };
    let mut it = activity(1, days("2021-09-20", "2021-09-24"), json!({}));
    let first = within(span("2021-09-24", "2021-09-24"));
    assert_eq!(sessions(&it), [first]);
    it.content.edition = 2022;
    assert_eq!(sessions(&it).len(), 1, "the year goes by the date");
    it.content.strand = Strand::MainSession;
    assert_eq!(sessions(&it), []);
    let before = activity(1, day("2021-09-23"), json!({}));
    assert_eq!(sessions(&before), []);
    let late = activity(1, day("2021-03-02"), json!({"edition": 2020}));
    assert!(
        matches!(sessions(&late)[..], [Clash::MainSession { year: 2020, .. }]),
        "a session that was moved into the year after is still its own edition's"
    );
}

#[test]
fn holidays_and_the_days_worked_for_them_are_told() {
    let festival = Festival {
        zh: "国庆节",
        en: "National Day",
    };
    let off = |first, last| Clash::Holiday {
        festival,
        days: span(first, last),
    };
    let worked = |on: &str| Clash::WorkingDay {
        festival,
        on: on.parse().unwrap(),
    };
    let on = |when| told(&activity(1, when, json!({})), &[]);
    assert_eq!(
        on(days("2021-09-26", "2021-10-09")),
        [
            off("2021-10-01", "2021-10-07"),
            worked("2021-09-26"),
            worked("2021-10-09"),
        ]
    );
    assert_eq!(
        on(hours("2021-10-01T00:00:00+08:00", None)),
        [off("2021-10-01", "2021-10-01")]
    );
    let until_midnight = hours(
        "2021-09-30T22:00:00+08:00",
        Some("2021-10-01T00:00:00+08:00"),
    );
    assert_eq!(on(until_midnight), []);
    assert_eq!(on(day("2021-10-10")), [], "a plain Sunday");
    assert_eq!(on(json!({"precision": "month", "month": "2021-10"})), []);
}

#[test]
fn years_without_data_are_named_and_a_long_slot_is_not_told_day_by_day() {
    let found = told(&activity(1, day("2014-10-01"), json!({})), &[]);
    assert_eq!(found, [Clash::HolidaysUnknown { year: 2014 }]);
    let whole = activity(1, days("1900-01-01", "2199-12-31"), json!({}));
    let found = told(&whole, &[]);
    assert_eq!(found.len(), 3 * (MOST + 1));
    let unknown = &found[2 * (MOST + 1)..];
    assert_eq!(unknown[0], Clash::HolidaysUnknown { year: 1900 });
    assert!(matches!(
        unknown[MOST],
        Clash::More {
            sort: Sort::HolidaysUnknown,
            count
        } if count > 250
    ));
}
