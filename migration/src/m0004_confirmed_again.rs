//! The state that an endpoint was in before its address changed.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_confirmed_again"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut alter = Table::alter();
        alter
            .table(Alias::new("endpoints"))
            .add_column(text_null("resumes_as"));
        manager.alter_table(alter).await
    }
}
