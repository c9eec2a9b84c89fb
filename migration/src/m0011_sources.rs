//! What activities are tracked from, and what that proposes.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0011_sources"
    }
}

fn id() -> ColumnDef {
    let mut id = text("id");
    id.primary_key();
    id
}

fn table(name: &str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for column in columns {
        table.col(column);
    }
    table
}

fn index(table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("idx_{table}_{}", columns.join("_")))
        .table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sources = table(
            "sources",
            vec![
                id(),
                big_integer("version"),
                text("office"),
                text("document"),
                boolean("active"),
                timestamp_with_time_zone_null("due_at"),
                timestamp_with_time_zone_null("busy_until"),
                text_null("etag"),
                text_null("last_modified"),
                text_null("content_hash"),
                integer("failures"),
                timestamp_with_time_zone_null("polled_at"),
                timestamp_with_time_zone_null("whole_at"),
                text_null("outcome"),
                text_null("warning"),
                integer("entries"),
                timestamp_with_time_zone("created_at"),
                timestamp_with_time_zone("updated_at"),
            ],
        );
        manager.create_table(sources).await?;
        manager.create_index(index("sources", &["due_at"])).await?;

        let mut entries = table(
            "source_entries",
            vec![
                text("source_id"),
                text("key"),
                text_null("uid"),
                text_null("activity_id"),
                text_null("evidence"),
                text("latest"),
                text_null("settled"),
                boolean("gone"),
                boolean("refused"),
                text_null("note"),
                timestamp_with_time_zone("first_seen_at"),
                timestamp_with_time_zone("changed_at"),
            ],
        );
        entries.primary_key(
            Index::create()
                .col(Alias::new("source_id"))
                .col(Alias::new("key")),
        );
        manager.create_table(entries).await?;
        manager
            .create_index(index("source_entries", &["activity_id"]))
            .await?;

        let fetches = table(
            "source_fetches",
            vec![
                id(),
                text("source_id"),
                timestamp_with_time_zone("at"),
                integer("took_ms"),
                text("outcome"),
                integer_null("status"),
                big_integer("bytes"),
                integer("entries"),
                integer("proposals"),
                integer("unread"),
                text("detail"),
            ],
        );
        manager.create_table(fetches).await?;
        manager
            .create_index(index("source_fetches", &["source_id", "id"]))
            .await?;
        manager
            .create_index(index("source_fetches", &["at"]))
            .await?;

        let proposals = table(
            "proposals",
            vec![
                id(),
                text("source_id"),
                text("fetch_id"),
                text("entry_key"),
                text("activity_id"),
                text("office"),
                text("kind"),
                text("state"),
                text("document"),
                text("fingerprint"),
                timestamp_with_time_zone("created_at"),
                timestamp_with_time_zone_null("decided_at"),
                text_null("decided_by"),
                text_null("reason"),
                big_integer_null("position"),
            ],
        );
        manager.create_table(proposals).await?;
        for columns in [
            &["state", "id"][..],
            &["source_id", "entry_key"],
            &["fetch_id"],
            &["activity_id"],
        ] {
            manager.create_index(index("proposals", columns)).await?;
        }
        Ok(())
    }
}
