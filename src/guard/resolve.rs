//! Names to addresses, of which only those that may be reached come out.
//!
//! Invariant: whoever asks here cannot get an address that the rules refuse, however often a name changes its answer.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::{
    sync::Semaphore,
    task::spawn_blocking,
    time::{Instant, timeout_at},
};

use super::address::{Refused, Rules};

/// Why a name gives no address to connect to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// No name server knows it, or none answers.
    #[error("{host:?} has no address: {detail}")]
    Unknown {
        /// The name.
        host: String,
        /// What the resolver said.
        detail: String,
    },
    /// Too many names are being looked up that nobody answers for: nothing is known of this one.
    #[error("{host:?} was not looked up: too many others are")]
    Busy {
        /// The name.
        host: String,
    },
    /// All its addresses are refused; this is the first.
    #[error("{host:?} leads to an address that is not allowed: {refused}")]
    Refused {
        /// The name.
        host: String,
        /// Why.
        refused: Refused,
    },
}

/// Names whose addresses are remembered, for the partners' logs.
const REMEMBERED: usize = 4_096;

/// How long the system is waited for, the wait for a thread included.
const WITHIN: Duration = Duration::from_secs(5);
/// What is left of that for the look-up itself, once there is a thread.
const FOR_THE_LOOK_UP: Duration = Duration::from_secs(3);

/// Asks the name servers of the settings, or the system.
#[derive(Clone)]
pub(super) struct Names {
    rules: Arc<Rules>,
    nameservers: Arc<[SocketAddr]>,
    servers: Option<TokioResolver>,
    /// The system holds a thread for as long as it looks, whether or not anybody still waits: some half a minute where
    /// no name server answers.
    threads: Arc<Semaphore>,
    /// Where names led last.
    led: Arc<Mutex<HashMap<String, Vec<IpAddr>>>>,
}

impl Names {
    pub(super) fn new(
        rules: Arc<Rules>,
        nameservers: &[SocketAddr],
        threads: usize,
    ) -> Result<Self, String> {
        let servers = if nameservers.is_empty() {
            None
        } else {
            Some(resolver(nameservers)?)
        };
        Ok(Self {
            rules,
            servers,
            nameservers: nameservers.into(),
            threads: Arc::new(Semaphore::new(threads)),
            led: Arc::default(),
        })
    }

    /// The same with connections and so many threads of its own.
    pub(super) fn apart(&self, threads: usize) -> Self {
        Self::new(Arc::clone(&self.rules), &self.nameservers, threads)
            .expect("the same name servers were taken before")
    }

    /// The addresses of a name that may be reached on a port; at least one.
    pub(super) async fn vetted(&self, host: &str, port: u16) -> Result<Vec<IpAddr>, ResolveError> {
        let found = self.lookup(host).await.map_err(|trouble| {
            let host = host.to_owned();
            match trouble {
                Trouble::Busy => ResolveError::Busy { host },
                Trouble::Unknown(detail) => ResolveError::Unknown { host, detail },
            }
        })?;
        let mut refused = None;
        let mut vetted = Vec::with_capacity(found.len());
        for address in found {
            match self.rules.check(address, port) {
                Ok(()) => vetted.push(address),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        match refused {
            Some(refused) if vetted.is_empty() => Err(ResolveError::Refused {
                host: host.to_owned(),
                refused,
            }),
            None if vetted.is_empty() => Err(ResolveError::Unknown {
                host: host.to_owned(),
                detail: "the answer is empty".to_owned(),
            }),
            _ => {
                self.remember(host, &vetted);
                Ok(vetted)
            }
        }
    }

    /// Where a name led when it was looked up last, as far as that is remembered.
    pub(super) fn led(&self, host: &str) -> Option<Vec<IpAddr>> {
        let led = self.led.lock().unwrap_or_else(PoisonError::into_inner);
        led.get(host).cloned()
    }

    fn remember(&self, host: &str, addresses: &[IpAddr]) {
        let mut led = self.led.lock().unwrap_or_else(PoisonError::into_inner);
        if led.len() >= REMEMBERED {
            led.clear();
        }
        led.insert(host.to_owned(), addresses.to_vec());
    }

    async fn lookup(&self, host: &str) -> Result<Vec<IpAddr>, Trouble> {
        match &self.servers {
            Some(servers) => {
                // With its dot a name is whole: no search domain is tried.
                let whole = format!("{}.", host.trim_end_matches('.'));
                let found = servers
                    .lookup_ip(whole)
                    .await
                    .map_err(|error| Trouble::Unknown(error.to_string()))?;
                Ok(found.iter().collect())
            }
            None => self.asked_of_the_system(host).await,
        }
    }

    async fn asked_of_the_system(&self, host: &str) -> Result<Vec<IpAddr>, Trouble> {
        let until = Instant::now() + WITHIN;
        let thread = Arc::clone(&self.threads).acquire_owned();
        // Others' name servers are no fault of this name.
        let Ok(Ok(thread)) = timeout_at(until - FOR_THE_LOOK_UP, thread).await else {
            return Err(Trouble::Busy);
        };
        let asked = host.to_owned();
        let looking = spawn_blocking(move || {
            let found = (asked.as_str(), 0).to_socket_addrs();
            drop(thread);
            Ok(found?.map(|address| address.ip()).collect())
        });
        match timeout_at(until, looking).await {
            Ok(Ok(found)) => found.map_err(|error: io::Error| Trouble::Unknown(error.to_string())),
            Ok(Err(error)) => Err(Trouble::Unknown(error.to_string())),
            Err(_) => {
                let detail = format!("no answer within {} s", WITHIN.as_secs());
                Err(Trouble::Unknown(detail))
            }
        }
    }
}

/// Why a look-up found nothing.
enum Trouble {
    /// It was not made.
    Busy,
    /// What was said.
    Unknown(String),
}

fn resolver(nameservers: &[SocketAddr]) -> Result<TokioResolver, String> {
    let servers = nameservers.iter().map(|server| {
        let connections =
            [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                connection.port = server.port();
                connection
            });
        NameServerConfig::new(server.ip(), true, connections.into())
    });
    let config = ResolverConfig::from_name_servers(servers.collect());
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    let options = builder.options_mut();
    options.use_hosts_file = ResolveHosts::Never;
    options.timeout = Duration::from_secs(2);
    options.attempts = 1;
    builder.build().map_err(|error| error.to_string())
}

/// What a client for one port asks.
pub(super) struct OnPort {
    pub(super) names: Names,
    pub(super) port: u16,
}

impl Resolve for OnPort {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.names.clone();
        let port = self.port;
        Box::pin(async move {
            let vetted = names.vetted(name.as_str(), port).await?;
            let addresses: Addrs =
                Box::new(vetted.into_iter().map(move |ip| SocketAddr::new(ip, port)));
            Ok(addresses)
        })
    }
}
