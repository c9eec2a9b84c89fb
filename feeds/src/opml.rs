//! OPML 2.0 (<http://opml.org/spec2.opml>) through the `opml` crate: a list of feeds to subscribe to all at once.
//!
//! Owns the mapping to outlines. Refuses to know which feeds there are. Invariant: no `docs` in the head: importers
//! exist that take it for a feed.

use opml::{Body, Head, OPML, Outline};

use crate::Language;
use crate::rss;
use crate::text::{address, text};

/// The Content-Type of these documents.
pub const MEDIA_TYPE: &str = "text/x-opml";

/// Feeds under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub title: String,
    /// What stands under it.
    pub feeds: Vec<Feed>,
}

/// An RSS feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// What it is called.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The page for people.
    pub link: String,
}

/// The list, in one language.
pub fn render(title: &str, owner: &str, language: Language, groups: &[Group]) -> Vec<u8> {
    let code = rss::language(language);
    let outlines = groups.iter().map(|group| Outline {
        text: line(&group.title),
        outlines: group.feeds.iter().map(|feed| outline(feed, code)).collect(),
        ..Outline::default()
    });
    let document = OPML {
        head: Some(Head {
            title: Some(line(title)),
            owner_name: Some(line(owner)),
            ..Head::default()
        }),
        body: Body {
            outlines: outlines.collect(),
        },
        ..OPML::default()
    };
    let written = document.to_string().expect("writing to memory cannot fail");
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{written}\n").into_bytes()
}

fn outline(feed: &Feed, language: &str) -> Outline {
    let title = line(&feed.title);
    Outline {
        text: title.clone(),
        title: Some(title),
        r#type: Some("rss".to_owned()),
        version: Some("RSS2".to_owned()),
        language: Some(language.to_owned()),
        xml_url: Some(address(&feed.url)),
        html_url: Some(address(&feed.link)),
        ..Outline::default()
    }
}

/// A text in one line, as attributes keep no other.
fn line(value: &str) -> String {
    text(value).replace('\n', " ")
}
