//! Texts and dates as pages show them: marked where they are in another language than the page.
//!
//! Invariant: whatever somebody wrote is escaped here or by the template, never trusted.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, SubsecRound, Utc};
use entity::vocab::Language;

use super::page;
use crate::{
    clock::shanghai,
    domain::{
        notice::{Notice, Reason},
        text::{Text, Words},
        when::{When, day_of, instant},
    },
    publish::{dates::Dates, wording},
};

/// A text in a page of a language; it may be in the other one.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::http) struct Said {
    pub(in crate::http) text: String,
    /// The text's own language, where it is not the page's.
    elsewhere: Option<&'static str>,
    /// The date that it is.
    date: Option<Date>,
}

impl Said {
    pub(in crate::http) fn new((text, written_in): (&str, Language), language: Language) -> Self {
        Self {
            text: text.to_owned(),
            elsewhere: (written_in != language).then_some(page::tag(written_in)),
            date: None,
        }
    }

    /// A text that says in no language which one it is in: by its letters.
    pub(in crate::http) fn found(text: String, language: Language) -> Self {
        let is_chinese = |c: char| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
        let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
        let is_latin = letters.peek().is_some() && letters.all(|c| c.is_ascii());
        let written_in = match text.contains(is_chinese) {
            true => Language::Zh,
            false if is_latin => Language::En,
            false => language,
        };
        Self::new((&text, written_in), language)
    }

    /// A date, which a reader may see in another zone.
    pub(in crate::http) fn date(date: Date) -> Self {
        Self {
            text: date.text.clone(),
            elsewhere: None,
            date: Some(date),
        }
    }

    /// A text of ours, in the page's language.
    pub(in crate::http) fn ours(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            elsewhere: None,
            date: None,
        }
    }

    pub(in crate::http) fn title(title: &Text, language: Language) -> Self {
        Self::new(title.in_language(language), language)
    }

    pub(in crate::http) fn words(words: &Words, language: Language) -> Option<Self> {
        words
            .in_language(language)
            .map(|found| Self::new(found, language))
    }
}

/// Writes itself as HTML.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = feeds::escape_html(&self.text);
        match (&self.date, self.elsewhere) {
            (Some(date), _) => date.fmt(f),
            (None, Some(tag)) => write!(f, "<span lang=\"{tag}\">{text}</span>"),
            (None, None) => f.write_str(&text),
        }
    }
}

impl HtmlSafe for Said {}

/// A date for people, and for machines where it has a form for them.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::http) struct Date {
    pub(in crate::http) text: String,
    pub(in crate::http) machine: String,
    /// The end, where it is known to the minute: for who shows it in another zone.
    end: Option<String>,
}

/// Writes itself as HTML: a `time` element.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<time datetime=\"{}\"", self.machine)?;
        if let Some(end) = &self.end {
            write!(f, " data-end=\"{end}\"")?;
        }
        write!(f, ">{}</time>", feeds::escape_html(&self.text))
    }
}

impl HtmlSafe for Date {}

impl Date {
    /// As precisely as it is known; `None` where nothing is.
    pub(in crate::http) fn of(when: &When, language: Language) -> Option<Self> {
        Some(Self {
            text: Dates::with_years(language).full(when)?,
            machine: machine(when)?,
            end: match when {
                When::Minute { ends_at, .. } => ends_at.map(seconds),
                _ => None,
            },
        })
    }

    /// The hour of a start alone: `14:00`.
    pub(in crate::http) fn hour(starts_at: DateTime<Utc>) -> Self {
        Self {
            text: starts_at
                .with_timezone(&shanghai())
                .format("%H:%M")
                .to_string(),
            machine: seconds(starts_at),
            end: None,
        }
    }

    /// When a notice was published. Of history only the day: its hour is not stated by anybody.
    pub(in crate::http) fn published(notice: &Notice, language: Language) -> Self {
        let at = notice.published_at;
        let when = if notice.history {
            day(at)
        } else {
            When::Minute {
                starts_at: at,
                ends_at: None,
            }
        };
        Self::of(&when, language).unwrap_or_else(|| Self::on(at, language))
    }

    /// The day of an instant.
    pub(in crate::http) fn on(at: DateTime<Utc>, language: Language) -> Self {
        let when = day(at);
        Self {
            text: Dates::with_years(language).short(&when).unwrap_or_default(),
            machine: machine(&when).unwrap_or_default(),
            end: None,
        }
    }
}

fn day(at: DateTime<Utc>) -> When {
    When::Day {
        starts_on: day_of(at),
        ends_on: None,
    }
}

/// The start as HTML's `datetime` and schema.org take it, no finer than it is known.
pub(in crate::http) fn machine(when: &When) -> Option<String> {
    match when {
        When::Minute { starts_at, .. } => Some(seconds(*starts_at)),
        When::Day { starts_on, .. } => Some(starts_on.to_string()),
        When::Month { month } => Some(month.to_string()),
        When::Unknown | When::Unstated => None,
    }
}

/// HTML takes milliseconds at most; people state minutes.
fn seconds(at: DateTime<Utc>) -> String {
    instant::text(at.trunc_subsecs(0))
}

/// What a reason says: its own words, else its code's; nothing where that says nothing.
pub(in crate::http) fn reason(reason: &Reason, language: Language) -> Option<Said> {
    let words = Words {
        zh: reason.zh.clone(),
        en: reason.en.clone(),
    };
    Said::words(&words, language).or_else(|| wording::reason(reason, language).map(Said::ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_escaped_and_marked_where_it_is_in_the_other_language() {
        let title = Text {
            zh: "<script>路演</script> & \"'".to_owned(),
            en: None,
        };
        assert_eq!(
            Said::title(&title, Language::En).to_string(),
            "<span lang=\"zh-CN\">&lt;script&gt;路演&lt;/script&gt; &amp; &quot;&#39;</span>"
        );
        assert!(
            Said::title(&title, Language::Zh)
                .to_string()
                .starts_with("&lt;script")
        );
    }

    #[test]
    fn machines_are_told_no_hour_that_nobody_stated() {
        let month = When::Month {
            month: "2021-06".parse().unwrap(),
        };
        let day = When::Day {
            starts_on: "2021-07-08".parse().unwrap(),
            ends_on: Some("2021-07-09".parse().unwrap()),
        };
        assert_eq!(machine(&month).as_deref(), Some("2021-06"));
        assert_eq!(machine(&day).as_deref(), Some("2021-07-08"));
        assert_eq!(machine(&When::Unknown), None);
    }
}
