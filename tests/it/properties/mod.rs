//! What must hold after any sequence of actions: in the rules alone, and over both databases.

mod generate;
mod kept;
mod meeting;
mod rules;
mod searched;
mod selections;
mod stored;
