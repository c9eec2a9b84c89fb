//! One example message of each type, for the API's description.
//!
//! Invariant: made by the same code as what is delivered, from one activity's life.

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocab::{Language, Mode, NoticeKind, Payload, ReasonCode, WireFormat};
use serde_json::{Map, Value, json};

use super::{
    format::{self, Trial, cloudevents},
    message,
};
use crate::{
    commands::act::notice_of,
    domain::{
        action::{Action, Telling},
        activity::{Activity, Draft},
        input::{Faults, Read, read},
        notice::{Digest, Notice, Reason},
        role::Office,
        when::{Month, When},
    },
    links::Links,
};

/// A type's messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// `activity.rescheduled` …
    pub kind: String,
    /// As the standard format writes it.
    pub full: Value,
    /// The same with ids and links alone; a ping and a test have no such form.
    pub thin: Option<Value>,
    /// The first as a CloudEvent.
    pub event: Value,
}

/// Messages of each type, in the order of the vocabulary; a ping and a test at the end.
///
/// # Panics
/// When the example's own life is against the rules, which a test would show.
#[must_use]
pub fn examples() -> Vec<Example> {
    let links = Links::new("https://yueli.example");
    let notices = life();
    let of = |kind: &NoticeKind| notices.iter().find(|notice| notice.kind == *kind);
    let told = NoticeKind::ALL.iter().filter_map(of).map(|notice| {
        let body = |payload| parsed(&message::body(notice, payload, Language::Zh, &links));
        let event = cloudevents::notice(notice, Payload::Full, Language::Zh, &links);
        Example {
            kind: message::type_of(notice.kind),
            full: body(Payload::Full),
            thin: Some(body(Payload::Thin)),
            event: parsed(&event),
        }
    });
    let trials = ["endpoint.ping", "endpoint.test"].map(|kind| {
        let endpoint_id = "end_01F9HY5C4MZ7Q1R8T2V3W4X5Y6";
        let event = format::of(WireFormat::Cloudevents).trial(&Trial {
            kind,
            id: "dlv_01F9HY5C4N0000000000000000",
            endpoint_id,
            language: Language::Zh,
            now: began(),
            links: &links,
        });
        Example {
            kind: kind.to_owned(),
            full: parsed(&message::trial(kind, endpoint_id, began())),
            thin: None,
            event: parsed(&event),
        }
    });
    told.chain(trials).collect()
}

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("a message is JSON")
}

fn began() -> DateTime<Utc> {
    DateTime::from_timestamp(1_625_104_800, 0).expect("an hour of July 2021")
}

fn given<T: Read>(value: &Value) -> T {
    read(value).unwrap_or_else(|faults| panic!("{faults:?} in the example {value}"))
}

fn draft() -> Activity {
    let input = json!({
        "edition": 2021, "strand": "year_round", "kind": "roadshow",
        "title": {"zh": "硬科技项目路演", "en": "Deep-tech roadshow"}, "districts": ["haidian"], "mode": "offline",
        "venue": {"name": {"zh": "清华科技园", "en": "Tsinghua Science Park"}},
        "when": {"precision": "minute", "starts_at": "2021-07-08T09:00:00+08:00"},
    });
    let mut faults = Faults::default();
    let draft = Draft::read(&input, Office::City, &mut faults);
    let draft = faults.check(draft).expect("the example is a draft");
    Activity::draft(
        "act_01F9HY5C4M0000000000000000".parse().expect("an id"),
        "yueli.example",
        "deep-tech-roadshow".parse().expect("a slug"),
        draft.content,
        began(),
    )
}

/// An activity's notices, of every kind.
fn life() -> Vec<Notice> {
    let reason = |code| {
        Some(Reason {
            code,
            zh: None,
            en: None,
        })
    };
    let (mut activity, mut notices) = (draft(), Vec::new());
    let mut act = |activity: &Activity, action: Action| {
        let at = began() + TimeDelta::hours(notices.len() as i64);
        let at = match action {
            Action::Hold { .. } => at + TimeDelta::days(30),
            _ => at,
        };
        let change = activity.apply(&action, at);
        let change = change.unwrap_or_else(|refusal| panic!("{refusal} in the example"));
        let statement = change
            .statement
            .expect("a public activity's change is stated");
        notices.push(numbered(notice_of(
            change.activity.clone(),
            statement,
            notices.len() as i64 + 1,
            1,
            at,
            at,
        )));
        change.activity
    };
    activity = act(&activity, Action::Announce { publish_at: None });
    for (telling, summary) in [
        (Telling::Aloud, "十个项目。"),
        (Telling::Quietly, "十二个项目。"),
    ] {
        let mut content = activity.content.clone();
        content.summary = given(&json!({"zh": summary}));
        let content = Box::new(content);
        activity = act(&activity, Action::Update { content, telling });
    }
    let when: When =
        given(&json!({"precision": "minute", "starts_at": "2021-07-15T14:00:00+08:00"}));
    let reschedule = Action::Reschedule {
        when,
        reason: reason(ReasonCode::Venue),
    };
    activity = act(&activity, reschedule);
    let relocate = Action::Relocate {
        venue: Some(given(
            &json!({"name": {"zh": "国家会议中心", "en": "China National Convention Center"}}),
        )),
        districts: Some(given(&json!(["chaoyang"]))),
        reason: None,
    };
    activity = act(&activity, relocate);
    let online = Action::ChangeFormat {
        mode: Mode::Mixed,
        live_url: Some(given(&json!("https://live.example/1"))),
        reason: None,
    };
    activity = act(&activity, online);
    let postpone = Action::Postpone {
        reason: reason(ReasonCode::Weather),
    };
    activity = act(&activity, postpone);
    activity = act(&activity, Action::Reinstate { when: None });
    let cancel = Action::Cancel {
        reason: reason(ReasonCode::Merge),
    };
    act(&activity, cancel);
    let held = Action::Hold {
        figures: None,
        outcomes: None,
        stated_on: None,
    };
    act(&activity, held);
    let withdraw = Action::Withdraw {
        reason: Reason {
            code: ReasonCode::Correction,
            zh: None,
            en: None,
        },
        replaced_by: None,
    };
    act(&activity, withdraw);
    let last = notices.last().cloned().expect("acted above");
    let position = last.position + 1;
    let beside = |kind, position| {
        numbered(Notice {
            kind,
            position,
            reason: None,
            changed: Vec::new(),
            before: Map::new(),
            after: Map::new(),
            ..last.clone()
        })
    };
    let mut reminder = beside(NoticeKind::Reminder, position);
    reminder.revision = Some(activity.revision);
    reminder.activity = Some(activity.clone());
    let mut digest = beside(NoticeKind::Digest, position + 1);
    (digest.activity_id, digest.revision, digest.activity) = (None, None, None);
    digest.digest = Some(Digest {
        month: Month::of_instant(began()),
        activities: vec![activity],
    });
    notices.extend([reminder, digest]);
    notices
}

/// With an id that is the same every time.
fn numbered(notice: Notice) -> Notice {
    let id = format!("ntc_01F9HY5C4M{:016}", notice.position);
    Notice {
        id: id.parse().expect("an id"),
        ..notice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_an_example_of_every_type() {
        let types: Vec<String> = examples().into_iter().map(|one| one.kind).collect();
        let mut expected: Vec<String> = NoticeKind::ALL
            .iter()
            .map(|kind| message::type_of(*kind))
            .collect();
        expected.extend(["endpoint.ping".to_owned(), "endpoint.test".to_owned()]);
        assert_eq!(types, expected);
    }

    #[test]
    fn an_example_tells_what_its_type_says() {
        for Example {
            kind,
            full,
            thin,
            event,
        } in examples()
        {
            for message in [&full, thin.as_ref().unwrap_or(&full), &event] {
                assert_eq!(message["type"], kind);
                assert_eq!(message.get("truncated"), None, "{kind}");
            }
            assert_eq!(event["data"], full["data"]);
        }
        let moved = examples()
            .into_iter()
            .find(|one| one.kind == "activity.rescheduled")
            .unwrap();
        let data = &moved.full["data"];
        assert_eq!(
            data["before"]["when"]["starts_at"],
            "2021-07-08T09:00:00+08:00"
        );
        assert_eq!(
            data["after"]["when"]["starts_at"],
            "2021-07-15T14:00:00+08:00"
        );
        assert_eq!(data["activity"]["revision"], data["revision"]);
        let thin = &moved.thin.unwrap()["data"];
        assert_eq!(
            (&thin["revision"], thin.get("activity")),
            (&data["revision"], None)
        );
    }
}
