//! Settings: what an operator may choose, read once at the start.
//!
//! Owns the names, types and defaults of all settings, and the only look at the process's
//! environment. Refuses to know what any of them is used for; nothing is connected, opened or bound
//! here.
//!
//! Invariant: `yueli.default.toml` is both the list of settings and their defaults. There is no
//! second default in code, and a key that is not in it is an error wherever it stands.

mod layers;
mod values;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use thiserror::Error;

use crate::vault::Key;

pub use layers::Flags;
pub use values::{DatabaseKind, DatabaseUrl, LogFormat, Role, SecondFactorRule};

/// The commented default settings, as `yueli config` prints them.
pub const DEFAULT_TOML: &str = include_str!("../../yueli.default.toml");

/// The file that is read from the working folder when no other is named.
pub const DEFAULT_FILE: &str = "yueli.toml";

/// All settings of one process. `yueli.default.toml` says what each means to an operator.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address to listen on; port 0 takes a free one.
    #[serde(deserialize_with = "values::socket_address")]
    pub listen: SocketAddr,
    /// Which database, and how to reach it.
    pub database_url: DatabaseUrl,
    /// The public origin without a trailing slash, where one is set; read it through
    /// [`Settings::base_url`].
    #[serde(deserialize_with = "values::optional_origin")]
    pub public_base_url: Option<String>,
    /// What this process does; never empty.
    #[serde(deserialize_with = "values::non_empty_list")]
    pub roles: Vec<Role>,
    /// How long a stop waits for what is under way.
    #[serde(deserialize_with = "values::duration")]
    pub shutdown_grace: Duration,
    /// Logs.
    pub log: LogSettings,
    /// Limits on what requests may cost.
    pub http: HttpSettings,
    /// The programme's name and contact, as feeds and pages show them.
    pub programme: ProgrammeSettings,
    /// Secrets in the database.
    pub secrets: SecretSettings,
    /// Outgoing deliveries.
    pub webhooks: WebhookSettings,
    /// Memory for ready-made answers.
    pub cache: CacheSettings,
    /// Who may log in to the console, and for how long.
    pub console: ConsoleSettings,
}

/// How logs look and which are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// Text or JSON lines.
    pub format: LogFormat,
    /// Directives of tracing-subscriber's `EnvFilter`.
    pub filter: String,
}

/// Limits on what requests may cost.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// The largest request body, in bytes.
    #[serde(deserialize_with = "values::positive")]
    pub body_limit_bytes: usize,
    /// The largest body of an import, in bytes.
    #[serde(deserialize_with = "values::positive")]
    pub import_limit_bytes: usize,
    /// After this a request is given up.
    #[serde(deserialize_with = "values::positive_duration")]
    pub request_timeout: Duration,
    /// After this a connection that takes nothing of what is sent is closed.
    #[serde(deserialize_with = "values::positive_duration")]
    pub stall_timeout: Duration,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "values::networks")]
    pub trusted_proxies: Vec<IpNet>,
}

/// Who may log in to the console, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsoleSettings {
    /// A session that is not used for so long ends.
    #[serde(deserialize_with = "values::positive_duration")]
    pub idle_timeout: Duration,
    /// A session ends after so long, whatever is done in it.
    #[serde(deserialize_with = "values::positive_duration")]
    pub session_lifetime: Duration,
    /// Whether admins and the organising office need a second factor.
    pub second_factor: SecondFactorRule,
}

/// The programme as feeds and pages introduce it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeSettings {
    /// The mailbox in every event's ORGANIZER.
    #[serde(deserialize_with = "values::email")]
    pub contact_email: String,
    /// Its name.
    pub name: BothLanguages,
    /// One sentence on it.
    pub description: BothLanguages,
    /// What it is about in every year.
    pub theme: BothLanguages,
}

/// A text that stands in every feed and so must exist in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BothLanguages {
    /// Chinese.
    #[serde(deserialize_with = "values::text")]
    pub zh: String,
    /// English.
    #[serde(deserialize_with = "values::text")]
    pub en: String,
}

/// How secrets lie in the database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSettings {
    /// What encrypts them, the newest first.
    #[serde(deserialize_with = "values::keys")]
    pub keys: Vec<Key>,
}

/// What deliveries may reach, and how long they try.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Plain http is accepted.
    pub allow_http: bool,
    /// Networks that may be reached although they are private, on any port.
    #[serde(deserialize_with = "values::networks")]
    pub allow_cidrs: Vec<IpNet>,
    /// Ports that may be reached outside those networks.
    #[serde(deserialize_with = "values::ports")]
    pub ports: Vec<u16>,
    /// Name servers for partners' names; the system's where empty.
    #[serde(deserialize_with = "values::nameservers")]
    pub nameservers: Vec<SocketAddr>,
    /// The wait before each try, the first included; never empty.
    #[serde(deserialize_with = "values::schedule")]
    pub retry_schedule: Vec<Duration>,
    /// The first waits where the activity's start is near; never empty.
    #[serde(deserialize_with = "values::schedule")]
    pub urgent_schedule: Vec<Duration>,
    /// Until the connection stands.
    #[serde(deserialize_with = "values::positive_duration")]
    pub connect_timeout: Duration,
    /// Until the answer has been read, connecting included.
    #[serde(deserialize_with = "values::positive_duration")]
    pub timeout: Duration,
    /// How many endpoints are delivered to at the same time.
    #[serde(deserialize_with = "values::positive")]
    pub concurrency: usize,
}

/// Memory for ready-made answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheSettings {
    /// The most that ready-made feeds take, in bytes.
    pub feeds_bytes: u64,
    /// The most that ready-made pages and pictures take, in bytes.
    pub pages_bytes: u64,
}

/// Why the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// The file cannot be read, or is not TOML.
    #[error("cannot read settings from {path}: {detail}")]
    File {
        /// As it was named.
        path: String,
        /// What reading or parsing said.
        detail: String,
    },
    /// Keys that are no settings, each with where it stands.
    #[error("{}", unknown_message(.0))]
    Unknown(Vec<(String, String)>),
    /// A value that the setting cannot take.
    #[error("setting `{key}` in {source_name}: {detail}")]
    Value {
        /// The setting.
        key: String,
        /// Where the value stands.
        source_name: String,
        /// What is wrong with it, naming it.
        detail: String,
    },
    /// Links would be wrong for everyone who does not sit on this machine.
    #[error(
        "setting `public_base_url` is needed to listen on {listen}: others reach it under an address that only you know"
    )]
    PublicBaseUrlNeeded {
        /// The address that is listened on.
        listen: SocketAddr,
    },
}

fn unknown_message(keys: &[(String, String)]) -> String {
    let named: Vec<_> = keys
        .iter()
        .map(|(key, source)| format!("unknown setting `{key}` in {source}"))
        .collect();
    format!("{} (`yueli config` prints them all)", named.join("; "))
}

impl Settings {
    /// Reads flags, the environment, `yueli.toml` (or the file that the flags name) and the
    /// defaults, in this order of precedence.
    pub fn load(flags: &Flags) -> Result<Self, SettingsError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the environment; vars_os does not panic on what is not Unicode"
        )]
        let environment = std::env::vars_os();
        Self::read(flags, environment, Path::new(""))
    }

    fn read(
        flags: &Flags,
        environment: impl IntoIterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
        folder: &Path,
    ) -> Result<Self, SettingsError> {
        layers::merge([
            Some(layers::default_layer()),
            layers::file(flags, folder)?,
            Some(layers::environment(environment)?),
            Some(flags.layer()),
        ])
    }

    /// The public origin without a trailing slash: the one that is set, or the one bound on a
    /// loopback address.
    pub fn base_url(&self, bound: SocketAddr) -> Result<String, SettingsError> {
        match &self.public_base_url {
            Some(origin) => Ok(origin.clone()),
            None if bound.ip().is_loopback() => Ok(format!("http://{bound}")),
            None => Err(SettingsError::PublicBaseUrlNeeded { listen: bound }),
        }
    }

    /// Whether this process takes the role.
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

impl Default for Settings {
    /// What `yueli.default.toml` says.
    fn default() -> Self {
        layers::merge([Some(layers::default_layer())])
            .expect("the compiled-in defaults are read by this module's tests")
    }
}

#[cfg(test)]
mod tests;
