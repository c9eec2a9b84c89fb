//! Who did what: every way to change something leaves its entry, and nothing of what people wrote.

use hyper::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use yueli::store::audit::Entry;

use crate::support::{app::TestApp, http::Answer};

mod commands;
mod console;
mod imports;
mod logins;
mod measure;
mod reading;
mod refusals;
mod routes;

impl TestApp {
    /// What the audit answers to the organising office.
    pub(crate) async fn audit(&self, query: &str) -> Answer {
        let call = self.call(Method::GET, format!("/api/v1/audit{query}"));
        call.token(&self.tokens.office).send().await
    }

    /// All entries, in no order: a clock that stands still gives none.
    pub(crate) async fn entries(&self) -> Vec<Entry> {
        let all = entity::audit_entry::Entity::find();
        all.all(self.services.db.reader()).await.unwrap()
    }

    /// The only entry that was written since these.
    #[track_caller]
    fn new_since<'a>(&'a self, before: &'a [Entry]) -> impl Future<Output = Entry> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let mut new = self.entries().await;
            new.retain(|entry| before.iter().all(|known| known.id != entry.id));
            assert_eq!(new.len(), 1, "{caller}: {new:?}");
            new.remove(0)
        }
    }
}

/// What most tests compare of an entry.
fn told(entry: &Entry) -> Value {
    json!({
        "role": entry.role, "action": entry.action, "subject": entry.subject, "outcome": entry.outcome,
        "reason": entry.reason, "fields": entry.fields, "position": entry.position,
    })
}
