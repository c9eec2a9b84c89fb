//! Webhooks in the console: an endpoint's whole life by forms, whose they are, and what must not be seen.

use std::sync::Arc;

use yueli::{
    clock::{Clock, ManualClock},
    config::SecondFactorRule,
};

use super::{
    page::unescaped,
    seat::{Seat, hidden},
};
use crate::{
    support::{
        app::{NOW, TestApp, at, until},
        db::TestDb,
        http::Answer,
    },
    webhooks::local,
};

mod life;
mod refused;
mod seen;
mod whose;

async fn start(db: TestDb) -> TestApp {
    let clock = Arc::new(ManualClock::new(at(NOW))) as Arc<dyn Clock>;
    TestApp::start_with(db, clock, |settings| {
        local(settings);
        settings.console.second_factor = SecondFactorRule::Optional;
    })
    .await
}

/// What a form for a new endpoint sends when nothing but the address was typed.
fn plain<'a>(url: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("/url", url),
        ("/secret", ""),
        ("/format", "standard"),
        ("/language", "zh"),
        ("/payload", "full"),
        ("/ordering", "all"),
        ("/notices", ""),
        ("/selection/district", ""),
        ("/selection/kind", ""),
        ("/selection/highlight", ""),
    ]
}

/// The text of a page or of a part of it, with a space for each tag, and never two together.
fn text(page: &str) -> String {
    let parts = page
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text = unescaped(&parts.collect::<Vec<_>>().join(" "));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The secret in a page; empty where there is none.
fn secret(page: &str) -> String {
    let found = page.split_once("<code class=\"copy\">");
    found.map_or(String::new(), |(_, rest)| {
        rest.split_once('<').unwrap().0.to_owned()
    })
}

/// The id of the endpoint that a page leads to.
fn endpoint(page: &str) -> String {
    let (_, rest) = page.split_once("/console/webhooks/end_").unwrap();
    format!("end_{}", &rest[..26])
}

struct Hook {
    id: String,
    secret: String,
}

impl Hook {
    async fn create(seat: &Seat<'_>, url: &str) -> Self {
        let form = seat.get("/console/webhooks/new").await.expect(200);
        let key = hidden(&form.text(), "key");
        let fields = plain(url, &key);
        let made = seat.post("/console/webhooks/new", &fields).await;
        let page = made.expect(200).text();
        Self {
            id: endpoint(&page),
            secret: secret(&page),
        }
    }

    fn path(&self, end: &str) -> String {
        format!("/console/webhooks/{}{end}", self.id)
    }

    async fn page(&self, seat: &Seat<'_>) -> String {
        seat.get(&self.path("")).await.expect(200).text()
    }

    async fn act(&self, seat: &Seat<'_>, action: &str, fields: &[(&str, &str)]) -> Answer {
        seat.post(&self.path(&format!("/{action}")), fields).await
    }

    /// The delivery that stands first in the log, once it says something.
    async fn delivery(&self, seat: &Seat<'_>, says: &str) -> String {
        until(&format!("a delivery that says {says}"), async || {
            let log = seat.get(&self.path("/deliveries")).await.expect(200);
            let log = log.text();
            let (_, line) = log.split_once("/console/deliveries/")?;
            let line = line.split_once("</li>")?.0;
            text(line)
                .contains(says)
                .then(|| line.split_once('"').unwrap().0.to_owned())
        })
        .await
    }
}
