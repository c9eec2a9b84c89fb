//! Yueli
