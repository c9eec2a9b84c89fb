//! What each deed is, tried in every way that leads to it.

use hyper::Method;
use serde_json::json;
use yueli::{domain::role::Role, store};

use super::{
    super::seat::{hidden, id_of, person},
    Asker, Tried, was_done,
};
use crate::support::app::{Draft, TestApp, draft};

async fn made(app: &TestApp, office: &str) -> Draft {
    let body = draft(json!({"office": office}));
    let answer = app
        .post(&app.tokens.office, "/api/v1/activities", &body)
        .send()
        .await;
    Draft::of(&answer.expect(201))
}

pub(super) async fn drafts_are_read(app: &TestApp, by: &Asker<'_>, tried: &mut Tried) {
    for own in [true, false] {
        let Some(office) = by.office(own) else {
            continue;
        };
        let seen = made(app, office).await;
        let answer = by.asks(Method::GET, &seen.path(), json!(null)).await;
        tried.note("GET a draft", own, &answer);
        let page = format!("/console/activities/{}", seen.id);
        tried.note("the page of a draft", own, &by.seat.get(&page).await);
        let list = format!("/api/v1/activities?status=draft&limit=500&office={office}");
        for (what, answer) in [
            (
                "GET drafts",
                by.asks(
                    Method::GET,
                    list.split("&office").next().unwrap(),
                    json!(null),
                )
                .await,
            ),
            (
                "the list of drafts",
                by.seat.get("/console/activities?status=draft").await,
            ),
        ] {
            let done = answer.text().contains(&seen.id);
            tried.0.push((what.to_owned(), own, done));
        }
    }
}

pub(super) async fn activities_are_written(app: &TestApp, by: &Asker<'_>, tried: &mut Tried) {
    for own in [true, false] {
        let Some(office) = by.office(own) else {
            continue;
        };
        let body = draft(json!({"office": office}));
        let answer = by.asks(Method::POST, "/api/v1/activities", body).await;
        tried.note("POST a draft", own, &answer);
        let fields = [
            ("/edition", "2021"),
            ("/strand", "year_round"),
            ("/title/zh", "新的"),
            ("/office", office),
        ];
        let answer = by.seat.post("/console/activities/new", &fields).await;
        tried.note("the form of a draft", own, &answer);
        for public in [false, true] {
            let mut seen = made(app, office).await;
            if public {
                seen = Draft::of(&app.act(&seen, "announce", json!({})).await.expect(200));
            }
            let version = seen.etag.trim_matches(['"', 'v']).to_owned();
            let patch = app.call(Method::PATCH, seen.path()).token(&by.token);
            let answer = patch
                .if_match(&seen.etag)
                .json(&json!({"title": {"zh": "改过的"}}))
                .send()
                .await;
            tried.note(format!("PATCH, public: {public}"), own, &answer);
            let at = format!("/console/activities/{}", seen.id);
            tried.note("the form", own, &by.seat.get(&format!("{at}/edit")).await);
            let done = was_done(&answer, "PATCH");
            let next = (version.parse::<i64>().unwrap() + i64::from(done)).to_string();
            let fields = [("version", next.as_str()), ("/title/zh", "又改过的")];
            let answer = by.seat.post(&format!("{at}/edit"), &fields).await;
            tried.note(format!("the form sent, public: {public}"), own, &answer);
        }
        let seen = made(app, office).await;
        let delete = app.call(Method::DELETE, seen.path()).token(&by.token);
        tried.note("DELETE", own, &delete.if_match(&seen.etag).send().await);
        let seen = made(app, office).await;
        let at = format!("/console/activities/{}/delete", seen.id);
        tried.note(
            "deleting",
            own,
            &by.seat.post(&at, &[("version", "1")]).await,
        );
    }
}

pub(super) async fn highlights_are_set(app: &TestApp, by: &Asker<'_>, tried: &mut Tried) {
    for own in [true, false] {
        let Some(office) = by.office(own) else {
            continue;
        };
        let seen = made(app, office).await;
        let patch = app.call(Method::PATCH, seen.path()).token(&by.token);
        let answer = patch
            .if_match(&seen.etag)
            .json(&json!({"highlight": true}))
            .send()
            .await;
        tried.note("PATCH highlight", own, &answer);
        let seen = made(app, office).await;
        let at = format!("/console/activities/{}/edit", seen.id);
        let fields = [
            ("version", "1"),
            ("/highlight", "false"),
            ("/highlight", "true"),
        ];
        tried.note(
            "the form's highlight",
            own,
            &by.seat.post(&at, &fields).await,
        );
        let body = draft(json!({"office": office, "highlight": true}));
        let answer = by.asks(Method::POST, "/api/v1/activities", body).await;
        tried.note("POST with highlight", own, &answer);
    }
}

pub(super) async fn many_are_imported(by: &Asker<'_>, tried: &mut Tried) {
    for own in [true, false] {
        let Some(office) = by.office(own) else {
            continue;
        };
        let file = json!({"format": "yueli/1", "activities": [{
            "edition": 2021, "title": {"zh": format!("{}的导入", by.name)}, "office": office,
            "slug": format!("import-{}-{office}", by.name.replace(':', "-")),
        }]});
        let answer = by.asks(Method::POST, "/api/v1/imports", file).await;
        tried.note("POST imports", own, &answer);
    }
}

pub(super) async fn reference_is_written(
    app: &TestApp,
    by: &Asker<'_>,
    number: usize,
    tried: &mut Tried,
) {
    let slug = format!("series-{number}");
    let series = json!({"slug": slug, "title": {"zh": "系列"}});
    let answer = by.asks(Method::POST, "/api/v1/series", series).await;
    tried.note("POST series", false, &answer);
    let doomed = json!({"slug": format!("doomed-{number}"), "title": {"zh": "系列"}});
    let doomed = app
        .post(&app.tokens.office, "/api/v1/series", &doomed)
        .send()
        .await
        .expect(201);
    let at = format!("/api/v1/series/doomed-{number}");
    let patch = app
        .call(Method::PATCH, &at)
        .token(&by.token)
        .if_match(&doomed.etag());
    let answer = patch.json(&json!({"title": {"zh": "另一个"}})).send().await;
    tried.note("PATCH series", false, &answer);
    let etag = app.get(&at).await.expect(200).etag();
    let delete = app
        .call(Method::DELETE, &at)
        .token(&by.token)
        .if_match(&etag);
    tried.note("DELETE series", false, &delete.send().await);
    let year = 2040 + number;
    let edition = json!({"year": year, "theme": {"zh": "主题"}});
    app.post(&app.tokens.office, "/api/v1/editions", &edition)
        .send()
        .await
        .expect(201);
    let at = format!("/api/v1/editions/{year}");
    let etag = app.get(&at).await.expect(200).etag();
    let patch = app
        .call(Method::PATCH, &at)
        .token(&by.token)
        .if_match(&etag);
    let answer = patch.json(&json!({"ordinal": 7})).send().await;
    tried.note("PATCH edition", false, &answer);
    let etag = app.get(&at).await.expect(200).etag();
    let version = etag.trim_matches(['"', 'v']).to_owned();
    let fields = [
        ("version", version.as_str()),
        ("/theme/zh", "新主题"),
        ("/ordinal", "8"),
    ];
    let answer = by
        .seat
        .post(&format!("/console/editions/{year}"), &fields)
        .await;
    tried.note("the form of an edition", false, &answer);
    let next = json!({"year": 2060 + number});
    let answer = by
        .asks(Method::POST, &format!("{at}/roll-over"), next)
        .await;
    tried.note("POST roll-over", false, &answer);
    let etag = app.get(&at).await.expect(200).etag();
    let delete = app
        .call(Method::DELETE, &at)
        .token(&by.token)
        .if_match(&etag);
    tried.note("DELETE edition", false, &delete.send().await);
}

pub(super) async fn contacts_are_read(by: &Asker<'_>, tried: &mut Tried) {
    let path = "/api/v1/editions/2021/contacts";
    tried.note(
        "GET contacts",
        false,
        &by.asks(Method::GET, path, json!(null)).await,
    );
    let page = by.seat.get("/console/editions/2021").await;
    let done = was_done(&page, "the edition") && page.text().contains("id=\"contacts\"");
    tried
        .0
        .push(("contacts on the edition's page".to_owned(), false, done));
}

pub(super) async fn contacts_are_written(by: &Asker<'_>, tried: &mut Tried) {
    for own in [true, false] {
        let Some(office) = by.office(own) else {
            continue;
        };
        let path = format!("/api/v1/editions/2021/contacts/{office}");
        let contact = json!({"name": "值班", "email": "a@b.example"});
        tried.note(
            "PUT contact",
            own,
            &by.asks(Method::PUT, &path, contact).await,
        );
        let path = format!("/console/editions/2021/contacts/{office}");
        let fields = [("/name", "值班"), ("/email", "b@b.example"), ("/phone", "")];
        tried.note(
            "the form of a contact",
            own,
            &by.seat.post(&path, &fields).await,
        );
    }
}

pub(super) async fn webhooks_are_managed(app: &TestApp, by: &Asker<'_>, tried: &mut Tried) {
    let url = "http://127.0.0.2:9/hook";
    let hook = async |token: &str| {
        let made = app
            .post(token, "/api/v1/webhooks", &json!({"url": url}))
            .send()
            .await;
        made.expect(201).json()["id"].as_str().unwrap().to_owned()
    };
    let created = by
        .asks(Method::POST, "/api/v1/webhooks", json!({"url": url}))
        .await;
    tried.note("POST webhooks", true, &created);
    let fields = [("/url", url), ("/format", "standard")];
    let answer = by.seat.post("/console/webhooks/new", &fields).await;
    tried.note("the form of a webhook", true, &answer);
    for own in [true, false] {
        let id = match own {
            true if created.status != 201 => continue,
            true => created.json()["id"].as_str().unwrap().to_owned(),
            false => hook(&app.tokens.admin).await,
        };
        let at = format!("/api/v1/webhooks/{id}");
        for (what, method, path) in [
            ("GET", Method::GET, at.clone()),
            ("GET stats", Method::GET, format!("{at}/stats")),
            ("GET deliveries", Method::GET, format!("{at}/deliveries")),
            ("GET notices", Method::GET, format!("{at}/notices")),
            ("pause", Method::POST, format!("{at}/pause")),
            ("resume", Method::POST, format!("{at}/resume")),
            ("rotate", Method::POST, format!("{at}/rotate")),
            ("PATCH", Method::PATCH, at.clone()),
        ] {
            let answer = by.asks(method, &path, json!({})).await;
            // One that never answered cannot be paused; who may not would not be told.
            if answer.status == 409 {
                tried.0.push((what.to_owned(), own, true));
                continue;
            }
            tried.note(format!("{what} a webhook"), own, &answer);
        }
        let listed = by
            .asks(Method::GET, "/api/v1/webhooks?limit=500", json!(null))
            .await;
        tried
            .0
            .push(("GET webhooks".to_owned(), own, listed.text().contains(&id)));
        let listed = by.seat.get("/console/webhooks").await.text();
        tried
            .0
            .push(("the list of webhooks".to_owned(), own, listed.contains(&id)));
        let page = format!("/console/webhooks/{id}");
        tried.note("the page of a webhook", own, &by.seat.get(&page).await);
        tried.note("its form", own, &by.seat.get(&format!("{page}/edit")).await);
        for action in ["ping", "rotate"] {
            let fields = [("/grace_hours", "0")];
            let answer = by.seat.post(&format!("{page}/{action}"), &fields).await;
            tried.note(format!("{action} at the console"), own, &answer);
        }
        let delete = format!("{page}/delete");
        let asks = by.seat.get(&delete).await;
        tried.note("the question before deleting", own, &asks);
        let version = match asks.status.as_u16() {
            200 => hidden(&asks.text(), "version"),
            _ => "1".to_owned(),
        };
        let answer = by.seat.post(&delete, &[("version", &version)]).await;
        tried.note("delete at the console", own, &answer);
        let id = match own {
            true => hook(&by.token).await,
            false => hook(&app.tokens.admin).await,
        };
        let answer = by
            .asks(Method::DELETE, &format!("/api/v1/webhooks/{id}"), json!({}))
            .await;
        tried.note("DELETE a webhook", own, &answer);
    }
}

pub(super) async fn people_are_managed(
    app: &TestApp,
    by: &Asker<'_>,
    number: usize,
    tried: &mut Tried,
) {
    tried.note(
        "the list of people",
        false,
        &by.seat.get("/console/people").await,
    );
    let login = format!("new-{number}");
    let fields = [("login", login.as_str()), ("role", "admin")];
    let answer = by.seat.post("/console/people", &fields).await;
    tried.note("a new person", false, &answer);
    person(app, &format!("victim-{number}"), "office").await;
    let victim = id_of(app, &format!("victim-{number}")).await;
    for fields in [
        &[("change", "role"), ("role", "admin")][..],
        &[("change", "disable")],
        &[("change", "enable")],
        &[("change", "password")],
        &[("change", "second-factor")],
    ] {
        let answer = by
            .seat
            .post(&format!("/console/people/{victim}"), fields)
            .await;
        tried.note(format!("{fields:?} of a person"), false, &answer);
    }
    // Somebody else's token; one's own everybody ends who may have any.
    let db = app.services.db.writer();
    let role = Role::Admin;
    store::tokens::create(db, "别人的", role, Some(victim.clone()), app.services.now())
        .await
        .unwrap();
    let token = store::tokens::all(db, Some(&victim))
        .await
        .unwrap()
        .remove(0);
    let fields = [("token", token.id.as_str())];
    let answer = by.seat.post("/console/account/tokens/end", &fields).await;
    tried.note("ending somebody's token", false, &answer);
}

pub(super) async fn sources_are_managed(app: &TestApp, by: &Asker<'_>, tried: &mut Tried) {
    for own in [true, false] {
        let Some(office) = by.office(own) else {
            continue;
        };
        let url = "https://nobody.invalid/a.csv";
        let input = json!({"name": "来源", "format": "csv", "office": office, "url": url});
        let answer = by
            .asks(Method::POST, "/api/v1/sources", input.clone())
            .await;
        tried.note("POST sources", own, &answer);
        let made = app.post(&app.tokens.admin, "/api/v1/sources", &input);
        let made = made.send().await.expect(201);
        let at = format!("/api/v1/sources/{}", made.json()["id"].as_str().unwrap());
        for path in [at.clone(), format!("{at}/fetches"), format!("{at}/entries")] {
            let answer = by.asks(Method::GET, &path, json!(null)).await;
            tried.note("GET a source", own, &answer);
        }
        let answer = by
            .asks(Method::POST, &format!("{at}/poll"), json!({}))
            .await;
        tried.note("poll a source", own, &answer);
        let call = app.call(Method::DELETE, &at).token(&by.token);
        let etag = app.call(Method::GET, &at).token(&app.tokens.admin);
        let etag = etag.send().await.etag();
        tried.note("DELETE a source", own, &call.if_match(&etag).send().await);
        let fields = [("/name", "来源"), ("/format", "csv"), ("/office", office)];
        let answer = by.seat.post("/console/sources/new", &fields).await;
        tried.note("the form of a source", own, &answer);
        let made = app.post(&app.tokens.admin, "/api/v1/sources", &input);
        let made = made.send().await.expect(201);
        let at = format!("/console/sources/{}", made.json()["id"].as_str().unwrap());
        for end in ["", "/edit", "/fetches", "/entries", "/file", "/delete"] {
            let answer = by.seat.get(&format!("{at}{end}")).await;
            tried.note(format!("a source's page {end}"), own, &answer);
        }
        for end in ["/poll", "/pause", "/resume"] {
            let answer = by.seat.post(&format!("{at}{end}"), &[]).await;
            tried.note(format!("{end} at the console"), own, &answer);
        }
        let asks = by.seat.get(&format!("{at}/delete")).await;
        let version = match asks.status.as_u16() {
            200 => hidden(&asks.text(), "version"),
            _ => "1".to_owned(),
        };
        let fields = [("version", version.as_str()), ("/name", "另一个")];
        let answer = by.seat.post(&format!("{at}/edit"), &fields).await;
        tried.note("a source's form sent", own, &answer);
        let asks = by.seat.get(&format!("{at}/delete")).await;
        let version = match asks.status.as_u16() {
            200 => hidden(&asks.text(), "version"),
            _ => "1".to_owned(),
        };
        let answer = by
            .seat
            .post(&format!("{at}/delete"), &[("version", &version)])
            .await;
        tried.note("deleting a source at the console", own, &answer);
    }
}
