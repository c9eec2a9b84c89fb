//! Whether an event stands, is put off or is called off.
//!
//! Owns what `STATUS` and a calendar's `METHOD` say beside a title's mark; refuses to know what becomes of it.

use icalendar::parser::Component;

use super::{all, find};
use crate::transfer::{marks, row::Said};

/// Whether `STATUS` calls the event off.
pub(super) fn is_cancelled(event: &Component<'_>) -> bool {
    find(event, "STATUS")
        .is_some_and(|status| status.val.as_str().trim().eq_ignore_ascii_case("CANCELLED"))
}

/// Whether the calendar takes back all it holds (RFC 5546 §3.2.5).
pub(super) fn calls_off(calendar: &Component<'_>) -> bool {
    find(calendar, "METHOD")
        .is_some_and(|method| method.val.as_str().trim().eq_ignore_ascii_case("CANCEL"))
}

/// What a calendar says of an event. iCalendar has no status for what is put off, so there the title counts, whatever
/// `STATUS` stands beside it.
pub(super) fn said(event: &Component<'_>) -> Said {
    let marked = all(event, "SUMMARY").find_map(|title| marks::split(title.val.as_str()));
    match marked {
        Some((said, _)) if said != Said::Stands => said,
        _ if is_cancelled(event) => Said::Cancelled,
        _ => Said::Stands,
    }
}
