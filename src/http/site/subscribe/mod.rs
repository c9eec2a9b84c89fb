//! Subscribing: the bar under every list, the builder, the code for phones, what is kept under an address of its own.

pub(super) mod builder;
mod form;
mod part;
mod qr;
pub(super) mod saved;

pub(crate) use part::{Bar, Part};
pub(in crate::http) use qr::Qr;
