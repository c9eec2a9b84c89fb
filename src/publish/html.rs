//! The HTML of news.

use entity::vocab::Language;
use feeds::escape_html;

use super::{dates::Dates, site::Site};
use crate::domain::activity::Activity;

/// Clean HTML: every text is escaped on its way in.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// The document.
    pub(super) fn into_string(self) -> String {
        self.0
    }

    /// Plain text; its lines stay lines.
    pub(super) fn text(&mut self, text: &str) {
        self.markup(&escape_html(text));
    }

    /// A paragraph of markup.
    pub(super) fn markup(&mut self, markup: &str) {
        self.0
            .push_str(&format!("<p>{}</p>", markup.replace('\n', "<br/>")));
    }

    pub(super) fn links(&mut self, links: &[(&str, String)]) {
        let links: Vec<String> = links
            .iter()
            .map(|(label, url)| {
                format!(
                    "<a href=\"{}\">{}</a>",
                    escape_html(url),
                    escape_html(label)
                )
            })
            .collect();
        self.0.push_str(&format!("<p>{}</p>", links.join(" · ")));
    }

    pub(super) fn list(
        &mut self,
        heading: &str,
        site: &Site,
        activities: &[&Activity],
        dates: Dates,
        language: Language,
    ) {
        if activities.is_empty() {
            return;
        }
        self.0
            .push_str(&format!("<h3>{}</h3><ul>", escape_html(heading)));
        for activity in activities {
            let title = escape_html(activity.content.title.in_language(language).0);
            let when = dates
                .start(&activity.content.when)
                .unwrap_or_else(|| dates.unknown().to_owned());
            let url = escape_html(&site.links.activity(language, activity));
            self.0.push_str(&format!(
                "<li>{} · <a href=\"{url}\">{title}</a></li>",
                escape_html(&when)
            ));
        }
        self.0.push_str("</ul>");
    }
}
