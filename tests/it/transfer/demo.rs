//! The bundled programme.

use entity::vocab::{NoticeKind, Status};
use serde_json::Value;
use yueli::{
    domain::role::Role,
    domain::when::{When, instant},
    store,
    transfer::{Format, Intent, demo, import},
};

use super::{by_slug, counts, file, now, services};
use crate::support::db::{TestDb, on_both};

on_both!(
    the_demo_programme_fills_an_empty_database_and_only_that,
    the_forum_of_2022_was_announced_postponed_and_rescheduled_and_never_held,
    history_enters_the_log_in_the_order_of_its_dates,
    a_database_with_one_draft_in_it_is_left_alone,
);

fn programme() -> Value {
    serde_json::from_str(demo::PROGRAMME).unwrap()
}

fn length(programme: &Value, list: &str) -> usize {
    programme[list].as_array().unwrap().len()
}

fn steps(programme: &Value) -> usize {
    let activities = programme["activities"].as_array().unwrap();
    activities
        .iter()
        .map(|activity| activity["history"].as_array().unwrap().len())
        .sum()
}

async fn the_demo_programme_fills_an_empty_database_and_only_that(db: TestDb) {
    let services = services(&db, "calendar.example").await;
    let programme = programme();
    let (activities, notices) = (length(&programme, "activities"), steps(&programme));
    let diff = demo::load(&services).await.unwrap().unwrap();
    assert_eq!((diff.created(), diff.notices), (activities, notices));
    let filled = (
        activities,
        notices,
        length(&programme, "editions"),
        length(&programme, "series"),
        i64::try_from(notices).unwrap(),
    );
    assert_eq!(counts(&services.db).await, filled);

    // The public programme shows it at once, and no webhook is owed any of it.
    let shown = services.catalogue.read().activities().count();
    assert_eq!(shown, activities);
    let log = store::log::after(services.db.reader(), 0, 1_000)
        .await
        .unwrap();
    assert!(
        log.iter()
            .all(|notice| notice.history && notice.recorded_at == now())
    );

    assert_eq!(demo::load(&services).await.unwrap(), None);
    assert_eq!(counts(&services.db).await, filled);
}

async fn the_forum_of_2022_was_announced_postponed_and_rescheduled_and_never_held(db: TestDb) {
    let services = services(&db, "calendar.example").await;
    demo::load(&services).await.unwrap();
    let state = services.catalogue.read();
    let entry = by_slug(&state, "zgc-2022");
    let notices: Vec<_> = entry
        .positions
        .iter()
        .map(|position| state.notice_at(*position).unwrap())
        .collect();
    let told: Vec<_> = notices
        .iter()
        .map(|notice| {
            (
                notice.revision.unwrap(),
                notice.kind,
                instant::text(notice.published_at),
            )
        })
        .collect();
    let noon = |day: &str| format!("{day}T12:00:00+08:00");
    assert_eq!(
        told,
        [
            (1, NoticeKind::Announced, noon("2022-08-22")),
            (2, NoticeKind::Postponed, noon("2022-09-15")),
            (3, NoticeKind::Rescheduled, noon("2022-11-18")),
            (4, NoticeKind::Corrected, noon("2022-11-18")),
        ]
    );
    let day = |from: &str, to: &str| When::Day {
        starts_on: from.parse().unwrap(),
        ends_on: Some(to.parse().unwrap()),
    };
    let whens: Vec<_> = notices
        .iter()
        .map(|notice| notice.activity.as_ref().unwrap().content.when.clone())
        .collect();
    assert_eq!(whens[0], day("2022-09-22", "2022-09-27"));
    assert_eq!(whens[1], When::Unknown);
    assert_eq!(whens[2], day("2022-11-25", "2022-11-30"));
    assert_eq!(
        notices[1].activity.as_ref().unwrap().previous_when,
        Some(whens[0].clone())
    );
    // Announced without a place; the place came with the last step.
    assert!(
        notices[0]
            .activity
            .as_ref()
            .unwrap()
            .content
            .venue
            .is_none()
    );
    assert_eq!(notices[3].changed, ["districts", "venue"]);
    assert!(
        notices
            .iter()
            .all(|notice| notice.source.as_ref().unwrap().url.is_some())
    );
    let activity = entry.activity();
    assert_eq!(activity.status, Status::Rescheduled);
    assert_eq!(
        instant::text(activity.announced_at.unwrap()),
        noon("2022-08-22")
    );
    assert_eq!(
        instant::text(activity.updated_at),
        "2022-11-18T12:00:01+08:00"
    );
    assert_eq!(entry.version(), 4);
}

async fn history_enters_the_log_in_the_order_of_its_dates(db: TestDb) {
    let services = services(&db, "calendar.example").await;
    demo::load(&services).await.unwrap();
    let log = store::log::after(services.db.reader(), 0, 1_000)
        .await
        .unwrap();
    assert!(
        log.windows(2)
            .all(|pair| pair[0].published_at <= pair[1].published_at)
    );
    assert!(
        log.iter()
            .map(|notice| notice.position)
            .eq(1..=i64::try_from(log.len()).unwrap())
    );
    // A child is announced with its parent's id in it, whichever of them stands first in the file.
    let state = services.catalogue.read();
    let child = by_slug(&state, "zgc-2021-expo").activity();
    let parent = by_slug(&state, "zgc-2021").activity();
    assert_eq!(child.content.parent.as_ref(), Some(&parent.id));
    assert_eq!(child.uid, format!("{}@calendar.example", child.id));
}

async fn a_database_with_one_draft_in_it_is_left_alone(db: TestDb) {
    let services = services(&db, "calendar.example").await;
    let draft = file(
        Format::Json,
        Intent::Drafts,
        Role::Admin,
        r#"{"format":"yueli/1","editions":[{"year":2030,"theme":{"zh":"主题"}}],"activities":[{"edition":2030,"title":{"zh":"甲"}}]}"#,
    );
    import(&services, draft).await.unwrap();
    assert_eq!(demo::load(&services).await.unwrap(), None);
    assert_eq!(counts(&services.db).await, (1, 0, 1, 0, 0));
}
