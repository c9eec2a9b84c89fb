//! What stands here, what a source said before and what it says now, side by side and in words.
//!
//! Invariant: a field is told as the activity's own page tells it.

use std::collections::BTreeSet;

use entity::vocab::{Language, Status};
use serde_json::{Map, Value};

use super::super::{
    said::{self, Fact},
    sheet::Sheet,
    words::{self as w},
};
use crate::{
    domain::tracking::Do,
    publish::wording::{Phrase, either},
    store::proposals::{Document, Row},
};

/// One field.
pub(super) struct Side {
    pub(super) label: String,
    pub(super) here: String,
    pub(super) before: String,
    pub(super) now: String,
    /// Whether an editor changed it, who may have had reasons.
    pub(super) disputed: bool,
}

/// Characters of a value that a line of a list has room for.
const SHORT: usize = 60;

/// All that differs, in the order that people look for it.
pub(super) fn sides(row: &Row, document: &Document, language: Language) -> Vec<Side> {
    let of = |fields: &Map<String, Value>| {
        let mut fields = fields.clone();
        fields.retain(|name, _| !matches!(name.as_str(), "said" | "status"));
        Sheet::of_json(&Value::Object(fields))
    };
    let mut here = document.here.clone();
    // Of what is called off the date is shown where it is another one here.
    here.retain(|name, _| row.kind != "cancel" || document.now.contains_key(name));
    let (here, before, now) = (of(&here), of(&document.before), of(&document.now));
    let empty = Sheet::default();
    let all = [&here, &before, &now];
    let groups = all.into_iter().flat_map(|sheet| sheet.differs_from(&empty));
    let groups: BTreeSet<String> = groups.collect();
    let mut groups: Vec<String> = groups.into_iter().collect();
    groups.sort_by_key(|group| said::place(group, language));
    let mut sides: Vec<Side> = groups
        .iter()
        .map(|group| {
            let said = |sheet: &Sheet| said::said(sheet, group, language);
            let (here, before, now) = (said(&here), said(&before), said(&now));
            Side {
                label: said::label(group, language),
                disputed: document.conflict && !before.is_empty() && before != here,
                here,
                before,
                now,
            }
        })
        .filter(|side| side.here != side.now)
        .collect();
    let stands = stands(row, document);
    if let Some(phrase) = stands {
        let status = document.here.get("status").and_then(Value::as_str);
        let status = status.and_then(|status| status.parse::<Status>().ok());
        sides.insert(
            0,
            Side {
                label: w::label("status", language).to_owned(),
                here: status
                    .map_or("", |it| either(language, it.zh(), it.en()))
                    .to_owned(),
                before: String::new(),
                now: phrase.plain(language).to_owned(),
                disputed: false,
            },
        );
    }
    sides
}

/// What the source says of taking place, where it is about that.
fn stands(row: &Row, document: &Document) -> Option<Phrase> {
    let said = document.now.get("said").and_then(Value::as_str);
    match (row.kind.as_str(), said) {
        ("cancel", Some("gone")) => Some(w::GONE_FROM_SOURCE),
        ("cancel", _) => Some(w::CALLED_OFF_THERE),
        ("postpone", _) => Some(w::PUT_OFF_THERE),
        _ => None,
    }
}

/// What an entry says of a new activity, field by field.
pub(super) fn facts(document: &Document, language: Language) -> Vec<Fact> {
    let sheet = Sheet::of_json(&Value::Object(document.now.clone()));
    let mut groups = sheet.differs_from(&Sheet::default());
    groups.sort_by_key(|group| said::place(group, language));
    let facts = groups.iter().map(|group| {
        let value = said::said(&sheet, group, language);
        Fact::new(said::label(group, language), value)
    });
    facts.filter(|fact| !fact.value.is_empty()).collect()
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(SHORT).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace('\n', " ")
}

/// A proposal in a line: the old and the new.
pub(super) fn summary(row: &Row, document: &Document, language: Language) -> String {
    if document.action == Do::Announce {
        let facts = facts(document, language);
        let told = facts.iter().filter(|fact| {
            ["venue", "districts"]
                .map(|name| w::label(name, language))
                .contains(&fact.label.as_str())
        });
        let told: Vec<String> = told.map(|fact| short(&fact.value)).collect();
        return told.join(" · ");
    }
    let sides = sides(row, document, language);
    let told = sides.iter().take(3).map(|side| {
        let (here, now) = (short(&side.here), short(&side.now));
        let colon = either(language, "：", ": ");
        match here.is_empty() {
            true => format!("{}{colon}{now}", side.label),
            false => format!("{}{colon}{here} → {now}", side.label),
        }
    });
    told.collect::<Vec<_>>().join(either(language, "；", "; "))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    fn row(kind: &str) -> Row {
        Row {
            id: "prp_1".to_owned(),
            source_id: "src_1".to_owned(),
            fetch_id: "fch_1".to_owned(),
            entry_key: "1@a".to_owned(),
            activity_id: "act_1".to_owned(),
            office: "city".to_owned(),
            kind: kind.to_owned(),
            state: "open".to_owned(),
            document: String::new(),
            fingerprint: String::new(),
            created_at: DateTime::UNIX_EPOCH,
            decided_at: None,
            decided_by: None,
            reason: None,
            position: None,
        }
    }

    fn document(value: Value) -> Document {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_differs_stands_side_by_side_in_words() {
        let day = |day: u8| json!({"when": {"precision": "day", "starts_on": format!("2021-08-{day:02}")}});
        let moved = document(json!({
            "action": "reschedule", "body": {}, "fields": ["when"],
            "here": day(5), "before": day(1), "now": day(2), "conflict": true, "evidence": null,
        }));
        let sides = sides(&row("reschedule"), &moved, Language::Zh);
        assert_eq!(sides.len(), 1);
        let side = &sides[0];
        assert!(side.here.starts_with("2021年8月5日"), "{}", side.here);
        assert!(side.before.starts_with("2021年8月1日") && side.now.starts_with("2021年8月2日"));
        assert!(side.disputed);
        let said = summary(&row("reschedule"), &moved, Language::Zh);
        assert!(said.starts_with("时间：2021年8月5日"), "{said}");
    }

    #[test]
    fn what_is_the_same_is_not_told_and_what_is_gone_is() {
        let gone = document(json!({
            "action": "cancel", "body": {}, "fields": [], "here": {"status": "scheduled"}, "before": {},
            "now": {"said": "gone"}, "conflict": false, "evidence": null,
        }));
        let said = sides(&row("cancel"), &gone, Language::Zh);
        assert_eq!(said[0].now, "来源中已没有这一条");
        assert_eq!(said[0].here, Status::Scheduled.zh());
        let same = document(json!({
            "action": "update", "body": {}, "fields": ["title"], "here": {"title": {"zh": "甲", "en": "A"}}, "before": {},
            "now": {"title": {"zh": "乙", "en": "A"}}, "conflict": false, "evidence": null,
        }));
        let said = sides(&row("update"), &same, Language::Zh);
        assert_eq!(said.len(), 1);
        assert_eq!((said[0].here.as_str(), said[0].now.as_str()), ("甲", "乙"));
    }
}
