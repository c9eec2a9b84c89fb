//! The shapes of webhook endpoints and deliveries.

use std::collections::BTreeMap;

use entity::vocab::{
    Audience, District, EndpointState, Kind, Language, Mode, NoticeKind, Ordering, Payload, Strand,
    Trigger, WireFormat,
};
use utoipa::ToSchema;

/// Which activities: dimensions are joined by AND, values by OR. A value that nobody knows is refused.
#[derive(ToSchema)]
pub struct Selection {
    district: Option<Vec<District>>,
    section: Option<Vec<String>>,
    kind: Option<Vec<Kind>>,
    audience: Option<Vec<Audience>>,
    mode: Option<Vec<Mode>>,
    series: Option<Vec<String>>,
    edition: Option<Vec<i32>>,
    strand: Option<Vec<Strand>>,
    highlight: Option<bool>,
}

/// What a request can set of an endpoint.
#[derive(ToSchema)]
pub struct WebhookInput {
    /// https, on port 443 or another that this service allows; no private address.
    url: String,
    /// Everything when absent.
    selection: Option<Selection>,
    /// All kinds but `corrected` when absent or empty.
    notices: Option<Vec<NoticeKind>>,
    /// Of links; `zh` when absent.
    language: Option<Language>,
    /// `standard` when absent; never changed.
    format: Option<WireFormat>,
    /// What a `feishu` or `dingtalk` robot signs with, where its group asks for that. Shown to nobody.
    secret: Option<String>,
    /// `full` when absent.
    payload: Option<Payload>,
    /// `all` when absent; `latest` passes over changes that wait when there is a newer one of their activity.
    ordering: Option<Ordering>,
}

/// An endpoint.
#[derive(ToSchema)]
pub struct WebhookOutput {
    /// end_…
    id: String,
    /// Of a robot the origin alone: the rest lets anybody write to its group.
    url: String,
    selection: Selection,
    notices: Vec<NoticeKind>,
    language: Language,
    format: WireFormat,
    payload: Payload,
    ordering: Ordering,
    state: EndpointState,
    /// whsec_…; only in the answers that made it.
    secret: Option<String>,
    /// What a ping came to, in answers to requests that sent one: `success` or a failure code.
    ping: Option<String>,
    /// Counts every change of its settings.
    version: i64,
    /// The last position of the log that it is done with.
    cursor: i64,
    /// The last `x-endpoint-seq`.
    seq: i64,
    /// Failures in a row.
    failures: i32,
    failing_since: Option<String>,
    /// Nothing is sent before then.
    held_until: Option<String>,
    last_success_at: Option<String>,
    last_failure_at: Option<String>,
    /// What is delivered once more; null when nothing is.
    replay: Option<ReplayUnderWay>,
    /// The secret before the last rotation signs until then.
    old_secret_until: Option<String>,
    created_at: String,
    updated_at: String,
}

/// A page of endpoints.
#[derive(ToSchema)]
pub struct Webhooks {
    webhooks: Vec<WebhookOutput>,
    next_cursor: Option<String>,
}

/// For rotate.
#[derive(ToSchema)]
pub struct Rotate {
    /// How long the old secret signs on: 0 to 168, 24 when absent.
    grace_hours: Option<u32>,
}

/// For resume.
#[derive(ToSchema)]
pub struct Resume {
    /// What of the time in between is delivered: `none`, `missed` (when absent) or `latest_per_activity`.
    replay: Option<String>,
}

/// For replay.
#[derive(ToSchema)]
pub struct Replay {
    /// After this position.
    after: i64,
    /// Up to this one; as far as the endpoint has come when absent.
    until: Option<i64>,
    /// Only count.
    dry_run: Option<bool>,
    /// With a `webhook-id` of their own, for receivers that drop what they have seen.
    new_id: Option<bool>,
}

/// A replay under way.
#[derive(ToSchema)]
pub struct ReplayUnderWay {
    /// The last position that it is done with.
    cursor: i64,
    /// Where it ends.
    until: i64,
}

/// What is delivered once more.
#[derive(ToSchema)]
pub struct Replayed {
    after: i64,
    until: i64,
    /// How many notices.
    notices: u64,
    /// Whether they were only counted.
    dry_run: bool,
}

/// What an endpoint is owed, and how its last day went.
#[derive(ToSchema)]
pub struct WebhookStats {
    state: EndpointState,
    /// The last position it is done with.
    cursor: i64,
    /// The last position there is.
    head: i64,
    /// Notices it is still to get, retries and a replay included.
    owed: u64,
    /// When the oldest notice after its cursor was written down.
    oldest_owed_at: Option<String>,
    /// Deliveries that failed and will be tried again.
    retrying: u64,
    /// Deliveries that were given up.
    failed: u64,
    /// The last `x-endpoint-seq`.
    delivered_seq: i64,
    last_24_hours: LastDay,
}

/// A day's attempts.
#[derive(ToSchema)]
pub struct LastDay {
    attempts: i64,
    /// By `success` or a failure code.
    by_outcome: BTreeMap<String, i64>,
}

/// A delivery in a list.
#[derive(ToSchema)]
pub struct Delivery {
    /// dlv_…
    id: String,
    endpoint_id: String,
    /// The notice's id; a ping's own.
    webhook_id: Option<String>,
    /// The notice's position; null for a ping.
    position: Option<i64>,
    /// `x-endpoint-seq`; null for a ping.
    seq: Option<i64>,
    trigger: Trigger,
    /// `waiting`, `retrying`, `delivered` or `failed`.
    state: String,
    /// Tries made.
    attempts: i32,
    /// `success` or a failure code of the last try.
    outcome: Option<String>,
    /// HTTP status of the last try.
    status: Option<i32>,
    last_attempt_at: Option<String>,
    next_attempt_at: Option<String>,
}

/// A page of deliveries.
#[derive(ToSchema)]
pub struct Deliveries {
    deliveries: Vec<Delivery>,
    next_cursor: Option<String>,
}

/// A delivery with its attempts.
#[derive(ToSchema)]
pub struct DeliveryOutput {
    #[schema(inline)]
    #[serde(flatten)]
    delivery: Delivery,
    /// The attempts, the first one first.
    tried: Vec<Tried>,
    /// The bytes, while it is still owed or was given up.
    body: Option<String>,
}

/// One attempt.
#[derive(ToSchema)]
pub struct Tried {
    number: i32,
    sent_at: String,
    duration_ms: i32,
    /// `success` or a failure code.
    outcome: String,
    status: Option<i32>,
    /// The address connected to; where there was no answer, those that the name led to.
    address: Option<String>,
    /// As sent, without the signature.
    request_headers: BTreeMap<String, String>,
    /// Up to 8 KiB of the answer, without control characters.
    response_excerpt: Option<String>,
}

/// A delivery that was asked for.
#[derive(ToSchema)]
pub struct Redelivery {
    /// dlv_…
    id: String,
    endpoint_id: String,
}
