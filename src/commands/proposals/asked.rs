//! What accepting a proposal asks for, to look at before anybody says so.
//!
//! Invariant: it is the action that accepting does; nothing is done here.

use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::{Row, office};
use crate::{
    commands::{
        CommandError, Services, act::Act, create_activity::authorise, patch_activity::patched,
    },
    domain::{
        action::{Action, Telling},
        input::Faults,
        request::Request,
        rights::Deed,
        role::Caller,
        tracking::{Do, sources_with},
    },
    store::{activities::Stored, proposals::Document, source_entries},
};

/// What accepting it as it is would do to the activity as it stands; nothing where its draft would be deleted.
///
/// # Errors
/// When this caller may not decide it, or what it says cannot be done as it is.
pub async fn asked(
    services: &Services,
    caller: &Caller,
    (row, document): (&Row, &Document),
    stored: &Stored,
) -> Result<Option<Act>, CommandError> {
    if !caller.role.may(Deed::WriteActivity, office(row)) {
        return Err(CommandError::Forbidden {
            role: caller.role,
            what: format!(
                "decide {}, which waits for the office {:?}",
                row.id, row.office
            ),
        });
    }
    match document.action {
        Do::Delete => Ok(None),
        word => {
            let db = services.db.reader();
            let body = body(document, stored, uid_of(db, row).await?.as_deref());
            act_of(db, caller, stored, word, &body).await.map(Some)
        }
    }
}

/// The id upstream of the entry that a proposal is about.
pub(super) async fn uid_of(
    db: &impl ConnectionTrait,
    row: &Row,
) -> Result<Option<String>, CommandError> {
    let entry = source_entries::find(db, &row.source_id, &row.entry_key).await?;
    Ok(entry.and_then(|entry| entry.uid))
}

/// A proposal's body for an activity as it stands: another address of the source leaves those alone that were added since.
pub(super) fn body(document: &Document, stored: &Stored, uid: Option<&str>) -> Value {
    let mut body = document.body.clone();
    if let (Some(url), Some(sources)) = (document.now.get("url"), body.get_mut("sources")) {
        *sources = sources_with(&stored.activity, uid, url);
    }
    body
}

/// What a proposal's word does with its body to an activity as it stands; an update of a public activity is told aloud.
pub(super) async fn act_of(
    db: &impl ConnectionTrait,
    caller: &Caller,
    stored: &Stored,
    word: Do,
    body: &Value,
) -> Result<Act, CommandError> {
    let (action, children) = if word == Do::Update {
        let content = patched(db, caller, stored, body).await?;
        authorise(caller, &content, stored.activity.content.highlight)?;
        let content = Box::new(content);
        let telling = Telling::Aloud;
        (Action::Update { content, telling }, false)
    } else {
        let mut faults = Faults::default();
        let request = Request::read(word.as_str(), body, &mut faults);
        let request = faults.check(request)?;
        (request.action, request.children)
    };
    Ok(Act {
        caller: caller.clone(),
        id: stored.activity.id.clone(),
        version: stored.version,
        action,
        children,
        comment: None,
        key: None,
    })
}
