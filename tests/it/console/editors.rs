//! The form for an activity: what it does not change stays as it is, and two who use it lose nothing.

use futures_util::future::join_all;
use hyper::Method;
use serde_json::{Value, json};
use yueli::config::SecondFactorRule;

use super::{page::Page, seat::Seat, second_factor::app, tables};
use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
};

on_both!(
    a_form_that_is_sent_as_it_came_changes_nothing,
    a_form_that_changes_one_field_changes_no_other,
    the_longest_texts_fit_into_a_form,
    two_districts_changes_meet_and_both_are_kept,
    of_many_who_save_at_once_one_is_first,
    what_a_form_does_not_show_is_nobodys_change,
);

/// Everything that an activity can have, and what forms find hard to keep.
fn full() -> Value {
    draft(json!({
        "title": {"zh": "名称 \"引号\" <b> & 's", "en": "Title"},
        "summary": {"zh": "一\n\n二", "en": "one\n two"},
        "description": {"zh": "第一行\n第二行", "en": "  indented\nlast"},
        "when": {"precision": "minute", "starts_at": "2021-07-08T14:00:30+08:00", "ends_at": "2021-07-09T17:05:00+08:00"},
        "districts": ["haidian", "chaoyang"],
        "venue": {"name": {"zh": "会议中心\n三层"}, "address": {"zh": "北辰路\n7号", "en": "7 Beichen Rd"},
            "latitude": 39.9991, "longitude": 116.390001},
        "mode": "mixed", "live_url": "https://live.example/?a=1&b=%22", "registration_url": "https://reg.example/",
        "audiences": ["investors", "scientists"], "partner_regions": ["GB", "US"],
        "organizers": [
            {"role": "host", "name": {"zh": "主办", "en": "Host"}, "url": "https://host.example/"},
            {"role": "media_partner", "name": {"zh": "媒体"}},
            {"role": "supporter", "name": {"zh": "两行\n名称"}},
        ],
        "highlight": true, "series": "global-roadshows",
        "figures": [{"what": "on_site", "value": 80, "qualifier": "nearly"}, {"what": "views", "value": 4_100_000.5, "qualifier": "about"}],
        "outcomes": [{"zh": "成果一\n又一行"}, {"zh": "成果二", "en": "Second"}],
        "contact": {"name": "处室", "email": "a@b.example", "phone": "010 1234"},
        "sources": [
            {"url": "https://a.example/", "title": "来源\n第二行", "stated_on": "2021-05-01", "basis": "原文\n两行", "uid": "x@y"},
            {"title": "只有名称"},
        ],
    }))
}

async fn made(app: &TestApp, body: Value) -> Draft {
    let answer = app
        .post(&app.tokens.office, "/api/v1/activities", &body)
        .send()
        .await;
    Draft::of(&answer.expect(201))
}

async fn present(app: &TestApp, seen: &Draft) -> Value {
    let call = app.call(Method::GET, seen.path()).token(&app.tokens.admin);
    call.send().await.expect(200).json()
}

/// The fields in which two states differ.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
    let names = before.keys().filter(|name| before[*name] != after[*name]);
    names
        .filter(|name| *name != "updated_at")
        .cloned()
        .collect()
}

async fn variants(app: &TestApp) -> Vec<Draft> {
    let mut all = vec![
        made(app, full()).await,
        made(app, draft(json!({"when": null, "districts": [], "venue": null, "mode": null, "audiences": []}))).await,
        made(app, draft(json!({"when": {"precision": "unknown"}, "strand": "main_session", "section": "forum"}))).await,
        made(app, draft(json!({"when": {"precision": "month", "month": "2021-09"}}))).await,
        made(app, draft(json!({"when": {"precision": "day", "starts_on": "2021-09-24", "ends_on": "2021-09-28"}}))).await,
    ];
    let seen = made(app, full()).await;
    all.push(Draft::of(
        &app.act(&seen, "announce", json!({})).await.expect(200),
    ));
    let seen = made(app, full()).await;
    let seen = Draft::of(&app.act(&seen, "announce", json!({})).await.expect(200));
    all.push(Draft::of(
        &app.act(&seen, "postpone", json!({})).await.expect(200),
    ));
    all
}

async fn a_form_that_is_sent_as_it_came_changes_nothing(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    for seen in variants(&app).await {
        let before = present(&app, &seen).await;
        let at = format!("/console/activities/{}/edit", seen.id);
        let head = app.head().await;
        let answer = office.page(&at).await.form(&at).send(&office).await;
        let after = present(&app, &seen).await;
        assert_eq!(differing(&before, &after), [""; 0], "{}", answer.text());
        assert_eq!(app.head().await, head);
    }
}

async fn a_form_that_changes_one_field_changes_no_other(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    for seen in variants(&app).await {
        let before = present(&app, &seen).await;
        let at = format!("/console/activities/{}/edit", seen.id);
        let form = office
            .page(&at)
            .await
            .form(&at)
            .with("/title/zh", "新的名称");
        form.send(&office).await.expect(303);
        let after = present(&app, &seen).await;
        let mut changed = differing(&before, &after);
        changed.retain(|name| name != "revision");
        assert_eq!(changed, ["title"]);
        assert_eq!(after["title"]["zh"], "新的名称");
        assert_eq!(after["title"]["en"], before["title"]["en"]);
    }
}

async fn the_longest_texts_fit_into_a_form(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let long = "长".repeat(20_000);
    let texts = json!({"zh": long, "en": long});
    let body = draft(json!({"summary": texts, "description": texts, "outcomes": [texts, texts]}));
    let seen = made(&app, body).await;
    let at = format!("/console/activities/{}/edit", seen.id);
    let form = office.page(&at).await.form(&at);
    form.with("/title/zh", "新的名称")
        .send(&office)
        .await
        .expect(303);
    let after = present(&app, &seen).await;
    assert_eq!(after["title"]["zh"], "新的名称");
    assert_eq!(after["description"]["zh"], long.as_str());
    assert_eq!(after["outcomes"].as_array().unwrap().len(), 2);
}

async fn two_districts_changes_meet_and_both_are_kept(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let first = Seat::take(&app, "first", "office").await;
    let second = Seat::take(&app, "second", "district:haidian").await;
    for public in [false, true] {
        let mut seen = made(
            &app,
            draft(json!({"office": "haidian", "summary": {"zh": "原来的简介"}})),
        )
        .await;
        if public {
            seen = Draft::of(&app.act(&seen, "announce", json!({})).await.expect(200));
        }
        let at = format!("/console/activities/{}/edit", seen.id);
        let (mine, theirs) = (
            second.page(&at).await.form(&at),
            first.page(&at).await.form(&at),
        );
        let theirs = theirs
            .with("/title/zh", "第一位的名称")
            .with("/summary/zh", "第一位的简介")
            .with("/highlight", "true")
            .with("/audiences", "scientists");
        theirs.send(&first).await.expect(303);
        let before = tables::all(&app).await;
        let mine = mine
            .with("/summary/zh", "第二位的简介")
            .with("/live_url", "https://live.example/");
        let refused = mine.send(&second).await.expect(409);
        assert_eq!(
            tables::changed(&before, &tables::all(&app).await),
            ["audit"]
        );
        let page = Page::read(&refused.text());
        // Side by side: what stood there, what stands there, and one's own.
        let (old, new) = (page.inside("del"), page.inside("ins"));
        assert!(old.contains(&"原来的简介".to_owned()), "{old:?}");
        for theirs in ["第一位的名称", "第一位的简介", "Scientists", "yes"] {
            assert!(new.contains(&theirs.to_owned()), "{theirs}: {new:?}");
        }
        let mine: Vec<String> = page.inside("td");
        assert!(mine.contains(&"第二位的简介".to_owned()), "{mine:?}");
        // Only the summary was changed by both.
        let disputed = page
            .values("class")
            .into_iter()
            .filter(|class| *class == "disputed");
        assert_eq!(disputed.count(), 1, "{:?}", page.inside("tr"));
        let form = page.form(&at);
        assert_eq!(form.value("/title/zh"), "第一位的名称");
        assert_eq!(form.value("/summary/zh"), "第二位的简介");
        form.send(&second).await.expect(303);
        let after = present(&app, &seen).await;
        assert_eq!(after["title"]["zh"], "第一位的名称");
        assert_eq!(after["summary"]["zh"], "第二位的简介");
        assert_eq!(after["live_url"], "https://live.example/");
        assert_eq!(after["audiences"], json!(["scientists"]));
        assert_eq!(after["highlight"], true);
    }
}

async fn of_many_who_save_at_once_one_is_first(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = made(&app, draft(json!({}))).await;
    let at = format!("/console/activities/{}/edit", seen.id);
    let mut forms = Vec::new();
    for number in 0..8 {
        let form = office.page(&at).await.form(&at);
        forms.push(form.with("/title/zh", &format!("第{number}位")));
    }
    let answers = join_all(forms.iter().map(|form| form.send(&office))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|it| it.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409, 409, 409, 409, 409]);
    let title = present(&app, &seen).await["title"]["zh"]
        .as_str()
        .unwrap()
        .to_owned();
    for (answer, form) in answers.iter().zip(&forms) {
        let own = form.value("/title/zh");
        if answer.status == 303 {
            assert_eq!(own, title);
            continue;
        }
        let page = Page::read(&answer.text());
        assert!(page.inside("ins").contains(&title));
        assert_eq!(
            page.form(&at).value("/title/zh"),
            own,
            "what somebody typed is kept"
        );
    }
}

async fn what_a_form_does_not_show_is_nobodys_change(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let district = Seat::take(&app, "haidian", "district:haidian").await;
    let seen = made(&app, draft(json!({"office": "haidian", "highlight": true}))).await;
    let at = format!("/console/activities/{}/edit", seen.id);
    let form = district.page(&at).await.form(&at);
    let names: Vec<&str> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        !names.contains(&"/highlight") && !names.contains(&"/office"),
        "{names:?}"
    );
    form.with("/title/zh", "新的名称")
        .send(&district)
        .await
        .expect(303);
    let after = present(&app, &seen).await;
    assert_eq!(
        (&after["highlight"], &after["office"]),
        (&json!(true), &json!("haidian"))
    );
    // Who sends what they were not asked for is refused, and nothing of it is done.
    for (name, value) in [
        ("/highlight", "false"),
        ("/office", "chaoyang"),
        ("/office", "city"),
    ] {
        let form = district
            .page(&at)
            .await
            .form(&at)
            .with(name, value)
            .with("/title/zh", "偷改");
        form.send(&district).await.expect(403);
    }
    for (name, value) in [
        ("/status", "scheduled"),
        ("/revision", "9"),
        ("/slug", "other"),
        ("/nothing", "1"),
    ] {
        let form = district
            .page(&at)
            .await
            .form(&at)
            .with(name, value)
            .with("/title/zh", "偷改");
        form.send(&district).await.expect(422);
    }
    assert_eq!(present(&app, &seen).await["title"]["zh"], "新的名称");
}
