//! Who came in, who left, and who was not let in.

use chrono::TimeDelta;
use serde_json::json;
use yueli::{
    commands::people::{
        Attempt, LoginRefused, PersonChange, add_person, begin_session, change_person,
        create_token, end_session, find_session, make_person, reset_person, revoke_token,
    },
    config::Settings,
    domain::role::{Caller, Role},
};

use super::told;
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    a_login_that_failed_is_written_down_once_a_minute_without_its_name,
    people_and_tokens_leave_their_entries,
);

fn attempt(login: &str, password: &str) -> Attempt {
    Attempt {
        login: login.to_owned(),
        password: password.to_owned(),
        network: "192.0.2.7".to_owned(),
        held: None,
    }
}

async fn a_login_that_failed_is_written_down_once_a_minute_without_its_name(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let services = &app.services;
    for _ in 0..3 {
        let refused = begin_session(services, attempt("lilei", "wrong password")).await;
        assert!(matches!(refused, Err(LoginRefused::Wrong)));
    }
    let entry = app.new_since(&[]).await;
    assert_eq!(
        told(&entry),
        json!({
            "role": null, "action": "session.begin", "subject": null, "outcome": "refused", "reason": "unauthorised",
            "fields": "", "position": null,
        })
    );
    assert_eq!(entry.actor_id, None);
    assert!(!format!("{entry:?}").contains("lilei"));
    let before = app.entries().await;
    clock.advance(TimeDelta::seconds(61));
    let refused = begin_session(services, attempt("lilei", "wrong password")).await;
    assert!(matches!(refused, Err(LoginRefused::Wrong)));
    app.new_since(&before).await;
}

async fn people_and_tokens_leave_their_entries(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let services = &app.services;
    let login = "hanmeimei".parse().unwrap();
    make_person(&services.db, &login, Role::Admin, None, &*clock)
        .await
        .unwrap();
    let made = app.new_since(&[]).await;
    assert_eq!(
        (
            made.actor_id.as_deref(),
            made.action.as_str(),
            made.fields.as_str()
        ),
        (Some("cli"), "user.create", "/login,/role")
    );
    let user = made.subject.unwrap();
    let password = reset_person(&services.db, &login, &*clock).await.unwrap();
    let begun = begin_session(services, attempt(&login.0, &password))
        .await
        .unwrap();
    let settings = Settings::default().console;
    let seat = find_session(services, &settings, &begun.secret)
        .await
        .unwrap()
        .unwrap();
    let caller = seat.caller();
    let other = "lilei".parse().unwrap();
    add_person(services, &caller, other, Role::Viewer, None)
        .await
        .unwrap();
    let language = PersonChange::Language(entity::vocab::Language::En);
    change_person(services, &caller, &user, language)
        .await
        .unwrap();
    change_person(services, &caller, &user, PersonChange::Disable)
        .await
        .unwrap_err();
    let viewer = Caller::new("tok_viewer", Role::Viewer);
    change_person(services, &viewer, &user, PersonChange::Password)
        .await
        .unwrap_err();
    create_token(services, &caller, "a robot", Role::Admin, None)
        .await
        .unwrap();
    let entries = app.entries().await;
    let token = entries
        .iter()
        .find(|entry| entry.action == "token.create")
        .unwrap();
    let token = token.subject.clone().unwrap();
    revoke_token(services, &caller, &token).await.unwrap();
    end_session(services, &seat).await.unwrap();
    let mut all: Vec<String> = app
        .entries()
        .await
        .iter()
        .map(|entry| {
            let actor = entry.actor_id.as_deref().unwrap_or("-");
            let actor = if actor == user { "she" } else { actor };
            let reason = entry.reason.as_deref().unwrap_or(&entry.outcome);
            format!("{actor} {} {reason}", entry.action)
        })
        .collect();
    all.sort_unstable();
    assert_eq!(
        all,
        [
            "cli user.create done",
            "cli user.password done",
            "she session.begin done",
            "she session.end done",
            "she token.create done",
            "she token.revoke done",
            "she user.create done",
            "she user.update conflict",
            "she user.update done",
            "tok_viewer user.password forbidden",
        ]
    );
    let all = format!("{:?}", app.entries().await);
    for word in ["hanmeimei", "lilei", "a robot", password.as_str()] {
        assert!(!all.contains(word), "{word}");
    }
}
