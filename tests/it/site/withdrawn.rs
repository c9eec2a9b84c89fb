//! What was withdrawn is gone: 410, or 301 to what replaces it, and told once without its words.

use serde_json::{Value, json};

use super::{notice_page, page_of};
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    a_withdrawn_activity_is_gone_from_every_page,
    a_replaced_activity_leads_to_what_stands_for_it,
    an_activity_whose_successor_is_gone_is_gone_too,
);

fn withdrawal(replaced_by: Option<&Draft>) -> Value {
    match replaced_by {
        Some(other) => {
            json!({"reason": {"code": "correction", "zh": "含个人信息"}, "replaced_by": other.id})
        }
        None => json!({"reason": {"code": "correction", "zh": "含个人信息"}}),
    }
}

async fn a_withdrawn_activity_is_gone_from_every_page(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app
        .announced(json!({"title": {"zh": "不该公布的"}, "summary": {"zh": "张三的电话"}}))
        .await;
    let page = page_of("zh", &draft);
    let told = notice_page("zh", &draft.notice);
    app.get(&told).await.expect(200);
    let gone = Draft::of(
        &app.act(&draft, "withdraw", withdrawal(None))
            .await
            .expect(200),
    );

    for path in [
        page.clone(),
        format!("/zh/e/{}", draft.id),
        format!("{page}/history"),
        format!("{page}/r/1"),
        told,
    ] {
        let answer = app.get(&path).await.expect(410);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        let html = answer.text();
        assert!(
            !html.contains("不该公布的") && !html.contains("张三"),
            "{path}: {html}"
        );
    }
    let news = notice_page("zh", &gone.notice);
    let html = app.get(&news).await.expect(200).text();
    assert!(html.contains("一项活动的通告已撤回"));
    for path in [&news, "/zh/", "/zh/notices", "/sitemap.xml"] {
        let text = app.get(path).await.expect(200).text();
        for word in ["不该公布的", "张三", "含个人信息"] {
            assert!(!text.contains(word), "{word} on {path}");
        }
        assert!(!text.contains(&draft.id), "{path}: {text}");
    }
    let list = app.get("/zh/notices").await.expect(200).text();
    assert!(list.contains(&news));
}

async fn a_replaced_activity_leads_to_what_stands_for_it(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let last = app.announced(json!({"title": {"zh": "留下的"}})).await;
    let second = app.announced(json!({})).await;
    let first = app.announced(json!({})).await;
    app.act(&first, "withdraw", withdrawal(Some(&second)))
        .await
        .expect(200);
    let gone = app
        .act(&second, "withdraw", withdrawal(Some(&last)))
        .await
        .expect(200);
    for old in [&first, &second] {
        for path in [
            page_of("en", old),
            format!("{}/history", page_of("en", old)),
            format!("{}/r/1", page_of("en", old)),
        ] {
            let answer = app.get(path).await.expect(301);
            assert_eq!(answer.header("location"), page_of("en", &last));
        }
    }
    let news = notice_page("en", &gone.json()["notice"]);
    let html = app.get(news).await.expect(200).text();
    assert!(html.contains(&format!("href=\"{}\"", page_of("en", &last))));
}

async fn an_activity_whose_successor_is_gone_is_gone_too(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let one = app.announced(json!({})).await;
    let other = app.announced(json!({})).await;
    app.act(&one, "withdraw", withdrawal(Some(&other)))
        .await
        .expect(200);
    app.get(page_of("zh", &one)).await.expect(301);
    app.act(&other, "withdraw", withdrawal(None))
        .await
        .expect(200);
    app.get(page_of("zh", &one)).await.expect(410);
    app.get(page_of("zh", &other)).await.expect(410);
}
