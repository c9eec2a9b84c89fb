//! Feeds on demand: made once and kept until something concerns them.
//!
//! Owns what makes a kept feed stale, and what is said where there is none. Refuses to know what stands in a feed, and
//! HTTP. Invariant: a feed that is given out was right as of a state of the catalogue that was current when it was
//! asked for, or later.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use entity::vocab::Language;

use super::{
    cache::{AsOf, Before, Body, BuildFailed, FeedCache, Source},
    calendar,
    format::{Format, Tongue},
    key::FeedKey,
    news,
    scope::Scope,
    site::Site,
    titles::{self, Titles},
    wanted::{self, Wanted},
    workshop::{Workshop, most},
};
use crate::{
    catalogue::Catalogue,
    config::ProgrammeSettings,
    domain::{notice::Notice, when::Month},
    ids::ActivityId,
    links::Links,
    metrics::Metrics,
};

/// Why there is no feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// There is no such activity or edition.
    #[error("there is no feed at /feeds/{0}")]
    Unknown(Box<FeedKey>),
    /// The activity was withdrawn and another one stands for it.
    #[error("the activity was withdrawn; {0} replaces it")]
    Replaced(ActivityId),
    /// The month whose archive it is has not begun: what comes will stand in the newest first.
    #[error("{0} has not begun")]
    ToCome(Month),
    /// It cannot be made now, and none was kept.
    #[error("the feed /feeds/{key} cannot be built: {cause}")]
    Unavailable {
        /// Which one.
        key: Box<FeedKey>,
        /// Why.
        cause: String,
    },
}

/// A feed, how it came about, and up to where all that concerns it is in it.
struct Found {
    body: Arc<Body>,
    source: Source,
    position: i64,
}

fn unavailable(key: &FeedKey, cause: &BuildFailed) -> FeedError {
    FeedError::Unavailable {
        key: Box::new(key.clone()),
        cause: cause.to_string(),
    }
}

/// Makes and keeps feeds.
#[derive(Debug)]
pub struct Publisher {
    catalogue: Arc<Catalogue>,
    metrics: Arc<Metrics>,
    workshop: Arc<Workshop>,
    cache: FeedCache,
}

impl Publisher {
    /// Keeps `bytes` of feeds at most.
    #[must_use]
    pub fn new(
        catalogue: Arc<Catalogue>,
        links: Links,
        programme: ProgrammeSettings,
        bytes: u64,
        metrics: Arc<Metrics>,
    ) -> Self {
        let site = {
            let state = catalogue.read();
            Site {
                links,
                authority: state.authority.clone(),
                authority_year: state.authority_year,
                programme,
            }
        };
        Self {
            catalogue,
            metrics,
            workshop: Arc::new(Workshop { site }),
            cache: FeedCache::new(bytes),
        }
    }

    /// The calendar of everything that has a slot, for an export: the feed `all` without its bound.
    #[must_use]
    pub fn whole_calendar(&self, language: Language) -> Vec<u8> {
        let key = FeedKey::of_all(Tongue::One(language), Format::Ics);
        self.workshop
            .calendar(&self.catalogue, &key, usize::MAX, None)
            .body
            .document()
    }

    /// A notice in the words of the news.
    #[must_use]
    pub fn entry(&self, notice: &Notice, language: Language) -> feeds::news::Entry {
        news::entry(&self.workshop.site, notice, None, language)
    }

    /// What a calendar shows of an activity as of a notice: its title, its slot and place, its description. None where it
    /// stands in no calendar.
    #[must_use]
    pub fn calendar_card(&self, notice: &Notice, language: Language) -> Option<String> {
        let activity = notice.activity.as_ref()?;
        let site = &self.workshop.site;
        let event = calendar::event(site, activity, notice.reason.as_ref(), language)?;
        let when = super::dates::Dates::with_years(language).full(activity.shown_when());
        let place = super::facts::whereabouts(activity, language);
        let lines = [
            Some(event.summary.value),
            when,
            place,
            Some(event.description.value),
        ];
        Some(lines.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }

    /// The feed as the catalogue stands. `now` alone decides whether this month's archive is there already.
    ///
    /// # Errors
    /// When there is none, or none any more, or it cannot be made.
    pub async fn feed(&self, key: &FeedKey, now: DateTime<Utc>) -> Result<Arc<Body>, FeedError> {
        Ok(self.found(key, now).await?.body)
    }

    /// The same for whoever says what was sent: with the position up to which all that concerns it is in it; none where it
    /// is the last good one.
    ///
    /// # Errors
    /// As of [`Self::feed`].
    pub async fn feed_as_of(
        &self,
        key: &FeedKey,
        now: DateTime<Utc>,
    ) -> Result<(Arc<Body>, Option<i64>), FeedError> {
        let Found {
            body,
            source,
            position,
        } = self.found(key, now).await?;
        let is_good = !matches!(source, Source::LastGood(_));
        Ok((body, is_good.then_some(position)))
    }

    /// The same for whoever is sent it once: with the position up to which all that concerns it is in it. The last good
    /// one is not enough for them.
    ///
    /// # Errors
    /// As of [`Self::feed`], and when it cannot be made anew.
    pub async fn fresh_feed(
        &self,
        key: &FeedKey,
        now: DateTime<Utc>,
    ) -> Result<(Arc<Body>, i64), FeedError> {
        let Found {
            body,
            source,
            position,
        } = self.found(key, now).await?;
        match source {
            Source::Kept | Source::Built => Ok((body, position)),
            Source::LastGood(cause) => Err(unavailable(key, &cause)),
        }
    }

    async fn found(&self, key: &FeedKey, now: DateTime<Utc>) -> Result<Found, FeedError> {
        let reference = match &key.scope {
            Scope::Section(..) | Scope::Series(_) | Scope::Feeds => {
                self.catalogue.applied().reference
            }
            _ => 0,
        };
        let as_of = {
            let state = self.catalogue.read();
            wanted::exists(&state, key, now)?;
            AsOf {
                position: state.head(),
                reference,
            }
        };
        let concerned = |since| {
            let state = self.catalogue.read();
            let wanted = Wanted::of(key);
            state
                .sifted_after(since, &wanted.sieve)
                .any(|notice| wanted.concerns(&state, notice))
        };
        let make = {
            let (catalogue, workshop, key) = (
                Arc::clone(&self.catalogue),
                Arc::clone(&self.workshop),
                key.clone(),
            );
            move |before: Option<Before<'_>>| match key.format {
                Format::Ics => Ok(workshop.calendar(&catalogue, &key, most(&key.scope), before)),
                Format::News(format) => workshop.news(&catalogue, &key, format, before),
                Format::Opml => Ok(workshop.list(&catalogue, &key)),
            }
        };
        match self.cache.get(key, as_of, concerned, make).await {
            Ok((body, source)) => {
                match &source {
                    Source::Kept => self.metrics.feed_cache_hit(),
                    Source::Built => self.metrics.feed_cache_built(self.cache.size_bytes()),
                    Source::LastGood(cause) => {
                        self.metrics.feed_refused();
                        tracing::error!(feed = %key, %cause, "the feed {key} cannot be built; the last good one is served");
                    }
                }
                Ok(Found {
                    body,
                    source,
                    position: as_of.position,
                })
            }
            Err(cause) => {
                self.metrics.feed_refused();
                tracing::error!(feed = %key, %cause, "the feed {key} cannot be built and none was kept");
                Err(unavailable(key, &cause))
            }
        }
    }

    /// Whether there is such a feed.
    ///
    /// # Errors
    /// When there is none, or none any more.
    pub fn exists(&self, key: &FeedKey, now: DateTime<Utc>) -> Result<(), FeedError> {
        wanted::exists(&self.catalogue.read(), key, now)
    }

    /// Whether a feed has something to tell of the notices after a position, up to another one; history is no news.
    #[must_use]
    pub fn has_news(&self, key: &FeedKey, after: i64, through: i64) -> bool {
        let state = self.catalogue.read();
        let wanted = Wanted::of(key);
        state
            .sifted_after(after, &wanted.sieve)
            .take_while(|notice| notice.position <= through)
            .any(|notice| !notice.history && wanted.concerns(&state, notice))
    }

    /// Whether a feed may differ because of a notice, be it one that is not told yet.
    #[must_use]
    pub fn concerns(&self, key: &FeedKey, notice: &Notice) -> bool {
        Wanted::of(key).concerns(&self.catalogue.read(), notice)
    }

    /// The news of a feed after a position, so many at most, and the position that was looked at last. History is no news,
    /// and neither is what was taken back since.
    #[must_use]
    pub fn news_after(&self, key: &FeedKey, after: i64, most: usize) -> (Vec<Arc<Notice>>, i64) {
        let state = self.catalogue.read();
        let wanted = Wanted::of(key);
        let news: Vec<_> = state
            .sifted_after(after, &wanted.sieve)
            .filter(|notice| {
                !notice.history && wanted.notice(&state, notice) && !state.is_taken_back(notice)
            })
            .take(most)
            .cloned()
            .collect();
        let last = news.last().filter(|_| news.len() == most);
        let through = last.map_or(state.head(), |notice| notice.position);
        (news, through)
    }

    /// The value of `Link` for a news feed: its hub, and itself as the hub's topic (W3C WebSub, §4).
    #[must_use]
    pub fn link(&self, key: &FeedKey) -> String {
        let Site { links, .. } = &self.workshop.site;
        let (hub, topic) = (links.hub(), self.workshop.site.feed(key));
        format!("<{hub}>; rel=\"hub\", <{topic}>; rel=\"self\"")
    }

    /// What a feed calls itself.
    #[must_use]
    pub fn title(&self, key: &FeedKey) -> String {
        let state = self.catalogue.read();
        let subject = wanted::title(&state, &key.scope);
        Titles::of(&self.workshop.site, key, subject, key.tongue.first()).name
    }

    /// What part of the programme a feed is of; none where it is the whole.
    #[must_use]
    pub fn part(&self, key: &FeedKey) -> Option<String> {
        let state = self.catalogue.read();
        let subject = wanted::title(&state, &key.scope);
        let (name, _) = titles::named(key, subject, key.tongue.first());
        (!name.is_empty()).then_some(name)
    }

    /// A feed's own address.
    #[must_use]
    pub fn address(&self, key: &FeedKey) -> String {
        self.workshop.site.feed(key)
    }

    /// Sees to it that a document has its brotli at hand, and tells whether it has: not where every core has something
    /// else to do, or where it cannot be made.
    pub async fn make_brotli(&self, name: &impl fmt::Display, body: &Arc<Body>) -> bool {
        let made = self.cache.make_brotli(body).await;
        made.unwrap_or_else(|cause| {
            tracing::error!(document = %name, %cause, "{name} cannot be compressed as brotli");
            false
        })
    }
}
