//! A fault of ours is told as one, and harms nobody else.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use serde_json::json;
use yueli::clock::Clock;

use crate::support::{
    app::{NOW, TestApp, at},
    db::{TestDb, on_both},
};

on_both!(a_panic_in_a_command_is_a_500_that_tells_nothing);

/// A clock that breaks when it is asked once too often.
#[derive(Debug)]
struct FragileClock(AtomicI64);

impl FragileClock {
    /// Breaks at the `nth` question from now, once.
    fn break_at(&self, nth: i64) {
        self.0.store(nth, Ordering::SeqCst);
    }
}

impl Clock for FragileClock {
    fn now(&self) -> DateTime<Utc> {
        assert!(
            self.0.fetch_sub(1, Ordering::SeqCst) != 1,
            "the clock's secret spring broke"
        );
        at(NOW)
    }
}

async fn a_panic_in_a_command_is_a_500_that_tells_nothing(db: TestDb) {
    let clock = Arc::new(FragileClock(AtomicI64::new(0)));
    // Without the worker, which asks the clock too.
    let app = TestApp::start_with(db, clock.clone(), |settings| {
        settings.roles = vec![yueli::config::Role::Web];
    })
    .await;
    let made = app.drafted(json!({})).await;
    // The first question is the request's id, the second the command's.
    clock.break_at(2);
    let broken = app.act(&made, "announce", json!({})).await;
    let text = broken.problem(500, "internal").to_string();
    assert!(!text.contains("spring"), "{text}");
    assert_eq!(app.head().await, 0);
    app.act(&made, "announce", json!({})).await.expect(200);
    assert_eq!(app.head().await, 1);
}
