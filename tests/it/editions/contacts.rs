//! Whom to call in an office: who says it, who reads it, and how long it is kept.

use chrono::TimeDelta;
use hyper::Method;
use serde_json::{Value, json};

use super::{EDITIONS, called};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    editors_read_contacts_and_nobody_else_does,
    a_district_says_its_own_and_an_organiser_anybodys,
    a_contact_is_put_in_place_whole_and_an_empty_one_deletes,
    the_list_is_in_the_order_of_codes_and_comes_in_pages,
    all_faults_of_a_contact_are_told_at_once,
    a_new_year_begins_with_the_old_ones_contacts,
    contacts_go_with_their_edition,
    the_last_word_counts_however_many_speak_at_once,
);

async fn editors_read_contacts_and_nobody_else_does(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let said = app
        .call_in(&app.tokens.haidian, 2021, "haidian", &called())
        .await;
    said.expect(200);
    let tokens = &app.tokens;
    let read = |year: &str| app.call(Method::GET, format!("{EDITIONS}/{year}/contacts"));
    for token in [
        &tokens.admin,
        &tokens.office,
        &tokens.haidian,
        &tokens.chaoyang,
    ] {
        let answer = read("2021").token(token).send().await.expect(200);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.json()["contacts"][0]["phone"], called()["phone"]);
        for unknown in ["2050", "x"] {
            let problem = read(unknown).token(token).send().await;
            problem.problem(404, "not-found");
        }
    }
    let refused = read("2021").send().await;
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    refused.problem(401, "unauthorised");
    let wrong = read("2021").token("yl_wrong").send().await;
    wrong.problem(401, "unauthorised");
    for year in ["2021", "2050"] {
        let refused = read(year).token(&tokens.partner).send().await;
        let problem = refused.problem(403, "forbidden");
        assert!(
            problem["detail"].as_str().unwrap().contains("partner"),
            "{problem}"
        );
    }
}

async fn a_district_says_its_own_and_an_organiser_anybodys(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let tokens = &app.tokens;
    let offices = ["city", "haidian", "chaoyang"];
    for (role, token, own) in [
        ("admin", &tokens.admin, &offices[..]),
        ("office", &tokens.office, &offices[..]),
        ("district:haidian", &tokens.haidian, &["haidian"]),
        ("district:chaoyang", &tokens.chaoyang, &["chaoyang"]),
        ("partner", &tokens.partner, &[]),
    ] {
        for office in offices {
            for body in [called(), json!({})] {
                let answer = app.call_in(token, 2021, office, &body).await;
                if own.contains(&office) {
                    let expected = if body == json!({}) { 204 } else { 200 };
                    answer.expect(expected);
                } else {
                    let problem = answer.problem(403, "forbidden");
                    let detail = problem["detail"].as_str().unwrap();
                    assert!(detail.contains(role) && detail.contains(office), "{detail}");
                }
            }
        }
    }
    assert_eq!(app.contacts_of(2021).await, [] as [Value; 0]);
    for token in [None, Some("yl_wrong")] {
        let call = app.call(Method::PUT, format!("{EDITIONS}/2021/contacts/haidian"));
        let call = call.json(&called());
        let call = token
            .into_iter()
            .fold(call, |call, token| call.token(token));
        call.send().await.problem(401, "unauthorised");
    }
    assert_eq!(app.contacts_of(2021).await, [] as [Value; 0]);
}

async fn a_contact_is_put_in_place_whole_and_an_empty_one_deletes(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let token = &app.tokens.haidian;
    let said = app
        .call_in(token, 2021, "haidian", &called())
        .await
        .expect(200);
    assert_eq!(said.header("cache-control"), "private, no-store");
    let mut expected = called();
    expected["office"] = json!("haidian");
    expected["updated_at"] = json!("2021-06-01T09:00:00+08:00");
    assert_eq!(said.json(), expected);
    assert_eq!(app.contacts_of(2021).await, [expected]);
    assert_eq!(
        app.contacts_of(2022).await,
        [] as [Value; 0],
        "another year's is another"
    );

    clock.advance(TimeDelta::hours(1));
    let phone = json!({"phone": " 010-1 ", "email": null});
    let said = app
        .call_in(token, 2021, "haidian", &phone)
        .await
        .expect(200);
    let expected = json!({
        "office": "haidian", "name": null, "email": null, "phone": "010-1", "updated_at": "2021-06-01T10:00:00+08:00",
    });
    assert_eq!(said.json(), expected);
    assert_eq!(app.contacts_of(2021).await, std::slice::from_ref(&expected));

    // Who says the same again says that it still holds.
    clock.advance(TimeDelta::hours(1));
    let said = app.call_in(token, 2021, "haidian", &phone).await;
    let mut expected = expected;
    expected["updated_at"] = json!("2021-06-01T11:00:00+08:00");
    assert_eq!(said.expect(200).json(), expected);
    assert_eq!(app.contacts_of(2021).await, [expected]);

    for empty in [
        json!({"name": null, "email": null, "phone": null}),
        json!({}),
    ] {
        // Also where there is none any more.
        let gone = app
            .call_in(token, 2021, "haidian", &empty)
            .await
            .expect(204);
        assert_eq!(gone.body.len(), 0);
        assert_eq!(app.contacts_of(2021).await, [] as [Value; 0]);
    }
}

async fn the_list_is_in_the_order_of_codes_and_comes_in_pages(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for office in ["yanqing", "haidian", "city", "dongcheng"] {
        let body = json!({"name": office});
        app.call_in(&app.tokens.office, 2021, office, &body)
            .await
            .expect(200);
    }
    let ordered = ["city", "dongcheng", "haidian", "yanqing"];
    let names = |contacts: &[Value]| -> Vec<String> {
        let name = |contact: &Value| contact["office"].as_str().unwrap().to_owned();
        contacts.iter().map(name).collect()
    };
    assert_eq!(names(&app.contacts_of(2021).await), ordered);
    for limit in [1, 3, 4] {
        let mut found = Vec::new();
        let mut query = format!("?limit={limit}");
        loop {
            let path = format!("{EDITIONS}/2021/contacts{query}");
            let call = app.call(Method::GET, path).token(&app.tokens.haidian);
            let page = call.send().await.expect(200).json();
            let contacts = page["contacts"].as_array().unwrap();
            assert!(contacts.len() <= limit, "{page}");
            found.extend(names(contacts));
            match page["next_cursor"].as_str() {
                Some(cursor) => query = format!("?limit={limit}&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(found, ordered, "by {limit}");
    }
    let call = app.call(Method::GET, format!("{EDITIONS}/2021/contacts?office=city"));
    let call = call.token(&app.tokens.haidian);
    call.send().await.problem(400, "invalid-parameter");
}

async fn all_faults_of_a_contact_are_told_at_once(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let token = &app.tokens.office;
    app.call_in(token, 2021, "city", &called())
        .await
        .expect(200);
    let before = app.contacts_of(2021).await;
    let bad = json!({"name": "", "email": "nobody", "phone": 10086, "wechat": "x"});
    let problem = app.call_in(token, 2021, "city", &bad).await;
    let problem = problem.problem(422, "invalid-input");
    assert_eq!(pointers(&problem), ["/name", "/phone", "/email", "/wechat"]);
    assert!(problem.to_string().contains("nobody"), "{problem}");
    let long = json!({"name": "王".repeat(5_000)});
    let problem = app.call_in(token, 2021, "city", &long).await;
    assert_eq!(pointers(&problem.problem(422, "invalid-input")), ["/name"]);
    for (year, office) in [(2050, "city"), (2021, "nowhere"), (2021, "City")] {
        let problem = app.call_in(token, year, office, &called()).await;
        let problem = problem.problem(404, "not-found");
        let named = if year == 2050 { "2050" } else { office };
        assert!(
            problem["detail"].as_str().unwrap().contains(named),
            "{problem}"
        );
    }
    assert_eq!(app.contacts_of(2021).await, before);
}

async fn a_new_year_begins_with_the_old_ones_contacts(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    for office in ["city", "haidian"] {
        app.call_in(&app.tokens.office, 2022, office, &called())
            .await
            .expect(200);
    }
    let old = app.contacts_of(2022).await;
    clock.advance(TimeDelta::days(200));
    app.roll_over(2022, json!({})).await.expect(201);
    assert_eq!(app.contacts_of(2022).await, old);
    assert_eq!(
        app.contacts_of(2023).await,
        old,
        "with the day on which somebody said so"
    );
    // From now on each has its own.
    let phone = json!({"phone": "010-2"});
    app.call_in(&app.tokens.haidian, 2023, "haidian", &phone)
        .await
        .expect(200);
    app.call_in(&app.tokens.office, 2023, "city", &json!({}))
        .await
        .expect(204);
    assert_eq!(app.contacts_of(2022).await, old);
    let new = app.contacts_of(2023).await;
    assert_eq!((new.len(), &new[0]["phone"]), (1, &json!("010-2")));
}

async fn contacts_go_with_their_edition(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let path = format!("{EDITIONS}/2022");
    for year in [2021, 2022] {
        app.call_in(&app.tokens.office, year, "city", &called())
            .await
            .expect(200);
    }
    let etag = app.get(&path).await.expect(200).etag();
    let delete = |etag: &str| {
        let call = app.call(Method::DELETE, &path).token(&app.tokens.office);
        call.if_match(etag)
    };
    delete("\"v9\"").send().await.problem(412, "stale-version");
    assert_eq!(app.contacts_of(2022).await.len(), 1);
    delete(&etag).send().await.expect(204);
    app.with_edition(2022).await;
    assert_eq!(app.contacts_of(2022).await, [] as [Value; 0]);
    assert_eq!(app.contacts_of(2021).await.len(), 1);
}

async fn the_last_word_counts_however_many_speak_at_once(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let said = (0..8).map(|i| {
        let app = &app;
        async move {
            let body = json!({"name": format!("第{i}人"), "phone": i.to_string()});
            app.call_in(&app.tokens.office, 2021, "haidian", &body)
                .await
                .expect(200);
        }
    });
    futures_util::future::join_all(said).await;
    let contacts = app.contacts_of(2021).await;
    assert_eq!(contacts.len(), 1);
    let number = contacts[0]["phone"].as_str().unwrap();
    assert_eq!(
        contacts[0]["name"],
        format!("第{number}人"),
        "one of them, whole"
    );
}
