use serde_json::json;

use super::*;

fn file(text: &str) -> File {
    read(text.as_bytes(), None).unwrap()
}

fn value(text: &str) -> Value {
    let mut file = file(text);
    assert!(file.faults.0.is_empty(), "{:?}", file.faults);
    assert!(
        file.rows[0].faults.0.is_empty(),
        "{:?}",
        file.rows[0].faults
    );
    Value::Object(file.rows.remove(0).value)
}

fn fault(text: &str) -> String {
    let mut file = file(text);
    assert!(file.rows.is_empty());
    assert_eq!(file.faults.0.len(), 1, "{:?}", file.faults);
    file.faults.0.remove(0).detail
}

fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>海淀 &amp; 动态</title>{items}</channel></rss>")
}

#[test]
fn an_item_of_rss_becomes_an_activity_without_a_date() {
    let items = "<item><title>AT&amp;amp;T &lt;b&gt;路演&lt;/b&gt;</title><link>https://a.example/1</link>\
        <guid isPermaLink=\"false\">g1</guid><pubDate>Wed, 07 Jul 2021 17:00:00 GMT</pubDate>\
        <description><![CDATA[<p>一</p><p>二&nbsp;三</p>]]></description></item>";
    assert_eq!(
        value(&rss(items)),
        json!({
            "title": {"zh": "AT&T 路演"},
            "summary": {"zh": "一\n二 三"},
            "sources": [{"url":"https://a.example/1","title":"海淀 & 动态","stated_on":"2021-07-08","basis":"RSS","uid":"g1"}],
        })
    );
}

#[test]
fn every_kind_of_feed_is_read() {
    let atom = "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>甲</title>\
        <entry><title>a &lt;b&gt;</title><link rel=\"self\" href=\"https://a.example/s\"/><link href=\"https://a.example/1\"/>\
        <id>urn:1</id><updated>2021-07-08T00:00:00+08:00</updated>\
        <content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>一<br/>二</p></div></content></entry></feed>";
    let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
        xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>甲</title></channel>\
        <item><title>a &lt;b&gt;</title><link>https://a.example/1</link><dc:date>2021-07-08T00:00:00+08:00</dc:date></item>\
        <item><title>无址</title></item></rdf:RDF>";
    let old = rss("<item><title>a</title><link>https://a.example/1</link></item>")
        .replace("version=\"2.0\"", "version=\"0.94\"");
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"甲","items":[
        {"id":7,"url":"https://a.example/1","title":"a <b>","content_html":"<p>一</p>","summary":"二","date_published":"2021-07-08T00:00:00+08:00"}]}"#;
    for (text, title, uid, basis) in [
        (atom, "a <b>", "urn:1", "Atom"),
        (rdf, "a", "https://a.example/1", "RSS"),
        (&old, "a", "https://a.example/1", "RSS"),
        (json, "a <b>", "7", "JSON Feed"),
    ] {
        let value = value(text);
        let source = &value["sources"][0];
        assert_eq!(value["title"]["zh"], title, "{text}");
        assert_eq!(source["url"], "https://a.example/1", "{text}");
        assert_eq!(source["uid"], uid, "{text}");
        assert_eq!(source["basis"], basis, "{text}");
        assert!(!value.as_object().unwrap().contains_key("when"), "{text}");
    }
    assert_eq!(value(atom)["description"]["zh"], "一\n二");
    let json = value(json);
    assert_eq!(json["description"]["zh"], "一");
    assert_eq!(json["summary"]["zh"], "二");
    assert!(
        file(rdf).warnings[0]
            .detail
            .contains("1 items without a link")
    );
}

#[test]
fn the_encoding_in_the_prolog_counts_and_another_one_is_refused() {
    let gbk = format!(
        "<?xml version=\"1.0\" encoding=\"gb2312\"?>{}",
        rss("<item><title>路演</title></item>")
    );
    let (bytes, _, _) = encoding_rs::GB18030.encode(&gbk);
    let file = read(&bytes, None).unwrap();
    assert_eq!(file.rows[0].value["title"]["zh"], "路演");
    assert_eq!(file.encoding, Some(Encoding::Gb18030));
    let latin = gbk.replace("gb2312", "iso-8859-1");
    assert!(fault(&latin).contains("iso-8859-1"));
}

#[test]
fn what_is_missing_or_no_address_is_said_at_its_place() {
    let file = file(&rss(
        "<item><title>甲</title><link>/relative</link></item><item><link>https://a.example/2</link></item>\
         <item><title>乙</title><guid>x</guid></item><item><title>丙</title><guid>x</guid></item>",
    ));
    assert_eq!(file.warnings[0].pointer, "/items/0/link");
    let faults = |index: usize| {
        let row = &file.rows[index];
        let faults = row
            .faults
            .0
            .iter()
            .map(|fault| row.place.fault(fault.clone()));
        faults.map(|fault| fault.pointer).collect::<Vec<_>>()
    };
    assert_eq!(faults(1), ["/items/1/title"]);
    assert_eq!(faults(3), ["/items/3/id"]);
    assert_eq!(file.rows[0].value["sources"][0]["uid"], Value::Null);
}

#[test]
fn a_text_that_is_too_long_is_cut_and_said_so() {
    let long = "长".repeat(LONG_MAX + 1);
    let file = file(&rss(&format!(
        "<item><title>甲</title><description>{long}</description></item>"
    )));
    assert_eq!(file.warnings[0].pointer, "/items/0/summary");
    let summary = file.rows[0].value["summary"]["zh"].as_str().unwrap();
    assert_eq!(summary.chars().count(), LONG_MAX);
}

#[test]
fn what_is_broken_or_a_bomb_is_one_fault() {
    let entities = "<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>";
    let outside = "<!DOCTYPE rss [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
    let whole = rss("<item><title>甲</title></item>");
    let names: String = (0..5_000)
        .map(|i| format!(" xmlns:a{i}=\"b{i}\""))
        .collect();
    let groups = format!(
        "<item xmlns:m=\"http://search.yahoo.com/mrss/\"><title>甲</title>{}</item>",
        "<m:group>".repeat(100_000)
    );
    for (text, says) in [
        (String::new(), "no feed"),
        ("<html><body/></html>".to_owned(), "no feed"),
        (format!("{entities}{whole}"), "entities of its own"),
        (format!("{outside}{whole}"), "entities of its own"),
        (whole[..whole.len() - 20].to_owned(), "line 1"),
        (
            whole.replace("</title></item>", "</titel></item>"),
            "line 1",
        ),
        (rss(&"<a>".repeat(100_000)), "nested more than 64 deep"),
        (rss(&groups), "nested more than 64 deep"),
        (
            rss(&format!("<item {}/>", "a=\"b\" ".repeat(500_000))),
            "attributes",
        ),
        (rss(&format!("<item {names}/>")), "line 1"),
        (rss(&"<item/>".repeat(100_000)), "more than 5000 items"),
        (rss(&"<a/>".repeat(1_000_000)), "more than 200000 elements"),
        ("{".to_owned(), "no JSON Feed"),
        ("[".repeat(100_000), "no feed"),
        (
            format!(
                "{{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"\",\"items\":[{}{{}}]}}",
                "{},".repeat(1_000_000)
            ),
            "at most 50000",
        ),
        (
            "{\"version\":\"2\",\"items\":[]}".to_owned(),
            "version \"2\"",
        ),
    ] {
        let found = fault(&text);
        assert!(found.contains(says), "{says}: {found}");
    }
}

#[test]
fn media_and_megabytes_of_text_cost_no_more_than_themselves() {
    let title = format!("<m:title>{}</m:title>", "长".repeat(600_000));
    let group = "<m:group><m:content url=\"https://a.example/1.mp4\"/></m:group>";
    let items = format!(
        "<item xmlns:m=\"http://search.yahoo.com/mrss/\"><title>甲</title>{title}{}</item>",
        group.repeat(40_000)
    );
    assert_eq!(value(&rss(&items))["title"]["zh"], "甲");
    let long = rss(&format!(
        "<item><title>甲</title><x>{}</x></item>",
        "长".repeat(1_700_000)
    ));
    assert_eq!(value(&long)["title"]["zh"], "甲");
}

#[test]
fn feeds_of_our_own_are_read() {
    for (text, basis) in [
        (include_str!("ours/all.rss"), "RSS"),
        (include_str!("ours/all.atom"), "Atom"),
        (include_str!("ours/all.json"), "JSON Feed"),
    ] {
        let value = value(text);
        let title = "[改期] 2022中关村论坛:9月22日—27日 → 11月25日—30日";
        assert_eq!(value["title"], json!({"zh": title}), "{basis}");
        let summary = "时间：9月22日—27日 → 11月25日—30日";
        assert_eq!(value["summary"], json!({"zh": summary}), "{basis}");
        let content = format!("{summary}\n主办：科技部\n活动页面 · 加入日历");
        assert_eq!(value["description"], json!({"zh": content}), "{basis}");
        let source = &value["sources"][0];
        let id = "ntc_01M8KYAA5T9WPFWWXMY7YKW2EG";
        let uid = source["uid"].as_str().unwrap();
        assert!(
            uid.starts_with(&format!("tag:yueli.example,2026:{id}/zh")),
            "{uid}"
        );
        let url = format!("https://yueli.example/zh/notices/{id}");
        assert_eq!(source["url"], json!(url), "{basis}");
        assert_eq!(source["title"], "中关村论坛 · 通告", "{basis}");
        assert_eq!(source["stated_on"], "2022-11-18", "{basis}");
        assert_eq!(source["basis"], basis);
    }
}
