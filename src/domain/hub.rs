//! What a subscriber asks the hub for (W3C WebSub, §5.1).
//!
//! Owns how a request is read and how long a lease lasts. Refuses to know which topics there are, and whether a
//! callback may be reached. Invariant: every lease ends.

use chrono::TimeDelta;

use super::input::Faults;

/// A lease that nobody asked for otherwise.
const LEASE: TimeDelta = TimeDelta::days(10);
/// The shortest and the longest one.
const LEASES: (TimeDelta, TimeDelta) = (TimeDelta::hours(1), TimeDelta::days(30));
/// A secret has fewer bytes than this.
const SECRET_BYTES: usize = 200;
/// The longest topic: with the longest callback it fits into an index of PostgreSQL, which takes 2,704 bytes.
const TOPIC_BYTES: usize = 1_000;
/// The longest callback.
pub const CALLBACK_BYTES: usize = 1_500;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To be told.
    Subscribe {
        /// Signs what is sent; empty for no signature.
        secret: String,
        /// For how long.
        lease: TimeDelta,
    },
    /// To be told no more.
    Unsubscribe,
}

impl Mode {
    /// Its name in requests.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Subscribe { .. } => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

/// A request to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What is wanted.
    pub mode: Mode,
    /// Of which feed: its address as it was given.
    pub topic: String,
    /// Who wants it.
    pub callback: String,
}

/// Reads a form; parameters that nobody knows mean nothing (§5.1). A secret is not repeated in a fault.
///
/// # Errors
/// All faults, each under its parameter's name.
pub fn read(form: &[u8]) -> Result<Asked, Faults> {
    let mut faults = Faults::default();
    let pairs: Vec<_> = url::form_urlencoded::parse(form).collect();
    let value = |wanted: &str| {
        let found = pairs.iter().rev().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_ref())
    };
    let secret = value("hub.secret").unwrap_or_default();
    if secret.len() >= SECRET_BYTES {
        let length = secret.len();
        faults.add(
            "hub.secret",
            format!("has {length} bytes; fewer than {SECRET_BYTES} are allowed"),
        );
    }
    // What was no UTF-8 cannot be signed with any more, and no database keeps a NUL.
    if secret.contains(['\u{FFFD}', '\0']) {
        faults.add("hub.secret", "is not UTF-8 without NUL");
    }
    let lease = match value("hub.lease_seconds") {
        None | Some("") => Some(LEASE),
        Some(text) => lease(text),
    };
    if lease.is_none() {
        let text = shown(value("hub.lease_seconds").unwrap_or_default());
        faults.add(
            "hub.lease_seconds",
            format!("{text:?} is not a number of seconds"),
        );
    }
    let mode = match value("hub.mode") {
        Some("subscribe") => Some(Mode::Subscribe {
            secret: secret.to_owned(),
            lease: lease.unwrap_or(LEASE),
        }),
        Some("unsubscribe") => Some(Mode::Unsubscribe),
        Some(other) => {
            let text = shown(other);
            faults.add(
                "hub.mode",
                format!("{text:?} is neither subscribe nor unsubscribe"),
            );
            None
        }
        None => {
            faults.add("hub.mode", "is missing");
            None
        }
    };
    let mut address = |name: &str, most: usize| match value(name) {
        None | Some("") => {
            faults.add(name, "is missing");
            None
        }
        Some(text) if text.len() > most => {
            faults.add(name, format!("is longer than {most} bytes"));
            None
        }
        Some(text) => Some(text.to_owned()),
    };
    let topic = address("hub.topic", TOPIC_BYTES);
    let callback = address("hub.callback", CALLBACK_BYTES);
    let asked = match (mode, topic, callback) {
        (Some(mode), Some(topic), Some(callback)) => Some(Asked {
            mode,
            topic,
            callback,
        }),
        _ => None,
    };
    faults.check(asked)
}

/// Whole seconds, brought within what the hub grants.
fn lease(text: &str) -> Option<TimeDelta> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Digits that do not fit are a very long time.
    let seconds = text.parse().unwrap_or(i64::MAX);
    let asked = TimeDelta::try_seconds(seconds).unwrap_or(LEASES.1);
    Some(asked.clamp(LEASES.0, LEASES.1))
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: &str = "hub.topic=https%3A%2F%2Fa%2F&hub.callback=https%3A%2F%2Fb%2F%3Fx%3D1";

    fn asked(rest: &str) -> Result<Asked, Faults> {
        read(format!("{WHO}&{rest}").as_bytes())
    }

    #[test]
    fn a_request_is_read_and_its_lease_kept_within_bounds() {
        for (given, granted) in [
            ("", 864_000),
            ("&hub.lease_seconds=", 864_000),
            ("&hub.lease_seconds=7200", 7_200),
            ("&hub.lease_seconds=1", 3_600),
            ("&hub.lease_seconds=0", 3_600),
            ("&hub.lease_seconds=99999999", 2_592_000),
            ("&hub.lease_seconds=99999999999999999999999", 2_592_000),
        ] {
            let read = asked(&format!("hub.mode=subscribe&hub.secret=s{given}&hub.x=1")).unwrap();
            let lease = TimeDelta::seconds(granted);
            let secret = "s".to_owned();
            assert_eq!(read.mode, Mode::Subscribe { secret, lease }, "{given}");
            assert_eq!(read.callback, "https://b/?x=1");
        }
        assert_eq!(
            asked("hub.mode=unsubscribe").unwrap().mode,
            Mode::Unsubscribe
        );
    }

    #[test]
    fn every_fault_is_named_and_no_secret_repeated() {
        let secret = "x".repeat(200);
        let form = format!("hub.mode=publish&hub.secret={secret}&hub.lease_seconds=-5");
        let faults = read(form.as_bytes()).unwrap_err().0;
        let names: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(
            names,
            [
                "hub.secret",
                "hub.lease_seconds",
                "hub.mode",
                "hub.topic",
                "hub.callback"
            ]
        );
        assert!(faults.iter().all(|fault| !fault.detail.contains("xx")));
        assert!(faults[1].detail.contains("-5"));
        for secret in ["%FF", "a%00b"] {
            let refused = asked(&format!("hub.mode=subscribe&hub.secret={secret}")).unwrap_err();
            assert_eq!(refused.0[0].pointer, "hub.secret", "{secret}");
        }
        let longest = format!("hub.mode=subscribe&hub.secret={}", &secret[1..]);
        assert!(asked(&longest).is_ok());
    }
}
