//! An activity and its notices for unit tests.

use chrono::{DateTime, Utc};
use entity::vocab::{NoticeKind, Status};
use serde_json::{Map, Value, json};

use super::{
    activity::{Activity, Draft},
    input::{Faults, merge_patch},
    notice::Notice,
    role::Office,
};

/// An instant of RFC 3339.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A scheduled activity in Haidian, with fields laid over it.
pub(crate) fn activity(fields: Value) -> Activity {
    let mut input = json!({
        "edition": 2021, "strand": "year_round", "kind": "roadshow", "title": {"zh": "路演", "en": "Roadshow"},
        "when": {"precision": "minute", "starts_at": "2021-07-08T09:00:00+08:00"}, "districts": ["haidian"],
    });
    merge_patch(&mut input, &fields);
    let mut faults = Faults::default();
    let draft = Draft::read(&input, Office::City, &mut faults);
    let draft = faults.check(draft).unwrap();
    let mut activity = Activity::draft(
        "act_1".parse().unwrap(),
        "yueli.example",
        "roadshow".parse().unwrap(),
        draft.content,
        at("2021-06-01T00:00:00Z"),
    );
    activity.status = Status::Scheduled;
    activity.revision = 1;
    activity
}

/// A notice of an activity, published on the first of July 2021.
pub(crate) fn notice(position: i64, kind: NoticeKind, activity: Activity) -> Notice {
    Notice {
        position,
        id: format!("ntc_{position}").parse().unwrap(),
        kind,
        activity_id: Some(activity.id.clone()),
        revision: Some(activity.revision),
        published_at: at("2021-07-01T00:00:00Z"),
        recorded_at: at("2021-07-01T00:00:00Z"),
        reason: None,
        changed: Vec::new(),
        before: Map::new(),
        after: Map::new(),
        source: None,
        activity: Some(activity),
        digest: None,
        history: false,
        activity_version: Some(1),
    }
}
