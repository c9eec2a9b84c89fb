//! A person's tokens for the API: what they make is the person's.

use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail},
        remember,
    },
    domain::{
        audit::Action,
        rights::Deed,
        role::{Caller, Role},
        text::cleaned,
    },
    store::{self, idempotency::Key},
};

/// Makes a token that acts for the caller; returns it, the only time it is seen: `None` where it had been made before.
///
/// # Errors
/// A fault at `/name`; [`CommandError::Forbidden`] for another role than the caller's, but for an admin.
pub async fn create_token(
    services: &Services,
    caller: &Caller,
    name: &str,
    role: Role,
    key: Option<Key>,
) -> Result<Option<String>, CommandError> {
    let name = cleaned(name, false);
    let caller = caller.clone();
    let trail = Trail::of(&caller, Action::TokenCreate);
    services
        .audited(trail, async move |services, trail| {
            if role != caller.role {
                caller.must(Deed::ManagePeople)?;
            }
            if name.is_empty() || name.chars().count() > 100 {
                return Err(CommandError::fault(
                    "/name",
                    "a token's name has 1 to 100 characters",
                ));
            }
            let owner = caller.owner().to_owned();
            let now = services.now();
            let tx = services.db.begin().await?;
            if answered::<()>(&tx, key.as_ref(), now).await?.is_some() {
                return Ok(Audited::unchanged(None));
            }
            let made = store::tokens::create(&tx, &name, role, Some(owner), now).await?;
            let fields = ["/name".to_owned(), "/role".to_owned()];
            let trail = trail.on(&made.id);
            remember(&tx, key.as_ref(), &()).await?;
            Ok(trail.commit(tx, now, &fields, Some(made.secret)).await?)
        })
        .await
}

/// Makes a token void: one's own, or anybody's for an admin.
///
/// # Errors
/// When there is none of that id, or it is somebody else's.
pub async fn revoke_token(
    services: &Services,
    caller: &Caller,
    id: &str,
) -> Result<(), CommandError> {
    let owner = caller
        .must(Deed::ManagePeople)
        .is_err()
        .then(|| caller.owner().to_owned());
    let id = id.to_owned();
    let trail = Trail::of(caller, Action::TokenRevoke).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            let now = services.now();
            if !store::tokens::revoke(&tx, &id, owner.as_deref(), now).await? {
                return Err(CommandError::NotFound {
                    what: "token",
                    id: id.chars().take(60).collect(),
                });
            }
            Ok(trail.commit(tx, now, &[], ()).await?)
        })
        .await
}
