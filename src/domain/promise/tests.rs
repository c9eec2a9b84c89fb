use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::*;
use crate::domain::{
    activity::Content,
    input,
    text::Slug,
    when::{Instant, When},
};

mod consequences;

fn at(text: &str) -> DateTime<Utc> {
    text.parse::<Instant>().unwrap().0
}

fn edition(promise_from: Option<&str>) -> Edition {
    input::read(&json!({
        "year": 2021, "theme": {}, "promise_from": promise_from,
        "stated": [{"what": "held_so_far", "value": 17, "on": "2021-09-15"},
                   {"what": "visitors", "value": 1000, "on": "2021-09-15"}],
    }))
    .unwrap()
}

fn activity(number: u32, status: Status, when: Value) -> Activity {
    let input = json!({"edition": 2021, "strand": "year_round", "kind": "forum", "title": {"zh": "论坛"}, "when": when});
    let mut faults = input::Faults::default();
    let draft = crate::domain::activity::Draft::read(
        &input,
        crate::domain::role::Office::City,
        &mut faults,
    );
    let content: Content = faults.check(draft).unwrap().content;
    let now = at("2021-01-01T00:00:00+08:00");
    let id = format!("act_{number:026}").parse().unwrap();
    let slug: Slug = format!("a-{number}").parse().unwrap();
    let mut activity = Activity::draft(id, "yueli.example", slug, content, now);
    activity.status = status;
    activity
}

fn day(day: &str) -> Value {
    json!({"precision": "day", "starts_on": day})
}

fn records(activities: &[Activity]) -> Vec<Record<'_>> {
    let record = |activity| Record {
        activity,
        held_at: None,
    };
    activities.iter().map(record).collect()
}

fn month(activities: &[Activity], number: usize, now: &str) -> (Standing, usize, usize) {
    let promise = promise(&edition(Some("2021-03")), &records(activities), at(now));
    let line = &promise.months[number - 1];
    assert_eq!(line.month.number() as usize, number);
    (line.state, line.held, line.planned)
}

#[test]
fn a_month_stands_as_its_activities_do() {
    use Standing::{AtRisk, Broken, Kept, OutOfScope, Planned, Unconfirmed};
    let july = || day("2021-07-08");
    let (before, during, after) = (
        "2021-07-01T00:00:00+08:00",
        "2021-07-31T23:59:59+08:00",
        "2021-08-01T00:00:00+08:00",
    );
    for (name, status, when, now, expected) in [
        ("held", Status::Held, july(), after, (Kept, 1, 0)),
        (
            "live and to come",
            Status::Scheduled,
            july(),
            before,
            (Planned, 0, 1),
        ),
        (
            "moved and to come",
            Status::Rescheduled,
            july(),
            before,
            (Planned, 0, 1),
        ),
        (
            "on its last minute",
            Status::Scheduled,
            july(),
            "2021-07-08T23:59:59+08:00",
            (Planned, 0, 1),
        ),
        (
            "over, and nobody said so",
            Status::Scheduled,
            july(),
            "2021-07-09T00:00:00+08:00",
            (Unconfirmed, 0, 0),
        ),
        (
            "only the month is known",
            Status::Scheduled,
            json!({"precision": "month", "month": "2021-07"}),
            during,
            (Planned, 0, 1),
        ),
        (
            "held in a month",
            Status::Held,
            json!({"precision": "month", "month": "2021-07"}),
            after,
            (Kept, 1, 0),
        ),
        (
            "held, nobody knows when",
            Status::Held,
            json!({"precision": "unknown"}),
            after,
            (Broken, 0, 0),
        ),
        (
            "postponed",
            Status::Postponed,
            json!({"precision": "unknown"}),
            during,
            (AtRisk, 0, 0),
        ),
        (
            "postponed with a date",
            Status::Postponed,
            july(),
            during,
            (AtRisk, 0, 0),
        ),
        (
            "cancelled",
            Status::Cancelled,
            july(),
            during,
            (AtRisk, 0, 0),
        ),
        (
            "cancelled, too late",
            Status::Cancelled,
            july(),
            after,
            (Broken, 0, 0),
        ),
        (
            "withdrawn",
            Status::Withdrawn,
            july(),
            after,
            (Broken, 0, 0),
        ),
        ("a draft", Status::Draft, july(), before, (AtRisk, 0, 0)),
        (
            "in another month",
            Status::Held,
            day("2021-08-01"),
            after,
            (Broken, 0, 0),
        ),
        (
            "in another year",
            Status::Held,
            day("2022-07-08"),
            after,
            (Broken, 0, 0),
        ),
    ] {
        assert_eq!(
            month(&[activity(1, status, when)], 7, now),
            expected,
            "{name}"
        );
    }
    let held = [activity(1, Status::Held, day("2021-02-10"))];
    assert_eq!(month(&held, 2, after), (OutOfScope, 1, 0));
    assert_eq!(month(&held, 3, after), (Broken, 0, 0));
}

#[test]
fn the_month_is_shanghai_s() {
    let eve = json!({"precision": "minute", "starts_at": "2021-06-30T17:00:00Z"});
    let one = [activity(1, Status::Held, eve)];
    assert_eq!(
        month(&one, 7, "2021-08-01T00:00:00+08:00").0,
        Standing::Kept
    );
}

#[test]
fn a_long_activity_counts_in_the_month_it_starts_in() {
    let long = json!({"precision": "day", "starts_on": "2021-07-30", "ends_on": "2021-09-02"});
    let one = [activity(1, Status::Scheduled, long)];
    let now = "2021-08-15T00:00:00+08:00";
    assert_eq!(month(&one, 7, now), (Standing::Planned, 0, 1));
    assert_eq!(month(&one, 8, now), (Standing::AtRisk, 0, 0));
}

#[test]
fn a_quarter_is_kept_by_a_highlight_alone() {
    let mut highlight = activity(1, Status::Held, day("2021-07-08"));
    highlight.content.highlight = true;
    let other = activity(2, Status::Held, day("2021-04-08"));
    let mut ended = activity(3, Status::Scheduled, day("2021-06-08"));
    ended.content.highlight = true;
    let now = at("2021-10-01T00:00:00+08:00");
    let quarters = |activities: &[Activity], from| {
        promise(&edition(from), &records(activities), now)
            .quarters
            .iter()
            .map(|line| (line.quarter.clone(), line.state, line.held, line.highlights))
            .collect::<Vec<_>>()
    };
    let line = |name: &str, state, held, highlights| (name.to_owned(), state, held, highlights);
    assert_eq!(
        quarters(&[highlight.clone(), other.clone()], Some("2021-04")),
        [
            line("2021-Q1", Standing::OutOfScope, 0, 0),
            line("2021-Q2", Standing::Broken, 1, 0),
            line("2021-Q3", Standing::Kept, 1, 1),
            line("2021-Q4", Standing::AtRisk, 0, 0),
        ]
    );
    let lines = quarters(&[ended, other], Some("2021-03"));
    assert_eq!(
        lines[0],
        line("2021-Q1", Standing::Broken, 0, 0),
        "March is promised, so the quarter is"
    );
    assert_eq!(lines[1], line("2021-Q2", Standing::Unconfirmed, 1, 1));
}

#[test]
fn all_sixteen_districts_stand_there() {
    let mut held = activity(1, Status::Held, day("2021-07-08"));
    held.content.districts = vec![District::Haidian, District::Pinggu];
    let mut undated = activity(2, Status::Held, json!({"precision": "unknown"}));
    undated.content.districts = vec![District::Miyun];
    let all = [held, undated];
    let promise = promise(
        &edition(None),
        &records(&all),
        at("2022-01-01T00:00:00+08:00"),
    );
    assert_eq!(promise.districts.len(), 16);
    let visited: Vec<_> = promise
        .districts
        .iter()
        .filter(|line| line.visited)
        .map(|line| (line.district, line.state, line.held))
        .collect();
    assert_eq!(
        visited,
        [
            (District::Haidian, Standing::Kept, 1),
            (District::Pinggu, Standing::Kept, 1)
        ]
    );
    assert!(
        promise
            .districts
            .iter()
            .filter(|line| !line.visited)
            .all(|line| line.state == Standing::Broken)
    );
    assert_eq!(promise.promise_from.to_string(), "2021-01");
}

#[test]
fn what_is_stated_stands_beside_what_is_recorded() {
    let unknown = || json!({"precision": "unknown"});
    let mut main = activity(1, Status::Held, day("2021-09-15"));
    main.content.strand = Strand::MainSession;
    let all = [
        main,
        activity(2, Status::Held, day("2021-07-08")),
        activity(3, Status::Held, unknown()),
        activity(4, Status::Held, unknown()),
        activity(5, Status::Held, day("2021-09-16")),
        activity(6, Status::Scheduled, day("2021-07-09")),
    ];
    let mut records = records(&all);
    records[2].held_at = Some(at("2021-09-15T23:59:59+08:00"));
    records[3].held_at = Some(at("2021-09-16T00:00:00+08:00"));
    let promise = promise(&edition(None), &records, at("2021-12-01T00:00:00+08:00"));
    assert_eq!(
        serde_json::to_value(&promise.stated).unwrap(),
        json!([
            {"what": "held_so_far", "value": 17, "on": "2021-09-15", "recorded": 2, "source": null},
            {"what": "visitors", "value": 1000, "on": "2021-09-15", "recorded": null, "source": null},
        ])
    );
    assert!(
        serde_json::to_string(&promise.stated)
            .unwrap()
            .contains("\"value\":17,")
    );
}
