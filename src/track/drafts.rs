//! A new entry as a draft in review.
//!
//! Invariant: a draft is made only of what a draft may be: its edition, and its section of that, are there.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use entity::vocab::Status;
use sea_orm::DatabaseTransaction;

use crate::{
    commands::{CommandError, create_activity::free_slug},
    domain::{
        activity::{Activity, Content},
        edition::Edition,
        text::Slug,
    },
    ids::ActivityId,
    store,
};

/// Makes drafts within a transaction.
pub(super) struct Drafts {
    editions: BTreeMap<i32, Edition>,
    pinned: HashSet<i32>,
    authority: String,
    slugs: HashSet<String>,
    now: DateTime<Utc>,
    /// Those that were made.
    pub made: Vec<Activity>,
}

impl Drafts {
    /// With what drafts refer to, as it is.
    pub(super) async fn begin(
        tx: &DatabaseTransaction,
        now: DateTime<Utc>,
    ) -> Result<Self, CommandError> {
        let editions = store::reference::editions(tx).await?;
        Ok(Self {
            editions: editions
                .into_iter()
                .map(|edition| (edition.value.year, edition.value))
                .collect(),
            pinned: HashSet::new(),
            authority: store::log::head(tx).await?.authority,
            slugs: HashSet::new(),
            now,
            made: Vec::new(),
        })
    }

    /// Makes one, or says why it cannot be.
    pub(super) async fn make(
        &mut self,
        tx: &DatabaseTransaction,
        content: Content,
    ) -> Result<Result<Activity, String>, CommandError> {
        let year = content.edition;
        let Some(edition) = self.editions.get(&year) else {
            return Ok(Err(format!("there is no edition {year}")));
        };
        if let Some(section) = &content.section
            && !edition.sections.iter().any(|known| known.slug == *section)
        {
            return Ok(Err(format!(
                "the edition {year} has no section {:?}",
                section.0
            )));
        }
        if self.pinned.insert(year) {
            store::reference::find_edition_pinned(tx, year).await?;
        }
        let id = ActivityId::new(self.now);
        let mut slug = free_slug(tx, &content, &id).await?;
        if !self.slugs.insert(slug.0.clone()) {
            let tail = id.as_str()[id.as_str().len() - 8..].to_ascii_lowercase();
            slug = Slug(format!("{}-{tail}", slug.0));
            self.slugs.insert(slug.0.clone());
        }
        let mut draft = Activity::draft(id, &self.authority, slug, content, self.now);
        draft.status = Status::InReview;
        self.made.push(draft.clone());
        Ok(Ok(draft))
    }
}
