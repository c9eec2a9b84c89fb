//! What can be done to an activity, and what it is then: CONTRACT's table as one pure function.
//!
//! Invariant: only this changes a status; each change of a public activity gives exactly one statement,
//! and bumps the revision by one.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::vocab::{District, Mode, NoticeKind, Status};

use super::{
    activity::{Activity, Content, Figure, Venue},
    notice::Reason,
    text::{WebAddress, Words},
    when::When,
};
pub use super::{refusal::Refusal, statement::Statement};
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
        Ok(Change {
            statement: Some(Statement::of(kind, reason, self, &next)),
            activity: next,
        })
    }

    fn unpublished(mut self, now: DateTime<Utc>) -> Change {
        self.updated_at = now;
        Change {
            activity: self,
            statement: None,
        }
    }
}
