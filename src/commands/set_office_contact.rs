//! Whom the organising office calls in an office: said by the office itself, or by an organiser.
//!
//! Invariant: what was said is told to no log, and changes nothing public.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    CommandError, Services,
    audit::{Audited, Trail, between},
};
use crate::{
    domain::{
        audit::Action,
        input,
        office_contact::OfficeContact,
        parts::Contact,
        rights::Deed,
        role::{Caller, Office},
    },
    store,
};

/// When what somebody was shown had been said; `None` where nothing was.
pub type Seen = Option<DateTime<Utc>>;

/// Puts an office's contact of an edition in its place (`{"name"?, "email"?, "phone"?}`) and returns it; one that says
/// nothing is deleted, and `None`. The last word counts, unless it is `seen` what is to be replaced.
///
/// # Errors
/// [`CommandError::Conflict`] where another one stands there than was seen; [`CommandError::Forbidden`] for another office's; all faults of the input; [`CommandError::NotFound`] without such an
/// edition.
pub async fn set_office_contact(
    services: &Services,
    caller: Caller,
    year: i32,
    office: Office,
    input: Value,
    seen: Option<Seen>,
) -> Result<Option<OfficeContact>, CommandError> {
    let trail = Trail::of(&caller, Action::ContactSet).on(format!("{year}/{office}"));
    services
        .audited(trail, async move |services, trail| {
            if !caller.role.may(Deed::WriteContacts, office) {
                return Err(CommandError::Forbidden {
                    role: caller.role,
                    what: format!("set the contact of the office {office}"),
                });
            }
            let said: Result<Contact, _> = input::read(&input);
            let tx = services.db.begin().await?;
            let found = store::reference::find_edition_pinned(&tx, year).await?;
            found.ok_or_else(|| CommandError::NotFound {
                what: "edition",
                id: year.to_string(),
            })?;
            let before = store::office_contacts::of_edition(&tx, year).await?;
            let before = before.into_iter().find(|before| before.office == office);
            let as_asked = |said: &Contact| {
                let asked = OfficeContact::of(office, said.clone(), services.now());
                as_said(asked) == as_said(before.clone())
            };
            // Before its faults: who mends one must not be taken to have seen another's word.
            if let Some(seen) = seen
                && seen != before.as_ref().map(|before| before.updated_at)
                && !said.as_ref().is_ok_and(as_asked)
            {
                return Err(CommandError::Conflict(format!(
                    "the contact of {office} was changed in between"
                )));
            }
            let contact = OfficeContact::of(office, said?, services.now());
            match contact.clone() {
                Some(contact) => store::office_contacts::set(&tx, year, contact).await?,
                None => store::office_contacts::delete(&tx, year, office).await?,
            }
            let says = contact.is_some();
            let fields = between(&as_said(before), &as_said(contact.clone()));
            // Who says the same again says that it still holds: its date is another one.
            if !says && fields.is_empty() {
                return Ok(Audited::unchanged(contact));
            }
            let done = trail.commit(tx, services.now(), &fields, contact).await?;
            let became = if says { "set" } else { "deleted" };
            tracing::info!(
                edition = year, %office, caller = %caller.id,
                "the contact of {office} in the edition {year} was {became}"
            );
            Ok(done)
        })
        .await
}

/// What an office said of its contact, without when.
fn as_said(contact: Option<OfficeContact>) -> Value {
    contact.map_or_else(
        || json!({}),
        |contact| json!({"name": contact.name, "email": contact.email, "phone": contact.phone}),
    )
}
