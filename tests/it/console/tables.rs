//! A whole database as text, to see that nothing of it changed.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::support::app::TestApp;

/// Every row of every table, but of those in which an instance notes that it is there and who fetched what.
pub(super) async fn all(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    for table in names(app).await {
        let mut rows = rows(app, &table).await;
        rows.sort();
        tables.insert(table, rows);
    }
    tables
}

/// The names of the tables in which two states differ.
pub(super) fn changed(
    before: &BTreeMap<String, Vec<String>>,
    after: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let names = before.keys().filter(|name| before[*name] != after[*name]);
    names.cloned().collect()
}

async fn names(app: &TestApp) -> Vec<String> {
    let sql = match app.services.db.backend() {
        DbBackend::Postgres => {
            "SELECT tablename AS text FROM pg_tables WHERE schemaname = 'public'"
        }
        _ => {
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
    };
    let mut names = texts(app, sql.to_owned()).await;
    names.retain(|name| !["instances", "feed_sightings"].contains(&name.as_str()));
    assert!(names.len() > 15, "{names:?}");
    names
}

async fn rows(app: &TestApp, table: &str) -> Vec<String> {
    if app.services.db.backend() == DbBackend::Postgres {
        return texts(
            app,
            format!("SELECT row_to_json(t)::text AS text FROM \"{table}\" t"),
        )
        .await;
    }
    let columns = format!("SELECT name AS text FROM pragma_table_info('{table}')");
    let columns = texts(app, columns).await;
    let columns: Vec<String> = columns
        .iter()
        .map(|column| format!("quote(\"{column}\")"))
        .collect();
    let row = columns.join(" || '|' || ");
    texts(app, format!("SELECT {row} AS text FROM \"{table}\"")).await
}

/// The column `text` of all rows.
pub(super) async fn texts(app: &TestApp, sql: String) -> Vec<String> {
    let db = &app.services.db;
    let found = db
        .reader()
        .query_all_raw(Statement::from_string(db.backend(), sql))
        .await
        .unwrap();
    let texts = found.iter().map(|row| row.try_get("", "text").unwrap());
    texts.collect()
}
