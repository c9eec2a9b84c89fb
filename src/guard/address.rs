//! Which addresses may be reached: the rules, without a network.
//!
//! Invariant: what is not known to be public is refused; only the settings open a private network, and nothing opens
//! the way back to ourselves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Why an address is not reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Neither http nor https.
    #[error("the scheme {0:?} is not https")]
    Scheme(String),
    /// http, where the settings do not allow it.
    #[error("http is not allowed here: bodies and signatures would travel in the clear")]
    Http,
    /// A name or password stands in it.
    #[error("a user name or password in the address is not allowed")]
    Userinfo,
    /// No host.
    #[error("there is no host in the address")]
    NoHost,
    /// A port that is not listed.
    #[error("port {port} is not allowed; allowed are {allowed}")]
    Port {
        /// The port.
        port: u16,
        /// The listed ones.
        allowed: String,
    },
    /// Not public.
    #[error("{address} is {what}, which is not allowed")]
    Address {
        /// The address.
        address: IpAddr,
        /// What it is.
        what: &'static str,
    },
    /// This very service.
    #[error("{0} is this service itself")]
    Own(SocketAddr),
}

/// The rules of one service.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Whether http is allowed.
    pub allow_http: bool,
    /// Networks that may be reached although they are private, on any port.
    pub allow_cidrs: Vec<IpNet>,
    /// The ports that may be reached elsewhere.
    pub ports: Vec<u16>,
    /// Where this service listens.
    pub own: Option<SocketAddr>,
}

impl Rules {
    /// Checks what an address says of itself; a name's addresses are checked when it is resolved.
    ///
    /// # Errors
    /// When it must not be reached.
    pub fn check_url(&self, url: &Url) -> Result<(), Refused> {
        match url.scheme() {
            "https" => {}
            "http" if self.allow_http => {}
            "http" => return Err(Refused::Http),
            other => return Err(Refused::Scheme(other.to_owned())),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Userinfo);
        }
        let port = url.port_or_known_default().ok_or(Refused::NoHost)?;
        match url.host() {
            Some(Host::Ipv4(address)) => self.check(IpAddr::V4(address), port),
            Some(Host::Ipv6(address)) => self.check(IpAddr::V6(address), port),
            // On another port a name may still lead into an allowed network: only its addresses can tell.
            Some(Host::Domain(_)) if self.allow_cidrs.is_empty() => self.check_port(port),
            Some(Host::Domain(_)) => Ok(()),
            None => Err(Refused::NoHost),
        }
    }

    /// Checks an address and a port that are about to be connected to.
    ///
    /// # Errors
    /// When they must not be reached.
    pub fn check(&self, address: IpAddr, port: u16) -> Result<(), Refused> {
        if self.is_own(address, port) {
            return Err(Refused::Own(SocketAddr::new(address, port)));
        }
        if self.allow_cidrs.iter().any(|net| net.contains(&address)) {
            return Ok(());
        }
        if let Some(what) = not_public(address) {
            return Err(Refused::Address { address, what });
        }
        self.check_port(port)
    }

    fn check_port(&self, port: u16) -> Result<(), Refused> {
        if self.ports.contains(&port) {
            return Ok(());
        }
        let allowed: Vec<String> = self.ports.iter().map(ToString::to_string).collect();
        Err(Refused::Port {
            port,
            allowed: allowed.join(", "),
        })
    }

    fn is_own(&self, address: IpAddr, port: u16) -> bool {
        let Some(own) = self.own.filter(|own| own.port() == port) else {
            return false;
        };
        let address = address.to_canonical();
        // Listening on all addresses: an address is ours when a socket can be bound to it.
        own.ip().to_canonical() == address
            || (own.ip().is_unspecified() && UdpSocket::bind((address, 0)).is_ok())
    }
}

/// What an address is when it is not a public one (IANA's special-purpose registries, RFC 6890 and after).
fn not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => V4
            .iter()
            .find(|(net, _)| net.contains(&address))
            .map(|(_, what)| *what),
        IpAddr::V6(address) => V6
            .iter()
            .find(|(net, _)| net.contains(&address))
            .map(|(_, what)| *what)
            // Global unicast is 2000::/3; nothing else is handed out.
            .or_else(|| {
                (address.segments()[0] & 0xe000 != 0x2000).then_some("not a public address")
            }),
    }
}

const fn v4(a: u8, b: u8, c: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

const V4: [(Ipv4Net, &str); 17] = [
    (v4(0, 0, 0, 8), "an unspecified address"),
    (v4(10, 0, 0, 8), "a private address"),
    (v4(100, 64, 0, 10), "a shared (CGNAT) address"),
    (v4(127, 0, 0, 8), "a loopback address"),
    (v4(169, 254, 0, 16), "a link-local address"),
    (v4(172, 16, 0, 12), "a private address"),
    (v4(192, 0, 0, 24), "a protocol assignment"),
    (v4(192, 0, 2, 24), "a documentation address"),
    (v4(192, 31, 196, 24), "an AS112 address"),
    (v4(192, 52, 193, 24), "a multicast relay address"),
    (v4(192, 88, 99, 24), "a 6to4 relay address"),
    (v4(192, 168, 0, 16), "a private address"),
    (v4(192, 175, 48, 24), "an AS112 address"),
    (v4(198, 18, 0, 15), "a benchmarking address"),
    (v4(198, 51, 100, 24), "a documentation address"),
    (v4(203, 0, 113, 24), "a documentation address"),
    // Multicast, the reserved block and broadcast.
    (v4(224, 0, 0, 3), "a multicast or reserved address"),
];

const V6: [(Ipv6Net, &str); 14] = [
    (
        Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128),
        "an unspecified address",
    ),
    (
        Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128),
        "a loopback address",
    ),
    (
        Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96),
        "an IPv4-mapped address",
    ),
    (v6(0x64, 0xff9b, 0, 96), "a NAT64 address"),
    (v6(0x64, 0xff9b, 1, 48), "a NAT64 address"),
    (v6(0x100, 0, 0, 64), "a discard address"),
    (v6(0x2001, 0, 0, 32), "a Teredo address"),
    (v6(0x2001, 0, 0, 23), "a protocol assignment"),
    (v6(0x2001, 0xdb8, 0, 32), "a documentation address"),
    (v6(0x2002, 0, 0, 16), "a 6to4 address"),
    (v6(0x3fff, 0, 0, 20), "a documentation address"),
    (v6(0xfc00, 0, 0, 7), "a private address"),
    (v6(0xfe80, 0, 0, 10), "a link-local address"),
    (v6(0xff00, 0, 0, 8), "a multicast address"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules {
            allow_http: true,
            allow_cidrs: vec!["127.0.0.2/32".parse().unwrap()],
            ports: vec![443, 80],
            own: None,
        }
    }

    fn verdict(rules: &Rules, url: &str) -> Result<(), Refused> {
        rules.check_url(&Url::parse(url).unwrap())
    }

    #[test]
    fn addresses_in_every_spelling_are_refused() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "１２７.０.０.１",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "0",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "0xa9fea9fe",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:8.8.8.8]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
            "[2001:2::1]",
            "[2001:10::1]",
            "[2001:db8::1]",
            "[2002:7f00:1::]",
            "[3fff::1]",
            "[5f00::1]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
        ] {
            let refused = verdict(&rules(), &format!("http://{host}/hook"));
            assert!(
                matches!(refused, Err(Refused::Address { .. })),
                "{host}: {refused:?}"
            );
        }
    }

    #[test]
    fn public_addresses_and_names_are_let_through() {
        for host in [
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "223.255.255.255",
            "[2400:3200::1]",
            "[2001:4860:4860::8888]",
            "[2003::1]",
            "partner.example",
            "会议.example",
        ] {
            assert_eq!(
                verdict(&rules(), &format!("http://{host}/")),
                Ok(()),
                "{host}"
            );
        }
    }

    #[test]
    fn only_listed_ports_are_reached_but_any_in_an_allowed_network() {
        let port = |url| {
            matches!(
                verdict(&rules(), url),
                Err(Refused::Port {
                    port: 8080 | 22,
                    ..
                })
            )
        };
        assert!(port("https://8.8.8.8:8080/"));
        assert!(port("https://8.8.8.8:22/"));
        assert_eq!(verdict(&rules(), "https://8.8.8.8:80/"), Ok(()));
        assert_eq!(verdict(&rules(), "http://127.0.0.2:8080/"), Ok(()));
        assert!(verdict(&rules(), "http://127.0.0.3:8080/").is_err());
        assert!(
            verdict(&rules(), "http://[::ffff:127.0.0.2]:8080/").is_err(),
            "a mapped address is never needed to say that"
        );

        let closed = Rules {
            allow_cidrs: Vec::new(),
            ..rules()
        };
        assert!(matches!(
            verdict(&closed, "https://partner.example:8080/"),
            Err(Refused::Port { .. })
        ));
        assert_eq!(
            rules().check("8.8.8.8".parse().unwrap(), 8080),
            Err(Refused::Port {
                port: 8080,
                allowed: "443, 80".to_owned()
            })
        );
    }

    #[test]
    fn schemes_user_names_and_our_own_address_are_refused() {
        let https_only = Rules {
            allow_http: false,
            ..rules()
        };
        assert_eq!(
            verdict(&https_only, "http://partner.example/"),
            Err(Refused::Http)
        );
        assert_eq!(
            verdict(&rules(), "https://me:secret@partner.example/"),
            Err(Refused::Userinfo)
        );
        assert_eq!(
            verdict(&rules(), "https://me@partner.example/"),
            Err(Refused::Userinfo)
        );
        assert!(matches!(
            verdict(&rules(), "ftp://partner.example/"),
            Err(Refused::Scheme(_))
        ));

        let own = |listen: &str| Rules {
            own: Some(listen.parse().unwrap()),
            ..rules()
        };
        for listen in ["127.0.0.2:8080", "0.0.0.0:8080"] {
            assert!(
                matches!(
                    verdict(&own(listen), "http://127.0.0.2:8080/"),
                    Err(Refused::Own(_))
                ),
                "{listen}"
            );
            assert_eq!(
                verdict(&own(listen), "http://127.0.0.2:8081/"),
                Ok(()),
                "{listen}"
            );
        }
    }
}
