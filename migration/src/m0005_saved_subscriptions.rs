//! Subscriptions that people keep under an address of their own.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0005_saved_subscriptions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut id = text("id");
        id.primary_key();
        let mut table = Table::create();
        table.table(Alias::new("saved_subscriptions"));
        for column in [
            id,
            text_uniq("key_hash"),
            text("calendar"),
            text("news"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("changed_at"),
            timestamp_with_time_zone_null("fetched_at"),
            timestamp_with_time_zone_null("ended_at"),
        ] {
            table.col(column);
        }
        manager.create_table(table).await?;
        let mut index = Index::create();
        index
            .name("idx_saved_subscriptions_fetched_at_created_at")
            .table(Alias::new("saved_subscriptions"))
            .col(Alias::new("fetched_at"))
            .col(Alias::new("created_at"));
        manager.create_index(index).await
    }
}
