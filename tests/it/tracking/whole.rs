//! A source that does not come back whole proposes nothing, and warns.

use hyper::Method;
use serde_json::{Value, json};

use super::{
    Watch, app_at, text,
    upstream::{Said, Upstream, calendar, event},
};
use crate::support::{
    app::NOW,
    db::{TestDb, on_both},
};

on_both!(
    what_vanished_from_a_whole_source_is_called_off_when_somebody_says_so,
    a_source_that_is_empty_broken_cut_or_halved_proposes_nothing_and_warns,
    what_is_over_falls_out_of_a_calendar_and_is_not_called_off,
    an_entry_that_cannot_be_read_is_told_and_not_missing,
    characters_that_no_database_takes_hurt_nobody,
    a_bad_byte_hides_the_event_that_has_it_and_no_other,
    what_is_passed_over_is_not_called_off,
    what_a_table_that_breaks_off_lost_is_not_called_off,
);

fn six(names: &[u8]) -> Vec<String> {
    names
        .iter()
        .map(|n| {
            let start = format!("DTSTART;VALUE=DATE:202108{n:02}");
            event(
                &format!("{n}@a"),
                &[&format!("SUMMARY:第{n}场路演活动"), &start],
            )
        })
        .collect()
}

async fn announced(app: &crate::support::app::TestApp, source: &Watch<'_>) -> Value {
    let polled = source.poll().await;
    let path = format!("/api/v1/fetches/{}/accept", text(&polled, "id"));
    app.post(&app.tokens.office, path, &json!({}))
        .send()
        .await
        .expect(200)
        .json()
}

async fn what_vanished_from_a_whole_source_is_called_off_when_somebody_says_so(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&six(&[1, 2, 3, 4, 5, 6])));
    let source = Watch::new(&app, &upstream, json!({})).await;
    announced(&app, &source).await;

    source.says(calendar(&six(&[1, 2, 4, 5, 6]))).await;
    let open = source.open().await;
    assert_eq!(source.kinds().await, ["cancel cancel"]);
    assert_eq!(open[0]["now"]["said"], "gone");
    assert_eq!(open[0]["evidence"]["by"], "source");
    // It is there again before anybody decided: nothing waits.
    source.says(calendar(&six(&[1, 2, 3, 4, 5, 6]))).await;
    assert!(source.open().await.is_empty());
    assert_eq!(source.proposals("superseded").await.len(), 1);
    source.says(calendar(&six(&[1, 2, 4, 5, 6]))).await;
    let accepted = source.accept().await;
    assert_eq!(accepted["activity"]["status"], "cancelled");
    // And there again after that.
    source.says(calendar(&six(&[1, 2, 3, 4, 5, 6]))).await;
    assert_eq!(source.kinds().await, ["reinstate reinstate"]);
    assert_eq!(source.open().await[0]["conflict"], false);
}

async fn a_source_that_is_empty_broken_cut_or_halved_proposes_nothing_and_warns(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let whole = calendar(&six(&[1, 2, 3, 4, 5, 6]));
    upstream.say("/a.ics", whole.clone());
    let source = Watch::new(&app, &upstream, json!({})).await;
    announced(&app, &source).await;

    // Cut within a line, and at the end of one.
    let cut = &whole[..whole.len() - 40];
    let cut_at_a_line = whole.split_inclusive('\n').take(20).collect::<String>();
    for (document, outcome, warning) in [
        (calendar(&[]), "doubtful", "empty"),
        (
            calendar(&six(&[1, 2, 3])),
            "doubtful",
            "3 of 6 entries are missing",
        ),
        (calendar(&six(&[6])), "doubtful", "5 of 6"),
        (cut.to_owned(), "refused", "is not a property"),
        (cut_at_a_line, "refused", "has no END"),
        (
            "<html>maintenance</html>".to_owned(),
            "refused",
            "VCALENDAR",
        ),
        (String::new(), "refused", "VCALENDAR"),
    ] {
        let polled = source.says(document.clone()).await;
        assert_eq!(polled["outcome"], outcome, "{document}: {polled}");
        assert_eq!(polled["proposals"], 0);
        assert!(source.open().await.is_empty(), "{document}");
        let said = source.source().await;
        assert!(
            text(&said, "warning").contains(warning),
            "{warning}: {said}"
        );
        assert_eq!(said["entries"], 6, "what was known is kept");
    }
    assert!(text(&source.source().await, "warning").contains("VCALENDAR"));
    // Whole again: the warning goes, and nothing was lost.
    source.says(whole).await;
    assert_eq!(source.source().await["warning"], Value::Null);
    // Half of it, and somebody says that this is all.
    source.says(calendar(&six(&[1, 2, 3]))).await;
    let polled = source.poll_with(json!({"confirm": true})).await;
    assert_eq!(
        (text(&polled, "outcome"), &polled["proposals"]),
        ("read", &json!(3))
    );
    assert_eq!(source.kinds().await, ["cancel cancel"; 3]);
}

async fn what_is_over_falls_out_of_a_calendar_and_is_not_called_off(db: TestDb) {
    let (app, clock) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&six(&[1, 2, 20])));
    let source = Watch::new(&app, &upstream, json!({})).await;
    announced(&app, &source).await;
    clock.advance(crate::support::app::at("2021-08-10T09:00:00+08:00") - app.services.now());
    let polled = source.says(calendar(&six(&[20]))).await;
    assert_eq!(
        polled["outcome"], "read",
        "two of three ended in between: {polled}"
    );
    assert!(source.open().await.is_empty());
}

async fn an_entry_that_cannot_be_read_is_told_and_not_missing(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&six(&[1, 2, 3])));
    let source = Watch::new(&app, &upstream, json!({})).await;
    announced(&app, &source).await;
    let mut events = six(&[1, 3]);
    events.push(event(
        "2@a",
        &["SUMMARY:第2场路演活动", "DTSTART;VALUE=DATE:20210231"],
    ));
    let polled = source.says(calendar(&events)).await;
    assert_eq!(
        (text(&polled, "outcome"), &polled["unread"]),
        ("read", &json!(1))
    );
    assert!(
        polled["notes"][0].as_str().unwrap().contains("20210231"),
        "{polled}"
    );
    let warned = async || text(&source.source().await, "warning").contains("20210231");
    assert!(warned().await);
    assert!(source.open().await.is_empty());
    // That it could not be asked in between, and then is what it was, does not make it well.
    assert_eq!(source.poll().await["outcome"], "unchanged");
    assert!(warned().await);
    let down = Said {
        status: 503,
        headers: Vec::new(),
        body: Vec::new(),
        tagged: false,
    };
    upstream.set("/a.ics", down);
    for _ in 0..2 {
        assert_eq!(source.poll().await["outcome"], "failed");
        assert!(!warned().await);
    }
    source.says(calendar(&events)).await;
    assert!(warned().await);
}

async fn characters_that_no_database_takes_hurt_nobody(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let whole = "DTSTART;VALUE=DATE:20210801";
    upstream.say(
        "/a.ics",
        calendar(&[
            event(
                "1\0@a",
                &[
                    "SUMMARY:第\0一场\u{b}路演",
                    whole,
                    "LOCATION:清华\u{1}科技园",
                ],
            ),
            event(
                "2\u{2}@a",
                &["SUMMARY:第二场路演", "DTSTART;VALUE=DATE:2021\u{0}0801"],
            ),
            event("3@a", &["SUMMARY:第三场路演", whole, "X-\0:1"]),
        ]),
    );
    let source = Watch::new(&app, &upstream, json!({})).await;
    let polled = source.poll().await;
    assert!(
        ["read", "refused"].contains(&text(&polled, "outcome")),
        "{polled}"
    );
    upstream.say(
        "/a.ics",
        calendar(&[
            event(
                "1\0@a",
                &[
                    "SUMMARY:第\0一场\u{b}路演",
                    whole,
                    "LOCATION:清华\u{1}科技园",
                ],
            ),
            event(
                "2\u{2}@a",
                &["SUMMARY:第二场路演", "DTSTART;VALUE=DATE:2021\u{0}0801"],
            ),
        ]),
    );
    let polled = source.poll().await;
    assert_eq!(
        (text(&polled, "outcome"), &polled["unread"]),
        ("read", &json!(1)),
        "{polled}"
    );
    let open = source.open().await;
    assert_eq!(open[0]["now"]["title"]["zh"], "第一场路演");
    assert_eq!(open[0]["entry"], "1@a");
    // Again, and nothing is new.
    assert_eq!(
        source
            .says(calendar(&[event(
                "1\0@a",
                &[
                    "SUMMARY:第\0一场\u{b}路演",
                    whole,
                    "LOCATION:清华\u{1}科技园"
                ]
            )]))
            .await["proposals"],
        0
    );
}

async fn a_bad_byte_hides_the_event_that_has_it_and_no_other(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&six(&[1, 2, 3])));
    let source = Watch::new(&app, &upstream, json!({})).await;
    announced(&app, &source).await;
    // The second one's title is cut within a character, as programs do that count bytes.
    let mut bytes = calendar(&six(&[1, 2, 3])).into_bytes();
    let title = "SUMMARY:第2场路演活动\r\n".as_bytes();
    let at = bytes
        .windows(title.len())
        .position(|part| part == title)
        .unwrap();
    bytes.drain(at + title.len() - 4..at + title.len() - 2);
    let polled = source.says(bytes).await;
    assert_eq!(
        (
            text(&polled, "outcome"),
            &polled["unread"],
            &polled["entries"]
        ),
        ("read", &json!(1), &json!(2)),
        "{polled}"
    );
    assert!(text(&source.source().await, "warning").contains("is not UTF-8"));
    assert!(source.open().await.is_empty());
}

async fn what_is_passed_over_is_not_called_off(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&six(&[1, 2, 20, 21, 22])));
    let trust = json!({"trust": ["new", "cancel"]});
    let source = Watch::new(&app, &upstream, trust).await;
    source.poll().await;
    let path = format!("/api/v1/sources/{}", source.id);
    let office = &app.tokens.office;
    let etag = app.call(Method::GET, path.clone()).token(office).send();
    let etag = etag.await.etag();
    let call = app.call(Method::PATCH, path).token(office);
    let body = json!({"since": "2021-08-10"}).to_string();
    let call = call.bytes("application/merge-patch+json", body);
    call.if_match(&etag).send().await.expect(200);
    let polled = source.poll().await;
    assert_eq!(
        (text(&polled, "outcome"), &polled["proposals"]),
        ("read", &json!(0)),
        "{polled}"
    );
    // One is moved before that day, and one is really gone.
    let mut events = six(&[1, 2, 22]);
    events.push(six(&[20])[0].replace("20210820", "20210805"));
    let polled = source.says(calendar(&events)).await;
    assert_eq!(polled["proposals"], 1, "{polled}");
    let done = source.proposals("carried_out").await;
    let off: Vec<&str> = done
        .iter()
        .filter(|one| one["kind"] == "cancel")
        .map(|one| text(one, "entry"))
        .collect();
    assert_eq!(off, ["21@a"]);
}

async fn what_a_table_that_breaks_off_lost_is_not_called_off(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let table = "标题,开始,区\n人工智能专场,2021-08-01,海淀\n集成电路专场,2021-08-02,海淀\n生物医药专场,2021-08-03,海淀\n";
    upstream.say("/a.csv", table);
    let settings =
        json!({"format": "csv", "url": upstream.url("/a.csv"), "trust": ["new", "cancel"]});
    let source = Watch::new(&app, &upstream, settings).await;
    assert_eq!(source.poll().await["carried_out"], 3);
    let cut = table.find("专场,2021-08-03").unwrap();
    upstream.say("/a.csv", &table[..cut]);
    let polled = source.poll().await;
    assert_eq!(
        (text(&polled, "outcome"), &polled["proposals"]),
        ("read", &json!(0)),
        "{polled}"
    );
    let note = polled["notes"][0].as_str().unwrap();
    assert!(note.starts_with("line 4 breaks off"), "{note}");
}
