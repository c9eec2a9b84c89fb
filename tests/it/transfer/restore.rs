//! A programme out of one database and into another, whole.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::vocab::Status;
use serde_json::json;
use yueli::{
    commands::{
        Services,
        list_office_contacts::list_office_contacts,
        saved::{Wanted, change_saved, end_saved, keep_saved},
        set_office_contact::set_office_contact,
    },
    domain::{
        action::Action,
        role::{Caller, Role},
    },
    store::{self, transfer as rows},
    transfer::{
        demo,
        export::write_whole,
        restore::{RestoreError, Restored, restore},
    },
};

use super::{
    counts,
    filled::{done, filled, publisher},
    now, services,
};
use crate::support::db::{TestDb, on_both};

on_both!(
    a_restored_programme_is_the_same_in_the_other_kind_of_database,
    a_restored_programme_goes_on_where_the_old_one_stopped,
    only_an_empty_database_takes_an_export,
    a_damaged_export_restores_nothing,
    a_kept_subscription_goes_with_the_programme,
    whom_to_call_in_an_office_goes_with_the_programme,
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
        "zh/all.atom",
        "en/district/haidian.json",
        "zh/archive/2026-03.atom",
        "zh/feeds.opml",
    ] {
        let key = path.parse().unwrap();
        let body = publisher.feed(&key, services.now()).await.unwrap();
        feeds.insert(path.to_owned(), body.document());
    }
    feeds
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

async fn a_kept_subscription_goes_with_the_programme(db: TestDb) {
    let old = services(&db, "old.example").await;
    filled(&old).await;
    let wanted = || Wanted {
        calendar: "bi/all.ics?district=haidian&alarm=PT1H".to_owned(),
        news: "zh/all.rss?district=haidian&notice=cancelled".to_owned(),
    };
    let ended = keep_saved(&old, wanted()).await.unwrap();
    end_saved(&old, &ended.key).await.unwrap();
    let kept = keep_saved(&old, wanted()).await.unwrap();
    store::saved::touch(old.db.writer(), kept.id.as_str(), now())
        .await
        .unwrap();
    let export = String::from_utf8(exported(&old).await).unwrap();
    assert!(!export.contains(&kept.key), "what changes it is in no file");
    let Some(other) = other_kind(&old).await else {
        return;
    };
    let new = services(&other, "new.example").await;
    restored(&new, export.clone().into_bytes()).await.unwrap();
    let rows = async |services: &Services| {
        let rows = store::saved::page(services.db.reader(), "", 10).await;
        rows.unwrap()
    };
    assert_eq!(rows(&new).await.len(), 2);
    assert_eq!(rows(&new).await, rows(&old).await);
    // Who keeps it changes it there.
    let id = change_saved(&new, &kept.key, wanted()).await.unwrap();
    assert_eq!(id, kept.id.as_str());

    // An export of a program that kept none ends earlier.
    let (before, _) = export.split_once(",\n\"saved_subscriptions\"").unwrap();
    let another = db.another().await;
    let third = services(&another, "third.example").await;
    restored(&third, format!("{before}}}\n").into_bytes())
        .await
        .unwrap();
    assert_eq!(rows(&third).await, []);
    let third = services(&another, "third.example").await;
    assert_eq!(feeds(&third).await, feeds(&old).await);
}

async fn whom_to_call_in_an_office_goes_with_the_programme(db: TestDb) {
    let old = services(&db, "old.example").await;
    demo::load(&old).await.unwrap();
    let bare = exported(&old).await;
    let organiser = || Caller::new("tok_test".to_owned(), Role::Office);
    for (year, office, said) in [
        (2026, "haidian", json!({"name": "王联络", "phone": "010-1"})),
        (2026, "city", json!({"email": "a@office.example"})),
        (2021, "yanqing", json!({"phone": "010-2"})),
    ] {
        let office = office.parse().unwrap();
        set_office_contact(&old, organiser(), year, office, said, None)
            .await
            .unwrap();
    }
    let export = exported(&old).await;
    let Some(other) = other_kind(&old).await else {
        return;
    };
    let new = services(&other, "new.example").await;
    restored(&new, export.clone()).await.unwrap();
    let contacts = async |services: &Services, year: i32| {
        list_office_contacts(services, &organiser(), year)
            .await
            .unwrap()
    };
    for (year, expected) in [(2021, 1), (2025, 0), (2026, 2)] {
        let there = contacts(&new, year).await;
        assert_eq!(there.len(), expected, "{year}");
        assert_eq!(there, contacts(&old, year).await);
    }
    // Started again, as the command says.
    let new = services(&other, "new.example").await;
    assert_eq!(exported(&new).await, export);
    assert_eq!(feeds(&new).await, feeds(&old).await);

    // Where nobody said anything, an export is what it was before there were contacts, and is restored as such.
    let bare = String::from_utf8(bare).unwrap();
    assert!(!bare.contains("\"contacts\""));
    let another = db.another().await;
    let third = services(&another, "third.example").await;
    restored(&third, bare.into_bytes()).await.unwrap();
    assert_eq!(contacts(&third, 2026).await, []);

    // Two of one office are damage.
    let twice = String::from_utf8(export).unwrap();
    let twice = twice.replacen("\"office\":\"city\"", "\"office\":\"haidian\"", 1);
    let another = db.another().await;
    let fourth = services(&another, "fourth.example").await;
    let refused = restored(&fourth, twice.into_bytes()).await;
    assert!(
        matches!(refused, Err(RestoreError::Damaged(_))),
        "{refused:?}"
    );
    assert_eq!(counts(&fourth.db).await, (0, 0, 0, 0, 0));
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
