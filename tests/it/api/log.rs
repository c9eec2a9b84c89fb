//! Reading the log: positions, selections, as it stood.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    a_reader_who_keeps_next_after_misses_nothing,
    a_selection_matches_before_or_after,
    an_activity_is_read_as_it_stood,
    the_log_is_the_same_after_a_restart,
    positions_have_no_gaps_under_concurrent_writers,
);

fn day(day: &str) -> Value {
    json!({"precision": "day", "starts_on": day})
}

async fn a_reader_who_keeps_next_after_misses_nothing(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for n in 1..=9 {
        let district = if n % 3 == 0 { "xicheng" } else { "haidian" };
        app.announced(json!({"districts": [district]})).await;
    }
    let (mut after, mut seen, mut log) = (0, Vec::new(), None);
    loop {
        let page = app
            .get(format!(
                "/api/v1/notices?district=xicheng&limit=1&after={after}"
            ))
            .await
            .expect(200)
            .json();
        assert_eq!(page["head"], 9);
        assert_eq!(*log.get_or_insert(page["log"].clone()), page["log"]);
        let next = page["next_after"].as_i64().unwrap();
        for notice in page["notices"].as_array().unwrap() {
            let position = notice["position"].as_i64().unwrap();
            assert!(position > after && position <= next);
            seen.push(position);
        }
        if next == 9 {
            break;
        }
        assert!(next > after);
        after = next;
    }
    assert_eq!(seen, [3, 6, 9]);
    let end = app.get("/api/v1/notices?after=9").await.json();
    assert_eq!(end["notices"], json!([]));
    assert_eq!(end["next_after"], 9);
    // A reader ahead of the log (it was restored) is not led on.
    let ahead = app.get("/api/v1/notices?after=1000").await.json();
    assert_eq!(ahead["next_after"], 9);
}

async fn a_selection_matches_before_or_after(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let body = json!({"districts": ["yanqing"]});
    let moved = Draft::of(&app.act(&seen, "relocate", body).await.expect(200));
    app.act(&moved, "cancel", json!({})).await.expect(200);
    let positions = async |query: &str| -> Vec<i64> {
        let page = app
            .get(format!("/api/v1/notices?{query}"))
            .await
            .expect(200);
        let page = page.json();
        let notices = page["notices"].as_array().unwrap();
        notices
            .iter()
            .map(|notice| notice["position"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(positions("district=haidian").await, [1, 2]);
    assert_eq!(positions("district=yanqing").await, [2, 3]);
    assert_eq!(positions("district=haidian,yanqing").await, [1, 2, 3]);
    assert_eq!(positions("district=haidian&kind=forum").await, [0_i64; 0]);
    assert_eq!(
        positions("district=yanqing&kind=roadshow,forum&edition=2021&strand=year_round&mode=offline&audience=investors&highlight=false").await,
        [2, 3]
    );
}

async fn an_activity_is_read_as_it_stood(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let first = app.announced(json!({})).await;
    clock.advance(TimeDelta::days(1));
    let body = json!({"when": day("2021-07-20")});
    let second = Draft::of(&app.act(&first, "reschedule", body).await.expect(200));
    clock.advance(TimeDelta::days(1));
    let third = Draft::of(&app.act(&second, "postpone", json!({})).await.expect(200));
    for (as_of, expected) in [
        ("2021-06-01", &first),
        ("2021-06-01T09:00:00%2B08:00", &first),
        ("2021-06-01T01:00:00Z", &first),
        ("2021-06-02T08:59:59%2B08:00", &first),
        ("2021-06-02", &second),
        ("2021-06-03", &third),
        ("2021-06-03T23:59:59%2B08:00", &third),
    ] {
        let read = app
            .get(format!("{}?as_of={as_of}", first.path()))
            .await
            .expect(200);
        assert_eq!(read.json(), expected.activity, "{as_of}");
    }
    for before in ["2021-05-31", "2021-06-01T08:59:59%2B08:00"] {
        app.get(format!("{}?as_of={before}", first.path()))
            .await
            .problem(404, "not-found");
    }
}

async fn the_log_is_the_same_after_a_restart(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    app.act(&seen, "postpone", json!({})).await.expect(200);
    app.drafted(json!({})).await;
    let look = async |app: &TestApp| {
        let mut seen_now = Vec::new();
        for path in [
            "/api/v1/notices".to_owned(),
            "/api/v1/activities".to_owned(),
            seen.path(),
        ] {
            let answer = app.get(path).await.expect(200);
            seen_now.push((answer.header("etag").to_owned(), answer.body));
        }
        seen_now
    };
    let before = look(&app).await;
    let db = app.stop().await;
    clock.advance(TimeDelta::days(365));
    let app = TestApp::start_with(db, clock, |_| {}).await;
    assert_eq!(look(&app).await, before);
}

async fn positions_have_no_gaps_under_concurrent_writers(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut drafts = Vec::new();
    for _ in 0..24 {
        drafts.push(app.drafted(json!({})).await);
    }
    let calls: Vec<_> = drafts
        .iter()
        .flat_map(|draft| {
            // Each twice: one of them is refused, and must leave no gap.
            [(); 2].map(|()| {
                app.post(
                    &app.tokens.office,
                    format!("{}/announce", draft.path()),
                    &json!({}),
                )
                .if_match(&draft.etag)
            })
        })
        .map(|call| tokio::spawn(call.send()))
        .collect();
    let mut told = Vec::new();
    for call in calls {
        let answer = call.await.unwrap();
        match answer.status.as_u16() {
            200 => told.push(answer.json()["notice"]["position"].as_i64().unwrap()),
            _ => drop(answer.problem(412, "stale-version")),
        }
    }
    told.sort_unstable();
    assert_eq!(told, (1..=24).collect::<Vec<_>>());
    let listed = app.notices_after(0).await;
    let positions: Vec<_> = listed
        .iter()
        .map(|notice| notice["position"].as_i64().unwrap())
        .collect();
    assert_eq!(positions, told);
    let times: Vec<_> = listed
        .iter()
        .map(|notice| notice["published_at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted());
}
