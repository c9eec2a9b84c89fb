use serde_json::json;

use super::*;
use crate::transfer::row::Said;

mod repeated;

const HEAD: &str =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nX-WR-CALNAME:海淀\\, 日历\r\n";

fn window() -> Window {
    Window::of_import("2022-06-01T00:00:00Z".parse().unwrap())
}

fn calendar(events: &[&str]) -> String {
    let events: String = events
        .iter()
        .map(|lines| {
            format!(
                "BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n",
                lines.replace('\n', "\r\n")
            )
        })
        .collect();
    format!("{HEAD}{events}END:VCALENDAR\r\n")
}

fn read_bytes(bytes: &[u8], intent: Intent) -> File {
    read(bytes, None, intent, window(), Spoiled::Refuses).unwrap()
}

fn file(events: &[&str], intent: Intent) -> File {
    read_bytes(calendar(events).as_bytes(), intent)
}

fn value(event: &str) -> Value {
    let mut file = file(&[event], Intent::Drafts);
    assert_eq!(faults(&file), Vec::<(String, String)>::new());
    Value::Object(file.rows.remove(0).value)
}

fn faults(file: &File) -> Vec<(String, String)> {
    let of_rows = file.rows.iter().flat_map(|row| {
        row.faults
            .0
            .iter()
            .map(|fault| row.place.fault(fault.clone()))
    });
    file.faults
        .0
        .iter()
        .cloned()
        .chain(of_rows)
        .map(|fault| (fault.pointer, fault.detail))
        .collect()
}

#[test]
fn an_event_becomes_an_activity() {
    let value = value(
        "UID:a@b\nDTSTAMP:20210901T160000Z\nSEQUENCE:3\nDTSTART;TZID=Asia/Shanghai:20210924T200000\n\
         DTEND;TZID=\"Asia/Shanghai\":20210924T213000\nSUMMARY:【延期】开幕式\\, 全体会议\nSUMMARY;LANGUAGE=en-GB:Opening\n\
         DESCRIPTION:一\\n二\nLOCATION:国家会议中心\nGEO:40.0;116.4\nCATEGORIES:论坛,海淀区,投资人,A\\,B\n\
         CONFERENCE;VALUE=URI:tel:+861\nCONFERENCE;VALUE=URI:https://live.example/1\n\
         ORGANIZER;CN=\"科技部: 办公室\":mailto:a@b.c\nURL:https://a.example/\nSTATUS:CONFIRMED",
    );
    assert_eq!(
        value,
        json!({
            "title": {"zh":"开幕式, 全体会议","en":"Opening"},
            "description": {"zh":"一\n二"},
            "when": {"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00","ends_at":"2021-09-24T21:30:00+08:00"},
            "venue": {"name":{"zh":"国家会议中心"},"latitude":40.0,"longitude":116.4},
            "kind": "forum", "districts": ["haidian"], "audiences": ["investors"],
            "live_url": "https://live.example/1",
            "organizers": [{"role":"host","name":{"zh":"科技部: 办公室"}}],
            "sources": [{"url":"https://a.example/","title":"海淀, 日历","stated_on":"2021-09-02",
                         "basis":"iCalendar, SEQUENCE 3","uid":"a@b"}],
        })
    );
}

#[test]
fn names_without_case_and_folded_lines_are_understood() {
    let text = "begin:vcalendar\nbegin:vevent\nuid:x\nsummary:中\n 英\ndtstart;value=date:20210708\nend:vevent\nend:vcalendar";
    let file = read_bytes(text.as_bytes(), Intent::Drafts);
    assert_eq!(faults(&file), []);
    assert_eq!(file.rows[0].value["title"], json!({"zh":"中英"}));
    assert_eq!(
        file.rows[0].value["when"],
        json!({"precision":"day","starts_on":"2021-07-08"})
    );
}

#[test]
fn dates_are_read_in_every_form() {
    for (lines, when) in [
        ("", json!({"precision":"unknown"})),
        (
            "DTSTART;VALUE=DATE:20210924\nDTEND;VALUE=DATE:20210929",
            json!({"precision":"day","starts_on":"2021-09-24","ends_on":"2021-09-28"}),
        ),
        (
            "DTSTART;VALUE=DATE:20210708\nDTEND;VALUE=DATE:20210709",
            json!({"precision":"day","starts_on":"2021-07-08"}),
        ),
        (
            "DTSTART;VALUE=DATE:20210708\nDURATION:P2D",
            json!({"precision":"day","starts_on":"2021-07-08","ends_on":"2021-07-09"}),
        ),
        (
            "DTSTART:20210924T120000Z",
            json!({"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00"}),
        ),
        (
            "dtstart:20210924t120000z\nDTEND:20210924T130000Z\nDURATION:PT1H\nRRULE:",
            json!({"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00","ends_at":"2021-09-24T21:00:00+08:00"}),
        ),
        (
            "DTSTART;VALUE=DATE:20210924\nDTEND;VALUE=DATE:20210924",
            json!({"precision":"day","starts_on":"2021-09-24"}),
        ),
        (
            "DTSTART;TZID=China Standard Time:20210924T200000\nDURATION:PT1H30M",
            json!({"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00","ends_at":"2021-09-24T21:30:00+08:00"}),
        ),
        (
            "DTSTART;TZID=Europe/London:20210924T130000\nDTEND:20210924T120000Z",
            json!({"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00"}),
        ),
        (
            "DTSTART:20210924T200000",
            json!({"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00"}),
        ),
    ] {
        assert_eq!(
            value(&format!("UID:x\nSUMMARY:甲\n{lines}"))["when"],
            when,
            "{lines}"
        );
    }
}

#[test]
fn a_floating_time_is_shanghais_and_says_so() {
    let file = file(
        &["UID:x\nSUMMARY:甲\nDTSTART:20210924T200000"],
        Intent::Drafts,
    );
    assert_eq!(file.warnings[0].pointer, "/events/0/DTSTART");
}

#[test]
fn dates_that_do_not_fit_are_faults_of_their_property() {
    for (lines, pointer) in [
        (
            "DTSTART;VALUE=DATE:20210924\nDTEND;VALUE=DATE:20210923",
            "/events/0/DTEND",
        ),
        (
            "DTSTART;VALUE=DATE:20210924\nDTEND:20210924T120000Z",
            "/events/0/DTEND",
        ),
        (
            "DTSTART:20210924T120000Z\nDTEND:20210924T110000Z",
            "/events/0/DTEND",
        ),
        ("DTEND;VALUE=DATE:20210924", "/events/0/DTEND"),
        (
            "DTSTART:20210924T120000Z\nDTEND:20210924T130000Z\nDURATION:PT2H",
            "/events/0/DURATION",
        ),
        (
            "DTSTART;VALUE=DATE:20210924\nDURATION:PT1H",
            "/events/0/DURATION",
        ),
        (
            "DTSTART:20210924T120000Z\nDURATION:-PT1H",
            "/events/0/DURATION",
        ),
        (
            "DTSTART:20210924T120000Z\nDURATION:P99999999999999D",
            "/events/0/DURATION",
        ),
        ("DTSTART:20210931T120000Z", "/events/0/DTSTART"),
        ("DTSTART:2021-09-24", "/events/0/DTSTART"),
        ("DTSTART;VALUE=DATE:18990101", "/events/0/DTSTART"),
        (
            "DTSTART;TZID=Mars/Olympus:20210924T120000",
            "/events/0/DTSTART",
        ),
        (
            "DTSTART:20210924T120000Z\nRRULE:FREQ=SECONDLY",
            "/events/0/RRULE",
        ),
        ("RRULE:FREQ=DAILY", "/events/0/RRULE"),
        ("RECURRENCE-ID:yesterday", "/events/0/RECURRENCE-ID"),
        ("LAST-MODIFIED:yesterday", "/events/0/LAST-MODIFIED"),
    ] {
        let file = file(&[&format!("UID:x\nSUMMARY:甲\n{lines}")], Intent::Drafts);
        let found = faults(&file);
        assert_eq!(found.len(), 1, "{lines}: {found:?}");
        assert_eq!(found[0].0, pointer, "{lines}");
        assert!(found[0].1.starts_with("x: "), "{found:?}");
    }
}

#[test]
fn faults_of_several_events_are_told_at_once() {
    let file = file(
        &[
            "SUMMARY:甲",
            "UID:b",
            "UID:c\nSUMMARY:丙\nGEO:1;2",
            "UID:c\nSUMMARY:丁\nLOCATION:场\nGEO:here",
        ],
        Intent::Drafts,
    );
    let found = faults(&file);
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/events/0/UID",
            "/events/1/SUMMARY",
            "/events/3/GEO",
            "/events/3/UID"
        ]
    );
}

#[test]
fn what_is_cancelled_is_left_out_unless_its_history_is_wanted() {
    let event = "UID:x\nSUMMARY:【取消】甲\nSTATUS:CANCELLED\nCREATED:20210701T000000Z\nLAST-MODIFIED:20210702T000000Z";
    let drafts = file(&[event], Intent::Drafts);
    assert!(drafts.rows[0].skip.is_some());
    assert_eq!(drafts.rows[0].value["title"]["zh"], "甲");
    let history = file(&[event], Intent::History);
    assert!(history.rows[0].skip.is_none());
    let steps = history.rows[0].history.clone().unwrap();
    assert_eq!(steps[0]["action"], "announce");
    assert_eq!(steps[0]["at"], "2021-07-01T08:00:00+08:00");
    assert_eq!(steps[1]["action"], "cancel");
    assert_eq!(steps[1]["at"], "2021-07-02T08:00:00+08:00");
    let undated = file(&["UID:x\nSUMMARY:甲"], Intent::History);
    assert_eq!(faults(&undated)[0].0, "/events/0/CREATED");
}

#[test]
fn a_place_gives_its_district_and_the_link_to_the_page_stands_once() {
    for (location, name, districts) in [
        (
            "国家会议中心\\, 朝阳区\\, 北京",
            json!("国家会议中心"),
            json!(["chaoyang"]),
        ),
        (
            "首钢园\\, 石景山路68号\\, 石景山区\\, 北京",
            json!("首钢园, 石景山路68号"),
            json!(["shijingshan"]),
        ),
        ("海淀区\\, 北京", Value::Null, json!(["haidian"])),
        ("北京", json!("北京"), Value::Null),
        ("北京\\, 朝阳区", Value::Null, json!(["chaoyang"])),
        (
            "国家会议中心，首钢园，石景山区",
            json!("国家会议中心，首钢园"),
            json!(["shijingshan"]),
        ),
        (
            "多地\\, 海淀\\, 朝阳",
            json!("多地, 海淀, 朝阳"),
            Value::Null,
        ),
        ("海淀区", json!("海淀区"), Value::Null),
        ("A馆\\, 2层", json!("A馆, 2层"), Value::Null),
    ] {
        let event = format!(
            "UID:x\nSUMMARY:甲\nURL:https://a.example/1\nLOCATION:{location}\nDESCRIPTION:一\\n详情：https://a.example/1"
        );
        let file = file(&[&event], Intent::Drafts);
        let value = Value::Object(file.rows[0].value.clone());
        assert_eq!(value["venue"]["name"]["zh"], name, "{location}");
        assert_eq!(value["districts"], districts, "{location}");
        assert_eq!(value["description"]["zh"], "一");
    }
}

#[test]
fn other_components_are_left_out_and_several_calendars_taken() {
    let todo = calendar(&["UID:a\nSUMMARY:甲\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM"]).replace(
        "END:VCALENDAR",
        "BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\nEND:VCALENDAR",
    );
    let two = format!(
        "{todo}{}",
        calendar(&["UID:b\nSUMMARY:乙\nLOCATION:HTTPS://live.example/2"])
    );
    let file = read_bytes(two.as_bytes(), Intent::Drafts);
    assert_eq!(faults(&file), []);
    assert_eq!(file.rows.len(), 2);
    assert_eq!(file.rows[1].value["live_url"], "HTTPS://live.example/2");
    assert!(!file.rows[1].value.contains_key("venue"));
    assert!(file.warnings[0].detail.contains("VTODO"));
}

#[test]
fn five_thousand_events_are_read_and_one_more_is_not() {
    let event = |i: usize| format!("UID:{i}\nSUMMARY:活动 {i}\nDTSTART;VALUE=DATE:20210708");
    let events: Vec<String> = (0..=ROWS_MAX).map(event).collect();
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    assert_eq!(file(&events[1..], Intent::Drafts).rows.len(), ROWS_MAX);
    let found = faults(&file(&events, Intent::Drafts));
    assert!(found[0].1.contains("more than 5000 events"), "{found:?}");
}

#[test]
fn what_a_calendar_says_of_an_event_is_read_from_its_mark_and_its_status() {
    for (lines, said) in [
        ("SUMMARY:甲", Said::Stands),
        ("SUMMARY:甲\nSTATUS:TENTATIVE", Said::Stands),
        ("SUMMARY:甲\nSTATUS:cancelled", Said::Cancelled),
        ("SUMMARY:【取消】甲\nSTATUS:CONFIRMED", Said::Cancelled),
        ("SUMMARY:【延期】甲\nSTATUS:CANCELLED", Said::Postponed),
        ("SUMMARY:【延期】甲\nSTATUS:TENTATIVE", Said::Postponed),
        ("SUMMARY;LANGUAGE=en:[Postponed] A", Said::Postponed),
    ] {
        let file = file(&[&format!("UID:x\n{lines}")], Intent::Drafts);
        assert_eq!(file.rows[0].said, said, "{lines}");
    }
    let taken_back =
        calendar(&["UID:x\nSUMMARY:甲"]).replace("VERSION", "METHOD:CANCEL\r\nVERSION");
    let file = read_bytes(taken_back.as_bytes(), Intent::Drafts);
    assert_eq!(file.rows[0].said, Said::Cancelled);
}

#[test]
fn calendars_of_our_own_are_read_as_they_are_meant() {
    for (text, said) in [
        (
            include_str!("../../publish/calendar/golden/postponed.zh.ics"),
            Said::Postponed,
        ),
        (
            include_str!("../../publish/calendar/golden/postponed.en.ics"),
            Said::Postponed,
        ),
        (
            include_str!("../../publish/calendar/golden/postponed.bi.ics"),
            Said::Postponed,
        ),
        (
            include_str!("../../publish/calendar/golden/cancelled.zh.ics"),
            Said::Cancelled,
        ),
        (
            include_str!("../../publish/calendar/golden/cancelled-mark.en.ics"),
            Said::Cancelled,
        ),
        (
            include_str!("../../publish/calendar/golden/cancelled-mark.bi.ics"),
            Said::Cancelled,
        ),
        (
            include_str!("../../publish/calendar/golden/announced-minute.bi.ics"),
            Said::Stands,
        ),
        (
            include_str!("../../publish/calendar/golden/rescheduled.zh.ics"),
            Said::Stands,
        ),
    ] {
        let file = read_bytes(text.as_bytes(), Intent::Drafts);
        assert_eq!(faults(&file), []);
        let row = &file.rows[0];
        assert_eq!(row.said, said, "{text}");
        let title = row.value["title"].to_string();
        assert!(!title.contains(['[', '【']), "{title}");
    }
}
