//! `/console/people`: who may come in, and what they may do.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::vocab::District;

use super::{
    answer::{refused, see, shown},
    form::Form,
    frame::Frame,
    once,
    seat::Seated,
    words::{self as w, faults},
};
use crate::{
    commands::{
        CommandError,
        people::{PersonChange, add_person, change_person},
    },
    domain::{login::Login, rights::Deed, role::Role},
    http::{Web, problem::Problem},
    store::{self, idempotency::Key},
};

struct Person {
    id: String,
    login: String,
    role: String,
    role_name: String,
    disabled: bool,
    second_factor: bool,
    created: String,
    /// Whether it is who looks at the page.
    own: bool,
}

struct Made {
    /// Whose it is.
    said: String,
    password: String,
}

impl Made {
    fn of(login: &str, password: String, seated: &Seated) -> Self {
        Self {
            said: w::PASSWORD_ONCE.say(seated.language, &[("login", login)]),
            password,
        }
    }
}

#[derive(Template)]
#[template(path = "console/people.html")]
struct Page {
    frame: Frame,
    people: Vec<Person>,
    roles: Vec<(String, String)>,
    login: String,
    /// A password that was just made: seen this once.
    made: Option<Made>,
    errors: Vec<String>,
    key: String,
}

/// Every role that a person may have.
fn roles() -> impl Iterator<Item = Role> {
    let districts = District::ALL
        .iter()
        .map(|district| Role::District(*district));
    [Role::Office, Role::Viewer, Role::Partner, Role::Admin]
        .into_iter()
        .chain(districts)
}

/// Everybody.
pub(super) async fn page(State(web): State<Web>, seated: Seated) -> Response {
    match seated.must(Deed::ManagePeople) {
        Ok(()) => people(&web, &seated, None, String::new(), Vec::new()).await,
        Err(error) => refused(&web, &seated, error),
    }
}

async fn people(
    web: &Web,
    seated: &Seated,
    made: Option<Made>,
    login: String,
    errors: Vec<String>,
) -> Response {
    let rows = match store::people::all(web.services.db.reader()).await {
        Ok(rows) => rows,
        Err(error) => return Problem::from(error).into_response(),
    };
    let language = seated.language;
    let named = |role: &str| {
        role.parse()
            .map_or_else(|_| role.to_owned(), |role| w::role(role, language))
    };
    let page = Page {
        frame: Frame::new(web, seated, w::PEOPLE.plain(language)),
        people: rows
            .into_iter()
            .map(|row| Person {
                own: row.id == seated.seat.user,
                id: row.id,
                login: row.login,
                role_name: named(&row.role),
                role: row.role,
                disabled: row.disabled_at.is_some(),
                second_factor: row.second_factor_at.is_some(),
                created: w::local(row.created_at),
            })
            .collect(),
        roles: roles()
            .map(|role| (role.to_string(), w::role(role, language)))
            .collect(),
        login,
        made,
        errors,
        key: once::fresh(),
    };
    shown(&page, language)
}

/// Another person.
pub(super) async fn add(State(web): State<Web>, seated: Seated, body: Bytes) -> Response {
    let form = Form::read(&body);
    let sent = form.get("login").unwrap_or_default().trim().to_owned();
    let key = once::key(&seated, &form, "/console/people", &body);
    match added(&web, &seated, &form, &sent, key).await {
        Ok(Some(password)) => {
            let made = Made::of(&sent, password, &seated);
            people(&web, &seated, Some(made), String::new(), Vec::new()).await
        }
        Ok(None) => {
            let told = vec![w::PERSON_TWICE.say(seated.language, &[("login", &sent)])];
            people(&web, &seated, None, String::new(), told).await
        }
        Err(error @ CommandError::Invalid(_)) => {
            let told = faults::told(&error, seated.language);
            let page = people(&web, &seated, None, sent, told).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

async fn added(
    web: &Web,
    seated: &Seated,
    form: &Form,
    login: &str,
    key: Option<Key>,
) -> Result<Option<String>, CommandError> {
    seated.must(Deed::ManagePeople)?;
    let login: Login = login
        .parse()
        .map_err(|error: crate::domain::login::NotALogin| {
            CommandError::fault("/login", error.to_string())
        })?;
    let role = role_of(form)?;
    add_person(&web.services, &seated.caller(), login, role, key).await
}

fn role_of(form: &Form) -> Result<Role, CommandError> {
    let sent = form.get("role").unwrap_or_default();
    sent.parse()
        .map_err(|error: crate::domain::role::NotARole| {
            CommandError::fault("/role", error.to_string())
        })
}

/// Something about a person is to be otherwise.
pub(super) async fn change(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    match changed(&web, &seated, &id, &form).await {
        Ok(Some(made)) => people(&web, &seated, Some(made), String::new(), Vec::new()).await,
        Ok(None) => see("/console/people"),
        Err(error @ (CommandError::Invalid(_) | CommandError::Conflict(_)))
            if seated.may(Deed::ManagePeople) =>
        {
            let told = faults::told(&error, seated.language);
            let page = people(&web, &seated, None, String::new(), told).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

async fn changed(
    web: &Web,
    seated: &Seated,
    id: &str,
    form: &Form,
) -> Result<Option<Made>, CommandError> {
    seated.must(Deed::ManagePeople)?;
    let asked = form.get("change").unwrap_or_default();
    let change = match asked {
        "role" => PersonChange::Role(role_of(form)?),
        "disable" => PersonChange::Disable,
        "enable" => PersonChange::Enable,
        "password" => PersonChange::Password,
        "second-factor" => PersonChange::NoSecondFactor,
        other => {
            let other: String = other.chars().take(60).collect();
            return Err(CommandError::fault(
                "/change",
                format!("{other:?} is nothing that can be changed of a person"),
            ));
        }
    };
    let made = change_person(&web.services, &seated.caller(), id, change).await?;
    let Some(password) = made else {
        return Ok(None);
    };
    let person = store::people::find(web.services.db.reader(), id).await?;
    Ok(person.map(|person| Made::of(&person.login, password, seated)))
}
