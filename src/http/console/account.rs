//! `/console/account` and `/console/second-factor`: one's own password, second factor, tokens and language.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    answer::{next_of, refused, see, shown, with_next},
    cookie,
    form::Form,
    frame::Frame,
    once,
    seat::{Seated, Visitor},
    words::{self as w, faults},
};
use crate::{
    commands::{
        CommandError,
        people::{
            PersonChange, begin_second_factor, change_password, change_person,
            confirm_second_factor, create_token, revoke_token,
        },
    },
    domain::{
        login::SecondFactor,
        rights::{Deed, Reach},
    },
    http::{Web, problem::Problem, site::Qr},
    store,
};

/// A token as its owner sees it.
struct TokenLine {
    id: String,
    name: String,
    role: String,
    created: String,
}

#[derive(Template)]
#[template(path = "console/account.html")]
struct Page {
    frame: Frame,
    has_second_factor: bool,
    tokens: Vec<TokenLine>,
    may_have_tokens: bool,
    /// A token that was just made: seen this once.
    token: Option<String>,
    errors: Vec<String>,
    key: String,
}

#[derive(Template)]
#[template(path = "console/second_factor.html")]
struct FactorPage {
    frame: Frame,
    next: String,
    secret: String,
    address: String,
    qr: Option<Qr>,
    error: Option<String>,
}

/// One's own account.
pub(super) async fn page(
    State(web): State<Web>,
    seated: Seated,
    RawQuery(query): RawQuery,
) -> Response {
    let done = (query.as_deref() == Some("password"))
        .then(|| w::PASSWORD_CHANGED.plain(seated.language).to_owned());
    account(&web, &seated, done, None, Vec::new()).await
}

async fn account(
    web: &Web,
    seated: &Seated,
    done: Option<String>,
    token: Option<String>,
    errors: Vec<String>,
) -> Response {
    let user = seated.seat.user.as_str();
    let tokens = match store::tokens::all(web.services.db.reader(), Some(user)).await {
        Ok(tokens) => tokens,
        Err(error) => return Problem::from(error).into_response(),
    };
    let language = seated.language;
    let page = Page {
        frame: Frame::new(web, seated, w::ACCOUNT.plain(language)).saying(done),
        has_second_factor: seated.seat.has_second_factor,
        may_have_tokens: seated.reach(Deed::Webhooks) != Reach::None,
        tokens: tokens
            .into_iter()
            .map(|token| TokenLine {
                created: w::local(token.created_at),
                id: token.id,
                name: token.name,
                role: token
                    .role
                    .parse()
                    .map_or(token.role, |role| w::role(role, language)),
            })
            .collect(),
        token,
        errors,
        key: once::fresh(),
    };
    shown(&page, language)
}

/// Another password.
pub(super) async fn password(State(web): State<Web>, seated: Seated, body: Bytes) -> Response {
    let form = Form::read(&body);
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let (present, password) = (text("present"), text("password"));
    let Seated { seat, language } = &seated;
    match change_password(&web.services, seat, present, password).await {
        Ok(()) => see("/console/account?password"),
        Err(error @ CommandError::Invalid(_)) => {
            let told = faults::told(&error, *language);
            let page = account(&web, &seated, None, None, told).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

/// The language that one reads the console in.
pub(super) async fn language(State(web): State<Web>, seated: Seated, body: Bytes) -> Response {
    let form = Form::read(&body);
    let next = next_of(form.get("next")).to_owned();
    let Some(language) = form.get("language").and_then(|text| text.parse().ok()) else {
        return see(&next);
    };
    let change = PersonChange::Language(language);
    let (caller, user) = (seated.caller(), seated.seat.user.clone());
    match change_person(&web.services, &caller, &user, change).await {
        Ok(_) => see(&next),
        Err(error) => refused(&web, &seated, error),
    }
}

/// A token for the API that acts for oneself.
pub(super) async fn make_token(State(web): State<Web>, seated: Seated, body: Bytes) -> Response {
    if let Err(error) = seated.must(Deed::Webhooks) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let name = form.get("name").unwrap_or_default();
    let key = once::key(&seated, &form, "/console/account/tokens", &body);
    match create_token(&web.services, &seated.caller(), name, seated.seat.role, key).await {
        Ok(Some(token)) => account(&web, &seated, None, Some(token), Vec::new()).await,
        Ok(None) => {
            let told = vec![w::TOKEN_TWICE.plain(seated.language).to_owned()];
            account(&web, &seated, None, None, told).await
        }
        Err(error @ CommandError::Invalid(_)) => {
            let told = faults::told(&error, seated.language);
            let page = account(&web, &seated, None, None, told).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

/// Makes a token void.
pub(super) async fn end_token(State(web): State<Web>, seated: Seated, body: Bytes) -> Response {
    let form = Form::read(&body);
    let id = form.get("token").unwrap_or_default();
    match revoke_token(&web.services, &seated.caller(), id).await {
        Ok(()) => see("/console/account"),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn factor_page(
    web: &Web,
    visitor: &Visitor,
    next: String,
    error: Option<String>,
) -> Response {
    let Some(seat) = visitor.seat.as_ref().filter(|seat| seat.proven) else {
        return see(&with_next("/console/login", "/console/second-factor"));
    };
    let language = visitor.language;
    let secret = match begin_second_factor(&web.services, &seat.user).await {
        Ok(secret) => secret,
        Err(CommandError::Conflict(_)) => return see("/console/account"),
        Err(error) => return Problem::from(error).into_response(),
    };
    let programme = &web.settings.programme.name.en;
    let address = SecondFactor::read(&secret, &seat.login, programme)
        .map(|factor| factor.address())
        .unwrap_or_default();
    let page = FactorPage {
        frame: Frame::outside(web, language, w::SECOND_FACTOR.plain(language)),
        next,
        qr: Qr::of(&address),
        address,
        secret,
        error,
    };
    shown(&page, language)
}

/// The page that shows the secret of a second factor before it is in use.
pub(super) async fn second_factor(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let next = next_of(form.get("next")).to_owned();
    factor_page(&web, &visitor, next, None).await
}

/// Takes it into use.
pub(super) async fn use_second_factor(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    let next = next_of(form.get("next")).to_owned();
    let Some(seat) = visitor.seat.as_ref().filter(|seat| seat.proven) else {
        return see(&with_next("/console/login", "/console/second-factor"));
    };
    let code = form.get("code").unwrap_or_default().to_owned();
    match confirm_second_factor(&web.services, seat, code).await {
        Ok(secret) => {
            let mut response = see(&next);
            cookie::keep(response.headers_mut(), &secret);
            response
        }
        Err(CommandError::Invalid(_)) => {
            let wrong = w::CODE_WRONG.plain(visitor.language).to_owned();
            let page = factor_page(&web, &visitor, next, Some(wrong)).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(CommandError::Conflict(_)) => see("/console/account"),
        Err(error) => Problem::from(error).into_response(),
    }
}
