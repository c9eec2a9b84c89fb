//! Which activity an entry means.

use serde_json::{Value, json};

use super::{
    Watch, app_at, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::NOW,
    db::{TestDb, on_both},
};

on_both!(
    an_entry_is_found_by_its_uid_then_by_district_day_and_title,
    ids_that_change_each_time_change_nothing,
    an_entry_without_an_edition_waits_for_it,
    zones_days_and_repeats_come_out_right,
);

async fn an_entry_is_found_by_its_uid_then_by_district_day_and_title(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let by_title = app.announced(json!({})).await;
    let elsewhere = app
        .announced(json!({"title": {"zh": "医药健康专场路演活动"}, "districts": ["chaoyang"], "slug": "b"}))
        .await;
    let by_uid = app
        .announced(
            json!({"title": {"zh": "完全不同的名称"}, "slug": "c", "sources": [{"uid": "7@a"}]}),
        )
        .await;
    let upstream = Upstream::start().await;
    upstream.say(
        "/a.ics",
        calendar(&[
            event(
                "1@a",
                &[
                    "SUMMARY:「中英生命健康」跨境路演",
                    "DTSTART:20210708T060000Z",
                    "DTEND:20210708T090000Z",
                    "CATEGORIES:海淀区",
                ],
            ),
            event(
                "2@a",
                &[
                    "SUMMARY:医药健康专场路演活动",
                    "DTSTART:20210708T060000Z",
                    "CATEGORIES:海淀区",
                ],
            ),
            event(
                "7@a",
                &[
                    "SUMMARY:改名后的活动",
                    "DTSTART:20210708T060000Z",
                    "DTEND:20210708T090000Z",
                ],
            ),
        ]),
    );
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let path = format!("/api/v1/sources/{}/entries", source.id);
    let entries = super::list(&app, &path, "entries").await;
    let of = |key: &str| {
        entries
            .iter()
            .find(|one| one["key"] == key)
            .unwrap()
            .clone()
    };
    assert_eq!(of("1@a")["activity"], json!(by_title.id));
    assert_eq!(of("1@a")["evidence"]["by"], "title");
    assert_eq!(of("1@a")["evidence"]["day"], "2021-07-08");
    assert!(of("1@a")["evidence"]["likeness"].as_f64().unwrap() > 0.99);
    assert_eq!(of("7@a")["activity"], json!(by_uid.id));
    assert_eq!(of("7@a")["evidence"], json!({"by": "uid", "uid": "7@a"}));
    assert_ne!(
        of("2@a")["activity"],
        json!(elsewhere.id),
        "another district's"
    );
    let open = source.open().await;
    let about =
        |id: &str| -> Vec<&Value> { open.iter().filter(|one| one["activity"] == id).collect() };
    // The title differs by marks alone, and is still the source's word.
    assert_eq!(text(about(&by_title.id)[0], "action"), "update");
    assert_eq!(about(&by_uid.id)[0]["fields"], json!(["title"]));
    assert_eq!(open.iter().filter(|one| one["kind"] == "new").count(), 1);
}

async fn ids_that_change_each_time_change_nothing(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let with = |run: u8, day: u8| {
        let moved = format!("DTSTART;VALUE=DATE:202108{day:02}");
        calendar(&[
            event(
                &format!("{run}-1@a"),
                &["SUMMARY:人工智能专场", "DTSTART;VALUE=DATE:20210801"],
            ),
            event(&format!("{run}-2@a"), &["SUMMARY:集成电路专场", &moved]),
            event(
                &format!("{run}-3@a"),
                &["SUMMARY:生物医药专场", "DTSTART;VALUE=DATE:20210803"],
            ),
        ])
    };
    upstream.say("/a.ics", with(1, 2));
    let source = Watch::new(&app, &upstream, json!({})).await;
    assert_eq!(source.poll().await["proposals"], 3);
    assert_eq!(source.says(with(2, 2)).await["proposals"], 0);
    assert_eq!(source.open().await.len(), 3);
    // Moved, under another id: its title is the only one of that name. The draft nobody has worked on follows.
    source.says(with(3, 9)).await;
    let done = source.proposals("carried_out").await;
    assert_eq!(done.len(), 1, "{done:#?}");
    assert_eq!(text(&done[0], "kind"), "reschedule");
    let draft = seen(&app, text(&done[0], "activity")).await.activity;
    assert_eq!(draft["when"]["starts_on"], "2021-08-09");
}

async fn an_entry_without_an_edition_waits_for_it(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say(
        "/a.ics",
        calendar(&[event(
            "1@a",
            &["SUMMARY:明年的活动", "DTSTART;VALUE=DATE:20230801"],
        )]),
    );
    let source = Watch::new(&app, &upstream, json!({})).await;
    let polled = source.poll().await;
    assert_eq!(polled["proposals"], 0);
    assert!(text(&source.source().await, "warning").contains("there is no edition 2023"));
    let edition = json!({"year": 2023, "theme": {"zh": "开放合作·共享未来"}});
    app.post(&app.tokens.office, "/api/v1/editions", &edition)
        .send()
        .await
        .expect(201);
    // The source says nothing new, and is read all the same.
    assert_eq!(source.poll().await["proposals"], 1);
    assert_eq!(source.kinds().await, ["new announce"]);
    assert_eq!(source.source().await["warning"], Value::Null);
    assert_eq!(upstream.statuses(), [200, 200]);
    assert_eq!(source.poll().await["outcome"], "unchanged");
    assert_eq!(upstream.statuses(), [200, 200, 304]);
}

async fn zones_days_and_repeats_come_out_right(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say(
        "/a.ics",
        calendar(&[
            event(
                "london@a",
                &[
                    "SUMMARY:伦敦专场",
                    "DTSTART;TZID=Europe/London:20210708T100000",
                    "DURATION:PT2H",
                ],
            ),
            event(
                "days@a",
                &[
                    "SUMMARY:三天的展览",
                    "DTSTART;VALUE=DATE:20210708",
                    "DTEND;VALUE=DATE:20210711",
                ],
            ),
            event(
                "utc@a",
                &["SUMMARY:协调世界时专场", "DTSTART:20210708T230000Z"],
            ),
        ]),
    );
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let mut whens = Vec::new();
    for proposal in source.open().await {
        whens.push(seen(&app, text(&proposal, "activity")).await.activity["when"].clone());
    }
    for expected in [
        json!({"precision": "minute", "starts_at": "2021-07-08T17:00:00+08:00", "ends_at": "2021-07-08T19:00:00+08:00"}),
        json!({"precision": "day", "starts_on": "2021-07-08", "ends_on": "2021-07-10"}),
        json!({"precision": "minute", "starts_at": "2021-07-09T07:00:00+08:00"}),
    ] {
        assert!(whens.contains(&expected), "{expected}: {whens:?}");
    }
}
