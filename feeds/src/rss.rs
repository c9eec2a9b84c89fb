//! RSS 2.0 through the `rss` crate, which escapes markup but writes any character it is given.
//!
//! Owns the mapping of [`Channel`] and [`Entry`] to elements. Refuses to know the wording.
//!
//! Invariant: every text passes [`clean`] here, whatever the caller did before: one control
//! character makes expat and libxml2 refuse the whole feed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rss::extension::{Extension, ExtensionMap};

use crate::news::{Category, Channel, Entry, Happening};
use crate::slot::shanghai;
use crate::{Language, Point, Slot, clean, escape_html};

/// The namespace of `yueli:revision` and `yueli:position`. A name, not an address that must answer.
pub const NAMESPACE: &str = "https://yueli.example/ns";

/// Minutes a reader may wait before it asks again.
const TTL: &str = "60";

/// Every prefix that a feed may use. All are declared in every feed, so that the crate's missing
/// check for undeclared prefixes cannot matter.
const NAMESPACES: [(&str, &str); 7] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("ev", "http://purl.org/rss/1.0/modules/event/"),
    ("georss", "http://www.georss.org/georss"),
    ("yueli", NAMESPACE),
];

/// The feed: `channel` with `entries` in their order.
pub fn render(channel: &Channel, entries: &[Entry]) -> Vec<u8> {
    let Channel {
        title,
        description,
        link,
        language,
        last_build_at,
        image_url,
        self_url,
        translations,
        hub,
        prev_archive,
    } = channel;
    let mut more = Elements::default();
    more.link("self", Some("application/rss+xml"), None, self_url);
    for (language, url) in translations {
        more.link(
            "alternate",
            Some("application/rss+xml"),
            Some(*language),
            url,
        );
    }
    if let Some(hub) = hub {
        more.link("hub", None, None, hub);
    }
    if let Some(url) = prev_archive {
        more.link("prev-archive", Some("application/rss+xml"), None, url);
    }
    let document = rss::Channel {
        title: text(title),
        link: address(link),
        description: text(&escape_html(description)),
        language: Some(rss_language(*language).to_owned()),
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
    if let Some(Point {
        latitude,
        longitude,
    }) = point.filter(Point::is_on_earth)
    {
        more.element("georss", "point", &format!("{latitude:.6} {longitude:.6}"));
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
        match slot {
            Slot::Timed { starts_at, ends_at } => {
                self.element("ev", "startdate", &shanghai(*starts_at).to_rfc3339());
                if let Some(ends_at) = ends_at {
                    self.element("ev", "enddate", &shanghai(*ends_at).to_rfc3339());
                }
            }
            Slot::Days { starts_on, ends_on } => {
                self.element("ev", "startdate", &starts_on.to_string());
                self.element("ev", "enddate", &ends_on.to_string());
            }
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

/// A text that may stand in an element.
fn text(text: &str) -> String {
    clean(text).into_owned()
}

/// An address: one line, whatever it was given as.
fn address(url: &str) -> String {
    clean(url).replace(['\n', ' '], "")
}

/// RFC 822 with a four-digit year and a numeric zone, which every parser reads; `CST` is American.
fn rfc2822(instant: DateTime<Utc>) -> String {
    shanghai(instant)
        .format("%a, %d %b %Y %H:%M:%S %z")
        .to_string()
}

/// The codes that the RSS board lists for channels.
fn rss_language(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-cn",
        Language::En => "en",
    }
}
