//! What another site has a browser send is refused, on every route that changes something.

use hyper::Method;
use yueli::config::SecondFactorRule;

use super::seat::{Seat, encoded};
use crate::support::db::{TestDb, on_both};

on_both!(no_form_of_another_site_is_taken);

/// The paths of every POST of the console, read from where they are registered: a new one is tested by itself.
fn posts() -> Vec<String> {
    let source = include_str!("../../../src/http/console/mod.rs");
    let mut found = Vec::new();
    for part in source.split(".route(").skip(1) {
        let path = part.split('"').nth(1).unwrap();
        let end = part.find(".route(").unwrap_or(part.len());
        let handler = part[..end].split(".layer").next().unwrap();
        if handler.contains("post(") {
            found.push(
                path.replace("{id}", "some")
                    .replace("{action}", "some")
                    .replace("{year}", "2021")
                    .replace("{office}", "city"),
            );
        }
    }
    found
}

async fn no_form_of_another_site_is_taken(db: TestDb) {
    let (app, _) = super::second_factor::app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let paths = posts();
    assert!(paths.len() >= 20, "{paths:?}");
    let foreign: [&[(&'static str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
    ];
    for path in &paths {
        for headers in foreign {
            let mut call = app
                .call(Method::POST, path.as_str())
                .header("cookie", &seat.cookie)
                .bytes(
                    "application/x-www-form-urlencoded",
                    encoded(&[("login", "x"), ("role", "admin")]),
                );
            for (name, value) in headers {
                call = call.header(name, value);
            }
            call.send().await.problem(403, "cross-site");
        }
    }
    let people = yueli::store::people::all(app.services.db.reader())
        .await
        .unwrap();
    assert_eq!(people.len(), 1);
    seat.get("/console").await.expect(200);
    // Our own pages, at the address that people know, and programs that are no browsers.
    for headers in [
        &[("origin", "https://yueli.example")][..],
        &[("sec-fetch-site", "none")][..],
        &[][..],
    ] {
        let mut call = app
            .call(Method::POST, "/console/filters")
            .header("cookie", &seat.cookie)
            .bytes(
                "application/x-www-form-urlencoded",
                encoded(&[("name", "a"), ("query", "q=x")]),
            );
        for (name, value) in headers {
            call = call.header(name, value);
        }
        call.send().await.expect(303);
    }
}
