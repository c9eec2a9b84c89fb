//! The recording of many deliveries' results at once.
//!
//! Invariant: a result moves its endpoint only under the epoch of the lease it was made with; the attempt itself is
//! written down in any case, since the request was sent.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{
    attempt,
    vocab::{EndpointState, Trigger},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use serde::{Serialize, Serializer};

use super::StoreError;

/// One try.
pub type Attempt = attempt::Model;

/// The state of one endpoint after some tries.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    /// The endpoint.
    pub id: String,
    /// Under which epoch.
    pub epoch: i64,
    /// Done with the log up to here.
    pub cursor: i64,
    /// Done with its replay up to here; none where none is under way any more.
    pub replay_cursor: Option<i64>,
    /// The last sequence number given out.
    pub seq: i64,
    /// Where it is in its life; an owner's pause meanwhile goes before it.
    pub state: EndpointState,
    /// Failures in a row.
    pub failures: i32,
    /// The first of them.
    #[serde(serialize_with = "stamp_or_null")]
    pub failing_since: Option<DateTime<Utc>>,
    /// The last failure.
    #[serde(serialize_with = "stamp_or_null")]
    pub last_failure_at: Option<DateTime<Utc>>,
    /// The last success.
    #[serde(serialize_with = "stamp_or_null")]
    pub last_success_at: Option<DateTime<Utc>>,
    /// Nothing before then.
    #[serde(serialize_with = "stamp_or_null")]
    pub held_until: Option<DateTime<Utc>>,
    /// Whether the lease is given back.
    pub release: bool,
}

/// One try that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The delivery.
    pub delivery_id: String,
    /// To whom.
    pub endpoint_id: String,
    /// Which notice; null for a ping.
    pub position: Option<i64>,
    /// Its sequence number; 0 for a ping.
    pub seq: i64,
    /// The `webhook-id`, where it is not the notice's.
    pub webhook_id: Option<String>,
    /// 1 for the first try.
    pub number: i32,
    /// What set it off.
    pub trigger: Trigger,
    /// When it was sent.
    #[serde(serialize_with = "stamp")]
    pub sent_at: DateTime<Utc>,
    /// How long it took.
    pub duration_ms: i32,
    /// The answer's status.
    pub status: Option<i32>,
    /// `success` or a failure code.
    pub outcome: &'static str,
    /// The address connected to.
    pub address: Option<String>,
    /// The start of the answer.
    pub response_excerpt: Option<String>,
}

/// An exception as it is to stand from now on.
#[derive(Clone, Debug, Serialize)]
pub struct Owed {
    /// The delivery.
    pub id: String,
    /// To whom.
    pub endpoint_id: String,
    /// Which notice.
    pub position: i64,
    /// Its sequence number.
    pub seq: i64,
    /// What set it off.
    pub trigger: Trigger,
    /// The bytes of the first try; none where they are made anew from the notice.
    pub body: Option<String>,
    /// The `webhook-id`, where it is not the notice's.
    pub webhook_id: Option<String>,
    /// Tries made.
    pub attempts: i32,
    /// The next try; null = given up.
    #[serde(serialize_with = "stamp_or_null")]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Not after then.
    #[serde(serialize_with = "stamp_or_null")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Made.
    #[serde(serialize_with = "stamp")]
    pub created_at: DateTime<Utc>,
}

/// Results of many endpoints, for one transaction.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The endpoints; the last word on each counts.
    pub progress: Vec<Progress>,
    /// The tries made.
    pub tried: Vec<Tried>,
    /// Exceptions that came about or go on.
    pub owed: Vec<Owed>,
    /// Exceptions that are over: their ids and endpoints.
    pub settled: Vec<(String, String)>,
    /// Endpoints whose exceptions were looked at, so that `due_at` is to be computed again.
    pub looked_at: Vec<String>,
}

impl Results {
    /// Whether there is nothing to write down.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            progress,
            tried,
            owed,
            settled,
            looked_at,
        } = self;
        progress.is_empty()
            && tried.is_empty()
            && owed.is_empty()
            && settled.is_empty()
            && looked_at.is_empty()
    }
}

/// An endpoint's row after results were written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// Where it is in its life: an owner's pause meanwhile went before what was reported.
    pub state: EndpointState,
    /// The version of what its owner set.
    pub version: i64,
}

/// An instant as both databases keep and compare it (SQLite: as text).
fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

fn stamp<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(*at))
}

#[expect(
    clippy::ref_option,
    reason = "the signature that serde's serialize_with asks for"
)]
fn stamp_or_null<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => stamp(at, serializer),
        None => serializer.serialize_none(),
    }
}

fn json<T: Serialize>(rows: &[T]) -> String {
    serde_json::to_string(rows).expect("rows have string keys only")
}

/// Writes results down; returns the endpoints that were still ours, as they stand now. Each statement takes the whole batch as one JSON
/// parameter, so that it is prepared once whatever the batch's size.
///
/// # Errors
/// When the database fails; then nothing was written.
pub async fn record(
    tx: &DatabaseTransaction,
    results: &Results,
) -> Result<HashMap<String, Stands>, StoreError> {
    let backend = tx.get_database_backend();
    let sql = Sql::of(backend);
    let mut ours = HashMap::with_capacity(results.progress.len());
    if !results.progress.is_empty() {
        let progress =
            Statement::from_sql_and_values(backend, sql.progress, [json(&results.progress).into()]);
        for row in tx.query_all_raw(progress).await? {
            let stands = Stands {
                state: row.try_get_by_index(1)?,
                version: row.try_get_by_index(2)?,
            };
            ours.insert(row.try_get_by_index::<String>(0)?, stands);
        }
    }
    let owed: Vec<&Owed> = results
        .owed
        .iter()
        .filter(|owed| ours.contains_key(&owed.endpoint_id))
        .collect();
    let run = async |sql: &str, rows: String| {
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, [rows.into()]))
            .await
    };
    if !owed.is_empty() {
        run(sql.owed, json(&owed)).await?;
    }
    let settled: Vec<&str> = results
        .settled
        .iter()
        .filter(|(_, endpoint)| ours.contains_key(endpoint))
        .map(|(id, _)| id.as_str())
        .collect();
    if !settled.is_empty() {
        run(sql.settled, json(&settled)).await?;
    }
    if !results.tried.is_empty() {
        run(sql.tried, json(&results.tried)).await?;
    }
    let looked_at: Vec<&String> = results
        .looked_at
        .iter()
        .filter(|endpoint| ours.contains_key(*endpoint))
        .collect();
    if !looked_at.is_empty() {
        run(sql.due, json(&looked_at)).await?;
    }
    Ok(ours)
}

/// The statements of one database. They differ in how JSON becomes rows, and in that PostgreSQL must lock rows in one
/// order when somebody else may lock several of them too.
struct Sql {
    progress: &'static str,
    owed: &'static str,
    settled: &'static str,
    tried: &'static str,
    due: &'static str,
}

impl Sql {
    fn of(backend: DbBackend) -> &'static Self {
        match backend {
            DbBackend::Postgres => &POSTGRES,
            _ => &SQLITE,
        }
    }
}

const POSTGRES: Sql = Sql {
    progress: "
WITH v AS (
  SELECT * FROM jsonb_to_recordset($1::text::jsonb) AS v(
    id text, epoch bigint, cursor bigint, replay_cursor bigint, seq bigint, state text, failures int, failing_since timestamptz,
    last_failure_at timestamptz, last_success_at timestamptz, held_until timestamptz, release boolean)
), locked AS MATERIALIZED (
  SELECT e.id FROM endpoints e JOIN v ON v.id = e.id AND v.epoch = e.epoch ORDER BY e.id FOR UPDATE OF e
)
UPDATE endpoints e SET
  cursor = v.cursor, replay_cursor = v.replay_cursor, seq = v.seq, failures = v.failures, failing_since = v.failing_since,
  last_failure_at = v.last_failure_at, last_success_at = v.last_success_at, held_until = v.held_until,
  state = CASE WHEN e.state IN ('enabled', 'failing') THEN v.state ELSE e.state END,
  lease_owner = CASE WHEN v.release THEN NULL ELSE e.lease_owner END
FROM v JOIN locked ON locked.id = v.id
WHERE e.id = v.id AND e.epoch = v.epoch
RETURNING e.id, e.state, e.version",
    owed: "
INSERT INTO delivery_exceptions
  (id, endpoint_id, position, seq, trigger, body, webhook_id, attempts, next_attempt_at, expires_at, created_at)
SELECT id, endpoint_id, position, seq, trigger, body, webhook_id, attempts, next_attempt_at, expires_at, created_at
FROM jsonb_to_recordset($1::text::jsonb) AS v(
  id text, endpoint_id text, position bigint, seq bigint, trigger text, body text, webhook_id text, attempts int,
  next_attempt_at timestamptz, expires_at timestamptz, created_at timestamptz)
ON CONFLICT (id) DO UPDATE SET
  body = excluded.body, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at",
    settled: "
DELETE FROM delivery_exceptions WHERE id IN (SELECT jsonb_array_elements_text($1::text::jsonb))",
    tried: "
INSERT INTO attempts
  (delivery_id, endpoint_id, position, seq, webhook_id, number, trigger, sent_at, duration_ms, status, outcome, address,
   response_excerpt)
SELECT delivery_id, endpoint_id, position, seq, webhook_id, number, trigger, sent_at, duration_ms, status, outcome, address,
  response_excerpt
FROM jsonb_to_recordset($1::text::jsonb) AS v(
  delivery_id text, endpoint_id text, position bigint, seq bigint, webhook_id text, number int, trigger text, sent_at timestamptz,
  duration_ms int, status int, outcome text, address text, response_excerpt text)",
    due: "
UPDATE endpoints e SET due_at = coalesce(
  (SELECT min(x.next_attempt_at) FROM delivery_exceptions x WHERE x.endpoint_id = e.id),
  '9999-01-01T00:00:00+00:00')
WHERE e.id IN (SELECT jsonb_array_elements_text($1::text::jsonb))",
};

/// `jsonb_each` gives each row as SQLite has read it; `json_each` would write it as text, to be read for every column.
const SQLITE: Sql = Sql {
    progress: "
UPDATE endpoints SET
  cursor = v.cursor, replay_cursor = v.replay_cursor, seq = v.seq, failures = v.failures, failing_since = v.failing_since,
  last_failure_at = v.last_failure_at, last_success_at = v.last_success_at, held_until = v.held_until,
  state = CASE WHEN endpoints.state IN ('enabled', 'failing') THEN v.state ELSE endpoints.state END,
  lease_owner = CASE WHEN v.release THEN NULL ELSE endpoints.lease_owner END
FROM (SELECT
  value->>'$.id' AS id, value->>'$.epoch' AS epoch, value->>'$.cursor' AS cursor,
  value->>'$.replay_cursor' AS replay_cursor, value->>'$.seq' AS seq,
  value->>'$.state' AS state, value->>'$.failures' AS failures, value->>'$.failing_since' AS failing_since,
  value->>'$.last_failure_at' AS last_failure_at, value->>'$.last_success_at' AS last_success_at,
  value->>'$.held_until' AS held_until, value->>'$.release' AS release
  FROM jsonb_each($1)) AS v
WHERE endpoints.id = v.id AND endpoints.epoch = v.epoch
RETURNING id, state, version",
    owed: "
INSERT INTO delivery_exceptions
  (id, endpoint_id, position, seq, trigger, body, webhook_id, attempts, next_attempt_at, expires_at, created_at)
SELECT value->>'$.id', value->>'$.endpoint_id', value->>'$.position', value->>'$.seq', value->>'$.trigger',
  value->>'$.body', value->>'$.webhook_id', value->>'$.attempts', value->>'$.next_attempt_at', value->>'$.expires_at',
  value->>'$.created_at'
FROM jsonb_each($1) WHERE true
ON CONFLICT (id) DO UPDATE SET
  body = excluded.body, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at",
    settled: "
DELETE FROM delivery_exceptions WHERE id IN (SELECT value FROM json_each($1))",
    tried: "
INSERT INTO attempts
  (delivery_id, endpoint_id, position, seq, webhook_id, number, trigger, sent_at, duration_ms, status, outcome, address,
   response_excerpt)
SELECT value->>'$.delivery_id', value->>'$.endpoint_id', value->>'$.position', value->>'$.seq', value->>'$.webhook_id',
  value->>'$.number',
  value->>'$.trigger', value->>'$.sent_at', value->>'$.duration_ms', value->>'$.status', value->>'$.outcome',
  value->>'$.address', value->>'$.response_excerpt'
FROM jsonb_each($1)",
    due: "
UPDATE endpoints SET due_at = coalesce(
  (SELECT min(x.next_attempt_at) FROM delivery_exceptions x WHERE x.endpoint_id = endpoints.id),
  '9999-01-01T00:00:00+00:00')
WHERE id IN (SELECT value FROM json_each($1))",
};
