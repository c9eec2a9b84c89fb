//! What a news document must never be sent with: a second look at the bytes, by other parsers than wrote them.
//!
//! Owns the rules; refuses to know how documents are made. Invariant: it reads what is sent, not what was meant.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use url::Url;

mod json;
mod xml;

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

impl Fault {
    fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// The format a document is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

/// What a document has to say, beside being sound.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Its own address.
    pub self_url: &'a str,
    /// Its language as the format writes it is made of this one.
    pub language: crate::Language,
    /// How many entries it has.
    pub entries: usize,
    /// When the last notice of the log was published: nothing may be dated later.
    pub latest: Option<DateTime<Utc>>,
}

/// What stands in a document, whatever its format.
#[derive(Debug, Default)]
struct Seen {
    id: String,
    title: String,
    language: String,
    self_urls: Vec<String>,
    /// The date of the whole, where the format has one.
    updated: Option<String>,
    entries: Vec<SeenEntry>,
    /// Every address in it.
    urls: Vec<String>,
}

#[derive(Debug, Default)]
struct SeenEntry {
    id: String,
    title: String,
    link: String,
    date: String,
    enclosures: usize,
}

/// Looks a document over.
///
/// # Errors
/// With the first fault found.
pub fn lint(format: Format, document: &[u8], expected: &Expected<'_>) -> Result<(), Fault> {
    let text = str::from_utf8(document).map_err(|error| Fault::of(error.to_string()))?;
    let seen = match format {
        Format::Rss | Format::Atom => xml::read(format, text)?,
        Format::Json => json::read(text)?,
    };
    seen.check(format, expected)
}

impl Seen {
    fn check(&self, format: Format, expected: &Expected<'_>) -> Result<(), Fault> {
        if self.title.trim().is_empty() {
            return Err(Fault::of("the feed has no title"));
        }
        let language = match format {
            Format::Rss => crate::rss::language(expected.language),
            Format::Atom | Format::Json => expected.language.tag(),
        };
        if self.language != language {
            let stated = &self.language;
            return Err(Fault::of(format!(
                "the feed says that it is in {stated:?}, not {language:?}"
            )));
        }
        // RSS and JSON Feed have none.
        if format == Format::Atom && self.id.is_empty() {
            return Err(Fault::of("the feed has no id"));
        }
        if self.self_urls != [expected.self_url] {
            let (stated, own) = (&self.self_urls, expected.self_url);
            return Err(Fault::of(format!(
                "the feed says that it stands at {stated:?}, not {own:?}"
            )));
        }
        if self.entries.len() != expected.entries {
            let (found, wanted) = (self.entries.len(), expected.entries);
            return Err(Fault::of(format!(
                "the feed has {found} entries, not {wanted}"
            )));
        }
        for url in &self.urls {
            absolute(url)?;
        }
        let mut ids = HashSet::new();
        let mut newer: Option<DateTime<Utc>> = None;
        for entry in &self.entries {
            if !ids.insert(&entry.id) {
                return Err(Fault::of(format!("two entries have the id {:?}", entry.id)));
            }
            let dated = entry.check(format, expected)?;
            if newer.is_some_and(|newer| dated > newer) {
                return Err(Fault::of(format!("the entry {} is out of order", entry.id)));
            }
            newer = Some(dated);
        }
        match (&self.updated, self.entries.first()) {
            (Some(updated), Some(first)) if *updated != first.date => {
                let date = &first.date;
                Err(Fault::of(format!(
                    "the feed is dated {updated:?} and its newest entry {date:?}"
                )))
            }
            (None, Some(_)) if format != Format::Json => Err(Fault::of("the feed has no date")),
            (None, None) if format == Format::Atom => Err(Fault::of("the feed has no date")),
            _ => Ok(()),
        }
    }
}

impl SeenEntry {
    /// Gives its date.
    fn check(&self, format: Format, expected: &Expected<'_>) -> Result<DateTime<Utc>, Fault> {
        let Self {
            id,
            title,
            link,
            date,
            enclosures,
        } = self;
        if id.is_empty() || title.trim().is_empty() || link.is_empty() {
            return Err(Fault::of(format!(
                "the entry {id:?} has no id, title or link"
            )));
        }
        if *enclosures > 1 {
            return Err(Fault::of(format!(
                "the entry {id} has {enclosures} enclosures"
            )));
        }
        let read = match format {
            Format::Rss => DateTime::parse_from_rfc2822(date),
            Format::Atom | Format::Json => DateTime::parse_from_rfc3339(date),
        };
        let at = read
            .map_err(|error| Fault::of(format!("the entry {id} is dated {date:?}: {error}")))?
            .to_utc();
        if expected.latest.is_none_or(|latest| at > latest) {
            return Err(Fault::of(format!(
                "the entry {id} is dated {date}, later than anything was published"
            )));
        }
        Ok(at)
    }
}

fn absolute(url: &str) -> Result<(), Fault> {
    let parsed = Url::parse(url).map_err(|error| Fault::of(format!("{url:?}: {error}")))?;
    let is_web = matches!(parsed.scheme(), "http" | "https") && parsed.has_host();
    if !is_web {
        return Err(Fault::of(format!("{url:?} is no address on the web")));
    }
    Ok(())
}
