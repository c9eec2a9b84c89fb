//! The steps of a row's history, as they stand in the file.
//!
//! Invariant: a step that was read names one action of `domain::action` and nothing that this action does not have.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use entity::vocab::{District, Mode};
use serde_json::{Map, Value};

use crate::{
    clock::shanghai,
    domain::{
        action::{Action, Telling},
        activity::{Figure, SourceRef, Venue},
        input::{Faults, Object, Read, shown},
        notice::Reason,
        text::{WebAddress, Words},
        when::{Day, Instant, When, day_of, instant},
    },
};

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    /// When.
    pub at: At,
    /// What.
    pub what: What,
    /// Who says so.
    pub source: Option<SourceRef>,
}

/// When a step was, as precisely as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// The hour is known.
    Instant(DateTime<Utc>),
    /// Only the day is.
    Day(NaiveDate),
}

/// What a step does.
#[derive(Debug)]
pub(super) enum What {
    /// The first one: how the activity was announced.
    Announce {
        /// The slot announced; absent = the row's.
        when: Option<When>,
        /// What else was different.
        patch: Map<String, Value>,
    },
    /// New content.
    Patch {
        /// What changes.
        patch: Map<String, Value>,
        /// Whether it was told.
        telling: Telling,
    },
    /// It took place.
    Hold {
        /// Numbers.
        figures: Option<Vec<Figure>>,
        /// What came of it.
        outcomes: Option<Vec<Words>>,
    },
    /// Any other action.
    Act(Action),
}

impl What {
    /// Its name in the file.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Announce { .. } => "announce",
            Self::Patch {
                telling: Telling::Aloud,
                ..
            } => "update",
            Self::Patch {
                telling: Telling::Quietly,
                ..
            } => "correct",
            Self::Hold { .. } => "hold",
            Self::Act(action) => action.name(),
        }
    }
}

impl Read for At {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        if value.as_str().is_some_and(|text| text.len() == 10) {
            return Day::read(value, at, faults).map(|day| Self::Day(day.0));
        }
        Instant::read(value, at, faults).map(|instant| Self::Instant(instant.0))
    }
}

/// An object, not yet looked into.
struct Patch(Map<String, Value>);

impl Read for Patch {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        if let Value::Object(patch) = value {
            return Some(Self(patch.clone()));
        }
        faults.add(at, format!("{} is not an object", shown(value)));
        None
    }
}

/// Fields that no patch holds: they name the row, or say how it ended.
const NEVER_PATCHED: [&str; 6] = [
    "slug", "edition", "sources", "figures", "outcomes", "history",
];

/// Fields that have an action of their own.
const NEVER_UPDATED: [&str; 4] = ["when", "venue", "districts", "mode"];

fn check_patch(patch: &Map<String, Value>, action: &str, at: &str, faults: &mut Faults) {
    for name in patch.keys() {
        if NEVER_PATCHED.contains(&name.as_str()) {
            faults.add(format!("{at}/{name}"), format!("{name} cannot be patched"));
        } else if action == "update" && NEVER_UPDATED.contains(&name.as_str()) {
            faults.add(
                format!("{at}/{name}"),
                format!("{name} has an action of its own, or is set by a quiet correct"),
            );
        }
    }
}

impl Read for Step {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let when = object.required::<At>("at", faults);
        let source = object.optional::<SourceRef>("source", faults);
        let action = object.required::<Value>("action", faults);
        let name = action.as_ref().and_then(Value::as_str).unwrap_or_default();
        let what = match name {
            "announce" => {
                let when = object.optional::<When>("when", faults);
                let patch = object.optional::<Patch>("patch", faults);
                let patch = patch.map(|patch| patch.0).unwrap_or_default();
                check_patch(&patch, name, &object.at("patch"), faults);
                Some(What::Announce { when, patch })
            }
            "update" | "correct" => {
                let patch = object.required::<Patch>("patch", faults);
                let telling = if name == "update" {
                    Telling::Aloud
                } else {
                    Telling::Quietly
                };
                patch.map(|Patch(patch)| {
                    check_patch(&patch, name, &object.at("patch"), faults);
                    What::Patch { patch, telling }
                })
            }
            "hold" => Some(What::Hold {
                figures: object.optional::<Vec<Figure>>("figures", faults),
                outcomes: object.optional::<Vec<Words>>("outcomes", faults),
            }),
            "reschedule" => {
                let when = object.required::<When>("when", faults);
                let reason = object.optional::<Reason>("reason", faults);
                when.map(|when| What::Act(Action::Reschedule { when, reason }))
            }
            "relocate" => {
                let venue = object.optional::<Venue>("venue", faults);
                let districts = object.optional::<Vec<District>>("districts", faults);
                if !object.has("venue") && !object.has("districts") {
                    faults.add(at, "relocate needs venue or districts");
                }
                Some(What::Act(Action::Relocate {
                    venue,
                    districts,
                    reason: object.optional::<Reason>("reason", faults),
                }))
            }
            "change-format" => {
                let mode = object.required::<Mode>("mode", faults);
                let live_url = object.optional::<WebAddress>("live_url", faults);
                let reason = object.optional::<Reason>("reason", faults);
                mode.map(|mode| {
                    What::Act(Action::ChangeFormat {
                        mode,
                        live_url,
                        reason,
                    })
                })
            }
            "postpone" => Some(What::Act(Action::Postpone {
                reason: object.optional::<Reason>("reason", faults),
            })),
            "cancel" => Some(What::Act(Action::Cancel {
                reason: object.optional::<Reason>("reason", faults),
            })),
            "reinstate" => Some(What::Act(Action::Reinstate {
                when: object.optional::<When>("when", faults),
            })),
            _ => {
                if let Some(action) = &action {
                    faults.add(
                        object.at("action"),
                        format!(
                            "{} is not an action; expected announce, reschedule, relocate, change-format, postpone, cancel, reinstate, hold, update or correct",
                            shown(action)
                        ),
                    );
                }
                return None;
            }
        };
        object.close(faults);
        Some(Self {
            at: when?,
            what: what?,
            source,
        })
    }
}

/// Noon in Shanghai: on that day nearly everywhere on earth.
fn noon(day: NaiveDate) -> DateTime<Utc> {
    shanghai()
        .from_local_datetime(
            &day.and_time(NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time")),
        )
        .single()
        .expect("a fixed offset has every local time once")
        .to_utc()
}

impl At {
    fn day(self) -> NaiveDate {
        match self {
            Self::Instant(at) => day_of(at),
            Self::Day(day) => day,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Instant(at) => instant::text(at),
            Self::Day(day) => day.to_string(),
        }
    }

    fn is_before(self, earlier: Self) -> bool {
        match (self, earlier) {
            (Self::Instant(at), Self::Instant(earlier)) => at < earlier,
            _ => self.day() < earlier.day(),
        }
    }
}

/// The instants at which steps were published: a day stands for its noon; no step is earlier than the one before it.
pub(super) fn published(
    steps: &[Step],
    now: DateTime<Utc>,
    faults: &mut Faults,
) -> Vec<DateTime<Utc>> {
    let mut published: Vec<DateTime<Utc>> = Vec::with_capacity(steps.len());
    for (i, step) in steps.iter().enumerate() {
        let pointer = || format!("/history/{i}/at");
        if i > 0 && step.at.is_before(steps[i - 1].at) {
            faults.add(
                pointer(),
                format!(
                    "{} is before the step before it, {}",
                    step.at.text(),
                    steps[i - 1].at.text()
                ),
            );
        }
        let at = match step.at {
            At::Instant(at) => at,
            // This morning's step cannot wait for noon.
            At::Day(day) if day == day_of(now) => noon(day).min(now),
            At::Day(day) => noon(day),
        };
        if at > now {
            faults.add(pointer(), format!("{} lies in the future", step.at.text()));
        }
        published.push(published.last().map_or(at, |earlier| at.max(*earlier)));
    }
    published
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::input::read;

    fn now() -> DateTime<Utc> {
        "2026-03-01T01:00:00Z".parse().unwrap()
    }

    fn at(days: &[&str]) -> Result<Vec<String>, Vec<String>> {
        let steps: Vec<Step> = days
            .iter()
            .map(|at| read(&json!({"action":"postpone","at":at})).unwrap())
            .collect();
        let mut faults = Faults::default();
        let published = published(&steps, now(), &mut faults);
        if faults.0.is_empty() {
            Ok(published.into_iter().map(instant::text).collect())
        } else {
            Err(faults.0.into_iter().map(|fault| fault.pointer).collect())
        }
    }

    #[test]
    fn a_day_stands_for_its_noon_and_never_before_the_step_before_it() {
        assert_eq!(
            at(&[
                "2022-11-18",
                "2022-11-18T15:00:00+08:00",
                "2022-11-18",
                "2022-11-19"
            ])
            .unwrap(),
            [
                "2022-11-18T12:00:00+08:00",
                "2022-11-18T15:00:00+08:00",
                "2022-11-18T15:00:00+08:00",
                "2022-11-19T12:00:00+08:00",
            ]
        );
        // It is 09:00 in Shanghai.
        assert_eq!(at(&["2026-03-01"]).unwrap(), ["2026-03-01T09:00:00+08:00"]);
    }

    #[test]
    fn steps_that_fall_back_or_lie_ahead_are_faults() {
        assert_eq!(
            at(&["2022-11-18", "2022-11-17"]).unwrap_err(),
            ["/history/1/at"]
        );
        assert_eq!(at(&["2026-03-02"]).unwrap_err(), ["/history/0/at"]);
        assert_eq!(
            at(&["2026-03-01T09:00:01+08:00"]).unwrap_err(),
            ["/history/0/at"]
        );
    }

    #[test]
    fn every_fault_of_a_step_is_told_at_once() {
        let pointers = |step: Value| -> Vec<String> {
            let faults = read::<Step>(&step).unwrap_err();
            faults.0.into_iter().map(|fault| fault.pointer).collect()
        };
        assert_eq!(
            pointers(
                json!({"action":"update","at":"2021-02-30","patch":{"when":null,"slug":"x"},"why":1})
            ),
            ["/at", "/patch/slug", "/patch/when", "/why"]
        );
        assert_eq!(
            pointers(json!({"action":"publish","at":"2021-02-03"})),
            ["/action"]
        );
        assert_eq!(
            pointers(json!({"action":"relocate","at":"2021-02-03"})),
            [""]
        );
        assert_eq!(
            pointers(json!({"action":"change-format"})),
            ["/at", "/mode"]
        );
    }
}
