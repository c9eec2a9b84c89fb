//! What is not done, and how that is told.

use super::{Hook, plain, start};
use crate::{
    console::{
        seat::{Seat, hidden},
        webhooks::text,
    },
    support::{
        db::{TestDb, on_both},
        receiver::{Receiver, Reply},
    },
};

on_both!(
    faults_stand_at_their_fields_in_both_languages,
    who_is_second_is_told_and_overwrites_nothing,
    what_a_state_does_not_allow_is_said_in_words,
);

async fn faults_stand_at_their_fields_in_both_languages(db: TestDb) {
    let app = start(db).await;
    let zh = Seat::take(&app, "partner", "partner")
        .await
        .reading("zh-CN");
    let en = zh.reading("en");
    let wrong = |url: &'static str| {
        let mut fields = plain(url, "k");
        fields.retain(|(name, _)| !["/format", "/secret", "/payload"].contains(name));
        fields.extend([("/format", "wecom"), ("/secret", "x"), ("/payload", "thin")]);
        fields
    };
    for (url, in_zh, in_en) in [
        ("", "必填", "must not be null"),
        ("partner", "不是完整的网址", "is not an address"),
        ("ftp://x", "\"ftp://x\" 不能使用", "only http and https"),
        ("https://10.1.2.3/hook", "是内网地址", "a private address"),
        ("https://8.8.8.8:8/", "端口不允许", "port 8 is not allowed"),
    ] {
        for (seat, said) in [(&zh, in_zh), (&en, in_en)] {
            let sent = seat.post("/console/webhooks/new", &wrong(url)).await;
            let page = sent.expect(422).text();
            let fault = page.split_once("id=\"f-url-fault\">").unwrap().1;
            let fault = text(fault.split_once("</span>").unwrap().0);
            assert!(fault.contains(said), "{said} in {fault}");
            assert!(page.contains("href=\"#f-url\""), "the list leads there");
            assert!(page.contains(&format!("value=\"{url}\"")), "as typed");
            assert!(page.contains("value=\"wecom\" checked"), "as chosen");
        }
    }
    let receiver = Receiver::start().await;
    let hook = Hook::create(&zh, &receiver.url()).await;
    for (action, fields, at, in_zh, in_en) in [
        (
            "rotate",
            &[("/grace_hours", "200")][..],
            "f-grace_hours",
            "不是 0 至 168 之间的小时数",
            "200 is not a number of hours",
        ),
        (
            "replay",
            &[("/by", "days"), ("/from", "")],
            "f-from",
            "必填",
            "is missing",
        ),
        (
            "replay",
            &[
                ("/by", "days"),
                ("/from", "2021-06-02"),
                ("/to", "2021-06-01"),
            ],
            "f-to",
            "早于开始的那一天",
            "is before the first day",
        ),
        (
            "replay",
            &[("/by", "positions"), ("/after", "7"), ("/until", "3")],
            "f-until",
            "不在位置 7 之后",
            "3 is not after position 7",
        ),
        ("resume", &[("/replay", "some")], "f-replay", "some", "some"),
    ] {
        for (seat, said) in [(&zh, in_zh), (&en, in_en)] {
            let page = hook.act(seat, action, fields).await.expect(422).text();
            let mark = format!("id=\"{at}-fault\">");
            let fault = page.split_once(&mark).unwrap_or_else(|| panic!("{page}")).1;
            let fault = text(fault.split_once("</span>").unwrap().0);
            assert!(fault.contains(said), "{said} in {fault}");
        }
    }
    let series = [("version", "1"), ("/selection/series", "nobody-knows-it")];
    let page = hook.act(&zh, "edit", &series).await.expect(422).text();
    assert!(page.contains("id=\"f-selection-series-fault\""), "{page}");
    assert!(page.contains("value=\"nobody-knows-it\" checked"));
}

async fn who_is_second_is_told_and_overwrites_nothing(db: TestDb) {
    let app = start(db).await;
    let receiver = Receiver::start().await;
    let partner = Seat::take(&app, "partner", "partner").await;
    let hook = Hook::create(&partner, &receiver.url()).await;
    let form = partner.get(&hook.path("/edit")).await.expect(200).text();
    let (version, base) = (hidden(&form, "version"), hidden(&form, "base"));
    let url = receiver.url();
    let with = |payload: &'static str, district: &'static str| {
        vec![
            ("/url".to_owned(), url.clone()),
            ("/language".to_owned(), "en".to_owned()),
            ("/payload".to_owned(), payload.to_owned()),
            ("/ordering".to_owned(), "all".to_owned()),
            ("/selection/district".to_owned(), district.to_owned()),
        ]
    };
    let send = async |version: &str, base: &str, fields: Vec<(String, String)>| {
        let mut sent = vec![("version", version), ("base", base)];
        sent.extend(fields.iter().map(|(name, value)| (&**name, &**value)));
        hook.act(&partner, "edit", &sent).await
    };
    send(&version, &base, with("thin", "")).await.expect(303);
    let late = send(&version, &base, with("full", "haidian")).await;
    let page = late.expect(409).text();
    assert!(text(&page).contains("Somebody saved a change"), "{page}");
    assert!(text(&page).contains("What somebody else changed"));
    assert!(page.contains("value=\"thin\" checked"), "theirs stays");
    assert!(page.contains("value=\"haidian\" checked"), "mine is kept");
    let stands = hook.page(&partner).await;
    assert!(!text(&stands).contains("Haidian"), "nothing was written");
    let (version, base) = (hidden(&page, "version"), hidden(&page, "base"));
    let saved = send(&version, &base, with("thin", "haidian")).await;
    let saved = text(&partner.follow(saved).await);
    assert!(saved.contains("Haidian") && saved.contains("Thin:"));
    // A pause in between touches no setting, and is told as what it is.
    let form = partner.get(&hook.path("/edit")).await.expect(200).text();
    let (version, base) = (hidden(&form, "version"), hidden(&form, "base"));
    hook.act(&partner, "pause", &[]).await.expect(303);
    let late = send(&version, &base, with("full", "haidian")).await;
    let page = late.expect(409).text();
    assert!(text(&page).contains("its settings are the same"), "{page}");
    let stale = hook.act(&partner, "delete", &[("version", &version)]).await;
    let stale = stale.expect(409).text();
    assert!(text(&stale).contains("Nothing was overwritten"));
    hook.act(&partner, "delete", &[]).await.expect(409);
    assert!(text(&hook.page(&partner).await).contains("Paused"));
}

async fn what_a_state_does_not_allow_is_said_in_words(db: TestDb) {
    let app = start(db).await;
    let receiver = Receiver::start().await;
    receiver.otherwise(Reply::Status(500));
    let partner = Seat::take(&app, "partner", "partner")
        .await
        .reading("zh-CN");
    let hook = Hook::create(&partner, &receiver.url()).await;
    let page = hook.page(&partner).await;
    for said in ["待验证", "还没有成功应答测试消息", "对方出错（5xx）"] {
        assert!(text(&page).contains(said), "{said} in {page}");
    }
    assert!(!page.contains("/pause\"") && !page.contains("/resume\""));
    let refused = hook.act(&partner, "pause", &[]).await.expect(409).text();
    let said = "当前状态为“待验证”，不能执行“暂停发送”";
    assert!(text(&refused).contains(said), "{refused}");
    let stretch = [("/by", "positions"), ("/after", "0")];
    let refused = hook.act(&partner, "replay", &stretch).await.expect(409);
    assert!(text(&refused.text()).contains("不能执行“重放”"));
    let ping = hook.delivery(&partner, "测试消息").await;
    let path = format!("/console/deliveries/{ping}");
    let page = partner.get(&path).await.expect(200).text();
    assert!(!page.contains("/redeliver"), "a ping is not redelivered");
    let again = format!("{path}/redeliver");
    let refused = partner.post(&again, &[]).await.expect(409).text();
    assert!(text(&refused).contains("测试消息不能重新发送"));
    receiver.otherwise(Reply::Status(410));
    let pinged = hook.act(&partner, "ping", &[]).await;
    let page = text(&partner.follow(pinged).await);
    for said in [
        "测试消息没有送达：对方不再接收（410）",
        "已注销",
        "HTTP 410",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    let refused = hook.act(&partner, "ping", &[]).await.expect(409).text();
    assert!(text(&refused).contains("当前状态为“已注销”"), "{refused}");
    hook.act(&partner, "invent", &[]).await.expect(404);
}
