//! SQL: both databases from one code.
//!
//! Owns connections, transactions and every statement; refuses to know rules and HTTP.
//! Architecture invariant: whatever writes takes the transaction; no statement waits for a network.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, SqlErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};

pub mod activities;
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
pub mod overdue;
pub mod pruning;
pub mod reference;
pub mod secrets;
pub mod selection;
pub mod subscriptions;
pub mod tokens;
pub mod transfer;
pub mod verify;

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

/// Why the database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is none that we know.
    #[error("database URL {0:?} must be sqlite://FILE or postgres://…")]
    Scheme(String),
    /// The folder of the file cannot be made.
    #[error("cannot make the folder {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// It does not answer.
    #[error("cannot open the database {url}: {error}")]
    Connect {
        /// Its address, without a password.
        url: String,
        /// Why.
        error: DbErr,
    },
    /// Nobody made one there, and this is not for making one.
    #[error("there is no database {0}; `yueli serve` and `yueli migrate` make one")]
    Missing(PathBuf),
    /// It cannot hold every text.
    #[error("the database's encoding is {0}; make one with ENCODING 'UTF8'")]
    Encoding(String),
    /// A library with a known corruption.
    #[error("SQLite {0} can corrupt a database in WAL mode; 3.51.3 or newer is needed")]
    OldSqlite(String),
}

/// A database: one writer and several readers on SQLite, a pool for each on PostgreSQL.
#[derive(Clone, Debug)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
    backend: DbBackend,
    file: Option<PathBuf>,
}

/// The address with its password taken out, for messages.
#[must_use]
pub fn without_password(database_url: &str) -> String {
    url::Url::parse(database_url).map_or_else(
        |_| database_url.to_owned(),
        |mut url| {
            if url.password().is_some() {
                // Cannot fail: a URL with a password has a host.
                let _ = url.set_password(Some("***"));
            }
            url.into()
        },
    )
}

fn sqlite_options(file: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{file}?mode=rwc"));
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(30))
        .map_sqlx_sqlite_opts(|options| {
            options
                .pragma("journal_mode", "WAL")
                // NORMAL acknowledges before it syncs: promise 1 needs FULL.
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", "10000")
                .pragma("cache_size", "-16000")
        });
    options
}

/// Settings of the sessions that write on PostgreSQL: whoever was stopped or cut off in the middle of a transaction keeps its locks no
/// longer than about a lease, for others wait for them.
const SESSION: [(&str, &str); 4] = [
    ("idle_in_transaction_session_timeout", "8s"),
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
];

/// Makes a file that is not there yet, for its owner alone: it will hold drafts, secrets and password hashes. SQLite
/// gives the files beside it the same mode, and says better than this would why a file cannot be made.
fn make_private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = std::fs::OpenOptions::new();
    let _ = options.write(true).create_new(true).mode(0o600).open(file);
}

impl Db {
    /// The file of a `sqlite://path` address; `None` for any other address.
    #[must_use]
    pub fn sqlite_file(database_url: &str) -> Option<PathBuf> {
        let rest = database_url.strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest);
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }

    /// Refuses an address at which [`Self::open`] would make a new SQLite file: what only reads, or adds to what is
    /// there, must not take a mistyped address for an empty programme.
    ///
    /// # Errors
    /// [`OpenError::Missing`].
    pub fn require(database_url: &str) -> Result<(), OpenError> {
        match Self::sqlite_file(database_url) {
            Some(file) if !file.exists() => Err(OpenError::Missing(file)),
            _ => Ok(()),
        }
    }

    /// Opens `sqlite://path` (folder and file are made) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is wrong or the database does not answer.
    pub async fn open(database_url: &str) -> Result<Self, OpenError> {
        let connect = async |options: ConnectOptions| {
            Database::connect(options)
                .await
                .map_err(|error| OpenError::Connect {
                    url: without_password(database_url),
                    error,
                })
        };
        if let Some(file) = Self::sqlite_file(database_url) {
            let path = file
                .to_str()
                .filter(|path| !path.is_empty())
                .ok_or_else(|| OpenError::Scheme(database_url.to_owned()))?;
            if let Some(folder) = file
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
            {
                std::fs::create_dir_all(folder)
                    .map_err(|error| OpenError::Folder(folder.to_owned(), error))?;
            }
            make_private(&file);
            let write = connect(sqlite_options(path, 1)).await?;
            let read = connect(sqlite_options(path, 4)).await?;
            let db = Self {
                write,
                read,
                backend: DbBackend::Sqlite,
                file: Some(file.clone()),
            };
            db.refuse_old_sqlite(database_url).await?;
            return Ok(db);
        }
        if database_url.starts_with("postgres://") || database_url.starts_with("postgresql://") {
            // Two pools: writers queue for the log's head, and reading must not queue behind them.
            let pool = |connections, session: &'static [(&'static str, &'static str)]| {
                let mut options = ConnectOptions::new(database_url);
                options
                    .max_connections(connections)
                    .min_connections(1)
                    .sqlx_logging(false)
                    .test_before_acquire(true)
                    .acquire_timeout(Duration::from_secs(10))
                    .map_sqlx_postgres_opts(|options| options.options(session.iter().copied()));
                options
            };
            let db = Self {
                write: connect(pool(12, &SESSION)).await?,
                read: connect(pool(6, &[])).await?,
                backend: DbBackend::Postgres,
                file: None,
            };
            db.refuse_other_encodings(database_url).await?;
            return Ok(db);
        }
        Err(OpenError::Scheme(without_password(database_url)))
    }

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

    /// A receiver's answer, or a title, may have any character.
    async fn refuse_other_encodings(&self, database_url: &str) -> Result<(), OpenError> {
        let connect_error = |error| OpenError::Connect {
            url: without_password(database_url),
            error,
        };
        let asked = Statement::from_string(self.backend, "SHOW server_encoding");
        let row = self
            .read
            .query_one_raw(asked)
            .await
            .map_err(connect_error)?;
        let encoding = row.map(|row| row.try_get_by_index::<String>(0));
        match encoding.transpose().map_err(connect_error)? {
            Some(encoding) if encoding != "UTF8" => Err(OpenError::Encoding(encoding)),
            _ => Ok(()),
        }
    }

    async fn refuse_old_sqlite(&self, database_url: &str) -> Result<(), OpenError> {
        let connect_error = |error| OpenError::Connect {
            url: database_url.to_owned(),
            error,
        };
        let row = self
            .read
            .query_one_raw(Statement::from_string(
                self.backend,
                "SELECT sqlite_version() AS version",
            ))
            .await
            .map_err(connect_error)?;
        let version: String = match row {
            Some(row) => row.try_get("", "version").map_err(connect_error)?,
            None => String::new(),
        };
        let numbers: Vec<u32> = version
            .split('.')
            .filter_map(|part| part.parse().ok())
            .collect();
        if numbers < vec![3, 51, 3] {
            Err(OpenError::OldSqlite(version))
        } else {
            Ok(())
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
