//! `/console/webhooks`: endpoints, how they fare, and what was delivered to them. A partner sees its own alone.

pub(super) mod act;
pub(super) mod delivery;
pub(super) mod edit;
pub(super) mod list;
pub(super) mod show;

use entity::vocab::{EndpointState, Language};

use super::{seat::Seated, words as w};
use crate::{
    commands::{
        CommandError,
        webhooks::{find_for, shown},
    },
    domain::rights::Deed,
    http::{Web, site::listed::Badge},
    publish::wording::either,
    store::endpoints::Row,
};

fn at(id: &str) -> String {
    format!("/console/webhooks/{id}")
}

/// An endpoint of whoever sits there.
async fn find(web: &Web, seated: &Seated, id: &str) -> Result<Row, CommandError> {
    seated.must(Deed::Webhooks)?;
    find_for(web.services.db.reader(), &seated.caller(), id).await
}

/// A state in a word.
fn badge(state: EndpointState, language: Language) -> Badge {
    Badge {
        text: either(language, state.zh(), w::state(state)),
        tone: match state {
            EndpointState::Enabled => "good",
            EndpointState::Pending | EndpointState::Paused => "moved",
            EndpointState::Failing | EndpointState::Disabled | EndpointState::Gone => "off",
        },
    }
}

/// An endpoint's address as its owner may see it: of a robot only the host.
fn address(web: &Web, row: &Row) -> String {
    let shown = shown(&web.services.vault, row);
    shown["url"].as_str().unwrap_or_default().to_owned()
}
