//! One's own second factor: a secret is shown, and in use once its first code was given.

use super::{begin, load, second_factor, session::Seat};
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::{audit::Action, login::SecondFactor},
    ids, store,
};

/// The secret that a person's app is to learn: the one they were shown before, while it is not in use yet.
///
/// # Errors
/// [`CommandError::Conflict`] when they have one in use.
pub async fn begin_second_factor(services: &Services, user: &str) -> Result<String, CommandError> {
    let user = user.to_owned();
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            let mut person = load(&tx, &user).await?;
            if person.second_factor_at.is_some() {
                return Err(in_use());
            }
            if let Some(shown) = second_factor(&services, &person)? {
                return Ok(shown);
            }
            let secret = SecondFactor::of(ids::random()).base32();
            person.second_factor = Some(services.vault.seal(&secret));
            store::people::save(&tx, person).await?;
            tx.commit().await?;
            Ok(secret)
        })
        .await
}

fn in_use() -> CommandError {
    CommandError::Conflict("a second factor is in use already".to_owned())
}

/// Takes the shown secret into use; returns what the browser keeps from now on. All other sessions end.
///
/// # Errors
/// A fault at `/code` when the code is not one of it.
pub async fn confirm_second_factor(
    services: &Services,
    seat: &Seat,
    code: String,
) -> Result<String, CommandError> {
    let seat = seat.clone();
    let trail = Trail::of(&seat.caller(), Action::UserSecondFactor).on(&seat.user);
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            let now = services.now();
            let mut person = load(&tx, &seat.user).await?;
            if person.second_factor_at.is_some() {
                return Err(in_use());
            }
            let secret = second_factor(&services, &person)?;
            let factor = secret.and_then(|secret| SecondFactor::read(&secret, "", ""));
            let step = factor.and_then(|factor| factor.step(&code, now, None));
            let Some(step) = step else {
                return Err(CommandError::fault("/code", "is not a code of this secret"));
            };
            person.second_factor_at = Some(now);
            person.second_factor_step = Some(step);
            store::people::save(&tx, person).await?;
            store::sessions::delete_of(&tx, &seat.user, None).await?;
            let secret = begin(&tx, &seat.user, true, now).await?;
            let fields = ["/second_factor".to_owned()];
            Ok(trail.commit(tx, now, &fields, secret).await?)
        })
        .await
}
