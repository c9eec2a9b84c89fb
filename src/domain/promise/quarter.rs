//! A quarter of a year, as the promise counts them.

use std::fmt;

use crate::domain::when::Month;

/// Three months of a year, `2021-Q3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    year: i32,
    number: u32,
}

impl Quarter {
    /// The quarter a month lies in.
    #[must_use]
    pub fn of(month: Month) -> Self {
        Self {
            year: month.year(),
            number: (month.number() - 1) / 3 + 1,
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// 1–4.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Its last month.
    #[must_use]
    pub(super) fn last_month(self) -> Month {
        Month::new(self.year, self.number * 3).expect("made from a month of that year")
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}
