//! What pages show, and what they never do: secrets, and markup of somebody else.

use serde_json::json;

use super::{Hook, endpoint, plain, secret, start};
use crate::{
    console::{
        seat::{Seat, hidden},
        webhooks::text,
    },
    support::{
        db::{TestDb, on_both},
        receiver::{Receiver, Reply},
    },
    webhooks::is_signed,
};

on_both!(
    a_form_that_comes_twice_makes_one_endpoint_and_shows_its_secret_once,
    a_robot_shows_neither_its_address_nor_its_secret,
    what_a_receiver_answers_is_shown_as_text,
);

async fn a_form_that_comes_twice_makes_one_endpoint_and_shows_its_secret_once(db: TestDb) {
    let app = start(db).await;
    let receiver = Receiver::start().await;
    let partner = Seat::take(&app, "partner", "partner").await;
    let form = partner.get("/console/webhooks/new").await.expect(200);
    let (key, url) = (hidden(&form.text(), "key"), receiver.url());
    let fields = plain(&url, &key);
    let first = partner.post("/console/webhooks/new", &fields).await;
    let first = first.expect(200);
    assert_eq!(first.header("cache-control"), "private, no-store");
    let hook = Hook {
        id: endpoint(&first.text()),
        secret: secret(&first.text()),
    };
    assert!(first.text().contains("/en/developers"));
    let second = partner.post("/console/webhooks/new", &fields).await;
    let page = partner.follow(second).await;
    assert!(text(&page).contains("The form came twice"), "{page}");
    let list = partner.get("/console/webhooks").await.expect(200).text();
    assert_eq!(list.matches("href=\"/console/webhooks/end_").count(), 1);
    let rotate = [("key", "again"), ("/grace_hours", "0")];
    let rotated = hook.act(&partner, "rotate", &rotate).await.expect(200);
    let new = secret(&rotated.text());
    let repeated = hook.act(&partner, "rotate", &rotate).await;
    let repeated = partner.follow(repeated).await;
    assert!(text(&repeated).contains("The form came twice"));
    hook.act(&partner, "ping", &[]).await.expect(303);
    assert!(is_signed(receiver.all().last().unwrap(), &new));
    assert!(!is_signed(receiver.all().last().unwrap(), &hook.secret));
    for end in ["", "/edit", "/deliveries", "/rotate"] {
        let page = partner.get(&hook.path(end)).await.expect(200).text();
        assert!(!page.contains("whsec_"), "{end}");
    }
    assert!(!list.contains("whsec_") && !repeated.contains("whsec_"));
}

async fn a_robot_shows_neither_its_address_nor_its_secret(db: TestDb) {
    let app = start(db).await;
    let robot = Receiver::start().await;
    robot.otherwise(Reply::Text(200, r#"{"errcode":0}"#.to_owned()));
    let partner = Seat::take(&app, "partner", "partner").await;
    let url = format!("{}?access_token=TOPSECRET", robot.url());
    let mut fields = plain(&url, "k");
    fields.retain(|(name, _)| !["/format", "/secret"].contains(name));
    fields.extend([("/format", "dingtalk"), ("/secret", "SEC with blanks")]);
    let refused = partner.post("/console/webhooks/new", &fields).await;
    let page = refused.expect(422).text();
    assert!(page.contains("id=\"f-secret-fault\""), "{page}");
    assert!(!page.contains("SEC with blanks"));
    let secret = fields.last_mut().unwrap();
    *secret = ("/secret", "SECabc");
    let made = partner.post("/console/webhooks/new", &fields).await;
    let page = partner.follow(made).await;
    assert!(text(&page).contains("The test message arrived."), "{page}");
    let hook = Hook {
        id: endpoint(&page),
        secret: String::new(),
    };
    assert!(!page.contains("/rotate"), "its secret is its group's");
    let form = partner.get(&hook.path("/edit")).await.expect(200).text();
    let delivery = hook.delivery(&partner, "Delivered").await;
    let delivery = format!("/console/deliveries/{delivery}");
    let delivery = partner.get(&delivery).await.expect(200).text();
    let list = partner.get("/console/webhooks").await.expect(200).text();
    for page in [&page, &form, &list, &delivery] {
        assert!(!page.contains("TOPSECRET") && !page.contains("SECabc"));
        assert!(page.contains(&format!("http://127.0.0.2:{}/…", robot.port())));
    }
    // Saved as it is shown, it stays what it was: the same robot is told, signed by the same secret.
    let url = format!("http://127.0.0.2:{}/…", robot.port());
    let version = hidden(&form, "version");
    let fields = [
        ("version", version.as_str()),
        ("/url", &url),
        ("/secret", ""),
        ("/no_secret", "false"),
        ("/language", "en"),
    ];
    hook.act(&partner, "edit", &fields).await.expect(303);
    hook.act(&partner, "ping", &[]).await.expect(303);
    let last = robot.all().pop().unwrap();
    assert!(last.query.contains("TOPSECRET") && last.query.contains("sign="));
    let form = partner.get(&hook.path("/edit")).await.expect(200).text();
    let version = hidden(&form, "version");
    let fields = [
        ("version", version.as_str()),
        ("/url", &url),
        ("/secret", ""),
        ("/no_secret", "true"),
    ];
    hook.act(&partner, "edit", &fields).await.expect(303);
    hook.act(&partner, "ping", &[]).await.expect(303);
    let last = robot.all().pop().unwrap();
    assert!(last.query.contains("TOPSECRET") && !last.query.contains("sign="));
}

async fn what_a_receiver_answers_is_shown_as_text(db: TestDb) {
    let app = start(db).await;
    let receiver = Receiver::start().await;
    let partner = Seat::take(&app, "partner", "partner").await;
    let hook = Hook::create(&partner, &receiver.url()).await;
    let answer = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    receiver.otherwise(Reply::Text(500, answer.to_owned()));
    app.announced(json!({"title": {"zh": "<b>路演</b>", "en": "<b>Roadshow</b>"}}))
        .await;
    let delivery = hook.delivery(&partner, "Retrying").await;
    let path = format!("/console/deliveries/{delivery}");
    let page = partner.get(&path).await.expect(200);
    let policy = page.header("content-security-policy").to_owned();
    assert!(!policy.contains("unsafe"), "{policy}");
    let page = page.text();
    assert!(text(&page).contains(answer), "{page}");
    assert!(text(&page).contains("an error at the receiver (5xx)"));
    assert!(text(&page).contains("activity.announced"), "its body");
    let log = partner.get(&hook.path("/deliveries")).await.expect(200);
    for page in [page, log.text(), hook.page(&partner).await] {
        for evil in ["<script>alert", "<img src=x", "<b>Road"] {
            assert!(!page.contains(evil), "{evil} in {page}");
        }
        assert!(text(&page).contains("<b>Roadshow</b>"));
    }
}
