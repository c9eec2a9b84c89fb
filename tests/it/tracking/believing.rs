//! What of a source is believed: by trust, by its ids, and for which office.

use hyper::Method;
use serde_json::{Value, json};

use super::{
    Watch, accept, app_at,
    overtaking::{DAY, entry, one, patch, watched},
    reject, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::NOW,
    db::{TestDb, on_both},
};

on_both!(
    an_office_decides_about_what_is_its_own_now,
    a_draft_of_another_office_is_not_deleted_by_linking,
    an_id_that_goes_over_to_another_event_is_a_conflict,
    twins_in_one_document_are_told_and_not_accepted_together,
    white_space_and_width_of_a_title_are_no_news,
    what_is_over_is_not_announced_by_trust,
    what_was_never_settled_is_not_carried_out_by_trust,
    another_event_stays_a_conflict_until_somebody_decides,
    what_is_gone_and_decided_is_no_reason_to_doubt,
    a_twin_that_comes_later_is_told_too,
    another_offices_fetch_is_none,
);

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
