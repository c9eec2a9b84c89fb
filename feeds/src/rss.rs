//! RSS 2.0 through the `rss` crate, which escapes markup but writes any character it is given.
//!
//! Owns the mapping of [`Channel`] and [`Entry`] to elements. Refuses to know the wording.
//!
//! Invariant: every text passes [`clean`] here, whatever the caller did before: one control
//! character makes expat and libxml2 refuse the whole feed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rss::extension::{Extension, ExtensionMap};

use crate::news::{Category, Channel, Entry, Happening, Link, NAMESPACE, Part};
use crate::slot::shanghai;
use crate::text::{address, text};
use crate::{Language, Point, clean, escape_html};

/// The Content-Type of these documents.
pub const MEDIA_TYPE: &str = "application/rss+xml";

/// Minutes a reader may wait before it asks again.
const TTL: &str = "60";

/// Every prefix that a feed may use. All are declared in every feed, so that the crate's missing
/// check for undeclared prefixes cannot matter.
const NAMESPACES: [(&str, &str); 8] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("ev", "http://purl.org/rss/1.0/modules/event/"),
    ("fh", "http://purl.org/syndication/history/1.0"),
    ("georss", "http://www.georss.org/georss"),
    ("yueli", NAMESPACE),
];

/// The feed: `channel` with `entries` in their order.
pub fn render(channel: &Channel, entries: &[Entry]) -> Vec<u8> {
    let Channel {
        id: _,
        title,
        description,
        link,
        author: _,
        language,
        last_build_at,
        begun_at: _,
        image_url,
        self_url: _,
        translations: _,
        hub: _,
        part,
    } = channel;
    let mut more = Elements::default();
    for Link { rel, url, language } in channel.links() {
        let kind = (rel != "hub").then_some(MEDIA_TYPE);
        more.link(rel, kind, language, url);
    }
    match part {
        Part::Newest { .. } => {}
        Part::Complete => more.add("fh", "complete", None, BTreeMap::new()),
        Part::Archive { .. } => more.add("fh", "archive", None, BTreeMap::new()),
    }
    let document = rss::Channel {
        title: text(title),
        link: address(link),
        description: text(&escape_html(description)),
        language: Some(self::language(*language).to_owned()),
        last_build_date: last_build_at.map(rfc2822),
        ttl: Some(TTL.to_owned()),
        image: Some(rss::Image {
            url: address(image_url),
            title: text(title),
            link: address(link),
            ..rss::Image::default()
        }),
        items: entries.iter().map(item).collect(),
        extensions: more.0,
        namespaces: NAMESPACES
            .iter()
            .map(|(prefix, uri)| ((*prefix).to_owned(), (*uri).to_owned()))
            .collect(),
        ..rss::Channel::default()
    };
    let mut bytes = document
        .write_to(Vec::new())
        .expect("writing to memory cannot fail");
    bytes.push(b'\n');
    bytes
}

fn item(entry: &Entry) -> rss::Item {
    let Entry {
        id,
        title,
        link,
        published_at,
        summary,
        html,
        creator,
        event,
        point,
        calendar_url,
        activity_url,
        replaces,
        categories,
        revision,
        position,
    } = entry;
    let mut more = Elements::default();
    if let Some(url) = calendar_url {
        more.link("related", Some("text/calendar"), None, url);
    }
    if let Some(creator) = creator {
        more.element("dc", "creator", creator);
    }
    if let Some(url) = activity_url {
        more.element("dcterms", "isVersionOf", &address(url));
    }
    if let Some(earlier) = replaces {
        more.element("dcterms", "replaces", earlier);
    }
    if let Some(event) = event {
        more.event(event);
    }
    if let Some(point) = point.filter(Point::is_on_earth) {
        more.element("georss", "point", &point.text());
    }
    if let Some(revision) = revision {
        more.element("yueli", "revision", &revision.to_string());
    }
    more.element("yueli", "position", &position.to_string());
    rss::Item {
        title: Some(text(title)),
        link: Some(address(link)),
        // Readers take a description for HTML, also where it holds no markup.
        description: Some(escape_html(summary)),
        content: Some(clean(html).into_owned()),
        categories: categories.iter().map(category).collect(),
        guid: Some(rss::Guid {
            value: text(id),
            permalink: false,
        }),
        pub_date: Some(rfc2822(*published_at)),
        extensions: more.0,
        ..rss::Item::default()
    }
}

fn category(category: &Category) -> rss::Category {
    let Category { domain, term } = category;
    rss::Category {
        name: text(term),
        domain: Some(address(domain)),
    }
}

/// Elements of other namespaces. The crate writes them sorted by prefix and name.
#[derive(Default)]
struct Elements(ExtensionMap);

impl Elements {
    fn element(&mut self, prefix: &str, name: &str, value: &str) {
        self.add(prefix, name, Some(text(value)), BTreeMap::new());
    }

    fn link(&mut self, rel: &str, kind: Option<&str>, language: Option<Language>, url: &str) {
        let mut attrs = BTreeMap::from([
            ("rel".to_owned(), rel.to_owned()),
            ("href".to_owned(), address(url)),
        ]);
        if let Some(kind) = kind {
            attrs.insert("type".to_owned(), kind.to_owned());
        }
        if let Some(language) = language {
            attrs.insert("hreflang".to_owned(), language.tag().to_owned());
        }
        self.add("atom", "link", None, attrs);
    }

    fn event(&mut self, event: &Happening) {
        let Happening {
            slot,
            location,
            organizer,
            kind,
        } = event;
        let (start, end) = slot.text();
        self.element("ev", "startdate", &start);
        if let Some(end) = end {
            self.element("ev", "enddate", &end);
        }
        for (name, value) in [
            ("location", location),
            ("organizer", organizer),
            ("type", kind),
        ] {
            if let Some(value) = value {
                self.element("ev", name, value);
            }
        }
    }

    fn add(
        &mut self,
        prefix: &str,
        name: &str,
        value: Option<String>,
        attrs: BTreeMap<String, String>,
    ) {
        self.0
            .entry(prefix.to_owned())
            .or_default()
            .entry(name.to_owned())
            .or_default()
            .push(Extension {
                name: format!("{prefix}:{name}"),
                value,
                attrs,
                children: BTreeMap::new(),
            });
    }
}

/// RFC 822 with a four-digit year and a numeric zone, which every parser reads; `CST` is American.
fn rfc2822(instant: DateTime<Utc>) -> String {
    shanghai(instant)
        .format("%a, %d %b %Y %H:%M:%S %z")
        .to_string()
}

/// The codes that the RSS board lists for channels.
pub(crate) fn language(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-cn",
        Language::En => "en",
    }
}
