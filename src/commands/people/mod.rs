//! What people of the console can ask for, and who asks: one file for each thing.
//!
//! Owns sessions, passwords and second factors. Refuses to know cookies and pages. Architecture invariants: a password is
//! hashed off the async threads, two at a time; logging in takes the same time whether there is such a login or not;
//! whatever ends a person's right to be here ends their sessions in the same transaction.

mod add;
mod begin_session;
mod change;
mod end_session;
mod failures;
mod filters;
mod password;
mod prove;
mod second_factor;
mod session;
mod tokens;

pub use add::{add_person, make_person, reset_person};
pub use begin_session::{Attempt, Begun, begin_session};
pub use change::{PersonChange, change_person};
pub use end_session::end_session;
pub use failures::LoginRefused;
pub use filters::{delete_filter, filters_of, save_filter};
pub use password::change_password;
pub use prove::prove;
pub use second_factor::{begin_second_factor, confirm_second_factor};
pub use session::{HALF, Seat, find_session};
pub use tokens::{create_token, revoke_token};

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::{CommandError, Services};
use crate::{
    ids,
    store::{self, StoreError, people::Person, sessions::Session},
};

/// The reason of a login that was refused, as the problem's type would be.
const WRONG: &str = "unauthorised";

/// Begins a session of a person's; returns what their browser keeps.
async fn begin(
    tx: &impl ConnectionTrait,
    user: &str,
    proven: bool,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let secret = ids::session();
    let row = Session {
        id: ids::sha256_hex(secret.as_bytes()),
        user_id: user.to_owned(),
        created_at: now,
        seen_at: now,
        proven,
    };
    store::sessions::insert(tx, row).await?;
    Ok(secret)
}

/// A person to change, locked.
async fn load(tx: &impl ConnectionTrait, id: &str) -> Result<Person, CommandError> {
    let found = store::people::find_locked(tx, id).await?;
    found.ok_or_else(|| CommandError::NotFound {
        what: "person",
        id: id.chars().take(60).collect(),
    })
}

/// The secret of a person's second factor.
fn second_factor(services: &Services, person: &Person) -> Result<Option<String>, CommandError> {
    let Some(sealed) = &person.second_factor else {
        return Ok(None);
    };
    let opened = services.vault.open(sealed);
    opened.map(Some).map_err(|error| {
        let unreadable = format!("the second factor of {}: {error}", person.id);
        StoreError::Database(sea_orm::DbErr::Type(unreadable)).into()
    })
}
