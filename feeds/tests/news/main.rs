//! News feeds as XML parsers and feed readers see them.

mod atom;
mod json;
mod lint;
mod opml;

use chrono::{DateTime, NaiveDate, Utc};
use feeds::news::{Category, Channel, Entry, Happening, Part};
use feeds::{Language, Point, Slot, clean, escape_html, rss};
use proptest::prelude::*;
use quick_xml::XmlVersion;
use quick_xml::events::Event;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn channel() -> Channel {
    Channel {
        id: "tag:yueli.example,2021:feeds/zh/all.rss".to_owned(),
        title: "中关村论坛 · 通告".to_owned(),
        description: "每一条通告".to_owned(),
        link: "https://yueli.example/zh/".to_owned(),
        author: "中关村论坛".to_owned(),
        language: Language::Zh,
        last_build_at: Some(at("2021-07-01T01:00:00Z")),
        begun_at: at("2020-12-31T16:00:00Z"),
        image_url: "https://yueli.example/icon.png".to_owned(),
        self_url: "https://yueli.example/feeds/zh/all.rss?a=1&b=2".to_owned(),
        translations: vec![(
            Language::En,
            "https://yueli.example/feeds/en/all.rss".to_owned(),
        )],
        hub: Some("https://yueli.example/feeds/hub".to_owned()),
        part: Part::Newest {
            prev_archive: Some("https://yueli.example/feeds/zh/archive/2021-07.rss".to_owned()),
        },
    }
}

fn archive() -> Channel {
    let of = |month: &str| format!("https://yueli.example/feeds/zh/archive/{month}.rss");
    Channel {
        self_url: of("2021-07"),
        hub: None,
        part: Part::Archive {
            current: "https://yueli.example/feeds/zh/all.rss".to_owned(),
            prev_archive: Some(of("2021-06")),
            next_archive: of("2021-08"),
        },
        ..channel()
    }
}

fn entry() -> Entry {
    Entry {
        id: "tag:yueli.example,2021:ntc_1/zh".to_owned(),
        title: "[改期] 路演:7月8日 → 7月9日".to_owned(),
        link: "https://yueli.example/zh/notices/ntc_1".to_owned(),
        published_at: at("2021-07-01T01:00:00Z"),
        summary: "7月8日 → 7月9日 & <later>".to_owned(),
        html: "<p><del>7月8日</del> 7月9日</p>".to_owned(),
        creator: Some("海淀区".to_owned()),
        event: Some(Happening {
            slot: Slot::Timed {
                starts_at: at("2021-07-09T01:00:00Z"),
                ends_at: Some(at("2021-07-09T03:00:00Z")),
            },
            location: Some("清华科技园".to_owned()),
            organizer: Some("组委会".to_owned()),
            kind: Some("项目路演".to_owned()),
        }),
        point: Some(Point {
            latitude: 39.9975,
            longitude: 116.3304,
        }),
        calendar_url: Some("https://yueli.example/feeds/zh/activity/act_1.ics".to_owned()),
        activity_url: Some("https://yueli.example/zh/activities/roadshow".to_owned()),
        replaces: Some("tag:yueli.example,2021:ntc_0/zh".to_owned()),
        categories: vec![Category {
            domain: "https://yueli.example/ns/notice".to_owned(),
            term: "rescheduled".to_owned(),
        }],
        revision: Some(2),
        position: 17,
    }
}

fn feed(entries: &[Entry]) -> String {
    String::from_utf8(rss::render(&channel(), entries)).expect("UTF-8")
}

/// Panics where the document is not well-formed XML 1.0; gives the names of all elements.
fn elements(document: &str) -> Vec<String> {
    assert!(document.chars().all(|c| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
    }));
    let mut reader = quick_xml::Reader::from_str(document);
    let mut names = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) | Event::Empty(start) => {
                for attribute in start.attributes() {
                    attribute
                        .expect("a well-formed attribute")
                        .normalized_value(XmlVersion::Implicit1_0)
                        .expect("known references");
                }
                names.push(String::from_utf8(start.name().as_ref().to_vec()).expect("UTF-8"));
            }
            Event::Eof => return names,
            Event::End(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

#[test]
fn a_whole_feed_reads_as_written_down_here() {
    let expected = concat!(
        r#"<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom""#,
        r#" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/""#,
        r#" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:ev="http://purl.org/rss/1.0/modules/event/" xmlns:fh="http://purl.org/syndication/history/1.0""#,
        r#" xmlns:georss="http://www.georss.org/georss" xmlns:yueli="https://yueli.example/ns"><channel>"#,
        "<title>中关村论坛 · 通告</title><link>https://yueli.example/zh/</link><description>每一条通告</description>",
        "<language>zh-cn</language><lastBuildDate>Thu, 01 Jul 2021 09:00:00 +0800</lastBuildDate><ttl>60</ttl>",
        "<image><url>https://yueli.example/icon.png</url><title>中关村论坛 · 通告</title><link>https://yueli.example/zh/</link></image>",
        r#"<atom:link href="https://yueli.example/feeds/zh/all.rss?a=1&amp;b=2" rel="self" type="application/rss+xml"></atom:link>"#,
        r#"<atom:link href="https://yueli.example/feeds/en/all.rss" hreflang="en" rel="alternate" type="application/rss+xml"></atom:link>"#,
        r#"<atom:link href="https://yueli.example/feeds/hub" rel="hub"></atom:link>"#,
        r#"<atom:link href="https://yueli.example/feeds/zh/archive/2021-07.rss" rel="prev-archive" type="application/rss+xml"></atom:link>"#,
        "<item><title>[改期] 路演:7月8日 → 7月9日</title><link>https://yueli.example/zh/notices/ntc_1</link>",
        "<description><![CDATA[7月8日 → 7月9日 &amp; &lt;later&gt;]]></description>",
        r#"<category domain="https://yueli.example/ns/notice">rescheduled</category>"#,
        r#"<guid isPermaLink="false">tag:yueli.example,2021:ntc_1/zh</guid><pubDate>Thu, 01 Jul 2021 09:00:00 +0800</pubDate>"#,
        "<content:encoded><![CDATA[<p><del>7月8日</del> 7月9日</p>]]></content:encoded>",
        r#"<atom:link href="https://yueli.example/feeds/zh/activity/act_1.ics" rel="related" type="text/calendar"></atom:link>"#,
        "<dc:creator>海淀区</dc:creator><dcterms:isVersionOf>https://yueli.example/zh/activities/roadshow</dcterms:isVersionOf>",
        "<dcterms:replaces>tag:yueli.example,2021:ntc_0/zh</dcterms:replaces>",
        "<ev:enddate>2021-07-09T11:00:00+08:00</ev:enddate><ev:location>清华科技园</ev:location><ev:organizer>组委会</ev:organizer>",
        "<ev:startdate>2021-07-09T09:00:00+08:00</ev:startdate><ev:type>项目路演</ev:type>",
        "<georss:point>39.997500 116.330400</georss:point><yueli:position>17</yueli:position><yueli:revision>2</yueli:revision>",
        "</item></channel></rss>\n",
    );
    assert_eq!(feed(&[entry()]), expected);
}

#[test]
fn every_optional_part_may_be_missing() {
    let bare = Entry {
        creator: None,
        event: None,
        point: None,
        calendar_url: None,
        activity_url: None,
        replaces: None,
        categories: Vec::new(),
        revision: None,
        ..entry()
    };
    let document = feed(&[bare]);
    let item = document.split_once("<item>").expect("one item").1;
    assert_eq!(
        elements(&format!("<item>{}", item.replace("</channel></rss>\n", ""))),
        [
            "item",
            "title",
            "link",
            "description",
            "guid",
            "pubDate",
            "content:encoded",
            "yueli:position"
        ]
    );
}

#[test]
fn days_are_told_as_dates_without_an_hour() {
    let day = |d| NaiveDate::from_ymd_opt(2021, 9, d).expect("a date");
    let mut entry = entry();
    entry.event = Some(Happening {
        slot: Slot::Days {
            starts_on: day(24),
            ends_on: day(28),
        },
        location: None,
        organizer: None,
        kind: None,
    });
    let document = feed(&[entry]);
    assert!(
        document
            .contains("<ev:enddate>2021-09-28</ev:enddate><ev:startdate>2021-09-24</ev:startdate>")
    );
}

#[test]
fn an_empty_feed_is_well_formed_and_names_no_date() {
    let header = Channel {
        last_build_at: None,
        ..channel()
    };
    let document = String::from_utf8(rss::render(&header, &[])).expect("UTF-8");
    let names = elements(&document);
    assert!(
        !names
            .iter()
            .any(|name| name == "item" || name == "lastBuildDate")
    );
}

#[test]
fn texts_that_break_other_feeds_do_not_break_this_one() {
    let four_kilobytes = "月".repeat(1366);
    for text in [
        "\u{8}",
        "\u{FFFE}",
        "]]>",
        "<b>",
        "&",
        "&amp;",
        "\u{1F389}",
        "𠮷",
        "שלום\u{202E}",
        &four_kilobytes,
        "a\u{0}\r\nb",
    ] {
        everywhere(text);
        atom::everywhere(text);
        json::everywhere(text);
        opml::everywhere(text);
    }
}

/// A feed with `text` in every field.
fn filled(text: &str) -> (Channel, Entry) {
    let given = || text.to_owned();
    let header = Channel {
        id: given(),
        author: given(),
        title: given(),
        description: given(),
        link: given(),
        image_url: given(),
        self_url: given(),
        translations: vec![(Language::En, given())],
        hub: Some(given()),
        part: Part::Archive {
            current: given(),
            prev_archive: Some(given()),
            next_archive: given(),
        },
        ..channel()
    };
    let entry = Entry {
        id: given(),
        title: given(),
        link: given(),
        summary: given(),
        html: given(),
        creator: Some(given()),
        event: entry().event.map(|event| Happening {
            location: Some(given()),
            organizer: Some(given()),
            kind: Some(given()),
            ..event
        }),
        calendar_url: Some(given()),
        activity_url: Some(given()),
        replaces: Some(given()),
        categories: vec![Category {
            domain: given(),
            term: given(),
        }],
        ..entry()
    };
    (header, entry)
}

/// Puts `text` into every field and reads the feed back.
fn everywhere(text: &str) {
    let (header, entry) = filled(text);
    let bytes = rss::render(&header, &[entry]);
    let document = String::from_utf8(bytes.clone()).expect("UTF-8");
    let names = elements(&document);
    assert_eq!(
        names,
        elements(&document_of(&archive_with_hub())),
        "an element more or less"
    );

    let read = ::rss::Channel::read_from(bytes.as_slice()).expect("a feed");
    let item = &read.items()[0];
    let back = |found: Option<&str>| found.unwrap_or_default().trim().to_owned();
    assert_eq!(back(item.title()), clean(text).trim());
    assert_eq!(back(item.description()), escape_html(text).trim());
    assert_eq!(back(item.content()), clean(text).trim());
    assert_eq!(
        back(item.guid().map(::rss::Guid::value)),
        clean(text).trim()
    );
}

fn document_of(channel: &Channel) -> String {
    String::from_utf8(rss::render(channel, &[entry()])).expect("UTF-8")
}

fn archive_with_hub() -> Channel {
    Channel {
        hub: channel().hub,
        ..archive()
    }
}

#[test]
fn an_archive_names_its_neighbours_and_one_activitys_feed_says_that_it_is_whole() {
    let document = document_of(&archive());
    for part in [
        "<fh:archive></fh:archive>",
        r#"<atom:link href="https://yueli.example/feeds/zh/all.rss" rel="current" type="application/rss+xml"></atom:link>"#,
        r#"<atom:link href="https://yueli.example/feeds/zh/archive/2021-06.rss" rel="prev-archive" type="application/rss+xml"></atom:link>"#,
        r#"<atom:link href="https://yueli.example/feeds/zh/archive/2021-08.rss" rel="next-archive" type="application/rss+xml"></atom:link>"#,
    ] {
        assert!(document.contains(part), "{part} in {document}");
    }
    let whole = document_of(&Channel {
        part: Part::Complete,
        ..channel()
    });
    assert!(whole.contains("<fh:complete></fh:complete>"), "{whole}");
    assert!(!whole.contains("archive"), "{whole}");
}

proptest! {
    #[test]
    fn no_text_in_any_field_breaks_a_feed(text in prop::collection::vec(any::<char>(), 0..120)) {
        // Not any::<String>(): that leaves control characters out.
        let text = String::from_iter(text);
        everywhere(&text);
        atom::everywhere(&text);
        json::everywhere(&text);
        opml::everywhere(&text);
    }
}
