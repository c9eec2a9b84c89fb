//! The forms of those actions that ask for something first.

use askama::Template;
use axum::response::Response;

use super::{
    super::{
        answer::shown,
        fields::{Group, Source},
        frame::Frame,
        once,
        sheet::Sheet,
        words::{self as w},
    },
    address,
    asked::{Act, Asked},
    at, line,
};
use crate::{
    commands::webhooks::rotate::GRACE, domain::input::Fault, http::site::listed::Badge,
    publish::wording::Phrase,
};

#[derive(Template)]
#[template(path = "console/webhook_dialog.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    address: String,
    badge: Badge,
    back: String,
    action: String,
    about: &'static str,
    groups: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
    /// What it would do.
    note: Option<String>,
    version: i64,
    key: String,
    /// Whether it can be looked at first.
    looks: bool,
}

/// A form's fields before anybody filled them in.
pub(super) fn prefilled(act: Act) -> Sheet {
    let mut sheet = Sheet::default();
    match act {
        Act::Resume => sheet.set("/replay", "missed"),
        Act::Rotate => sheet.set("/grace_hours", &GRACE.num_hours().to_string()),
        Act::Replay => sheet.set("/by", "days"),
        Act::Ping | Act::Pause | Act::EndReplay | Act::Delete => {}
    }
    sheet
}

/// The form, with what is wrong with it or what it would do.
pub(super) fn page(
    asked: &Asked<'_>,
    faults: &[Fault],
    errors: Vec<String>,
    note: Option<String>,
) -> Response {
    let Asked {
        web,
        seated,
        row,
        act,
        sheet,
        ..
    } = asked;
    let language = seated.language;
    let source = Source {
        sheet,
        faults,
        language,
    };
    let title = act.label().plain(language);
    let back = at(&row.id);
    let page = Page {
        frame: Frame::new(web, seated, title),
        title,
        address: address(web, row),
        badge: line::badge(row.state, language),
        action: format!("{back}/{}", act.name()),
        back,
        about: about(*act).plain(language),
        summary: source.summary(&groups(*act, &source)),
        groups: groups(*act, &source),
        errors,
        note,
        version: row.version,
        key: once::fresh(),
        looks: *act == Act::Replay,
    };
    shown(&page, language)
}

fn about(act: Act) -> Phrase {
    match act {
        Act::Resume => w::ABOUT_RESUME,
        Act::Rotate => w::ABOUT_ROTATE,
        Act::Replay => w::ABOUT_REPLAY,
        Act::Ping | Act::Pause | Act::EndReplay | Act::Delete => w::ABOUT_DELETE_WEBHOOK,
    }
}

fn groups(act: Act, source: &Source<'_>) -> Vec<Group> {
    let language = source.language;
    let say = |phrase: Phrase| phrase.plain(language);
    let words = |words: &[(&str, Phrase)]| -> Vec<(String, String)> {
        let words = words.iter();
        words
            .map(|(value, label)| ((*value).to_owned(), say(*label).to_owned()))
            .collect()
    };
    let label = |field: &'static str| w::label(field, language);
    match act {
        Act::Resume => {
            let choices = words(&[
                ("missed", w::RESUME_MISSED),
                ("latest_per_activity", w::RESUME_LATEST),
                ("none", w::RESUME_NONE),
            ]);
            let field = source.radio("/replay", label("replay"), choices);
            vec![Group::new(say(w::RESUME), vec![field])]
        }
        Act::Rotate => {
            let field = source
                .line("/grace_hours", label("grace_hours"), "number")
                .hinted(say(w::GRACE_HINT));
            vec![Group::new(say(w::ROTATE), vec![field])]
        }
        Act::Replay => {
            let ways = words(&[("days", w::BY_DAYS), ("positions", w::BY_POSITIONS)]);
            let new_id = source.flag("/new_id", say(w::NEW_ID));
            vec![
                Group::new(
                    say(w::STRETCH),
                    vec![
                        source.radio("/by", label("by"), ways),
                        source
                            .line("/from", label("from"), "date")
                            .hinted(say(w::ONLY_BY_DAYS)),
                        source
                            .line("/to", label("to"), "date")
                            .hinted(say(w::TO_THE_END)),
                        source
                            .line("/after", label("after"), "number")
                            .hinted(say(w::ONLY_BY_POSITIONS)),
                        source
                            .line("/until", label("until"), "number")
                            .hinted(say(w::TO_THE_END)),
                    ],
                ),
                Group::new(say(w::NUMBERING), vec![new_id]).hinted(say(w::NEW_ID_HINT)),
            ]
        }
        Act::Ping | Act::Pause | Act::EndReplay | Act::Delete => Vec::new(),
    }
}
