//! `GET` and `POST /console/import`: a file is chosen, and what would become of it is shown.
//!
//! Invariant: nothing is written.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::{
    super::{answer::refused, form::Form, seat::Seated},
    choices::Choices,
    chosen::{self, Chosen},
    diff,
    form::Asking,
};
use crate::{
    commands::{CommandError, audit::spared},
    domain::rights::Deed,
    http::Web,
    transfer::import,
};

/// The form.
pub(in crate::http::console) async fn page(State(web): State<Web>, seated: Seated) -> Response {
    match seated.must(Deed::Import) {
        Ok(()) => Asking::fresh().page(&web, &seated).await,
        Err(error) => refused(&web, &seated, error),
    }
}

/// Shows what a file would do, or all that is wrong with it.
pub(in crate::http::console) async fn look(
    State(web): State<Web>,
    seated: Seated,
    request: Request,
) -> Response {
    if let Err(error) = seated.must(Deed::Import) {
        return refused(&web, &seated, error);
    }
    spared();
    let (form, chosen) = chosen::read(request).await;
    match chosen {
        Ok(chosen) => looked_at(&web, &seated, &form, &chosen).await,
        Err(why) => {
            let why = why.plain(seated.language).to_owned();
            Asking::without(&form, why).page(&web, &seated).await
        }
    }
}

async fn looked_at(web: &Web, seated: &Seated, form: &Form, chosen: &Chosen) -> Response {
    let choices = match Choices::read(web, seated, form).await {
        Ok(choices) => choices,
        Err(CommandError::Invalid(faults)) => {
            return Asking::mistaken(form, faults).page(web, seated).await;
        }
        Err(error) => return refused(web, seated, error),
    };
    let format = match chosen.format(seated.language) {
        Ok(format) => format,
        Err(why) => return Asking::without(form, why).page(web, seated).await,
    };
    let asked = choices.import(seated, (chosen, format), true, None);
    match import(&web.services, asked).await {
        Ok(diff) => diff::page(web, seated, (chosen, format, &choices), form, &diff),
        Err(error) => failed(web, seated, form, error).await,
    }
}

/// The form again, with why a file was not taken.
pub(super) async fn failed(
    web: &Web,
    seated: &Seated,
    form: &Form,
    error: CommandError,
) -> Response {
    let language = seated.language;
    let asking = match error {
        CommandError::Invalid(faults) => Asking::faulty(form, &faults, language),
        error @ CommandError::Forbidden { .. } => Asking::barred(form, &error, language),
        error => return refused(web, seated, error),
    };
    asking.page(web, seated).await
}
