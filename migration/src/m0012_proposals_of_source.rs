//! What waits of one source is found without reading what waits of all others.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0012_proposals_of_source"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create();
        index
            .name("idx_proposals_source_id_state_id")
            .table(Alias::new("proposals"))
            .col(Alias::new("source_id"))
            .col(Alias::new("state"))
            .col(Alias::new("id"));
        manager.create_index(index).await
    }
}
