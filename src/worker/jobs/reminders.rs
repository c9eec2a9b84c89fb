//! Reminders of what starts tomorrow, found in the catalogue: none is lost when a minute passed without this job.

use super::JobError;
use crate::commands::{Services, remind};

/// Whether any is due.
pub(super) fn any_due(services: &Services) -> bool {
    !remind::due(&services.catalogue.read(), services.now()).is_empty()
}

/// Gives those that are due, each in its own transaction.
pub(super) async fn run(services: &Services) -> Result<(), JobError> {
    let due = remind::due(&services.catalogue.read(), services.now());
    for reminder in due {
        remind::remind(services, reminder).await?;
    }
    Ok(())
}
