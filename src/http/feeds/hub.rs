//! The hub's address: `POST /feeds/hub` (W3C WebSub, §5.1).
//!
//! Owns which topics and callbacks are taken. Refuses to know how callbacks are asked and told (`deliver`). Invariant:
//! a topic is one of our own news feeds, by its one address.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use url::Url;

use super::query::{Asked, ask};
use crate::{
    deliver::Intent,
    domain::{
        hub::{self, Asked as Form, CALLBACK_BYTES, Mode},
        input::Faults,
    },
    guard::{ResolveError, VetError},
    http::{Web, extract::read_body, problem::Problem},
    publish::FeedKey,
};

/// A request has a few addresses and a secret.
const MOST_BYTES: usize = 16 * 1024;

/// How long a request waits until the hub has room for it.
const LATER: header::HeaderValue = header::HeaderValue::from_static("5");

/// Takes what a subscriber asks for, and answers before its callback is asked.
pub(super) async fn ask_hub(State(web): State<Web>, request: Request) -> Result<Response, Problem> {
    let sent = request.headers().get(header::CONTENT_TYPE);
    let sent = sent
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let shown: String = sent.chars().take(60).collect();
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "The body must be of another type",
            format!("{shown:?} is not application/x-www-form-urlencoded"),
        ));
    }
    let body = read_body(request, MOST_BYTES).await?;
    let Form {
        mode,
        topic,
        callback: given,
    } = hub::read(&body).map_err(Problem::parameters)?;
    // Before a name is looked up.
    let Some(turn) = web.hub.enter() else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Too many ask at once",
            "the hub is asking too many callbacks back already; ask again in a few seconds",
        )
        .with_header(header::RETRY_AFTER, LATER));
    };
    let mut faults = Faults::default();
    let feed = match mode {
        Mode::Subscribe { .. } => feed(&web, &topic, &mut faults),
        Mode::Unsubscribe => once(&web, &topic, &mut faults),
    };
    let callback = callback(&web, &given, &mut faults).await;
    let asked = feed.zip(callback);
    let (feed, callback) = faults.check(asked).map_err(Problem::parameters)?;
    let intent = Intent {
        mode,
        topic,
        feed: feed.to_string(),
        callback,
    };
    web.hub.take(intent, turn);
    Ok(StatusCode::ACCEPTED.into_response())
}

/// The feed that a topic is or once was: whoever leaves need not know what became of it.
fn once(web: &Web, topic: &str, faults: &mut Faults) -> Option<FeedKey> {
    let address = topic.strip_prefix(&web.services.links.to("/feeds/"));
    let key = address.and_then(|address| FeedKey::read(address).ok());
    if key.is_none() {
        let shown: String = topic.chars().take(200).collect();
        faults.add("hub.topic", format!("{shown:?} is no feed of this hub"));
    }
    key
}

/// The feed that a topic is.
fn feed(web: &Web, topic: &str, faults: &mut Faults) -> Option<FeedKey> {
    let shown: String = topic.chars().take(200).collect();
    let mut refuse = |why: String| {
        faults.add("hub.topic", format!("{shown:?} {why}"));
        None
    };
    let base = web.services.links.to("/feeds/");
    let Some(address) = topic.strip_prefix(&base) else {
        return refuse(format!(
            "is no feed of this hub; its feeds begin with {base}"
        ));
    };
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let key: FeedKey = match path.parse() {
        Ok(key) => key,
        Err(_) => return refuse("is no feed".to_owned()),
    };
    if !key.is_topic() {
        return refuse("is no topic: the hub tells of news that are rss, atom or json, not of calendars and archives".to_owned());
    }
    let unknown = |selection: &_| web.services.catalogue.read().unknown_values(selection);
    let key = match ask(key, query, unknown) {
        Ok(Asked { key, .. }) => key,
        Err(problem) => return refuse(format!("is no feed: {}", problem.detail())),
    };
    if let Err(error) = web.publisher.exists(&key, web.services.now()) {
        return refuse(format!("is no feed: {error}"));
    }
    let own = web.publisher.address(&key);
    if own != topic {
        return refuse(format!("is not how the feed names itself: {own}"));
    }
    Some(key)
}

/// A callback that may be reached. One whose name leads nowhere now is asked all the same: it will not answer.
async fn callback(web: &Web, given: &str, faults: &mut Faults) -> Option<Url> {
    let url = Url::parse(given);
    let why = match &url {
        Ok(url) if url.fragment().is_some() => "a callback has no fragment".to_owned(),
        Ok(url) if url.as_str().len() > CALLBACK_BYTES => {
            format!("is longer than {CALLBACK_BYTES} bytes")
        }
        _ => match web.courier.strangers().vet(given).await {
            Ok(url) => return Some(url),
            Err(VetError::Resolve(ResolveError::Unknown { .. } | ResolveError::Busy { .. })) => {
                return url.ok();
            }
            // Where names of our own network lead is nobody's business.
            Err(VetError::Resolve(ResolveError::Refused { .. })) => {
                "it leads to an address that must not be reached".to_owned()
            }
            Err(error) => error.to_string(),
        },
    };
    // A name or password that stands in an address is not repeated.
    let shown = url.map(|mut url| {
        let _ = (url.set_username(""), url.set_password(None));
        url.to_string()
    });
    let shown: String = shown.unwrap_or_default().chars().take(120).collect();
    faults.add("hub.callback", format!("{shown:?}: {why}"));
    None
}
