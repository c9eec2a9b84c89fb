//! The promise over HTTP, and what actions say they do to it, on both databases.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    the_promise_is_computed_from_the_activities,
    as_of_a_day_the_promise_stands_as_it_stood,
    an_action_says_what_it_does_to_the_promise,
    a_parent_that_takes_its_children_along_leaves_its_month,
    nothing_of_a_draft_counts,
    bad_questions_are_refused,
);

const PROMISE: &str = "/api/v1/promise/2021";

fn day(day: &str) -> Value {
    json!({"precision": "day", "starts_on": day})
}

async fn promise(app: &TestApp, query: &str) -> Value {
    app.get(format!("{PROMISE}{query}"))
        .await
        .expect(200)
        .json()
}

/// The states of the twelve months, a letter each.
fn months(promise: &Value) -> String {
    let months = promise["months"].as_array().unwrap();
    let letter = |line: &Value| match line["state"].as_str().unwrap() {
        "kept" => 'K',
        "planned" => 'P',
        "unconfirmed" => 'U',
        "at_risk" => 'r',
        "broken" => 'b',
        "out_of_scope" => '-',
        other => panic!("{other} is no state"),
    };
    months.iter().map(letter).collect()
}

async fn the_promise_is_computed_from_the_activities(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let july = app
        .announced(json!({"when": day("2021-07-08"), "districts": ["haidian", "pinggu"], "highlight": true}))
        .await;
    app.announced(json!({"when": {"precision": "month", "month": "2021-09"}}))
        .await;
    app.announced(json!({"when": {"precision": "unknown"}}))
        .await;
    assert_eq!(months(&promise(&app, "").await), "--bbbrPrPrrr");

    clock.advance(TimeDelta::days(60));
    let now = promise(&app, "").await;
    assert_eq!(months(&now), "--bbbbUrPrrr");
    assert_eq!(now["quarters"][2]["state"], "unconfirmed");
    app.act(&july, "hold", json!({})).await.expect(200);
    let now = promise(&app, "").await;
    assert_eq!(months(&now), "--bbbbKrPrrr");
    assert_eq!(now["year"], 2021);
    assert_eq!(now["promise_from"], "2021-03");
    assert_eq!(
        now["months"][6],
        json!({"month": "2021-07", "state": "kept", "held": 1, "planned": 0})
    );
    assert_eq!(
        now["quarters"][2],
        json!({"quarter": "2021-Q3", "state": "kept", "held": 1, "planned": 1, "highlights": 1})
    );
    let districts = now["districts"].as_array().unwrap();
    assert_eq!(districts.len(), 16);
    assert_eq!(
        districts[13],
        json!({"district": "pinggu", "name": {"zh": "平谷", "en": "Pinggu"}, "state": "kept",
               "held": 1, "planned": 0, "visited": true})
    );
    assert_eq!(districts[0]["state"], "at_risk");
    assert_eq!(now["stated"], json!([]));
}

async fn as_of_a_day_the_promise_stands_as_it_stood(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let path = "/api/v1/editions/2021";
    let stated = json!({"stated": [{"what": "held_so_far", "value": 17, "on": "2021-06-20"}]});
    app.call(hyper::Method::PATCH, path)
        .token(&app.tokens.office)
        .if_match(&app.get(path).await.etag())
        .json(&stated)
        .send()
        .await
        .expect(200);
    // 1 June: announced for 10 June. 21 June: said to be held.
    let it = app
        .announced(json!({"when": day("2021-06-10"), "districts": ["haidian"]}))
        .await;
    clock.advance(TimeDelta::days(20));
    app.act(&it, "hold", json!({})).await.expect(200);
    let june = async |query: &str| promise(&app, query).await["months"][5]["state"].clone();
    assert_eq!(june("").await, "kept");
    assert_eq!(june("?as_of=2021-05-31").await, "at_risk");
    assert_eq!(june("?as_of=2021-06-01").await, "planned");
    assert_eq!(june("?as_of=2021-06-09").await, "planned");
    assert_eq!(
        june("?as_of=2021-06-10").await,
        "unconfirmed",
        "the day's end is the end of the day"
    );
    assert_eq!(june("?as_of=2021-06-20").await, "unconfirmed");
    assert_eq!(
        june("?as_of=2021-06-21").await,
        "kept",
        "today is known up to now"
    );
    assert_eq!(
        june("?as_of=2021-06-21T08:59:59%2B08:00").await,
        "unconfirmed"
    );
    let before = promise(&app, "?as_of=2021-05-31").await;
    assert_eq!(months(&before), "--bbbrrrrrrr", "May is over");
    assert_eq!(before["stated"][0]["recorded"], 0);
    assert_eq!(
        promise(&app, "").await["stated"],
        json!([{"what": "held_so_far", "value": 17, "on": "2021-06-20", "recorded": 1, "source": null}])
    );
}

async fn an_action_says_what_it_does_to_the_promise(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let over = json!({"when": day("2021-07-08"), "districts": ["pinggu"], "highlight": true});
    let draft = app.drafted(over).await;
    let answer = app.act(&draft, "announce", json!({})).await.expect(200);
    let warnings = |answer: &crate::support::http::Answer| answer.json()["warnings"].clone();
    assert_eq!(
        warnings(&answer),
        json!([
            "gives July 2021 an activity",
            "gives the third quarter of 2021 a highlight",
            "gives Pinggu an activity in 2021",
        ])
    );
    let seen = crate::support::app::Draft::of(&answer);
    let answer = app
        .act(&seen, "reschedule", json!({"when": day("2021-08-08")}))
        .await
        .expect(200);
    assert_eq!(
        warnings(&answer),
        json!([
            "leaves July 2021 without an activity",
            "gives August 2021 an activity"
        ])
    );
    let seen = crate::support::app::Draft::of(&answer);
    let answer = app.act(&seen, "postpone", json!({})).await.expect(200);
    assert_eq!(
        warnings(&answer),
        json!([
            "leaves August 2021 without an activity",
            "leaves the third quarter of 2021 without a highlight",
            "leaves Pinggu without an activity in 2021",
        ])
    );
    let seen = crate::support::app::Draft::of(&answer);
    let answer = app.act(&seen, "cancel", json!({})).await.expect(200);
    assert_eq!(warnings(&answer), json!([]));
}

async fn a_parent_that_takes_its_children_along_leaves_its_month(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let parent = app.announced(json!({"when": day("2021-07-08")})).await;
    app.announced(json!({"when": day("2021-07-09"), "parent": parent.id}))
        .await;
    let body = json!({"when": day("2021-08-08"), "children": true});
    let answer = app.act(&parent, "reschedule", body).await.expect(200);
    assert_eq!(
        answer.json()["warnings"],
        json!([
            "leaves July 2021 without an activity",
            "gives August 2021 an activity"
        ])
    );
    assert_eq!(months(&promise(&app, "").await), "--bbbrrPrrrr");
}

async fn nothing_of_a_draft_counts(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let before = promise(&app, "").await;
    let draft = app
        .drafted(json!({"when": day("2021-07-08"), "highlight": true}))
        .await;
    let embargo = json!({"publish_at": "2021-06-20T09:00:00+08:00"});
    app.act(&draft, "announce", embargo).await.expect(200);
    assert_eq!(promise(&app, "").await, before);
}

async fn bad_questions_are_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.get("/api/v1/promise/1999")
        .await
        .problem(404, "not-found");
    app.get("/api/v1/promise/soon")
        .await
        .problem(404, "not-found");
    for query in [
        "as_of=yesterday",
        "as_of=2021-06-02",
        "as_of=2021-02-30",
        "from=2021",
    ] {
        let problem = app
            .get(format!("{PROMISE}?{query}"))
            .await
            .problem(400, "invalid-parameter");
        assert_eq!(pointers(&problem), [query.split('=').next().unwrap()]);
    }
    app.get(format!("{PROMISE}?as_of=2021-06-01"))
        .await
        .expect(200);
}
