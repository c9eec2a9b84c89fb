//! Any calendar that a caller can hand over, weighted towards what breaks documents.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use feeds::ical::{Calendar, Conference, Event, Organizer, Place, Status, Transparency};
use feeds::{Language, Point, Slot, Text};
use proptest::prelude::*;

/// What has broken some writer or some reader of calendars before.
const NASTY: [&str; 58] = [
    "\r\n",
    "\n",
    "\r",
    "\r\n ",
    "\n\t",
    "\r\n\r\n",
    "\r\nATTENDEE:mailto:x@y.example",
    "\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT1M\nEND:VALARM",
    "\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "END:VCALENDAR",
    "\u{85}BEGIN:VEVENT",
    "\u{2028}BEGIN:VEVENT",
    "\u{2029}URL:x",
    "\u{b}UID:x",
    "\u{c}UID:x",
    "\"",
    "\";X-A=\"",
    ";X-A=b:",
    "'",
    "^",
    "^n",
    "^'",
    "^^",
    ";",
    ":",
    ",",
    "=",
    "\\",
    "\\n",
    "\\N",
    "\\,",
    "\\\\",
    "%",
    "%0D%0A",
    "?cc=x&y",
    "data:text/plain;base64,QQ==",
    "\t",
    " ",
    "          ",
    "\u{0}",
    "\u{8}",
    "\u{1b}[0m",
    "\u{7f}",
    "\u{9b}",
    "\u{a0}",
    "\u{FEFF}",
    "\u{FFFE}",
    "\u{FFFF}",
    "\u{10FFFF}",
    "𠮷",
    "🎉👩\u{200D}🔬🇨🇳",
    "e\u{301}\u{323}\u{308}",
    "שלום\u{202E}\u{2067}",
    "月历月历月历月历",
    "a",
    "<b>",
    "]]>",
    "&amp;",
];

fn text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(&NASTY[..]);
    let long = (prop::sample::select(&NASTY[..]), 0usize..400);
    prop_oneof![
        3 => prop::collection::vec(nasty, 0..40).prop_map(|parts| parts.concat()),
        // Not any::<String>(): that leaves control characters out.
        2 => prop::collection::vec(any::<char>(), 0..120).prop_map(String::from_iter),
        1 => long.prop_map(|(part, times)| part.repeat(times)),
        1 => "[ -~]{0,160}",
    ]
}

fn told() -> impl Strategy<Value = Text> {
    let language = prop::sample::select(vec![Language::Zh, Language::En]);
    (text(), language).prop_map(|(value, language)| Text { value, language })
}

/// Within the years 1 to 9998 on Shanghai's clock, with parts of a second.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (-62_135_500_000_i64..253_369_800_000, 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| {
        DateTime::from_timestamp(seconds, nanos).expect("a year within 1 to 9998")
    })
}

fn slot() -> impl Strategy<Value = Slot> {
    let timed =
        (instant(), prop::option::of(-10_i64..1_000_000)).prop_map(|(starts_at, length)| {
            let ends_at = length.map(|seconds| starts_at + TimeDelta::seconds(seconds));
            Slot::Timed { starts_at, ends_at }
        });
    let days = (1_i32..3_651_200, -2_i32..400).prop_map(|(day, more)| Slot::Days {
        starts_on: date(day),
        ends_on: date((day + more).max(1)),
    });
    prop_oneof![timed, days]
}

fn date(days_since_year_1: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(days_since_year_1).expect("a year within 1 to 9998")
}

prop_compose! {
    fn place()(
        address in told(), label in text(),
        point in prop::option::of((-91.0..91.0, -181.0..181.0)),
    ) -> Place {
        let point = point.map(|(latitude, longitude)| Point { latitude, longitude });
        Place { address, label, point }
    }
}

prop_compose! {
    fn conference()(uri in text(), label in text()) -> Conference {
        Conference { uri, label }
    }
}

prop_compose! {
    pub(crate) fn calendar()(
        last_modified in prop::option::of(instant()), name in told(), description in told(),
        url in text(), source in text(),
    ) -> Calendar {
        Calendar { last_modified, name, description, url, source, color: super::calendar().color }
    }
}

prop_compose! {
    pub(crate) fn event()(
        (uid, stamp, created, sequence) in (text(), instant(), instant(), any::<u32>()),
        slot in slot(), summary in told(), description in told(),
        status in prop::sample::select(vec![Status::Tentative, Status::Confirmed, Status::Cancelled]),
        transparency in prop::sample::select(vec![Transparency::Opaque, Transparency::Transparent]),
        (name, mailbox, url) in (text(), text(), text()),
        categories in prop::collection::vec(text(), 0..4),
        place in prop::option::of(place()), conference in prop::option::of(conference()),
        alarms in prop::collection::vec(0..100_000_u32, 0..3),
    ) -> Event {
        Event {
            uid, stamp, created, sequence, slot, summary, description, status, transparency,
            organizer: Organizer { name, mailbox },
            url, categories, place, conference, alarms,
        }
    }
}

/// A calendar with some entries.
pub(crate) fn document() -> impl Strategy<Value = (Calendar, Vec<Event>)> {
    (calendar(), prop::collection::vec(event(), 0..3))
}
