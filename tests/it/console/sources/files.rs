//! Files that people bring, and what is none.

use super::{bring, calendar, entry, said, start, text};
use crate::{
    console::{
        routes::{self, Ids},
        seat::Seat,
        tables,
    },
    support::db::{TestDb, on_both},
};

on_both!(
    a_file_is_read_like_an_answer,
    what_is_no_file_is_refused_and_nothing_is_done,
    no_body_breaks_a_form_of_a_source,
);

/// A source without an address; its page.
async fn without_address(seat: &Seat<'_>) -> String {
    let path = "/console/sources/new";
    let form = seat.page(path).await.form(path).with("/name", "上报表");
    let made = form.send(seat).await.expect(303);
    let to = made.header("location");
    to.trim_end_matches("?made").to_owned()
}

async fn a_file_is_read_like_an_answer(db: TestDb) {
    let app = start(db).await;
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    let at = without_address(&seat).await;
    let file = format!("{at}/file");
    let page = seat.page(&at).await;
    assert!(
        !page
            .forms()
            .iter()
            .any(|form| form.action.ends_with("/poll"))
    );
    let form = seat.page(&file).await.form(&file);
    assert_eq!(form.method, "post");
    let four: Vec<String> = (1..=4)
        .map(|n| entry(&format!("{n}@a"), &format!("第{n}场专题路演活动"), n))
        .collect();
    let bytes = calendar(&four);
    let brought = bring(&seat, &file, &[("file", Some("a.ics"), bytes.as_bytes())]).await;
    let page = text(&seat.follow(brought).await);
    assert!(page.contains("Entries: 4, new proposals: 4."), "{page}");
    // Half of it, and more, is gone: nothing is taken until somebody says that this is all.
    let bytes = calendar(&four[..1]);
    let parts = [("file", Some("a.ics"), bytes.as_bytes())];
    let page = text(&seat.follow(bring(&seat, &file, &parts).await).await);
    assert!(page.contains("doubtful, not taken"), "{page}");
    let to = seat.get(&format!("{at}/whole")).await.expect(303);
    let asks = seat.get(to.header("location")).await.expect(200).text();
    assert!(
        asks.contains("name=\"whole\" value=\"true\" checked"),
        "{asks}"
    );
    let parts = [parts[0], ("whole", None, b"true".as_slice())];
    let page = text(&seat.follow(bring(&seat, &file, &parts).await).await);
    assert!(page.contains("Entries: 1, new proposals: 3."), "{page}");
}

async fn what_is_no_file_is_refused_and_nothing_is_done(db: TestDb) {
    let app = start(db).await;
    let seat = Seat::take(&app, "office", "office").await;
    let at = without_address(&seat).await;
    let file = format!("{at}/file");
    let before = tables::all(&app).await;
    for parts in [
        &[][..],
        &[("file", Some(""), b"".as_slice())],
        &[("other", Some("a.ics"), b"BEGIN:VCALENDAR".as_slice())],
    ] {
        let answer = bring(&seat, &file, parts).await.expect(422);
        assert!(text(&answer.text()).contains("Choose a file."));
    }
    let huge = vec![b'a'; 5 * 1024 * 1024 + 1];
    let answer = bring(&seat, &file, &[("file", Some("a.ics"), &huge)]).await;
    assert!(text(&answer.expect(422).text()).contains("The file is too large: 5 MB at most."));
    seat.post(&file, &[("file", "x")]).await.expect(422);
    let changed = tables::changed(&before, &tables::all(&app).await);
    assert!(changed.iter().all(|table| *table == "audit"), "{changed:?}");
    // What cannot be read is told, and written down.
    let broken = [("file", Some("a.ics"), b"\x00\xffnothing".as_slice())];
    let page = text(&seat.follow(bring(&seat, &file, &broken).await).await);
    assert!(
        page.contains("not taken") && page.contains("Cannot be read"),
        "{page}"
    );
    // Somebody whose session is over is told that no file was taken.
    let stranger = Seat {
        app: &app,
        cookie: "a=b".to_owned(),
        language: "en",
    };
    let answer = bring(&stranger, &file, &broken).await.expect(401);
    assert!(text(&answer.text()).contains("The file was not taken"));
    assert!(!answer.text().contains("nothing"), "it is not sent back");
}

async fn no_body_breaks_a_form_of_a_source(db: TestDb) {
    let app = start(db).await;
    let seat = Seat::take(&app, "office", "office").await;
    let at = without_address(&seat).await;
    let two = [
        entry("1@a", "人工智能专场", 1),
        entry("2@a", "碳中和论坛", 9),
    ];
    let bytes = calendar(&two);
    let parts = [("file", Some("a.ics"), bytes.as_bytes())];
    bring(&seat, &format!("{at}/file"), &parts)
        .await
        .expect(303);
    let page = seat.page("/console/proposals").await;
    let links = page.values("href");
    let first = |start: &str| {
        let found = links.iter().find(|to| to.starts_with(start)).unwrap();
        found.trim_end_matches("/accept").to_owned()
    };
    let ids = [
        ("/console/sources/some", at.clone()),
        ("/console/proposals/some", first("/console/proposals/prp_")),
        ("/console/fetches/some", first("/console/fetches/")),
    ];
    let bodies: [&[(&str, &str)]; 5] = [
        &[],
        &[
            ("version", "99999999999999999999"),
            ("seen", "x"),
            ("base", "{\"//\": [\"<b>\"]}"),
        ],
        &[
            ("version", "1"),
            ("/trust/9/x", "1"),
            ("/interval_minutes", "1e999"),
            ("/name", ""),
        ],
        &[
            ("/when/precision", "century"),
            ("/title", "x"),
            ("/", "x"),
            ("/organizers/-1/name", "x"),
        ],
        &[("/reason", ""), ("/reason/code", "x"), ("key", "k")],
    ];
    let mut walked = 0;
    for route in routes::all()
        .iter()
        .filter(|route| route.posts && !route.outside)
    {
        for path in route.paths(&Ids::default()) {
            let Some((start, to)) = ids.iter().find(|(start, _)| path.starts_with(start)) else {
                continue;
            };
            let path = path.replace(start, to);
            if path.ends_with("/delete") || (path.contains("/fetches/") && path.ends_with("accept"))
            {
                continue;
            }
            for body in bodies {
                let answer = seat.post(&path, body).await;
                assert!(
                    answer.status.as_u16() < 500,
                    "{path} {body:?}: {}",
                    answer.status
                );
                assert_ne!(answer.status, 404, "{path}");
            }
            walked += 1;
        }
    }
    assert!(walked >= 10, "{walked}");
    assert!(
        said(&seat, "/console/proposals")
            .await
            .contains("人工智能专场")
    );
    assert_eq!(app.head().await, 0);
}
