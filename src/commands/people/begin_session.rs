//! Logging in.

use super::{
    LoginRefused, WRONG, begin,
    failures::{charge, counter},
    password::verified,
};
use crate::{
    commands::{Services, audit::Trail},
    domain::{
        audit::Action,
        login::CountedBy,
        role::{Caller, NotARole},
    },
    ids,
    store::{self, StoreError},
};

/// Somebody who wants to log in.
#[derive(Clone)]
pub struct Attempt {
    /// Who they say they are.
    pub login: String,
    /// What they say their password is.
    pub password: String,
    /// The network that they ask from; failures are counted by it.
    pub network: String,
    /// What their browser held already; it is void afterwards.
    pub held: Option<String>,
}

/// Says nothing of the password.
impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempt(…)")
    }
}

/// A session that was begun.
#[derive(Clone, PartialEq, Eq)]
pub struct Begun {
    /// What the browser is to keep: another one at each login, so that nobody can have fixed it before.
    pub secret: String,
    /// Who it is.
    pub user: String,
    /// Whether a code is asked for next.
    pub needs_code: bool,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Begun({})", self.user)
    }
}

/// Lets somebody in who knows a login and its password.
///
/// # Errors
/// When they do not, or too many before did not.
pub async fn begin_session(services: &Services, attempt: Attempt) -> Result<Begun, LoginRefused> {
    let services = services.clone();
    let trail = Trail::of_nobody(Action::SessionBegin);
    let work = tokio::spawn(async move {
        // Of both together: nothing can be read from it, and whoever tries for long fills no disk.
        let tried = format!("tried:{}:{}", attempt.network, attempt.login);
        let tried = ids::sha256_hex(tried.as_bytes());
        let done = let_in(&services, trail.clone(), attempt).await;
        if matches!(done, Err(LoginRefused::Wrong)) {
            let now = services.now();
            trail.refused_rarely(&services.db, now, WRONG, &tried).await;
        }
        done
    });
    work.await.unwrap_or_else(|error| {
        Err(LoginRefused::Failed(crate::commands::CommandError::Cut(
            error.to_string(),
        )))
    })
}

async fn let_in(
    services: &Services,
    trail: Trail,
    attempt: Attempt,
) -> Result<Begun, LoginRefused> {
    let Attempt {
        login,
        password,
        network,
        held,
    } = attempt;
    let counters = [
        counter(CountedBy::Network, &network),
        counter(CountedBy::Account, &login),
    ];
    charge(services, &counters).await?;
    let person = store::people::find_by_login(services.db.reader(), &login).await?;
    let hash = person.as_ref().map(|person| person.password_hash.clone());
    let right = verified(password, hash.clone()).await?;
    let Some(person) = person.filter(|person| right && person.disabled_at.is_none()) else {
        tracing::info!(%network, "a login failed");
        return Err(LoginRefused::Wrong);
    };
    let tx = services.db.begin().await?;
    let now = services.now();
    let present = store::people::find_locked(&tx, &person.id).await?;
    let unchanged = present.filter(|present| {
        present.disabled_at.is_none() && Some(&present.password_hash) == hash.as_ref()
    });
    let Some(person) = unchanged else {
        return Err(LoginRefused::Wrong);
    };
    let [(_, network), (_, account)] = &counters;
    store::sessions::forgive(&tx, account).await?;
    store::sessions::forgive_one(&tx, network).await?;
    if let Some(held) = held {
        store::sessions::delete(&tx, &ids::sha256_hex(held.as_bytes())).await?;
    }
    let role = person
        .role
        .parse()
        .map_err(|error: NotARole| StoreError::Database(sea_orm::DbErr::Type(error.to_string())))?;
    let who = Caller::new(person.id.clone(), role);
    trail.by(&who).on(&person.id).done(&tx, now, &[]).await?;
    let needs_code = person.second_factor_at.is_some();
    let secret = begin(&tx, &person.id, !needs_code, now).await?;
    tx.commit().await?;
    tracing::info!(user = %person.id, "{} logged in", person.id);
    Ok(Begun {
        secret,
        user: person.id,
        needs_code,
    })
}
