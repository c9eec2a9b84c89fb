//! Whole calendars, octet by octet, in each state of an activity's life and each language.
//!
//! Owns the files in `golden/`. Where one differs, the calendar as it is now lies under the same
//! name in `target/golden/`: copy it once it is as it should be, and raise TEMPLATE_EPOCH.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use super::super::fixture::{Life, read, site};
use super::*;
use crate::domain::{
    action::{Action, Telling},
    input::Faults,
};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/publish/calendar/golden");
const NOW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/golden");

const TONGUES: [&str; 3] = ["zh", "en", "bi"];

/// Its own calendar, where nothing else is said.
const OWN: &str = "activity/act_01F9.ics";

/// Each file's name and its address, both without the language, and the life it shows.
fn states() -> Vec<(&'static str, Life, &'static str)> {
    let online = json!({"mode": "online", "venue": null});
    let unset = json!({"mode": "online", "venue": null, "live_url": null});
    let untranslated = json!({"mode": "offline", "live_url": null, "title": {"en": null},
        "summary": {"en": null}, "venue": {"name": {"en": null}}});
    vec![
        ("announced-minute", announced(), OWN),
        (
            "announced-alarm",
            announced(),
            "activity/act_01F9.ics?alarm=PT1H,P1D",
        ),
        ("announced-day", on_days("2021-07-08", None), OWN),
        (
            "announced-days",
            on_days("2021-07-08", Some("2021-07-11")),
            OWN,
        ),
        ("announced-month", in_july(), "planning.ics"),
        ("online", Life::announced(&online), OWN),
        ("online-unset", Life::announced(&unset), OWN),
        ("mixed", Life::announced(&json!({"mode": "mixed"})), OWN),
        (
            "untranslated",
            Life::announced(&untranslated).postponed(),
            OWN,
        ),
        ("rescheduled", announced().rescheduled(), OWN),
        ("postponed", announced().postponed(), OWN),
        ("cancelled", announced().cancelled(), OWN),
        (
            "cancelled-mark",
            announced().cancelled(),
            "activity/act_01F9.ics?cancelled=mark",
        ),
        (
            "cancelled-drop",
            announced().cancelled(),
            "activity/act_01F9.ics?cancelled=drop",
        ),
        ("reinstated", reinstated(), OWN),
        ("held", held(), OWN),
        ("corrected", corrected(), OWN),
    ]
}

/// At a place, to the minute.
fn announced() -> Life {
    Life::announced(&json!({"mode": "offline", "live_url": null}))
}

fn on_days(first: &str, last: Option<&str>) -> Life {
    dated(json!({"precision": "day", "starts_on": first, "ends_on": last}))
}

fn in_july() -> Life {
    dated(json!({"precision": "month", "month": "2021-07"}))
}

fn dated(mut when: Value) -> Life {
    for unused in ["starts_at", "ends_at"] {
        when[unused] = Value::Null;
    }
    Life::announced(&json!({"mode": "offline", "live_url": null, "when": when}))
}

fn reinstated() -> Life {
    let back = Action::Reinstate { when: None };
    announced()
        .cancelled()
        .then(back, "2021-06-26T10:00:00+08:00")
}

fn held() -> Life {
    let figures = json!([
        {"what": "presenters", "value": 12},
        {"what": "on_site", "value": 80, "qualifier": "nearly"},
        {"what": "views", "value": 4_100_000, "qualifier": "about"},
    ]);
    let outcomes = json!([
        {"zh": "三个项目签约; 两个落地海淀, 一个落地昌平。", "en": "Three projects signed; two in Haidian, one in Changping."},
    ]);
    let all = |value: &Value| value.as_array().unwrap().clone();
    let hold = Action::Hold {
        figures: Some(all(&figures).iter().map(read).collect()),
        outcomes: Some(all(&outcomes).iter().map(read).collect()),
        stated_on: None,
    };
    announced().then(hold, "2021-07-09T10:00:00+08:00")
}

fn corrected() -> Life {
    let life = announced();
    let mut content = life.activity.content.clone();
    content.summary = read(&json!({"zh": "十三个项目。", "en": "Thirteen projects."}));
    let correct = Action::Update {
        content: Box::new(content),
        telling: Telling::Quietly,
    };
    life.then(correct, "2021-06-02T10:00:00+08:00")
}

/// The calendar at an address that holds this activity alone.
fn document(life: &Life, tongue: &str, address: &str) -> Vec<u8> {
    let activity = &life.activity;
    let (path, options) = address.split_once('?').unwrap_or((address, ""));
    let mut key: FeedKey = format!("{tongue}/{path}").parse().unwrap();
    let mut faults = Faults::default();
    for (name, value) in url::form_urlencoded::parse(options.as_bytes()) {
        assert!(key.options.take(&name, &value, &mut faults));
    }
    faults.check(Some(())).unwrap();
    assert!(start(activity, &key.scope).is_some());
    let reason = life.last().reason.as_ref();
    let events: Vec<Vec<u8>> = Form::of(&key, activity)
        .and_then(|form| entry(&site(), activity, reason, &form))
        .iter()
        .map(ical::render_event)
        .collect();
    let subject = matches!(key.scope, Scope::Activity(_)).then_some(activity);
    let title = subject.map(|activity| &activity.content.title);
    let header = calendar(&site(), &key, subject, title, Some(activity.updated_at));
    ical::render_calendar(&header, &events)
}

/// The lines that differ, between what both begin and end with.
fn difference(golden: &[u8], now: &[u8]) -> String {
    let [golden, now] = [golden, now].map(|octets| String::from_utf8_lossy(octets).into_owned());
    let old: Vec<&str> = golden.split_inclusive('\n').collect();
    let new: Vec<&str> = now.split_inclusive('\n').collect();
    let alike = |(a, b): &(&&str, &&str)| a == b;
    let start = old.iter().zip(&new).take_while(alike).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(alike)
        .count();
    let removed = old[..old.len() - end].iter().map(|line| ('-', line));
    let added = new[..new.len() - end].iter().map(|line| ('+', line));
    removed
        .chain(added)
        .map(|(sign, line)| format!("  {sign}{line:?}\n"))
        .collect()
}

#[test]
fn calendars_are_octet_by_octet_what_they_were() {
    let mut differences = String::new();
    let mut names = BTreeSet::new();
    for (state, life, address) in states() {
        for tongue in TONGUES {
            let name = format!("{state}.{tongue}.ics");
            let now = document(&life, tongue, address);
            let golden = fs::read(Path::new(GOLDEN).join(&name)).unwrap_or_default();
            if golden != now {
                fs::create_dir_all(NOW).unwrap();
                fs::write(Path::new(NOW).join(&name), &now).unwrap();
                differences += &format!("{name}\n{}", difference(&golden, &now));
            }
            names.insert(name);
        }
    }
    assert!(
        differences.is_empty(),
        "{differences}as they are now: {NOW}"
    );

    let found: BTreeSet<String> = fs::read_dir(GOLDEN)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".ics"))
        .collect();
    assert_eq!(found, names, "a file that no state is written to");
}
