//! `webhooks trigger`.

use std::sync::Arc;

use anyhow::bail;

use super::Trigger;
use crate::{
    clock::SystemClock,
    config::Settings,
    deliver::{self, Courier, Outcome},
    guard::Guard,
    ids,
    metrics::Metrics,
};

/// Sends one signed message and says what came of it.
pub(super) async fn run(settings: &Settings, asked: Trigger) -> anyhow::Result<()> {
    let guard = Arc::new(Guard::new(&settings.webhooks, None)?);
    guard.vet(asked.url.as_str()).await?;
    let courier = Courier::new(guard, Arc::new(SystemClock), Arc::new(Metrics::new()));
    let secret = match asked.secret {
        Some(given) => given.0,
        None => {
            let made = ids::webhook_secret();
            println!("signed with {made}");
            made.parse()?
        }
    };
    let trial = deliver::trial(&courier, &asked.url, secret).await;
    let status = trial
        .status
        .map_or_else(String::new, |status| format!(" (HTTP {status})"));
    println!(
        "{}{status} after {} ms: webhook-id {}",
        trial.outcome.code(),
        trial.took.as_millis(),
        trial.id
    );
    if let Some(excerpt) = trial.excerpt {
        println!("{excerpt}");
    }
    if trial.outcome != Outcome::Success {
        bail!("the receiver did not take it: {}", trial.outcome.code());
    }
    Ok(())
}
