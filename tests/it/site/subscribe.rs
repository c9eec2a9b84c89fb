//! The builder, and the agenda inside of others' pages.

use serde_json::json;

use super::{
    BASE, day,
    html::{attributes, between, text, unescaped},
    ids, linked, linked_once, local, unfolded,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    the_builder_shows_the_address_that_is_chosen,
    every_address_that_is_offered_answers,
    the_builder_counts_what_the_agenda_lists,
    an_agenda_is_shown_inside_of_others_pages,
    the_loader_is_for_pages_of_others,
);

/// The calendar's address on a page.
fn address(html: &str) -> String {
    unescaped(between(html, "<output id=\"address\">", "</output>"))
}

async fn the_builder_shows_the_address_that_is_chosen(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    for (query, feed) in [
        ("", "zh/all.ics"),
        (
            "?district=haidian&kind=roadshow&cancelled=mark&alarm=PT1H&lang=bi",
            "bi/all.ics?district=haidian&kind=roadshow&cancelled=mark&alarm=PT1H",
        ),
        ("?district=haidian", "zh/district/haidian.ics"),
        (
            "?district=haidian&district=xicheng&kind=&cancelled=&alarm=&highlight=&lang=en",
            "en/all.ics?district=xicheng,haidian",
        ),
        (
            "?kind=roadshow&cancelled=drop&alarm=PT1H,P1D&lang=zh",
            "zh/kind/roadshow.ics?cancelled=drop&alarm=PT1H,P1D",
        ),
        ("?highlight=true&lang=bi", "bi/highlights.ics"),
        ("?cancelled=never&alarm=soon&lang=fr", "zh/all.ics"),
    ] {
        let html = app.get(format!("/zh/subscribe{query}")).await;
        let html = html.expect(200).text();
        let chosen = address(&html);
        assert_eq!(chosen, format!("{BASE}/feeds/{feed}"), "{query}");
        let calendar = app.get(local(&chosen)).await.expect(200);
        let content_type = calendar.header("content-type");
        assert!(content_type.starts_with("text/calendar"), "{content_type}");
        let webcal = chosen.replace("https://", "webcal://");
        assert!(attributes(&html, "href").contains(&webcal), "{webcal}");
    }
    // What means nothing is named, and what a form does not offer stays chosen.
    let query = "cancelled=never&alarm=soon&lang=fr&notice=all&kind=ball";
    let html = app.get(format!("/zh/subscribe?{query}")).await;
    let said = text(&html.expect(200).text());
    assert!(said.contains("ball, never, soon, fr, all"), "{said}");
    let html = app
        .get("/zh/subscribe?alarm=PT30M")
        .await
        .expect(200)
        .text();
    let tick = "<input type=\"radio\" name=\"alarm\" value=\"PT30M\" checked>";
    assert!(html.contains(tick), "{html}");
    let query = "district=haidian&kind=roadshow&cancelled=mark&alarm=PT1H&lang=bi";
    let html = app.get(format!("/zh/subscribe?{query}")).await;
    let html = html.expect(200).text();
    let checked: Vec<String> = html
        .split("<input ")
        .filter(|input| input.split('>').next().unwrap().contains(" checked"))
        .map(|input| {
            let of = |name: &str| between(input, &format!("{name}=\""), "\"").to_owned();
            format!("{}={}", of("name"), of("value"))
        })
        .collect();
    let expected = [
        "district=haidian",
        "kind=roadshow",
        "highlight=",
        "lang=bi",
        "cancelled=mark",
        "alarm=PT1H",
    ];
    assert_eq!(checked, expected);
    assert!(html.contains("content=\"noindex\""));
    let calendar = app.get(local(&address(&html))).await.expect(200).text();
    assert_eq!(calendar.matches("TRIGGER:-PT60M").count(), 1, "{calendar}");
    assert_eq!(linked_once(&unfolded(&calendar)), ids([&draft]));
}

async fn every_address_that_is_offered_answers(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    for (query, google) in [
        (
            "",
            "webcal%3A%2F%2Fyueli.example%2Ffeeds%2Fzh%2Fall.ics%3Fcancelled%3Dmark",
        ),
        (
            "?cancelled=drop",
            "webcal%3A%2F%2Fyueli.example%2Ffeeds%2Fzh%2Fall.ics%3Fcancelled%3Ddrop",
        ),
        (
            "?district=haidian&notice=changes",
            "webcal%3A%2F%2Fyueli.example%2Ffeeds%2Fzh%2Fdistrict%2Fhaidian.ics%3Fcancelled%3Dmark",
        ),
    ] {
        let html = app.get(format!("/zh/subscribe{query}")).await;
        let html = html.expect(200).text();
        let links = attributes(between(&html, "<main", "</main>"), "href");
        let google = format!("https://calendar.google.com/calendar/r?cid={google}");
        assert!(links.contains(&google), "{google} in {links:?}");
        let google_reads =
            url::form_urlencoded::parse(google.split_once('?').unwrap().1.as_bytes())
                .find_map(|(name, value)| (name == "cid").then(|| value.into_owned()))
                .unwrap();
        let google_reads = google_reads.replace("webcal://", "https://");
        app.get(local(&google_reads)).await.expect(200);
        for host in ["outlook.live.com", "outlook.office.com"] {
            let begun = format!("https://{host}/calendar/0/addfromweb?url=https%3A%2F%2Fyueli");
            assert!(links.iter().any(|link| link.starts_with(&begun)), "{begun}");
        }
        let feeds = format!("{BASE}/feeds/");
        let own: Vec<&String> = links.iter().filter(|it| it.starts_with(&feeds)).collect();
        assert_eq!(own.len(), 4, "{own:?}");
        for address in own {
            app.get(local(address)).await.expect(200);
        }
        let code = between(&html, "<figure class=\"qr\">", "</figure>");
        assert!(code.contains("<svg role=\"img\" aria-label=\""), "{code}");
        assert!(code.contains("<path d=\"M4 4h7v1h-7z"), "{code}");
    }
    let changes = app.get("/zh/subscribe?notice=changes").await.expect(200);
    let news = "/feeds/zh/all.rss?notice=rescheduled,relocated,format_changed,postponed,cancelled,reinstated,withdrawn";
    assert!(
        attributes(&changes.text(), "href").contains(&format!("{BASE}{news}")),
        "{}",
        changes.text()
    );
}

async fn the_builder_counts_what_the_agenda_lists(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for n in 1..=4 {
        app.announced(json!({"when": day(&format!("2021-07-0{n}"))}))
            .await;
    }
    app.announced(json!({"districts": ["xicheng"], "when": {"precision": "unknown"}}))
        .await;
    let held = json!({"districts": ["xicheng"], "when": day("2021-05-01")});
    app.announced(held).await;
    for (query, count) in [
        ("", 6),
        ("?district=haidian", 4),
        ("?district=xicheng", 2),
        ("?district=xicheng,haidian&kind=roadshow", 6),
        ("?district=yanqing", 0),
    ] {
        let html = app.get(format!("/zh/subscribe{query}")).await;
        let html = html.expect(200).text();
        let told = format!("<strong>现在符合的活动：{count} 项</strong>");
        assert!(html.contains(&told), "{told} in {html}");
        let agenda = app.get(format!("/zh/agenda{query}")).await.expect(200);
        assert_eq!(linked(&agenda.text()).len(), count, "{query}");
        let next = linked(&html);
        let coming = match query {
            "?district=xicheng" | "?district=yanqing" => 0,
            _ => 3,
        };
        assert_eq!(next.len(), coming, "{query}");
        assert_eq!(html.contains("目前没有即将举行的活动"), coming == 0);
        let first = linked(&agenda.text());
        assert_eq!(next, first[..coming], "{query}");
    }
}

async fn an_agenda_is_shown_inside_of_others_pages(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut haidian = Vec::new();
    for n in 1..=3 {
        let when = day(&format!("2021-07-0{n}"));
        haidian.push(app.announced(json!({"when": when})).await);
    }
    let other = json!({"districts": ["xicheng"], "when": day("2021-06-15")});
    let other = app.announced(other).await;
    for (query, first, count) in [
        ("lang=zh", &other, 4),
        ("lang=zh&limit=2", &other, 2),
        ("lang=zh&district=haidian", &haidian[0], 3),
        ("district=haidian&limit=2", &haidian[0], 2),
        ("district=haidian&limit=0", &haidian[0], 1),
        ("limit=99999999999&lang=zh", &other, 4),
        ("limit=many", &other, 4),
        ("from=2021-07-02&lang=en", &haidian[1], 2),
        ("status=scheduled&q=roadshow", &other, 4),
    ] {
        let answer = app.get(format!("/embed/agenda?{query}")).await.expect(200);
        let policy = answer.header("content-security-policy");
        assert!(policy.ends_with("; frame-ancestors *"), "{policy}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "");
        assert_eq!(answer.header("x-frame-options"), "");
        let html = answer.text();
        let shown = linked(&html);
        assert_eq!(shown.len(), count, "{query}: {html}");
        assert_eq!(shown[0], first.id, "{query}");
        assert!(html.contains("<base target=\"_blank\">"), "{html}");
    }
    let html = app
        .get("/embed/agenda?lang=en&district=haidian&kind=roadshow&limit=1")
        .await;
    let html = html.expect(200).text();
    assert_eq!(linked(&html), [haidian[0].id.clone()]);
    let links = attributes(&html, "href");
    let all = "/en/agenda?district=haidian&kind=roadshow".to_owned();
    let calendar = "/feeds/en/all.ics?district=haidian&kind=roadshow";
    assert!(links.contains(&all), "{links:?}");
    assert!(links.contains(&format!("{BASE}{calendar}")), "{links:?}");
    app.get(all).await.expect(200);
    app.get(calendar).await.expect(200);
    // Where nothing comes, what was is shown.
    let past = json!({"districts": ["yanqing"], "when": day("2021-05-01")});
    let past = app.announced(past).await;
    let html = app.get("/embed/agenda?district=yanqing").await.expect(200);
    assert_eq!(linked(&html.text()), [past.id]);
    assert!(text(&html.text()).contains("目前没有已公布的后续活动"));
}

async fn the_loader_is_for_pages_of_others(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let loader = app.get("/embed.js").await.expect(200);
    for (name, value) in [
        ("content-type", "text/javascript; charset=utf-8"),
        ("cache-control", "public, max-age=3600"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
        ("set-cookie", ""),
    ] {
        assert_eq!(loader.header(name), value, "{name}");
    }
    assert!(loader.text().contains("/embed/agenda?"));
    // The developers' page names both by addresses that stand.
    let html = app.get("/en/developers").await.expect(200).text();
    let said = unescaped(&unescaped(&html));
    assert!(said.contains("<script src=\"https://yueli.example/embed.js\""));
    assert!(said.contains("<iframe src=\"https://yueli.example/embed/agenda?lang=en"));
}
