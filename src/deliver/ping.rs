//! A ping: one signed request that shows whether an endpoint takes what we send.
//!
//! Invariant: only a ping of the very address that stands in the row makes an endpoint `enabled`.

use entity::vocab::{EndpointState, Trigger, WireFormat};
use url::Url;

use super::{
    destination::Destination,
    format,
    judge::Outcome,
    message,
    post::{Courier, Label, Parcel},
    sign::Secret,
};
use crate::{
    commands::Services,
    ids::DeliveryId,
    store::{self, StoreError, deliveries::Results, endpoints::Row},
};

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum PingError {
    /// The address or the secret in the row cannot be read.
    #[error(
        "the address or the secret of {0} cannot be read; an operator finds out why with `yueli doctor`"
    )]
    Unusable(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends a ping to an endpoint; returns what came of it, and the row as it is then.
///
/// # Errors
/// When nothing could be sent, or the result not be recorded.
pub async fn ping(
    services: &Services,
    courier: &Courier,
    row: Row,
) -> Result<(Outcome, Row), PingError> {
    let now = services.now();
    let to = Destination::of(&services.vault, &row, now)
        .ok_or_else(|| PingError::Unusable(row.id.clone()))?;
    let format = format::of(to.format);
    let delivery_id = DeliveryId::new(now).to_string();
    let receipt = courier
        .post(Parcel {
            url: &to.url,
            body: format.trial(&format::Trial {
                kind: "endpoint.ping",
                id: &delivery_id,
                endpoint_id: &row.id,
                language: row.language,
                now,
                links: &services.links,
            }),
            label: Label::Webhook {
                format,
                id: &delivery_id,
                secrets: &to.secrets,
                number: 1,
                trigger: Trigger::Test,
                seq: None,
            },
        })
        .await;
    let outcome = receipt.outcome;
    let results = Results {
        tried: vec![receipt.tried(delivery_id, row.id.clone(), None, 0, 1, Trigger::Test)],
        ..Results::default()
    };
    let row = record(services, row, outcome, &results).await?;
    if row.state == EndpointState::Enabled {
        courier.nudge();
    }
    Ok((outcome, row))
}

/// What came of a trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its `webhook-id`.
    pub id: String,
    /// The result.
    pub outcome: Outcome,
    /// The answer's status, when there was one.
    pub status: Option<i32>,
    /// The start of the answer.
    pub excerpt: Option<String>,
    /// How long it took.
    pub took: std::time::Duration,
}

/// Sends one `endpoint.test` message to an address; nothing is written down.
pub async fn trial(courier: &Courier, url: &Url, secret: Secret) -> Trial {
    let now = courier.now();
    let id = DeliveryId::new(now).to_string();
    let receipt = courier
        .post(Parcel {
            url,
            body: message::trial("endpoint.test", "end_test", now),
            label: Label::Webhook {
                format: format::of(WireFormat::Standard),
                id: &id,
                secrets: &[secret],
                number: 1,
                trigger: Trigger::Test,
                seq: None,
            },
        })
        .await;
    let (outcome, took) = (receipt.outcome, receipt.took);
    let tried = receipt.tried(id.clone(), String::new(), None, 0, 1, Trigger::Test);
    Trial {
        id,
        outcome,
        status: tried.status,
        excerpt: tried.response_excerpt,
        took,
    }
}

/// The states that a ping ends. What its owner paused, or what was given up for days, waits for its owner.
fn is_mended_by_a_ping(state: EndpointState) -> bool {
    match state {
        EndpointState::Pending | EndpointState::Failing => true,
        EndpointState::Enabled
        | EndpointState::Paused
        | EndpointState::Disabled
        | EndpointState::Gone => false,
    }
}

async fn record(
    services: &Services,
    pinged: Row,
    outcome: Outcome,
    results: &Results,
) -> Result<Row, StoreError> {
    let now = services.now();
    let tx = services.db.begin().await?;
    let Some(mut row) = store::endpoints::find_locked(&tx, &pinged.id).await? else {
        // Deleted meanwhile: its log is gone too.
        return Ok(pinged);
    };
    store::deliveries::record(&tx, results).await?;
    // It says nothing of another address, nor of one that was given up already.
    let counts = row.url == pinged.url && row.state != EndpointState::Gone;
    match outcome {
        Outcome::Success if counts && is_mended_by_a_ping(row.state) => {
            tracing::info!(endpoint = %row.id, "the endpoint {} answered its ping", row.id);
            row.state = row.resumes_as.take().unwrap_or(EndpointState::Enabled);
            if row.state == EndpointState::Enabled {
                row.failing_since = None;
            }
            row.failures = 0;
            row.held_until = None;
            row.last_success_at = Some(now);
        }
        Outcome::Gone if counts => {
            tracing::warn!(endpoint = %row.id, "the endpoint {} said that it is gone", row.id);
            // What its owner paused stays so once there is another address.
            if matches!(row.state, EndpointState::Paused | EndpointState::Disabled) {
                row.resumes_as = Some(row.state);
            }
            row.state = EndpointState::Gone;
        }
        _ => {
            tx.commit().await.map_err(StoreError::from)?;
            return Ok(row);
        }
    }
    // A probe that is under way knows less.
    row.epoch += 1;
    row.lease_owner = None;
    store::endpoints::save(&tx, row.clone()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(row)
}
