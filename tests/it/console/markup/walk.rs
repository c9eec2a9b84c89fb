//! The walk through all that shows a text of somebody's.

use serde_json::Value;

use super::{
    super::{
        page::Page,
        seat::{PASSWORD, Seat, encoded, hidden, login, post},
    },
    Read, Words, borrowed, fields,
};
use crate::support::app::{Draft, TestApp, until};

/// Every page of the console that shows what somebody wrote.
pub(super) async fn console(app: &TestApp, words: &Words, read: &mut Read) -> Draft {
    let office = Seat::take(app, "office", "admin").await;
    let sent = fields(words);
    let sent = borrowed(&sent);
    let made = office
        .post("/console/activities/new", &sent)
        .await
        .expect(303);
    let path = made.header("location").to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    let get = async |read: &mut Read, path: &str| {
        let answer = office.get(path).await.expect(200);
        read.page(
            path.rsplit_once("act_")
                .map_or(path, |(_, rest)| &rest[26..]),
            &answer,
        );
        answer
    };
    get(read, &path).await;
    get(read, &format!("{path}/edit")).await;
    get(read, "/console").await;
    get(read, "/console/activities").await;
    get(read, "/console/activities/new").await;
    get(read, "/console/editions/2021").await;
    get(read, "/console/editions").await;
    // With faults, and with everything that was sent shown again.
    let mut wrong = sent.clone();
    wrong.retain(|(name, _)| !matches!(*name, "/edition" | "/live_url" | "/contact/email"));
    wrong.extend([
        ("/edition", words.short),
        ("/live_url", words.short),
        ("/contact/email", words.short),
        ("/partner_regions", words.short),
    ]);
    let answer = office
        .post("/console/activities/new", &wrong)
        .await
        .expect(422);
    read.page("the form with faults", &answer);
    // A step of a review, and a look at each kind of news.
    let comment = format!("{}{}", words.text, words.lines);
    let step = async |read: &mut Read, action: &str, fields: &[(&str, &str)]| {
        let at = format!("{path}/{action}");
        let page = office.get(&at).await.expect(200);
        read.page(action, &page);
        let mut form = Page::read(&page.text()).form(&at);
        for (name, value) in fields {
            form = form.with(name, value);
        }
        if !matches!(action, "submit" | "return") {
            let looked = form
                .clone()
                .with("step", "look")
                .send(&office)
                .await
                .expect(200);
            read.page(&format!("a look at {action}"), &looked);
            form = Page::read(&looked.text()).form(&at);
            let mend = form
                .clone()
                .with("step", "mend")
                .send(&office)
                .await
                .expect(200);
            read.page(&format!("{action} again"), &mend);
        }
        form.with("step", "do").send(&office).await.expect(303);
    };
    step(read, "submit", &[("/comment", &comment)]).await;
    step(read, "return", &[("/comment", &comment)]).await;
    get(read, "/console").await;
    step(read, "announce", &[("/comment", &comment)]).await;
    let reason = [
        ("/reason/code", "other"),
        ("/reason/zh", words.text.as_str()),
        ("/reason/en", &words.text),
    ];
    let mut moved = reason.to_vec();
    moved.push(("/when/starts_on", "2021-09-25"));
    step(read, "reschedule", &moved).await;
    let mut moved = reason.to_vec();
    moved.push(("/venue/name/zh", words.short));
    step(read, "relocate", &moved).await;
    step(
        read,
        "change-format",
        &[
            ("/mode", "online"),
            ("/reason/code", "other"),
            ("/reason/zh", &words.text),
        ],
    )
    .await;
    step(read, "postpone", &reason).await;
    step(read, "reinstate", &[]).await;
    step(read, "cancel", &reason).await;
    get(read, &path).await;
    // The second editor.
    let at = format!("{path}/edit");
    let form = office.page(&at).await.form(&at);
    let first = form.clone().with("/title/zh", &format!("{}!", words.text));
    first.send(&office).await.expect(303);
    let second = form
        .with("/title/zh", &format!("{}?", words.text))
        .send(&office)
        .await
        .expect(409);
    read.page("two editors", &second);

    // Names that people give.
    let fields = [
        ("name", words.short),
        ("query", &*format!("q={}", words.text)),
    ];
    office.post("/console/filters", &fields).await.expect(303);
    get(read, "/console/activities").await;
    let refused = office
        .post("/console/filters", &[("name", ""), ("query", words.short)])
        .await;
    read.page("a filter that is refused", &refused);
    let asked: String = encoded(&[
        ("q", &words.text),
        ("status", words.short),
        ("from", words.short),
        ("office", &words.text),
    ]);
    let answer = office
        .get(&format!("/console/activities?{asked}"))
        .await
        .expect(200);
    read.page("a list by nonsense", &answer);
    let made = office
        .post("/console/account/tokens", &[("name", words.short)])
        .await
        .expect(200);
    read.page("a token", &made);
    get(read, "/console/account").await;
    let refused = office
        .post(
            "/console/people",
            &[("login", words.short), ("role", words.short)],
        )
        .await;
    read.page("a person that is refused", &refused.expect(422));
    let refused = office
        .post("/console/people", &[("login", "li"), ("role", &words.text)])
        .await;
    read.page("a role that is refused", &refused.expect(422));
    get(read, "/console/people").await;
    for path in [
        "/console/people/none",
        "/console/editions/none",
        "/console/webhooks/none",
        "/console/activities/none",
    ] {
        let bite: String = url::form_urlencoded::byte_serialize(words.short.as_bytes()).collect();
        let answer = office
            .get(&path.replace("none", &bite.replace('+', "%20")))
            .await;
        if answer.header("content-type").starts_with("text/html") {
            read.page(path, &answer);
        }
    }
    let contact = [
        ("/name", words.short),
        ("/email", "a\"b<i>@c.example"),
        ("/phone", words.short),
    ];
    office
        .post("/console/editions/2021/contacts/haidian", &contact)
        .await
        .expect(303);
    get(read, "/console/editions/2021").await;
    let page = office.get("/console/editions/2021").await.expect(200);
    let version = hidden(&page.text(), "version");
    let edition = [
        ("version", version.as_str()),
        ("/theme/zh", words.text.as_str()),
        ("/sections/0/slug", words.short),
        ("/year", words.short),
    ];
    let answer = office.post("/console/editions/2021", &edition).await;
    read.page("an edition that is refused", &answer);
    let answer = office
        .post("/console/editions/2021/roll-over", &edition)
        .await;
    read.page("a roll-over that is refused", &answer);
    // Webhooks: what is refused, and where one goes.
    let hook = [
        ("/url", words.short),
        ("/format", words.short),
        ("/selection/series", words.short),
        ("/secret", words.short),
    ];
    let answer = office
        .post("/console/webhooks/new", &hook)
        .await
        .expect(422);
    assert_eq!(
        Page::read(&answer.text())
            .form("/console/webhooks/new")
            .value("/secret"),
        ""
    );
    read.page("a webhook that is refused", &answer);
    let hook = [
        ("/url", "http://127.0.0.2:9/\"><b>'?x=<i>"),
        ("/selection/series", "biting"),
    ];
    let made = office
        .post("/console/webhooks/new", &hook)
        .await
        .expect(200);
    // Its ping fails in a task of its own; then the page has a line of it.
    let page = Page::read(&made.text());
    read.page("a secret", &made);
    let of_endpoints = |to: &&&str| to.starts_with("/console/webhooks/end_");
    let at = page
        .values("href")
        .iter()
        .find(of_endpoints)
        .unwrap()
        .to_string();
    let hook = until("the ping's line", async || {
        let page = office.get(&at).await.expect(200);
        page.text().contains("/console/deliveries/").then_some(page)
    });
    let hook = hook.await;
    read.page("a webhook", &hook);
    let page = Page::read(&hook.text());
    let deliveries = page.values("href");
    let delivery = deliveries
        .iter()
        .find(|to| to.starts_with("/console/deliveries/"));
    let delivery = office.get(delivery.unwrap()).await.expect(200);
    read.page("a delivery", &delivery);
    for end in ["edit", "deliveries", "rotate", "delete"] {
        let page = office.get(&format!("{at}/{end}")).await.expect(200);
        read.page(end, &page);
    }
    get(read, "/console/webhooks").await;
    // Who is not in, and who is not in any more.
    let wrong = [
        ("login", words.short),
        ("password", "wrong password"),
        ("next", &words.text),
    ];
    let answer = post(app, "/console/login", &wrong).send().await.expect(401);
    read.page("a login", &answer);
    let answer = app
        .get(format!(
            "/console/login?{}",
            encoded(&[("next", &words.text), ("lang", words.short)])
        ))
        .await;
    read.page("the login", &answer.expect(200));
    let over = post(app, "/console/activities/new", &sent)
        .send()
        .await
        .expect(401);
    read.page("what was sent too late", &over);
    let bite = [(words.short, words.text.as_str()), ("\"><script>", "x")];
    let over = post(app, "/console/filters", &bite)
        .send()
        .await
        .expect(401);
    read.page("names that were sent too late", &over);
    login(app, "office", PASSWORD).await.expect(303);
    let seen = app
        .get(format!("/api/v1/activities/{id}"))
        .await
        .expect(200)
        .json();
    Draft {
        id,
        etag: String::new(),
        activity: seen,
        notice: Value::Null,
    }
}

/// Every public page, feed and list that shows it then.
pub(super) async fn public(app: &TestApp, words: &Words, seen: &Draft, read: &mut Read) {
    let slug = seen.activity["slug"].as_str().unwrap();
    for language in ["zh", "en"] {
        let page = format!("/{language}/e/{}-{slug}", seen.id);
        let mut paths = vec![
            page.clone(),
            format!("{page}/history"),
            format!("{page}/r/1"),
            format!("{page}/r/4"),
        ];
        paths.extend(
            [
                "/",
                "/notices",
                "/agenda",
                "/calendar/2021-09",
                "/districts/haidian",
                "/sections/2021/biting",
                "/series/biting",
                "/series",
                "/kinds/roadshow",
                "/venues",
                "/editions",
                "/promise/2021",
                "/subscribe",
                "/subscribe?series=biting",
                "/about",
            ]
            .map(|path| format!("/{language}{path}")),
        );
        for path in paths {
            let answer = app.get(&path).await.expect(200);
            read.page(path.split("act_").next().unwrap(), &answer);
        }
        let asked = encoded(&[("q", &words.text), ("series", words.short)]);
        let answer = app.get(format!("/{language}/search?{asked}")).await;
        let answer = match answer.status.as_u16() {
            301 | 302 => {
                app.get(
                    answer
                        .header("location")
                        .replace("https://yueli.example", ""),
                )
                .await
            }
            _ => answer,
        };
        read.page("a search", &answer.expect(200));
        let embed = app
            .get(format!("/embed/agenda?lang={language}"))
            .await
            .expect(200);
        read.page("the embed", &embed);
        for scope in ["all", "series/biting", "section/2021/biting"] {
            for format in ["rss", "atom"] {
                let path = format!("/feeds/{language}/{scope}.{format}");
                read.xml(&path, &app.get(&path).await.expect(200));
            }
            let path = format!("/feeds/{language}/{scope}.json");
            read.json(&path, &app.get(&path).await.expect(200));
        }
        let path = format!("/feeds/{language}/feeds.opml");
        read.xml(&path, &app.get(&path).await.expect(200));
        // A calendar has no elements, but lines: none that a text made.
        let calendar = app
            .get(format!("/feeds/{language}/all.ics"))
            .await
            .expect(200)
            .text();
        let calendar = calendar.replace("\r\n ", "");
        let names = calendar
            .split("\r\n")
            .map(|line| line.split([':', ';']).next().unwrap().to_owned());
        read.0.push(("a calendar".to_owned(), names.collect()));
    }
    read.xml("/sitemap.xml", &app.get("/sitemap.xml").await.expect(200));
}
