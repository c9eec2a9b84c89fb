//! The table of rights, held against what the API and the console do.

use hyper::Method;
use serde_json::{Value, json};
use yueli::{
    config::SecondFactorRule,
    domain::{
        rights::{Deed, table},
        role::{Office, Role},
    },
};

use super::seat::Seat;
use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
};

on_both!(
    each_role_may_do_what_the_table_says_by_token_and_by_form,
    another_districts_draft_is_not_there,
);

#[test]
fn the_table_in_the_docs_is_the_one_that_is_asked() {
    let docs = include_str!("../../../docs/RIGHTS.md");
    assert_eq!(
        docs,
        table(),
        "print it anew: yueli rights > docs/RIGHTS.md"
    );
}

const ROLES: [&str; 6] = [
    "admin",
    "office",
    "district:haidian",
    "district:chaoyang",
    "viewer",
    "partner",
];

/// An action with what it needs before and a body that it takes.
fn actions() -> Vec<(&'static str, Deed, bool, Value)> {
    let day = json!({"precision": "day", "starts_on": "2021-12-09"});
    vec![
        ("submit", Deed::Submit, false, json!({})),
        ("return", Deed::Return, false, json!({})),
        ("announce", Deed::Announce, false, json!({})),
        ("reschedule", Deed::Reschedule, true, json!({ "when": day })),
        (
            "relocate",
            Deed::Relocate,
            true,
            json!({"districts": ["yanqing"]}),
        ),
        (
            "change-format",
            Deed::ChangeFormat,
            true,
            json!({"mode": "online"}),
        ),
        ("postpone", Deed::Postpone, true, json!({})),
        ("cancel", Deed::Cancel, true, json!({})),
        ("reinstate", Deed::Reinstate, true, json!({})),
        ("hold", Deed::Hold, true, json!({})),
        (
            "withdraw",
            Deed::Withdraw,
            true,
            json!({"reason": {"code": "other"}}),
        ),
    ]
}

/// An activity of Haidian's as an action needs it.
async fn prepared(app: &TestApp, action: &str, public: bool) -> Draft {
    let when = match action {
        "hold" => "2021-06-01",
        _ => "2021-12-01",
    };
    let over = json!({"office": "haidian", "when": {"precision": "day", "starts_on": when}});
    let made = app
        .post(&app.tokens.office, "/api/v1/activities", &draft(over))
        .send()
        .await;
    let mut seen = Draft::of(&made.expect(201));
    if action == "return" {
        seen = Draft::of(&app.act(&seen, "submit", json!({})).await.expect(200));
    }
    if public {
        seen = Draft::of(&app.act(&seen, "announce", json!({})).await.expect(200));
    }
    if action == "reinstate" {
        seen = Draft::of(&app.act(&seen, "cancel", json!({})).await.expect(200));
    }
    seen
}

/// A JSON body as a form's fields.
fn fields(body: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    fn walk(at: String, value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(object) => object
                .iter()
                .for_each(|(key, value)| walk(format!("{at}/{key}"), value, found)),
            Value::Array(items) => items
                .iter()
                .for_each(|item| found.push((at.clone(), item.as_str().unwrap().to_owned()))),
            other => found.push((at, other.as_str().unwrap_or_default().to_owned())),
        }
    }
    walk(String::new(), body, &mut found);
    found
}

async fn each_role_may_do_what_the_table_says_by_token_and_by_form(db: TestDb) {
    let (app, _) = super::second_factor::app(db, SecondFactorRule::Optional).await;
    let office = Office::District("haidian".parse().unwrap());
    for (number, role) in ROLES.into_iter().enumerate() {
        let parsed: Role = role.parse().unwrap();
        let seat = Seat::take(&app, &format!("person-{number}"), role).await;
        let token = yueli::store::tokens::create(
            app.services.db.writer(),
            "t",
            parsed,
            None,
            app.services.now(),
        );
        let token = token.await.unwrap().secret;
        for (action, deed, public, body) in actions() {
            let told = format!("{role} {action}");
            let may = parsed.may(deed, office);
            let sees = public || parsed.may(Deed::ReadDrafts, office);
            let seen = prepared(&app, action, public).await;
            let answer = app.act_as(&token, &seen, action, body.clone()).await;
            let refused = if parsed.is_editor() && !sees {
                404
            } else {
                403
            };
            assert_eq!(
                answer.status.as_u16(),
                if may { 200 } else { refused },
                "{told}: {}",
                answer.text()
            );

            let seen = prepared(&app, action, public).await;
            let id = seen.path().rsplit('/').next().unwrap().to_owned();
            let version = seen.etag.trim_matches(|c| c == '"' || c == 'v').to_owned();
            let at = format!("/console/activities/{id}/{action}");
            let body = fields(&body);
            let mut sent: Vec<(&str, &str)> = vec![("step", "do"), ("version", &version)];
            sent.extend(
                body.iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            );
            if action == "return" {
                sent.push(("/comment", "请补充地点"));
            }
            let answer = seat.post(&at, &sent).await;
            let expected = if may {
                303
            } else if sees {
                403
            } else {
                404
            };
            assert_eq!(
                answer.status.as_u16(),
                expected,
                "{told} by form: {}",
                answer.text()
            );
        }
        // What has no activity.
        let made = app
            .post(
                &token,
                "/api/v1/activities",
                &draft(json!({"office": "haidian"})),
            )
            .send()
            .await;
        let may = parsed.may(Deed::WriteActivity, office);
        assert_eq!(
            made.status.as_u16(),
            if may { 201 } else { 403 },
            "{role} writes"
        );
        for (path, deed) in [
            ("/console/people", Deed::ManagePeople),
            ("/console/webhooks", Deed::Webhooks),
            ("/console/webhooks/new", Deed::Webhooks),
            ("/console/sources", Deed::ManageSources),
            ("/console/sources/new", Deed::ManageSources),
            ("/console/proposals", Deed::ReadDrafts),
            ("/console/rejections", Deed::ReadDrafts),
            ("/console/feeds", Deed::ReadClients),
            ("/console/activities", Deed::ReadDrafts),
            ("/console/activities/new", Deed::WriteActivity),
            ("/console/editions", Deed::ReadDrafts),
            ("/console/audit", Deed::ReadAudit),
        ] {
            let may = parsed.reach(deed) != yueli::domain::rights::Reach::None;
            let answer = seat.get(path).await;
            assert_eq!(
                answer.status.as_u16(),
                if may { 200 } else { 403 },
                "{role} {path}"
            );
        }
        let year = 2100 + i32::try_from(number).unwrap();
        let edition = json!({"year": year, "theme": {"zh": "主题"}});
        let made = app.post(&token, "/api/v1/editions", &edition).send().await;
        let may = parsed.reach(Deed::WriteReference) == yueli::domain::rights::Reach::All;
        assert_eq!(
            made.status.as_u16(),
            if may { 201 } else { 403 },
            "{role} writes editions"
        );
        let rolled = format!("/console/editions/{}/roll-over", 2021);
        let next = (2150 + number).to_string();
        let answer = seat.post(&rolled, &[("/year", &next)]).await;
        assert_eq!(
            answer.status.as_u16(),
            if may { 303 } else { 403 },
            "{role} rolls over: {}",
            answer.text()
        );
    }
}

async fn another_districts_draft_is_not_there(db: TestDb) {
    let (app, _) = super::second_factor::app(db, SecondFactorRule::Optional).await;
    let haidian = Seat::take(&app, "haidian", "district:haidian").await;
    let chaoyang = Seat::take(&app, "chaoyang", "district:chaoyang").await;
    let partner = Seat::take(&app, "partner", "partner").await;
    let title = "海淀的秘密路演";
    let own = [("/office", "haidian"), ("/districts", "haidian")];
    let id = haidian.draft(title, &own).await;
    let invented = "act_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for seat in [&chaoyang, &partner] {
        for rest in ["", "/edit", "/announce", "/submit", "/withdraw"] {
            let of = |id: &str| format!("/console/activities/{id}{rest}");
            let there = seat.get(&of(&id)).await.expect(404).text();
            let not = seat.get(&of(invented)).await.expect(404).text();
            assert_eq!(
                there.replace(&id, "ID"),
                not.replace(invented, "ID"),
                "{rest}"
            );
        }
        for rest in ["/edit", "/announce", "/delete"] {
            let at = format!("/console/activities/{id}{rest}");
            seat.post(&at, &[("version", "1"), ("step", "do")])
                .await
                .expect(404);
        }
    }
    for path in [
        "/console",
        "/console/activities",
        "/console/activities?q=秘密",
        "/console/activities?status=draft",
        "/console/activities?office=haidian",
        "/console/activities?district=haidian&edition=2021",
    ] {
        let path = path.replace("秘密", "%E7%A7%98%E5%AF%86");
        let page = chaoyang.get(&path).await.expect(200).text();
        assert!(!page.contains(title) && !page.contains(&id), "{path}");
        if path.contains('?') {
            let own = haidian.get(&path).await.expect(200).text();
            assert!(own.contains(title), "{path}");
        }
    }
    let token = &app.tokens.chaoyang;
    let answer = app
        .call(Method::GET, format!("/api/v1/activities/{id}"))
        .token(token);
    answer.send().await.problem(404, "not-found");
}
