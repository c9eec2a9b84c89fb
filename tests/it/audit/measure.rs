//! What one caller is refused fills no disk.

use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use yueli::{
    clock::Clock,
    domain::when::{day_of, midnight},
    store::{self, audit::Entry, pruning},
};

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    beyond_a_days_measure_refusals_are_counted_alone,
    refusals_go_after_half_a_year_and_deeds_stay,
);

async fn beyond_a_days_measure_refusals_are_counted_alone(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let seen = app.drafted(json!({})).await;
    let refuse = || app.act_as(&app.tokens.partner, &seen, "cancel", json!({}));
    let before = app.entries().await;
    refuse().await.problem(403, "forbidden");
    let one = app.new_since(&before).await;
    let many = (0..998).map(|number| {
        let id = format!("aud_many{number:018}");
        Entry { id, ..one.clone() }.into_active_model().reset_all()
    });
    let many: Vec<_> = many.collect();
    let db = app.services.db.writer();
    for some in many.chunks(200) {
        entity::audit_entry::Entity::insert_many(some.to_vec())
            .exec_without_returning(db)
            .await
            .unwrap();
    }
    for _ in 0..4 {
        refuse().await.problem(403, "forbidden");
    }
    let mut all = app.entries().await;
    assert_eq!(all.len(), 1 + 1_000 + 1);
    all.retain(|entry| entry.reason.as_deref() == Some(store::audit::BEYOND));
    assert_eq!((all.len(), all[0].times), (1, 3));
    // Others are not kept from being written down, and neither is the next day.
    let before = app.entries().await;
    app.act_as(&app.tokens.chaoyang, &seen, "cancel", json!({}))
        .await;
    assert_eq!(
        app.new_since(&before).await.reason.as_deref(),
        Some("not-found")
    );
    let tomorrow = midnight(day_of(clock.now())) + TimeDelta::days(1);
    clock.advance(tomorrow - clock.now());
    let before = app.entries().await;
    refuse().await.problem(403, "forbidden");
    assert_eq!(app.new_since(&before).await.times, 1);
}

async fn refusals_go_after_half_a_year_and_deeds_stay(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let seen = app.drafted(json!({})).await;
    app.act_as(&app.tokens.partner, &seen, "cancel", json!({}))
        .await;
    let db = app.services.db.writer();
    let at = |days: i64| clock.now() + TimeDelta::days(days);
    assert_eq!(pruning::refusals(db, at(179)).await.unwrap(), 0);
    assert_eq!(pruning::refusals(db, at(181)).await.unwrap(), 1);
    let left = app.new_since(&[]).await;
    assert_eq!(left.action, "activity.create");
}
