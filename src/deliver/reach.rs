//! How far the log may be dispatched.
//!
//! Invariant (promise 4): no webhook tells of a notice before every ready instance shows it, which `worker` finds out.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::{sync::watch, time::sleep};

use crate::commands::Services;

/// How often it is looked whether a notice is old enough.
const POLL: Duration = Duration::from_millis(200);

/// The dispatchable end of the log, as this instance knows it.
#[derive(Debug)]
pub(super) struct Reach {
    /// The schedule's first wait: a notice younger than that is not dispatched yet.
    first_wait: TimeDelta,
    shown: watch::Receiver<i64>,
    reached: watch::Sender<i64>,
}

impl Reach {
    pub(super) fn new(services: &Services, first_wait: Option<Duration>) -> Self {
        Self {
            first_wait: TimeDelta::from_std(first_wait.unwrap_or_default()).unwrap_or_default(),
            shown: services.catalogue.standing().shown_everywhere(),
            reached: watch::channel(0).0,
        }
    }

    pub(super) fn watch(&self) -> watch::Receiver<i64> {
        self.reached.subscribe()
    }

    /// Follows what all instances show, for as long as the process lives.
    pub(super) async fn run(mut self, services: Services) {
        loop {
            self.look(&services);
            let grown_old = async {
                match self.first_wait.is_zero() {
                    true => std::future::pending().await,
                    false => sleep(POLL).await,
                }
            };
            tokio::select! {
                moved = self.shown.changed() => if moved.is_err() { return },
                () = grown_old => {}
            }
        }
    }

    /// Looks again; never goes back.
    fn look(&mut self, services: &Services) {
        let before = *self.reached.borrow();
        let shown = *self.shown.borrow_and_update();
        let now = before.max(self.old_enough(services, before, shown));
        if now != before {
            self.reached.send_replace(now);
        }
    }

    fn old_enough(&self, services: &Services, before: i64, shown: i64) -> i64 {
        if self.first_wait.is_zero() || shown <= before {
            return shown;
        }
        let young = services.now() - self.first_wait;
        let state = services.catalogue.read();
        let old = state
            .notices_after(before)
            .iter()
            .take_while(|notice| notice.position <= shown && notice.recorded_at <= young);
        old.last().map_or(before, |notice| notice.position)
    }
}
