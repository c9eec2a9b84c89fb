//! Logging out.

use crate::{
    commands::{CommandError, Services},
    store,
};

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn end_session(services: &Services, session: &str) -> Result<(), CommandError> {
    let session = session.to_owned();
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            store::sessions::delete(&tx, &session).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
