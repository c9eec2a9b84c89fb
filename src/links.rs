//! Public addresses, made in one place.
//!
//! Invariant: every address is absolute, under `public_base_url`, and has the form that CONTRACT §5 fixes.

use entity::vocab::Language;
use serde_json::{Map, Value, json};

use crate::domain::{activity::Activity, notice::Notice};

/// The addresses of this service.
#[derive(Clone, Debug)]
pub struct Links {
    base: String,
}

impl Links {
    /// Under a base such as `https://calendar.example` (a trailing slash is dropped).
    #[must_use]
    pub fn new(public_base_url: &str) -> Self {
        Self {
            base: public_base_url.trim_end_matches('/').to_owned(),
        }
    }

    /// The base, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// An absolute address from a path that starts with a slash.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The hub, where subscribers ask to be told of feeds.
    #[must_use]
    pub fn hub(&self) -> String {
        self.to("/feeds/hub")
    }

    /// An activity's page.
    #[must_use]
    pub fn activity(&self, language: Language, activity: &Activity) -> String {
        format!(
            "{}/{language}/e/{}-{}",
            self.base, activity.id, activity.slug.0
        )
    }

    /// An activity's calendar.
    #[must_use]
    pub fn activity_ics(&self, language: Language, activity: &Activity) -> String {
        format!(
            "{}/feeds/{language}/activity/{}.ics",
            self.base, activity.id
        )
    }

    /// A notice's page, the permalink of its news item.
    #[must_use]
    pub fn notice(&self, language: Language, notice: &Notice) -> String {
        format!("{}/{language}/notices/{}", self.base, notice.id)
    }

    /// A feed: `scope` and `extension` as in `all`, `ics`.
    #[must_use]
    pub fn feed(&self, language: Language, scope: &str, extension: &str) -> String {
        format!("{}/feeds/{language}/{scope}.{extension}", self.base)
    }

    /// An activity as the API, the feeds' JSON and webhooks show it: its document and its links.
    #[must_use]
    pub fn activity_json(&self, activity: &Activity) -> Value {
        let mut value = serde_json::to_value(activity).expect("an activity has string keys only");
        self.add_links(&mut value, activity);
        value
    }

    /// A notice as the API and webhooks show it.
    #[must_use]
    pub fn notice_json(&self, notice: &Notice) -> Value {
        let mut value = serde_json::to_value(notice).expect("a notice has string keys only");
        if let (Some(activity), Some(inner)) = (&notice.activity, value.get_mut("activity")) {
            self.add_links(inner, activity);
        }
        if let (Some(digest), Some(Value::Array(listed))) = (
            &notice.digest,
            value
                .get_mut("digest")
                .and_then(|digest| digest.get_mut("activities")),
        ) {
            for (activity, inner) in digest.activities.iter().zip(listed) {
                self.add_links(inner, activity);
            }
        }
        value
    }

    fn add_links(&self, value: &mut Value, activity: &Activity) {
        let Some(fields) = value.as_object_mut() else {
            return;
        };
        let mut links = Map::new();
        links.insert(
            "html".to_owned(),
            json!(self.activity(Language::Zh, activity)),
        );
        links.insert(
            "ics".to_owned(),
            json!(self.activity_ics(Language::Zh, activity)),
        );
        links.insert(
            "history".to_owned(),
            json!(format!("{}/history", self.activity(Language::Zh, activity))),
        );
        fields.insert("links".to_owned(), Value::Object(links));
    }
}
