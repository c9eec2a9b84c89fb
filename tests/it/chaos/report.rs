//! What came of it, as a table.

use std::{fmt, sync::atomic::Ordering, time::Duration};

use super::{Plan, clients::Work, receiver::Receiver};

/// Figures and faults of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What should not be; empty when all is well.
    pub(crate) faults: Vec<String>,
    database: String,
    seed: u64,
    kills: u32,
    endpoints: u32,
    went_on: Vec<Duration>,
    pub(super) killed_while_starting: u32,
    pub(super) starts: Vec<Duration>,
    kinds: String,
    acknowledged: usize,
    writing: Duration,
    unanswered: u64,
    unavailable: u64,
    pub(super) positions: usize,
    pub(super) missing: usize,
    pub(super) redelivered: usize,
    arriving: Duration,
    tries: u64,
    failed: (u64, u64, u64),
    twice: usize,
    surplus: u64,
    looked: u64,
    pub(super) recorded: u64,
    pub(super) stopped_within: Option<Duration>,
    pub(super) took: Duration,
}

impl Report {
    pub(super) fn new(plan: &Plan) -> Self {
        let database = plan.database_url.split(':').next().unwrap_or_default();
        Self {
            database: database.to_owned(),
            seed: plan.seed,
            kills: plan.kills,
            endpoints: plan.endpoints,
            ..Self::default()
        }
    }

    pub(super) fn written(&mut self, writing: Duration, work: &Work) {
        let kinds = work.kinds();
        let told: Vec<_> = kinds
            .iter()
            .map(|(kind, count)| format!("{kind} {count}"))
            .collect();
        self.kinds = told.join(", ");
        self.acknowledged = kinds.values().sum();
        self.writing = writing;
        self.unanswered = work.unanswered.load(Ordering::Relaxed);
        self.unavailable = work.unavailable.load(Ordering::Relaxed);
    }

    pub(super) fn arrived(&mut self, arriving: Duration, receiver: &Receiver, work: &Work) {
        self.arriving = arriving;
        let acknowledged = work.acknowledged();
        receiver.seen(|seen| {
            self.tries = seen.tries;
            self.failed = (seen.refused, seen.cut, seen.unconfirmed);
            self.looked = seen.looked;
            self.went_on.clone_from(&seen.went_on);
            self.went_on.sort_unstable();
            let times = seen.taken.iter().flat_map(|taken| {
                let taken = acknowledged.iter().map(|one| taken.get(&one.notice));
                taken.flatten().map(|taken| taken.times)
            });
            for more in times.filter(|times| *times > 1) {
                self.twice += 1;
                self.surplus += more - 1;
            }
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut starts = self.starts.clone();
        starts.sort_unstable();
        let at = |of: &[Duration], share: usize| {
            let index = (of.len() * share / 100).min(of.len().saturating_sub(1));
            of.get(index).map_or(0.0, Duration::as_secs_f64)
        };
        let messages = self.acknowledged * self.endpoints as usize;
        let seconds = self.writing.as_secs_f64();
        let (refused, cut, unconfirmed) = self.failed;
        let failed = refused + cut + unconfirmed;
        let share = 100.0 * failed as f64 / (self.tries.max(1)) as f64;
        let rows = [
            (
                "database",
                format!("{} (seed {})", self.database, self.seed),
            ),
            (
                "kills",
                format!(
                    "{}, of them {} while it started",
                    self.kills, self.killed_while_starting
                ),
            ),
            (
                "changes acknowledged",
                format!("{} ({})", self.acknowledged, self.kinds),
            ),
            (
                "writing took",
                format!(
                    "{seconds:.1} s, {:.0} changes/s, the kills included",
                    self.acknowledged as f64 / seconds
                ),
            ),
            (
                "requests sent again",
                format!(
                    "{} without an answer, {} after 503",
                    self.unanswered, self.unavailable
                ),
            ),
            (
                "start to listening",
                format!(
                    "median {:.2} s, longest {:.2} s",
                    at(&starts, 50),
                    at(&starts, 100)
                ),
            ),
            (
                "listening to first message",
                format!(
                    "median {:.2} s, longest {:.2} s, of {} starts",
                    at(&self.went_on, 50),
                    at(&self.went_on, 100),
                    self.went_on.len()
                ),
            ),
            ("positions in the log", format!("1…{}", self.positions)),
            (
                "messages at the receivers",
                format!(
                    "{} of {messages} to {} endpoints, the last {:.1} s after the last change",
                    messages - self.missing,
                    self.endpoints,
                    self.arriving.as_secs_f64()
                ),
            ),
            (
                "tries",
                format!(
                    "{} of which the receivers failed {failed} ({share:.0} %: {refused} with 5xx, {cut} cut off, \
                     {unconfirmed} taken and cut off)",
                    self.tries
                ),
            ),
            (
                "given up after 4 tries",
                format!("{}, redelivered on request", self.redelivered),
            ),
            (
                "taken more than once",
                format!(
                    "{} messages, {} times; {} times for another reason than being cut off",
                    self.twice,
                    self.surplus,
                    self.surplus.saturating_sub(unconfirmed)
                ),
            ),
            (
                "in flight at the kills",
                format!(
                    "{} confirmed by a receiver and not written down; none sent again that was",
                    (self.tries - failed).saturating_sub(self.recorded)
                ),
            ),
            (
                "origin looked at on arrival",
                format!("{} times, never behind the message", self.looked),
            ),
            (
                "stopped by SIGTERM within",
                format!(
                    "{:.2} s",
                    self.stopped_within.unwrap_or_default().as_secs_f64()
                ),
            ),
            (
                "all of it took",
                format!("{:.1} s", self.took.as_secs_f64()),
            ),
        ];
        for (name, figure) in rows {
            writeln!(f, "{name:<28} {figure}")?;
        }
        match self.faults.len() {
            0 => writeln!(f, "{:<28} none", "faults"),
            count => {
                writeln!(f, "{:<28} {count}", "FAULTS")?;
                for fault in self.faults.iter().take(20) {
                    writeln!(f, "  {fault}")?;
                }
                Ok(())
            }
        }
    }
}
