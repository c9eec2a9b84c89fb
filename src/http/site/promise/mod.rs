//! The promise on pages: meters, months, quarters, districts, and what took place where.

mod matrix;
mod page;
mod told;
mod twins;

pub(super) use page::{page, present};
pub(crate) use told::{Promised, Taken, Word, district, full_month, place, short_month, state};
