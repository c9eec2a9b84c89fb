//! Which words of a request may stand in the audit: nothing that somebody typed gets through.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Outcome;
use crate::domain::{role::Office, text::Slug};

/// A subject as the audit may hold it: `act_…` and its like, a year, a year and an office; of what was done a series' slug
/// too. A slug that was refused may be anything that somebody typed.
#[must_use]
pub fn subject(text: &str, outcome: Outcome) -> Option<String> {
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let is_known = match (text.split_once('_'), text.split_once('/')) {
        (Some((prefix, rest)), _) => {
            // A delivery's has the position that it is of behind its endpoint's.
            let (rest, position) = rest.split_at_checked(26).unwrap_or((rest, ""));
            let is_position = position.len() < 20 && position.bytes().all(|b| b.is_ascii_digit());
            let is_ulid = rest.len() == 26
                && (position.is_empty() || (prefix == "dlv" && is_position))
                && rest.starts_with(|first: char| ('0'..='7').contains(&first))
                && rest
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            is_ulid
                && [
                    "act", "end", "dlv", "fch", "map", "prp", "src", "tok", "usr",
                ]
                .contains(&prefix)
        }
        (None, Some((year, office))) => is_year(year) && office.parse::<Office>().is_ok(),
        (None, None) => is_year(text) || (outcome == Outcome::Done && text.parse::<Slug>().is_ok()),
    };
    is_known.then(|| text.to_owned())
}

/// So many fields of one entry at most.
const FIELDS: usize = 30;

/// Names of fields that may stand in the audit; a name that is none of these was somebody's own.
const NAMES: &[&str] = &[
    "action",
    "active",
    "activities",
    "activity",
    "actor",
    "address",
    "after",
    "announced",
    "audience",
    "audiences",
    "basis",
    "before",
    "by",
    "caption",
    "change",
    "children",
    "code",
    "columns",
    "comment",
    "confirm",
    "contact",
    "contacts",
    "created_at",
    "defaults",
    "description",
    "disabled_at",
    "district",
    "districts",
    "dry_run",
    "edition",
    "editions",
    "edits",
    "email",
    "en",
    "ends_at",
    "ends_on",
    "figures",
    "format",
    "from",
    "grace_hours",
    "heading_row",
    "highlight",
    "history",
    "hosts",
    "interval_minutes",
    "kind",
    "language",
    "latitude",
    "lines",
    "links",
    "live_url",
    "login",
    "longitude",
    "main_from",
    "main_to",
    "mapping",
    "mode",
    "month",
    "name",
    "new_id",
    "notice",
    "notices",
    "number",
    "office",
    "on",
    "ordering",
    "ordinal",
    "organizers",
    "outcome",
    "outcomes",
    "parent",
    "partner_regions",
    "password",
    "payload",
    "phone",
    "precision",
    "present",
    "previous_when",
    "promise_from",
    "proposals",
    "publish_at",
    "published_at",
    "qualifier",
    "quarter",
    "reason",
    "recorded",
    "registration_url",
    "replaced_by",
    "replay",
    "role",
    "second_factor",
    "secret",
    "section",
    "sections",
    "selection",
    "series",
    "sheet",
    "since",
    "slug",
    "source",
    "sources",
    "starts_at",
    "starts_on",
    "state",
    "stated",
    "stated_on",
    "status",
    "strand",
    "subject",
    "summary",
    "theme",
    "time_zone",
    "title",
    "to",
    "trust",
    "type",
    "uid",
    "until",
    "url",
    "value",
    "values",
    "venue",
    "visited",
    "what",
    "when",
    "year",
    "zh",
];

/// JSON pointers as an entry holds them: each once, in order, in a row with commas.
pub fn pointers<T: AsRef<str>>(all: impl IntoIterator<Item = T>) -> String {
    let sieved: BTreeSet<String> = all.into_iter().map(|one| sieved(one.as_ref())).collect();
    let kept: Vec<String> = sieved
        .into_iter()
        .filter(|one| !one.is_empty())
        .take(FIELDS)
        .collect();
    kept.join(",")
}

fn sieved(pointer: &str) -> String {
    let mut kept = String::new();
    for part in pointer.trim_start_matches('/').split('/').take(8) {
        let is_index =
            !part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit());
        let shown = match part {
            "" => continue,
            part if is_index || NAMES.contains(&part) => part,
            _ => "?",
        };
        kept.push('/');
        kept.push_str(shown);
    }
    kept
}

/// Where two documents differ; an array is looked at as a whole.
#[must_use]
pub fn changed(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(before, after, "", &mut found);
    found
}

fn compare(before: &Value, after: &Value, at: &str, found: &mut Vec<String>) {
    if let (Value::Object(old), Value::Object(new)) = (before, after) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let (old, new) = (old.get(name), new.get(name));
            let at = format!("{at}/{name}");
            compare(
                old.unwrap_or(&Value::Null),
                new.unwrap_or(&Value::Null),
                &at,
                found,
            );
        }
    } else if before != after {
        found.push(at.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_named_by_its_pointer() {
        let before = json!({"title": {"zh": "a", "en": "b"}, "links": [1], "kind": null});
        let after = json!({"title": {"zh": "a", "en": "c"}, "links": [1, 2], "mode": "online"});
        assert_eq!(changed(&before, &after), ["/links", "/mode", "/title/en"]);
    }

    #[test]
    fn what_somebody_typed_does_not_get_through() {
        assert_eq!(
            pointers([
                "/title/zh",
                "/li.lei@example.org",
                "/activities/3/李雷",
                "",
                "/title/zh"
            ]),
            "/?,/activities/3/?,/title/zh"
        );
        let id = "act_01J8Z6W9K3M5N7P9R1T3V5X7Z9";
        for known in [id, "2027", "2027/haidian"] {
            assert_eq!(subject(known, Outcome::Refused).as_deref(), Some(known));
        }
        assert!(subject("ai-week", Outcome::Done).is_some());
        let ulid = "01F72HB8M0M7SY5JWJ78R5JNHD";
        for (typed, is_one) in [("dlv_", true), ("end_", false)] {
            let of_a_position = format!("{typed}{ulid}122");
            assert_eq!(subject(&of_a_position, Outcome::Done).is_some(), is_one);
        }
        for typed in [
            "",
            "li.lei@example.org",
            "act_lilei",
            "act_ZHUGELIANGZHUGELIANGZHUGEL",
            "Li Lei",
            "李雷",
            "13800138000",
            "li-lei",
            "2027/li-lei",
        ] {
            assert_eq!(subject(typed, Outcome::Refused), None, "{typed}");
        }
    }
}
