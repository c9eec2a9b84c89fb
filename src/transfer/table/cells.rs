//! What single cells of a row mean.
//!
//! Invariant: a word that is not known stays as it stands, for the reader of activities to refuse with the list.

use std::fmt::Display;

use entity::vocab::{District, Mode};
use serde_json::Value;

use crate::{
    domain::input::Fault,
    transfer::{
        dates::plain,
        row::{Row, short},
        words::{self, is_unknown},
    },
};

/// Sets the edition; gives it when the cell is one.
pub(super) fn edition(row: &mut Row, cell: &str) -> Option<i32> {
    if cell.is_empty() {
        return None;
    }
    let plain = plain(cell).unwrap_or_default();
    let bare = plain
        .strip_suffix("年度")
        .or_else(|| plain.strip_suffix('年'));
    match bare.unwrap_or(&plain).trim().parse::<i32>() {
        Ok(year) => {
            row.set("edition", year);
            Some(year)
        }
        Err(_) => {
            row.faults
                .add("/edition", format!("{:?} is not a year", short(cell)));
            None
        }
    }
}

/// A cell with one word.
pub(super) fn one<T: Display>(
    row: &mut Row,
    name: &str,
    cell: &str,
    read: impl Fn(&str) -> Option<T>,
) {
    if !cell.is_empty() {
        let word = read(cell).map_or_else(|| cell.to_owned(), |word| word.to_string());
        row.set(name, word);
    }
}

/// A remark on a field of a row.
pub(super) fn kept_in_part(at: &str, detail: String) -> Fault {
    Fault {
        pointer: at.to_owned(),
        detail,
    }
}

/// Where it takes place; a word for the net is a mode, and no place.
pub(super) fn venue(row: &mut Row, zh: &str, en: &str) {
    let mode = row.value.get("mode").and_then(Value::as_str);
    let is_apart = mode.is_none_or(|mode| mode != Mode::Offline.as_str());
    let is_online = is_apart && words::is_net(if zh.is_empty() { en } else { zh });
    if is_online {
        if mode.is_none() {
            row.set("mode", Mode::Online.as_str());
        }
        return;
    }
    for (language, text) in [("zh", zh), ("en", en)] {
        if !text.is_empty() && !words::is_no_place(text) {
            row.set(&format!("venue/name/{language}"), text);
        }
    }
}

/// Districts: no name of one holds a comma, and none a word for "and".
pub(super) fn districts(row: &mut Row, cell: &str, remarks: &mut Vec<Fault>) {
    let mut found: Vec<Value> = Vec::new();
    let mut is_whole_city = false;
    let mut take = |part: &str| {
        if words::is_whole_city(part) {
            is_whole_city = true;
            remarks.push(kept_in_part(
                "/districts",
                format!("{:?} is no district, and none is set", short(part)),
            ));
            return true;
        }
        let Some((district, beside)) = district(part) else {
            return false;
        };
        if let Some(beside) = beside {
            let detail = format!(
                "{:?} says {:?}, which is kept nowhere: a district has no more than its name",
                short(part),
                short(beside)
            );
            remarks.push(kept_in_part("/districts", detail));
        }
        let district = Value::String(district.to_string());
        if !found.contains(&district) {
            found.push(district);
        }
        true
    };
    let mut unknown = Vec::new();
    for part in parts(cell, &[';', '；', '\n', '、', ',', '，', '/', '／', '+']) {
        if is_unknown(part) || take(part) {
            continue;
        }
        let smaller: Vec<&str> = parts(part, &['和', '及', '与']).collect();
        let is_known = |part: &&str| district(part).is_some() || words::is_whole_city(part);
        if smaller.len() > 1 && smaller.iter().all(is_known) {
            smaller.into_iter().for_each(|part| {
                take(part);
            });
        } else {
            unknown.push(Value::String(part.to_owned()));
        }
    }
    found.append(&mut unknown);
    // Said to be of no district, it gets none that stands for a gap.
    if is_whole_city || !found.is_empty() {
        row.set("districts", found);
    }
}

/// A district, and what stands in brackets behind it: `通州区（副中心）`.
fn district(part: &str) -> Option<(District, Option<&str>)> {
    if let Some(district) = words::district(part) {
        return Some((district, None));
    }
    let inside = part.strip_suffix(['）', ')'])?;
    let (name, inside) = inside.split_once(['（', '('])?;
    Some((words::district(name.trim())?, Some(inside.trim())))
}

/// Audiences.
pub(super) fn audiences(row: &mut Row, cell: &str) {
    let words: Vec<Value> = parts(cell, &SEPARATORS)
        .filter(|part| !is_unknown(part))
        .map(|part| {
            let word = words::audience(part);
            Value::String(word.map_or_else(|| part.to_owned(), |word| word.to_string()))
        })
        .collect();
    if !words.is_empty() {
        row.set("audiences", words);
    }
}

/// What parts several values; commas stand in names.
pub(super) const SEPARATORS: [char; 3] = [';', '；', '\n'];

fn parts<'t>(cell: &'t str, separators: &'t [char]) -> impl Iterator<Item = &'t str> {
    cell.split(separators)
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// Whether it is one.
pub(super) fn highlight(row: &mut Row, cell: &str) {
    match cell.to_ascii_lowercase().as_str() {
        "" => {}
        "true" | "yes" | "y" | "1" | "是" | "√" | "✓" | "✔" | "☑" => {
            row.set("highlight", true)
        }
        "false" | "no" | "n" | "0" | "否" | "×" | "✗" | "✘" | "☐" => {
            row.set("highlight", false)
        }
        _ => row.faults.add(
            "/highlight",
            format!(
                "{:?} is neither true (yes, 1, 是) nor false (no, 0, 否)",
                short(cell)
            ),
        ),
    }
}

/// A telephone number; one that a program shortened to powers of ten has lost digits.
pub(super) fn phone(row: &mut Row, cell: &str) {
    let is_short = cell.split_once(['E', 'e']).is_some_and(|(number, power)| {
        number.parse::<f64>().is_ok() && power.parse::<i32>().is_ok()
    });
    if is_short {
        row.faults.add(
            "/contact/phone",
            format!(
                "{:?} has lost digits: a program took the number for a quantity; write it as a text",
                short(cell)
            ),
        );
    } else if !cell.is_empty() {
        row.set("contact/phone", cell);
    }
}

/// Who may change it.
pub(super) fn office(row: &mut Row, cell: &str) {
    if cell.is_empty() {
        return;
    }
    let office = match cell {
        "市" | "全市" => "city".to_owned(),
        _ if cell.eq_ignore_ascii_case("city") => "city".to_owned(),
        _ => words::district(cell).map_or_else(|| cell.to_owned(), |district| district.to_string()),
    };
    row.set("office", office);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::transfer::row::Place;

    fn row() -> Row {
        Row::new(Place::Activity {
            index: 0,
            slug: None,
        })
    }

    #[test]
    fn districts_are_read_as_offices_list_them() {
        for (cell, expected, told) in [
            ("海淀区和朝阳区", json!(["haidian", "chaoyang"]), 0),
            (
                "海淀/昌平 及 丰台",
                json!(["haidian", "changping", "fengtai"]),
                0,
            ),
            ("北京海淀，北京市朝阳区", json!(["haidian", "chaoyang"]), 0),
            ("Haidian District", json!(["haidian"]), 0),
            ("海淀（主会场）", json!(["haidian"]), 1),
            ("全市", json!([]), 1),
            ("北京市", json!([]), 1),
            ("16区", json!([]), 1),
            ("和平区", json!(["和平区"]), 0),
            ("浦东和海淀", json!(["浦东和海淀"]), 0),
        ] {
            let (mut row, mut remarks) = (row(), Vec::new());
            districts(&mut row, cell, &mut remarks);
            assert_eq!(row.value.get("districts"), Some(&expected), "{cell}");
            assert_eq!(remarks.len(), told, "{cell}: {remarks:?}");
        }
        let mut row = row();
        districts(&mut row, "待定", &mut Vec::new());
        assert_eq!(row.value.get("districts"), None);
    }

    #[test]
    fn a_place_on_the_net_is_a_mode() {
        let mut online = row();
        venue(&mut online, "线上", "");
        assert_eq!(Value::Object(online.value), json!({"mode": "online"}));
        // Two cells that say different things are both kept.
        let mut offline = row();
        offline.set("mode", "offline");
        venue(&mut offline, "线上", "");
        assert_eq!(offline.value["venue"]["name"]["zh"], "线上");
        let mut open = row();
        venue(&mut open, "地点待定", "");
        assert!(open.value.is_empty());
    }

    #[test]
    fn a_year_may_be_written_in_every_form() {
        for cell in ["2026", "2026年", "2026年度", "２０２６", "二〇二六年"] {
            assert_eq!(edition(&mut row(), cell), Some(2026), "{cell}");
        }
    }

    #[test]
    fn a_number_that_lost_its_digits_is_no_telephone() {
        let mut short = row();
        phone(&mut short, "1.38E+10");
        assert_eq!(short.faults.0[0].pointer, "/contact/phone");
        let mut long = row();
        phone(&mut long, "010-82345678");
        assert!(long.faults.0.is_empty());
    }
}
