//! `/console/editions`: the years of the programme, their sections, their hosts and whom to call in each office.

pub(super) mod change;
pub(super) mod contacts;
pub(super) mod list;
pub(super) mod roll_over;
pub(super) mod show;

use crate::{
    commands::CommandError, domain::edition::Edition, http::Web, store::reference::Versioned,
};

/// The edition of a year in an address.
fn find(web: &Web, year: &str) -> Result<Versioned<Edition>, CommandError> {
    let number = year.parse::<i32>().ok();
    let found = {
        let state = web.services.catalogue.read();
        number.and_then(|number| state.edition(number).cloned())
    };
    found.ok_or_else(|| CommandError::NotFound {
        what: "edition",
        id: year.chars().take(60).collect(),
    })
}

fn at(year: i32) -> String {
    format!("/console/editions/{year}")
}
