//! Ways to find activities: a filter, a search, the parts of the programme.

pub(super) mod agenda;
mod asked;
mod filter;
mod found;
pub(super) mod index;
pub(super) mod scope;
pub(crate) mod venue;

pub(crate) use asked::Asked;
pub(crate) use filter::Filter;
pub(crate) use found::Found;
