//! Subscriptions that people keep: one file for each thing they can do with them.
//!
//! Invariant: whoever knows the key may change a subscription, nobody else; whoever knows its id may follow it.

mod change;
mod end;
mod keep;

pub use change::change_saved;
pub use end::end_saved;
pub use keep::{Kept, keep_saved};

use crate::{
    commands::{CommandError, Services},
    ids,
    store::{self, saved::Saved},
};

/// What a subscription is: feeds' addresses below `/feeds/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// A calendar's.
    pub calendar: String,
    /// News', as RSS.
    pub news: String,
}

/// The subscription that a key changes, an ended one too.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn load_saved(services: &Services, key: &str) -> Result<Saved, CommandError> {
    let hash = ids::sha256_hex(key.as_bytes());
    let found = store::saved::find_by_key(services.db.reader(), &hash).await?;
    found.ok_or_else(unknown)
}

/// Says nothing of the key, which is a secret.
fn unknown() -> CommandError {
    CommandError::NotFound {
        what: "saved subscription",
        id: "…".to_owned(),
    }
}
