//! Whose endpoints are: those of somebody else do not exist.

use serde_json::json;

use super::{Hook, plain, start};
use crate::{
    console::{seat::Seat, webhooks::text},
    support::{
        db::{TestDb, on_both},
        receiver::Receiver,
    },
};

on_both!(
    a_partner_sees_and_touches_only_their_own,
    whoever_may_have_none_is_told_so,
);

async fn a_partner_sees_and_touches_only_their_own(db: TestDb) {
    let app = start(db).await;
    let receiver = Receiver::start().await;
    let owner = Seat::take(&app, "owner", "partner").await;
    let hook = Hook::create(&owner, &receiver.url()).await;
    app.announced(json!({})).await;
    receiver.wait_for(1).await;
    let delivery = hook.delivery(&owner, "Delivered the log").await;
    let delivery = format!("/console/deliveries/{delivery}");
    let other = Seat::take(&app, "other", "partner").await;
    let district = Seat::take(&app, "haidian", "district:haidian").await;
    for stranger in [&other, &district] {
        let list = stranger.get("/console/webhooks").await.expect(200).text();
        assert!(!list.contains(&hook.id) && !list.contains(&receiver.url()));
        for end in [
            "",
            "/edit",
            "/deliveries",
            "/resume",
            "/rotate",
            "/replay",
            "/delete",
        ] {
            let answer = stranger.get(&hook.path(end)).await.expect(404);
            assert!(!answer.text().contains(&receiver.url()), "{end}");
        }
        stranger.get(&delivery).await.expect(404);
        for (action, fields) in [
            (
                "edit",
                &[("version", "1"), ("/url", "https://evil.example/")][..],
            ),
            ("ping", &[]),
            ("pause", &[]),
            ("resume", &[("/replay", "none")]),
            ("rotate", &[("/grace_hours", "0")]),
            ("replay", &[("/by", "positions"), ("/after", "0")]),
            ("end-replay", &[]),
            ("delete", &[("version", "1")]),
        ] {
            let answer = hook.act(stranger, action, fields).await.expect(404);
            assert!(!answer.text().contains("whsec_"), "{action}");
        }
        let again = format!("{delivery}/redeliver");
        stranger.post(&again, &[]).await.expect(404);
    }
    assert_eq!(receiver.all().len(), 2, "the ping and the notice, no more");
    // The organising office sees all, and whose they are.
    let office = Seat::take(&app, "office", "office").await;
    let list = office.get("/console/webhooks").await.expect(200).text();
    assert!(list.contains(&hook.id) && text(&list).contains("account owner"));
    let made = json!({"url": receiver.url()});
    let token = &app.tokens.haidian;
    app.post(token, "/api/v1/webhooks", &made)
        .send()
        .await
        .expect(201);
    let list = office.get("/console/webhooks").await.expect(200).text();
    assert!(text(&list).contains("token a test"), "{}", text(&list));
    hook.act(&office, "pause", &[]).await.expect(303);
    let own = owner.get("/console/webhooks").await.expect(200).text();
    assert!(text(&own).contains("Paused") && !own.contains("account owner"));
}

async fn whoever_may_have_none_is_told_so(db: TestDb) {
    let app = start(db).await;
    let receiver = Receiver::start().await;
    let owner = Seat::take(&app, "owner", "partner").await;
    let hook = Hook::create(&owner, &receiver.url()).await;
    let viewer = Seat::take(&app, "viewer", "viewer").await.reading("zh-CN");
    for path in ["/console/webhooks", "/console/webhooks/new", &hook.path("")] {
        let refused = viewer.get(path).await.expect(403).text();
        assert!(text(&refused).contains("您的角色无此权限"), "{path}");
    }
    let fields = plain("https://partner.example/", "k");
    let made = viewer.post("/console/webhooks/new", &fields).await;
    made.expect(403);
    for action in [
        "edit", "ping", "pause", "resume", "rotate", "replay", "delete",
    ] {
        hook.act(&viewer, action, &[]).await.expect(403);
    }
    viewer.get("/console/deliveries/dlv_x").await.expect(403);
    let inbox = viewer.get("/console").await.expect(200).text();
    assert!(!inbox.contains("/console/webhooks"), "no way leads there");
}
