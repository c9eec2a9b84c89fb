//! `POST /activities/{id}/{action}`: each reads its body and hands the action on.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{activity_id, answer};
use crate::{
    commands::act::{Act, act},
    domain::{input::Faults, request::Request, role::Caller},
    http::{
        Web,
        api::schema,
        extract::{Body, Editor, IfMatch, Params, Path},
        problem::Problem,
    },
    ids::ActivityId,
};

/// What each of these routes takes from a request.
struct Asked {
    web: Web,
    caller: Caller,
    id: String,
    version: i64,
    body: Body,
}

impl Asked {
    /// Reads the body as the action of this name, and does it.
    async fn to(self, action: &str) -> Result<Response, Problem> {
        let id: ActivityId = activity_id(&self.id)?;
        let mut faults = Faults::default();
        let read = Request::read(action, &self.body.value, &mut faults);
        let Request {
            action,
            children,
            comment,
        } = faults.check(read)?;
        let key = self.body.key(&self.caller);
        let request = Act {
            caller: self.caller,
            id,
            version: self.version,
            action,
            children,
            comment,
            key,
        };
        let outcome = act(&self.web.services, request).await?;
        Ok(answer(&self.web, StatusCode::OK, &outcome))
    }
}

macro_rules! action_route {
    ($(#[$doc:meta])* $name:ident, $path:literal, $input:ty, $action:literal) => {
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "activities", security(("token" = [])),
            params(("id" = String, Path, description = "act_…"), schema::IfMatch, schema::IdempotencyKey),
            request_body = $input,
            responses(
                (status = 200, body = schema::ActivityAnswer, headers(("ETag" = String))),
                (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
            )
        )]
        pub async fn $name(
            State(web): State<Web>,
            Editor(caller): Editor,
            Path(id): Path,
            IfMatch(version): IfMatch,
            params: Params,
            body: Body,
        ) -> Result<Response, Problem> {
            params.finish()?;
            Asked { web, caller, id, version, body }.to($action).await
        }
    };
}

action_route!(
    /// Hand a draft to the organising office
    submit, "/activities/{id}/submit", schema::actions::Review, "submit"
);
action_route!(
    /// Give a draft back, or take an embargo back
    give_back, "/activities/{id}/return", schema::actions::Review, "return"
);
action_route!(
    /// Publish a draft, at once or at an hour
    announce, "/activities/{id}/announce", schema::actions::Announce, "announce"
);
action_route!(
    /// Give an activity a new date
    reschedule, "/activities/{id}/reschedule", schema::actions::Reschedule, "reschedule"
);
action_route!(
    /// Move an activity to another place
    relocate, "/activities/{id}/relocate", schema::actions::Relocate, "relocate"
);
action_route!(
    /// Change how people attend
    change_format, "/activities/{id}/change-format", schema::actions::ChangeFormat, "change-format"
);
action_route!(
    /// Call the date off, with a new one to come
    postpone, "/activities/{id}/postpone", schema::actions::Because, "postpone"
);
action_route!(
    /// Call an activity off
    cancel, "/activities/{id}/cancel", schema::actions::Because, "cancel"
);
action_route!(
    /// Take a postponement or cancellation back
    reinstate, "/activities/{id}/reinstate", schema::actions::Reinstate, "reinstate"
);
action_route!(
    /// Say that an activity took place
    hold, "/activities/{id}/hold", schema::actions::Hold, "hold"
);
action_route!(
    /// Take down what should never have stood there
    withdraw, "/activities/{id}/withdraw", schema::actions::Withdraw, "withdraw"
);
