//! A programme out of one database and into another.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;
use entity::vocab::{Language, NoticeKind, ReasonCode, Status};
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
    metrics::Metrics,
    publish::Publisher,
    store::{self, transfer as rows},
    transfer::{
        Format, Intent, demo,
        export::{write_table, write_whole},
        import,
        restore::{RestoreError, Restored, restore},
    },
};

use super::{by_slug, counts, file, now, services};
use crate::support::db::{TestDb, on_both};

on_both!(
    a_restored_programme_is_the_same_in_the_other_kind_of_database,
    a_restored_programme_goes_on_where_the_old_one_stopped,
    only_an_empty_database_takes_an_export,
    a_damaged_export_restores_nothing,
    a_table_can_be_read_back_and_tells_of_nothing_that_is_off,
    a_calendar_holds_every_slot_and_can_be_read_back,
);

/// A database of the other kind, where there is one.
async fn other_kind(services: &Services) -> Option<TestDb> {
    match services.db.file() {
        Some(_) => TestDb::postgres().await,
        None => Some(TestDb::sqlite()),
    }
}

async fn exported(services: &Services) -> Vec<u8> {
    let mut out = Vec::new();
    write_whole(&services.db, &mut out).await.unwrap();
    out
}

async fn restored(services: &Services, export: Vec<u8>) -> Result<Restored, RestoreError> {
    restore(&services.db, std::io::Cursor::new(export)).await
}

async fn done(services: &Services, slug: &str, action: Action) {
    let id = by_slug(&services.catalogue.read(), slug)
        .activity()
        .id
        .clone();
    let stored = store::activities::find(services.db.reader(), &id)
        .await
        .unwrap()
        .unwrap();
    let asked = Act {
        caller: Caller {
            id: "tok_test".to_owned(),
            role: Role::Admin,
        },
        id,
        version: stored.version,
        action,
        children: false,
        key: None,
    };
    act(services, asked).await.unwrap();
}

/// The demo programme and what else can be in a database: drafts, an embargo, live notices, a withdrawal, a
/// job's notice, numbers that have no short form.
async fn filled(services: &Services) {
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
    let asked = Act {
        caller: Caller {
            id: "tok_test".to_owned(),
            role: Role::Admin,
        },
        id: embargoed,
        version: 1,
        action: Action::Announce {
            publish_at: Some(now() + TimeDelta::days(3)),
        },
        children: false,
        key: None,
    };
    act(services, asked).await.unwrap();
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

/// Feeds as they are served.
async fn feeds(services: &Services) -> BTreeMap<String, Vec<u8>> {
    let publisher = publisher(services);
    let mut feeds = BTreeMap::new();
    for path in [
        "zh/all.ics",
        "zh/all.rss",
        "en/all.ics",
        "en/all.rss",
        "zh/edition/2022.ics",
        "en/district/haidian.ics",
        "zh/edition/2026.rss",
    ] {
        let body = publisher.feed(&path.parse().unwrap()).await.unwrap();
        feeds.insert(path.to_owned(), body.identity.to_vec());
    }
    feeds
}

fn publisher(services: &Services) -> Publisher {
    Publisher::new(
        Arc::clone(&services.catalogue),
        services.links.clone(),
        Settings::default().programme,
        1 << 24,
        Arc::new(Metrics::new()),
    )
}

async fn a_restored_programme_is_the_same_in_the_other_kind_of_database(db: TestDb) {
    let old = services(&db, "old.example").await;
    filled(&old).await;
    let export = exported(&old).await;
    let Some(other) = other_kind(&old).await else {
        return;
    };
    let new = services(&other, "new.example").await;
    let before = store::log::head(new.db.reader()).await.unwrap();
    let told = restored(&new, export.clone()).await.unwrap();
    let (activities, notices, _, _, position) = counts(&old.db).await;
    assert_eq!(
        told,
        Restored {
            activities,
            notices
        }
    );
    assert_eq!(counts(&new.db).await, counts(&old.db).await);

    let all = async |services: &Services| {
        let reader = services.db.reader();
        (
            rows::activity_rows(reader, "", 10_000).await.unwrap().0,
            rows::notice_rows(reader, 0, 10_000).await.unwrap(),
            store::reference::editions(reader).await.unwrap(),
            store::reference::all_series(reader).await.unwrap(),
        )
    };
    assert_eq!(all(&new).await, all(&old).await);
    let head = store::log::head(new.db.reader()).await.unwrap();
    let old_head = store::log::head(old.db.reader()).await.unwrap();
    assert_eq!(
        (head.position, head.authority.as_str()),
        (position, "old.example")
    );
    assert_eq!(
        (head.authority_year, head.last_published_at),
        (old_head.authority_year, old_head.last_published_at)
    );
    // Another log id tells readers to start over.
    assert_eq!(head.log_id, before.log_id);
    assert_ne!(head.log_id, old_head.log_id);

    // Started again, as the command says.
    let new = services(&other, "new.example").await;
    assert_eq!(feeds(&new).await, feeds(&old).await);
    assert_eq!(exported(&new).await, export);
    let text = String::from_utf8(export).unwrap();
    assert!(
        !text.contains("13800000000"),
        "a withdrawn activity's words are gone from the log, and so from here"
    );
}

async fn a_restored_programme_goes_on_where_the_old_one_stopped(db: TestDb) {
    let old = services(&db, "old.example").await;
    filled(&old).await;
    let another = db.another().await;
    let new = services(&another, "new.example").await;
    restored(&new, exported(&old).await).await.unwrap();
    let new = services(&another, "new.example").await;
    let position = old.catalogue.read().head();
    done(&new, "live", Action::Reinstate { when: None }).await;
    let notice = store::log::after(new.db.reader(), position, 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!((notice.position, notice.revision), (position + 1, Some(3)));
    let activity = notice.activity.unwrap();
    assert_eq!(activity.status, Status::Scheduled);
    assert!(activity.uid.ends_with("@old.example"));
    assert!(
        store::log::has_once(new.db.reader(), "reminder:test")
            .await
            .unwrap()
    );
    let embargoes = store::activities::due_embargoes(
        new.db.reader(),
        now() + TimeDelta::days(4),
        &std::collections::HashSet::new(),
    )
    .await
    .unwrap();
    assert_eq!(embargoes[0].activity.slug.0, "embargo");
}

async fn only_an_empty_database_takes_an_export(db: TestDb) {
    let services = services(&db, "a.example").await;
    demo::load(&services).await.unwrap();
    let before = counts(&services.db).await;
    let refused = restored(&services, exported(&services).await).await;
    assert!(
        matches!(refused, Err(RestoreError::NotEmpty)),
        "{refused:?}"
    );
    assert_eq!(counts(&services.db).await, before);
}

async fn a_damaged_export_restores_nothing(db: TestDb) {
    let old = services(&db, "a.example").await;
    demo::load(&old).await.unwrap();
    let whole = String::from_utf8(exported(&old).await).unwrap();
    let another = db.another().await;
    let new = services(&another, "b.example").await;
    let authority = store::log::head(new.db.reader()).await.unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let without = |line: usize| {
        let kept = lines
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != line)
            .map(|(_, text)| *text);
        kept.collect::<Vec<_>>().join("\n")
    };
    let first_notice = lines
        .iter()
        .position(|line| line.starts_with("\"notices\""))
        .unwrap()
        + 1;
    let cases = [
        (whole[..whole.len() / 2].to_owned(), "file"),
        (format!("{whole}x"), "file"),
        (
            whole.replacen("yueli-export/1", "yueli-export/2", 1),
            "file",
        ),
        (
            whole.replacen("\"status\":\"held\"", "\"status\":\"over\"", 1),
            "file",
        ),
        (demo::PROGRAMME.to_owned(), "file"),
        (without(first_notice), "damaged"),
        (without(first_notice + 5), "damaged"),
        (whole.replacen("\"head\":99", "\"head\":100", 1), "damaged"),
        (
            whole.replacen("\"status\":\"held\"", "\"status\":\"scheduled\"", 1),
            "damaged",
        ),
    ];
    for (i, (export, kind)) in cases.into_iter().enumerate() {
        assert_ne!(export, whole, "case {i} damages nothing");
        let refused = restored(&new, export.into_bytes()).await;
        let found = match &refused {
            Err(RestoreError::File(_)) => "file",
            Err(RestoreError::Damaged(_)) => "damaged",
            other => panic!("case {i}: {other:?}"),
        };
        assert_eq!(found, kind, "case {i}: {refused:?}");
        assert_eq!(counts(&new.db).await, (0, 0, 0, 0, 0), "case {i}");
        assert_eq!(store::log::head(new.db.reader()).await.unwrap(), authority);
    }
    restored(&new, whole.into_bytes()).await.unwrap();
}

async fn a_table_can_be_read_back_and_tells_of_nothing_that_is_off(db: TestDb) {
    let old = services(&db, "a.example").await;
    filled(&old).await;
    done(&old, "zgc-2022", Action::Cancel { reason: None }).await;
    let mut table = Vec::new();
    write_table(&old.db, &mut table).await.unwrap();
    let text = String::from_utf8(table.clone()).unwrap();
    assert!(text.starts_with("title_zh,title_en,"));
    for off in ["草稿", "预告", "已撤回的活动", ",zgc-2022\n"] {
        assert!(!text.contains(off), "{off}");
    }

    let another = db.another().await;
    let new = services(&another, "b.example").await;
    // Editions and series are no part of a table.
    let mut reference: serde_json::Value = serde_json::from_str(demo::PROGRAMME).unwrap();
    reference["activities"] = json!([]);
    import(
        &new,
        file(
            Format::Json,
            Intent::Drafts,
            Role::Admin,
            reference.to_string(),
        ),
    )
    .await
    .unwrap();
    // Two rows have the cancelled one as their parent.
    let without_parent = text.replace(",zgc-2022,", ",,");
    let diff = import(
        &new,
        file(Format::Csv, Intent::Announced, Role::Admin, without_parent),
    )
    .await
    .unwrap();
    assert_eq!(diff.warnings, []);
    let (old_state, new_state) = (old.catalogue.read(), new.catalogue.read());
    let mut compared = 0;
    for entry in new_state.activities() {
        let now = &entry.activity().content;
        let was = &by_slug(&old_state, &entry.activity().slug.0)
            .activity()
            .content;
        let columns = |content: &yueli::domain::activity::Content| {
            (
                (
                    content.edition,
                    content.strand,
                    content.section.clone(),
                    content.series.clone(),
                    content.kind,
                ),
                (
                    content.title.clone(),
                    content.summary.clone(),
                    content.districts.clone(),
                    content.mode,
                ),
                (
                    content.audiences.clone(),
                    content.highlight,
                    content.office,
                    content.live_url.clone(),
                ),
                content.venue.as_ref().map(|venue| venue.name.clone()),
                content
                    .organizers
                    .iter()
                    .map(|organizer| organizer.name.zh.clone())
                    .collect::<Vec<_>>(),
                content.when.starts_at().map(|at| at.timestamp()),
            )
        };
        assert_eq!(columns(now), columns(was), "{}", entry.activity().slug.0);
        compared += 1;
    }
    // All but the withdrawn one and the cancelled one.
    assert_eq!(compared, old_state.activities().count() - 2);
}

async fn a_calendar_holds_every_slot_and_can_be_read_back(db: TestDb) {
    let old = services(&db, "a.example").await;
    filled(&old).await;
    let calendar = publisher(&old).whole_calendar(Language::Zh);
    let slots = old
        .catalogue
        .read()
        .activities()
        .filter(|entry| {
            entry.activity().status != Status::Withdrawn && entry.activity().shown_when().is_slot()
        })
        .count();
    let another = db.another().await;
    let new = services(&another, "b.example").await;
    let mut reference: serde_json::Value = serde_json::from_str(demo::PROGRAMME).unwrap();
    reference["activities"] = json!([]);
    import(
        &new,
        file(
            Format::Json,
            Intent::Drafts,
            Role::Admin,
            reference.to_string(),
        ),
    )
    .await
    .unwrap();
    let diff = import(
        &new,
        file(Format::Ics, Intent::History, Role::Admin, calendar),
    )
    .await
    .unwrap();
    assert_eq!(diff.created(), slots);
}
