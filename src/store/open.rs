//! Opening a database: its address, its pools, and what is refused.
//!
//! Invariant: no message shows a password.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, DbErr, Statement};

use super::Db;

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
}
