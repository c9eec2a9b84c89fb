//! `/console/proposals`: what sources speak for, side by side with what stands here, for whoever decides it.
//!
//! Owns its pages. Refuses to know what deciding does: that is the same commands' as the API's. Invariants: what somebody decides
//! is what they were shown; a proposal of another office does not exist here.

pub(super) mod decide;
pub(super) mod edit;
mod form;
mod line;
pub(super) mod list;
pub(super) mod past;
pub(super) mod show;
mod sides;
pub(super) mod together;

use axum::response::Response;
use serde_json::json;

pub(super) use list::source_of;

use line::Line;

use super::{
    answer::{refused, see},
    seat::Seated,
    sources::office,
    words as w,
};
use crate::{
    commands::{CommandError, proposals::find_for},
    domain::{activity::Activity, rights::Deed},
    http::{Web, site::listed::Badge},
    ids::{ActivityId, sha256_hex},
    store::{
        self, StoreError,
        activities::Stored,
        proposals::{Document, Row, State, Wanted, document},
    },
};

/// A proposal with what it says and the activity that it is about, as they are now.
struct Case {
    row: Row,
    document: Document,
    /// None where it is gone.
    stored: Option<Stored>,
}

impl Case {
    /// The proposal of an id in an address, when whoever sits there may see it.
    async fn find(web: &Web, seated: &Seated, id: &str) -> Result<Self, Response> {
        let refuse = |error: CommandError| refused(web, seated, error);
        seated.must(Deed::ReadDrafts).map_err(refuse)?;
        let db = web.services.db.reader();
        let found = find_for(db, &seated.caller(), id).await;
        let row = found.map_err(refuse)?;
        Self::of(web, row)
            .await
            .map_err(|error| refused(web, seated, error.into()))
    }

    async fn of(web: &Web, row: Row) -> Result<Self, StoreError> {
        let document = document(&row)?;
        let stored = match row.activity_id.parse::<ActivityId>() {
            Ok(id) => store::activities::find(web.services.db.reader(), &id).await?,
            Err(_) => None,
        };
        Ok(Self {
            row,
            document,
            stored,
        })
    }

    fn state(&self) -> State {
        self.row.state.parse().unwrap_or(State::Superseded)
    }

    fn is_open(&self) -> bool {
        self.state() == State::Open
    }

    fn is_rejected(&self) -> bool {
        self.state() == State::Rejected
    }

    fn at(&self) -> String {
        at(&self.row.id)
    }

    /// Whether somebody may decide it.
    fn may_decide(&self, seated: &Seated) -> bool {
        let office = self.row.office.parse();
        office.is_ok_and(|office| seated.seat.role.may(Deed::WriteActivity, office))
    }

    /// Refuses who may not decide it.
    fn must_decide(&self, seated: &Seated) -> Result<(), CommandError> {
        if self.may_decide(seated) {
            return Ok(());
        }
        Err(CommandError::Forbidden {
            role: seated.seat.role,
            what: Deed::WriteActivity.name().to_owned(),
        })
    }

    /// What makes sure that it is decided as it was shown: what it says, and of a draft that is to be announced which one.
    fn seen(&self) -> String {
        let is_new = self.row.kind == "new";
        let version = self.stored.as_ref().map(|stored| stored.version);
        let shown = json!([self.document, version.filter(|_| is_new)]);
        sha256_hex(shown.to_string().as_bytes())
    }
}

/// Where a proposal stands in the console.
fn at(id: &str) -> String {
    format!("/console/proposals/{id}")
}

/// What waits for somebody's word.
pub(super) fn waiting(seated: &Seated) -> Wanted {
    Wanted {
        state: Some(State::Open),
        office: office(seated, Deed::ReadDrafts),
        ..Wanted::default()
    }
}

/// On to what waits next after a decision: of the same source first, else of any; the list where nothing does.
async fn onward(web: &Web, seated: &Seated, row: &Row, done: &str) -> Response {
    match next(web, seated, row).await {
        Ok(Some(next)) => see(&format!("{}?{done}", at(&next.id))),
        Ok(None) => see(&format!("/console/proposals?{done}")),
        Err(error) => refused(web, seated, error.into()),
    }
}

async fn next(web: &Web, seated: &Seated, row: &Row) -> Result<Option<Row>, StoreError> {
    let db = web.services.db.reader();
    let any = waiting(seated);
    let same = Wanted {
        source: Some(row.source_id.clone()),
        ..any.clone()
    };
    for (wanted, after) in [(&same, row.id.as_str()), (&same, ""), (&any, "")] {
        let found = store::proposals::list(db, wanted, after, 1).await?;
        if let Some(next) = found.into_iter().next() {
            return Ok(Some(next));
        }
    }
    Ok(None)
}

/// What was just decided, by the query that leads on.
fn decided(query: Option<&str>, seated: &Seated) -> Option<&'static str> {
    let phrase = match query? {
        "accepted" => w::DONE_ACCEPTED,
        "rejected" => w::DONE_REJECTED,
        _ => return None,
    };
    Some(phrase.plain(seated.language))
}

/// Something that is proposed about an activity.
pub(super) struct Proposed {
    pub(super) href: String,
    pub(super) badge: Badge,
    pub(super) conflict: bool,
    pub(super) said: String,
}

/// What waits about an activity, as far as somebody may see it.
pub(super) async fn about(
    web: &Web,
    seated: &Seated,
    activity: &Activity,
) -> Result<Vec<Proposed>, StoreError> {
    if !seated.may(Deed::ReadDrafts) {
        return Ok(Vec::new());
    }
    let wanted = Wanted {
        activity: Some(activity.id.to_string()),
        ..waiting(seated)
    };
    let rows = store::proposals::list(web.services.db.reader(), &wanted, "", 50).await?;
    let mut about = Vec::with_capacity(rows.len());
    for row in rows {
        let document = document(&row)?;
        let language = seated.language;
        about.push(Proposed {
            href: at(&row.id),
            badge: line::badge(&row, language),
            conflict: document.conflict,
            said: sides::summary(&row, &document, language),
        });
    }
    Ok(about)
}
