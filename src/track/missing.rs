//! Entries that were there and are not: whether the source is to be believed, and which of them are there under another key.
//!
//! Invariant: an entry that cannot be read is there.

use std::collections::{HashMap, HashSet};

use super::look::{Desk, Look};
use crate::{
    commands::CommandError,
    domain::tracking::{self, Count, Doubt, Nameless, Seen, pairs},
    store::{
        self,
        source_entries::{self, Entry, seen},
    },
    transfer::upstream::Upstream,
};

/// The entries that were there and are not; what cannot be read is there.
pub(super) fn missing(
    known: &HashMap<String, Entry>,
    upstream: &Upstream,
) -> Result<Vec<(String, Seen)>, CommandError> {
    let there: HashSet<&str> = upstream
        .entries
        .iter()
        .map(|entry| entry.key.as_str())
        .chain(upstream.unread.iter().map(String::as_str))
        .collect();
    let mut missing = Vec::new();
    for (key, entry) in known {
        if !entry.gone && !there.contains(key.as_str()) {
            missing.push((key.clone(), seen(entry, &entry.latest)?));
        }
    }
    missing.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(missing)
}

/// Whether the source is not to be believed.
pub(super) fn doubt(
    look: &Look<'_>,
    known: &HashMap<String, Entry>,
    missing: &[(String, Seen)],
    upstream: &Upstream,
) -> Option<Doubt> {
    if look.confirmed {
        return None;
    }
    let ended = |seen: &&(String, Seen)| {
        let over = seen.1.known_when().and_then(|when| when.over_at());
        over.is_some_and(|over| {
            over <= look.now && look.whole_at.is_none_or(|whole_at| over > whole_at)
        })
    };
    let mut count = Count {
        before: known.values().filter(|entry| !entry.gone).count(),
        now: upstream.entries.len() + upstream.faulty + upstream.passed,
        missing: missing.len(),
        ended: missing.iter().filter(ended).count(),
    };
    if !look.source.format.is_whole() {
        // A feed shows what was published last.
        (count.missing, count.ended) = (0, 0);
    }
    // Another id for the same entry takes nothing away.
    let same = paired(missing, upstream, known).len();
    count.missing = count.missing.saturating_sub(same);
    count.ended = count.ended.min(count.missing);
    tracking::doubt(count)
}

/// Which of the missing ones are there under another key: indices into `missing` and the document's entries.
fn paired(
    missing: &[(String, Seen)],
    upstream: &Upstream,
    known: &HashMap<String, Entry>,
) -> Vec<(usize, usize)> {
    let old: Vec<Nameless<'_>> = missing
        .iter()
        .map(|(key, seen)| Nameless { key, seen })
        .collect();
    let fresh: Vec<(usize, Nameless<'_>)> = upstream
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| !known.contains_key(&entry.key))
        .map(|(at, entry)| {
            let (key, seen) = (entry.key.as_str(), &entry.seen);
            (at, Nameless { key, seen })
        })
        .collect();
    let new: Vec<Nameless<'_>> = fresh.iter().map(|(_, entry)| entry.clone()).collect();
    pairs(&old, &new)
        .into_iter()
        .map(|(old, new)| (old, fresh[new].0))
        .collect()
}

/// Gives entries that go on under another key that key, and takes out those that are gone.
pub(super) async fn rekey(
    look: &Look<'_>,
    known: &mut HashMap<String, Entry>,
    missing: Vec<(String, Seen)>,
    upstream: &Upstream,
    desk: &mut Desk<'_>,
) -> Result<Vec<Entry>, CommandError> {
    let paired = paired(&missing, upstream, known);
    let mut kept = HashSet::new();
    for (old, new) in paired {
        let (old, new) = (&missing[old].0, &upstream.entries[new]);
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
    Ok(missing
        .into_iter()
        .filter(|(key, _)| !kept.contains(key))
        .filter_map(|(key, _)| known.remove(&key))
        .collect())
}
