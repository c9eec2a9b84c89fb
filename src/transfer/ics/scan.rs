//! A calendar's lines, looked over before a parser sees them.
//!
//! Owns unfolding and the limits; refuses to know properties. The parser that follows is recursive and aborts the
//! process on some two thousand nested BEGINs, so depth is counted here first.
//! Invariant: what is handed on is balanced, at most [`DEPTH_MAX`] deep, and has one line a property, ended by CR LF.

use crate::domain::input::Faults;

/// VCALENDAR, VEVENT, VALARM: three in any calendar we have seen; RFC 9073 comes to five.
pub(super) const DEPTH_MAX: usize = 8;

/// A line after unfolding, in bytes. RFC 5545 names no limit; attachments inside a line are what it keeps out.
pub(super) const LINE_MAX: usize = 64 * 1024;

/// Components of one file: four for each of the 5,000 activities that it may have.
pub(super) const COMPONENTS_MAX: usize = 20_000;

/// Splits a file into its VCALENDARs, each unfolded.
pub(super) fn calendars(text: &str, faults: &mut Faults) -> Vec<String> {
    let mut found = Vec::new();
    let mut calendar = String::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut components = 0;
    for (number, line) in unfolded(text) {
        if line.trim().is_empty() {
            continue;
        }
        if line.len() > LINE_MAX {
            faults.add(
                "",
                format!(
                    "line {number} has {} bytes after unfolding; at most {LINE_MAX} are allowed",
                    line.len()
                ),
            );
            return Vec::new();
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let component = value.trim().to_ascii_uppercase();
        if name.eq_ignore_ascii_case("BEGIN") {
            if open.is_empty() && component != "VCALENDAR" {
                faults.add(
                    "",
                    format!(
                        "line {number}: BEGIN:{} stands outside a VCALENDAR",
                        super::short(&component)
                    ),
                );
                return Vec::new();
            }
            if open.len() == DEPTH_MAX {
                faults.add(
                    "",
                    format!("line {number}: components are nested more than {DEPTH_MAX} deep"),
                );
                return Vec::new();
            }
            components += 1;
            if components > COMPONENTS_MAX {
                faults.add(
                    "",
                    format!("line {number}: there are more than {COMPONENTS_MAX} components"),
                );
                return Vec::new();
            }
            calendar.push_str(&format!("BEGIN:{component}\r\n"));
            open.push((component, number));
        } else if name.eq_ignore_ascii_case("END") {
            match open.pop() {
                Some((begun, _)) if begun == component => {}
                Some((begun, at)) => {
                    faults.add(
                        "",
                        format!("line {number}: END:{} does not end the {begun} that began on line {at}", super::short(&component)),
                    );
                    return Vec::new();
                }
                None => {
                    faults.add(
                        "",
                        format!(
                            "line {number}: END:{} without its BEGIN",
                            super::short(&component)
                        ),
                    );
                    return Vec::new();
                }
            }
            calendar.push_str(&format!("END:{component}\r\n"));
            if open.is_empty() {
                found.push(std::mem::take(&mut calendar));
            }
        } else if open.is_empty() {
            faults.add(
                "",
                format!(
                    "line {number}: {:?} stands outside a VCALENDAR",
                    super::short(&line)
                ),
            );
            return Vec::new();
        } else if !push_property(&line, &mut calendar) {
            faults.add(
                "",
                format!(
                    "line {number}: {:?} is not a property (NAME:value)",
                    super::short(&line)
                ),
            );
            return Vec::new();
        }
    }
    if let Some((begun, at)) = open.pop() {
        faults.add(
            "",
            format!("the {begun} that begins on line {at} has no END"),
        );
        return Vec::new();
    }
    if found.is_empty() {
        faults.add("", "holds no VCALENDAR");
    }
    found
}

/// Adds the line with its name in capitals (RFC 5545 §3.1: names have no case); `false` when it is no property.
fn push_property(line: &str, calendar: &mut String) -> bool {
    let end = line
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if name.is_empty() || !rest.starts_with([':', ';']) || !rest.contains(':') {
        return false;
    }
    calendar.push_str(&name.to_ascii_uppercase());
    calendar.push_str(rest);
    calendar.push_str("\r\n");
    true
}

/// The lines after unfolding (RFC 5545 §3.1), each with the number of its first line.
fn unfolded(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut lines = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .zip(1..)
        .peekable();
    std::iter::from_fn(move || {
        let (first, number) = lines.next()?;
        let mut whole = first.to_owned();
        while let Some((next, _)) = lines.next_if(|(next, _)| next.starts_with([' ', '\t'])) {
            // Beyond the limit only its length matters, and one line may be the whole file.
            whole.push_str(&next[1..]);
        }
        Some((number, whole))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let mut faults = Faults::default();
        assert!(calendars(text, &mut faults).is_empty());
        assert_eq!(faults.0.len(), 1, "{faults:?}");
        faults.0.remove(0).detail
    }

    #[test]
    fn lines_are_unfolded_whatever_ends_them() {
        for end in ["\r\n", "\n"] {
            let text = [
                "begin:VCALENDAR",
                "summary:中",
                " 英",
                "\t 路演",
                "",
                "END:vcalendar",
                "",
            ]
            .join(end);
            let mut faults = Faults::default();
            assert_eq!(
                calendars(&text, &mut faults),
                ["BEGIN:VCALENDAR\r\nSUMMARY:中英 路演\r\nEND:VCALENDAR\r\n"]
            );
            assert_eq!(faults, Faults::default());
        }
    }

    #[test]
    fn a_hundred_thousand_nested_begins_are_one_fault() {
        let deep = format!("BEGIN:VCALENDAR\r\n{}", "BEGIN:VEVENT\r\n".repeat(100_000));
        assert_eq!(
            fault(&deep),
            "line 9: components are nested more than 8 deep"
        );
    }

    #[test]
    fn what_does_not_begin_and_end_is_named_with_its_line() {
        for (text, says) in [
            ("", "holds no VCALENDAR"),
            ("标题,开始\n", "line 1"),
            ("BEGIN:VEVENT\nEND:VEVENT\n", "outside a VCALENDAR"),
            (
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
                "does not end the VEVENT that began on line 2",
            ),
            ("BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n", "line 3"),
            ("BEGIN:VCALENDAR\nSUMMARY\nEND:VCALENDAR\n", "line 2"),
            ("BEGIN:VCALENDAR\n", "has no END"),
        ] {
            assert!(fault(text).contains(says), "{text}");
        }
    }

    #[test]
    fn an_endless_line_is_refused() {
        let text = format!(
            "BEGIN:VCALENDAR\nX:{}\nEND:VCALENDAR\n",
            "a\n ".repeat(LINE_MAX)
        );
        assert!(fault(&text).contains("after unfolding"));
    }
}
