//! A feed that followed every step is the one that a restart would make.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use yueli::{
    commands::Services,
    ids::ActivityId,
    publish::{FeedError, FeedKey, Publisher},
};

use crate::transfer::publisher;

const FEEDS: [(&str, bool); 13] = [
    ("zh/all.ics", false),
    ("bi/highlights.ics", true),
    ("zh/planning.ics", false),
    ("en/edition/2021.ics", true),
    ("zh/series/global-roadshows.ics", false),
    ("zh/district/haidian.ics", false),
    ("zh/district/haidian.rss", false),
    ("en/all.atom", false),
    ("zh/planning.json", false),
    (
        "zh/highlights.json?kind=forum&notice=corrected,withdrawn",
        false,
    ),
    ("en/all.rss?notice=digest", false),
    ("zh/archive/2021-06.rss", false),
    ("zh/district/haidian/archive/2021-07.json", false),
];

/// Feeds that are kept while things happen.
pub(super) struct Kept(Publisher);

impl Kept {
    pub(super) fn new(services: &Services) -> Self {
        Self(publisher(services))
    }

    pub(super) async fn check(
        &self,
        services: &Services,
        made: &[ActivityId],
    ) -> Result<(), TestCaseError> {
        let fresh = publisher(services);
        let of_first = made.first().into_iter().flat_map(|id| {
            ["ics", "atom", "json?notice=cancelled"].map(|end| format!("zh/activity/{id}.{end}"))
        });
        let feeds = FEEDS
            .map(|(path, drop)| (path.to_owned(), drop))
            .into_iter();
        for (path, drop) in feeds.chain(of_first.map(|path| (path, false))) {
            let mut key = FeedKey::read(&path).unwrap();
            if drop {
                let mut faults = Default::default();
                assert!(key.options.take("cancelled", "drop", &mut faults));
            }
            let now = services.now();
            let [kept, fresh] = [self.0.feed(&key, now).await, fresh.feed(&key, now).await];
            match (kept, fresh) {
                (Ok(kept), Ok(fresh)) => {
                    let text = |document| String::from_utf8(document).unwrap();
                    prop_assert_eq!(text(kept.document()), text(fresh.document()), "{}", &path);
                    prop_assert_eq!(kept.gzip(), fresh.gzip());
                    prop_assert_eq!(kept.tag(), fresh.tag());
                }
                (kept, fresh) => {
                    let why = |feed: Result<_, FeedError>| feed.map(|_| ()).unwrap_err();
                    prop_assert_eq!(why(kept), why(fresh), "{}", &path);
                }
            }
        }
        Ok(())
    }
}
