//! The year of a table: what its heading, the lines above it and its sheet's name say for dates without one.
//!
//! Refuses to know dates of activities. Invariant: the day on which a table was made, a document that it quotes and a
//! span of years give no year.

use std::collections::BTreeSet;

use super::{Sheet, heading::own, meanings::Meanings};
use crate::transfer::{columns::Meaning, dates::plain};

/// A year, and the text that says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The year.
    pub year: i32,
    /// In these words.
    pub text: String,
}

/// What a line begins with that speaks of the table itself, or of its making.
const ASIDE: [&str; 23] = [
    "填报",
    "填表",
    "制表",
    "报送",
    "上报",
    "编制",
    "更新",
    "打印",
    "印发",
    "截至",
    "截止",
    "日期",
    "时间",
    "注:",
    "注：",
    "备注",
    "备考",
    "说明",
    "审核",
    "联系",
    "电话",
    "地点",
    "会议地点",
];

/// What it ends with then.
const MADE: [&str; 5] = ["制", "制表", "更新", "印发", "编制"];

/// What says that a table goes on into another year.
const BEYOND: [&str; 5] = ["次年", "翌年", "跨年", "来年", "下一年"];

/// What is counted, and no year, though four digits stand before it.
const COUNTED: &str = "号人名场项个家万亿元余次室平米千百";

/// The one year that the heading's dates, else the lines above, else the sheet's name say.
pub(super) fn year(sheet: &Sheet, heading: usize, meanings: &Meanings<'_>) -> Option<Named> {
    let (above, rest) = sheet.lines.split_at(heading.min(sheet.lines.len()));
    let is_date = |text: &&str| {
        matches!(
            meanings.meaning(text),
            Some(Meaning::Column("when" | "starts" | "ends"))
        )
    };
    let heads = rest.first().into_iter().flat_map(own).filter(is_date);
    let name = sheet.name.iter().map(String::as_str);
    let places: [Vec<&str>; 3] = [
        heads.collect(),
        above.iter().flat_map(own).collect(),
        name.collect(),
    ];
    // Where one place says two years, the next one does not decide between them.
    let said = places.iter().find_map(|texts| {
        let found: Vec<(BTreeSet<i32>, &str)> = texts
            .iter()
            .map(|text| (years(text), *text))
            .filter(|(years, _)| !years.is_empty())
            .collect();
        (!found.is_empty()).then_some(found)
    })?;
    let all: BTreeSet<i32> = said.iter().flat_map(|(years, _)| years).copied().collect();
    match (all.first(), all.len(), said.first()) {
        (Some(year), 1, Some((_, text))) => Some(Named {
            year: *year,
            text: (*text).to_owned(),
        }),
        _ => None,
    }
}

/// The one year that a text names.
pub(super) fn only(text: &str) -> Option<i32> {
    let years = years(text);
    years.first().copied().filter(|_| years.len() == 1)
}

/// The years that a text names; several where it goes on into the next one.
fn years(text: &str) -> BTreeSet<i32> {
    let bare = text.trim_start_matches(|c: char| "（(【[*＊※·•".contains(c) || c.is_whitespace());
    let none = BTreeSet::new();
    let end = text.trim_end_matches(|c: char| "）)】]。".contains(c) || c.is_whitespace());
    if ASIDE.iter().any(|word| bare.starts_with(word))
        || MADE.iter().any(|word| end.ends_with(word))
    {
        return none;
    }
    let Some(plain) = plain(&without_documents(text)) else {
        return none;
    };
    let chars: Vec<char> = plain.chars().collect();
    let mut years = BTreeSet::new();
    let mut at = 0;
    // Where a year ends that another one may follow after a dash.
    let mut end = None;
    while at < chars.len() {
        let length = chars[at..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count();
        if length == 4 {
            let digits: String = chars[at..at + 4].iter().collect();
            let before = at.checked_sub(1).map(|at| chars[at]);
            let after: String = chars[at + 4..].iter().collect();
            // 2026年10月-2027年3月: a dash between two of them parts a span.
            let is_next = end.is_some_and(|end: usize| {
                let between = chars.get(end..at.saturating_sub(1)).unwrap_or_default();
                let joins =
                    |c: &char| c.is_ascii_digit() || "年度月季第一二三四.春夏秋冬/".contains(*c);
                between.iter().all(joins)
            });
            let before = before.filter(|_| !is_next);
            let year = digits.parse().ok();
            let year = year.filter(|year| is_year(*year, before, &after));
            end = year.map(|_| at + 4);
            years.extend(year);
        }
        at += length.max(1);
    }
    if let Some(last) = years.last().copied()
        && BEYOND.iter().any(|word| plain.contains(word))
    {
        years.insert(last + 1);
    }
    years
}

/// Whether four digits are a year, by what stands around them.
fn is_year(year: i32, before: Option<char>, after: &str) -> bool {
    let joined = |c: char| c.is_ascii_alphanumeric() || "./-".contains(c);
    if before.is_some_and(joined) || !(1990..=2100).contains(&year) || is_day(after) {
        return false;
    }
    // （2025）12号 is a document's.
    let behind = after.trim_start_matches([')', '）', ']', '】']);
    let number = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    if behind.len() < after.len() && number.len() < behind.len() && number.starts_with('号') {
        return false;
    }
    match after.chars().next() {
        Some('年') => true,
        // 2026中关村论坛; a number of these centuries that counts nothing.
        Some(c) => year >= 2000 && !c.is_ascii_alphanumeric() && !COUNTED.contains(c),
        None => year >= 2000,
    }
}

/// Whether a month and a day follow: that is one day, and says nothing of the others.
fn is_day(after: &str) -> bool {
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let (month, marks): (&str, &[char]) = match after.strip_prefix('年') {
        Some(rest) => (rest, &['月']),
        None => match after.strip_prefix(['-', '/', '.']) {
            Some(rest) => (rest, &['-', '/', '.']),
            None => return false,
        },
    };
    let length = number(month);
    if !(1..=2).contains(&length) {
        return false;
    }
    month[length..]
        .strip_prefix(marks)
        .is_some_and(|day| (1..=2).contains(&number(day)) && !is_months(day))
}

/// `2026年9月至10月`, `2026年9月10月`: the second number is a month too.
fn is_months(day: &str) -> bool {
    let rest = day.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.starts_with('月')
}

/// A text without the names and the numbers of documents: `《2025年工作要点》`, `〔2025〕12号`.
fn without_documents(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, open)) = rest.char_indices().find(|(_, c)| "《〔".contains(*c)) {
        let close = if open == '《' { '》' } else { '〕' };
        let Some((_, after)) = rest[start..].split_once(close) else {
            break;
        };
        out.push_str(&rest[..start]);
        out.push(' ');
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_years_name_is_told_from_days_documents_and_spans() {
        for (text, expected) in [
            ("2026年海淀区活动安排表", vec![2026]),
            ("2026 年度活动计划", vec![2026]),
            ("二〇二六年活动计划", vec![2026]),
            ("2026中关村论坛系列活动", vec![2026]),
            ("海淀区2026中关村论坛活动", vec![2026]),
            ("2026年9月活动安排", vec![2026]),
            ("2026年9-10月活动安排", vec![2026]),
            ("2026", vec![2026]),
            ("附表（2026年）", vec![2026]),
            ("2026年9月24日", vec![]),
            ("2025年12月20日制", vec![]),
            ("（2025-12-20）", vec![]),
            ("2025.12.20", vec![]),
            ("20251220", vec![]),
            ("填报时间：2025年12月", vec![]),
            ("日期：2025年12月", vec![]),
            ("注：2025年活动不再填报", vec![]),
            ("（说明：2025年数据）", vec![]),
            ("根据《2025年工作要点》制定", vec![]),
            ("京科发〔2025〕12号", vec![]),
            ("邀请2026人参加", vec![]),
            ("邮编100080", vec![]),
            ("2025—2026年活动", vec![2025, 2026]),
            ("2025-2026年度活动", vec![2025, 2026]),
            ("2025-2026活动", vec![2025, 2026]),
            ("2026年10月-2027年3月计划", vec![2026, 2027]),
            ("2025.12-2026.3活动", vec![2025, 2026]),
            ("2026年秋季-2027年春季", vec![2026, 2027]),
            ("2025年第四季度-2026年第一季度", vec![2025, 2026]),
            ("2025年12月更新", vec![]),
            ("截止2025年12月", vec![]),
            ("京科发（2025）12号", vec![]),
            ("地点：2025会议室", vec![]),
            ("附件1：2026年活动安排表", vec![2026]),
            ("联系电话：8234-2026", vec![]),
            ("咨询8234-2026", vec![]),
            ("2026年12月至次年3月活动", vec![2026, 2027]),
            ("海淀区活动安排表", vec![]),
        ] {
            assert_eq!(
                years(text).into_iter().collect::<Vec<_>>(),
                expected,
                "{text}"
            );
        }
    }
}
