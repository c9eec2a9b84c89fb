//! Whom to call in which office: for editors alone.

use super::{CommandError, Services};
use crate::{
    domain::{
        office_contact::OfficeContact,
        rights::{Deed, Reach},
        role::Caller,
    },
    store,
};

/// The contacts of an edition: the organising office's, then the districts' by their codes. Offices that said nothing
/// are not among them.
///
/// # Errors
/// [`CommandError::Forbidden`] for partners; [`CommandError::NotFound`] without such an edition.
pub async fn list_office_contacts(
    services: &Services,
    caller: &Caller,
    year: i32,
) -> Result<Vec<OfficeContact>, CommandError> {
    if caller.role.reach(Deed::ReadContacts) == Reach::None {
        return Err(CommandError::Forbidden {
            role: caller.role,
            what: "see whom to call in an office; editors may".to_owned(),
        });
    }
    let db = services.db.reader();
    if store::reference::find_edition(db, year).await?.is_none() {
        return Err(CommandError::NotFound {
            what: "edition",
            id: year.to_string(),
        });
    }
    Ok(store::office_contacts::of_edition(db, year).await?)
}
