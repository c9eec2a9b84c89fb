//! Where an endpoint's messages go, how they are written and who signs them: its row, opened.

use chrono::{DateTime, Utc};
use entity::vocab::WireFormat;
use url::Url;

use super::sign::Secret;
use crate::{domain::rotation, store::endpoints::Row, vault::Vault};

/// Of an endpoint that can be delivered to.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    pub(super) url: Url,
    pub(super) format: WireFormat,
    /// Those that sign now, the newest first. A robot may have none.
    pub(super) secrets: Vec<Secret>,
}

impl Destination {
    /// What a row says; nothing where its address, format or newest secret cannot be read.
    pub(super) fn of(vault: &Vault, row: &Row, now: DateTime<Utc>) -> Option<Self> {
        let format: WireFormat = row.format.parse().ok()?;
        let url = Url::parse(&vault.open(&row.url).ok()?).ok()?;
        let newest = vault.open(&row.secret).ok()?;
        if format.is_robot() {
            let secrets = (!newest.is_empty()).then(|| Secret::of_robot(&newest));
            return Some(Self {
                url,
                format,
                secrets: secrets.into_iter().collect(),
            });
        }
        let old = row
            .old_secret
            .as_deref()
            .and_then(|old| vault.open(old).ok());
        let old = old.map(|old| rotation::read(&old, row.old_secret_until));
        let old = old.into_iter().flatten().filter(|old| now < old.until);
        let old = old.filter_map(|old| old.secret.parse().ok());
        let newest: Secret = newest.parse().ok()?;
        Some(Self {
            url,
            format,
            secrets: std::iter::once(newest).chain(old).collect(),
        })
    }
}
