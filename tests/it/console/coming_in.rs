//! Logging in, being held up, staying, and being sent away.

use chrono::TimeDelta;
use hyper::Method;

use super::seat::{PASSWORD, Seat, cookie_of, hidden, login, person, post};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    nobody_comes_in_without_a_session,
    a_cookie_that_was_known_before_the_login_is_void_after_it,
    a_session_ends_when_it_is_idle_and_when_it_is_old,
    a_session_ends_with_the_right_to_be_there,
    two_hundred_wrong_logins_are_held_up_and_known_and_unknown_ones_alike,
    many_wrong_logins_at_once_are_as_many,
    what_is_sent_after_the_session_is_shown_again_but_for_passwords,
    every_answer_is_for_one_person_alone,
);

async fn optional(db: TestDb) -> (TestApp, std::sync::Arc<yueli::clock::ManualClock>) {
    super::second_factor::app(db, yueli::config::SecondFactorRule::Optional).await
}

async fn nobody_comes_in_without_a_session(db: TestDb) {
    let (app, _) = optional(db).await;
    for path in [
        "/console",
        "/console/activities",
        "/console/people",
        "/console/webhooks",
    ] {
        let sent = app.get(path).await.expect(303);
        assert!(
            sent.header("location").starts_with("/console/login"),
            "{path}"
        );
        let forged = app
            .call(Method::GET, path)
            .header("cookie", "__Host-yueli=AAAA");
        assert!(
            forged
                .send()
                .await
                .expect(303)
                .header("location")
                .starts_with("/console/login")
        );
    }
    person(&app, "li.wei", "viewer").await;
    let refused = login(&app, "li.wei", "wrong password").await.expect(401);
    assert!(refused.headers.get("set-cookie").is_none());
    let entered = login(&app, "li.wei", PASSWORD).await.expect(303);
    let cookie = entered.header("set-cookie");
    assert!(cookie.starts_with("__Host-yueli="), "{cookie}");
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}

async fn a_cookie_that_was_known_before_the_login_is_void_after_it(db: TestDb) {
    let (app, _) = optional(db).await;
    let before = Seat::take(&app, "li.wei", "office").await;
    let again = post(
        &app,
        "/console/login",
        &[("login", "li.wei"), ("password", PASSWORD)],
    )
    .header("cookie", &before.cookie)
    .send()
    .await
    .expect(303);
    assert_ne!(cookie_of(&again), before.cookie);
    before.get("/console").await.expect(303);
    let invented = post(
        &app,
        "/console/login",
        &[("login", "li.wei"), ("password", PASSWORD)],
    )
    .header("cookie", "__Host-yueli=invented")
    .send()
    .await
    .expect(303);
    assert_ne!(cookie_of(&invented), "__Host-yueli=invented");
    let now = Seat {
        app: &app,
        cookie: cookie_of(&invented),
        language: "en",
    };
    now.get("/console").await.expect(200);
    now.post("/console/logout", &[]).await.expect(303);
    now.get("/console").await.expect(303);
}

async fn a_session_ends_when_it_is_idle_and_when_it_is_old(db: TestDb) {
    let (app, clock) = optional(db).await;
    let seat = Seat::take(&app, "li.wei", "office").await;
    for _ in 0..11 {
        clock.advance(TimeDelta::minutes(61));
        seat.get("/console").await.expect(200);
    }
    clock.advance(TimeDelta::minutes(61));
    seat.get("/console").await.expect(303);
    let seat = Seat::take(&app, "wang", "office").await;
    clock.advance(TimeDelta::minutes(119));
    seat.get("/console").await.expect(200);
    clock.advance(TimeDelta::minutes(121));
    seat.get("/console").await.expect(303);
}

async fn a_session_ends_with_the_right_to_be_there(db: TestDb) {
    let (app, _) = optional(db).await;
    let admin = Seat::take(&app, "root", "admin").await;
    let seat = Seat::take(&app, "li.wei", "office").await;
    let other = login(&app, "li.wei", PASSWORD).await.expect(303);
    let other = Seat {
        app: &app,
        cookie: cookie_of(&other),
        language: "en",
    };
    let fields = [("present", PASSWORD), ("password", "another-long-password")];
    seat.post("/console/account/password", &fields)
        .await
        .expect(303);
    seat.get("/console").await.expect(200);
    other.get("/console").await.expect(303);
    let people = yueli::store::people::find_by_login(app.services.db.reader(), "li.wei");
    let id = people.await.unwrap().unwrap().id;
    let at = format!("/console/people/{id}");
    admin.post(&at, &[("change", "disable")]).await.expect(303);
    seat.get("/console").await.expect(303);
    login(&app, "li.wei", "another-long-password")
        .await
        .expect(401);
    admin.post(&at, &[("change", "enable")]).await.expect(303);
    login(&app, "li.wei", "another-long-password")
        .await
        .expect(303);
    // The only admin stays one.
    let people = yueli::store::people::find_by_login(app.services.db.reader(), "root");
    let own = format!("/console/people/{}", people.await.unwrap().unwrap().id);
    admin.post(&own, &[("change", "disable")]).await.expect(422);
    admin.get("/console/people").await.expect(200);
}

async fn two_hundred_wrong_logins_are_held_up_and_known_and_unknown_ones_alike(db: TestDb) {
    let (app, clock) = optional(db).await;
    person(&app, "li.wei", "office").await;
    let mut seen = Vec::new();
    for who in ["li.wei", "nobody"] {
        let mut statuses = Vec::new();
        for _ in 0..100 {
            let answer = login(&app, who, "wrong password").await;
            if answer.status == 429 {
                assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
            }
            statuses.push(answer.status.as_u16());
        }
        seen.push(statuses);
        // What the network has to wait for is over; the accounts' waits are apart.
        clock.advance(TimeDelta::hours(25));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].iter().filter(|status| **status == 401).count(), 6);
    assert_eq!(seen[0].iter().filter(|status| **status == 429).count(), 94);
    // The right one is not looked at while it is held, and is afterwards.
    for _ in 0..6 {
        login(&app, "li.wei", "wrong password").await.expect(401);
    }
    login(&app, "li.wei", PASSWORD).await.expect(429);
    clock.advance(TimeDelta::seconds(61));
    login(&app, "li.wei", PASSWORD).await.expect(303);
    // What was right forgives what was wrong before.
    for _ in 0..5 {
        login(&app, "li.wei", "wrong password").await.expect(401);
    }
    login(&app, "li.wei", PASSWORD).await.expect(303);
}

async fn many_wrong_logins_at_once_are_as_many(db: TestDb) {
    let (app, _) = optional(db).await;
    person(&app, "li.wei", "office").await;
    let tries = (0..40).map(|_| login(&app, "li.wei", "wrong password"));
    let answers = futures_util::future::join_all(tries).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(
        looked_at, 6,
        "tries at the same time are counted before they are looked at"
    );
}

async fn what_is_sent_after_the_session_is_shown_again_but_for_passwords(db: TestDb) {
    let (app, clock) = optional(db).await;
    let seat = Seat::take(&app, "li.wei", "office").await;
    clock.advance(TimeDelta::hours(13));
    let fields = [
        ("/title/zh", "写了很久的<标题>"),
        ("/summary/zh", "第一行\r\n第二行"),
    ];
    let over = seat
        .post("/console/activities/new", &fields)
        .await
        .expect(401)
        .text();
    assert!(over.contains("写了很久的&#60;标题&#62;"), "{over}");
    assert!(over.contains("action=\"/console/activities/new\""));
    let fields = [("present", "my-old-secret"), ("password", "my-new-secret")];
    let over = seat
        .post("/console/account/password", &fields)
        .await
        .expect(401)
        .text();
    assert!(!over.contains("my-old-secret") && !over.contains("my-new-secret"));
    assert!(!hidden_is_there(&over));
}

fn hidden_is_there(page: &str) -> bool {
    page.contains("name=\"password\"")
}

async fn every_answer_is_for_one_person_alone(db: TestDb) {
    let (app, _) = optional(db).await;
    let seat = Seat::take(&app, "li.wei", "admin").await;
    let id = seat.draft("一项草稿", &[]).await;
    let page = seat
        .get(&format!("/console/activities/{id}/announce"))
        .await
        .expect(200);
    assert!(!hidden(&page.text(), "key").is_empty());
    for path in [
        "/console",
        "/console/login",
        "/console/people",
        "/console/nothing",
        &format!("/console/activities/{id}"),
    ] {
        let answer = seat.get(path).await;
        if answer.status == 404 && path.ends_with("nothing") {
            continue;
        }
        assert_eq!(
            answer.header("cache-control"),
            "private, no-store",
            "{path}"
        );
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("x-robots-tag"), "noindex", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("default-src 'none'"),
            "{path}"
        );
    }
    for path in ["/zh/", "/feeds/zh/all.ics", "/api/v1/districts"] {
        assert!(
            app.get(path).await.headers.get("set-cookie").is_none(),
            "{path}"
        );
    }
}
