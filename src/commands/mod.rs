//! What people can ask for: one file for each thing; each owns its transaction.
//!
//! Owns authority, preconditions, idempotency and the order of statements; refuses to know HTTP, and decides
//! nothing about activities itself (that is `domain`).
//! Architecture invariant: a command runs in a task of its own, so a caller that goes away cannot cut it;
//! no network inside a transaction.

use std::{future::Future, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    catalogue::Catalogue,
    clock::Clock,
    domain::{
        action::Refusal,
        input::{Fault, Faults},
        rights::{Deed, Reach},
        role::{Caller, Role},
    },
    links::Links,
    store::{
        Db, StoreError,
        idempotency::{self, Begun, Key},
    },
    vault::Vault,
};

pub mod act;
pub mod announce_due;
pub mod audit;
pub mod create_activity;
pub mod create_edition;
pub mod create_series;
pub mod delete_activity;
pub mod delete_edition;
pub mod delete_series;
pub mod digest;
pub mod find_activity;
pub mod hub;
pub mod list_activities;
pub mod list_alike;
pub mod list_office_contacts;
pub mod mappings;
pub mod patch_activity;
pub mod patch_edition;
pub mod patch_series;
pub mod people;
pub mod proposals;
pub mod read_audit;
mod reference;
pub mod references;
pub mod remind;
pub mod roll_over_edition;
pub mod saved;
pub mod set_office_contact;
pub mod sources;
pub mod webhooks;
pub mod write_sightings;

/// What every command works with.
#[derive(Clone, Debug)]
pub struct Services {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The public programme in memory.
    pub catalogue: Arc<Catalogue>,
    /// Public addresses.
    pub links: Links,
    /// Keys of the secrets in the database.
    pub vault: Arc<Vault>,
}

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// There is nothing of that name, or not for this caller.
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The caller may not do that.
    #[error("a token of role {role} may not {what}")]
    Forbidden {
        /// The caller's role.
        role: Role,
        /// What they asked for.
        what: String,
    },
    /// The version named is not the present one.
    #[error("version {expected} is stale; the present one is {present}")]
    Stale {
        /// What the caller has.
        expected: i64,
        /// What there is.
        present: i64,
    },
    /// The input is wrong.
    #[error("{} fault(s) in the input", .0.len())]
    Invalid(Vec<Fault>),
    /// The state does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It stands in the way of something else.
    #[error("{0}")]
    Conflict(String),
    /// The idempotency key came with another request before.
    #[error("Idempotency-Key {0:?} was used for another request")]
    KeyReused(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The task was ended from outside.
    #[error("the command was cut off: {0}")]
    Cut(String),
}

impl From<sea_orm::DbErr> for CommandError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl From<Faults> for CommandError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults.0)
    }
}

impl CommandError {
    /// One fault of the input.
    #[must_use]
    pub fn fault(pointer: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault {
            pointer: pointer.to_owned(),
            detail: detail.into(),
        }])
    }
}

impl Caller {
    /// Refuses what the caller's role may not do to everybody's.
    ///
    /// # Errors
    /// [`CommandError::Forbidden`].
    pub fn must(&self, deed: Deed) -> Result<(), CommandError> {
        if self.role.reach(deed) == Reach::All {
            return Ok(());
        }
        Err(CommandError::Forbidden {
            role: self.role,
            what: deed.name().to_owned(),
        })
    }
}

impl Services {
    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Runs a command in a task of its own and waits for it.
    ///
    /// # Errors
    /// Those of the command, or [`CommandError::Cut`] when it panicked.
    pub async fn run<T, F>(&self, command: impl FnOnce(Self) -> F) -> Result<T, CommandError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, CommandError>> + Send + 'static,
    {
        match tokio::spawn(command(self.clone())).await {
            Ok(done) => done,
            Err(error) => Err(CommandError::Cut(error.to_string())),
        }
    }

    /// Makes this instance's public reads show what was just committed. A failure is mended by the next poll.
    pub async fn show(&self) {
        let catching_up = self.catalogue.catch_up(&self.db);
        if let Err(error) = self.db.answered(catching_up).await {
            tracing::warn!(%error, "the catalogue could not catch up after a commit; the next poll will");
        }
    }
}

/// Answers a repeated request with the first one's answer, or says that the work is to be done.
///
/// # Errors
/// [`CommandError::KeyReused`] when the key came with another request.
pub async fn answered<T: DeserializeOwned>(
    tx: &impl sea_orm::ConnectionTrait,
    key: Option<&Key>,
    now: DateTime<Utc>,
) -> Result<Option<T>, CommandError> {
    let Some(key) = key else { return Ok(None) };
    match idempotency::begin(tx, key, now).await? {
        Begun::New => Ok(None),
        Begun::OtherRequest => Err(CommandError::KeyReused(key.key.clone())),
        Begun::Answered(answer) => serde_json::from_str(&answer).map(Some).map_err(|error| {
            StoreError::Document {
                row: format!("idempotency key {}", key.key),
                error,
            }
            .into()
        }),
    }
}

/// Writes the answer down for a repeated request.
///
/// # Errors
/// When the database fails.
pub async fn remember<T: Serialize>(
    tx: &impl sea_orm::ConnectionTrait,
    key: Option<&Key>,
    answer: &T,
) -> Result<(), CommandError> {
    if let Some(key) = key {
        let answer = serde_json::to_string(answer).expect("answers have string keys only");
        idempotency::finish(tx, key, answer).await?;
    }
    Ok(())
}
