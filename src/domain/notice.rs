//! A notice: one published statement, whole in itself.
//!
//! Invariant: `activity` is the activity as of `revision`; with `before` laid over it, it is what stood before.

use chrono::{DateTime, Utc};
use entity::vocab::{NoticeKind, ReasonCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    activity::{Activity, SourceRef},
    input::{Faults, Object, Read},
    text::Line,
    when::{Month, instant},
};
use crate::ids::{ActivityId, NoticeId};

/// Why something was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// By code.
    pub code: ReasonCode,
    /// In Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// In English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Read for Reason {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let code = object
            .optional::<ReasonCode>("code", faults)
            .unwrap_or(ReasonCode::Other);
        let zh = object.optional::<Line>("zh", faults).map(|line| line.0);
        let en = object.optional::<Line>("en", faults).map(|line| line.0);
        object.close(faults);
        Some(Self { code, zh, en })
    }
}

/// A month's activities, told once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// Which month.
    pub month: Month,
    /// Its activities as they stood then.
    pub activities: Vec<Activity>,
}

/// One statement of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Its place in the log.
    pub position: i64,
    /// Its id; the `webhook-id` of its deliveries.
    pub id: NoticeId,
    /// What it says.
    pub kind: NoticeKind,
    /// Of which activity; null for a digest.
    pub activity_id: Option<ActivityId>,
    /// The activity's revision after it.
    pub revision: Option<i64>,
    /// When it was published; for history the real date.
    #[serde(with = "instant")]
    pub published_at: DateTime<Utc>,
    /// When it was written down.
    #[serde(with = "instant")]
    pub recorded_at: DateTime<Utc>,
    /// Why.
    pub reason: Option<Reason>,
    /// The fields of the content that changed.
    pub changed: Vec<String>,
    /// Those fields as they were (and the status, when it moved).
    pub before: Map<String, Value>,
    /// Those fields as they are.
    pub after: Map<String, Value>,
    /// Where a historic statement is taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRef>,
    /// The whole activity as of this revision.
    pub activity: Option<Activity>,
    /// A digest's content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Written down afterwards: goes to no webhook, hub or stream.
    #[serde(skip)]
    pub history: bool,
    /// The activity's version after it: the API's ETag.
    #[serde(skip)]
    pub activity_version: Option<i64>,
}

/// What of a content selections match by; it stays when the rest is redacted.
const KEPT: [&str; 10] = [
    "edition",
    "strand",
    "section",
    "series",
    "kind",
    "districts",
    "mode",
    "audiences",
    "highlight",
    "status",
];

impl Notice {
    /// When it is of no use any more: a reminder at the start of its activity.
    #[must_use]
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        if self.kind != NoticeKind::Reminder {
            return None;
        }
        self.activity.as_ref()?.content.when.starts_at()
    }

    /// Whether it is of no use any more.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.expires_at().is_some_and(|at| at <= now)
    }

    /// What is left of it once an activity is withdrawn: its own, or one that a digest lists.
    #[must_use]
    pub fn redacted(&self, withdrawn: &ActivityId) -> Self {
        let mut redacted = self.clone();
        if let Some(digest) = &mut redacted.digest {
            digest.activities.retain(|listed| listed.id != *withdrawn);
        }
        if self.activity_id.as_ref() == Some(withdrawn) {
            for map in [&mut redacted.before, &mut redacted.after] {
                map.retain(|name, _| KEPT.contains(&name.as_str()));
            }
            redacted.reason = redacted.reason.map(|reason| Reason {
                code: reason.code,
                zh: None,
                en: None,
            });
            redacted.source = None;
            redacted.activity = redacted.activity.as_ref().map(Activity::redacted);
        }
        redacted
    }

    /// The activity as it was before this notice; `None` where there was none.
    #[must_use]
    pub fn activity_before(&self) -> Option<Activity> {
        let activity = self.activity.as_ref()?;
        if self.before.is_empty() {
            return (self.kind != NoticeKind::Announced).then(|| activity.clone());
        }
        let mut value = serde_json::to_value(activity).ok()?;
        let fields = value.as_object_mut()?;
        for (name, old) in &self.before {
            fields.insert(name.clone(), old.clone());
        }
        serde_json::from_value(value).ok()
    }
}
