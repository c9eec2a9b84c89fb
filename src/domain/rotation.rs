//! The secrets that signed before, while they still do: a receiver may have any of them until its grace is over.
//!
//! Owns how they stand together in one text, which is sealed as a whole; refuses to know how they sign. Invariant: a
//! secret appears in no `Debug`.

use chrono::{DateTime, SecondsFormat, Utc};

/// So many sign beside the newest at most: each makes the signature longer, which receivers bound.
const MOST: usize = 4;

/// A secret that signed before.
#[derive(Clone, PartialEq, Eq)]
pub struct Old {
    /// It.
    pub secret: String,
    /// It signs until then.
    pub until: DateTime<Utc>,
}

impl std::fmt::Debug for Old {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Old(…, until {})", self.until)
    }
}

/// Reads them from their text: a line for each, the newest first. One that names no end has the one given.
#[must_use]
pub fn read(text: &str, end: Option<DateTime<Utc>>) -> Vec<Old> {
    let lines = text.lines().filter_map(|line| {
        let (secret, until) = match line.split_once(' ') {
            Some((secret, until)) => (secret, until.parse().ok()),
            None => (line, end),
        };
        let secret = secret.to_owned();
        Some(Old {
            secret,
            until: until?,
        })
    });
    lines.collect()
}

/// The text of them.
#[must_use]
pub fn write(secrets: &[Old]) -> String {
    let lines = secrets.iter().map(|old| {
        let until = old.until.to_rfc3339_opts(SecondsFormat::Micros, true);
        format!("{} {until}", old.secret)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// With one more, which is the newest of them; those whose grace is over are left out.
#[must_use]
pub fn with(mut secrets: Vec<Old>, newest: Old, now: DateTime<Utc>) -> Vec<Old> {
    secrets.retain(|old| now < old.until);
    secrets.insert(0, newest);
    secrets.truncate(MOST);
    secrets
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::domain::samples::at;

    #[test]
    fn each_signs_until_its_own_grace_is_over() {
        let now = at("2021-07-01T00:00:00.000001Z");
        let old = |secret: &str, hours| Old {
            secret: secret.to_owned(),
            until: now + TimeDelta::hours(hours),
        };
        let first = with(Vec::new(), old("whsec_a", 24), now);
        let later = now + TimeDelta::hours(1);
        let second = with(read(&write(&first), None), old("whsec_b", 2), later);
        assert_eq!(second, [old("whsec_b", 2), old("whsec_a", 24)]);
        let third = with(second, old("whsec_c", 30), now + TimeDelta::hours(2));
        assert_eq!(third, [old("whsec_c", 30), old("whsec_a", 24)]);
        let many = (0..9).fold(third, |all, n| with(all, old(&n.to_string(), 40), now));
        assert_eq!(many.len(), MOST);
        assert!(!format!("{many:?}").contains("whsec"));
    }

    #[test]
    fn one_that_was_written_alone_ends_with_its_row() {
        let end = at("2021-07-02T00:00:00Z");
        let secret = "whsec_a".to_owned();
        assert_eq!(read("whsec_a", Some(end)), [Old { secret, until: end }]);
        assert_eq!(read("whsec_a", None), []);
    }
}
