//! What must not be sent is not sent.

use serde_json::json;

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(a_feed_with_a_fault_is_not_served_and_counted);

async fn a_feed_with_a_fault_is_not_served_and_counted(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    app.announced(json!({"districts": ["chaoyang"]})).await;
    app.get("/feeds/zh/all.rss").await.expect(200);
    let sql = "UPDATE notices SET document = REPLACE(document, '\"published_at\":\"2021', '\"published_at\":\"2099') \
               WHERE position = 2";
    let db = app.services.db.writer();
    sea_orm::ConnectionTrait::execute_unprepared(db, sql)
        .await
        .unwrap();
    let db = app.stop().await;

    let (app, _) = TestApp::start(db).await;
    for format in ["rss", "atom", "json"] {
        let refused = app.get(format!("/feeds/zh/all.{format}")).await.expect(503);
        assert_eq!(refused.header("retry-after"), "60");
        app.get(format!("/feeds/zh/district/haidian.{format}"))
            .await
            .expect(200);
    }
    let metrics = app.get("/metrics").await.expect(200).text();
    assert!(metrics.contains("yueli_feeds_refused_total 3"), "{metrics}");
}
