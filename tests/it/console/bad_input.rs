//! What no page of ours sends: broken bytes, missing fields, huge forms and endless names.

use hyper::Method;
use serde_json::json;
use yueli::config::SecondFactorRule;

use super::{
    page::Page,
    routes::{self, Ids},
    seat::{PASSWORD, Seat, id_of},
    second_factor::app,
    tables,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    a_fault_of_ours_is_a_page_that_names_the_request,
    no_body_breaks_a_form,
    nul_is_in_no_name_and_no_address,
    what_is_missing_is_named_and_nothing_is_done,
    huge_forms_are_refused_and_smaller_ones_before_the_login,
    a_base_that_no_page_made_breaks_nothing,
);

async fn sent(app: &TestApp, cookie: &str, path: &str, body: impl Into<bytes::Bytes>) -> Answer {
    let call = app
        .call(Method::POST, path)
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin");
    call.bytes("application/x-www-form-urlencoded", body)
        .send()
        .await
}

async fn no_body_breaks_a_form(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let root = Seat::take(&app, "root", "admin").await;
    let seat = Seat::take(&app, "li.wei", "admin").await;
    let seen = app.announced(json!({})).await;
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"%".to_vec(),
        b"%zz=%&&&=&=".to_vec(),
        b"\xff\xfe%ff%c0%80=%ed%a0%80".to_vec(),
        b"{\"login\":\"x\"}".to_vec(),
        b"step=do&step=look&version=1&version=99999999999999999999".to_vec(),
        b"version=-1&%2Fwhen=x&%2Forganizers=x&%2Fvenue=x&%2Ftitle=x&%2F=x&%2F%2F%2F=x&step=do".to_vec(),
        b"%2Forganizers%2F99999999999999999999%2Fname%2Fzh=x&%2Ffigures%2F-1%2Fvalue=x&step=do".to_vec(),
        b"%2Fwhen%2Fprecision=century&%2Fwhen%2Fstarts_on=2021-99-99&step=do".to_vec(),
        b"%2Fwhen%2Fprecision=minute&%2Fwhen%2Fstarts_on=2021-02-30&%2Fwhen%2Fstarts_time=25:61".to_vec(),
        b"%2Fvenue%2Flatitude=NaN&%2Fvenue%2Flongitude=inf&%2Fedition=1e999&%2Ffigures%2F0%2Fvalue=1e400".to_vec(),
        // Deeper than any stack, and more than anybody typed.
        "/".repeat(900_000).into_bytes(),
        format!("{}=x", "/a".repeat(400_000)).into_bytes(),
        "%2Ffigures%2F1%2Fwhat=x&".repeat(40_000).into_bytes(),
        (0..40_000).map(|row| format!("/figures/{row}/what=x&")).collect::<String>().into_bytes(),
    ];
    let ids = Ids {
        activity: seen.id.clone(),
        webhook: "end_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        person: id_of(&app, "root").await,
    };
    for route in routes::all()
        .iter()
        .filter(|route| route.posts && !route.outside)
    {
        for path in route.paths(&ids) {
            for body in &bodies {
                let answer = sent(&app, &seat.cookie, &path, body.clone()).await;
                let start = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
                assert!(
                    answer.status.as_u16() < 500,
                    "{path} {start}: {}",
                    answer.status
                );
                assert_ne!(answer.status, 401, "{path} {start}");
            }
        }
    }
    for path in ["/console/login", "/console/code", "/console/second-factor"] {
        for body in bodies.iter().filter(|body| body.len() < 10_000) {
            let answer = sent(&app, "a=b", path, body.clone()).await;
            assert!(
                matches!(answer.status.as_u16(), 303 | 401 | 429),
                "{path}: {}",
                answer.status
            );
        }
    }
    root.get("/console/people").await.expect(200);
    let after = app.get(seen.path()).await.expect(200).json();
    assert_eq!(after["revision"], 1, "{after}");
}

async fn nul_is_in_no_name_and_no_address(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    sent(
        &app,
        "a=b",
        "/console/login",
        "login=no%00body&password=a%00b",
    )
    .await
    .expect(401);
    // What a browser would not send means the rest of it.
    let answer = sent(
        &app,
        "a=b",
        "/console/login",
        format!("login=ro%00ot&password={PASSWORD}"),
    )
    .await;
    answer.expect(303);
    for (path, body) in [
        ("/console/filters", "name=a%00b&query=q%3D%00"),
        ("/console/filters", "name=a&query=%00"),
        ("/console/filters/delete", "filter=%00"),
        ("/console/account/tokens", "name=a%00b"),
        ("/console/account/tokens/end", "token=%00"),
        ("/console/people", "login=a%00&role=office%00"),
        (
            "/console/activities/new",
            "key=a%00b&%2Fedition=2021&%2Fstrand=year_round&%2Ftitle%2Fzh=a%00b",
        ),
        ("/console/activities/new", "%00=x&%2Fti%00tle=x"),
        (
            "/console/account/password",
            "present=%00&password=%00%00%00",
        ),
    ] {
        let answer = sent(&app, &seat.cookie, path, body).await;
        assert!(
            answer.status.as_u16() < 500,
            "{path} {body}: {}",
            answer.status
        );
        assert!(!answer.text().contains('\0'), "{path} {body}");
    }
    for path in [
        "/console/people/%00",
        "/console/activities/%00",
        "/console/activities/act_%00/edit",
        "/console/webhooks/%00",
        "/console/webhooks/end_%00/pause",
        "/console/deliveries/%00/redeliver",
        "/console/editions/%00",
        "/console/editions/2021/contacts/%00",
        "/console/%00",
    ] {
        for method in [Method::GET, Method::POST] {
            let call = app.call(method, path).header("cookie", &seat.cookie);
            call.send().await.expect(404);
        }
    }
    for path in [
        "/api/v1/webhooks/%00",
        "/api/v1/deliveries/end_%00",
        "/api/v1/notices/%00",
        "/api/v1/series/a%00",
    ] {
        let call = app.call(Method::GET, path).token(&app.tokens.admin);
        call.send().await.problem(404, "not-found");
    }
    seat.get("/console/activities?q=%00&status=%00&from=%00&office=%00")
        .await
        .expect(200);
    let all = tables::all(&app).await;
    assert!(
        all.values()
            .flatten()
            .all(|row| !row.contains('\0') && !row.contains("\\u0000"))
    );
}

async fn what_is_missing_is_named_and_nothing_is_done(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let draft = seat.draft("一项草稿", &[]).await;
    let seen = app.announced(json!({})).await;
    let (draft, public) = (
        format!("/console/activities/{draft}"),
        format!("/console/activities/{}", seen.id),
    );
    let person = format!("/console/people/{}", id_of(&app, "root").await);
    let before = tables::all(&app).await;
    for (path, fields, status) in [
        // Without the version that was seen nothing is changed.
        (format!("{draft}/edit"), &[("/title/zh", "x")][..], 409),
        (
            format!("{public}/edit"),
            &[("/title/zh", "x"), ("version", "x")],
            409,
        ),
        (format!("{draft}/delete"), &[], 409),
        (format!("{draft}/announce"), &[("step", "do")], 409),
        (
            format!("{public}/cancel"),
            &[("step", "do"), ("version", "")],
            409,
        ),
        (format!("{public}/cancel"), &[], 409),
        (format!("{public}/delete"), &[("version", "2")], 409),
        (
            format!("{public}/withdraw"),
            &[("step", "do"), ("version", "2")],
            422,
        ),
        (
            format!("{public}/reschedule"),
            &[("step", "do"), ("version", "2")],
            422,
        ),
        (
            format!("{public}/change-format"),
            &[("step", "do"), ("version", "2")],
            422,
        ),
        (
            format!("{public}/nothing"),
            &[("step", "do"), ("version", "2")],
            404,
        ),
        ("/console/activities/new".to_owned(), &[], 422),
        ("/console/filters".to_owned(), &[], 422),
        ("/console/people".to_owned(), &[("login", "x")], 422),
        ("/console/people".to_owned(), &[("role", "office")], 422),
        (person.clone(), &[], 422),
        (person.clone(), &[("change", "role")], 422),
        (
            person.clone(),
            &[("change", "role"), ("role", "emperor")],
            422,
        ),
        (person, &[("change", "role"), ("role", "viewer")], 422),
        (
            "/console/people/usr_none".to_owned(),
            &[("change", "disable")],
            404,
        ),
        ("/console/account/tokens".to_owned(), &[], 422),
        ("/console/account/tokens/end".to_owned(), &[], 404),
        (
            "/console/editions/2021".to_owned(),
            &[("/theme/zh", "x")],
            409,
        ),
        (
            "/console/editions/1899".to_owned(),
            &[("/theme/zh", "x")],
            404,
        ),
        (
            "/console/editions/2021/contacts/nowhere".to_owned(),
            &[("/name", "x")],
            404,
        ),
        ("/console/webhooks/new".to_owned(), &[], 422),
        ("/console/webhooks/end_none/pause".to_owned(), &[], 404),
        (
            "/console/deliveries/dlv_none/redeliver".to_owned(),
            &[],
            404,
        ),
    ] {
        let answer = seat.post(&path, fields).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{path} {fields:?}: {}",
            answer.text()
        );
        let page = Page::read(&answer.text());
        let told = page.inside("li").join("\n");
        assert!(
            !told.is_empty(),
            "{path} {fields:?} says nothing: {:?}",
            page.texts()
        );
    }
    assert_eq!(
        tables::changed(&before, &tables::all(&app).await),
        ["audit"]
    );
}

async fn huge_forms_are_refused_and_smaller_ones_before_the_login(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "admin").await;
    let before = tables::all(&app).await;
    let huge = format!("%2Ftitle%2Fzh={}", "x".repeat(9 * 1024 * 1024));
    let call = app
        .call(Method::POST, "/console/activities/new")
        .header("cookie", &seat.cookie)
        .bytes("application/x-www-form-urlencoded", huge);
    // It may hang up before it has read all.
    if let Ok(answer) = call.exchange().await {
        assert_eq!(answer.status, 413);
    }
    let large = "x".repeat(20_000);
    for path in ["/console/login", "/console/code", "/console/second-factor"] {
        let body = format!("login=root&password={large}");
        sent(&app, &seat.cookie, path, body).await.expect(413);
    }
    // A password of any length is looked at, and none longer than any that was set is hashed.
    let long = "x".repeat(10_000);
    sent(
        &app,
        "a=b",
        "/console/login",
        format!("login=root&password={long}"),
    )
    .await
    .expect(401);
    assert_eq!(before["users"], tables::all(&app).await["users"]);
}

async fn a_base_that_no_page_made_breaks_nothing(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "office").await;
    let id = seat.draft("一项草稿", &[]).await;
    let at = format!("/console/activities/{id}/edit");
    for base in [
        "",
        "x",
        "null",
        "[]",
        "{}",
        "{\"\": [\"x\"]}",
        "{\"é\": [\"x\"]}",
        "{\"/\": []}",
        "{\"/title/zh\": []}",
        "{\"/title/zh\": \"x\"}",
        "{\"/organizers/99999999999/name/zh\": [\"x\"]}",
        "{\"//\": [\"<b>\"]}",
    ] {
        let fields = [("version", "0"), ("base", base), ("/title/zh", "我的")];
        let answer = seat.post(&at, &fields).await.expect(409);
        let form = Page::read(&answer.text()).form(&at);
        assert_eq!(form.value("/title/zh"), "我的", "{base}");
    }
    // Deeper than any stack, and more than anybody compares.
    let deep = format!("{{\"{}\": [\"1\"]}}", "/x".repeat(100_000));
    let many: Vec<String> = (0..100_000).map(|n| format!("\"/{n}\": [\"1\"]")).collect();
    let many = format!("{{{}}}", many.join(","));
    let edition = "/console/editions/2021";
    for base in [deep, many] {
        for path in [&at, edition] {
            let fields = [
                ("version", "0"),
                ("base", base.as_str()),
                ("/title/zh", "我的"),
            ];
            seat.post(path, &fields).await.expect(409);
        }
    }
}

async fn a_fault_of_ours_is_a_page_that_names_the_request(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "root", "office").await;
    let (en, zh) = (seat.reading("en"), seat.reading("zh-CN"));
    app.services.db.clone().close().await;
    for (seat, said) in [(en, "Something failed here"), (zh, "系统出了故障")] {
        let answer = seat.get("/console/activities").await;
        assert!(answer.status.is_server_error(), "{}", answer.status);
        assert!(answer.header("content-type").starts_with("text/html"));
        let told = Page::read(&answer.text()).texts().join("\n");
        assert!(told.contains(said), "{told}");
        assert!(told.contains(answer.header("x-request-id")), "{told}");
    }
}
