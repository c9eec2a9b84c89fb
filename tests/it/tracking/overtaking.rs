//! What is done here by hand, or on another source's word, beside what a source proposes: nothing is lost by it, and nothing waits
//! that has come about.

use hyper::Method;
use serde_json::{Value, json};

use super::{
    Watch, accept, app_at, reject, seen, text,
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
    an_office_decides_about_what_is_its_own_now,
    a_draft_of_another_office_is_not_deleted_by_linking,
    what_another_source_has_still_is_not_deleted,
    an_id_that_goes_over_to_another_event_is_a_conflict,
    twins_in_one_document_are_told_and_not_accepted_together,
    white_space_and_width_of_a_title_are_no_news,
    what_is_over_is_not_announced_by_trust,
    what_was_never_settled_is_not_carried_out_by_trust,
    a_draft_that_is_put_off_is_not_announced_on_its_old_date,
    on_again_by_hand_is_not_yet_on_the_sources_date,
    another_event_stays_a_conflict_until_somebody_decides,
    what_is_gone_and_decided_is_no_reason_to_doubt,
    a_twin_that_comes_later_is_told_too,
    whoever_moves_a_parent_and_whoever_accepts_about_a_child_do_not_wait_for_each_other,
    another_offices_fetch_is_none,
);

const DAY: &str = "DTSTART;VALUE=DATE:20210801";

fn entry(uid: &str, lines: &[&str]) -> String {
    let title = ["SUMMARY:人工智能专场"];
    match lines.iter().any(|line| line.starts_with("SUMMARY")) {
        true => event(uid, lines),
        false => event(uid, &[&title, lines].concat()),
    }
}

fn one(lines: &[&str]) -> String {
    calendar(&[entry("1@a", lines)])
}

/// A source whose one entry is announced, and what it is trusted with from then on.
async fn watched<'a>(
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

async fn patch(app: &TestApp, id: &str, body: Value) {
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

async fn an_office_decides_about_what_is_its_own_now(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one(&[DAY]));
    let source = Watch::new(&app, &upstream, json!({"office": "haidian"})).await;
    source.poll().await;
    let id = text(&source.accept().await["activity"], "id").to_owned();
    source.says(one(&["DTSTART;VALUE=DATE:20210802"])).await;
    let proposal = text(&source.open().await[0], "id").to_owned();
    patch(&app, &id, json!({"office": "chaoyang"})).await;
    let path = format!("/api/v1/proposals/{proposal}");
    let status = async |token: &str, method: Method, end: &str, body: Value| {
        let call = app.call(method, format!("{path}{end}")).token(token);
        call.json(&body).send().await.status.as_u16()
    };
    let (haidian, chaoyang) = (&app.tokens.haidian, &app.tokens.chaoyang);
    assert_eq!(status(haidian, Method::GET, "", json!({})).await, 404);
    let why = json!({"reason": "x"});
    assert_eq!(status(haidian, Method::POST, "/reject", why).await, 404);
    assert_eq!(status(chaoyang, Method::GET, "", json!({})).await, 200);
    assert_eq!(
        status(chaoyang, Method::POST, "/accept", json!({})).await,
        200
    );
    assert_eq!(
        seen(&app, &id).await.activity["when"]["starts_on"],
        "2021-08-02"
    );
}

async fn a_draft_of_another_office_is_not_deleted_by_linking(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one(&[DAY]));
    let source = Watch::new(&app, &upstream, json!({"office": "haidian"})).await;
    source.poll().await;
    let new = source.open().await.remove(0);
    patch(&app, text(&new, "activity"), json!({"office": "chaoyang"})).await;
    let other = app.announced(json!({})).await;
    let path = format!("/api/v1/proposals/{}/link", text(&new, "id"));
    let call = app.post(&app.tokens.haidian, path, &json!({"activity": other.id}));
    call.send().await.problem(404, "not-found");
    seen(&app, text(&new, "activity")).await;
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

async fn an_id_that_goes_over_to_another_event_is_a_conflict(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let trust = ["reschedule", "update"];
    let (source, id) = watched(&app, &upstream, &["SUMMARY:版画入门工作坊", DAY], &trust).await;
    source
        .says(one(&[
            "SUMMARY:古琴雅集音乐会",
            "DTSTART;VALUE=DATE:20210901",
        ]))
        .await;
    let open = source.open().await;
    assert_eq!(open.len(), 2, "{open:#?}");
    assert!(open.iter().all(|it| it["conflict"] == true), "{open:#?}");
    assert_eq!(
        seen(&app, &id).await.activity["title"]["zh"],
        "版画入门工作坊"
    );
}

async fn twins_in_one_document_are_told_and_not_accepted_together(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let entries = [
        entry("1@a", &[DAY]),
        entry("2@a", &[DAY]),
        entry("3@a", &["SUMMARY:别的一场", DAY]),
    ];
    upstream.say("/a.ics", calendar(&entries));
    let source = Watch::new(&app, &upstream, json!({})).await;
    let polled = source.poll().await;
    let open = source.open().await;
    let like = open.iter().filter(|it| it["like"] != json!([])).count();
    assert_eq!((open.len(), like), (3, 1), "{open:#?}");
    let path = format!("/api/v1/fetches/{}/accept", text(&polled, "id"));
    let call = app.post(&app.tokens.office, path, &json!({}));
    let done = call.send().await.expect(200).json();
    assert_eq!(done["decided"].as_array().unwrap().len(), 2);
    assert_eq!(done["left"].as_array().unwrap().len(), 1);
}

async fn white_space_and_width_of_a_title_are_no_news(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, _) = watched(
        &app,
        &upstream,
        &["SUMMARY:人工智能 专场(一)", DAY],
        &["update"],
    )
    .await;
    for title in [
        "人工智能专场（一）",
        "人工智能\u{3000}专场 (一)",
        "人工智能\u{A0}专场（一）",
    ] {
        source.says(one(&[&format!("SUMMARY:{title}"), DAY])).await;
        assert!(source.open().await.is_empty(), "{title:?}");
    }
    assert_eq!(app.head().await, 1);
    source.says(one(&["SUMMARY:人工智能专场（二）", DAY])).await;
    assert_eq!(app.head().await, 2);
}

async fn what_is_over_is_not_announced_by_trust(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let past = entry("1@a", &["DTSTART;VALUE=DATE:20210501"]);
    let coming = entry("2@a", &["SUMMARY:别的一场", DAY]);
    upstream.say("/a.ics", calendar(&[past, coming]));
    let source = Watch::new(&app, &upstream, json!({"trust": ["new"]})).await;
    source.poll().await;
    let open = source.open().await;
    assert_eq!((open.len(), app.head().await), (1, 1), "{open:#?}");
    assert_eq!(open[0]["now"]["title"]["zh"], "人工智能专场");
    reject(&app, text(&open[0], "id"), "已结束")
        .await
        .expect(200);
}

async fn what_was_never_settled_is_not_carried_out_by_trust(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (when, venue) = (
        json!({"precision": "day", "starts_on": "2021-08-03"}),
        json!({"name": {"zh": "甲馆"}}),
    );
    let here = app
        .announced(json!({"title": {"zh": "人工智能专场"}, "when": when, "venue": venue, "sources": [{"uid": "1@a"}]}))
        .await;
    upstream.say("/a.ics", one(&[DAY, "LOCATION:乙馆"]));
    let source = Watch::new(&app, &upstream, json!({"trust": ["reschedule", "update"]})).await;
    source.poll().await;
    let open = source.open().await;
    let place = open.iter().find(|it| it["action"] == "relocate").unwrap();
    accept(&app, text(place, "id"), json!({})).await.expect(200);
    source
        .says(one(&["DTSTART;VALUE=DATE:20210809", "LOCATION:乙馆"]))
        .await;
    let there = seen(&app, &here.id).await.activity;
    assert_eq!(there["when"]["starts_on"], "2021-08-03", "an editor's word");
    source.accept().await;
    // From now on it is settled.
    source
        .says(one(&["DTSTART;VALUE=DATE:20210810", "LOCATION:乙馆"]))
        .await;
    let there = seen(&app, &here.id).await.activity;
    assert_eq!(there["when"]["starts_on"], "2021-08-10");
}

async fn another_offices_fetch_is_none(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one(&[DAY]));
    let source = Watch::new(&app, &upstream, json!({"office": "haidian"})).await;
    let fetch = source.poll().await;
    for end in ["accept", "reject"] {
        let path = format!("/api/v1/fetches/{}/{end}", text(&fetch, "id"));
        let body = match end {
            "accept" => json!({}),
            _ => json!({"reason": "x"}),
        };
        for (token, status) in [(&app.tokens.chaoyang, 404), (&app.tokens.haidian, 200)] {
            let call = app.post(token, path.clone(), &body);
            assert_eq!(call.send().await.status.as_u16(), status, "{end}");
        }
    }
    let nothing = app.post(
        &app.tokens.office,
        "/api/v1/fetches/fch_0/accept",
        &json!({}),
    );
    nothing.send().await.problem(404, "not-found");
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

async fn another_event_stays_a_conflict_until_somebody_decides(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let trust = ["reschedule", "update"];
    let with = ["SUMMARY:版画入门工作坊", DAY];
    let (source, id) = watched(&app, &upstream, &with, &trust).await;
    for (title, day) in [
        ("古琴雅集音乐会", "20210901"),
        ("古琴雅集音乐会", "20210902"),
    ] {
        let lines = [
            format!("SUMMARY:{title}"),
            format!("DTSTART;VALUE=DATE:{day}"),
        ];
        let more = source.says(one(&[&lines[0], &lines[1]])).await;
        assert_eq!(more["carried_out"], 0);
        source
            .says(one(&[&lines[0], &lines[1], "CLASS:PUBLIC"]))
            .await;
        let open = source.open().await;
        assert_eq!(open.len(), 2, "{open:#?}");
        assert!(open.iter().all(|it| it["conflict"] == true), "{open:#?}");
    }
    assert_eq!(
        seen(&app, &id).await.activity["title"]["zh"],
        "版画入门工作坊"
    );
}

async fn what_is_gone_and_decided_is_no_reason_to_doubt(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let entries = ["甲会", "乙坛", "丙赛", "丁展"].map(|title| {
        event(
            &format!("{title}@a"),
            &[&format!("SUMMARY:{title}活动"), DAY],
        )
    });
    upstream.say("/a.ics", calendar(&entries));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    upstream.say("/a.ics", calendar(&entries[2..]));
    source.poll_with(json!({"confirm": true})).await;
    let deletes: Vec<Value> = source
        .open()
        .await
        .into_iter()
        .filter(|it| it["action"] == "delete")
        .collect();
    assert_eq!(deletes.len(), 2);
    for delete in &deletes {
        accept(&app, text(delete, "id"), json!({}))
            .await
            .expect(200);
    }
    let polled = source.poll().await;
    assert_eq!(text(&polled, "outcome"), "read", "{polled}");
    let again = source.poll().await;
    assert_eq!(text(&again, "outcome"), "unchanged", "{again}");
}

async fn a_twin_that_comes_later_is_told_too(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&[entry("1@a", &[DAY])]));
    let source = Watch::new(&app, &upstream, json!({"trust": ["new"]})).await;
    source.poll().await;
    assert_eq!(app.head().await, 1);
    source
        .says(calendar(&[entry("1@a", &[DAY]), entry("2@a", &[DAY])]))
        .await;
    let open = source.open().await;
    assert_eq!((open.len(), app.head().await), (1, 1), "{open:#?}");
    assert_eq!(open[0]["like"].as_array().unwrap().len(), 1);
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
