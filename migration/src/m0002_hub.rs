//! Subscriptions at the hub: endpoints that are told of a topic until their lease is over.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_hub"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let endpoints = || Alias::new("endpoints");
        // One by one: SQLite adds no two columns at once.
        for column in [
            text_null("topic"),
            timestamp_with_time_zone_null("expires_at"),
        ] {
            let mut table = Table::alter();
            table.table(endpoints()).add_column(column);
            manager.alter_table(table).await?;
        }
        let mut index = Index::create();
        index
            .name("idx_endpoints_topic_url")
            .table(endpoints())
            .col(Alias::new("topic"))
            .col(Alias::new("url"))
            .unique();
        manager.create_index(index).await
    }
}
