//! `/sitemap.xml`: every public page in both languages (sitemaps.org 0.9, with Google's hreflang links).
//!
//! Invariant: nothing stands in it that the catalogue does not hold, and nothing that was withdrawn.

use std::fmt::Write;

use axum::extract::State;
use chrono::{DateTime, Utc};
use entity::vocab::{Language, Status};

use super::{page, shelf::Made};
use crate::{catalogue, domain::when::instant, http::Web, publish::news};

/// Pages at most: a sitemap holds 50,000 addresses, and each page has two.
const PAGES: usize = 25_000;

/// A page below the language, and when something was last written down about it.
struct Entry {
    path: String,
    modified: Option<DateTime<Utc>>,
}

pub(super) async fn sitemap(State(web): State<Web>) -> Made {
    let entries = entries(&web.services.catalogue.read());
    let links = &web.services.links;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for entry in &entries {
        let address = |language: Language| {
            feeds::escape_html(&links.to(&format!("/{language}{}", entry.path)))
        };
        for language in [Language::Zh, Language::En] {
            let _ = write!(xml, "<url><loc>{}</loc>", address(language));
            if let Some(modified) = entry.modified {
                let _ = write!(xml, "<lastmod>{}</lastmod>", instant::text(modified));
            }
            for alternate in [Language::Zh, Language::En] {
                let _ = write!(
                    xml,
                    "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>",
                    page::tag(alternate),
                    address(alternate)
                );
            }
            xml.push_str("</url>\n");
        }
    }
    xml.push_str("</urlset>\n");
    Made::text(xml, "application/xml; charset=utf-8")
}

/// Activities go before notices, newer ones before older ones.
fn entries(state: &catalogue::State) -> Vec<Entry> {
    let newest = state
        .notices_after(0)
        .iter()
        .map(|notice| notice.recorded_at)
        .max();
    let start = ["/", "/notices"].map(|path| Entry {
        path: path.to_owned(),
        modified: newest,
    });
    let mut activities: Vec<_> = state
        .activities()
        .filter(|entry| entry.activity().status != Status::Withdrawn)
        .collect();
    activities.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.last.position));
    let activities = activities.into_iter().map(|entry| {
        let activity = entry.activity();
        Entry {
            path: format!("/e/{}-{}", activity.id, activity.slug.0),
            modified: Some(entry.last.recorded_at),
        }
    });
    let notices = state
        .notices_after(0)
        .iter()
        .rev()
        .filter(|notice| news::is_told(notice.kind))
        .filter(|notice| notice.kind != entity::vocab::NoticeKind::Withdrawn)
        .filter(|notice| !state.is_taken_back(notice))
        .map(|notice| Entry {
            path: format!("/notices/{}", notice.id),
            modified: Some(notice.recorded_at),
        });
    start
        .into_iter()
        .chain(activities)
        .chain(notices)
        .take(PAGES)
        .collect()
}
