//! What the tests stand on. Nothing here asserts anything about the product.

pub(crate) mod app;
pub(crate) mod db;
pub(crate) mod http;
pub(crate) mod names;
mod postgres;
pub(crate) mod process;
pub(crate) mod program;
pub(crate) mod receiver;
