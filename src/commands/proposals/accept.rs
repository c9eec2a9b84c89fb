//! A proposal is accepted, as it is or with edits; or carried out, where its source is trusted with that.

use chrono::{DateTime, Utc};
use entity::vocab::Status;
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    asked::{act_of, body, uid_of},
    decide, open_for, settle,
};
use crate::{
    commands::{
        CommandError, Services,
        act::{Outcome, within},
        answered,
        audit::{Audited, Trail},
        delete_activity::forget,
        remember,
    },
    domain::{
        audit::Action,
        input::merge_patch,
        rights::Deed,
        role::Caller,
        source::ProposalKind,
        tracking::{self, Do},
    },
    ids::ActivityId,
    store::{
        self,
        activities::Stored,
        idempotency::Key,
        proposals::{Document, Row, State},
        source_entries,
        sources::settings,
    },
};

/// A proposal that somebody accepts.
#[derive(Clone, Debug)]
pub struct Accept {
    /// Who.
    pub caller: Caller,
    /// Which.
    pub id: String,
    /// What is done otherwise than proposed, as a merge patch over the action's body.
    pub edits: Option<Value>,
    /// Whether nobody was asked, since the source is trusted with it.
    pub trusted: bool,
    /// The tag of the proposal as it was seen; absent = as it is now.
    pub seen: Option<String>,
    /// Whether it is one of many that are accepted at once, of which those stay that need a word of their own.
    pub together: bool,
    /// For repeated requests.
    pub key: Option<Key>,
}

/// Why one needs a word of its own.
pub(super) const CONFLICT: &str = "an editor decided otherwise: it needs a word of its own";
pub(super) const LIKE: &str = "it may be here already: it needs a word of its own";

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Accepted {
    /// The proposal's id.
    pub id: String,
    /// What was done; nothing where a draft was deleted.
    pub outcome: Option<Outcome>,
}

/// Accepts it.
///
/// # Errors
/// When there is no such proposal, it waits no more, or the activity is not what the proposal shows; those of the action.
pub async fn accept(services: &Services, accept: Accept) -> Result<Accepted, CommandError> {
    let trail = Trail::of(&accept.caller, Action::ProposalAccept).on(&accept.id);
    services
        .audited(trail, async move |services, trail| {
            match transact(&services, trail, &accept).await {
                Err(Refused::Anew(row, why)) => {
                    // The next one who looks sees both as they are.
                    let tx = services.db.begin().await?;
                    store::proposals::refresh(&tx, *row).await?;
                    tx.commit().await?;
                    Err(CommandError::Conflict(why))
                }
                Err(Refused::Error(error)) => Err(error),
                Ok(done) => {
                    services.show().await;
                    Ok(done)
                }
            }
        })
        .await
}

/// Why nothing was done.
enum Refused {
    /// What stands here is not what the proposal shows: it is to show this, and why.
    Anew(Box<Row>, String),
    /// Anything else.
    Error(CommandError),
}

impl<E: Into<CommandError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

async fn transact(
    services: &Services,
    trail: Trail,
    accept: &Accept,
) -> Result<Audited<Accepted>, Refused> {
    let now = services.now();
    let tx = services.db.begin().await?;
    if let Some(accepted) = answered(&tx, accept.key.as_ref(), now).await? {
        return Ok(Audited::unchanged(accepted));
    }
    let row = open_for(&tx, &accept.caller, &accept.id).await?;
    let mut document = store::proposals::document(&row)?;
    if accept
        .seen
        .as_ref()
        .is_some_and(|seen| *seen != document.etag())
    {
        return Err(CommandError::Conflict(format!(
            "{} is not what it was when you looked at it: look again, and decide",
            row.id
        ))
        .into());
    }
    let id: ActivityId = row
        .activity_id
        .parse()
        .map_err(|_| CommandError::Conflict(format!("{} names no activity", row.id)))?;
    let stored = store::activities::find_locked(&tx, &id)
        .await?
        .ok_or_else(|| CommandError::Conflict(format!("{id} is gone, and {} with it", row.id)))?;
    let uid = uid_of(&tx, &row).await?;
    if let Some(why) = moved(&row, &mut document, &stored, uid.as_deref()) {
        let document = document.text();
        return Err(Refused::Anew(Box::new(Row { document, ..row }), why));
    }
    if accept.trusted && !still_trusted(&tx, &row, &document, &stored).await? {
        let why = format!(
            "{} is not trusted any more: it waits for a person's word",
            row.id
        );
        document.trusted = false;
        let document = document.text();
        return Err(Refused::Anew(Box::new(Row { document, ..row }), why));
    }
    document.body = body(&document, &stored, uid.as_deref());
    if accept.together {
        // What the whole was looked at for may have changed since.
        let why = match (document.conflict, document.like.is_empty()) {
            (true, _) => Some(CONFLICT),
            (false, false) => Some(LIKE),
            (false, true) => None,
        };
        if let Some(why) = why {
            return Err(CommandError::Conflict(why.to_owned()).into());
        }
    }
    if document.action == Do::Delete {
        // The source may have it on again, or another one have it still: it is new then.
        source_entries::release(&tx, id.as_str()).await?;
    }
    let about = (&document, &id, &stored);
    let outcome = carry_out(services, &tx, &trail, accept, about).await?;
    let notice = outcome.as_ref().and_then(|outcome| outcome.notice.as_ref());
    let position = notice.map(|notice| notice.position);
    let state = match accept.trusted {
        true => State::CarriedOut,
        false => State::Accepted,
    };
    if document.action != Do::Delete {
        settle(&tx, &row, &document).await?;
    }
    if accept.trusted
        && let Some(outcome) = &outcome
        && let Some(new) = store::proposals::new_locked(&tx, id.as_str()).await?
    {
        // What would be announced is what it says now; what somebody has worked on stays marked as that.
        let mut followed = store::proposals::document(&new)?;
        if followed.version == Some(stored.version) {
            followed.version = Some(outcome.version);
        }
        followed.now.extend(document.now);
        let document = followed.text();
        store::proposals::save(&tx, Row { document, ..new }).await?;
    }
    let row = decide(&tx, row, state, &accept.caller, None, position, now).await?;
    let accepted = Accepted {
        id: row.id,
        outcome,
    };
    remember(&tx, accept.key.as_ref(), &accepted).await?;
    Ok(trail.at(position).commit(tx, now, &[], accepted).await?)
}

/// Why the activity is not what the proposal shows; it shows that then.
fn moved(row: &Row, document: &mut Document, stored: &Stored, uid: Option<&str>) -> Option<String> {
    if document.action == Do::Announce {
        return None;
    }
    let names = document.here.keys().map(String::as_str);
    let here = tracking::here_of(&stored.activity, uid, names);
    let worked_on = document.action == Do::Delete && document.version != Some(stored.version);
    if here == document.here && !worked_on {
        return None;
    }
    document.here = here;
    document.version = document.version.map(|_| stored.version);
    (document.conflict, document.trusted) = (true, false);
    Some(format!(
        "the activity was changed since {} was made; the proposal shows what stands there now: decide again",
        row.id
    ))
}

/// Whether what its source was trusted with may be done without anybody's word still: the trust lasts, and nobody has worked on the
/// draft that would be announced.
async fn still_trusted(
    tx: &DatabaseTransaction,
    row: &Row,
    document: &Document,
    stored: &Stored,
) -> Result<bool, CommandError> {
    let activity = &stored.activity;
    let new = store::proposals::new_locked(tx, activity.id.as_str()).await?;
    let left_at = match &new {
        Some(new) => store::proposals::document(new)?.version,
        None => None,
    };
    let is_untouched = left_at == Some(stored.version)
        && activity.status == Status::InReview
        && activity.publish_at.is_none();
    let source = store::sources::find(tx, &row.source_id).await?;
    let source = source.map(|source| settings(&source)).transpose()?;
    let kind: Option<ProposalKind> = row.kind.parse().ok();
    let trusts = source.is_some_and(|source| {
        kind.is_some_and(|kind| source.trusts(kind, activity.content.office))
    });
    Ok(document.trusted
        && match document.action {
            Do::Announce => trusts && is_untouched,
            // A draft that nobody has worked on follows its source.
            Do::Update => trusts || is_untouched,
            _ => trusts,
        })
}

async fn carry_out(
    services: &Services,
    tx: &DatabaseTransaction,
    trail: &Trail,
    accept: &Accept,
    (document, id, stored): (&Document, &ActivityId, &Stored),
) -> Result<Option<Outcome>, CommandError> {
    let mut body = document.body.clone();
    if let Some(edits) = &accept.edits {
        if !edits.is_object() {
            return Err(CommandError::fault("/edits", "the edits are an object"));
        }
        if edits.pointer("/when/precision").is_some() && body.get("when").is_some() {
            // Another precision has other fields: a whole `when` stands for itself.
            body["when"] = Value::Null;
        }
        merge_patch(&mut body, edits);
    }
    let asked = async |word, body: &Value| act_of(tx, &accept.caller, stored, word, body).await;
    match document.action {
        Do::Delete => {
            delete(tx, &accept.caller, id, stored, services.now()).await?;
            return Ok(None);
        }
        Do::Announce => {
            // What is edited is edited first; when it is announced is no field of the draft.
            let mut when = Map::new();
            if let Some(at) = body
                .as_object_mut()
                .and_then(|body| body.remove("publish_at"))
            {
                when.insert("publish_at".to_owned(), at);
            }
            let mut announce = asked(Do::Announce, &Value::Object(when)).await?;
            if body.as_object().is_some_and(|edits| !edits.is_empty()) {
                let update = asked(Do::Update, &body).await?;
                announce.version = within(services, tx, trail, &update).await?.version;
            }
            within(services, tx, trail, &announce).await
        }
        word => within(services, tx, trail, &asked(word, &body).await?).await,
    }
    .map(Some)
}

/// Deletes the draft that was made of an entry.
pub(super) async fn delete(
    tx: &DatabaseTransaction,
    caller: &Caller,
    id: &ActivityId,
    stored: &Stored,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    let office = stored.activity.content.office;
    if !caller.role.may(Deed::WriteActivity, office) {
        return Err(CommandError::Forbidden {
            role: caller.role,
            what: format!("delete {id}"),
        });
    }
    forget(tx, id, stored, now).await
}
