//! A fresh, empty database for each test, of either kind.
//!
//! Owns the making and clearing away of databases; refuses to know the schema. Invariant: no two
//! tests ever see the same database, and none outlives the test process.

use std::path::Path;

use tempfile::TempDir;

use super::postgres;

/// An empty database and a folder, both gone after the test.
pub(crate) struct TestDb {
    url: String,
    folder: TempDir,
    postgres: Option<postgres::Database>,
}

impl TestDb {
    /// A file that does not exist yet, in a folder of its own.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("yueli.db").display());
        Self {
            url,
            folder,
            postgres: None,
        }
    }

    /// An empty database in this process's PostgreSQL, or none where no PostgreSQL is installed:
    /// then the test says that it was skipped, except under `CI=true`, where it fails.
    pub(crate) async fn postgres() -> Option<Self> {
        let database = postgres::database().await?;
        let url = database.url().to_owned();
        Some(Self {
            url,
            folder: tempfile::tempdir().unwrap(),
            postgres: Some(database),
        })
    }

    /// One more of the same kind, e.g. to restore an export into.
    pub(crate) async fn another(&self) -> Self {
        match self.postgres {
            None => Self::sqlite(),
            Some(_) => Self::postgres()
                .await
                .expect("the first one came from the same server"),
        }
    }

    /// The address to give to `--database-url`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A folder for the test's files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Runs the body on SQLite; `on_both!` calls it.
pub(crate) async fn on_sqlite(body: impl AsyncFnOnce(TestDb)) {
    body(TestDb::sqlite()).await;
}

/// Runs the body on PostgreSQL where there is one; `on_both!` calls it.
pub(crate) async fn on_postgres(body: impl AsyncFnOnce(TestDb)) {
    if let Some(db) = TestDb::postgres().await {
        body(db).await;
    }
}

/// Makes of each `async fn name(db: TestDb)` the two tests `name::sqlite` and `name::postgres`:
/// `on_both!(rescheduling_keeps_the_uid, cancelling_twice_is_refused);`
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                crate::support::db::on_sqlite(super::$name).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                crate::support::db::on_postgres(super::$name).await;
            }
        }
    )+};
}
pub(crate) use on_both;

mod tests {
    use sea_orm::{ConnectionTrait, Database};

    use super::TestDb;

    super::on_both!(
        a_fresh_database_answers_and_keeps_what_is_written,
        two_databases_have_nothing_in_common,
    );

    async fn a_fresh_database_answers_and_keeps_what_is_written(db: TestDb) {
        assert!(answers(&db, "SELECT 1").await);
        assert!(answers(&db, "CREATE TABLE t (name TEXT NOT NULL)").await);
        assert!(answers(&db, "INSERT INTO t VALUES ('月历')").await);
        assert!(!answers(&db, "INSERT INTO t VALUES (NULL)").await);
        assert!(db.folder().is_dir());
    }

    async fn two_databases_have_nothing_in_common(db: TestDb) {
        let other = db.another().await;
        assert_ne!(db.url(), other.url());
        assert!(answers(&db, "CREATE TABLE t (n INTEGER)").await);
        assert!(answers(&other, "SELECT 1").await);
        assert!(!answers(&other, "SELECT n FROM t").await);
    }

    async fn answers(db: &TestDb, sql: &str) -> bool {
        // sqlx makes an SQLite file only when it is told to.
        let made = if db.url().starts_with("sqlite") {
            "?mode=rwc"
        } else {
            ""
        };
        let connection = Database::connect(format!("{}{made}", db.url()))
            .await
            .unwrap();
        connection.execute_unprepared(sql).await.is_ok()
    }
}
