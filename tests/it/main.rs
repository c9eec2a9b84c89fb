//! All tests that run the whole program, in one binary: one link, one PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod api;
mod audit;
mod chaos;
mod command_line;
mod concurrency;
mod console;
mod editions;
mod feeds;
mod hub;
mod jobs;
mod kills;
mod layers;
mod news;
mod operations;
mod parents;
mod promise;
mod properties;
mod reference;
mod schema;
mod site;
mod stream;
mod support;
mod tracking;
mod transfer;
mod two_instances;
mod webhooks;
