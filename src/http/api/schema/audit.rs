//! The shapes of the audit.

use utoipa::{IntoParams, ToSchema};

/// Which entries; all that is named must hold.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// A token's or person's id, `cli`, `worker`.
    actor: Option<String>,
    /// act_…, end_…, usr_…, 2027, 2027/haidian, a series' slug.
    subject: Option<String>,
    /// `activity.reschedule` and its like (docs/AUDIT.md).
    action: Option<String>,
    /// `done` or `refused`.
    outcome: Option<String>,
    /// From this instant on (RFC 3339).
    from: Option<String>,
    /// Before this instant (RFC 3339).
    to: Option<String>,
}

/// Who did what, or was refused it.
#[derive(ToSchema)]
pub struct AuditEntry {
    /// aud_…
    id: String,
    at: String,
    /// A token's or person's id; `cli` or `worker` for this program itself; null = nobody known.
    actor_id: Option<String>,
    role: Option<String>,
    action: String,
    /// The id of what it was done to.
    subject: Option<String>,
    /// `done` or `refused`.
    outcome: String,
    /// Of a refusal: the last part of the problem's type.
    reason: Option<String>,
    /// JSON pointers of what changed or was at fault.
    fields: Vec<String>,
    /// 1; more where further refusals of a day were only counted.
    times: i64,
    /// Of the notice that told the public.
    position: Option<i64>,
    /// The request's id (X-Request-Id).
    request: Option<String>,
}

/// A page of the audit.
#[derive(ToSchema)]
pub struct AuditEntries {
    audit: Vec<AuditEntry>,
    next_cursor: Option<String>,
}
