//! What all jobs of the engine share, and the places that they take.

use std::sync::{Arc, atomic::AtomicBool};

use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::{lease::Leases, messages::Messages, post::Courier};
use crate::{commands::Services, domain::retry::Schedule, publish::Publisher};

/// What all jobs share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) services: Services,
    pub(super) publisher: Arc<Publisher>,
    pub(super) courier: Arc<Courier>,
    pub(super) schedule: Schedule,
    pub(super) messages: Messages,
    pub(super) leases: Leases,
    /// One feed at a time is made for subscribers: others wait for the same cores.
    pub(super) making: Semaphore,
    /// The end of what may be dispatched.
    pub(super) reached: watch::Receiver<i64>,
    /// Whether results wait because the database failed: what they are of would be claimed as it was before.
    pub(super) is_stuck: AtomicBool,
    /// Wakes who looks for subscribers of the hub.
    pub(super) subscribers: Notify,
    pub(super) stop: CancellationToken,
}

/// Places for jobs of a lane.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub(super) places: Arc<Semaphore>,
    half: usize,
}

impl Room {
    pub(super) fn new(places: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            half: places / 2,
        }
    }

    /// Whether so many places are free that a job may stay where it is without keeping others waiting.
    pub(super) fn is_ample(&self) -> bool {
        self.places.available_permits() > self.half
    }
}
