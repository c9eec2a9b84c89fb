//! The one way out: every request that this service sends to an address somebody else chose.
//!
//! Owns the clients, their resolver, TLS roots and limits; refuses to know what is sent and why. Without it a partner
//! could make us talk to the metadata service of a cloud, to a database beside us, or to ourselves.
//! Architecture invariant: no other module makes a `reqwest::Client`; a request goes to an address that was checked
//! at that very connection, is not redirected, and passes no proxy.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, redirect};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use url::{Host, Url};

use crate::config::WebhookSettings;

mod address;
mod body;
mod resolve;

pub use address::{Refused, Rules};
pub use body::{Answer, BodyCut, read_answer};
pub use resolve::ResolveError;

/// Why the guard cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The name servers of the settings cannot be used.
    #[error("setting `webhooks.nameservers`: {0}")]
    Nameservers(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The HTTP client cannot be built.
    #[error("the outgoing HTTP client cannot be built: {0}")]
    Client(#[from] reqwest::Error),
}

/// Why an address is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VetError {
    /// It does not parse.
    #[error("{0}")]
    Malformed(#[from] url::ParseError),
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Its name leads nowhere, or to where it must not.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
}

/// Names that the system looks up at the same time: for partners, and for whoever else is asked.
const LOOK_UPS: (usize, usize) = (128, 32);

/// Connections that are kept for the next request: many endpoints may be at one host, as robots of groups are.
const IDLE_PER_HOST: usize = 512;

/// Who we say we are.
pub const USER_AGENT: &str = concat!("Yueli/", env!("CARGO_PKG_VERSION"));

/// Ports whose clients are kept; what is under way keeps its own.
const CLIENTS: usize = 256;

/// The clients and the rules they keep.
pub struct Guard {
    rules: Arc<Rules>,
    names: resolve::Names,
    tls: ClientConfig,
    connect_timeout: Duration,
    timeout: Duration,
    /// A client's resolver must know the port that its answers are for; there are few ports.
    clients: Mutex<HashMap<u16, Client>>,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Guard {
    /// By the settings; `own` is where this service listens, when it does.
    ///
    /// # Errors
    /// When name servers or TLS cannot be set up.
    pub fn new(settings: &WebhookSettings, own: Option<SocketAddr>) -> Result<Self, GuardError> {
        let rules = Arc::new(Rules {
            allow_http: settings.allow_http,
            allow_cidrs: settings.allow_cidrs.clone(),
            ports: settings.ports.clone(),
            own,
        });
        let names = resolve::Names::new(Arc::clone(&rules), &settings.nameservers, LOOK_UPS.0)
            .map_err(GuardError::Nameservers)?;
        let guard = Self {
            rules,
            names,
            tls: tls()?,
            connect_timeout: settings.connect_timeout,
            timeout: settings.timeout,
            clients: Mutex::default(),
        };
        // What cannot be built is said at the start, not at the first delivery.
        guard.build(443)?;
        Ok(guard)
    }

    /// The same rules with look-ups and connections of their own, for strangers: whatever they keep busy keeps no
    /// partner waiting.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self {
            rules: Arc::clone(&self.rules),
            names: self.names.apart(LOOK_UPS.1),
            tls: self.tls.clone(),
            clients: Mutex::default(),
            ..*self
        }
    }

    /// Checks an address as somebody gave it: what it says, and where its name leads now.
    ///
    /// # Errors
    /// When it must not be reached, or leads nowhere.
    pub async fn vet(&self, address: &str) -> Result<Url, VetError> {
        let url = Url::parse(address)?;
        self.rules.check_url(&url)?;
        if let (Some(Host::Domain(host)), Some(port)) = (url.host(), url.port_or_known_default()) {
            self.names.vetted(host, port).await?;
        }
        Ok(url)
    }

    /// The client for an address; it checks again where it really connects to.
    ///
    /// # Errors
    /// When the address itself must not be reached.
    pub fn client(&self, url: &Url) -> Result<Client, Refused> {
        self.rules.check_url(url)?;
        let port = url.port_or_known_default().ok_or(Refused::NoHost)?;
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&port) {
            return Ok(client.clone());
        }
        if clients.len() >= CLIENTS {
            // Where networks are allowed, any port may be named.
            clients.clear();
        }
        let client = self
            .build(port)
            .expect("the same settings built a client when the guard was made");
        clients.insert(port, client.clone());
        Ok(client)
    }

    /// Where a request that had no answer went: the address itself, or all those that its name led to last.
    #[must_use]
    pub fn addresses(&self, url: &Url) -> Option<String> {
        let addresses = match url.host()? {
            Host::Ipv4(address) => vec![address.into()],
            Host::Ipv6(address) => vec![address.into()],
            Host::Domain(host) => self.names.led(host)?,
        };
        let addresses: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
        Some(addresses.join(", "))
    }

    /// How long one request may take in all.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where outgoing clients are built"
    )]
    fn build(&self, port: u16) -> Result<Client, reqwest::Error> {
        Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .dns_resolver(Arc::new(resolve::OnPort {
                names: self.names.clone(),
                port,
            }))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .pool_idle_timeout(Duration::from_secs(30))
            .tcp_nodelay(true)
            .user_agent(USER_AGENT)
            .build()
    }
}

/// TLS by ring with Mozilla's roots and those of the system (an intranet has its own).
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let native = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(native.certs);
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
