//! A database with everything in it that one can hold.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::vocab::{NoticeKind, ReasonCode};
use serde_json::json;
use yueli::{
    commands::{
        Services,
        act::{Act, act},
    },
    config::Settings,
    domain::{
        action::Action,
        notice::{Notice, Reason},
        role::{Caller, Role},
    },
    ids::ActivityId,
    metrics::Metrics,
    publish::Publisher,
    store,
    transfer::{Format, Intent, demo, import},
};

use super::{by_slug, file, now};

pub(super) async fn done(services: &Services, slug: &str, action: Action) {
    let id = by_slug(&services.catalogue.read(), slug)
        .activity()
        .id
        .clone();
    act_on(services, id, action).await;
}

async fn act_on(services: &Services, id: ActivityId, action: Action) {
    let stored = store::activities::find(services.db.reader(), &id)
        .await
        .unwrap()
        .unwrap();
    let asked = Act {
        caller: Caller::new("tok_test".to_owned(), Role::Admin),
        id,
        version: stored.version,
        action,
        children: false,
        comment: None,
        key: None,
    };
    act(services, asked).await.unwrap();
}

/// The demo programme and what else can be in a database: drafts, an embargo, live notices, a withdrawal, a
/// job's notice, numbers that have no short form.
pub(super) async fn filled(services: &Services) {
    demo::load(services).await.unwrap();
    let text = json!({
        "format": "yueli/1",
        "activities": [
            {"slug": "draft", "edition": 2026, "title": {"zh": "草稿"}},
            {"slug": "embargo", "edition": 2026, "kind": "forum", "title": {"zh": "预告"}, "when": {"precision": "unknown"}},
        ],
    });
    let drafts = import(
        services,
        file(Format::Json, Intent::Drafts, Role::Admin, text.to_string()),
    )
    .await
    .unwrap();
    let text = json!({
        "format": "yueli/1",
        "activities": [
            {"slug": "live", "edition": 2026, "title": {"zh": "现场\u{2028}=1+1", "en": "Live"},
             "when": {"precision": "minute", "starts_at": "2026-07-01T09:00:00.123456+08:00"},
             "venue": {"name": {"zh": "场"}, "latitude": 39.904_211_000_000_07, "longitude": 116.407_394_999_999_9}},
            {"slug": "gone", "edition": 2026, "title": {"zh": "误发"}, "contact": {"phone": "13800000000"}},
        ],
    });
    import(
        services,
        file(
            Format::Json,
            Intent::Announced,
            Role::Admin,
            text.to_string(),
        ),
    )
    .await
    .unwrap();
    let reason = Reason {
        code: ReasonCode::Weather,
        zh: Some("暴雨".to_owned()),
        en: None,
    };
    done(
        services,
        "live",
        Action::Postpone {
            reason: Some(reason.clone()),
        },
    )
    .await;
    done(
        services,
        "gone",
        Action::Withdraw {
            reason,
            replaced_by: None,
        },
    )
    .await;
    let embargoed = drafts.activities[1].id.clone().unwrap();
    let publish_at = Some(now() + TimeDelta::days(3));
    act_on(services, embargoed, Action::Announce { publish_at }).await;
    // As a job would remind of it.
    let tx = services.db.begin().await.unwrap();
    let last = store::log::after(&tx, 0, 1).await.unwrap().remove(0);
    let taken = store::log::take(&tx, 1, now()).await.unwrap();
    let reminder = Notice {
        position: taken.first,
        id: yueli::ids::NoticeId::new(now()),
        kind: NoticeKind::Reminder,
        published_at: taken.published_at,
        recorded_at: now(),
        history: false,
        changed: Vec::new(),
        ..last
    };
    store::log::append(&tx, &[reminder], Some("reminder:test".to_owned()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    services.show().await;
}

pub(crate) fn publisher(services: &Services) -> Publisher {
    Publisher::new(
        Arc::clone(&services.catalogue),
        services.links.clone(),
        Settings::default().programme,
        1 << 24,
        Arc::new(Metrics::new()),
    )
}
