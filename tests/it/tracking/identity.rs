//! Which entry is which, where ids, titles and days do not tell: nothing is lost, and nothing is called off by mistake.

use chrono::TimeDelta;
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
    a_series_that_cannot_be_read_calls_nothing_off,
    a_series_with_more_dates_than_are_taken_calls_nothing_off_as_days_pass,
    another_event_of_that_name_is_new,
    a_weekly_notice_of_one_name_is_new_each_week,
    one_of_two_entries_of_an_activity_goes_and_the_activity_stays,
    what_comes_back_under_another_id_is_not_announced_twice,
    an_id_that_others_count_up_too_means_nothing_here,
    a_date_that_was_left_here_is_not_proposed_by_who_has_not_heard,
    a_mark_beside_a_new_entry_leaves_its_date_open,
    what_was_gone_is_not_another_event_of_that_day,
    one_of_two_entries_goes_while_the_other_cannot_be_read,
    the_settings_of_a_source_are_no_editors_word,
);

/// Some others, so that the source stays whole.
fn others(count: u8) -> Vec<String> {
    let one = |n: u8| {
        let start = format!("DTSTART;VALUE=DATE:202109{:02}", n + 1);
        let title = [
            "量子",
            "氢能",
            "芯片",
            "卫星",
            "基因",
            "材料",
            "机器人",
            "算力",
        ][usize::from(n)];
        event(
            &format!("other{n}@a"),
            &[&format!("SUMMARY:{title}产业大会"), &start],
        )
    };
    (0..count).map(one).collect()
}

fn with(others: &[String], more: &[String]) -> String {
    calendar(&[others, more].concat())
}

const TRUST: &str = r#"["new", "reschedule", "update", "cancel", "postpone", "reinstate"]"#;

fn trusted() -> Value {
    json!({"trust": serde_json::from_str::<Value>(TRUST).unwrap()})
}

/// The activity that was made of an entry by its title.
async fn made_of(source: &Watch<'_>, title: &str) -> String {
    let done = source.proposals("carried_out").await;
    let one = done.iter().find(|one| one["now"]["title"]["zh"] == title);
    text(one.unwrap(), "activity").to_owned()
}

async fn titles(app: &crate::support::app::TestApp) -> Vec<String> {
    let all = super::list(app, "/api/v1/activities?limit=100", "activities").await;
    let mut titles: Vec<String> = all
        .iter()
        .map(|one| {
            format!(
                "{} {}",
                one["title"]["zh"].as_str().unwrap(),
                text(one, "status")
            )
        })
        .collect();
    titles.sort();
    titles
}

async fn a_series_that_cannot_be_read_calls_nothing_off(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let others = others(8);
    let series = |more: &str| {
        let start = "DTSTART:20210701T060000Z";
        let rule = "RRULE:FREQ=WEEKLY;COUNT=3";
        event("series@a", &["SUMMARY:创业大街公开课", start, rule, more])
    };
    upstream.say("/a.ics", with(&others, &[series("LOCATION:创业大街")]));
    let source = Watch::new(&app, &upstream, trusted()).await;
    assert_eq!(source.poll().await["carried_out"], 11);
    let head = app.head().await;
    let polled = source
        .says(with(&others, &[series("LOCATION:创业大街\r\nGEO:unknown")]))
        .await;
    assert_eq!(
        (text(&polled, "outcome"), &polled["unread"]),
        ("read", &json!(1))
    );
    assert_eq!(
        (source.open().await.len(), app.head().await),
        (0, head),
        "{polled}"
    );
    // Once it is read again, what is gone of it is gone.
    source
        .says(with(&others, &[series("EXDATE:20210708T060000Z")]))
        .await;
    assert_eq!(app.head().await, head + 1);
}

async fn a_series_with_more_dates_than_are_taken_calls_nothing_off_as_days_pass(db: TestDb) {
    let (app, clock) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let daily = |more: &str| {
        let start = "DTSTART:20210501T010000Z";
        let rule = "RRULE:FREQ=DAILY;BYHOUR=1,7";
        calendar(&[event("daily@a", &["SUMMARY:展厅讲解", start, rule, more])])
    };
    upstream.say("/a.ics", daily("CLASS:PUBLIC"));
    let settings = json!({"trust": ["cancel"], "edition": 2021});
    let source = Watch::new(&app, &upstream, settings).await;
    let polled = source.poll().await;
    assert_eq!(polled["entries"], 400, "{polled}");
    let days: Vec<String> = source
        .open()
        .await
        .iter()
        .map(|one| one["now"]["when"]["starts_at"].as_str().unwrap()[..10].to_owned())
        .collect();
    assert!(
        days.contains(&"2021-06-02".to_owned()),
        "what is near is taken: {days:?}"
    );
    for time in 0..3 {
        clock.advance(TimeDelta::days(2));
        let polled = source.says(daily(&format!("COMMENT:{time}"))).await;
        assert_eq!(text(&polled, "outcome"), "read", "{polled}");
        let kinds = source.kinds().await;
        assert!(kinds.iter().all(|kind| kind == "new announce"), "{kinds:?}");
    }
}

async fn another_event_of_that_name_is_new(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let others = others(3);
    let meeting = |uid: &str, day: &str| {
        event(
            uid,
            &[
                "SUMMARY:创业大街投资人见面会",
                &format!("DTSTART;VALUE=DATE:{day}"),
            ],
        )
    };
    upstream.say("/a.ics", with(&others, &[meeting("june@a", "20210610")]));
    let source = Watch::new(&app, &upstream, json!({"trust": ["new"]})).await;
    source.poll().await;
    source
        .says(with(&others, &[meeting("july@a", "20210715")]))
        .await;
    assert_eq!(source.kinds().await, ["cancel cancel"]);
    let made = titles(&app).await;
    let meetings = made
        .iter()
        .filter(|one| one.starts_with("创业大街投资人见面会"));
    assert_eq!(meetings.count(), 2, "{made:?}");
    // Where an entry has no id of its own, and no other has its title, it is the same one on another day.
    let table = |day: &str| format!("名称,日期\n创业大街投资人见面会,{day}\n算力大会,2021-09-01\n");
    let settings = json!({"trust": ["new"], "format": "csv", "url": upstream.url("/a.csv")});
    upstream.say("/a.csv", table("2021-08-10"));
    let source = Watch::new(&app, &upstream, settings).await;
    source.poll().await;
    upstream.say("/a.csv", table("2021-08-17"));
    source.poll().await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
}

async fn a_weekly_notice_of_one_name_is_new_each_week(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let feed = |weeks: &[u8]| {
        let item = |week: &u8| {
            format!(
                "<item><guid>https://a.example/w{week}</guid><title>本周科创活动预告</title></item>"
            )
        };
        let items: String = weeks.iter().map(item).collect();
        format!(
            "<rss version=\"2.0\"><channel><title>甲</title><link>https://a.example/</link><description>乙</description>{items}</channel></rss>"
        )
    };
    let settings = json!({"format": "feed", "url": upstream.url("/a.rss")});
    upstream.say("/a.rss", feed(&[4, 3, 2, 1]));
    let source = Watch::new(&app, &upstream, settings).await;
    source.poll().await;
    upstream.say("/a.rss", feed(&[5, 4, 3, 2]));
    let polled = source.poll().await;
    assert_eq!(polled["proposals"], 1, "{polled}");
    assert_eq!(source.kinds().await, ["new announce"; 5]);
}

async fn one_of_two_entries_of_an_activity_goes_and_the_activity_stays(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let others = others(4);
    let entry = |uid: &str, title: &str, more: &str| {
        event(
            uid,
            &[
                &format!("SUMMARY:{title}"),
                "DTSTART;VALUE=DATE:20210801",
                more,
            ],
        )
    };
    let (one, other) = (
        entry("u1@a", "脑机接口创新大赛", "CLASS:PUBLIC"),
        entry("u2@a", "脑机接口大赛决赛之夜", "CLASS:PUBLIC"),
    );
    upstream.say("/a.ics", with(&others, &[one.clone(), other]));
    let source = Watch::new(&app, &upstream, trusted()).await;
    source.poll().await;
    let of = async |title: &str| made_of(&source, title).await;
    let (winner, loser) = (
        of("脑机接口创新大赛").await,
        of("脑机接口大赛决赛之夜").await,
    );
    let body = json!({"reason": {"code": "merge", "zh": "重复"}, "replaced_by": winner});
    app.act(&seen(&app, &loser).await, "withdraw", body)
        .await
        .expect(200);
    // It says that it is off, and then it is gone.
    let off = entry("u2@a", "脑机接口大赛决赛之夜", "STATUS:CANCELLED");
    source.says(with(&others, &[one.clone(), off])).await;
    source.says(with(&others, &[one])).await;
    assert!(source.open().await.is_empty());
    assert_eq!(seen(&app, &winner).await.activity["status"], "scheduled");
    source.says(with(&others, &[])).await;
    assert_eq!(seen(&app, &winner).await.activity["status"], "cancelled");
}

async fn what_comes_back_under_another_id_is_not_announced_twice(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let others = others(4);
    let summit = |uid: &str| {
        event(
            uid,
            &["SUMMARY:商业航天高峰论坛", "DTSTART;VALUE=DATE:20210801"],
        )
    };
    upstream.say("/a.ics", with(&others, &[summit("one@a")]));
    let source = Watch::new(&app, &upstream, json!({"trust": ["new"]})).await;
    source.poll().await;
    let head = app.head().await;
    source.says(with(&others, &[])).await;
    assert_eq!(source.kinds().await, ["cancel cancel"]);
    source.says(with(&others, &[summit("two@a")])).await;
    assert!(source.open().await.is_empty());
    assert_eq!(app.head().await, head);
}

async fn an_id_that_others_count_up_too_means_nothing_here(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let item = |title: &str| {
        format!(
            "<rss version=\"2.0\"><channel><title>甲</title><link>https://a.example/</link><description>乙</description><item><guid isPermaLink=\"false\">101</guid><title>{title}</title></item></channel></rss>"
        )
    };
    for (path, title) in [
        ("/a.rss", "海淀机器人大赛报名"),
        ("/b.rss", "朝阳图书馆读书会"),
    ] {
        upstream.say(path, item(title));
        let settings =
            json!({"format": "feed", "url": upstream.url(path), "trust": ["new", "update"]});
        Watch::new(&app, &upstream, settings).await.poll().await;
    }
    let made = titles(&app).await;
    assert_eq!(
        made,
        ["朝阳图书馆读书会 scheduled", "海淀机器人大赛报名 scheduled"]
    );
}

async fn a_date_that_was_left_here_is_not_proposed_by_who_has_not_heard(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let on = |day: &str| json!({"precision": "day", "starts_on": day});
    let here = json!({"title": {"zh": "2021中关村论坛"}, "when": on("2021-08-01")});
    let here = app.announced(here).await;
    app.act(&here, "reschedule", json!({"when": on("2021-09-24")}))
        .await
        .expect(200);
    let upstream = Upstream::start().await;
    let at = |day: &str| {
        let start = format!("DTSTART;VALUE=DATE:{day}");
        calendar(&[event("f@a", &["SUMMARY:2021中关村论坛", &start])])
    };
    upstream.say("/a.ics", at("20210801"));
    let source = Watch::new(&app, &upstream, json!({})).await;
    let polled = source.poll().await;
    assert_eq!(source.kinds().await, Vec::<String>::new(), "{polled}");
    source.says(at("20210925")).await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
}

async fn a_mark_beside_a_new_entry_leaves_its_date_open(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let said = |title: &str| {
        let title = format!("SUMMARY:{title}");
        calendar(&[event("1@a", &[&title, "DTSTART;VALUE=DATE:20210801"])])
    };
    upstream.say("/a.ics", said("【推迟】人工智能专场"));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let open = source.open().await;
    let id = text(&open[0], "activity").to_owned();
    let draft = seen(&app, &id).await.activity;
    assert_eq!(
        (&draft["title"]["zh"], &draft["when"]["precision"]),
        (&json!("人工智能专场"), &json!("unknown"))
    );
    assert_eq!(open[0]["now"]["when"]["precision"], "unknown");
    // It is on again: the draft follows.
    let day = async || seen(&app, &id).await.activity["when"]["starts_on"].clone();
    source.says(said("人工智能专场")).await;
    assert_eq!(day().await, "2021-08-01");
    source.says(said("【推迟】人工智能专场")).await;
    assert_eq!(day().await, Value::Null);
    let later = said("【推迟】人工智能专场").replace("20210801", "20210820");
    source.says(later.clone()).await;
    assert_eq!(day().await, "2021-08-20");
    // And so it is where it was announced without a date.
    upstream.say(
        "/b.ics",
        said("【推迟】量子计算公开课").replace("1@a", "2@a"),
    );
    let settings = json!({"trust": ["new", "reschedule"], "url": upstream.url("/b.ics")});
    let source = Watch::new(&app, &upstream, settings).await;
    source.poll().await;
    let id = text(&source.proposals("carried_out").await[0], "activity").to_owned();
    upstream.say("/b.ics", said("量子计算公开课").replace("1@a", "2@a"));
    source.poll().await;
    assert_eq!(
        seen(&app, &id).await.activity["when"]["starts_on"],
        "2021-08-01"
    );
}

async fn what_was_gone_is_not_another_event_of_that_day(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let others = others(4);
    let open_day = |uid: &str, part: &str| {
        let title = format!("SUMMARY:怀柔科学城开放日（{part}场）");
        event(uid, &[&title, "DTSTART;VALUE=DATE:20210801"])
    };
    upstream.say("/a.ics", with(&others, &[open_day("one@a", "上午")]));
    let source = Watch::new(&app, &upstream, trusted()).await;
    source.poll().await;
    source.says(with(&others, &[])).await;
    source
        .says(with(&others, &[open_day("two@a", "下午")]))
        .await;
    let made = titles(&app).await;
    for told in [
        "怀柔科学城开放日（上午场） cancelled",
        "怀柔科学城开放日（下午场） scheduled",
    ] {
        assert!(made.contains(&told.to_owned()), "{made:?}");
    }
}

async fn one_of_two_entries_goes_while_the_other_cannot_be_read(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let others = others(4);
    let entry = |uid: &str, title: &str, more: &str| {
        let title = format!("SUMMARY:{title}");
        event(
            uid,
            &[&title, "DTSTART;VALUE=DATE:20210801", "LOCATION:甲馆", more],
        )
    };
    let one = entry("u1@a", "脑机接口创新大赛", "CLASS:PUBLIC");
    let other = entry("u2@a", "成果对接会", "CLASS:PUBLIC");
    upstream.say("/a.ics", with(&others, &[one, other]));
    let source = Watch::new(&app, &upstream, trusted()).await;
    source.poll().await;
    let of = async |title: &str| made_of(&source, title).await;
    let (winner, loser) = (of("脑机接口创新大赛").await, of("成果对接会").await);
    let body = json!({"reason": {"code": "merge", "zh": "重复"}, "replaced_by": winner});
    app.act(&seen(&app, &loser).await, "withdraw", body)
        .await
        .expect(200);
    let unread = entry("u1@a", "脑机接口创新大赛", "GEO:unknown");
    source.says(with(&others, &[unread])).await;
    assert!(source.open().await.is_empty());
    assert_eq!(seen(&app, &winner).await.activity["status"], "scheduled");
}

async fn the_settings_of_a_source_are_no_editors_word(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let said = |more: &str| {
        calendar(&[event(
            "1@a",
            &["SUMMARY:人工智能专场", "DTSTART;VALUE=DATE:20210801", more],
        )])
    };
    upstream.say("/a.ics", said("CLASS:PUBLIC"));
    let settings = json!({"district": "haidian", "kind": "forum", "trust": ["new", "update"]});
    let source = Watch::new(&app, &upstream, settings).await;
    source.poll().await;
    let id = text(&source.proposals("carried_out").await[0], "activity").to_owned();
    source
        .says(said("LOCATION:国家会议中心\\, 朝阳区\\, 北京"))
        .await;
    let here = seen(&app, &id).await.activity;
    assert_eq!(
        (&here["venue"]["name"]["zh"], &here["districts"]),
        (&json!("国家会议中心"), &json!(["chaoyang"]))
    );
}
