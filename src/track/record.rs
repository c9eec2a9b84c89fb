//! What a document changes of what is known of its source, in one transaction.
//!
//! Invariants: of a source that is not whole nothing is proposed; an entry is linked to one activity; nothing is made twice of one.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::{
    drafts::Drafts,
    gone::gone_entry,
    look::{Desk, Look},
    missing::{doubt, missing, paired, rekey},
    rows::{Rows, evidence, id_of},
};
use crate::{
    commands::CommandError,
    domain::{
        activity::Activity,
        source::ProposalKind,
        tracking::{
            Candidates, Do, Doubt, Evidence, Found, Said, Seen, here_of, proposals, unheard,
        },
        when::When,
    },
    ids::ActivityId,
    store::{
        self,
        activities::Stored,
        source_entries::{self, Entry, document, seen},
    },
    transfer::upstream::{self, Upstream},
};

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// Why it is not believed.
    pub(super) doubt: Option<Doubt>,
    /// Proposals that were made.
    pub(super) proposals: usize,
    /// Entries of which nothing could be made for want of something here, and what for.
    pub(super) wanting: Vec<String>,
}

/// Compares a document with what is known, and writes what follows.
pub(super) async fn record(look: &Look<'_>, upstream: Upstream) -> Result<Recorded, CommandError> {
    let tx = look.tx;
    let mut known: HashMap<String, Entry> = source_entries::of_source(tx, look.source_id)
        .await?
        .into_iter()
        .map(|entry| (entry.key.clone(), entry))
        .collect();
    let missing = missing(&known, &upstream)?;
    let paired = paired(look, &missing, &upstream, &known)?;
    if let Some(doubt) = doubt(look, &known, &missing, &paired, &upstream) {
        return Ok(Recorded {
            doubt: Some(doubt),
            ..Recorded::default()
        });
    }
    let open = store::proposals::open_of(tx, look.source_id).await?;
    let of = (look.source_id, look.source);
    let took_off = store::overtaken::took_off(tx, look.source_id).await?;
    let mut desk = Desk::new(of, look.fetch_id, look.now, open, took_off);
    let gone = rekey(look, &mut known, missing, paired, &upstream, &mut desk).await?;

    let linked: Vec<ActivityId> = known
        .values()
        .filter(|entry| !entry.gone)
        .chain(&gone)
        .filter_map(|entry| entry.activity_id.as_deref()?.parse().ok())
        .collect();

    let stands = standing(&upstream, &known);
    // The activities that something may be said about.
    let changed: Vec<(upstream::Entry, Option<Entry>)> = upstream
        .entries
        .into_iter()
        .filter_map(|entry| {
            let row = known.remove(&entry.key);
            let same = row.as_ref().is_some_and(|row| {
                !row.gone
                    && row.note.is_none()
                    && row.latest == document(&entry.seen)
                    && !desk.waits(&entry.key)
            });
            (!same).then_some((entry, row))
        })
        .collect();
    let meant = changed.iter().filter_map(|(_, row)| row.as_ref());
    let meant = meant
        .chain(&gone)
        .filter_map(|row| row.activity_id.as_deref());
    let ids: HashSet<&str> = meant.collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let activities: HashMap<ActivityId, Stored> = store::activities::find_many(tx, &ids)
        .await?
        .into_iter()
        .map(|stored| (stored.activity.id.clone(), stored))
        .collect();

    let mut drafts = Drafts::begin(tx, look.now).await?;
    let is_linked = |row: &Entry| row.refused || row.activity_id.is_some();
    let fresh: Vec<&upstream::Entry> = changed
        .iter()
        .filter(|(_, row)| !row.as_ref().is_some_and(is_linked))
        .map(|(entry, _)| entry)
        .collect();
    let mut candidates = candidates_of(look, &fresh, &linked).await?;
    let mut rows = Rows::default();
    let off: Vec<&str> = gone
        .iter()
        .filter_map(|row| row.activity_id.as_deref())
        .collect();
    let elsewhere = source_entries::told_elsewhere(tx, look.source_id, &off).await?;
    for (entry, row) in changed {
        match row {
            Some(row) if is_linked(&row) => {
                known_entry(&entry, row, &activities, &stands, &mut desk, &mut rows)?;
            }
            row => {
                new_entry(
                    look,
                    entry,
                    row,
                    &mut candidates,
                    &mut drafts,
                    &mut desk,
                    &mut rows,
                )
                .await?;
            }
        }
    }
    for row in gone {
        gone_entry(
            look,
            row,
            &activities,
            (&stands, &elsewhere),
            &mut desk,
            &mut rows,
        )?;
    }
    write(look, drafts, desk, rows).await
}

/// The activities that some entry says take place: another entry of theirs that is gone calls nothing off.
fn standing(upstream: &Upstream, known: &HashMap<String, Entry>) -> HashSet<String> {
    let said: HashMap<&str, Said> = upstream
        .entries
        .iter()
        .map(|entry| (entry.key.as_str(), entry.seen.said))
        .collect();
    // What is known, not gone and not told cannot be read: it stands there.
    let stands = known
        .values()
        .filter(|entry| match said.get(entry.key.as_str()) {
            Some(said) => *said != Said::Cancelled,
            None => !entry.gone,
        });
    stands
        .filter_map(|entry| entry.activity_id.clone())
        .collect()
}

/// An entry that says something else, or waits for a word, about an activity that is known.
fn known_entry(
    entry: &upstream::Entry,
    mut row: Entry,
    activities: &HashMap<ActivityId, Stored>,
    stands: &HashSet<String>,
    desk: &mut Desk<'_>,
    rows: &mut Rows,
) -> Result<(), CommandError> {
    let latest = document(&entry.seen);
    if row.latest != latest {
        row.changed_at = desk.now;
    }
    // As long as nobody has said that it is the same.
    let known = row.settled.as_deref().unwrap_or(&row.latest);
    let is_another = entry.seen.is_another(&seen(&row, known)?);
    (row.latest, row.gone, row.note) = (latest, false, None);
    row.uid.clone_from(&entry.uid);
    let id = row.activity_id.as_deref().and_then(|id| id.parse().ok());
    let stored = id.and_then(|id: ActivityId| activities.get(&id));
    match stored.filter(|_| !row.refused) {
        None => {
            // Its draft was deleted: somebody decided that it is none of ours.
            row.refused = true;
            row.activity_id = None;
            desk.drop_all(&row.key);
        }
        Some(stored) => {
            let before = row.settled.as_deref();
            let before = before.map(|text| seen(&row, text)).transpose()?;
            let uid = entry.uid.as_deref();
            let mut desired = proposals(before.as_ref(), &entry.seen, &stored.activity, uid);
            desired.retain(|it| it.kind != ProposalKind::Cancel || !stands.contains(id_of(stored)));
            for proposed in &mut desired {
                // What an editor took off, no source puts on again by itself.
                proposed.conflict |= proposed.puts_on() && !desk.took_off(&row.key, id_of(stored));
                // An id that went over to something else tells nothing of what it was.
                proposed.conflict |= is_another;
            }
            let evidence = evidence(&row);
            let known = (evidence.as_ref(), before.as_ref());
            let mut waiting = desk.lay(&row.key, desired, stored, known)?;
            waiting.keep(unheard(before.as_ref(), &entry.seen, &stored.activity));
            let settled = waiting.settled(before, &entry.seen);
            row.settled = settled.as_ref().map(document);
        }
    }
    rows.saved.push(row);
    Ok(())
}

/// What entries that are not known yet may mean.
async fn candidates_of(
    look: &Look<'_>,
    fresh: &[&upstream::Entry],
    linked: &[ActivityId],
) -> Result<Candidates, CommandError> {
    let said = fresh
        .iter()
        .map(|entry| (entry.uid.as_deref(), &entry.seen));
    let mut candidates = Candidates::of(said);
    if fresh.is_empty() {
        return Ok(candidates);
    }
    let office = look.source.office;
    // What another one makes of the same meanwhile is seen.
    store::sources::alone(look.tx).await?;
    store::transfer::each_activity(look.tx, |activity| candidates.add(activity, office)).await?;
    for id in linked {
        candidates.take(id);
    }
    Ok(candidates)
}

/// An entry of which nothing was made yet.
async fn new_entry(
    look: &Look<'_>,
    entry: upstream::Entry,
    row: Option<Entry>,
    candidates: &mut Candidates,
    drafts: &mut Drafts,
    desk: &mut Desk<'_>,
    rows: &mut Rows,
) -> Result<(), CommandError> {
    let is_fresh = row.is_none();
    let latest = document(&entry.seen);
    let mut row = row.unwrap_or_else(|| Entry {
        source_id: look.source_id.to_owned(),
        key: entry.key.clone(),
        uid: entry.uid.clone(),
        activity_id: None,
        evidence: None,
        latest: String::new(),
        settled: None,
        gone: false,
        refused: false,
        note: None,
        first_seen_at: look.now,
        changed_at: look.now,
    });
    (row.latest, row.gone, row.note) = (latest, false, None);
    let is_put_off = entry.seen.said == Said::Postponed;
    let mut content = entry.content;
    if is_put_off {
        // The date that stands beside it is the one that is off.
        content.when = When::Unknown;
    }
    match candidates.find(entry.uid.as_deref(), &entry.seen) {
        Found::Same(id, evidence) => {
            let stored = store::activities::find(look.tx, &id).await?;
            if let Some(stored) = stored {
                row.activity_id = Some(id.to_string());
                row.evidence = serde_json::to_string(&evidence).ok();
                let uid = entry.uid.as_deref();
                let mut desired = proposals(None, &entry.seen, &stored.activity, uid);
                // A draft that stands on another source's word is that one's to call off.
                desired.retain(|proposed| proposed.action != Do::Delete);
                let known = (Some(&evidence), None);
                let mut waiting = desk.lay(&row.key, desired, &stored, known)?;
                waiting.keep(unheard(None, &entry.seen, &stored.activity));
                let settled = waiting.settled(None, &entry.seen);
                row.settled = settled.as_ref().map(document);
            }
        }
        // What was called off before anybody here heard of it is no news.
        Found::Like(_) if entry.seen.said == Said::Cancelled => {}
        Found::Unknown => {
            let why = "is compared with what is here when the source is read next";
            rows.wait(&entry.seen, &mut row, why.to_owned());
        }
        Found::Like(like) => match drafts.make(look.tx, content).await? {
            Err(why) => rows.wait(&entry.seen, &mut row, why),
            Ok(draft) => {
                row.activity_id = Some(draft.id.to_string());
                row.evidence = serde_json::to_string(&Evidence::Source {}).ok();
                row.settled = Some(document(&as_drafted(&entry.seen, &draft)));
                let like = like.iter().map(ToString::to_string).collect();
                candidates.made(&draft.id, &entry.seen);
                let mut told = entry.seen;
                if is_put_off {
                    let when = json!(draft.content.when);
                    told.fields.insert("when".to_owned(), when);
                }
                desk.propose_new(&row.key, &draft, &told, like);
            }
        },
    }
    match is_fresh {
        true => rows.fresh.push(row),
        false => rows.saved.push(row),
    }
    Ok(())
}

/// What is settled of an entry by the draft that is made of it: what it says, and what its source's settings say for it.
fn as_drafted(seen: &Seen, draft: &Activity) -> Seen {
    let mut settled = seen.clone();
    for (name, value) in here_of(draft, None, ["districts", "kind"].into_iter()) {
        if !value.is_null() {
            settled.fields.entry(name).or_insert(value);
        }
    }
    settled
}

async fn write(
    look: &Look<'_>,
    drafts: Drafts,
    desk: Desk<'_>,
    rows: Rows,
) -> Result<Recorded, CommandError> {
    let tx = look.tx;
    let recorded = Recorded {
        doubt: None,
        proposals: desk.made.len(),
        wanting: rows.wanting,
    };
    let made: Vec<_> = drafts
        .made
        .into_iter()
        .map(|draft| (draft, 1, look.now))
        .collect();
    store::transfer::insert_activities(tx, &made).await?;
    source_entries::insert(tx, rows.fresh).await?;
    for entry in rows.saved {
        source_entries::save(tx, entry).await?;
    }
    store::proposals::insert(tx, desk.made).await?;
    store::proposals::supersede(tx, &desk.moot, look.now).await?;
    for row in desk.refreshed {
        store::proposals::refresh(tx, row).await?;
    }
    Ok(recorded)
}
