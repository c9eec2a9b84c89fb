//! Hours, days and filters that cannot be meant: each is named, and none is made up.

use hyper::Method;
use serde_json::json;
use yueli::config::SecondFactorRule;

use super::{page::Page, seat::Seat, second_factor::app};
use crate::support::db::{TestDb, on_both};

on_both!(
    an_hour_of_publication_that_cannot_be_meant_is_named,
    a_date_without_its_precision_is_asked_for,
    what_cannot_be_confirmed_yet_says_why,
    a_filter_of_the_audit_that_means_nothing_is_named,
);

async fn an_hour_of_publication_that_cannot_be_meant_is_named(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = app.drafted(json!({})).await;
    let at = format!("/console/activities/{}/announce", seen.id);
    for (fields, said) in [
        (
            [
                ("/publish/when", "later"),
                ("/publish/day", "2021-05-01"),
                ("/publish/time", "09:00"),
            ],
            "2021-05-01 09:00 is past",
        ),
        (
            [
                ("/publish/when", "tomorrow"),
                ("/publish/day", "2021-07-01"),
                ("/publish/time", "09:00"),
            ],
            "\"tomorrow\" is neither now nor later",
        ),
        (
            [
                ("/publish/when", "now"),
                ("/publish/day", "2021-07-01"),
                ("/publish/time", ""),
            ],
            "2021-07-01 stands there, but it is to be published now",
        ),
        (
            [
                ("/publish/when", "later"),
                ("/publish/day", "2021-07-01"),
                ("/publish/time", ""),
            ],
            "Time of publication: is missing",
        ),
    ] {
        for step in ["look", "do"] {
            let mut form = office.page(&at).await.form(&at).with("step", step);
            for (name, value) in fields {
                form = form.with(name, value);
            }
            let refused = form.send(&office).await.expect(422);
            let told = Page::read(&refused.text()).texts().join("\n");
            assert!(told.contains(said), "{said}: {told}");
        }
    }
    let after = app.call(Method::GET, seen.path());
    let after = after.token(&app.tokens.office).send().await.expect(200);
    assert_eq!(after.json()["status"], "draft");
}

async fn a_date_without_its_precision_is_asked_for(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let at = "/console/activities/new";
    let form = office.page(at).await.form(at);
    let form = form
        .with("/edition", "2021")
        .with("/strand", "year_round")
        .with("/title/zh", "路演")
        .with("/when/starts_on", "2021-12-20")
        .with("/when/starts_time", "09:00");
    let refused = form.send(&office).await.expect(422);
    let page = Page::read(&refused.text());
    let told = page.texts().join("\n");
    assert!(
        told.contains("choose how exactly the date is known"),
        "{told}"
    );
    let form = page.form(at);
    assert_eq!(form.value("/when/starts_on"), "2021-12-20");
    form.with("/when/precision", "minute")
        .send(&office)
        .await
        .expect(303);
}

async fn what_cannot_be_confirmed_yet_says_why(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = app
        .announced(json!({"audiences": ["scientists"], "figures": [], "summary": {"zh": "简介"}}))
        .await;
    let held = office
        .get(&format!("/console/activities/{}/hold", seen.id))
        .await;
    let told = Page::read(&held.expect(409).text()).texts().join("\n");
    assert!(told.contains("2021-07-08"), "{told}");
    assert!(!told.contains("unknown field"), "{told}");
}

async fn a_filter_of_the_audit_that_means_nothing_is_named(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    for (query, said) in [
        ("from=xx", "xx"),
        ("to=2021-13-01", "2021-13-01"),
        ("from=-262143-01-01", "-262143-01-01"),
        ("action=nonsense", "nonsense"),
        ("outcome=perhaps", "perhaps"),
        ("after=nonsense", "nonsense"),
    ] {
        for page in ["audit", "audit.csv", "audit.jsonl"] {
            if page != "audit" && query.starts_with("after") {
                continue;
            }
            let answer = office.get(&format!("/console/{page}?{query}")).await;
            let told = answer.expect(422).text();
            assert!(told.contains(said), "{page} {query}: {told}");
        }
    }
    let head = app.call(Method::HEAD, "/console/audit.csv");
    head.header("cookie", &office.cookie)
        .send()
        .await
        .expect(200);
    let exports = app.audit("?action=audit.export&outcome=done").await.json();
    assert_eq!(exports["audit"], json!([]), "what was not given out");
}
