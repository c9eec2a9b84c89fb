//! Whom the organising office calls in a district, for each edition.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0009_office_contacts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table(Alias::new("office_contacts"));
        for column in [
            integer("edition"),
            text("office"),
            text_null("name"),
            text_null("email"),
            text_null("phone"),
            timestamp_with_time_zone("updated_at"),
        ] {
            table.col(column);
        }
        table.primary_key(
            Index::create()
                .col(Alias::new("edition"))
                .col(Alias::new("office")),
        );
        manager.create_table(table).await
    }
}
