//! `/console/proposals/{id}/edit`: a proposal is accepted otherwise than it stands.
//!
//! Invariant: who is second sees what the first one changed, beside their own; nothing is overwritten.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::{refused, see, shown},
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
    Case,
    decide::again,
    form::{edits, groups, prefilled},
    line::badge,
    onward,
};
use crate::{
    commands::{
        CommandError,
        proposals::accept::{Accept, accept as accept_it},
    },
    domain::{
        activity::Activity,
        input::{Fault, Faults},
        tracking::Do,
    },
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
};

#[derive(Template)]
#[template(path = "console/proposal_edit.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    name: Said,
    badge: Badge,
    back: String,
    action: String,
    about: &'static str,
    groups: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
    told: Option<String>,
    differences: Vec<Difference>,
    version: i64,
    seen: String,
    base: String,
    key: String,
}

/// A form as it is shown.
struct Shown<'s> {
    sheet: &'s Sheet,
    base: &'s Sheet,
    /// What whoever fills it in has seen.
    version: i64,
    seen: String,
    faults: &'s [Fault],
    errors: Vec<String>,
    told: Option<String>,
    differences: Vec<Difference>,
}

/// A proposal that waits, with its activity.
struct Open<'a> {
    web: &'a Web,
    seated: &'a Seated,
    case: &'a Case,
    activity: &'a Activity,
    version: i64,
}

impl<'a> Open<'a> {
    /// None where there is nothing to change: it is decided, its activity is gone, or its draft would be.
    fn of(web: &'a Web, seated: &'a Seated, case: &'a Case) -> Option<Self> {
        let stored = case.stored.as_ref()?;
        let has_edits = case.is_open() && case.document.action != Do::Delete;
        has_edits.then_some(Self {
            web,
            seated,
            case,
            activity: &stored.activity,
            version: stored.version,
        })
    }

    fn page(&self, form: Shown<'_>) -> Response {
        let (language, document) = (self.seated.language, &self.case.document);
        let source = Source {
            sheet: form.sheet,
            faults: form.faults,
            language,
        };
        let of = (document.action, self.activity);
        let groups = groups(self.web, self.seated, &source, of);
        let is_told = document.action == Do::Announce || self.activity.status.is_public();
        let title = w::ACCEPT_WITH_EDITS.plain(language);
        let page = Page {
            frame: Frame::new(self.web, self.seated, title),
            title,
            name: Said::title(&self.activity.content.title, language),
            badge: badge(&self.case.row, language),
            back: self.case.at(),
            action: format!("{}/edit", self.case.at()),
            about: match is_told {
                true => w::EDIT_ABOUT,
                false => w::EDIT_DRAFT_ABOUT,
            }
            .plain(language),
            summary: source.summary(&groups),
            groups,
            errors: form.errors,
            told: form.told,
            differences: form.differences,
            version: form.version,
            seen: form.seen,
            base: form.base.kept(),
            key: once::fresh(),
        };
        shown(&page, language)
    }

    /// The form as it was sent, with why nothing was done.
    fn again(&self, sent: &Sent, seen: &str, error: &CommandError) -> Response {
        let (status, faults, errors) = match error {
            CommandError::Invalid(faults) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                (status, faults.as_slice(), Vec::new())
            }
            error => {
                let told = faults::told(error, self.seated.language);
                (StatusCode::CONFLICT, &[][..], told)
            }
        };
        let page = self.page(Shown {
            sheet: &sent.sheet,
            base: &sent.base,
            version: sent.version,
            seen: seen.to_owned(),
            faults,
            errors,
            told: None,
            differences: Vec::new(),
        });
        (status, page).into_response()
    }

    /// The activity or the source was first: what is new, and what was typed over it.
    fn second(&self, sent: &Sent) -> Response {
        let language = self.seated.language;
        let theirs = prefilled(self.case, self.activity);
        let sheets = (&sent.sheet, &sent.base, &theirs);
        let differences = Difference::of_activity(sheets, language);
        let merged = sent.sheet.over(&sent.base, &theirs);
        let page = self.page(Shown {
            sheet: &merged,
            base: &theirs,
            version: self.version,
            seen: self.case.seen(),
            faults: &[],
            errors: Vec::new(),
            told: Some(w::SECOND_EDIT.plain(language).to_owned()),
            differences,
        });
        (StatusCode::CONFLICT, page).into_response()
    }
}

/// The form with what it proposes.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    let case = match Case::find(&web, &seated, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    if let Err(error) = case.must_decide(&seated) {
        return refused(&web, &seated, error);
    }
    let Some(open) = Open::of(&web, &seated, &case) else {
        return see(&case.at());
    };
    let sheet = prefilled(&case, open.activity);
    open.page(Shown {
        sheet: &sheet,
        base: &sheet,
        version: open.version,
        seen: case.seen(),
        faults: &[],
        errors: Vec::new(),
        told: None,
        differences: Vec::new(),
    })
}

/// Accepts it as the form says.
pub(in crate::http::console) async fn accept(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let case = match Case::find(&web, &seated, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    if let Err(error) = case.must_decide(&seated) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let sent = Sent::of(&form);
    let seen = form.get("seen").unwrap_or_default();
    let open = Open::of(&web, &seated, &case);
    if let Some(open) = &open
        && (open.version != sent.version || seen != case.seen())
    {
        return open.second(&sent);
    }
    let action = case.document.action;
    let mut faults = Faults::default();
    let now = web.services.now();
    let edits = edits(action, (&sent.sheet, &sent.base), now, &mut faults);
    let key = once::key(&seated, &form, &format!("{}/edit", case.at()), &body);
    let asked = Accept {
        caller: seated.caller(),
        id,
        edits: Some(edits),
        trusted: false,
        seen: case.is_open().then(|| case.document.etag()),
        together: false,
        key,
    };
    // One that was decided is answered by the command: the same form may have come twice.
    let done = match faults.0.is_empty() || open.is_none() {
        true => accept_it(&web.services, asked).await,
        false => Err(CommandError::Invalid(faults.0)),
    };
    match (done, open) {
        (Ok(_), _) => onward(&web, &seated, &case.row, "accepted").await,
        (Err(error @ (CommandError::Invalid(_) | CommandError::Refused(_))), Some(open)) => {
            open.again(&sent, seen, &error)
        }
        (Err(error), _) => again(&web, &seated, &case.row.id, error, String::new()).await,
    }
}
