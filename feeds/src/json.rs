//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).
//!
//! Owns the mapping of [`Channel`] and [`Entry`] to members; what the format has no member for stands in the extension
//! `_yueli`. Refuses to know the wording. Invariant: what stands in RSS stands here too, in the same words.

use chrono::SubsecRound;
use serde::Serialize;

use crate::news::{Category, Channel, Entry, Happening, NAMESPACE, Part};
use crate::slot::shanghai;
use crate::text::{address, text};
use crate::{Point, clean};

/// The Content-Type of these documents.
pub const MEDIA_TYPE: &str = "application/feed+json";

/// The version that a document names.
pub(crate) const VERSION: &str = "https://jsonfeed.org/version/1.1";

#[derive(Serialize)]
struct Document {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    description: String,
    /// Older items: the archive that RSS and Atom name.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    icon: String,
    authors: [Author; 1],
    language: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub>,
    #[serde(rename = "_yueli")]
    more: About,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Author {
    name: String,
}

#[derive(Serialize)]
struct Hub {
    r#type: &'static str,
    url: String,
}

/// What a document says about itself beyond the format; RFC 5005 in JSON.
#[derive(Serialize)]
struct About {
    about: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Linked>,
}

#[derive(Serialize)]
struct Linked {
    rel: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hreflang: Option<&'static str>,
    href: String,
}

#[derive(Serialize)]
struct Item {
    id: String,
    url: String,
    title: String,
    content_html: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    summary: String,
    date_published: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author>,
    tags: Vec<String>,
    #[serde(rename = "_yueli")]
    more: More,
}

#[derive(Serialize)]
struct More {
    position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_version_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<String>,
    categories: Vec<Filed>,
}

#[derive(Serialize)]
struct Event {
    startdate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    enddate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<String>,
}

#[derive(Serialize)]
struct Filed {
    domain: String,
    term: String,
}

/// The feed: `channel` with `entries` in their order.
pub fn render(channel: &Channel, entries: &[Entry]) -> Vec<u8> {
    let Channel {
        id: _,
        title,
        description,
        link,
        author,
        language,
        last_build_at: _,
        begun_at: _,
        image_url,
        self_url,
        translations: _,
        hub,
        part,
    } = channel;
    let older = match part {
        Part::Complete => None,
        Part::Newest { prev_archive } | Part::Archive { prev_archive, .. } => prev_archive.as_ref(),
    };
    let links = channel.links().into_iter();
    let links = links.filter(|link| !matches!(link.rel, "self" | "hub"));
    let document = Document {
        version: VERSION,
        title: text(title),
        home_page_url: address(link),
        feed_url: address(self_url),
        description: text(description),
        next_url: older.map(|url| address(url)),
        icon: address(image_url),
        authors: [author_of(author)],
        language: language.tag(),
        hubs: hub.iter().map(|url| hub_at(url)).collect(),
        more: About {
            about: NAMESPACE,
            complete: (*part == Part::Complete).then_some(true),
            archive: matches!(part, Part::Archive { .. }).then_some(true),
            links: links
                .map(|link| Linked {
                    rel: link.rel,
                    hreflang: link.language.map(crate::Language::tag),
                    href: address(link.url),
                })
                .collect(),
        },
        items: entries.iter().map(item).collect(),
    };
    let mut bytes = serde_json::to_vec(&document).expect("texts and numbers alone");
    bytes.push(b'\n');
    bytes
}

fn item(entry: &Entry) -> Item {
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
    let point = point.filter(Point::is_on_earth).map(|point| point.text());
    Item {
        id: text(id),
        url: address(link),
        title: text(title),
        content_html: clean(html).into_owned(),
        summary: text(summary),
        date_published: shanghai(*published_at).trunc_subsecs(0).to_rfc3339(),
        authors: creator.iter().map(|name| author_of(name)).collect(),
        tags: categories.iter().map(|it| text(&it.term)).collect(),
        more: More {
            position: *position,
            revision: *revision,
            is_version_of: activity_url.as_ref().map(|url| address(url)),
            replaces: replaces.as_ref().map(|id| text(id)),
            calendar_url: calendar_url.as_ref().map(|url| address(url)),
            event: event.as_ref().map(happening),
            point,
            categories: categories.iter().map(filed).collect(),
        },
    }
}

fn author_of(name: &str) -> Author {
    Author { name: text(name) }
}

fn hub_at(url: &str) -> Hub {
    Hub {
        r#type: "WebSub",
        url: address(url),
    }
}

fn happening(event: &Happening) -> Event {
    let Happening {
        slot,
        location,
        organizer,
        kind,
    } = event;
    let (startdate, enddate) = slot.text();
    let said = |value: &Option<String>| value.as_ref().map(|value| text(value));
    Event {
        startdate,
        enddate,
        location: said(location),
        organizer: said(organizer),
        r#type: said(kind),
    }
}

fn filed(category: &Category) -> Filed {
    let Category { domain, term } = category;
    Filed {
        domain: address(domain),
        term: text(term),
    }
}
