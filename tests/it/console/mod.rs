//! The console over HTTP: who gets in, what they may do, and that nothing is lost or leaks on the way.

mod bad_input;
mod brute_force;
mod cells;
mod coming_in;
mod cross_site;
mod editors;
mod factors;
mod hidden;
mod hours;
pub(crate) mod imports;
mod leaks;
mod markup;
mod moves;
mod page;
mod roles;
pub(crate) mod routes;
pub(crate) mod seat;
mod second;
mod second_factor;
mod sessions;
mod sources;
mod tables;
mod too_late;
mod webhooks;
mod working;
