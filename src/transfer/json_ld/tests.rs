use serde_json::json;

use super::*;
use crate::transfer::row::Said;

fn file(text: &str) -> File {
    read(text.as_bytes(), None).unwrap()
}

fn page(json: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>x</title><script>var a = '{{\"@type\":\"Event\"}}'</script>\n\
         <!-- <script type=\"application/ld+json\">{{\"@type\":\"Event\"</script> -->\n\
         <script type='Application/LD+JSON; charset=utf-8'>{json}</script></head><body>"
    )
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

fn event(json: &str) -> Value {
    let mut file = file(json);
    assert_eq!(faults(&file), []);
    Value::Object(file.rows.remove(0).value)
}

#[test]
fn an_event_in_a_page_becomes_an_activity() {
    let value = event(&page(
        r#"{"@context":"http://schema.org/","@type":["Thing","schema:BusinessEvent"],"@id":"urn:1",
        "name":[{"@language":"en-GB","@value":"Roadshow"},{"@language":"zh-CN","@value":"路演"}],
        "startDate":"2021-07-08T14:00+08:00","endDate":"2021-07-08T16:00+08:00",
        "eventStatus":"https://schema.org/EventRescheduled","eventAttendanceMode":"MixedEventAttendanceMode",
        "location":[{"@type":"Place","name":"清华科技园","address":{"@type":"PostalAddress","streetAddress":"中关村东路1号",
          "addressLocality":"海淀区","addressRegion":"北京市"},"geo":{"latitude":"39.99","longitude":116.33}},
          {"@type":"VirtualLocation","url":"https://live.example/1"}],
        "url":"https://a.example/1","offers":{"@type":"Offer","url":"https://a.example/1/tickets"},
        "organizer":[{"@type":"Organization","name":"海淀区","url":"https://hd.example/"},"北京市"],
        "audience":{"audienceType":"投资人"},"description":"&lt;p&gt;一&lt;/p&gt;\n&lt;p&gt;二 &amp;amp; 三&lt;/p&gt;"}"#,
    ));
    assert_eq!(
        value,
        json!({
            "title": {"zh":"路演","en":"Roadshow"},
            "description": {"zh":"一\n二 & 三"},
            "when": {"precision":"minute","starts_at":"2021-07-08T14:00:00+08:00","ends_at":"2021-07-08T16:00:00+08:00"},
            "mode": "mixed",
            "districts": ["haidian"],
            "venue": {"name":{"zh":"清华科技园"},"address":{"zh":"中关村东路1号"},"latitude":39.99,"longitude":116.33},
            "live_url": "https://live.example/1",
            "registration_url": "https://a.example/1/tickets",
            "audiences": ["investors"],
            "organizers": [{"role":"host","name":{"zh":"海淀区"},"url":"https://hd.example/"},{"role":"host","name":{"zh":"北京市"}}],
            "sources": [{"url":"https://a.example/1","title":null,"stated_on":null,"basis":"schema.org Event","uid":"urn:1"}],
        })
    );
}

#[test]
fn events_are_found_in_lists_graphs_and_each_other() {
    let json = r#"[{"@graph":[{"@type":"WebPage"},{"@type":"ItemList","itemListElement":[
        {"@type":"ListItem","item":{"@type":"https://schema.org/Festival","name":"甲","subEvent":[{"@type":"Event","name":"乙"}]}}]}]},
        {"@type":"Organization","events":{"@type":"Hackathon","name":"丙"}},
        {"@type":"Event","@id":"a","name":"丁"},{"@type":"Event","@id":"a","name":"丁"},{"@type":"Place","name":"非"}]"#;
    let file = file(json);
    assert_eq!(faults(&file), []);
    let titles: Vec<&Value> = file
        .rows
        .iter()
        .map(|row| &row.value["title"]["zh"])
        .collect();
    assert_eq!(titles, ["甲", "乙", "丙", "丁"]);
}

#[test]
fn what_a_page_says_of_an_event_is_read() {
    for (status, said, mode) in [
        ("\"EventScheduled\"", Said::Stands, None),
        (
            "\"https://schema.org/EventPostponed\"",
            Said::Postponed,
            None,
        ),
        (
            "\"http://schema.org/EventCancelled\"",
            Said::Cancelled,
            None,
        ),
        (
            "[\"EventRescheduled\",\"EventMovedOnline\"]",
            Said::Stands,
            Some("online"),
        ),
    ] {
        let file = file(&format!(
            r#"{{"@type":"Event","name":"甲","eventStatus":{status}}}"#
        ));
        assert_eq!(file.rows[0].said, said, "{status}");
        let found = file.rows[0].value.get("mode").and_then(Value::as_str);
        assert_eq!(found, mode, "{status}");
    }
}

#[test]
fn an_address_is_written_as_its_country_writes_it() {
    for (location, venue) in [
        ("\"清华科技园\"", json!({"name":{"zh":"清华科技园"}})),
        (
            r#"{"@type":"Place","name":"Hall","address":"1 High St"}"#,
            json!({"name":{"zh":"Hall"},"address":{"zh":"1 High St"}}),
        ),
        (
            r#"{"@type":"Place","address":{"addressRegion":"广东省","addressLocality":"深圳市","streetAddress":"福华三路"}}"#,
            json!({"name":{},"address":{"zh":"广东省深圳市福华三路"}}),
        ),
        (
            r#"{"@type":"Place","name":"Hall","address":{"addressRegion":"England","addressLocality":"London","streetAddress":"1 High St"}}"#,
            json!({"name":{"zh":"Hall"},"address":{"zh":"1 High St, London, England"}}),
        ),
    ] {
        let value = event(&format!(
            r#"{{"@type":"Event","name":"甲","location":{location}}}"#
        ));
        assert_eq!(value["venue"], venue, "{location}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let second = format!(
        "{}\n<script type=application/ld+json>\n{{\"@type\":}}</script>",
        page("{}")
    );
    for (text, says) in [
        (second, "block 2 (line 4): not JSON"),
        (page("{\"@type\":\"Place\"}"), "holds no schema.org Event"),
        ("<p>nothing</p>".to_owned(), "holds no schema.org Event"),
        (String::new(), "holds no schema.org Event"),
        (
            format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
            "recursion limit",
        ),
        (
            format!("{}{}", "[".repeat(50), "]".repeat(50)),
            "nested more than 8 deep",
        ),
        (
            format!("{}{}", "{\"subEvent\":".repeat(20), "1") + &"}".repeat(20),
            "nested more than 8 deep",
        ),
        (format!("[{}{{}}]", "{},".repeat(500_000)), "at most 50000"),
        (
            format!(
                "[{}1]",
                "{\"@type\":\"Event\",\"name\":\"甲\"},".repeat(5_001)
            ),
            "has 5001 events",
        ),
        ("<meta charset=big5><p>".to_owned(), "big5"),
    ] {
        let file = file(&text);
        let found = faults(&file);
        assert!(file.rows.is_empty(), "{says}");
        assert!(found[0].1.contains(says), "{says}: {found:?}");
    }
    let row = file(r#"{"@type":"Event","startDate":"next week","@id":"u"}"#);
    let found = faults(&row);
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/events/0/name", "/events/0/startDate"]);
    assert!(found[0].1.starts_with("u: "), "{found:?}");
}

#[test]
fn a_page_in_gbk_is_read_by_its_meta() {
    let text =
        page(r#"{"@type":"Event","name":"路演"}"#).replace("<head>", "<head><meta charset=gbk>");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    let file = read(&bytes, None).unwrap();
    assert_eq!(file.rows[0].value["title"]["zh"], "路演");
}

#[test]
fn broken_pages_and_endless_scripts_end() {
    for text in [
        "<script type=application/ld+json>".repeat(100_000),
        "<script type=application/ld+json>1</script>".repeat(100_000),
        "<".repeat(5_000_000),
        format!("<script {}>", "a=b ".repeat(1_000_000)),
        "<!--".repeat(1_000_000),
    ] {
        assert!(!faults(&file(&text)).is_empty());
    }
}

/// Copied from pages of the bundled programme.
const OURS: [&str; 3] = [
    r#"{"@context":"https://schema.org","@id":"https://yueli.example/zh/e/act_1-opening","@type":"Event","description":"开幕式 \u003c甲 \u0026 乙\u003e","endDate":"2021-09-24T21:30:00+08:00","eventAttendanceMode":"https://schema.org/MixedEventAttendanceMode","eventStatus":"https://schema.org/EventScheduled","image":"https://yueli.example/og/act_1-2.png","location":[{"@type":"Place","address":{"@type":"PostalAddress","addressCountry":"CN","addressLocality":"海淀区","addressRegion":"北京市"},"name":"中关村国家自主创新示范区展示中心"},{"@type":"VirtualLocation","url":"https://live.example/1"}],"name":"2021中关村论坛开幕式","organizer":[{"@type":"Organization","name":"科学技术部"},{"@type":"Organization","name":"北京市人民政府"}],"startDate":"2021-09-24T20:00:00+08:00","superEvent":{"@id":"https://yueli.example/zh/e/act_0-zgc-2021","@type":"Event","name":"2021中关村论坛","url":"https://yueli.example/zh/e/act_0-zgc-2021"},"url":"https://yueli.example/zh/e/act_1-opening"}"#,
    r#"{"@context":"https://schema.org","@id":"https://yueli.example/zh/e/act_2-sf-convention-2022","@type":"Event","description":"2022中国科幻大会 · 延期待定","endDate":"2022-10-05","eventStatus":"https://schema.org/EventPostponed","image":"https://yueli.example/og/act_2-2.png","location":{"@type":"Place","address":{"@type":"PostalAddress","addressCountry":"CN","addressLocality":"石景山区、海淀区","addressRegion":"北京市"},"name":"石景山区、海淀区"},"name":"2022中国科幻大会","previousStartDate":"2022-09-28","startDate":"2022-09-28","url":"https://yueli.example/zh/e/act_2-sf-convention-2022"}"#,
    r#"{"@context":"https://schema.org","@id":"https://yueli.example/zh/e/act_3-cloud","@type":"Event","description":"云路演 · 线上","eventAttendanceMode":"https://schema.org/OnlineEventAttendanceMode","eventStatus":"https://schema.org/EventScheduled","image":"https://yueli.example/og/act_3-2.png","location":{"@type":"VirtualLocation","url":"https://yueli.example/zh/e/act_3-cloud"},"name":"云路演","startDate":"2021-06","url":"https://yueli.example/zh/e/act_3-cloud"}"#,
];

#[test]
fn pages_of_our_own_come_back_right() {
    let source = |slug: &str| {
        let url = format!("https://yueli.example/zh/e/{slug}");
        json!([{"url":url,"title":null,"stated_on":null,"basis":"schema.org Event","uid":url}])
    };
    assert_eq!(
        event(&page(OURS[0])),
        json!({
            "title": {"zh":"2021中关村论坛开幕式"},
            "description": {"zh":"开幕式 <甲 & 乙>"},
            "when": {"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00","ends_at":"2021-09-24T21:30:00+08:00"},
            "districts": ["haidian"],
            "venue": {"name":{"zh":"中关村国家自主创新示范区展示中心"}},
            "live_url": "https://live.example/1",
            "mode": "mixed",
            "organizers": [{"role":"host","name":{"zh":"科学技术部"}},{"role":"host","name":{"zh":"北京市人民政府"}}],
            "sources": source("act_1-opening"),
        })
    );
    assert_eq!(
        event(&page(OURS[1])),
        json!({
            "title": {"zh":"2022中国科幻大会"},
            "description": {"zh":"2022中国科幻大会 · 延期待定"},
            "when": {"precision":"day","starts_on":"2022-09-28","ends_on":"2022-10-05"},
            "districts": ["shijingshan","haidian"],
            "sources": source("act_2-sf-convention-2022"),
        })
    );
    assert_eq!(file(&page(OURS[1])).rows[0].said, Said::Postponed);
    assert_eq!(
        event(&page(OURS[2])),
        json!({
            "title": {"zh":"云路演"},
            "description": {"zh":"云路演 · 线上"},
            "when": {"precision":"month","month":"2021-06"},
            "mode": "online",
            "sources": source("act_3-cloud"),
        })
    );
}
