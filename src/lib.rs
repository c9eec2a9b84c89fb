//! Yueli: a programme of activities as one gapless log of notices, told identically on every channel.
//!
//! The layers and their rules stand in `docs/ARCHITECTURE.md`; `tests/it/layers` enforces them.

pub mod app;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod deliver;
pub mod domain;
pub mod guard;
pub mod healthcheck;
pub mod http;
pub mod ids;
pub mod links;
pub mod metrics;
pub mod publish;
pub mod sightings;
pub mod store;
pub mod telemetry;
pub mod track;
pub mod transfer;
pub mod vault;
pub mod worker;
