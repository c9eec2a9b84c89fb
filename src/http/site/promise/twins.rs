//! The promise as files: what the page shows, for spreadsheets and programs.
//!
//! Invariant: a spreadsheet opens the CSV as UTF-8 (it begins with a mark that says so), and nothing in it is a formula.

use entity::vocab::Language;
use serde_json::json;

use super::{
    super::{shelf::Made, words::promise as p},
    told::{self, Taken},
};
use crate::domain::promise::{Cell, Row};

/// A row for each district, a column for each month: held + planned + unconfirmed.
pub(super) fn csv(rows: &[Row], taken: &Taken, language: Language) -> Made {
    let mut text = String::from("\u{FEFF}");
    let mut line = |cells: Vec<String>| {
        // Names of districts and states, and numbers: no cell needs quotes.
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    };
    let months = taken.promise.months.iter();
    let mut head = vec![
        "district".to_owned(),
        p::DISTRICT.plain(language).to_owned(),
    ];
    head.extend(months.clone().map(|it| it.month.to_string()));
    head.push(p::WHOLE_YEAR.plain(language).to_owned());
    head.push(p::STATE.plain(language).to_owned());
    line(head);
    for row in rows {
        let state = row.district.and_then(|district| {
            let mut lines = taken.promise.districts.iter();
            lines.find(|line| line.district == district)
        });
        let name = row.district.map_or_else(
            || p::ELSEWHERE.plain(language).replace(',', ""),
            |district| told::district(district, language),
        );
        let mut cells = vec![row.district.map_or("", |it| it.as_str()).to_owned(), name];
        cells.extend(row.months.iter().map(|cell| cell.all().to_string()));
        cells.push(
            row.months
                .iter()
                .map(|cell| cell.all())
                .sum::<usize>()
                .to_string(),
        );
        cells.push(
            state
                .map_or("", |line| told::state(line.state, language).word)
                .to_owned(),
        );
        line(cells);
    }
    let mut states = vec![String::new(), p::STATE.plain(language).to_owned()];
    states.extend(months.map(|it| told::state(it.state, language).word.to_owned()));
    states.extend([String::new(), String::new()]);
    line(states);
    Made::text(text, "text/csv; charset=utf-8; header=present")
}

/// The API's promise, and the table.
pub(super) fn json(rows: &[Row], taken: &Taken) -> Made {
    let mut document =
        serde_json::to_value(&taken.promise).expect("a promise has string keys only");
    let matrix: Vec<_> = rows
        .iter()
        .map(|row| {
            let months: Vec<&Cell> = row.months.iter().collect();
            json!({ "district": row.district, "months": months })
        })
        .collect();
    document["matrix"] = json!(matrix);
    Made::text(document.to_string(), "application/json")
}
