use super::*;

fn source(format: &str, since: Option<&str>) -> By {
    let source = json!({
        "name": "内部名称", "url": null, "format": format, "office": "haidian", "edition": 2021, "district": "haidian",
        "kind": null, "mapping": null, "since": since, "trust": [], "interval_minutes": 60, "active": true,
    });
    By::new(serde_json::from_value(source).unwrap(), None, Vec::new())
}

fn upstream(document: impl AsRef<[u8]>, format: &str, since: Option<&str>) -> Upstream {
    let now = "2021-07-01T00:00:00Z".parse().unwrap();
    read(document.as_ref(), None, &source(format, since), now).unwrap()
}

fn calendar(events: &[&[u8]]) -> Vec<u8> {
    let mut text = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n".to_vec();
    for event in events {
        let event = [b"BEGIN:VEVENT\r\n".as_slice(), event, b"\r\nEND:VEVENT\r\n"].concat();
        text.extend(event);
    }
    text.extend(b"END:VCALENDAR\r\n");
    text
}

fn keys(upstream: &Upstream) -> Vec<&str> {
    upstream.entries.iter().map(|it| it.key.as_str()).collect()
}

fn seen(title: &str, day: &str) -> Seen {
    let fields = json!({"title": {"zh": title}, "when": {"precision": "day", "starts_on": day}});
    Seen {
        said: row::Said::Stands,
        fields: fields.as_object().unwrap().clone(),
        ..Seen::default()
    }
}

#[test]
fn one_bad_byte_hides_one_event_and_no_other() {
    let good = "UID:1@a\nSUMMARY:第一场人工智能专场路演\nDTSTART;VALUE=DATE:20210801";
    let repeated =
        "UID:3@a\nSUMMARY:第三场路演\nDTSTART;VALUE=DATE:20210803\nRRULE:FREQ=DAILY;COUNT=3";
    let repeated = [repeated.as_bytes(), b"\nLOCATION:\xE5\x9B\xBD\xE5\xAE"].concat();
    for line in [
        b"SUMMARY:\xE7\xAC\xAC\xE4\xBA".as_slice(),
        b"DESCRIPTION:\xE7\xAC\xAC\xE4\xBA\xFF",
    ] {
        let bad = [b"UID:2@a\nDTSTART;VALUE=DATE:20210802\n", line].concat();
        let read = upstream(calendar(&[good.as_bytes(), &bad, &repeated]), "ics", None);
        assert_eq!(keys(&read), ["1@a"]);
        assert_eq!((read.faulty, read.is_whole), (2, true));
        let note = &read.notes[0];
        assert!(
            note.contains("2@a: line 11 is not UTF-8: the first bad byte"),
            "{note}"
        );
        let other = seen("路演", "2021-08-03");
        assert!(read.may_hold("2@a", Some("2@a"), &other));
        assert!(read.may_hold("3@a#20210804", Some("3@a#20210804"), &other));
        assert!(!read.may_hold("4@a", Some("4@a"), &other));
    }
    // An import takes nothing of such a file, and names the byte.
    let bytes = calendar(&[good.as_bytes(), &repeated]);
    let window = ics::Window::of_import("2021-07-01T00:00:00Z".parse().unwrap());
    let refused = ics::read(&bytes, None, Intent::Drafts, window, ics::Spoiled::Refuses);
    assert!(matches!(
        refused,
        Err(NotText::Not {
            encoding: Encoding::Utf8,
            ..
        })
    ));
}

#[test]
fn what_is_passed_over_counts_as_there() {
    let event = |uid: &str, day: &str| {
        format!("UID:{uid}\nSUMMARY:路演\nDTSTART;VALUE=DATE:{day}").into_bytes()
    };
    let moved = event("1@a", "20210710");
    let repeated = [&event("2@a", "20210709")[..], b"\nRRULE:FREQ=DAILY;COUNT=4"].concat();
    let document = calendar(&[&moved, &repeated, &event("3@a", "20210801")]);
    let read = upstream(document, "ics", Some("2021-07-11"));
    assert_eq!(keys(&read), ["2@a#20210711", "2@a#20210712", "3@a"]);
    let may_hold = |uid: &str, day| read.may_hold(uid, Some(uid), &seen("路演", day));
    assert!(may_hold("1@a", "2021-08-05"), "it was moved before the day");
    assert!(may_hold("2@a#20210710", "2021-07-10"));
    assert!(!may_hold("9@a", "2021-08-05"), "that one is gone");

    let table = "标题,开始\n路演甲,2021-07-05\n路演乙,2021-08-01\n";
    let read = upstream(table, "csv", Some("2021-07-11"));
    assert_eq!((read.entries.len(), read.passed), (1, 1));
    assert!(read.may_hold("t:old", None, &seen("路演甲", "2021-08-09")));
    assert!(!read.may_hold("t:old", None, &seen("路演丙", "2021-08-09")));
}

#[test]
fn of_a_document_that_breaks_off_nothing_is_gone() {
    let table = "标题,开始,地点\n路演甲,2021-08-01,甲馆\n路演乙,2021-08-02,乙馆";
    assert!(
        upstream(table, "csv", None).is_whole,
        "its last row is whole"
    );
    for cut in [13, 3] {
        let cut: String = table.chars().take(table.chars().count() - cut).collect();
        let read = upstream(&cut, "csv", None);
        assert_eq!((read.entries.len(), read.is_whole), (1, false), "{cut}");
        assert!(
            read.notes[0].starts_with("line 3 breaks off"),
            "{:?}",
            read.notes
        );
        let ended = upstream(format!("{cut}\n"), "csv", None);
        assert!(ended.is_whole, "a row may be short");
    }
    let script = r#"<script type="application/ld+json">{"@type":"Event","name":"路演","startDate":"2021-08-01"}</script>"#;
    let page = format!("<!DOCTYPE html><HTML><head>{script}</head><body><p>");
    let read = upstream(&page, "json_ld", None);
    assert_eq!((read.entries.len(), read.is_whole), (1, false));
    assert!(read.notes[0].contains("</body>"), "{:?}", read.notes);
    for whole in [
        format!("{page}</p></BODY>\n"),
        format!("{page}</html>"),
        script.to_owned(),
    ] {
        assert!(upstream(&whole, "json_ld", None).is_whole, "{whole}");
    }
}

#[test]
fn what_a_source_is_called_here_stays_here() {
    let event = b"UID:1@a\nSUMMARY:a\nDTSTART;VALUE=DATE:20210801";
    let read = upstream(calendar(&[event]), "ics", None);
    assert_eq!(read.entries[0].content.sources[0].title, None);
    let read = upstream("标题,开始\n路演甲,2021-08-05\n", "csv", None);
    assert!(!format!("{:?}", read.entries[0].content).contains("内部名称"));
}
