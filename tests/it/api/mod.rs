//! The API as its callers see it, on both databases.

mod actions;
mod announcing;
mod authority;
mod bad_input;
mod children;
mod drafts;
mod idempotency;
mod imports;
mod log;
mod mappings;
mod openapi;
mod paging;
mod panics;
mod preconditions;
mod quiet;
mod withdrawing;
