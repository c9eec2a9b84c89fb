//! What is done here by hand, or on another source's word, beside what a source proposes: nothing is lost by it, and nothing waits
//! that has come about.

use hyper::Method;
use serde_json::{Value, json};

use super::{
    Watch, accept, app_at, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::{NOW, TestApp},
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    a_place_that_changed_while_it_was_off_is_proposed_when_it_is_on,
    a_place_that_differed_at_first_sight_while_it_was_off_is_proposed_too,
    what_was_done_by_hand_waits_no_more,
    what_another_source_brought_about_waits_no_more,
    what_an_editor_called_off_anew_is_not_put_on_by_the_source,
    what_waits_about_a_duplicate_is_proposed_of_the_other,
    what_would_delete_a_draft_calls_it_off_once_it_is_public,
    what_an_editor_put_on_again_is_not_called_off_once_more,
    what_another_source_has_still_is_not_deleted,
    a_draft_that_is_put_off_is_not_announced_on_its_old_date,
    on_again_by_hand_is_not_yet_on_the_sources_date,
    whoever_moves_a_parent_and_whoever_accepts_about_a_child_do_not_wait_for_each_other,
);

pub(super) const DAY: &str = "DTSTART;VALUE=DATE:20210801";

pub(super) fn entry(uid: &str, lines: &[&str]) -> String {
    let title = ["SUMMARY:人工智能专场"];
    match lines.iter().any(|line| line.starts_with("SUMMARY")) {
        true => event(uid, lines),
        false => event(uid, &[&title, lines].concat()),
    }
}

pub(super) fn one(lines: &[&str]) -> String {
    calendar(&[entry("1@a", lines)])
}

/// A source whose one entry is announced, and what it is trusted with from then on.
pub(super) async fn watched<'a>(
    app: &'a TestApp,
    upstream: &'a Upstream,
    lines: &[&str],
    trust: &[&str],
) -> (Watch<'a>, String) {
    upstream.say("/a.ics", one(lines));
    let source = Watch::new(app, upstream, json!({"trust": trust})).await;
    source.poll().await;
    let accepted = source.accept().await;
    let id = text(&accepted["activity"], "id").to_owned();
    (source, id)
}

async fn act(app: &TestApp, id: &str, word: &str, body: Value) -> Answer {
    app.act(&seen(app, id).await, word, body).await
}

async fn move_to(app: &TestApp, id: &str, day: &str) {
    let body = json!({"when": {"precision": "day", "starts_on": day}});
    act(app, id, "reschedule", body).await.expect(200);
}

pub(super) async fn patch(app: &TestApp, id: &str, body: Value) {
    let etag = seen(app, id).await.etag;
    let call = app.call(Method::PATCH, format!("/api/v1/activities/{id}"));
    let call = call.token(&app.tokens.office);
    let call = call.bytes("application/merge-patch+json", body.to_string());
    call.if_match(&etag).send().await.expect(200);
}

async fn a_place_that_changed_while_it_was_off_is_proposed_when_it_is_on(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let with = [DAY, "LOCATION:甲馆"];
    let (source, id) = watched(&app, &upstream, &with, &[]).await;
    source
        .says(one(&[DAY, "LOCATION:甲馆", "STATUS:CANCELLED"]))
        .await;
    source.accept().await;
    source.says(one(&[DAY, "LOCATION:国家会议中心"])).await;
    assert_eq!(source.kinds().await, ["reinstate reinstate"]);
    source.accept().await;
    source.poll().await;
    assert_eq!(source.kinds().await, ["update relocate"]);
    source.accept().await;
    let there = seen(&app, &id).await.activity;
    assert_eq!(there["venue"]["name"]["zh"], "国家会议中心");
    // Called off and put on again by hand.
    act(&app, &id, "cancel", json!({})).await.expect(200);
    source.says(one(&[DAY, "LOCATION:丙馆"])).await;
    assert!(source.open().await.is_empty());
    act(&app, &id, "reinstate", json!({})).await.expect(200);
    source.poll().await;
    assert_eq!(source.kinds().await, ["update relocate"]);
}

async fn a_place_that_differed_at_first_sight_while_it_was_off_is_proposed_too(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let when = json!({"precision": "day", "starts_on": "2021-08-01"});
    let here = app
        .announced(
            json!({"title": {"zh": "人工智能专场"}, "when": when, "sources": [{"uid": "1@a"}]}),
        )
        .await;
    act(&app, &here.id, "cancel", json!({})).await.expect(200);
    upstream.say("/a.ics", one(&[DAY, "LOCATION:首钢园"]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    assert_eq!(source.kinds().await, ["reinstate reinstate"]);
    source.accept().await;
    source.poll().await;
    assert_eq!(source.kinds().await, ["update relocate"]);
}

async fn what_was_done_by_hand_waits_no_more(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &[]).await;
    source.says(one(&["DTSTART;VALUE=DATE:20210814"])).await;
    let open = source.open().await;
    move_to(&app, &id, "2021-08-14").await;
    assert!(source.open().await.is_empty(), "it stands here");
    accept(&app, text(&open[0], "id"), json!({}))
        .await
        .problem(409, "conflict");
    // What the source said of it is settled: moved on by hand, it is not proposed again beside another change.
    move_to(&app, &id, "2021-08-20").await;
    source
        .says(one(&["DTSTART;VALUE=DATE:20210814", "LOCATION:甲馆"]))
        .await;
    assert_eq!(source.kinds().await, ["update relocate"]);
}

async fn what_another_source_brought_about_waits_no_more(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (first, _) = watched(&app, &upstream, &[DAY], &[]).await;
    upstream.say("/b.ics", calendar(&[entry("2@b", &[DAY])]));
    let over = json!({"url": upstream.url("/b.ics")});
    let second = Watch::new(&app, &upstream, over).await;
    second.poll().await;
    let moved = "DTSTART;VALUE=DATE:20210812";
    upstream.say("/b.ics", calendar(&[entry("2@b", &[moved])]));
    second.poll().await;
    first.says(one(&[moved])).await;
    assert_eq!(
        (first.open().await.len(), second.open().await.len()),
        (1, 1)
    );
    first.accept().await;
    assert!(second.open().await.is_empty());
    assert_eq!(app.head().await, 2);
}

async fn what_an_editor_called_off_anew_is_not_put_on_by_the_source(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let trust = ["cancel", "reinstate"];
    let (source, id) = watched(&app, &upstream, &[DAY], &trust).await;
    source.says(one(&[DAY, "STATUS:CANCELLED"])).await;
    assert_eq!(seen(&app, &id).await.activity["status"], "cancelled");
    act(&app, &id, "reinstate", json!({})).await.expect(200);
    act(&app, &id, "cancel", json!({})).await.expect(200);
    source.says(one(&[DAY])).await;
    let open = source.open().await;
    assert_eq!(
        (open.len(), &open[0]["conflict"]),
        (1, &json!(true)),
        "{open:#?}"
    );
    assert_eq!(seen(&app, &id).await.activity["status"], "cancelled");
}

async fn what_waits_about_a_duplicate_is_proposed_of_the_other(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &[]).await;
    let kept = app
        .announced(json!({
            "title": {"zh": "人工智能专场（主会场）"}, "when": {"precision": "day", "starts_on": "2021-08-01"},
        }))
        .await;
    source.says(one(&["DTSTART;VALUE=DATE:20210809"])).await;
    assert_eq!(source.open().await.len(), 1);
    let body = json!({"reason": {"code": "merge"}, "replaced_by": kept.id});
    act(&app, &id, "withdraw", body).await.expect(200);
    source.poll().await;
    let open = source.open().await;
    let moved: Vec<&Value> = open
        .iter()
        .filter(|it| it["kind"] == "reschedule")
        .collect();
    assert_eq!(moved.len(), 1, "{open:#?}");
    assert_eq!(moved[0]["activity"], kept.id);
}

async fn what_would_delete_a_draft_calls_it_off_once_it_is_public(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let others = [
        entry("2@a", &["SUMMARY:别的一场", DAY]),
        entry("3@a", &["SUMMARY:又一场", DAY]),
    ];
    let all = calendar(&[&[entry("1@a", &[DAY])], &others[..]].concat());
    upstream.say("/a.ics", all);
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let new = source.open().await;
    let new = new
        .iter()
        .find(|it| it["now"]["title"]["zh"] == "人工智能专场");
    let new = new.unwrap().clone();
    source.says(calendar(&others)).await;
    accept(&app, text(&new, "id"), json!({})).await.expect(200);
    source.poll().await;
    let open = source.open().await;
    let about: Vec<&Value> = open
        .iter()
        .filter(|it| it["activity"] == new["activity"])
        .collect();
    assert_eq!(
        (about.len(), &about[0]["action"]),
        (1, &json!("cancel")),
        "{open:#?}"
    );
    accept(&app, text(about[0], "id"), json!({}))
        .await
        .expect(200);
    let id = text(&new, "activity");
    assert_eq!(seen(&app, id).await.activity["status"], "cancelled");
}

async fn what_an_editor_put_on_again_is_not_called_off_once_more(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &[]).await;
    source.says(one(&[DAY, "STATUS:CANCELLED"])).await;
    act(&app, &id, "cancel", json!({})).await.expect(200);
    act(&app, &id, "reinstate", json!({})).await.expect(200);
    source
        .says(one(&[DAY, "STATUS:CANCELLED", "DESCRIPTION:另行通知"]))
        .await;
    assert!(source.open().await.is_empty(), "{:#?}", source.open().await);
}

async fn what_another_source_has_still_is_not_deleted(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one(&[DAY]));
    let first = Watch::new(&app, &upstream, json!({})).await;
    first.poll().await;
    let others =
        [1, 2, 3].map(|n| entry(&format!("{n}@c"), &[&format!("SUMMARY:不同的第{n}场"), DAY]));
    let all = calendar(&[&[entry("1@b", &[DAY])], &others[..]].concat());
    upstream.say("/b.ics", all);
    let second = Watch::new(&app, &upstream, json!({"url": upstream.url("/b.ics")})).await;
    second.poll().await;
    upstream.say("/b.ics", calendar(&others));
    second.poll().await;
    let of_first = first.open().await.remove(0);
    let draft = text(&of_first, "activity").to_owned();
    let about = |open: Vec<Value>| {
        open.into_iter()
            .filter(|it| it["activity"] == draft.as_str())
            .count()
    };
    assert_eq!(about(second.open().await), 0, "its draft stays");
    // Once it is public a person decides.
    first.accept().await;
    upstream.say(
        "/b.ics",
        calendar(&[&[entry("1@b", &[DAY])], &others[..]].concat()),
    );
    second.poll().await;
    upstream.say("/b.ics", calendar(&others));
    second.poll().await;
    let open = second.open().await;
    let gone = open
        .iter()
        .find(|it| it["activity"] == draft.as_str())
        .unwrap();
    assert_eq!(
        (&gone["action"], &gone["conflict"]),
        (&json!("cancel"), &json!(true))
    );
}

async fn a_draft_that_is_put_off_is_not_announced_on_its_old_date(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one(&[DAY]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let new = source.open().await.remove(0);
    let id = text(&new, "activity");
    patch(&app, id, json!({"summary": {"zh": "编辑写的简介"}})).await;
    source
        .says(one(&["SUMMARY:【延期】人工智能专场", DAY]))
        .await;
    let postponed = |open: Vec<Value>| open.iter().filter(|it| it["kind"] == "postpone").count();
    assert_eq!(postponed(source.open().await), 1);
    patch(&app, id, json!({"summary": {"zh": "编辑改过的简介"}})).await;
    assert_eq!(postponed(source.open().await), 1);
    accept(&app, text(&new, "id"), json!({})).await.expect(200);
    source.poll().await;
    assert_eq!(postponed(source.open().await), 1, "it waits still");
}

async fn on_again_by_hand_is_not_yet_on_the_sources_date(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream, &[DAY], &[]).await;
    source.says(one(&[DAY, "STATUS:CANCELLED"])).await;
    source.accept().await;
    source.says(one(&["DTSTART;VALUE=DATE:20210812"])).await;
    assert_eq!(source.kinds().await, ["reinstate reinstate"]);
    act(&app, &id, "reinstate", json!({})).await.expect(200);
    source.poll().await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
    source.accept().await;
    let there = seen(&app, &id).await.activity;
    assert_eq!(there["when"]["starts_on"], "2021-08-12");
}

async fn whoever_moves_a_parent_and_whoever_accepts_about_a_child_do_not_wait_for_each_other(
    db: TestDb,
) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let parent = app.announced(json!({})).await;
    let titles: Vec<String> = (0..6)
        .map(|n| format!("{}号展厅开放日", ["东", "西", "南", "北", "中", "侧"][n]))
        .collect();
    let document = |day: u8, place: &str| {
        let entries = titles.iter().enumerate().map(|(n, title)| {
            let lines = [
                format!("SUMMARY:{title}"),
                format!("DTSTART;VALUE=DATE:202108{day:02}"),
                format!("LOCATION:{place}"),
            ];
            event(&format!("{n}@a"), &[&lines[0], &lines[1], &lines[2]])
        });
        calendar(&entries.collect::<Vec<_>>())
    };
    upstream.say("/a.ics", document(1, "甲馆"));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    for open in source.open().await {
        let edits = json!({"edits": {"parent": parent.id}});
        accept(&app, text(&open, "id"), edits).await.expect(200);
    }
    for round in 0..3 {
        source.says(document(1, &format!("{round}馆"))).await;
        let open = source.open().await;
        assert_eq!(open.len(), 6, "{open:#?}");
        let word = async {
            act(&app, &parent.id, "postpone", json!({"children": true}))
                .await
                .expect(200);
            let when = json!({"precision": "day", "starts_on": format!("2021-09-0{}", round + 1)});
            act(
                &app,
                &parent.id,
                "reschedule",
                json!({"when": when, "children": true}),
            )
            .await
            .status
        };
        let deciding = open
            .iter()
            .map(|open| accept(&app, text(open, "id"), json!({})));
        let (_, decided) = tokio::join!(word, futures_util::future::join_all(deciding));
        for answer in decided {
            let status = answer.status.as_u16();
            assert!(
                [200, 409, 422].contains(&status),
                "{status}: {}",
                answer.text()
            );
        }
    }
}
