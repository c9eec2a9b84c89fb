//! The digest of the month in which its slot lies.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::{
    commands::{Services, digest::publish_digest},
    domain::{dates::Month, when::day_of},
};

/// Publishes it.
pub(super) async fn run(services: &Services, slot: DateTime<Utc>) -> Result<(), JobError> {
    publish_digest(services, Month::of(day_of(slot))).await?;
    Ok(())
}
