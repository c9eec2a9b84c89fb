//! Lines of a table that are no activities: sums, notes, names of parts, samples, who filled it in.
//!
//! Invariant: a line that may be an activity is never taken for a note.

use super::Line;
use crate::transfer::dates::is_date;

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

/// What else a line begins with that has nothing beside it.
const ALONE: [&str; 13] = [
    "附：",
    "附:",
    "附件",
    "盖章",
    "单位（盖章",
    "单位(盖章",
    "签字：",
    "签字:",
    "签字（",
    "签字盖章",
    "请于",
    "联系人及",
    "负责人签字",
];

/// What a sample begins with.
const SAMPLES: [&str; 12] = [
    "例：",
    "例:",
    "例如：",
    "示例：",
    "示例:",
    "样例：",
    "样例:",
    "范例：",
    "（例）",
    "（示例）",
    "【例】",
    "【示例】",
];

/// Whether a title, or what stands for its number, is that of a sample, which forms have in their first row.
pub(super) fn is_sample(text: &str) -> bool {
    SAMPLES.iter().any(|word| text.starts_with(word))
        || ["例", "示例", "样例", "范例", "举例"].contains(&text)
}

/// Whether a text that stands alone in its line is no activity's name: a note, a date, the name of a part.
pub(super) fn is_no_title(text: &str) -> bool {
    let bare = text.trim_start_matches(|c: char| "（(【[*＊※·•—-".contains(c) || c.is_whitespace());
    let begins = |words: &[&str]| words.iter().any(|word| bare.starts_with(word));
    let is_bracketed = |(open, close): (char, char)| {
        let inside = text
            .strip_prefix(open)
            .and_then(|text| text.strip_suffix(close));
        inside.is_some_and(|inside| !inside.contains(open))
    };
    let is_marked = bare.len() < text.len()
        && BEGINNINGS.iter().any(|word| {
            let after = bare.strip_prefix(word);
            after.is_some_and(|after| {
                after.is_empty() || after.starts_with(|c: char| "：:）)】]、".contains(c))
            })
        });
    let is_above = bare.starts_with("以上") && !bare.starts_with("以上海");
    let is_guide = bare
        .strip_prefix("填报说明")
        .is_some_and(|after| !after.starts_with('会'));
    begins(&ALONE)
        || is_above
        || is_guide
        || is_marked
        || text.starts_with(['※', '*', '＊'])
        || text.ends_with(['：', ':'])
        || [('（', '）'), ('(', ')')].into_iter().any(is_bracketed)
        || is_noted(text)
        || is_part(text)
        || is_date(text)
}

/// `备注1：x`, `总计1项活动`, `共1项`.
fn is_noted(text: &str) -> bool {
    let words = BEGINNINGS.iter().chain(&["共"]);
    let longest = words
        .filter(|word| text.starts_with(**word))
        .max_by_key(|word| word.len());
    longest.is_some_and(|word| {
        let after = text[word.len()..].trim_start();
        let counted = after.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_counted = counted.len() < after.len();
        after.starts_with([':', '：']) || (is_counted && is_count(counted))
    })
}

/// What stands behind the number of a sum: `项`, `场活动`, `：`.
fn is_count(after: &str) -> bool {
    let after = after.trim_start_matches(['项', '场', '个', '次']);
    let after = after.strip_prefix("活动").unwrap_or(after);
    after.is_empty() || after.starts_with(|c: char| ":：，,。；;（(".contains(c))
}

/// `一、`, `（二）`, `第三部分`, as lists number their parts.
pub(super) fn is_part(text: &str) -> bool {
    let numerals = |text: &str| {
        let rest = text.trim_start_matches(|c| "一二三四五六七八九十".contains(c));
        (rest.len() < text.len()).then(|| rest.to_owned())
    };
    // 三、四线城市 is no part, and neither is 第三类医疗器械.
    let is_number = |c: char| "一二三四五六七八九十百千万".contains(c);
    let after = |before: &str, marks: &[&str], ends: bool| {
        let rest = text.strip_prefix(before).and_then(numerals);
        rest.is_some_and(|rest| {
            let mut behind = marks.iter().filter_map(|mark| rest.strip_prefix(mark));
            behind.any(|behind| match ends {
                true => {
                    behind.is_empty() || behind.starts_with(|c: char| " 　:：、（(".contains(c))
                }
                false => !behind.starts_with(is_number),
            })
        })
    };
    let is_alone = numerals(text).is_some_and(|rest| rest.is_empty());
    after("", &["、", "．", "."], false)
        || after("（", &["）"], false)
        || after("(", &[")"], false)
        || after("第", &["部分", "章", "类", "板块"], true)
        || (is_alone && (text.contains('十') || text.chars().count() == 1))
}

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
    // 合计 stands where the number does, and beside it how many there are.
    let unit = title_cell
        .text
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let is_sum = ["合计", "总计", "小计", "共计"].contains(beginning) && after.is_empty();
    if is_sum && unit.len() < title_cell.text.len() && is_count(unit) {
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
        assert_eq!(note(&line(&["合计", "2场", ""]), 1), Some("合计"));
        assert_eq!(note(&line(&["合计", "3D打印论坛", ""]), 1), None);
    }

    #[test]
    fn what_stands_alone_is_told_from_a_title() {
        for text in [
            "一、开幕活动",
            "（二）系列论坛",
            "第三部分 展览",
            "（盖章）",
            "2026年3月1日",
            "※ 请于3月1日前反馈",
            "*时间以通知为准",
            "以上为初步计划",
            "共1项",
            "总计1项活动",
            "（注：x）",
            "*注：x",
            "【备注】x",
            "备注1：x",
            "填报说明：x",
            "单位（盖章）：x",
            "负责人签字：",
            "附：x",
        ] {
            assert!(is_no_title(text), "{text}");
        }
        for text in [
            "注册会计师论坛",
            "共建一带一路论坛",
            "（第十届）机器人大赛",
            "附属医院创新论坛",
            "以上海合作组织为主题的论坛",
            "三、四线城市发展论坛",
            "一、二级市场投资论坛",
            "第三类医疗器械论坛",
            "第四板块市场峰会",
            "【注册会计师】论坛",
            "【说明会】政策解读",
            "共10个国家青年交流",
            "填报说明会",
            "签字仪式",
            "负责人签约仪式",
            "五一",
            "一带一路科技创新论坛",
            "十大科技成果发布会",
            "说明会",
            "2026中关村论坛",
            "三维打印沙龙",
        ] {
            assert!(!is_no_title(text), "{text}");
        }
        assert!(is_sample("例：中关村论坛") && !is_sample("示例区论坛"));
        assert!(is_sample("示例") && !is_sample("例会"));
    }

    #[test]
    fn a_note_that_is_merged_over_the_title_is_a_note() {
        let mut merged = line(&["注：以上为拟定", "注：以上为拟定"]);
        assert_eq!(note(&merged, 1), None);
        merged.cells[1].from = Some((9, 0));
        assert_eq!(note(&merged, 1), Some("注：以上为拟定"));
    }
}
