//! The program as people run it: a process of its own.
//!
//! Owns its start and its end; refuses to know any rule. Invariant: no process outlives its value, and none reads
//! settings of the machine the tests run on.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
};

use hyper::Method;

use super::http::{Answer, Call};

/// A `yueli serve`.
pub(crate) struct Process {
    child: Mutex<Child>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

fn yueli(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yueli"));
    // The folder holds no yueli.toml.
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command
}

/// Makes the schema and an admin's token, as people do.
pub(crate) fn admin_token(database_url: &str, folder: &Path) -> String {
    let run = |arguments: &[&str]| {
        let done = yueli(folder)
            .args(arguments)
            .args(["--database-url", database_url])
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    run(&["migrate"]);
    let token = run(&["token", "create", "--name", "test", "--role", "admin"]);
    token.trim().to_owned()
}

impl Process {
    /// Starts serving on a free port, and waits until it listens.
    pub(crate) fn serve(
        database_url: &str,
        folder: &Path,
        name: &str,
        env: &[(&str, &str)],
    ) -> Self {
        let log = folder.join(format!("{name}.log"));
        let mut child = yueli(folder)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--database-url", database_url])
            .args(["--public-base-url", "https://yueli.example"])
            .envs(env.iter().copied())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some(address) = line.trim_end().strip_prefix("listening on http://") else {
            let _ = child.kill();
            panic!("{line:?}: {}", std::fs::read_to_string(&log).unwrap());
        };
        Self {
            address: address.parse().unwrap(),
            child: Mutex::new(child),
            log,
        }
    }

    /// A request of this path and query.
    pub(crate) fn call(&self, method: Method, path: impl Into<String>) -> Call {
        Call::new(self.address, method, path)
    }

    /// `GET`, as anybody.
    pub(crate) async fn get(&self, path: impl Into<String>) -> Answer {
        self.call(Method::GET, path).send().await
    }

    /// `kill -9`: no handler runs, nothing is written down any more.
    pub(crate) fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Kilobytes that it holds now (`VmRSS`), or held at most (`VmHWM`).
    pub(crate) fn kilobytes(&self, what: &str) -> u64 {
        let pid = self.child.lock().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(what));
        let figure = line
            .unwrap()
            .trim_start_matches(':')
            .split_whitespace()
            .next();
        figure.unwrap().parse().unwrap()
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(child) = self.child.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!("{}:\n{}", self.log.display(), self.log());
        }
    }
}
