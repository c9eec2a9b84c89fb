//! The hub (W3C WebSub, §5): whoever asks to be told of a feed is asked back before anything is done.
//!
//! Owns what follows from a callback's word; refuses to know which topics there are (`http`) and how a callback is asked
//! (`callback`). Invariant: nothing is subscribed and nothing ended without the callback's own word; and whoever gave it
//! is subscribed, or told that it is not.

use std::{sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

use super::{
    callback,
    post::Courier,
    turns::{Carried, Turn, Turns},
};
use crate::{
    commands::{
        CommandError, Services,
        hub::{
            subscribe::{Subscribe, subscribe},
            unsubscribe::unsubscribe,
        },
    },
    domain::hub::Mode,
};

/// Before each time that what was confirmed is written down, as long as the database fails.
const PAUSES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
    Duration::from_secs(30),
];

/// How long a stop waits for them.
const LAST_WORDS: Duration = Duration::from_secs(5);

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
    turns: Turns,
    under_way: TaskTracker,
    stop: CancellationToken,
}

impl Hub {
    /// Asks through a courier until `stop` is cancelled.
    #[must_use]
    pub fn new(services: Services, courier: Arc<Courier>, stop: CancellationToken) -> Self {
        Self {
            services,
            courier,
            turns: Turns::new(),
            under_way: TaskTracker::new(),
            stop,
        }
    }

    /// When all that was confirmed is written down, or denied, after a stop; what hangs is not waited for.
    pub async fn ended(&self) {
        self.under_way.close();
        if timeout(LAST_WORDS, self.under_way.wait()).await.is_err() {
            tracing::warn!("callbacks that were being asked are not asked any more");
        }
    }

    /// Room for a request, before anything is looked up for it; none when too many are under way.
    #[must_use]
    pub fn enter(&self) -> Option<Turn> {
        self.turns.enter()
    }

    /// Takes a request, to ask back while its sender has the answer already.
    pub fn take(self: &Arc<Self>, intent: Intent, turn: Turn) {
        let hub = Arc::clone(self);
        self.under_way
            .spawn(async move { hub.carry_out(intent, turn).await });
    }

    async fn carry_out(&self, intent: Intent, turn: Turn) {
        let about = (intent.feed.clone(), intent.callback.to_string());
        let place = self.turns.place(turn, about);
        let (feed, mode) = (intent.feed.as_str(), intent.mode.name());
        let confirmed = callback::confirms(&self.courier, &intent).await;
        self.courier.metrics.hub_asked(confirmed);
        if !confirmed {
            tracing::info!(
                feed,
                mode,
                "a callback did not confirm what was asked for in its name"
            );
            return;
        }
        place.confirm();
        match place.carry_out(self.done(&intent)).await {
            Ok(Carried::Out) => tracing::info!(feed, mode, "a callback confirmed: {mode}"),
            Ok(Carried::Overtaken) => {
                tracing::info!(feed, mode, "a callback confirmed something later already");
            }
            Err(error) => {
                tracing::error!(feed, mode, %error, "what a callback confirmed could not be done: {error}");
                // Where something later was confirmed, what becomes of that counts.
                if matches!(intent.mode, Mode::Subscribe { .. }) && place.is_the_last() {
                    let reason = match error {
                        CommandError::Conflict(why) => why,
                        _ => "the hub cannot write it down now; ask again later".to_owned(),
                    };
                    callback::deny(&self.courier, &intent.callback, &intent.topic, &reason).await;
                }
            }
        }
    }

    /// Writes it down, also where the database fails for a while; at a stop it is tried once more at once.
    async fn done(&self, intent: &Intent) -> Result<(), CommandError> {
        let mut done = Ok(());
        for pause in PAUSES {
            let stopped = self.stop.run_until_cancelled(sleep(pause)).await.is_none();
            done = self.write(intent).await;
            match &done {
                Ok(()) | Err(CommandError::Conflict(_)) => break,
                Err(_) if stopped => break,
                Err(error) => {
                    tracing::warn!(feed = intent.feed, %error, "what a callback confirmed cannot be written down");
                }
            }
        }
        done
    }

    async fn write(&self, intent: &Intent) -> Result<(), CommandError> {
        let (feed, callback) = (intent.feed.clone(), intent.callback.to_string());
        match &intent.mode {
            Mode::Subscribe { secret, lease } => {
                let asked = Subscribe {
                    topic: feed,
                    callback,
                    secret: secret.clone(),
                    lease: *lease,
                };
                subscribe(&self.services, asked).await
            }
            Mode::Unsubscribe => unsubscribe(&self.services, feed, callback).await,
        }
    }
}
