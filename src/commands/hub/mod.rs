//! What a subscriber that was verified has done: one file for each thing.
//!
//! Owns the transactions; refuses to know how callbacks are asked (`deliver`).

pub mod subscribe;
pub mod unsubscribe;
