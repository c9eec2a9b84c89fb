//! What changes a calendar's bytes, and what leaves them alone.

use chrono::TimeDelta;
use hyper::Method;
use serde_json::json;

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    a_date_that_a_calendar_does_not_show_leaves_it_alone,
    a_renamed_series_renames_its_feed_at_once,
);

async fn a_date_that_a_calendar_does_not_show_leaves_it_alone(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    app.announced(json!({"slug": "one"})).await;
    let (shown, planned) = ("/feeds/zh/district/haidian.ics", "/feeds/zh/planning.ics");
    let before = [app.get(shown).await.etag(), app.get(planned).await.etag()];
    for (slug, when) in [
        ("two", json!({"precision": "month", "month": "2021-09"})),
        ("three", json!({"precision": "unknown"})),
    ] {
        // Stamps are to the second, so later ones would show.
        clock.advance(TimeDelta::minutes(1));
        app.announced(json!({"slug": slug, "when": when})).await;
        assert_eq!(app.get(shown).await.etag(), before[0], "{slug}");
    }
    assert_ne!(app.get(planned).await.etag(), before[1]);
}

async fn a_renamed_series_renames_its_feed_at_once(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let (series, feed) = (
        "/api/v1/series/global-roadshows",
        "/feeds/zh/series/global-roadshows.ics",
    );
    app.announced(json!({"series": "global-roadshows"})).await;
    let before = app.get(feed).await;
    let etag = app.get(series).await.etag();
    let call = app
        .call(Method::PATCH, series)
        .token(&app.tokens.office)
        .if_match(&etag);
    let name = json!({"title": {"zh": "环球路演季"}});
    call.json(&name).send().await.expect(200);
    let after = app.get(feed).await;
    assert!(after.text().contains("环球路演季"), "{}", after.text());
    assert!(!before.text().contains("环球路演季"));
    assert_ne!(after.etag(), before.etag());
}
