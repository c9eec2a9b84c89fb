//! What an action makes of what waits about its activity.
//!
//! Invariants: what stands here, whoever did it, waits no more, and is settled; what could not be proposed before is looked at again.

use chrono::{DateTime, Utc};
use entity::vocab::Status;
use sea_orm::DatabaseTransaction;

use super::{asked::uid_of, settle};
use crate::{
    commands::CommandError,
    domain::{
        activity::Activity,
        source::ProposalKind,
        tracking::{self, Do},
    },
    store,
};

/// Whether it is put off or called off.
fn is_off(status: Status) -> bool {
    matches!(status, Status::Postponed | Status::Cancelled)
}

/// Settles what came about, and has looked at again what was not proposed as long as it was off or not public.
pub(in crate::commands) async fn overtake(
    tx: &DatabaseTransaction,
    (before, after): (&Activity, &Activity),
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    let id = after.id.as_str();
    if after.status == Status::Withdrawn {
        store::overtaken::supersede_about(tx, id, now).await?;
        return Ok(());
    }
    let is_back = is_off(before.status) && !is_off(after.status);
    if is_back {
        store::source_entries::look_again(tx, id).await?;
    }
    if before.content.office != after.content.office {
        let office = after.content.office.to_string();
        store::overtaken::hand_over(tx, id, &office).await?;
    }
    let mut moot = Vec::new();
    for row in store::overtaken::open_about(tx, id).await? {
        let document = store::proposals::document(&row)?;
        let uid = uid_of(tx, &row).await?;
        let stands = || tracking::stands_here(after, uid.as_deref(), &document.now);
        let has_come = match document.action {
            // What stands beside the mark is the date that is off.
            _ if row.kind == ProposalKind::Postpone.as_str() => {
                let is_open = !after.status.is_public() && !after.content.when.is_known();
                after.status == Status::Postponed || is_open
            }
            Do::Announce => after.status.is_public(),
            Do::Delete if after.status.is_public() => {
                // It would be called off now.
                store::source_entries::look_again(tx, id).await?;
                true
            }
            Do::Delete => false,
            Do::Cancel => after.status == Status::Cancelled,
            Do::Postpone => after.status == Status::Postponed,
            Do::Reinstate => is_back,
            Do::Reschedule | Do::Relocate | Do::ChangeFormat | Do::Update => stands(),
        };
        if !has_come {
            continue;
        }
        let is_settled = match document.action {
            Do::Announce | Do::Delete => false,
            // On again, but on another date than the source says: that is looked at when it is read next.
            Do::Reinstate => stands(),
            _ => true,
        };
        if is_settled {
            settle(tx, &row, &document).await?;
        }
        moot.push(row.id);
    }
    store::proposals::supersede(tx, &moot, now).await?;
    Ok(())
}
