//! `POST /console/import/carry-out`: what was shown is done.

use axum::{body::Bytes, extract::State, response::Response};

use super::{
    super::{answer::refused, form::Form, once, seat::Seated, words as w},
    CARRY_OUT,
    choices::Choices,
    chosen::Chosen,
    diff,
    form::Asking,
    look::failed,
};
use crate::{commands::CommandError, domain::rights::Deed, http::Web, transfer::import};

/// Takes the file in that a page carried along.
pub(in crate::http::console) async fn carry_out(
    State(web): State<Web>,
    seated: Seated,
    body: Bytes,
) -> Response {
    if let Err(error) = seated.must(Deed::Import) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let choices = match Choices::read(&web, &seated, &form).await {
        Ok(choices) => choices,
        Err(CommandError::Invalid(faults)) => {
            return Asking::mistaken(&form, faults).page(&web, &seated).await;
        }
        Err(error) => return refused(&web, &seated, error),
    };
    let chosen = Chosen::carried(&form);
    let chosen = chosen.filter(|chosen| form.get("seen") == Some(&choices.seen(chosen)));
    let Some(chosen) = chosen else {
        let why = w::IMPORT_NOT_AS_SEEN.plain(seated.language).to_owned();
        return Asking::without(&form, why).page(&web, &seated).await;
    };
    let format = match chosen.format(seated.language) {
        Ok(format) => format,
        Err(why) => return Asking::without(&form, why).page(&web, &seated).await,
    };
    let key = once::key(&seated, &form, CARRY_OUT, &body);
    let asked = choices.import(&seated, (&chosen, format), false, key);
    match import(&web.services, asked).await {
        Ok(diff) => diff::page(&web, &seated, (&chosen, format, &choices), &form, &diff),
        Err(error) => failed(&web, &seated, &form, error).await,
    }
}
