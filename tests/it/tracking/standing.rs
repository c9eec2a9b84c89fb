//! What an editor decided stands, whatever a source says, and whenever it says it; and what a source says is never lost by that.

use hyper::Method;
use serde_json::{Value, json};

use super::{
    Watch, accept, app_at, reject, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::{NOW, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    a_place_that_an_editor_named_is_not_overwritten,
    what_drops_out_and_comes_back_is_no_news,
    what_an_editor_moved_is_not_called_off_by_itself,
    what_an_editor_took_off_is_not_put_on_by_itself,
    calling_off_that_was_rejected_is_proposed_when_it_is_said_anew,
    a_postponement_waits_though_another_change_was_accepted,
    a_date_beside_a_lasting_mark_is_a_move,
    an_address_leaves_the_sources_that_were_added_meanwhile,
    a_draft_that_its_source_called_off_is_new_when_it_is_on_again,
    a_draft_that_was_given_back_goes_on_with_its_source,
    what_was_trusted_before_a_stop_is_looked_at_again,
    what_is_called_off_and_then_removed_waits_still,
    what_waits_beside_a_decision_is_no_conflict,
    what_is_called_off_by_hand_waits_no_more,
    what_is_decided_while_the_source_is_read_stays_decided,
);

const DAY: &str = "DTSTART;VALUE=DATE:20210801";

fn one(lines: &[&str]) -> String {
    let title = ["SUMMARY:人工智能专场"];
    let titled = lines.iter().any(|line| line.starts_with("SUMMARY"));
    let lines = match titled {
        true => lines.to_vec(),
        false => [&title, lines].concat(),
    };
    calendar(&[event("1@a", &lines)])
}

async fn watched<'a>(
    app: &'a TestApp,
    upstream: &'a Upstream,
    lines: &[&str],
    trust: &[&str],
) -> (Watch<'a>, String) {
    upstream.say("/a.ics", one(lines));
    let source = Watch::new(app, upstream, json!({"trust": trust})).await;
    source.poll().await;
    let id = match source.open().await.first() {
        Some(open) => {
            accept(app, text(open, "id"), json!({})).await.expect(200);
            text(open, "activity").to_owned()
        }
        None => text(&source.proposals("carried_out").await[0], "activity").to_owned(),
    };
    (source, id)
}

async fn patch(app: &TestApp, path: &str, etag: &str, body: Value) {
    let call = app.call(Method::PATCH, path).token(&app.tokens.office);
    let call = call.bytes("application/merge-patch+json", body.to_string());
    call.if_match(etag).send().await.expect(200);
}

async fn venue(app: &TestApp, id: &str) -> Value {
    seen(app, id).await.activity["venue"]["name"]["zh"].clone()
}

async fn relocate(app: &TestApp, id: &str, name: &str) {
    let body = json!({"venue": {"name": {"zh": name}}});
    app.act(&seen(app, id).await, "relocate", body)
        .await
        .expect(200);
}

async fn a_place_that_an_editor_named_is_not_overwritten(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &["new", "update"]).await;
    relocate(&app, &id, "编辑核实的乙馆").await;
    source.says(one(&[DAY, "LOCATION:待定会场"])).await;
    let open = source.open().await;
    assert_eq!(
        (open.len(), &open[0]["conflict"]),
        (1, &json!(true)),
        "{open:#?}"
    );
    assert_eq!(venue(&app, &id).await, "编辑核实的乙馆");
}

async fn what_drops_out_and_comes_back_is_no_news(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let with = [DAY, "LOCATION:甲馆"];
    let (source, id) = watched(&app, &upstream, &with, &["new", "update"]).await;
    relocate(&app, &id, "乙馆").await;
    source.says(one(&[DAY])).await;
    source.says(one(&with)).await;
    assert!(source.open().await.is_empty());
    assert_eq!(venue(&app, &id).await, "乙馆");
}

async fn move_to(app: &TestApp, id: &str, day: &str) {
    let body = json!({"when": {"precision": "day", "starts_on": day}});
    app.act(&seen(app, id).await, "reschedule", body)
        .await
        .expect(200);
}

async fn what_an_editor_moved_is_not_called_off_by_itself(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &["new", "cancel"]).await;
    move_to(&app, &id, "2021-09-10").await;
    source.says(one(&[DAY, "STATUS:CANCELLED"])).await;
    let open = source.open().await;
    assert_eq!(
        (open.len(), &open[0]["conflict"]),
        (1, &json!(true)),
        "{open:#?}"
    );
    // What it is moved to meanwhile is shown before it is called off.
    move_to(&app, &id, "2021-09-20").await;
    let proposal = text(&open[0], "id");
    accept(&app, proposal, json!({}))
        .await
        .problem(409, "conflict");
    assert_eq!(
        source.open().await[0]["here"]["when"]["starts_on"],
        "2021-09-20"
    );
    accept(&app, proposal, json!({})).await.expect(200);
    assert_eq!(seen(&app, &id).await.activity["status"], "cancelled");
}

async fn what_an_editor_took_off_is_not_put_on_by_itself(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let trust = ["new", "cancel", "reinstate", "postpone"];
    let (source, id) = watched(&app, &upstream, &[DAY], &trust).await;
    let off = one(&[DAY, "STATUS:CANCELLED"]);
    app.act(&seen(&app, &id).await, "cancel", json!({}))
        .await
        .expect(200);
    source.says(off.clone()).await;
    source.says(one(&[DAY])).await;
    let open = source.open().await;
    assert_eq!(
        (open.len(), &open[0]["conflict"]),
        (1, &json!(true)),
        "{open:#?}"
    );
    assert_eq!(seen(&app, &id).await.activity["status"], "cancelled");
    reject(&app, text(&open[0], "id"), "本办决定取消")
        .await
        .expect(200);
    app.act(&seen(&app, &id).await, "reinstate", json!({}))
        .await
        .expect(200);
    // What it took off itself, it puts on again.
    source.says(off).await;
    assert_eq!(seen(&app, &id).await.activity["status"], "cancelled");
    source.says(one(&[DAY])).await;
    assert_ne!(seen(&app, &id).await.activity["status"], "cancelled");
    assert!(source.open().await.is_empty());
}

async fn calling_off_that_was_rejected_is_proposed_when_it_is_said_anew(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, _) = watched(&app, &upstream, &[DAY], &[]).await;
    let off = one(&[DAY, "STATUS:CANCELLED"]);
    source.says(off.clone()).await;
    reject(&app, text(&source.open().await[0], "id"), "主办方说照常")
        .await
        .expect(200);
    source.says(format!("{off}\r\n")).await;
    assert!(source.open().await.is_empty());
    source.says(one(&[DAY])).await;
    assert!(source.open().await.is_empty());
    source.says(off).await;
    assert_eq!(source.kinds().await, ["cancel cancel"]);
}

async fn a_postponement_waits_though_another_change_was_accepted(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let when = json!({"precision": "day", "starts_on": "2021-08-01"});
    let here = json!({"title": {"zh": "人工智能专场"}, "when": when, "sources": [{"uid": "1@a"}]});
    let here = app.announced(here).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one(&["SUMMARY:【延期】人工智能专场大会", DAY]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let open = source.open().await;
    let title = open.iter().find(|one| one["kind"] == "update").unwrap();
    accept(&app, text(title, "id"), json!({})).await.expect(200);
    source
        .says(one(&[
            "SUMMARY:【延期】人工智能专场大会",
            DAY,
            "CLASS:PUBLIC",
        ]))
        .await;
    assert_eq!(source.kinds().await, ["postpone postpone"]);
    source.accept().await;
    assert_eq!(seen(&app, &here.id).await.activity["status"], "postponed");
}

async fn a_date_beside_a_lasting_mark_is_a_move(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &[]).await;
    let marked = |day: &str| one(&["SUMMARY:【延期】人工智能专场", day]);
    source.says(marked(DAY)).await;
    source.accept().await;
    source.says(marked("DTSTART;VALUE=DATE:20210815")).await;
    source.accept().await;
    assert_eq!(
        seen(&app, &id).await.activity["when"]["starts_on"],
        "2021-08-15"
    );
    source.says(marked("DTSTART;VALUE=DATE:20210816")).await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
}

async fn an_address_leaves_the_sources_that_were_added_meanwhile(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY, "URL:https://a.example/1"], &[]).await;
    source.says(one(&[DAY, "URL:https://a.example/2"])).await;
    let here = seen(&app, &id).await;
    let mut sources = here.activity["sources"].as_array().unwrap().clone();
    sources.push(json!({"url": "https://gov.example/notice"}));
    patch(&app, &here.path(), &here.etag, json!({"sources": sources})).await;
    source.accept().await;
    let urls: Vec<Value> = seen(&app, &id).await.activity["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|from| from["url"].clone())
        .collect();
    assert_eq!(urls, ["https://a.example/2", "https://gov.example/notice"]);
}

async fn a_draft_that_its_source_called_off_is_new_when_it_is_on_again(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one(&[DAY]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    source.says(one(&[DAY, "STATUS:CANCELLED"])).await;
    // A draft that nobody has worked on follows its source.
    for waits in source.open().await {
        if waits["kind"] == "cancel" {
            accept(&app, text(&waits, "id"), json!({}))
                .await
                .expect(200);
        }
    }
    assert!(source.open().await.is_empty());
    source
        .says(one(&[DAY, "STATUS:CANCELLED", "LOCATION:甲馆"]))
        .await;
    assert!(source.open().await.is_empty());
    source.says(one(&[DAY, "LOCATION:乙馆"])).await;
    assert_eq!(source.kinds().await, ["new announce"]);
}

async fn a_draft_that_was_given_back_goes_on_with_its_source(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one(&[DAY]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let open = source.open().await;
    let draft = seen(&app, text(&open[0], "activity")).await;
    let summary = json!({"summary": {"zh": "补充介绍"}});
    patch(&app, &draft.path(), &draft.etag, summary).await;
    reject(&app, text(&open[0], "id"), "请补充")
        .await
        .expect(200);
    assert_eq!(seen(&app, &draft.id).await.activity["status"], "draft");
    source.says(one(&["DTSTART;VALUE=DATE:20210815"])).await;
    assert_eq!(source.kinds().await, ["reschedule update"]);
}

async fn what_was_trusted_before_a_stop_is_looked_at_again(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &[]).await;
    source.says(one(&["DTSTART;VALUE=DATE:20210815"])).await;
    // As a program leaves it that stops between writing and carrying out.
    let trusts = async |id: &str| {
        let row = yueli::store::proposals::find(app.services.db.reader(), id)
            .await
            .unwrap()
            .unwrap();
        let mut document = yueli::store::proposals::document(&row).unwrap();
        document.trusted = true;
        let row = yueli::store::proposals::Row {
            document: document.text(),
            ..row
        };
        yueli::store::proposals::save(app.services.db.writer(), row)
            .await
            .unwrap();
    };
    let proposal = text(&source.open().await[0], "id").to_owned();
    trusts(&proposal).await;
    // Its trust was taken back.
    assert_eq!(source.poll().await["carried_out"], 0);
    assert_eq!(
        seen(&app, &id).await.activity["when"]["starts_on"],
        "2021-08-01"
    );
    trusts(&proposal).await;
    let path = format!("/api/v1/sources/{}", source.id);
    let call = app.call(Method::GET, &path).token(&app.tokens.office);
    let etag = call.send().await.expect(200).etag();
    patch(&app, &path, &etag, json!({"trust": ["reschedule"]})).await;
    // An editor decided otherwise.
    move_to(&app, &id, "2021-09-10").await;
    for _ in 0..2 {
        assert_eq!(source.poll().await["carried_out"], 0);
    }
    assert_eq!(
        seen(&app, &id).await.activity["when"]["starts_on"],
        "2021-09-10"
    );
    assert_eq!(source.open().await[0]["conflict"], true);
}

async fn what_is_decided_while_the_source_is_read_stays_decided(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let many = |day: u8| {
        let one = |n: u16| {
            let start = format!("DTSTART;VALUE=DATE:202108{:02}", day + (n % 7) as u8);
            let title = format!("SUMMARY:第{n}场科技成果路演");
            event(&format!("{n}@a"), &[&title, &start])
        };
        calendar(&(0..90).map(one).collect::<Vec<_>>())
    };
    upstream.say("/a.ics", many(1));
    let source = Watch::new(&app, &upstream, json!({"trust": ["new"]})).await;
    source.poll().await;
    source.says(many(11)).await;
    let open = source.open().await;
    let ids: Vec<&str> = open.iter().map(|one| text(one, "id")).collect();
    for waits in open.iter().take(30) {
        // What stands here is another date now, so that the next reading writes the proposal anew.
        move_to(&app, text(waits, "activity"), "2021-09-10").await;
    }
    upstream.say("/a.ics", format!("{}\r\n", many(11)));
    let decide = async {
        for id in ids.iter().take(30) {
            reject(&app, id, "照旧").await.expect(200);
        }
    };
    let (polled, ()) = tokio::join!(source.poll(), decide);
    assert_eq!(text(&polled, "outcome"), "read", "{polled}");
    assert_eq!(source.proposals("rejected").await.len(), 30);
    assert_eq!(source.open().await.len(), open.len() - 30);
}

async fn what_is_called_off_and_then_removed_waits_still(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let other = event("2@a", &["SUMMARY:量子计算公开课", DAY]);
    let more = event("3@a", &["SUMMARY:氢能产业大会", DAY]);
    let with = |one: &[String]| calendar(&[one, &[other.clone(), more.clone()]].concat());
    let entry = |status: &str| event("1@a", &["SUMMARY:人工智能专场", DAY, status]);
    upstream.say("/a.ics", with(&[entry("STATUS:CONFIRMED")]));
    let source = Watch::new(&app, &upstream, json!({"trust": ["new"]})).await;
    source.poll().await;
    source.says(with(&[entry("STATUS:CANCELLED")])).await;
    assert_eq!(source.kinds().await, ["cancel cancel"]);
    source.says(with(&[])).await;
    assert_eq!(source.kinds().await, ["cancel cancel"]);
    let accepted = source.accept().await;
    assert_eq!(accepted["activity"]["status"], "cancelled");
    // A mark that says nothing of taking place does not hide that it is off.
    let moved = |status: &str| event("2@a", &["SUMMARY:【改期】量子计算公开课", DAY, status]);
    let said = |status: &str| calendar(&[moved(status), more.clone()]);
    source.says(said("STATUS:CONFIRMED")).await;
    assert!(source.open().await.is_empty());
    source.says(said("STATUS:CANCELLED")).await;
    assert_eq!(source.kinds().await, ["cancel cancel"]);
}

async fn what_waits_beside_a_decision_is_no_conflict(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let when = json!({"precision": "day", "starts_on": "2021-08-03"});
    let venue = json!({"name": {"zh": "甲馆"}});
    app.announced(json!({"title": {"zh": "人工智能专场"}, "when": when, "venue": venue, "sources": [{"uid": "1@a"}]}))
        .await;
    let upstream = Upstream::start().await;
    let said = |more: &str| one(&["SUMMARY:人工智能专场大会", DAY, "LOCATION:乙馆", more]);
    upstream.say("/a.ics", said("CLASS:PUBLIC"));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let open = source.open().await;
    assert_eq!(open.len(), 3, "{open:#?}");
    let title = open.iter().find(|one| one["action"] == "update").unwrap();
    accept(&app, text(title, "id"), json!({})).await.expect(200);
    source.says(said("CLASS:PRIVATE")).await;
    let open = source.open().await;
    let mut waits: Vec<(&str, &Value)> = open
        .iter()
        .map(|one| (text(one, "action"), &one["conflict"]))
        .collect();
    waits.sort_by_key(|(action, _)| *action);
    let no = json!(false);
    assert_eq!(waits, [("relocate", &no), ("reschedule", &no)]);
}

async fn what_is_called_off_by_hand_waits_no_more(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &[]).await;
    source.says(one(&[DAY, "STATUS:CANCELLED"])).await;
    app.act(&seen(&app, &id).await, "cancel", json!({}))
        .await
        .expect(200);
    assert!(source.open().await.is_empty());
    assert_eq!(source.proposals("superseded").await.len(), 1);
}
