//! The catalogue as feeds: which activities and notices, in which words, as which bytes.
//!
//! Owns wording, selection by scope and the cache of ready-made bodies. Refuses to know SQL and
//! HTTP. Invariant: a feed's bytes are a function of the catalogue's state and the site alone.

mod brotli_chunk;
mod cache;
mod calendar;
pub(crate) mod dates;
pub(crate) mod facts;
#[cfg(test)]
mod fixture;
mod followers;
mod format;
mod html;
pub mod impact;
mod key;
pub(crate) mod news;
mod numbers;
mod opml;
mod options;
mod pack;
mod publisher;
mod rank;
mod scope;
mod site;
mod titles;
mod wanted;
pub(crate) mod wording;
mod workshop;

pub use cache::Body;
pub use followers::Follower;
pub use format::{Format, News, Tongue};
pub use key::{FeedKey, KeptAs, NoSuchFeed};
pub use opml::CHANGES;
pub use options::{Alarm, Cancelled, Options};
pub use publisher::{FeedError, Publisher};
pub use scope::Scope;

use entity::vocab::Language;

/// A language of the product as documents name it.
const fn tagged(language: Language) -> feeds::Language {
    match language {
        Language::Zh => feeds::Language::Zh,
        Language::En => feeds::Language::En,
    }
}
