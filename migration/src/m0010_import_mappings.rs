//! How one office's tables are read, for imports to come.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0010_import_mappings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut id = text("id");
        id.primary_key();
        let mut table = Table::create();
        table.table(Alias::new("import_mappings"));
        for column in [id, text("office"), big_integer("version"), text("document")] {
            table.col(column);
        }
        manager.create_table(table).await?;
        let mut index = Index::create();
        index
            .name("idx_import_mappings_office")
            .table(Alias::new("import_mappings"))
            .col(Alias::new("office"));
        manager.create_index(index).await
    }
}
