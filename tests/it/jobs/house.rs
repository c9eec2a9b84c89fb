//! Instances of the program without their HTTP, on one database and one clock that stands still.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocab::NoticeKind;
use serde_json::{Value, json};
use yueli::{
    app,
    clock::ManualClock,
    commands::{
        Services,
        act::{Act, Outcome, act},
        create_activity::create_activity,
    },
    config::Settings,
    domain::{
        action::Action,
        edition::Edition,
        input::read,
        notice::Notice,
        role::{Caller, Role},
    },
    guard::Guard,
    ids::InstanceId,
    store,
    worker::jobs::Jobs,
};

use crate::support::db::TestDb;

/// One instance.
pub(super) struct House {
    pub(super) services: Services,
    pub(super) clock: Arc<ManualClock>,
    settings: Settings,
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn admin() -> Caller {
    Caller::new("tok_test".to_owned(), Role::Admin)
}

/// To the minute, with the offset of Shanghai.
pub(super) fn minute(starts_at: &str) -> Value {
    json!({"precision": "minute", "starts_at": starts_at})
}

pub(super) fn day(starts_on: &str) -> Value {
    json!({"precision": "day", "starts_on": starts_on})
}

impl House {
    /// The first instance on a fresh database, with the edition 2021.
    pub(super) async fn new(db: &TestDb, now: &str) -> Self {
        let settings = Settings {
            database_url: db.url().parse().unwrap(),
            ..Settings::default()
        };
        let house = Self::on(settings, Arc::new(ManualClock::new(at(now)))).await;
        let edition: Edition =
            read(&json!({"year": 2021, "theme": {"zh": "智慧·健康·碳中和"}})).unwrap();
        let tx = house.services.db.begin().await.unwrap();
        store::reference::insert_edition(&tx, &edition)
            .await
            .unwrap();
        store::log::bump_reference(&tx).await.unwrap();
        tx.commit().await.unwrap();
        house.services.show().await;
        house
    }

    /// One more instance on the same database, by the same clock.
    pub(super) async fn another(&self) -> Self {
        Self::on(self.settings.clone(), Arc::clone(&self.clock)).await
    }

    async fn on(settings: Settings, clock: Arc<ManualClock>) -> Self {
        let services = app::services(&settings, clock.clone(), "http://127.0.0.1:8080")
            .await
            .unwrap();
        Self {
            services,
            clock,
            settings,
        }
    }

    /// The settings it runs by.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its jobs, under an instance's id of their own.
    pub(super) fn jobs(&self) -> Jobs {
        let guard = Guard::new(&self.settings.webhooks, None).unwrap();
        Jobs::new(self.services.clone(), Arc::new(guard), self.instance())
    }

    pub(super) fn instance(&self) -> InstanceId {
        InstanceId::new(self.services.now())
    }

    /// Moves the clock to an instant.
    pub(super) fn until(&self, text: &str) {
        self.clock.advance(at(text) - self.services.now());
    }

    pub(super) fn later(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// A draft; `fields` go over what a draft needs.
    pub(super) async fn draft(&self, title: &str, when: Value, fields: Value) -> Outcome {
        let mut input = json!({
            "edition": 2021, "strand": "year_round", "kind": "roadshow", "districts": ["haidian"],
            "title": {"zh": title}, "when": when, "office": "haidian",
        });
        for (name, value) in fields.as_object().unwrap() {
            input[name] = value.clone();
        }
        create_activity(&self.services, admin(), input, None)
            .await
            .unwrap()
    }

    /// A public activity.
    pub(super) async fn announced(&self, title: &str, when: Value, fields: Value) -> Outcome {
        let draft = self.draft(title, when, fields).await;
        self.act(&draft, Action::Announce { publish_at: None })
            .await
    }

    /// Does something to an activity as it was answered before.
    pub(super) async fn act(&self, before: &Outcome, action: Action) -> Outcome {
        let request = Act {
            caller: admin(),
            id: before.activity.id.clone(),
            version: before.version,
            action,
            children: false,
            comment: None,
            key: None,
        };
        act(&self.services, request).await.unwrap()
    }

    /// The notices of a kind that its catalogue shows, in order.
    pub(super) fn told(&self, kind: NoticeKind) -> Vec<Arc<Notice>> {
        let state = self.services.catalogue.read();
        state
            .notices_after(0)
            .iter()
            .filter(|notice| notice.kind == kind)
            .cloned()
            .collect()
    }

    /// The log's head in the database.
    pub(super) async fn head(&self) -> i64 {
        store::log::head(self.services.db.reader())
            .await
            .unwrap()
            .position
    }
}
