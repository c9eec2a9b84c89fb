//! What is done leaves one entry, in the same commit.

use hyper::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::told;
use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    each_step_of_an_activity_leaves_who_did_it_and_where_the_log_tells_it,
    children_that_move_along_have_entries_of_their_own,
    a_repeated_request_leaves_no_second_entry,
    what_cannot_be_written_down_is_not_done,
    nothing_that_people_wrote_stands_in_the_audit,
);

async fn each_step_of_an_activity_leaves_who_did_it_and_where_the_log_tells_it(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.drafted(json!({})).await;
    let entry = app.new_since(&[]).await;
    assert_eq!(
        (entry.action.as_str(), entry.subject.as_deref()),
        ("activity.create", Some(made.id.as_str()))
    );
    assert!(entry.actor_id.unwrap().starts_with("tok_"));
    assert!(entry.request.unwrap().starts_with("req_"));
    assert!(entry.fields.contains("/title"), "{}", entry.fields);

    let before = app.entries().await;
    let patch = json!({"title": {"zh": "路演", "en": "Roadshow"}, "highlight": true});
    let answer = app
        .call(Method::PATCH, made.path())
        .token(&app.tokens.office)
        .json(&patch)
        .if_match(&made.etag)
        .send()
        .await
        .expect(200);
    let entry = app.new_since(&before).await;
    assert_eq!(
        told(&entry),
        json!({
            "role": "office", "action": "activity.update", "subject": made.id, "outcome": "done", "reason": null,
            "fields": "/highlight,/title/en,/title/zh", "position": null,
        })
    );

    let mut seen = Draft::of(&answer);
    let when = json!({"precision": "day", "starts_on": "2021-08-01"});
    for (action, body, fields) in [
        ("submit", json!({}), "/status"),
        ("return", json!({}), "/status"),
        ("announce", json!({}), "/status"),
        ("reschedule", json!({"when": when}), ""),
        (
            "relocate",
            json!({"venue": {"name": {"zh": "首钢园"}}}),
            "/venue/name/zh",
        ),
        ("change-format", json!({"mode": "online"}), "/mode"),
        ("postpone", json!({}), ""),
        ("cancel", json!({}), "/status"),
        ("reinstate", json!({"when": when}), ""),
        ("withdraw", json!({"reason": {"zh": "误发"}}), ""),
    ] {
        let before = app.entries().await;
        let answer = app.act(&seen, action, body).await;
        assert_eq!(answer.status.as_u16(), 200, "{action}: {}", answer.text());
        let done = answer.json();
        let entry = app.new_since(&before).await;
        assert_eq!(
            (
                entry.action.clone(),
                entry.outcome.as_str(),
                entry.subject.as_deref()
            ),
            (format!("activity.{action}"), "done", Some(made.id.as_str()))
        );
        assert_eq!(
            json!(entry.position),
            done["notice"]["position"],
            "{action}"
        );
        assert!(entry.fields.contains(fields), "{action}: {}", entry.fields);
        if action != "withdraw" {
            seen = Draft::of(&answer);
        }
    }
}

async fn children_that_move_along_have_entries_of_their_own(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let parent = app.announced(json!({})).await;
    let child = app.announced(json!({"parent": parent.id})).await;
    let before = app.entries().await;
    let body = json!({"children": true});
    app.act(&parent, "cancel", body).await.expect(200);
    let mut new = app.entries().await;
    new.retain(|entry| before.iter().all(|known| known.id != entry.id));
    let mut subjects: Vec<_> = new
        .iter()
        .map(|entry| (entry.position, entry.subject.as_deref().unwrap()))
        .collect();
    subjects.sort_unstable();
    let subjects: Vec<&str> = subjects.into_iter().map(|(_, subject)| subject).collect();
    assert_eq!(subjects, [parent.id.as_str(), child.id.as_str()]);
    assert!(new.iter().all(|entry| entry.action == "activity.cancel"));
}

async fn a_repeated_request_leaves_no_second_entry(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for _ in 0..2 {
        let call = app.post(&app.tokens.office, "/api/v1/activities", &draft(json!({})));
        call.key("once").send().await.expect(201);
    }
    app.new_since(&[]).await;
}

async fn what_cannot_be_written_down_is_not_done(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.drafted(json!({})).await;
    let writer = app.services.db.writer();
    writer
        .execute_unprepared("ALTER TABLE audit RENAME TO gone")
        .await
        .unwrap();
    app.act(&seen, "announce", json!({}))
        .await
        .problem(503, "database-unavailable");
    // A refusal is answered all the same.
    app.act_as(&app.tokens.partner, &seen, "announce", json!({}))
        .await
        .problem(403, "forbidden");
    writer
        .execute_unprepared("ALTER TABLE gone RENAME TO audit")
        .await
        .unwrap();
    assert_eq!(app.head().await, 0);
    app.act(&seen, "announce", json!({})).await.expect(200);
}

async fn nothing_that_people_wrote_stands_in_the_audit(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let words = [
        "Zhuge",
        "zhuge@example.org",
        "13800138000",
        "秘密标题",
        "zhuge-liang",
    ];
    let contact = json!({"name": words[0], "email": words[1], "phone": words[2]});
    let path = "/api/v1/editions/2021/contacts/haidian";
    app.call(Method::PUT, path)
        .token(&app.tokens.haidian)
        .json(&contact)
        .send()
        .await
        .expect(200);
    let seen = app
        .announced(json!({"title": {"zh": words[3]}, "contact": contact}))
        .await;
    app.act(&seen, "cancel", json!({"reason": {"zh": words[3]}}))
        .await
        .expect(200);
    // In names of fields, in paths, and in what is faulty.
    let mut faulty = draft(json!({}));
    faulty[words[1]] = json!(1);
    faulty["contact"] = json!({words[0]: 1, "email": 5});
    let answer = app.post(&app.tokens.office, "/api/v1/activities", &faulty);
    let problem = answer.send().await.problem(422, "invalid-input");
    assert!(pointers(&problem).len() > 1, "{problem}");
    for path in ["activities", "series", "webhooks"] {
        for word in [words[1], words[2], words[4]] {
            app.call(Method::DELETE, format!("/api/v1/{path}/{word}"))
                .token(&app.tokens.admin)
                .if_match("\"v1\"")
                .send()
                .await
                .problem(404, "not-found");
        }
    }
    let entries = app.entries().await;
    assert!(entries.len() >= 6, "{entries:?}");
    let all: Value = json!(
        entries
            .iter()
            .map(|entry| format!("{entry:?}"))
            .collect::<Vec<_>>()
    );
    for word in words {
        assert!(!all.to_string().contains(word), "{word}: {all}");
    }
    let set = entries
        .iter()
        .find(|entry| entry.action == "contact.set")
        .unwrap();
    assert_eq!(
        told(set),
        json!({
            "role": "district:haidian", "action": "contact.set", "subject": "2021/haidian", "outcome": "done",
            "reason": null, "fields": "/email,/name,/phone", "position": null,
        })
    );
}
