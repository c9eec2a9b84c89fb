//! No text of anybody becomes markup: the elements and attributes of a page are the same whatever its texts say.
//!
//! The same work is done twice, with plain words and with words that bite; each page and feed must have the same skeleton.
//! The reader of pages fails where something is not written as we write it.

use hyper::Method;
use serde_json::json;
use yueli::{
    clock::ManualClock,
    config::{Role as ServeRole, SecondFactorRule},
};

use super::{page::Page, seat::Seat};

mod walk;
use crate::support::{
    app::{NOW, TestApp, at},
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    no_text_changes_the_elements_of_a_page,
    addresses_of_scripts_are_refused_everywhere,
);

/// Texts to write into everything: a long one, one for names of at most 60 characters, and one of several lines.
struct Words {
    text: String,
    short: &'static str,
    lines: &'static str,
}

fn plain() -> Words {
    Words {
        text: "普通 的 文字".repeat(20),
        short: "普 通 的 字",
        lines: "一\r\n二 三",
    }
}

fn biting() -> Words {
    let bites = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</textarea></title></pre></style><script>alert(2)</script>",
        "javascript:alert(3)",
        "<!-- <![CDATA[ ]]> -->",
        "{{7*7}} ${7*7} {% raw %}",
        "&lt;script&gt; &amp;#60;b&amp;#62; &#x3c;i&#x3e;",
        "\u{202e}evil\u{200f}",
        "a\0b\u{8}",
        "[x](javascript:alert(4)) http://x.example/\"onmouseover=alert(5)",
        "\\\" \\u003cscript\\u003e",
    ];
    Words {
        // Whether a text is Chinese is said in the markup.
        text: format!("文字 {}", bites.join(" ")),
        short: "字\"'><img src=x onerror=alert(1)></option><b onclick=\"x\">",
        lines: "字<b>\"\r\n</textarea>\0<i \u{202e}'",
    }
}

async fn started(db: TestDb) -> TestApp {
    let clock = std::sync::Arc::new(ManualClock::new(at(NOW)));
    TestApp::start_with(db, clock, |settings| {
        crate::webhooks::local(settings);
        settings.roles = vec![ServeRole::Web];
        settings.console.second_factor = SecondFactorRule::Optional;
    })
    .await
}

/// Whatever was read, under the name of what it was.
struct Read(Vec<(String, Vec<String>)>);

impl Read {
    #[track_caller]
    fn page(&mut self, what: &str, answer: &Answer) {
        assert!(answer.status.as_u16() < 500, "{what}");
        assert!(
            answer.header("content-type").starts_with("text/html"),
            "{what}: {}",
            answer.text()
        );
        let page = Page::read(&answer.text());
        for name in ["href", "src", "action"] {
            for to in page.values(name) {
                let schemes = [
                    "/", "#", "?", "https:", "http:", "mailto:", "tel:", "webcal:", "otpauth:",
                ];
                assert!(
                    schemes.iter().any(|scheme| to.starts_with(scheme)),
                    "{what}: {name}={to}"
                );
            }
        }
        for script in page.inside("script") {
            assert!(
                !script.contains("</") && !script.contains("<!--"),
                "{what}: {script}"
            );
        }
        self.0.push((what.to_owned(), page.skeleton()));
    }

    /// A document of XML, and the HTML that stands escaped in it.
    #[track_caller]
    fn xml(&mut self, what: &str, answer: &Answer) {
        let text = answer.text();
        let (_, document) = text.split_once("?>").unwrap();
        let document = Page::read(document);
        let mut skeleton = document.skeleton();
        for text in document.texts() {
            if text.starts_with("<p") || text.starts_with("<dl") || text.starts_with("<ul") {
                skeleton.extend(Page::read(text).skeleton());
            }
        }
        self.0.push((what.to_owned(), skeleton));
    }

    /// A JSON Feed, and the HTML that stands in it.
    #[track_caller]
    fn json(&mut self, what: &str, answer: &Answer) {
        let mut skeleton = Vec::new();
        for item in answer.json()["items"].as_array().unwrap() {
            skeleton.push("item".to_owned());
            skeleton.extend(Page::read(item["content_html"].as_str().unwrap()).skeleton());
        }
        self.0.push((what.to_owned(), skeleton));
    }
}

/// Every field of the form for an activity that takes a text.
fn fields(words: &Words) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    for name in [
        "/title/zh",
        "/title/en",
        "/venue/name/zh",
        "/venue/name/en",
        "/venue/address/zh",
        "/venue/address/en",
        "/organizers/0/role",
        "/organizers/0/name/zh",
        "/organizers/0/name/en",
        "/organizers/1/name/zh",
        "/contact/name",
        "/contact/phone",
        "/figures/0/what",
        "/sources/0/title",
        "/sources/0/uid",
    ] {
        fields.push((name, words.text.clone()));
    }
    for name in [
        "/summary/zh",
        "/summary/en",
        "/description/zh",
        "/description/en",
        "/outcomes/0/zh",
        "/outcomes/0/en",
        "/sources/0/basis",
    ] {
        fields.push((name, format!("{}{}", words.text, words.lines)));
    }
    for (name, value) in [
        ("/edition", "2021"),
        ("/strand", "main_session"),
        ("/section", "biting"),
        ("/series", "biting"),
        ("/kind", "roadshow"),
        ("/figures/0/value", "80"),
        ("/figures/0/qualifier", "about"),
        ("/when/precision", "day"),
        ("/when/starts_on", "2021-09-24"),
        ("/districts", "haidian"),
        ("/contact/email", "a<b>&\"c@d.example"),
        ("/mode", "mixed"),
        ("/live_url", "https://live.example/\"'<b>?a=1&b=2"),
        ("/organizers/0/url", "https://host.example/'\"<i>"),
        ("/sources/0/url", "https://a.example/\"><b>"),
    ] {
        fields.push((name, value.to_owned()));
    }
    fields
}

fn borrowed<'f>(fields: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f str)> {
    fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

/// A year and a series whose names bite, and whom to call.
async fn reference(app: &TestApp, words: &Words) {
    let series = json!({"slug": "biting", "title": {"zh": words.text, "en": words.text}});
    app.post(&app.tokens.office, "/api/v1/series", &series)
        .send()
        .await
        .expect(201);
    let etag = app.get("/api/v1/editions/2021").await.expect(200).etag();
    let patch = app
        .call(Method::PATCH, "/api/v1/editions/2021")
        .token(&app.tokens.office)
        .if_match(&etag);
    let edition = json!({
        "theme": {"zh": words.text, "en": words.text}, "hosts": [{"zh": words.text}],
        "sections": [
            {"slug": "forum", "title": {"zh": "论坛会议"}}, {"slug": "exhibition", "title": {"zh": "展览展示"}},
            {"slug": "biting", "title": {"zh": words.text, "en": words.text}},
        ],
        "stated": [{"what": words.short, "value": 17, "on": "2021-09-15", "source": {"title": words.text}}],
    });
    let answer = patch.json(&edition).send().await;
    assert!(answer.status.as_u16() < 300, "{}", answer.text());
}

async fn walked(db: TestDb, words: &Words) -> Read {
    let app = started(db).await;
    reference(&app, words).await;
    let mut read = Read(Vec::new());
    let seen = walk::console(&app, words, &mut read).await;
    walk::public(&app, words, &seen, &mut read).await;
    read
}

async fn no_text_changes_the_elements_of_a_page(db: TestDb) {
    let other = db.another().await;
    let (plain, biting) = (walked(db, &plain()).await, walked(other, &biting()).await);
    let names = |read: &Read| {
        read.0
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&plain), names(&biting));
    assert!(plain.0.len() > 90, "{}", plain.0.len());
    for ((name, plain), (_, biting)) in plain.0.iter().zip(&biting.0) {
        if plain == biting {
            continue;
        }
        let at = plain
            .iter()
            .zip(biting)
            .position(|(plain, biting)| plain != biting);
        let at = at.unwrap_or(plain.len().min(biting.len()));
        let near =
            |parts: &[String]| parts[at.saturating_sub(4)..parts.len().min(at + 4)].join(" | ");
        panic!("{name} differs at {at}:\n{}\n{}", near(plain), near(biting));
    }
}

async fn addresses_of_scripts_are_refused_everywhere(db: TestDb) {
    let app = started(db).await;
    let office = Seat::take(&app, "office", "office").await;
    let common = [
        ("/edition", "2021"),
        ("/strand", "year_round"),
        ("/title/zh", "x"),
        ("/organizers/0/name/zh", "y"),
    ];
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example/",
        "/console",
        "https:",
        "blob:https://a.example/x",
        "javascript://a.example/%0aalert(1)",
    ] {
        for field in [
            "/live_url",
            "/registration_url",
            "/organizers/0/url",
            "/sources/0/url",
        ] {
            let mut sent = common.to_vec();
            sent.push((field, address));
            let refused = office.post("/console/activities/new", &sent).await;
            assert_eq!(refused.status, 422, "{field}={address}");
            let page = Page::read(&refused.text());
            assert!(
                page.values("href")
                    .iter()
                    .all(|to| to.starts_with(['/', '#', '?']))
            );
        }
        let refused = office
            .post("/console/webhooks/new", &[("/url", address)])
            .await;
        assert_eq!(refused.status, 422, "a webhook to {address}");
    }
    let listed = app
        .call(Method::GET, "/api/v1/activities?status=draft")
        .token(&app.tokens.admin);
    assert_eq!(listed.send().await.json()["activities"], json!([]));
}
