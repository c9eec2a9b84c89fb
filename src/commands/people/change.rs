//! Changing what a person may do, and whether they may come in at all.

use entity::vocab::Language;

use super::{load, password::hashed};
use crate::{
    commands::{
        CommandError, Services,
        audit::{Audited, Trail},
    },
    domain::{
        audit::Action,
        rights::Deed,
        role::{Caller, Role},
    },
    ids, store,
};

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonChange {
    /// Another role.
    Role(Role),
    /// They may not come in from now on.
    Disable,
    /// They may again.
    Enable,
    /// A new password, made here.
    Password,
    /// They have no second factor any more.
    NoSecondFactor,
    /// The language of the console, which everybody chooses for themselves.
    Language(Language),
}

impl PersonChange {
    const fn action(self) -> Action {
        match self {
            Self::Password => Action::UserPassword,
            Self::NoSecondFactor => Action::UserSecondFactor,
            Self::Role(_) | Self::Disable | Self::Enable | Self::Language(_) => Action::UserUpdate,
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Self::Role(_) => "/role",
            Self::Disable | Self::Enable => "/disabled_at",
            Self::Password => "/password",
            Self::NoSecondFactor => "/second_factor",
            Self::Language(_) => "/language",
        }
    }
}

/// Changes a person; returns the password where one was made. Whoever may do less, or was given another password or no
/// second factor, has to log in again.
///
/// # Errors
/// When the caller may not, there is no such person, or nobody could manage people any more.
pub async fn change_person(
    services: &Services,
    caller: &Caller,
    id: &str,
    change: PersonChange,
) -> Result<Option<String>, CommandError> {
    let (caller, id) = (caller.clone(), id.to_owned());
    let trail = Trail::of(&caller, change.action()).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let own_language = matches!(change, PersonChange::Language(_)) && caller.id == id;
            if !own_language {
                caller.must(Deed::ManagePeople)?;
            }
            let made = matches!(change, PersonChange::Password).then(ids::password);
            let hash = match &made {
                Some(password) => Some(hashed(password.clone()).await?),
                None => None,
            };
            let tx = services.db.begin().await?;
            let now = services.now();
            let mut person = load(&tx, &id).await?;
            let before = person.clone();
            let is_admin = person.role == Role::Admin.to_string() && person.disabled_at.is_none();
            match change {
                PersonChange::Role(role) => person.role = role.to_string(),
                PersonChange::Disable => {
                    person.disabled_at = person.disabled_at.or(Some(now));
                }
                PersonChange::Enable => person.disabled_at = None,
                PersonChange::Password => {
                    person.password_hash = hash.unwrap_or(person.password_hash);
                }
                PersonChange::NoSecondFactor => {
                    person.second_factor = None;
                    person.second_factor_at = None;
                    person.second_factor_step = None;
                }
                PersonChange::Language(language) => person.language = Some(language),
            }
            let stays = person.role == Role::Admin.to_string() && person.disabled_at.is_none();
            if is_admin && !stays && store::people::other_admins(&tx, &id).await? == 0 {
                return Err(CommandError::Conflict(format!(
                    "{:?} is the only admin: make another one first",
                    person.login
                )));
            }
            if person == before {
                return Ok(Audited::unchanged(made));
            }
            store::people::save(&tx, person).await?;
            if !matches!(change, PersonChange::Language(_) | PersonChange::Enable) {
                store::sessions::delete_of(&tx, &id, None).await?;
            }
            let fields = [change.field().to_owned()];
            Ok(trail.commit(tx, now, &fields, made).await?)
        })
        .await
}
