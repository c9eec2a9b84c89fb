//! Who a browser's session belongs to.

use chrono::TimeDelta;
use entity::vocab::Language;

use crate::{
    commands::{CommandError, Services},
    config::ConsoleSettings,
    domain::role::{Caller, Role},
    ids, store,
};

/// A session that only a password began lasts so long.
pub const HALF: TimeDelta = TimeDelta::minutes(10);
/// How exactly it is noted when a session was used last.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// Somebody who sits at the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The session, by its hash.
    pub session: String,
    /// The person's id.
    pub user: String,
    /// What they are called at the login.
    pub login: String,
    /// What they may do.
    pub role: Role,
    /// The language they chose.
    pub language: Option<Language>,
    /// Whether all that was asked for at the login was given.
    pub proven: bool,
    /// Whether they have a second factor.
    pub has_second_factor: bool,
}

impl Seat {
    /// As commands know them.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller::new(self.user.clone(), self.role)
    }
}

/// Who sits there, when the session lasts still and its person may be here.
///
/// # Errors
/// When the database fails.
pub async fn find_session(
    services: &Services,
    settings: &ConsoleSettings,
    secret: &str,
) -> Result<Option<Seat>, CommandError> {
    let now = services.now();
    let hash = ids::sha256_hex(secret.as_bytes());
    let Some((session, person)) = store::sessions::find(services.db.reader(), &hash).await? else {
        return Ok(None);
    };
    let span = |span: std::time::Duration| TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX);
    let whole = match session.proven {
        true => span(settings.session_lifetime),
        false => HALF,
    };
    let lasts = now < session.created_at + whole
        && now < session.seen_at + span(settings.idle_timeout)
        && person.disabled_at.is_none();
    let Some(role) = person.role.parse().ok().filter(|_| lasts) else {
        return Ok(None);
    };
    if session.seen_at + NOTED < now {
        store::sessions::touch(services.db.writer(), &hash, now).await?;
    }
    Ok(Some(Seat {
        session: hash,
        user: person.id,
        login: person.login,
        role,
        language: person.language,
        proven: session.proven,
        has_second_factor: person.second_factor_at.is_some(),
    }))
}
