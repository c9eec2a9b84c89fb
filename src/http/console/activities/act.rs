//! `/console/activities/{id}/{action}`: an action in two steps: what is asked for, and what it would do.
//!
//! Invariant: what is confirmed is what was shown: the second step sends the first one's fields and version again, and
//! is refused where somebody changed the activity in between.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::{refused, see, shown},
        audit::last_changed,
        difference::Difference,
        fields::{Group, Source},
        form::Form,
        frame::Frame,
        once,
        seat::Seated,
        sent::Sent,
        sheet::Sheet,
        words::{self as w, faults},
    },
    Line,
    asks::{groups, prefilled, publish_at},
    at, find,
    preview::Preview,
    show::{offered, samples},
};
use crate::{
    commands::{
        CommandError,
        act::{Act, act, rehearse},
        audit::spared,
    },
    domain::{
        input::{Fault, Faults},
        request::Request,
    },
    http::Web,
    store::activities::Stored,
};

/// An action of an activity that somebody wants to do.
struct Dialog<'a> {
    web: &'a Web,
    seated: &'a Seated,
    stored: Stored,
    name: &'static str,
    /// For which other one it is to be withdrawn, as a link said.
    replaced_by: Option<String>,
}

#[derive(Template)]
#[template(path = "console/dialog.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    line: Line,
    back: String,
    action: String,
    about: &'static str,
    groups: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
    /// That somebody else was first.
    told: Option<String>,
    differences: Vec<Difference>,
    version: i64,
    /// What stood in the form before anybody filled it in.
    base: String,
    key: String,
    /// Whether there is a second step.
    looks: bool,
}

#[derive(Template)]
#[template(path = "console/preview.html")]
struct LookPage {
    frame: Frame,
    title: &'static str,
    line: Line,
    back: String,
    action: String,
    fields: Vec<(String, String)>,
    preview: Preview,
    confirm: &'static str,
}

/// A form as it is shown.
struct Shown<'s> {
    sheet: &'s Sheet,
    base: &'s Sheet,
    /// The version that whoever fills it in has seen.
    version: i64,
    faults: &'s [Fault],
    errors: Vec<String>,
    told: Option<String>,
    differences: Vec<Difference>,
}

impl<'s> Shown<'s> {
    /// A form as it was sent.
    fn of(sent: &'s Sent) -> Self {
        Self {
            sheet: &sent.sheet,
            base: &sent.base,
            version: sent.version,
            faults: &[],
            errors: Vec::new(),
            told: None,
            differences: Vec::new(),
        }
    }
}

/// Whether an action is looked at before it is done: those that the public sees.
fn is_looked_at(name: &str) -> bool {
    !matches!(name, "submit" | "return")
}

impl Dialog<'_> {
    fn action(&self) -> String {
        format!("{}/{}", at(&self.stored.activity.id), self.name)
    }

    fn title(&self) -> &'static str {
        w::action(self.name, self.seated.language)
    }

    fn line(&self) -> Line {
        let now = self.web.services.now();
        Line::of(&self.stored.activity, now, self.seated.language)
    }

    fn page(&self, form: Shown<'_>) -> Response {
        let language = self.seated.language;
        let source = Source {
            sheet: form.sheet,
            faults: form.faults,
            language,
        };
        let groups = groups(self.web, self.name, &source, &self.stored.activity);
        let page = Page {
            frame: Frame::new(self.web, self.seated, self.title()),
            title: self.title(),
            line: self.line(),
            back: at(&self.stored.activity.id),
            action: self.action(),
            about: w::about_action(self.name, language),
            summary: source.summary(&groups),
            groups,
            errors: form.errors,
            told: form.told,
            differences: form.differences,
            version: form.version,
            base: form.base.kept(),
            key: once::fresh(),
            looks: is_looked_at(self.name),
        };
        shown(&page, language)
    }

    /// The form before anybody filled it in.
    fn fresh(&self) -> Response {
        let mut sheet = prefilled(self.name, &self.stored.activity);
        if let (Some(other), "withdraw") = (&self.replaced_by, self.name) {
            sheet.set("/replaced_by", other);
            sheet.set("/reason/code", "merge");
        }
        self.page(Shown {
            sheet: &sheet,
            base: &sheet,
            version: self.stored.version,
            faults: &[],
            errors: Vec::new(),
            told: None,
            differences: Vec::new(),
        })
    }

    /// What the form asks for.
    fn request(&self, sheet: &Sheet) -> Result<Request, CommandError> {
        let mut faults = Faults::default();
        let mut value = sheet.json(&mut faults);
        if self.name == "announce" {
            let now = self.web.services.now();
            publish_at(sheet, now, &mut value, &mut faults);
        }
        if self.name == "return" && self.must_say_why() && sheet.get("/comment").is_empty() {
            faults.add("/comment", "say what is to be mended");
        }
        if self.name == "reinstate" && !sheet.has("/slot", "new") {
            value["when"] = serde_json::Value::Null;
        }
        if let Some(fields) = value.as_object_mut() {
            fields.remove("slot");
            fields.remove("publish");
        }
        let read = Request::read(self.name, &value, &mut faults);
        Ok(faults.check(read)?)
    }

    /// Whether somebody else is to mend it: who takes back their own announcement need not say why.
    fn must_say_why(&self) -> bool {
        let activity = &self.stored.activity;
        activity.publish_at.is_none() && !self.seated.seat.role.is_of(activity.content.office)
    }

    fn act(&self, request: Request, version: i64) -> Act {
        let Request {
            action,
            children,
            comment,
        } = request;
        Act {
            caller: self.seated.caller(),
            id: self.stored.activity.id.clone(),
            version,
            action,
            children,
            comment,
            key: None,
        }
    }

    /// The form as it was sent, with why that was not done.
    async fn again(&self, sent: &Sent, error: CommandError) -> Response {
        let language = self.seated.language;
        let (status, page) = match error {
            CommandError::Invalid(faults) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                self.page(Shown {
                    faults: &faults,
                    ..Shown::of(sent)
                }),
            ),
            CommandError::Stale { .. } => (StatusCode::CONFLICT, self.second(sent).await),
            error @ (CommandError::Refused(_) | CommandError::Conflict(_)) => (
                StatusCode::CONFLICT,
                self.page(Shown {
                    errors: faults::told(&error, language),
                    ..Shown::of(sent)
                }),
            ),
            error => return refused(self.web, self.seated, error),
        };
        (status, page).into_response()
    }

    /// Somebody else was first: what they changed of what stands in the form, and what was typed over it.
    async fn second(&self, sent: &Sent) -> Response {
        let language = self.seated.language;
        let id = &self.stored.activity.id;
        let stored = match find(self.web, self.seated, id.as_str()).await {
            Ok(stored) => stored,
            Err(answer) => return answer,
        };
        let (role, now) = (self.seated.seat.role, self.web.services.now());
        if !offered(&stored.activity, role, now).any(|name| name == self.name) {
            return refuse(&Dialog { stored, replaced_by: None, ..*self }).await;
        }
        let theirs = prefilled(self.name, &stored.activity);
        let by = last_changed(self.web, self.seated, id.as_str()).await;
        let told = std::iter::once(w::SECOND_ACT.plain(language).to_owned()).chain(by);
        let now = Dialog { stored, replaced_by: None, ..*self };
        let sheets = (&sent.sheet, &sent.base, &theirs);
        let differences = Difference::of_activity(sheets, language);
        let merged = sent.sheet.over(&sent.base, &theirs);
        now.page(Shown {
            sheet: &merged,
            base: &theirs,
            version: now.stored.version,
            faults: &[],
            errors: Vec::new(),
            told: Some(told.collect::<Vec<_>>().join(" ")),
            differences,
        })
    }
}

async fn dialog<'a>(
    web: &'a Web,
    seated: &'a Seated,
    id: &str,
    action: &str,
) -> Result<Dialog<'a>, Response> {
    let stored = find(web, seated, id).await?;
    let name = w::ACTIONS.into_iter().find(|name| *name == action);
    let Some(name) = name else {
        return Err(super::super::answer::missing(web, seated, "action", action));
    };
    Ok(Dialog {
        web,
        seated,
        stored,
        name,
        replaced_by: None,
    })
}

/// The form of an action.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path((id, action)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let mut dialog = match dialog(&web, &seated, &id, &action).await {
        Ok(dialog) => dialog,
        Err(answer) => return answer,
    };
    let query = query.unwrap_or_default();
    dialog.replaced_by = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "replaced_by")
        .map(|(_, other)| other.into_owned());
    let activity = &dialog.stored.activity;
    let now = web.services.now();
    if !offered(activity, seated.seat.role, now).any(|name| name == dialog.name) {
        return refuse(&dialog).await;
    }
    dialog.fresh()
}

/// Says in the words of the command why an action is not offered.
async fn refuse(dialog: &Dialog<'_>) -> Response {
    // With a body that the action takes: it is not the form that is in the way.
    let sample = samples().into_iter().find(|it| it.name() == dialog.name);
    let Some(action) = sample else {
        return dialog.fresh();
    };
    let request = Request {
        action,
        children: false,
        comment: None,
    };
    let asked = dialog.act(request, dialog.stored.version);
    match rehearse(&dialog.web.services, asked).await {
        Err(error) => refused(dialog.web, dialog.seated, error),
        Ok(_) => dialog.fresh(),
    }
}

/// Shows what an action would do, or does it.
pub(in crate::http::console) async fn act_on(
    State(web): State<Web>,
    seated: Seated,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    let step = form.get("step").unwrap_or_default();
    if matches!(step, "look" | "mend") {
        spared();
    }
    let dialog = match dialog(&web, &seated, &id, &action).await {
        Ok(dialog) => dialog,
        Err(answer) => return answer,
    };
    let sent = Sent::of(&form);
    if step == "mend" {
        return dialog.page(Shown::of(&sent));
    }
    let asked = match dialog.request(&sent.sheet) {
        Ok(request) => dialog.act(request, sent.version),
        Err(error) => return dialog.again(&sent, error).await,
    };
    if step == "do" || !is_looked_at(dialog.name) {
        let key = once::key(&seated, &form, &dialog.action(), &body);
        return match act(&web.services, Act { key, ..asked }).await {
            Ok(_) => see(&format!(
                "{}?{}",
                at(&dialog.stored.activity.id),
                dialog.name
            )),
            Err(error) => dialog.again(&sent, error).await,
        };
    }
    match Preview::of(&web, &seated, asked).await {
        Ok(preview) => look(&dialog, &form, preview),
        Err(error) => dialog.again(&sent, error).await,
    }
}

fn look(dialog: &Dialog<'_>, form: &Form, preview: Preview) -> Response {
    let fields = form.pairs().iter().filter(|(name, _)| name != "step");
    let page = LookPage {
        frame: Frame::new(dialog.web, dialog.seated, dialog.title()),
        title: dialog.title(),
        line: dialog.line(),
        back: at(&dialog.stored.activity.id),
        action: dialog.action(),
        fields: fields.cloned().collect(),
        preview,
        confirm: match dialog.name {
            "withdraw" => w::CONFIRM_WITHDRAW,
            "cancel" => w::CONFIRM_CANCEL,
            _ => w::CONFIRM,
        }
        .plain(dialog.seated.language),
    };
    shown(&page, dialog.seated.language)
}
