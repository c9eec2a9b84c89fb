//! From an endpoint's cursor along the log: what is to be delivered next.
//!
//! Invariant: pure; the cursor never passes a notice that is wanted and was not handed out.

use std::sync::Arc;

use crate::domain::notice::Notice;

/// Notices looked at in one job: the catalogue is locked for reading meanwhile.
const LOOKED_AT: usize = 10_000;

/// What a walk found.
#[derive(Debug)]
pub(super) struct Walk {
    /// To be delivered, in order.
    pub(super) notices: Vec<Arc<Notice>>,
    /// Where the cursor stands once they are.
    pub(super) through: i64,
}

/// Looks at the notices after a cursor, as far as may be dispatched, until `limit` are found that are owed.
pub(super) fn walk(
    notices_after: &[Arc<Notice>],
    cursor: i64,
    reach: i64,
    owes: impl Fn(&Notice) -> bool,
    limit: usize,
) -> Walk {
    let mut walk = Walk {
        notices: Vec::new(),
        through: cursor,
    };
    let reachable = notices_after
        .iter()
        .take(LOOKED_AT)
        .take_while(|notice| notice.position <= reach);
    for notice in reachable {
        if walk.notices.len() == limit {
            break;
        }
        walk.through = notice.position;
        if owes(notice) {
            walk.notices.push(Arc::clone(notice));
        }
    }
    walk
}

#[cfg(test)]
mod tests {
    use entity::vocab::NoticeKind::{self, Announced, Corrected, Reminder, Updated};
    use serde_json::json;

    use super::*;
    use crate::domain::{
        samples::{self, at},
        subscription::Wanted,
    };

    fn log(kinds: &[NoticeKind]) -> Vec<Arc<Notice>> {
        kinds
            .iter()
            .zip(1..)
            .map(|(kind, position)| {
                Arc::new(samples::notice(
                    position,
                    *kind,
                    samples::activity(json!({})),
                ))
            })
            .collect()
    }

    fn walked(log: &[Arc<Notice>], reach: i64, now: &str, limit: usize) -> (Vec<i64>, i64) {
        let wanted = Wanted::default();
        let walk = walk(
            log,
            0,
            reach,
            |notice| wanted.is_owed(notice, at(now)),
            limit,
        );
        (
            walk.notices.iter().map(|notice| notice.position).collect(),
            walk.through,
        )
    }

    const NOW: &str = "2021-07-01T00:00:00Z";

    #[test]
    fn what_is_not_wanted_is_passed_over_up_to_the_reach() {
        let log = log(&[Announced, Corrected, Updated, Corrected, Updated]);
        assert_eq!(walked(&log, 4, NOW, 20), (vec![1, 3], 4));
        assert_eq!(walked(&log, 5, NOW, 20), (vec![1, 3, 5], 5));
        assert_eq!(walked(&log, 0, NOW, 20), (vec![], 0));
    }

    #[test]
    fn a_full_job_ends_at_its_last_notice() {
        let log = log(&[Corrected, Updated, Corrected, Updated]);
        assert_eq!(walked(&log, 4, NOW, 1), (vec![2], 2));
    }

    #[test]
    fn a_reminder_dies_when_its_activity_starts() {
        let log = log(&[Reminder]);
        assert_eq!(walked(&log, 1, "2021-07-08T00:59:59Z", 20), (vec![1], 1));
        assert_eq!(walked(&log, 1, "2021-07-08T01:00:00Z", 20), (vec![], 1));
    }
}
