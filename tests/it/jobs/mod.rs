//! What runs beside the requests: following the log, standing among other instances, jobs by the clock.

mod digest;
mod embargoes;
mod following;
mod house;
mod pruning;
mod reminders;
mod slots;
