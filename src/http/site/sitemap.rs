//! `/sitemap.xml`: every public page in both languages (sitemaps.org 0.9, with Google's hreflang links).
//!
//! Invariant: nothing stands in it that the catalogue does not hold, and nothing that was withdrawn.

use std::{collections::BTreeSet, fmt::Write};

use axum::extract::State;
use chrono::{DateTime, Utc};
use entity::vocab::{District, Language, Status};

use super::{browse::venue, lookup, page, shelf::Made};
use crate::{
    catalogue,
    domain::when::{Month, instant},
    http::Web,
    publish::news,
};

/// Pages at most: a sitemap holds 50,000 addresses, and each page has two.
const PAGES: usize = 25_000;

/// A page below the language, and when something was last written down about it.
struct Entry {
    path: String,
    modified: Option<DateTime<Utc>>,
}

pub(super) async fn sitemap(State(web): State<Web>) -> Made {
    let entries = entries(&web.services.catalogue.read(), lookup::this_year(&web));
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
fn entries(state: &catalogue::State, this_year: i32) -> Vec<Entry> {
    let newest = state.last_recorded();
    let start = standing(state, this_year).into_iter().map(|path| Entry {
        // Of the others nobody wrote down when they changed.
        modified: newest.filter(|_| ["/", "/notices"].contains(&path.as_str())),
        path,
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
    start.chain(activities).chain(notices).take(PAGES).collect()
}

/// The pages that stand whatever is announced, and those of the parts that something was announced in.
fn standing(state: &catalogue::State, this_year: i32) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/",
        "/notices",
        "/agenda",
        "/subscribe",
        "/districts",
        "/series",
        "/kinds",
        "/audiences",
        "/venues",
        "/editions",
        "/about",
        "/developers",
        "/accessibility",
    ]
    .map(str::to_owned)
    .into();
    let mut months: BTreeSet<Month> = BTreeSet::new();
    let mut parts: BTreeSet<String> = BTreeSet::new();
    for entry in state.activities() {
        let activity = entry.activity();
        if activity.status == Status::Withdrawn {
            continue;
        }
        months.extend(activity.shown_when().month());
        let content = &activity.content;
        parts.extend(content.kind.map(|kind| format!("/kinds/{kind}")));
        parts.extend(
            content
                .audiences
                .iter()
                .map(|it| format!("/audiences/{it}")),
        );
        parts.extend(venue::name(activity).map(venue::path));
    }
    let districts = District::ALL.iter().map(|it| format!("/districts/{it}"));
    paths.extend(districts);
    for year in lookup::years(state, this_year) {
        paths.push(format!("/calendar/{year}"));
    }
    for edition in state.editions() {
        let year = edition.value.year;
        paths.push(format!("/promise/{year}"));
        let sections = edition.value.sections.iter();
        paths.extend(sections.map(|section| format!("/sections/{year}/{}", section.slug.0)));
    }
    let series = state.all_series();
    paths.extend(series.map(|series| format!("/series/{}", series.value.slug.0)));
    paths.extend(months.iter().map(|month| format!("/calendar/{month}")));
    paths.extend(parts);
    paths
}
