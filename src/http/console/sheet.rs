//! An activity (or an edition) as a form's fields, and back.
//!
//! A field's name is where its value stands in the JSON that the API takes (RFC 6901), so faults find their fields by
//! themselves. Owns the few values that a form writes otherwise than JSON: dates, numbers, lists. Invariants: an empty
//! field is null; no hour is made up; what somebody typed is shown to them again as they typed it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::form::{Form, MOST};
use crate::domain::{input::Faults, when::When};

mod when;

/// Fields by name; several values where a name may have several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet(BTreeMap<String, Vec<String>>);

/// Lists of objects; each is a row of fields.
const ROWS: [&str; 7] = [
    "organizers",
    "figures",
    "outcomes",
    "sources",
    "sections",
    "hosts",
    "stated",
];
/// Whether a field is a list of words that are ticked.
fn is_ticked(name: &str) -> bool {
    matches!(name, "/districts" | "/audiences" | "/notices" | "/trust")
        || (name.starts_with("/selection/") && name != "/selection/highlight")
}

/// A list of words that is typed.
const TYPED: &str = "/partner_regions";
/// Fields of a row that always have a value: without any other the row is empty.
const GIVEN: [&str; 2] = ["role", "qualifier"];
/// Fields that are numbers in JSON, by their last segment.
const NUMBERS: [&str; 7] = [
    "edition",
    "value",
    "latitude",
    "longitude",
    "year",
    "ordinal",
    "interval_minutes",
];
/// Fields that are true or false.
const FLAGS: [&str; 2] = ["/highlight", "/children"];
/// Names of a field's name at most: `/organizers/0/name/zh` has four.
const DEEPEST: usize = 6;
/// Objects that are null when all of theirs is.
const OBJECTS: [&str; 5] = ["venue", "contact", "summary", "description", "reason"];

impl Sheet {
    /// What a form sent; rows that are empty are left out.
    pub(super) fn of_form(form: &Form) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form.pairs() {
            if name.starts_with('/') {
                fields
                    .entry(cut(name).to_owned())
                    .or_default()
                    .push(value.trim().to_owned());
            }
        }
        for flag in FLAGS {
            if let Some(values) = fields.get_mut(flag) {
                let is_set = values.iter().any(|value| value == "true");
                *values = vec![is_set.to_string()];
            }
        }
        for (_, values) in fields.iter_mut().filter(|(name, _)| is_ticked(name)) {
            values.retain(|value| !value.is_empty());
        }
        Self(fields).without_empty_rows()
    }

    /// A document as its fields show it.
    pub(super) fn of_json(document: &Value) -> Self {
        let mut fields = BTreeMap::new();
        for (name, value) in document.as_object().into_iter().flatten() {
            if name == "when" {
                when::put(&mut fields, value);
            } else {
                put(&mut fields, &format!("/{name}"), value);
            }
        }
        Self(fields)
    }

    /// As a page keeps it in a hidden field.
    pub(super) fn kept(&self) -> String {
        json!(self.0).to_string()
    }

    /// As a page kept it; rows are numbered anew, however somebody numbered them.
    pub(super) fn of_kept(text: &str) -> Option<Self> {
        let fields: BTreeMap<String, Vec<String>> = serde_json::from_str(text).ok()?;
        let fields = fields
            .into_iter()
            .filter(|(name, _)| name.starts_with('/'))
            .take(MOST)
            .map(|(name, values)| (cut(&name).to_owned(), values));
        Some(Self(fields.collect()).without_empty_rows())
    }

    /// The value of a field; empty where it has none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    /// All values of a field.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a field has a value among its values.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.0
            .get(name)
            .is_some_and(|values| values.iter().any(|one| one == value))
    }

    /// How many rows a list of objects has.
    pub(super) fn rows(&self, list: &str) -> usize {
        let prefix = format!("/{list}/");
        let rows = self.0.keys().filter_map(|name| {
            let (index, _) = name.strip_prefix(&prefix)?.split_once('/')?;
            index.parse::<usize>().ok()
        });
        rows.max().map_or(0, |last| last + 1)
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), vec![value.to_owned()]);
    }

    /// As the API takes it: fields that stand in the form and are empty are null.
    pub(super) fn json(&self, faults: &mut Faults) -> Value {
        let mut document = Map::new();
        let mut has_when = false;
        for (name, values) in &self.0 {
            if name.starts_with("/when/") {
                has_when = true;
                continue;
            }
            let value = value(name, values);
            insert(&mut document, &name[1..], value);
        }
        for list in ROWS {
            if let Some(Value::Object(rows)) = document.get(list) {
                let mut rows: Vec<(usize, Value)> = rows
                    .iter()
                    .filter_map(|(index, row)| Some((index.parse().ok()?, row.clone())))
                    .collect();
                rows.sort_by_key(|(index, _)| *index);
                let rows = rows.into_iter().map(|(_, row)| row).collect();
                document.insert(list.to_owned(), Value::Array(rows));
            }
        }
        for name in OBJECTS {
            if let Some(value) = document.get_mut(name)
                && is_empty(value)
            {
                *value = Value::Null;
            }
        }
        for row in 0..self.rows("figures") {
            let qualifier = format!("/figures/{row}/qualifier");
            let is_open = self.0.contains_key(&qualifier) && self.get(&qualifier).is_empty();
            if is_open && !self.get(&format!("/figures/{row}/value")).is_empty() {
                // How exact a number is, nobody decides for who states it.
                faults.add(qualifier, "choose one");
            }
        }
        if has_when {
            document.insert("when".to_owned(), when::json(self, faults));
        }
        Value::Object(document)
    }

    /// What belongs together for who compares: all of a date, of a list of rows, of a venue.
    fn group(name: &str) -> &str {
        let field = name[1..].split('/').next().unwrap_or_default();
        match is_whole(field) {
            true => &name[..=field.len()],
            false => name,
        }
    }

    /// The fields of a group: one, or those whose names begin with its, which stand beside each other.
    fn of_group(&self, group: &str) -> BTreeMap<&str, &Vec<String>> {
        let filled = |values: &Vec<String>| values.iter().any(|value| !value.is_empty());
        if !is_whole(&group[1..]) {
            let one = self.0.get_key_value(group).into_iter();
            let one = one.filter(|(_, values)| filled(values));
            return one.map(|(name, values)| (name.as_str(), values)).collect();
        }
        let all = self.0.range(group.to_owned()..);
        all.take_while(|(name, _)| name.starts_with(group))
            .filter(|(name, values)| Self::group(name) == group && filled(values))
            .map(|(name, values)| (name.as_str(), values))
            .collect()
    }

    /// A group as a text to look at.
    pub(super) fn shown(&self, group: &str) -> String {
        let fields = self.of_group(group);
        let texts = fields.values().map(|values| values.join(", "));
        texts.collect::<Vec<_>>().join(" · ")
    }

    /// Of these fields alone.
    pub(super) fn only(mut self, fields: &[&str]) -> Self {
        self.0.retain(|name, _| {
            let field = name[1..].split('/').next().unwrap_or_default();
            fields.contains(&field)
        });
        self
    }

    /// The groups in which two differ, in the order of names.
    pub(super) fn differs_from(&self, other: &Self) -> Vec<String> {
        let groups: BTreeSet<&str> = self
            .0
            .keys()
            .chain(other.0.keys())
            .map(|name| Self::group(name))
            .collect();
        groups
            .into_iter()
            .filter(|group| self.of_group(group) != other.of_group(group))
            .map(str::to_owned)
            .collect()
    }

    /// The groups that somebody changed who was shown `base` and sent this. Only what stands in the form counts: it need
    /// not have all fields.
    pub(super) fn changed_from(&self, base: &Self) -> BTreeSet<String> {
        let sent: BTreeSet<&str> = self.0.keys().map(|name| Self::group(name)).collect();
        let mut changed = self.differs_from(base);
        changed.retain(|group| sent.contains(group.as_str()));
        changed.into_iter().collect()
    }

    /// What somebody sees who changed `base` into this while others changed it into `theirs`: their own changes over
    /// what the others made of it.
    pub(super) fn over(&self, base: &Self, theirs: &Self) -> Self {
        let mine = self.changed_from(base);
        let of = |sheet: &Self, wanted: &dyn Fn(&str) -> bool| {
            let kept = sheet.0.iter().filter(|(name, _)| wanted(Self::group(name)));
            kept.map(|(name, values)| (name.clone(), values.clone()))
                .collect::<BTreeMap<_, _>>()
        };
        let mut merged = of(theirs, &|group| !mine.contains(group));
        merged.extend(of(self, &|group| mine.contains(group)));
        Self(merged)
    }

    fn without_empty_rows(mut self) -> Self {
        for list in ROWS {
            let prefix = format!("/{list}/");
            let mut rows: BTreeMap<usize, Vec<(String, Vec<String>)>> = BTreeMap::new();
            let names: Vec<String> = self
                .0
                .keys()
                .filter(|name| name.starts_with(&prefix))
                .cloned()
                .collect();
            for name in names {
                let Some(values) = self.0.remove(&name) else {
                    continue;
                };
                let split = name[prefix.len()..].split_once('/');
                let row = split.and_then(|(index, rest)| Some((index.parse().ok()?, rest)));
                if let Some((index, rest)) = row {
                    rows.entry(index)
                        .or_default()
                        .push((rest.to_owned(), values));
                }
            }
            let is_filled = |row: &Vec<(String, Vec<String>)>| {
                row.iter().any(|(name, values)| {
                    !GIVEN.contains(&name.as_str()) && values.iter().any(|value| !value.is_empty())
                })
            };
            let had_rows = !rows.is_empty();
            let filled: Vec<_> = rows.into_values().filter(is_filled).collect();
            if had_rows && filled.is_empty() {
                // The list stands in the form, and nothing in it: it is empty now.
                self.0.insert(format!("/{list}"), vec![String::new()]);
            }
            for (index, row) in filled.into_iter().enumerate() {
                for (rest, values) in row {
                    self.0.insert(format!("{prefix}{index}/{rest}"), values);
                }
            }
        }
        self
    }
}

/// Whether all of a field is compared as one: a date, a place, a list of rows.
fn is_whole(field: &str) -> bool {
    field == "when" || field == "venue" || ROWS.contains(&field)
}

/// A name without what lies deeper than any field of ours: it names the same unknown one, and no stack is too small.
fn cut(name: &str) -> &str {
    let end = name.match_indices('/').nth(DEEPEST).map(|(at, _)| at);
    &name[..end.unwrap_or(name.len())]
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.values().all(is_empty),
        _ => false,
    }
}

/// One field's value as JSON has it.
fn value(name: &str, values: &[String]) -> Value {
    let first = values.first().map_or("", String::as_str);
    let last = name.rsplit('/').next().unwrap_or_default();
    if is_ticked(name) {
        return json!(values);
    }
    if name == TYPED {
        let words = first.split(|c: char| c == ',' || c == '，' || c == '、' || c.is_whitespace());
        let words: Vec<String> = words
            .filter(|word| !word.is_empty())
            .map(str::to_uppercase)
            .collect();
        return json!(words);
    }
    if FLAGS.contains(&name) {
        return json!(values.iter().any(|value| value == "true"));
    }
    if first.is_empty() {
        return match ROWS.contains(&&name[1..]) {
            true => json!([]),
            false => Value::Null,
        };
    }
    if NUMBERS.contains(&last) {
        // What is no number stays a text, which the domain then names.
        return match first.parse::<i64>() {
            Ok(number) => json!(number),
            Err(_) => first.parse::<f64>().map_or_else(
                |_| json!(first),
                |number| serde_json::Number::from_f64(number).map_or(json!(first), Value::Number),
            ),
        };
    }
    json!(first)
}

fn insert(into: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('/') {
        None => {
            into.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let child = into
                .entry(first.to_owned())
                .or_insert_with(|| Value::Object(Map::new()));
            if !child.is_object() {
                *child = Value::Object(Map::new());
            }
            if let Value::Object(child) = child {
                insert(child, rest, value);
            }
        }
    }
}

fn put(fields: &mut BTreeMap<String, Vec<String>>, name: &str, value: &Value) {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                put(fields, &format!("{name}/{key}"), value);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.iter().enumerate() {
                put(fields, &format!("{name}/{index}"), item);
            }
        }
        Value::Array(items) if name == TYPED => {
            let words: Vec<String> = items.iter().map(text).collect();
            fields.insert(name.to_owned(), vec![words.join(", ")]);
        }
        Value::Array(items) => {
            fields.insert(name.to_owned(), items.iter().map(text).collect());
        }
        Value::Null => {}
        other => {
            fields.insert(name.to_owned(), vec![text(other)]);
        }
    }
}

/// A slot as a form shows it.
pub(super) fn of_when(when: &When) -> Sheet {
    let value = serde_json::to_value(when).unwrap_or_default();
    let mut fields = BTreeMap::new();
    when::put(&mut fields, &value);
    Sheet(fields)
}

/// A day and an hour in Shanghai as JSON has an instant; what is none is left for the domain to name.
pub(super) fn instant_at(day: &str, time: &str) -> Value {
    when::at(day, time)
}

#[cfg(test)]
mod tests;
