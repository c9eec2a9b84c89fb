//! What Last-Modified says while changes follow each other within seconds.

use chrono::{DateTime, TimeDelta};
use hyper::Method;
use serde_json::json;
use yueli::clock::Clock as _;

use crate::support::{
    app::{Draft, TestApp},
    db::TestDb,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_change_within_a_second_is_not_taken_for_the_first() {
    // The clock stands still: every change falls into the same second.
    let (app, _) = TestApp::start(TestDb::sqlite()).await;
    let seen = app.announced(json!({})).await;
    let path = "/feeds/zh/all.ics";
    let first = app.get(path).await.expect(200);
    let body = json!({"when": {"precision": "day", "starts_on": "2021-07-20"}});
    app.act(&seen, "reschedule", body).await.expect(200);
    let call = app.call(Method::GET, path);
    let call = call.header("if-modified-since", first.header("last-modified"));
    let second = call.send().await.expect(200);
    assert_ne!(second.body, first.body);
}

/// libcurl drops an answer that is not dated later than what it has, and newsboat keeps its tag all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_goes_by_the_date_alone_sees_each_of_many_changes() {
    let (app, clock) = TestApp::start(TestDb::sqlite()).await;
    let mut seen = app.announced(json!({})).await;
    let paths = [
        "/feeds/zh/all.ics",
        "/feeds/zh/all.rss",
        "/feeds/en/all.atom",
    ];
    let mut known = [const { None }; 3];
    for day in 1..=9 {
        for (path, known) in paths.into_iter().zip(&mut known) {
            let answer = app.get(path).await.expect(200);
            let dated = answer.header("last-modified");
            let dated = (!dated.is_empty()).then(|| DateTime::parse_from_rfc2822(dated).unwrap());
            let now = clock.now();
            assert!(
                dated.is_none_or(|dated| dated <= now && Some(dated) > *known),
                "{path} {day}"
            );
            assert!(
                dated.is_some() || known.is_some(),
                "{path} {day}: the first one is dated"
            );
            *known = dated.or(*known);
        }
        clock.advance(TimeDelta::milliseconds(400));
        let body = json!({"when": {"precision": "day", "starts_on": format!("2021-07-0{day}")}});
        seen = Draft::of(&app.act(&seen, "reschedule", body).await.expect(200));
    }
    clock.advance(TimeDelta::seconds(1));
    for (path, known) in paths.into_iter().zip(known) {
        let answer = app.get(path).await.expect(200);
        let dated = DateTime::parse_from_rfc2822(answer.header("last-modified")).unwrap();
        assert!(Some(dated) > known, "{path}: dated once the second is over");
        let call = app
            .call(Method::GET, path)
            .header("if-modified-since", answer.header("last-modified"));
        call.send().await.expect(304);
    }
}
