//! The second factor at the login.

use super::{
    LoginRefused, WRONG, begin,
    failures::{charge, counter},
    second_factor,
    session::Seat,
};
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::{
        audit::Action,
        login::{CountedBy, SecondFactor},
    },
    store,
};

/// Proves a session that only a password began; returns what the browser keeps from now on.
///
/// # Errors
/// When the code is wrong or was used before, or too many were wrong before.
pub async fn prove(services: &Services, seat: &Seat, code: String) -> Result<String, LoginRefused> {
    let (services, seat) = (services.clone(), seat.clone());
    let trail = Trail::of(&seat.caller(), Action::SessionProve).on(&seat.user);
    let work = tokio::spawn(async move {
        let done = proven(&services, trail.clone(), &seat, &code).await;
        if matches!(done, Err(LoginRefused::Wrong)) {
            let now = services.now();
            trail.refused(&services.db, now, WRONG, ["/code"]).await;
        }
        done
    });
    work.await
        .unwrap_or_else(|error| Err(LoginRefused::Failed(CommandError::Cut(error.to_string()))))
}

async fn proven(
    services: &Services,
    trail: Trail,
    seat: &Seat,
    code: &str,
) -> Result<String, LoginRefused> {
    let counters = [counter(CountedBy::Account, &format!("code:{}", seat.user))];
    charge(services, &counters).await?;
    let tx = services.db.begin().await?;
    let now = services.now();
    let person = super::load(&tx, &seat.user).await?;
    let secret = second_factor(services, &person)?;
    let factor = secret.and_then(|secret| SecondFactor::read(&secret, "", ""));
    let step = factor.and_then(|factor| factor.step(code, now, person.second_factor_step));
    let Some(step) = step else {
        return Err(LoginRefused::Wrong);
    };
    if person.disabled_at.is_some() || !store::people::take_step(&tx, &person.id, step).await? {
        return Err(LoginRefused::Wrong);
    }
    let [(_, account)] = &counters;
    store::sessions::forgive(&tx, account).await?;
    store::sessions::delete(&tx, &seat.session).await?;
    let secret = begin(&tx, &person.id, true, now).await?;
    trail.done(&tx, now, &[]).await?;
    tx.commit().await?;
    Ok(secret)
}
