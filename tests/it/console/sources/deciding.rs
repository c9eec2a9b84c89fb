//! One proposal: decided as it was shown, once, and with a reason.

use hyper::Method;
use serde_json::json;

use super::{Watch, at_day, public, read, said, start, text};
use crate::{
    console::seat::Seat,
    support::{
        app::{Draft, TestApp},
        db::{TestDb, on_both},
    },
    tracking::upstream::Upstream,
};

on_both!(
    a_rejection_says_why_and_is_remembered,
    what_changed_since_it_was_shown_is_shown_again,
    who_edits_second_sees_what_is_new,
    what_is_wrong_in_a_form_stands_at_its_field,
    what_cannot_be_accepted_as_it_is_says_why,
    a_decision_leads_on_to_the_next,
);

async fn announced<'a>(seat: &'a Seat<'a>, upstream: &'a Upstream) -> (Watch<'a>, String) {
    let source = Watch::new(seat, upstream).await;
    source.says(at_day(1)).await;
    let id = source.activity(&source.only().await).await;
    source.accept().await;
    (source, id)
}

/// Somebody moves it to another day by hand.
async fn moved(app: &TestApp, id: &str, day: &str) {
    let path = format!("/api/v1/activities/{id}");
    let call = app.call(Method::GET, path).token(&app.tokens.office);
    let answer = call.send().await.expect(200);
    let seen = Draft {
        id: id.to_owned(),
        etag: answer.etag(),
        activity: answer.json(),
        notice: json!(null),
    };
    let when = json!({"when": {"precision": "day", "starts_on": day}});
    app.act(&seen, "reschedule", when).await.expect(200);
}

async fn a_rejection_says_why_and_is_remembered(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let (source, id) = announced(&office, &upstream).await;
    source.says(at_day(2)).await;
    let proposal = source.only().await;
    let refused = source.reject(&proposal, " ").await.expect(422);
    assert!(
        read(&refused)
            .inside("li")
            .join(" ")
            .contains("Reason: is missing")
    );
    let long = "长".repeat(3_000);
    let refused = source.reject(&proposal, &long).await.expect(422);
    let form = read(&refused).form(&format!("{proposal}/reject"));
    assert_eq!(form.value("/reason"), long, "what was typed is kept");
    source.reject(&proposal, "主办方确认不变").await.expect(303);
    let page = said(&office, &proposal).await;
    assert!(
        page.contains("Rejected by office") && page.contains("Reason: 主办方确认不变"),
        "{page}"
    );
    assert!(!page.contains("What accepting does"), "{page}");
    let list = office.page("/console/rejections").await;
    assert!(list.values("href").contains(&proposal.as_str()));
    let back = office
        .page(&proposal)
        .await
        .form(&format!("{proposal}/reopen"));
    let answer = back.send(&office).await.expect(303);
    let page = said(&office, answer.header("location")).await;
    assert!(page.contains("The rejection was taken back"), "{page}");
    source.says(format!("{}\r\n", at_day(2))).await;
    let anew = source.only().await;
    assert_ne!(anew, proposal);
    source.reject(&anew, "主办方确认不变").await.expect(303);
    source.says(at_day(2)).await;
    source.says(at_day(1)).await;
    assert!(source.open().await.is_empty());
    assert_eq!(public(&app, &id).await["when"]["starts_on"], "2021-08-01");
    assert_eq!(app.head().await, 1);
}

async fn what_changed_since_it_was_shown_is_shown_again(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let (source, id) = announced(&office, &upstream).await;
    source.says(at_day(2)).await;
    let proposal = source.only().await;
    let old = source.accepting(&proposal).await;
    moved(&app, &id, "2021-08-05").await;
    let refused = old.send(&office).await.expect(409);
    let page = text(&refused.text());
    assert!(
        page.contains("decide again") && page.contains("5 Aug 2021"),
        "{page}"
    );
    assert!(
        page.contains("Conflict") && page.contains("changed here"),
        "{page}"
    );
    // A form from before that, once the proposal shows what stands there now.
    let refused = old.send(&office).await.expect(409);
    assert!(text(&refused.text()).contains("decide again"));
    assert_eq!(app.head().await, 2);
    let form = read(&refused).form(&format!("{proposal}/accept"));
    form.send(&office).await.expect(303);
    assert_eq!(public(&app, &id).await["when"]["starts_on"], "2021-08-02");
    // Overtaken by what the source says next.
    source.says(at_day(3)).await;
    let proposal = source.only().await;
    let old = source.accepting(&proposal).await;
    source.says(at_day(4)).await;
    let refused = old.send(&office).await.expect(409);
    let page = text(&refused.text());
    assert!(page.contains("this is moot"), "{page}");
    assert_eq!(app.head().await, 3);
    let next = source.only().await;
    assert_ne!(next, proposal);
}

async fn who_edits_second_sees_what_is_new(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let source = Watch::new(&office, &upstream).await;
    source.says(at_day(1)).await;
    let proposal = source.only().await;
    let id = source.activity(&proposal).await;
    let edit = format!("{proposal}/edit");
    let mine = office
        .page(&edit)
        .await
        .form(&edit)
        .with("/title/en", "Mine");
    let accepting = source.accepting(&proposal).await;
    // Somebody works on the draft.
    let by_hand = format!("/console/activities/{id}/edit");
    let form = office.page(&by_hand).await.form(&by_hand);
    let form = form.with("/title/zh", "改过的名称").with("/kind", "forum");
    form.send(&office).await.expect(303);
    let refused = accepting.send(&office).await.expect(409);
    assert!(
        text(&refused.text()).contains("nothing was done"),
        "{}",
        refused.text()
    );
    let second = mine.send(&office).await.expect(409);
    let page = text(&second.text());
    assert!(
        page.contains("改过的名称") && page.contains("What somebody else changed"),
        "{page}"
    );
    let form = read(&second).form(&edit);
    assert_eq!(
        (form.value("/title/zh"), form.value("/title/en")),
        ("改过的名称", "Mine")
    );
    form.send(&office).await.expect(303);
    let activity = public(&app, &id).await;
    assert_eq!(activity["title"], json!({"zh": "改过的名称", "en": "Mine"}));
    assert_eq!(activity["kind"], "forum");
}

async fn what_is_wrong_in_a_form_stands_at_its_field(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let (source, id) = announced(&office, &upstream).await;
    source.says(at_day(2)).await;
    let proposal = source.only().await;
    let edit = format!("{proposal}/edit");
    let form = office.page(&edit).await.form(&edit);
    let wrong = form.clone().with("/when/starts_on", "2021-02-31");
    let refused = wrong.send(&office).await.expect(422);
    assert!(read(&refused).values("href").contains(&"#f-when-starts_on"));
    let unknown = form.with("/when/precision", "unknown");
    let refused = unknown.send(&office).await;
    assert!(
        matches!(refused.status.as_u16(), 409 | 422),
        "{}",
        refused.status
    );
    assert_eq!(source.open().await.len(), 1);
    assert_eq!(public(&app, &id).await["when"]["starts_on"], "2021-08-01");
    assert_eq!(app.head().await, 1);
}

async fn what_cannot_be_accepted_as_it_is_says_why(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await.reading("zh-CN");
    let source = Watch::new(&office, &upstream).await;
    source.says(at_day(1)).await;
    let proposal = source.only().await;
    let id = source.activity(&proposal).await;
    let by_hand = format!("/console/activities/{id}/edit");
    let form = office.page(&by_hand).await.form(&by_hand).with("/kind", "");
    form.send(&office).await.expect(303);
    let page = office.page(&proposal).await;
    let told = page.texts().join(" ");
    assert!(
        told.contains("不能直接采纳") && told.contains("类型"),
        "{told}"
    );
    let accept = format!("{proposal}/accept");
    assert!(!page.forms().iter().any(|form| form.action == accept));
    // What a page no longer offers is refused where somebody sends it all the same.
    office.post(&accept, &[("seen", "x")]).await.expect(409);
    let edit = format!("{proposal}/edit");
    let form = office.page(&edit).await.form(&edit).with("/kind", "forum");
    form.send(&office).await.expect(303);
    assert_eq!(public(&app, &id).await["kind"], "forum");
}

async fn a_decision_leads_on_to_the_next(db: TestDb) {
    let app = start(db).await;
    let upstream = Upstream::start().await;
    let office = Seat::take(&app, "office", "office").await;
    let source = Watch::new(&office, &upstream).await;
    let two = [
        super::entry("1@a", "人工智能专场", 1),
        super::entry("2@a", "碳中和论坛", 9),
    ];
    source.says(super::calendar(&two)).await;
    let open = source.open().await;
    assert_eq!(open.len(), 2);
    let answer = source.accepting(&open[0]).await.send(&office).await;
    let to = answer.header("location").to_owned();
    assert_eq!(to, format!("{}?accepted", open[1]));
    assert!(text(&office.follow(answer).await).contains("This is the next one."));
    let answer = source.reject(&open[1], "不属于本计划").await;
    assert_eq!(answer.header("location"), "/console/proposals?rejected");
    assert!(text(&office.follow(answer).await).contains("Nothing is proposed."));
    // Its draft went with it.
    let page = said(&office, &open[1]).await;
    assert!(!page.contains("See the activity"), "{page}");
    assert_eq!(app.head().await, 1);
}
