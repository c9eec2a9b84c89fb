//! The second factor: whom it is asked of, and that no code is taken twice.

use std::sync::Arc;

use totp_rs::{Builder, Secret};
use yueli::{
    clock::{Clock, ManualClock},
    config::{Role as ServeRole, SecondFactorRule},
};

use super::seat::{PASSWORD, Seat, cookie_of, login};
use crate::support::{
    app::{NOW, TestApp, at},
    db::{TestDb, on_both},
};

on_both!(
    the_organising_office_gets_nowhere_without_one,
    a_code_is_asked_for_and_taken_once,
);

pub(super) async fn app(db: TestDb, rule: SecondFactorRule) -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let app = TestApp::start_with(db, clock.clone(), |settings| {
        settings.roles = vec![ServeRole::Web];
        settings.console.second_factor = rule;
        settings.secrets.keys = vec![yueli::vault::Key::random()];
    });
    (app.await, clock)
}

pub(super) fn code(secret: &str, clock: &ManualClock) -> String {
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .build_noncompliant();
    let now = u64::try_from(clock.now().timestamp()).unwrap();
    totp.generate(now).to_string()
}

pub(super) fn shown_secret(page: &str) -> String {
    let (_, rest) = page.split_once("<code>").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

async fn the_organising_office_gets_nowhere_without_one(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Required).await;
    for (who, role, asked) in [
        ("a", "admin", true),
        ("b", "office", true),
        ("c", "district:haidian", false),
        ("d", "viewer", false),
    ] {
        let seat = Seat::take(&app, who, role).await;
        let answer = seat.get("/console").await;
        if !asked {
            answer.expect(200);
            continue;
        }
        assert!(
            answer
                .expect(303)
                .header("location")
                .starts_with("/console/second-factor")
        );
        for path in ["/console/people", "/console/activities/new"] {
            seat.get(path).await.expect(303);
        }
        let refused = seat
            .post("/console/activities/new", &[("/title/zh", "x")])
            .await;
        refused.expect(401);
    }
    assert_eq!(app.head().await, 0);
}

async fn a_code_is_asked_for_and_taken_once(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Required).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let page = seat.get("/console/second-factor").await.expect(200).text();
    let secret = shown_secret(&page);
    let row = yueli::store::people::find_by_login(app.services.db.reader(), "root");
    let row = row.await.unwrap().unwrap();
    assert_ne!(
        row.second_factor.as_deref(),
        Some(secret.as_str()),
        "it lies sealed"
    );
    seat.post("/console/second-factor", &[("code", "000000x")])
        .await
        .expect(422);
    let first = code(&secret, &clock);
    let confirmed = seat
        .post("/console/second-factor", &[("code", &first)])
        .await
        .expect(303);
    // Another id from now on; the old one is void.
    seat.get("/console").await.expect(303);
    let seat = Seat {
        app: &app,
        cookie: cookie_of(&confirmed),
        language: "en",
    };
    seat.get("/console").await.expect(200);

    let half = login(&app, "root", PASSWORD).await.expect(303);
    assert_eq!(half.header("location"), "/console/code");
    let half = Seat {
        app: &app,
        cookie: cookie_of(&half),
        language: "en",
    };
    for path in ["/console", "/console/people", "/console/account"] {
        let sent = half.get(path).await.expect(303);
        assert!(
            sent.header("location").starts_with("/console/code"),
            "{path}"
        );
    }
    half.post("/console/people", &[("login", "x"), ("role", "admin")])
        .await
        .expect(401);
    // The code that took it into use is not taken again.
    half.post("/console/code", &[("code", &first)])
        .await
        .expect(401);
    clock.advance(chrono::TimeDelta::seconds(30));
    let next = code(&secret, &clock);
    let given = [("code", next.as_str())];
    let both = [
        half.post("/console/code", &given),
        half.post("/console/code", &given),
    ];
    let answers = futures_util::future::join_all(both).await;
    let entered: Vec<_> = answers
        .iter()
        .filter(|answer| answer.headers.contains_key("set-cookie"))
        .collect();
    assert_eq!(entered.len(), 1, "one code lets one in");
    let seat = Seat {
        app: &app,
        cookie: cookie_of(entered[0]),
        language: "en",
    };
    seat.get("/console/people").await.expect(200);
    half.get("/console/people").await.expect(303);
}
