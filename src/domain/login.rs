//! Logging in: what a login and a password may be, the second factor, and how long failures hold up the next try.
//!
//! Owns these rules; refuses to know how a password is hashed and where failures are counted. Invariant: whoever guesses
//! gets one try a minute for an account, and one in a quarter of an hour from a network, however many ask at once.

use std::{fmt, str::FromStr};

use chrono::{DateTime, TimeDelta, Utc};
use totp_rs::{Builder, Secret, Totp};

/// Passwords shorter than this are refused (NIST SP 800-63B §5.1.1.2 asks for 8 at least). In characters.
pub const PASSWORD_MIN: usize = 10;
/// Longer ones are refused: hashing must not cost more than it has to. In bytes.
pub const PASSWORD_MAX: usize = 512;

/// What a person is called when they log in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Login(pub String);

/// A text that is no login.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a login: 1 to 64 of letters, digits, dot, hyphen, underscore and @")]
pub struct NotALogin(pub String);

impl FromStr for Login {
    type Err = NotALogin;
    fn from_str(text: &str) -> Result<Self, NotALogin> {
        let well_formed = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotALogin(text.chars().take(80).collect()))
        }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password that nobody may have. It does not repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// It is too short.
    #[error("a password has {PASSWORD_MIN} characters at least")]
    Short,
    /// It is too long.
    #[error("a password has {PASSWORD_MAX} bytes at most")]
    Long,
}

/// Whether a password is one that may be set.
///
/// # Errors
/// When it is too short or too long.
pub fn check_password(password: &str) -> Result<(), BadPassword> {
    if password.chars().count() < PASSWORD_MIN {
        return Err(BadPassword::Short);
    }
    if password.len() > PASSWORD_MAX {
        return Err(BadPassword::Long);
    }
    Ok(())
}

/// What failures are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedBy {
    /// An account, by the name that was given, whether there is one or not.
    Account,
    /// The network that asked.
    Network,
}

/// Failures older than this count no longer.
pub const FORGOTTEN: TimeDelta = TimeDelta::hours(24);

impl CountedBy {
    /// Failures that hold up nobody: people mistype.
    const fn free(self) -> i64 {
        match self {
            Self::Account => 5,
            // Offices sit behind one address.
            Self::Network => 20,
        }
    }

    /// The longest wait. Of an account it is short: whoever guesses holds up its owner too.
    const fn longest(self) -> TimeDelta {
        match self {
            Self::Account => TimeDelta::seconds(60),
            Self::Network => TimeDelta::seconds(900),
        }
    }

    /// How long the next try waits after so many failures in a row; `None` = not at all.
    #[must_use]
    pub fn hold(self, failures: i64) -> Option<TimeDelta> {
        // Twenty doublings are beyond any wait.
        let beyond = failures.saturating_sub(self.free()).clamp(0, 20);
        (beyond > 0).then(|| TimeDelta::seconds(1 << beyond).min(self.longest()))
    }
}

/// A second factor: codes of six digits every 30 s by HMAC-SHA-1, which every app knows (RFC 6238 §4).
pub struct SecondFactor(Totp);

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondFactor(…)")
    }
}

impl SecondFactor {
    /// Of 160 random bits (RFC 4226 §4, R6).
    #[must_use]
    pub fn of(bytes: [u8; 20]) -> Self {
        Self::with(Secret::from(bytes.to_vec()), "", "")
    }

    /// Of a secret as it was kept, for an account of a programme.
    ///
    /// # Errors
    /// `None` where it is none.
    #[must_use]
    pub fn read(base32: &str, account: &str, programme: &str) -> Option<Self> {
        let secret = Secret::try_from_base32(base32).ok()?;
        Some(Self::with(secret, account, programme))
    }

    fn with(secret: Secret, account: &str, programme: &str) -> Self {
        // A colon separates the two in the address.
        let plain = |text: &str| text.replace(':', " ");
        Self(
            Builder::new()
                .with_secret(secret)
                .with_account_name(plain(account))
                .with_issuer(Some(plain(programme)))
                .build_noncompliant(),
        )
    }

    /// The secret as people type it into an app (RFC 4648 §6), and as it is kept.
    #[must_use]
    pub fn base32(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The address that apps read from a QR code.
    #[must_use]
    pub fn address(&self) -> String {
        self.0.to_url().unwrap_or_default()
    }

    /// The time step that a code belongs to, when it is one of the last, this or the next; later than `after`, since no
    /// code is accepted twice (RFC 6238 §5.2).
    #[must_use]
    pub fn step(&self, code: &str, now: DateTime<Utc>, after: Option<i64>) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let time = u64::try_from(now.timestamp()).ok()?;
        let step = i64::try_from(self.0.check(&code, time)?).ok()?;
        after.is_none_or(|after| step > after).then_some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_short_and_plain() {
        for good in ["a", "li.wei@bjhd", "haidian-1", &"x".repeat(64)] {
            assert_eq!(good.parse(), Ok(Login(good.to_owned())));
        }
        for bad in ["", "李", "a b", "a\n", &"x".repeat(65), "a:b"] {
            assert!(bad.parse::<Login>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_neither_short_nor_without_end() {
        assert_eq!(check_password("123456789"), Err(BadPassword::Short));
        assert_eq!(check_password("一二三四五六七八九十"), Ok(()));
        assert_eq!(check_password(&"x".repeat(512)), Ok(()));
        assert_eq!(check_password(&"x".repeat(513)), Err(BadPassword::Long));
    }

    #[test]
    fn the_wait_doubles_after_the_free_tries_and_has_an_end() {
        let held = |by: CountedBy, failures| by.hold(failures).map(|hold| hold.num_seconds());
        assert_eq!(held(CountedBy::Account, 5), None);
        assert_eq!(held(CountedBy::Account, 6), Some(2));
        assert_eq!(held(CountedBy::Account, 8), Some(8));
        assert_eq!(held(CountedBy::Account, 11), Some(60));
        assert_eq!(held(CountedBy::Account, i64::MAX), Some(60));
        assert_eq!(held(CountedBy::Network, 20), None);
        assert_eq!(held(CountedBy::Network, 21), Some(2));
        assert_eq!(held(CountedBy::Network, 200), Some(900));
    }

    #[test]
    fn codes_are_those_of_the_standard_and_none_is_accepted_twice() {
        // RFC 6238, appendix B, the last six digits.
        let factor = SecondFactor::of(*b"12345678901234567890");
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        assert_eq!(factor.step("287082", at(59), None), Some(1));
        assert_eq!(factor.step("287 082", at(59), None), Some(1));
        assert_eq!(
            factor.step("081804", at(1_111_111_109), None),
            Some(37_037_036)
        );
        assert_eq!(factor.step("287082", at(59), Some(1)), None);
        assert_eq!(factor.step("287082", at(59), Some(0)), Some(1));
        assert_eq!(factor.step("287083", at(59), None), None);
        assert_eq!(factor.step("", at(59), None), None);
        // The step before and the one after are near enough, the others are not.
        assert_eq!(factor.step("287082", at(89), None), Some(1));
        assert_eq!(factor.step("287082", at(90), None), None);
    }

    #[test]
    fn an_app_is_given_the_secret_with_the_account_and_the_programme() {
        let kept = SecondFactor::of(*b"12345678901234567890").base32();
        assert_eq!(kept, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let factor = SecondFactor::read(&kept, "li.wei", "中关村:论坛").unwrap();
        let address = url::Url::parse(&factor.address()).unwrap();
        assert_eq!(address.scheme(), "otpauth");
        assert!(address.query().unwrap().contains(&kept));
        assert!(SecondFactor::read("1!", "a", "b").is_none());
    }
}
