//! What the API and the console both do with webhooks beside commands: pings, and reading the log of deliveries.
//!
//! Owns how long an answer waits for a ping. Refuses to know how anything is shown. Invariant: a ping runs in a task of
//! its own, so what was sent is written down even when whoever asked goes away.

use std::time::Duration;

use super::Web;
use crate::{
    commands::{CommandError, webhooks::ping::ping_webhook},
    deliver::{self, PingError},
    domain::role::Caller,
    store::endpoints::Row,
};

pub(super) mod deliveries;

/// How long an answer waits for a ping that follows a change. A receiver that is slower finds the endpoint `pending` a
/// little longer.
const PING_WAIT: Duration = Duration::from_secs(3);

/// What came of a ping, and the endpoint as it is then.
pub(super) type Pinged = (deliver::Outcome, Row);

/// Pings an endpoint that was just made or moved; `None` where it is not known soon what came of it.
pub(super) async fn ping_after(web: &Web, row: Row) -> Option<Pinged> {
    let (services, courier) = (web.services.clone(), web.courier.clone());
    let ping = tokio::spawn(async move { deliver::ping(&services, &courier, row).await });
    match tokio::time::timeout(PING_WAIT, ping).await {
        Ok(Ok(Ok(pinged))) => return Some(pinged),
        Ok(Ok(Err(error))) => tracing::warn!(%error, "a ping could not be made: {error}"),
        Ok(Err(error)) => tracing::error!(%error, "a ping ended early: {error}"),
        Err(_) => {}
    }
    None
}

/// Pings an endpoint of the caller's and waits for what comes of it.
///
/// # Errors
/// When there is none, it asked for no more requests, or its address or secret cannot be read.
pub(super) async fn ping(web: &Web, caller: &Caller, id: &str) -> Result<Pinged, CommandError> {
    let row = ping_webhook(&web.services, caller.clone(), id.to_owned()).await?;
    let (services, courier) = (web.services.clone(), web.courier.clone());
    let ping = tokio::spawn(async move { deliver::ping(&services, &courier, row).await });
    match ping.await {
        Ok(Ok(pinged)) => Ok(pinged),
        Ok(Err(PingError::Store(error))) => Err(error.into()),
        Ok(Err(error @ PingError::Unusable(_))) => Err(CommandError::Conflict(error.to_string())),
        Err(error) => Err(CommandError::Cut(error.to_string())),
    }
}
