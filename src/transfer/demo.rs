//! The bundled real programme, for `serve --demo`.
//!
//! Invariant: it only ever enters an empty database; what is in one is never changed.

use bytes::Bytes;

use super::{Defaults, Diff, Format, Import, Intent, carry_out};
use crate::{
    commands::{
        CommandError, Services,
        audit::{CLI, Trail},
    },
    domain::{
        audit::Action,
        role::{Caller, Role},
    },
    store::transfer,
};

/// The Zhongguancun Forum 2021–2026 with its history (`docs/DATA.md`).
pub const PROGRAMME: &str = include_str!("../demo/programme.json");

/// Fills an empty database; `None` when there was something in it.
///
/// # Errors
/// When the database fails.
pub async fn load(services: &Services) -> Result<Option<Diff>, CommandError> {
    services
        .run(async move |services| {
            let now = services.now();
            let import = Import {
                caller: Caller::new(CLI, Role::Admin),
                bytes: Bytes::from_static(PROGRAMME.as_bytes()),
                format: Format::Json,
                charset: None,
                intent: Intent::History,
                defaults: Defaults::default(),
                mapping: None,
                dry_run: false,
                key: None,
            };
            let file = carry_out::read(&import, now).await?;
            let tx = services.db.begin().await?;
            if !transfer::is_empty_locked(&tx).await? {
                return Ok(None);
            }
            let diff = carry_out::carry_out(&tx, &import, file, now).await?;
            Trail::of(&import.caller, Action::Import)
                .done(&tx, now, &carry_out::fields(&diff))
                .await?;
            tx.commit().await?;
            tracing::info!(
                activities = diff.created(),
                notices = diff.notices,
                "the demo programme was loaded: {} activities, {} notices",
                diff.created(),
                diff.notices
            );
            services.show().await;
            Ok(Some(diff))
        })
        .await
}
