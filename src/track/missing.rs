//! Entries that were there and are not: whether the source is to be believed, and which of them are there under another key.
//!
//! Invariant: an entry that cannot be read is there.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::look::{Desk, Look};
use crate::{
    commands::CommandError,
    domain::{
        likeness::folded,
        tracking::{self, Count, Doubt, Nameless, Seen, pairs},
    },
    store::{
        self,
        source_entries::{self, Entry, seen},
    },
    transfer::upstream::Upstream,
};

/// An entry that was there once, and is not now.
pub(super) struct Missing {
    key: String,
    seen: Seen,
    has_uid: bool,
    /// It was missing before.
    is_gone: bool,
}

/// When an entry is over; nothing where its date is not known.
fn over_at(seen: &Seen) -> Option<DateTime<Utc>> {
    seen.known_when().and_then(|when| when.over_at())
}

/// The entries that were there and are not; what cannot be read is there.
pub(super) fn missing(
    known: &HashMap<String, Entry>,
    upstream: &Upstream,
) -> Result<Vec<Missing>, CommandError> {
    let there: HashSet<&str> = upstream
        .entries
        .iter()
        .map(|entry| entry.key.as_str())
        .collect();
    let mut missing = Vec::new();
    for (key, entry) in known {
        if there.contains(key.as_str()) {
            continue;
        }
        let seen = seen(entry, &entry.latest)?;
        if upstream.may_hold(key, entry.uid.as_deref(), &seen) {
            continue;
        }
        missing.push(Missing {
            key: key.clone(),
            seen,
            has_uid: entry.uid.is_some(),
            is_gone: entry.gone,
        });
    }
    missing.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(missing)
}

/// Whether the source is not to be believed.
pub(super) fn doubt(
    look: &Look<'_>,
    known: &HashMap<String, Entry>,
    missing: &[Missing],
    paired: &[(usize, usize)],
    upstream: &Upstream,
) -> Option<Doubt> {
    if look.confirmed {
        return None;
    }
    let ended = |entry: &&Missing| {
        over_at(&entry.seen).is_some_and(|over| {
            over <= look.now && look.whole_at.is_none_or(|whole_at| over > whole_at)
        })
    };
    let new = || missing.iter().filter(|entry| !entry.is_gone);
    let mut count = Count {
        before: known.values().filter(|entry| !entry.gone).count(),
        now: upstream.entries.len() + upstream.faulty + upstream.passed,
        missing: new().count(),
        ended: new().filter(ended).count(),
    };
    if !look.source.format.is_whole() {
        // A feed shows what was published last.
        (count.missing, count.ended) = (0, 0);
    }
    // Another id for the same entry takes nothing away.
    let same = paired.iter().filter(|(old, _)| !missing[*old].is_gone);
    count.missing = count.missing.saturating_sub(same.count());
    count.ended = count.ended.min(count.missing);
    tracking::doubt(count)
}

/// Which of the missing ones are there under another key: indices into `missing` and the document's entries.
pub(super) fn paired(
    look: &Look<'_>,
    missing: &[Missing],
    upstream: &Upstream,
    known: &HashMap<String, Entry>,
) -> Result<Vec<(usize, usize)>, CommandError> {
    let fresh: Vec<usize> = (0..upstream.entries.len())
        .filter(|at| !known.contains_key(&upstream.entries[*at].key))
        .collect();
    if missing.is_empty() || fresh.is_empty() {
        return Ok(Vec::new());
    }
    // Titles that two entries to come bear tell neither, whichever side they stand on.
    let mut borne: HashMap<String, (usize, usize)> = HashMap::new();
    let to_come = |seen: &Seen| over_at(seen).is_none_or(|over| over > look.now);
    for entry in known.values().filter(|entry| !entry.gone) {
        let seen = seen(entry, &entry.latest)?;
        borne.entry(folded(seen.title())).or_default().0 += usize::from(to_come(&seen));
    }
    for entry in &upstream.entries {
        let title = folded(entry.seen.title());
        borne.entry(title).or_default().1 += usize::from(to_come(&entry.seen));
    }
    let is_whole = look.source.format.is_whole();
    let tells = |seen: &Seen| is_whole && borne.get(&folded(seen.title())) == Some(&(1, 1));
    let old: Vec<Nameless<'_>> = missing
        .iter()
        .map(|entry| Nameless {
            seen: &entry.seen,
            has_uid: entry.has_uid,
            // What was gone is the same again, or another one.
            by_likeness: !entry.is_gone,
            by_title: !entry.is_gone && to_come(&entry.seen) && tells(&entry.seen),
        })
        .collect();
    let new: Vec<Nameless<'_>> = fresh
        .iter()
        .map(|at| &upstream.entries[*at])
        .map(|entry| Nameless {
            seen: &entry.seen,
            has_uid: entry.uid.is_some(),
            by_likeness: true,
            by_title: to_come(&entry.seen) && tells(&entry.seen),
        })
        .collect();
    let ids_last = upstream.entries.iter().any(|entry| {
        let known = known.get(&entry.key);
        entry.uid.is_some() && known.is_some_and(|entry| !entry.gone)
    });
    Ok(pairs(&old, &new, ids_last)
        .into_iter()
        .map(|(old, at)| (old, fresh[at]))
        .collect())
}

/// Gives entries that go on under another key that key, and takes out those that are gone.
pub(super) async fn rekey(
    look: &Look<'_>,
    known: &mut HashMap<String, Entry>,
    missing: Vec<Missing>,
    paired: Vec<(usize, usize)>,
    upstream: &Upstream,
    desk: &mut Desk<'_>,
) -> Result<Vec<Entry>, CommandError> {
    let mut kept = HashSet::new();
    for (old, new) in paired {
        let (old, new) = (&missing[old].key, &upstream.entries[new]);
        let Some(mut entry) = known.remove(old) else {
            continue;
        };
        kept.insert(old.clone());
        source_entries::delete(look.tx, look.source_id, old).await?;
        store::proposals::rename(look.tx, look.source_id, old, &new.key).await?;
        desk.rename(old, &new.key);
        entry.key.clone_from(&new.key);
        source_entries::insert(look.tx, vec![entry.clone()]).await?;
        known.insert(new.key.clone(), entry);
    }
    if !look.source.format.is_whole() || !upstream.is_whole {
        return Ok(Vec::new());
    }
    let gone: Vec<String> = missing
        .into_iter()
        .filter(|entry| !kept.contains(&entry.key))
        .filter(|entry| {
            // What was gone already is looked at where that is noted.
            let row = known.get(&entry.key);
            !entry.is_gone || row.is_some_and(|row| row.note.is_some())
        })
        .map(|entry| entry.key)
        .collect();
    Ok(gone.iter().filter_map(|key| known.remove(key)).collect())
}
