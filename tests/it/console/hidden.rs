//! What is not for somebody is answered as if it were not there.

use hyper::Method;
use serde_json::{Value, json};
use yueli::config::SecondFactorRule;

use super::{
    leaks::step,
    routes::{self, Ids},
    seat::Seat,
    second_factor::app,
    tables,
};
use crate::support::{
    app::{Draft, draft},
    db::{TestDb, on_both},
};

on_both!(
    anothers_draft_is_answered_like_one_that_never_was,
    no_reference_tells_of_anothers_draft,
);

async fn anothers_draft_is_answered_like_one_that_never_was(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let haidian = Seat::take(&app, "haidian", "district:haidian").await;
    let invented = "act_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned();
    let ids = [
        haidian.draft("草稿", &[]).await,
        {
            let id = haidian.draft("已提交", &[]).await;
            step(&haidian, &id, "submit", &[("/comment", "看看")]).await;
            id
        },
        {
            let id = haidian.draft("定时", &[]).await;
            let later = [
                ("/publish/when", "later"),
                ("/publish/day", "2021-06-20"),
                ("/publish/time", "10:00"),
            ];
            step(&haidian, &id, "announce", &later).await;
            id
        },
    ];
    let before = tables::all(&app).await["activities"].clone();
    for (who, role, token) in [
        ("chaoyang", "district:chaoyang", &app.tokens.chaoyang),
        ("partner", "partner", &app.tokens.partner),
    ] {
        let seat = Seat::take(&app, who, role).await;
        for id in &ids {
            for route in routes::all() {
                let of = |id: &str| {
                    let ids = Ids {
                        activity: id.to_owned(),
                        ..Ids::default()
                    };
                    let paths = route.paths(&ids).into_iter();
                    paths.filter(|path| path.contains(id)).collect::<Vec<_>>()
                };
                for (there, not) in of(id).iter().zip(&of(&invented)) {
                    if route.gets {
                        let (there, not) = (seat.get(there).await, seat.get(not).await);
                        assert_eq!(there.status, 404);
                        assert_eq!(not.status, 404);
                        assert_eq!(
                            there.text().replace(id, "ID"),
                            not.text().replace(&invented, "ID")
                        );
                    }
                    if route.posts {
                        let fields = [
                            ("version", "1"),
                            ("step", "do"),
                            ("/title/zh", "x"),
                            ("/mode", "online"),
                        ];
                        let there = seat.post(there, &fields).await;
                        let not = seat.post(not, &fields).await;
                        assert_eq!(there.status, 404);
                        assert_eq!(not.status, 404);
                        assert_eq!(
                            there.text().replace(id, "ID"),
                            not.text().replace(&invented, "ID")
                        );
                    }
                }
            }
            let mut asked = vec![
                (Method::GET, String::new(), json!(null)),
                (Method::GET, "?as_of=2021-06-01".to_owned(), json!(null)),
                (Method::PATCH, String::new(), json!({"title": {"zh": "x"}})),
                (Method::DELETE, String::new(), json!(null)),
            ];
            for (action, body) in [
                ("submit", json!({})),
                ("return", json!({})),
                ("announce", json!({})),
                ("postpone", json!({})),
                ("cancel", json!({})),
                ("reinstate", json!({})),
                ("hold", json!({})),
                ("change-format", json!({"mode": "online"})),
                ("relocate", json!({"districts": ["yanqing"]})),
                (
                    "reschedule",
                    json!({"when": {"precision": "month", "month": "2021-12"}}),
                ),
                ("withdraw", json!({"reason": {"code": "other"}})),
            ] {
                asked.push((Method::POST, format!("/{action}"), body));
            }
            for (method, rest, body) in asked {
                let ask = async |id: &str| {
                    let call = app.call(method.clone(), format!("/api/v1/activities/{id}{rest}"));
                    let answer = call
                        .token(token)
                        .if_match("\"v1\"")
                        .json(&body)
                        .send()
                        .await;
                    let request = answer.header("x-request-id").to_owned();
                    let text = answer.text().replace(id, "ID").replace(&request, "REQUEST");
                    (answer.status.as_u16(), text)
                };
                let (there, not) = (ask(id).await, ask(&invented).await);
                assert_eq!(there, not, "{who} {method} {rest}");
                assert!(
                    matches!(there.0, 403 | 404),
                    "{who} {method} {rest}: {}",
                    there.0
                );
            }
        }
        for path in [
            "/api/v1/activities?limit=500",
            "/api/v1/activities?status=draft,in_review",
            "/api/v1/activities?office=haidian",
            "/api/v1/activities?q=%E8%8D%89%E7%A8%BF",
            "/api/v1/activities?district=haidian",
            "/api/v1/notices?limit=500",
        ] {
            let answer = app.call(Method::GET, path).token(token).send().await.text();
            for id in &ids {
                assert!(!answer.contains(id), "{path}");
            }
        }
    }
    assert_eq!(tables::all(&app).await["activities"], before);
}

async fn no_reference_tells_of_anothers_draft(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let haidian = Seat::take(&app, "haidian", "district:haidian").await;
    let chaoyang = Seat::take(&app, "chaoyang", "district:chaoyang").await;
    let secret = haidian.draft("草稿", &[]).await;
    let invented = "act_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned();
    let own = chaoyang.draft("朝阳的", &[]).await;
    let fault = async |path: String, fields: &[(&str, &str)], id: &str| {
        let answer = chaoyang.post(&path, fields).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        let page = super::page::Page::read(&answer.text().replace(id, "ID"));
        let texts: Vec<String> = page.texts().into_iter().map(str::to_owned).collect();
        texts
    };
    let both = [&secret, &invented];
    let mut told = Vec::new();
    for id in both {
        let fields = [
            ("/edition", "2021"),
            ("/strand", "year_round"),
            ("/title/zh", "x"),
            ("/parent", id.as_str()),
        ];
        told.push(fault("/console/activities/new".to_owned(), &fields, id).await);
    }
    assert_eq!(told[0], told[1], "as a parent of a new one");
    told.clear();
    for id in both {
        let fields = [("version", "1"), ("/parent", id.as_str())];
        told.push(fault(format!("/console/activities/{own}/edit"), &fields, id).await);
    }
    assert_eq!(told[0], told[1], "as a parent");
    step(&chaoyang, &own, "announce", &[]).await;
    told.clear();
    for id in both {
        let fields = [
            ("version", "2"),
            ("/reason/code", "other"),
            ("/replaced_by", id.as_str()),
            ("step", "look"),
        ];
        told.push(fault(format!("/console/activities/{own}/withdraw"), &fields, id).await);
    }
    assert_eq!(told[0], told[1], "as what takes its place");
    // By a token too.
    let mut problems: Vec<(u16, String)> = Vec::new();
    for id in both {
        let body = draft(json!({"office": "chaoyang", "parent": id}));
        let answer = app
            .post(&app.tokens.chaoyang, "/api/v1/activities", &body)
            .send()
            .await;
        let request = answer.header("x-request-id").to_owned();
        problems.push((
            answer.status.as_u16(),
            answer.text().replace(id, "ID").replace(&request, "R"),
        ));
    }
    assert_eq!(problems[0], problems[1]);
    // What clashes with it is not told either.
    let same = json!({"office": "haidian", "title": {"zh": "隐藏的"}, "venue": {"name": {"zh": "会议中心"}}, "when": {"precision": "day", "starts_on": "2021-08-03"}});
    let hidden = app
        .post(
            &app.tokens.haidian,
            "/api/v1/activities",
            &draft(same.clone()),
        )
        .send()
        .await;
    let hidden = Draft::of(&hidden.expect(201));
    let mut same: Value = same;
    same["office"] = json!("chaoyang");
    same["title"]["zh"] = json!("自己的");
    let mine = app
        .post(&app.tokens.chaoyang, "/api/v1/activities", &draft(same))
        .send()
        .await;
    let mine = Draft::of(&mine.expect(201));
    let look = [("version", "1"), ("step", "look")];
    let at = format!("/console/activities/{}/announce", mine.id);
    let page = chaoyang.post(&at, &look).await.expect(200).text();
    assert!(page.contains("自己的"));
    assert!(
        !page.contains(&hidden.id) && !page.contains("隐藏的"),
        "{page}"
    );
}
