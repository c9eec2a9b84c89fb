//! The decisions: what may happen to an activity, and what it is then.
//!
//! Owns the rules of the programme; refuses to know databases, HTTP and the clock (`now` is an argument).
//! Architecture invariant: everything here is pure and synchronous.

pub mod action;
pub mod activity;
pub mod alike;
pub mod audit;
pub mod clash;
pub mod client;
pub mod dates;
pub mod digest;
pub mod edition;
pub mod holidays;
pub mod hub;
pub mod input;
pub mod likeness;
pub mod login;
pub mod mapping;
pub mod notice;
pub mod number;
pub mod office_contact;
pub mod parts;
pub mod promise;
pub mod refusal;
pub mod reminder;
pub mod request;
pub mod retry;
pub mod rights;
pub mod role;
pub mod roll_over;
pub mod rotation;
#[cfg(test)]
pub(crate) mod samples;
pub mod search;
pub mod selection;
pub mod series;
pub mod source;
pub mod statement;
pub mod subscription;
pub mod text;
pub mod tracking;
pub mod when;
