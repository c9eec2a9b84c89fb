//! Names to addresses, of which only those that may be reached come out.
//!
//! Invariant: whoever asks here cannot get an address that the rules refuse, however often a name changes its answer.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

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
    /// All its addresses are refused; this is the first.
    #[error("{host:?} leads to an address that is not allowed: {refused}")]
    Refused {
        /// The name.
        host: String,
        /// Why.
        refused: Refused,
    },
}

/// How long the system is waited for.
const WITHIN: Duration = Duration::from_secs(5);

/// Asks the name servers of the settings, or the system.
#[derive(Clone)]
pub(super) struct Names {
    rules: Arc<Rules>,
    nameservers: Arc<[SocketAddr]>,
    servers: Option<TokioResolver>,
    /// The system holds a thread for as long as it looks, whether or not anybody still waits: some half a minute where
    /// no name server answers.
    threads: Arc<Semaphore>,
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
        })
    }

    /// The same with connections and so many threads of its own.
    pub(super) fn apart(&self, threads: usize) -> Self {
        Self::new(Arc::clone(&self.rules), &self.nameservers, threads)
            .expect("the same name servers were taken before")
    }

    /// The addresses of a name that may be reached on a port; at least one.
    pub(super) async fn vetted(&self, host: &str, port: u16) -> Result<Vec<IpAddr>, ResolveError> {
        let found = self
            .lookup(host)
            .await
            .map_err(|detail| ResolveError::Unknown {
                host: host.to_owned(),
                detail,
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
            _ => Ok(vetted),
        }
    }

    async fn lookup(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        match &self.servers {
            Some(servers) => {
                // With its dot a name is whole: no search domain is tried.
                let whole = format!("{}.", host.trim_end_matches('.'));
                let found = servers
                    .lookup_ip(whole)
                    .await
                    .map_err(|error| error.to_string())?;
                Ok(found.iter().collect())
            }
            None => timeout(WITHIN, self.asked_of_the_system(host))
                .await
                .unwrap_or_else(|_| Err(format!("no answer within {} s", WITHIN.as_secs()))),
        }
    }

    async fn asked_of_the_system(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        let thread = Arc::clone(&self.threads).acquire_owned().await;
        let thread = thread.map_err(|error| error.to_string())?;
        let host = host.to_owned();
        let looking = spawn_blocking(move || {
            let found = (host.as_str(), 0).to_socket_addrs();
            drop(thread);
            let found = found.map_err(|error| error.to_string())?;
            Ok(found.map(|address| address.ip()).collect())
        });
        looking.await.map_err(|error| error.to_string())?
    }
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
