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
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    sync::watch,
};

use super::http::{Answer, Call};

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
        let done = self.command(arguments).output().await.unwrap();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{arguments:?}: {told}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Makes the schema and an admin's token.
    pub(crate) async fn prepare(&self) -> String {
        self.ran(&["migrate"]).await;
        let token = self
            .ran(&["token", "create", "--name", "a test", "--role", "admin"])
            .await;
        token.trim().to_owned()
    }

    fn spawn(&self) -> Child {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .unwrap();
        self.command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    /// Starts it; it listens when this returns.
    pub(crate) async fn start(&mut self) {
        let mut child = self.spawn();
        let mut lines = BufReader::new(child.stdout.take().expect("piped above")).lines();
        let line = tokio::time::timeout(Duration::from_secs(60), lines.next_line()).await;
        let Ok(Ok(Some(line))) = line else {
            panic!("it does not start: {}", self.log_end());
        };
        let address = line
            .strip_prefix("listening on http://")
            .and_then(|address| address.parse().ok());
        let Some(address) = address else {
            panic!("instead of its address it said {line:?}");
        };
        self.child = Some(child);
        self.address.send_replace(address);
    }

    /// Starts it and kills it before long, whether it listens by then or not.
    pub(crate) async fn start_and_kill_after(&mut self, wait: Duration) {
        let mut child = self.spawn();
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

    /// `kill -TERM`; how long it took to end well.
    pub(crate) async fn stop(&mut self) -> Duration {
        let began = Instant::now();
        let mut child = self.child.take().expect("it runs");
        let pid = child.id().expect("it runs").to_string();
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &pid])
            .status();
        assert!(asked.await.unwrap().success());
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
