//! The migrated schema is what the entities say, on both databases.
//!
//! The entities' side is made by `sea_orm::Schema` in an empty database of the same kind; both sides are then read
//! back from the database itself, so that what is compared is what the database understood.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait, Schema, Statement,
};
use yueli::store::Db;

use crate::support::db::{TestDb, on_both};

on_both!(
    the_migrated_schema_is_what_the_entities_say,
    a_schema_that_drifted_is_noticed,
    migrating_again_changes_nothing,
);

/// A column as the database describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    kind: String,
    nullable: bool,
}

/// A table as the database describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Table {
    columns: BTreeMap<String, Column>,
    primary_key: Vec<String>,
    unique: BTreeSet<Vec<String>>,
}

type Described = BTreeMap<String, Table>;

async fn the_migrated_schema_is_what_the_entities_say(db: TestDb) {
    let other = db.another().await;
    let (migrated, declared) = (migrated(&db).await, declared(&other).await);
    let differences = differences(&migrated, &declared);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(migrated.len() >= 13, "{:?}", migrated.keys());
    let notices = &migrated["notices"];
    assert_eq!(notices.primary_key, ["position"]);
    assert!(notices.unique.contains(&vec!["once".to_owned()]));
    assert!(notices.columns["once"].nullable && !notices.columns["id"].nullable);
    assert_eq!(migrated["job_slots"].primary_key, ["job", "slot"]);
}

async fn a_schema_that_drifted_is_noticed(db: TestDb) {
    let other = db.another().await;
    let declared = declared(&other).await;
    migrated(&db).await;
    let connection = connect(&db).await;
    for (sql, expected) in [
        ("ALTER TABLE series ADD COLUMN colour TEXT", "series.colour"),
        (
            "ALTER TABLE tokens RENAME COLUMN name TO label",
            "tokens.label",
        ),
        ("DROP TABLE instances", "instances"),
        ("CREATE TABLE extra (id INTEGER PRIMARY KEY)", "extra"),
        (
            "CREATE UNIQUE INDEX two ON attempts (number, seq)",
            "attempts",
        ),
    ] {
        connection.execute_unprepared(sql).await.unwrap();
        let found = differences(&describe(&connection).await, &declared);
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{sql}: {found:?}"
        );
    }
    if connection.get_database_backend() == DbBackend::Postgres {
        for (sql, expected) in [
            (
                "ALTER TABLE endpoints ALTER COLUMN cursor TYPE integer",
                "endpoints.cursor",
            ),
            (
                "ALTER TABLE activities ALTER COLUMN section SET NOT NULL",
                "activities.section",
            ),
        ] {
            connection.execute_unprepared(sql).await.unwrap();
            let found = differences(&describe(&connection).await, &declared);
            assert!(
                found.iter().any(|line| line.contains(expected)),
                "{sql}: {found:?}"
            );
        }
    }
}

async fn migrating_again_changes_nothing(db: TestDb) {
    let first = migrated(&db).await;
    assert_eq!(migrated(&db).await, first);
    let opened = Db::open(db.url()).await.unwrap();
    assert_eq!(opened.pending_migrations().await.unwrap(), 0);
    opened.close().await;
}

async fn migrated(db: &TestDb) -> Described {
    let opened = Db::open(db.url()).await.unwrap();
    opened.migrate().await.unwrap();
    let described = describe(opened.writer()).await;
    opened.close().await;
    described
}

/// What the entities would make.
async fn declared(db: &TestDb) -> Described {
    let connection = connect(db).await;
    macro_rules! create {
        ($($entity:ident),+ $(,)?) => {
            $(create_table(&connection, ::entity::$entity::Entity).await;)+
        };
    }
    create!(
        activity,
        attempt,
        audit_entry,
        comment,
        delivery_exception,
        edition,
        endpoint,
        feed_sighting,
        idempotency_key,
        import_mapping,
        instance,
        job_slot,
        log_head,
        login_failure,
        notice,
        office_contact,
        proposal,
        saved_filter,
        saved_subscription,
        series,
        session,
        source,
        source_entry,
        source_fetch,
        token,
        user,
    );
    describe(&connection).await
}

async fn create_table(connection: &DatabaseConnection, entity: impl EntityTrait) {
    let backend = connection.get_database_backend();
    let schema = Schema::new(backend);
    let statement = schema.create_table_from_entity(entity);
    connection.execute(&statement).await.unwrap();
    for statement in schema.create_index_from_entity(entity) {
        connection.execute(&statement).await.unwrap();
    }
}

async fn connect(db: &TestDb) -> DatabaseConnection {
    let made = if db.url().starts_with("sqlite") {
        "?mode=rwc"
    } else {
        ""
    };
    Database::connect(format!("{}{made}", db.url()))
        .await
        .unwrap()
}

/// Every table but the migrations' own.
async fn describe(connection: &DatabaseConnection) -> Described {
    let described = match connection.get_database_backend() {
        DbBackend::Postgres => describe_postgres(connection).await,
        _ => describe_sqlite(connection).await,
    };
    described
        .into_iter()
        .filter(|(name, _)| name != "seaql_migrations")
        .collect()
}

async fn rows(connection: &DatabaseConnection, sql: &str, wanted: &[&str]) -> Vec<Vec<String>> {
    let backend = connection.get_database_backend();
    let rows = connection
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            wanted
                .iter()
                .map(|name| row.try_get("", name).unwrap())
                .collect()
        })
        .collect()
}

async fn describe_sqlite(connection: &DatabaseConnection) -> Described {
    let mut described = Described::new();
    let columns = rows(
        connection,
        "SELECT m.name AS t, c.name AS c, c.type AS kind, CAST(c.\"notnull\" AS TEXT) AS required, CAST(c.pk AS TEXT) AS pk \
         FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' \
         ORDER BY m.name, c.pk, c.cid",
        &["t", "c", "kind", "required", "pk"],
    )
    .await;
    for column in columns {
        let [table, name, kind, required, pk] = column.try_into().unwrap();
        let table: &mut Table = described.entry(table).or_default();
        if pk != "0" {
            table.primary_key.push(name.clone());
        }
        let column = Column {
            kind: told(&kind),
            nullable: required == "0",
        };
        table.columns.insert(name, column);
    }
    let indexes = rows(
        connection,
        "SELECT m.name AS t, i.name AS i, c.name AS c FROM sqlite_schema m JOIN pragma_index_list(m.name) i \
         JOIN pragma_index_info(i.name) c WHERE m.type = 'table' AND i.\"unique\" = 1 AND i.origin <> 'pk' \
         ORDER BY m.name, i.name, c.seqno",
        &["t", "i", "c"],
    )
    .await;
    add_unique(&mut described, indexes);
    described
}

async fn describe_postgres(connection: &DatabaseConnection) -> Described {
    let mut described = Described::new();
    let columns = rows(
        connection,
        "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS kind, is_nullable::text AS nullable \
         FROM information_schema.columns WHERE table_schema = 'public'",
        &["t", "c", "kind", "nullable"],
    )
    .await;
    for column in columns {
        let [table, name, kind, nullable] = column.try_into().unwrap();
        let table: &mut Table = described.entry(table).or_default();
        let column = Column {
            kind: told(&kind),
            nullable: nullable == "YES",
        };
        table.columns.insert(name, column);
    }
    let indexes = |primary: bool| {
        format!(
            "SELECT t.relname::text AS t, i.relname::text AS i, a.attname::text AS c FROM pg_index x \
             JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
             JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' \
             CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(number, place) \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number \
             WHERE x.indisunique AND x.indisprimary = {primary} ORDER BY t.relname, i.relname, k.place"
        )
    };
    let wanted = ["t", "i", "c"];
    for line in rows(connection, &indexes(true), &wanted).await {
        let [table, _, column] = line.try_into().unwrap();
        described.entry(table).or_default().primary_key.push(column);
    }
    let unique = rows(connection, &indexes(false), &wanted).await;
    add_unique(&mut described, unique);
    described
}

/// Lines of table, index and column, the columns of an index in their order.
fn add_unique(described: &mut Described, lines: Vec<Vec<String>>) {
    let mut indexes: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for line in lines {
        let [table, index, column] = line.try_into().unwrap();
        indexes.entry((table, index)).or_default().push(column);
    }
    for ((table, _), columns) in indexes {
        described.entry(table).or_default().unique.insert(columns);
    }
}

fn differences(migrated: &Described, declared: &Described) -> Vec<String> {
    let mut found = Vec::new();
    let names = |of: &Described| of.keys().cloned().collect::<BTreeSet<_>>();
    for table in names(migrated).symmetric_difference(&names(declared)) {
        found.push(format!("{table} stands on one side only"));
    }
    for (name, declared) in declared {
        let Some(migrated) = migrated.get(name) else {
            continue;
        };
        let columns = |of: &Table| of.columns.keys().cloned().collect::<BTreeSet<_>>();
        for column in columns(migrated).union(&columns(declared)) {
            let (is, should) = (migrated.columns.get(column), declared.columns.get(column));
            if is != should {
                found.push(format!(
                    "{name}.{column} is {is:?}; its entity says {should:?}"
                ));
            }
        }
        if migrated.primary_key != declared.primary_key {
            found.push(format!(
                "{name} has the primary key {:?}; its entity says {:?}",
                migrated.primary_key, declared.primary_key
            ));
        }
        if migrated.unique != declared.unique {
            found.push(format!(
                "{name} is unique by {:?}; its entity says {:?}",
                migrated.unique, declared.unique
            ));
        }
    }
    found
}

/// Text without a limit has two names, which neither database tells apart.
fn told(kind: &str) -> String {
    match kind.to_lowercase().as_str() {
        "varchar" | "character varying" => "text".to_owned(),
        other => other.to_owned(),
    }
}
