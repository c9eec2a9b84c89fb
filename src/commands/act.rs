//! An action on an activity: announce, reschedule, relocate, change-format, postpone, cancel, reinstate, hold,
//! withdraw, submit, return. The rules are `domain::action`; this is the transaction around them.
//!
//! Invariant: one commit holds the activity's row, its notice (and its children's, when asked) and the answer.

use chrono::{DateTime, Utc};
use entity::vocab::{NoticeKind, Status};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};

use super::{
    CommandError, Services, answered,
    references::{check_references, require_public_parent},
    remember,
};
use crate::{
    catalogue::Entry,
    domain::{
        action::{Action, Change, Statement},
        activity::Activity,
        input::Faults,
        notice::Notice,
        parts::Comment,
        promise::{self, Changed, Consequence},
        rights::Deed,
        role::Caller,
    },
    ids::{ActivityId, CommentId, NoticeId},
    store::{self, activities::Stored, idempotency::Key},
};

/// What a write on an activity answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The activity as it is now.
    pub activity: Activity,
    /// The version of its row.
    pub version: i64,
    /// What was published; nothing for drafts.
    pub notice: Option<Notice>,
    /// What the change does to the promise, and other things worth knowing.
    pub warnings: Vec<String>,
}

/// A change that somebody asks for.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who.
    pub caller: Caller,
    /// To which activity.
    pub id: ActivityId,
    /// The version they saw.
    pub version: i64,
    /// What.
    pub action: Action,
    /// Whether its children move along.
    pub children: bool,
    /// What is said about it in the review; kept with `submit`, `return` and `announce` alone.
    pub comment: Option<Comment>,
    /// For repeated requests.
    pub key: Option<Key>,
}

/// Does it.
///
/// # Errors
/// When there is no such activity, the caller may not, the version is stale, or the state does not allow it.
pub async fn act(services: &Services, act: Act) -> Result<Outcome, CommandError> {
    services
        .run(async move |services| {
            let outcome = transact(&services, &act).await?;
            services.show().await;
            Ok(outcome)
        })
        .await
}

/// What an action would do: exactly that, and nothing of it is kept.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The activity as it is.
    pub before: Activity,
    /// What would be answered; a notice's position is the next one, and may be somebody else's by then.
    pub outcome: Outcome,
    /// All notices that would be published: of the activity, and of those that move along.
    pub notices: Vec<Notice>,
    /// What it would do to the promise.
    pub consequences: Vec<Consequence>,
    /// What else there is to know: which others would stay as they are.
    pub remarks: Vec<String>,
}

/// Rehearses it: does everything, and takes it back.
///
/// # Errors
/// Those of [`act`].
pub async fn rehearse(services: &Services, mut act: Act) -> Result<Rehearsal, CommandError> {
    // A key would answer by what was done before.
    act.key = None;
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            let done = done(&services, &tx, &act).await?;
            tx.rollback().await?;
            let Done::Now {
                outcome,
                before,
                notices,
                consequences,
                remarks,
            } = done
            else {
                return Err(CommandError::Cut("nothing was rehearsed".to_owned()));
            };
            Ok(Rehearsal {
                before: *before,
                outcome: *outcome,
                notices,
                consequences,
                remarks,
            })
        })
        .await
}

/// What became of it.
enum Done {
    /// It had been done already.
    Before(Box<Outcome>),
    /// It was done in this transaction.
    Now {
        outcome: Box<Outcome>,
        before: Box<Activity>,
        notices: Vec<Notice>,
        consequences: Vec<Consequence>,
        remarks: Vec<String>,
    },
}

async fn transact(services: &Services, act: &Act) -> Result<Outcome, CommandError> {
    let tx = services.db.begin().await?;
    let outcome = match done(services, &tx, act).await? {
        Done::Before(outcome) => return Ok(*outcome),
        Done::Now { outcome, .. } => *outcome,
    };
    remember(&tx, act.key.as_ref(), &outcome).await?;
    tx.commit().await?;
    tracing::info!(
        activity = %act.id, caller = %act.caller.id, action = act.action.name(),
        position = outcome.notice.as_ref().map(|notice| notice.position),
        "{} was done to {}", act.action.name(), act.id
    );
    Ok(outcome)
}

async fn done(
    services: &Services,
    tx: &DatabaseTransaction,
    act: &Act,
) -> Result<Done, CommandError> {
    // On SQLite it waits here for whoever writes: what it decides is as of when its turn has come.
    let now = services.now();
    if let Some(outcome) = answered(tx, act.key.as_ref(), now).await? {
        return Ok(Done::Before(Box::new(outcome)));
    }
    let stored = load_for(tx, &act.caller, &act.id, Deed::of(&act.action)).await?;
    if stored.version != act.version {
        return Err(CommandError::Stale {
            expected: act.version,
            present: stored.version,
        });
    }
    if let Action::Withdraw {
        replaced_by: Some(other),
        ..
    } = &act.action
        && *other != act.id
        && store::activities::find(tx, other)
            .await?
            .is_none_or(|found| {
                !found.activity.status.is_public() || found.activity.status == Status::Withdrawn
            })
    {
        return Err(CommandError::fault(
            "/replaced_by",
            format!("there is no public activity {other}"),
        ));
    }
    if let Action::Update { content, .. } = &act.action {
        let mut faults = Faults::default();
        check_references(
            tx,
            &act.caller,
            content,
            Some(&stored.activity),
            &mut faults,
        )
        .await?;
        faults.check(Some(()))?;
    }
    let mut warnings = Vec::new();
    let first = stored.activity.apply(&act.action, now)?;
    if makes_parent_public(&stored.activity, &first.activity) {
        require_public_parent(tx, &first.activity).await?;
    }
    let moved = if act.children {
        moved_children(tx, services, &stored, &first, act, &mut warnings).await?
    } else {
        Vec::new()
    };
    let mut changed = vec![Changed {
        before: &stored.activity,
        after: &first.activity,
    }];
    changed.extend(moved.iter().map(|child| Changed {
        before: &child.stored.activity,
        after: &child.becomes,
    }));
    let consequences = consequences(services, &changed, now);
    let told = warnings.clone();
    warnings.extend(consequences.iter().map(ToString::to_string));
    let (activity, notices) = if first.statement.is_some() {
        let notices = publish(services, tx, &stored, &act.action, &moved).await?;
        let told = notices.first().and_then(|notice| notice.activity.clone());
        (told.unwrap_or(first.activity), notices)
    } else {
        save(tx, &first.activity, stored.version, now).await?;
        (first.activity, Vec::new())
    };
    comment(tx, act, stored.version + 1, now).await?;
    Ok(Done::Now {
        outcome: Box::new(Outcome {
            activity,
            version: stored.version + 1,
            notice: notices.first().cloned(),
            warnings,
        }),
        before: Box::new(stored.activity),
        notices,
        consequences,
        remarks: told,
    })
}

/// Writes down that a review went a step, and what was said.
async fn comment(
    tx: &DatabaseTransaction,
    act: &Act,
    version: i64,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    let is_review = matches!(
        act.action,
        Action::Submit | Action::Return | Action::Announce { .. }
    );
    if !is_review {
        return Ok(());
    }
    let row = store::comments::Comment {
        id: CommentId::new(now).to_string(),
        activity_id: act.id.to_string(),
        version,
        author_id: act.caller.id.clone(),
        author_role: act.caller.role.to_string(),
        action: act.action.name().to_owned(),
        text: act.comment.clone().unwrap_or_default().0,
        created_at: now,
    };
    store::comments::insert(tx, row).await?;
    Ok(())
}

/// Whether a change shows the public a parent that it has not seen with this activity.
fn makes_parent_public(before: &Activity, after: &Activity) -> bool {
    let shown = after.status.is_public() || after.publish_at.is_some();
    shown && (!before.status.is_public() || before.content.parent != after.content.parent)
}

/// An activity that a caller may change; what they may not even see is not found.
///
/// # Errors
/// When there is none, or it is another office's.
pub(super) async fn load_for(
    tx: &DatabaseTransaction,
    caller: &Caller,
    id: &ActivityId,
    deed: Deed,
) -> Result<Stored, CommandError> {
    let not_found = || CommandError::NotFound {
        what: "activity",
        id: id.to_string(),
    };
    let stored = store::activities::find_locked(tx, id)
        .await?
        .ok_or_else(not_found)?;
    let office = stored.activity.content.office;
    if caller.role.may(deed, office) {
        return Ok(stored);
    }
    if !stored.activity.status.is_public() && !caller.role.may(Deed::ReadDrafts, office) {
        return Err(not_found());
    }
    Err(CommandError::Forbidden {
        role: caller.role,
        what: format!(
            "change {id}, which belongs to the office {office:?}",
            office = office.to_string()
        ),
    })
}

/// What a change does to the promise, as far as the public programme shows it.
fn consequences(
    services: &Services,
    changed: &[Changed<'_>],
    now: DateTime<Utc>,
) -> Vec<Consequence> {
    let state = services.catalogue.read();
    promise::consequences(
        |year| state.edition(year).map(|edition| &edition.value),
        state.activities().map(Entry::activity),
        changed,
        now,
    )
}

/// A child that goes along with its parent.
struct Moved {
    stored: Stored,
    action: Action,
    becomes: Activity,
}

async fn moved_children(
    tx: &DatabaseTransaction,
    services: &Services,
    parent: &Stored,
    change: &Change,
    act: &Act,
    warnings: &mut Vec<String>,
) -> Result<Vec<Moved>, CommandError> {
    let mut moved = Vec::new();
    for child in store::activities::children_locked(tx, &act.id).await? {
        let Some(action) = along(&act.action, parent, change, &child.activity) else {
            warnings.push(format!(
                "{} stays as it is: its date cannot be moved along",
                child.activity.id
            ));
            continue;
        };
        if !act
            .caller
            .role
            .may(Deed::of(&act.action), child.activity.content.office)
        {
            warnings.push(format!(
                "{} stays as it is: it belongs to the office {}",
                child.activity.id, child.activity.content.office
            ));
            continue;
        }
        match child.activity.apply(&action, services.now()) {
            Ok(change) => moved.push(Moved {
                stored: child,
                action,
                becomes: change.activity,
            }),
            Err(refusal) => {
                warnings.push(format!("{} stays as it is: {refusal}", child.activity.id))
            }
        }
    }
    Ok(moved)
}

/// What a parent's action means for a child; `None` when that cannot be said.
fn along(action: &Action, parent: &Stored, change: &Change, child: &Activity) -> Option<Action> {
    let slot = |reference: &Activity| {
        child
            .shown_when()
            .moved_along(reference.shown_when(), &change.activity.content.when)
    };
    match action {
        Action::Reschedule { reason, .. } => Some(Action::Reschedule {
            when: slot(&parent.activity)?,
            reason: reason.clone(),
        }),
        Action::Reinstate { when: Some(_) } => Some(Action::Reinstate {
            when: Some(slot(&parent.activity)?),
        }),
        Action::Reinstate { when: None } | Action::Postpone { .. } | Action::Cancel { .. } => {
            Some(action.clone())
        }
        Action::Relocate { .. } | Action::ChangeFormat { .. } => Some(action.clone()),
        Action::Submit
        | Action::Return
        | Action::Announce { .. }
        | Action::Update { .. }
        | Action::Hold { .. }
        | Action::Withdraw { .. } => None,
    }
}

/// Takes the positions (the last lock), decides again at the log's time, saves, appends.
async fn publish(
    services: &Services,
    tx: &DatabaseTransaction,
    stored: &Stored,
    action: &Action,
    moved: &[Moved],
) -> Result<Vec<Notice>, CommandError> {
    let count = 1 + i64::try_from(moved.len()).expect("children fit into i64");
    let taken = store::log::take(tx, count, services.now()).await?;
    // On PostgreSQL it waits there: it is written down now, after all that stand before it in the log.
    let now = services.now();
    let mut notices = Vec::with_capacity(moved.len() + 1);
    let all = std::iter::once((stored, action))
        .chain(moved.iter().map(|child| (&child.stored, &child.action)));
    for ((stored, action), position) in all.zip(taken.first..) {
        let change = stored.activity.apply(action, taken.published_at)?;
        let statement = change.statement.ok_or_else(|| {
            CommandError::Conflict(format!(
                "{} on {} gave no notice",
                action.name(),
                stored.activity.id
            ))
        })?;
        save(tx, &change.activity, stored.version, now).await?;
        if change.activity.status == Status::Withdrawn {
            store::comments::forget(tx, &change.activity.id).await?;
            let redacted = store::log::redact(tx, &change.activity.id).await?;
            store::exceptions::forget_bodies(tx, &redacted).await?;
            forget_answers(tx, &change.activity, stored.version + 1).await?;
        }
        notices.push(notice_of(
            change.activity,
            statement,
            position,
            stored.version + 1,
            taken.published_at,
            now,
        ));
    }
    store::log::append(tx, &notices, None).await?;
    Ok(notices)
}

/// Answers kept for repeated requests must not tell what a withdrawn activity said.
async fn forget_answers(
    tx: &DatabaseTransaction,
    withdrawn: &Activity,
    version: i64,
) -> Result<(), CommandError> {
    let answer = Outcome {
        activity: withdrawn.clone(),
        version,
        notice: None,
        warnings: Vec::new(),
    };
    let answer = serde_json::to_string(&answer).expect("answers have string keys only");
    store::idempotency::replace(tx, withdrawn.id.as_str(), answer).await?;
    Ok(())
}

/// The notice that states a change.
#[must_use]
pub fn notice_of(
    activity: Activity,
    statement: Statement,
    position: i64,
    version: i64,
    published_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
) -> Notice {
    let Statement {
        kind,
        reason,
        changed,
        before,
        after,
        source,
    } = statement;
    debug_assert!(
        kind.is_revision() && kind != NoticeKind::Digest,
        "an action states a revision"
    );
    Notice {
        position,
        id: NoticeId::new(recorded_at),
        kind,
        activity_id: Some(activity.id.clone()),
        revision: Some(activity.revision),
        published_at,
        recorded_at,
        reason,
        changed,
        before,
        after,
        source,
        activity: Some(activity),
        digest: None,
        history: false,
        activity_version: Some(version),
    }
}

async fn save(
    tx: &DatabaseTransaction,
    activity: &Activity,
    expected: i64,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    if store::activities::save(tx, activity, expected, now).await? {
        Ok(())
    } else {
        Err(CommandError::Stale {
            expected,
            present: expected + 1,
        })
    }
}
