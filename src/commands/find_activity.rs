//! One activity as it stands in the database, for whoever may see it.

use super::{CommandError, Services};
use crate::{
    domain::{rights::Deed, role::Caller},
    ids::ActivityId,
    store::{self, activities::Stored},
};

/// Finds it: a public one, or a draft that the caller may see.
///
/// # Errors
/// [`CommandError::NotFound`] alike where there is none and where it is not for them.
pub async fn find_activity(
    services: &Services,
    caller: &Caller,
    id: &ActivityId,
) -> Result<Stored, CommandError> {
    let found = store::activities::find(services.db.reader(), id).await?;
    found
        .filter(|stored| {
            let activity = &stored.activity;
            activity.status.is_public()
                || caller.role.may(Deed::ReadDrafts, activity.content.office)
        })
        .ok_or_else(|| CommandError::NotFound {
            what: "activity",
            id: id.to_string(),
        })
}
