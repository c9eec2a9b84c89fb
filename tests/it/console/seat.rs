//! Somebody at the console: logs in by the real page, keeps the cookie, sends forms as a browser does.

use hyper::Method;
use yueli::{commands::people::make_person, domain::role::Role};

use super::page::Page;
use crate::support::{
    app::TestApp,
    http::{Answer, Call},
};

pub(super) const PASSWORD: &str = "correct-horse-battery";

/// A form as a browser encodes it.
pub(super) fn encoded(fields: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}

/// Adds a person with [`PASSWORD`].
pub(super) async fn person(app: &TestApp, login: &str, role: &str) {
    let role: Role = role.parse().unwrap();
    let login = login.parse().unwrap();
    make_person(
        &app.services.db,
        &login,
        role,
        Some(PASSWORD.to_owned()),
        &*app.services.clock,
    )
    .await
    .unwrap();
}

/// The id of a person.
pub(super) async fn id_of(app: &TestApp, login: &str) -> String {
    let found = yueli::store::people::find_by_login(app.services.db.reader(), login);
    found.await.unwrap().unwrap().id
}

/// What a page of ours sends when a form of it is sent.
pub(super) fn post(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Call {
    app.call(Method::POST, path)
        .header("sec-fetch-site", "same-origin")
        .bytes("application/x-www-form-urlencoded", encoded(fields))
}

/// The answer to a login.
pub(super) async fn login(app: &TestApp, login: &str, password: &str) -> Answer {
    post(
        app,
        "/console/login",
        &[("login", login), ("password", password)],
    )
    .send()
    .await
}

/// The cookie that an answer has a browser keep.
pub(super) fn cookie_of(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

/// Somebody who has logged in.
pub(crate) struct Seat<'a> {
    pub(super) app: &'a TestApp,
    pub(crate) cookie: String,
    /// What their browser asks for.
    pub(super) language: &'static str,
}

impl<'a> Seat<'a> {
    /// Whoever holds what an answer has a browser keep.
    pub(super) fn of(app: &'a TestApp, answer: &Answer) -> Self {
        Self {
            app,
            cookie: cookie_of(answer),
            language: "en",
        }
    }

    /// Adds a person and logs them in. Their login is `who`.
    pub(crate) async fn take(app: &'a TestApp, who: &str, role: &str) -> Self {
        person(app, who, role).await;
        let answer = login(app, who, PASSWORD).await.expect(303);
        Self {
            app,
            cookie: cookie_of(&answer),
            language: "en",
        }
    }

    /// The same person, whose browser asks for another language.
    pub(super) fn reading(&self, language: &'static str) -> Self {
        Self {
            app: self.app,
            cookie: self.cookie.clone(),
            language,
        }
    }

    /// The page that an answer leads to.
    pub(super) async fn follow(&self, answer: Answer) -> String {
        let to = answer.expect(303).header("location").to_owned();
        self.get(&to).await.expect(200).text()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let call = self.app.call(Method::GET, path);
        call.header("cookie", &self.cookie)
            .header("accept-language", self.language)
            .send()
            .await
    }

    /// A page of theirs, read.
    pub(super) async fn page(&self, path: &str) -> Page {
        Page::read(&self.get(path).await.expect(200).text())
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        post(self.app, path, fields)
            .header("cookie", &self.cookie)
            .header("accept-language", self.language)
            .send()
            .await
    }

    /// Makes a draft by the form; returns its id.
    pub(super) async fn draft(&self, title: &str, over: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("/edition", "2021"),
            ("/strand", "year_round"),
            ("/kind", "roadshow"),
            ("/title/zh", title),
            ("/when/precision", "day"),
            ("/when/starts_on", "2021-12-01"),
        ];
        fields.extend(over);
        let made = self.post("/console/activities/new", &fields).await;
        let made = made.expect(303);
        made.header("location")
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    }
}

/// The value of a hidden field of a page.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap();
    let value = rest.split('"').next().unwrap();
    value
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
