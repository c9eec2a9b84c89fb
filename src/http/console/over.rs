//! What somebody sent after their session was over: it is shown to them, to be sent again once they are back.

use askama::Template;
use axum::response::Response;

use super::{answer::shown, form::Form, frame::Frame, seat::Visitor, words as w};
use crate::http::Web;

#[derive(Template)]
#[template(path = "console/over.html")]
struct Over {
    frame: Frame,
    about: &'static str,
    /// Where it is sent again; nowhere where it cannot be.
    action: Option<String>,
    fields: Vec<(String, String)>,
}

/// Names of what is not repeated in a page.
const SECRET: [&str; 4] = ["password", "present", "code", "/secret"];

pub(super) fn page(web: &Web, visitor: &Visitor, path: &str, body: &[u8]) -> Response {
    let sent = Form::read(body);
    let fields = sent.pairs().iter();
    let fields = fields.filter(|(name, _)| !SECRET.contains(&name.as_str()));
    let language = visitor.language;
    let page = Over {
        frame: Frame::outside(web, language, w::OVER.plain(language)),
        about: w::OVER_ABOUT.plain(language),
        action: Some(path.to_owned()),
        fields: fields.cloned().collect(),
    };
    shown(&page, language)
}

/// The same where a file was sent, which no page may choose for anybody.
pub(super) fn page_of_file(web: &Web, visitor: &Visitor) -> Response {
    let language = visitor.language;
    let page = Over {
        frame: Frame::outside(web, language, w::OVER.plain(language)),
        about: w::OVER_FILE.plain(language),
        action: None,
        fields: Vec::new(),
    };
    shown(&page, language)
}
