//! The pages through the whole program: what they show, what they never show, and how they are answered.

mod answers;
mod content;
mod crawl;
mod html;
mod leaks;
mod withdrawn;

use serde_json::Value;

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
