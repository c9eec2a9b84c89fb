//! Whether a source came back whole: one that is empty, or has lost half, is more likely broken than true.

use std::fmt;

/// Entries of a source, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// That stood there when it was last whole.
    pub before: usize,
    /// That stand there now.
    pub now: usize,
    /// Of those before, that are missing now.
    pub missing: usize,
    /// Of the missing ones, that ended in between: calendars of what is to come drop them.
    pub ended: usize,
}

/// Why a source is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It holds nothing.
    Empty {
        /// How many it held.
        before: usize,
    },
    /// It lost half of its entries, or more.
    Halved {
        /// How many are missing.
        missing: usize,
        /// Of how many.
        before: usize,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { before: 0 } => f.write_str("the source is empty"),
            Self::Empty { before } => {
                write!(f, "the source came back empty; it held {before} entries")
            }
            Self::Halved { missing, before } => write!(
                f,
                "{missing} of {before} entries are missing from the source; nothing is proposed until they are back or somebody says that this is all"
            ),
        }
    }
}

/// Why a source is not believed; nothing where it is.
#[must_use]
pub fn doubt(count: Count) -> Option<Doubt> {
    if count.now == 0 {
        return Some(Doubt::Empty {
            before: count.before,
        });
    }
    let (missing, before) = (count.missing - count.ended, count.before - count.ended);
    (missing > 0 && missing * 2 >= before).then_some(Doubt::Halved { missing, before })
}
