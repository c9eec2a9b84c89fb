//! Ready-made feeds, bounded by bytes.
//!
//! Owns the bodies, and that a feed is built once however many ask for it. Refuses to know what a feed is made of.
//! Invariant: a body that was good is given out until a better one is there.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use feeds::lint::Fault;
use moka::{
    future::Cache,
    ops::compute::{CompResult, Op},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{key::FeedKey, pack::Packed, rank::Rank};

/// How many things are made at the same time: so many that a core is left, on which what is ready is sent meanwhile.
fn at_once() -> usize {
    thread::available_parallelism().map_or(1, |cores| (cores.get() - 1).clamp(1, MOST_AT_ONCE))
}

/// Each takes memory for a whole feed and what it is compressed with.
const MOST_AT_ONCE: usize = 4;

/// How long brotli waits for a core while other feeds are made: whoever takes it takes gzip too, mostly, which is there.
const BROTLI_WITHIN: Duration = Duration::from_millis(200);

/// What an entry weighs beside its bytes.
const OVERHEAD_BYTES: usize = 1_536;

/// A feed as it is sent.
#[derive(Debug)]
pub struct Body {
    pub(super) packed: Packed<Rank>,
    /// When it was last told something, and when the newest of what it was told changed.
    pub(super) told: Told,
    /// Older entries were left out.
    pub(super) is_cut: bool,
}

/// What the newest of the notices that concern a feed say of time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    /// When the last one modified it.
    pub(super) modified: Option<DateTime<Utc>>,
    /// The newest stamp that one gave an activity (also of one that has left the feed since: its leaving is a change).
    pub(super) stamp: Option<DateTime<Utc>>,
}

impl Body {
    /// A document in one piece that is no feed: it says nothing of when it changed.
    #[must_use]
    pub fn of(document: Bytes) -> Self {
        Self {
            packed: Packed::new(document, Vec::new(), Bytes::new()),
            told: Told::default(),
            is_cut: false,
        }
    }

    /// A part of the document; all of them in order are the document.
    #[must_use]
    pub fn part(&self, number: usize) -> Option<&Bytes> {
        self.packed.part(number)
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> Vec<u8> {
        let parts = (0..).map_while(|number| self.part(number));
        parts.flatten().copied().collect()
    }

    /// The document in one place; shared where it lies in one part, as news do.
    #[must_use]
    pub fn octets(&self) -> Bytes {
        let parts = (0..).map_while(|number| self.part(number));
        let mut parts = parts.filter(|part| !part.is_empty());
        match (parts.next(), parts.next()) {
            (Some(one), None) => one.clone(),
            _ => self.document().into(),
        }
    }

    /// How many octets the document has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.packed.length
    }

    /// The document as one gzip member.
    #[must_use]
    pub fn gzip(&self) -> &Bytes {
        &self.packed.gzip
    }

    /// The document as one brotli stream, if [`super::Publisher::make_brotli`] made it.
    #[must_use]
    pub fn brotli(&self) -> Option<&Bytes> {
        self.packed.brotli_at_hand()
    }

    /// What all tags start with: 128 bits in hexadecimal digits, other ones for every other document.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.packed.tag
    }

    /// When the newest notice that concerns the feed was written down, as [`crate::catalogue::State::modified`] counts:
    /// not to be stated before it is over.
    #[must_use]
    pub fn last_modified(&self) -> Option<DateTime<Utc>> {
        self.told.modified
    }

    fn weight(&self) -> u32 {
        u32::try_from(self.packed.weight() + OVERHEAD_BYTES).unwrap_or(u32::MAX)
    }
}

/// How much of the catalogue is in a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AsOf {
    /// Of the log.
    pub(super) position: i64,
    /// Of editions and series; always 0 where a feed takes nothing from them.
    pub(super) reference: i64,
}

/// A body and how much of the catalogue is in it.
#[derive(Debug)]
struct Kept {
    body: Arc<Body>,
    /// The position up to which no notice concerns the feed that is not in the body.
    checked: AtomicI64,
    reference: i64,
}

/// The feed as it was, for making it anew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'b> {
    pub(super) body: &'b Body,
    /// No notice up to here concerns the feed that is not in the body.
    pub(super) position: i64,
}

/// A body that was just made.
pub(super) struct Made {
    pub(super) body: Body,
    /// The log's head that it was made from.
    pub(super) position: i64,
}

impl Made {
    /// A document in one piece.
    pub(super) fn whole(document: Bytes, told: Told, position: i64) -> Self {
        let body = Body {
            packed: Packed::new(document, Vec::new(), Bytes::new()),
            told,
            is_cut: false,
        };
        Self { body, position }
    }
}

/// The feed could not be made, and none was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BuildFailed {
    /// What was made must not be sent.
    #[error("it would be faulty: {0}")]
    Faulty(#[from] Fault),
    /// The work ended early.
    #[error("{0}")]
    Broken(String),
}

/// How an answer came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// It was there, or another request made it meanwhile.
    Kept,
    /// It was made.
    Built,
    /// It could not be made anew; the last good one.
    LastGood(BuildFailed),
}

/// The cache.
#[derive(Debug)]
pub(super) struct FeedCache {
    feeds: Cache<FeedKey, Arc<Kept>>,
    builds: Arc<Semaphore>,
}

impl FeedCache {
    /// Takes this many bytes at most, as long as no feed is larger than half of that.
    pub(super) fn new(bytes: u64) -> Self {
        let half = u32::try_from(bytes / 2).unwrap_or(u32::MAX);
        Self {
            feeds: Cache::builder()
                .max_capacity(bytes)
                // A larger one would not be taken in, and made anew for everybody who asks.
                .weigher(move |_, kept: &Arc<Kept>| kept.body.weight().min(half))
                .build(),
            builds: Arc::new(Semaphore::new(at_once())),
        }
    }

    /// The bytes that it takes now, about.
    pub(super) fn size_bytes(&self) -> u64 {
        self.feeds.weighted_size()
    }

    /// The feed as of a state of the catalogue: kept, or made by `make` on a thread that may
    /// compute. `concerned` tells whether a notice after a position concerns the feed.
    pub(super) async fn get(
        &self,
        key: &FeedKey,
        now: AsOf,
        concerned: impl Fn(i64) -> bool,
        make: impl FnOnce(Option<Before<'_>>) -> Result<Made, Fault> + Send + 'static,
    ) -> Result<(Arc<Body>, Source), BuildFailed> {
        let is_fresh = |kept: &Kept| {
            let checked = kept.checked.load(Ordering::Acquire);
            let fresh =
                kept.reference == now.reference && (checked >= now.position || !concerned(checked));
            if fresh {
                kept.checked.fetch_max(now.position, Ordering::AcqRel);
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
                self.build(present, now.reference, make).await.map(Op::Put)
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
                Some(kept) => Ok((Arc::clone(&kept.body), Source::LastGood(error))),
                None => Err(error),
            },
        }
    }

    async fn build(
        &self,
        present: Option<Arc<Kept>>,
        reference: i64,
        make: impl FnOnce(Option<Before<'_>>) -> Result<Made, Fault> + Send + 'static,
    ) -> Result<Arc<Kept>, BuildFailed> {
        let turn = self.turn().await?;
        let made = compute(turn, move || {
            make(present.as_deref().map(|kept| Before {
                body: &kept.body,
                position: kept.checked.load(Ordering::Acquire),
            }))
        });
        let made = made.await??;
        Ok(Arc::new(Kept {
            body: Arc::new(made.body),
            checked: AtomicI64::new(made.position),
            reference,
        }))
    }

    /// Sees to it that a body has its brotli at hand; `false` where no core is free for it.
    pub(super) async fn make_brotli(&self, body: &Arc<Body>) -> Result<bool, BuildFailed> {
        if body.brotli().is_some() {
            return Ok(true);
        }
        let Ok(turn) = timeout(BROTLI_WITHIN, self.turn()).await else {
            return Ok(false);
        };
        let turn = turn?;
        // Whoever waited before may have made it.
        if body.brotli().is_none() {
            let body = Arc::clone(body);
            compute(turn, move || {
                body.packed.brotli();
            })
            .await?;
        }
        Ok(true)
    }

    /// Waits for a core.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, BuildFailed> {
        let turn = Arc::clone(&self.builds).acquire_owned().await;
        turn.map_err(|error| BuildFailed::Broken(error.to_string()))
    }
}

/// Does work on a thread that may compute, and gives back its turn.
async fn compute<R: Send + 'static>(
    turn: OwnedSemaphorePermit,
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, BuildFailed> {
    let working = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    working
        .await
        .map_err(|error| BuildFailed::Broken(error.to_string()))
}

#[cfg(test)]
mod tests;
