//! The history of Yueli's schema: one file a step, never edited once released.
//!
//! Owns DDL; refuses to know the entities (a test compares the two) and any row.

use sea_orm_migration::{MigrationTrait, async_trait};
pub use sea_orm_migration::{MigratorTrait, SchemaManager};

mod m0001_first_release;
mod m0002_hub;
mod m0003_replays;
mod m0004_confirmed_again;
mod m0005_saved_subscriptions;
mod m0006_console;
mod m0007_audit;
mod m0008_feed_sightings;
mod m0009_office_contacts;
mod m0010_import_mappings;
mod m0011_sources;
mod m0012_proposals_of_source;

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first_release::Migration),
            Box::new(m0002_hub::Migration),
            Box::new(m0003_replays::Migration),
            Box::new(m0004_confirmed_again::Migration),
            Box::new(m0005_saved_subscriptions::Migration),
            Box::new(m0006_console::Migration),
            Box::new(m0007_audit::Migration),
            Box::new(m0008_feed_sightings::Migration),
            Box::new(m0009_office_contacts::Migration),
            Box::new(m0010_import_mappings::Migration),
            Box::new(m0011_sources::Migration),
            Box::new(m0012_proposals_of_source::Migration),
        ]
    }
}
