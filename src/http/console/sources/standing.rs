//! How a source stands, in a word and in a sentence, and what its office does about it.
//!
//! Invariant: a warning is told until the source is read well again, and no longer.

use entity::vocab::Language;

use super::super::words as w;
use crate::{http::site::listed::Badge, publish::wording::Phrase, store::sources::Row};

/// How a source stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http::console) enum Standing {
    New,
    Good,
    /// It was read, and not all of it could be taken.
    Wanting,
    Doubtful,
    Failed,
    Refused,
    Paused,
}

impl Standing {
    pub(in crate::http::console) fn of(row: &Row) -> Self {
        if !row.active {
            return Self::Paused;
        }
        match row.outcome.as_deref() {
            None => Self::New,
            Some("doubtful") => Self::Doubtful,
            // One that failed and was then found to be what it was has no failures.
            Some("failed" | "refused") if row.failures == 0 => Self::Good,
            Some("failed") => Self::Failed,
            Some("refused") => Self::Refused,
            Some(_) if row.warning.is_some() => Self::Wanting,
            Some(_) => Self::Good,
        }
    }

    /// Whether its office should look at it.
    pub(in crate::http::console) const fn is_amiss(self) -> bool {
        matches!(
            self,
            Self::Wanting | Self::Doubtful | Self::Failed | Self::Refused
        )
    }

    /// In a word.
    pub(in crate::http::console) fn badge(self, language: Language) -> Badge {
        let (text, tone) = match self {
            Self::New => (w::SOURCE_NEW, "plan"),
            Self::Good => (w::SOURCE_GOOD, "good"),
            Self::Wanting => (w::SOURCE_WANTING, "moved"),
            Self::Doubtful => (w::SOURCE_DOUBTFUL, "off"),
            Self::Failed => (w::SOURCE_FAILED, "off"),
            Self::Refused => (w::SOURCE_REFUSED, "off"),
            Self::Paused => (w::SOURCE_RESTS, "plain"),
        };
        Badge {
            text: text.plain(language),
            tone,
        }
    }

    /// In a sentence.
    pub(in crate::http::console) fn explained(self, row: &Row, language: Language) -> String {
        let phrase = match self {
            Self::New => w::IS_SOURCE_NEW,
            Self::Good => w::IS_SOURCE_GOOD,
            Self::Wanting => w::IS_SOURCE_WANTING,
            Self::Doubtful => w::IS_SOURCE_DOUBTFUL,
            Self::Failed => w::IS_SOURCE_FAILED,
            Self::Refused => w::IS_SOURCE_REFUSED,
            Self::Paused => w::IS_SOURCE_RESTS,
        };
        phrase.say(language, &[("n", &row.failures.to_string())])
    }

    /// What its office does about it.
    pub(in crate::http::console) const fn advice(self, has_address: bool) -> Phrase {
        match self {
            Self::New if has_address => w::DO_SOURCE_NEW,
            Self::New => w::DO_SOURCE_NEW_FILE,
            Self::Good => w::DO_SOURCE_GOOD,
            Self::Wanting => w::DO_SOURCE_WANTING,
            Self::Doubtful => w::DO_SOURCE_DOUBTFUL,
            Self::Failed => w::DO_SOURCE_FAILED,
            Self::Refused => w::DO_SOURCE_REFUSED,
            Self::Paused => w::DO_SOURCE_RESTS,
        }
    }

    /// Why it stands as it does, where that is said.
    pub(in crate::http::console) fn why(self, row: &Row, language: Language) -> Option<String> {
        let warning = row.warning.as_deref().filter(|_| self != Self::Good)?;
        Some(w::faults::noted(warning, language))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::{
        domain::{
            role::Office,
            source::{Source, SourceFormat},
        },
        store::sources::fresh,
    };

    fn row(outcome: Option<&str>, failures: i32, warning: Option<&str>) -> Row {
        let source = Source {
            name: "来源".to_owned(),
            url: None,
            format: SourceFormat::Ics,
            office: Office::City,
            edition: None,
            district: None,
            kind: None,
            mapping: None,
            since: None,
            trust: Vec::new(),
            interval_minutes: 60,
            active: true,
        };
        Row {
            outcome: outcome.map(str::to_owned),
            failures,
            warning: warning.map(str::to_owned),
            ..fresh("src_1".to_owned(), &source, DateTime::UNIX_EPOCH)
        }
    }

    #[test]
    fn a_source_that_answers_again_is_well() {
        let failed = row(Some("failed"), 3, Some("the source answered 503"));
        assert_eq!(Standing::of(&failed), Standing::Failed);
        let why = Standing::Failed.why(&failed, Language::Zh);
        assert_eq!(why.as_deref(), Some("来源答复 HTTP 503"));
        let again = Row {
            failures: 0,
            ..failed
        };
        assert_eq!(Standing::of(&again), Standing::Good);
        assert_eq!(Standing::Good.why(&again, Language::Zh), None);
    }

    #[test]
    fn a_warning_and_a_pause_come_before_being_well() {
        assert_eq!(Standing::of(&row(None, 0, None)), Standing::New);
        assert_eq!(Standing::of(&row(Some("read"), 0, None)), Standing::Good);
        let wanting = row(Some("read"), 0, Some("x"));
        assert_eq!(Standing::of(&wanting), Standing::Wanting);
        let paused = Row {
            active: false,
            ..wanting
        };
        assert_eq!(Standing::of(&paused), Standing::Paused);
        assert!(!Standing::Paused.is_amiss() && Standing::Wanting.is_amiss());
    }
}
