//! What came of a try: one code for the partner's log, the metrics and the breaker.
//!
//! Invariant: only a 2xx answer that was read to its end is a success.

use std::error::Error as StdError;
use std::io;

use entity::vocab::UnknownWord;

use crate::guard::{Answer, BodyCut, Refused, ResolveError};

/// The result of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Taken.
    Success,
    /// The name leads nowhere.
    DnsError,
    /// The address must not be reached.
    BlockedAddress,
    /// Nobody listens there.
    ConnectRefused,
    /// No connection in time.
    ConnectTimeout,
    /// TLS failed.
    TlsError,
    /// No whole answer in time.
    Timeout,
    /// The connection broke, or what came was not HTTP.
    Reset,
    /// 3xx, which is never followed.
    Redirect,
    /// Another 4xx.
    Http4xx,
    /// 5xx, or a status that is none.
    Http5xx,
    /// 410: no more requests.
    Gone,
    /// Another code than success in the body of a 2xx answer.
    RejectedByBody,
    /// Our own fault.
    Internal,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Success,
        Self::DnsError,
        Self::BlockedAddress,
        Self::ConnectRefused,
        Self::ConnectTimeout,
        Self::TlsError,
        Self::Timeout,
        Self::Reset,
        Self::Redirect,
        Self::Http4xx,
        Self::Http5xx,
        Self::Gone,
        Self::RejectedByBody,
        Self::Internal,
    ];

    /// The code in logs, figures and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::DnsError => "dns_error",
            Self::BlockedAddress => "blocked_address",
            Self::ConnectRefused => "connect_refused",
            Self::ConnectTimeout => "connect_timeout",
            Self::TlsError => "tls_error",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::Redirect => "redirect",
            Self::Http4xx => "http_4xx",
            Self::Http5xx => "http_5xx",
            Self::Gone => "gone",
            Self::RejectedByBody => "rejected_by_body",
            Self::Internal => "internal",
        }
    }

    /// Whether a connection was tried, at least.
    #[must_use]
    pub const fn has_connected(self) -> bool {
        !matches!(self, Self::DnsError | Self::BlockedAddress | Self::Internal)
    }

    /// What an answer means.
    #[must_use]
    pub fn of_answer(answer: &Answer) -> Self {
        match (answer.status, &answer.cut) {
            (410, _) => Self::Gone,
            (200..300, None) => Self::Success,
            (200..300, Some(BodyCut::TimedOut)) => Self::Timeout,
            (200..300, Some(BodyCut::Broken(_))) => Self::Reset,
            (300..400, _) => Self::Redirect,
            (400..500, _) => Self::Http4xx,
            _ => Self::Http5xx,
        }
    }

    /// What it means that there was no answer.
    #[must_use]
    pub fn of_error(error: &reqwest::Error) -> Self {
        if let Some(known) = causes(error).find_map(Self::of_cause) {
            return known;
        }
        if error.is_builder() {
            Self::Internal
        } else if error.is_timeout() && error.is_connect() {
            Self::ConnectTimeout
        } else if error.is_timeout() {
            Self::Timeout
        } else if error.is_connect() {
            Self::ConnectRefused
        } else {
            Self::Reset
        }
    }

    fn of_cause(cause: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(resolve) = cause.downcast_ref::<ResolveError>() {
            return Some(match resolve {
                ResolveError::Unknown { .. } => Self::DnsError,
                ResolveError::Busy { .. } => Self::Internal,
                ResolveError::Refused { .. } => Self::BlockedAddress,
            });
        }
        if cause.is::<Refused>() {
            return Some(Self::BlockedAddress);
        }
        if cause.is::<rustls::Error>() {
            return Some(Self::TlsError);
        }
        let io = cause.downcast_ref::<io::Error>()?;
        // An io::Error may carry another error that says more; `source` skips it.
        if let Some(inner) = io.get_ref() {
            return Self::of_cause(inner);
        }
        match io.kind() {
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable => Some(Self::ConnectRefused),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Some(Self::Reset),
            // EMFILE and ENFILE: our own process, or this machine, has no descriptor left.
            _ if matches!(io.raw_os_error(), Some(23 | 24)) => Some(Self::Internal),
            _ => None,
        }
    }
}

impl std::str::FromStr for Outcome {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|outcome| outcome.code() == text);
        known.ok_or_else(|| UnknownWord {
            what: "outcome",
            value: text.chars().take(80).collect(),
            expected: Self::ALL.map(Self::code).join(", "),
        })
    }
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn judged(status: u16, cut: Option<BodyCut>) -> Outcome {
        Outcome::of_answer(&Answer {
            status,
            retry_after: None,
            address: None,
            first_byte_at: Instant::now(),
            excerpt: None,
            cut,
        })
    }

    #[test]
    fn an_answer_is_judged_by_its_status_and_whether_it_was_whole() {
        for (status, outcome) in [
            (200, Outcome::Success),
            (204, Outcome::Success),
            (299, Outcome::Success),
            (301, Outcome::Redirect),
            (307, Outcome::Redirect),
            (400, Outcome::Http4xx),
            (410, Outcome::Gone),
            (429, Outcome::Http4xx),
            (500, Outcome::Http5xx),
            (503, Outcome::Http5xx),
            (999, Outcome::Http5xx),
        ] {
            assert_eq!(judged(status, None), outcome, "{status}");
        }
        assert_eq!(judged(200, Some(BodyCut::TimedOut)), Outcome::Timeout);
        assert_eq!(
            judged(200, Some(BodyCut::Broken(String::new()))),
            Outcome::Reset
        );
        assert_eq!(judged(500, Some(BodyCut::TimedOut)), Outcome::Http5xx);
    }

    #[test]
    fn a_cause_is_found_inside_an_io_error() {
        let inner = rustls::Error::HandshakeNotComplete;
        let wrapped = io::Error::other(inner);
        assert_eq!(Outcome::of_cause(&wrapped), Some(Outcome::TlsError));
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(
            Outcome::of_cause(&io::Error::other(refused)),
            Some(Outcome::ConnectRefused)
        );
    }
}
