//! Calendar and news documents: values in, bytes out.
//!
//! Owns the formats: how a calendar entry is written as iCalendar, how a news entry is written as RSS,
//! Atom and JSON Feed, and what a news document must never be sent with (`lint`). Refuses to know the clock, the database, HTTP and the programme itself: wording, choice
//! of entries and the time of a change are decided by the caller.
//!
//! Invariant: the same values give the same bytes, and no text in any field can break a document or
//! add anything to it.

pub mod atom;
pub mod ical;
pub mod json;
pub mod line;
pub mod lint;
pub mod news;
pub mod opml;
pub mod rss;
mod slot;
mod text;

pub use slot::{Point, Slot};
pub use text::{Language, Text, clean, escape_html};
