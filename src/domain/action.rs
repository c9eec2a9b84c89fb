//! What can be done to an activity, and what it is then: CONTRACT's table as one pure function.
//!
//! Invariant: only this changes a status; each change of a public activity gives exactly one statement,
//! and bumps the revision by one.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::vocab::{District, Mode, NoticeKind, Status};
use serde_json::{Map, Value};

pub use super::refusal::Refusal;
use super::{
    activity::{Activity, Content, Figure, SourceRef, Venue},
    notice::Reason,
    text::{WebAddress, Words},
    when::{When, day_of, instant},
};
use crate::ids::ActivityId;

/// Something that a person asks to be done to an activity.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Ask the organising office to look at a draft.
    Submit,
    /// Give it back to whoever drafts it; also takes an embargo back.
    Return,
    /// Publish it, at once or at an hour.
    Announce {
        /// Later = embargo.
        publish_at: Option<DateTime<Utc>>,
    },
    /// Set new content; `quietly` on a public one is a correction.
    Update {
        /// The whole content after the change.
        content: Box<Content>,
        /// Whether the change is told in news feeds and webhooks.
        telling: Telling,
    },
    /// Give it a new slot.
    Reschedule {
        /// The new slot.
        when: When,
        /// Why.
        reason: Option<Reason>,
    },
    /// Move it to another place.
    Relocate {
        /// The new venue; absent = as it was.
        venue: Option<Venue>,
        /// The new districts; absent = as they were.
        districts: Option<Vec<District>>,
        /// Why.
        reason: Option<Reason>,
    },
    /// Change how people attend.
    ChangeFormat {
        /// The new mode.
        mode: Mode,
        /// Where to watch; absent = as it was.
        live_url: Option<WebAddress>,
        /// Why.
        reason: Option<Reason>,
    },
    /// Call the slot off, with a new one to come.
    Postpone {
        /// Why.
        reason: Option<Reason>,
    },
    /// Call it off.
    Cancel {
        /// Why.
        reason: Option<Reason>,
    },
    /// Take a postponement or a cancellation back.
    Reinstate {
        /// A new slot; absent = the old one.
        when: Option<When>,
    },
    /// Say that it took place.
    Hold {
        /// Numbers; absent = as they were.
        figures: Option<Vec<Figure>>,
        /// What came of it; absent = as it was.
        outcomes: Option<Vec<Words>>,
        /// The day a source says so: enough where the hour, or the whole date, is unknown. Only history has it.
        stated_on: Option<NaiveDate>,
    },
    /// Take down what should never have stood there.
    Withdraw {
        /// Why.
        reason: Reason,
        /// Where its readers are sent.
        replaced_by: Option<ActivityId>,
    },
}

/// Whether a change is news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// `updated`.
    Aloud,
    /// `corrected`: in calendars, not in news feeds or webhooks unless asked for.
    Quietly,
}

impl Action {
    /// Its name in addresses and messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Return => "return",
            Self::Announce { .. } => "announce",
            Self::Update { .. } => "update",
            Self::Reschedule { .. } => "reschedule",
            Self::Relocate { .. } => "relocate",
            Self::ChangeFormat { .. } => "change-format",
            Self::Postpone { .. } => "postpone",
            Self::Cancel { .. } => "cancel",
            Self::Reinstate { .. } => "reinstate",
            Self::Hold { .. } => "hold",
            Self::Withdraw { .. } => "withdraw",
        }
    }
}

/// What a notice will say.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its kind.
    pub kind: NoticeKind,
    /// Why.
    pub reason: Option<Reason>,
    /// Content fields that changed.
    pub changed: Vec<String>,
    /// As they were.
    pub before: Map<String, Value>,
    /// As they are.
    pub after: Map<String, Value>,
    /// Where a historic statement is taken from.
    pub source: Option<SourceRef>,
}

/// What an action makes of an activity.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The activity as it is then.
    pub activity: Activity,
    /// What is published of it; nothing for drafts.
    pub statement: Option<Statement>,
}

/// The next `updated_at`: now, but strictly a second after the one before (calendars skip what is not newer).
fn next_update(activity: &Activity, now: DateTime<Utc>) -> DateTime<Utc> {
    if activity.status.is_public() {
        now.max(activity.updated_at + TimeDelta::seconds(1))
    } else {
        now
    }
}

fn differences(
    before: &Activity,
    after: &Activity,
) -> (Vec<String>, Map<String, Value>, Map<String, Value>) {
    let fields = |activity: &Activity| match serde_json::to_value(&activity.content) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let (old, new) = (fields(before), fields(after));
    let mut changed = Vec::new();
    let (mut was, mut is) = (Map::new(), Map::new());
    for (name, value) in &new {
        if old.get(name) != Some(value) {
            changed.push(name.clone());
            was.insert(name.clone(), old.get(name).cloned().unwrap_or(Value::Null));
            is.insert(name.clone(), value.clone());
        }
    }
    if before.status != after.status {
        was.insert("status".to_owned(), before.status.as_str().into());
        is.insert("status".to_owned(), after.status.as_str().into());
    }
    (changed, was, is)
}

impl Activity {
    /// Does something to it.
    ///
    /// # Errors
    /// When its state does not allow that; nothing is changed then.
    pub fn apply(&self, action: &Action, now: DateTime<Utc>) -> Result<Change, Refusal> {
        use Status::{
            Cancelled, Draft, Held, InReview, Postponed, Rescheduled, Scheduled, Withdrawn,
        };

        let mut next = self.clone();
        let allow = |allowed: &[Status]| {
            if allowed.contains(&self.status) {
                Ok(())
            } else {
                Err(self.refused(action.name()))
            }
        };
        let (kind, reason) = match action {
            Action::Submit => {
                allow(&[Draft])?;
                next.status = InReview;
                return Ok(next.unpublished(now));
            }
            Action::Return => {
                if self.status == Draft && self.publish_at.is_none() {
                    return Err(self.refused("return"));
                }
                allow(&[Draft, InReview])?;
                next.status = Draft;
                next.publish_at = None;
                return Ok(next.unpublished(now));
            }
            Action::Update { content, telling } => {
                if *content.as_ref() == self.content {
                    return Err(Refusal::Unchanged("this PATCH"));
                }
                next.content = content.as_ref().clone();
                if !self.status.is_public() {
                    if self.publish_at.is_some() {
                        next.complete()?;
                    }
                    return Ok(next.unpublished(now));
                }
                if self.status == Withdrawn {
                    return Err(self.refused("update"));
                }
                next.complete_after(self)?;
                if content.when != self.content.when {
                    self.allow_date(&content.when, now)?;
                    if !content.when.is_known() {
                        // Or calendars would show the slot before the one that was wrong.
                        next.previous_when = None;
                    }
                }
                match telling {
                    Telling::Quietly => (NoticeKind::Corrected, None),
                    Telling::Aloud => {
                        self.content.allow_update(content)?;
                        (NoticeKind::Updated, None)
                    }
                }
            }
            Action::Announce { publish_at } => {
                allow(&[Draft, InReview])?;
                self.complete()?;
                if let Some(at) = publish_at.filter(|at| *at > now) {
                    next.publish_at = Some(at);
                    next.status = InReview;
                    return Ok(next.unpublished(now));
                }
                next.status = Scheduled;
                next.publish_at = None;
                next.announced_at = Some(now);
                (NoticeKind::Announced, None)
            }
            Action::Reschedule { when, reason } => {
                allow(&[Scheduled, Rescheduled, Postponed])?;
                if !when.is_known() {
                    return Err(Refusal::SlotUnknown);
                }
                if *when == self.content.when {
                    return Err(Refusal::Unchanged("reschedule"));
                }
                if self.content.when.is_known() {
                    next.previous_when = Some(self.content.when.clone());
                }
                next.content.when = when.clone();
                next.status = Rescheduled;
                (NoticeKind::Rescheduled, reason.clone())
            }
            Action::Relocate {
                venue,
                districts,
                reason,
            } => {
                allow(&[Scheduled, Rescheduled, Postponed])?;
                if let Some(venue) = venue {
                    next.content.venue = Some(venue.clone());
                }
                if let Some(districts) = districts {
                    next.content.districts.clone_from(districts);
                }
                if next.content == self.content {
                    return Err(Refusal::Unchanged("relocate"));
                }
                (NoticeKind::Relocated, reason.clone())
            }
            Action::ChangeFormat {
                mode,
                live_url,
                reason,
            } => {
                allow(&[Scheduled, Rescheduled, Postponed])?;
                next.content.mode = Some(*mode);
                if live_url.is_some() {
                    next.content.live_url.clone_from(live_url);
                }
                if next.content == self.content {
                    return Err(Refusal::Unchanged("change-format"));
                }
                (NoticeKind::FormatChanged, reason.clone())
            }
            Action::Postpone { reason } => {
                allow(&[Scheduled, Rescheduled])?;
                let last = std::mem::take(&mut next.content.when);
                if last.is_known() {
                    next.previous_when = Some(last);
                }
                next.status = Postponed;
                (NoticeKind::Postponed, reason.clone())
            }
            Action::Cancel { reason } => {
                allow(&[Scheduled, Rescheduled, Postponed])?;
                next.status = Cancelled;
                (NoticeKind::Cancelled, reason.clone())
            }
            Action::Reinstate { when } => {
                allow(&[Postponed, Cancelled])?;
                let old = self.shown_when().clone();
                match when {
                    Some(When::Unknown | When::Unstated) => return Err(Refusal::SlotUnknown),
                    Some(new) if *new != old => {
                        next.content.when = new.clone();
                        next.previous_when = old.is_known().then_some(old);
                        next.status = Rescheduled;
                    }
                    _ => {
                        next.content.when = old;
                        next.previous_when = None;
                        next.status = Scheduled;
                    }
                }
                (NoticeKind::Reinstated, None)
            }
            Action::Hold {
                figures,
                outcomes,
                stated_on,
            } => {
                allow(&[Scheduled, Rescheduled])?;
                self.has_begun(now, *stated_on)?;
                if let Some(figures) = figures {
                    next.content.figures.clone_from(figures);
                }
                if let Some(outcomes) = outcomes {
                    next.content.outcomes.clone_from(outcomes);
                }
                next.status = Held;
                (NoticeKind::Held, None)
            }
            Action::Withdraw {
                reason,
                replaced_by,
            } => {
                allow(&[Scheduled, Rescheduled, Postponed, Cancelled, Held])?;
                if replaced_by.as_ref() == Some(&self.id) {
                    return Err(Refusal::ReplacedByItself(self.id.clone()));
                }
                next = self.redacted();
                next.status = Withdrawn;
                next.replaced_by.clone_from(replaced_by);
                (NoticeKind::Withdrawn, Some(reason.clone()))
            }
        };
        if next.previous_when.as_ref() == Some(&next.content.when) {
            next.previous_when = None;
        }
        next.revision += 1;
        next.updated_at = next_update(self, now);
        let (changed, before, after) = match kind {
            NoticeKind::Announced => (Vec::new(), Map::new(), Map::new()),
            NoticeKind::Withdrawn => {
                // Nothing of the content is told once more.
                let (_, mut before, mut after) = differences(self, &next);
                before.retain(|name, _| name == "status");
                after.retain(|name, _| name == "status");
                (Vec::new(), before, after)
            }
            _ => differences(self, &next),
        };
        let statement = Statement {
            kind,
            reason,
            changed,
            before,
            after,
            source: None,
        };
        Ok(Change {
            activity: next,
            statement: Some(statement),
        })
    }

    /// `held` needs that the start is past: by the clock, or by the day on which a source says so.
    fn has_begun(&self, now: DateTime<Utc>, stated_on: Option<NaiveDate>) -> Result<(), Refusal> {
        let starts = match (self.content.when.starts_at(), stated_on) {
            (None, Some(_)) => return Ok(()),
            (None, None) => return Err(Refusal::NoDate),
            (Some(starts), Some(day)) if day_of(starts) <= day => return Ok(()),
            (Some(starts), _) => starts,
        };
        if now < starts {
            return Err(Refusal::NotYet {
                starts: instant::text(starts),
                now: instant::text(now),
            });
        }
        Ok(())
    }

    /// A correction gives a postponed activity no date, and lets nothing have been held in the future.
    fn allow_date(&self, when: &When, now: DateTime<Utc>) -> Result<(), Refusal> {
        match (self.status, when.starts_at()) {
            (Status::Postponed | Status::Cancelled, _) => Err(self.refused("correct the date of")),
            (Status::Held, Some(starts)) if day_of(starts) > day_of(now) => Err(Refusal::NotYet {
                starts: instant::text(starts),
                now: instant::text(now),
            }),
            _ => Ok(()),
        }
    }

    fn unpublished(mut self, now: DateTime<Utc>) -> Change {
        self.updated_at = now;
        Change {
            activity: self,
            statement: None,
        }
    }

    fn refused(&self, action: &'static str) -> Refusal {
        let hint = match (action, self.status) {
            ("announce", status) if status.is_public() => ": it is public already",
            ("submit" | "return", Status::Draft | Status::InReview) => "",
            (_, Status::Draft | Status::InReview) => ": announce it first",
            ("correct the date of", Status::Postponed) => ": reschedule it",
            ("correct the date of", Status::Cancelled) => ": reinstate it first",
            (
                "reschedule" | "relocate" | "change-format" | "postpone" | "hold",
                Status::Cancelled,
            ) => ": reinstate it first",
            ("postpone" | "hold", Status::Postponed) => {
                ": give it a date first, by reschedule or reinstate"
            }
            (_, Status::Withdrawn) => ": that is for good",
            (_, Status::Held) => {
                ": it took place; what was wrong about it is mended by PATCH with quiet=true"
            }
            _ => "",
        };
        Refusal::Status {
            action,
            status: self.status,
            hint,
        }
    }

    /// What announcing needs beyond a draft.
    fn complete(&self) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        if self.content.kind.is_none() {
            missing.push("kind");
        }
        if self.content.when == When::Unstated {
            missing.push("when");
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Incomplete(missing))
        }
    }

    /// A change must not take away what announcing needed.
    fn complete_after(&self, before: &Self) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        if self.content.kind.is_none() && before.content.kind.is_some() {
            missing.push("kind");
        }
        if self.content.when == When::Unstated {
            missing.push("when");
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Incomplete(missing))
        }
    }
}

impl Content {
    /// A public activity's `when`, `venue`, `districts` and `mode` have actions of their own.
    fn allow_update(&self, next: &Self) -> Result<(), Refusal> {
        let has_action = |field, action| Err(Refusal::HasAction { field, action });
        if self.when != next.when {
            return has_action("when", "reschedule");
        }
        if self.venue != next.venue {
            return has_action("venue", "relocate");
        }
        if self.districts != next.districts {
            return has_action("districts", "relocate");
        }
        if self.mode != next.mode {
            return has_action("mode", "change-format");
        }
        Ok(())
    }
}
