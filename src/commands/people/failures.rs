//! Counting logins that fail, before they are looked at.
//!
//! Invariant: a try is counted before it is looked at and taken back when it was right, so that a thousand at the same
//! time are a thousand.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use crate::{
    commands::{CommandError, Services},
    domain::login::{CountedBy, FORGOTTEN},
    ids,
    store::{StoreError, sessions},
};

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum LoginRefused {
    /// The login, the password or the code is wrong; which one is not said.
    #[error("the login or the password is wrong")]
    Wrong,
    /// Too many were wrong: no further one is looked at yet.
    #[error("too many logins failed; the next is looked at in {0} s")]
    Held(i64),
    /// It could not be found out.
    #[error(transparent)]
    Failed(#[from] CommandError),
}

impl From<StoreError> for LoginRefused {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<sea_orm::DbErr> for LoginRefused {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Failed(error.into())
    }
}

/// What failures are counted under: nothing can be read from it.
pub(super) fn counter(by: CountedBy, of: &str) -> (CountedBy, String) {
    let kind = match by {
        CountedBy::Account => "account",
        CountedBy::Network => "network",
    };
    (by, ids::sha256_hex(format!("{kind}:{of}").as_bytes()))
}

/// Counts a try under each of these.
///
/// # Errors
/// [`LoginRefused::Held`], without counting it, where one of them waits.
pub(super) async fn charge(
    services: &Services,
    counters: &[(CountedBy, String)],
) -> Result<(), LoginRefused> {
    let tx = services.db.begin().await?;
    let now = services.now();
    for (by, id) in counters {
        count(&tx, *by, id, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn count(
    tx: &impl ConnectionTrait,
    by: CountedBy,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), LoginRefused> {
    let mut row = sessions::count_failure(tx, id, now).await?;
    if let Some(until) = row.held_until.filter(|until| *until > now) {
        let seconds = (until - now).num_seconds() + 1;
        // Whoever drops the transaction takes back what was counted.
        return Err(LoginRefused::Held(seconds));
    }
    if row.last_at + FORGOTTEN < now {
        row.failures = 1;
    }
    row.last_at = now;
    row.held_until = by.hold(row.failures).map(|hold| now + hold);
    sessions::save_failure(tx, row).await?;
    Ok(())
}
