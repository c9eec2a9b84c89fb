//! The life of a second factor: set up, asked for, sealed anew, taken away.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join_all;
use yueli::{
    clock::ManualClock,
    config::{Role as ServeRole, SecondFactorRule},
    vault::Key,
};

use super::{
    seat::{PASSWORD, Seat, id_of, login},
    second_factor::{app, code, shown_secret},
};
use crate::support::{
    app::{NOW, TestApp, at},
    db::{TestDb, on_both},
};

on_both!(
    setting_one_up_ends_every_other_session,
    it_is_set_up_once_however_many_try,
    who_may_have_one_need_not,
    it_is_sealed_anew_when_the_key_changes,
    without_it_nobody_is_let_in_by_half,
);

async fn setting_one_up_ends_every_other_session(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let other = Seat::of(&app, &login(&app, "root", PASSWORD).await.expect(303));
    let account = seat.page("/console/account").await;
    let to = account.values("href");
    assert!(
        to.contains(&"/console/second-factor?next=/console/account"),
        "{to:?}"
    );
    let page = seat
        .get("/console/second-factor?next=/console/account")
        .await
        .expect(200)
        .text();
    let secret = shown_secret(&page);
    let again = seat.get("/console/second-factor").await.expect(200).text();
    assert_eq!(
        shown_secret(&again),
        secret,
        "an app that read it once knows it"
    );
    // It is not in use before a code of it was given.
    login(&app, "root", PASSWORD).await.expect(303);
    let form = super::page::Page::read(&page).form("/console/second-factor");
    assert_eq!(form.value("next"), "/console/account");
    let mut wrong = code(&secret, &clock).into_bytes();
    wrong[0] = if wrong[0] == b'9' { b'0' } else { wrong[0] + 1 };
    let wrong = String::from_utf8(wrong).unwrap();
    let refused = form
        .clone()
        .with("code", &wrong)
        .send(&seat)
        .await
        .expect(422);
    assert_eq!(shown_secret(&refused.text()), secret);
    other.get("/console").await.expect(200);
    let given = form.with("code", &code(&secret, &clock));
    let done = given.send(&seat).await.expect(303);
    assert_eq!(done.header("location"), "/console/account");
    for void in [&seat, &other] {
        void.get("/console").await.expect(303);
    }
    let seat = Seat::of(&app, &done);
    let account = seat.get("/console/account").await.expect(200).text();
    assert!(!account.contains(&secret));
    // It is not shown again, and no other is made over it.
    let sent = seat.get("/console/second-factor").await.expect(303);
    assert_eq!(sent.header("location"), "/console/account");
    clock.advance(TimeDelta::seconds(60));
    let fields = [("code", &*code(&secret, &clock))];
    let sent = seat
        .post("/console/second-factor", &fields)
        .await
        .expect(303);
    assert!(sent.headers.get("set-cookie").is_none());
}

async fn it_is_set_up_once_however_many_try(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Required).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let shown = (0..8).map(|_| seat.get("/console/second-factor"));
    let mut secrets: Vec<String> = join_all(shown)
        .await
        .into_iter()
        .map(|answer| shown_secret(&answer.expect(200).text()))
        .collect();
    secrets.dedup();
    assert_eq!(secrets.len(), 1, "{secrets:?}");
    let fields = [("code", &*code(&secrets[0], &clock))];
    let tries = (0..8).map(|_| seat.post("/console/second-factor", &fields));
    let answers = join_all(tries).await;
    let entered: Vec<_> = answers
        .iter()
        .filter(|answer| answer.headers.contains_key("set-cookie"))
        .collect();
    assert_eq!(entered.len(), 1);
    Seat::of(&app, entered[0]).get("/console").await.expect(200);
    seat.get("/console").await.expect(303);
}

async fn who_may_have_one_need_not(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Required).await;
    for (who, role) in [("a", "district:haidian"), ("b", "viewer"), ("c", "partner")] {
        let seat = Seat::take(&app, who, role).await;
        seat.get("/console/account").await.expect(200);
        let page = seat.get("/console/second-factor").await.expect(200).text();
        let secret = shown_secret(&page);
        let fields = [("code", &*code(&secret, &clock))];
        seat.post("/console/second-factor", &fields)
            .await
            .expect(303);
        let half = login(&app, who, PASSWORD).await.expect(303);
        assert_eq!(
            half.header("location"),
            "/console/code",
            "{role}: who has one is asked"
        );
        Seat::of(&app, &half)
            .get("/console/account")
            .await
            .expect(303);
        clock.advance(TimeDelta::seconds(30));
        let fields = [("code", &*code(&secret, &clock))];
        let entered = Seat::of(&app, &half)
            .post("/console/code", &fields)
            .await
            .expect(303);
        Seat::of(&app, &entered)
            .get("/console/account")
            .await
            .expect(200);
    }
}

async fn started(db: TestDb, clock: &Arc<ManualClock>, keys: &[&Key]) -> TestApp {
    TestApp::start_with(db, clock.clone(), |settings| {
        settings.roles = vec![ServeRole::Web];
        settings.secrets.keys = keys.iter().map(|key| (*key).clone()).collect();
    })
    .await
}

async fn sealed(app: &TestApp) -> String {
    let found = yueli::store::people::find_by_login(app.services.db.reader(), "root");
    found.await.unwrap().unwrap().second_factor.unwrap()
}

async fn it_is_sealed_anew_when_the_key_changes(db: TestDb) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let (old, new) = (Key::random(), Key::random());
    let app = started(db, &clock, &[&old]).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let page = seat.get("/console/second-factor").await.expect(200).text();
    let secret = shown_secret(&page);
    let fields = [("code", &*code(&secret, &clock))];
    seat.post("/console/second-factor", &fields)
        .await
        .expect(303);
    let before = sealed(&app).await;
    let db = app.stop().await;
    let app = started(db, &clock, &[&new, &old]).await;
    let after = sealed(&app).await;
    assert_ne!(before, after);
    for written in [&before, &after] {
        assert!(!written.contains(&secret), "it lies open");
    }
    let db = app.stop().await;
    // The old key may go now, and the code of the same secret is right.
    let app = started(db, &clock, &[&new]).await;
    assert_eq!(
        sealed(&app).await,
        after,
        "it is sealed by the newest already"
    );
    clock.advance(TimeDelta::seconds(30));
    let half = Seat::of(&app, &login(&app, "root", PASSWORD).await.expect(303));
    let fields = [("code", &*code(&secret, &clock))];
    let entered = half.post("/console/code", &fields).await.expect(303);
    Seat::of(&app, &entered).get("/console").await.expect(200);
    let db = app.stop().await;
    // Without its key it cannot be read: nobody gets in, and nothing is told of the inside.
    let app = started(db, &clock, &[&old]).await;
    let half = Seat::of(&app, &login(&app, "root", PASSWORD).await.expect(303));
    clock.advance(TimeDelta::seconds(30));
    let fields = [("code", &*code(&secret, &clock))];
    let answer = half.post("/console/code", &fields).await;
    assert!(answer.status.is_server_error(), "{}", answer.status);
    assert!(answer.headers.get("set-cookie").is_none());
    assert!(!answer.text().contains("usr_") && !answer.text().contains(&secret));
    half.get("/console").await.expect(303);
}

async fn without_it_nobody_is_let_in_by_half(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let root = Seat::take(&app, "root", "admin").await;
    let seat = Seat::take(&app, "li.wei", "office").await;
    let secret = shown_secret(&seat.get("/console/second-factor").await.expect(200).text());
    let fields = [("code", &*code(&secret, &clock))];
    seat.post("/console/second-factor", &fields)
        .await
        .expect(303);
    let half = Seat::of(&app, &login(&app, "li.wei", PASSWORD).await.expect(303));
    let at = format!("/console/people/{}", id_of(&app, "li.wei").await);
    root.post(&at, &[("change", "second-factor")])
        .await
        .expect(303);
    // The half session does not become a whole one by what was taken away.
    half.get("/console/code").await.expect(303);
    clock.advance(TimeDelta::seconds(30));
    let fields = [("code", &*code(&secret, &clock))];
    let sent = half.post("/console/code", &fields).await.expect(303);
    assert!(sent.headers.get("set-cookie").is_none());
    let entered = login(&app, "li.wei", PASSWORD).await.expect(303);
    assert_eq!(entered.header("location"), "/console");
    // A new one is another secret.
    let seat = Seat::of(&app, &entered);
    let other = shown_secret(&seat.get("/console/second-factor").await.expect(200).text());
    assert_ne!(other, secret);
}
