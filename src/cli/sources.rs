//! `sources poll`.

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use futures_util::{StreamExt, stream};

use crate::{
    app,
    cli::base_url,
    clock::SystemClock,
    commands::{Services, audit::CLI},
    config::Settings,
    domain::role::{Caller, Role},
    guard::Guard,
    store,
    track::{Poll, is_being_polled, poll_now},
};

/// Sources that are asked at the same time.
const AT_ONCE: usize = 8;

/// What can be asked of sources.
#[derive(Debug, Subcommand)]
pub(super) enum Sources {
    /// Ask sources now, due or not, and say what came of it
    Poll(Arguments),
}

/// Which sources, and how.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Their ids; all that are active when none is named
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// What they hold now is all, though entries are missing
    #[arg(long)]
    confirm: bool,
}

/// Asks sources.
pub(super) async fn run(settings: &Settings, asked: Sources) -> anyhow::Result<()> {
    let Sources::Poll(Arguments { ids, confirm }) = asked;
    store::Db::require(settings.database_url.expose())?;
    let base_url = base_url(settings)?;
    let services = app::services(settings, Arc::new(SystemClock), &base_url).await?;
    let guard = Arc::new(Guard::new(&settings.webhooks, None)?);
    let ids = match ids.is_empty() {
        false => ids,
        true => active(&services).await?,
    };
    let (how, caller) = (Poll { confirmed: confirm }, Caller::new(CLI, Role::Admin));
    let mut polls = stream::iter(&ids)
        .map(async |id| {
            let polled = poll_now(&services, &guard, &caller, id, how).await;
            (id, polled)
        })
        .buffered(AT_ONCE);
    let mut failed = 0;
    while let Some((id, polled)) = polls.next().await {
        match polled {
            Ok(polled) => {
                let fetch = &polled.fetch;
                println!(
                    "{id} {}: {} entries, {} proposals, {} carried out, {} not read, {} ms",
                    fetch.outcome,
                    fetch.entries,
                    fetch.proposals,
                    polled.carried_out,
                    fetch.unread,
                    fetch.took_ms
                );
                for note in fetch.detail.lines() {
                    println!("  {note}");
                }
                failed += usize::from(matches!(fetch.outcome.as_str(), "failed" | "refused"));
            }
            // What comes of it stands in the source's log.
            Err(error) if is_being_polled(&error) => {
                println!("{id} is being polled by another process; it was not asked twice");
            }
            Err(error) => {
                eprintln!("{id}: {error}");
                failed += 1;
            }
        }
    }
    drop(polls);
    services.db.close().await;
    if failed > 0 {
        bail!("{failed} of {} sources could not be read", ids.len());
    }
    Ok(())
}

/// The ids of all that are active and have an address.
async fn active(services: &Services) -> anyhow::Result<Vec<String>> {
    let mut ids: Vec<String> = Vec::new();
    loop {
        let after = ids.last().cloned().unwrap_or_default();
        let rows = store::sources::list(services.db.reader(), None, &after, 500)
            .await
            .context("the sources cannot be listed")?;
        if rows.is_empty() {
            break;
        }
        ids.extend(rows.into_iter().map(|row| row.id));
    }
    let mut active = Vec::with_capacity(ids.len());
    for id in ids {
        let row = store::sources::find(services.db.reader(), &id).await?;
        if row.is_some_and(|row| row.active && row.due_at.is_some()) {
            active.push(id);
        }
    }
    Ok(active)
}
