//! Replays: an endpoint's second cursor into the log, and deliveries under an id of their own. Endpoints that are told
//! the latest alone.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_replays"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One by one: SQLite adds no two columns at once.
        for (table, column) in [
            ("endpoints", big_integer_null("replay_cursor")),
            ("endpoints", big_integer_null("replay_until")),
            ("endpoints", text_null("replay_id")),
            (
                "endpoints",
                boolean("replay_renames").default(false).to_owned(),
            ),
            ("endpoints", text("ordering").default("all").to_owned()),
            ("delivery_exceptions", text_null("webhook_id")),
            ("attempts", text_null("webhook_id")),
        ] {
            let mut alter = Table::alter();
            alter.table(Alias::new(table)).add_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
