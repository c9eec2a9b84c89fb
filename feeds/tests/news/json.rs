//! JSON Feed.

use feeds::news::Part;
use feeds::{clean, json};
use serde_json::{Value, json};

use super::{archive, channel, entry, filled};

fn read(channel: &feeds::news::Channel) -> Value {
    serde_json::from_slice(&json::render(channel, &[entry()])).expect("JSON")
}

#[test]
fn a_whole_feed_reads_as_written_down_here() {
    let expected = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "中关村论坛 · 通告",
        "home_page_url": "https://yueli.example/zh/",
        "feed_url": "https://yueli.example/feeds/zh/all.rss?a=1&b=2",
        "description": "每一条通告",
        "next_url": "https://yueli.example/feeds/zh/archive/2021-07.rss",
        "icon": "https://yueli.example/icon.png",
        "authors": [{"name": "中关村论坛"}],
        "language": "zh-CN",
        "hubs": [{"type": "WebSub", "url": "https://yueli.example/feeds/hub"}],
        "_yueli": {
            "about": "https://yueli.example/ns",
            "links": [
                {"rel": "alternate", "hreflang": "en", "href": "https://yueli.example/feeds/en/all.rss"},
                {"rel": "prev-archive", "href": "https://yueli.example/feeds/zh/archive/2021-07.rss"},
            ],
        },
        "items": [{
            "id": "tag:yueli.example,2021:ntc_1/zh",
            "url": "https://yueli.example/zh/notices/ntc_1",
            "title": "[改期] 路演:7月8日 → 7月9日",
            "content_html": "<p><del>7月8日</del> 7月9日</p>",
            "summary": "7月8日 → 7月9日 & <later>",
            "date_published": "2021-07-01T09:00:00+08:00",
            "authors": [{"name": "海淀区"}],
            "tags": ["rescheduled"],
            "_yueli": {
                "position": 17,
                "revision": 2,
                "is_version_of": "https://yueli.example/zh/activities/roadshow",
                "replaces": "tag:yueli.example,2021:ntc_0/zh",
                "calendar_url": "https://yueli.example/feeds/zh/activity/act_1.ics",
                "event": {
                    "startdate": "2021-07-09T09:00:00+08:00",
                    "enddate": "2021-07-09T11:00:00+08:00",
                    "location": "清华科技园",
                    "organizer": "组委会",
                    "type": "项目路演",
                },
                "point": "39.997500 116.330400",
                "categories": [{"domain": "https://yueli.example/ns/notice", "term": "rescheduled"}],
            },
        }],
    });
    assert_eq!(read(&channel()), expected);
}

#[test]
fn an_archive_names_its_neighbours_and_one_activitys_feed_says_that_it_is_whole() {
    let document = read(&archive());
    assert_eq!(document["_yueli"]["archive"], true);
    assert_eq!(
        document["next_url"],
        "https://yueli.example/feeds/zh/archive/2021-06.rss"
    );
    let links = document["_yueli"]["links"].as_array().unwrap();
    let rels: Vec<_> = links.iter().map(|link| link["rel"].clone()).collect();
    assert_eq!(
        rels,
        ["alternate", "current", "prev-archive", "next-archive"]
    );
    let whole = read(&feeds::news::Channel {
        part: Part::Complete,
        ..channel()
    });
    assert_eq!(whole["_yueli"]["complete"], true);
    assert_eq!(whole["next_url"], Value::Null);
}

/// Puts `text` into every field and reads the feed back.
pub(super) fn everywhere(text: &str) {
    let (header, entry) = filled(text);
    let document: Value = serde_json::from_slice(&json::render(&header, &[entry])).expect("JSON");
    let item = &document["items"][0];
    assert_eq!(item["title"], clean(text).as_ref());
    assert_eq!(item["content_html"], clean(text).as_ref());
}
