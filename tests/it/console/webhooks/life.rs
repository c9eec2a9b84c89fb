//! What an endpoint is told and how it is changed, from its making to its end.

use serde_json::json;

use super::{Hook, plain, secret, start};
use crate::{
    console::{
        seat::{Seat, hidden},
        webhooks::text,
    },
    support::{
        app::until,
        db::{TestDb, on_both},
        receiver::{Receiver, Reply},
    },
    webhooks::is_signed,
};

on_both!(
    an_endpoint_lives_its_whole_life_by_forms,
    the_log_has_pages_and_is_filtered_by_outcome,
);

async fn an_endpoint_lives_its_whole_life_by_forms(db: TestDb) {
    let app = start(db).await;
    let receiver = Receiver::start().await;
    let partner = Seat::take(&app, "partner", "partner")
        .await
        .reading("zh-CN");
    let empty = partner.get("/console/webhooks").await.expect(200).text();
    assert!(text(&empty).contains("还没有推送"), "{empty}");

    let hook = Hook::create(&partner, &receiver.url()).await;
    assert!(hook.secret.starts_with("whsec_"));
    assert!(is_signed(&receiver.all()[0], &hook.secret), "the ping");
    let page = hook.page(&partner).await;
    assert!(text(&page).contains("正常") && page.contains(&receiver.url()));

    app.announced(json!({})).await;
    assert!(is_signed(&receiver.wait_for(1).await[0], &hook.secret));
    let delivery = hook.delivery(&partner, "已送达 自动").await;
    let path = format!("/console/deliveries/{delivery}");
    let page = partner.get(&path).await.expect(200).text();
    for said in [
        "中英生命健康跨境路演",
        "x-endpoint-seq: 1",
        "204",
        "127.0.0.2",
    ] {
        assert!(text(&page).contains(said), "{said} in {page}");
    }
    assert!(!page.contains("v1,"), "no signature is shown");
    let key = hidden(&page, "key");
    let (again, fields) = (format!("{path}/redeliver"), [("key", key.as_str())]);
    let page = partner.follow(partner.post(&again, &fields).await).await;
    assert!(text(&page).contains("已安排重新发送"), "{page}");
    let arrived = receiver.wait_for(2).await;
    assert_eq!(arrived[1].header("x-trigger"), "manual");
    assert_eq!(arrived[1].body, arrived[0].body);
    hook.delivery(&partner, "已送达 手动重发").await;

    let paused = hook.act(&partner, "pause", &[]).await;
    assert!(text(&partner.follow(paused).await).contains("已暂停发送"));
    app.announced(json!({})).await;
    let list = partner.get("/console/webhooks").await.expect(200).text();
    assert!(text(&list).contains("已暂停 1 条待发送"), "{}", text(&list));
    let choice = partner.get(&hook.path("/resume")).await.expect(200).text();
    assert!(choice.contains("value=\"missed\" checked"), "{choice}");
    let fields = [("/replay", "missed")];
    let resumed = hook.act(&partner, "resume", &fields).await;
    assert!(text(&partner.follow(resumed).await).contains("已恢复发送"));
    receiver.wait_for(3).await;
    hook.delivery(&partner, "已送达 自动").await;

    let rotated = hook
        .act(&partner, "rotate", &[("/grace_hours", "24")])
        .await;
    let page = rotated.expect(200).text();
    let new = secret(&page);
    assert!(new != hook.secret && text(&page).contains("2021-06-02 09:00"));
    app.announced(json!({})).await;
    let arrived = receiver.wait_for(4).await;
    assert!(is_signed(&arrived[3], &new) && is_signed(&arrived[3], &hook.secret));
    until("the cursor at the end", async || {
        let page = hook.page(&partner).await;
        text(&page).contains("3（最新 3）").then_some(())
    })
    .await;

    let stretch = [
        ("/by", "positions"),
        ("/after", "1"),
        ("/until", "2"),
        ("/new_id", "false"),
    ];
    let look = [&stretch[..], &[("step", "look")]].concat();
    let counted = hook.act(&partner, "replay", &look).await.expect(200);
    let said = "这一段有 1 条通告会重新发送";
    assert!(text(&counted.text()).contains(said), "{}", counted.text());
    assert_eq!(receiver.notices().len(), 4, "nothing was sent for that");
    let replayed = hook.act(&partner, "replay", &stretch).await;
    assert!(text(&partner.follow(replayed).await).contains("已开始重放 1 条"));
    let arrived = receiver.wait_for(5).await;
    assert_eq!(arrived[4].header("x-trigger"), "replay");
    let days = [("/by", "days"), ("/from", "2021-06-01"), ("/to", "")];
    let replayed = until("the end of the first replay", async || {
        let answer = hook.act(&partner, "replay", &days).await;
        (answer.status == 303).then_some(answer)
    })
    .await;
    assert!(text(&partner.follow(replayed).await).contains("已开始重放 3 条"));
    receiver.wait_for(8).await;
    let none = [
        ("step", "look"),
        ("/by", "days"),
        ("/from", "2021-06-02"),
        ("/to", ""),
    ];
    let none = hook.act(&partner, "replay", &none).await.expect(200);
    assert!(text(&none.text()).contains("没有需要发送的通告"));
    let ended = hook.act(&partner, "end-replay", &[]).await;
    assert!(text(&partner.follow(ended).await).contains("已停止重放"));

    let form = partner.get(&hook.path("/edit")).await.expect(200).text();
    let (version, base) = (hidden(&form, "version"), hidden(&form, "base"));
    let mut fields = plain("", "");
    fields.retain(|(name, _)| !["key", "/format", "/secret", "/url", "/payload"].contains(name));
    let moved = receiver.url() + "2";
    fields.extend([
        ("version", version.as_str()),
        ("base", base.as_str()),
        ("/url", &moved),
        ("/payload", "thin"),
        ("/selection/district", "haidian"),
    ]);
    let saved = hook.act(&partner, "edit", &fields).await;
    let page = text(&partner.follow(saved).await);
    for said in ["已保存。 测试消息已送达。", "精简：", "海淀", "hook2"] {
        assert!(page.contains(said), "{said} in {page}");
    }

    let form = partner.get(&hook.path("/delete")).await.expect(200).text();
    let version = hidden(&form, "version");
    let deleted = hook.act(&partner, "delete", &[("version", &version)]).await;
    let list = partner.follow(deleted).await;
    assert!(text(&list).contains("推送已删除。") && !list.contains(&hook.id));
    partner.get(&hook.path("")).await.expect(404);
    for page in [list, form] {
        assert!(!page.contains("whsec_"));
    }
}

async fn the_log_has_pages_and_is_filtered_by_outcome(db: TestDb) {
    let app = start(db).await;
    let receiver = Receiver::start().await;
    let partner = Seat::take(&app, "partner", "partner").await;
    let hook = Hook::create(&partner, &receiver.url()).await;
    for _ in 0..51 {
        hook.act(&partner, "ping", &[]).await.expect(303);
    }
    receiver.script([Reply::Status(404)]);
    hook.act(&partner, "ping", &[]).await.expect(303);
    let lines = |page: &str| page.matches("href=\"/console/deliveries/").count();
    let log = partner.get(&hook.path("/deliveries")).await.expect(200);
    let log = log.text();
    assert_eq!(lines(&log), 50);
    let (_, next) = log.split_once("deliveries?outcome=").unwrap();
    let next = next.split_once('"').unwrap().0.replace("&#38;", "&");
    let rest = hook.path(&format!("/deliveries?outcome={next}"));
    let rest = partner.get(&rest).await.expect(200).text();
    assert_eq!(lines(&rest), 3);
    let refused = hook.path("/deliveries?outcome=http_4xx");
    let refused = partner.get(&refused).await.expect(200).text();
    assert_eq!(lines(&refused), 1);
    assert!(text(&refused).contains("refused (4xx)"));
    assert!(refused.contains("value=\"http_4xx\" selected"));
    let none = hook.path("/deliveries?outcome=tls_error");
    let none = partner.get(&none).await.expect(200).text();
    assert!(text(&none).contains("There are none."));
    for odd in ["?outcome=x&before=y", "?before=y"] {
        let path = hook.path(&format!("/deliveries{odd}"));
        let page = partner.get(&path).await.expect(422).text();
        assert!(text(&page).contains("\"y\" is no key of this list"));
    }
    for odd in ["?before=-1", "?%FF"] {
        let path = hook.path(&format!("/deliveries{odd}"));
        partner.get(&path).await.expect(200);
    }
}
