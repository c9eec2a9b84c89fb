//! `/console/login`, `/console/code`, `/console/logout`: coming in and going out.
//!
//! Invariant: the page says neither whether there is such a login, nor which of the two was wrong.

use std::net::IpAddr;

use askama::Template;
use axum::{
    Extension,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    answer::{next_of, see, shown, with_next},
    cookie,
    form::Form,
    frame::Frame,
    seat::Visitor,
    words as w,
};
use crate::{
    commands::people::{Attempt, LoginRefused, begin_session, end_session, prove},
    config::HttpSettings,
    http::{Peer, Web, problem::Problem},
};

#[derive(Template)]
#[template(path = "console/login.html")]
struct Page {
    frame: Frame,
    next: String,
    login: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "console/code.html")]
struct CodePage {
    frame: Frame,
    next: String,
    error: Option<String>,
}

/// The page to come in by.
pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let next = next_of(form.get("next")).to_owned();
    if visitor.seat.as_ref().is_some_and(|seat| seat.proven) {
        return see(&next);
    }
    login_page(&web, &visitor, next, String::new(), None)
}

fn login_page(
    web: &Web,
    visitor: &Visitor,
    next: String,
    login: String,
    error: Option<String>,
) -> Response {
    let language = visitor.language;
    let page = Page {
        frame: Frame::outside(web, language, w::LOGIN.plain(language)),
        next,
        login: login.chars().take(64).collect(),
        error,
    };
    shown(&page, language)
}

/// Where somebody asks from: what the proxies that are trusted say, else who is at the other end.
pub(super) fn asking(settings: &HttpSettings, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |address: IpAddr| {
        let address = address.to_canonical();
        settings
            .trusted_proxies
            .iter()
            .any(|net| net.contains(&address))
    };
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut asking = peer;
    for hop in forwarded.into_iter().rev() {
        if !trusted(asking) {
            break;
        }
        let Ok(before) = hop.trim().parse() else {
            break;
        };
        asking = before;
    }
    asking
}

/// The network that an address belongs to, as failures are counted: a whole /64 of IPv6, which one subscriber has.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Somebody wants to come in.
pub(super) async fn enter(
    State(web): State<Web>,
    Extension(Peer(peer)): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let next = next_of(form.get("next")).to_owned();
    let attempt = Attempt {
        login: text("login").trim().to_owned(),
        password: text("password"),
        network: network(asking(&web.settings.http, peer, &headers)),
        held: visitor.secret.clone(),
    };
    let login = attempt.login.clone();
    match begin_session(&web.services, attempt).await {
        Ok(begun) => {
            let to = match begun.needs_code {
                true => with_next("/console/code", &next),
                false => next,
            };
            let mut response = see(&to);
            cookie::keep(response.headers_mut(), &begun.secret);
            response
        }
        Err(refused) => match told(&refused, &visitor, w::LOGIN_WRONG) {
            Ok((error, status, headers)) => {
                let page = login_page(&web, &visitor, next, login, Some(error));
                (status, headers, page).into_response()
            }
            Err(problem) => problem.into_response(),
        },
    }
}

/// What is said to whoever was not let in.
fn told(
    refused: &LoginRefused,
    visitor: &Visitor,
    wrong: crate::publish::wording::Phrase,
) -> Result<(String, StatusCode, HeaderMap), Problem> {
    let language = visitor.language;
    let mut headers = HeaderMap::new();
    match refused {
        LoginRefused::Wrong => Ok((
            wrong.plain(language).to_owned(),
            StatusCode::UNAUTHORIZED,
            headers,
        )),
        LoginRefused::Held(seconds) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            let seconds = seconds.to_string();
            let said = w::LOGIN_HELD.say(language, &[("seconds", &seconds)]);
            Ok((said, StatusCode::TOO_MANY_REQUESTS, headers))
        }
        LoginRefused::Failed(error) => Err(Problem::unavailable(error)),
    }
}

fn code_page(web: &Web, visitor: &Visitor, next: String, error: Option<String>) -> Response {
    let language = visitor.language;
    let page = CodePage {
        frame: Frame::outside(web, language, w::CODE.plain(language)),
        next,
        error,
    };
    shown(&page, language)
}

/// The page that asks for a code.
pub(super) async fn code(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let next = next_of(form.get("next")).to_owned();
    match &visitor.seat {
        None => see(&with_next("/console/login", &next)),
        Some(seat) if seat.proven => see(&next),
        Some(_) => code_page(&web, &visitor, next, None),
    }
}

/// Somebody gives a code.
pub(super) async fn give_code(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Response {
    let form = Form::read(&body);
    let next = next_of(form.get("next")).to_owned();
    let Some(seat) = visitor.seat.as_ref().filter(|seat| !seat.proven) else {
        return see(&with_next("/console/login", &next));
    };
    let code = form.get("code").unwrap_or_default().to_owned();
    match prove(&web.services, seat, code).await {
        Ok(secret) => {
            let mut response = see(&next);
            cookie::keep(response.headers_mut(), &secret);
            response
        }
        Err(refused) => match told(&refused, &visitor, w::CODE_WRONG) {
            Ok((error, status, headers)) => (
                status,
                headers,
                code_page(&web, &visitor, next, Some(error)),
            )
                .into_response(),
            Err(problem) => problem.into_response(),
        },
    }
}

/// Somebody goes.
pub(super) async fn leave(State(web): State<Web>, visitor: Visitor) -> Response {
    if let Some(seat) = &visitor.seat
        && let Err(error) = end_session(&web.services, seat).await
    {
        return Problem::from(error).into_response();
    }
    let mut response = see("/console/login");
    cookie::forget(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn a_network_is_an_address_of_the_old_kind_or_a_64_of_the_new() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
    }

    #[test]
    fn what_a_stranger_says_of_where_they_ask_from_is_not_believed() {
        let mut settings = Settings::default().http;
        let mut headers = HeaderMap::new();
        headers.append(
            "x-forwarded-for",
            "198.51.100.9, 192.0.2.7".parse().unwrap(),
        );
        headers.append("x-forwarded-for", "10.0.0.2".parse().unwrap());
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(asking(&settings, ip("10.0.0.1"), &headers), ip("10.0.0.1"));
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        assert_eq!(asking(&settings, ip("10.0.0.1"), &headers), ip("192.0.2.7"));
        assert_eq!(
            asking(&settings, ip("203.0.113.5"), &headers),
            ip("203.0.113.5")
        );
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(asking(&settings, ip("10.0.0.1"), &headers), ip("10.0.0.1"));
    }
}
