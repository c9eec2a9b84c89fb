//! Guessing: how many guesses are looked at, by account and by network, and that nothing tells who there is.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join_all;
use hyper::HeaderMap;
use yueli::config::SecondFactorRule;

use super::{
    seat::{PASSWORD, Seat, id_of, login, person, post},
    second_factor::{app, code, shown_secret},
};
use crate::support::{
    app::{NOW, TestApp, at},
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    of_two_hundred_guesses_at_once_six_are_looked_at_and_the_right_one_waits_too,
    known_and_unknown_logins_are_answered_with_the_same_bytes,
    a_network_that_tries_many_logins_is_held_up,
    a_network_is_what_trusted_proxies_say_and_nobody_else,
    codes_are_counted_apart_from_passwords,
    whoever_found_an_open_session_does_not_guess_its_password,
);

fn looked_at(answers: &[Answer]) -> usize {
    for answer in answers {
        assert!(answer.headers.get("set-cookie").is_none());
        match answer.status.as_u16() {
            401 => assert!(answer.headers.get("retry-after").is_none()),
            429 => {
                assert!((1..=901).contains(&answer.header("retry-after").parse::<i64>().unwrap()))
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    answers.iter().filter(|answer| answer.status == 401).count()
}

async fn of_two_hundred_guesses_at_once_six_are_looked_at_and_the_right_one_waits_too(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    person(&app, "li.wei", "office").await;
    let tries = (0..200).map(async |number| {
        let guess = format!("wrong password {number}");
        login(&app, "li.wei", &guess).await
    });
    assert_eq!(looked_at(&join_all(tries).await), 6);
    // None more until the wait is over, the right one neither; then one, and the next wait is longer.
    for (wait, after) in [
        (2, 4),
        (4, 8),
        (8, 16),
        (16, 32),
        (32, 60),
        (60, 60),
        (60, 60),
    ] {
        login(&app, "li.wei", PASSWORD).await.expect(429);
        clock.advance(TimeDelta::milliseconds(wait * 1000 - 1));
        login(&app, "li.wei", PASSWORD).await.expect(429);
        clock.advance(TimeDelta::milliseconds(1));
        let tries = (0..20).map(|_| login(&app, "li.wei", "wrong password"));
        assert_eq!(looked_at(&join_all(tries).await), 1);
        let held = login(&app, "li.wei", "wrong password").await;
        let told: i64 = held.header("retry-after").parse().unwrap();
        assert!(
            (after..=after + 1).contains(&told),
            "{told} s after {wait} s"
        );
    }
    clock.advance(TimeDelta::seconds(60));
    let seat = Seat::of(&app, &login(&app, "li.wei", PASSWORD).await.expect(303));
    seat.get("/console").await.expect(200);
}

/// The headers that are the same for the same answer.
fn steady(answer: &Answer) -> HeaderMap {
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    headers.remove("date");
    headers
}

async fn known_and_unknown_logins_are_answered_with_the_same_bytes(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    person(&app, "li.wei", "office").await;
    let root = Seat::take(&app, "root", "admin").await;
    person(&app, "gone", "office").await;
    let gone = format!("/console/people/{}", id_of(&app, "gone").await);
    root.post(&gone, &[("change", "disable")]).await.expect(303);
    let mut first: Option<Vec<Answer>> = None;
    // A disabled one gives its right password.
    for (who, password) in [
        ("li.wei", "wrong password"),
        ("gone", PASSWORD),
        ("nobody", PASSWORD),
    ] {
        let mut answers = Vec::new();
        for _ in 0..7 {
            let mut answer = login(&app, who, password).await;
            answer.body = answer
                .text()
                .replace(&format!("\"{who}\""), "\"WHO\"")
                .into();
            answer.headers.remove("content-length");
            answers.push(answer);
        }
        let statuses: Vec<u16> = answers.iter().map(|it| it.status.as_u16()).collect();
        assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 429], "{who}");
        let first = first.get_or_insert_with(|| answers.clone());
        for (one, other) in first.iter().zip(&answers) {
            assert_eq!(one.status, other.status, "{who}");
            assert_eq!(one.text(), other.text(), "{who}");
            assert_eq!(steady(one), steady(other), "{who}");
        }
    }
}

/// Argon2id takes some milliseconds at least; what is answered without it takes a fraction of that. The least of several
/// tries in turn is compared, which other work on the machine hardly touches, and bounds are wide.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_login_takes_as_long_as_a_known_one() {
    let (app, clock) = app(TestDb::sqlite(), SecondFactorRule::Optional).await;
    person(&app, "li.wei", "office").await;
    let mut least = [Duration::MAX; 2];
    for _ in 0..8 {
        for (least, who) in least.iter_mut().zip(["li.wei", "nobody"]) {
            let began = Instant::now();
            login(&app, who, "wrong password").await.expect(401);
            *least = began.elapsed().min(*least);
        }
        clock.advance(TimeDelta::hours(25));
    }
    let [known, unknown] = least;
    assert!(
        unknown * 3 > known && known * 3 > unknown,
        "{known:?}, {unknown:?}"
    );
    // Without hashing it is another order of magnitude.
    for _ in 0..6 {
        login(&app, "held", "wrong password").await.expect(401);
    }
    let mut held = Duration::MAX;
    for _ in 0..8 {
        let began = Instant::now();
        login(&app, "held", "wrong password").await.expect(429);
        held = began.elapsed().min(held);
    }
    assert!(
        held * 2 < unknown,
        "nothing is hashed while it is held: {held:?}, {unknown:?}"
    );
}

async fn a_network_that_tries_many_logins_is_held_up(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    person(&app, "li.wei", "office").await;
    let tries =
        (0..60).map(async |number| login(&app, &format!("name-{number}"), "wrong password").await);
    assert_eq!(looked_at(&join_all(tries).await), 21);
    // What a stranger says of where it asks from changes nothing.
    let fields = [("login", "li.wei"), ("password", PASSWORD)];
    for said in ["192.0.2.77", "::1", "127.0.0.1, 192.0.2.77"] {
        let call = post(&app, "/console/login", &fields).header("x-forwarded-for", said);
        call.header("forwarded", "for=192.0.2.77")
            .send()
            .await
            .expect(429);
    }
    clock.advance(TimeDelta::seconds(2));
    login(&app, "li.wei", PASSWORD).await.expect(303);
    // One that was right takes one back, and not the others: the next wrong one is held up again.
    login(&app, "another", "wrong password").await.expect(401);
    login(&app, "li.wei", PASSWORD).await.expect(429);
    clock.advance(TimeDelta::hours(25));
    let tries =
        (0..20).map(async |number| login(&app, &format!("later-{number}"), "wrong password").await);
    assert_eq!(
        looked_at(&join_all(tries).await),
        20,
        "a day later it is forgotten"
    );
}

async fn a_network_is_what_trusted_proxies_say_and_nobody_else(db: TestDb) {
    let clock = std::sync::Arc::new(yueli::clock::ManualClock::new(at(NOW)));
    let app = TestApp::start_with(db, clock, |settings| {
        settings.roles = vec![yueli::config::Role::Web];
        settings.console.second_factor = SecondFactorRule::Optional;
        settings.http.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    person(&app, "li.wei", "office").await;
    let from = async |said: &str, who: &str, password: &str| {
        let fields = [("login", who), ("password", password)];
        let call = post(&app, "/console/login", &fields).header("x-forwarded-for", said);
        call.send().await
    };
    for number in 0..21 {
        // Whoever asks puts before it what they like.
        let said = format!("198.51.100.{number}, 192.0.2.7");
        from(&said, &format!("name-{number}"), "wrong password")
            .await
            .expect(401);
    }
    from("192.0.2.7", "li.wei", PASSWORD).await.expect(429);
    from("203.0.113.5, 192.0.2.7", "li.wei", PASSWORD)
        .await
        .expect(429);
    from("192.0.2.8", "li.wei", PASSWORD).await.expect(303);
    for number in 0..21 {
        let said = format!("2001:db8:1:2::{number:x}");
        from(&said, &format!("six-{number}"), "wrong password")
            .await
            .expect(401);
    }
    from("2001:db8:1:2:3:4:5:6", "li.wei", PASSWORD)
        .await
        .expect(429);
    from("2001:db8:1:3::1", "li.wei", PASSWORD)
        .await
        .expect(303);
}

async fn codes_are_counted_apart_from_passwords(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Required).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let page = seat.get("/console/second-factor").await.expect(200).text();
    let secret = shown_secret(&page);
    let fields = [("code", &*code(&secret, &clock))];
    seat.post("/console/second-factor", &fields)
        .await
        .expect(303);
    clock.advance(TimeDelta::seconds(90));

    let half = Seat::of(&app, &login(&app, "root", PASSWORD).await.expect(303));
    let tries = (0..40).map(|_| half.post("/console/code", &[("code", "12345")]));
    assert_eq!(looked_at(&join_all(tries).await), 6);
    let right = [("code", &*code(&secret, &clock))];
    half.post("/console/code", &right).await.expect(429);
    // The password is looked at, and makes the codes no freer: another session of the same account waits too.
    let again = Seat::of(&app, &login(&app, "root", PASSWORD).await.expect(303));
    again.post("/console/code", &right).await.expect(429);
    clock.advance(TimeDelta::seconds(61));
    for _ in 0..6 {
        login(&app, "root", "wrong password").await.expect(401);
    }
    login(&app, "root", PASSWORD).await.expect(429);
    let right = [("code", &*code(&secret, &clock))];
    let entered = again.post("/console/code", &right).await.expect(303);
    Seat::of(&app, &entered).get("/console").await.expect(200);
}

async fn whoever_found_an_open_session_does_not_guess_its_password(db: TestDb) {
    let (app, clock) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "li.wei", "office").await;
    let guess = async |present: &str, password: &str| {
        let fields = [("present", present), ("password", password)];
        seat.post("/console/account/password", &fields).await
    };
    // Who knows it may take their time to find one that may be set.
    for _ in 0..12 {
        guess(PASSWORD, "short").await.expect(422);
    }
    let guesses = (0..40).map(|_| guess("wrong password", "another-long-password"));
    let answers = join_all(guesses).await;
    let looked_at = answers.into_iter().filter(|answer| {
        assert_eq!(answer.status, 422);
        answer.text().contains("is not your present password")
    });
    assert_eq!(looked_at.count(), 6);
    let held = guess(PASSWORD, "another-long-password")
        .await
        .expect(422)
        .text();
    assert!(held.contains("was wrong too often"), "{held}");
    // It is counted apart: the login goes on, and so does the session.
    login(&app, "li.wei", PASSWORD).await.expect(303);
    clock.advance(TimeDelta::seconds(61));
    guess(PASSWORD, "another-long-password").await.expect(303);
    seat.get("/console").await.expect(200);
    login(&app, "li.wei", "another-long-password")
        .await
        .expect(303);
}
