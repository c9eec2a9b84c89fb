//! The organisers in a cell: with the role before a name, else with that of the column; and the same written.
//!
//! Invariant: what [`written`] writes is read back as it was.

use serde_json::{Value, json};

use super::cells::{SEPARATORS, kept_in_part};
use crate::{
    domain::input::Fault,
    transfer::{columns, row::short, words::is_unknown},
};

/// One organiser: the role, where it is written, and the name.
type Named = (Option<String>, String);

/// The organisers in a cell of a column.
pub(super) fn organizers(column: &str, cell: &str, remarks: &mut Vec<Fault>) -> Vec<Value> {
    let Some(of_column) = columns::role_of(column) else {
        return Vec::new();
    };
    let named = split(cell, remarks).into_iter();
    named
        .map(|(role, name)| {
            let role = role.unwrap_or_else(|| of_column.to_owned());
            json!({"role": role, "name": {"zh": name}})
        })
        .collect()
}

/// An organiser as a cell has it: what would part it, or be taken for a role, stands in quotation marks.
pub(in crate::transfer) fn written(role: &str, name: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let role = match columns::role(role) {
        Some(known) if known == role => role.to_owned(),
        _ => quoted(role),
    };
    let is_plain = !name.contains([';', '；', '\n', '\r', ':', '：', '"']) && !is_unknown(name);
    match is_plain {
        true => format!("{role}:{name}"),
        false => format!("{role}:{}", quoted(name)),
    }
}

fn split(cell: &str, remarks: &mut Vec<Fault>) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut rest = cell;
    // A role holds for the names behind it, up to the next one.
    let mut label: Option<String> = None;
    loop {
        rest = rest.trim_start_matches(|c: char| SEPARATORS.contains(&c) || c.is_whitespace());
        if rest.is_empty() {
            return found;
        }
        if let Some((named, after)) = in_quotes(rest) {
            found.push(named);
            rest = after;
            continue;
        }
        let (part, after) = rest.split_at(rest.find(SEPARATORS).unwrap_or(rest.len()));
        for (role, name) in plain(part.trim(), remarks) {
            label = role.or(label);
            if !name.is_empty() && !is_unknown(&name) {
                found.push((label.clone(), name));
            }
        }
        rest = after;
    }
}

/// `"a role":"a name"`, either without its marks where it needs none.
fn in_quotes(text: &str) -> Option<(Named, &str)> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(SEPARATORS);
    if let Some((first, rest)) = quoted(text) {
        if ends(rest) {
            return Some(((None, first), rest));
        }
        let rest = rest.strip_prefix([':', '：'])?;
        if let Some((name, rest)) = quoted(rest).filter(|(_, rest)| ends(rest)) {
            return Some(((Some(first), name), rest));
        }
        let (name, rest) = rest.split_at(rest.find(SEPARATORS).unwrap_or(rest.len()));
        return Some(((Some(first), name.trim().to_owned()), rest));
    }
    let (word, rest) = text.split_once([':', '：'])?;
    let role = columns::role(word.trim())?;
    let (name, rest) = quoted(rest).filter(|(_, rest)| ends(rest))?;
    Some(((Some(role.to_owned()), name), rest))
}

/// What stands in the quotation marks that open here, and what behind them.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut inside = String::new();
    let mut rest = text.trim_start().strip_prefix('"')?;
    loop {
        let (before, after) = rest.split_once('"')?;
        inside.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                inside.push('"');
                rest = after;
            }
            None => return Some((inside, after.trim_start_matches(' '))),
        }
    }
}

/// `科技部`, `承办：清华大学`, `主办单位：科技部 承办单位：清华大学`.
fn plain(part: &str, remarks: &mut Vec<Fault>) -> Vec<Named> {
    let labelled = |text: &str| {
        let (word, name) = text.split_once([':', '：'])?;
        Some((columns::role(word.trim())?, name.trim().to_owned()))
    };
    let words: Vec<&str> = part.split_whitespace().collect();
    let spaced = words.join(" ").replace(" ：", "：").replace(" :", ":");
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = spaced.as_str();
    while !rest.is_empty() {
        // Between names, where a role stands behind it.
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| " ，,、/。".contains(*c));
        let (token, after) = rest.split_at(end.map_or(rest.len(), |(end, _)| end));
        let bare = token.trim_start_matches(|c: char| " ，,、/。".contains(c));
        match pieces.last_mut() {
            Some(piece) if labelled(bare).is_none() => piece.push_str(token),
            _ => pieces.push(bare.to_owned()),
        }
        rest = after;
    }
    if pieces.len() < 2 {
        pieces = vec![spaced];
    }
    let named = pieces.into_iter().map(|piece| match labelled(&piece) {
        Some((role, name)) => (Some(role.to_owned()), name),
        None => {
            if let Some((word, name)) = piece.split_once([':', '：'])
                && !name.starts_with("//")
            {
                remarks.push(kept_in_part(
                    "/organizers",
                    format!(
                        "{:?} stands before a colon and is no role that is known: it stays in the name",
                        short(word.trim())
                    ),
                ));
            }
            (None, piece)
        }
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> Vec<(String, String)> {
        let found = split(cell, &mut Vec::new()).into_iter();
        found
            .map(|(role, name)| (role.unwrap_or_default(), name))
            .collect()
    }

    fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(role, name)| ((*role).to_owned(), (*name).to_owned()))
            .collect()
    }

    #[test]
    fn a_role_may_stand_before_each_name_in_every_word_for_it() {
        assert_eq!(
            read("科技部；承办：清华大学\n协办单位：北大"),
            named(&[
                ("", "科技部"),
                ("organizer", "清华大学"),
                ("co_organizer", "北大")
            ])
        );
        assert_eq!(
            read("主办单位：科技部、中科院 承办单位： 海淀区政府 指导单位:市委"),
            named(&[
                ("host", "科技部、中科院"),
                ("organizer", "海淀区政府"),
                ("supporter", "市委")
            ])
        );
        assert_eq!(
            read("Tsinghua University"),
            named(&[("", "Tsinghua University")])
        );
        assert_eq!(read("联合主办单位："), named(&[]));
        for cell in [
            "主办：\n甲\n承办单位：\n乙\n丙",
            "主办单位：甲，承办单位：乙\n丙",
            "主办单位：甲、承办单位：乙；丙",
            "主办单位 ：甲 承办单位 ：乙\n丙",
        ] {
            let expected = named(&[("host", "甲"), ("organizer", "乙"), ("organizer", "丙")]);
            assert_eq!(read(cell), expected, "{cell}");
        }
        assert_eq!(read("清华、北大、A/B"), named(&[("", "清华、北大、A/B")]));
        let mut remarks = Vec::new();
        split("媒体支持：新华社", &mut remarks);
        assert!(remarks[0].detail.contains("\"媒体支持\""), "{remarks:?}");
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        for (role, name) in [
            ("host", "科技部"),
            ("media", "新华社"),
            ("媒体支持", "新华社"),
            ("host", "甲；乙"),
            ("co_host", "甲\n乙"),
            ("supporter", "\"一带一路\"国际科学组织联盟"),
            ("host", "承办：乙"),
            ("host", "\"甲\""),
            ("主办", "甲 承办单位：乙"),
            ("host", "无"),
        ] {
            let cell = format!("{};{}", written(role, name), written("host", "丙"));
            assert_eq!(
                read(&cell),
                named(&[(role, name), ("host", "丙")]),
                "{cell}"
            );
        }
    }
}
