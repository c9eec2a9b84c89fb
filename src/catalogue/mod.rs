//! The log applied in memory: every public activity and every notice; it answers all public reads.
//!
//! Owns the projection and its lock; refuses to know SQL beyond reading on, and HTTP.
//! Architecture invariant: it holds nothing that is not in the log or in editions and series, so drafts,
//! embargoed and returned activities cannot leak from it; and it applies positions in order, without gaps.

use std::sync::{RwLock, RwLockReadGuard};

use futures_util::future;
use sea_orm::ConnectionTrait;
use tokio::sync::{Mutex, watch};

use crate::store::{self, Db, StoreError};

mod names;
mod records;
mod standing;
mod state;
mod withdrawn;

pub use records::Past;
pub use standing::{NotReady, Standing};
pub use state::{Entry, State};

/// Notices read from the database at once.
const PAGE: u64 = 1_000;

/// How far the catalogue has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The last position applied.
    pub position: i64,
    /// The version of editions and series applied.
    pub reference: i64,
}

/// The public programme in memory.
#[derive(Debug)]
pub struct Catalogue {
    state: RwLock<State>,
    applying: Mutex<()>,
    applied: watch::Sender<Applied>,
    standing: Standing,
}

impl Catalogue {
    /// Loads it from the log.
    ///
    /// # Errors
    /// When the database fails, or a document cannot be read.
    pub async fn load(db: &Db) -> Result<Self, StoreError> {
        let head = store::log::head(db.reader()).await?;
        let state = State::new(head.log_id, head.authority, head.authority_year);
        let catalogue = Self::of(state);
        catalogue.catch_up(db).await?;
        Ok(catalogue)
    }

    /// Of an empty log.
    #[cfg(test)]
    pub(crate) fn empty() -> Self {
        let state = State::new("log".to_owned(), "yueli.example".to_owned(), 2021);
        Self::of(state)
    }

    /// Applies a notice as the log's next.
    #[cfg(test)]
    pub(crate) fn tell(&self, mut notice: crate::domain::notice::Notice) {
        let mut state = self.state.write().expect("nobody panics while holding it");
        notice.position = state.head() + 1;
        notice.id = format!("ntc_{:026}", notice.position)
            .parse()
            .expect("an id");
        state.apply(notice);
    }

    fn of(state: State) -> Self {
        Self {
            state: RwLock::new(state),
            applying: Mutex::new(()),
            applied: watch::channel(Applied {
                position: 0,
                reference: -1,
            })
            .0,
            standing: Standing::new(),
        }
    }

    /// Applies what it has not seen; returns how far it is then.
    ///
    /// It may be dropped at any await, and begun again.
    ///
    /// # Errors
    /// When the database fails; what was applied until then stays.
    pub async fn catch_up(&self, db: &Db) -> Result<Applied, StoreError> {
        let _one_at_a_time = self.applying.lock().await;
        let head = store::log::head(db.reader()).await?;
        let mut now = self.applied();
        if head.reference_version != now.reference {
            self.load_reference(db.reader()).await?;
            now.reference = head.reference_version;
            self.advance(now);
        }
        let mut page = if now.position < head.position {
            store::log::page(db.reader(), now.position, PAGE).await?
        } else {
            store::log::Page::default()
        };
        while let Some(last) = page.last() {
            // While this page is understood, the next one is read.
            let (notices, next) = if last < head.position {
                let read = tokio::task::spawn_blocking(|| page.read());
                let (read, next) =
                    future::join(read, store::log::page(db.reader(), last, PAGE)).await;
                (read.expect("reading does not panic")?, next?)
            } else {
                (page.read()?, store::log::Page::default())
            };
            {
                let mut state = self
                    .state
                    .write()
                    .expect("nobody panics while holding the catalogue");
                for notice in notices {
                    state.apply(notice);
                }
            }
            now.position = last;
            // After each page, so that a failure in the next one does not have this one applied twice.
            self.advance(now);
            page = next;
        }
        Ok(now)
    }

    fn advance(&self, to: Applied) {
        self.applied.send_replace(to);
        self.standing.applied(to.position);
    }

    async fn load_reference(&self, db: &impl ConnectionTrait) -> Result<(), StoreError> {
        let editions = store::reference::editions(db).await?;
        let series = store::reference::all_series(db).await?;
        self.state
            .write()
            .expect("nobody panics while holding the catalogue")
            .set_reference(editions, series);
        Ok(())
    }

    /// The programme as it stands; hold it briefly and never across an await.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state
            .read()
            .expect("nobody panics while holding the catalogue")
    }

    /// How far it is.
    #[must_use]
    pub fn applied(&self) -> Applied {
        *self.applied.borrow()
    }

    /// How far this instance, and all of them, may be believed.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Tells of each step forward.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Applied> {
        self.applied.subscribe()
    }
}
