//! All that one fetch proposed, at once.

use hyper::Method;
use serde_json::json;

use super::{Watch, calendar, entry, read, said, start, text};
use crate::{
    console::seat::Seat,
    support::{
        app::Draft,
        db::{TestDb, on_both},
    },
    tracking::upstream::Upstream,
};

on_both!(all_of_a_fetch_is_decided_at_once_but_conflicts);

async fn all_of_a_fetch_is_decided_at_once_but_conflicts(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let source = Watch::new(&office, &upstream).await;
    let titles = ["人工智能专场", "碳中和论坛", "生命健康路演"];
    let all = |day: u8| {
        let entries = titles
            .iter()
            .zip(1..)
            .map(|(title, n): (_, u8)| entry(&format!("{n}@a"), title, day + n));
        calendar(&entries.collect::<Vec<_>>())
    };
    let fetch = async |word: &str| {
        let page = office.page("/console/proposals").await;
        let found = page.values("href").into_iter();
        let mut found =
            found.filter(|to| to.starts_with("/console/fetches/") && to.ends_with(word));
        found.next().unwrap().to_owned()
    };
    source.says(all(1)).await;
    let id = source.activity(&source.open().await[0]).await;
    let at = fetch("accept").await;
    let asks = office.page(&at).await;
    let told = asks.texts().join(" ");
    assert!(
        told.contains("3 are accepted") && told.contains("Accept 3"),
        "{told}"
    );
    assert_eq!(app.head().await, 0, "looking does nothing");
    let form = asks.form(&at);
    // What was shown is not what waits now: nothing is done.
    source.says(all(2)).await;
    let refused = form.send(&office).await.expect(409).text();
    assert!(
        text(&refused).contains("changed since you opened the page"),
        "{refused}"
    );
    assert_eq!(app.head().await, 0);
    let form = office.page(&at).await.form(&at);
    let done = form.send(&office).await.expect(200).text();
    assert!(text(&done).contains("Accepted: 3."), "{done}");
    let again = form.send(&office).await.expect(200).text();
    assert!(
        text(&again).contains("Nothing of it waits any more."),
        "{again}"
    );
    office.get(&at).await.expect(404);
    assert_eq!(app.head().await, 3);

    let call = app.call(Method::GET, format!("/api/v1/activities/{id}"));
    let answer = call.token(&app.tokens.office).send().await.expect(200);
    let seen = Draft {
        id,
        etag: answer.etag(),
        activity: answer.json(),
        notice: json!(null),
    };
    let when = json!({"when": {"precision": "day", "starts_on": "2021-08-30"}});
    app.act(&seen, "reschedule", when).await.expect(200);
    source.says(all(11)).await;
    let inbox = said(&office, "/console").await;
    assert!(inbox.contains("in conflict: 1"), "{inbox}");
    let at = fetch("accept").await;
    let asks = office.page(&at).await;
    let told = asks.texts().join(" ");
    assert!(
        told.contains("Accept 2") && told.contains("left for a word of their own: 1"),
        "{told}"
    );
    let done = asks.form(&at).send(&office).await.expect(200).text();
    let told = text(&done);
    assert!(
        told.contains("Accepted: 2.") && told.contains("an editor decided otherwise"),
        "{told}"
    );
    assert_eq!(app.head().await, 6);
    assert_eq!(source.open().await.len(), 1);

    let at = at.replace("accept", "reject");
    let form = office.page(&at).await.form(&at);
    let refused = form.send(&office).await.expect(422);
    assert!(read(&refused).inside("li").join(" ").contains("is missing"));
    let done = form.with("/reason", "以本单位为准").send(&office).await;
    assert!(text(&done.expect(200).text()).contains("Rejected: 1."));
    assert!(source.open().await.is_empty());
    assert_eq!(app.head().await, 6);
}
