//! Whom the organising office calls in an office.
//!
//! Owns its form in answers to editors and in exports. Refuses to know who may read it. Invariant: personal data; nothing
//! that the public or a partner reads is made of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{dates::instant, parts::Contact, role::Office};

/// An office's contact in one edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeContact {
    /// The office.
    pub office: Office,
    /// A person or a desk.
    pub name: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// When somebody last said so, in this edition or in the one it was taken over from.
    #[serde(with = "instant")]
    pub updated_at: DateTime<Utc>,
}

impl OfficeContact {
    /// What somebody said of an office; `None` where it says nothing.
    #[must_use]
    pub fn of(office: Office, said: Contact, now: DateTime<Utc>) -> Option<Self> {
        let Contact { name, email, phone } = said;
        let says = name.is_some() || email.is_some() || phone.is_some();
        says.then_some(Self {
            office,
            name,
            email,
            phone,
            updated_at: now,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::input::read;

    #[test]
    fn one_of_the_three_is_a_contact_and_none_is_not() {
        let now = DateTime::UNIX_EPOCH;
        for field in ["name", "email", "phone"] {
            let said = read(&json!({field: "a@b"})).unwrap();
            let contact = OfficeContact::of(Office::City, said, now).unwrap();
            let shown = json!(contact);
            assert_eq!(
                (&shown["office"], &shown[field]),
                (&json!("city"), &json!("a@b"))
            );
        }
        for said in [json!({}), json!({"name": null, "phone": null})] {
            let said = read(&said).unwrap();
            assert_eq!(OfficeContact::of(Office::City, said, now), None);
        }
    }
}
