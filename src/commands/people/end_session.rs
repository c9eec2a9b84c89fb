//! Logging out.

use super::Seat;
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::audit::Action,
    store,
};

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn end_session(services: &Services, seat: &Seat) -> Result<(), CommandError> {
    let session = seat.session.clone();
    let trail = Trail::of(&seat.caller(), Action::SessionEnd).on(&seat.user);
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            store::sessions::delete(&tx, &session).await?;
            Ok(trail.commit(tx, services.now(), &[], ()).await?)
        })
        .await
}
