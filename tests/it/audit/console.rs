//! `/console/audit`, and what is refused at the console.

use hyper::Method;
use serde_json::json;
use yueli::{
    commands::people::{create_token, find_session, make_person},
    config::Settings,
    domain::role::Role,
};

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::{Answer, Call},
};

on_both!(
    the_page_names_people_and_files_hold_no_formula,
    what_a_role_may_not_do_at_the_console_is_written_down,
    who_comes_second_is_told_who_was_first,
);

/// Somebody's browser.
struct Browser<'a> {
    app: &'a TestApp,
    secret: String,
}

impl<'a> Browser<'a> {
    async fn of(app: &'a TestApp, login: &str, role: Role) -> Self {
        let services = &app.services;
        let login = login.parse().unwrap();
        let made = make_person(&services.db, &login, role, None, &*services.clock).await;
        let password = made.unwrap();
        let form = format!("login={}&password={password}", login.0);
        let answer = app
            .call(Method::POST, "/console/login")
            .header("sec-fetch-site", "same-origin")
            .bytes("application/x-www-form-urlencoded", form)
            .send()
            .await
            .expect(303);
        let cookie = answer.header("set-cookie");
        let secret = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
        Self { app, secret }
    }

    fn call(&self, method: Method, path: impl Into<String>) -> Call {
        self.app
            .call(method, path)
            .header("cookie", format!("__Host-yueli={}", self.secret))
            .header("accept-language", "en")
    }

    async fn get(&self, path: impl Into<String>) -> Answer {
        self.call(Method::GET, path).send().await
    }

    async fn post(&self, path: impl Into<String>, form: &str) -> Answer {
        self.call(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .bytes("application/x-www-form-urlencoded", form.to_owned())
            .send()
            .await
    }
}

async fn start(db: TestDb) -> TestApp {
    let clock = std::sync::Arc::new(yueli::clock::SystemClock);
    TestApp::start_with(db, clock, |settings| {
        settings.roles = vec![yueli::config::Role::Web];
        settings.console.second_factor = yueli::config::SecondFactorRule::Optional;
    })
    .await
}

async fn the_page_names_people_and_files_hold_no_formula(db: TestDb) {
    let app = start(db).await;
    let browser = Browser::of(&app, "hanmeimei", Role::Office).await;
    let services = &app.services;
    let settings = Settings::default().console;
    let seat = find_session(services, &settings, &browser.secret)
        .await
        .unwrap()
        .unwrap();
    let token = create_token(services, &seat.caller(), "=cmd()|'x'", Role::Office).await;
    let made = app
        .post(
            &token.unwrap(),
            "/api/v1/activities",
            &crate::support::app::draft(json!({})),
        )
        .send()
        .await
        .expect(201)
        .json();
    let id = made["activity"]["id"].as_str().unwrap();
    let page = browser.get("/console/audit").await.expect(200).text();
    for shown in [
        "hanmeimei",
        "=cmd()",
        "make a draft",
        &format!("/console/activities/{id}"),
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let page = browser
        .get(format!(
            "/console/audit?subject={id}&action=activity.create"
        ))
        .await;
    assert_eq!(page.expect(200).text().matches("<tr>").count(), 2);
    let none = browser
        .get("/console/audit?from=2000-01-01&to=2000-01-02")
        .await;
    assert!(
        none.expect(200)
            .text()
            .contains("Nothing like that was done")
    );

    let answer = browser.get("/console/audit.csv").await.expect(200);
    assert!(answer.header("content-type").starts_with("text/csv"));
    let text = answer.text();
    let table = text.strip_prefix('\u{feff}').unwrap();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let width = rows.headers().unwrap().len();
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    assert!(rows.iter().all(|row| row.len() == width));
    let cells = rows.iter().flat_map(csv::StringRecord::iter);
    assert!(
        cells
            .clone()
            .all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
        "{table}"
    );
    assert!(
        cells.clone().any(|cell| cell.starts_with("'=cmd()")),
        "{table}"
    );
    let lines = browser
        .get(format!("/console/audit.jsonl?subject={id}"))
        .await
        .expect(200);
    let lines = lines.text();
    let line: serde_json::Value = serde_json::from_str(lines.trim_end()).unwrap();
    assert_eq!(line["action"], "activity.create");
    let exports = app.audit("?action=audit.export").await.json();
    assert_eq!(exports["audit"].as_array().unwrap().len(), 2);
}

async fn what_a_role_may_not_do_at_the_console_is_written_down(db: TestDb) {
    let app = start(db).await;
    let viewer = Browser::of(&app, "lilei", Role::Viewer).await;
    for (path, action, subject) in [
        ("/console/activities/new", "activity.create", None),
        ("/console/editions/2021", "edition.update", Some("2021")),
        ("/console/people", "user.create", None),
    ] {
        let before = app.entries().await;
        viewer.post(path, "login=x1&role=viewer").await.expect(403);
        let entry = app.new_since(&before).await;
        assert_eq!(
            (
                entry.action.as_str(),
                entry.reason.as_deref(),
                entry.subject.as_deref(),
                entry.role.as_deref()
            ),
            (action, Some("forbidden"), subject, Some("viewer"))
        );
    }
    let before = app.entries().await;
    viewer.get("/console/audit.csv").await.expect(403);
    assert_eq!(app.new_since(&before).await.action, "audit.export");
}

async fn who_comes_second_is_told_who_was_first(db: TestDb) {
    let app = start(db).await;
    let browser = Browser::of(&app, "hanmeimei", Role::Office).await;
    let seen = app.drafted(json!({})).await;
    let page = browser
        .get(format!("/console/activities/{}/edit", seen.id))
        .await
        .expect(200);
    let hidden = |name: &str| {
        let page = page.text();
        let at = page.find(&format!("name=\"{name}\" value=\"")).unwrap();
        let value = page[at..].split('"').nth(3).unwrap().to_owned();
        value
            .replace("&#34;", "\"")
            .replace("&quot;", "\"")
            .replace("&#38;", "&")
            .replace("&amp;", "&")
    };
    let (version, base) = (hidden("version"), hidden("base"));
    app.call(Method::PATCH, seen.path())
        .token(&app.tokens.office)
        .json(&json!({"title": {"zh": "另一个"}}))
        .if_match(&seen.etag)
        .send()
        .await
        .expect(200);
    let base: String = url::form_urlencoded::byte_serialize(base.as_bytes()).collect();
    let form = format!("key=k1&version={version}&base={base}");
    let path = format!("/console/activities/{}/edit", seen.id);
    let answer = browser.post(path, &form).await;
    assert!(
        answer.text().contains("Changed last by a test"),
        "{} {}",
        answer.status,
        answer.text()
    );
}
