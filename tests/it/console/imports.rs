//! Files that people import at the console: what is shown is what is made, once, and by nobody else.

use hyper::Method;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use yueli::config::SecondFactorRule;

use super::{
    page::{Form, Page},
    seat::Seat,
    second_factor::app,
    tables,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Answer,
};

mod whose;

on_both!(
    a_look_writes_nothing_and_carrying_out_makes_what_was_shown,
    what_is_announced_is_said_to_be_told_and_is_public,
    every_faulty_cell_is_shown_by_its_place_and_nothing_is_written,
    a_form_that_comes_twice_is_imported_once,
    what_was_not_shown_is_not_imported,
    no_text_of_a_file_becomes_markup,
    what_is_no_file_for_this_page_is_told,
);

pub(crate) const LOOK: &str = "/console/import";
pub(crate) const CARRY_OUT: &str = "/console/import/carry-out";
pub(crate) const TABLE: &str = "标题,开始,年度\n路演一,2021年7月8日,2021\n路演二,2021年7月9日,\n";

/// Chooses a file as a browser does.
pub(crate) async fn choose(
    seat: &Seat<'_>,
    (name, bytes): (&str, &[u8]),
    choices: &[(&str, &str)],
) -> Answer {
    let mut body = Vec::new();
    let part = "--x\r\nContent-Disposition: form-data; name=";
    for (field, value) in choices {
        body.extend_from_slice(format!("{part}\"{field}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    let head = format!("{part}\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let call = seat.app.call(Method::POST, LOOK);
    call.header("sec-fetch-site", "same-origin")
        .header("cookie", &seat.cookie)
        .header("accept-language", seat.language)
        .bytes("multipart/form-data; boundary=x", body)
        .send()
        .await
}

/// What a look at a table shows.
async fn look(seat: &Seat<'_>, table: &str, choices: &[(&str, &str)]) -> Page {
    let answer = choose(seat, ("a.csv", table.as_bytes()), choices).await;
    Page::read(&answer.expect(200).text())
}

fn cells(page: &Page) -> Vec<String> {
    let places = page.inside("th").into_iter();
    places.chain(page.inside("td")).collect()
}

/// The activities that a page leads to.
fn made(page: &Page) -> Vec<String> {
    let links = page.values("href").into_iter();
    let made = links.filter_map(|to| to.strip_prefix("/console/activities/act_"));
    made.map(|id| format!("act_{id}")).collect()
}

async fn activity(app: &TestApp, id: &str) -> Value {
    let call = app.call(Method::GET, format!("/api/v1/activities/{id}"));
    let call = call.token(&app.tokens.admin).send().await;
    call.expect(200).json()
}

async fn drafts(app: &TestApp) -> usize {
    let call = app.call(Method::GET, "/api/v1/activities?status=draft&limit=500");
    let answer = call.token(&app.tokens.admin).send().await;
    let answer = answer.expect(200).json();
    answer["activities"].as_array().unwrap().len()
}

/// The names of the tables that changed.
async fn changed(
    app: &TestApp,
    before: &std::collections::BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    tables::changed(before, &tables::all(app).await)
}

async fn a_look_writes_nothing_and_carrying_out_makes_what_was_shown(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    let form = seat.page(LOOK).await.form(LOOK);
    assert_eq!((form.value("/as"), form.value("/kind")), ("drafts", ""));
    let before = tables::all(&app).await;
    let choices = [
        ("/as", "drafts"),
        ("/edition", "2021"),
        ("/district", "haidian"),
        ("/kind", "roadshow"),
        ("/mapping", ""),
    ];
    let page = look(&seat, TABLE, &choices).await;
    assert_eq!(changed(&app, &before).await, [""; 0]);
    let shown = cells(&page);
    for cell in ["line 2", "line 3", "路演一", "路演二", "New"] {
        assert!(shown.iter().any(|one| one == cell), "{cell}: {shown:?}");
    }
    assert!(page.texts().contains(&"New: 2"), "{:?}", page.texts());
    assert_eq!(made(&page), [""; 0]);
    let done = page.form(CARRY_OUT).send(&seat).await.expect(200);
    let done = Page::read(&done.text());
    let ids = made(&done);
    assert_eq!((ids.len(), drafts(&app).await), (2, 2));
    for (id, title) in ids.iter().zip(["路演一", "路演二"]) {
        let activity = activity(&app, id).await;
        assert_eq!(
            [
                &activity["title"]["zh"],
                &activity["kind"],
                &activity["districts"][0],
                &activity["office"]
            ],
            [title, "roadshow", "haidian", "haidian"]
        );
        assert_eq!(activity["status"], "draft");
    }
    // The same once more brings nothing new, and says so at each row.
    let again = look(&seat, TABLE, &choices).await;
    assert!(again.forms().iter().all(|form| form.action != CARRY_OUT));
    let shown = cells(&again);
    let left = shown.iter().filter(|cell| *cell == "Left out").count();
    let why = shown
        .iter()
        .filter(|cell| cell.starts_with("is left out: it"))
        .count();
    assert_eq!((left, why), (2, 2), "{shown:?}");
}

async fn what_is_announced_is_said_to_be_told_and_is_public(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "office", "office").await;
    let page = look(&seat, TABLE, &[("/as", "announced")]).await;
    let texts = page.texts();
    assert!(texts.contains(&"Notices: 2"), "{texts:?}");
    assert!(
        texts.iter().any(|text| text.starts_with("Mind:")),
        "{texts:?}"
    );
    let done = page.form(CARRY_OUT).send(&seat).await.expect(200);
    let ids = made(&Page::read(&done.text()));
    assert_eq!(ids.len(), 2);
    for id in ids {
        let public = app.get(format!("/api/v1/activities/{id}")).await;
        assert_eq!(public.expect(200).json()["status"], "scheduled");
    }
}

async fn every_faulty_cell_is_shown_by_its_place_and_nothing_is_written(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    let before = tables::all(&app).await;
    let bytes = workbook("海淀", "9月31日");
    let chosen = ("a.xlsx", bytes.as_slice());
    let answer = choose(&seat, chosen, &[("/kind", "roadshow")]).await;
    let page = Page::read(&answer.expect(422).text());
    let shown = cells(&page);
    for place in [
        "sheet “海淀”, row 2, column B",
        "sheet “海淀”, row 3, column A",
    ] {
        assert!(shown.iter().any(|cell| cell == place), "{place}: {shown:?}");
    }
    assert!(
        shown.iter().any(|cell| cell.contains("\"9月31日\"")),
        "{shown:?}"
    );
    assert_eq!(page.form(LOOK).value("/kind"), "roadshow");
    assert!(page.forms().iter().all(|form| form.action != CARRY_OUT));
    let answer = choose(&seat.reading("zh"), chosen, &[]).await;
    let shown = cells(&Page::read(&answer.expect(422).text()));
    assert!(
        shown.contains(&"工作表“海淀”第 3 行 A 列".to_owned()),
        "{shown:?}"
    );
    assert!(shown.iter().any(|cell| cell.ends_with("必填")), "{shown:?}");
    assert_eq!(changed(&app, &before).await, [""; 0]);
}

/// A list with a date that may be wrong, and, where it is, a row without a title.
fn workbook(sheet: &str, date: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let table = workbook.add_worksheet();
    table.set_name(sheet).unwrap();
    let mut rows = vec![["活动名称", "开始时间", "地点"], ["路演", date, ""]];
    if date.contains("31") {
        rows.push(["", "2021-09-24", "清华科技园"]);
    }
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            table.write_string(row, column, text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

async fn a_form_that_comes_twice_is_imported_once(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    // Without a date: nothing but the key tells the second one from another activity of that name.
    let page = look(&seat, "标题,年度\n路演,2021\n路演,2021\n", &[]).await;
    let form = page.form(CARRY_OUT);
    let before = app.entries().await.len();
    let (one, other) = tokio::join!(form.send(&seat), form.send(&seat));
    let third = form.send(&seat).await;
    let [one, other, third] = [one, other, third].map(|answer| {
        let page = Page::read(&answer.expect(200).text());
        made(&page)
    });
    assert!(!one.is_empty());
    assert_eq!((&one, &one), (&other, &third));
    assert_eq!(drafts(&app).await, one.len());
    assert_eq!(app.entries().await.len(), before + 1);
}

async fn what_was_not_shown_is_not_imported(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    let mapping = whose::mapping(&app, &app.tokens.haidian, "月报").await;
    let (id, at) = (mapping.json(), mapping.etag());
    let id = id["id"].as_str().unwrap();
    let page = look(&seat, TABLE, &[("/mapping", id)]).await;
    let form = page.form(CARRY_OUT);
    let other = look(&seat, "标题,年度\n另一个,2021\n", &[("/mapping", id)]).await;
    let other = other.form(CARRY_OUT);
    let half = &form.value("bytes")[..40];
    let tampered: Vec<Form> = vec![
        form.clone().with("bytes", other.value("bytes")),
        form.clone().with("bytes", half),
        form.clone().with("bytes", ""),
        form.clone().with("bytes", "***"),
        form.clone().with("seen", ""),
        form.clone().with("seen", other.value("seen")),
        form.clone().with("/as", "announced"),
        form.clone().with("/as", "history"),
        form.clone().with("/kind", "forum"),
        form.clone().with("/kind", "party"),
        form.clone().with("/edition", "20210"),
        form.clone().with("/mapping", ""),
        form.clone().with("name", "a.ics"),
    ];
    for form in tampered {
        form.send(&seat).await.expect(422);
    }
    let refused = app.entries().await;
    let refused = refused
        .iter()
        .filter(|entry| (entry.action.as_str(), entry.outcome.as_str()) == ("import", "refused"));
    assert!(refused.count() > 0);
    // Nor is it read by another mapping than the one that it was shown with.
    let path = format!("/api/v1/mappings/{id}");
    let put = app.call(Method::PUT, path).token(&app.tokens.haidian);
    let put = put.if_match(&at).json(&json!({"name": "季报"}));
    put.send().await.expect(200);
    let answer = form.send(&seat).await.expect(422);
    assert!(answer.text().contains("are not what you were shown"));
    assert_eq!(drafts(&app).await, 0);
}

async fn no_text_of_a_file_becomes_markup(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "office", "office").await;
    let bite = "<img src=x onerror=alert(1)>";
    let title = "字\"'></td><script>alert(1)</script>&lt;b&gt;";
    let mut skeletons = Vec::new();
    for (sheet, title, name) in [("表", "标题", "a"), (bite, title, "</p><b a='&amp;'>")] {
        let mut pages = Vec::new();
        // As it is; with a fault in the table's cell; with a note that no place is for.
        for (date, note) in [("2021-09-24", ""), (title, ""), ("2021-09-25", title)] {
            let mut workbook = Workbook::new();
            let table = workbook.add_worksheet();
            table.set_name(sheet).unwrap();
            let rows = [["活动名称", "开始时间", "序号"], [title, date, note]];
            for (row, cells) in (0..).zip(rows) {
                for (column, text) in (0..).zip(cells) {
                    table.write_string(row, column, text).unwrap();
                }
            }
            let bytes = workbook.save_to_buffer().unwrap();
            let name = format!("{name}.xlsx");
            let answer = choose(&seat, (&name, &bytes), &[]).await;
            let page = Page::read(&answer.text());
            let all = page.texts().join("\n");
            assert!(all.contains(sheet), "{all}");
            pages.push(page.skeleton());
            if answer.status == 200 {
                assert!(all.contains(title) && all.contains(&name), "{all}");
                let done = page.form(CARRY_OUT).send(&seat).await.expect(200);
                pages.push(Page::read(&done.text()).skeleton());
            }
        }
        let broken = format!("{name}.xls");
        let answer = choose(&seat, (&broken, b"x"), &[("/kind", title), ("/as", title)]).await;
        pages.push(Page::read(&answer.expect(422).text()).skeleton());
        skeletons.push(pages);
    }
    assert_eq!(skeletons[0], skeletons[1]);
}

async fn what_is_no_file_for_this_page_is_told(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    let before = tables::all(&app).await;
    let huge = vec![b'a'; 4 * 1024 * 1024 + 1];
    for (name, bytes, why) in [
        ("a.csv", huge.as_slice(), "4 MB at most here"),
        ("a.csv", b"", "Choose a file."),
        ("", b"", "Choose a file."),
        ("a.xls", b"x", "save other spreadsheets as .xlsx"),
        ("a", b"x", "is in no format that is taken"),
        ("a.json", b"{", "Faults: 1"),
        ("a.xlsx", b"x", "Faults: 1"),
        ("a.csv", b"\x81\x00\xff", "Faults: 1"),
        ("a.ics", b"x", "Faults: "),
    ] {
        let answer = choose(&seat, (name, bytes), &[]).await.expect(422);
        let page = Page::read(&answer.text());
        let said = page.texts().join("\n");
        assert!(said.contains(why), "{name}, {why}: {said}");
    }
    seat.post(LOOK, &[("file", "x")]).await.expect(422);
    assert_eq!(changed(&app, &before).await, [""; 0]);
}
