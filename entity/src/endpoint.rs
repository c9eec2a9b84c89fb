//! Where something is delivered to: what it wants, its secrets, its cursor into the log, its lease and breaker. A
//! partner's webhook endpoint, or, with a topic, a subscription at the hub.

use sea_orm::entity::prelude::*;

use crate::vocab::{EndpointState, Language, Ordering, Payload};

/// One endpoint.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "endpoints")]
pub struct Model {
    /// `end_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The token or user it belongs to.
    pub owner_id: String,
    /// Counts every save of what its owner set; the ETag of the API.
    pub version: i64,
    /// Of a subscription: the feed's address below `/feeds/`. Null for a partner's endpoint.
    #[sea_orm(unique_key = "topic_url")]
    pub topic: Option<String>,
    /// Where it posts to; a robot's address is sealed.
    #[sea_orm(unique_key = "topic_url")]
    pub url: String,
    /// Of a subscription: when its lease is over.
    pub expires_at: Option<DateTimeUtc>,
    /// The selection in its canonical form (`district=haidian&kind=roadshow`), empty = everything.
    pub selection: String,
    /// Notice kinds it wants, comma separated; empty = the default ones.
    pub notices: String,
    /// zh or en.
    pub language: Language,
    /// Full or thin.
    pub payload: Payload,
    /// The wire format.
    pub format: String,
    /// Whether older changes that wait are told once there is a newer one.
    pub ordering: Ordering,
    /// Sealed (`src/vault`): `whsec_…`, newest; of a robot or a subscription what somebody chose, empty for none.
    pub secret: String,
    /// The secrets before the last rotation that sign still, the newest first, each with its end; sealed as one text.
    pub old_secret: Option<String>,
    /// Signatures by the last of them stop then.
    pub old_secret_until: Option<DateTimeUtc>,
    /// Where it is in its life.
    pub state: EndpointState,
    /// While a new address has not answered its ping: the state that it was in, and will be in again; null = enabled.
    pub resumes_as: Option<EndpointState>,
    /// The last position it is done with (delivered, passed over or written down as an exception).
    pub cursor: i64,
    /// The last `x-endpoint-seq` given out.
    pub seq: i64,
    /// The last position that its replay is done with; null where none is under way.
    pub replay_cursor: Option<i64>,
    /// Where its last replay ends.
    pub replay_until: Option<i64>,
    /// What that replay's delivery ids are made of.
    pub replay_id: Option<String>,
    /// Whether its messages have ids of their own, instead of their notices'.
    pub replay_renames: bool,
    /// When the first of its exceptions is due; far in the future when it has none.
    pub due_at: DateTimeUtc,
    /// Fencing number, raised by each claim.
    pub epoch: i64,
    /// The instance that holds its lease.
    pub lease_owner: Option<String>,
    /// The lease's end; once it is past, or without an owner, the endpoint is free.
    pub lease_until: DateTimeUtc,
    /// Failures in a row.
    pub failures: i32,
    /// First of those failures.
    pub failing_since: Option<DateTimeUtc>,
    /// Last failure.
    pub last_failure_at: Option<DateTimeUtc>,
    /// Last success.
    pub last_success_at: Option<DateTimeUtc>,
    /// The breaker (or a Retry-After) holds it until then.
    pub held_until: Option<DateTimeUtc>,
    /// Made.
    pub created_at: DateTimeUtc,
    /// Changed by its owner.
    pub updated_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
