//! The hub (W3C WebSub, §5): whoever asks to be told of a feed is asked back before anything is done.
//!
//! Owns the asking back; refuses to know which topics there are (`http`). Invariant: nothing is subscribed and nothing
//! ended without the callback's own word, and it is asked through the guard alone.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};
use url::Url;

use super::post::Courier;
use crate::{
    commands::{
        CommandError, Services,
        hub::{
            subscribe::{Subscribe, subscribe},
            unsubscribe::unsubscribe,
        },
    },
    domain::hub::Mode,
    guard::read_answer,
    ids,
};

/// Callbacks that are asked back at the same time.
const ASKED_AT_ONCE: usize = 64;

/// Before each time that a callback is asked, as long as it does not answer.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// What was asked for, of a topic that is there and a callback that may be reached.
#[derive(Clone, Debug)]
pub struct Intent {
    /// What.
    pub mode: Mode,
    /// The topic's own address.
    pub topic: String,
    /// The same below `/feeds/`.
    pub feed: String,
    /// Who is asked back and told.
    pub callback: Url,
}

/// The hub of this process.
#[derive(Debug)]
pub struct Hub {
    services: Services,
    courier: Arc<Courier>,
    room: Arc<Semaphore>,
}

impl Hub {
    /// Asks through a courier.
    #[must_use]
    pub fn new(services: Services, courier: Arc<Courier>) -> Self {
        Self {
            services,
            courier,
            room: Arc::new(Semaphore::new(ASKED_AT_ONCE)),
        }
    }

    /// Takes a request, to ask back while its sender has the answer already; `false` when too many are under way.
    #[must_use]
    pub fn take(self: &Arc<Self>, intent: Intent) -> bool {
        let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else {
            return false;
        };
        let hub = Arc::clone(self);
        tokio::spawn(async move { hub.carry_out(intent, room).await });
        true
    }

    async fn carry_out(&self, intent: Intent, _room: OwnedSemaphorePermit) {
        let mode = intent.mode.name();
        let confirmed = self.is_confirmed(&intent).await;
        self.courier.metrics.hub_asked(confirmed);
        if !confirmed {
            tracing::info!(feed = %intent.feed, mode, "a callback did not confirm what was asked for in its name");
            return;
        }
        let feed = intent.feed.clone();
        match self.done(intent).await {
            Ok(()) => tracing::info!(feed = %feed, mode, "a callback confirmed: {mode}"),
            Err(error) => {
                tracing::warn!(feed = %feed, mode, %error, "what a callback confirmed could not be done")
            }
        }
    }

    async fn done(&self, intent: Intent) -> Result<(), CommandError> {
        match intent.mode {
            Mode::Subscribe { secret, lease } => {
                let asked = Subscribe {
                    topic: intent.feed,
                    callback: intent.callback.into(),
                    secret,
                    lease,
                };
                subscribe(&self.services, asked).await
            }
            Mode::Unsubscribe => {
                unsubscribe(&self.services, intent.feed, intent.callback.into()).await
            }
        }
    }

    /// Whether the callback answers with what it is asked with (§5.3).
    async fn is_confirmed(&self, intent: &Intent) -> bool {
        let challenge = ids::challenge();
        let mut url = intent.callback.clone();
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("hub.mode", intent.mode.name())
                .append_pair("hub.topic", &intent.topic)
                .append_pair("hub.challenge", &challenge);
            if let Mode::Subscribe { lease, .. } = &intent.mode {
                query.append_pair("hub.lease_seconds", &lease.num_seconds().to_string());
            }
        }
        let Ok(client) = self.courier.guard().client(&url) else {
            return false;
        };
        for pause in PAUSES {
            sleep(pause).await;
            match client.get(url.clone()).send().await {
                Ok(response) => {
                    let answer = read_answer(response).await;
                    return (200..300).contains(&answer.status)
                        && answer.cut.is_none()
                        && answer.excerpt.as_deref() == Some(challenge.as_str());
                }
                Err(error) => {
                    tracing::debug!(error = %error.without_url(), "a callback did not answer");
                }
            }
        }
        false
    }
}
