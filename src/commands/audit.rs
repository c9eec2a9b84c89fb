//! Who did what: the frame around every command that somebody asks for.
//!
//! Owns when an entry is written. Refuses to know what commands do. Invariants: what was done and its entry are one
//! commit, since [`Audited`] comes only from [`Trail::commit`], which writes it, or from [`Audited::unchanged`]; what was
//! refused is written in a transaction of its own afterwards, and if that fails, the answer is the same.

mod scope;

use std::future::Future;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::Serialize;
use serde_json::Value;

use super::{CommandError, Services};
use crate::{
    clock::Clock,
    domain::{
        audit::{self, Action, Outcome},
        refusal::Refusal,
        role::{Caller, Role},
        when::{day_of, midnight},
    },
    ids::AuditId,
    store::{
        self, Db, StoreError,
        audit::{APART, Entry},
    },
};

use scope::scope;
pub use scope::{Scope, called_by, request_id, spared};

/// What this program is called where it does something itself on somebody's command line.
pub const CLI: &str = "cli";
/// What it is called where it does something by itself.
pub const WORKER: &str = "worker";

/// Who does what, to what.
#[derive(Clone, Debug)]
pub struct Trail {
    actor: Option<String>,
    role: Option<Role>,
    action: Action,
    subject: Option<String>,
    position: Option<i64>,
    request: Option<String>,
}

impl Trail {
    /// What a caller asks for.
    #[must_use]
    pub fn of(caller: &Caller, action: Action) -> Self {
        Self {
            actor: Some(caller.id.clone()),
            role: Some(caller.role),
            ..Self::of_nobody(action)
        }
    }

    /// What nobody known asks for.
    #[must_use]
    pub fn of_nobody(action: Action) -> Self {
        Self {
            actor: None,
            role: None,
            action,
            subject: None,
            position: None,
            request: scope().map(|scope| scope.request().to_owned()),
        }
    }

    /// What is asked for on the command line.
    #[must_use]
    pub fn of_command_line(action: Action) -> Self {
        Self::of(&Caller::new(CLI, Role::Admin), action)
    }

    /// What else the same asker does in the same request.
    #[must_use]
    pub fn doing(&self, action: Action) -> Self {
        Self {
            action,
            subject: None,
            position: None,
            ..self.clone()
        }
    }

    /// To what; a text that is no id of ours is not written down.
    #[must_use]
    pub fn on(mut self, subject: impl ToString) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    /// As a notice told the public.
    #[must_use]
    pub fn at(mut self, position: Option<i64>) -> Self {
        self.position = position;
        self
    }

    /// In a request that has been answered.
    #[must_use]
    pub fn within(mut self, scope: &Scope) -> Self {
        self.request = Some(scope.request().to_owned());
        self
    }

    /// By somebody who is known only now.
    #[must_use]
    pub fn by(mut self, caller: &Caller) -> Self {
        self.actor = Some(caller.id.clone());
        self.role = Some(caller.role);
        self
    }

    fn entry(&self, outcome: Outcome, now: DateTime<Utc>) -> Entry {
        Entry {
            id: AuditId::new(now).to_string(),
            at: now,
            actor_id: self.actor.clone(),
            role: self.role.map(|role| role.to_string()),
            action: self.action.to_string(),
            subject: self
                .subject
                .as_deref()
                .and_then(|subject| audit::subject(subject, outcome)),
            outcome: outcome.to_string(),
            reason: None,
            fields: String::new(),
            times: 1,
            position: self.position,
            request: self.request.clone(),
        }
    }

    /// Writes down that it was done, in the transaction that does it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn done(
        &self,
        tx: &impl ConnectionTrait,
        now: DateTime<Utc>,
        changed: &[String],
    ) -> Result<(), StoreError> {
        let entry = Entry {
            fields: audit::pointers(changed),
            ..self.entry(Outcome::Done, now)
        };
        store::audit::insert(tx, entry).await
    }

    /// Writes down that it was done, and commits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn commit<T>(
        self,
        tx: DatabaseTransaction,
        now: DateTime<Utc>,
        changed: &[String],
        value: T,
    ) -> Result<Audited<T>, StoreError> {
        self.done(&tx, now, changed).await?;
        tx.commit().await?;
        Ok(Audited(value))
    }

    /// Writes down that it was refused, in a transaction of its own. A failure is logged alone.
    pub async fn refused(
        &self,
        db: &Db,
        now: DateTime<Utc>,
        reason: &str,
        at_fault: impl IntoIterator<Item = impl AsRef<str>>,
    ) {
        self.refuse(db, now, reason, audit::pointers(at_fault), None)
            .await;
    }

    /// The same, but nothing where something was refused under the same `counter` less than [`APART`] ago.
    pub(super) async fn refused_rarely(
        &self,
        db: &Db,
        now: DateTime<Utc>,
        reason: &str,
        counter: &str,
    ) {
        self.refuse(db, now, reason, String::new(), Some(counter))
            .await;
    }

    async fn refuse(
        &self,
        db: &Db,
        now: DateTime<Utc>,
        reason: &str,
        fields: String,
        counter: Option<&str>,
    ) {
        let entry = Entry {
            reason: Some(reason.to_owned()),
            fields,
            ..self.entry(Outcome::Refused, now)
        };
        let written = async {
            let tx = db.begin().await?;
            if let Some(counter) = counter
                && !is_due(&tx, counter, now).await?
            {
                return Ok(());
            }
            store::audit::insert_refusal(&tx, entry, midnight(day_of(now))).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(())
        };
        if let Err(error) = written.await {
            tracing::warn!(
                %error, action = %self.action,
                "a refusal of {} could not be written down", self.action
            );
        }
    }
}

/// Whether something may be written down under a counter, which it then notes.
async fn is_due(
    tx: &impl ConnectionTrait,
    counter: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut row = store::sessions::count_failure(tx, counter, now).await?;
    if row.failures > 1 && now < row.last_at + APART {
        return Ok(false);
    }
    row.last_at = now;
    store::sessions::save_failure(tx, row).await?;
    Ok(true)
}

/// What a command answers, whose entry was written with it.
#[derive(Debug)]
#[must_use]
pub struct Audited<T>(T);

impl<T> Audited<T> {
    /// The answer where nothing was changed: it had been done before, or was like that already.
    pub fn unchanged(value: T) -> Self {
        Self(value)
    }
}

/// Waits for a command, and writes down that it was refused.
///
/// # Errors
/// Those of the command.
pub async fn watched<T>(
    db: &Db,
    clock: &dyn Clock,
    trail: Trail,
    command: impl Future<Output = Result<Audited<T>, CommandError>>,
) -> Result<T, CommandError> {
    match command.await {
        Ok(Audited(answer)) => Ok(answer),
        Err(error) => {
            if let Some(reason) = error.kind() {
                trail
                    .refused(db, clock.now(), reason, error.at_fault())
                    .await;
            }
            Err(error)
        }
    }
}

impl Services {
    /// Runs a command that somebody asks for in a task of its own, and waits for it. What it does stands in the audit,
    /// and so does that it was refused.
    ///
    /// # Errors
    /// Those of the command, or [`CommandError::Cut`] when it panicked.
    pub async fn audited<T, F>(
        &self,
        trail: Trail,
        command: impl FnOnce(Self, Trail) -> F,
    ) -> Result<T, CommandError>
    where
        T: Send + 'static,
        F: Future<Output = Result<Audited<T>, CommandError>> + Send + 'static,
    {
        spared();
        let command = command(self.clone(), trail.clone());
        self.run(async move |services| {
            watched(&services.db, &*services.clock, trail, command).await
        })
        .await
    }
}

/// Where two documents differ, by JSON pointers.
pub(crate) fn between<T: Serialize>(before: &T, after: &T) -> Vec<String> {
    let plain = |value: &T| serde_json::to_value(value).expect("a document has string keys only");
    audit::changed(&plain(before), &plain(after))
}

/// What a new document says, by JSON pointers.
pub(crate) fn said<T: Serialize>(document: &T) -> Vec<String> {
    let document = serde_json::to_value(document).expect("a document has string keys only");
    let Value::Object(fields) = document else {
        return Vec::new();
    };
    let said = fields.iter().filter(|(_, value)| !value.is_null());
    said.map(|(name, _)| format!("/{name}")).collect()
}

impl CommandError {
    /// The problem's type, for what is the asker's to mend; `None` where this program or its database failed.
    #[must_use]
    pub const fn kind(&self) -> Option<&'static str> {
        match self {
            Self::NotFound { .. } => Some("not-found"),
            Self::Forbidden { .. } => Some("forbidden"),
            Self::Stale { .. } => Some("stale-version"),
            Self::Invalid(_) => Some("invalid-input"),
            Self::Refused(Refusal::Status { .. } | Refusal::NotYet { .. } | Refusal::NoDate) => {
                Some("not-allowed-now")
            }
            Self::Refused(_) => Some("invalid-input"),
            Self::Conflict(_) => Some("conflict"),
            Self::KeyReused(_) => Some("idempotency-key-reused"),
            Self::Store(_) | Self::Cut(_) => None,
        }
    }

    /// The JSON pointers of what is at fault.
    fn at_fault(&self) -> Vec<String> {
        match self {
            Self::Invalid(faults) => faults.iter().map(|fault| fault.pointer.clone()).collect(),
            Self::Refused(Refusal::Incomplete(fields)) => {
                fields.iter().map(|field| format!("/{field}")).collect()
            }
            Self::Refused(Refusal::SlotUnknown) => vec!["/when".to_owned()],
            Self::Refused(Refusal::HasAction { field, .. }) => vec![format!("/{field}")],
            Self::Refused(Refusal::ReplacedByItself(_)) => vec!["/replaced_by".to_owned()],
            _ => Vec::new(),
        }
    }
}
