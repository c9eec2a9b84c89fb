//! Which kinds of clients fetched which feed today, counted in memory.
//!
//! Owns the counts of this process until they are written down. Refuses to know HTTP, the database, and who asks: an
//! address of a client or what it says of itself never comes here. Invariants: counting waits for nothing but another
//! count; memory is bounded, whatever is asked for; a count that could not be written is written later.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher as _,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::{client::Client, when::day_of};

/// What subscriptions that people keep at an address of their own are counted under, all of them together.
pub const SAVED: &str = "saved";
/// What is counted under when there is no room for an address.
pub const REST: &str = "rest";

/// Pairs of a feed and a kind of clients that are told apart, in one day.
const MOST: usize = 20_000;
/// From here on a feed's query is left out: anybody can write more of them than there is room for.
const WITH_QUERIES: usize = MOST / 2;
/// Room for the one name that always has some, today and, until it is written, yesterday.
const RESERVED: usize = 2 * Client::ALL.len();
/// Longer names are counted under a shorter one: a database's index takes some 2,700 bytes (PostgreSQL).
const LONGEST: usize = 512;
/// Parts of the memory that are locked apart.
const SHARDS: usize = 16;

/// What one kind of clients fetched of one feed on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The feed's address below `/feeds/` in its one form, [`SAVED`] or [`REST`].
    pub feed: Arc<str>,
    /// The kind of clients.
    pub client: Client,
    /// The day in Asia/Shanghai.
    pub day: NaiveDate,
    /// How often, since it was written down last.
    pub requests: i64,
    /// The last time.
    pub last_seen_at: DateTime<Utc>,
    /// The newest position of the log whose state it was sent; 0 where none is known.
    pub position: i64,
}

/// The counts of one kind of clients.
#[derive(Debug)]
struct Tally {
    client: Client,
    day: NaiveDate,
    /// Not written down yet.
    requests: i64,
    last_seen_at: DateTime<Utc>,
    position: i64,
}

impl Tally {
    fn add(&mut self, requests: i64, at: DateTime<Utc>, position: i64) {
        self.requests += requests;
        self.last_seen_at = self.last_seen_at.max(at);
        self.position = self.position.max(position);
    }
}

type Shard = HashMap<Arc<str>, Vec<Tally>>;

/// The counts of this process.
#[derive(Debug, Default)]
pub struct Sightings {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    pairs: AtomicUsize,
    /// Whoever writes them down holds it meanwhile.
    pub writing: tokio::sync::Mutex<()>,
}

impl Sightings {
    /// Counts that a feed was answered: with its state as of a position of the log, to one kind of clients.
    pub fn count(&self, feed: &str, client: Client, position: i64, now: DateTime<Utc>) {
        let path = feed.split_once('?').map_or(feed, |(path, _)| path);
        let day = day_of(now);
        for name in [feed, path, REST] {
            if name.len() > LONGEST {
                continue;
            }
            let mut shard = self.shard(name);
            if self.added(&mut shard, name, client, day, (1, now, position)) {
                return;
            }
        }
    }

    /// What is not written down yet, in the order of feed, kind and day. It counts as written from here on; what could not
    /// be is given back to [`Self::put_back`].
    ///
    /// Days that are over, and written, are forgotten.
    #[must_use]
    pub fn take(&self, now: DateTime<Utc>) -> Vec<Sighting> {
        let today = day_of(now);
        let mut taken = Vec::new();
        for shard in &self.shards {
            let mut shard = locked(shard);
            shard.retain(|feed, tallies| {
                let before = tallies.len();
                tallies.retain_mut(|tally| {
                    if tally.requests > 0 {
                        taken.push(Sighting {
                            feed: Arc::clone(feed),
                            client: tally.client,
                            day: tally.day,
                            requests: tally.requests,
                            last_seen_at: tally.last_seen_at,
                            position: tally.position,
                        });
                        tally.requests = 0;
                    }
                    tally.day >= today
                });
                self.pairs
                    .fetch_sub(before - tallies.len(), Ordering::Relaxed);
                !tallies.is_empty()
            });
        }
        taken.sort_unstable_by(|one, other| {
            (&one.feed, one.client, one.day).cmp(&(&other.feed, other.client, other.day))
        });
        taken
    }

    /// Takes back what could not be written down.
    pub fn put_back(&self, taken: Vec<Sighting>) {
        for it in taken {
            let counted = (it.requests, it.last_seen_at, it.position);
            for name in [&*it.feed, REST] {
                let mut shard = self.shard(name);
                if self.added(&mut shard, name, it.client, it.day, counted) {
                    break;
                }
            }
        }
    }

    /// How many pairs of a feed and a kind of clients are told apart now.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.pairs.load(Ordering::Relaxed)
    }

    fn shard(&self, feed: &str) -> MutexGuard<'_, Shard> {
        let hash = self.hasher.hash_one(feed);
        locked(&self.shards[usize::try_from(hash % SHARDS as u64).unwrap_or_default()])
    }

    /// Adds to a count; `false` where there is none yet and no room for another one.
    fn added(
        &self,
        shard: &mut Shard,
        feed: &str,
        client: Client,
        day: NaiveDate,
        (requests, at, position): (i64, DateTime<Utc>, i64),
    ) -> bool {
        let known = shard.get_mut(feed);
        if let Some(tally) = known
            && let Some(tally) = tally
                .iter_mut()
                .find(|tally| tally.client == client && tally.day == day)
        {
            tally.add(requests, at, position);
            return true;
        }
        if !self.has_room(feed) {
            return false;
        }
        let tally = Tally {
            client,
            day,
            requests,
            last_seen_at: at,
            position,
        };
        match shard.get_mut(feed) {
            Some(tallies) => tallies.push(tally),
            None => {
                shard.insert(feed.into(), vec![tally]);
            }
        }
        true
    }

    /// Takes a place for a pair of a feed, if there is one.
    fn has_room(&self, feed: &str) -> bool {
        let most = match feed {
            REST => usize::MAX,
            _ if feed.contains('?') => WITH_QUERIES,
            _ => MOST - RESERVED,
        };
        let taken = self
            .pairs
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |pairs| {
                (pairs < most).then_some(pairs + 1)
            });
        taken.is_ok()
    }
}

fn locked(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2021-06-01T23:59:00+08:00")
            .unwrap()
            .to_utc()
    }

    #[test]
    fn requests_of_one_kind_for_one_feed_are_one_count_with_the_last_time_and_the_newest_position()
    {
        let sightings = Sightings::default();
        let later = now() + TimeDelta::seconds(5);
        sightings.count("zh/all.ics", Client::Google, 7, now());
        sightings.count("zh/all.ics", Client::Google, 9, later);
        sightings.count("zh/all.ics", Client::Google, 8, later);
        sightings.count("zh/all.ics", Client::Feedly, 8, now());
        sightings.count("en/all.rss", Client::Feedly, 0, now());
        let taken = sightings.take(later);
        let said: Vec<_> = taken
            .iter()
            .map(|it| (&*it.feed, it.client, it.requests, it.position))
            .collect();
        assert_eq!(
            said,
            [
                ("en/all.rss", Client::Feedly, 1, 0),
                ("zh/all.ics", Client::Google, 3, 9),
                ("zh/all.ics", Client::Feedly, 1, 8),
            ]
        );
        assert_eq!(taken[1].last_seen_at, later);
        assert!(sightings.take(later).is_empty(), "each is taken once");
    }

    #[test]
    fn what_could_not_be_written_is_taken_again_with_what_came_meanwhile() {
        let sightings = Sightings::default();
        sightings.count("zh/all.ics", Client::Google, 7, now());
        let taken = sightings.take(now());
        let tomorrow = now() + TimeDelta::minutes(2);
        sightings.count("zh/all.ics", Client::Google, 8, now());
        sightings.put_back(taken);
        sightings.count("zh/all.ics", Client::Google, 9, tomorrow);
        let taken = sightings.take(tomorrow);
        let said: Vec<_> = taken
            .iter()
            .map(|it| (it.day.to_string(), it.requests, it.position))
            .collect();
        assert_eq!(
            said,
            [
                ("2021-06-01".to_owned(), 2, 8),
                ("2021-06-02".to_owned(), 1, 9)
            ]
        );
        assert_eq!(sightings.pairs(), 1, "a day that is over is forgotten");
    }

    #[test]
    fn beyond_the_bound_queries_are_counted_under_their_scope_and_what_is_left_under_one_name() {
        let sightings = Sightings::default();
        for n in 0..2 * MOST {
            sightings.count(&format!("zh/all.ics?q={n}"), Client::Script, 1, now());
        }
        assert_eq!(sightings.pairs(), WITH_QUERIES + 1);
        for n in 0..2 * MOST {
            sightings.count(&format!("zh/{n}.ics"), Client::Script, 1, now());
        }
        for client in Client::ALL {
            sightings.count("zh/new.ics", *client, 1, now());
        }
        assert!(sightings.pairs() <= MOST, "{}", sightings.pairs());
        let taken = sightings.take(now());
        let of = |feed: &str| {
            let of = taken.iter().filter(|it| &*it.feed == feed);
            of.map(|it| it.requests).sum::<i64>()
        };
        assert_eq!(of("zh/all.ics"), (2 * MOST - WITH_QUERIES) as i64);
        assert!(of(REST) > 0 && of("zh/new.ics") == 0);
        let all: i64 = taken.iter().map(|it| it.requests).sum();
        assert_eq!(all, (4 * MOST + Client::ALL.len()) as i64, "none is lost");
        let tomorrow = now() + TimeDelta::days(1);
        assert!(sightings.take(tomorrow).is_empty());
        assert_eq!(sightings.pairs(), 0, "the next day has all the room");
    }

    #[test]
    fn an_address_that_is_too_long_for_an_index_is_counted_under_its_scope() {
        let sightings = Sightings::default();
        let long = "x".repeat(3_000);
        sightings.count(&format!("zh/all.ics?q={long}"), Client::Google, 1, now());
        sightings.count(&format!("zh/{long}.ics"), Client::Google, 1, now());
        let names = sightings.take(now());
        let names: Vec<_> = names.iter().map(|it| &*it.feed).collect();
        assert_eq!(names, [REST, "zh/all.ics"]);
    }

    #[test]
    fn threads_that_count_at_once_lose_nothing() {
        let sightings = Sightings::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1_000 {
                        sightings.count("zh/all.ics", Client::Google, 1, now());
                    }
                });
            }
        });
        assert_eq!(sightings.take(now())[0].requests, 4_000);
    }
}
