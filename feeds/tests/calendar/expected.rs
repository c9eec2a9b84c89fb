//! What a reader must find in a calendar, worked out from the values alone.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, Utc};
use feeds::ical::{Calendar, Event, Status, Transparency};
use feeds::{Slot, Text, clean};

/// One content line after decoding.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) params: Vec<(&'static str, Vec<String>)>,
    pub(crate) value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Written as it is: words, numbers, dates.
    Word(String),
    Text(String),
    Texts(Vec<String>),
    Uri(String),
}

/// Every line of the document in its order, components included.
pub(crate) fn lines(calendar: &Calendar, events: &[Event]) -> Vec<Line> {
    let mut lines = header(calendar);
    for (name, value) in [
        ("BEGIN", "VTIMEZONE"),
        ("TZID", "Asia/Shanghai"),
        ("BEGIN", "STANDARD"),
        ("DTSTART", "19700101T000000"),
        ("TZOFFSETFROM", "+0800"),
        ("TZOFFSETTO", "+0800"),
        ("TZNAME", "CST"),
        ("END", "STANDARD"),
        ("END", "VTIMEZONE"),
    ] {
        lines.push(word(name, value));
    }
    for entry in events {
        lines.extend(event(entry));
    }
    lines.push(word("END", "VCALENDAR"));
    lines
}

fn header(calendar: &Calendar) -> Vec<Line> {
    let Calendar {
        last_modified,
        name,
        description,
        color,
        url,
        source,
    } = calendar;
    let mut lines = vec![
        word("BEGIN", "VCALENDAR"),
        word("VERSION", "2.0"),
        word("PRODID", "-//Yueli//Programme calendar//EN"),
        word("CALSCALE", "GREGORIAN"),
        word("METHOD", "PUBLISH"),
    ];
    lines.extend(last_modified.map(|at| word("LAST-MODIFIED", &utc(at))));
    lines.extend([
        told("NAME", name),
        text("X-WR-CALNAME", &name.value),
        told("DESCRIPTION", description),
        text("X-WR-CALDESC", &description.value),
        word("X-WR-TIMEZONE", "Asia/Shanghai"),
        word("COLOR", color.css),
        word("X-APPLE-CALENDAR-COLOR", color.hex),
        uri("URL", url),
        uri("SOURCE", source).with("VALUE", &["URI"]),
        word("REFRESH-INTERVAL", "PT1H").with("VALUE", &["DURATION"]),
        word("X-PUBLISHED-TTL", "PT1H"),
    ]);
    lines
}

fn event(event: &Event) -> Vec<Line> {
    let mut lines = vec![
        word("BEGIN", "VEVENT"),
        text("UID", &event.uid),
        word("DTSTAMP", &utc(event.stamp)),
        word("CREATED", &utc(event.created)),
        word("LAST-MODIFIED", &utc(event.stamp)),
        word("SEQUENCE", &event.sequence.to_string()),
    ];
    lines.extend(slot(&event.slot));
    lines.push(told("SUMMARY", &event.summary));
    if !event.description.value.is_empty() {
        lines.push(told("DESCRIPTION", &event.description));
    }
    let status = match event.status {
        Status::Tentative => "TENTATIVE",
        Status::Confirmed => "CONFIRMED",
        Status::Cancelled => "CANCELLED",
    };
    let transparency = match event.transparency {
        Transparency::Opaque => "OPAQUE",
        Transparency::Transparent => "TRANSPARENT",
    };
    let organizer = &event.organizer;
    lines.extend([
        word("STATUS", status),
        word("TRANSP", transparency),
        word("CLASS", "PUBLIC"),
        uri("ORGANIZER", &format!("mailto:{}", organizer.mailbox)).with_text("CN", &organizer.name),
        uri("URL", &event.url),
    ]);
    if !event.categories.is_empty() {
        let items = event.categories.iter().map(|item| clean(item).into_owned());
        lines.push(line("CATEGORIES", Value::Texts(items.collect())));
    }
    lines.extend(location(event));
    for minutes in &event.alarms {
        lines.extend([
            word("BEGIN", "VALARM"),
            word("ACTION", "DISPLAY"),
            text("DESCRIPTION", &event.summary.value),
            word("TRIGGER", &format!("-PT{minutes}M")),
            word("END", "VALARM"),
        ]);
    }
    lines.push(word("END", "VEVENT"));
    lines
}

fn slot(slot: &Slot) -> Vec<Line> {
    let timed = |name, at| word(name, &shanghai(at)).with("TZID", &["Asia/Shanghai"]);
    let dated =
        |name, on: NaiveDate| word(name, &on.format("%Y%m%d").to_string()).with("VALUE", &["DATE"]);
    match slot {
        Slot::Timed { starts_at, ends_at } => {
            let later = ends_at.filter(|end| end > starts_at);
            let end = later.map(|end| timed("DTEND", end));
            [timed("DTSTART", *starts_at)]
                .into_iter()
                .chain(end)
                .collect()
        }
        Slot::Days { starts_on, ends_on } => {
            let day_after = *starts_on.max(ends_on) + Days::new(1);
            vec![dated("DTSTART", *starts_on), dated("DTEND", day_after)]
        }
    }
}

fn location(event: &Event) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(place) = &event.place {
        lines.push(told("LOCATION", &place.address));
        if let Some(point) = place.point.filter(|point| point.is_on_earth()) {
            let (lat, lon) = (point.latitude, point.longitude);
            lines.push(word("GEO", &format!("{lat:.6};{lon:.6}")));
            let apple = uri(
                "X-APPLE-STRUCTURED-LOCATION",
                &format!("geo:{lat:.6},{lon:.6}"),
            );
            lines.push(
                apple
                    .with("VALUE", &["URI"])
                    .with_text("X-ADDRESS", &place.address.value)
                    .with("X-APPLE-RADIUS", &["100"])
                    .with_text("X-TITLE", &place.label),
            );
        }
    }
    if let Some(conference) = &event.conference {
        if event.place.is_none() {
            lines.push(text("LOCATION", &conference.uri));
        }
        lines.push(
            uri("CONFERENCE", &conference.uri)
                .with("VALUE", &["URI"])
                .with("FEATURE", &["FEED", "VIDEO"])
                .with_text("LABEL", &conference.label),
        );
    }
    lines
}

fn line(name: &'static str, value: Value) -> Line {
    Line {
        name,
        params: Vec::new(),
        value,
    }
}

fn word(name: &'static str, value: &str) -> Line {
    line(name, Value::Word(value.to_owned()))
}

fn text(name: &'static str, value: &str) -> Line {
    line(name, Value::Text(clean(value).into_owned()))
}

fn told(name: &'static str, value: &Text) -> Line {
    text(name, &value.value).with("LANGUAGE", &[value.language.tag()])
}

/// Control characters go; what RFC 3986 has no place for is percent-encoded.
fn uri(name: &'static str, value: &str) -> Line {
    let kept = value.chars().filter(|c| !c.is_control());
    let encoded: String = kept
        .map(|c| match c {
            '!'..='~' if !r#""<>\^`{|}"#.contains(c) => c.to_string(),
            c => {
                let octets = c.to_string().into_bytes();
                octets.iter().map(|octet| format!("%{octet:02X}")).collect()
            }
        })
        .collect();
    line(name, Value::Uri(encoded))
}

impl Line {
    fn with(mut self, name: &'static str, values: &[&str]) -> Self {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        self.params.push((name, values));
        self
    }

    /// A backslash becomes a slash in a parameter: see `Line::param`.
    fn with_text(self, name: &'static str, value: &str) -> Self {
        let value = clean(value).replace('\\', "/");
        self.with(name, &[&value])
    }
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn shanghai(at: DateTime<Utc>) -> String {
    let clock = FixedOffset::east_opt(8 * 3600).expect("an offset");
    at.with_timezone(&clock).format("%Y%m%dT%H%M%S").to_string()
}
