//! The real program as a process.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use hyper::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    sync::watch,
};

use super::http::{Answer, Call, PATIENCE};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// A command that ended.
#[derive(Debug)]
pub(crate) struct Done {
    /// With success.
    pub(crate) well: bool,
    /// On standard output.
    pub(crate) printed: String,
    /// On standard error.
    pub(crate) told: String,
}

/// A command that listens beside the server; it ends with the value.
pub(crate) struct Listening {
    /// Where.
    pub(crate) address: SocketAddr,
    lines: Lines<BufReader<ChildStdout>>,
    child: Child,
}

impl Listening {
    async fn of(mut child: Child) -> Result<Self, String> {
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
        let Ok(Ok(Some(line))) = line else {
            return Err("it does not start".to_owned());
        };
        let address = line
            .strip_prefix("listening on http://")
            .and_then(|address| address.parse().ok())
            .ok_or_else(|| format!("instead of its address it said {line:?}"))?;
        Ok(Self {
            address,
            lines,
            child,
        })
    }

    /// What it printed up to the line that is this.
    pub(crate) async fn printed_up_to(&mut self, end: &str) -> String {
        let mut printed = String::new();
        let reading = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                printed.push_str(&line);
                printed.push('\n');
                if line == end {
                    return;
                }
            }
            panic!("it ended before {end:?}");
        };
        if tokio::time::timeout(PATIENCE, reading).await.is_err() {
            panic!("it did not print {end:?}, but {printed:?}");
        }
        printed
    }
}

/// It, running or not.
pub(crate) struct Program {
    binary: PathBuf,
    folder: PathBuf,
    settings: Vec<(&'static str, String)>,
    child: Option<Child>,
    address: watch::Sender<SocketAddr>,
}

impl Program {
    /// On a database, with a folder of its own; it may deliver to the loopback address 127.0.0.2.
    pub(crate) fn new(binary: &Path, folder: &Path, database_url: &str) -> Self {
        let settings = vec![
            ("YUELI_DATABASE_URL", database_url.to_owned()),
            // The address changes at each start; what is published must not.
            ("YUELI_PUBLIC_BASE_URL", "https://yueli.example".to_owned()),
            ("YUELI_WEBHOOKS__ALLOW_HTTP", "true".to_owned()),
            ("YUELI_WEBHOOKS__ALLOW_CIDRS", "127.0.0.2/32".to_owned()),
            ("YUELI_WEBHOOKS__RETRY_SCHEDULE", "0s,1s,2s,4s".to_owned()),
        ];
        Self {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            settings,
            child: None,
            address: watch::channel(SocketAddr::from(([127, 0, 0, 1], 1))).0,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env_clear()
            .kill_on_drop(true);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end; returns what it printed.
    pub(crate) async fn ran(&self, arguments: &[&str]) -> String {
        let done = self.tried(arguments).await;
        assert!(done.well, "{arguments:?}: {done:?}");
        done.printed
    }

    /// Runs a command to its end, whatever that is.
    pub(crate) async fn tried(&self, arguments: &[&str]) -> Done {
        let done = self.command(arguments).output().await.unwrap();
        Done {
            well: done.status.success(),
            printed: String::from_utf8(done.stdout).unwrap(),
            told: String::from_utf8(done.stderr).unwrap(),
        }
    }

    /// Makes the schema and an admin's token.
    pub(crate) async fn prepare(&self) -> String {
        self.ran(&["migrate"]).await;
        let token = self
            .ran(&["token", "create", "--name", "a test", "--role", "admin"])
            .await;
        token.trim().to_owned()
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .unwrap();
        self.command(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    /// Starts it; it listens when this returns. Its process's id.
    pub(crate) async fn start(&mut self) -> u32 {
        let listening = Listening::of(self.spawn(&SERVE)).await;
        let listening = match listening {
            Ok(listening) => listening,
            Err(fault) => panic!("{fault}: {}", self.log_end()),
        };
        self.address.send_replace(listening.address);
        let pid = listening.child.id().expect("it runs");
        self.child = Some(listening.child);
        pid
    }

    /// Runs a command that listens, and waits until it does.
    pub(crate) async fn listening(&self, arguments: &[&str]) -> Listening {
        match Listening::of(self.spawn(arguments)).await {
            Ok(listening) => listening,
            Err(fault) => panic!("{arguments:?}: {fault}: {}", self.log_end()),
        }
    }

    /// Starts it and kills it before long, whether it listens by then or not.
    pub(crate) async fn start_and_kill_after(&mut self, wait: Duration) {
        let mut child = self.spawn(&SERVE);
        tokio::time::sleep(wait).await;
        child.kill().await.unwrap();
    }

    /// `kill -9`.
    pub(crate) async fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended by itself: {}",
            self.log_end()
        );
        child.kill().await.unwrap();
    }

    /// `kill` with a signal's name.
    pub(crate) async fn signal(&self, name: &str) {
        let child = self.child.as_ref().expect("it runs");
        let pid = child.id().expect("it runs").to_string();
        let kill = format!("kill -{name} \"$0\"");
        let sent = Command::new("sh").args(["-c", &kill, &pid]).status();
        assert!(sent.await.unwrap().success());
    }

    /// `kill -TERM`; how long it took to end well.
    pub(crate) async fn stop(&mut self) -> Duration {
        let began = Instant::now();
        self.signal("TERM").await;
        let mut child = self.child.take().expect("it runs");
        let ended = tokio::time::timeout(Duration::from_secs(30), child.wait()).await;
        match ended {
            Ok(Ok(status)) if status.success() => began.elapsed(),
            other => panic!("it did not stop well: {other:?}: {}", self.log_end()),
        }
    }

    /// Where it listens, or did last.
    pub(crate) fn address(&self) -> watch::Receiver<SocketAddr> {
        self.address.subscribe()
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).send().await
    }

    /// A request, as anybody.
    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        Call::new(*self.address.borrow(), method, path)
    }

    /// `POST` of JSON.
    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        let call = self.call(Method::POST, path).token(token).json(body);
        call.send().await
    }

    /// The last lines of its log.
    fn log_end(&self) -> String {
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}
