//! Faults that a document must not be sent with, each made by hand.

use feeds::lint::{Expected, Fault, Format, lint};
use feeds::news::{Channel, Entry};
use feeds::{Language, atom, json, rss};

use super::{archive, at, channel, entry};

const FORMATS: [Format; 3] = [Format::Rss, Format::Atom, Format::Json];

/// Two entries, the newer one first.
fn entries() -> [Entry; 2] {
    let newer = entry();
    let older = Entry {
        id: "tag:yueli.example,2021:ntc_0/zh".to_owned(),
        published_at: at("2021-06-01T01:00:00Z"),
        position: 16,
        ..entry()
    };
    [newer, older]
}

fn rendered(format: Format, channel: &Channel, entries: &[Entry]) -> String {
    let bytes = match format {
        Format::Rss => rss::render(channel, entries),
        Format::Atom => atom::render(channel, entries),
        Format::Json => json::render(channel, entries),
    };
    String::from_utf8(bytes).expect("UTF-8")
}

fn linted(format: Format, document: &str, entries: usize) -> Result<(), Fault> {
    lint(
        format,
        document.as_bytes(),
        &Expected {
            self_url: "https://yueli.example/feeds/zh/all.rss?a=1&b=2",
            language: Language::Zh,
            entries,
            latest: Some(at("2021-07-01T01:00:00Z")),
        },
    )
}

#[test]
fn sound_documents_pass() {
    for format in FORMATS {
        let document = rendered(format, &channel(), &entries());
        assert_eq!(linted(format, &document, 2), Ok(()), "{format:?}");
        let empty = Channel {
            last_build_at: None,
            ..channel()
        };
        let document = rendered(format, &empty, &[]);
        assert_eq!(linted(format, &document, 0), Ok(()), "{format:?}");
        let part = Channel {
            self_url: channel().self_url,
            ..archive()
        };
        let document = rendered(format, &part, &entries());
        assert_eq!(linted(format, &document, 2), Ok(()), "{format:?}");
    }
}

#[test]
fn what_was_meant_wrongly_is_found_in_every_format() {
    let [newer, older] = entries();
    let twice = [newer.clone(), newer.clone()];
    let late = [Entry {
        published_at: at("2021-07-01T01:00:01Z"),
        ..newer.clone()
    }];
    let relative = [Entry {
        link: "/zh/notices/ntc_1".to_owned(),
        ..newer.clone()
    }];
    let foreign = [Entry {
        calendar_url: Some("ftp://yueli.example/a.ics".to_owned()),
        ..newer.clone()
    }];
    let nameless = [Entry {
        title: String::new(),
        ..newer.clone()
    }];
    let backwards = [older.clone(), newer.clone()];
    for (entries, fault) in [
        (&twice[..], "two entries have the id"),
        (&late, "later than anything"),
        (&relative, "relative URL without a base"),
        (&foreign, "no address on the web"),
        (&nameless, "no id, title or link"),
        (&backwards, "out of order"),
    ] {
        for format in FORMATS {
            let last_build_at = entries.first().map(|entry| entry.published_at);
            let channel = Channel {
                last_build_at,
                ..channel()
            };
            let document = rendered(format, &channel, entries);
            let found = linted(format, &document, entries.len()).unwrap_err();
            assert!(found.to_string().contains(fault), "{format:?}: {found}");
        }
    }
}

#[test]
fn a_feed_that_says_something_else_of_itself_is_found() {
    let misplaced = Channel {
        self_url: "https://yueli.example/feeds/zh/all.rss".to_owned(),
        ..channel()
    };
    let foreign = Channel {
        language: Language::En,
        ..channel()
    };
    let nameless = Channel {
        title: " ".to_owned(),
        ..channel()
    };
    for (channel, fault) in [
        (misplaced, "says that it stands at"),
        (foreign, "says that it is in"),
        (nameless, "has no title"),
    ] {
        for format in FORMATS {
            let document = rendered(format, &channel, &entries());
            let found = linted(format, &document, 2).unwrap_err();
            assert!(found.to_string().contains(fault), "{format:?}: {found}");
        }
    }
    for format in FORMATS {
        let document = rendered(format, &channel(), &entries());
        let found = linted(format, &document, 3).unwrap_err();
        assert!(found.to_string().contains("2 entries, not 3"), "{found}");
    }
    for format in [Format::Rss, Format::Atom] {
        let dated = Channel {
            last_build_at: Some(at("2021-07-02T01:00:00Z")),
            ..channel()
        };
        let document = rendered(format, &dated, &entries());
        let found = linted(format, &document, 2).unwrap_err();
        assert!(found.to_string().contains("the feed is dated"), "{found}");
    }
}

#[test]
fn what_no_crate_would_write_is_found_too() {
    let enclosure =
        r#"<enclosure url="https://yueli.example/a.ics" length="1" type="text/calendar"/>"#;
    let twice = format!("{enclosure}{enclosure}</item>");
    let link = r#"<link rel="enclosure" href="https://yueli.example/a.ics"/>"#;
    let linked = format!("{link}{link}</entry>");
    for (format, from, to, fault) in [
        (Format::Rss, "</channel>", "", "not well-formed"),
        (Format::Rss, "</rss>", "", "has no end"),
        (
            Format::Rss,
            "<ttl>60</ttl>",
            "<x:ttl>60</x:ttl>",
            "\"x\" is not declared",
        ),
        (
            Format::Rss,
            "<ttl>60",
            "<ttl>\u{FFFE}60",
            "may not stand in XML",
        ),
        (
            Format::Rss,
            "<ttl>60",
            "<ttl>&#8;60",
            "may not stand in XML",
        ),
        (
            Format::Rss,
            "<ttl>60",
            "<ttl>&nbsp;60",
            "nobody knows &nbsp;",
        ),
        (Format::Rss, "</item>", &twice, "2 enclosures"),
        (
            Format::Rss,
            "isPermaLink=\"false\"",
            "",
            "says that it is an address",
        ),
        (
            Format::Rss,
            "2021 09:00:00 +0800</pubDate>",
            "soon</pubDate>",
            "is dated",
        ),
        (Format::Atom, "</entry>", &linked, "2 enclosures"),
        (Format::Atom, "</feed>", "", "has no end"),
        (
            Format::Atom,
            "<id>tag:yueli.example,2021:feeds/zh/all.rss</id>",
            "",
            "has no id",
        ),
        (
            Format::Atom,
            "<updated>2021-07-01T09:00:00+08:00</updated>",
            "",
            "has no date",
        ),
        (
            Format::Rss,
            "<lastBuildDate>Thu, 01 Jul 2021 09:00:00 +0800</lastBuildDate>",
            "",
            "has no date",
        ),
        (
            Format::Atom,
            "</feed>\n",
            "</feed><feed/>",
            "begins with <feed>",
        ),
        (
            Format::Atom,
            "<feed xmlns",
            "<!DOCTYPE feed><feed xmlns",
            "declares a type",
        ),
        (Format::Json, "}\n", "\n", "EOF"),
        (Format::Json, "version/1.1", "version/1", "the version is"),
        (Format::Json, "\"items\"", "\"item\"", "has no items"),
    ] {
        let document = rendered(format, &channel(), &entries());
        assert!(document.contains(from), "{from}");
        let found = linted(format, &document.replacen(from, to, 1), 2).unwrap_err();
        assert!(found.to_string().contains(fault), "{to}: {found}");
    }
    let document = rendered(Format::Rss, &channel(), &entries());
    for format in [Format::Atom, Format::Json] {
        assert!(linted(format, &document, 2).is_err());
    }
}
