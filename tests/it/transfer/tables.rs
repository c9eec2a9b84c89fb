//! Workbooks and tables as offices send them, over the API and on the command line.

use std::{io::Write, path::Path};

use hyper::Method;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    program::Program,
};

on_both!(
    a_workbook_becomes_drafts_and_warns_of_what_it_leaves_out,
    every_faulty_cell_is_named_and_nothing_is_written,
    what_is_no_workbook_or_is_a_bomb_is_refused_and_the_service_goes_on,
    the_command_line_takes_and_writes_workbooks,
);

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// An office's list: a title over it, a district for two rows, a note below.
fn list(first: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("活动").unwrap();
    let plain = Format::new();
    sheet
        .merge_range(0, 0, 0, 4, "2021年中关村论坛系列活动计划表", &plain)
        .unwrap();
    let rows = [
        ["所属区", "序号", "活动 名称", "活动时间", "承办单位"],
        ["", "1", "人工智能路演", first, "海淀区科信局"],
        ["", "2", "碳中和沙龙", "9月24日晚", ""],
        ["合计", "", "", "2场", ""],
    ];
    for (row, cells) in (1..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    sheet.merge_range(2, 0, 3, 0, "海淀区", &plain).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// An archive that claims to be a workbook, with a sheet that inflates to 80 MB.
fn bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    zip.write_all(b"<worksheet>").unwrap();
    let piece = format!("<row spans=\"{}\"/>", "1".repeat(60_000)).repeat(17);
    for _ in 0..80 {
        zip.write_all(piece.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn post(app: &TestApp, query: &str, bytes: Vec<u8>, status: u16) -> Value {
    let call = app
        .call(Method::POST, format!("/api/v1/imports{query}"))
        .token(&app.tokens.haidian)
        .bytes(XLSX, bytes);
    call.send().await.expect(status).json()
}

async fn drafts(app: &TestApp) -> Vec<Value> {
    let call = app.call(Method::GET, "/api/v1/activities?status=draft");
    let mut answer = call
        .token(&app.tokens.haidian)
        .send()
        .await
        .expect(200)
        .json();
    match answer["activities"].take() {
        Value::Array(drafts) => drafts,
        other => panic!("{other}"),
    }
}

async fn a_workbook_becomes_drafts_and_warns_of_what_it_leaves_out(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let bytes = list("9月24日（周五）下午2:00-5:00");
    let dry = post(&app, "?dry_run=true", bytes.clone(), 200).await;
    assert_eq!(drafts(&app).await.len(), 0);
    let wet = post(&app, "", bytes.clone(), 200).await;
    assert_eq!(dry["warnings"], wet["warnings"]);
    assert_eq!(
        wet["warnings"],
        json!([
            {"pointer": "/sheets/活动/2/B", "detail": "'活动'!B2: the column \"序号\" is left out: there is no place for it"},
            {"pointer": "/sheets/活动/4/D", "detail": "'活动'!D4 (活动时间): \"9月24日晚\" says \"晚\", which is kept nowhere: the hour is not known"},
            {"pointer": "/sheets/活动/5", "detail": "'活动'!5: is left out: \"合计\" is no activity"},
            {"pointer": "/sheets/活动/2", "detail": "'活动'!2: dates without a year are read as of 2021, as \"2021年中关村论坛系列活动计划表\" says"},
        ])
    );
    let made = drafts(&app).await;
    let mut seen: Vec<Value> = made
        .iter()
        .map(|draft| {
            json!([
                draft["title"]["zh"],
                draft["districts"],
                draft["when"],
                draft["organizers"][0]["role"]
            ])
        })
        .collect();
    seen.sort_by_key(|draft| draft[0].to_string());
    assert_eq!(
        json!(seen),
        json!([
            ["人工智能路演", ["haidian"], {"precision": "minute", "starts_at": "2021-09-24T14:00:00+08:00", "ends_at": "2021-09-24T17:00:00+08:00"}, "organizer"],
            ["碳中和沙龙", ["haidian"], {"precision": "day", "starts_on": "2021-09-24"}, null],
        ])
    );
    let again = post(&app, "", bytes, 200).await;
    assert_eq!(again["activities"][0]["change"], "skip", "twice is once");
}

async fn every_faulty_cell_is_named_and_nothing_is_written(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let problem = post(&app, "", list("9月31日"), 422).await;
    assert_eq!(
        problem["errors"],
        json!([{"pointer": "/sheets/活动/3/D", "detail": "'活动'!D3 (活动时间): \"9月31日\" is not a day of any year"}])
    );
    // What only the programme knows is named in the same terms.
    let problem = post(&app, "?edition=1999", list("9月30日"), 422).await;
    let first = &problem["errors"][0];
    assert_eq!(first["pointer"], "/sheets/活动/3/edition", "{problem}");
    assert!(
        first["detail"]
            .as_str()
            .unwrap()
            .starts_with("'活动'!3 (edition): "),
        "{problem}"
    );
    assert_eq!(drafts(&app).await.len(), 0);
}

async fn what_is_no_workbook_or_is_a_bomb_is_refused_and_the_service_goes_on(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let whole = list("9月30日");
    let bomb = bomb();
    assert!(bomb.len() < 500_000, "{}", bomb.len());
    for (bytes, says) in [
        (bomb, "inflates to more than 67108864 bytes"),
        (b"title_zh\n".to_vec(), "no workbook"),
        (whole[..whole.len() / 2].to_vec(), "damaged"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            "save it as .xlsx",
        ),
    ] {
        let problem = post(&app, "", bytes, 422).await;
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(says), "{says}: {detail}");
    }
    let call = app.call(Method::POST, "/api/v1/imports");
    let old = call
        .token(&app.tokens.haidian)
        .bytes("application/vnd.ms-excel", whole.clone());
    let answer = old.send().await.expect(415);
    assert!(answer.text().contains(".xlsx"), "{}", answer.text());
    post(&app, "?dry_run=true", whole, 200).await;
}

async fn the_command_line_takes_and_writes_workbooks(db: TestDb) {
    let binary = Path::new(env!("CARGO_BIN_EXE_yueli"));
    let program = Program::new(binary, db.folder(), db.url());
    program.ran(&["migrate"]).await;
    let at = |name: &str| db.folder().join(name);
    let edition =
        r#"{"format":"yueli/1","editions":[{"year":2021,"theme":{"zh":"智慧·健康·碳中和"}}]}"#;
    std::fs::write(at("edition.json"), edition).unwrap();
    std::fs::write(at("list.xlsx"), list("9月24日 14:00-17:00")).unwrap();
    std::fs::write(at("faulty.xlsx"), list("9月31日")).unwrap();
    std::fs::write(at("old.xls"), b"\xD0\xCF\x11\xE0").unwrap();
    let path = |name: &str| at(name).display().to_string();
    program.ran(&["import", &path("edition.json")]).await;

    let refused = program.tried(&["import", &path("faulty.xlsx")]).await;
    assert!(!refused.well);
    let line = "/sheets/活动/3/D: '活动'!D3 (活动时间): \"9月31日\" is not a day of any year\n";
    assert!(refused.told.contains(line), "{refused:?}");
    let refused = program.tried(&["import", &path("old.xls")]).await;
    assert!(
        !refused.well && refused.told.contains("save it as .xlsx"),
        "{refused:?}"
    );

    let done = program
        .tried(&["import", &path("list.xlsx"), "--announce"])
        .await;
    assert!(done.well, "{done:?}");
    assert!(
        done.printed
            .contains("2 activities were imported as announced"),
        "{done:?}"
    );
    assert!(
        done.told.contains("warning: /sheets/活动/4/D: "),
        "{done:?}"
    );
    program.ran(&["export", &path("out.xlsx")]).await;
    let again = program
        .ran(&["import", "--dry-run", &path("list.xlsx")])
        .await;
    assert!(again.contains("0 activities would be imported"), "{again}");

    // Into an empty programme, and out again with the same bytes.
    let another = db.another().await;
    let second = Program::new(binary, another.folder(), another.url());
    second.ran(&["migrate"]).await;
    second.ran(&["import", &path("edition.json")]).await;
    second
        .ran(&["import", &path("out.xlsx"), "--announce"])
        .await;
    second.ran(&["export", &path("again.xlsx")]).await;
    assert!(std::fs::read(at("out.xlsx")).unwrap() == std::fs::read(at("again.xlsx")).unwrap());
}
