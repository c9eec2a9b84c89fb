//! Who came first, of those who ask the hub for the same callback and topic.
//!
//! Owns the room for requests under way, and their order. Invariant: what was asked for later is not undone by what was
//! asked for earlier and took longer; and what was asked for later and came to nothing undoes nothing.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{Mutex as Waiting, OwnedSemaphorePermit, Semaphore};

/// Requests that are under way at the same time.
const AT_ONCE: usize = 64;

/// Whom a request is about: the feed, and the callback.
pub(super) type About = (String, String);

/// The requests under way.
#[derive(Debug)]
pub(super) struct Turns {
    room: Arc<Semaphore>,
    entered: Mutex<Entered>,
}

#[derive(Debug, Default)]
struct Entered {
    count: u64,
    /// How far it went with those about the same, for as long as any of them is under way.
    same: HashMap<About, Weak<Same>>,
}

/// Requests about the same.
#[derive(Debug, Default)]
struct Same {
    /// The number of the last one that was carried out.
    done: Waiting<u64>,
    /// The number of the last one that its callback confirmed.
    confirmed: AtomicU64,
}

/// Room for a request, and when it came.
#[derive(Debug)]
pub struct Turn {
    number: u64,
    _room: OwnedSemaphorePermit,
}

/// A request's place among those about the same.
#[derive(Debug)]
pub(super) struct Place {
    turn: Turn,
    same: Arc<Same>,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            entered: Mutex::default(),
        }
    }

    /// Room for one more; none when too many are under way.
    pub(super) fn enter(&self) -> Option<Turn> {
        let room = Arc::clone(&self.room).try_acquire_owned().ok()?;
        let mut entered = self.entered.lock().unwrap_or_else(PoisonError::into_inner);
        entered.count += 1;
        Some(Turn {
            number: entered.count,
            _room: room,
        })
    }

    /// The place of a request, once it is known what it is about.
    pub(super) fn place(&self, turn: Turn, about: About) -> Place {
        let mut entered = self.entered.lock().unwrap_or_else(PoisonError::into_inner);
        entered.same.retain(|_, same| same.strong_count() > 0);
        let kept = entered.same.get(&about).and_then(Weak::upgrade);
        let same = kept.unwrap_or_default();
        entered.same.insert(about, Arc::downgrade(&same));
        Place { turn, same }
    }
}

impl Place {
    /// Its callback gave its word.
    pub(super) fn confirm(&self) {
        let number = self.turn.number;
        self.same.confirmed.fetch_max(number, Ordering::AcqRel);
    }

    /// Whether it is the last one that was confirmed: what became of it is what became of all.
    pub(super) fn is_the_last(&self) -> bool {
        self.same.confirmed.load(Ordering::Acquire) == self.turn.number
    }

    /// Carries it out, unless a later one was; tells whether that came to its end. No other about the same is carried
    /// out meanwhile.
    pub(super) async fn carry_out<E>(
        &self,
        work: impl Future<Output = Result<(), E>>,
    ) -> Result<Carried, E> {
        let mut done = self.same.done.lock().await;
        if *done > self.turn.number {
            return Ok(Carried::Overtaken);
        }
        work.await?;
        *done = self.turn.number;
        Ok(Carried::Out)
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// It was carried out.
    Out,
    /// What was asked for later was carried out already.
    Overtaken,
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: Result<(), ()> = Ok(());

    fn about(callback: &str) -> About {
        ("zh/all.rss".to_owned(), callback.to_owned())
    }

    #[tokio::test]
    async fn the_later_one_stands_whichever_ends_first() {
        let turns = Turns::new();
        let [first, second, third] = [(); 3].map(|()| turns.enter().unwrap());
        // Its callback was looked up longest.
        let second = turns.place(second, about("a"));
        let first = turns.place(first, about("a"));
        let third = turns.place(third, about("a"));
        for place in [&second, &third, &first] {
            place.confirm();
        }
        let last = [&first, &second, &third].map(Place::is_the_last);
        assert_eq!(last, [false, false, true]);
        let failed = third.carry_out(async { Err("no") }).await;
        assert_eq!(failed, Err("no"));
        let done = second.carry_out(async { FINE }).await;
        assert_eq!(done, Ok(Carried::Out), "what failed undoes nothing");
        let work = async { panic!("the second one stands") };
        let late = first.carry_out::<()>(work).await;
        assert_eq!(late, Ok(Carried::Overtaken));
        drop((first, second, third));
        let again = turns.place(turns.enter().unwrap(), about("b"));
        assert_eq!(again.carry_out(async { FINE }).await, Ok(Carried::Out));
        let kept = turns.entered.lock().unwrap().same.len();
        assert_eq!(kept, 1, "nothing is kept of what is over");
    }

    #[test]
    fn there_is_room_for_so_many() {
        let turns = Turns::new();
        let mut all: Vec<_> = (0..AT_ONCE).map(|_| turns.enter().unwrap()).collect();
        assert!(turns.enter().is_none());
        all.pop();
        assert!(turns.enter().is_some());
    }
}
