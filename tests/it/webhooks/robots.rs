//! What robots of groups and CloudEvents are sent, and how their answers are read.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use yueli::clock::Clock as _;

use super::{Hook, is_signed, start};
use crate::{
    news::{act, moved},
    support::{
        app::until,
        db::{TestDb, on_both},
        receiver::{Received, Receiver, Reply},
    },
};

on_both!(
    each_robot_is_shown_a_move_with_both_dates,
    feishu_is_signed_in_the_body_and_dingtalk_in_the_address,
    an_error_that_is_answered_with_200_is_tried_again,
    a_robots_address_is_shown_to_nobody,
    a_robot_is_told_no_faster_than_it_takes,
    a_robot_that_was_told_too_much_is_left_alone,
    cloudevents_carry_the_same_notice,
);

const FINE: &str = r#"{"errcode":0,"errmsg":"ok","code":0,"msg":"success"}"#;

async fn robot(answer: &str) -> Receiver {
    let receiver = Receiver::start().await;
    receiver.otherwise(Reply::Text(200, answer.to_owned()));
    receiver
}

/// What came, the trial at the beginning left out.
async fn told(receiver: &Receiver, count: usize) -> Vec<Received> {
    until("messages at the robot", async || {
        let all = receiver.all();
        (all.len() > count).then(|| all[1..].to_vec())
    })
    .await
}

async fn each_robot_is_shown_a_move_with_both_dates(db: TestDb) {
    let (app, clock) = start(db).await;
    for (format, answer, language) in [
        ("feishu", FINE, "zh"),
        ("dingtalk", FINE, "zh"),
        ("wecom", FINE, "zh"),
        ("slack", "ok", "en"),
    ] {
        let receiver = robot(answer).await;
        let over = json!({"format": format, "language": language, "notices": ["rescheduled", "cancelled"]});
        let (hook, made) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
        assert_eq!(made["state"], "enabled", "{made}");
        assert_eq!(made["secret"], Value::Null);
        let title = json!({"zh": "深度 *科技* [路演] <1>", "en": "Deep *tech* [show] <1>"});
        let seen = app.announced(json!({"title": title})).await;
        let seen = act(&app, &seen, "reschedule", moved("2021-07-20")).await;
        let message = told(&receiver, 1).await.remove(0);
        assert_eq!(
            message.header("content-type"),
            "application/json; charset=utf-8"
        );
        assert_eq!(message.header("webhook-signature"), "");
        let (title, text) = shown(format, &message.json());
        let (old, new) = match language {
            "zh" => ("7月8日", "7月20日"),
            _ => ("8 Jul", "20 Jul"),
        };
        assert!(title.contains(&format!("{old} → {new}")), "{title}");
        assert!(text.contains(old) && text.contains(new), "{text}");
        let page = format!(
            "https://yueli.example/{language}/notices/{}",
            seen.notice["id"].as_str().unwrap()
        );
        assert!(message.json().to_string().contains(&page));
        if matches!(format, "dingtalk" | "wecom") {
            assert!(title.contains("＊科技＊ ［路演］ ＜1＞"), "{title}");
        } else {
            assert!(title.contains('*') && title.contains("<1>"), "{title}");
        }
        clock.advance(TimeDelta::minutes(1));
        hook.post(&app, "/pause", json!({})).await.expect(200);
    }
}

/// Title and lines, where each robot looks for them.
fn shown(format: &str, message: &Value) -> (String, String) {
    let text = |pointer: &str| {
        let found = message.pointer(pointer).and_then(Value::as_str);
        found
            .unwrap_or_else(|| panic!("{pointer} in {message}"))
            .to_owned()
    };
    match format {
        "feishu" => {
            assert_eq!(message["msg_type"], "interactive");
            (
                text("/card/header/title/content"),
                text("/card/elements/0/text/content"),
            )
        }
        "dingtalk" => {
            assert_eq!(message["msgtype"], "actionCard");
            let text = text("/actionCard/text");
            let (title, lines) = text.split_once("\n\n").unwrap();
            (title.to_owned(), lines.to_owned())
        }
        "wecom" => {
            assert_eq!(message["msgtype"], "markdown");
            let text = text("/markdown/content");
            assert!(text.len() <= 4_096);
            let (title, lines) = text.split_once('\n').unwrap();
            (title.to_owned(), lines.to_owned())
        }
        _ => (text("/blocks/0/text/text"), text("/blocks/1/text/text")),
    }
}

fn hmac(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

async fn feishu_is_signed_in_the_body_and_dingtalk_in_the_address(db: TestDb) {
    let (app, clock) = start(db).await;
    let (feishu, dingtalk) = (robot(FINE).await, robot(FINE).await);
    let mut hooks = Vec::new();
    for (receiver, format) in [(&feishu, "feishu"), (&dingtalk, "dingtalk")] {
        let over = json!({"format": format, "secret": "SECabc"});
        let url = format!("{}?access_token=t", receiver.url());
        let (hook, made) = Hook::create(&app, &app.tokens.partner, &url, over).await;
        assert!(!made.to_string().contains("SECabc"), "{made}");
        hook.post(&app, "/rotate", json!({}))
            .await
            .problem(409, "conflict");
        hooks.push(hook);
    }
    let is_signed = |place: usize, secret: &str| {
        let message = feishu.all().remove(place).json();
        let timestamp = message["timestamp"].as_str().unwrap().to_owned();
        assert_eq!(message["sign"], hmac(&format!("{timestamp}\n{secret}"), ""));
        let query = dingtalk.all().remove(place).query;
        let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        assert_eq!(query[0], ("access_token".into(), "t".into()));
        assert_eq!(
            (&*query[1].0, query[1].1.len()),
            ("timestamp", timestamp.len() + 3)
        );
        let signed = format!("{}\n{secret}", query[1].1);
        assert_eq!(
            (&*query[2].0, query[2].1.to_string()),
            ("sign", hmac(secret, &signed))
        );
    };
    is_signed(0, "SECabc");
    for hook in &hooks {
        let patch = app
            .call(hyper::Method::PATCH, hook.path(""))
            .token(&hook.token);
        patch
            .json(&json!({"secret": "SECnew"}))
            .send()
            .await
            .expect(200);
    }
    clock.advance(TimeDelta::minutes(1));
    app.announced(json!({})).await;
    told(&feishu, 1).await;
    told(&dingtalk, 1).await;
    is_signed(1, "SECnew");
}

async fn an_error_that_is_answered_with_200_is_tried_again(db: TestDb) {
    let (app, clock) = start(db).await;
    for (format, refused, fine) in [
        (
            "feishu",
            r#"{"code":19024,"msg":"Key Words Not Found"}"#,
            FINE,
        ),
        (
            "dingtalk",
            r#"{"errcode":310000,"errmsg":"sign not match"}"#,
            FINE,
        ),
        (
            "wecom",
            r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#,
            FINE,
        ),
        ("slack", "invalid_token", "ok"),
    ] {
        let receiver = robot(fine).await;
        let over = json!({"format": format, "notices": ["announced"]});
        let (hook, _) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
        receiver.script([Reply::Text(200, refused.to_owned())]);
        app.announced(json!({})).await;
        told(&receiver, 1).await;
        until("the failure in the log", async || {
            let deliveries = hook.deliveries(&app).await;
            let delivery = deliveries.first()?;
            delivery
                .to_string()
                .contains("rejected_by_body")
                .then_some(())
        })
        .await;
        clock.advance(TimeDelta::minutes(1));
        let tries = told(&receiver, 2).await;
        assert_eq!(
            tries[0].json()["card"],
            tries[1].json()["card"],
            "the same again"
        );
        hook.post(&app, "/pause", json!({})).await.expect(200);
    }
}

async fn a_robots_address_is_shown_to_nobody(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = robot(FINE).await;
    let url = format!("{}/TOPSECRET?key=ALSO", receiver.url());
    let over = json!({"format": "wecom"});
    let (hook, made) = Hook::create(&app, &app.tokens.partner, &url, over).await;
    app.announced(json!({})).await;
    told(&receiver, 1).await;
    let mut said = vec![made.to_string(), hook.get(&app, "").await.to_string()];
    for end in ["/deliveries", "/stats"] {
        said.push(hook.get(&app, end).await.to_string());
    }
    let list = app.call(hyper::Method::GET, "/api/v1/webhooks");
    said.push(
        list.token(&app.tokens.admin)
            .send()
            .await
            .expect(200)
            .text(),
    );
    said.push(app.get("/metrics").await.expect(200).text());
    // What was shown may be sent back, and changes nothing.
    let shown = hook.get(&app, "").await;
    let patch = app
        .call(hyper::Method::PATCH, hook.path(""))
        .token(&hook.token);
    let patch = patch.json(&json!({"url": shown["url"], "language": "en"}));
    let answer = patch.send().await.expect(200).json();
    assert_eq!(
        (&answer["state"], &answer["language"]),
        (&json!("enabled"), &json!("en"))
    );
    said.push(answer.to_string());
    for text in said {
        assert!(
            !text.contains("TOPSECRET") && !text.contains("ALSO"),
            "{text}"
        );
    }
    let inner = json!({"url": "https://10.0.0.1/TOPSECRET", "format": "wecom"});
    let refused = app.post(&app.tokens.partner, "/api/v1/webhooks", &inner);
    let problem = refused
        .send()
        .await
        .problem(422, "invalid-input")
        .to_string();
    assert!(
        problem.contains("https://10.0.0.1/…") && !problem.contains("TOPSECRET"),
        "{problem}"
    );
    let origin = url.split("/hook").next().unwrap();
    assert_eq!(shown["url"], format!("{origin}/…"));
    let other = app
        .call(hyper::Method::PATCH, hook.path(""))
        .token(&hook.token);
    let other = other.json(&json!({"format": "standard"}));
    other.send().await.problem(422, "invalid-input");
}

async fn a_robot_is_told_no_faster_than_it_takes(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = robot(FINE).await;
    let over = json!({"format": "dingtalk"});
    let (hook, _) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
    for _ in 0..3 {
        app.announced(json!({})).await;
    }
    for count in 1..=3 {
        told(&receiver, count).await;
        until("the pause", async || {
            let held = hook.get(&app, "").await["held_until"].clone();
            held.is_string().then_some(())
        })
        .await;
        // The clock stands still: nothing comes, however often the engine looks.
        assert_eq!(receiver.all().len(), count + 1);
        clock.advance(TimeDelta::milliseconds(3_200));
    }
}

async fn a_robot_that_was_told_too_much_is_left_alone(db: TestDb) {
    let (app, clock) = start(db).await;
    for (format, flood, minutes) in [
        ("feishu", r#"{"code":11232,"msg":"frequency limited"}"#, 1),
        ("feishu", r#"{"code":9499,"msg":"Too many requests"}"#, 1),
        (
            "dingtalk",
            r#"{"errcode":130101,"errmsg":"send too fast"}"#,
            10,
        ),
        (
            "dingtalk",
            r#"{"errcode":410100,"errmsg":"发送速度太快而限流"}"#,
            10,
        ),
        (
            "wecom",
            r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#,
            1,
        ),
    ] {
        let receiver = robot(FINE).await;
        let over = json!({"format": format, "notices": ["announced"]});
        let (hook, _) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
        receiver.script([Reply::Text(200, flood.to_owned())]);
        app.announced(json!({})).await;
        let until_then = clock.now() + TimeDelta::minutes(minutes);
        until("it is held", async || {
            let held = hook.get(&app, "").await["held_until"].clone();
            let held = DateTime::parse_from_rfc3339(held.as_str()?).unwrap();
            (held >= until_then).then_some(())
        })
        .await;
        assert_eq!(told(&receiver, 1).await.len(), 1, "{flood}");
        hook.post(&app, "/pause", json!({})).await.expect(200);
    }
}

async fn cloudevents_carry_the_same_notice(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let over = json!({"format": "cloudevents"});
    let (hook, _) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
    let seen = app.announced(json!({})).await;
    let message = told(&receiver, 1).await.remove(0);
    assert!(is_signed(&message, &hook.secret));
    assert!(
        message
            .header("content-type")
            .starts_with("application/cloudevents+json")
    );
    let mut event = message.json();
    let data = event.as_object_mut().unwrap().remove("data").unwrap();
    assert_eq!(data, app.notices_after(0).await[0]);
    assert_eq!(
        event,
        json!({
            "specversion": "1.0", "id": seen.notice["id"], "source": "https://yueli.example/",
            "type": "activity.announced", "time": seen.notice["published_at"],
            "subject": seen.notice["activity_id"], "datacontenttype": "application/json",
        })
    );
    assert_eq!(message.header("webhook-id"), seen.notice["id"]);
}
