//! One activity that was entered twice: warned of, and made one.

use hyper::Method;
use serde_json::{Value, json};

use super::{
    Watch, accept, app_at, list, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::{NOW, draft},
    db::{TestDb, on_both},
};

on_both!(
    what_looks_alike_is_warned_of_on_entry_and_on_import,
    a_duplicate_is_withdrawn_for_the_other_and_its_source_goes_on_with_that,
    a_new_entry_that_is_here_already_is_linked,
);

async fn what_looks_alike_is_warned_of_on_entry_and_on_import(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let first = app.announced(json!({})).await;
    let title = json!({"zh": "2021中英生命健康跨境路演"});
    let made = app
        .post(
            &app.tokens.office,
            "/api/v1/activities",
            &draft(json!({"title": title})),
        )
        .send()
        .await
        .expect(201)
        .json();
    let warning = made["warnings"][0].as_str().unwrap();
    assert!(
        warning.contains(&first.id) && warning.contains("% alike"),
        "{warning}"
    );
    let path = format!("/api/v1/activities/{}/alike", text(&made["activity"], "id"));
    let alike = list(&app, &path, "alike").await;
    assert_eq!((alike.len(), text(&alike[0], "id")), (1, first.id.as_str()));
    // Another district's office is told nothing of a draft that it does not see.
    let call = app.post(
        &app.tokens.chaoyang,
        "/api/v1/activities",
        &draft(json!({"districts": null, "title": title})),
    );
    let made = call.send().await.expect(201).json();
    let warnings: Vec<&str> = made["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(&first.id), "{warnings:?}");

    let rows = "标题,开始,区\n中英生命健康跨境路演会,2021-07-08,海淀\n中英生命健康跨境路演（二）,2021-07-08,海淀\n别的,2021-07-08,海淀\n";
    let call = app.call(Method::POST, "/api/v1/imports?dry_run=true&edition=2021");
    let call = call.token(&app.tokens.haidian).bytes("text/csv", rows);
    let diff = call.send().await.expect(200).json();
    let told: Vec<(&str, &str)> = diff["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| (text(warning, "pointer"), text(warning, "detail")))
        .collect();
    assert!(
        told.iter()
            .any(|(at, why)| *at == "/lines/2" && why.contains(&first.id)),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|(at, why)| *at == "/lines/3" && why.contains("/lines/2")),
        "{told:?}"
    );
    assert!(told.iter().all(|(at, _)| *at != "/lines/4"), "{told:?}");
}

async fn a_duplicate_is_withdrawn_for_the_other_and_its_source_goes_on_with_that(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let at_day = |day: u8| {
        let start = format!("DTSTART;VALUE=DATE:202108{day:02}");
        calendar(&[event("1@a", &["SUMMARY:人工智能专场", &start])])
    };
    upstream.say("/a.ics", at_day(1));
    let source = Watch::new(&app, &upstream, json!({"trust": ["new"]})).await;
    source.poll().await;
    let loser = text(&source.proposals("carried_out").await[0], "activity").to_owned();
    let when = json!({"precision": "day", "starts_on": "2021-08-01"});
    let winner = app
        .announced(json!({"title": {"zh": "人工智能专场路演"}, "when": when}))
        .await;
    let body = json!({"reason": {"code": "merge", "zh": "重复"}, "replaced_by": winner.id});
    app.act(&seen(&app, &loser).await, "withdraw", body)
        .await
        .expect(200);
    // Both histories are there.
    for (id, kinds) in [
        (&loser, vec!["announced", "withdrawn"]),
        (&winner.id, vec!["announced"]),
    ] {
        let all = app.notices_after(0).await;
        let of = all.iter().filter(|notice| notice["activity_id"] == **id);
        assert_eq!(
            of.map(|notice| text(notice, "kind")).collect::<Vec<_>>(),
            kinds
        );
    }
    source.says(at_day(5)).await;
    let open = source.open().await;
    assert_eq!(
        (open.len(), text(&open[0], "activity")),
        (1, winner.id.as_str()),
        "{open:#?}"
    );
    assert_eq!(text(&open[0], "kind"), "reschedule");
    accept(&app, text(&open[0], "id"), json!({}))
        .await
        .expect(200);
    assert_eq!(
        seen(&app, &winner.id).await.activity["when"]["starts_on"],
        "2021-08-05"
    );
}

async fn a_new_entry_that_is_here_already_is_linked(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let here = app
        .announced(json!({"title": {"zh": "人工智能产业专场路演"}, "venue": null}))
        .await;
    let other = event(
        "1@a",
        &[
            "SUMMARY:人工智能产业路演",
            "DTSTART:20210708T060000Z",
            "DTEND:20210708T090000Z",
            "LOCATION:首钢园",
        ],
    );
    upstream.say("/a.ics", calendar(&[other]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let open = source.open().await;
    assert_eq!(open[0]["like"], json!([here.id]), "{open:#?}");
    let (id, doomed) = (text(&open[0], "id"), text(&open[0], "activity"));
    let link = |id: &str, activity: &str| {
        let path = format!("/api/v1/proposals/{id}/link");
        app.post(&app.tokens.office, path, &json!({"activity": activity}))
            .send()
    };
    link(id, doomed).await.problem(422, "invalid-input");
    let linked = link(id, &here.id).await.expect(200).json();
    assert_eq!(text(&linked, "state"), "accepted");
    let call = app.call(Method::GET, format!("/api/v1/activities/{doomed}"));
    call.token(&app.tokens.office).send().await.expect(404);
    // What the source says otherwise is proposed, though it says nothing new.
    source.poll().await;
    let open = source.open().await;
    assert!(
        open.iter().all(|one| text(one, "activity") == here.id),
        "{open:#?}"
    );
    assert!(
        open.iter()
            .all(|one| one["evidence"] == json!({"by": "person"})),
        "{open:#?}"
    );
    let mut kinds = source.kinds().await;
    kinds.sort();
    assert_eq!(kinds, ["update relocate", "update update"]);
}
