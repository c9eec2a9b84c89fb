use encoding_rs::GB18030;
use serde_json::{Value, json};

use super::*;

mod lists;

/// The example of `docs/IMPORT.md` §3.
const EXAMPLE: &str = "标题,英文标题,年度,类别,类型,开始,结束,区,地点,形式,主办单位,亮点,来源\n\
    中英生命健康跨境路演,China-UK Life and Health Cross-border Roadshow,2021,系列活动,项目路演,2021-07-08,,海淀,清华科技园,线上线下,,是,\n\
    \"平行论坛\"\"示例\"\"\",,2021,主会期,论坛,2021-09-25 14:00,17:00,海淀区;朝阳区,,线下,科学技术部；承办：北京市人民政府,,\n";

fn table(bytes: &[u8]) -> File {
    read_csv(bytes, None, &Asked::default()).unwrap()
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
        faults(&table(b"title_en\nA\n")),
        [(
            "/lines/1".to_owned(),
            "no row among the first 20 has 活动名称 and another known heading; row 1 comes closest, and has no title".to_owned()
        )]
    );
    // The list of names is long, and stands there once.
    let found = faults(&table("活动名称,时间,甲,乙\nx\n".as_bytes()));
    assert!(found[0].1.contains("expected one of"), "{found:?}");
    assert_eq!(found[1].1, "unknown column \"乙\"");
    let found = faults(&table("2026年安排,,\n活动,何时,谁\n甲,乙,丙\n".as_bytes()));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "/lines/2");
    assert!(
        found[0]
            .1
            .ends_with("row 2 comes closest: unknown there are \"何时\", \"谁\""),
        "{found:?}"
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
fn as_history_a_row_needs_the_day_it_was_announced() {
    let text = "title_zh,stated_on,source_title\n甲,2021年7月1日,报\n乙,,报\n丙,7/1/2021,\n";
    let asked = Asked {
        intent: Intent::History,
        ..Asked::default()
    };
    let file = read_csv(text.as_bytes(), None, &asked).unwrap();
    assert_eq!(
        file.rows[0].history,
        Some(json!([{"action":"announce","at":"2021-07-01",
            "source":{"url":null,"title":"报","stated_on":"2021-07-01"}}]))
    );
    let found = faults(&file);
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/lines/3/stated_on", "/lines/4/stated_on"]);
}

fn values(file: &File) -> Vec<Value> {
    let rows = file.rows.iter();
    rows.map(|row| Value::Object(row.value.clone())).collect()
}

#[test]
fn a_list_as_an_office_sends_it_is_read() {
    let file = table(
        "2021年中关村论坛系列活动计划表,,,,,,\n\
        填报单位：海淀区科信局,,,,,,\n\
        \n\
        序号,活动 名称*,活动时间（年月日）,\"举办\n地点\",所属区,主办单位,承办单位,备注\n\
        1,人工智能论坛,9月24日（周五）下午2:00-5:00,清华科技园,海淀区、朝阳区,\"科技部\n北京市政府\",中关村管委会；协办：清华大学,重点\n\
        2,碳中和路演,9月24-28日,,\"海淀,昌平\",,,\n\
        3,未来沙龙,待定,,,,,\n\
        合计,,3场,,,,,\n\
        注：以上安排可能调整,,,,,,,\n"
            .as_bytes(),
    );
    assert_eq!(faults(&file), []);
    assert_eq!(
        values(&file),
        [
            json!({
                "title": {"zh": "人工智能论坛"}, "districts": ["haidian", "chaoyang"],
                "venue": {"name": {"zh": "清华科技园"}},
                "when": {"precision":"minute","starts_at":"2021-09-24T14:00:00+08:00","ends_at":"2021-09-24T17:00:00+08:00"},
                "organizers": [
                    {"role":"host","name":{"zh":"科技部"}},{"role":"host","name":{"zh":"北京市政府"}},
                    {"role":"organizer","name":{"zh":"中关村管委会"}},{"role":"co_organizer","name":{"zh":"清华大学"}},
                ],
            }),
            json!({
                "title": {"zh": "碳中和路演"}, "districts": ["haidian", "changping"],
                "when": {"precision":"day","starts_on":"2021-09-24","ends_on":"2021-09-28"},
            }),
            json!({"title": {"zh": "未来沙龙"}, "edition": 2021, "when": {"precision":"unknown"}}),
        ]
    );
    let told: Vec<&str> = file
        .warnings
        .iter()
        .map(|warning| warning.detail.as_str())
        .collect();
    assert_eq!(told.len(), 5, "{told:?}");
    for (told, named) in told.iter().zip([
        "\"序号\"",
        "\"备注\"",
        "\"合计\"",
        "注：以上安排可能调整",
        "as of 2021",
    ]) {
        assert!(told.contains(named), "{told}");
    }
}

#[test]
fn a_day_and_its_hour_may_stand_in_a_column_each() {
    let expected = json!({"precision":"minute","starts_at":"2021-09-24T14:00:00+08:00","ends_at":"2021-09-24T16:00:00+08:00"});
    for text in [
        "活动名称,日期,时间\n甲,2021年9月24日,14:00-16:00\n",
        "活动名称,时间,日期\n甲,14:00-16:00,2021年9月24日\n",
        "活动名称,开始日期,开始时间,结束时间\n甲,2021-09-24,14:00,16:00\n",
        "活动名称,日期,开始时间,结束时间\n甲,2021-09-24,14:00,16:00\n",
    ] {
        let file = table(text.as_bytes());
        assert_eq!(faults(&file), [], "{text}");
        assert_eq!(file.rows[0].value["when"], expected, "{text}");
    }
    let twice = table("活动名称,日期,开始时间\n甲,2021-09-24,2021-09-25\n".as_bytes());
    assert_eq!(faults(&twice)[0].0, "/lines/2/when");
}

#[test]
fn a_year_is_taken_from_the_row_then_the_request_then_the_lines_above() {
    let text = "2021年计划,,\n活动名称,时间,年度\n甲,9月24日,\n乙,9月24日,2022\n";
    let years = |file: &File| -> Vec<Value> {
        let rows = file.rows.iter();
        rows.map(|row| row.value["when"]["starts_on"].clone())
            .collect()
    };
    assert_eq!(years(&table(text.as_bytes())), ["2021-09-24", "2022-09-24"]);
    let asked = Asked {
        edition: Some(2023),
        ..Asked::default()
    };
    let file = read_csv(text.as_bytes(), None, &asked).unwrap();
    assert_eq!(years(&file), ["2023-09-24", "2022-09-24"]);
    // Two years above: neither is the table's.
    let file = table("2021年至2022年计划,\n活动名称,时间\n甲,9月24日\n".as_bytes());
    assert!(
        faults(&file)[0].1.contains("has no year"),
        "{:?}",
        faults(&file)
    );
}

#[test]
fn contacts_of_an_office_are_left_out_and_those_for_the_public_are_read() {
    let file =
        table("活动名称,联系人,联系电话,咨询电话\n甲,张三,13800000000,010-12345678\n".as_bytes());
    assert_eq!(faults(&file), []);
    assert_eq!(
        values(&file)[0]["contact"],
        json!({"phone": "010-12345678"})
    );
    assert_eq!(file.warnings.len(), 2);
    assert_eq!(file.warnings[0].pointer, "/lines/1");
}

#[test]
fn what_is_too_wide_or_too_long_is_refused_with_its_place() {
    let wide = format!("title_zh\n甲{}x\n", ",".repeat(1_000_000));
    let found = faults(&table(wide.as_bytes()));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].1.contains("line 2") && found[0].1.contains("1000001"),
        "{found:?}"
    );
    let long = format!("title_zh\n{}", "甲\n".repeat(5_001));
    assert_eq!(
        faults(&table(long.as_bytes()))[0].1,
        "has more than 5000 rows"
    );
    let long = format!("title_zh\n{}", "甲\n".repeat(6_000));
    assert!(faults(&table(long.as_bytes()))[0].1.contains("5100 lines"));
}
