//! Calendars as two foreign parsers and a plain reading of the octets see them.

mod any;
mod expected;
mod readers;
mod strict;

use calcard::icalendar::ICalendar;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use feeds::ical::{
    Calendar, Color, Conference, Event, Organizer, Place, Status, Transparency, render_calendar,
    render_event,
};
use feeds::{Language, Point, Slot, Text};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn zh(value: &str) -> Text {
    Text {
        value: value.to_owned(),
        language: Language::Zh,
    }
}

fn calendar() -> Calendar {
    Calendar {
        last_modified: Some(at("2021-07-01T01:00:00Z")),
        name: zh("中关村论坛"),
        description: zh("全年活动"),
        color: Color {
            css: "royalblue",
            hex: "#4169E1",
        },
        url: "https://yueli.example/zh/".to_owned(),
        source: "https://yueli.example/feeds/zh/all.ics".to_owned(),
    }
}

fn event() -> Event {
    Event {
        uid: "act_01J@yueli.example".to_owned(),
        stamp: at("2021-07-01T01:00:00Z"),
        created: at("2021-06-30T01:00:00Z"),
        sequence: 1,
        slot: Slot::Timed {
            starts_at: at("2021-09-24T12:00:00Z"),
            ends_at: Some(at("2021-09-24T14:00:00Z")),
        },
        summary: zh("中英生命健康跨境路演"),
        description: zh("第一行\n第二行, 带逗号; 分号 \\ 反斜杠"),
        status: Status::Confirmed,
        transparency: Transparency::Opaque,
        organizer: Organizer {
            name: "海淀区; \"组委会\"".to_owned(),
            mailbox: "office@yueli.example".to_owned(),
        },
        url: "https://yueli.example/zh/activities/uk-china".to_owned(),
        categories: vec!["项目路演".to_owned(), "海淀, 北京".to_owned()],
        place: Some(Place {
            address: zh("清华科技园, 海淀区, 北京"),
            label: "清华科技园".to_owned(),
            point: Some(Point {
                latitude: 39.9975,
                longitude: 116.3304,
            }),
        }),
        conference: Some(Conference {
            uri: "https://live.example/1".to_owned(),
            label: "直播".to_owned(),
        }),
        alarms: Vec::new(),
    }
}

fn document(event: &Event) -> String {
    String::from_utf8(render_calendar(&calendar(), &[render_event(event)])).expect("UTF-8")
}

#[test]
fn a_whole_calendar_reads_as_written_down_here() {
    let expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Yueli//Programme calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "LAST-MODIFIED:20210701T010000Z",
        "NAME;LANGUAGE=zh-CN:中关村论坛",
        "X-WR-CALNAME:中关村论坛",
        "DESCRIPTION;LANGUAGE=zh-CN:全年活动",
        "X-WR-CALDESC:全年活动",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "COLOR:royalblue",
        "X-APPLE-CALENDAR-COLOR:#4169E1",
        "URL:https://yueli.example/zh/",
        "SOURCE;VALUE=URI:https://yueli.example/feeds/zh/all.ics",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "TZNAME:CST",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "UID:act_01J@yueli.example",
        "DTSTAMP:20210701T010000Z",
        "CREATED:20210630T010000Z",
        "LAST-MODIFIED:20210701T010000Z",
        "SEQUENCE:1",
        "DTSTART;TZID=Asia/Shanghai:20210924T200000",
        "DTEND;TZID=Asia/Shanghai:20210924T220000",
        "SUMMARY;LANGUAGE=zh-CN:中英生命健康跨境路演",
        "DESCRIPTION;LANGUAGE=zh-CN:第一行\\n第二行\\, 带逗号\\; 分号 \\\\ 反斜杠",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "CLASS:PUBLIC",
        "ORGANIZER;CN=\"海淀区; ^'组委会^'\":mailto:office@yueli.example",
        "URL:https://yueli.example/zh/activities/uk-china",
        "CATEGORIES:项目路演,海淀\\, 北京",
        "LOCATION;LANGUAGE=zh-CN:清华科技园\\, 海淀区\\, 北京",
        "GEO:39.997500;116.330400",
        "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS=\"清华科技园, 海淀区, 北京\";\
         X-APPLE-RADIUS=100;X-TITLE=\"清华科技园\":geo:39.997500,116.330400",
        "CONFERENCE;VALUE=URI;FEATURE=FEED,VIDEO;LABEL=\"直播\":https://live.example/1",
        "END:VEVENT",
        "END:VCALENDAR",
    ];
    let document = document(&event());
    let unfolded = document.replace("\r\n ", "");
    let lines: Vec<&str> = unfolded.split_terminator("\r\n").collect();
    assert_eq!(lines, expected);
}

#[test]
fn an_empty_calendar_still_has_its_zone_and_no_uid() {
    let empty: [Vec<u8>; 0] = [];
    let header = Calendar {
        last_modified: None,
        ..calendar()
    };
    let text = String::from_utf8(render_calendar(&header, &empty)).expect("UTF-8");
    assert!(text.contains("BEGIN:VTIMEZONE"));
    assert!(!text.contains("\r\nUID"));
    assert!(!text.contains("LAST-MODIFIED"));
    assert!(matches!(ICalendar::parse(&text), Ok(parsed) if parsed.components.len() == 3));
}

#[test]
fn days_end_on_the_day_after_and_a_missing_end_is_left_out() {
    let day = |d| NaiveDate::from_ymd_opt(2021, 9, d).expect("a date");
    let days = document(&Event {
        slot: Slot::Days {
            starts_on: day(24),
            ends_on: day(30),
        },
        ..event()
    });
    assert!(days.contains("\r\nDTSTART;VALUE=DATE:20210924\r\nDTEND;VALUE=DATE:20211001\r\n"));
    let starts_at = at("2021-09-24T12:00:00Z");
    for ends_at in [None, Some(starts_at), Some(starts_at - TimeDelta::hours(1))] {
        let timed = document(&Event {
            slot: Slot::Timed { starts_at, ends_at },
            ..event()
        });
        assert!(!timed.contains("DTEND"), "{ends_at:?}");
    }
}

#[test]
fn without_a_place_the_broadcast_is_the_location_and_without_both_there_is_none() {
    let online = document(&Event {
        place: None,
        ..event()
    });
    assert!(online.contains("\r\nLOCATION:https://live.example/1\r\nCONFERENCE;"));
    assert!(!online.contains("GEO:"));
    let nowhere = document(&Event {
        place: None,
        conference: None,
        ..event()
    });
    assert!(!nowhere.contains("LOCATION") && !nowhere.contains("CONFERENCE"));
}

#[test]
fn coordinates_off_the_earth_are_not_written() {
    for latitude in [f64::NAN, f64::INFINITY, 91.0] {
        let point = Some(Point {
            latitude,
            longitude: 116.0,
        });
        let mut event = event();
        if let Some(place) = event.place.as_mut() {
            place.point = point;
        }
        let text = document(&event);
        assert!(text.contains("LOCATION") && !text.contains("GEO") && !text.contains("geo:"));
    }
}

#[test]
fn every_status_has_its_word() {
    for (status, word) in [
        (
            Status::Tentative,
            "\r\nSTATUS:TENTATIVE\r\nTRANSP:TRANSPARENT\r\n",
        ),
        (
            Status::Confirmed,
            "\r\nSTATUS:CONFIRMED\r\nTRANSP:TRANSPARENT\r\n",
        ),
        (
            Status::Cancelled,
            "\r\nSTATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n",
        ),
    ] {
        let event = Event {
            status,
            transparency: Transparency::Transparent,
            ..event()
        };
        assert!(document(&event).contains(word));
    }
}

#[test]
fn rendering_takes_time_in_proportion_to_the_text() {
    // Quadratic folding would need minutes for this.
    let long = Event {
        description: zh(&"月历".repeat(500_000)),
        ..event()
    };
    assert!(render_event(&long).len() > 3_000_000);
}

#[test]
fn alarms_stand_within_their_entry_and_ring_before_it() {
    let rung = Event {
        alarms: vec![60, 1440],
        ..event()
    };
    let text = String::from_utf8(render_event(&rung)).unwrap();
    assert!(
        text.ends_with(
            "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:中英生命健康跨境路演\r\nTRIGGER:-PT60M\r\nEND:VALARM\r\n\
             BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:中英生命健康跨境路演\r\nTRIGGER:-PT1440M\r\nEND:VALARM\r\n\
             END:VEVENT\r\n"
        ),
        "{text}"
    );
}
