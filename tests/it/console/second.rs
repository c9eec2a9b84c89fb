//! Who comes second, in every form that others may change meanwhile: they see it, and nothing is overwritten.

use serde_json::json;
use yueli::config::SecondFactorRule;

use super::{
    page::Page,
    seat::{Seat, hidden},
    second_factor::app,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    figures_that_another_entered_meanwhile_are_not_lost_when_it_is_confirmed_as_held,
    a_look_that_is_mended_is_still_of_what_was_seen,
    an_offices_contact_is_not_written_over_unseen,
    the_year_has_both_of_two_changes,
    a_form_sent_twice_adds_one_person_and_one_token,
    what_is_sent_twice_is_no_second_change,
    looking_leaves_nothing_in_the_audit,
);

async fn over(app: &TestApp) -> crate::support::app::Draft {
    let when = json!({"precision": "day", "starts_on": "2021-05-01"});
    app.announced(json!({"when": when})).await
}

async fn figures_that_another_entered_meanwhile_are_not_lost_when_it_is_confirmed_as_held(
    db: TestDb,
) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let second = Seat::take(&app, "second", "office").await;
    let seen = over(&app).await;
    let hold = format!("/console/activities/{}/hold", seen.id);
    let edit = format!("/console/activities/{}/edit", seen.id);
    let mine = second.page(&hold).await.form(&hold);
    let theirs = office.page(&edit).await.form(&edit);
    let theirs = theirs
        .with("/figures/0/what", "views")
        .with("/figures/0/value", "5000")
        .with("/figures/0/qualifier", "exact")
        .with("/outcomes/0/zh", "签约一项")
        .with("telling", "quietly");
    theirs.send(&office).await.expect(303);
    let mine = mine
        .with("/figures/0/what", "on_site")
        .with("/figures/0/value", "80")
        .with("/figures/0/qualifier", "nearly");
    let refused = mine.with("step", "look").send(&second).await.expect(409);
    let page = Page::read(&refused.text());
    let told = page.texts().join("\n");
    for said in [
        "Somebody changed the activity",
        "Changed last by",
        "5000",
        "80",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    // What they did not touch is the other's now; what both did is theirs to decide.
    let form = page.form(&hold);
    assert_eq!(form.value("/outcomes/0/zh"), "签约一项");
    assert_eq!(form.value("/figures/0/value"), "80");
    let looked = form.with("step", "look").send(&second).await.expect(200);
    let confirm = Page::read(&looked.text()).form(&hold).with("step", "do");
    confirm.send(&second).await.expect(303);
    let after = app.get(seen.path()).await.expect(200).json();
    assert_eq!(after["outcomes"][0]["zh"], "签约一项", "{after}");
    assert_eq!(after["figures"][0]["value"], 80, "{after}");
}

async fn a_look_that_is_mended_is_still_of_what_was_seen(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = app.announced(json!({})).await;
    let at = format!("/console/activities/{}/reschedule", seen.id);
    let form = office.page(&at).await.form(&at);
    let form = form
        .with("/when/precision", "day")
        .with("/when/starts_on", "2021-09-01")
        .with("/reason/code", "venue")
        .with("step", "look");
    let looked = form.send(&office).await.expect(200).text();
    let version = hidden(&looked, "version");
    let body = json!({"when": {"precision": "day", "starts_on": "2021-10-08"}});
    app.act(&seen, "reschedule", body).await.expect(200);
    let mend = Page::read(&looked).form(&at).with("step", "mend");
    let mended = mend.send(&office).await.expect(200).text();
    assert_eq!(hidden(&mended, "version"), version);
    let again = Page::read(&mended).form(&at).with("step", "do");
    again.send(&office).await.expect(409);
    let after = app.get(seen.path()).await.expect(200).json();
    assert_eq!(after["when"]["starts_on"], "2021-10-08", "{after}");
}

async fn an_offices_contact_is_not_written_over_unseen(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let haidian = Seat::take(&app, "haidian", "district:haidian").await;
    let (page, at) = (
        "/console/editions/2021",
        "/console/editions/2021/contacts/haidian",
    );
    let mine = office.page(page).await.form(at);
    let theirs = haidian.page(page).await.form(at);
    clock.advance(chrono::TimeDelta::minutes(1));
    let theirs = theirs
        .with("/name", "李联络")
        .with("/email", "li@office.example")
        .with("/phone", "010-1");
    theirs.send(&haidian).await.expect(303);
    let refused = mine.with("/name", "王联络").send(&office).await.expect(409);
    let again = Page::read(&refused.text());
    let told = again.texts().join("\n");
    assert!(told.contains("was changed in between"), "{told}");
    assert!(told.contains("li@office.example"), "{told}");
    // What was typed stands in the form, and is saved now that the other was seen.
    let form = again.form(at);
    assert_eq!(form.value("/name"), "王联络");
    // A fault stands at its field, with everything that was typed.
    let wrong = form.with("/email", "no address");
    let refused = wrong.send(&office).await.expect(422);
    let again = Page::read(&refused.text());
    let told = again.texts().join("\n");
    assert!(told.contains("Haidian District · "), "{told}");
    let form = again.form(at);
    assert_eq!(
        (form.value("/name"), form.value("/email")),
        ("王联络", "no address")
    );
    form.with("/email", "wang@office.example")
        .send(&office)
        .await
        .expect(303);
    let after = office.page(page).await.form(at);
    assert_eq!(after.value("/email"), "wang@office.example");
}

async fn the_year_has_both_of_two_changes(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let first = Seat::take(&app, "first", "office").await;
    let second = Seat::take(&app, "second", "office").await;
    let at = "/console/editions/2021";
    let (mine, theirs) = (
        second.page(at).await.form(at),
        first.page(at).await.form(at),
    );
    theirs
        .with("/theme/en", "Wisdom and health")
        .send(&first)
        .await
        .expect(303);
    let mine = mine.with("/theme/zh", "另一个主题");
    let refused = mine.send(&second).await.expect(409);
    let page = Page::read(&refused.text());
    let told = page.texts().join("\n");
    assert!(told.contains("Somebody saved a change"), "{told}");
    let form = page.form(at);
    assert_eq!(form.value("/theme/en"), "Wisdom and health");
    assert_eq!(form.value("/theme/zh"), "另一个主题");
    form.send(&second).await.expect(303);
    // The same once more, by a second click, is what stands there.
    let form = first.page(at).await.form(at).with("/theme/zh", "又一次");
    form.send(&first).await.expect(303);
    form.send(&first).await.expect(303);
    let after = first.page(at).await.form(at);
    assert_eq!(after.value("/theme/en"), "Wisdom and health");
    assert_eq!(after.value("/theme/zh"), "又一次");
}

async fn a_form_sent_twice_adds_one_person_and_one_token(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let root = Seat::take(&app, "root", "admin").await;
    let at = "/console/people";
    let form = root.page(at).await.form(at);
    let form = form.with("login", "li.wei").with("role", "viewer");
    let first = form.send(&root).await.expect(200).text();
    assert!(first.contains("<code>"), "{first}");
    let again = form.send(&root).await.expect(200).text();
    assert!(again.contains("li.wei was added once"), "{again}");
    assert!(!again.contains("<code>"), "{again}");
    let at = "/console/account/tokens";
    let form = root.page("/console/account").await.form(at);
    let form = form.with("name", "a program");
    form.send(&root).await.expect(200);
    let again = form.send(&root).await.expect(200).text();
    assert!(again.contains("one token was made"), "{again}");
    let account = root.page("/console/account").await;
    let tokens = account
        .texts()
        .into_iter()
        .filter(|text| text.starts_with("a program"));
    assert_eq!(tokens.count(), 1, "{:?}", account.texts());
}

async fn what_is_sent_twice_is_no_second_change(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = app.announced(json!({})).await;
    let edit = format!("/console/activities/{}/edit", seen.id);
    let form = office.page(&edit).await.form(&edit);
    let form = form.with("/summary/zh", "新的简介");
    form.send(&office).await.expect(303);
    form.send(&office).await.expect(303);
    let now = app.get(seen.path()).await.expect(200);
    assert_eq!(now.json()["revision"], 2);
    // Whom to call: the same twice, and a fault that hides nobody's word.
    let (page, at) = (
        "/console/editions/2021",
        "/console/editions/2021/contacts/haidian",
    );
    let form = office.page(page).await.form(at).with("/phone", "010-55");
    form.send(&office).await.expect(303);
    let stale = office.page(page).await.form(at);
    clock.advance(chrono::TimeDelta::minutes(1));
    form.send(&office).await.expect(303);
    let theirs = office.page(page).await.form(at).with("/name", "李联络");
    theirs.send(&office).await.expect(303);
    let refused = stale.with("/email", "no address").send(&office).await;
    refused.expect(409);
    let after = office.page(page).await.form(at);
    assert_eq!(after.value("/name"), "李联络");
}

async fn looking_leaves_nothing_in_the_audit(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = app.drafted(json!({})).await;
    let before = app.entries().await.len();
    for (action, fields, status) in [
        ("announce", &[("/publish/when", "soon")][..], 422),
        ("announce", &[("/publish/when", "now")], 200),
        ("hold", &[], 409),
    ] {
        let at = format!("/console/activities/{}/{action}", seen.id);
        let mut sent = vec![("step", "look"), ("version", "1")];
        sent.extend(fields);
        let looked = office.post(&at, &sent).await;
        assert_eq!(
            looked.status.as_u16(),
            status,
            "{action}: {}",
            looked.text()
        );
    }
    assert_eq!(app.entries().await.len(), before);
    // What cannot be done says why, and not what its form lacks.
    for action in ["change-format", "withdraw", "cancel", "relocate"] {
        let at = format!("/console/activities/{}/{action}", seen.id);
        let refused = office.get(&at).await.expect(409).text();
        assert!(refused.contains("announce it first"), "{action}: {refused}");
    }
}
