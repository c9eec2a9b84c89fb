//! What accepting a proposal asks for, to look at before anybody says so.
//!
//! Invariant: it is the action that accepting does; nothing is done here.

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
        tracking::Do,
    },
    store::{activities::Stored, proposals::Document},
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
    let request = match document.action {
        Do::Delete => return Ok(None),
        Do::Update => {
            let db = services.db.reader();
            let content = patched(db, caller, stored, &document.body).await?;
            authorise(caller, &content, stored.activity.content.highlight)?;
            Request {
                action: Action::Update {
                    content: Box::new(content),
                    telling: Telling::Aloud,
                },
                children: false,
                comment: None,
            }
        }
        other => {
            let mut faults = Faults::default();
            let request = Request::read(other.as_str(), &document.body, &mut faults);
            faults.check(request)?
        }
    };
    Ok(Some(Act {
        caller: caller.clone(),
        id: stored.activity.id.clone(),
        version: stored.version,
        action: request.action,
        children: request.children,
        comment: None,
        key: None,
    }))
}
