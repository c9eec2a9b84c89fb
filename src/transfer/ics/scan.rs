//! A calendar's lines, looked over before a parser sees them.
//!
//! Owns the limits; refuses to know what properties mean. The parser that follows is recursive and aborts the
//! process on some two thousand nested BEGINs, so depth is counted here first.
//! Invariant: what is handed on is balanced, at most [`DEPTH_MAX`] deep, and has one line a property, ended by CR LF.

use std::collections::BTreeMap;

use super::lines::{Line, Lines};
use crate::{
    domain::input::{Fault, Faults},
    transfer::decode::Encoding,
};

/// VCALENDAR, VEVENT, VALARM: three in any calendar we have seen; RFC 9073 comes to five.
pub(super) const DEPTH_MAX: usize = 8;

/// A line after unfolding, in bytes. RFC 5545 names no limit; attachments inside a line are what it keeps out.
pub(super) const LINE_MAX: usize = 64 * 1024;

/// Components of one file: four for each of the 5,000 activities that it may have.
pub(super) const COMPONENTS_MAX: usize = 20_000;

/// Properties of one component: real events come to forty, and to a few hundred with all whom they invite.
pub(super) const PROPERTIES_MAX: usize = 2_000;

/// What passed.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// The VCALENDARs, each unfolded, without the lines that cannot be read.
    pub(super) calendars: Vec<String>,
    /// By the index of an event among all of the file, its lines that cannot be read, as faults of it.
    pub(super) spoiled: BTreeMap<usize, Vec<Fault>>,
    /// Lines that cannot be read, and of which nothing becomes.
    pub(super) left_out: Vec<Fault>,
}

/// A component that has begun.
struct Open {
    name: String,
    /// The line on which it began.
    at: usize,
    properties: usize,
}

/// Splits a file into its VCALENDARs; none where there is a fault.
pub(super) fn calendars(lines: &Lines<'_>, faults: &mut Faults) -> Scanned {
    let mut scan = Scan {
        encoding: lines.encoding,
        open: Vec::new(),
        components: 0,
        events: 0,
        calendar: String::new(),
        scanned: Scanned::default(),
    };
    for line in lines.each() {
        if let Err(why) = scan.line(&line) {
            faults.add("", why);
            return Scanned::default();
        }
    }
    if let Some(Open { name, at, .. }) = scan.open.pop() {
        faults.add(
            "",
            format!("the {name} that begins on line {at} has no END"),
        );
        return Scanned::default();
    }
    if scan.scanned.calendars.is_empty() {
        faults.add("", "holds no VCALENDAR");
    }
    scan.scanned
}

/// A file while it is looked over.
struct Scan {
    encoding: Encoding,
    open: Vec<Open>,
    components: usize,
    events: usize,
    calendar: String,
    scanned: Scanned,
}

impl Scan {
    fn line(&mut self, line: &Line<'_>) -> Result<(), String> {
        let (number, text) = (line.number, line.text);
        if text.trim().is_empty() {
            return Ok(());
        }
        if text.len() > LINE_MAX {
            return Err(format!(
                "line {number} has {} bytes after unfolding; at most {LINE_MAX} are allowed",
                text.len()
            ));
        }
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        if name.eq_ignore_ascii_case("BEGIN") {
            return self.begin(value.trim().to_ascii_uppercase(), number);
        }
        if name.eq_ignore_ascii_case("END") {
            return self.end(&value.trim().to_ascii_uppercase(), number);
        }
        let Some(open) = self.open.last_mut() else {
            return Err(format!(
                "line {number}: {:?} stands outside a VCALENDAR",
                super::short(text)
            ));
        };
        open.properties += 1;
        if open.properties > PROPERTIES_MAX {
            return Err(format!(
                "line {number}: the {} that begins on line {} has more than {PROPERTIES_MAX} properties",
                open.name, open.at
            ));
        }
        let is_property = match line.spoiled {
            None => push_property(text, &mut self.calendar),
            Some(byte) => return self.spoiled(line, byte),
        };
        match is_property {
            true => Ok(()),
            false => Err(no_property(line)),
        }
    }

    fn begin(&mut self, component: String, number: usize) -> Result<(), String> {
        if self.open.is_empty() && component != "VCALENDAR" {
            return Err(format!(
                "line {number}: BEGIN:{} stands outside a VCALENDAR",
                super::short(&component)
            ));
        }
        if self.open.len() == DEPTH_MAX {
            return Err(format!(
                "line {number}: components are nested more than {DEPTH_MAX} deep"
            ));
        }
        self.components += 1;
        if self.components > COMPONENTS_MAX {
            return Err(format!(
                "line {number}: there are more than {COMPONENTS_MAX} components"
            ));
        }
        self.calendar.push_str(&format!("BEGIN:{component}\r\n"));
        self.events += usize::from(self.open.len() == 1 && component == "VEVENT");
        self.open.push(Open {
            name: component,
            at: number,
            properties: 0,
        });
        Ok(())
    }

    fn end(&mut self, component: &str, number: usize) -> Result<(), String> {
        match self.open.pop() {
            Some(begun) if begun.name == component => {}
            Some(begun) => {
                return Err(format!(
                    "line {number}: END:{} does not end the {} that began on line {}",
                    super::short(component),
                    begun.name,
                    begun.at
                ));
            }
            None => {
                return Err(format!(
                    "line {number}: END:{} without its BEGIN",
                    super::short(component)
                ));
            }
        }
        self.calendar.push_str(&format!("END:{component}\r\n"));
        if self.open.is_empty() {
            let calendar = std::mem::take(&mut self.calendar);
            self.scanned.calendars.push(calendar);
        }
        Ok(())
    }

    /// A property that cannot be read is left out, and makes the event that has it one that cannot be read.
    fn spoiled(&mut self, line: &Line<'_>, byte: u8) -> Result<(), String> {
        let mut property = String::new();
        if !push_property(line.text, &mut property) {
            return Err(no_property(line));
        }
        let end = property.find([':', ';']).unwrap_or(property.len());
        let name = &property[..end];
        let why = format!(
            "line {} is not {}: the first bad byte is 0x{byte:02X}",
            line.number, self.encoding
        );
        let is_event = self.open.get(1).is_some_and(|open| open.name == "VEVENT");
        if !is_event || self.open.len() > 2 {
            self.scanned.left_out.push(Fault {
                pointer: String::new(),
                detail: format!("{why}; it is left out"),
            });
            return Ok(());
        }
        // Without these, other events of the file would be taken for what they are not.
        if matches!(name, "RECURRENCE-ID" | "SEQUENCE") {
            return Err(why);
        }
        let event = self.events.saturating_sub(1);
        self.scanned.spoiled.entry(event).or_default().push(Fault {
            pointer: format!("/{name}"),
            detail: why,
        });
        Ok(())
    }
}

fn no_property(line: &Line<'_>) -> String {
    format!(
        "line {}: {:?} is not a property (NAME:value)",
        line.number,
        super::short(line.text)
    )
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

#[cfg(test)]
mod tests {
    use super::{
        super::lines::{Spoiled, lines},
        *,
    };

    fn calendars(text: &str, faults: &mut Faults) -> Vec<String> {
        let lines = lines(text.as_bytes(), None, Spoiled::Refuses);
        super::calendars(&lines.unwrap(), faults).calendars
    }

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
    fn a_component_of_properties_without_end_is_refused() {
        let head = "BEGIN:VCALENDAR\nBEGIN:VEVENT\n";
        let text = format!("{head}{}", "DESCRIPTION:a\n".repeat(PROPERTIES_MAX + 1));
        assert_eq!(
            fault(&text),
            "line 2003: the VEVENT that begins on line 2 has more than 2000 properties"
        );
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
