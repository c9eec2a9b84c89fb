//! PostgreSQL's hints that something was committed elsewhere.
//!
//! Owns a connection of its own. Invariant: a hint may be lost (a broken connection, a pooler that does not pass
//! LISTEN on); whoever waits for one polls as well.

use sea_orm::{
    DbBackend,
    sqlx::{
        self,
        postgres::{PgListener, PgPoolOptions},
    },
};

use super::{Db, instances, log};

/// Hears hints.
pub struct Hints(PgListener);

/// Why hints cannot be heard.
pub type HintError = sqlx::Error;

impl Hints {
    /// Begins to listen for the log and the instances; `None` on SQLite, which has no such thing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn listen(db: &Db) -> Result<Option<Self>, HintError> {
        if db.backend() != DbBackend::Postgres {
            return Ok(None);
        }
        // A pool of its own: the connection stays open for good, and closing the other pool must not wait for it.
        let options = db.reader().get_postgres_connection_pool().connect_options();
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_with(options.as_ref().clone())
            .await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.ignore_pool_close_event(true);
        listener
            .listen_all([log::CHANNEL, instances::CHANNEL])
            .await?;
        Ok(Some(Self(listener)))
    }

    /// Waits for a hint, or for a lost connection to be made anew (which is as good as a hint).
    ///
    /// # Errors
    /// When the connection is lost and cannot be made anew.
    pub async fn heard(&mut self) -> Result<(), HintError> {
        self.0.try_recv().await.map(drop)
    }
}
