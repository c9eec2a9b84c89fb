//! SQL: both databases from one code.
//!
//! Owns connections, transactions and every statement; refuses to know rules and HTTP.
//! Architecture invariant: whatever writes takes the transaction; no statement waits for a network.

use std::{path::PathBuf, time::Duration};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, SqlErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

pub mod activities;
pub mod audit;
pub mod comments;
pub mod deliveries;
pub mod delivery_log;
pub mod drafts;
pub mod endpoints;
pub mod exceptions;
pub mod hints;
pub mod idempotency;
pub mod instances;
pub mod job_slots;
pub mod leases;
pub mod log;
pub mod mappings;
pub mod office_contacts;
mod open;
pub mod overdue;
pub mod overtaken;
pub mod people;
pub mod proposals;
pub mod pruning;
pub mod reference;
pub mod saved;
pub mod secrets;
pub mod selection;
pub mod sessions;
pub mod sightings;
pub mod source_entries;
pub mod sources;
pub mod subscriptions;
pub mod tokens;
pub mod transfer;
pub mod verify;

pub use open::{OpenError, without_password};

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A row's document does not read as what it should be.
    #[error("the document of {row} cannot be read: {error}")]
    Document {
        /// Which row.
        row: String,
        /// Why.
        error: serde_json::Error,
    },
    /// It says nothing.
    #[error("the database did not answer within {} s", PATIENCE.as_secs())]
    Silent,
}

/// How long a database is waited for by what is tried again anyway.
pub const PATIENCE: Duration = Duration::from_secs(5);

impl StoreError {
    /// Whether somebody else was faster to take a name that only one can have.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Database(error)
            if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }
}

/// A database: one writer and several readers on SQLite, a pool for each on PostgreSQL.
#[derive(Clone, Debug)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
    backend: DbBackend,
    file: Option<PathBuf>,
}

impl Db {
    /// Waits for what the database is asked: on PostgreSQL not for ever, since a connection may be dead without saying so.
    /// On SQLite whoever waits only waits for others of this process.
    ///
    /// # Errors
    /// What the work says, or [`StoreError::Silent`].
    pub async fn answered<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        match self.backend {
            DbBackend::Postgres => {
                let answer = tokio::time::timeout(PATIENCE, work).await;
                answer.unwrap_or(Err(StoreError::Silent))
            }
            _ => work.await,
        }
    }

    /// For reading outside a transaction.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For single statements that write.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    /// The SQLite file; `None` on PostgreSQL.
    #[must_use]
    pub fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }

    /// Begins a transaction that writes; dropping it rolls back.
    ///
    /// SQLite: BEGIN IMMEDIATE, since a deferred one that reads and then writes fails with SQLITE_BUSY at once.
    ///
    /// It may be dropped while it waits. A BEGIN that is cut off would go back to the pool as a connection with an open
    /// transaction that nobody knows of (sqlx 0.9.0 counts it only once it was answered); so it is always seen to its end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            isolation_level: None,
            access_mode: (self.backend == DbBackend::Postgres).then_some(AccessMode::ReadWrite),
            sqlite_transaction_mode: (self.backend == DbBackend::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
        };
        let write = self.write.clone();
        let begun = tokio::spawn(async move { write.begin_with_options(options).await });
        begun
            .await
            .unwrap_or_else(|error| Err(DbErr::Custom(error.to_string())))
    }

    /// Begins a transaction that reads everything as of one moment, however long it takes; dropping it ends it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let postgres = self.backend == DbBackend::Postgres;
        self.read
            .begin_with_options(TransactionOptions {
                isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
                access_mode: postgres.then_some(AccessMode::ReadOnly),
                sqlite_transaction_mode: (!postgres).then_some(SqliteTransactionMode::Deferred),
            })
            .await
    }

    /// Brings the schema up to date; several instances may do so at once.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        use migration::MigratorTrait;

        if self.backend == DbBackend::Postgres {
            // Held until the connection gives it back; only keeps two instances from migrating at once.
            let tx = self.begin().await?;
            // It stands idle while the steps are made beside it.
            tx.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0")
                .await?;
            tx.execute_unprepared("SELECT pg_advisory_xact_lock(7986513)")
                .await?;
            let done = migration::Migrator::up(&self.write, None).await;
            tx.commit().await?;
            return done;
        }
        migration::Migrator::up(&self.write, None).await
    }

    /// Steps of the schema that are not there yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pending_migrations(&self) -> Result<usize, DbErr> {
        use migration::MigratorTrait;
        let pending = migration::Migrator::get_pending_migrations(&self.write).await?;
        Ok(pending.len())
    }

    /// What SQLite's own quick check says of the file; `ok` when it is sound.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn sqlite_quick_check(&self) -> Result<String, DbErr> {
        let statement = Statement::from_string(self.backend, "PRAGMA quick_check(1)");
        match self.read.query_one_raw(statement).await? {
            Some(row) => row.try_get_by_index(0),
            None => Ok("no answer".to_owned()),
        }
    }

    /// Copies the SQLite database as of one moment into a file that is empty or not there.
    ///
    /// # Errors
    /// When the file holds something, or cannot be written.
    pub async fn vacuum_into(&self, file: &str) -> Result<(), DbErr> {
        let statement =
            Statement::from_sql_and_values(self.backend, "VACUUM INTO ?", [file.into()]);
        self.read.execute_raw(statement).await?;
        Ok(())
    }

    /// Closes the pools.
    pub async fn close(self) {
        let closed = (
            self.read.close_by_ref().await,
            self.write.close_by_ref().await,
        );
        if let (Err(error), _) | (_, Err(error)) = closed {
            tracing::warn!(%error, "closing the database failed");
        }
    }
}
