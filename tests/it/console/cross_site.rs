//! What another site has a browser send is refused, on every route that changes something.

use hyper::Method;
use yueli::config::SecondFactorRule;

use super::{
    routes::{self, Ids},
    seat::{Seat, encoded},
    tables,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Call,
};

on_both!(
    no_form_of_another_site_is_taken,
    our_own_pages_are_known_by_what_browsers_say_of_them,
);

/// What every form could have in it.
const FIELDS: [(&str, &str); 14] = [
    ("login", "x"),
    ("password", "correct-horse-battery"),
    ("present", "correct-horse-battery"),
    ("role", "admin"),
    ("change", "disable"),
    ("name", "a"),
    ("query", "q=x"),
    ("language", "en"),
    ("version", "1"),
    ("step", "do"),
    ("/edition", "2021"),
    ("/strand", "year_round"),
    ("/title/zh", "别处来的"),
    ("/year", "2033"),
];

fn sent(app: &TestApp, cookie: &str, path: &str, headers: &[(&'static str, &str)]) -> Call {
    let mut call = app
        .call(Method::POST, path)
        .header("cookie", cookie)
        .bytes("application/x-www-form-urlencoded", encoded(&FIELDS));
    for (name, value) in headers {
        call = call.header(name, value);
    }
    call
}

async fn no_form_of_another_site_is_taken(db: TestDb) {
    let (app, _) = super::second_factor::app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let other = Seat::take(&app, "li.wei", "district:haidian").await;
    let ids = Ids {
        activity: other.draft("一项草稿", &[]).await,
        webhook: "end_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        person: super::seat::id_of(&app, "li.wei").await,
    };
    let foreign: [&[(&str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "nonsense")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://yueli.example.evil.example")],
        &[("origin", "null")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
    ];
    let before = tables::all(&app).await;
    let mut count = 0;
    for route in routes::all().iter().filter(|route| route.posts) {
        for path in route.paths(&ids) {
            for headers in foreign {
                let refused = sent(&app, &seat.cookie, &path, headers).send().await;
                refused.problem(403, "cross-site");
            }
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
    let after = tables::all(&app).await;
    assert_eq!(tables::changed(&before, &after), [""; 0]);
    seat.get("/console").await.expect(200);
}

async fn our_own_pages_are_known_by_what_browsers_say_of_them(db: TestDb) {
    let (app, _) = super::second_factor::app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let here = format!("http://{}", app.address);
    for headers in [
        &[("sec-fetch-site", "same-origin")][..],
        // At the address that people know, behind a proxy that asks by another one.
        &[("origin", "https://yueli.example")],
        &[("origin", here.as_str())],
        // Typed by somebody, and programs that are no browsers.
        &[("sec-fetch-site", "none")],
        &[],
    ] {
        let taken = sent(&app, &seat.cookie, "/console/filters", headers)
            .send()
            .await;
        taken.expect(303);
    }
}
