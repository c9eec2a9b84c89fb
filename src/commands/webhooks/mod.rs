//! What the owner of a webhook endpoint can ask for: one file for each thing.
//!
//! Owns whose endpoint it is and what may be done to it in which state; refuses to know how deliveries are made.
//! Architecture invariant: an endpoint of somebody else does not exist for a caller; a secret is in the answer that
//! made it and in no other, remembered ones included.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::vocab::{EndpointState, Trigger, WireFormat};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{CommandError, Services};
use crate::{
    domain::{
        dates::instant,
        input::Faults,
        rights::Deed,
        role::Caller,
        selection::Selection,
        subscription::{Subscription, Wanted},
        text::WebAddress,
    },
    guard::{Guard, ResolveError, VetError},
    store::{self, StoreError, endpoints::Row, exceptions::Exception},
    vault::Vault,
};

pub mod create;
pub mod delete;
pub mod end_replay;
pub mod figures;
pub mod patch;
pub mod pause;
pub mod ping;
pub mod redeliver;
pub mod replay;
pub mod resume;
pub mod rotate;

/// What a write on an endpoint answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The endpoint as its owner sees it.
    pub endpoint: Value,
    /// The version of its row.
    pub version: i64,
    /// A new secret, in the first answer only.
    #[serde(skip)]
    pub secret: Option<String>,
    /// The row, for a ping that follows; not in a repeated answer.
    #[serde(skip)]
    pub row: Option<Box<Row>>,
}

impl Outcome {
    fn of(vault: &Vault, row: Row) -> Self {
        Self {
            endpoint: shown(vault, &row),
            version: row.version,
            secret: None,
            row: Some(Box::new(row)),
        }
    }
}

/// What the owner set.
///
/// # Errors
/// When the columns cannot be read.
pub fn subscription(vault: &Vault, row: &Row) -> Result<Subscription, StoreError> {
    let unreadable = |detail: String| {
        StoreError::Database(DbErr::Type(format!("endpoint {}: {detail}", row.id)))
    };
    let url = vault.open(&row.url);
    let format = row.format.parse::<WireFormat>();
    Ok(Subscription {
        url: WebAddress(url.map_err(|error| unreadable(error.to_string()))?),
        wanted: store::endpoints::wanted(row)?,
        language: row.language,
        payload: row.payload,
        ordering: row.ordering,
        format: format.map_err(|error| unreadable(error.to_string()))?,
    })
}

/// A robot's address as it is shown: the rest of it lets anybody write to the group.
fn masked(url: &WebAddress) -> String {
    let origin = url::Url::parse(&url.0).map(|url| url.origin().ascii_serialization());
    format!("{}/…", origin.unwrap_or_default())
}

/// An endpoint as its owner sees it: everything but the secrets.
#[must_use]
pub fn shown(vault: &Vault, row: &Row) -> Value {
    let set = subscription(vault, row).map_or_else(
        |_| serde_json::Map::new(),
        |subscription| {
            let mut set = subscription.to_json();
            if subscription.format.is_robot() {
                set.insert("url".to_owned(), json!(masked(&subscription.url)));
            }
            set
        },
    );
    let at = |at: Option<DateTime<Utc>>| at.map(instant::text);
    let mut shown = json!({
        "id": row.id, "state": row.state, "version": row.version, "cursor": row.cursor, "seq": row.seq,
        "failures": row.failures, "failing_since": at(row.failing_since), "held_until": at(row.held_until),
        "last_success_at": at(row.last_success_at), "last_failure_at": at(row.last_failure_at),
        "replay": row.replay_cursor.map(|cursor| json!({"cursor": cursor, "until": row.replay_until})),
        "old_secret_until": at(row.old_secret_until), "created_at": instant::text(row.created_at),
        "updated_at": instant::text(row.updated_at),
    });
    if let Some(fields) = shown.as_object_mut() {
        fields.extend(set);
    }
    shown
}

/// That there is nothing of that id, or not for whoever asks.
#[must_use]
pub fn not_found(what: &'static str, id: &str) -> CommandError {
    CommandError::NotFound {
        what,
        id: id.chars().take(60).collect(),
    }
}

/// Whether an endpoint exists for a caller.
#[must_use]
pub fn sees(caller: &Caller, row: &Row) -> bool {
    caller
        .role
        .reach(Deed::Webhooks)
        .covers(row.owner_id == caller.owner())
}

/// An endpoint of the caller's, to look at.
///
/// # Errors
/// When there is none, or it is somebody else's.
pub async fn find_for(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: &str,
) -> Result<Row, CommandError> {
    store::endpoints::find(db, id)
        .await?
        .filter(|row| sees(caller, row))
        .ok_or_else(|| not_found("webhook", id))
}

/// An endpoint of the caller's, locked, to change it.
async fn load_for(
    tx: &impl ConnectionTrait,
    caller: &Caller,
    id: &str,
    expected: Option<i64>,
) -> Result<Row, CommandError> {
    let row = store::endpoints::find_locked(tx, id)
        .await?
        .filter(|row| sees(caller, row))
        .ok_or_else(|| not_found("webhook", id))?;
    match expected {
        Some(expected) if expected != row.version => Err(CommandError::Stale {
            expected,
            present: row.version,
        }),
        _ => Ok(row),
    }
}

/// Takes the lease away: what is under way is not recorded over what the owner asks for now.
fn fence(row: &mut Row) {
    row.epoch += 1;
    row.lease_owner = None;
}

/// Forgets failures: the endpoint begins anew.
fn heal(row: &mut Row) {
    row.failures = 0;
    row.failing_since = None;
    row.held_until = None;
}

fn touch(row: &mut Row, now: DateTime<Utc>) {
    row.version += 1;
    row.updated_at = now;
}

fn refused(row: &Row, what: &str, hint: &str) -> CommandError {
    CommandError::Conflict(format!(
        "cannot {what} {}, which is {}{hint}",
        row.id, row.state
    ))
}

/// How long a name's look-up may hold up an answer; what is not known by then is found out by the ping.
const LOOK_UP: Duration = Duration::from_secs(4);

/// Notes a fault when an address must not be delivered to. A name that leads nowhere at the moment is none: the ping
/// will tell, and tell again once it does.
async fn vet(guard: &Guard, subscription: &Subscription, faults: &mut Faults) {
    let Subscription { url, format, .. } = subscription;
    match tokio::time::timeout(LOOK_UP, guard.vet(&url.0)).await {
        Ok(Ok(_)) | Err(_) => {}
        Ok(Err(VetError::Resolve(ResolveError::Unknown { .. } | ResolveError::Busy { .. }))) => {}
        Ok(Err(refused)) => {
            // A name or password that stands in an address is not repeated, nor a robot's address.
            let shown: String = match format.is_robot() {
                true => masked(url),
                false => url::Url::parse(&url.0)
                    .map(|mut url| {
                        let _ = (url.set_username(""), url.set_password(None));
                        url.to_string()
                    })
                    .unwrap_or_default(),
            };
            let shown: String = shown.chars().take(120).collect();
            faults.add("/url", format!("{shown:?}: {refused}"));
        }
    }
}

/// Notes as faults the values of a selection that nobody knows. What the endpoint names already it may go on naming: a
/// series may be deleted under it.
async fn check_values(
    services: &Services,
    wanted: &Selection,
    named: &Selection,
    faults: &mut Faults,
) {
    let unknown = || {
        let state = services.catalogue.read();
        let mut unknown = state.unknown_values(wanted);
        let gone = state.unknown_values(named);
        unknown.retain(|value| !gone.contains(value));
        unknown
    };
    if unknown().is_empty() {
        return;
    }
    // Another instance may have made it a moment ago.
    services.show().await;
    for value in unknown() {
        faults.add(format!("/selection/{}", value.pointer), value.detail);
    }
}

fn set(vault: &Vault, row: &mut Row, subscription: &Subscription) {
    let Subscription {
        url,
        wanted: Wanted { selection, notices },
        language,
        payload,
        format,
        ordering,
    } = subscription;
    let notices: Vec<&str> = notices.iter().map(|kind| kind.as_str()).collect();
    row.format = format.to_string();
    if !format.is_robot() {
        row.url.clone_from(&url.0);
    } else if vault.open(&row.url).as_ref() != Ok(&url.0) {
        // Sealed anew it would pass for another address.
        row.url = vault.seal(&url.0);
    }
    row.selection = selection.canonical();
    row.notices = notices.join(",");
    row.language = *language;
    row.payload = *payload;
    row.ordering = *ordering;
}

/// Something owed again: due now, its bytes made when it is sent.
fn owed_again(
    id: String,
    row: &Row,
    position: i64,
    seq: i64,
    trigger: Trigger,
    now: DateTime<Utc>,
) -> Exception {
    Exception {
        id,
        endpoint_id: row.id.clone(),
        position,
        seq,
        trigger,
        body: None,
        webhook_id: None,
        attempts: 0,
        next_attempt_at: Some(now),
        expires_at: None,
        created_at: now,
    }
}

/// Refuses what needs an endpoint that is, or will again be, delivered to.
fn must_deliver(row: &Row, what: &str) -> Result<(), CommandError> {
    match row.state {
        EndpointState::Enabled | EndpointState::Failing | EndpointState::Paused => Ok(()),
        EndpointState::Pending => Err(refused(row, what, ": it has not answered a ping yet")),
        EndpointState::Disabled => Err(refused(row, what, ": resume it first")),
        EndpointState::Gone => Err(refused(row, what, GONE)),
    }
}

const GONE: &str = ": its receiver asked for no more requests; give it an address by PATCH";
