//! `cargo run --release --example chaos -- --database sqlite|postgres --kills 200 --changes 5000`
//!
//! Kills the real program (`kill -9`) at random moments while several clients make changes through its API and
//! ten receivers fail 30 % of their webhooks; then compares what was acknowledged with the log, the receivers,
//! the API and the feeds, and prints figures. It needs an empty machine only: the database is thrown away (PostgreSQL
//! from its Debian package, in a cluster of its own). Ends with an error when anything acknowledged was lost.
#![expect(clippy::unwrap_used, reason = "a panic is how it reports")]

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
    time::Duration,
};

use clap::{Parser, ValueEnum};

#[path = "../tests/it/chaos/mod.rs"]
mod chaos;

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/support"]
mod support {
    pub(crate) mod db;
    pub(crate) mod http;
    mod postgres;
    pub(crate) mod program;
}

#[derive(Clone, Copy, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Kills the program at random and looks at what is left.
#[derive(Parser)]
struct Arguments {
    /// On which database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
    /// How often the program is killed
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// How many changes are made
    #[arg(long, default_value_t = 5000)]
    changes: u32,
    /// How many clients make them
    #[arg(long, default_value_t = 6)]
    clients: u32,
    /// How many webhooks are told
    #[arg(long, default_value_t = 10)]
    endpoints: u32,
    /// Of a hundred messages, how many the receivers fail
    #[arg(long, default_value_t = 30)]
    failing: u32,
    /// It takes one after so many failures in a row
    #[arg(long, default_value_t = 20)]
    in_a_row: u32,
    /// What everything random comes from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program to kill, instead of one built here
    #[arg(long)]
    program: Option<PathBuf>,
    /// Keep the SQLite database and the program's log here
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Minutes after which it gives up
    #[arg(long, default_value_t = 15)]
    minutes: u64,
}

/// Builds the program as this one was built, next to it.
fn program() -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    // Together with this one: alone it would be built from other features of its dependencies, all of them anew.
    build.args(["build", "--bin", "yueli", "--example", "chaos"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(
        build.status().unwrap().success(),
        "the program does not build"
    );
    let here = std::env::current_exe().unwrap();
    here.ancestors().nth(2).unwrap().join("yueli")
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // It runs in a folder of its own.
    let binary = match arguments.program {
        Some(given) => given.canonicalize().unwrap(),
        None => program(),
    };
    let db = match arguments.database {
        Database::Sqlite => support::db::TestDb::sqlite(),
        Database::Postgres => match support::db::TestDb::postgres().await {
            Some(db) => db,
            None => return ExitCode::FAILURE,
        },
    };
    let (mut folder, mut database_url) = (db.folder().to_owned(), db.url().to_owned());
    if let Some(kept) = arguments.folder {
        std::fs::create_dir_all(&kept).unwrap();
        folder = kept.canonicalize().unwrap();
        if let Database::Sqlite = arguments.database {
            database_url = format!("sqlite://{}", folder.join("yueli.db").display());
        }
    }
    let report = chaos::run(chaos::Plan {
        binary,
        database_url,
        folder,
        kills: arguments.kills,
        changes: arguments.changes,
        clients: arguments.clients,
        endpoints: arguments.endpoints,
        failing: arguments.failing,
        in_a_row: arguments.in_a_row,
        seed: arguments.seed,
        within: Duration::from_secs(60 * arguments.minutes),
    })
    .await;
    print!("{report}");
    match report.faults.as_slice() {
        [] => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
