//! An entry that stands in its source no more.

use std::collections::{HashMap, HashSet};

use super::{
    look::{Desk, Look},
    rows::{Rows, evidence, id_of},
};
use crate::{
    commands::CommandError,
    domain::tracking::{Do, Proposed, vanished},
    ids::ActivityId,
    store::{
        activities::Stored,
        source_entries::{Entry, seen},
    },
};

/// Calls its activity off, where no other entry says that it takes place.
pub(super) fn gone_entry(
    look: &Look<'_>,
    mut row: Entry,
    activities: &HashMap<ActivityId, Stored>,
    (stands, elsewhere): (&HashSet<String>, &HashSet<String>),
    desk: &mut Desk<'_>,
    rows: &mut Rows,
) -> Result<(), CommandError> {
    row.gone = true;
    row.note = None;
    row.changed_at = look.now;
    let id = row.activity_id.as_deref().and_then(|id| id.parse().ok());
    let stored = id.and_then(|id: ActivityId| activities.get(&id));
    let stored = stored.filter(|stored| !row.refused && !stands.contains(id_of(stored)));
    match stored {
        Some(stored) => {
            let latest = seen(&row, &row.latest)?;
            let settled = row.settled.as_deref();
            let settled = settled.map(|text| seen(&row, text)).transpose()?;
            let desired = vanished(settled.as_ref(), &latest, &stored.activity, look.now);
            // Another source has it still: its draft stays, and what is public needs a person's word.
            let is_told = elsewhere.contains(id_of(stored));
            let mut desired: Vec<Proposed> = desired
                .into_iter()
                .filter(|proposed| !is_told || proposed.action != Do::Delete)
                .collect();
            for proposed in &mut desired {
                proposed.conflict |= is_told;
            }
            let evidence = evidence(&row);
            let known = (evidence.as_ref(), settled.as_ref());
            desk.lay(&row.key, desired, stored, known)?;
        }
        None => desk.drop_all(&row.key),
    }
    rows.saved.push(row);
    Ok(())
}
