//! An action on an activity: announce, reschedule, relocate, change-format, postpone, cancel, reinstate, hold,
//! withdraw, submit, return. The rules are `domain::action`; this is the transaction around them.
//!
//! Invariant: one commit holds the activity's row, its notice (and its children's, when asked) and the answer.

mod along;
mod publish;
mod rehearse;

use chrono::{DateTime, Utc};
use entity::vocab::Status;
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};

use super::{
    CommandError, Services, answered,
    audit::{Audited, Trail, between},
    proposals::overtake::overtake,
    references::{check_references, require_public_parent},
    remember,
};
use crate::{
    catalogue::Entry,
    domain::{
        action::Action,
        activity::Activity,
        audit,
        input::Faults,
        notice::Notice,
        parts::Comment,
        promise::{self, Changed, Consequence},
        rights::Deed,
        role::Caller,
    },
    ids::{ActivityId, CommentId},
    store::{self, activities::Stored, idempotency::Key},
};

use along::moved_children;
pub use along::{Stays, Why};
pub use publish::notice_of;
use publish::publish;
pub use rehearse::{Rehearsal, rehearse};

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
    let trail = Trail::of(&act.caller, audit::Action::from(&act.action)).on(&act.id);
    services
        .audited(trail, async move |services, trail| {
            perform(&services, trail, &act).await
        })
        .await
}

/// What became of it.
enum Done {
    /// It had been done already.
    Before(Box<Outcome>),
    /// It was done in this transaction.
    Now(Box<Rehearsal>),
}

/// Does it within a task of a command's, and shows it.
pub(super) async fn perform(
    services: &Services,
    trail: Trail,
    act: &Act,
) -> Result<Audited<Outcome>, CommandError> {
    let tx = services.db.begin().await?;
    let done = match done(services, &tx, act).await? {
        Done::Before(outcome) => return Ok(Audited::unchanged(*outcome)),
        Done::Now(done) => *done,
    };
    remember(&tx, act.key.as_ref(), &done.outcome).await?;
    let now = services.now();
    moved_along(&tx, &trail, &done, now).await?;
    let fields = changed_by(&done.before, &done.outcome.activity);
    let position = done.outcome.notice.as_ref().map(|notice| notice.position);
    let audited = trail
        .at(position)
        .commit(tx, now, &fields, done.outcome)
        .await?;
    told(act, position);
    services.show().await;
    Ok(audited)
}

/// Does it in a transaction that does more than that. Whoever commits it shows it.
///
/// # Errors
/// Those of [`act`].
pub(super) async fn within(
    services: &Services,
    tx: &DatabaseTransaction,
    trail: &Trail,
    act: &Act,
) -> Result<Outcome, CommandError> {
    let done = match done(services, tx, act).await? {
        Done::Before(outcome) => return Ok(*outcome),
        Done::Now(done) => *done,
    };
    let now = services.now();
    let trail = trail.doing(audit::Action::from(&act.action)).on(&act.id);
    moved_along(tx, &trail, &done, now).await?;
    let fields = changed_by(&done.before, &done.outcome.activity);
    let position = done.outcome.notice.as_ref().map(|notice| notice.position);
    trail.at(position).done(tx, now, &fields).await?;
    told(act, position);
    Ok(done.outcome)
}

/// Writes down those that moved along: they were changed by the same person.
async fn moved_along(
    tx: &DatabaseTransaction,
    trail: &Trail,
    done: &Rehearsal,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    for notice in done.notices.iter().skip(1) {
        let fields: Vec<String> = notice
            .changed
            .iter()
            .map(|name| format!("/{name}"))
            .collect();
        let trail = trail.clone().at(Some(notice.position));
        let child = notice.activity_id.as_ref().map(ActivityId::as_str);
        trail
            .on(child.unwrap_or_default())
            .done(tx, now, &fields)
            .await?;
    }
    Ok(())
}

fn told(act: &Act, position: Option<i64>) {
    tracing::info!(
        activity = %act.id, caller = %act.caller.id, action = act.action.name(),
        position, "{} was done to {}", act.action.name(), act.id
    );
}

/// What an action changed of an activity, by JSON pointers: its content, its status, its embargo.
fn changed_by(before: &Activity, after: &Activity) -> Vec<String> {
    let mut changed = between(&before.content, &after.content);
    if before.status != after.status {
        changed.push("/status".to_owned());
    }
    if before.publish_at != after.publish_at {
        changed.push("/publish_at".to_owned());
    }
    changed
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
    // Of what their proposals ask for. Sources come before activities, as wherever both are locked.
    let mut about = vec![act.id.as_str()];
    if let Action::Withdraw {
        replaced_by: Some(other),
        ..
    } = &act.action
    {
        about.push(other.as_str());
    }
    store::sources::lock_those_of(tx, &about, None).await?;
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
    let first = stored.activity.apply(&act.action, now)?;
    if makes_parent_public(&stored.activity, &first.activity) {
        require_public_parent(tx, &first.activity).await?;
    }
    let (moved, left) = match act.children {
        true => moved_children(tx, services, &stored, &first, act).await?,
        false => (Vec::new(), Vec::new()),
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
    let warnings = left.iter().map(ToString::to_string);
    let warnings = warnings.chain(consequences.iter().map(ToString::to_string));
    let warnings = warnings.collect();
    let (activity, notices) = if first.statement.is_some() {
        let notices = publish(services, tx, &stored, &act.action, &moved).await?;
        let told = notices.first().and_then(|notice| notice.activity.clone());
        (told.unwrap_or_else(|| first.activity.clone()), notices)
    } else {
        save(tx, &first.activity, stored.version, now).await?;
        (first.activity.clone(), Vec::new())
    };
    comment(tx, act, stored.version + 1, now).await?;
    for changed in &changed {
        overtake(tx, (changed.before, changed.after), now).await?;
    }
    if let Action::Withdraw {
        replaced_by: Some(other),
        ..
    } = &act.action
    {
        // What its sources say is said of the other one from now on.
        store::source_entries::link(tx, act.id.as_str(), other.as_str()).await?;
        store::source_entries::look_again(tx, other.as_str()).await?;
    }
    Ok(Done::Now(Box::new(Rehearsal {
        before: stored.activity,
        outcome: Outcome {
            activity,
            version: stored.version + 1,
            notice: notices.first().cloned(),
            warnings,
        },
        notices,
        consequences,
        left,
    })))
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
