//! Atom 1.0 (RFC 4287) through the `atom_syndication` crate, which escapes markup but writes any character it is given.
//!
//! Owns the mapping of [`Channel`] and [`Entry`] to elements. Refuses to know the wording.
//!
//! Invariants: every text passes [`clean`] here. An entry's id is another one than in RSS, so that a reader which
//! keeps entries by id across feeds tells nothing twice as the same.

use std::collections::BTreeMap;

use atom_syndication as atom;
use atom_syndication::extension::{Extension, ExtensionMap};
use chrono::{DateTime, FixedOffset, SubsecRound, Utc};

use crate::news::{Category, Channel, Entry, Happening, Link, NAMESPACE, Part};
use crate::slot::shanghai;
use crate::text::{address, text};
use crate::{Point, clean};

/// The Content-Type of these documents.
pub const MEDIA_TYPE: &str = "application/atom+xml";

/// Every prefix that a feed may use, declared in every feed.
const NAMESPACES: [(&str, &str); 5] = [
    ("dcterms", "http://purl.org/dc/terms/"),
    ("ev", "http://purl.org/rss/1.0/modules/event/"),
    ("fh", "http://purl.org/syndication/history/1.0"),
    ("georss", "http://www.georss.org/georss"),
    ("yueli", NAMESPACE),
];

/// The feed: `channel` with `entries` in their order.
pub fn render(channel: &Channel, entries: &[Entry]) -> Vec<u8> {
    let Channel {
        id,
        title,
        description,
        link,
        author,
        language,
        last_build_at,
        begun_at,
        image_url,
        self_url: _,
        translations: _,
        hub: _,
        part,
    } = channel;
    let mut links: Vec<_> = channel.links().into_iter().map(of_feed).collect();
    // The last: newsboat takes the last alternate for the feed's page, of whatever type it is.
    links.push(atom::Link {
        hreflang: Some(language.tag().to_owned()),
        ..linked("alternate", "text/html", link)
    });
    let mut more = Elements::default();
    match part {
        Part::Newest { .. } => {}
        Part::Complete => more.add("fh", "complete", None),
        Part::Archive { .. } => more.add("fh", "archive", None),
    }
    let document = atom::Feed {
        title: plain(title),
        id: text(id),
        updated: instant(last_build_at.unwrap_or(*begun_at)),
        authors: vec![person(author)],
        subtitle: Some(plain(description)),
        logo: Some(address(image_url)),
        lang: Some(language.tag().to_owned()),
        links,
        entries: entries.iter().map(entry).collect(),
        extensions: more.0,
        namespaces: NAMESPACES
            .iter()
            .map(|(prefix, uri)| ((*prefix).to_owned(), (*uri).to_owned()))
            .collect(),
        ..atom::Feed::default()
    };
    let mut bytes = document
        .write_to(Vec::new())
        .expect("writing to memory cannot fail");
    bytes.push(b'\n');
    bytes
}

fn entry(entry: &Entry) -> atom::Entry {
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
    let mut links = vec![linked("alternate", "text/html", link)];
    links.extend(
        calendar_url
            .iter()
            .map(|url| linked("related", "text/calendar", url)),
    );
    let mut more = Elements::default();
    if let Some(url) = activity_url {
        more.element("dcterms", "isVersionOf", &address(url));
    }
    if let Some(earlier) = replaces {
        more.element("dcterms", "replaces", &own_id(earlier));
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
    atom::Entry {
        title: plain(title),
        id: own_id(id),
        updated: instant(*published_at),
        published: Some(instant(*published_at)),
        authors: creator.iter().map(|name| person(name)).collect(),
        categories: categories.iter().map(category).collect(),
        links,
        summary: (!summary.is_empty()).then(|| plain(summary)),
        content: Some(atom::Content {
            value: Some(clean(html).into_owned()),
            content_type: Some("html".to_owned()),
            ..atom::Content::default()
        }),
        extensions: more.0,
        ..atom::Entry::default()
    }
}

/// To the second: newsboat loses the offset behind a fraction.
fn instant(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    shanghai(at).trunc_subsecs(0)
}

fn own_id(id: &str) -> String {
    text(id) + "/atom"
}

fn plain(value: &str) -> atom::Text {
    atom::Text::plain(text(value))
}

fn person(name: &str) -> atom::Person {
    atom::Person {
        name: text(name),
        ..atom::Person::default()
    }
}

fn of_feed(link: Link<'_>) -> atom::Link {
    let Link { rel, url, language } = link;
    atom::Link {
        href: address(url),
        rel: rel.to_owned(),
        hreflang: language.map(|language| language.tag().to_owned()),
        mime_type: (rel != "hub").then(|| MEDIA_TYPE.to_owned()),
        ..atom::Link::default()
    }
}

fn linked(rel: &str, kind: &str, url: &str) -> atom::Link {
    atom::Link {
        href: address(url),
        rel: rel.to_owned(),
        mime_type: Some(kind.to_owned()),
        ..atom::Link::default()
    }
}

fn category(category: &Category) -> atom::Category {
    let Category { domain, term } = category;
    atom::Category {
        term: text(term),
        scheme: Some(address(domain)),
        ..atom::Category::default()
    }
}

/// Elements of other namespaces. The crate writes them sorted by prefix and name.
#[derive(Default)]
struct Elements(ExtensionMap);

impl Elements {
    fn element(&mut self, prefix: &str, name: &str, value: &str) {
        self.add(prefix, name, Some(text(value)));
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
        for (name, value) in [
            ("enddate", &end),
            ("location", location),
            ("organizer", organizer),
            ("type", kind),
        ] {
            if let Some(value) = value {
                self.element("ev", name, value);
            }
        }
    }

    /// Without attributes: the crate would write them as they are.
    fn add(&mut self, prefix: &str, name: &str, value: Option<String>) {
        self.0
            .entry(prefix.to_owned())
            .or_default()
            .entry(name.to_owned())
            .or_default()
            .push(Extension {
                name: format!("{prefix}:{name}"),
                value,
                attrs: BTreeMap::new(),
                children: BTreeMap::new(),
            });
    }
}
