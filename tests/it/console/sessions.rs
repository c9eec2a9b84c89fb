//! How far a session goes: what ends it, what half of one opens, and what its answers say to caches and browsers.

use chrono::TimeDelta;
use hyper::Method;
use serde_json::json;
use yueli::config::SecondFactorRule;

use super::{
    routes::{self, Ids},
    seat::{PASSWORD, Seat, encoded, id_of, login, person, post},
    second_factor::{app, code, shown_secret},
    tables,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    who_may_less_loses_sessions_and_tokens,
    half_a_session_opens_no_page_and_no_form,
    half_a_session_lasts_ten_minutes,
    a_login_ends_whatever_session_the_browser_held,
    every_answer_of_the_console_is_for_one_person_alone,
    the_public_neither_gets_nor_needs_a_cookie,
);

/// A token that somebody makes at their account's page.
async fn token(seat: &Seat<'_>) -> String {
    let page = seat.page("/console/account").await;
    let form = page.form("/console/account/tokens").with("name", "程序");
    let made = form.send(seat).await.expect(200).text();
    shown_secret(&made)
}

async fn who_may_less_loses_sessions_and_tokens(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let root = Seat::take(&app, "root", "admin").await;
    let reads = async |token: &str| {
        let path = "/api/v1/editions/2021/contacts";
        let answer = app.call(Method::GET, path).token(token).send().await;
        answer.status.as_u16()
    };
    for (who, role, other) in [
        ("wang", "admin", "office"),
        ("li", "office", "viewer"),
        ("zhao", "district:haidian", "district:chaoyang"),
    ] {
        let seat = Seat::take(&app, who, role).await;
        let token = token(&seat).await;
        assert_eq!(reads(&token).await, 200, "{role}");
        let at = format!("/console/people/{}", id_of(&app, who).await);
        let change = [("change", "role"), ("role", other)];
        root.post(&at, &change).await.expect(303);
        seat.get("/console").await.expect(303);
        assert_eq!(reads(&token).await, 401, "{role} is {other} by now");
        // It is theirs again with the role that made it.
        let change = [("change", "role"), ("role", role)];
        root.post(&at, &change).await.expect(303);
        assert_eq!(reads(&token).await, 200, "{role}");
        root.post(&at, &[("change", "disable")]).await.expect(303);
        assert_eq!(reads(&token).await, 401, "{role} is disabled");
        root.post(&at, &[("change", "enable")]).await.expect(303);
        // Another password made by an admin, which begins anew.
        for change in ["password", "second-factor"] {
            let seat = match change {
                "password" => Seat::of(&app, &login(&app, who, PASSWORD).await.expect(303)),
                _ => {
                    let reset = root.post(&at, &[("change", "password")]).await.expect(200);
                    let password = shown_secret(&reset.text());
                    Seat::of(&app, &login(&app, who, &password).await.expect(303))
                }
            };
            seat.get("/console").await.expect(200);
            let done = root.post(&at, &[("change", change)]).await;
            assert!(done.status.as_u16() < 400, "{}", done.text());
            // Who has no second factor keeps what they have: nothing was changed.
            let expected = if change == "password" { 303 } else { 200 };
            seat.get("/console").await.expect(expected);
        }
    }
}

/// What every route of the inside says to somebody, with nothing changed in the database by it.
async fn turned_away(app: &TestApp, cookie: &str, to: &str) {
    let ids = Ids {
        activity: app.drafted(json!({})).await.id,
        webhook: "end_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        person: id_of(app, "root").await,
    };
    let before = tables::all(app).await;
    for route in routes::all().iter().filter(|route| !route.outside) {
        for path in route.paths(&ids) {
            if route.gets {
                let call = app.call(Method::GET, &path).header("cookie", cookie);
                let sent = call.send().await.expect(303);
                let location = sent.header("location");
                assert!(location.starts_with(to), "{path}: {location}");
            }
            if route.posts {
                let fields = [
                    ("login", "x"),
                    ("role", "admin"),
                    ("version", "1"),
                    ("step", "do"),
                ];
                let call = post(app, &path, &fields).header("cookie", cookie);
                call.send().await.expect(401);
            }
        }
    }
    let after = tables::all(app).await;
    assert_eq!(tables::changed(&before, &after), [""; 0], "{to}");
}

async fn half_a_session_opens_no_page_and_no_form(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Required).await;
    let seat = Seat::take(&app, "root", "admin").await;
    // A password alone, where a second factor is asked of the role.
    turned_away(&app, &seat.cookie, "/console/second-factor").await;
    let page = seat.get("/console/second-factor").await.expect(200).text();
    let given = code(&shown_secret(&page), &clock);
    let seat = seat
        .post("/console/second-factor", &[("code", &given)])
        .await;
    Seat::of(&app, &seat.expect(303))
        .get("/console")
        .await
        .expect(200);
    // A password alone, where a code is to follow.
    let half = Seat::of(&app, &login(&app, "root", PASSWORD).await.expect(303));
    turned_away(&app, &half.cookie, "/console/code").await;
    let sent = half.get("/console/second-factor").await.expect(303);
    assert!(sent.header("location").starts_with("/console/login"));
    let fields = [("code", given.as_str())];
    let sent = half.post("/console/second-factor", &fields).await;
    assert!(sent.expect(303).headers.get("set-cookie").is_none());
    // Nothing at all, and what never was a session.
    turned_away(&app, "a=b", "/console/login").await;
    turned_away(&app, "__Host-yueli=invented", "/console/login").await;
}

async fn half_a_session_lasts_ten_minutes(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Required).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let page = seat.get("/console/second-factor").await.expect(200).text();
    let secret = shown_secret(&page);
    let fields = [("code", &*code(&secret, &clock))];
    seat.post("/console/second-factor", &fields)
        .await
        .expect(303);
    let half = Seat::of(&app, &login(&app, "root", PASSWORD).await.expect(303));
    clock.advance(TimeDelta::minutes(9));
    half.get("/console/code").await.expect(200);
    clock.advance(TimeDelta::minutes(1));
    let fields = [("code", &*code(&secret, &clock))];
    let sent = half.post("/console/code", &fields).await.expect(303);
    assert_eq!(sent.header("location"), "/console/login");
    assert!(sent.headers.get("set-cookie").is_none());
}

async fn a_login_ends_whatever_session_the_browser_held(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    person(&app, "zhao", "viewer").await;
    let before = Seat::take(&app, "li.wei", "office").await;
    let fields = [("login", "zhao"), ("password", PASSWORD)];
    let again = post(&app, "/console/login", &fields).header("cookie", &before.cookie);
    let now = Seat::of(&app, &again.send().await.expect(303));
    before.get("/console").await.expect(303);
    // A wrong login ends nothing, and neither does a foreign one.
    let fields = [("login", "zhao"), ("password", "wrong password")];
    let wrong = post(&app, "/console/login", &fields).header("cookie", &now.cookie);
    assert!(
        wrong
            .send()
            .await
            .expect(401)
            .headers
            .get("set-cookie")
            .is_none()
    );
    now.get("/console").await.expect(200);
    let gone = now.post("/console/logout", &[]).await.expect(303);
    let cookie = gone.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-yueli=;") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    now.get("/console").await.expect(303);
    now.post("/console/filters", &[("name", "x")])
        .await
        .expect(401);
}

#[track_caller]
fn is_private(answer: &Answer, told: &str) {
    let is_problem = answer.header("content-type") == "application/problem+json";
    for (name, value) in [
        (
            "cache-control",
            if is_problem {
                "no-store"
            } else {
                "private, no-store"
            },
        ),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex"),
    ] {
        assert_eq!(answer.header(name), value, "{told}: {}", answer.status);
    }
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{told}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(answer.headers.get("etag").is_none(), "{told}");
}

async fn every_answer_of_the_console_is_for_one_person_alone(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let ids = Ids {
        activity: seat.draft("一项草稿", &[]).await,
        webhook: "end_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        person: id_of(&app, "root").await,
    };
    let mut statuses = std::collections::BTreeSet::new();
    for route in routes::all() {
        for (number, path) in route.paths(&ids).into_iter().enumerate() {
            for method in [
                Method::GET,
                Method::HEAD,
                Method::PUT,
                Method::DELETE,
                Method::OPTIONS,
            ] {
                let call = app
                    .call(method.clone(), &path)
                    .header("cookie", &seat.cookie);
                let answer = call.send().await;
                is_private(&answer, &format!("{method} {path}"));
                statuses.insert(answer.status.as_u16());
                let stranger = app.call(method.clone(), &path).send().await;
                is_private(&stranger, &format!("{method} {path} by a stranger"));
            }
            if route.posts && path != "/console/logout" {
                let huge = if number == 0 { 9 * 1024 * 1024 } else { 0 };
                for (site, body) in [
                    ("cross-site", String::new()),
                    ("same-origin", encoded(&[("version", "0")])),
                    ("same-origin", "x".repeat(huge)),
                ] {
                    let call = app
                        .call(Method::POST, &path)
                        .header("cookie", &seat.cookie)
                        .header("sec-fetch-site", site)
                        .bytes("application/x-www-form-urlencoded", body);
                    // A body that is not wanted is not read to its end.
                    if let Ok(answer) = call.exchange().await {
                        is_private(&answer, &format!("POST {path}"));
                        statuses.insert(answer.status.as_u16());
                    }
                }
            }
        }
    }
    for path in [
        "/console/activities/%FF",
        "/console/activities/x/edit",
        "/console/%FF",
    ] {
        let answer = seat.get(path).await;
        is_private(&answer, path);
        statuses.insert(answer.status.as_u16());
    }
    for status in [200, 303, 400, 401, 403, 404, 405, 409, 413, 422] {
        assert!(
            statuses.contains(&status),
            "no answer was {status}: {statuses:?}"
        );
    }
    assert!(statuses.iter().all(|status| *status < 500), "{statuses:?}");
}

async fn the_public_neither_gets_nor_needs_a_cookie(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let seen = app.announced(json!({})).await;
    seat.draft("一项草稿", &[]).await;
    let page = format!(
        "/zh/e/{}-{}",
        seen.id,
        seen.activity["slug"].as_str().unwrap()
    );
    let history = format!("{page}/history");
    for path in [
        "/",
        "/zh/",
        "/en/",
        &page,
        &history,
        "/zh/notices",
        "/zh/agenda",
        "/zh/promise/2021",
        "/zh/search?q=x",
        "/zh/subscribe",
        "/embed/agenda",
        "/embed.js",
        "/robots.txt",
        "/sitemap.xml",
        "/feeds/zh/all.ics",
        "/feeds/en/all.rss",
        "/feeds/zh/all.json",
        "/feeds/zh/feeds.opml",
        "/api/v1/activities",
        "/api/v1/notices",
        "/api/openapi.json",
        "/nothing",
        "/zh/nothing",
        "/healthz",
    ] {
        let without = app
            .call(Method::GET, path)
            .header("accept", "text/html")
            .send()
            .await;
        let with = app
            .call(Method::GET, path)
            .header("accept", "text/html")
            .header("cookie", &seat.cookie)
            .send()
            .await;
        assert_eq!(with.status, without.status, "{path}");
        assert_eq!(with.body, without.body, "{path}");
        for answer in [&with, &without] {
            assert!(answer.headers.get("set-cookie").is_none(), "{path}");
            let vary = answer.header("vary").to_ascii_lowercase();
            assert!(!vary.contains("cookie"), "{path}: {vary}");
        }
        assert_eq!(
            with.headers.get("etag"),
            without.headers.get("etag"),
            "{path}"
        );
    }
    // The cookie opens nothing but the console: programs have tokens.
    let call = app
        .call(Method::POST, "/api/v1/activities")
        .header("cookie", &seat.cookie);
    call.json(&json!({}))
        .send()
        .await
        .problem(401, "unauthorised");
}
