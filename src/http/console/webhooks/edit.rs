//! `/console/webhooks/new` and `/console/webhooks/{id}/edit`: where notices go, which, and how they are written.
//!
//! Invariant: a secret is shown in the answer that made it and in no other, and one that was typed is not repeated.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::vocab::{
    Audience, District, Kind, Language, NoticeKind, Ordering, Payload, WireFormat,
};
use serde_json::{Value, json};

use super::{
    super::{
        answer::{refused, see, shown},
        fields::{Group, Source},
        form::Form,
        frame::Frame,
        once,
        seat::Seated,
        sheet::Sheet,
        words as w,
    },
    at, find, show,
};
use crate::{
    commands::{
        CommandError,
        webhooks::{self, create::create_webhook, patch::patch_webhook},
    },
    deliver,
    domain::{
        input::{Fault, Faults},
        rights::Deed,
    },
    http::Web,
    publish::wording::{Phrase, either},
};

const NEW: &str = "/console/webhooks/new";

#[derive(Template)]
#[template(path = "console/webhook_form.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    action: String,
    key: String,
    version: Option<i64>,
    groups: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
}

/// A form and what it is for.
struct Asked<'a> {
    sheet: &'a Sheet,
    faults: &'a [Fault],
    errors: Vec<String>,
    /// The endpoint that is changed, at this version.
    of: Option<(&'a str, i64)>,
}

fn form_page(web: &Web, seated: &Seated, asked: Asked<'_>) -> Response {
    let language = seated.language;
    let source = Source {
        sheet: asked.sheet,
        faults: asked.faults,
        language,
    };
    let title = match asked.of {
        Some(_) => w::CHANGE_WEBHOOK,
        None => w::NEW_WEBHOOK,
    };
    let title = title.plain(language);
    let page = Page {
        frame: Frame::new(web, seated, title),
        title,
        action: asked
            .of
            .map_or_else(|| NEW.to_owned(), |(id, _)| format!("{}/edit", at(id))),
        key: once::fresh(),
        version: asked.of.map(|(_, version)| version),
        groups: groups(web, &source),
        summary: source.summary(),
        errors: asked.errors,
    };
    shown(&page, language)
}

type Words = Vec<(String, String)>;

fn words<T: Copy + std::fmt::Display>(all: &[T], label: impl Fn(T) -> &'static str) -> Words {
    let named = |word: &T| (word.to_string(), label(*word).to_owned());
    all.iter().map(named).collect()
}

fn groups(web: &Web, source: &Source<'_>) -> Vec<Group> {
    let language = source.language;
    let say = |phrase: Phrase| phrase.plain(language);
    let label = |field: &'static str| w::label(field, language);
    let formats = WireFormat::ALL
        .iter()
        .map(|format| (format.to_string(), w::format(format.as_str(), language)));
    let tongues = [("zh", "中文"), ("en", "English")]
        .map(|(value, label)| (value.to_owned(), label.to_owned()));
    let orders = [
        (Ordering::All, w::ORDER_ALL),
        (Ordering::Latest, w::ORDER_LATEST),
    ]
    .map(|(value, label)| (value.to_string(), say(label).to_owned()));
    let (years, series, sections) = super::super::activities::offered(web, language);
    let to = vec![
        source.line("/url", label("url"), "url").required(),
        source
            .select("/format", say(w::FORMAT), formats)
            .hinted(say(w::FORMAT_HINT)),
        source
            .line("/secret", say(w::ROBOT_SECRET), "password")
            .hinted(say(w::ROBOT_SECRET_HINT)),
        source.select("/language", say(w::TONGUE), tongues),
        source.select(
            "/payload",
            say(w::PAYLOAD),
            words(Payload::ALL, |it| either(language, it.zh(), it.en())),
        ),
        source.select("/ordering", say(w::ORDERING), orders),
    ];
    let which = vec![
        source.ticks(
            "/selection/district",
            label("districts"),
            words(District::ALL, |it| either(language, it.zh(), it.en())),
        ),
        source.ticks(
            "/selection/kind",
            label("kind"),
            words(Kind::ALL, |it| either(language, it.zh(), it.en())),
        ),
        source.ticks(
            "/selection/audience",
            label("audiences"),
            words(Audience::ALL, |it| either(language, it.zh(), it.en())),
        ),
        source.ticks("/selection/section", label("section"), sections),
        source.ticks("/selection/series", label("series"), series),
        source.ticks("/selection/edition", label("edition"), years),
    ];
    let kinds = words(NoticeKind::ALL, |it| either(language, it.zh(), it.en()));
    vec![
        Group::new(say(w::WHERE_TO), to),
        Group::new(say(w::WHICH), which).hinted(say(w::WHICH_HINT)),
        Group::new(
            say(w::NOTICE_KINDS),
            vec![source.ticks("/notices", say(w::NOTICE_KINDS), kinds)],
        )
        .hinted(say(w::NOTICE_KINDS_HINT)),
    ]
}

/// What a form asks for, as the API takes it: an empty choice is the default, not nothing.
fn input(sheet: &Sheet) -> Value {
    let mut value = sheet.json(&mut Faults::default());
    if let Some(fields) = value.as_object_mut() {
        for name in ["format", "language", "payload", "ordering", "secret"] {
            if fields.get(name).is_some_and(Value::is_null) {
                fields.remove(name);
            }
        }
    }
    value
}

/// An empty form.
pub(in crate::http::console) async fn new(State(web): State<Web>, seated: Seated) -> Response {
    if let Err(error) = seated.must(Deed::Webhooks) {
        return refused(&web, &seated, error);
    }
    let language = match seated.language {
        Language::Zh => "zh",
        Language::En => "en",
    };
    let sheet = Sheet::of_json(&json!({
        "format": "standard", "language": language, "payload": "full", "ordering": "all",
    }));
    let asked = Asked {
        sheet: &sheet,
        faults: &[],
        errors: Vec::new(),
        of: None,
    };
    form_page(&web, &seated, asked)
}

/// Makes it, and has it answer a ping.
pub(in crate::http::console) async fn create(
    State(web): State<Web>,
    seated: Seated,
    body: Bytes,
) -> Response {
    if let Err(error) = seated.must(Deed::Webhooks) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let mut sheet = Sheet::of_form(&form);
    let key = once::key(&seated, &form, NEW, &body);
    let guard = web.courier.guard();
    let made = create_webhook(&web.services, guard, seated.caller(), input(&sheet), key).await;
    match made {
        Ok(made) => {
            let id = made.endpoint["id"].as_str().unwrap_or_default().to_owned();
            ping(&web, made.row);
            match made.secret {
                Some(secret) => show::with_secret(&web, &seated, &id, secret).await,
                None => see(&at(&id)),
            }
        }
        Err(CommandError::Invalid(faults)) => {
            sheet.set("/secret", "");
            let asked = Asked {
                sheet: &sheet,
                faults: &faults,
                errors: Vec::new(),
                of: None,
            };
            let page = form_page(&web, &seated, asked);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

/// Pings an endpoint in a task of its own: its page says what came of it.
pub(super) fn ping(web: &Web, row: Option<Box<crate::store::endpoints::Row>>) {
    let Some(row) = row else { return };
    let (services, courier) = (web.services.clone(), web.courier.clone());
    tokio::spawn(async move {
        if let Err(error) = deliver::ping(&services, &courier, *row).await {
            tracing::warn!(%error, "a ping could not be made: {error}");
        }
    });
}

/// The form with what is set.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    let row = match find(&web, &seated, &id).await {
        Ok(row) => row,
        Err(error) => return refused(&web, &seated, error),
    };
    let set = match webhooks::subscription(&web.services.vault, &row) {
        Ok(set) => set,
        Err(error) => return refused(&web, &seated, error.into()),
    };
    let mut value = Value::Object(set.to_json());
    if set.format.is_robot() {
        // It lets anybody write to the group, and is not shown: an empty one stays as it is.
        value["url"] = Value::Null;
    }
    let sheet = Sheet::of_json(&value);
    let asked = Asked {
        sheet: &sheet,
        faults: &[],
        errors: Vec::new(),
        of: Some((&id, row.version)),
    };
    form_page(&web, &seated, asked)
}

/// Makes it what the form says.
pub(in crate::http::console) async fn change(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    if let Err(error) = find(&web, &seated, &id).await {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let mut sheet = Sheet::of_form(&form);
    let version: i64 = form
        .get("version")
        .and_then(|version| version.parse().ok())
        .unwrap_or_default();
    let mut patch = input(&sheet);
    if patch["url"].is_null()
        && let Some(fields) = patch.as_object_mut()
    {
        fields.remove("url");
    }
    let guard = web.courier.guard();
    let (services, caller) = (&web.services, seated.caller());
    let changed = patch_webhook(services, guard, caller, id.clone(), Some(version), patch).await;
    let (status, faults, errors) = match changed {
        Ok(changed) => {
            ping(&web, changed.row);
            return see(&format!("{}?saved", at(&id)));
        }
        Err(CommandError::Invalid(faults)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, faults, Vec::new())
        }
        Err(error @ CommandError::Stale { .. }) => {
            let told = w::faults::told(&error, seated.language);
            (StatusCode::CONFLICT, Vec::new(), told)
        }
        Err(error) => return refused(&web, &seated, error),
    };
    sheet.set("/secret", "");
    let asked = Asked {
        sheet: &sheet,
        faults: &faults,
        errors,
        of: Some((&id, version)),
    };
    (status, form_page(&web, &seated, asked)).into_response()
}
