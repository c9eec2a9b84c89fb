//! The console over HTTP: who gets in, what they may do, and that nothing is lost or leaks on the way.

mod coming_in;
mod cross_site;
mod roles;
mod seat;
mod second_factor;
mod working;
