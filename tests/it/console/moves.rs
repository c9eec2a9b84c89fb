//! Actions that are looked at before they are done: what is shown is what is told, and looking changes nothing.

use futures_util::future::join_all;
use serde_json::{Value, json};
use yueli::config::SecondFactorRule;

use super::{
    page::{Page, unescaped},
    seat::Seat,
    second_factor::app,
    tables,
};
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    what_is_shown_before_each_action_is_what_is_told_after_it,
    children_that_move_along_are_counted_and_told,
    a_form_that_is_confirmed_many_times_at_once_is_done_once,
    what_was_changed_after_the_look_is_not_confirmed,
    an_embargo_is_shown_as_it_will_be_told_and_told_to_nobody_before,
    a_form_that_lacks_something_is_shown_again_and_can_be_mended,
);

/// A public activity, or a draft, as an action needs it.
async fn prepared(app: &TestApp, action: &str) -> Draft {
    let when = match action {
        "hold" => "2021-05-31",
        _ => "2021-12-01",
    };
    let title = format!("{action}之前的路演 & <b>");
    let over = json!({
        "title": {"zh": title, "en": format!("Before {action} & <b>")},
        "when": {"precision": "day", "starts_on": when},
    });
    let seen = app.drafted(over).await;
    if action == "announce" {
        return seen;
    }
    let seen = Draft::of(&app.act(&seen, "announce", json!({})).await.expect(200));
    match action {
        "reinstate" => Draft::of(&app.act(&seen, "postpone", json!({})).await.expect(200)),
        _ => seen,
    }
}

const ACTIONS: [(&str, &[(&str, &str)]); 9] = [
    ("announce", &[("/comment", "可以")]),
    (
        "reschedule",
        &[
            ("/when/starts_on", "2021-12-09"),
            ("/reason/code", "venue"),
            ("/reason/zh", "场地 & <i>"),
        ],
    ),
    (
        "relocate",
        &[
            ("/venue/name/zh", "国家会议中心 & <u>"),
            ("/districts", "chaoyang"),
        ],
    ),
    (
        "change-format",
        &[
            ("/mode", "online"),
            ("/live_url", "https://live.example/a?b=1&c=2"),
        ],
    ),
    ("postpone", &[("/reason/code", "weather")]),
    (
        "cancel",
        &[
            ("/reason/code", "epidemic_control"),
            ("/reason/en", "Epidemic <control>"),
        ],
    ),
    ("reinstate", &[("/slot", "old")]),
    (
        "hold",
        &[
            ("/figures/0/what", "on_site"),
            ("/figures/0/value", "80"),
            ("/figures/0/qualifier", "nearly"),
        ],
    ),
    ("withdraw", &[("/reason/code", "correction")]),
];

/// The texts of a page, without the notice's id, which is made anew each time.
fn texts(page: &Page) -> Vec<String> {
    let texts = page.texts().into_iter().map(|text| {
        let mut parts = text.split("ntc_");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + "ntc_" + &part[26..])
    });
    texts.collect()
}

/// The newest item of a JSON feed.
async fn newest(app: &TestApp, language: &str) -> Value {
    let feed = app
        .get(format!("/feeds/{language}/all.json"))
        .await
        .expect(200);
    feed.json()["items"][0].clone()
}

async fn what_is_shown_before_each_action_is_what_is_told_after_it(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    for (action, fields) in ACTIONS {
        let seen = prepared(&app, action).await;
        let at = format!("/console/activities/{}/{action}", seen.id);
        let mut form = office.page(&at).await.form(&at);
        for (name, value) in fields {
            form = form.with(name, value);
        }
        let before = tables::all(&app).await;
        let looked = form
            .clone()
            .with("step", "look")
            .send(&office)
            .await
            .expect(200);
        let after = tables::all(&app).await;
        assert_eq!(
            tables::changed(&before, &after),
            [""; 0],
            "looking at {action} changed that"
        );
        let again = form.with("step", "look").send(&office).await.expect(200);
        let looked = Page::read(&looked.text());
        assert_eq!(
            texts(&looked),
            texts(&Page::read(&again.text())),
            "{action} twice"
        );

        let head = app.head().await;
        let confirmed = looked
            .form(&at)
            .with("step", "do")
            .send(&office)
            .await
            .expect(303);
        assert_eq!(
            confirmed.header("location"),
            format!("/console/activities/{}?{action}", seen.id)
        );
        assert_eq!(app.head().await, head + 1, "{action} is one notice");
        let samples = looked.inside("pre");
        for language in ["zh", "en"] {
            let item = newest(&app, language).await;
            let title = item["title"].as_str().unwrap();
            let said = samples
                .iter()
                .any(|sample| sample.lines().next() == Some(title));
            assert!(said, "{action}: {title} is not among {samples:?}");
            // RSS tells the same.
            let rss = app
                .get(format!("/feeds/{language}/all.rss"))
                .await
                .expect(200)
                .text();
            let (_, first) = rss.split_once("<item>").unwrap();
            let rss = first
                .split("<title>")
                .nth(1)
                .unwrap()
                .split("</title>")
                .next()
                .unwrap();
            assert_eq!(unescaped(rss), title);
            let summary = item["summary"].as_str().unwrap_or_default();
            assert!(
                samples
                    .iter()
                    .any(|it| *it == format!("{title}\n{summary}")),
                "{action}: {summary}"
            );
        }
        let notice = app.notices_after(head).await.remove(0);
        let revision = format!("Becomes revision {}", notice["revision"]);
        assert!(
            looked.texts().iter().any(|text| text.contains(&revision)),
            "{revision}"
        );
        // The webhook's body, but for its times and names, is the one that was shown.
        let body = samples
            .iter()
            .find_map(|it| serde_json::from_str::<Value>(it).ok())
            .unwrap();
        let shown = &body["data"]["notice"];
        let shown = if shown.is_null() {
            &body["data"]
        } else {
            shown
        };
        for field in [
            "kind", "revision", "changed", "before", "after", "reason", "position",
        ] {
            let told = &notice[field];
            let is_same = shown.get(field).is_none_or(|shown| shown == told);
            assert!(is_same, "{action}: {field}: {shown} is not {told}");
        }
        assert!(body.to_string().contains(&seen.id));
    }
}

async fn children_that_move_along_are_counted_and_told(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let parent = app.announced(json!({})).await;
    for number in 0..3 {
        let title = format!("分会场{number}");
        app.announced(json!({"parent": parent.id, "title": {"zh": title}}))
            .await;
    }
    let at = format!("/console/activities/{}/reschedule", parent.id);
    let form = office.page(&at).await.form(&at);
    let form = form
        .with("/when/starts_on", "2021-07-09")
        .with("/when/ends_on", "2021-07-09");
    let form = form.with("/children", "true").with("step", "look");
    let before = tables::all(&app).await;
    let looked = form.send(&office).await.expect(200);
    assert_eq!(tables::changed(&before, &tables::all(&app).await), [""; 0]);
    let looked = Page::read(&looked.text());
    assert!(
        looked.texts().contains(&"Activities that move along: 3"),
        "{:?}",
        looked.texts()
    );
    let head = app.head().await;
    looked
        .form(&at)
        .with("step", "do")
        .send(&office)
        .await
        .expect(303);
    assert_eq!(app.head().await, head + 4);
}

async fn a_form_that_is_confirmed_many_times_at_once_is_done_once(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = app.announced(json!({})).await;
    let at = format!("/console/activities/{}/cancel", seen.id);
    let form = office
        .page(&at)
        .await
        .form(&at)
        .with("/reason/code", "weather");
    let looked = form
        .clone()
        .with("step", "look")
        .send(&office)
        .await
        .expect(200);
    let confirm = Page::read(&looked.text()).form(&at).with("step", "do");
    let head = app.head().await;
    let answers = join_all((0..12).map(|_| confirm.send(&office))).await;
    for answer in answers {
        answer.expect(303);
    }
    assert_eq!(app.head().await, head + 1);
    // The same key for something else is not taken for the first.
    let other = confirm.clone().with("/reason/code", "venue");
    other.send(&office).await.expect(422);
    // Without a key, or with one that is none, it is a new request: stale by now.
    for key in ["", &"x".repeat(65)] {
        confirm
            .clone()
            .with("key", key)
            .send(&office)
            .await
            .expect(409);
    }
    assert_eq!(app.head().await, head + 1);
}

async fn what_was_changed_after_the_look_is_not_confirmed(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    for (action, fields) in ACTIONS {
        let seen = prepared(&app, action).await;
        let at = format!("/console/activities/{}/{action}", seen.id);
        let mut form = office.page(&at).await.form(&at);
        for (name, value) in fields {
            form = form.with(name, value);
        }
        let looked = form.with("step", "look").send(&office).await.expect(200);
        let confirm = Page::read(&looked.text()).form(&at).with("step", "do");
        // Somebody else is faster.
        let patch = app.call(hyper::Method::PATCH, format!("{}?quiet=true", seen.path()));
        let patch = patch.token(&app.tokens.office).if_match(&seen.etag);
        patch
            .json(&json!({"title": {"zh": "别人改的", "en": "Changed by another"}}))
            .send()
            .await
            .expect(200);
        let before = tables::all(&app).await;
        let refused = confirm.send(&office).await.expect(409);
        assert_eq!(
            tables::changed(&before, &tables::all(&app).await),
            ["audit"],
            "{action}"
        );
        // It is shown again, with what was typed and what stands there now.
        let again = Page::read(&refused.text());
        assert!(
            again.texts().contains(&"Changed by another"),
            "{action}: {:?}",
            again.texts()
        );
        let form = again.form(&at);
        for (name, value) in fields
            .iter()
            .filter(|(name, _)| !name.contains("districts"))
        {
            assert_eq!(form.value(name), *value, "{action}");
        }
        let looked = form.with("step", "look").send(&office).await.expect(200);
        let confirm = Page::read(&looked.text()).form(&at).with("step", "do");
        confirm.send(&office).await.expect(303);
    }
}

async fn an_embargo_is_shown_as_it_will_be_told_and_told_to_nobody_before(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = prepared(&app, "announce").await;
    let at = format!("/console/activities/{}/announce", seen.id);
    let form = office.page(&at).await.form(&at);
    assert_eq!(form.value("/publish/when"), "now");
    let form = form.with("/publish/when", "later");
    // The hour is not made up.
    let lacking = form
        .clone()
        .with("/publish/day", "2021-06-02")
        .with("step", "look");
    lacking.send(&office).await.expect(422);
    let form = form
        .with("/publish/day", "2021-06-02")
        .with("/publish/time", "08:30");
    let before = tables::all(&app).await;
    let looked = form.with("step", "look").send(&office).await.expect(200);
    assert_eq!(tables::changed(&before, &tables::all(&app).await), [""; 0]);
    let looked = Page::read(&looked.text());
    let said = looked
        .texts()
        .iter()
        .any(|text| text.contains("2021-06-02 08:30"));
    assert!(said, "{:?}", looked.texts());
    let head = app.head().await;
    looked
        .form(&at)
        .with("step", "do")
        .send(&office)
        .await
        .expect(303);
    assert_eq!(app.head().await, head);
    assert!(
        office
            .get("/console")
            .await
            .text()
            .contains("2021-06-02 08:30")
    );
    clock.advance(chrono::TimeDelta::hours(23));
    clock.advance(chrono::TimeDelta::minutes(30));
    yueli::commands::announce_due::announce_due(&app.services, &Default::default())
        .await
        .unwrap();
    assert_eq!(app.head().await, head + 1);
    let samples = looked.inside("pre");
    for language in ["zh", "en"] {
        let title = newest(&app, language).await["title"]
            .as_str()
            .unwrap()
            .to_owned();
        let said = samples
            .iter()
            .any(|sample| sample.lines().next() == Some(&*title));
        assert!(said, "{title} is not among {samples:?}");
    }
}

async fn a_form_that_lacks_something_is_shown_again_and_can_be_mended(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = app.announced(json!({})).await;
    let at = format!("/console/activities/{}/withdraw", seen.id);
    let form = office
        .page(&at)
        .await
        .form(&at)
        .with("/reason/zh", "重复发布");
    let wrong = form.with("/replaced_by", "act_none").with("step", "look");
    let refused = wrong.send(&office).await.expect(422);
    let page = Page::read(&refused.text());
    let again = page.form(&at);
    assert_eq!(again.value("/reason/zh"), "重复发布");
    assert_eq!(again.value("/replaced_by"), "act_none");
    // Each fault leads to a field that is there.
    let ids = page.values("id");
    let faults: Vec<&str> = page
        .values("href")
        .into_iter()
        .filter_map(|to| to.strip_prefix("#f"))
        .collect();
    assert!(!faults.is_empty());
    for fault in faults {
        assert!(
            ids.contains(&format!("f{fault}").as_str()),
            "{fault}: {ids:?}"
        );
    }
    let form = again
        .with("/replaced_by", "")
        .with("/reason/code", "correction");
    let looked = form.with("step", "look").send(&office).await.expect(200);
    // Back to the form, and nothing typed is lost.
    let back = Page::read(&looked.text()).form(&at).with("step", "mend");
    let page = Page::read(&back.send(&office).await.expect(200).text());
    assert_eq!(page.form(&at).value("/reason/zh"), "重复发布");
    assert_eq!(page.form(&at).value("/reason/code"), "correction");
    assert_eq!(app.head().await, 1);
}
