//! Who did what, refusals too: it refers to other rows by id alone, since it outlives them.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_audit"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut id = text("id");
        id.primary_key();
        let mut table = Table::create();
        table.table(Alias::new("audit"));
        for column in [
            id,
            timestamp_with_time_zone("at"),
            text_null("actor_id"),
            text_null("role"),
            text("action"),
            text_null("subject"),
            text("outcome"),
            text_null("reason"),
            text("fields"),
            big_integer("times"),
            big_integer_null("position"),
            text_null("request"),
        ] {
            table.col(column);
        }
        manager.create_table(table).await?;
        for columns in [["actor_id", "id"], ["subject", "id"], ["outcome", "at"]] {
            let mut index = Index::create();
            index
                .name(format!("idx_audit_{}", columns.join("_")))
                .table(Alias::new("audit"));
            for column in columns {
                index.col(Alias::new(column));
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
