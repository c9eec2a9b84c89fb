//! The shapes of requests and answers, for the OpenAPI document alone.
//!
//! Nothing is read or written through these types, but for [`Empty`]: `domain` reads requests (with all faults at
//! once) and writes documents. A test compares the fields listed here with what the API answers.

#![expect(dead_code, reason = "described, never constructed")]

use entity::vocab::{
    Audience, District, Kind, Mode, NoticeKind, Qualifier, ReasonCode, Status, Strand,
};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{
        input::{Faults, Object, Read},
        text::{Text, Words},
    },
    transfer::Intent,
};

pub mod actions;
pub mod audit;
pub mod mappings;
pub mod reference;
pub mod sources;
pub mod webhooks;

/// An error (RFC 9457).
#[derive(ToSchema)]
pub struct Problem {
    /// Stable address of the kind of problem.
    r#type: String,
    /// The kind in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong, naming the value.
    detail: String,
    /// The request's id.
    instance: String,
    /// All faults of the input.
    errors: Option<Vec<Fault>>,
}

/// One fault of an input.
#[derive(ToSchema)]
pub struct Fault {
    /// JSON pointer (RFC 6901), or a parameter's name.
    pointer: String,
    /// What is wrong, naming the value.
    detail: String,
}

/// The version that the caller saw.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The ETag as it was answered, e.g. `"v12"`.
    #[param(rename = "If-Match")]
    if_match: String,
}

/// What the caller saw, where naming it is up to them.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct MaySee {
    /// The ETag as it was answered: what changed since is refused.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

/// For requests that may be sent again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKey {
    /// Same key, same answer, for 24 hours.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}

/// What becomes of a file's rows, and what fills their gaps.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Answer the diff and write nothing.
    dry_run: Option<bool>,
    /// `drafts` (default), `announced` or `history`.
    r#as: Option<Intent>,
    /// The edition of rows that name none.
    edition: Option<i32>,
    /// The district of rows that name none.
    district: Option<District>,
    /// The kind of rows that name none.
    kind: Option<Kind>,
    /// The id of a mapping that says how the table is read; what it fills gaps with comes after this query.
    mapping: Option<String>,
}

/// A selection: dimensions are joined by AND, comma lists of values by OR. A value that nobody knows is refused.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SelectionQuery {
    /// District slugs.
    district: Option<String>,
    /// Section slugs, each of some edition.
    section: Option<String>,
    /// Kinds.
    kind: Option<String>,
    /// Audiences.
    audience: Option<String>,
    /// Modes.
    mode: Option<String>,
    /// Slugs of series that there are, or once were in the log.
    series: Option<String>,
    /// Years of editions.
    edition: Option<String>,
    /// Strands.
    strand: Option<String>,
    /// Highlights only, or all others.
    highlight: Option<bool>,
}

/// A page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// 1 to 500; 100 when absent.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// When something happens, as precisely as it is known.
#[derive(ToSchema)]
#[serde(tag = "precision", rename_all = "snake_case")]
pub enum When {
    /// To the minute.
    Minute {
        /// RFC 3339 with offset.
        starts_at: String,
        /// RFC 3339 with offset.
        ends_at: Option<String>,
    },
    /// To the day.
    Day {
        /// The first day.
        starts_on: String,
        /// The last day, inclusive.
        ends_on: Option<String>,
    },
    /// To the month.
    Month {
        /// e.g. 2021-06.
        month: String,
    },
    /// Not known.
    Unknown,
}

/// A place.
#[derive(ToSchema)]
pub struct Venue {
    name: Words,
    address: Words,
    /// Degrees north, WGS-84.
    latitude: Option<f64>,
    /// Degrees east, WGS-84.
    longitude: Option<f64>,
}

/// Who stands behind an activity.
#[derive(ToSchema)]
pub struct Organizer {
    role: String,
    name: Words,
    url: Option<String>,
}

/// A number stated about an activity.
#[derive(ToSchema)]
pub struct Figure {
    what: String,
    value: f64,
    qualifier: Qualifier,
}

/// Whom to ask.
#[derive(ToSchema)]
pub struct Contact {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

/// Where a fact comes from.
#[derive(ToSchema)]
pub struct SourceRef {
    url: Option<String>,
    title: Option<String>,
    /// A day.
    stated_on: Option<String>,
    /// What it says, or how the fact follows from it.
    basis: Option<String>,
    /// The UID it has in an upstream calendar.
    uid: Option<String>,
}

/// Why something was changed.
#[derive(ToSchema)]
pub struct Reason {
    code: ReasonCode,
    zh: Option<String>,
    en: Option<String>,
}

/// What a request can set of an activity.
#[derive(ToSchema)]
pub struct ActivityInput {
    /// The edition's year.
    edition: i32,
    strand: Strand,
    title: Text,
    /// 1–80 of a–z, 0–9, hyphen; made from the title when absent; stays for ever.
    slug: Option<String>,
    /// A section of the edition.
    section: Option<String>,
    /// A series' slug.
    series: Option<String>,
    /// act_…
    parent: Option<String>,
    /// Needed for announcing.
    kind: Option<Kind>,
    summary: Option<Words>,
    description: Option<Words>,
    /// Needed for announcing.
    when: Option<When>,
    /// Always Asia/Shanghai.
    time_zone: Option<String>,
    districts: Option<Vec<District>>,
    venue: Option<Venue>,
    mode: Option<Mode>,
    live_url: Option<String>,
    registration_url: Option<String>,
    audiences: Option<Vec<Audience>>,
    /// ISO 3166-1 alpha-2.
    partner_regions: Option<Vec<String>>,
    organizers: Option<Vec<Organizer>>,
    /// Set by the organising office.
    highlight: Option<bool>,
    figures: Option<Vec<Figure>>,
    outcomes: Option<Vec<Words>>,
    contact: Option<Contact>,
    /// `city` or a district.
    office: Option<String>,
    sources: Option<Vec<SourceRef>>,
}

/// An activity.
#[derive(ToSchema)]
pub struct ActivityOutput {
    /// act_…
    id: String,
    /// The iCalendar UID.
    uid: String,
    slug: String,
    edition: i32,
    strand: Strand,
    section: Option<String>,
    series: Option<String>,
    parent: Option<String>,
    kind: Option<Kind>,
    title: Text,
    summary: Words,
    description: Words,
    /// Null only in drafts.
    when: Option<When>,
    time_zone: String,
    districts: Vec<District>,
    venue: Option<Venue>,
    mode: Option<Mode>,
    live_url: Option<String>,
    registration_url: Option<String>,
    audiences: Vec<Audience>,
    partner_regions: Vec<String>,
    organizers: Vec<Organizer>,
    highlight: bool,
    figures: Vec<Figure>,
    outcomes: Vec<Words>,
    contact: Option<Contact>,
    office: String,
    sources: Vec<SourceRef>,
    status: Status,
    /// The slot before it was rescheduled or postponed.
    previous_when: Option<When>,
    /// How many notices changed it; 0 for a draft.
    revision: i64,
    announced_at: Option<String>,
    updated_at: String,
    /// An embargo's hour; editors only.
    publish_at: Option<String>,
    /// Where a withdrawn one's readers are sent.
    replaced_by: Option<String>,
    links: Links,
}

/// An activity's addresses.
#[derive(ToSchema)]
pub struct Links {
    html: String,
    ics: String,
    history: String,
}

/// A notice.
#[derive(ToSchema)]
pub struct NoticeOutput {
    /// Its place in the log.
    position: i64,
    /// ntc_…
    id: String,
    kind: NoticeKind,
    activity_id: Option<String>,
    revision: Option<i64>,
    published_at: String,
    recorded_at: String,
    reason: Option<Reason>,
    /// Fields of the content that changed.
    changed: Vec<String>,
    /// Those fields as they were, and the status when it moved.
    before: Value,
    /// Those fields as they are.
    after: Value,
    /// Where a historic statement is taken from.
    source: Option<SourceRef>,
    /// The whole activity as of this revision.
    activity: Option<ActivityOutput>,
    digest: Option<Digest>,
}

/// A month's activities.
#[derive(ToSchema)]
pub struct Digest {
    /// e.g. 2021-07.
    month: String,
    activities: Vec<ActivityOutput>,
}

/// What every write on an activity answers.
#[derive(ToSchema)]
pub struct ActivityAnswer {
    activity: ActivityOutput,
    notice: Option<NoticeOutput>,
    /// What the change does to the promise, and other things worth knowing.
    warnings: Vec<String>,
}

/// A page of activities.
#[derive(ToSchema)]
pub struct Activities {
    activities: Vec<ActivityOutput>,
    next_cursor: Option<String>,
}

/// A stretch of the log.
#[derive(ToSchema)]
pub struct Notices {
    /// Which log; another one means: start over.
    log: String,
    notices: Vec<NoticeOutput>,
    /// Send it as `after`.
    next_after: i64,
    /// The last position there is.
    head: i64,
}

/// Nothing.
#[derive(ToSchema)]
pub struct Empty {}

impl Read for Empty {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        Object::open(value, at, faults)?.close(faults);
        Some(Self {})
    }
}

/// What looks like an activity.
#[derive(ToSchema)]
pub struct AlikeList {
    alike: Vec<Alike>,
}

/// An activity that looks like another one.
#[derive(ToSchema)]
pub struct Alike {
    id: String,
    title: Text,
    when: Option<Value>,
    /// How alike the titles are, 0 to 1.
    likeness: f64,
}
