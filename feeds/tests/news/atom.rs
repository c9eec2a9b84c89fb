//! Atom.

use feeds::news::{Channel, Part};
use feeds::{atom, clean};

use super::{archive, channel, elements, entry, filled};

fn document(channel: &Channel) -> String {
    String::from_utf8(atom::render(channel, &[entry()])).expect("UTF-8")
}

#[test]
fn a_whole_feed_reads_as_written_down_here() {
    let expected = concat!(
        "<?xml version=\"1.0\"?>\n",
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/""#,
        r#" xmlns:ev="http://purl.org/rss/1.0/modules/event/" xmlns:fh="http://purl.org/syndication/history/1.0""#,
        r#" xmlns:georss="http://www.georss.org/georss" xmlns:yueli="https://yueli.example/ns" xml:lang="zh-CN">"#,
        "<title>中关村论坛 · 通告</title><id>tag:yueli.example,2021:feeds/zh/all.rss</id><updated>2021-07-01T09:00:00+08:00</updated>",
        "<author><name>中关村论坛</name></author>",
        r#"<link href="https://yueli.example/feeds/zh/all.rss?a=1&amp;b=2" rel="self" type="application/atom+xml"/>"#,
        r#"<link href="https://yueli.example/feeds/en/all.rss" rel="alternate" hreflang="en" type="application/atom+xml"/>"#,
        r#"<link href="https://yueli.example/feeds/hub" rel="hub"/>"#,
        r#"<link href="https://yueli.example/feeds/zh/archive/2021-07.rss" rel="prev-archive" type="application/atom+xml"/>"#,
        r#"<link href="https://yueli.example/zh/" rel="alternate" hreflang="zh-CN" type="text/html"/>"#,
        "<logo>https://yueli.example/icon.png</logo><subtitle>每一条通告</subtitle>",
        "<entry><title>[改期] 路演:7月8日 → 7月9日</title><id>tag:yueli.example,2021:ntc_1/zh/atom</id>",
        "<updated>2021-07-01T09:00:00+08:00</updated><author><name>海淀区</name></author>",
        r#"<category term="rescheduled" scheme="https://yueli.example/ns/notice"/>"#,
        r#"<link href="https://yueli.example/zh/notices/ntc_1" rel="alternate" type="text/html"/>"#,
        r#"<link href="https://yueli.example/feeds/zh/activity/act_1.ics" rel="related" type="text/calendar"/>"#,
        "<published>2021-07-01T09:00:00+08:00</published><summary>7月8日 → 7月9日 &amp; &lt;later&gt;</summary>",
        r#"<content type="html">&lt;p&gt;&lt;del&gt;7月8日&lt;/del&gt; 7月9日&lt;/p&gt;</content>"#,
        "<dcterms:isVersionOf>https://yueli.example/zh/activities/roadshow</dcterms:isVersionOf>",
        "<dcterms:replaces>tag:yueli.example,2021:ntc_0/zh/atom</dcterms:replaces>",
        "<ev:enddate>2021-07-09T11:00:00+08:00</ev:enddate><ev:location>清华科技园</ev:location><ev:organizer>组委会</ev:organizer>",
        "<ev:startdate>2021-07-09T09:00:00+08:00</ev:startdate><ev:type>项目路演</ev:type>",
        "<georss:point>39.997500 116.330400</georss:point><yueli:position>17</yueli:position><yueli:revision>2</yueli:revision>",
        "</entry></feed>\n",
    );
    assert_eq!(document(&channel()), expected);
}

#[test]
fn an_archive_names_its_neighbours_and_keeps_the_feeds_id() {
    let archive = document(&archive());
    for part in [
        "<fh:archive></fh:archive>",
        "<id>tag:yueli.example,2021:feeds/zh/all.rss</id>",
        r#"rel="current""#,
        r#"rel="prev-archive""#,
        r#"rel="next-archive""#,
    ] {
        assert!(archive.contains(part), "{part} in {archive}");
    }
    let whole = document(&Channel {
        part: Part::Complete,
        ..channel()
    });
    assert!(whole.contains("<fh:complete></fh:complete>"), "{whole}");
}

#[test]
fn a_feed_without_entries_is_dated_by_its_beginning() {
    let empty = Channel {
        last_build_at: None,
        ..channel()
    };
    let document = String::from_utf8(atom::render(&empty, &[])).expect("UTF-8");
    assert!(document.contains("<updated>2021-01-01T00:00:00+08:00</updated>"));
}

/// Puts `text` into every field and reads the feed back.
pub(super) fn everywhere(text: &str) {
    let (header, entry) = filled(text);
    let document = String::from_utf8(atom::render(&header, &[entry])).expect("UTF-8");
    let sound = Channel {
        hub: channel().hub,
        ..archive()
    };
    let expected = elements(&self::document(&sound));
    let expected: Vec<_> = expected
        .iter()
        .filter(|name| !text.is_empty() || *name != "summary")
        .collect();
    assert_eq!(elements(&document).iter().collect::<Vec<_>>(), expected);
    let read = atom_syndication::Feed::read_from(document.as_bytes()).expect("a feed");
    let entry = &read.entries()[0];
    let trimmed = clean(text).trim().to_owned();
    assert_eq!(entry.title().as_str().trim(), trimmed);
    let content = entry
        .content()
        .and_then(|it| it.value())
        .unwrap_or_default();
    assert_eq!(content.trim(), trimmed);
    let summary = entry.summary().map(|it| it.as_str()).unwrap_or_default();
    assert_eq!(summary.trim(), trimmed);
}
