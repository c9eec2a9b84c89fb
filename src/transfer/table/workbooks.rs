//! Workbooks as offices send them, from bytes to activities.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use serde_json::{Value, json};

use super::*;
use crate::domain::input;

fn sheet<'w>(workbook: &'w mut Workbook, name: &str, rows: &[&[&str]]) -> &'w mut Worksheet {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name).unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            if !text.is_empty() {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
    sheet
}

fn read(workbook: &mut Workbook) -> File {
    read_workbook(&workbook.save_to_buffer().unwrap(), &Asked::default())
}

fn told(faults: impl IntoIterator<Item = Fault>) -> Vec<(String, String)> {
    let faults = faults.into_iter();
    faults.map(|fault| (fault.pointer, fault.detail)).collect()
}

fn faults(file: &File) -> Vec<(String, String)> {
    let of_rows = file.rows.iter().flat_map(|row| {
        let faults = row.faults.0.iter();
        faults.map(|fault| row.place.fault(fault.clone()))
    });
    told(file.faults.0.iter().cloned().chain(of_rows))
}

fn values(file: &File) -> Vec<Value> {
    let rows = file.rows.iter();
    rows.map(|row| Value::Object(row.value.clone())).collect()
}

#[test]
fn a_workbook_with_titles_and_merged_cells_is_read() {
    let mut workbook = Workbook::new();
    let plain = Format::new();
    let table = sheet(
        &mut workbook,
        "活动",
        &[
            &[],
            &["填报单位：市科委"],
            &["所属区", "序号", "活动名称", "时间", "", "主办单位"],
            &["", "", "", "开始时间", "结束时间", ""],
            &["", "1", "甲", "", "", "科技部"],
            &["", "2", "乙", "9月25日 14:00", "16:00", "教育部"],
            &["朝阳区", "3", "丙", "2021年9月", "", ""],
            &[],
            &[],
        ],
    );
    table
        .merge_range(0, 0, 0, 5, "2021年中关村论坛系列活动计划表", &plain)
        .unwrap();
    for (column, text) in [(0, "所属区"), (1, "序号"), (2, "活动名称"), (5, "主办单位")]
    {
        table
            .merge_range(2, column, 3, column, text, &plain)
            .unwrap();
    }
    table.merge_range(2, 3, 2, 4, "时间", &plain).unwrap();
    table.merge_range(4, 0, 5, 0, "海淀区", &plain).unwrap();
    table
        .merge_range(8, 0, 8, 5, "注：以上为暂定安排", &plain)
        .unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    table
        .write_datetime_with_format(4, 3, ExcelDateTime::from_ymd(2021, 9, 24).unwrap(), &day)
        .unwrap();
    let file = read(&mut workbook);
    assert_eq!(faults(&file), []);
    let host = |name: &str| json!([{"role": "host", "name": {"zh": name}}]);
    assert_eq!(
        values(&file),
        [
            json!({"title": {"zh": "甲"}, "districts": ["haidian"], "organizers": host("科技部"),
                "when": {"precision": "day", "starts_on": "2021-09-24"}}),
            json!({"title": {"zh": "乙"}, "districts": ["haidian"], "organizers": host("教育部"),
                "when": {"precision": "minute", "starts_at": "2021-09-25T14:00:00+08:00", "ends_at": "2021-09-25T16:00:00+08:00"}}),
            json!({"title": {"zh": "丙"}, "districts": ["chaoyang"],
                "when": {"precision": "month", "month": "2021-09"}}),
        ]
    );
    assert_eq!(
        told(file.warnings),
        [
            (
                "/sheets/活动/4/B".to_owned(),
                "'活动'!B4: the column \"序号\" is left out: there is no place for it".to_owned()
            ),
            (
                "/sheets/活动/9".to_owned(),
                "'活动'!9: is left out: \"注：以上为暂定安排\" is no activity".to_owned()
            ),
            (
                "/sheets/活动/4".to_owned(),
                "'活动'!4: dates without a year are read as of 2021, as \"2021年中关村论坛系列活动计划表\" says".to_owned()
            ),
        ]
    );
}

#[test]
fn every_faulty_cell_is_named_by_sheet_row_and_column_at_once() {
    let mut workbook = Workbook::new();
    sheet(
        &mut workbook,
        "海淀's",
        &[
            &["活动名称", "开始时间", "结束时间", "是否亮点"],
            &["甲", "9月31日", "", ""],
            &["乙", "2021-09-24", "2021-09-23", "也许"],
            &["", "2021-09-24", "", "", "x"],
        ],
    );
    let table = sheet(
        &mut workbook,
        "朝阳~区",
        &[&["活动名称", "日期"], &["丁", ""]],
    );
    table
        .write_formula(
            1,
            1,
            rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!"),
        )
        .unwrap();
    let file = read(&mut workbook);
    let found = faults(&file);
    assert_eq!(
        found,
        [
            ("/sheets/海淀's/2/B", "'海淀''s'!B2 (开始时间): \"9月31日\" has no year, and neither the table nor its name nor the request says which"),
            ("/sheets/海淀's/3/D", "'海淀''s'!D3 (是否亮点): \"也许\" is neither true (yes, 1, 是) nor false (no, 0, 否)"),
            ("/sheets/海淀's/3/C", "'海淀''s'!C3 (结束时间): \"2021-09-23\" is before the first day, 2021-09-24"),
            ("/sheets/海淀's/4/E", "'海淀''s'!E4: \"x\" stands in column 5, but the heading has only 4"),
            ("/sheets/海淀's/4/A", "'海淀''s'!A4 (活动名称): is missing"),
            ("/sheets/朝阳~0区/2/B", "'朝阳~区'!B2 (日期): \"#DIV/0!\" is a formula's error"),
        ]
        .map(|(pointer, detail)| (pointer.to_owned(), detail.to_owned()))
    );
}

#[test]
fn sheets_without_a_heading_are_named_and_one_is_needed() {
    let mut workbook = Workbook::new();
    sheet(&mut workbook, "说明", &[&["请各单位认真填写"]]);
    sheet(
        &mut workbook,
        "2021年9月",
        &[&["活动名称", "时间"], &["甲", "9月24日"]],
    );
    sheet(
        &mut workbook,
        "2021年10月",
        &[&["名称", "日期"], &["乙", "10月8日"]],
    );
    sheet(
        &mut workbook,
        "旧",
        &[&["活动名称", "时间"], &["丙", "9月1日"]],
    )
    .set_hidden(true);
    sheet(&mut workbook, "Sheet5", &[]);
    let file = read(&mut workbook);
    assert_eq!(faults(&file), []);
    let days: Vec<Value> = values(&file)
        .iter()
        .map(|row| row["when"]["starts_on"].clone())
        .collect();
    assert_eq!(days, ["2021-09-24", "2021-10-08"]);
    let pointers: Vec<(String, String)> = told(file.warnings);
    assert_eq!(pointers.len(), 4);
    for ((pointer, detail), name) in pointers[2..].iter().zip(["2021年9月", "2021年10月"]) {
        assert_eq!(pointer, &format!("/sheets/{name}/1"));
        assert!(
            detail.ends_with(&format!("as of 2021, as {name:?} says")),
            "{detail}"
        );
    }
    assert!(
        pointers[0].0 == "/sheets/旧" && pointers[0].1.contains("is hidden"),
        "{pointers:?}"
    );
    assert!(
        pointers[1].0 == "/sheets/说明" && pointers[1].1.contains("no heading row"),
        "{pointers:?}"
    );

    let mut workbook = Workbook::new();
    sheet(&mut workbook, "甲", &[&["主题", "何时"]]);
    sheet(&mut workbook, "乙", &[&["说明"]]);
    let found = faults(&read(&mut workbook));
    assert_eq!(found.len(), 2, "{found:?}");
    for ((pointer, detail), (sheet, unknown)) in found
        .iter()
        .zip([("甲", "\"主题\", \"何时\""), ("乙", "\"说明\"")])
    {
        assert_eq!(pointer, &format!("/sheets/{sheet}/1"));
        assert!(detail.ends_with(unknown), "{found:?}");
    }
    let mut workbook = Workbook::new();
    sheet(&mut workbook, "甲", &[]);
    assert_eq!(
        faults(&read(&mut workbook)),
        [(String::new(), "the workbook's sheets are empty".to_owned())]
    );
}

#[test]
fn numbers_stand_as_texts_where_texts_are_wanted_and_as_days_where_days_are() {
    let mut workbook = Workbook::new();
    let table = sheet(
        &mut workbook,
        "活动",
        &[&["活动名称", "年度", "日期", "地点"]],
    );
    table.write_number(1, 0, 2021).unwrap();
    table.write_number(1, 1, 2021).unwrap();
    table.write_number(1, 2, 44_463.5).unwrap();
    table.write_number(1, 3, 101.5).unwrap();
    let file = read(&mut workbook);
    assert_eq!(faults(&file), []);
    assert_eq!(
        values(&file),
        [
            json!({"title": {"zh": "2021"}, "edition": 2021, "venue": {"name": {"zh": "101.5"}},
            "when": {"precision": "minute", "starts_at": "2021-09-24T12:00:00+08:00"}})
        ]
    );
}

#[test]
fn a_mapping_says_what_an_offices_own_headings_and_words_mean() {
    let mapping: Mapping = input::read(&json!({
        "name": "月报", "sheet": "表二", "heading_row": 2,
        "columns": {"活动主题词": "title_zh", "举办片区": "districts", "预计人数": null, "形式": "kind", "没有的": "slug"},
        "values": {"kind": {"峰会": "forum"}, "districts": {"亦庄": "daxing"}},
    }))
    .unwrap();
    let asked = Asked {
        mapping: Some(mapping),
        ..Asked::default()
    };
    let mut workbook = Workbook::new();
    sheet(
        &mut workbook,
        "表一",
        &[&["活动名称", "时间"], &["甲", "2021-09-24"]],
    );
    sheet(
        &mut workbook,
        "表二",
        &[
            &["活动名称", "时间"],
            &["活动主题词", "举办片区", "预计人数", "形式", "备注"],
            &["乙", "亦庄、海淀", "300", "峰会", "x"],
        ],
    );
    let bytes = workbook.save_to_buffer().unwrap();
    let file = read_workbook(&bytes, &asked);
    assert_eq!(faults(&file), []);
    assert_eq!(
        values(&file),
        [
            json!({"title": {"zh": "乙"}, "districts": ["daxing", "haidian"], "kind": "forum",
            "when": {"precision": "unknown"}})
        ]
    );
    let pointers: Vec<(String, String)> = told(file.warnings);
    assert_eq!(pointers.len(), 3, "{pointers:?}");
    assert!(
        pointers[0].0 == "/sheets/表一" && pointers[0].1.contains("the mapping names"),
        "{pointers:?}"
    );
    assert!(pointers[1].1.contains("\"备注\""), "{pointers:?}");
    assert!(
        pointers[2].0 == "/sheets/表二/2" && pointers[2].1.contains("\"没有的\""),
        "{pointers:?}"
    );

    let elsewhere = |value: Value| Asked {
        mapping: Some(input::read(&value).unwrap()),
        ..Asked::default()
    };
    let absent = read_workbook(&bytes, &elsewhere(json!({"name": "x", "sheet": "表三"})));
    assert!(faults(&absent)[0].1.contains("no sheet \"表三\""));
    let beyond = read_workbook(
        &bytes,
        &elsewhere(json!({"name": "x", "sheet": "表二", "heading_row": 9})),
    );
    assert_eq!(faults(&beyond)[0].0, "/sheets/表二/9");
    let no_title = elsewhere(
        json!({"name": "x", "sheet": "表二", "heading_row": 1, "columns": {"活动名称": null}}),
    );
    let no_title = read_workbook(&bytes, &no_title);
    assert_eq!(faults(&no_title)[0].0, "/sheets/表二/1/title_zh");
}

#[test]
fn a_day_whose_year_is_hidden_is_of_the_tables_year_or_a_fault() {
    let read_titled = |title: &str| {
        let mut workbook = Workbook::new();
        let table = sheet(
            &mut workbook,
            "活动",
            &[&[title], &["活动名称", "开始日期", "结束日期"], &["甲"]],
        );
        let hidden = Format::new().set_num_format("m\"月\"d\"日\"");
        for (column, (year, month, day)) in [(1, (2025, 12, 24)), (2, (2026, 1, 2))] {
            let day = ExcelDateTime::from_ymd(year, month, day).unwrap();
            table
                .write_datetime_with_format(2, column, day, &hidden)
                .unwrap();
        }
        read(&mut workbook)
    };
    for title in ["活动安排", "2025年活动安排"] {
        let file = read_titled(title);
        assert_eq!(faults(&file), [], "{title}");
        let when = json!({"precision": "day", "starts_on": "2025-12-24", "ends_on": "2026-01-02"});
        assert_eq!(values(&file)[0]["when"], when);
    }
    let found = faults(&read_titled("2026年活动安排"));
    assert_eq!(
        found,
        [(
            "/sheets/活动/3/B".to_owned(),
            "'活动'!B3 (开始日期): shows \"12月24日\" and holds 2025-12-24, but the table is of 2026: write the year".to_owned()
        )]
    );
}

#[test]
fn a_heading_over_two_columns_is_one_where_the_cells_below_are_too() {
    let mut workbook = Workbook::new();
    let plain = Format::new();
    let table = sheet(
        &mut workbook,
        "活动",
        &[
            &["活动名称", "", "", "地点"],
            &["", "", "2026年9月24日", "丙"],
            &["乙", "", "", "丁"],
        ],
    );
    table.merge_range(0, 0, 0, 1, "活动名称", &plain).unwrap();
    table.merge_range(1, 0, 1, 1, "甲", &plain).unwrap();
    table.write_string(0, 2, "时间").unwrap();
    let file = read(&mut workbook);
    assert_eq!(faults(&file), []);
    assert_eq!(values(&file)[0]["title"]["zh"], "甲");
    assert_eq!(values(&file)[1]["title"]["zh"], "乙");
}
