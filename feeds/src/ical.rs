//! iCalendar (RFC 5545, RFC 7986): a calendar's header and its entries.
//!
//! Owns the order and the form of properties. Refuses to know the wording and the lifecycle: a
//! caller says which status an entry has and which texts it carries.
//!
//! Invariant: an entry is rendered without its calendar, so its bytes can be kept for as long as
//! the activity's revision stands, and copied into any number of calendars.

use chrono::{DateTime, NaiveDate, Utc};

use crate::line::ContentLines;
use crate::{Point, Slot, Text};

/// What made the document. Without a version: a release must not change a calendar's bytes.
const PRODID: &str = "-//Yueli//Programme calendar//EN";

/// How often a client should ask again. Google ignores it, Nextcloud waits a week without it.
const REFRESH: &str = "PT1H";

/// China's clock since 1992. The full history of the zone breaks Outlook on the web.
const VTIMEZONE: &[u8] = b"BEGIN:VTIMEZONE\r\n\
    TZID:Asia/Shanghai\r\n\
    BEGIN:STANDARD\r\n\
    DTSTART:19700101T000000\r\n\
    TZOFFSETFROM:+0800\r\n\
    TZOFFSETTO:+0800\r\n\
    TZNAME:CST\r\n\
    END:STANDARD\r\n\
    END:VTIMEZONE\r\n";

/// What a calendar says about itself.
///
/// It has no UID on purpose: vdirsyncer folds all entries of a calendar with a UID into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// When anything in it last changed; none for a calendar that never held anything.
    pub last_modified: Option<DateTime<Utc>>,
    /// The name that a calendar app shows.
    pub name: Text,
    /// One or two sentences on what it holds.
    pub description: Text,
    /// The colour suggested to apps.
    pub color: Color,
    /// The page for people.
    pub url: String,
    /// The calendar's own address.
    pub source: String,
}

/// A colour, in both ways in which calendars name one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// A CSS3 colour name (RFC 7986 §5.9).
    pub css: &'static str,
    /// `#RRGGBB`, for Apple.
    pub hex: &'static str,
}

/// One activity in a calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The same for ever.
    pub uid: String,
    /// DTSTAMP and LAST-MODIFIED: later than in every earlier state of this event.
    pub stamp: DateTime<Utc>,
    /// When it was first published.
    pub created: DateTime<Utc>,
    /// How many published states came before this one.
    pub sequence: u32,
    /// When it happens.
    pub slot: Slot,
    /// The title.
    pub summary: Text,
    /// Plain text.
    pub description: Text,
    /// Whether it will happen.
    pub status: Status,
    /// Whether it takes time in a person's day.
    pub transparency: Transparency,
    /// Who holds it.
    pub organizer: Organizer,
    /// Its page.
    pub url: String,
    /// Words to file it under.
    pub categories: Vec<String>,
    /// Where one can go.
    pub place: Option<Place>,
    /// Where one can watch.
    pub conference: Option<Conference>,
    /// How many minutes before the start reminders ring.
    pub alarms: Vec<u32>,
}

/// STATUS of a VEVENT (RFC 5545 §3.8.1.11); COMPLETED is not one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is not certain.
    Tentative,
    /// It is certain.
    Confirmed,
    /// It was called off.
    Cancelled,
}

/// TRANSP (RFC 5545 §3.8.2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transparency {
    /// Blocks time.
    Opaque,
    /// Leaves the day free.
    Transparent,
}

/// ORGANIZER, which METHOD:PUBLISH wants in every event (RFC 5546 §3.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organizer {
    /// The host's or office's name.
    pub name: String,
    /// The address to write to, without `mailto:`.
    pub mailbox: String,
}

/// A place that people go to.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Venue, district and city in one line.
    pub address: Text,
    /// The venue alone, for a map's label.
    pub label: String,
    /// Where it is, if that is known.
    pub point: Option<Point>,
}

/// CONFERENCE (RFC 7986 §5.11): a broadcast that people watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conference {
    /// Where to watch.
    pub uri: String,
    /// What a button says.
    pub label: String,
}

/// Octets that most events have at most.
const MOST_EVENTS: usize = 1_024;

/// One VEVENT, to be copied into calendars.
pub fn render_event(event: &Event) -> Vec<u8> {
    let Event {
        uid,
        stamp,
        created,
        sequence,
        slot,
        summary,
        description,
        status,
        transparency,
        organizer,
        url,
        categories,
        place,
        conference,
        alarms,
    } = event;
    let mut lines = ContentLines::with_room(MOST_EVENTS);
    lines.begin("VEVENT");
    lines.property("UID").text(uid);
    lines.property("DTSTAMP").utc(*stamp);
    lines.property("CREATED").utc(*created);
    lines.property("LAST-MODIFIED").utc(*stamp);
    lines.property("SEQUENCE").integer(*sequence);
    write_slot(&mut lines, slot);
    write_text(&mut lines, "SUMMARY", summary);
    if !description.value.is_empty() {
        write_text(&mut lines, "DESCRIPTION", description);
    }
    lines.property("STATUS").word(match status {
        Status::Tentative => "TENTATIVE",
        Status::Confirmed => "CONFIRMED",
        Status::Cancelled => "CANCELLED",
    });
    lines.property("TRANSP").word(match transparency {
        Transparency::Opaque => "OPAQUE",
        Transparency::Transparent => "TRANSPARENT",
    });
    lines.property("CLASS").word("PUBLIC");
    lines
        .property("ORGANIZER")
        .param("CN", &organizer.name)
        .uri(&format!("mailto:{}", organizer.mailbox));
    lines.property("URL").uri(url);
    if !categories.is_empty() {
        lines
            .property("CATEGORIES")
            .texts(categories.iter().map(String::as_str));
    }
    write_location(&mut lines, place.as_ref(), conference.as_ref());
    for alarm in alarms {
        lines.begin("VALARM");
        lines.property("ACTION").word("DISPLAY");
        lines.property("DESCRIPTION").text(&summary.value);
        lines.property("TRIGGER").minutes_before(*alarm);
        lines.end("VALARM");
    }
    lines.end("VEVENT");
    lines.into_bytes()
}

/// The document: `calendar`'s header, the zone, the rendered events in their order.
pub fn render_calendar<F: AsRef<[u8]>>(calendar: &Calendar, events: &[F]) -> Vec<u8> {
    let (mut document, end) = render_frame(calendar);
    for event in events {
        document.extend_from_slice(event.as_ref());
    }
    document.extend_from_slice(&end);
    document
}

/// What stands before the events, and what after them.
pub fn render_frame(calendar: &Calendar) -> (Vec<u8>, Vec<u8>) {
    let mut start = ContentLines::new();
    write_header(&mut start, calendar);
    start.append(VTIMEZONE);
    let mut end = ContentLines::new();
    end.end("VCALENDAR");
    (start.into_bytes(), end.into_bytes())
}

fn write_header(lines: &mut ContentLines, calendar: &Calendar) {
    let Calendar {
        last_modified,
        name,
        description,
        color,
        url,
        source,
    } = calendar;
    lines.begin("VCALENDAR");
    lines.property("VERSION").word("2.0");
    lines.property("PRODID").word(PRODID);
    lines.property("CALSCALE").word("GREGORIAN");
    lines.property("METHOD").word("PUBLISH");
    if let Some(at) = last_modified {
        lines.property("LAST-MODIFIED").utc(*at);
    }
    write_text(lines, "NAME", name);
    lines.property("X-WR-CALNAME").text(&name.value);
    write_text(lines, "DESCRIPTION", description);
    lines.property("X-WR-CALDESC").text(&description.value);
    lines.property("X-WR-TIMEZONE").word("Asia/Shanghai");
    lines.property("COLOR").word(color.css);
    lines.property("X-APPLE-CALENDAR-COLOR").word(color.hex);
    lines.property("URL").uri(url);
    lines
        .property("SOURCE")
        .param_words("VALUE", &["URI"])
        .uri(source);
    lines
        .property("REFRESH-INTERVAL")
        .param_words("VALUE", &["DURATION"])
        .word(REFRESH);
    lines.property("X-PUBLISHED-TTL").word(REFRESH);
}

fn write_text(lines: &mut ContentLines, name: &'static str, text: &Text) {
    lines
        .property(name)
        .param_words("LANGUAGE", &[text.language.tag()])
        .text(&text.value);
}

/// DTEND only where it says something: later than the start (RFC 5545 §3.8.2.2).
fn write_slot(lines: &mut ContentLines, slot: &Slot) {
    match slot {
        Slot::Timed { starts_at, ends_at } => {
            lines.property("DTSTART").shanghai(*starts_at);
            if let Some(ends_at) = ends_at.filter(|end| end > starts_at) {
                lines.property("DTEND").shanghai(ends_at);
            }
        }
        Slot::Days { starts_on, ends_on } => {
            write_date(lines, "DTSTART", *starts_on);
            let day_after = (*ends_on.max(starts_on)).succ_opt();
            if let Some(day_after) = day_after {
                write_date(lines, "DTEND", day_after);
            }
        }
    }
}

fn write_date(lines: &mut ContentLines, name: &'static str, date: NaiveDate) {
    lines
        .property(name)
        .param_words("VALUE", &["DATE"])
        .date(date);
}

/// LOCATION is the place, and the broadcast's address where there is no place to go to.
fn write_location(
    lines: &mut ContentLines,
    place: Option<&Place>,
    conference: Option<&Conference>,
) {
    match (place, conference) {
        (Some(place), _) => write_place(lines, place),
        (None, Some(conference)) => lines.property("LOCATION").text(&conference.uri),
        (None, None) => {}
    }
    if let Some(Conference { uri, label }) = conference {
        lines
            .property("CONFERENCE")
            .param_words("VALUE", &["URI"])
            .param_words("FEATURE", &["FEED", "VIDEO"])
            .param("LABEL", label)
            .uri(uri);
    }
}

fn write_place(lines: &mut ContentLines, place: &Place) {
    let Place {
        address,
        label,
        point,
    } = place;
    write_text(lines, "LOCATION", address);
    if let Some(Point {
        latitude,
        longitude,
    }) = point.filter(Point::is_on_earth)
    {
        lines.property("GEO").degrees(latitude, longitude);
        lines
            .property("X-APPLE-STRUCTURED-LOCATION")
            .param_words("VALUE", &["URI"])
            .param("X-ADDRESS", &address.value)
            .param_words("X-APPLE-RADIUS", &["100"])
            .param("X-TITLE", label)
            .uri(&format!("geo:{latitude:.6},{longitude:.6}"));
    }
}
