//! No text of a source becomes markup: pages have the same elements whatever it says.

use super::{Watch, read, start};
use crate::{
    console::seat::Seat,
    support::db::{TestDb, on_both},
    tracking::upstream::{Upstream, calendar, event},
};

on_both!(no_text_of_a_source_changes_the_elements_of_a_page);

/// Every page that shows what a source says, as its elements.
async fn walked(db: TestDb, bite: &str) -> Vec<(String, Vec<String>)> {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let path = "/console/sources/new";
    let form = office.page(path).await.form(path);
    let url = upstream.url("/a.ics");
    let form = form
        .with("/name", &format!("来源{bite}"))
        .with("/url", &url);
    let made = form.send(&office).await.expect(303);
    let to = made.header("location").to_owned();
    let id = to.rsplit('/').next().unwrap().trim_end_matches("?made");
    let source = Watch {
        seat: &office,
        upstream: &upstream,
        id: id.to_owned(),
    };
    // One that is read, one that waits for an edition, and one that cannot be read.
    let entries = |day: u8| {
        let title = format!("SUMMARY:论坛{bite}");
        let place = format!("LOCATION:会场{bite}");
        calendar(&[
            event(
                &format!("1{bite}@a"),
                &[
                    &title,
                    &place,
                    &format!("DTSTART;VALUE=DATE:202108{day:02}"),
                ],
            ),
            event(
                &format!("2{bite}@a"),
                &[&title, "DTSTART;VALUE=DATE:20300801"],
            ),
            event(
                &format!("3{bite}@a"),
                &[&title, &format!("DTSTART:{bite}x")],
            ),
        ])
    };
    source.says(entries(1)).await;
    let proposal = source.only().await;
    let mut pages = Vec::new();
    let mut see = async |name: &str, path: String| {
        let answer = office.get(&path).await.expect(200);
        pages.push((name.to_owned(), read(&answer).skeleton()));
    };
    for end in [
        "", "/edit", "/fetches", "/entries", "/whole", "/file", "/delete",
    ] {
        see(end, source.at(end)).await;
    }
    see("sources", "/console/sources".to_owned()).await;
    see("inbox", "/console".to_owned()).await;
    see("new", proposal.clone()).await;
    see("new, edited", format!("{proposal}/edit")).await;
    see(
        "proposals",
        format!("/console/proposals?source={}", source.id),
    )
    .await;
    source.accept().await;
    source.says(entries(2)).await;
    let proposal = source.only().await;
    see("moved", proposal.clone()).await;
    see("moved, edited", format!("{proposal}/edit")).await;
    let activity = source.activity(&proposal).await;
    see("activity", format!("/console/activities/{activity}")).await;
    source
        .reject(&proposal, &format!("不{bite}"))
        .await
        .expect(303);
    see("rejected", proposal).await;
    pages
}

async fn no_text_of_a_source_changes_the_elements_of_a_page(db: TestDb) {
    let other = db.another().await;
    let plain = walked(db, "普通").await;
    let biting = walked(
        other,
        "\"'><img src=x onerror=alert(1)></textarea></title><script>alert(1)</script>",
    )
    .await;
    assert!(plain.len() > 14, "{}", plain.len());
    for ((name, plain), (_, biting)) in plain.iter().zip(&biting) {
        assert_eq!(plain, biting, "{name}");
    }
}
