//! One throw-away PostgreSQL for the test process, started when the first test asks for it.
//!
//! Owns the cluster's life. A test process ends without running what its statics would drop, and it
//! may be killed; so a shell supervises the cluster and waits on a pipe whose other end this
//! process holds: however the process ends, the kernel closes the pipe, and the shell stops the
//! cluster and removes its folder. Invariant: it listens on a Unix socket in that folder only, so
//! no port is taken and nobody else's server is ever met.
//!
//! `fsync=off`: what survives a power cut is not tested here; a killed server loses nothing by it.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use sea_orm::{ConnectionTrait as _, Database as Connection};

/// A database of its own; dropped with the value.
pub(super) struct Database {
    cluster: &'static Cluster,
    name: String,
    url: String,
}

impl Database {
    /// Where it is reached.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The supervisor drops the database; a test does not wait for it.
        let mut orders = self
            .cluster
            .orders
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let _ = writeln!(orders, "{}", self.name);
    }
}

/// A fresh database, or none where PostgreSQL is absent: then it says `skipped`, and panics under
/// `CI=true`.
pub(super) async fn database() -> Option<Database> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    static MADE: AtomicU32 = AtomicU32::new(0);
    let cluster = match CLUSTER.get_or_init(Cluster::start) {
        Ok(cluster) => cluster,
        Err(reason) => {
            skipped(reason);
            return None;
        }
    };
    let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
    let admin = Connection::connect(cluster.url("postgres")).await.unwrap();
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    admin.close().await.unwrap();
    Some(Database {
        cluster,
        url: cluster.url(&name),
        name,
    })
}

fn skipped(reason: &str) {
    static SKIPPED: AtomicU32 = AtomicU32::new(0);
    assert!(
        variable("CI").is_none_or(|ci| ci != "true"),
        "CI needs PostgreSQL: {reason}"
    );
    let count = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    // Not eprintln!: the harness hides what a passing test prints with it.
    let _ = writeln!(
        std::io::stderr(),
        "skipped: {test} ({count} so far): {reason}"
    );
}

struct Cluster {
    folder: PathBuf,
    orders: Mutex<ChildStdin>,
}

/// Arguments: the folder of PostgreSQL's programs. Says the cluster's folder, then `ready`; reads
/// names of databases to drop until the pipe closes.
const SUPERVISOR: &str = r#"
bin=$1
dir=$(mktemp -d) || exit 1
trap '"$bin/pg_ctl" stop -D "$dir/data" -m immediate >/dev/null 2>&1; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
trap '' PIPE # the tests may be gone before the cluster stands
echo "$dir"
cd "$dir" || exit 1
{
    "$bin/initdb" -D data -U yueli --auth=trust --encoding=UTF8 --locale=C --no-sync &&
    echo 'fsync = off' >> data/postgresql.conf &&
    "$bin/pg_ctl" start -w -t 60 -D data -l server.log -o "-k '$dir' -c listen_addresses= \
        -c max_connections=300 -c timezone=UTC"
} >start.log 2>&1 </dev/null || { cat start.log server.log 2>/dev/null; exit 1; }
echo ready
while read -r name; do
    "$bin/dropdb" -h "$dir" -U yueli --force --if-exists "$name" </dev/null >/dev/null 2>&1
done
"#;

impl Cluster {
    fn start() -> Result<Self, String> {
        let programs = programs()
            .ok_or("no PostgreSQL here (initdb is neither in PATH nor in /usr/lib/postgresql)")?;
        let mut shell = Command::new("sh");
        shell.args(["-c", SUPERVISOR, "supervisor"]).arg(&programs);
        // A group of its own: Ctrl-C must reach the tests, not the one who clears up after them.
        shell.process_group(0).env_remove("TMPDIR").current_dir("/");
        shell
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // initdb refuses to run as root.
        if let Some((uid, gid)) = unprivileged_user()? {
            shell.uid(uid).gid(gid);
        }
        let mut shell = shell
            .spawn()
            .map_err(|error| format!("no shell: {error}"))?;
        let orders = Mutex::new(shell.stdin.take().expect("piped above"));
        let mut said = BufReader::new(shell.stdout.take().expect("piped above"));
        let mut line = || {
            let mut line = String::new();
            said.read_line(&mut line)
                .map(|_| line.trim_end().to_owned())
                .unwrap_or_default()
        };
        let folder = PathBuf::from(line());
        match line().as_str() {
            "ready" => Ok(Self { folder, orders }),
            first => {
                let mut rest = String::new();
                let _ = said.read_to_string(&mut rest);
                // Installed but broken is no reason to skip.
                panic!(
                    "PostgreSQL in {} does not start: {first}\n{rest}",
                    programs.display()
                );
            }
        }
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres://yueli@localhost/{database}?host={}",
            self.folder.display()
        )
    }
}

/// The folder of the newest PostgreSQL: where `initdb` in PATH really lies, or Debian's.
fn programs() -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join("initdb"));
    let mut debian: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin/initdb")))
        .collect();
    debian.sort_by_key(|initdb| std::cmp::Reverse(version(initdb)));
    in_path
        .chain(debian)
        .filter_map(|initdb| initdb.canonicalize().ok())
        .map(|initdb| initdb.with_file_name(""))
        .find(|folder| folder.join("postgres").is_file() && folder.join("pg_ctl").is_file())
}

/// `15` of `/usr/lib/postgresql/15/bin/initdb`.
fn version(initdb: &Path) -> u32 {
    let name = initdb.iter().rev().nth(2).and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or(0)
}

/// For root: the user that PostgreSQL's package made. For anybody else: nobody to become.
fn unprivileged_user() -> Result<Option<(u32, u32)>, String> {
    use std::os::unix::fs::MetadataExt as _;
    let me = std::fs::metadata("/proc/self")
        .map_err(|error| format!("no /proc: {error}"))?
        .uid();
    if me != 0 {
        return Ok(None);
    }
    let users =
        std::fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
    let numbers = users.lines().find_map(|line| {
        let fields: Vec<_> = line.split(':').collect();
        (fields[0] == "postgres")
            .then(|| Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?)))?
    });
    numbers
        .map(Some)
        .ok_or_else(|| "root cannot run PostgreSQL, and there is no user `postgres`".to_owned())
}

fn variable(name: &str) -> Option<OsString> {
    #[expect(
        clippy::disallowed_methods,
        reason = "CI and PATH are about the tests' machine, not settings of the product"
    )]
    std::env::var_os(name)
}
