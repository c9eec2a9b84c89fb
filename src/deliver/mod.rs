//! Webhooks: from the log to the partners' endpoints.
//!
//! The log is the backlog: an endpoint's row holds a cursor into it, and only what did not go right at once has a row
//! of its own (what that comes to is in docs/PERFORMANCE.md). `engine` starts it all; `dispatch` leases endpoints
//! (`lease`) and gives each a `job`, which plans what to send (`plan`), walks the log for that (`walk`), makes the bytes
//! (`message`), signs (`sign`), posts (`post`) and judges (`judge`); `settle` says what that means for the endpoint, and
//! `record` writes it down.
//!
//! Owns delivering; refuses to know who may register an endpoint (`commands`) and how that is asked for (`http`).
//! Architecture invariant: at least once, in the cursor's order, with the same id and bytes on each try; at no point
//! does a transaction wait for a network.

mod callback;
mod destination;
mod dispatch;
mod engine;
mod examples;
mod format;
mod gauge;
mod hub;
mod job;
mod judge;
mod lease;
pub mod message;
mod messages;
mod ping;
mod plan;
mod post;
mod reach;
mod record;
mod settle;
mod shared;
pub mod sign;
mod topic;
mod turns;
mod walk;

pub use engine::run;
pub use examples::{Example, examples};
pub use format::{headers_shown, robot_card};
pub use hub::{Hub, Intent};
pub use judge::Outcome;
pub use ping::{PingError, Trial, ping, trial};
pub use post::Courier;
pub use turns::Turn;
