//! Where an event comes from and when it became what it is.
//!
//! Invariant: a moment that the calendar does not state is not made up.

use icalendar::parser::Component;
use serde_json::{Value, json};

use super::{
    find, short,
    times::{self, Time},
    zones::Zones,
};
use crate::transfer::row::{Place, Row};

/// When an event was made and last changed, as far as it says.
pub(super) struct Moments {
    created: Option<Time>,
    changed: Option<Time>,
}

impl Moments {
    pub(super) fn read(component: &Component<'_>, zones: &Zones, row: &mut Row) -> Self {
        let mut read = |name: &str| match find(component, name).map(|it| times::time(it, zones)) {
            Some(Ok(time)) => Some(time),
            Some(Err(detail)) => {
                row.faults.add(format!("/{name}"), detail);
                None
            }
            None => None,
        };
        let (created, changed, stamped) = (read("CREATED"), read("LAST-MODIFIED"), read("DTSTAMP"));
        let changed = changed.or(stamped);
        Self {
            created: created.or(changed),
            changed,
        }
    }
}

pub(super) fn source(
    component: &Component<'_>,
    row: &mut Row,
    calendar: Option<&str>,
    moments: &Moments,
) -> Value {
    let Place::Event { uid, .. } = row.place.clone() else {
        return Value::Null;
    };
    if uid.is_none() {
        row.faults.add("/sources/0/uid", "is missing");
    }
    let sequence = find(component, "SEQUENCE").map_or("0", |sequence| sequence.val.as_str().trim());
    json!({
        "url": find(component, "URL").map(|url| url.val.as_str().trim()),
        "title": calendar,
        "stated_on": moments.changed.map(Time::day),
        "basis": format!("iCalendar, SEQUENCE {}", short(sequence)),
        "uid": uid,
    })
}

pub(super) fn history(row: &mut Row, moments: &Moments, cancelled: bool, source: &Value) {
    let (Some(created), Some(changed)) = (moments.created, moments.changed.or(moments.created))
    else {
        let unreadable = ["/CREATED", "/LAST-MODIFIED", "/DTSTAMP"];
        if !unreadable.iter().any(|at| row.is_faulty_at(at)) {
            row.faults.add(
                "/history",
                "is missing, and so are LAST-MODIFIED and DTSTAMP: with history one of them says when it was announced",
            );
        }
        return;
    };
    let mut steps = vec![json!({"action": "announce", "at": created.at(), "source": source})];
    if cancelled {
        steps.push(json!({"action": "cancel", "at": changed.at(), "source": source}));
    }
    row.history = Some(Value::Array(steps));
}
