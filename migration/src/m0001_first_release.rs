//! The first release's tables.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_first_release"
    }
}

fn key(name: &'static str) -> ColumnDef {
    let mut column = text(name);
    column.primary_key();
    column
}

fn instant(name: &'static str) -> ColumnDef {
    timestamp_with_time_zone(name)
}

fn instant_null(name: &'static str) -> ColumnDef {
    timestamp_with_time_zone_null(name)
}

fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for column in columns {
        table.col(column);
    }
    table
}

fn index(on: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("idx_{on}_{}", columns.join("_")))
        .table(Alias::new(on));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

fn tables() -> Vec<TableCreateStatement> {
    let mut idempotency_keys = table(
        "idempotency_keys",
        vec![
            text("caller"),
            text("key"),
            text("request_hash"),
            text_null("answer"),
            instant("created_at"),
        ],
    );
    idempotency_keys.primary_key(
        Index::create()
            .col(Alias::new("caller"))
            .col(Alias::new("key")),
    );
    let mut job_slots = table(
        "job_slots",
        vec![
            text("job"),
            text("slot"),
            text("instance"),
            instant("started_at"),
            instant_null("finished_at"),
        ],
    );
    job_slots.primary_key(
        Index::create()
            .col(Alias::new("job"))
            .col(Alias::new("slot")),
    );
    let mut attempt_id = big_integer("id");
    attempt_id.primary_key().auto_increment();
    let mut year = integer("year");
    year.primary_key();
    let mut position = big_integer("position");
    position.primary_key();
    let mut head_id = integer("id");
    head_id.primary_key();
    vec![
        table(
            "log_head",
            vec![
                head_id,
                text("log_id"),
                big_integer("position"),
                instant_null("last_published_at"),
                big_integer("reference_version"),
                text("authority"),
                integer("authority_year"),
            ],
        ),
        table(
            "activities",
            vec![
                key("id"),
                text_uniq("slug"),
                big_integer("version"),
                big_integer("revision"),
                text("status"),
                integer("edition"),
                text("strand"),
                text_null("section"),
                text_null("series"),
                text_null("parent"),
                text_null("kind"),
                text_null("mode"),
                text("districts"),
                text("audiences"),
                boolean("highlight"),
                text("office"),
                instant_null("starts_at"),
                instant_null("publish_at"),
                instant("saved_at"),
                text("document"),
            ],
        ),
        table(
            "notices",
            vec![
                position,
                text_uniq("id"),
                text("kind"),
                text_null("activity_id"),
                big_integer_null("revision"),
                big_integer_null("activity_version"),
                instant("published_at"),
                instant("recorded_at"),
                boolean("history"),
                text_uniq("once").null().to_owned(),
                text("document"),
            ],
        ),
        table(
            "editions",
            vec![year, big_integer("version"), text("document")],
        ),
        table(
            "series",
            vec![key("slug"), big_integer("version"), text("document")],
        ),
        table(
            "tokens",
            vec![
                key("id"),
                text("name"),
                text("role"),
                text_uniq("hash"),
                instant("created_at"),
                instant_null("revoked_at"),
            ],
        ),
        table(
            "users",
            vec![
                key("id"),
                text_uniq("login"),
                text("role"),
                text("password_hash"),
                instant("created_at"),
            ],
        ),
        idempotency_keys,
        job_slots,
        table(
            "instances",
            vec![
                key("id"),
                big_integer("applied_position"),
                big_integer("applied_reference"),
                instant("started_at"),
                instant("seen_at"),
            ],
        ),
        table(
            "endpoints",
            vec![
                key("id"),
                text("owner_id"),
                big_integer("version"),
                text("url"),
                text("selection"),
                text("notices"),
                text("language"),
                text("payload"),
                text("format"),
                text("secret"),
                text_null("old_secret"),
                instant_null("old_secret_until"),
                text("state"),
                big_integer("cursor"),
                big_integer("seq"),
                instant("due_at"),
                big_integer("epoch"),
                text_null("lease_owner"),
                instant("lease_until"),
                integer("failures"),
                instant_null("failing_since"),
                instant_null("last_failure_at"),
                instant_null("last_success_at"),
                instant_null("held_until"),
                instant("created_at"),
                instant("updated_at"),
            ],
        ),
        table(
            "delivery_exceptions",
            vec![
                key("id"),
                text("endpoint_id"),
                big_integer("position"),
                big_integer("seq"),
                text("trigger"),
                text_null("body"),
                integer("attempts"),
                instant_null("next_attempt_at"),
                instant_null("expires_at"),
                instant("created_at"),
            ],
        ),
        table(
            "attempts",
            vec![
                attempt_id,
                text("delivery_id"),
                text("endpoint_id"),
                big_integer_null("position"),
                big_integer("seq"),
                integer("number"),
                text("trigger"),
                instant("sent_at"),
                integer("duration_ms"),
                integer_null("status"),
                text("outcome"),
                text_null("address"),
                text_null("response_excerpt"),
            ],
        ),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("activities", &["publish_at"]),
        index("activities", &["parent"]),
        index("activities", &["edition", "status"]),
        index("notices", &["activity_id", "position"]),
        index("notices", &["published_at", "position"]),
        index("idempotency_keys", &["created_at"]),
        index("endpoints", &["due_at"]),
        index("endpoints", &["owner_id"]),
        index("delivery_exceptions", &["endpoint_id", "next_attempt_at"]),
        index("attempts", &["delivery_id"]),
        index("attempts", &["endpoint_id", "id"]),
        index("attempts", &["sent_at"]),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
