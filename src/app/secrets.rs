//! The keys of the secrets in the database, at a start.
//!
//! Invariant: a key is made only where there is none at all, and it lies on the disk before it seals anything.

use std::path::PathBuf;

use anyhow::Context;

use crate::{
    config::Settings,
    store::{self, Db},
    vault::{self, Key, Vault},
};

/// The keys of the settings, and that of the file beside an embedded database.
///
/// # Errors
/// When there is a file, and no key in it.
pub fn keys(settings: &Settings) -> anyhow::Result<Vec<Key>> {
    let mut keys = settings.secrets.keys.clone();
    if let Some(file) = key_file(settings) {
        let kept = vault::file::read(&file)
            .with_context(|| format!("cannot read the key in {}", file.display()))?;
        keys.extend(kept);
    }
    Ok(keys)
}

fn key_file(settings: &Settings) -> Option<PathBuf> {
    let database = Db::sqlite_file(settings.database_url.expose())?;
    Some(vault::file::beside(&database))
}

/// What seals the secrets. An embedded database without any key is given one.
pub(super) fn vault(settings: &Settings) -> anyhow::Result<Vault> {
    let mut keys = keys(settings)?;
    match key_file(settings) {
        Some(file) if keys.is_empty() => {
            let key = Key::random();
            vault::file::write(&file, &key)
                .with_context(|| format!("cannot write a key into {}", file.display()))?;
            tracing::info!(file = %file.display(), "the key of the database's secrets was made: {}", file.display());
            keys.push(key);
        }
        None if keys.is_empty() => tracing::warn!(
            "secrets of webhooks lie unencrypted in the database; set secrets.keys (openssl rand -base64 32)"
        ),
        _ => {}
    }
    Ok(Vault::new(keys))
}

/// Seals by the newest key what an older one sealed, or none.
pub(super) async fn seal(db: &Db, vault: &Vault) -> anyhow::Result<()> {
    let stale = store::secrets::stale(db, vault).await?;
    let refused: Vec<_> = stale.iter().filter_map(|stale| stale.refused()).collect();
    if let Some(error) = refused.first() {
        tracing::error!(secrets = refused.len(), %error, "{} secrets cannot be read, and nothing is delivered where they belong: {error}", refused.len());
    }
    let sealed = store::secrets::seal(db, vault, stale)
        .await
        .context("secrets cannot be encrypted by the newest key")?;
    if sealed > 0 {
        tracing::info!(
            secrets = sealed,
            "{sealed} secrets were encrypted by the newest key"
        );
    }
    Ok(())
}
