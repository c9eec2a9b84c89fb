//! A source from its making to its end, and what an office reads of it.

use super::{Watch, at_day, calendar, entry, public, said, start, text};
use crate::{
    console::seat::Seat,
    support::db::{TestDb, on_both},
    tracking::upstream::{Said, Upstream},
};

on_both!(
    what_a_source_says_is_announced_with_changes_and_moved_with_a_reason,
    a_source_lives_its_whole_life_by_forms,
    how_a_source_stands_is_told_in_words,
);

async fn what_a_source_says_is_announced_with_changes_and_moved_with_a_reason(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let haidian = Seat::take(&app, "haidian", "district:haidian").await;
    let source = Watch::new(&haidian, &upstream).await;
    let page = text(&source.says(at_day(1)).await);
    assert!(
        page.contains("It was asked: read. Entries: 1, new proposals: 1."),
        "{page}"
    );
    assert!(
        page.contains("人工智能专场") && page.contains("made of this entry"),
        "{page}"
    );
    let inbox = said(&haidian, "/console").await;
    assert!(
        inbox.contains("Proposals of sources 1") && inbox.contains("海淀日历"),
        "{inbox}"
    );

    let proposal = source.only().await;
    let page = said(&haidian, &proposal).await;
    for word in [
        "New activity",
        "清华科技园",
        "Calendars",
        "What it does to the promise",
    ] {
        assert!(page.contains(word), "{word} in {page}");
    }
    let id = source.activity(&proposal).await;
    app.get(format!("/api/v1/activities/{id}"))
        .await
        .expect(404);
    let edit = format!("{proposal}/edit");
    let form = haidian.page(&edit).await.form(&edit);
    assert_eq!(form.value("/title/zh"), "人工智能专场");
    let form = form
        .with("/title/en", "AI session")
        .with("/kind", "roadshow");
    let done = haidian.follow(form.send(&haidian).await).await;
    assert!(text(&done).contains("It was accepted."), "{done}");
    // The same form again is done once.
    form.send(&haidian).await.expect(303);
    assert_eq!(app.head().await, 1);
    let activity = public(&app, &id).await;
    assert_eq!(activity["title"]["en"], "AI session");
    assert_eq!(
        (&activity["kind"], &activity["status"]),
        (&"roadshow".into(), &"scheduled".into())
    );
    let became = said(&haidian, &proposal).await;
    assert!(became.contains("Accepted by haidian"), "{became}");

    source.says(at_day(2)).await;
    let proposal = source.only().await;
    let page = said(&haidian, &proposal).await;
    assert!(
        page.contains("1 Aug 2021") && page.contains("2 Aug 2021"),
        "{page}"
    );
    assert!(page.contains("No reason is given"), "{page}");
    let about = said(&haidian, &format!("/console/activities/{id}")).await;
    assert!(
        about.contains("What sources propose") && about.contains("New date"),
        "{about}"
    );
    let edit = format!("{proposal}/edit");
    let form = haidian.page(&edit).await.form(&edit);
    assert_eq!(form.value("/when/starts_on"), "2021-08-02");
    let form = form
        .with("/reason/code", "venue")
        .with("/reason/zh", "场地检修")
        .with("/reason/en", "the hall is being mended");
    form.send(&haidian).await.expect(303);
    let told = &app.notices_after(1).await[0];
    assert_eq!(told["kind"], "rescheduled");
    assert_eq!(told["reason"]["zh"], "场地检修");
    assert_eq!(told["activity"]["when"]["starts_on"], "2021-08-02");
    let about = said(&haidian, &format!("/console/activities/{id}")).await;
    assert!(!about.contains("What sources propose"), "{about}");
}

async fn a_source_lives_its_whole_life_by_forms(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let new = "/console/sources/new";
    let form = office.page(new).await.form(new);
    let faulty = form
        .clone()
        .with("/url", "javascript:alert(1)")
        .with("/interval_minutes", "1");
    let refused = faulty.send(&office).await.expect(422);
    let told = super::read(&refused).inside("li").join("\n");
    for field in ["Name", "Address", "Asked every"] {
        assert!(told.contains(field), "{field} in {told}");
    }
    // The same form again makes one.
    let form = form
        .with("/name", "城市日历")
        .with("/url", &upstream.url("/a.ics"));
    let (first, second) = (form.send(&office).await, form.send(&office).await);
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(
        said(&office, "/console/sources")
            .await
            .matches("城市日历")
            .count(),
        1
    );

    let source = Watch::new(&office, &upstream).await;
    source.says(at_day(1)).await;
    let edit = source.at("/edit");
    let form = office.page(&edit).await.form(&edit);
    let mine = form
        .clone()
        .with("/name", "我的名称")
        .with("/trust", "reschedule");
    let theirs = form
        .with("/name", "他人的名称")
        .with("/interval_minutes", "120");
    theirs.send(&office).await.expect(303);
    let second = mine.send(&office).await.expect(409);
    let page = text(&second.text());
    assert!(
        page.contains("他人的名称") && page.contains("both changed it"),
        "{page}"
    );
    let merged = super::read(&second).form(&edit);
    assert_eq!(
        (merged.value("/name"), merged.value("/interval_minutes")),
        ("我的名称", "120")
    );
    let page = office.follow(merged.send(&office).await).await;
    let page = text(&page);
    assert!(
        page.contains("我的名称") && page.contains("New date") && page.contains("120"),
        "{page}"
    );

    let paused = office.post(&source.at("/pause"), &[]).await;
    assert!(text(&office.follow(paused).await).contains("Somebody paused it"));
    let resumed = office.post(&source.at("/resume"), &[]).await;
    assert!(!text(&office.follow(resumed).await).contains("Somebody paused it"));
    let delete = source.at("/delete");
    let asks = office.page(&delete).await;
    assert!(asks.texts().join(" ").contains("proposals that wait: 1"));
    let form = asks.form(&delete);
    form.clone()
        .with("version", "1")
        .send(&office)
        .await
        .expect(409);
    let gone = office.follow(form.send(&office).await).await;
    assert!(text(&gone).contains("The source was deleted"), "{gone}");
    assert!(source.open().await.is_empty());
    office.get(&source.at("")).await.expect(404);
}

async fn how_a_source_stands_is_told_in_words(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await.reading("zh-CN");
    let source = Watch::new(&office, &upstream).await;
    assert!(text(&source.shown().await).contains("还没有读取过"));
    let four: Vec<String> = (1..=4)
        .map(|n| entry(&format!("{n}@a"), &format!("第{n}场专题路演活动"), n))
        .collect();
    source.says(calendar(&four)).await;
    let page = text(&source.shown().await);
    assert!(
        page.contains("正常") && page.contains("查看 4 条待处理的建议"),
        "{page}"
    );
    let away = Said {
        status: 503,
        headers: Vec::new(),
        body: Vec::new(),
        tagged: false,
    };
    upstream.set("/a.ics", away);
    let asked = office.post(&source.at("/poll"), &[]).await;
    let page = text(&office.follow(asked).await);
    assert!(
        page.contains("读取未成功：没有读到。来源答复 HTTP 503"),
        "{page}"
    );
    assert!(page.contains("连续 1 次没有读到"), "{page}");
    let inbox = said(&office, "/console").await;
    assert!(inbox.contains("来源异常 1"), "{inbox}");

    // It comes back with one of four.
    let page = text(&source.says(calendar(&four[..1])).await);
    assert!(
        page.contains("存疑") && page.contains("来源原有 4 条，少了 3 条"),
        "{page}"
    );
    assert_eq!(source.open().await.len(), 4);
    let whole = source.at("/whole");
    let asks = office.page(&whole).await;
    let told = asks.texts().join(" ");
    assert!(
        told.contains("逐项提出“取消”的建议") && !told.contains("注意"),
        "{told}"
    );
    let page = office.follow(asks.form(&whole).send(&office).await).await;
    assert!(text(&page).contains("正常"), "{page}");
    // The three drafts are to be deleted, and wait for a word twice over.
    let page = said(&office, "/console/proposals").await;
    assert!(page.contains("来源中已没有这一条"), "{page}");
    let log = said(&office, &source.at("/fetches")).await;
    for word in ["存疑，未采用", "没有读到", "已读入", "HTTP 503"] {
        assert!(log.contains(word), "{word} in {log}");
    }
    let entries = said(&office, &source.at("/entries")).await;
    assert_eq!(entries.matches("已不在来源中").count(), 3, "{entries}");
    assert!(said(&office, "/console/sources").await.contains("正常"));
}
