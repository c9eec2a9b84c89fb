//! Lines below a table that are no activities: sums, notes, who filled it in.
//!
//! Invariant: a line that may be an activity is never taken for a note.

use super::Line;

/// What such a line begins with.
const BEGINNINGS: [&str; 22] = [
    "合计",
    "总计",
    "小计",
    "共计",
    "备注",
    "注",
    "说明",
    "填表说明",
    "填表人",
    "填报人",
    "填报单位",
    "填表单位",
    "填表日期",
    "填报日期",
    "填报时间",
    "制表人",
    "制表",
    "审核人",
    "审核",
    "负责人",
    "联系人",
    "联系电话",
];

/// The text of a line that is a note.
pub(super) fn note(line: &Line, title: usize) -> Option<&str> {
    let (first, cell) = line
        .cells
        .iter()
        .enumerate()
        .find(|(_, cell)| !cell.text.is_empty())?;
    let text = cell.text.as_str();
    let beginning = BEGINNINGS
        .iter()
        .filter(|word| text.starts_with(**word))
        .max_by_key(|word| word.len())?;
    let after = text[beginning.len()..].trim_start();
    let goes_on = |c: char| ":：、，。(（共".contains(c) || c.is_ascii_digit();
    if !(after.is_empty() || after.starts_with(goes_on)) {
        return None;
    }
    let Some(title_cell) = line.cells.get(title) else {
        return Some(text);
    };
    // The title is empty, or it is the note itself, merged over all columns.
    if title_cell.text.is_empty() || title_cell.from == Some((line.number, first)) {
        return Some(text);
    }
    // The note stands in the title's column: nothing stands beside it, and it can be no title.
    let alone = line.cells.iter().enumerate().all(|(index, cell)| {
        index == first || cell.text.is_empty() || cell.from == Some((line.number, first))
    });
    (first == title && alone && (after.is_empty() || after.starts_with([':', '：'])))
        .then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::table::Cell;

    fn line(cells: &[&str]) -> Line {
        let cells = cells.iter().map(|text| Cell {
            text: (*text).to_owned(),
            ..Cell::default()
        });
        Line {
            number: 9,
            cells: cells.collect(),
        }
    }

    #[test]
    fn a_sum_or_a_remark_is_told_from_an_activity() {
        assert_eq!(note(&line(&["合计：3场", "", "x"]), 1), Some("合计：3场"));
        assert_eq!(
            note(&line(&["", "", "填表人：张三"]), 1),
            Some("填表人：张三")
        );
        assert_eq!(
            note(&line(&["注：以上为拟定", "", ""]), 0),
            Some("注：以上为拟定")
        );
        assert_eq!(note(&line(&["合计", "", ""]), 0), Some("合计"));
        assert_eq!(note(&line(&["注册会计师论坛", "", ""]), 0), None);
        assert_eq!(note(&line(&["说明会", "9月24日", ""]), 0), None);
        assert_eq!(note(&line(&["1", "", "9月24日"]), 1), None);
        assert_eq!(note(&line(&["注册会计师协会", "", "9月24日"]), 1), None);
        assert_eq!(note(&line(&["共计3场"]), 1), Some("共计3场"));
        assert_eq!(note(&line(&["注：x", "甲", ""]), 1), None);
    }

    #[test]
    fn a_note_that_is_merged_over_the_title_is_a_note() {
        let mut merged = line(&["注：以上为拟定", "注：以上为拟定"]);
        assert_eq!(note(&merged, 1), None);
        merged.cells[1].from = Some((9, 0));
        assert_eq!(note(&merged, 1), Some("注：以上为拟定"));
    }
}
