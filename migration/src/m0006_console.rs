//! What the console needs: people's second factors and sessions, comments of a review, filters that people keep.

use sea_orm_migration::{prelude::*, schema::*};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0006_console"
    }
}

fn id() -> ColumnDef {
    let mut id = text("id");
    id.primary_key();
    id
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added = [
            ("users", text_null("language")),
            ("users", timestamp_with_time_zone_null("disabled_at")),
            ("users", text_null("second_factor")),
            ("users", timestamp_with_time_zone_null("second_factor_at")),
            ("users", big_integer_null("second_factor_step")),
            ("tokens", text_null("user_id")),
        ];
        for (table, column) in added {
            let mut alter = Table::alter();
            alter.table(Alias::new(table)).add_column(column);
            manager.alter_table(alter).await?;
        }
        let made = [
            (
                "sessions",
                vec![
                    id(),
                    text("user_id"),
                    timestamp_with_time_zone("created_at"),
                    timestamp_with_time_zone("seen_at"),
                    boolean("proven"),
                ],
                Some("user_id"),
            ),
            (
                "login_failures",
                vec![
                    id(),
                    big_integer("failures"),
                    timestamp_with_time_zone("last_at"),
                    timestamp_with_time_zone_null("held_until"),
                ],
                None,
            ),
            (
                "comments",
                vec![
                    id(),
                    text("activity_id"),
                    big_integer("version"),
                    text("author_id"),
                    text("author_role"),
                    text("action"),
                    text("text"),
                    timestamp_with_time_zone("created_at"),
                ],
                Some("activity_id"),
            ),
            (
                "saved_filters",
                vec![
                    id(),
                    text("user_id"),
                    text("name"),
                    text("query"),
                    timestamp_with_time_zone("created_at"),
                ],
                Some("user_id"),
            ),
        ];
        for (name, columns, indexed) in made {
            let mut table = Table::create();
            table.table(Alias::new(name));
            for column in columns {
                table.col(column);
            }
            manager.create_table(table).await?;
            if let Some(column) = indexed {
                let mut index = Index::create();
                index
                    .name(format!("idx_{name}_{column}"))
                    .table(Alias::new(name))
                    .col(Alias::new(column));
                manager.create_index(index).await?;
            }
        }
        Ok(())
    }
}
