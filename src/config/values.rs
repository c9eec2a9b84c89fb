//! What a setting's value may be, and how it is written.
//!
//! Owns the parsing of every value. Refuses to know where it came from (`layers`). Each fault names
//! the value, but never a password.
//!
//! Invariant: a list is the same as a TOML array and as one text with commas, since flags and
//! variables have only text.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::vault::{Key, NotAKey};

/// Which database, and how to reach it. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

/// The two databases that the program runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// One file, one serving process.
    Sqlite,
    /// A server, any number of instances.
    Postgres,
}

impl DatabaseUrl {
    /// The whole address with its password, for connecting.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Which of the two databases it is.
    pub fn kind(&self) -> DatabaseKind {
        if self.0.starts_with("sqlite:") {
            DatabaseKind::Sqlite
        } else {
            DatabaseKind::Postgres
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme {
            "sqlite" => Ok(Self(text.to_owned())),
            "postgres" | "postgresql" if Url::parse(text).is_ok() => Ok(Self(text.to_owned())),
            "postgres" | "postgresql" => Err(format!(
                "{scheme}://… is not an address like postgres://USER:PASSWORD@HOST/DATABASE (percent-encode what is \
                 special in the password)"
            )),
            _ => Err(format!(
                "{scheme:?} is no database that this program knows: sqlite://PATH or postgres://…"
            )),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Url::parse(&self.0) {
            Ok(mut url) if self.kind() == DatabaseKind::Postgres => {
                if url.password().is_some() {
                    url.set_password(Some("***")).map_err(|()| fmt::Error)?;
                }
                // libpq's way of giving a password is the query as well.
                if url.query_pairs().any(|(name, _)| name == "password") {
                    url.set_query(Some("***"));
                }
                f.write_str(url.as_str())
            }
            _ => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

/// What one instance does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Answers requests.
    Web,
    /// Delivers and runs the jobs.
    Worker,
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "web" => Ok(Self::Web),
            "worker" => Ok(Self::Worker),
            _ => Err(format!("{text:?} is not a role: web, worker")),
        }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object a line, for collectors.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("{text:?} is not a log format: text, json")),
        }
    }
}

impl<'de> Deserialize<'de> for LogFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

/// Whether admins and the organising office need a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorRule {
    /// They do.
    Required,
    /// They may have one, like everybody.
    Optional,
}

impl FromStr for SecondFactorRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "required" => Ok(Self::Required),
            "optional" => Ok(Self::Optional),
            _ => Err(format!(
                "{text:?} is not a rule for second factors: required, optional"
            )),
        }
    }
}

impl<'de> Deserialize<'de> for SecondFactorRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

pub(super) fn socket_address<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        D::Error::custom(format!(
            "{text:?} is not an address with a port, like 127.0.0.1:8080"
        ))
    })
}

/// An origin (scheme, host, port), or nothing for the empty text.
pub(super) fn optional_origin<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    let fault = |what: &str| {
        D::Error::custom(format!(
            "{text:?} {what}, give one like https://calendar.example.org"
        ))
    };
    let url = Url::parse(&text).map_err(|_| fault("is not an address"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault("is neither http nor https"));
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(fault("has more than scheme, host and port"));
    }
    Ok(Some(url.origin().ascii_serialization()))
}

pub(super) fn email<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_graphic() && !r#"@,;:<>()[]\""#.contains(c))
    };
    match text.split_once('@') {
        Some((name, host)) if plain(name) && plain(host) => Ok(text),
        _ => Err(D::Error::custom(format!(
            "{text:?} is not a mailbox like office@example.org"
        ))),
    }
}

/// A line that must not be empty.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(D::Error::custom(format!(
            "{text:?} is not one line of text"
        )));
    }
    Ok(text)
}

pub(super) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    match usize::deserialize(deserializer)? {
        0 => Err(D::Error::custom("0 is too small: give 1 or more")),
        number => Ok(number),
    }
}

pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parse_duration(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

pub(super) fn positive_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let duration = duration(deserializer)?;
    if duration.is_zero() {
        return Err(D::Error::custom("a time of 0 would never be enough"));
    }
    Ok(duration)
}

/// The waits of a retry schedule.
pub(super) fn schedule<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Duration>, D::Error> {
    list_of(deserializer, parse_duration).and_then(at_least_one)
}

pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    list_of(deserializer, |text| {
        let network = text
            .parse()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network
            .map(|network| network.trunc())
            .map_err(|_| format!("{text:?} is not a network like 10.1.0.0/16 or fd00::/8"))
    })
}

pub(super) fn ports<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    list_of(deserializer, |text| match text.parse() {
        Ok(0) | Err(_) => Err(format!("{text:?} is not a port between 1 and 65535")),
        Ok(port) => Ok(port),
    })
}

/// Keys; a fault does not repeat what was given.
pub(super) fn keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Key>, D::Error> {
    list_of(deserializer, |text| {
        text.parse().map_err(|error: NotAKey| error.to_string())
    })
}

/// `ADDRESS` or `ADDRESS:PORT`; the port of DNS is 53.
pub(super) fn nameservers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<SocketAddr>, D::Error> {
    list_of(deserializer, |text| {
        text.parse()
            .or_else(|_| {
                text.parse::<IpAddr>()
                    .map(|address| SocketAddr::new(address, 53))
            })
            .map_err(|_| {
                format!("{text:?} is not an IP address with or without a port, like 127.0.0.1:5353")
            })
    })
}

pub(super) fn non_empty_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = String>,
{
    list_of(deserializer, str::parse).and_then(at_least_one)
}

fn at_least_one<T, E: Error>(list: Vec<T>) -> Result<Vec<T>, E> {
    if list.is_empty() {
        return Err(E::custom("an empty list: give one value or more"));
    }
    Ok(list)
}

fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = String>,
{
    String::deserialize(deserializer)?
        .parse()
        .map_err(D::Error::custom)
}

fn list_of<'de, D, T>(
    deserializer: D,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
{
    let items = deserializer.deserialize_any(ListVisitor)?;
    items
        .iter()
        .map(|item| parse(item))
        .collect::<Result<_, _>>()
        .map_err(D::Error::custom)
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or one text with commas")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        Ok(items.map(str::to_owned).collect())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Vec<String>, E> {
        Ok(vec![number.to_string()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<String>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(list)
    }
}

/// A whole number with its unit: `500ms`, `5s`, `30m`, `2h`, `1d`.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let fault = || format!("{text:?} is not a duration like 500ms, 5s, 30m, 2h or 1d");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit_ms: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(fault()),
    };
    let number: u64 = number.parse().map_err(|_| fault())?;
    // A hundred years: room enough, and sums with instants cannot overflow.
    match number.checked_mul(unit_ms) {
        Some(ms) if ms <= 100 * 365 * 86_400_000 => Ok(Duration::from_millis(ms)),
        _ => Err(format!("{text:?} is too long")),
    }
}
