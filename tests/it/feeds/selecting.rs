//! Scopes, selections and options: what stands in which feed, and by which one address.

use serde_json::json;
use yueli::domain::{
    action::{Action, Telling},
    input::read,
};

use super::house::{House, count, identity};
use crate::support::db::{TestDb, on_both};

on_both!(
    what_leaves_a_selection_leaves_by_absence_and_enters_another,
    what_is_known_to_the_month_is_planned_until_its_day_is_known,
    what_was_planned_and_is_withdrawn_is_gone_from_the_plans,
);

/// How many entries each of some calendars has.
async fn entries(house: &House, paths: &[&str]) -> Vec<usize> {
    let mut counts = Vec::new();
    for path in paths {
        let feed = house.get(&format!("/feeds/zh/{path}")).await.expect(200);
        counts.push(count(&feed.text(), "BEGIN:VEVENT"));
    }
    counts
}

async fn what_leaves_a_selection_leaves_by_absence_and_enters_another(db: TestDb) {
    let house = House::furnished(&db).await;
    let seen = house.announced(json!({})).await;
    let paths = [
        "all.ics",
        "district/haidian.ics",
        "district/chaoyang.ics",
        "all.ics?district=haidian",
        "kind/roadshow.ics?district=chaoyang",
        "edition/2021.ics?kind=forum",
        "highlights.ics",
        "audience/investors.ics",
    ];
    assert_eq!(entries(&house, &paths).await, [1, 1, 0, 1, 0, 0, 0, 0]);
    let relocate = Action::Relocate {
        venue: None,
        districts: Some(vec!["chaoyang".parse().unwrap()]),
        reason: None,
    };
    let seen = house.act(&seen, relocate).await;
    assert_eq!(entries(&house, &paths).await, [1, 0, 1, 0, 1, 0, 0, 0]);
    let left = house.get("/feeds/zh/district/haidian.ics").await.text();
    assert_eq!(count(&left, "CANCELLED"), 0, "{left}");
    let told = house.get("/feeds/zh/district/haidian.rss").await.text();
    assert_eq!(
        count(&told, "[地点变更]"),
        1,
        "those it left are told: {told}"
    );

    let mut content = seen.activity.content.clone();
    content.kind = Some("forum".parse().unwrap());
    content.highlight = true;
    content.audiences = vec!["investors".parse().unwrap()];
    let update = Action::Update {
        content: Box::new(content),
        telling: Telling::Aloud,
    };
    house.act(&seen, update).await;
    assert_eq!(entries(&house, &paths).await, [1, 0, 1, 0, 0, 1, 1, 1]);
    house.close().await;
}

async fn what_is_known_to_the_month_is_planned_until_its_day_is_known(db: TestDb) {
    let house = House::furnished(&db).await;
    let month = json!({"when": {"precision": "month", "month": "2021-08", "starts_at": null}});
    let planned = house.announced(month).await;
    let paths = ["planning.ics", "all.ics", "edition/2021.ics"];
    assert_eq!(entries(&house, &paths).await, [1, 0, 0]);
    let plan = house.get("/feeds/zh/planning.ics").await.text();
    for line in [
        "DTSTART;VALUE=DATE:20210801",
        "DTEND;VALUE=DATE:20210901",
        "STATUS:TENTATIVE",
        "TRANSP:TRANSPARENT",
    ] {
        assert_eq!(count(&plan, line), 1, "{line}: {plan}");
    }
    let when = read(&json!({"precision": "day", "starts_on": "2021-08-20"})).unwrap();
    let reschedule = Action::Reschedule { when, reason: None };
    house.act(&planned, reschedule).await;
    assert_eq!(entries(&house, &paths).await, [0, 1, 1]);
    let news = house.get("/feeds/zh/planning.rss").await.text();
    assert_eq!(
        count(&news, "<item>"),
        2,
        "both concern what was planned: {news}"
    );
    house.close().await;
}

async fn what_was_planned_and_is_withdrawn_is_gone_from_the_plans(db: TestDb) {
    let house = House::furnished(&db).await;
    let when = json!({"precision": "month", "month": "2021-08", "starts_at": null});
    let planned = house
        .announced(json!({"title": {"zh": "误发的活动"}, "when": when}))
        .await;
    let paths = ["/feeds/zh/planning.ics", "/feeds/zh/planning.rss"];
    for path in paths {
        let feed = house.get(path).await.text().replace("\r\n ", "");
        assert!(count(&feed, "误发的活动") > 0, "{path}");
    }
    let withdraw = Action::Withdraw {
        reason: read(&json!({"code": "correction"})).unwrap(),
        replaced_by: None,
    };
    house.act(&planned, withdraw).await;
    let mut told = Vec::new();
    for path in paths {
        let feed = house.get(path).await;
        assert_eq!(
            count(&feed.text().replace("\r\n ", ""), "误发"),
            0,
            "{path}"
        );
        told.push(identity(&feed));
    }
    assert_eq!(
        count(&String::from_utf8_lossy(&told[0].0), "BEGIN:VEVENT"),
        0
    );
    assert_eq!(count(&String::from_utf8_lossy(&told[1].0), "[撤回]"), 1);
    house.close().await;
    let house = House::open(&db, "2022-06-01T10:00:00+08:00").await;
    for (path, told) in paths.into_iter().zip(told) {
        assert_eq!(
            identity(&house.get(path).await),
            told,
            "after a restart: {path}"
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_selection_is_moved_to_its_one_address_and_a_file_is_named() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    let seen = house.announced(json!({})).await;
    let moved = house
        .get("/feeds/bi/all.ics?utm_source=x&alarm=PT60M&kind=roadshow&district=haidian")
        .await;
    assert_eq!(moved.status, 301);
    let there = "/feeds/bi/all.ics?district=haidian&kind=roadshow&alarm=PT1H";
    assert_eq!(
        moved.header("location"),
        format!("https://yueli.example{there}")
    );
    let feed = house
        .get(there)
        .await
        .expect(200)
        .text()
        .replace("\r\n ", "");
    let source = format!("SOURCE;VALUE=URI:https://yueli.example{there}\r\n");
    assert_eq!(count(&feed, &source), 1, "{feed}");
    assert_eq!(count(&feed, "TRIGGER:-PT60M"), 1, "{feed}");
    assert_eq!(
        count(
            &feed,
            "SUMMARY;LANGUAGE=zh-CN:中英生命健康跨境路演 / UK-China"
        ),
        1
    );
    for wrong in [
        "cancelled=maybe",
        "alarm=PT1S",
        "notice=held",
        "district=pudong",
    ] {
        let (name, _) = wrong.split_once('=').unwrap();
        let refused = house.get(&format!("/feeds/zh/all.ics?{wrong}")).await;
        let problem = refused.problem(400, "invalid-parameter");
        assert_eq!(problem["errors"][0]["pointer"], name, "{problem}");
    }

    let path = format!("/feeds/zh/activity/{}.ics", seen.activity.id);
    assert_eq!(house.get(&path).await.header("content-disposition"), "");
    for missing in ["section/2021/forum.ics", "series/none.ics", "kind/ball.ics"] {
        let refused = house.get(&format!("/feeds/zh/{missing}")).await;
        let problem = refused.problem(404, "not-found");
        assert!(
            problem["detail"].as_str().unwrap().contains(missing),
            "{problem}"
        );
    }
    let file = house.get(&format!("{path}?download=1")).await.expect(200);
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"uk-china.ics\""
    );
    assert_eq!(file.body, house.get(&path).await.body);
    house.get("/feeds/zh/all.ics?download=1").await.expect(400);
    house.close().await;
}
