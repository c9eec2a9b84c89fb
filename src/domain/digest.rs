//! What a month's digest tells.
//!
//! It tells of the month that begins: a digest that comes on the 1st at 08:00 is for people who decide where to go.
//! What the month before was stands in the news already, held by held.
//!
//! Invariant: the same activities give the same digest, in the same order.

use entity::vocab::Status;

use super::{
    activity::Activity,
    dates::Month,
    notice::Digest,
    when::{When, midnight},
};

/// What makes a digest unique in the log: `digest:2021-07`.
#[must_use]
pub fn once(month: Month) -> String {
    format!("digest:{month}")
}

/// Whether a slot lies, at least in part, in a month. What is known to the month only counts.
fn lies_in(when: &When, month: Month) -> bool {
    let (begin, end) = (midnight(month.first()), midnight(month.next().first()));
    let (Some(starts_at), Some(over_at)) = (when.starts_at(), when.over_at()) else {
        return false;
    };
    starts_at < end && (starts_at >= begin || over_at > begin)
}

/// The digest of a month: what takes place (or took place, when it comes late), highlights first, then by district
/// in the order of their codes (what is in none last), then by start.
#[must_use]
pub fn of_month<'a>(month: Month, activities: impl Iterator<Item = &'a Activity>) -> Digest {
    let mut listed: Vec<&Activity> = activities
        .filter(|activity| {
            matches!(
                activity.status,
                Status::Scheduled | Status::Rescheduled | Status::Held
            ) && lies_in(&activity.content.when, month)
        })
        .collect();
    listed.sort_by_cached_key(|activity| {
        let content = &activity.content;
        let district = content.districts.iter().min().copied();
        (
            !content.highlight,
            district.is_none(),
            district,
            content.when.starts_at(),
            activity.id.clone(),
        )
    });
    Digest {
        month,
        activities: listed.into_iter().cloned().collect(),
    }
}
