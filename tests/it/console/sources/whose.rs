//! Whose sources and proposals they are: what is another office's is not there.

use serde_json::json;

use super::{Watch, at_day, said, start};
use crate::{
    console::seat::Seat,
    support::db::{TestDb, on_both},
    tracking::upstream::Upstream,
};

on_both!(
    what_is_another_offices_is_not_there,
    a_viewer_looks_and_decides_nothing
);

async fn what_is_another_offices_is_not_there(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let haidian = Seat::take(&app, "haidian", "district:haidian").await;
    let chaoyang = Seat::take(&app, "chaoyang", "district:chaoyang").await;
    let partner = Seat::take(&app, "partner", "partner").await;
    let source = Watch::new(&haidian, &upstream).await;
    source.says(at_day(1)).await;
    let proposal = source.only().await;
    let page = haidian.page("/console/proposals").await;
    let fetches = page.values("href").into_iter();
    let fetch = fetches
        .filter(|to| to.starts_with("/console/sources/src_"))
        .count();
    assert_eq!(fetch, 1, "its own source is linked");
    let paths = [
        "", "/edit", "/fetches", "/entries", "/whole", "/file", "/delete",
    ];
    let mut gets: Vec<String> = paths.iter().map(|end| source.at(end)).collect();
    gets.extend([proposal.clone(), format!("{proposal}/edit")]);
    let mut posts: Vec<String> = [
        "/edit", "/poll", "/whole", "/file", "/pause", "/resume", "/delete",
    ]
    .iter()
    .map(|end| source.at(end))
    .collect();
    posts.extend(["accept", "edit", "reject", "reopen"].map(|end| format!("{proposal}/{end}")));
    let fields = [("version", "1"), ("/name", "x"), ("/reason", "x")];
    for path in &gets {
        chaoyang.get(path).await.expect(404);
        partner.get(path).await.expect(403);
    }
    for path in &posts {
        chaoyang.post(path, &fields).await.expect(404);
        partner.post(path, &fields).await.expect(403);
    }
    for path in ["/console", "/console/sources", "/console/proposals"] {
        let page = said(&chaoyang, path).await;
        assert!(
            !page.contains("海淀日历") && !page.contains("人工智能专场"),
            "{path}: {page}"
        );
    }
    let of_source = format!("/console/proposals?source={}", source.id);
    let page = said(&chaoyang, &of_source).await;
    assert!(!page.contains("海淀日历"), "{page}");
    for path in ["/console/sources", "/console/proposals"] {
        partner.get(path).await.expect(403);
        assert!(!partner.get("/console/webhooks").await.text().contains(path));
    }
    // A district makes none for another office.
    let mine = chaoyang.post(
        "/console/sources/new",
        &[("/name", "x"), ("/format", "csv"), ("/office", "haidian")],
    );
    mine.await.expect(403);
    assert_eq!(source.open().await.len(), 1);
    assert_eq!(app.head().await, 0);
}

async fn a_viewer_looks_and_decides_nothing(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let viewer = Seat::take(&app, "viewer", "viewer").await;
    let source = Watch::new(&office, &upstream).await;
    source.says(at_day(1)).await;
    let proposal = source.only().await;
    let page = viewer.page(&proposal).await;
    let at = "/console/proposals/";
    assert!(!page.forms().iter().any(|form| form.action.starts_with(at)));
    let list = said(&viewer, "/console/proposals").await;
    assert!(
        list.contains("人工智能专场") && !list.contains("Accept all"),
        "{list}"
    );
    viewer.get("/console/sources").await.expect(403);
    for (end, fields) in [
        ("accept", json!({})),
        ("edit", json!({})),
        ("reject", json!({"/reason": "x"})),
        ("reopen", json!({})),
    ] {
        let fields: Vec<(&str, &str)> = fields
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let answer = viewer.post(&format!("{proposal}/{end}"), &fields).await;
        answer.expect(403);
    }
    viewer.get(&format!("{proposal}/edit")).await.expect(403);
    assert_eq!(source.open().await.len(), 1);
    assert_eq!(app.head().await, 0);
}
