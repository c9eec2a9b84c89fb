//! A date in a form: its precision is chosen, and only what belongs to that is read.

use std::collections::BTreeMap;

use chrono::{NaiveDateTime, Timelike};
use serde_json::{Value, json};

use super::Sheet;
use crate::{
    clock::shanghai,
    domain::{
        dates::instant,
        input::Faults,
        when::{When, day_of},
    },
};

/// What is typed of a date.
const TYPED: [&str; 5] = ["starts_on", "starts_time", "ends_on", "ends_time", "month"];

/// A slot's fields.
pub(super) fn put(fields: &mut BTreeMap<String, Vec<String>>, value: &Value) {
    let Ok(when) = serde_json::from_value::<When>(value.clone()) else {
        return;
    };
    let mut set = |name: &str, value: String| {
        fields.insert(format!("/when/{name}"), vec![value]);
    };
    match when {
        When::Minute { starts_at, ends_at } => {
            set("precision", "minute".to_owned());
            let ends = ends_at.map(|at| ("ends_on", "ends_time", at));
            for (day, time, at) in [("starts_on", "starts_time", starts_at)]
                .into_iter()
                .chain(ends)
            {
                let local = at.with_timezone(&shanghai()).naive_local();
                // Without a day of its own it ends on the first one, wherever that is moved.
                if day == "starts_on" || local.date() != day_of(starts_at) {
                    set(day, local.format("%Y-%m-%d").to_string());
                }
                // Seconds where a source has them: what is sent back is to be the same.
                let clock = match local.second() {
                    0 => local.format("%H:%M"),
                    _ => local.format("%H:%M:%S"),
                };
                set(time, clock.to_string());
            }
        }
        When::Day { starts_on, ends_on } => {
            set("precision", "day".to_owned());
            set("starts_on", starts_on.to_string());
            if let Some(ends_on) = ends_on {
                set("ends_on", ends_on.to_string());
            }
        }
        When::Month { month } => {
            set("precision", "month".to_owned());
            set("month", month.to_string());
        }
        When::Unknown => set("precision", "unknown".to_owned()),
        When::Unstated => {}
    }
}

/// The slot as JSON; what is missing of it is a fault.
pub(super) fn json(sheet: &Sheet, faults: &mut Faults) -> Value {
    let get = |name: &str| sheet.get(&format!("/when/{name}"));
    let missing = |faults: &mut Faults, name: &str| {
        faults.add(format!("/when/{name}"), "is missing");
    };
    let precision = get("precision");
    if precision.is_empty() && TYPED.iter().any(|name| !get(name).is_empty()) {
        faults.add("/when/precision", "choose how exactly the date is known");
    }
    match precision {
        "" => Value::Null,
        "minute" => {
            for name in ["starts_on", "starts_time"] {
                if get(name).is_empty() {
                    missing(faults, name);
                }
            }
            let mut when = json!({
                "precision": "minute",
                "starts_at": at(get("starts_on"), get("starts_time")),
            });
            let (day, time) = (get("ends_on"), get("ends_time"));
            match (day.is_empty(), time.is_empty()) {
                (true, true) => {}
                // The same day, where none is named.
                (true, false) => when["ends_at"] = at(get("starts_on"), time),
                (false, false) => when["ends_at"] = at(day, time),
                // An hour is not made up.
                (false, true) => missing(faults, "ends_time"),
            }
            when
        }
        "day" => {
            if get("starts_on").is_empty() {
                missing(faults, "starts_on");
            }
            let mut when = json!({"precision": "day", "starts_on": get("starts_on")});
            if !get("ends_on").is_empty() {
                when["ends_on"] = json!(get("ends_on"));
            }
            when
        }
        "month" => {
            if get("month").is_empty() {
                missing(faults, "month");
            }
            json!({"precision": "month", "month": get("month")})
        }
        other => json!({ "precision": other }),
    }
}

/// A local time as an instant; what is none is left for the domain to name.
pub(super) fn at(day: &str, time: &str) -> Value {
    let text = format!("{day}T{time}");
    let local = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S"));
    let at = local
        .ok()
        .and_then(|local| local.and_local_timezone(shanghai()).single());
    match at {
        Some(at) => json!(instant::text(at.to_utc())),
        None => json!(text),
    }
}
