//! What is between the offices stays there: comments and embargoes.

use std::collections::{BTreeMap, BTreeSet};

use hyper::Method;
use serde_json::json;
use yueli::config::SecondFactorRule;

use super::{
    seat::{Seat, id_of},
    second_factor::app,
    tables,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    what_is_said_in_a_review_is_in_no_public_answer,
    comments_go_with_what_they_are_about,
    an_embargo_changes_no_public_answer_before_its_hour,
);

/// Where a walk through all that is public begins.
const BEGINNINGS: [&str; 24] = [
    "/zh/",
    "/en/",
    "/sitemap.xml",
    "/robots.txt",
    "/feeds/zh/feeds.opml",
    "/feeds/en/feeds.opml",
    "/feeds/zh/all.ics",
    "/feeds/en/all.ics",
    "/feeds/bi/all.ics",
    "/feeds/zh/all.rss",
    "/feeds/zh/all.atom",
    "/feeds/zh/all.json",
    "/feeds/zh/planning.ics",
    "/api/v1/activities?limit=500",
    "/api/v1/notices?limit=500",
    "/api/v1/series",
    "/api/v1/editions",
    "/api/v1/sections",
    "/api/v1/promise/2021",
    "/zh/promise/2021.csv",
    "/embed/agenda",
    "/zh/agenda",
    "/zh/search?q=x",
    "/zh/calendar/2021",
];

/// Every public answer that a walk along the links finds, with its tag.
async fn public(app: &TestApp, also: &[String]) -> BTreeMap<String, (u16, String, String)> {
    let mut waiting: Vec<String> = BEGINNINGS.map(str::to_owned).into();
    waiting.extend(also.iter().cloned());
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut answers = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        let call = app
            .call(Method::GET, path.as_str())
            .header("accept", "text/html");
        let answer = call.send().await;
        assert!(answer.status.as_u16() < 500, "{path}");
        let text = answer.text();
        // A calendar folds its lines.
        let text = text.replace("\r\n ", "");
        let text = text.replace(answer.header("x-request-id"), "REQUEST");
        for start in ["href=\"", "src=\"", "<loc>", "xmlUrl=\""] {
            for link in text.split(start).skip(1) {
                let link = link.split(['"', '<', '#']).next().unwrap();
                let link = super::page::unescaped(link);
                let path = link.strip_prefix("https://yueli.example").unwrap_or(&link);
                let is_ours = path.starts_with('/') && !path.starts_with("//") && path.is_ascii();
                // Each of a thousand days says the same of what is not on it.
                let is_far = path.contains("/calendar/") && !path.contains("2021");
                let is_ours =
                    is_ours && !is_far && !path.contains(' ') && !path.starts_with("/console");
                if is_ours && seen.len() < 700 && seen.insert(path.to_owned()) {
                    waiting.push(path.to_owned());
                }
            }
        }
        let tag = answer.header("etag").to_owned();
        answers.insert(path, (answer.status.as_u16(), tag, text));
    }
    assert!(answers.len() > 60, "{}", answers.len());
    answers
}

/// Takes an activity a step further, by the forms.
pub(super) async fn step(seat: &Seat<'_>, id: &str, action: &str, fields: &[(&str, &str)]) {
    let at = format!("/console/activities/{id}/{action}");
    let mut form = seat.page(&at).await.form(&at).with("step", "do");
    for (name, value) in fields {
        form = form.with(name, value);
    }
    form.send(seat).await.expect(303);
}

async fn what_is_said_in_a_review_is_in_no_public_answer(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let district = Seat::take(&app, "haidian-li", "district:haidian").await;
    let other = Seat::take(&app, "chaoyang-wu", "district:chaoyang").await;
    let office = Seat::take(&app, "office-wang", "office").await;
    let id = district
        .draft("海淀的路演", &[("/office", "haidian")])
        .await;
    let at = format!("/console/activities/{id}");
    let comments = ["请尽快审一审", "名称太长了", "已按意见改短", "同意发布吧"];
    let minutes = async |seat: &Seat<'_>, action: &str, comment: &str| {
        step(seat, &id, action, &[("/comment", comment)]).await;
        clock.advance(chrono::TimeDelta::minutes(5));
    };
    minutes(&district, "submit", comments[0]).await;
    let inbox = office.page("/console").await;
    assert!(inbox.texts().contains(&comments[0]), "{:?}", inbox.texts());
    minutes(&office, "return", comments[1]).await;
    for path in ["/console", &at] {
        let page = district.page(path).await;
        assert!(
            page.texts().contains(&comments[1]),
            "{path}: {:?}",
            page.texts()
        );
    }
    let edit = format!("{at}/edit");
    let form = district
        .page(&edit)
        .await
        .form(&edit)
        .with("/title/zh", "海淀路演");
    form.send(&district).await.expect(303);
    minutes(&district, "submit", comments[2]).await;
    minutes(&office, "announce", comments[3]).await;
    // The district sees what was said, in its order, by whom, and what became of it.
    let said = district.page(&at).await.inside("blockquote");
    assert_eq!(said, comments);
    let page = district.page(&at).await;
    let texts = page.texts().join("\n");
    for who in ["haidian-li", "office-wang"] {
        assert!(texts.contains(who), "{texts}");
    }
    let inbox = district.page("/console").await.texts().join("\n");
    assert!(inbox.contains("Announced by"), "{inbox}");

    // Whoever is of neither office sees the activity, and nothing of that.
    let mut secrets: Vec<String> = comments.map(str::to_owned).into();
    for who in ["haidian-li", "office-wang"] {
        secrets.push(who.to_owned());
        secrets.push(id_of(&app, who).await);
    }
    secrets.push("cmt_".to_owned());
    let page = other.page(&at).await;
    assert!(page.inside("h1").contains(&"海淀路演".to_owned()));
    for secret in &secrets {
        assert!(
            !page.texts().iter().any(|text| text.contains(secret)),
            "{secret}"
        );
    }
    let also = [
        format!("/api/v1/activities/{id}"),
        format!("/api/v1/activities/{id}?as_of=2021-06-02"),
        format!("/feeds/zh/activity/{id}.ics"),
        format!("/feeds/zh/activity/{id}.rss"),
    ];
    let answers = public(&app, &also).await;
    let told = answers
        .iter()
        .filter(|(_, (_, _, text))| text.contains("海淀路演"));
    assert!(told.count() > 10);
    for (path, (_, tag, text)) in &answers {
        for secret in &secrets {
            assert!(
                !text.contains(secret) && !tag.contains(secret),
                "{path} tells {secret}"
            );
        }
    }
    // Nor do programs of those who may see the activity.
    for token in [
        &app.tokens.partner,
        &app.tokens.chaoyang,
        &app.tokens.haidian,
        &app.tokens.admin,
    ] {
        for path in [
            "/api/v1/activities?limit=500",
            "/api/v1/notices?limit=500",
            also[0].as_str(),
        ] {
            let text = app
                .call(Method::GET, path)
                .token(token)
                .send()
                .await
                .expect(200)
                .text();
            for secret in &secrets {
                assert!(!text.contains(secret), "{path} tells {secret}");
            }
        }
    }
}

async fn comments(app: &TestApp) -> Vec<String> {
    tables::texts(
        app,
        "SELECT text AS text FROM comments ORDER BY text".to_owned(),
    )
    .await
}

async fn comments_go_with_what_they_are_about(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let ids = [office.draft("甲", &[]).await, office.draft("乙", &[]).await];
    for (id, comment) in ids.iter().zip(["关于甲", "关于乙"]) {
        step(&office, id, "submit", &[("/comment", comment)]).await;
        step(&office, id, "announce", &[("/comment", "")]).await;
    }
    let draft = office.draft("丙", &[]).await;
    step(&office, &draft, "submit", &[("/comment", "关于丙")]).await;
    assert_eq!(comments(&app).await, ["", "", "关于丙", "关于乙", "关于甲"]);
    step(&office, &ids[0], "withdraw", &[("/reason/code", "other")]).await;
    assert_eq!(comments(&app).await, ["", "关于丙", "关于乙"]);
    let at = format!("/console/activities/{draft}");
    let form = office.page(&at).await.form(&format!("{at}/delete"));
    form.send(&office).await.expect(303);
    assert_eq!(comments(&app).await, ["", "关于乙"]);
    assert!(
        office
            .page(&format!("/console/activities/{}", ids[0]))
            .await
            .inside("blockquote")
            .is_empty()
    );
}

async fn an_embargo_changes_no_public_answer_before_its_hour(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let other = Seat::take(&app, "chaoyang", "district:chaoyang").await;
    app.announced(json!({"title": {"zh": "公开的"}})).await;
    let console = [
        "/console",
        "/console/activities",
        "/console/activities?q=%E6%9C%BA%E5%AF%86&status=in_review",
    ];
    let before = public(&app, &[]).await;
    let mut seen = Vec::new();
    for path in console {
        seen.push(other.page(path).await.texts().join("\n"));
    }
    let fields = [
        ("/kind", "signing"),
        ("/districts", "yanqing"),
        ("/venue/name/zh", "密室"),
    ];
    let id = office.draft("机密签约", &fields).await;
    let embargo = [
        ("/publish/when", "later"),
        ("/publish/day", "2021-06-20"),
        ("/publish/time", "10:00"),
        ("/comment", "先别说出去"),
    ];
    for round in 0..2 {
        step(&office, &id, "announce", &embargo).await;
        let page = office.page("/console").await.texts().join("\n");
        assert!(
            page.contains("机密签约") && page.contains("2021-06-20 10:00"),
            "{page}"
        );
        let after = public(&app, &[]).await;
        assert_eq!(
            before.keys().collect::<Vec<_>>(),
            after.keys().collect::<Vec<_>>(),
            "{round}"
        );
        for (path, answer) in &before {
            assert_eq!(answer, &after[path], "{path}");
        }
        for (path, before) in console.iter().zip(&seen) {
            assert_eq!(&other.page(path).await.texts().join("\n"), before, "{path}");
        }
        let invented = "act_01ARZ3NDEKTSV4RRFFQ69G5FAV";
        for of in [
            |id: &str| format!("/zh/e/{id}"),
            |id: &str| format!("/zh/e/{id}/history"),
            |id: &str| format!("/zh/e/{id}/r/1"),
            |id: &str| format!("/og/{id}-1.png"),
            |id: &str| format!("/api/v1/activities/{id}"),
            |id: &str| format!("/feeds/zh/activity/{id}.ics"),
            |id: &str| format!("/feeds/zh/activity/{id}.rss"),
        ] {
            let plain = |answer: crate::support::http::Answer, id: &str| {
                let text = answer.text().replace(id, "ID");
                let request = answer.header("x-request-id").to_owned();
                (answer.status, text.replace(&request, "REQUEST"))
            };
            let there = plain(app.get(of(&id)).await, &id);
            let not = plain(app.get(of(invented)).await, invented);
            assert_eq!(there, not, "{}", of("ID"));
        }
        if round == 0 {
            step(&office, &id, "return", &[("/comment", "再等等")]).await;
            assert_eq!(public(&app, &[]).await, before, "returned");
        }
    }
    clock.advance(chrono::TimeDelta::days(19));
    clock.advance(chrono::TimeDelta::hours(1));
    yueli::commands::announce_due::announce_due(&app.services, &Default::default())
        .await
        .unwrap();
    let after = public(&app, &[]).await;
    assert!(after.values().any(|(_, _, text)| text.contains("机密签约")));
    assert!(
        after
            .values()
            .all(|(_, _, text)| !text.contains("先别说出去") && !text.contains("再等等"))
    );
}
