//! Activities that may be the same as one, entered twice.

use sea_orm::ConnectionTrait;

use super::{CommandError, Services, find_activity::find_activity};
use crate::{
    domain::{
        activity::{Activity, Content},
        alike::{Alike, alike},
        rights::Deed,
        role::Caller,
    },
    ids::ActivityId,
    store,
};

/// Those that look like some content, as far as the caller may see them.
///
/// # Errors
/// When the database fails.
pub(crate) async fn alike_to(
    db: &impl ConnectionTrait,
    caller: &Caller,
    content: &Content,
    but: Option<&ActivityId>,
) -> Result<Vec<Alike>, CommandError> {
    let day = content.when.first_day();
    let of_day = store::activities::starting_on(db, day, content.edition).await?;
    let seen = |activity: &&Activity| {
        activity.status.is_public() || caller.role.may(Deed::ReadDrafts, activity.content.office)
    };
    Ok(alike(content, but, of_day.iter().filter(seen)))
}

/// Those that look like an activity, as far as the caller may see them.
///
/// # Errors
/// When there is no such activity for this caller, or the database fails.
pub async fn list_alike(
    services: &Services,
    caller: &Caller,
    id: &ActivityId,
) -> Result<Vec<Alike>, CommandError> {
    let found = find_activity(services, caller, id).await?;
    let content = &found.activity.content;
    alike_to(services.db.reader(), caller, content, Some(id)).await
}
