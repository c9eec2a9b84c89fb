use encoding_rs::GB18030;
use serde_json::json;

use super::*;

/// The example of `docs/IMPORT.md` §3.
const EXAMPLE: &str = "标题,英文标题,年度,类别,类型,开始,结束,区,地点,形式,主办单位,亮点,来源\n\
    中英生命健康跨境路演,China-UK Life and Health Cross-border Roadshow,2021,系列活动,项目路演,2021-07-08,,海淀,清华科技园,线上线下,,是,\n\
    \"平行论坛\"\"示例\"\"\",,2021,主会期,论坛,2021-09-25 14:00,17:00,海淀区;朝阳区,,线下,科学技术部；承办：北京市人民政府,,\n";

fn table(bytes: &[u8]) -> File {
    read(bytes, None, Intent::Drafts).unwrap()
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
fn the_documents_example_is_read() {
    let file = table(EXAMPLE.as_bytes());
    assert_eq!(faults(&file), []);
    let rows: Vec<Value> = file
        .rows
        .iter()
        .map(|row| Value::Object(row.value.clone()))
        .collect();
    assert_eq!(
        rows[0],
        json!({
            "title": {"zh":"中英生命健康跨境路演","en":"China-UK Life and Health Cross-border Roadshow"},
            "edition": 2021, "strand": "year_round", "kind": "roadshow",
            "when": {"precision":"day","starts_on":"2021-07-08"},
            "districts": ["haidian"], "venue": {"name":{"zh":"清华科技园"}}, "mode": "mixed", "highlight": true,
        })
    );
    assert_eq!(
        rows[1],
        json!({
            "title": {"zh":"平行论坛\"示例\""},
            "edition": 2021, "strand": "main_session", "kind": "forum",
            "when": {"precision":"minute","starts_at":"2021-09-25T14:00:00+08:00","ends_at":"2021-09-25T17:00:00+08:00"},
            "districts": ["haidian","chaoyang"], "mode": "offline",
            "organizers": [{"role":"host","name":{"zh":"科学技术部"}},{"role":"organizer","name":{"zh":"北京市人民政府"}}],
        })
    );
}

#[test]
fn a_mark_gb18030_and_cr_lf_make_no_difference() {
    let plain = table(EXAMPLE.as_bytes());
    let (gb18030, _, _) = GB18030.encode(EXAMPLE);
    let with_cr = EXAMPLE.replace('\n', "\r\n");
    let marked = format!("\u{FEFF}{EXAMPLE}");
    for (bytes, encoding) in [
        (gb18030.as_ref(), Encoding::Gb18030),
        (with_cr.as_bytes(), Encoding::Utf8),
        (marked.as_bytes(), Encoding::Utf8),
    ] {
        let file = table(bytes);
        assert_eq!(file.encoding, Some(encoding));
        let values = |file: &File| {
            file.rows
                .iter()
                .map(|row| row.value.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(values(&file), values(&plain));
    }
}

#[test]
fn three_faults_in_three_rows_are_named_at_once_with_line_and_column() {
    let text = "title_zh,starts,ends,districts,highlight\n\
        甲,7/8/2021,,,\n\
        \n\
        \"乙\n乙\",2021-07-08,2021-07-01,,\n\
        ,2021-07-08,,,maybe\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let found = faults(&table(text.as_bytes()));
        let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/lines/2/starts",
                "/lines/4/ends",
                "/lines/6/title_zh",
                "/lines/6/highlight"
            ]
        );
        assert!(found[0].1.contains("7/8/2021"));
        assert!(found[1].1.contains("2021-07-01"));
        assert!(found[3].1.contains("maybe"));
    }
}

#[test]
fn a_header_with_unknown_or_doubled_columns_is_a_fault() {
    let found = faults(&table("title_zh,titel,标题\n甲,乙,丙\n".as_bytes()));
    assert_eq!(found[0].0, "/lines/1");
    assert!(found[0].1.contains("\"titel\""));
    assert_eq!(found[1].0, "/lines/1/title_zh");
    assert_eq!(faults(&table(b""))[0].0, "");
    assert_eq!(
        faults(&table(b"title_en\nA\n"))[0],
        (
            "/lines/1/title_zh".to_owned(),
            "the column is missing".to_owned()
        )
    );
}

#[test]
fn empty_rows_are_skipped_and_ragged_ones_forgiven_unless_something_would_be_lost() {
    let file = table("title_zh,kind,\n,,\n甲\n乙,论坛,,,\n丙,论坛,,丁\n戊,论坛,己\n".as_bytes());
    assert_eq!(file.rows.len(), 4);
    let found = faults(&file);
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/lines/5", "/lines/6"]);
    assert!(found[0].1.contains('丁') && found[1].1.contains('己'));
}

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_swallow_the_rest() {
    let found = faults(&table("title_zh\n甲\n\"乙\n丙\n".as_bytes()));
    assert_eq!(found.len(), 1);
    assert!(found[0].1.contains("line 3"), "{found:?}");
    // One in the middle of a cell is a character.
    let file = table("title_zh,kind\n5\" 屏,论坛\n\"甲,\"\"乙\"\"\",论坛\n".as_bytes());
    assert_eq!(faults(&file), []);
    assert_eq!(file.rows[0].value["title"]["zh"], "5\" 屏");
    assert_eq!(file.rows[1].value["title"]["zh"], "甲,\"乙\"");
}

#[test]
fn a_guarded_formula_is_read_as_the_text_it_was() {
    let file = table("title_zh,summary_zh\n'=1+1,=HYPERLINK(1)\n".as_bytes());
    assert_eq!(file.rows[0].value["title"]["zh"], "=1+1");
    assert_eq!(file.rows[0].value["summary"]["zh"], "=HYPERLINK(1)");
}

#[test]
fn words_are_read_by_every_name_they_have() {
    for text in ["haidian", "Haidian", "海淀", "海淀区", "110108"] {
        assert_eq!(district(text), Some(District::Haidian), "{text}");
    }
    assert_eq!(kind("Press conference"), Some(Kind::PressConference));
    assert_eq!(audience("投资人"), Some(Audience::Investors));
    assert_eq!(district("浦东"), None);
}

#[test]
fn as_history_a_row_needs_the_day_it_was_announced() {
    let text = "title_zh,stated_on,source_title\n甲,2021年7月1日,报\n乙,,报\n丙,7/1/2021,\n";
    let file = read(text.as_bytes(), None, Intent::History).unwrap();
    assert_eq!(
        file.rows[0].history,
        Some(json!([{"action":"announce","at":"2021-07-01",
            "source":{"url":null,"title":"报","stated_on":"2021-07-01"}}]))
    );
    let found = faults(&file);
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/lines/3/stated_on", "/lines/4/stated_on"]);
}
