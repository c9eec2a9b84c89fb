//! A new person.

use chrono::{DateTime, Utc};

use super::password::hashed;
use crate::{
    clock::Clock,
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail, watched},
        remember,
    },
    domain::{
        audit::Action,
        login::Login,
        rights::Deed,
        role::{Caller, Role},
    },
    ids,
    store::{self, Db, idempotency::Key},
};

/// Adds a person; returns their password, which is made here: `None` where they had been added before.
///
/// # Errors
/// When the caller may not, the login is taken or the password may not be set.
pub async fn add_person(
    services: &Services,
    caller: &Caller,
    login: Login,
    role: Role,
    key: Option<Key>,
) -> Result<Option<String>, CommandError> {
    let caller = caller.clone();
    let trail = Trail::of(&caller, Action::UserCreate);
    services
        .audited(trail, async move |services, trail| {
            caller.must(Deed::ManagePeople)?;
            let now = services.now();
            make(&services.db, trail, (&login, role, None), key, now).await
        })
        .await
}

/// The same for whoever has the database in hand.
///
/// # Errors
/// When the login is taken or the password may not be set.
pub async fn make_person(
    db: &Db,
    login: &Login,
    role: Role,
    password: Option<String>,
    clock: &dyn Clock,
) -> Result<String, CommandError> {
    let trail = Trail::of_command_line(Action::UserCreate);
    let made = make(
        db,
        trail.clone(),
        (login, role, password),
        None,
        clock.now(),
    );
    let made = watched(db, clock, trail, made).await?;
    made.ok_or_else(|| CommandError::Conflict("it had been added before".to_owned()))
}

async fn make(
    db: &Db,
    trail: Trail,
    (login, role, password): (&Login, Role, Option<String>),
    key: Option<Key>,
    now: DateTime<Utc>,
) -> Result<Audited<Option<String>>, CommandError> {
    let password = password.unwrap_or_else(ids::password);
    let hash = hashed(password.clone()).await?;
    let taken = || CommandError::fault("/login", format!("{:?} is taken", login.0));
    let tx = db.begin().await?;
    if answered::<()>(&tx, key.as_ref(), now).await?.is_some() {
        return Ok(Audited::unchanged(None));
    }
    if store::people::find_by_login(&tx, &login.0).await?.is_some() {
        return Err(taken());
    }
    let person = store::people::fresh(&login.0, role, hash, now);
    let trail = trail.on(&person.id);
    match store::people::insert(&tx, person).await {
        Err(error) if error.is_taken() => return Err(taken()),
        done => done?,
    }
    let fields = ["/login".to_owned(), "/role".to_owned()];
    remember(&tx, key.as_ref(), &()).await?;
    Ok(trail.commit(tx, now, &fields, Some(password)).await?)
}

/// Lets somebody in again who lost what they need: another password, no second factor, not disabled. Their sessions end.
///
/// # Errors
/// When there is no such login.
pub async fn reset_person(
    db: &Db,
    login: &Login,
    clock: &dyn Clock,
) -> Result<String, CommandError> {
    let trail = Trail::of_command_line(Action::UserPassword);
    let reset = reset(db, trail.clone(), login, clock.now());
    watched(db, clock, trail, reset).await
}

async fn reset(
    db: &Db,
    trail: Trail,
    login: &Login,
    now: DateTime<Utc>,
) -> Result<Audited<String>, CommandError> {
    let password = ids::password();
    let hash = hashed(password.clone()).await?;
    let tx = db.begin().await?;
    let found = store::people::find_by_login(&tx, &login.0).await?;
    let Some(mut person) = found else {
        return Err(CommandError::NotFound {
            what: "login",
            id: login.0.clone(),
        });
    };
    let id = person.id.clone();
    person.password_hash = hash;
    person.disabled_at = None;
    person.second_factor = None;
    person.second_factor_at = None;
    person.second_factor_step = None;
    store::people::save(&tx, person).await?;
    store::sessions::delete_of(&tx, &id, None).await?;
    let fields = ["/password", "/second_factor", "/disabled_at"].map(str::to_owned);
    Ok(trail.on(&id).commit(tx, now, &fields, password).await?)
}
