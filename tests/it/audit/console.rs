//! `/console/audit`, and what is refused at the console.

use hyper::Method;
use serde_json::json;
use yueli::{
    commands::people::{create_token, find_session},
    config::Settings,
    domain::role::Role,
};

use crate::{
    console::{
        routes::{self, Ids},
        seat::{Seat, hidden},
    },
    support::{
        app::TestApp,
        db::{TestDb, on_both},
    },
};

on_both!(
    the_page_names_people_and_files_hold_no_formula,
    what_a_role_may_not_do_at_the_console_is_written_down,
    every_form_that_is_refused_leaves_an_entry,
    who_comes_second_is_told_who_was_first,
);

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
    let browser = Seat::take(&app, "hanmeimei", "office").await;
    let services = &app.services;
    let settings = Settings::default().console;
    let (_, secret) = browser.cookie.split_once('=').unwrap();
    let seat = find_session(services, &settings, secret)
        .await
        .unwrap()
        .unwrap();
    let token = create_token(services, &seat.caller(), "=cmd()|'x'", Role::Office, None).await;
    let made = app
        .post(
            &token.unwrap().unwrap(),
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
        .get(&format!(
            "/console/audit?subject={id}&action=activity.create"
        ))
        .await;
    assert_eq!(page.expect(200).text().matches("<tr").count(), 2);
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
        .get(&format!("/console/audit.jsonl?subject={id}"))
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
    let viewer = Seat::take(&app, "lilei", "viewer").await;
    for (path, action, subject) in [
        ("/console/activities/new", "activity.create", None),
        ("/console/editions/2021", "edition.update", Some("2021")),
        ("/console/people", "user.create", None),
    ] {
        let before = app.entries().await;
        let fields = [("login", "x1"), ("role", "viewer")];
        viewer.post(path, &fields).await.expect(403);
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

/// What changes nothing of anybody else's, and is no business of the audit's.
const OWN: [&str; 3] = [
    "/console/filters",
    "/console/filters/delete",
    "/console/account/language",
];

async fn every_form_that_is_refused_leaves_an_entry(db: TestDb) {
    let app = start(db).await;
    let seen = app.announced(json!({})).await;
    // Nobody's: a person and an endpoint that are not there are refused too.
    let ids = Ids {
        activity: seen.id.clone(),
        webhook: "end_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        person: "usr_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
    };
    let mut walked = 0;
    for (who, role) in [("lilei", "viewer"), ("polly", "partner")] {
        let seat = Seat::take(&app, who, role).await;
        let forms = routes::all();
        let forms = forms.iter().filter(|route| route.posts && !route.outside);
        for path in forms.flat_map(|route| route.paths(&ids)) {
            // What no activity and no endpoint knows is no address at all.
            let is_none = path.ends_with("/nothing")
                || (path.contains("/activities/act_")
                    && ["ping", "pause", "resume", "rotate", "replay", "end-replay"]
                        .iter()
                        .any(|action| path.ends_with(&format!("/{action}"))))
                || (path.contains("/webhooks/end_")
                    && ![
                        "edit",
                        "ping",
                        "pause",
                        "resume",
                        "rotate",
                        "replay",
                        "end-replay",
                        "delete",
                    ]
                    .iter()
                    .any(|action| path.ends_with(&format!("/{action}"))));
            if OWN.contains(&path.as_str()) || is_none {
                continue;
            }
            let before = app.entries().await;
            let fields = [
                ("/replay", "none"),
                ("/grace_hours", "0"),
                ("version", "1"),
                ("step", "do"),
            ];
            let answer = seat.post(&path, &fields).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
            let entry = app.new_since(&before).await;
            assert_eq!(
                (entry.outcome.as_str(), entry.role.as_deref()),
                ("refused", Some(role)),
                "{path}"
            );
            walked += 1;
        }
    }
    assert!(walked > 50, "{walked}");
}

async fn who_comes_second_is_told_who_was_first(db: TestDb) {
    let app = start(db).await;
    let browser = Seat::take(&app, "hanmeimei", "office").await;
    let seen = app.drafted(json!({})).await;
    let page = browser
        .get(&format!("/console/activities/{}/edit", seen.id))
        .await
        .expect(200)
        .text();
    let (version, base) = (hidden(&page, "version"), hidden(&page, "base"));
    app.call(Method::PATCH, seen.path())
        .token(&app.tokens.office)
        .json(&json!({"title": {"zh": "另一个"}}))
        .if_match(&seen.etag)
        .send()
        .await
        .expect(200);
    let fields = [
        ("version", version.as_str()),
        ("base", base.as_str()),
        ("/summary/zh", "又一份简介"),
    ];
    let path = format!("/console/activities/{}/edit", seen.id);
    let answer = browser.post(&path, &fields).await;
    assert!(
        answer.text().contains("Changed last by a test"),
        "{} {}",
        answer.status,
        answer.text()
    );
}
