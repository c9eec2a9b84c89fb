//! The rows of Yueli's tables, one table a file, and the vocabulary they share.
//!
//! Owns names and types; refuses to know queries, the clock and the rules of the domain.
//! Architecture invariant: nothing here imports another crate of this workspace.

pub mod activity;
pub mod attempt;
pub mod audit_entry;
pub mod comment;
pub mod delivery_exception;
pub mod edition;
pub mod endpoint;
pub mod feed_sighting;
pub mod idempotency_key;
pub mod import_mapping;
pub mod instance;
pub mod job_slot;
pub mod log_head;
pub mod login_failure;
pub mod notice;
pub mod office_contact;
pub mod proposal;
pub mod saved_filter;
pub mod saved_subscription;
pub mod series;
pub mod session;
pub mod source;
pub mod source_entry;
pub mod source_fetch;
pub mod token;
pub mod user;
pub mod vocab;
