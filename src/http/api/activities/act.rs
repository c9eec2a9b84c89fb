//! `POST /activities/{id}/{action}`: each reads its body and hands the action on.

use axum::{extract::State, http::StatusCode, response::Response};
use entity::vocab::{District, Mode};

use super::{activity_id, answer};
use crate::{
    commands::act::{Act, act},
    domain::{
        action::Action,
        activity::{Figure, Venue},
        input::{Faults, Object},
        notice::Reason,
        role::Caller,
        text::{WebAddress, Words},
        when::{Instant, When},
    },
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
    /// Reads the body by `read`, which also says whether children move along, and does the action.
    async fn to(
        self,
        read: impl FnOnce(&mut Object<'_>, &mut Faults) -> Option<(Action, bool)>,
    ) -> Result<Response, Problem> {
        let id: ActivityId = activity_id(&self.id)?;
        let mut faults = Faults::default();
        let read = Object::open(&self.body.value, "", &mut faults).and_then(|mut object| {
            let read = read(&mut object, &mut faults);
            object.close(&mut faults);
            read
        });
        let (action, children) = faults.check(read)?;
        let key = self.body.key(&self.caller);
        let request = Act {
            caller: self.caller,
            id,
            version: self.version,
            action,
            children,
            key,
        };
        let outcome = act(&self.web.services, request).await?;
        Ok(answer(&self.web, StatusCode::OK, &outcome))
    }
}

fn children(object: &mut Object<'_>, faults: &mut Faults) -> bool {
    object.optional::<bool>("children", faults).unwrap_or(false)
}

macro_rules! action_route {
    ($(#[$doc:meta])* $name:ident, $path:literal, $input:ty, $read:expr) => {
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
            Asked { web, caller, id, version, body }.to($read).await
        }
    };
}

action_route!(
    /// Hand a draft to the organising office
    submit, "/activities/{id}/submit", schema::Empty,
    |_, _| Some((Action::Submit, false))
);
action_route!(
    /// Give a draft back, or take an embargo back
    give_back, "/activities/{id}/return", schema::Empty,
    |_, _| Some((Action::Return, false))
);
action_route!(
    /// Publish a draft, at once or at an hour
    announce, "/activities/{id}/announce", schema::actions::Announce,
    |object, faults| {
        let publish_at = object.optional::<Instant>("publish_at", faults).map(|at| at.0);
        Some((Action::Announce { publish_at }, false))
    }
);
action_route!(
    /// Give an activity a new date
    reschedule, "/activities/{id}/reschedule", schema::actions::Reschedule,
    |object, faults| {
        let when = object.required::<When>("when", faults);
        let reason = object.optional::<Reason>("reason", faults);
        let children = children(object, faults);
        Some((Action::Reschedule { when: when?, reason }, children))
    }
);
action_route!(
    /// Move an activity to another place
    relocate, "/activities/{id}/relocate", schema::actions::Relocate,
    |object, faults| {
        let venue = object.optional::<Venue>("venue", faults);
        let districts = object.optional::<Vec<District>>("districts", faults).map(|mut districts| {
            districts.sort_unstable();
            districts.dedup();
            districts
        });
        let reason = object.optional::<Reason>("reason", faults);
        if !object.has("venue") && !object.has("districts") {
            faults.add("", "venue or districts is needed");
        }
        let children = children(object, faults);
        Some((Action::Relocate { venue, districts, reason }, children))
    }
);
action_route!(
    /// Change how people attend
    change_format, "/activities/{id}/change-format", schema::actions::ChangeFormat,
    |object, faults| {
        let mode = object.required::<Mode>("mode", faults);
        let live_url = object.optional::<WebAddress>("live_url", faults);
        let reason = object.optional::<Reason>("reason", faults);
        let children = children(object, faults);
        Some((Action::ChangeFormat { mode: mode?, live_url, reason }, children))
    }
);
action_route!(
    /// Call the date off, with a new one to come
    postpone, "/activities/{id}/postpone", schema::actions::Because,
    |object, faults| {
        let reason = object.optional::<Reason>("reason", faults);
        let children = children(object, faults);
        Some((Action::Postpone { reason }, children))
    }
);
action_route!(
    /// Call an activity off
    cancel, "/activities/{id}/cancel", schema::actions::Because,
    |object, faults| {
        let reason = object.optional::<Reason>("reason", faults);
        let children = children(object, faults);
        Some((Action::Cancel { reason }, children))
    }
);
action_route!(
    /// Take a postponement or cancellation back
    reinstate, "/activities/{id}/reinstate", schema::actions::Reinstate,
    |object, faults| {
        let when = object.optional::<When>("when", faults);
        let children = children(object, faults);
        Some((Action::Reinstate { when }, children))
    }
);
action_route!(
    /// Say that an activity took place
    hold, "/activities/{id}/hold", schema::actions::Hold,
    |object, faults| {
        let figures = object.optional::<Vec<Figure>>("figures", faults);
        let outcomes = object.optional::<Vec<Words>>("outcomes", faults);
        Some((Action::Hold { figures, outcomes, stated_on: None }, false))
    }
);
action_route!(
    /// Take down what should never have stood there
    withdraw, "/activities/{id}/withdraw", schema::actions::Withdraw,
    |object, faults| {
        let reason = object.required::<Reason>("reason", faults);
        let replaced_by = object.optional::<ActivityId>("replaced_by", faults);
        Some((Action::Withdraw { reason: reason?, replaced_by }, false))
    }
);
