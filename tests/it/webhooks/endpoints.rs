//! Keeping endpoints over the API.

use chrono::TimeDelta;
use hyper::Method;
use serde_json::{Value, json};

use super::{Hook, is_signed, start};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::pointers,
    receiver::Receiver,
};

on_both!(
    all_faults_are_named_at_once_and_nothing_is_written,
    an_endpoint_is_shown_changed_and_deleted,
    a_repeated_creation_makes_one_endpoint_and_tells_the_secret_once,
    somebody_elses_endpoint_does_not_exist,
    during_a_rotation_both_secrets_sign_and_then_only_the_new_one,
    the_log_is_read_as_an_endpoint_is_told_of_it,
);

async fn all_faults_are_named_at_once_and_nothing_is_written(db: TestDb) {
    let (app, _) = start(db).await;
    let body = json!({
        "url": "http://127.0.0.1/", "selection": {"district": ["paris"], "colour": ["red"]}, "notices": ["sold_out"],
        "language": "fr", "format": "telegram", "payload": "fat", "state": "enabled",
    });
    let problem = app
        .post(&app.tokens.partner, "/api/v1/webhooks", &body)
        .send()
        .await
        .problem(422, "invalid-input");
    let mut named = pointers(&problem);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "/format",
            "/language",
            "/notices/0",
            "/payload",
            "/selection/colour",
            "/selection/district",
            "/state",
        ]
    );
    for url in [
        "javascript:alert(1)",
        "https://a.example/\r\nX-Injected: 1",
        "ftp://127.0.0.2/",
        "https://me:secret@127.0.0.2/",
        "not an address",
    ] {
        let problem = app
            .post(
                &app.tokens.partner,
                "/api/v1/webhooks",
                &json!({"url": url}),
            )
            .send()
            .await
            .problem(422, "invalid-input");
        assert_eq!(pointers(&problem), ["/url"], "{url}");
        assert!(!problem.to_string().contains("secret@"), "{problem}");
    }
    app.call(Method::POST, "/api/v1/webhooks")
        .json(&json!({}))
        .send()
        .await
        .problem(401, "unauthorised");
    assert!(listed(&app, &app.tokens.admin).await.is_empty());
}

async fn listed(app: &TestApp, token: &str) -> Vec<Value> {
    let answer = app.call(Method::GET, "/api/v1/webhooks").token(token);
    let page = answer.send().await.expect(200).json();
    page["webhooks"].as_array().unwrap().clone()
}

async fn an_endpoint_is_shown_changed_and_deleted(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let over =
        json!({"selection": {"district": ["haidian"]}, "notices": ["cancelled", "announced"]});
    let (hook, made) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
    assert_eq!(made["ping"], "success");
    let shown = app.call(Method::GET, hook.path("")).token(&hook.token);
    let shown = shown.send().await.expect(200);
    assert_eq!(shown.etag(), "\"v1\"");
    let shown = shown.json();
    assert_eq!(shown["notices"], json!(["announced", "cancelled"]));
    assert_eq!(shown["selection"], json!({"district": ["haidian"]}));
    assert_eq!(shown["format"], "standard");
    assert!(shown.get("secret").is_none());
    assert!(
        !listed(&app, &hook.token).await[0]
            .to_string()
            .contains("whsec_")
    );

    let patch = |body: Value| {
        app.call(Method::PATCH, hook.path(""))
            .token(&hook.token)
            .json(&body)
    };
    patch(json!({"payload": "thin"}))
        .if_match("\"v7\"")
        .send()
        .await
        .problem(412, "stale-version");
    let changed = patch(json!({"payload": "thin", "selection": null}))
        .if_match("\"v1\"")
        .send()
        .await
        .expect(200);
    assert_eq!(changed.etag(), "\"v2\"");
    assert_eq!(changed.json()["selection"], json!({}));
    assert_eq!(changed.json()["state"], "enabled");
    let problem = patch(json!({"url": "http://10.0.0.1/"})).send().await;
    assert_eq!(pointers(&problem.problem(422, "invalid-input")), ["/url"]);

    let other = Receiver::start().await;
    let moved = patch(json!({"url": other.url()}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        moved["state"], "enabled",
        "the new address answered its ping"
    );
    assert_eq!(other.all().len(), 1);
    app.announced(json!({})).await;
    other.wait_for(1).await;
    assert_eq!(receiver.notices().len(), 0);

    let gone = app.call(Method::DELETE, hook.path("")).token(&hook.token);
    gone.clone().send().await.expect(204);
    gone.send().await.problem(404, "not-found");
}

async fn a_repeated_creation_makes_one_endpoint_and_tells_the_secret_once(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url()});
    let call = app
        .post(&app.tokens.partner, "/api/v1/webhooks", &body)
        .key("k1");
    let first = call.clone().send().await.expect(201).json();
    let second = call.send().await.expect(201).json();
    assert_eq!(first["id"], second["id"]);
    assert!(first["secret"].as_str().unwrap().starts_with("whsec_"));
    assert!(second.get("secret").is_none());
    assert_eq!(
        (&first["state"], &second["state"]),
        (&json!("enabled"), &json!("enabled"))
    );
    assert_eq!(receiver.all().len(), 1, "one ping");
    let other = json!({"url": receiver.url(), "payload": "thin"});
    app.post(&app.tokens.partner, "/api/v1/webhooks", &other)
        .key("k1")
        .send()
        .await
        .problem(422, "idempotency-key-reused");
    assert_eq!(listed(&app, &app.tokens.partner).await.len(), 1);
}

async fn somebody_elses_endpoint_does_not_exist(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    app.announced(json!({})).await;
    receiver.wait_for(1).await;
    let delivery = crate::support::app::until("the delivery", async || {
        let deliveries = hook.deliveries(&app).await;
        deliveries.into_iter().find(|one| one["position"] == 1)
    })
    .await;
    let delivery = format!("/api/v1/deliveries/{}", delivery["id"].as_str().unwrap());
    let stranger = &app.tokens.haidian;
    for (method, path) in [
        (Method::GET, hook.path("")),
        (Method::PATCH, hook.path("")),
        (Method::DELETE, hook.path("")),
        (Method::POST, hook.path("/ping")),
        (Method::POST, hook.path("/rotate")),
        (Method::POST, hook.path("/pause")),
        (Method::POST, hook.path("/resume")),
        (Method::GET, hook.path("/deliveries")),
        (Method::GET, hook.path("/stats")),
        (Method::GET, hook.path("/notices")),
        (Method::DELETE, hook.path("/replay")),
        (Method::GET, delivery.clone()),
        (Method::POST, format!("{delivery}/redeliver")),
    ] {
        let call = app.call(method, path).token(stranger);
        call.send().await.problem(404, "not-found");
    }
    let replay = app.post(stranger, hook.path("/replay"), &json!({"after": 0}));
    replay.send().await.problem(404, "not-found");
    assert!(listed(&app, stranger).await.is_empty());
    assert_eq!(listed(&app, &app.tokens.office).await.len(), 1);
    let call = app.call(Method::GET, delivery).token(&app.tokens.admin);
    call.send().await.expect(200);
    assert_eq!(receiver.all().len(), 2, "a ping and a notice");
}

async fn during_a_rotation_both_secrets_sign_and_then_only_the_new_one(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    hook.post(&app, "/rotate", json!({"grace_hours": 169}))
        .await
        .problem(422, "invalid-input");
    let rotated = hook
        .post(&app, "/rotate", json!({"grace_hours": 2}))
        .await
        .expect(200);
    assert_eq!(rotated.header("cache-control"), "no-store");
    let new = rotated.json()["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, hook.secret);
    app.announced(json!({})).await;
    let arrived = receiver.wait_for(1).await;
    assert!(is_signed(&arrived[0], &new) && is_signed(&arrived[0], &hook.secret));
    assert_eq!(arrived[0].header("webhook-signature").split(' ').count(), 2);

    clock.advance(TimeDelta::hours(2));
    app.announced(json!({})).await;
    let arrived = receiver.wait_for(2).await;
    assert!(is_signed(&arrived[1], &new) && !is_signed(&arrived[1], &hook.secret));

    let last = hook
        .post(&app, "/rotate", json!({"grace_hours": 0}))
        .await
        .expect(200);
    let last = last.json()["secret"].as_str().unwrap().to_owned();
    app.announced(json!({})).await;
    let arrived = receiver.wait_for(3).await;
    assert!(is_signed(&arrived[2], &last) && !is_signed(&arrived[2], &new));
}

async fn the_log_is_read_as_an_endpoint_is_told_of_it(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let over =
        json!({"selection": {"district": ["haidian"]}, "notices": ["announced", "cancelled"]});
    let (hook, _) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
    let seen = app.announced(json!({})).await;
    app.announced(json!({"districts": ["chaoyang"]})).await;
    let seen = crate::news::act(&app, &seen, "reschedule", crate::news::moved("2021-07-20")).await;
    crate::news::act(&app, &seen, "cancel", json!({})).await;
    receiver.wait_for(2).await;
    let positions = |page: &Value| {
        let notices = page["notices"].as_array().unwrap().iter();
        notices
            .map(|one| one["position"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let all = hook.get(&app, "/notices").await;
    assert_eq!(positions(&all), [1, 4]);
    assert_eq!((&all["next_after"], &all["head"]), (&json!(4), &json!(4)));
    let same = app.get("/api/v1/notices?limit=1").await.expect(200).json();
    assert_eq!(
        (&same["log"], &same["notices"][0]),
        (&all["log"], &all["notices"][0])
    );
    let first = hook.get(&app, "/notices?limit=1").await;
    assert_eq!(
        (positions(&first), &first["next_after"]),
        (vec![1], &json!(1))
    );
    assert_eq!(positions(&hook.get(&app, "/notices?after=1").await), [4]);
    let call = app.call(Method::GET, hook.path("/notices?after=-1&kind=forum"));
    let refused = call
        .token(&hook.token)
        .send()
        .await
        .problem(400, "invalid-parameter");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2, "{refused}");
}
