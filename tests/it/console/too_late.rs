//! What is sent after the session was over: nothing that was typed is lost, and no secret is repeated.

use chrono::TimeDelta;
use serde_json::json;
use yueli::config::SecondFactorRule;

use super::{
    page::Page,
    seat::{PASSWORD, Seat, login, post},
    second_factor::app,
};
use crate::support::db::{TestDb, on_both};

on_both!(
    what_was_sent_too_late_can_be_sent_again,
    secrets_that_were_sent_too_late_are_not_repeated,
);

async fn what_was_sent_too_late_can_be_sent_again(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "li.wei", "office").await;
    let seen = app.announced(json!({})).await;
    let new = "/console/activities/new";
    let edit = format!("/console/activities/{}/edit", seen.id);
    let cancel = format!("/console/activities/{}/cancel", seen.id);
    let typed = "\n第一行 \"<b>&\n\n第三行\u{3000}";
    let forms = [
        seat.page(new)
            .await
            .form(new)
            .with("/title/zh", "写了很久")
            .with("/summary/zh", typed),
        seat.page(&edit)
            .await
            .form(&edit)
            .with("/summary/zh", typed),
    ];
    clock.advance(TimeDelta::hours(13));
    let mut kept = Vec::new();
    for form in forms {
        let over = form.send(&seat).await.expect(401);
        let again = Page::read(&over.text()).form(&form.action);
        let plain = |fields: &[(String, String)]| {
            let fields = fields.iter();
            fields
                .map(|(name, value)| (name.clone(), value.replace("\r\n", "\n")))
                .collect::<Vec<_>>()
        };
        assert_eq!(plain(&again.fields), plain(&form.fields), "nothing is lost");
        kept.push(again);
    }
    // In another tab they log in; the page they kept is sent again.
    let seat = Seat::of(&app, &login(&app, "li.wei", PASSWORD).await.expect(303));
    let made = kept[0].send(&seat).await.expect(303);
    let twice = kept[0].send(&seat).await.expect(303);
    assert_eq!(made.header("location"), twice.header("location"));
    kept[1].send(&seat).await.expect(303);
    let after = app.get(seen.path()).await.expect(200).json();
    assert_eq!(after["summary"]["zh"], typed.trim());
    // An action is shown before it is done, then too.
    let looked = seat
        .page(&cancel)
        .await
        .form(&cancel)
        .with("/reason/code", "weather")
        .with("step", "look");
    let confirm = Page::read(&looked.send(&seat).await.expect(200).text())
        .form(&cancel)
        .with("step", "do");
    clock.advance(TimeDelta::hours(13));
    let over = confirm.send(&seat).await.expect(401);
    let head = app.head().await;
    let seat = Seat::of(&app, &login(&app, "li.wei", PASSWORD).await.expect(303));
    Page::read(&over.text())
        .form(&cancel)
        .send(&seat)
        .await
        .expect(303);
    assert_eq!(app.head().await, head + 1);
}

async fn secrets_that_were_sent_too_late_are_not_repeated(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let secret = "not-to-be-seen-again";
    for (path, name) in [
        ("/console/account/password", "present"),
        ("/console/account/password", "password"),
        ("/console/webhooks/new", "/secret"),
        ("/console/people", "password"),
        ("/console/filters", "code"),
    ] {
        let over = post(&app, path, &[(name, secret), ("other", "kept")])
            .send()
            .await
            .expect(401);
        let page = Page::read(&over.text());
        assert!(!over.text().contains(secret), "{path} {name}");
        assert_eq!(page.form(path).value("other"), "kept");
    }
    let wrong = [("login", "li.wei"), ("password", secret)];
    let refused = post(&app, "/console/login", &wrong)
        .send()
        .await
        .expect(401);
    assert!(!refused.text().contains(secret));
    let seat = Seat::take(&app, "root", "admin").await;
    let wrong = [("present", secret), ("password", "another-long-password")];
    let refused = seat
        .post("/console/account/password", &wrong)
        .await
        .expect(422)
        .text();
    assert!(!refused.contains(secret) && !refused.contains("another-long-password"));
}
