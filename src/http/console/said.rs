//! What the fields of an activity say, in words: for whoever reads or compares, not for forms.
//!
//! Invariant: a word that is in no vocabulary is shown as it is.

use entity::vocab::{Language, Qualifier};

use super::{sheet::Sheet, words as w};
use crate::{
    domain::{input::Faults, when::When},
    http::site::organizer_role,
    publish::{
        dates::Dates,
        wording::{self, either},
    },
};

/// In this order people look for them; others follow.
const ORDER: [&str; 25] = [
    "title",
    "when",
    "districts",
    "venue",
    "mode",
    "kind",
    "strand",
    "edition",
    "section",
    "series",
    "parent",
    "audiences",
    "organizers",
    "partner_regions",
    "summary",
    "description",
    "highlight",
    "registration_url",
    "live_url",
    "figures",
    "outcomes",
    "contact",
    "office",
    "slug",
    "sources",
];

/// A label with its value.
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
}

impl Fact {
    pub(super) fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
        }
    }
}

fn field(group: &str) -> &str {
    group[1..].split('/').next().unwrap_or_default()
}

/// Where a group stands among others: the reader's own language first.
pub(super) fn place(group: &str, language: Language) -> (usize, bool) {
    let at = ORDER.iter().position(|name| *name == field(group));
    let other = either(language, "/en", "/zh");
    (at.unwrap_or(ORDER.len()), group.ends_with(other))
}

/// What a group of fields is called.
pub(super) fn label(group: &str, language: Language) -> String {
    let label = w::label(field(group), language);
    let phrase = match group.rsplit('/').next() {
        Some("zh") => w::IN_CHINESE,
        Some("en") => w::IN_ENGLISH,
        _ => return label.to_owned(),
    };
    phrase.say(language, &[("label", label)])
}

/// What a group of fields says.
pub(super) fn said(sheet: &Sheet, group: &str, language: Language) -> String {
    match field(group) {
        "when" => when(sheet, language),
        "venue" => {
            let parts = [
                "name/zh",
                "name/en",
                "address/zh",
                "address/en",
                "latitude",
                "longitude",
            ];
            let parts = parts.map(|part| sheet.get(&format!("/venue/{part}")));
            filled(parts).join(" · ")
        }
        list @ ("figures" | "organizers" | "outcomes") => {
            let rows = 0..sheet.rows(list);
            let rows = rows.map(|row| {
                let get = |name: &str| sheet.get(&format!("/{list}/{row}/{name}"));
                match list {
                    "figures" => figure(&get, language),
                    "organizers" => organizer(&get, language),
                    _ => filled([get("zh"), get("en")]).join(" / "),
                }
            });
            rows.collect::<Vec<_>>().join(either(language, "；", "; "))
        }
        field => w::value(field, &sheet.shown(group), language),
    }
}

fn filled<const N: usize>(texts: [&str; N]) -> Vec<&str> {
    texts.into_iter().filter(|text| !text.is_empty()).collect()
}

/// A date as people read it; nothing where none is stated.
pub(super) fn date(when: &When, language: Language) -> String {
    match when {
        When::Unstated => String::new(),
        when => Dates::with_years(language)
            .full(when)
            .unwrap_or_else(|| w::NOT_KNOWN.plain(language).to_owned()),
    }
}

fn when(sheet: &Sheet, language: Language) -> String {
    let value = sheet.json(&mut Faults::default());
    match serde_json::from_value::<When>(value["when"].clone()) {
        Ok(when) => date(&when, language),
        // What was typed and is no date.
        Err(_) => sheet.shown("/when"),
    }
}

fn figure<'a>(get: &impl Fn(&str) -> &'a str, language: Language) -> String {
    let what = wording::figure(get("what"), language);
    let said = get("qualifier");
    let qualifier = match said.parse::<Qualifier>() {
        Ok(Qualifier::Exact) => "",
        Ok(known) => either(language, known.zh(), known.en()),
        Err(_) => said,
    };
    filled([what, qualifier, get("value")]).join(" ")
}

fn organizer<'a>(get: &impl Fn(&str) -> &'a str, language: Language) -> String {
    let names = match language {
        Language::Zh => [get("name/zh"), get("name/en")],
        Language::En => [get("name/en"), get("name/zh")],
    };
    let name = filled(names).first().copied().unwrap_or_default();
    let role = organizer_role(get("role"), language);
    let dash = either(language, "——", " – ");
    filled([name, role]).join(dash)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_told_as_people_say_them() {
        let sheet = Sheet::of_json(&json!({
            "title": {"zh": "路演"},
            "when": {"precision": "minute", "starts_at": "2026-12-11T14:00:00+08:00", "ends_at": "2026-12-11T17:00:00+08:00"},
            "kind": "roadshow",
            "figures": [{"what": "on_site", "value": 320, "qualifier": "nearly"}],
            "organizers": [{"name": {"zh": "科技部"}, "role": "host"}],
            "highlight": true,
        }));
        let zh = |group: &str| said(&sheet, group, Language::Zh);
        assert_eq!(zh("/when"), "2026年12月11日 周五 14:00—17:00");
        assert_eq!(zh("/kind"), "项目路演");
        assert!(zh("/figures").starts_with("现场人数"), "{}", zh("/figures"));
        assert!(zh("/figures").ends_with("320"), "{}", zh("/figures"));
        assert!(
            zh("/organizers").starts_with("科技部——"),
            "{}",
            zh("/organizers")
        );
        assert_eq!(zh("/highlight"), "是");
        assert_eq!(label("/title/zh", Language::En), "Title (Chinese)");
        assert!(place("/title/en", Language::En) < place("/title/zh", Language::En));
        assert!(place("/title/zh", Language::En) < place("/when", Language::En));
    }
}
