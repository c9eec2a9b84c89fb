//! Sources and what they propose, at the console: by forms, for those it is for, and with nothing decided unseen.

use std::sync::Arc;

use hyper::Method;
use yueli::{
    clock::ManualClock,
    config::{Role as ServeRole, SecondFactorRule},
};

use super::{
    page::{Form, Page, unescaped},
    seat::Seat,
};
use crate::{
    support::{
        app::{NOW, TestApp, at},
        db::TestDb,
        http::Answer,
        receiver::ALLOWED,
    },
    tracking::upstream::{Upstream, calendar, event},
};

mod biting;
mod deciding;
mod files;
mod life;
mod together;
mod whose;

async fn start(db: TestDb) -> TestApp {
    TestApp::start_with(db, Arc::new(ManualClock::new(at(NOW))), |settings| {
        settings.roles = vec![ServeRole::Web];
        settings.webhooks.allow_http = true;
        settings.webhooks.allow_cidrs = vec![ALLOWED.parse().unwrap()];
        settings.console.second_factor = SecondFactorRule::Optional;
    })
    .await
}

/// An entry of a calendar on a day of August.
fn entry(uid: &str, title: &str, day: u8) -> String {
    let (title, start) = (
        format!("SUMMARY:{title}"),
        format!("DTSTART;VALUE=DATE:202108{day:02}"),
    );
    event(uid, &[&title, &start, "LOCATION:清华科技园"])
}

/// A calendar of one entry.
fn at_day(day: u8) -> String {
    calendar(&[entry("1@a", "人工智能专场", day)])
}

/// The text of a page, with a space for each tag, and never two together.
fn text(page: &str) -> String {
    let parts = page
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text = unescaped(&parts.collect::<Vec<_>>().join(" "));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A source at the console.
struct Watch<'a> {
    seat: &'a Seat<'a>,
    upstream: &'a Upstream,
    id: String,
}

impl<'a> Watch<'a> {
    /// A calendar at `/a.ics`, made by the form.
    async fn new(seat: &'a Seat<'a>, upstream: &'a Upstream) -> Self {
        let path = "/console/sources/new";
        let url = upstream.url("/a.ics");
        let form = seat.page(path).await.form(path);
        let form = form.with("/name", "海淀日历").with("/url", &url);
        let made = form.send(seat).await.expect(303);
        let to = made.header("location");
        let id = to.rsplit('/').next().unwrap().trim_end_matches("?made");
        let id = id.to_owned();
        assert!(id.starts_with("src_"), "{to}");
        Self { seat, upstream, id }
    }

    fn at(&self, end: &str) -> String {
        format!("/console/sources/{}{end}", self.id)
    }

    async fn shown(&self) -> String {
        self.seat.get(&self.at("")).await.expect(200).text()
    }

    /// The upstream says this now; the page that says what came of asking.
    async fn says(&self, document: impl Into<Vec<u8>>) -> String {
        self.upstream.say("/a.ics", document);
        let asked = self.seat.post(&self.at("/poll"), &[]).await;
        self.seat.follow(asked).await
    }

    /// Where the proposals that wait stand.
    async fn open(&self) -> Vec<String> {
        let list = format!("/console/proposals?source={}", self.id);
        let page = self.seat.page(&list).await;
        let links = page.values("href").into_iter();
        let links = links.filter(|to| to.starts_with("/console/proposals/"));
        links.map(str::to_owned).collect()
    }

    /// The only one.
    async fn only(&self) -> String {
        let open = self.open().await;
        assert_eq!(open.len(), 1, "{open:?}");
        open.into_iter().next().unwrap()
    }

    /// The form that accepts a proposal as it is.
    async fn accepting(&self, proposal: &str) -> Form {
        let page = self.seat.page(proposal).await;
        page.form(&format!("{proposal}/accept"))
    }

    /// Accepts the only one.
    async fn accept(&self) {
        let only = self.only().await;
        let form = self.accepting(&only).await;
        form.send(self.seat).await.expect(303);
    }

    async fn reject(&self, proposal: &str, reason: &str) -> Answer {
        let path = format!("{proposal}/reject");
        let form = self.seat.page(proposal).await.form(&path);
        form.with("/reason", reason).send(self.seat).await
    }

    /// The activity that a proposal is about.
    async fn activity(&self, proposal: &str) -> String {
        let page = self.seat.page(proposal).await;
        let links = page.values("href").into_iter();
        let mut links = links.filter_map(|to| to.strip_prefix("/console/activities/"));
        links.next().unwrap().to_owned()
    }
}

/// An activity as the public sees it.
async fn public(app: &TestApp, id: &str) -> serde_json::Value {
    let path = format!("/api/v1/activities/{id}");
    app.get(path).await.expect(200).json()
}

/// Sends a file as a browser does.
async fn bring(seat: &Seat<'_>, path: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    seat.app
        .call(Method::POST, path)
        .header("sec-fetch-site", "same-origin")
        .header("cookie", &seat.cookie)
        .header("accept-language", seat.language)
        .bytes("multipart/form-data; boundary=x", body)
        .send()
        .await
}

/// What a page of somebody says.
async fn said(seat: &Seat<'_>, path: &str) -> String {
    text(&seat.get(path).await.expect(200).text())
}

fn read(answer: &Answer) -> Page {
    Page::read(&answer.text())
}
