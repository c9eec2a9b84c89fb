//! What an entry's change would make of its activity: the three-way comparison.
//!
//! Invariants: where the source changed nothing, nothing is proposed; where the activity says it already, neither; where an editor
//! had changed the same, both are shown and nobody's word is carried out over it.

use entity::vocab::Status;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    COMPARED, Said, Seen,
    here::{covers, here, is_blank, reads_like, same_slot, sources_with},
    off,
};
use crate::domain::input::{Faults, Read, parsed};
use crate::domain::{
    activity::Activity,
    source::{ProposalKind, words},
    when::When,
};
use entity::vocab::UnknownWord;
use std::{fmt, str::FromStr};

words! {
    /// What is done where a proposal is accepted.
    Do, "action of a proposal", {
        /// The draft is announced.
        Announce = "announce";
        /// A new date.
        Reschedule = "reschedule";
        /// Another place.
        Relocate = "relocate";
        /// Another way to attend.
        ChangeFormat = "change-format";
        /// Other content, by merge patch (RFC 7396).
        Update = "update";
        /// The date is called off.
        Postpone = "postpone";
        /// Called off.
        Cancel = "cancel";
        /// On again.
        Reinstate = "reinstate";
        /// The draft is deleted.
        Delete = "delete";
    }
}

/// A change that an entry speaks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    /// What sort it is.
    pub kind: ProposalKind,
    /// What would be done.
    pub action: Do,
    /// With what: the action's body as the API takes it.
    pub body: Value,
    /// The fields it is about.
    pub fields: Vec<&'static str>,
    /// What stands here.
    pub here: Map<String, Value>,
    /// What the source said before.
    pub before: Map<String, Value>,
    /// What it says now.
    pub now: Map<String, Value>,
    /// Whether an editor changed the same, or decided otherwise.
    pub conflict: bool,
    /// Whether the activity is put off or called off.
    pub is_off: bool,
}

impl Proposed {
    /// Whether it puts on again what is off here.
    #[must_use]
    pub fn puts_on(&self) -> bool {
        self.is_off
            && matches!(
                self.kind,
                ProposalKind::Reinstate | ProposalKind::Reschedule
            )
    }
}

/// What is compared.
pub(super) struct Comparison<'a> {
    pub(super) settled: Option<&'a Seen>,
    pub(super) latest: &'a Seen,
    pub(super) activity: &'a Activity,
    pub(super) uid: Option<&'a str>,
}

impl Comparison<'_> {
    fn here(&self, name: &str) -> Value {
        here(self.activity, self.uid, name)
    }

    fn before(&self, name: &str) -> Option<&Value> {
        self.settled.and_then(|settled| settled.fields.get(name))
    }

    /// Whether the source says something new of a field that does not stand here.
    pub(super) fn differs(&self, name: &str) -> bool {
        let Some(now) = self.latest.fields.get(name) else {
            return false;
        };
        let here = self.here(name);
        if name == "title" {
            // White space and width are no news.
            let before = self.before(name);
            return !before.is_some_and(|before| reads_like(before, now))
                && !reads_like(&here, now);
        }
        self.before(name) != Some(now) && !covers(&here, now)
    }

    pub(super) fn proposed(
        &self,
        kind: ProposalKind,
        action: Do,
        body: Value,
        fields: &[&'static str],
    ) -> Proposed {
        let mut proposed = Proposed {
            kind,
            action,
            body,
            fields: fields.to_vec(),
            here: Map::new(),
            before: Map::new(),
            now: Map::new(),
            conflict: false,
            is_off: matches!(self.activity.status, Status::Postponed | Status::Cancelled),
        };
        for name in fields {
            let here = self.here(name);
            if let Some(before) = self.before(name) {
                // A date that the source put off is no editor's word.
                let its_word = *name == "when" && self.put_off_there() && is_blank(name, &here);
                let stands = match *name {
                    "title" => reads_like(&here, before),
                    _ => covers(&here, before),
                };
                proposed.conflict |= !stands && !its_word;
                proposed.before.insert((*name).to_owned(), before.clone());
            } else if self.settled.is_some() {
                proposed.conflict |= !is_blank(name, &here);
            }
            if let Some(now) = self.latest.fields.get(*name) {
                proposed.now.insert((*name).to_owned(), now.clone());
            }
            proposed.here.insert((*name).to_owned(), here);
        }
        proposed
    }

    /// The whole of it: what it says of taking place, then of the date, the place and the rest.
    fn all(&self) -> Vec<Proposed> {
        let status = self.activity.status;
        if status == Status::Withdrawn {
            return Vec::new();
        }
        if self.latest.said == Said::Cancelled {
            let news = self
                .settled
                .is_none_or(|settled| settled.said != Said::Cancelled);
            return off::cancelled(self, "cancelled")
                .filter(|_| news)
                .into_iter()
                .collect();
        }
        let mut all: Vec<Proposed> = self.date().into_iter().collect();
        let names = |wanted: &[&'static str]| -> Vec<&'static str> {
            wanted
                .iter()
                .copied()
                .filter(|name| self.differs(name))
                .collect()
        };
        if !status.is_public() {
            let rest: Vec<&'static str> = COMPARED
                .iter()
                .copied()
                .filter(|name| *name != "when")
                .collect();
            all.extend(self.patch(&names(&rest)));
            return all;
        }
        let mut rest = vec![
            "title",
            "summary",
            "description",
            "live_url",
            "registration_url",
            "audiences",
            "organizers",
            "kind",
            "url",
        ];
        if matches!(
            status,
            Status::Scheduled | Status::Rescheduled | Status::Postponed
        ) {
            let place = names(&["venue", "districts"]);
            if !place.is_empty() {
                let body = self.body(&place);
                all.push(self.proposed(ProposalKind::Update, Do::Relocate, body, &place));
            }
            if self.differs("mode") {
                let mut fields = vec!["mode"];
                if self.differs("live_url") {
                    fields.push("live_url");
                    rest.retain(|name| *name != "live_url");
                }
                let body = self.body(&fields);
                all.push(self.proposed(ProposalKind::Update, Do::ChangeFormat, body, &fields));
            }
        }
        all.extend(self.patch(&names(&rest)));
        all
    }

    fn body(&self, fields: &[&'static str]) -> Value {
        let now = |name: &&'static str| {
            Some(((*name).to_owned(), self.latest.fields.get(*name)?.clone()))
        };
        Value::Object(fields.iter().filter_map(now).collect())
    }

    fn patch(&self, fields: &[&'static str]) -> Option<Proposed> {
        if fields.is_empty() {
            return None;
        }
        let mut body = self.body(fields);
        if let Some(url) = body.as_object_mut().and_then(|body| body.remove("url")) {
            body["sources"] = sources_with(self.activity, self.uid, &url);
        }
        Some(self.proposed(ProposalKind::Update, Do::Update, body, fields))
    }

    /// Whether the source had said that it is put off, or taken its date out.
    pub(super) fn put_off_there(&self) -> bool {
        self.settled.is_some_and(|settled| {
            settled.said == Said::Postponed || settled.when().is_some_and(|when| !when.is_known())
        })
    }

    /// Whether a date is the one that the activity had before it was moved or put off.
    fn was_left(&self, when: &When) -> bool {
        let previous = self.activity.previous_when.as_ref();
        previous.is_some_and(|previous| same_slot(when, previous))
    }

    /// What becomes of the date.
    fn date(&self) -> Option<Proposed> {
        let Comparison {
            settled,
            latest,
            activity,
            ..
        } = *self;
        let (status, said) = (activity.status, settled.map(|settled| settled.said));
        let before = settled.and_then(Seen::known_when);
        let known = latest.known_when();
        // Put off until a date that it names is moved.
        let to_a_date = before.is_some() && known.is_some() && known != before;
        let put_off = (latest.said == Said::Postponed && !to_a_date)
            || (before.is_some() && latest.when().is_some_and(|when| !when.is_known()));
        if put_off {
            let was = self.put_off_there();
            let here_known = activity.content.when.is_known();
            return match status {
                Status::Scheduled | Status::Rescheduled if !was => {
                    Some(self.proposed(ProposalKind::Postpone, Do::Postpone, json!({}), &["when"]))
                }
                Status::Draft | Status::InReview if !was && here_known => {
                    let body = json!({"when": {"precision": "unknown"}});
                    Some(self.proposed(ProposalKind::Postpone, Do::Update, body, &["when"]))
                }
                _ => None,
            };
        }
        let when = known?;
        if settled.is_none() && self.was_left(&when) {
            // The source has not heard of it yet.
            return None;
        }
        // On again, on the day that it was.
        let is_back = said == Some(Said::Postponed) && latest.said == Said::Stands;
        let moved = before.as_ref() != Some(&when) || is_back;
        match status {
            Status::Scheduled | Status::Rescheduled
                if moved && !same_slot(&when, &activity.content.when) =>
            {
                let body = json!({"when": when});
                Some(self.proposed(ProposalKind::Reschedule, Do::Reschedule, body, &["when"]))
            }
            Status::Draft | Status::InReview
                if moved && !same_slot(&when, &activity.content.when) =>
            {
                let body = json!({"when": when});
                Some(self.proposed(ProposalKind::Reschedule, Do::Update, body, &["when"]))
            }
            Status::Postponed | Status::Cancelled => {
                // What was off for the source too, and is on again, is its word; else it was an editor's.
                let its_word = settled.is_some_and(|settled| {
                    settled.said != Said::Stands || settled.known_when().is_none()
                });
                if !its_word && before.as_ref() == Some(&when) {
                    return None;
                }
                let old = same_slot(&when, activity.shown_when());
                let (kind, action, body) = match (status, old) {
                    (Status::Postponed, false) => (
                        ProposalKind::Reschedule,
                        Do::Reschedule,
                        json!({"when": when}),
                    ),
                    (_, true) => (ProposalKind::Reinstate, Do::Reinstate, json!({})),
                    (_, false) => (
                        ProposalKind::Reinstate,
                        Do::Reinstate,
                        json!({"when": when}),
                    ),
                };
                let mut proposed = self.proposed(kind, action, body, &["when"]);
                proposed.conflict = !its_word;
                Some(proposed)
            }
            _ => None,
        }
    }
}

/// What an entry that says something else than what was settled would make of its activity; all of it where nothing was settled yet.
#[must_use]
pub fn proposals(
    settled: Option<&Seen>,
    latest: &Seen,
    activity: &Activity,
    uid: Option<&str>,
) -> Vec<Proposed> {
    let comparison = Comparison {
        settled,
        latest,
        activity,
        uid,
    };
    comparison.all()
}
