use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::*;

const FROM: &str = "2021-01-01T00:00:00+08:00";
const TO: &str = "2022-01-01T00:00:00+08:00";

fn between(from: &str, to: &str, events: &[&str]) -> File {
    let window = Window {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        present: to.parse().unwrap(),
    };
    let text = calendar(events);
    read(
        text.as_bytes(),
        None,
        Intent::Drafts,
        window,
        Spoiled::Refuses,
    )
    .unwrap()
}

fn in_2021(event: &str) -> File {
    between(FROM, TO, &[&format!("UID:x\nSUMMARY:甲\n{event}")])
}

/// The starts, without a fault.
fn starts(file: &File) -> Vec<String> {
    assert_eq!(faults(file), []);
    let start = |row: &Row| {
        let when = &row.value["when"];
        let start = when.get("starts_at").or_else(|| when.get("starts_on"));
        start.unwrap().as_str().unwrap().to_owned()
    };
    file.rows.iter().map(start).collect()
}

fn uids(file: &File) -> Vec<String> {
    let uid = |row: &Row| row.value["sources"][0]["uid"].as_str().unwrap().to_owned();
    file.rows.iter().map(uid).collect()
}

#[test]
fn an_hour_stays_what_it_is_where_the_event_takes_place() {
    let file = in_2021(
        "DTSTART;TZID=Europe/London:20210320T100000\nDTEND;TZID=Europe/London:20210320T113000\nRRULE:FREQ=WEEKLY;COUNT=2",
    );
    assert_eq!(
        starts(&file),
        ["2021-03-20T18:00:00+08:00", "2021-03-27T18:00:00+08:00"]
    );
    let summer = in_2021(
        "DTSTART;TZID=Europe/London:20210327T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2",
    );
    assert_eq!(
        starts(&summer),
        ["2021-03-27T18:00:00+08:00", "2021-03-28T17:00:00+08:00"]
    );
    assert_eq!(
        summer.rows[1].value["when"]["ends_at"],
        "2021-03-28T18:00:00+08:00"
    );
    assert_eq!(uids(&summer), ["x#20210327", "x#20210328"]);
    assert_eq!(summer.rows[1].occurrence, "2021-03-28".parse().ok());
}

#[test]
fn days_stay_days_and_keep_their_length() {
    let file = in_2021(
        "DTSTART;VALUE=DATE:20210130\nDTEND;VALUE=DATE:20210201\nRRULE:FREQ=MONTHLY;UNTIL=20210501T000000Z",
    );
    assert_eq!(starts(&file), ["2021-01-30", "2021-03-30", "2021-04-30"]);
    assert_eq!(file.rows[2].value["when"]["ends_on"], "2021-05-01");
}

#[test]
fn a_rule_is_followed_as_far_as_the_window_goes() {
    let weekly = in_2021("DTSTART:20190105T020000Z\nRRULE:FREQ=WEEKLY");
    assert_eq!(weekly.rows.len(), 52);
    assert_eq!(starts(&weekly)[0], "2021-01-02T10:00:00+08:00");
    let ended = in_2021("DTSTART:20210105T020000Z\nRRULE:FREQ=WEEKLY;UNTIL=20210118T160000Z");
    assert_eq!(ended.rows.len(), 2);
    let past = in_2021("DTSTART:20190105T020000Z\nRRULE:FREQ=WEEKLY;COUNT=3");
    assert!(past.rows.is_empty());
    assert!(
        past.warnings[0]
            .detail
            .contains("between 2021-01-01 and 2022-01-01")
    );
    let to_come = in_2021("DTSTART:20220105T020000Z\nRRULE:FREQ=WEEKLY");
    assert!(to_come.rows.is_empty());
    let before = in_2021("DTSTART:20210105T020000Z\nRRULE:FREQ=WEEKLY;UNTIL=20210104");
    assert!(before.rows.is_empty());
}

#[test]
fn of_what_repeats_too_often_the_last_are_taken_and_it_is_said() {
    let file = between(
        "2019-01-01T00:00:00Z",
        "2022-01-01T00:00:00Z",
        &["UID:x\nSUMMARY:甲\nDTSTART:20180101T020000Z\nRRULE:FREQ=DAILY"],
    );
    assert_eq!(file.rows.len(), 400);
    assert_eq!(starts(&file)[399], "2021-12-31T10:00:00+08:00");
    assert!(
        file.warnings[0]
            .detail
            .contains("400 from 2020-11-27 to 2021-12-31 are taken, and 696 before or after"),
        "{:?}",
        file.warnings
    );
}

#[test]
fn dates_are_added_and_taken_out_however_they_are_written() {
    let file = in_2021(
        "DTSTART;TZID=Asia/Shanghai:20210104T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=6\n\
         EXDATE;TZID=Asia/Shanghai:20210105T090000,20210106T090000\nEXDATE;VALUE=DATE:20210107\nEXDATE:20210108T010000Z\n\
         RDATE:20210201T010000Z\nRDATE;VALUE=PERIOD:20210202T010000Z/PT3H,20210203T010000Z/20210203T020000Z",
    );
    assert_eq!(
        starts(&file),
        [
            "2021-01-04T09:00:00+08:00",
            "2021-01-09T09:00:00+08:00",
            "2021-02-01T09:00:00+08:00",
            "2021-02-02T09:00:00+08:00",
            "2021-02-03T09:00:00+08:00",
        ]
    );
    assert_eq!(
        file.rows[3].value["when"]["ends_at"],
        "2021-02-02T12:00:00+08:00"
    );
    assert_eq!(
        file.rows[4].value["when"]["ends_at"],
        "2021-02-03T10:00:00+08:00"
    );
    let days = in_2021(
        "DTSTART;VALUE=DATE:20210104\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20210105T000000\nRDATE;VALUE=DATE:20210301",
    );
    assert_eq!(starts(&days), ["2021-01-04", "2021-01-06", "2021-03-01"]);
}

#[test]
fn an_occurrence_that_is_moved_or_called_off_keeps_its_name() {
    let series =
        "UID:x\nSUMMARY:甲\nDTSTART;TZID=Asia/Shanghai:20210104T090000\nRRULE:FREQ=DAILY;COUNT=4";
    let moved = "UID:x\nSUMMARY:乙\nRECURRENCE-ID;TZID=Asia/Shanghai:20210105T090000\nDTSTART;TZID=Asia/Shanghai:20210110T150000";
    let off = "UID:x\nSUMMARY:甲\nRECURRENCE-ID;VALUE=DATE:20210106\nDTSTART;TZID=Asia/Shanghai:20210106T090000\nSTATUS:CANCELLED";
    let file = between(FROM, TO, &[moved, series, off]);
    assert_eq!(faults(&file), []);
    assert_eq!(
        uids(&file),
        ["x#20210105", "x#20210104", "x#20210107", "x#20210106"]
    );
    assert_eq!(
        file.rows[0].value["when"]["starts_at"],
        "2021-01-10T15:00:00+08:00"
    );
    assert_eq!(file.rows[0].occurrence, "2021-01-05".parse().ok());
    assert_eq!(file.rows[3].said, Said::Cancelled);
    assert!(file.rows[3].skip.is_some());
    // Long after the window.
    let later = between(
        "2031-01-01T00:00:00Z",
        "2032-01-01T00:00:00Z",
        &[moved, series, off],
    );
    assert!(later.rows.is_empty());
    let alone = between(FROM, TO, &[moved]);
    assert_eq!(uids(&alone), ["x#20210105"]);
    let all_that_follow = between(
        FROM,
        TO,
        &[
            series,
            &moved.replace("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;"),
        ],
    );
    assert_eq!(faults(&all_that_follow)[0].0, "/events/1/RECURRENCE-ID");
    // Those that follow are there, and are not told as they were.
    assert_eq!(uids(&all_that_follow), ["x#20210104", "x#20210105"]);
    let unread: BTreeSet<&str> = all_that_follow.unread.iter().map(String::as_str).collect();
    assert_eq!(
        unread.into_iter().collect::<Vec<_>>(),
        ["x#20210106", "x#20210107"]
    );
}

#[test]
fn an_occurrence_that_was_excluded_after_it_was_moved_is_gone() {
    let series = "UID:x\nSUMMARY:甲\nSEQUENCE:2\nDTSTART:20210104T010000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20210105T010000Z";
    let moved =
        "UID:x\nSUMMARY:甲\nSEQUENCE:1\nRECURRENCE-ID:20210105T010000Z\nDTSTART:20210110T010000Z";
    let file = between(FROM, TO, &[series, moved]);
    assert_eq!(uids(&file), ["x#20210104", "x#20210106"]);
    let since = between(
        FROM,
        TO,
        &[series, &moved.replace("SEQUENCE:1", "SEQUENCE:3")],
    );
    assert_eq!(uids(&since), ["x#20210104", "x#20210106", "x#20210105"]);
}

#[test]
fn several_occurrences_of_a_day_have_names_of_their_own() {
    let file = in_2021("DTSTART:20210104T010000Z\nRRULE:FREQ=DAILY;COUNT=4;BYHOUR=1,6");
    assert_eq!(
        uids(&file),
        [
            "x#20210104T090000",
            "x#20210104T140000",
            "x#20210105T090000",
            "x#20210105T140000"
        ]
    );
    let twice = between(
        FROM,
        TO,
        &["UID:x\nSUMMARY:甲\nDTSTART:20210104T010000Z\nRRULE:FREQ=DAILY;COUNT=2"; 2],
    );
    assert_eq!(faults(&twice).len(), 2);
}

#[test]
fn of_several_versions_of_an_event_the_latest_counts() {
    let first = "UID:x\nSUMMARY:甲\nDTSTART:20210104T010000Z\nRRULE:FREQ=DAILY;COUNT=3";
    let second =
        "UID:x\nSUMMARY:乙\nSEQUENCE:1\nDTSTART:20210104T010000Z\nRRULE:FREQ=DAILY;COUNT=2";
    let moved = "UID:x\nSUMMARY:甲\nRECURRENCE-ID:20210105T010000Z\nDTSTART:20210106T010000Z";
    let again =
        "UID:x\nSUMMARY:乙\nSEQUENCE:2\nRECURRENCE-ID:20210105T010000Z\nDTSTART:20210107T010000Z";
    let file = between(FROM, TO, &[second, moved, first, again]);
    assert_eq!(
        starts(&file),
        ["2021-01-04T09:00:00+08:00", "2021-01-07T09:00:00+08:00"]
    );
    assert!(file.rows.iter().all(|row| row.value["title"]["zh"] == "乙"));
    let left_out: Vec<&str> = file.warnings.iter().map(|it| it.pointer.as_str()).collect();
    assert_eq!(left_out, ["/events/1", "/events/2"]);
}

#[test]
fn a_repeated_event_has_its_faults_once_and_its_history_always() {
    let faulty = in_2021("DTSTART:20210104T010000Z\nRRULE:FREQ=DAILY\nLAST-MODIFIED:yesterday");
    assert_eq!(faults(&faulty).len(), 1);
    let window = Window {
        from: FROM.parse().unwrap(),
        to: TO.parse().unwrap(),
        present: TO.parse().unwrap(),
    };
    let text = calendar(&[
        "UID:x\nSUMMARY:甲\nDTSTART:20210104T010000Z\nRRULE:FREQ=DAILY;COUNT=2\nCREATED:20210101T000000Z",
    ]);
    let file = read(
        text.as_bytes(),
        None,
        Intent::History,
        window,
        Spoiled::Refuses,
    )
    .unwrap();
    let steps = file.rows[1].history.clone().unwrap();
    assert_eq!(steps[0]["source"]["uid"], "x#20210105");
}

#[test]
fn rules_that_make_no_sense_are_faults_and_all_of_them_end() {
    let rdates = format!("RDATE:{}", vec!["20210201T010000Z"; 3_000].join(","));
    let many: String = (0..4).map(|_| format!("{rdates}\n")).collect();
    for (rule, says) in [
        ("RRULE:FREQ=SECONDLY", "SECONDLY"),
        ("RRULE:FREQ=MINUTELY;COUNT=3", "MINUTELY"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1"),
        ("RRULE:FREQ=DAILY;INTERVAL=65536", "INTERVAL=65536"),
        ("RRULE:FREQ=DAILY;COUNT=-1", "no rule"),
        ("RRULE:x", "no rule"),
        ("RRULE:FREQ=", "FREQ"),
        ("RRULE:COUNT=1", "no rule"),
        ("RRULE:FREQ=MONTHLY;BYDAY=周一", "ASCII"),
        ("RRULE:FREQ=MONTHLY;BYDAY=6MO,-6XX", "no rule"),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=400", "no rule"),
        ("RRULE:FREQ=DAILY;UNTIL=later", "UNTIL"),
        (
            "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5",
            "24 times a day",
        ),
        ("RRULE:FREQ=DAILY;RSCALE=CHINESE", "no rule"),
        ("RRULE:FREQ=HOURLY", "50000 steps"),
        ("EXRULE:FREQ=DAILY", "EXDATE"),
        ("RDATE;VALUE=DATE:20210201", "is a DATE"),
        ("RRULE:FREQ=DAILY\nEXDATE:x", "date"),
    ] {
        let begins = if says.contains("steps") {
            "19000101"
        } else {
            "20210104"
        };
        let file = in_2021(&format!("DTSTART:{begins}T010000Z\n{rule}"));
        let found = faults(&file);
        assert_eq!(found.len(), 1, "{rule}: {found:?}");
        assert!(found[0].1.contains(says), "{rule}: {found:?}");
    }
    let began = Instant::now();
    for (rule, count) in [
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 1),
        ("RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", 1),
        ("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 1),
        ("RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", 1),
        ("RRULE:FREQ=HOURLY;BYSETPOS=2;BYMINUTE=0", 1),
        ("RRULE:FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1", 1),
        ("RRULE:FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6", 1),
        ("RRULE:FREQ=YEARLY;INTERVAL=65535", 1),
        ("RRULE:FREQ=WEEKLY;INTERVAL=65535", 1),
        ("RRULE:FREQ=DAILY;COUNT=999999999", 362),
        (many.trim_end(), 2),
    ] {
        let file = in_2021(&format!("DTSTART:20210104T010000Z\n{rule}"));
        assert_eq!(starts(&file).len(), count, "{rule}");
    }
    // Without optimisation; with it each takes some milliseconds.
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn many_events_that_never_repeat_end_together() {
    let never: Vec<String> = (0..5_000)
        .map(|i| format!("UID:{i}\nSUMMARY:甲\nDTSTART:19000104T010000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9"))
        .collect();
    let never: Vec<&str> = never.iter().map(String::as_str).collect();
    let found = faults(&between(FROM, TO, &never));
    assert!(
        found
            .iter()
            .any(|(_, why)| why.contains("the repeated events before it")),
        "{found:?}"
    );
    let often: Vec<String> = (0..100)
        .map(|i| format!("UID:{i}\nSUMMARY:甲\nDTSTART:20210104T010000Z\nRRULE:FREQ=DAILY"))
        .collect();
    let often: Vec<&str> = often.iter().map(String::as_str).collect();
    let found = faults(&between(FROM, TO, &often));
    assert!(found[0].1.contains("more than 5000 events"), "{found:?}");
    let long = format!("DESCRIPTION:{}", "长".repeat(20_000));
    let long: Vec<String> = (0..3)
        .map(|i| format!("UID:{i}\nSUMMARY:甲\n{long}\nDTSTART:20210104T010000Z\nRRULE:FREQ=DAILY"))
        .collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let found = faults(&between(FROM, TO, &long));
    assert!(found[0].1.contains("bytes of text"), "{found:?}");
}
