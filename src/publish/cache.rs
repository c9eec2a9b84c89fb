//! Ready-made feeds, bounded by bytes.
//!
//! Owns the bodies, and that a feed is built once however many ask for it. Refuses to know what a feed is made of.
//! Invariant: a body that was good is given out until a better one is there.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use moka::{
    future::Cache,
    ops::compute::{CompResult, Op},
};
use tokio::sync::Semaphore;

use super::{
    pack::{Packed, pack},
    scope::FeedKey,
};

/// Cold feeds that are built at the same time: as many as leave a small machine able to answer.
const BUILDS_AT_ONCE: usize = 2;

/// What an entry weighs beside its bytes.
const OVERHEAD_BYTES: usize = 1_536;

/// A feed as it is sent.
#[derive(Debug)]
pub struct Body {
    packed: Arc<Packed>,
    /// When the newest notice that concerns the feed was written down.
    pub last_modified: Option<DateTime<Utc>>,
}

impl Body {
    pub(super) fn new(packed: Packed, last_modified: Option<DateTime<Utc>>) -> Self {
        Self {
            packed: Arc::new(packed),
            last_modified,
        }
    }

    /// The document.
    #[must_use]
    pub fn identity(&self) -> &Bytes {
        &self.packed.identity
    }

    /// The document as one gzip member.
    #[must_use]
    pub fn gzip(&self) -> &Bytes {
        &self.packed.gzip
    }

    /// What both tags start with: 128 bits in hexadecimal digits, other ones for every other document.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.packed.tag
    }

    fn weight(&self) -> u32 {
        let bytes = self.packed.identity.len() + self.packed.gzip.len() + OVERHEAD_BYTES;
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }
}

/// A body and how much of the log is in it.
#[derive(Debug)]
struct Kept {
    body: Arc<Body>,
    /// The position up to which no notice concerns the feed that is not in the body.
    checked: AtomicI64,
}

/// A body that was just made.
pub(super) struct Made {
    /// The document's pieces, in order.
    pub(super) pieces: Vec<Bytes>,
    /// When the newest notice that concerns the feed was written down.
    pub(super) last_modified: Option<DateTime<Utc>>,
    /// The log's head that it was made from.
    pub(super) position: i64,
}

/// The feed could not be made, and none was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the feed cannot be built: {0}")]
pub(super) struct BuildFailed(pub(super) String);

/// How an answer came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// It was there, or another request made it meanwhile.
    Kept,
    /// It was made.
    Built,
    /// It could not be made anew; the last good one.
    LastGood,
}

/// The cache.
#[derive(Debug)]
pub(super) struct FeedCache {
    feeds: Cache<FeedKey, Arc<Kept>>,
    builds: Arc<Semaphore>,
}

impl FeedCache {
    /// Takes this many bytes at most.
    pub(super) fn new(bytes: u64) -> Self {
        Self {
            feeds: Cache::builder()
                .max_capacity(bytes)
                .weigher(|_, kept: &Arc<Kept>| kept.body.weight())
                .build(),
            builds: Arc::new(Semaphore::new(BUILDS_AT_ONCE)),
        }
    }

    /// The bytes that it takes now, about.
    pub(super) fn size_bytes(&self) -> u64 {
        self.feeds.weighted_size()
    }

    /// The feed as of position `head` of the log: kept, or made by `make` on a thread that may
    /// compute. `concerned` tells whether a notice after a position concerns the feed.
    pub(super) async fn get(
        &self,
        key: &FeedKey,
        head: i64,
        concerned: impl Fn(i64) -> bool,
        make: impl FnOnce() -> Made + Send + 'static,
    ) -> Result<(Arc<Body>, Source), BuildFailed> {
        let is_fresh = |kept: &Kept| {
            let checked = kept.checked.load(Ordering::Acquire);
            let fresh = checked >= head || !concerned(checked);
            if fresh {
                kept.checked.fetch_max(head, Ordering::AcqRel);
            }
            fresh
        };
        if let Some(kept) = self.feeds.get(key).await
            && is_fresh(&kept)
        {
            return Ok((Arc::clone(&kept.body), Source::Kept));
        }
        let built = self
            .feeds
            .entry_by_ref(key)
            .and_try_compute_with(async |present| {
                let present = present.map(moka::Entry::into_value);
                if present.as_ref().is_some_and(|kept| is_fresh(kept)) {
                    return Ok(Op::Nop);
                }
                self.build(present, make).await.map(Op::Put)
            })
            .await;
        match built {
            Ok(CompResult::Inserted(entry) | CompResult::ReplacedWith(entry)) => {
                Ok((Arc::clone(&entry.into_value().body), Source::Built))
            }
            Ok(CompResult::Unchanged(entry)) => {
                Ok((Arc::clone(&entry.into_value().body), Source::Kept))
            }
            Ok(CompResult::StillNone(_) | CompResult::Removed(_)) => {
                unreachable!("the closure above keeps what is there or puts something")
            }
            Err(error) => match self.feeds.get(key).await {
                Some(kept) => Ok((Arc::clone(&kept.body), Source::LastGood)),
                None => Err(error),
            },
        }
    }

    async fn build(
        &self,
        present: Option<Arc<Kept>>,
        make: impl FnOnce() -> Made + Send + 'static,
    ) -> Result<Arc<Kept>, BuildFailed> {
        let permit = Arc::clone(&self.builds)
            .acquire_owned()
            .await
            .map_err(|error| BuildFailed(error.to_string()))?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let Made {
                pieces,
                last_modified,
                position,
            } = make();
            let before = present.as_ref().map(|kept| &*kept.body.packed);
            let body = Body::new(pack(&pieces, before), last_modified);
            Arc::new(Kept {
                body: Arc::new(body),
                checked: AtomicI64::new(position),
            })
        })
        .await
        .map_err(|error| BuildFailed(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn key() -> FeedKey {
        "zh/all.ics".parse().unwrap()
    }

    fn made(document: &str, position: i64) -> Made {
        Made {
            pieces: vec![document.to_owned().into()],
            last_modified: None,
            position,
        }
    }

    async fn get(
        cache: &FeedCache,
        head: i64,
        make: impl FnOnce() -> Made + Send + 'static,
    ) -> (String, Source) {
        let (body, source) = cache.get(&key(), head, |_| true, make).await.unwrap();
        (String::from_utf8(body.identity().to_vec()).unwrap(), source)
    }

    #[tokio::test]
    async fn a_feed_is_kept_until_a_notice_concerns_it() {
        let cache = FeedCache::new(1 << 20);
        assert_eq!(
            get(&cache, 1, || made("one", 1)).await,
            ("one".to_owned(), Source::Built)
        );
        assert_eq!(
            get(&cache, 1, || made("two", 1)).await,
            ("one".to_owned(), Source::Kept)
        );
        let (_, source) = cache
            .get(
                &key(),
                5,
                |since| {
                    assert_eq!(since, 1);
                    false
                },
                || made("three", 5),
            )
            .await
            .unwrap();
        assert_eq!(source, Source::Kept);
        assert_eq!(
            get(&cache, 6, || made("four", 6)).await,
            ("four".to_owned(), Source::Built)
        );
    }

    #[tokio::test]
    async fn many_who_ask_at_once_wait_for_one_build() {
        let cache = Arc::new(FeedCache::new(1 << 20));
        let builds = Arc::new(AtomicUsize::new(0));
        let asking: Vec<_> = (0..500)
            .map(|_| {
                let (cache, builds) = (Arc::clone(&cache), Arc::clone(&builds));
                tokio::spawn(async move {
                    get(&cache, 1, move || {
                        builds.fetch_add(1, Ordering::SeqCst);
                        made("one", 1)
                    })
                    .await
                    .0
                })
            })
            .collect();
        for asked in asking {
            assert_eq!(asked.await.unwrap(), "one");
        }
        assert_eq!(builds.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_build_that_fails_gives_the_last_good_body_and_none_where_there_is_none() {
        let cache = FeedCache::new(1 << 20);
        let broken = || -> Made { panic!("a test's panic") };
        assert!(cache.get(&key(), 1, |_| true, broken).await.is_err());
        get(&cache, 1, || made("good", 1)).await;
        assert_eq!(
            get(&cache, 2, broken).await,
            ("good".to_owned(), Source::LastGood)
        );
        assert_eq!(
            get(&cache, 2, || made("better", 2)).await,
            ("better".to_owned(), Source::Built)
        );
    }

    #[tokio::test]
    async fn the_cache_does_not_grow_beyond_its_bytes() {
        let cache = FeedCache::new(100_000);
        for year in 1900..2199 {
            let key = format!("zh/edition/{year}.ics").parse().unwrap();
            let noise: String = (0..2_000)
                .map(|i| char::from(b'a' + u8::try_from((i * year) % 26).unwrap()))
                .collect();
            cache
                .get(&key, 1, |_| true, move || made(&noise, 1))
                .await
                .unwrap();
        }
        cache.feeds.run_pending_tasks().await;
        assert!(cache.size_bytes() <= 100_000, "{}", cache.size_bytes());
    }
}
