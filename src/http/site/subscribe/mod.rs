//! Subscribing: the bar under every list, the builder, the code for phones.

pub(super) mod builder;
mod form;
mod part;
mod qr;

pub(crate) use part::{Bar, Part};
