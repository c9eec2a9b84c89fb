//! Killing the real program, briefly; `cargo run --release --example chaos` does it at length.

use std::time::Duration;

use crate::{
    chaos::{self, Plan},
    support::db::{TestDb, on_both},
};

on_both!(what_was_acknowledged_survives_kill_9);

async fn what_was_acknowledged_survives_kill_9(db: TestDb) {
    let report = chaos::run(Plan {
        binary: env!("CARGO_BIN_EXE_yueli").into(),
        database_url: db.url().to_owned(),
        folder: db.folder().to_owned(),
        kills: 3,
        changes: 60,
        clients: 3,
        endpoints: 2,
        failing: 30,
        in_a_row: 3,
        seed: 1,
        within: Duration::from_secs(300),
    })
    .await;
    assert!(report.faults.is_empty(), "\n{report}");
}
