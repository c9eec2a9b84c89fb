//! `/console/activities/{id}/{action}`: an action in two steps: what is asked for, and what it would do.
//!
//! Invariant: what is confirmed is what was shown: the second step sends the first one's fields and version again, and
//! is refused where somebody changed the activity in between.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::vocab::{ReasonCode, Status};

use super::{
    super::{
        answer::{refused, see, shown},
        fields::{Group, Source},
        form::Form,
        frame::Frame,
        once,
        seat::Seated,
        sheet::{self, Sheet},
        words::{self as w, faults},
    },
    Line, at, editor, find,
    preview::{self, Preview},
    show::offered,
};
use crate::{
    commands::{
        CommandError,
        act::{Act, act, rehearse},
    },
    domain::{
        activity::Activity,
        input::{Fault, Faults},
        request::Request,
    },
    http::Web,
    publish::wording::{Phrase, either},
    store::activities::Stored,
};

/// An action of an activity that somebody wants to do.
struct Dialog<'a> {
    web: &'a Web,
    seated: &'a Seated,
    stored: Stored,
    name: &'static str,
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
    version: i64,
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

    fn page(&self, sheet: &Sheet, faults: &[Fault], errors: Vec<String>) -> Response {
        let language = self.seated.language;
        let source = Source {
            sheet,
            faults,
            language,
        };
        let page = Page {
            frame: Frame::new(self.web, self.seated, self.title()),
            title: self.title(),
            line: self.line(),
            back: at(&self.stored.activity.id),
            action: self.action(),
            about: w::about_action(self.name, language),
            groups: groups(self.name, &source),
            summary: source.summary(),
            errors,
            version: self.stored.version,
            key: once::fresh(),
            looks: is_looked_at(self.name),
        };
        shown(&page, language)
    }

    /// What the form asks for.
    fn request(&self, sheet: &Sheet) -> Result<Request, CommandError> {
        let mut faults = Faults::default();
        let mut value = sheet.json(&mut faults);
        if self.name == "announce" {
            preview::publish_at(sheet, &mut value, &mut faults);
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
    fn again(&self, sheet: &Sheet, error: CommandError) -> Response {
        let language = self.seated.language;
        let (status, page) = match error {
            CommandError::Invalid(faults) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                self.page(sheet, &faults, Vec::new()),
            ),
            error @ (CommandError::Refused(_)
            | CommandError::Conflict(_)
            | CommandError::Stale { .. }) => (
                StatusCode::CONFLICT,
                self.page(sheet, &[], faults::told(&error, language)),
            ),
            error => return refused(self.web, self.seated, error),
        };
        (status, page).into_response()
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
    })
}

/// The form of an action.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path((id, action)): Path<(String, String)>,
) -> Response {
    let dialog = match dialog(&web, &seated, &id, &action).await {
        Ok(dialog) => dialog,
        Err(answer) => return answer,
    };
    let activity = &dialog.stored.activity;
    let now = web.services.now();
    if !offered(activity, seated.seat.role, now).any(|name| name == dialog.name) {
        return refuse(&dialog).await;
    }
    dialog.page(&prefilled(dialog.name, activity), &[], Vec::new())
}

/// Says in the words of the command why an action is not offered.
async fn refuse(dialog: &Dialog<'_>) -> Response {
    let activity = &dialog.stored.activity;
    let sheet = prefilled(dialog.name, activity);
    let refused_by = match dialog.request(&sheet) {
        Ok(request) => {
            let asked = dialog.act(request, dialog.stored.version);
            rehearse(&dialog.web.services, asked).await.err()
        }
        Err(error) => Some(error),
    };
    match refused_by {
        Some(error) => refused(dialog.web, dialog.seated, error),
        None => dialog.page(&sheet, &[], Vec::new()),
    }
}

/// Shows what an action would do, or does it.
pub(in crate::http::console) async fn act_on(
    State(web): State<Web>,
    seated: Seated,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let dialog = match dialog(&web, &seated, &id, &action).await {
        Ok(dialog) => dialog,
        Err(answer) => return answer,
    };
    let form = Form::read(&body);
    let sheet = Sheet::of_form(&form);
    let version = form.get("version").and_then(|version| version.parse().ok());
    let step = form.get("step").unwrap_or_default();
    if step == "mend" {
        return dialog.page(&sheet, &[], Vec::new());
    }
    let asked = match dialog.request(&sheet) {
        Ok(request) => dialog.act(request, version.unwrap_or_default()),
        Err(error) => return dialog.again(&sheet, error),
    };
    if step == "do" || !is_looked_at(dialog.name) {
        let key = once::key(&seated, &form, &dialog.action(), &body);
        return match act(&web.services, Act { key, ..asked }).await {
            Ok(_) => see(&format!(
                "{}?{}",
                at(&dialog.stored.activity.id),
                dialog.name
            )),
            Err(error) => dialog.again(&sheet, error),
        };
    }
    match Preview::of(&web, &seated, asked).await {
        Ok(preview) => look(&dialog, &form, preview),
        Err(error) => dialog.again(&sheet, error),
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
    };
    shown(&page, dialog.seated.language)
}

/// A form's fields before anybody filled them in.
fn prefilled(name: &str, activity: &Activity) -> Sheet {
    let content = editor::of_content(&activity.content);
    match name {
        "reschedule" => sheet::of_when(&activity.content.when),
        "relocate" | "hold" => content,
        "change-format" => {
            let mut sheet = Sheet::default();
            sheet.set("/mode", content.get("/mode"));
            sheet.set("/live_url", content.get("/live_url"));
            sheet
        }
        "reinstate" => {
            let mut sheet = Sheet::default();
            let old = activity.previous_when.is_some() || activity.status == Status::Cancelled;
            sheet.set("/slot", if old { "old" } else { "new" });
            sheet
        }
        "announce" => {
            let mut sheet = Sheet::default();
            sheet.set("/publish/when", "now");
            sheet
        }
        _ => Sheet::default(),
    }
}

fn groups(name: &str, source: &Source<'_>) -> Vec<Group> {
    let language = source.language;
    let say = |phrase: Phrase| phrase.plain(language);
    let mut groups = match name {
        "submit" | "return" => Vec::new(),
        "announce" => {
            let times = [("now", w::PUBLISH_NOW), ("later", w::PUBLISH_LATER)];
            let times = times.map(|(value, label)| (value.to_owned(), say(label).to_owned()));
            let fields = vec![
                source.radio("/publish/when", say(w::PUBLISH_WHEN), times),
                source.line("/publish/day", say(w::STARTS_ON), "date"),
                source.line("/publish/time", say(w::STARTS_TIME), "time"),
            ];
            vec![Group::new(say(w::PUBLISH_WHEN), fields).hinted(say(w::EMBARGO_ABOUT))]
        }
        "reschedule" => vec![editor::when_group(source)],
        "relocate" => {
            let mut place = editor::venue_group(source);
            place.fields.insert(0, editor::districts(source));
            vec![place]
        }
        "change-format" => {
            let url = source.line("/live_url", w::label("live_url", language), "url");
            vec![Group::new(
                w::label("mode", language),
                vec![editor::mode(source), url],
            )]
        }
        "reinstate" => {
            let slots = [("old", w::OLD_SLOT), ("new", w::NEW_SLOT)];
            let slots = slots.map(|(value, label)| (value.to_owned(), say(label).to_owned()));
            let choice = source.radio("/slot", say(w::WHICH_SLOT), slots);
            vec![
                Group::new(say(w::WHICH_SLOT), vec![choice]),
                editor::when_group(source),
            ]
        }
        "hold" => vec![editor::figures(source), editor::outcomes(source)],
        _ => Vec::new(),
    };
    if matches!(name, "submit" | "return" | "announce") {
        let comment = source.long("/comment", w::label("comment", language));
        groups.push(
            Group::new(w::label("comment", language), vec![comment]).hinted(say(w::COMMENT_ABOUT)),
        );
    }
    let is_move = matches!(
        name,
        "reschedule" | "relocate" | "change-format" | "postpone" | "cancel"
    );
    if is_move || name == "withdraw" {
        groups.push(reason(source));
    }
    if name == "withdraw" {
        let other = source
            .line("/replaced_by", w::label("replaced_by", language), "text")
            .hinted(say(w::REPLACED_HINT));
        groups.push(Group::new(w::label("replaced_by", language), vec![other]));
    }
    if is_move || name == "reinstate" {
        let children = source.flag("/children", say(w::WITH_CHILDREN));
        groups.push(Group::new(say(w::CHILDREN), vec![children]));
    }
    groups
}

fn reason(source: &Source<'_>) -> Group {
    let language = source.language;
    let codes = ReasonCode::ALL.iter().map(|code| {
        (
            code.to_string(),
            either(language, code.zh(), code.en()).to_owned(),
        )
    });
    let label = |phrase: Phrase| phrase.say(language, &[("label", w::REASON.plain(language))]);
    Group::new(
        w::REASON.plain(language),
        vec![
            source.select("/reason/code", w::REASON_CODE.plain(language), codes),
            source
                .line("/reason/zh", &label(w::IN_CHINESE), "text")
                .written_in("zh-CN"),
            source
                .line("/reason/en", &label(w::IN_ENGLISH), "text")
                .written_in("en"),
        ],
    )
    .hinted(w::REASON_ABOUT.plain(language))
}
