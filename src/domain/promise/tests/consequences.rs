use super::*;

/// The sentences of one change in a programme that has `others` beside it.
fn told(others: &[Activity], changed: &[(&Activity, &Activity)], now: &str) -> Vec<String> {
    let edition = edition(Some("2021-03"));
    let changed: Vec<_> = changed
        .iter()
        .map(|(before, after)| Changed { before, after })
        .collect();
    let public = changed
        .iter()
        .map(|change| change.before)
        .filter(|before| before.status.is_public())
        .chain(others);
    consequences(
        |year| (year == 2021).then_some(&edition),
        public,
        &changed,
        at(now),
    )
    .iter()
    .map(ToString::to_string)
    .collect()
}

const JUNE: &str = "2021-06-15T00:00:00+08:00";

#[test]
fn consequences_name_what_a_change_breaks_and_mends() {
    let build = |status, when: &str, highlight, districts: &[District]| {
        let mut it = activity(1, status, day(when));
        it.content.highlight = highlight;
        it.content.districts = districts.to_vec();
        it
    };
    let live = |when: &str| build(Status::Scheduled, when, false, &[]);
    let pinggu = [District::Pinggu];
    let july = live("2021-07-08");
    let mut postponed = july.clone();
    postponed.content.when = When::Unknown;
    postponed.status = Status::Postponed;
    let mut cancelled = july.clone();
    cancelled.status = Status::Cancelled;
    let with = |status, highlight, districts: &[District]| {
        build(status, "2021-07-08", highlight, districts)
    };
    type Case<'a> = (&'a str, Activity, Activity, Vec<Activity>, &'a [&'a str]);
    let cases: Vec<Case<'_>> = vec![
        (
            "postponed",
            july.clone(),
            postponed.clone(),
            vec![],
            &["leaves July 2021 without an activity"],
        ),
        (
            "cancelled",
            july.clone(),
            cancelled.clone(),
            vec![],
            &["leaves July 2021 without an activity"],
        ),
        (
            "moved",
            july.clone(),
            build(Status::Rescheduled, "2021-08-08", false, &[]),
            vec![],
            &[
                "leaves July 2021 without an activity",
                "gives August 2021 an activity",
            ],
        ),
        (
            "moved within its month",
            july.clone(),
            build(Status::Rescheduled, "2021-07-20", false, &[]),
            vec![],
            &[],
        ),
        (
            "moved into the next year",
            july.clone(),
            build(Status::Rescheduled, "2022-01-08", false, &[]),
            vec![],
            &["leaves July 2021 without an activity"],
        ),
        (
            "one of two",
            july.clone(),
            cancelled.clone(),
            vec![activity(2, Status::Scheduled, day("2021-07-20"))],
            &[],
        ),
        (
            "one that counts not stays",
            july.clone(),
            cancelled.clone(),
            vec![activity(2, Status::Cancelled, day("2021-07-20"))],
            &["leaves July 2021 without an activity"],
        ),
        (
            "announced",
            with(Status::Draft, true, &pinggu),
            with(Status::Scheduled, true, &pinggu),
            vec![],
            &[
                "gives July 2021 an activity",
                "gives the third quarter of 2021 a highlight",
                "gives Pinggu an activity in 2021",
            ],
        ),
        (
            "reinstated",
            cancelled.clone(),
            july.clone(),
            vec![],
            &["gives July 2021 an activity"],
        ),
        (
            "the quarter's only highlight",
            with(Status::Scheduled, true, &pinggu),
            with(Status::Cancelled, true, &pinggu),
            vec![activity(2, Status::Scheduled, day("2021-07-20"))],
            &[
                "leaves the third quarter of 2021 without a highlight",
                "leaves Pinggu without an activity in 2021",
            ],
        ),
        (
            "no highlight any more",
            with(Status::Scheduled, true, &[]),
            july.clone(),
            vec![],
            &["leaves the third quarter of 2021 without a highlight"],
        ),
        (
            "relocated",
            with(Status::Scheduled, false, &pinggu),
            with(Status::Scheduled, false, &[District::Miyun]),
            vec![],
            &[
                "leaves Pinggu without an activity in 2021",
                "gives Miyun an activity in 2021",
            ],
        ),
        (
            "before the promise began",
            live("2021-01-08"),
            live("2021-02-08"),
            vec![],
            &[],
        ),
        (
            "out of scope into it",
            live("2021-02-08"),
            build(Status::Rescheduled, "2021-03-08", false, &[]),
            vec![],
            &["gives March 2021 an activity"],
        ),
        (
            "a draft stays one",
            with(Status::Draft, true, &pinggu),
            with(Status::InReview, true, &pinggu),
            vec![],
            &[],
        ),
        (
            "the only held one withdrawn",
            build(Status::Held, "2021-05-08", false, &[]),
            {
                let mut it = build(Status::Held, "2021-05-08", false, &[]).redacted();
                it.status = Status::Withdrawn;
                it
            },
            vec![activity(2, Status::Scheduled, day("2021-05-09"))],
            &["leaves May 2021 without an activity that was held"],
        ),
        (
            "held",
            live("2021-05-08"),
            build(Status::Held, "2021-05-08", false, &[]),
            vec![],
            &[],
        ),
    ];
    for (name, before, after, others, expected) in cases {
        assert_eq!(
            told(&others, &[(&before, &after)], JUNE),
            expected,
            "{name}"
        );
    }
}

#[test]
fn a_parent_and_its_children_are_one_change() {
    let (parent, child) = (
        activity(1, Status::Scheduled, day("2021-07-08")),
        activity(2, Status::Scheduled, day("2021-07-09")),
    );
    let moved = |one: &Activity, to| {
        let mut moved = one.clone();
        moved.content.when = input::read(&day(to)).unwrap();
        moved
    };
    let (parent_after, child_after) = (moved(&parent, "2021-08-08"), moved(&child, "2021-08-09"));
    assert_eq!(
        told(
            std::slice::from_ref(&child),
            &[(&parent, &parent_after)],
            JUNE
        ),
        ["gives August 2021 an activity"]
    );
    assert_eq!(
        told(
            &[],
            &[(&parent, &parent_after), (&child, &child_after)],
            JUNE
        ),
        [
            "leaves July 2021 without an activity",
            "gives August 2021 an activity"
        ]
    );
}

#[test]
fn a_year_without_an_edition_promised_nothing() {
    let before = activity(1, Status::Scheduled, day("2022-07-08"));
    let mut after = before.clone();
    after.status = Status::Cancelled;
    assert!(told(&[], &[(&before, &after)], JUNE).is_empty());
}
