//! Owns what a date is in figures: the band's, the large ones, the short ones, the hour, the months.
//! Refuses to know the calendar (a 31 February is as good as any date), words and the layout.
//! Invariant: only characters `figures` has are used, and nothing finer than the date is said.

use super::{Slot, Tone};

/// Year, month, day.
type Day = (i32, u32, u32);

/// What the band says: as much as all of the date has in common.
pub(super) fn heading(slot: Slot) -> String {
    match slot {
        Slot::Minute { year, month, .. } => format!("{year} · {month:02}"),
        Slot::Days { from, to } if (from.0, from.1) == (to.0, to.1) => {
            format!("{} · {:02}", from.0, from.1)
        }
        Slot::Days { from, to } if from.0 != to.0 => format!("{} – {}", from.0, to.0),
        Slot::Days {
            from: (year, ..), ..
        }
        | Slot::Month { year, .. } => year.to_string(),
        Slot::Unknown => "· · ·".to_owned(),
    }
}

/// The large figures, by lines.
pub(super) fn large(slot: Slot, tone: Tone) -> Vec<String> {
    match slot {
        Slot::Minute { day, .. } => vec![day.to_string()],
        Slot::Days { from, to } if from == to => vec![from.2.to_string()],
        Slot::Days { from, to } if (from.0, from.1) == (to.0, to.1) => {
            vec![format!("{}–{}", from.2, to.2)]
        }
        Slot::Days { from, to } => {
            vec![
                format!("{:02}.{:02}–", from.1, from.2),
                format!("{:02}.{:02}", to.1, to.2),
            ]
        }
        Slot::Month { month, .. } => vec![format!("{month:02}")],
        // What has been is not in question; its date was only never told.
        Slot::Unknown if tone == Tone::Held => vec!["···".to_owned()],
        Slot::Unknown => vec!["?".to_owned()],
    }
}

/// A date in one line; the year only where it is not that of `beside`.
pub(super) fn short(slot: Slot, beside: Slot) -> Option<String> {
    let ((y1, m1, d1), (y2, m2, d2)) = match (slot, days(slot)) {
        (_, Some(days)) => days,
        (Slot::Month { year, month }, None) => return Some(format!("{year}.{month:02}")),
        _ => return None,
    };
    let start = match beside {
        Slot::Minute { year, .. } | Slot::Month { year, .. } if year == y1 => String::new(),
        Slot::Days { from, .. } if from.0 == y1 => String::new(),
        _ => format!("{y1}."),
    } + &format!("{m1:02}.{d1:02}");
    Some(if y1 != y2 {
        format!("{start}–{y2}.{m2:02}.{d2:02}")
    } else if m1 != m2 {
        format!("{start}–{m2:02}.{d2:02}")
    } else if d1 != d2 {
        format!("{start}–{d2:02}")
    } else {
        start
    })
}

/// The hour, where it is known.
pub(super) fn hour(slot: Slot) -> Option<String> {
    match slot {
        Slot::Minute { hour, minute, .. } => Some(format!("{hour:02}:{minute:02}")),
        _ => None,
    }
}

/// The first and the last day, where they are known.
pub(super) fn days(slot: Slot) -> Option<(Day, Day)> {
    match slot {
        Slot::Minute {
            year, month, day, ..
        } => Some(((year, month, day), (year, month, day))),
        Slot::Days { from, to } => Some((from, to)),
        Slot::Month { .. } | Slot::Unknown => None,
    }
}

/// The months a date touches, January first.
pub(super) fn months(slot: Slot) -> [bool; 12] {
    let (from, to) = match (slot, days(slot)) {
        (Slot::Month { year, month }, _) => ((year, month), (year, month)),
        (_, Some(((y1, m1, _), (y2, m2, _)))) => ((y1, m1), (y2, m2)),
        _ => return [false; 12],
    };
    let count = |(year, month): (i32, u32)| i64::from(year) * 12 + i64::from(month) - 1;
    let (from, to) = (count(from), count(to));
    let mut touched = [false; 12];
    for month in from..=to.min(from.saturating_add(11)) {
        if let Some(flag) = touched.get_mut(month.rem_euclid(12) as usize) {
            *flag = true;
        }
    }
    touched
}
