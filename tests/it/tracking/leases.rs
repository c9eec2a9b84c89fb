//! Whose a source is while it is polled, and that a poll that was begun ends.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use serde_json::json;
use yueli::{
    config::Settings,
    domain::role::{Caller, Role},
    guard::Guard,
    store::sources,
    track::{self, Poll},
};

use super::{
    Watch, app_at, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::{NOW, TestApp, until},
    db::{TestDb, on_both},
    receiver::ALLOWED,
};

on_both!(
    a_poll_that_was_taken_over_writes_nothing_and_says_so,
    a_poll_goes_on_though_whoever_asked_for_it_leaves,
    what_a_clock_that_was_ahead_wrote_holds_nothing_up,
);

fn one() -> String {
    calendar(&[event(
        "1@a",
        &["SUMMARY:人工智能专场", "DTSTART;VALUE=DATE:20210801"],
    )])
}

/// Takes a source as one who polls it does.
async fn taken(app: &TestApp, id: &str) -> sources::Row {
    let (db, now) = (app.services.db.writer(), app.services.now());
    sources::take(db, id, now).await.unwrap().unwrap()
}

fn guard() -> Guard {
    let mut settings = Settings::default().webhooks;
    settings.allow_http = true;
    settings.allow_cidrs = vec![ALLOWED.parse().unwrap()];
    Guard::new(&settings, None).unwrap()
}

async fn a_poll_that_was_taken_over_writes_nothing_and_says_so(db: TestDb) {
    let (app, clock) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one());
    let source = Watch::new(&app, &upstream, json!({})).await;
    // It stops for longer than the source is its own; somebody else reads a newer document.
    let slow = taken(&app, &source.id).await;
    clock.advance(TimeDelta::seconds(91));
    source.says(one().replace("20210801", "20210802")).await;
    let told = source.source().await;
    // And then it goes on with what it has.
    upstream.say("/a.ics", one());
    let guard = guard();
    let ended = track::poll(&app.services, &guard, slow, None, Poll::default()).await;
    let error = ended.unwrap_err().to_string();
    assert!(
        error.contains("was polled by another one meanwhile"),
        "{error}"
    );
    assert_eq!(source.source().await, told);
    assert_eq!(
        source.open().await[0]["now"]["when"]["starts_on"],
        "2021-08-02"
    );
    // While the other one polls still, likewise.
    let slow = taken(&app, &source.id).await;
    clock.advance(TimeDelta::seconds(91));
    let other = taken(&app, &source.id).await;
    let ended = track::poll(&app.services, &guard, slow, None, Poll::default()).await;
    assert!(ended.is_err());
    let ended = track::poll(&app.services, &guard, other, None, Poll::default()).await;
    assert_eq!(ended.unwrap().fetch.outcome, "read");
    // Read by another mapping from now on: who reads it at the moment reads it by the old one.
    let slow = taken(&app, &source.id).await;
    let mut row = sources::find(app.services.db.reader(), &source.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.busy_until, slow.busy_until);
    let mut settings = sources::settings(&row).unwrap();
    settings.mapping = Some("map_1".to_owned());
    sources::set(&mut row, &settings);
    sources::save(app.services.db.writer(), row).await.unwrap();
    sources::read_anew(app.services.db.writer(), "map_1")
        .await
        .unwrap();
    let ended = track::poll(&app.services, &guard, slow, None, Poll::default()).await;
    let error = ended.unwrap_err().to_string();
    assert!(error.contains("was changed while it was polled"), "{error}");
}

async fn a_poll_goes_on_though_whoever_asked_for_it_leaves(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one());
    let source = Watch::new(&app, &upstream, json!({})).await;
    let caller = Caller::new("ops", Role::Admin);
    let guard = Arc::new(guard());
    let mut polling = Box::pin(track::poll_now(
        &app.services,
        &guard,
        &caller,
        &source.id,
        Poll::default(),
    ));
    // It is begun, and then nobody waits for it any more.
    while upstream.asked().is_empty() {
        let waited = tokio::time::timeout(Duration::from_millis(1), &mut polling).await;
        if waited.is_ok() {
            break;
        }
    }
    drop(polling);
    until("the poll is written down", async || {
        (text(&source.source().await, "outcome") == "read").then_some(())
    })
    .await;
}

async fn what_a_clock_that_was_ahead_wrote_holds_nothing_up(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one());
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let (db, now) = (app.services.db.writer(), app.services.now());
    let set = async |due: TimeDelta, busy: Option<TimeDelta>, whole: TimeDelta| {
        let mut row = sources::find(db, &source.id).await.unwrap().unwrap();
        (row.due_at, row.whole_at) = (Some(now + due), Some(now + whole));
        row.busy_until = busy.map(|busy| now + busy);
        sources::save(db, row).await.unwrap();
    };
    let hour = TimeDelta::hours(1);
    for (due, busy, is_due) in [
        (TimeDelta::days(7), None, false),
        (TimeDelta::days(400), None, true),
        (-hour, Some(TimeDelta::seconds(60)), false),
        (-hour, Some(TimeDelta::days(400)), true),
    ] {
        set(due, busy, hour).await;
        assert_eq!(
            sources::any_due(db, now).await.unwrap(),
            is_due,
            "{due} {busy:?}"
        );
    }
    // When it was read last is not known, so it is read as a whole.
    assert!(sources::take_due(db, now).await.unwrap().is_some());
    set(hour, None, TimeDelta::days(400)).await;
    assert_eq!(source.poll().await["outcome"], "read");
    assert_eq!(source.poll().await["outcome"], "unchanged");
}
