//! The pages through the whole program: what they show, what they never show, and how they are answered.

mod answers;
mod browse;
mod calendar;
mod content;
mod crawl;
mod edges;
mod html;
mod leaks;
mod pages;
mod pictures;
mod promise;
mod saved;
mod saved_life;
mod selected;
mod subscribe;
mod told;
mod withdrawn;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::app::Draft;

/// An activity's page.
fn page_of(language: &str, draft: &Draft) -> String {
    let slug = draft.activity["slug"].as_str().unwrap();
    format!("/{language}/e/{}-{slug}", draft.id)
}

/// A notice's page.
fn notice_page(language: &str, notice: &Value) -> String {
    format!("/{language}/notices/{}", notice["id"].as_str().unwrap())
}

/// What every address of ours begins with.
const BASE: &str = "https://yueli.example";

/// An address of ours without its origin.
#[track_caller]
fn local(address: &str) -> &str {
    address
        .strip_prefix(BASE)
        .unwrap_or_else(|| panic!("{address} is not an address of ours"))
}

/// A slot of one day.
fn day(day: &str) -> Value {
    json!({"precision": "day", "starts_on": day})
}

/// A text as paths and queries hold it.
fn encoded(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// The ids of the activities that a page or an unfolded feed links to, in its order.
fn linked(text: &str) -> Vec<String> {
    let links = text.split("/e/act_").skip(1);
    links
        .map(|rest| format!("act_{}", rest.get(..26).unwrap()))
        .collect()
}

/// The same without order, each once.
fn linked_once(text: &str) -> BTreeSet<String> {
    linked(text).into_iter().collect()
}

/// The ids of some activities.
fn ids<'d>(drafts: impl IntoIterator<Item = &'d Draft>) -> BTreeSet<String> {
    drafts.into_iter().map(|draft| draft.id.clone()).collect()
}

/// A calendar without the folds of its lines.
fn unfolded(calendar: &str) -> String {
    calendar.replace("\r\n ", "")
}
