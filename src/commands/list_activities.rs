//! Activities by date: the public ones of the catalogue, and those drafts that the caller may see.
//!
//! Invariant: who may not see a draft gets the same list as if it were not there.

use chrono::{DateTime, Datelike, Utc};

use super::{CommandError, Services};
use crate::{
    domain::{
        activity::Activity,
        dates::YEARS,
        rights::{Deed, Reach},
        role::{Caller, Office},
        search::Search,
        when::day_of,
    },
    ids::ActivityId,
    store,
};

/// Rows read at once where not all that is asked for stands in their columns.
const ROWS: usize = 500;

/// Where a page starts: after this date and id. Unknown dates come last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(i64, ActivityId);

/// The date of what has none.
const UNKNOWN: i64 = i64::MAX;

impl Place {
    /// Where an activity stands.
    #[must_use]
    pub fn of(activity: &Activity) -> Self {
        let starts = activity
            .content
            .when
            .starts_at()
            .map_or(UNKNOWN, |at| at.timestamp_micros());
        Self(starts, activity.id.clone())
    }

    /// A place from its parts; `None` where no activity can stand there.
    #[must_use]
    pub fn from_parts(starts: i64, id: ActivityId) -> Option<Self> {
        let place = Self(starts, id);
        (starts == UNKNOWN || place.starts_at().is_some()).then_some(place)
    }

    /// The start in microseconds since 1970, and the id.
    #[must_use]
    pub fn parts(&self) -> (i64, &ActivityId) {
        (self.0, &self.1)
    }

    /// As the database orders by it.
    fn key(&self) -> store::drafts::Place<'_> {
        (self.starts_at(), &self.1)
    }

    fn starts_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0).filter(|at| YEARS.contains(&day_of(*at).year()))
    }
}

/// What is asked for.
#[derive(Debug)]
pub struct Asked {
    /// By what it is.
    pub search: Search,
    /// Of one office alone.
    pub office: Option<Office>,
    /// Behind this place.
    pub after: Option<Place>,
    /// So many at most.
    pub limit: usize,
}

impl Asked {
    fn wants(&self, activity: &Activity) -> bool {
        let after = self.after.as_ref();
        let office = activity.content.office;
        after.is_none_or(|after| Place::of(activity) > *after)
            && self.office.is_none_or(|wanted| office == wanted)
            && self.search.wants(activity)
    }
}

/// Lists them by date and id, and says whether there are more.
///
/// # Errors
/// When the database fails; public ones alone never do.
pub async fn list_activities(
    services: &Services,
    caller: Option<&Caller>,
    asked: &Asked,
) -> Result<(Vec<Activity>, bool), CommandError> {
    let mut found: Vec<(Place, Activity)> = drafts(services, caller, asked)
        .await?
        .into_iter()
        .map(|draft| (Place::of(&draft), draft))
        .collect();
    {
        let state = services.catalogue.read();
        let mut wanted: Vec<(Place, &Activity)> = state
            .activities()
            .map(crate::catalogue::Entry::activity)
            .filter(|activity| asked.wants(activity))
            .map(|activity| (Place::of(activity), activity))
            .collect();
        if wanted.len() > asked.limit + 1 {
            wanted.select_nth_unstable_by(asked.limit, |a, b| a.0.cmp(&b.0));
            wanted.truncate(asked.limit + 1);
        }
        let public = wanted.into_iter();
        found.extend(public.map(|(place, activity)| (place, activity.clone())));
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let more = found.len() > asked.limit;
    found.truncate(asked.limit);
    Ok((
        found.into_iter().map(|(_, activity)| activity).collect(),
        more,
    ))
}

/// What of the drafts that the caller may see is wanted, in order: a page, and one more where there are more.
async fn drafts(
    services: &Services,
    caller: Option<&Caller>,
    asked: &Asked,
) -> Result<Vec<Activity>, CommandError> {
    let Some(caller) = caller else {
        return Ok(Vec::new());
    };
    let office = match caller.role.reach(Deed::ReadDrafts) {
        Reach::All => asked.office,
        Reach::Own => {
            let own = caller.role.own_office();
            if asked.office.is_some_and(|wanted| wanted != own) {
                return Ok(Vec::new());
            }
            Some(own)
        }
        Reach::None => return Ok(Vec::new()),
    };
    let Asked { search, limit, .. } = asked;
    let wanted = store::drafts::Asked {
        office,
        statuses: &search.statuses,
        selection: &search.selection,
        before: search.to,
    };
    let rows = if search.stands_in_columns() {
        limit + 1
    } else {
        ROWS
    };
    let mut found = Vec::new();
    let mut after = asked.after.clone();
    loop {
        let key = after.as_ref().map(Place::key);
        let page = store::drafts::page(services.db.reader(), wanted, key, rows as u64).await?;
        let is_last = page.len() < rows;
        after = page.last().map(|stored| Place::of(&stored.activity));
        let activities = page.into_iter().map(|stored| stored.activity);
        found.extend(activities.filter(|activity| search.wants_the_rest(activity)));
        if is_last || found.len() > *limit {
            return Ok(found);
        }
    }
}
