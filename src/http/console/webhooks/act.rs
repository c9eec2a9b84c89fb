//! `/console/webhooks/{id}/{action}`: what is done to an endpoint beside changing its settings.
//!
//! Invariant: what was refused is said beside how the endpoint stands, and nothing was done.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    super::{
        answer::{missing, refused, see},
        form::Form,
        once,
        seat::Seated,
        sheet::Sheet,
        words::{self as w},
    },
    asked::{Act, Asked, number},
    at, dialog, find, replay, secret,
    settings::is_robot,
    show,
};
use crate::{
    commands::{
        CommandError,
        webhooks::{
            delete::delete_webhook, end_replay::end_replay_of_webhook, pause::pause_webhook,
            resume::resume_webhook, rotate::rotate_webhook,
        },
    },
    domain::input::{Fault, Faults, Read},
    http::{Web, api::webhooks::act::Grace, webhooks::ping},
};

impl Asked<'_> {
    fn id(&self) -> String {
        self.row.id.clone()
    }

    /// Where the endpoint's page says that it was done.
    fn done(&self, said: &str) -> Response {
        see(&format!("{}?{said}", at(&self.row.id)))
    }

    async fn perform(&mut self) -> Result<Response, CommandError> {
        let (services, caller, key) = (&self.web.services, self.seated.caller(), self.key.take());
        match self.act {
            Act::Ping => {
                let (outcome, _) = ping(self.web, &caller, &self.row.id).await?;
                Ok(self.done(&format!("ping={}", outcome.code())))
            }
            Act::Pause => {
                pause_webhook(services, caller, self.id(), key).await?;
                Ok(self.done("paused"))
            }
            Act::Resume => {
                let replay = self.sheet.get("/replay").parse();
                let replay = replay.map_err(|error: entity::vocab::UnknownWord| {
                    CommandError::fault("/replay", error.to_string())
                })?;
                resume_webhook(services, caller, self.id(), replay, key).await?;
                self.web.courier.nudge();
                Ok(self.done("resumed"))
            }
            Act::Rotate => {
                let hours = number(self.sheet.get("/grace_hours"));
                let mut faults = Faults::default();
                let grace = Grace::read(&json!({ "grace_hours": hours }), "", &mut faults);
                let Grace(grace) = faults.check(grace)?;
                let outcome = rotate_webhook(services, caller, self.id(), grace, key).await?;
                Ok(match (outcome.secret, outcome.row) {
                    (Some(secret), Some(row)) => {
                        secret::page(self.web, self.seated, &row, secret, None)
                    }
                    _ => self.done("twice"),
                })
            }
            Act::Replay => replay::perform(self, key).await,
            Act::EndReplay => {
                end_replay_of_webhook(services, caller, self.id()).await?;
                Ok(self.done("ended"))
            }
            Act::Delete => {
                let version = Some(self.version.unwrap_or_default());
                delete_webhook(services, caller, self.id(), version).await?;
                Ok(see("/console/webhooks?deleted"))
            }
        }
    }

    /// The page that it was asked for on, with why it was not done.
    async fn again(mut self, error: CommandError) -> Response {
        let status = match error {
            CommandError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            CommandError::Conflict(_) | CommandError::Stale { .. } => StatusCode::CONFLICT,
            error => return refused(self.web, self.seated, error),
        };
        // It may stand otherwise than when the page was opened.
        match find(self.web, self.seated, &self.row.id).await {
            Ok(row) => self.row = row,
            Err(answer) => return answer,
        }
        let (faults, errors) = match error {
            CommandError::Invalid(faults) => (faults, Vec::new()),
            CommandError::Stale { .. } => {
                (Vec::new(), w::faults::told(&error, self.seated.language))
            }
            _ => (Vec::new(), vec![self.why_not()]),
        };
        let page = self.page(&faults, errors, None).await;
        (status, page).into_response()
    }

    /// Why the endpoint as it stands does not allow it.
    fn why_not(&self) -> String {
        let language = self.seated.language;
        let phrase = match self.act {
            Act::Rotate if is_robot(&self.row) => w::ROBOTS_SECRET_IS_ITS_OWN,
            Act::Rotate => w::OLD_SECRET_UNREADABLE,
            Act::Replay if self.row.replay_cursor.is_some() => w::REPLAY_UNDER_WAY,
            Act::Ping if self.row.state != entity::vocab::EndpointState::Gone => {
                w::ADDRESS_UNREADABLE
            }
            act => return w::not_in_state(self.row.state, act.label(), language),
        };
        phrase.plain(language).to_owned()
    }

    /// The form of the action, or the endpoint's page where it has none.
    pub(super) async fn page(
        &self,
        faults: &[Fault],
        errors: Vec<String>,
        note: Option<String>,
    ) -> Response {
        if self.act.asks() {
            return dialog::page(self, faults, errors, note);
        }
        show::endpoint(self.web, self.seated, &self.row, note, errors).await
    }
}

async fn asked<'a>(
    web: &'a Web,
    seated: &'a Seated,
    id: &str,
    action: &str,
) -> Result<Asked<'a>, Response> {
    let row = find(web, seated, id).await?;
    let act = Act::ALL.into_iter().find(|act| act.name() == action);
    let Some(act) = act else {
        return Err(missing(web, seated, "action", action));
    };
    Ok(Asked {
        web,
        seated,
        sheet: dialog::prefilled(act),
        row,
        act,
        look: false,
        version: None,
        key: None,
    })
}

/// The form of an action.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path((id, action)): Path<(String, String)>,
) -> Response {
    match asked(&web, &seated, &id, &action).await {
        Ok(asked) => asked.page(&[], Vec::new(), None).await,
        Err(answer) => answer,
    }
}

/// Does it.
pub(in crate::http::console) async fn act_on(
    State(web): State<Web>,
    seated: Seated,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let mut asked = match asked(&web, &seated, &id, &action).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let form = Form::read(&body);
    asked.sheet = Sheet::of_form(&form);
    asked.look = form.get("step") == Some("look");
    asked.version = form.get("version").and_then(|version| version.parse().ok());
    asked.key = once::key(&seated, &form, &format!("{}/{action}", at(&id)), &body);
    match asked.perform().await {
        Ok(answer) => answer,
        Err(error) => asked.again(error).await,
    }
}
