//! The list of feeds.

use feeds::opml::{self, Feed, Group};
use feeds::{Language, clean};

use super::elements;

fn list(title: &str, heading: &str, name: &str, url: &str) -> String {
    let feed = Feed {
        title: name.to_owned(),
        url: url.to_owned(),
        link: "https://yueli.example/zh/".to_owned(),
    };
    let groups = [Group {
        title: heading.to_owned(),
        feeds: vec![feed],
    }];
    String::from_utf8(opml::render(title, title, Language::Zh, &groups)).expect("UTF-8")
}

#[test]
fn a_list_reads_as_written_down_here() {
    let url = "https://yueli.example/feeds/zh/all.rss?notice=cancelled&kind=forum";
    let expected = concat!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n",
        r#"<opml version="2.0"><head><title>论坛</title><ownerName>论坛</ownerName></head><body>"#,
        r#"<outline text="按区"><outline text="海淀区" type="rss""#,
        r#" xmlUrl="https://yueli.example/feeds/zh/all.rss?notice=cancelled&amp;kind=forum""#,
        r#" htmlUrl="https://yueli.example/zh/" language="zh-cn" title="海淀区" version="RSS2"/></outline></body></opml>"#,
        "\n",
    );
    assert_eq!(list("论坛", "按区", "海淀区", url), expected);
}

/// Puts `text` into every field and reads the list back.
pub(super) fn everywhere(text: &str) {
    let document = list(text, text, text, text);
    assert_eq!(
        elements(&document),
        elements(&list("a", "b", "c", "https://yueli.example/"))
    );
    let read = ::opml::OPML::from_str(&document).expect("OPML");
    let group = &read.body.outlines[0];
    let line = clean(text).replace('\n', " ");
    assert_eq!(group.text.trim(), line.trim());
    assert_eq!(group.outlines[0].text.trim(), line.trim());
}
