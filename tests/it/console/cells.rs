//! The rest of the table of rights, cell by cell: every deed that is no action on an activity (those stand in `roles`),
//! by every role, to one's own and to others', through the API and through the console.

use hyper::Method;
use serde_json::Value;
use yueli::{
    clock::ManualClock,
    config::{Role as ServeRole, SecondFactorRule},
    domain::{rights::Deed, role::Role},
    store,
};

use super::seat::{Seat, id_of};
mod probes;

use crate::support::{
    app::{NOW, TestApp, at},
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(every_cell_is_what_the_api_and_the_console_do);

const ROLES: [&str; 5] = ["admin", "office", "district:haidian", "viewer", "partner"];

/// Somebody of a role, by a token and at the console; what they make by either is theirs.
struct Asker<'a> {
    name: &'static str,
    role: Role,
    token: String,
    seat: Seat<'a>,
}

impl Asker<'_> {
    /// An office that is their own, or is not; none where they cannot have one.
    fn office(&self, own: bool) -> Option<&'static str> {
        match (self.role, own) {
            (Role::Admin | Role::Office, true) => Some("city"),
            (Role::District(_), true) => Some("haidian"),
            (Role::Viewer | Role::Partner, true) => None,
            (Role::District(_), false) => Some("chaoyang"),
            (_, false) => Some("yanqing"),
        }
    }

    async fn asks(&self, method: Method, path: &str, body: Value) -> Answer {
        let call = self.seat.app.call(method, path).token(&self.token);
        call.json(&body).send().await
    }
}

/// Whether an answer did what was asked for; anything but a clear yes or no fails the test.
#[track_caller]
fn was_done(answer: &Answer, told: &str) -> bool {
    match answer.status.as_u16() {
        200..=204 => true,
        303 => {
            let to = answer.header("location");
            assert!(
                to.starts_with("/console/") && !to.starts_with("/console/login"),
                "{told}: {to}"
            );
            true
        }
        403 | 404 => false,
        other => panic!("{told}: {other}: {}", answer.text()),
    }
}

/// What was tried, and what came of it.
struct Tried(Vec<(String, bool, bool)>);

impl Tried {
    #[track_caller]
    fn note(&mut self, what: impl Into<String>, own: bool, answer: &Answer) {
        let what = what.into();
        let done = was_done(answer, &what);
        self.0.push((what, own, done));
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

async fn every_cell_is_what_the_api_and_the_console_do(db: TestDb) {
    let app = started(db).await;
    let mut cells = 0;
    for (number, name) in ROLES.into_iter().enumerate() {
        let login = format!("person-{number}");
        let role: Role = name.parse().unwrap();
        let seat = Seat::take(&app, &login, name).await;
        let user = id_of(&app, &login).await;
        let (db, now) = (app.services.db.writer(), app.services.now());
        let token = store::tokens::create(db, "程序", role, Some(user), now)
            .await
            .unwrap()
            .secret;
        let by = Asker {
            name,
            role,
            token,
            seat,
        };
        for deed in Deed::ALL {
            let mut tried = Tried(Vec::new());
            match deed {
                Deed::ReadDrafts => probes::drafts_are_read(&app, &by, &mut tried).await,
                Deed::WriteActivity => probes::activities_are_written(&app, &by, &mut tried).await,
                Deed::SetHighlight => probes::highlights_are_set(&app, &by, &mut tried).await,
                Deed::Import => probes::many_are_imported(&by, &mut tried).await,
                Deed::WriteReference => {
                    probes::reference_is_written(&app, &by, number, &mut tried).await
                }
                Deed::ReadContacts => probes::contacts_are_read(&by, &mut tried).await,
                Deed::WriteContacts => probes::contacts_are_written(&by, &mut tried).await,
                Deed::Webhooks => probes::webhooks_are_managed(&app, &by, &mut tried).await,
                Deed::ReadClients => {
                    tried.note(
                        "the clients of feeds",
                        false,
                        &by.seat.get("/console/feeds").await,
                    );
                }
                Deed::ManagePeople => {
                    probes::people_are_managed(&app, &by, number, &mut tried).await
                }
                Deed::ManageSources => probes::sources_are_managed(&app, &by, &mut tried).await,
                Deed::ReadAudit => {
                    let answer = by.asks(Method::GET, "/api/v1/audit", Value::Null).await;
                    tried.note("the audit by the API", false, &answer);
                    for path in [
                        "/console/audit",
                        "/console/audit.csv",
                        "/console/audit.jsonl",
                    ] {
                        tried.note(path, false, &by.seat.get(path).await);
                    }
                }
                // Held by `roles`, through both.
                Deed::Submit
                | Deed::Return
                | Deed::Announce
                | Deed::Reschedule
                | Deed::Relocate
                | Deed::ChangeFormat
                | Deed::Postpone
                | Deed::Cancel
                | Deed::Reinstate
                | Deed::Hold
                | Deed::Withdraw => continue,
            }
            let reach = role.reach(*deed);
            assert!(!tried.0.is_empty());
            for (what, own, done) in tried.0 {
                let told = format!("{name}, {}, own: {own}: {what}", deed.name());
                assert_eq!(done, reach.covers(own), "{told}");
                cells += 1;
            }
        }
    }
    assert!(cells > 200, "{cells}");
}
