//! A proposal is accepted, as it is or with edits; or carried out, where its source is trusted with that.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{asked::act_of, decide, open_for, settle};
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
        tracking::{self, Do},
    },
    ids::ActivityId,
    store::{
        self,
        activities::Stored,
        idempotency::Key,
        proposals::{Document, Row, State},
        source_entries,
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
    /// For repeated requests.
    pub key: Option<Key>,
}

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
                Err(Refused::Moved(row)) => {
                    // The next one who looks sees both as they are.
                    let id = row.id.clone();
                    let tx = services.db.begin().await?;
                    store::proposals::save(&tx, *row).await?;
                    tx.commit().await?;
                    Err(CommandError::Conflict(format!(
                        "the activity was changed since {id} was made; the proposal shows what stands there now: decide again"
                    )))
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
    /// What stands here is not what the proposal shows; it is to show that.
    Moved(Box<Row>),
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
    let id: ActivityId = row
        .activity_id
        .parse()
        .map_err(|_| CommandError::Conflict(format!("{} names no activity", row.id)))?;
    let stored = store::activities::find_locked(&tx, &id)
        .await?
        .ok_or_else(|| CommandError::Conflict(format!("{id} is gone, and {} with it", row.id)))?;
    if moved(&tx, &row, &mut document, &stored).await? {
        let document = document.text();
        return Err(Refused::Moved(Box::new(Row { document, ..row })));
    }
    let about = (&document, &id, &stored);
    let outcome = carry_out(services, &tx, &trail, accept, about).await?;
    let notice = outcome.as_ref().and_then(|outcome| outcome.notice.as_ref());
    let position = notice.map(|notice| notice.position);
    let state = match accept.trusted {
        true => State::CarriedOut,
        false => State::Accepted,
    };
    settle(&tx, &row, &document).await?;
    if accept.trusted
        && let Some(outcome) = &outcome
        && let Some(new) = store::proposals::new_locked(&tx, id.as_str()).await?
    {
        // Nobody has worked on the draft yet.
        let mut document = store::proposals::document(&new)?;
        document.version = Some(outcome.version);
        let document = document.text();
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

/// Whether the activity is not what the proposal shows; then it shows that.
async fn moved(
    tx: &DatabaseTransaction,
    row: &Row,
    document: &mut Document,
    stored: &Stored,
) -> Result<bool, CommandError> {
    if document.action == Do::Announce {
        return Ok(false);
    }
    let entry = source_entries::find(tx, &row.source_id, &row.entry_key).await?;
    let uid = entry.and_then(|entry| entry.uid);
    let here = tracking::here_of(
        &stored.activity,
        uid.as_deref(),
        document.fields.iter().map(String::as_str),
    );
    let same = document
        .fields
        .iter()
        .all(|name| document.here.get(name) == here.get(name));
    if !same {
        document.here = here;
        document.conflict = true;
    }
    Ok(!same)
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
