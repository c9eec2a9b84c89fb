//! The shapes of sources and proposals.

use entity::vocab::{District, Kind};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{ActivityOutput, NoticeOutput};
use crate::{
    domain::{
        source::{ProposalKind, SourceFormat},
        tracking::{Do, Evidence, Said},
    },
    store::proposals::State,
};

/// What a request can set of a source.
#[derive(ToSchema)]
pub struct SourceInput {
    /// What it is called.
    name: String,
    /// Where it is; null = its files are brought.
    url: Option<String>,
    format: SourceFormat,
    /// `city` or a district's slug: whose it is, and whose new activities are. Your own when absent.
    office: Option<String>,
    /// The edition of entries that name none; the year of their start when absent.
    edition: Option<i32>,
    /// The district of entries that name none.
    district: Option<District>,
    /// The kind of entries that name none; `other` when absent.
    kind: Option<Kind>,
    /// Of a table: how its headings map.
    mapping: Option<String>,
    /// Entries that were over before this day are passed over.
    since: Option<String>,
    /// What is carried out without anybody's word; nothing when absent.
    trust: Option<Vec<ProposalKind>>,
    /// 5 to 10080; 60 when absent.
    interval_minutes: Option<i64>,
    /// Whether it is asked; true when absent.
    active: Option<bool>,
}

/// A source.
#[derive(ToSchema)]
pub struct SourceOutput {
    /// src_…
    id: String,
    name: String,
    url: Option<String>,
    format: SourceFormat,
    office: String,
    edition: Option<i32>,
    district: Option<District>,
    kind: Option<Kind>,
    mapping: Option<String>,
    since: Option<String>,
    trust: Vec<ProposalKind>,
    interval_minutes: i64,
    active: bool,
    /// What came of asking it last: `read`, `unchanged`, `doubtful`, `refused` or `failed`.
    outcome: Option<String>,
    /// What its office should look at.
    warning: Option<String>,
    /// Entries that it held when it was last whole.
    entries: i32,
    /// Failures in a row.
    failures: i32,
    polled_at: Option<String>,
    /// When it was last read as a whole.
    whole_at: Option<String>,
    next_poll_at: Option<String>,
    created_at: String,
    updated_at: String,
}

/// A page of sources.
#[derive(ToSchema)]
pub struct Sources {
    sources: Vec<SourceOutput>,
    next_cursor: Option<String>,
}

/// How a source is asked.
#[derive(ToSchema)]
pub struct PollInput {
    /// What it holds now is all, though entries are missing.
    confirm: Option<bool>,
}

/// What came of asking a source.
#[derive(ToSchema)]
pub struct FetchOutput {
    /// fch_…
    id: String,
    source: String,
    at: String,
    took_ms: i32,
    /// `read`, `unchanged`, `doubtful`, `refused` or `failed`.
    outcome: String,
    /// The HTTP status, where there was an answer.
    status: Option<i32>,
    /// Of the document, unpacked.
    bytes: i64,
    entries: i32,
    /// Proposals that it gave.
    proposals: i32,
    /// Entries that cannot be read.
    unread: i32,
    notes: Vec<String>,
}

/// What came of asking a source now.
#[derive(ToSchema)]
pub struct PollOutput {
    #[schema(inline)]
    #[serde(flatten)]
    fetch: FetchOutput,
    /// Proposals that were carried out, since the source is trusted with them.
    carried_out: usize,
}

/// A page of a source's log.
#[derive(ToSchema)]
pub struct Fetches {
    fetches: Vec<FetchOutput>,
    next_cursor: Option<String>,
}

/// An entry of a source.
#[derive(ToSchema)]
pub struct EntryOutput {
    /// What it is known by within its source.
    key: String,
    uid: Option<String>,
    /// The activity that is meant.
    activity: Option<String>,
    evidence: Option<Evidence>,
    said: Said,
    /// What it says, as an activity writes it; and `url`, its own page.
    fields: Value,
    /// Whether it stood there no more when the source was last whole.
    gone: bool,
    /// Whether somebody said that it is none of ours.
    refused: bool,
    /// Why nothing could be made of it.
    note: Option<String>,
    first_seen_at: String,
    changed_at: String,
}

/// A page of a source's entries.
#[derive(ToSchema)]
pub struct Entries {
    entries: Vec<EntryOutput>,
    next_cursor: Option<String>,
}

/// Which proposals; all that is named must hold.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProposalQuery {
    /// `open`, `accepted`, `rejected`, `carried_out` or `superseded`.
    state: Option<State>,
    /// For this office's word.
    office: Option<String>,
    /// src_…
    source: Option<String>,
    /// fch_…
    fetch: Option<String>,
    /// act_…
    activity: Option<String>,
    kind: Option<ProposalKind>,
}

/// A change that a source speaks for.
#[derive(ToSchema)]
pub struct ProposalOutput {
    /// prp_…
    id: String,
    source: String,
    fetch: String,
    /// The entry's key.
    entry: String,
    activity: String,
    /// Whose word it needs.
    office: String,
    kind: ProposalKind,
    state: State,
    /// What is done when it is accepted.
    action: Do,
    /// The action's body.
    body: Value,
    /// The fields it is about.
    fields: Vec<String>,
    /// What stands here.
    here: Value,
    /// What the source said before.
    before: Value,
    /// What it says now.
    now: Value,
    /// Whether an editor changed the same, or decided otherwise.
    conflict: bool,
    evidence: Option<Evidence>,
    /// Activities that look like a new one.
    like: Vec<String>,
    /// Whether its source was trusted with it.
    trusted: bool,
    created_at: String,
    decided_at: Option<String>,
    decided_by: Option<String>,
    reason: Option<String>,
    /// Of the notice that told it.
    position: Option<i64>,
}

/// A page of proposals.
#[derive(ToSchema)]
pub struct Proposals {
    proposals: Vec<ProposalOutput>,
    next_cursor: Option<String>,
}

/// What is done otherwise than proposed.
#[derive(ToSchema)]
pub struct AcceptInput {
    /// A merge patch over the proposal's body; for a new one over the draft, and `publish_at`.
    edits: Option<Value>,
}

/// What came of accepting.
#[derive(ToSchema)]
pub struct AcceptOutput {
    proposal: ProposalOutput,
    /// Null where a draft was deleted.
    activity: Option<ActivityOutput>,
    notice: Option<NoticeOutput>,
    warnings: Vec<String>,
}

/// Which activity a new entry is.
#[derive(ToSchema)]
pub struct LinkInput {
    /// act_…
    activity: String,
}

/// Why it is rejected.
#[derive(ToSchema)]
pub struct RejectInput {
    /// Up to 2,000 characters.
    reason: String,
}

/// What came of deciding all of a fetch.
#[derive(ToSchema)]
pub struct Together {
    /// Ids of those that were decided.
    decided: Vec<String>,
    /// Those that wait still.
    left: Vec<Left>,
}

/// A proposal that waits still.
#[derive(ToSchema)]
pub struct Left {
    id: String,
    /// Why.
    detail: String,
}
