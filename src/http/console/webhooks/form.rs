//! The form for an endpoint's settings: the same for a new one, for a change, and for whoever was second.
//!
//! Invariant: a robot's secret is asked for and never shown.

use askama::Template;
use axum::response::Response;
use entity::vocab::{Language, NoticeKind, WireFormat};
use serde_json::Value;

use super::{
    super::{
        answer::shown,
        difference::Difference,
        fields::{Group, Source},
        frame::Frame,
        once,
        seat::Seated,
        sheet::Sheet,
        words::{self as w},
    },
    at, selection,
    settings::{is_robot, pairs, words},
};
use crate::{
    domain::input::Fault,
    http::Web,
    publish::wording::{Phrase, either},
    store::endpoints::Row,
};

/// What a form is for.
pub(super) enum Purpose<'a> {
    New,
    /// Other settings of an endpoint, at this version.
    Change(&'a Row, i64),
}

/// Everything that a form shows.
pub(super) struct Editor<'a> {
    pub(super) purpose: Purpose<'a>,
    pub(super) sheet: Sheet,
    /// What stood there when the form was opened.
    pub(super) base: Sheet,
    pub(super) faults: &'a [Fault],
    /// Why nothing was done, beside the faults.
    pub(super) errors: Vec<String>,
    /// What somebody else changed meanwhile.
    pub(super) differences: Vec<Difference>,
}

#[derive(Template)]
#[template(path = "console/webhook_form.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    about: &'static str,
    action: String,
    back: String,
    groups: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
    differences: Vec<Difference>,
    version: Option<i64>,
    base: String,
    key: String,
}

impl Editor<'_> {
    /// The page.
    pub(super) fn page(self, web: &Web, seated: &Seated) -> Response {
        let language = seated.language;
        let source = Source {
            sheet: &self.sheet,
            faults: self.faults,
            language,
        };
        let (title, about, action, back, version) = match self.purpose {
            Purpose::New => (
                w::NEW_WEBHOOK,
                w::NEW_WEBHOOK_ABOUT,
                "/console/webhooks/new".to_owned(),
                "/console/webhooks".to_owned(),
                None,
            ),
            Purpose::Change(row, version) => {
                let href = at(&row.id);
                let title = w::CHANGE_WEBHOOK;
                let about = match is_robot(row) {
                    true => w::CHANGE_ROBOT_ABOUT,
                    false => w::CHANGE_WEBHOOK_ABOUT,
                };
                (title, about, format!("{href}/edit"), href, Some(version))
            }
        };
        let title = title.plain(language);
        let mut groups = vec![match self.purpose {
            Purpose::New => where_to(&source),
            Purpose::Change(row, _) => where_to_still(&source, row),
        }];
        groups.push(how(&source));
        groups.push(which_kinds(&source));
        groups.extend(selection::groups(web, &source));
        let page = Page {
            frame: Frame::new(web, seated, title),
            title,
            about: about.plain(language),
            summary: source.summary(&groups),
            groups,
            action,
            back,
            errors: self.errors,
            differences: self.differences,
            version,
            base: self.base.kept(),
            key: once::fresh(),
        };
        shown(&page, language)
    }
}

/// The address, the format and a robot's secret of a new endpoint.
fn where_to(source: &Source<'_>) -> Group {
    let language = source.language;
    let formats = words(WireFormat::ALL, |it| w::format_choice(it).plain(language));
    Group::new(
        w::WHERE_TO.plain(language),
        vec![
            source.radio("/format", w::label("format", language), formats),
            source
                .line("/url", w::label("url", language), "url")
                .hinted(w::URL_HINT.plain(language))
                .required(),
            secret(source, w::ROBOT_SECRET_HINT),
        ],
    )
}

fn secret(source: &Source<'_>, hint: Phrase) -> super::super::fields::Field {
    let language = source.language;
    source
        .line("/secret", w::label("secret", language), "password")
        .hinted(hint.plain(language))
}

/// The address of an endpoint that there is; its format stays.
fn where_to_still(source: &Source<'_>, row: &Row) -> Group {
    let language = source.language;
    // What is shown of a robot's is no whole address.
    let url = match is_robot(row) {
        true => source
            .line("/url", w::label("url", language), "text")
            .hinted(w::ROBOT_URL_STAYS.plain(language)),
        false => source.line("/url", w::label("url", language), "url"),
    };
    let mut fields = vec![url.required()];
    let signs = matches!(
        row.format.parse(),
        Ok(WireFormat::Feishu | WireFormat::Dingtalk)
    );
    if signs {
        fields.push(secret(source, w::ROBOT_SECRET_STAYS));
        fields.push(source.flag("/no_secret", w::NO_ROBOT_SECRET.plain(language)));
    }
    Group::new(w::WHERE_TO.plain(language), fields)
}

/// How messages are written.
fn how(source: &Source<'_>) -> Group {
    let language = source.language;
    let label = |field: &'static str| w::label(field, language);
    let languages = words(Language::ALL, |it| w::language_name(it).plain(language));
    let payloads = [("full", w::PAYLOAD_FULL), ("thin", w::PAYLOAD_THIN)];
    let orderings = [("all", w::ORDERING_ALL), ("latest", w::ORDERING_LATEST)];
    Group::new(
        w::HOW.plain(language),
        vec![
            source.radio("/language", label("language"), languages),
            source.radio("/payload", label("payload"), pairs(payloads, language)),
            source.radio("/ordering", label("ordering"), pairs(orderings, language)),
        ],
    )
}

/// The kinds of notices.
fn which_kinds(source: &Source<'_>) -> Group {
    let language = source.language;
    let kinds = words(NoticeKind::ALL, |it| either(language, it.zh(), it.en()));
    let ticks = source.ticks("/notices", w::label("notices", language), kinds);
    Group::new(w::WHICH_KINDS.plain(language), vec![ticks]).hinted(w::KINDS_HINT.plain(language))
}

/// What a form sent, as the API takes it: a secret that was not typed stays as it is.
pub(super) fn input(sheet: &Sheet, faults: &mut crate::domain::input::Faults) -> Value {
    let mut input = sheet.json(faults);
    if let Some(fields) = input.as_object_mut() {
        let forgets = sheet.has("/no_secret", "true");
        fields.remove("no_secret");
        if !forgets && fields.get("secret").is_some_and(Value::is_null) {
            fields.remove("secret");
        } else if forgets && fields.get("secret").is_none_or(Value::is_null) {
            fields.insert("secret".to_owned(), Value::Null);
        }
    }
    input
}
