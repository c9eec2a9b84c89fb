//! What an entry's proposals are, beside those that wait already.
//!
//! Owns when two proposals are the same, and what of an entry is settled by looking at it. Refuses to know the database.
//! Invariant: the same is proposed once; what is proposed no more waits no more.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocab::Status;
use sea_orm::DatabaseTransaction;

use crate::{
    domain::{
        activity::Activity,
        source::{ProposalKind, Source},
        tracking::{Do, Evidence, Proposed, STANDING, Said, Seen},
    },
    ids::{ProposalId, sha256_hex},
    store::{
        StoreError,
        activities::Stored,
        proposals::{self, Document, Row, State},
    },
};

/// What is looked at.
pub(super) struct Look<'a> {
    pub(super) tx: &'a DatabaseTransaction,
    pub(super) source_id: &'a str,
    pub(super) source: &'a Source,
    pub(super) fetch_id: &'a str,
    pub(super) now: DateTime<Utc>,
    /// When it was last whole.
    pub(super) whole_at: Option<DateTime<Utc>>,
    /// Whether somebody says that this is all.
    pub(super) confirmed: bool,
}

/// What waits, of one source.
pub(super) struct Desk<'a> {
    pub(super) source_id: &'a str,
    pub(super) fetch_id: &'a str,
    pub(super) source: &'a Source,
    pub(super) now: DateTime<Utc>,
    open: HashMap<String, Vec<Row>>,
    took_off: HashMap<String, String>,
    /// To be added.
    pub(super) made: Vec<Row>,
    /// To be saved: they show what stands there now.
    pub(super) refreshed: Vec<Row>,
    /// Ids of those that are moot.
    pub(super) moot: Vec<String>,
}

/// What makes two proposals about an entry the same.
fn fingerprint(proposed: &Proposed) -> String {
    let said = proposed.now.get("said").map(ToString::to_string);
    let text = format!(
        "{}\n{}\n{}\n{}",
        proposed.kind,
        proposed.action,
        proposed.body,
        said.unwrap_or_default()
    );
    sha256_hex(text.as_bytes())
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        (source_id, source): (&'a str, &'a Source),
        fetch_id: &'a str,
        now: DateTime<Utc>,
        open: Vec<Row>,
        took_off: HashMap<String, String>,
    ) -> Self {
        let mut by_key: HashMap<String, Vec<Row>> = HashMap::new();
        for row in open {
            by_key.entry(row.entry_key.clone()).or_default().push(row);
        }
        Self {
            source_id,
            fetch_id,
            source,
            now,
            open: by_key,
            took_off,
            made: Vec::new(),
            refreshed: Vec::new(),
            moot: Vec::new(),
        }
    }

    /// Whether what was done last of its activity's taking place, on its word, was to take it off.
    pub(super) fn took_off(&self, key: &str, activity: &str) -> bool {
        self.took_off.get(key).is_some_and(|of| of == activity)
    }

    /// Whether something about an entry's activity waits, which is to be looked at beside what stands there; that a new one be
    /// announced is not.
    pub(super) fn waits(&self, key: &str) -> bool {
        let rows = self.open.get(key).into_iter().flatten();
        rows.into_iter()
            .any(|row| row.kind != ProposalKind::New.as_str())
    }

    /// Gives an entry its new key.
    pub(super) fn rename(&mut self, old: &str, new: &str) {
        if let Some(mut rows) = self.open.remove(old) {
            for row in &mut rows {
                new.clone_into(&mut row.entry_key);
            }
            self.open.insert(new.to_owned(), rows);
        }
        if let Some(activity) = self.took_off.remove(old) {
            self.took_off.insert(new.to_owned(), activity);
        }
    }

    /// That the draft of a new entry be announced.
    pub(super) fn propose_new(
        &mut self,
        key: &str,
        draft: &Activity,
        seen: &Seen,
        like: Vec<String>,
    ) {
        let document = Document {
            action: Do::Announce,
            body: serde_json::json!({}),
            fields: Vec::new(),
            here: serde_json::Map::new(),
            before: serde_json::Map::new(),
            now: seen.fields.clone(),
            conflict: false,
            evidence: None,
            trusted: self.source.trusts(ProposalKind::New, draft.content.office)
                && like.is_empty()
                && draft
                    .content
                    .when
                    .over_at()
                    .is_none_or(|over| over > self.now),
            like,
            version: Some(1),
            settled: None,
        };
        let row = self.row(key, ProposalKind::New, &document, draft, "new".to_owned());
        self.made.push(row);
    }

    fn row(
        &self,
        key: &str,
        kind: ProposalKind,
        document: &Document,
        activity: &Activity,
        fingerprint: String,
    ) -> Row {
        Row {
            // In the order they are made: ids of one instant have none.
            id: ProposalId::new(self.now + TimeDelta::milliseconds(self.made.len() as i64))
                .to_string(),
            source_id: self.source_id.to_owned(),
            fetch_id: self.fetch_id.to_owned(),
            entry_key: key.to_owned(),
            activity_id: activity.id.to_string(),
            office: activity.content.office.to_string(),
            kind: kind.to_string(),
            state: State::Open.to_string(),
            document: document.text(),
            fingerprint,
            created_at: self.now,
            decided_at: None,
            decided_by: None,
            reason: None,
            position: None,
        }
    }

    /// Whether the draft of a new entry is as it was left when it was made of it.
    fn is_untouched(&self, key: &str, stored: &Stored) -> bool {
        let activity = &stored.activity;
        let new = self
            .open
            .get(key)
            .into_iter()
            .flatten()
            .find(|row| row.kind == ProposalKind::New.as_str());
        activity.status == Status::InReview
            && activity.publish_at.is_none()
            && new
                .and_then(|row| proposals::document(row).ok())
                .is_some_and(|document| document.version == Some(stored.version))
    }

    /// Lays what an entry speaks for beside what waits. Gives the fields that wait for a word, and whether one about taking place
    /// does.
    pub(super) fn lay(
        &mut self,
        key: &str,
        desired: Vec<Proposed>,
        stored: &Stored,
        (evidence, settled): (Option<&Evidence>, Option<&Seen>),
    ) -> Result<Waiting, StoreError> {
        let untouched = self.is_untouched(key, stored);
        let mut open = self.open.remove(key).unwrap_or_default();
        let mut waiting = Waiting::default();
        for mut proposed in desired {
            if untouched {
                // There is nobody's word that it could be against.
                proposed.conflict = false;
            } else if proposed.action == Do::Delete {
                // Somebody has worked on the draft that would be deleted.
                proposed.conflict = true;
            }
            let fingerprint = fingerprint(&proposed);
            waiting.note(&proposed);
            let kind = proposed.kind;
            let conflict = proposed.conflict;
            let mut document = Document::from(proposed);
            document.evidence = evidence.cloned();
            document.version = (document.action == Do::Delete).then_some(stored.version);
            let office = stored.activity.content.office;
            let is_settled = settled.is_some_and(|settled| {
                let of_standing = !matches!(kind, ProposalKind::New | ProposalKind::Update);
                let mut fields = document.fields.iter();
                let is_assumed = fields.any(|name| settled.assumed.contains(name))
                    || (of_standing && settled.assumed.contains(STANDING));
                !is_assumed
            });
            let of_draft = untouched && document.action == Do::Update;
            // Before anything was settled all that differs may be an editor's word.
            document.trusted =
                !conflict && is_settled && (of_draft || self.source.trusts(kind, office));
            match open.iter().position(|row| row.fingerprint == fingerprint) {
                Some(at) => {
                    let row = open.swap_remove(at);
                    let was = proposals::document(&row)?;
                    document.trusted &= was.trusted;
                    if was != document {
                        let document = document.text();
                        self.refreshed.push(Row { document, ..row });
                    }
                }
                None => {
                    let row = self.row(key, kind, &document, &stored.activity, fingerprint);
                    self.made.push(row);
                }
            }
        }
        for row in open {
            let stays =
                row.kind == ProposalKind::New.as_str() && !stored.activity.status.is_public();
            if !stays {
                self.moot.push(row.id);
            }
        }
        Ok(waiting)
    }

    /// Whatever waits about an entry is moot.
    pub(super) fn drop_all(&mut self, key: &str) {
        let open = self.open.remove(key).unwrap_or_default();
        self.moot.extend(open.into_iter().map(|row| row.id));
    }
}

/// What of an entry waits for a word.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    fields: HashSet<&'static str>,
    said: bool,
}

impl Waiting {
    /// Keeps what was settled of fields of which nothing can be proposed now.
    pub(super) fn keep(&mut self, fields: Vec<&'static str>) {
        self.fields.extend(fields);
    }

    fn note(&mut self, proposed: &Proposed) {
        self.fields.extend(proposed.fields.iter().copied());
        self.said |= matches!(
            proposed.kind,
            ProposalKind::Cancel | ProposalKind::Postpone | ProposalKind::Reinstate
        ) || (proposed.kind == ProposalKind::Reschedule);
    }

    /// What is settled of an entry that says `latest`: all that does not wait.
    pub(super) fn settled(&self, before: Option<Seen>, latest: &Seen) -> Option<Seen> {
        let nothing_waits = self.fields.is_empty() && !self.said;
        let Some(before) = before else {
            return nothing_waits.then(|| latest.clone());
        };
        if latest.said == Said::Cancelled {
            // Of what is called off nothing else is proposed; it is, when it is on again.
            let said = if self.said { before.said } else { latest.said };
            let mut settled = Seen { said, ..before };
            if !self.said {
                settled.assumed.remove(STANDING);
            }
            return Some(settled);
        }
        // What it says no more is as it was settled: it may say it again.
        let mut settled = Seen {
            said: if self.said { before.said } else { latest.said },
            ..before
        };
        if !self.said {
            settled.assumed.remove(STANDING);
        }
        for (name, value) in &latest.fields {
            if !self.fields.contains(name.as_str()) {
                settled.assumed.remove(name);
                settled.fields.insert(name.clone(), value.clone());
            }
        }
        Some(settled)
    }
}
