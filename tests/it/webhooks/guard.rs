//! Private addresses stay out of reach, whatever name they go by.

use std::{net::Ipv4Addr, sync::Arc};

use serde_json::json;
use yueli::clock::{Clock, SystemClock};

use super::{Hook, local};
use crate::support::{
    app::{TestApp, until},
    db::{TestDb, on_both},
    http::pointers,
    names::Names,
    receiver::Receiver,
};

on_both!(a_private_address_is_refused_at_creation_and_at_connection);

async fn a_private_address_is_refused_at_creation_and_at_connection(db: TestDb) {
    let canary = Receiver::on([127, 0, 0, 1]).await;
    let receiver = Receiver::start().await;
    let names = Names::start(Ipv4Addr::new(127, 0, 0, 1)).await;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let app = TestApp::start_with(db, clock, |settings| {
        local(settings);
        settings.webhooks.nameservers = vec![names.address];
    })
    .await;
    let port = canary.port();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "localhost",
        "partner.example",
    ] {
        let body = json!({"url": format!("http://{host}:{port}/hook")});
        let answer = app
            .post(&app.tokens.partner, "/api/v1/webhooks", &body)
            .send()
            .await;
        assert_eq!(
            pointers(&answer.problem(422, "invalid-input")),
            ["/url"],
            "{host}"
        );
    }
    let own = json!({"url": format!("http://{}/hook", app.address)});
    app.post(&app.tokens.partner, "/api/v1/webhooks", &own)
        .send()
        .await
        .problem(422, "invalid-input");

    // The name is good while it is looked at, and leads elsewhere afterwards.
    names.lead_to(Ipv4Addr::new(127, 0, 0, 2));
    let url = format!("http://partner.example:{}/hook", receiver.port());
    let (hook, made) = Hook::create(&app, &app.tokens.partner, &url, json!({})).await;
    assert_eq!(made["state"], "enabled");
    names.lead_to(Ipv4Addr::new(127, 0, 0, 1));
    let elsewhere = json!({"url": format!("http://partner.example:{port}/hook")});
    let moved = app
        .call(hyper::Method::PATCH, hook.path(""))
        .token(&hook.token)
        .json(&elsewhere)
        .send()
        .await;
    assert_eq!(pointers(&moved.problem(422, "invalid-input")), ["/url"]);
    // A connection that stands is to an address that was checked; another receiver takes its place.
    drop(receiver);
    app.announced(json!({})).await;
    until("the address to be refused", async || {
        let first = hook.deliveries(&app).await.into_iter().next()?;
        (first["outcome"] == "blocked_address").then_some(())
    })
    .await;
    assert_eq!(
        canary.all().len(),
        0,
        "nobody knocked at the private address"
    );
}
