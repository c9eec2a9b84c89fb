//! Imports, the demo programme, exports, restores and backups, on both databases.

mod backup;
mod demo;
mod export;
mod filled;
mod import;
mod restore;
mod tables;
mod twice;

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use yueli::{
    catalogue::{Catalogue, Entry, State},
    clock::ManualClock,
    commands::{CommandError, Services},
    domain::{
        input::Fault,
        role::{Caller, Role},
    },
    links::Links,
    store::{self, Db},
    transfer::{Defaults, Format, Import, Intent},
};

pub(crate) use filled::publisher;

use crate::support::db::TestDb;

/// The hour at which these tests stand: after the last date of the demo programme's history.
fn now() -> DateTime<Utc> {
    "2026-06-01T02:00:00Z".parse().unwrap()
}

/// A migrated database with its services; `authority` is what a new one would get.
async fn services(db: &TestDb, authority: &str) -> Services {
    let clock = ManualClock::new(now());
    let db = Db::open(db.url()).await.unwrap();
    db.migrate().await.unwrap();
    store::log::ensure_head(db.writer(), authority, now())
        .await
        .unwrap();
    let catalogue = Arc::new(Catalogue::load(&db).await.unwrap());
    Services {
        db,
        clock: Arc::new(clock),
        catalogue,
        links: Links::new("https://calendar.example"),
        vault: Arc::default(),
    }
}

/// A file from somebody of a role.
fn file(format: Format, intent: Intent, role: Role, bytes: impl Into<Vec<u8>>) -> Import {
    Import {
        caller: Caller::new("tok_test".to_owned(), role),
        bytes: Bytes::from(bytes.into()),
        format,
        charset: None,
        intent,
        defaults: Defaults::default(),
        mapping: None,
        dry_run: false,
        key: None,
    }
}

/// The faults that an import was refused for.
fn faults<T: std::fmt::Debug>(refused: Result<T, CommandError>) -> Vec<Fault> {
    match refused {
        Err(CommandError::Invalid(faults)) => faults,
        other => panic!("not refused for faults: {other:?}"),
    }
}

fn pointers(faults: &[Fault]) -> Vec<&str> {
    faults.iter().map(|fault| fault.pointer.as_str()).collect()
}

/// How much stands in the database: activities, notices, editions, series, and the log's position.
async fn counts(db: &Db) -> (usize, usize, usize, usize, i64) {
    let reader = db.reader();
    (
        store::activities::page(reader, "", 100_000)
            .await
            .unwrap()
            .len(),
        store::log::after(reader, 0, 100_000).await.unwrap().len(),
        store::reference::editions(reader).await.unwrap().len(),
        store::reference::all_series(reader).await.unwrap().len(),
        store::log::head(reader).await.unwrap().position,
    )
}

/// A public activity by its slug.
fn by_slug<'s>(state: &'s State, slug: &str) -> &'s Entry {
    state
        .activities()
        .find(|entry| entry.activity().slug.0 == slug)
        .unwrap()
}
