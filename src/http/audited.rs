//! What was refused before any command heard of it: a role, a header, a body that cannot be read.
//!
//! Owns which route asks for what. Refuses to know why it was refused. Invariants: it writes down nothing of an asker who
//! is not known, and nothing twice: what a command was asked for, that command has seen to.

use axum::{
    http::{Method, StatusCode},
    response::Response,
};

use super::{Web, problem::Problem};
use crate::{
    commands::audit::{Scope, Trail},
    domain::audit::Action,
};

/// A refusal that is to be written down.
pub(super) struct Refused {
    trail: Trail,
    reason: &'static str,
    faults: Vec<String>,
}

impl Refused {
    /// What was refused to whom, where it is something that the audit holds.
    pub(super) fn of(
        scope: &Scope,
        (method, route, path): (&Method, &str, &str),
        response: &Response,
    ) -> Option<Self> {
        let caller = scope.caller().filter(|_| !scope.is_told())?;
        let problem = response.extensions().get::<Problem>();
        let reason = match (response.status(), problem) {
            (StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS, _) => return None,
            (status, Some(problem)) if status.is_client_error() => problem.kind(),
            // A page of the console says it in words, and in its status.
            (StatusCode::FORBIDDEN, None) => "forbidden",
            (StatusCode::NOT_FOUND, None) => "not-found",
            (StatusCode::CONFLICT, None) => "conflict",
            (StatusCode::UNPROCESSABLE_ENTITY, None) => "invalid-input",
            _ => return None,
        };
        let trail = Trail::of(caller, asked_for(method, route, path)?);
        let faults = problem.map(Problem::pointers).unwrap_or_default();
        Some(Self {
            trail: trail.on(subject(route, path)).within(scope),
            reason,
            faults: faults.into_iter().map(str::to_owned).collect(),
        })
    }

    /// Writes it down.
    pub(super) async fn write(self, web: &Web) {
        let (db, now) = (&web.services.db, web.services.now());
        self.trail.refused(db, now, self.reason, self.faults).await;
    }
}

/// What a request to a route of the API or of the console asks for.
fn asked_for(method: &Method, route: &str, path: &str) -> Option<Action> {
    let last = path.rsplit('/').next().unwrap_or_default();
    let of_activity = || format!("activity.{last}").parse().ok();
    if let Some(route) = route.strip_prefix("/api/v1") {
        return match (method.as_str(), route) {
            ("POST", "/activities") => Some(Action::ActivityCreate),
            ("PATCH", "/activities/{id}") => Some(Action::ActivityUpdate),
            ("DELETE", "/activities/{id}") => Some(Action::ActivityDelete),
            ("POST", route) if route.starts_with("/activities/{id}/") => of_activity(),
            ("POST", "/editions") => Some(Action::EditionCreate),
            ("PATCH", "/editions/{year}") => Some(Action::EditionUpdate),
            ("DELETE", "/editions/{year}") => Some(Action::EditionDelete),
            ("POST", "/editions/{year}/roll-over") => Some(Action::EditionRollOver),
            ("PUT", "/editions/{year}/contacts/{office}") => Some(Action::ContactSet),
            ("POST", "/series") => Some(Action::SeriesCreate),
            ("PATCH", "/series/{slug}") => Some(Action::SeriesUpdate),
            ("DELETE", "/series/{slug}") => Some(Action::SeriesDelete),
            ("POST", "/webhooks") => Some(Action::WebhookCreate),
            ("PATCH", "/webhooks/{id}") => Some(Action::WebhookUpdate),
            ("DELETE", "/webhooks/{id}") => Some(Action::WebhookDelete),
            ("DELETE", "/webhooks/{id}/replay") => Some(Action::WebhookEndReplay),
            ("POST", route) if route.starts_with("/webhooks/{id}/") => {
                format!("webhook.{last}").parse().ok()
            }
            ("POST", "/deliveries/{id}/redeliver") => Some(Action::WebhookRedeliver),
            ("POST", "/imports") => Some(Action::Import),
            ("POST", "/sources") => Some(Action::SourceCreate),
            ("PATCH", "/sources/{id}") => Some(Action::SourceUpdate),
            ("DELETE", "/sources/{id}") => Some(Action::SourceDelete),
            ("POST", "/sources/{id}/poll" | "/sources/{id}/file") => Some(Action::SourcePoll),
            (
                "POST",
                "/proposals/{id}/accept" | "/proposals/{id}/link" | "/fetches/{id}/accept",
            ) => Some(Action::ProposalAccept),
            ("POST", "/proposals/{id}/reject" | "/fetches/{id}/reject") => {
                Some(Action::ProposalReject)
            }
            ("POST", "/proposals/{id}/reopen") => Some(Action::ProposalReopen),
            ("POST", "/mappings") => Some(Action::MappingCreate),
            ("PUT", "/mappings/{id}") => Some(Action::MappingUpdate),
            ("DELETE", "/mappings/{id}") => Some(Action::MappingDelete),
            ("GET", "/audit") => Some(Action::AuditExport),
            _ => None,
        };
    }
    match (method.as_str(), route) {
        ("POST", "/console/activities/new") => Some(Action::ActivityCreate),
        ("POST", "/console/activities/{id}/edit") => Some(Action::ActivityUpdate),
        ("POST", "/console/activities/{id}/delete") => Some(Action::ActivityDelete),
        ("POST", "/console/activities/{id}/{action}") => of_activity(),
        ("POST", "/console/editions/{year}") => Some(Action::EditionUpdate),
        ("POST", "/console/editions/{year}/roll-over") => Some(Action::EditionRollOver),
        ("POST", "/console/editions/{year}/contacts/{office}") => Some(Action::ContactSet),
        ("POST", "/console/webhooks/new") => Some(Action::WebhookCreate),
        ("POST", "/console/webhooks/{id}/edit") => Some(Action::WebhookUpdate),
        ("POST", "/console/webhooks/{id}/{action}") => format!("webhook.{last}").parse().ok(),
        ("POST", "/console/deliveries/{id}/redeliver") => Some(Action::WebhookRedeliver),
        ("POST", "/console/sources/new") => Some(Action::SourceCreate),
        ("POST", "/console/sources/{id}/delete") => Some(Action::SourceDelete),
        (
            "POST",
            "/console/sources/{id}/edit"
            | "/console/sources/{id}/pause"
            | "/console/sources/{id}/resume",
        ) => Some(Action::SourceUpdate),
        (
            "POST",
            "/console/sources/{id}/poll"
            | "/console/sources/{id}/whole"
            | "/console/sources/{id}/file",
        ) => Some(Action::SourcePoll),
        (
            "POST",
            "/console/proposals/{id}/accept"
            | "/console/proposals/{id}/link"
            | "/console/proposals/{id}/edit"
            | "/console/fetches/{id}/accept",
        ) => Some(Action::ProposalAccept),
        ("POST", "/console/proposals/{id}/reject" | "/console/fetches/{id}/reject") => {
            Some(Action::ProposalReject)
        }
        ("POST", "/console/proposals/{id}/reopen") => Some(Action::ProposalReopen),
        ("POST", "/console/import" | "/console/import/carry-out") => Some(Action::Import),
        ("POST", "/console/account/tokens") => Some(Action::TokenCreate),
        ("POST", "/console/account/tokens/end") => Some(Action::TokenRevoke),
        ("POST", "/console/account/password") => Some(Action::UserPassword),
        ("POST", "/console/people") => Some(Action::UserCreate),
        ("POST", "/console/people/{id}") => Some(Action::UserUpdate),
        ("GET", "/console/audit" | "/console/audit.csv" | "/console/audit.jsonl") => {
            Some(Action::AuditExport)
        }
        _ => None,
    }
}

/// What a path names: the values of the route's parameters but an action's name.
fn subject(route: &str, path: &str) -> String {
    let named = route.split('/').zip(path.split('/'));
    let named = named.filter(|(part, _)| part.starts_with('{') && *part != "{action}");
    let named: Vec<&str> = named.map(|(_, value)| value).collect();
    named.join("/")
}

#[cfg(test)]
mod tests {
    use entity::vocab::Status;

    use super::*;
    use crate::{
        commands::CommandError,
        domain::{refusal::Refusal, role::Role},
    };

    #[test]
    fn a_path_names_what_was_to_be_changed() {
        let routes = [
            (
                "/console/activities/{id}/{action}",
                "/console/activities/act_1/hold",
                "act_1",
            ),
            (
                "/api/v1/editions/{year}/contacts/{office}",
                "/api/v1/editions/2027/contacts/city",
                "2027/city",
            ),
            ("/api/v1/imports", "/api/v1/imports", ""),
        ];
        for (route, path, named) in routes {
            assert_eq!(subject(route, path), named);
        }
    }

    #[test]
    fn a_refusal_is_written_down_under_the_type_that_was_answered() {
        let at = |status| Refusal::Status {
            action: "hold",
            status,
            hint: "",
        };
        let errors = [
            CommandError::NotFound {
                what: "activity",
                id: String::new(),
            },
            CommandError::Forbidden {
                role: Role::Partner,
                what: String::new(),
            },
            CommandError::Stale {
                expected: 1,
                present: 2,
            },
            CommandError::fault("/title", "is missing"),
            CommandError::Conflict(String::new()),
            CommandError::KeyReused(String::new()),
            at(Status::Draft).into(),
            Refusal::NoDate.into(),
            Refusal::NotYet {
                starts: String::new(),
                now: String::new(),
            }
            .into(),
            Refusal::Incomplete(vec!["when"]).into(),
            Refusal::SlotUnknown.into(),
            Refusal::Unchanged("update").into(),
            Refusal::HasAction {
                field: "when",
                action: "reschedule",
            }
            .into(),
        ];
        for error in errors {
            let kind = error.kind().unwrap();
            assert_eq!(Problem::from(error).kind(), kind);
        }
        assert_eq!(CommandError::Cut(String::new()).kind(), None);
    }

    #[test]
    fn a_route_asks_for_what_its_name_says() {
        let post = |route: &str, path: &str| asked_for(&Method::POST, route, path);
        let change = post(
            "/api/v1/activities/{id}/change-format",
            "/api/v1/activities/act_1/change-format",
        );
        assert_eq!(change, Some(Action::ActivityChangeFormat));
        assert_eq!(
            post("/api/v1/webhooks/{id}/ping", "/api/v1/webhooks/end_1/ping"),
            Some(Action::WebhookPing)
        );
        assert_eq!(post("/console/filters", "/console/filters"), None);
        assert_eq!(
            asked_for(&Method::GET, "/api/v1/activities", "/api/v1/activities"),
            None
        );
    }
}
