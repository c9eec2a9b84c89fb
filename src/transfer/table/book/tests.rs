use super::{
    samples::{
        BOOK, Member, RELATIONS, SHEET, archive, bomb, cell, end, member, of_sheet, sheet, with,
    },
    *,
};

fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err()
}

fn texts(book: &Book) -> Vec<(u64, Vec<&str>)> {
    let lines = book.sheets.iter().flat_map(|sheet| &sheet.lines);
    lines
        .map(|line| {
            let cells = line.cells.iter().map(|cell| cell.text.as_str());
            (line.number, cells.collect())
        })
        .collect()
}

#[test]
fn half_a_gigabyte_is_refused_where_it_passes_the_limit() {
    // Few tags, much in them.
    let row = format!("<row spans=\"{}\"/>", "1".repeat(60_000));
    for (name, text) in [
        (SHEET, row.as_str()),
        ("xl/sharedStrings.xml", &row),
        ("xl/media/a.png", "a"),
    ] {
        let bytes = with(vec![bomb(name, text, 500)]);
        assert!(bytes.len() < 800_000, "{}", bytes.len());
        let why = refused(&bytes);
        assert!(
            why.contains("inflates to more than 67108864 bytes"),
            "{why}"
        );
        assert!(why.contains(name), "{why}");
    }
}

#[test]
fn texts_and_formats_that_multiply_are_refused() {
    // Within the bytes, but not within what a reader can be asked to do.
    let why = refused(&with(vec![bomb(SHEET, "<row/>", 20)]));
    assert!(why.contains("3000000 tags"), "{why}");
    let why = refused(&with(vec![bomb("xl/sharedStrings.xml", "<si/>", 10)]));
    assert!(why.contains("500000 texts"), "{why}");
    let announced = "<sst uniqueCount=\"99999999999\"></sst>";
    let why = refused(&with(vec![member(
        "xl/sharedStrings.xml",
        announced.as_bytes(),
    )]));
    assert!(why.contains("500000 texts"), "{why}");
    // One long text in many cells.
    let one = format!("<sst><si><t>{}</t></si></sst>", "字".repeat(30_000));
    let many: String = (1..=1_000)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>"))
        .collect();
    let why = refused(&with(vec![
        member("xl/sharedStrings.xml", one.as_bytes()),
        member(SHEET, sheet(&many).as_bytes()),
    ]));
    assert!(
        why.contains("'S'!A373") && why.contains("33554432 bytes"),
        "{why}"
    );
    let long = sheet(&cell("B2", &"字".repeat(32_768)));
    let why = refused(&of_sheet(&long));
    assert!(
        why.contains("'S'!B2 has more than 32767 characters"),
        "{why}"
    );
}

#[test]
fn a_cell_at_the_end_of_the_sheet_costs_nothing_and_is_named() {
    let why = refused(&of_sheet(&sheet(&cell("XFD1048576", "x"))));
    assert!(
        why.contains("'S'!XFD1048576") && why.contains("100 columns"),
        "{why}"
    );
    // Without a text it is no content; in a row of its own it is.
    let styled = sheet(&format!(
        "{}<c r=\"XFD1048576\" s=\"0\"/>{}",
        cell("A1", "甲"),
        cell("B1048576", "乙")
    ));
    let book = read(&of_sheet(&styled)).unwrap();
    assert_eq!(texts(&book), [(1, vec!["甲"]), (1_048_576, vec!["", "乙"])]);
}

#[test]
fn a_row_of_a_million_columns_and_a_sheet_of_too_many_rows_are_refused_at_the_first_too_many() {
    let row = format!("<row r=\"1\">{}</row>", "<c><v>1</v></c>".repeat(1_000_000));
    let why = refused(&of_sheet(&sheet(&row)));
    assert!(
        why.contains("'S'!CW1") && why.contains("100 columns"),
        "{why}"
    );
    let rows = "<row><c><v>1</v></c></row>".repeat(5_101);
    let why = refused(&of_sheet(&sheet(&rows)));
    assert!(
        why.contains("'S'!A5101") && why.contains("5100 rows"),
        "{why}"
    );
}

#[test]
fn entities_are_refused() {
    let laughs = format!(
        "<!DOCTYPE worksheet [<!ENTITY a \"ha\"><!ENTITY b \"{}\">]>{}",
        "&a;".repeat(1_000),
        sheet(&cell("A1", "&b;"))
    );
    assert!(refused(&of_sheet(&laughs)).contains("DOCTYPE"));
    // Without a declaration they are none.
    assert!(refused(&of_sheet(&sheet(&cell("A1", "&b;")))).contains("cannot be read"));
}

#[test]
fn what_is_no_workbook_is_refused_with_what_to_do() {
    let good = of_sheet(&sheet(&cell("A1", "甲")));
    assert_eq!(texts(&read(&good).unwrap()), [(1, vec!["甲"])]);
    for (bytes, says) in [
        (Vec::new(), "no workbook"),
        (b"activities".to_vec(), "no workbook, but a text"),
        (b"PK\x03\x04".to_vec(), "damaged"),
        (good[..good.len() - 30].to_vec(), "damaged"),
        (good[..good.len() / 2].to_vec(), "damaged"),
        (good[10..].to_vec(), "no workbook"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            "save it as .xlsx",
        ),
        (archive(&[]), "no workbook"),
        (archive(&[member("a.txt", b"a")]), "no workbook"),
        (
            with(vec![member("xl/workbook.bin", b"a")]),
            "(.xlsb); save it as .xlsx",
        ),
        (
            archive(&[member("mimetype", b"a"), member("content.xml", b"<a/>")]),
            "(.ods); save it as .xlsx",
        ),
        (
            archive(&[member("word/document.xml", b"<a/>")]),
            "(.docx); save it as .xlsx",
        ),
        (
            with(vec![member("xl/workbook.xml", b"<workbook></workbook>")]),
            "no workbook",
        ),
        (
            with(vec![member("xl/workbook.xml", b"")]),
            "no well-formed XML",
        ),
        (with(vec![member(SHEET, b"<worksheet>")]), "cannot be read"),
        (
            with(vec![member(SHEET, "<w>".repeat(200_000).as_bytes())]),
            "cannot be read",
        ),
    ] {
        let why = refused(&bytes);
        assert!(why.contains(says), "{says}: {why}");
    }
}

#[test]
fn members_that_repeat_lie_over_each_other_or_are_too_many_are_refused() {
    let twice = archive(&[member(SHEET, b"<a/>"), member(SHEET, b"<b/>")]);
    assert!(refused(&twice).contains("two members of one name"));
    let many: Vec<Member> = (0..1_001)
        .map(|n| member(&format!("{n}.xml"), b"<a/>"))
        .collect();
    assert!(refused(&archive(&many)).contains("more than 1000 members"));
    // Two names for the same bytes.
    let one = archive(&[member("a.xml", b"<a/>")]);
    let at = one
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    let (data, rest) = one.split_at(at);
    let entry = &rest[..rest.len() - 22];
    let other = String::from_utf8_lossy(entry).contains("a.xml");
    assert!(other);
    let mut renamed = entry.to_vec();
    let length = renamed.len();
    renamed[length - 5] = b'b';
    let overlapping = end(data.to_vec(), &[entry, &renamed].concat(), 2);
    assert!(refused(&overlapping).contains("lie over each other"));
    // A password.
    let mut locked = of_sheet(&sheet(""));
    let flagged: Vec<usize> = locked
        .windows(4)
        .enumerate()
        .filter_map(|(at, window)| match window {
            b"PK\x03\x04" => Some(at + 6),
            b"PK\x01\x02" => Some(at + 8),
            _ => None,
        })
        .collect();
    for at in flagged {
        locked[at] = 1;
    }
    assert!(refused(&locked).contains("assword"), "{}", refused(&locked));
}

#[test]
fn places_that_are_none_are_refused() {
    for text in [
        sheet(&cell("A0", "x")),
        sheet(&cell("1", "x")),
        sheet(&cell("é1", "x")),
        format!(
            "<worksheet><dimension ref=\"B5:A1\"/><sheetData>{}</sheetData></worksheet>",
            cell("A0", "x")
        ),
        format!(
            "<worksheet><sheetData>{}</sheetData><mergeCells><mergeCell ref=\"B5:A1\"/></mergeCells></worksheet>",
            cell("A1", "x")
        ),
    ] {
        refused(&of_sheet(&text));
    }
}

#[test]
fn merged_cells_have_the_text_of_the_first_and_say_where_it_stands() {
    let text = format!(
        "<worksheet><sheetData><row r=\"1\">{}</row><row r=\"2\">{}</row><row r=\"3\">{}</row></sheetData>\
         <mergeCells><mergeCell ref=\"A1:A3\"/><mergeCell ref=\"B3:XFD3\"/><mergeCell ref=\"F9:G99\"/></mergeCells></worksheet>",
        cell("A1", "海淀"),
        cell("C2", "甲"),
        cell("B3", "注"),
    );
    let book = read(&of_sheet(&text)).unwrap();
    let lines = &book.sheets[0].lines;
    assert_eq!(lines[1].cells[0].text, "海淀");
    assert_eq!(lines[1].cells[0].from, Some((1, 0)));
    assert_eq!(
        (lines[2].cells.len(), lines[2].cells[99].text.as_str()),
        (100, "注")
    );
    assert_eq!(lines[2].cells[1].from, None);
    // Many regions over the same cells are not followed for ever.
    let whole = "<mergeCell ref=\"A1:CV5000\"/>".repeat(60_000);
    let rows: String = (1..=1_000)
        .map(|row| cell(&format!("A{row}"), "x"))
        .collect();
    let text = format!(
        "<worksheet><sheetData>{rows}</sheetData><mergeCells>{whole}</mergeCells></worksheet>"
    );
    assert!(refused(&of_sheet(&text)).contains("lie over each other"));
}

#[test]
fn a_formula_without_its_result_is_told_and_not_taken_for_nothing() {
    let text = format!(
        "<worksheet><sheetData><row r=\"1\">{}<c r=\"B1\"><f>DATE(2021,9,28)</f><v></v></c><c r=\"C1\"><f>B1</f></c>\
         <c r=\"D1\" t=\"str\"><f>\"\"</f><v></v></c><c r=\"E1\"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>",
        cell("A1", "甲"),
    );
    let book = read(&of_sheet(&text)).unwrap();
    let cells = &book.sheets[0].lines[0].cells;
    let told: Vec<bool> = cells.iter().map(|cell| cell.is_error).collect();
    assert_eq!(told, [false, true, true, false, false]);
    assert_eq!((cells[3].text.as_str(), cells[4].text.as_str()), ("", "2"));
}

#[test]
fn typed_cells_are_read_as_they_are_shown() {
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>\
        <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"20\"/><xf numFmtId=\"164\"/><xf numFmtId=\"9\"/><xf numFmtId=\"57\"/></cellXfs></styleSheet>";
    let cells = [
        ("0", "", "2021"),
        ("1", "", "44463"),
        ("2", "", "44463.8333333333"),
        ("3", "", "0.8333333333333334"),
        ("4", "", "44440"),
        ("6", "", "44440"),
        ("5", "", "0.5"),
        ("0", "b", "1"),
        ("0", "e", "#REF!"),
        ("0", "d", "2021-09-24T00:00:00"),
        ("0", "str", "甲"),
        ("1", "", "-5"),
    ];
    let data: String = cells
        .iter()
        .map(|(style, kind, value)| {
            let kind = if kind.is_empty() {
                String::new()
            } else {
                format!(" t=\"{kind}\"")
            };
            format!("<c s=\"{style}\"{kind}><v>{value}</v></c>")
        })
        .collect();
    let data = sheet(&format!("<row r=\"1\">{data}</row>"));
    let book = read(&with(vec![
        member("xl/styles.xml", styles.as_bytes()),
        member(SHEET, data.as_bytes()),
    ]))
    .unwrap();
    assert_eq!(
        texts(&book)[0].1,
        [
            "2021",
            "2021-09-24",
            "2021-09-24 20:00",
            "20:00",
            "2021-09",
            "2021-09",
            "50%",
            "TRUE",
            "#REF!",
            "2021-09-24",
            "甲",
            "-5",
        ]
    );
    let errors: Vec<bool> = book.sheets[0].lines[0]
        .cells
        .iter()
        .map(|cell| cell.is_error)
        .collect();
    assert_eq!(errors.iter().position(|is_error| *is_error), Some(8));
    // The other way of counting days.
    let mac = BOOK.replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>");
    let book = read(&with(vec![
        member("xl/workbook.xml", mac.as_bytes()),
        member("xl/styles.xml", styles.as_bytes()),
        member(
            SHEET,
            sheet("<c r=\"A1\" s=\"1\"><v>43001</v></c>").as_bytes(),
        ),
    ]))
    .unwrap();
    assert_eq!(texts(&book)[0].1, ["2021-09-24"]);
}

#[test]
fn hidden_sheets_are_named_and_empty_ones_are_not() {
    let book = BOOK.replace(
        "</sheets>",
        "<sheet name=\"草稿\" sheetId=\"2\" state=\"hidden\" r:id=\"rId1\"/><sheet name=\"空\" sheetId=\"3\" r:id=\"rId2\"/></sheets>",
    );
    let relations = RELATIONS.replace(
        "</Relationships>",
        "<Relationship Id=\"rId2\" Type=\"b/relationships/worksheet\" Target=\"worksheets/sheet2.xml\"/></Relationships>",
    );
    let read = read(&with(vec![
        member("xl/workbook.xml", book.as_bytes()),
        member("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        member("xl/worksheets/sheet2.xml", sheet("").as_bytes()),
    ]))
    .unwrap();
    assert_eq!(read.hidden, ["草稿"]);
    assert_eq!(read.sheets.len(), 1);
    let twice = BOOK.replace(
        "</sheets>",
        "<sheet name=\"S\" sheetId=\"2\" r:id=\"rId1\"/></sheets>",
    );
    assert!(
        refused(&with(vec![member("xl/workbook.xml", twice.as_bytes())])).contains("two sheets")
    );
}
