//! A subscriber of the hub is told: of many notices once, by the feed as it stands then.
//!
//! Owns what a result means for a subscription; refuses to know how subscribers come and go (`hub`). Invariant: the
//! cursor passes a notice that concerns the topic only with a feed that has it and was taken, or given up after all
//! tries; what is tried again is the feed as it is by then.

use chrono::TimeDelta;

use super::{
    callback,
    job::Job,
    judge::Outcome,
    post::{Label, Parcel, Receipt},
};
use crate::{
    domain::retry::Pace,
    ids,
    publish::{FeedError, FeedKey, NoSuchFeed},
    store,
};

/// How long nothing is sent where the feed cannot be made as it is now.
const UNTIL_IT_IS_MENDED: TimeDelta = TimeDelta::minutes(1);

impl Job<'_> {
    /// Tells the topic's subscriber, if there is something to tell up to `reach`.
    pub(super) async fn tell(mut self, topic: &str, reach: i64) {
        match FeedKey::read(topic) {
            Ok(key) if self.shared.publisher.has_news(&key, self.cursor, reach) => {
                self.send(&key, reach).await;
            }
            Ok(_) => self.pass(reach),
            Err(NoSuchFeed(topic)) => {
                tracing::error!(endpoint = %self.lease.row.id, topic, "a subscription's topic cannot be read");
                self.pass(reach);
            }
        }
        self.report(true).await;
    }

    async fn send(&mut self, key: &FeedKey, reach: i64) {
        let now = self.shared.services.now();
        let made = {
            let _alone = self.shared.making.acquire().await;
            self.shared.publisher.fresh_feed(key, now).await
        };
        let (body, through) = match made {
            Ok(feed) => feed,
            Err(error @ FeedError::Unavailable { .. }) => {
                tracing::warn!(endpoint = %self.lease.row.id, %error, "a subscriber is told later");
                return self.health.hold(now + UNTIL_IT_IS_MENDED);
            }
            Err(
                error @ (FeedError::Unknown(_) | FeedError::Replaced(_) | FeedError::ToCome(_)),
            ) => {
                return self.end(key, reach, &error).await;
            }
        };
        // Making it may have taken its time.
        if !self.is_still_wanted().await {
            return;
        }
        let secret = match self.shared.services.vault.open(&self.lease.row.secret) {
            Ok(secret) => secret,
            Err(error) => {
                tracing::error!(endpoint = %self.lease.row.id, %error, "a subscriber's secret cannot be read: {error}");
                return self.health.hindered(now);
            }
        };
        let receipt = self.shared.courier.post(Parcel {
            url: &self.to.url,
            body: body.octets(),
            label: Label::Feed {
                content_type: key.format.content_type(),
                link: self.shared.publisher.link(key),
                secret: &secret,
            },
        });
        let receipt = receipt.await;
        // What came since it was asked for is in it too.
        self.settle_topic(&receipt, reach.max(through));
    }

    /// Whether the subscription stands as it was leased: it may have ended meanwhile, or have another secret.
    async fn is_still_wanted(&self) -> bool {
        let row = &self.lease.row;
        if !self.lease.is_valid() || self.shared.stop.is_cancelled() {
            return false;
        }
        let db = &self.shared.services.db;
        let leased = store::leases::is_leased(db.reader(), &row.id, row.epoch);
        match db.answered(leased).await {
            // Asking may have taken its time.
            Ok(wanted) => wanted && self.lease.is_valid(),
            Err(error) => {
                tracing::warn!(endpoint = %row.id, %error, "a subscriber is told later");
                false
            }
        }
    }

    /// There is no such feed any more, as where another activity stands for the one that it was about.
    async fn end(&mut self, key: &FeedKey, reach: i64, why: &FeedError) {
        tracing::info!(endpoint = %self.lease.row.id, feed = %key, %why, "a subscription ends: {why}");
        let topic = self.shared.publisher.address(key);
        callback::deny(&self.shared.courier, &self.to.url, &topic, &why.to_string()).await;
        self.health.gone(self.shared.services.now());
        self.pass(reach);
    }

    fn settle_topic(&mut self, receipt: &Receipt, reach: i64) {
        let now = self.shared.services.now();
        let id = &self.lease.row.id;
        match receipt.outcome {
            Outcome::Success => {
                self.health.succeeded(now);
                self.pass(reach);
            }
            Outcome::Internal => self.health.hindered(now),
            Outcome::Gone => self.health.gone(now),
            failure => {
                let schedule = &self.shared.schedule;
                self.health
                    .failed(now, schedule.first_pause(), receipt.retry_after);
                let next = self.health.failures.saturating_add(1);
                match schedule.wait(next, Pace::Ordinary, ids::jitter()) {
                    Some(wait) => self.health.hold(now + wait),
                    None => {
                        let (failures, code) = (self.health.failures, failure.code());
                        tracing::warn!(endpoint = %id, failures, code, "a subscriber is not told of it any more, after {failures} tries");
                        self.pass(reach);
                    }
                }
            }
        }
    }

    fn pass(&mut self, reach: i64) {
        self.cursor = self.cursor.max(reach);
    }
}
