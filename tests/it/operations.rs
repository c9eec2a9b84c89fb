//! What operators ask: alive, ready, figures.

use serde_json::json;

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::until,
};

on_both!(it_is_alive_ready_and_tells_its_figures);

async fn it_is_alive_ready_and_tells_its_figures(db: TestDb) {
    let (app, _clock) = TestApp::start(db).await;
    app.get("/healthz").await.expect(200);
    let ready = until("ready", async || {
        let answer = app.get("/readyz").await;
        if answer.status == 503 {
            assert!(
                answer.json()["detail"]
                    .as_str()
                    .unwrap()
                    .starts_with("starting")
            );
            return None;
        }
        Some(answer.expect(200))
    })
    .await;
    assert_eq!(ready.json(), json!({"status": "ready", "position": 0}));
    assert_eq!(ready.header("cache-control"), "no-store");

    app.announced(json!({})).await;
    let ready = app.get("/readyz").await.expect(200);
    assert_eq!(ready.json()["position"], 1);
    until("the figure", async || {
        let figures = app.get("/metrics").await.expect(200);
        assert!(
            figures
                .header("content-type")
                .starts_with("application/openmetrics-text")
        );
        figures
            .text()
            .lines()
            .any(|line| line == "yueli_catalogue_position 1")
            .then_some(())
    })
    .await;
    let unknown = app.get("/readyz?x=1").await;
    assert_eq!(unknown.status, 200, "whoever checks may add what they like");
}
