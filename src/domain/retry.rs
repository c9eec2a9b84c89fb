//! When a delivery is tried again, and when an endpoint is left alone.
//!
//! Owns the schedules, the breaker's arithmetic and the reading of `Retry-After`; refuses to know the clock, chance
//! and HTTP. Invariant: nothing here panics or overflows, whatever a receiver sent.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use entity::vocab::{EndpointState, NoticeKind};

use super::{notice::Notice, when::When};

/// Failures in a row that open the breaker: fewer are a hiccup of the network.
pub const BREAKER_FAILURES: i32 = 5;
/// The breaker's longest pause, so that a receiver that is back is found within a quarter of an hour.
pub const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);
/// A first pause is never longer, nor shorter than a second (a schedule of zeros must not become a loop).
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
/// The longest `Retry-After` that is honoured.
pub const LONGEST_RETRY_AFTER: TimeDelta = TimeDelta::hours(24);
/// After so long without one success an endpoint is given up …
const DISABLED_AFTER: TimeDelta = TimeDelta::days(5);
/// … when failures so far apart show that it was not one bad hour.
const FAILURES_APART: TimeDelta = TimeDelta::hours(12);
/// A change this close to the start is urgent.
const URGENT_WITHIN: TimeDelta = TimeDelta::hours(48);

/// How fast a delivery is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// By the ordinary schedule.
    Ordinary,
    /// Somebody may be on the way already.
    Urgent,
}

/// A notice's pace: a cancellation, postponement or new date within 48 hours of the old or the new start is urgent.
#[must_use]
pub fn pace(notice: &Notice) -> Pace {
    if !matches!(
        notice.kind,
        NoticeKind::Cancelled | NoticeKind::Postponed | NoticeKind::Rescheduled
    ) {
        return Pace::Ordinary;
    }
    // A month or nothing at all is no start that somebody could be on the way to.
    let start = |when: &When| {
        when.first_day()
            .is_some()
            .then(|| when.starts_at())
            .flatten()
    };
    let now = notice.activity.iter().flat_map(|activity| {
        [
            Some(&activity.content.when),
            activity.previous_when.as_ref(),
        ]
    });
    let near = |start: DateTime<Utc>| (start - notice.published_at).abs() <= URGENT_WITHIN;
    let before: Option<When> = notice
        .before
        .get("when")
        .and_then(|when| serde_json::from_value(when.clone()).ok());
    if now
        .flatten()
        .chain(before.as_ref())
        .filter_map(start)
        .any(near)
    {
        Pace::Urgent
    } else {
        Pace::Ordinary
    }
}

/// The waits before each try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    ordinary: Vec<Duration>,
    urgent: Vec<Duration>,
}

impl Schedule {
    /// From the settings: the ordinary waits, and those that urgent deliveries begin with before they go on as
    /// ordinary ones do. An urgent wait is never longer than the ordinary one in its place.
    #[must_use]
    pub fn new(ordinary: &[Duration], urgent_first: &[Duration]) -> Self {
        let mut urgent: Vec<Duration> = urgent_first
            .iter()
            .enumerate()
            .map(|(i, wait)| ordinary.get(i).map_or(*wait, |other| *wait.min(other)))
            .collect();
        let last = urgent.last().copied().unwrap_or_default();
        urgent.extend(ordinary.iter().filter(|wait| **wait > last));
        Self {
            ordinary: ordinary.to_vec(),
            urgent,
        }
    }

    /// The wait before try `number` (1 = the first), spread by ±20 % (`jitter` lies in 0.0..1.0); `None` when there
    /// is no such try any more.
    #[must_use]
    pub fn wait(&self, number: i32, pace: Pace, jitter: f64) -> Option<TimeDelta> {
        let waits = match pace {
            Pace::Ordinary => &self.ordinary,
            Pace::Urgent => &self.urgent,
        };
        let wait = waits.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
        let spread = wait.mul_f64(0.8 + 0.4 * jitter.clamp(0.0, 1.0));
        // In whole milliseconds: both databases keep and tell the same instant.
        let millis = i64::try_from(spread.as_millis()).ok();
        let wait = millis.and_then(TimeDelta::try_milliseconds);
        Some(wait.unwrap_or(TimeDelta::days(365)))
    }

    /// The breaker's first pause: 30 s, or the schedule's longest step when that is shorter.
    #[must_use]
    pub fn first_pause(&self) -> TimeDelta {
        let longest = self.ordinary.iter().max().copied().unwrap_or_default();
        TimeDelta::from_std(longest)
            .unwrap_or(FIRST_PAUSE)
            .clamp(TimeDelta::seconds(1), FIRST_PAUSE)
    }
}

/// How an endpoint has been doing; the engine's part of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Where it is in its life.
    pub state: EndpointState,
    /// Failures in a row.
    pub failures: i32,
    /// The first of them.
    pub failing_since: Option<DateTime<Utc>>,
    /// The last failure.
    pub last_failure_at: Option<DateTime<Utc>>,
    /// The last success.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Nothing is sent before then.
    pub held_until: Option<DateTime<Utc>>,
}

impl Health {
    /// A try succeeded: whatever was wrong is over. (A `Retry-After` of another try that was under way stands.)
    pub fn succeeded(&mut self, now: DateTime<Utc>) {
        if self.state == EndpointState::Failing {
            self.state = EndpointState::Enabled;
        }
        self.failures = 0;
        self.failing_since = None;
        self.held_until = self.held_until.filter(|until| *until > now);
        self.last_success_at = Some(now);
    }

    /// A try failed by the receiver's fault, or the network's.
    pub fn failed(
        &mut self,
        now: DateTime<Utc>,
        first_pause: TimeDelta,
        retry_after: Option<TimeDelta>,
    ) {
        let since = *self.failing_since.get_or_insert(now);
        let lasting = self
            .last_failure_at
            .is_some_and(|last| last - since >= FAILURES_APART);
        self.failures = self.failures.saturating_add(1);
        self.last_failure_at = Some(now);
        if let Some(wait) = retry_after {
            self.hold(now + wait);
        }
        if self.failures >= BREAKER_FAILURES {
            self.state = EndpointState::Failing;
            self.hold(now + pause(self.failures, first_pause));
        }
        if lasting && now - since >= DISABLED_AFTER {
            self.state = EndpointState::Disabled;
        }
    }

    /// A try failed by our own fault: that tells nothing of the receiver, but an hour of such tries would help nobody.
    pub fn hindered(&mut self, now: DateTime<Utc>) {
        self.hold(now + TimeDelta::seconds(5));
    }

    /// The receiver said that the address is gone: no more requests.
    pub fn gone(&mut self, now: DateTime<Utc>) {
        self.failing_since.get_or_insert(now);
        self.failures = self.failures.saturating_add(1);
        self.last_failure_at = Some(now);
        self.state = EndpointState::Gone;
    }

    /// Whether something may be sent now.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        matches!(self.state, EndpointState::Enabled | EndpointState::Failing)
            && self.held_until.is_none_or(|until| until <= now)
    }

    /// Nothing is sent before then, if it is not held for longer already.
    pub fn hold(&mut self, until: DateTime<Utc>) {
        self.held_until = self.held_until.max(Some(until));
    }
}

/// How long the breaker stays open after so many failures in a row: doubling, at most a quarter of an hour.
fn pause(failures: i32, first: TimeDelta) -> TimeDelta {
    let doublings = u32::try_from(failures - BREAKER_FAILURES)
        .unwrap_or(0)
        .min(20);
    (first * 2_i32.pow(doublings)).min(LONGEST_PAUSE)
}

/// Reads `Retry-After` (RFC 9110 §10.2.3): whole seconds or an HTTP date. `None` for anything else; never over 24 h.
#[must_use]
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits that do not fit are a very long time.
        let seconds = value.parse::<i64>().unwrap_or(i64::MAX);
        return Some(TimeDelta::seconds(
            seconds.min(LONGEST_RETRY_AFTER.num_seconds()),
        ));
    }
    let at = http_date(value)?;
    Some((at - now).clamp(TimeDelta::zero(), LONGEST_RETRY_AFTER))
}

/// The three forms of RFC 9110 §5.6.7.
fn http_date(value: &str) -> Option<DateTime<Utc>> {
    [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ]
    .iter()
    .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
    .map(|at| at.and_utc())
}

#[cfg(test)]
mod tests;
