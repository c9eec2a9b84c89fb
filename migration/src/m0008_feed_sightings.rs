//! Which kinds of clients fetched which feed, by day.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0008_feed_sightings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table(Alias::new("feed_sightings"));
        for column in [
            text("feed"),
            text("client"),
            date("day"),
            big_integer("requests"),
            timestamp_with_time_zone("last_seen_at"),
            big_integer("position"),
        ] {
            table.col(column);
        }
        table.primary_key(
            Index::create()
                .col(Alias::new("feed"))
                .col(Alias::new("client"))
                .col(Alias::new("day")),
        );
        manager.create_table(table).await?;
        let mut index = Index::create();
        index
            .name("idx_feed_sightings_day")
            .table(Alias::new("feed_sightings"))
            .col(Alias::new("day"));
        manager.create_index(index).await
    }
}
