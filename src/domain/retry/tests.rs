use chrono::TimeZone;
use serde_json::json;

use super::*;
use crate::domain::samples::{self, at};

fn seconds(numbers: &[u64]) -> Vec<Duration> {
    numbers.iter().map(|n| Duration::from_secs(*n)).collect()
}

fn default_schedule() -> Schedule {
    let settings = crate::config::Settings::default().webhooks;
    Schedule::new(&settings.retry_schedule, &settings.urgent_schedule)
}

fn waits(schedule: &Schedule, pace: Pace) -> Vec<i64> {
    (1..)
        .map_while(|number| schedule.wait(number, pace, 0.5))
        .map(|wait| wait.num_seconds())
        .collect()
}

fn healthy() -> Health {
    Health {
        state: EndpointState::Enabled,
        failures: 0,
        failing_since: None,
        last_failure_at: None,
        last_success_at: None,
        held_until: None,
    }
}

#[test]
fn the_default_schedules_are_those_of_the_contract() {
    let schedule = default_schedule();
    assert_eq!(
        waits(&schedule, Pace::Ordinary),
        [
            0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400
        ]
    );
    assert_eq!(
        waits(&schedule, Pace::Urgent),
        [
            0, 5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400
        ]
    );
}

#[test]
fn urgent_is_never_slower_than_a_short_schedule_of_the_settings() {
    let schedule = Schedule::new(&seconds(&[0, 1, 2, 4]), &seconds(&[0, 5, 30, 120, 600]));
    assert_eq!(waits(&schedule, Pace::Urgent)[..4], [0, 1, 2, 4]);
}

#[test]
fn jitter_spreads_a_wait_by_a_fifth_and_nothing_comes_after_the_last() {
    let schedule = Schedule::new(&seconds(&[0, 100]), &[]);
    let wait = |jitter| schedule.wait(2, Pace::Ordinary, jitter).unwrap();
    assert_eq!(wait(0.0), TimeDelta::seconds(80));
    assert_eq!(wait(1.0), TimeDelta::seconds(120));
    for number in [i32::MIN, -1, 0, 3, i32::MAX] {
        assert_eq!(schedule.wait(number, Pace::Ordinary, 0.5), None, "{number}");
    }
}

#[test]
fn five_failures_open_the_breaker_and_its_pause_doubles_to_a_quarter_of_an_hour() {
    let start = at("2021-07-01T00:00:00Z");
    let mut health = healthy();
    let mut pauses = Vec::new();
    for minute in 0..14 {
        let now = start + TimeDelta::minutes(20 * minute);
        health.failed(now, TimeDelta::seconds(30), None);
        pauses.push(health.held_until.map(|until| (until - now).num_seconds()));
    }
    assert_eq!(pauses[..4], [None; 4]);
    let open: Vec<i64> = pauses[4..].iter().map(|pause| pause.unwrap()).collect();
    assert_eq!(open, [30, 60, 120, 240, 480, 900, 900, 900, 900, 900]);
    assert_eq!(health.state, EndpointState::Failing);

    let later = start + TimeDelta::hours(6);
    assert!(health.is_open(later), "the pause is over: one probe");
    health.succeeded(later);
    assert_eq!(health.state, EndpointState::Enabled);
    assert_eq!((health.failures, health.held_until), (0, None));
}

#[test]
fn the_first_pause_is_the_longest_step_when_that_is_shorter() {
    let pause = |steps: &[u64]| Schedule::new(&seconds(steps), &[]).first_pause();
    assert_eq!(pause(&[0, 1, 2, 4]), TimeDelta::seconds(4));
    assert_eq!(pause(&[0, 5, 300]), TimeDelta::seconds(30));
    assert_eq!(pause(&[0]), TimeDelta::seconds(1));
}

#[test]
fn five_days_of_failure_disable_only_with_failures_half_a_day_apart() {
    let start = at("2021-07-01T00:00:00Z");
    let pause = TimeDelta::seconds(30);
    let fail_at = |health: &mut Health, hours: i64| {
        health.failed(start + TimeDelta::hours(hours), pause, None);
        health.state
    };

    let mut lasting = healthy();
    for hours in [0, 13, 119] {
        assert_ne!(fail_at(&mut lasting, hours), EndpointState::Disabled);
    }
    assert_eq!(fail_at(&mut lasting, 120), EndpointState::Disabled);

    let mut two_blips = healthy();
    fail_at(&mut two_blips, 0);
    fail_at(&mut two_blips, 1);
    assert_ne!(fail_at(&mut two_blips, 130), EndpointState::Disabled);

    let mut recovered = healthy();
    fail_at(&mut recovered, 0);
    fail_at(&mut recovered, 60);
    recovered.succeeded(start + TimeDelta::hours(61));
    assert_ne!(fail_at(&mut recovered, 121), EndpointState::Disabled);
}

#[test]
fn gone_is_final_and_our_own_faults_count_for_nothing() {
    let now = at("2021-07-01T00:00:00Z");
    let mut health = healthy();
    health.hindered(now);
    assert_eq!((health.failures, health.failing_since), (0, None));
    assert!(!health.is_open(now));
    health.gone(now);
    assert!(!health.is_open(now + TimeDelta::days(400)));
}

#[test]
fn retry_after_is_seconds_or_a_date_of_at_most_a_day_and_never_a_panic() {
    let now = Utc.with_ymd_and_hms(1994, 11, 6, 8, 49, 7).unwrap();
    let read = |value: &str| retry_after(value, now).map(|wait| wait.num_seconds());
    for (value, expected) in [
        ("0", Some(0)),
        (" 120 ", Some(120)),
        ("86400", Some(86_400)),
        ("86401", Some(86_400)),
        ("99999999999999999999999999", Some(86_400)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", Some(30)),
        ("Sun Nov  6 08:49:37 1994", Some(30)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Some(86_400)),
        ("", None),
        ("inf", None),
        ("NaN", None),
        ("1e300", None),
        ("-5", None),
        ("+5", None),
        ("1.5", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        ("soon", None),
    ] {
        assert_eq!(read(value), expected, "{value:?}");
    }
}

#[test]
fn a_change_within_two_days_of_the_old_or_new_start_is_urgent() {
    let near = "2021-07-02T23:00:00Z";
    let far = "2021-09-01T00:00:00Z";
    let minute = |start: &str| json!({"precision": "minute", "starts_at": start});
    let urgent = |kind, start, was: Option<&str>| {
        let activity = samples::activity(json!({"when": minute(start)}));
        let mut notice = samples::notice(1, kind, activity);
        if let Some(was) = was {
            notice.before.insert("when".to_owned(), minute(was));
        }
        pace(&notice) == Pace::Urgent
    };
    assert!(urgent(NoticeKind::Cancelled, near, None));
    assert!(urgent(NoticeKind::Rescheduled, far, Some(near)));
    assert!(urgent(NoticeKind::Rescheduled, near, Some(far)));
    assert!(!urgent(
        NoticeKind::Rescheduled,
        far,
        Some("2021-07-20T00:00:00Z")
    ));
    assert!(!urgent(NoticeKind::Updated, near, None));
    let month = samples::activity(
        json!({"when": {"precision": "month", "month": "2021-07", "starts_at": null}}),
    );
    assert_eq!(
        pace(&samples::notice(1, NoticeKind::Cancelled, month)),
        Pace::Ordinary,
        "the first of a month is no start"
    );
}
