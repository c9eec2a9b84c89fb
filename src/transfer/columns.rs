//! The columns of a table, by every name they have; the export writes the same.

use std::borrow::Cow;

/// A column: its English name, and the Chinese headings that mean it.
type Column = (&'static str, &'static [&'static str]);

/// What an export writes, in this order; the first heading is the one it writes into workbooks.
const COLUMNS: [Column; 26] = [
    (
        "title_zh",
        &[
            "活动名称",
            "标题",
            "名称",
            "活动主题",
            "活动标题",
            "活动",
            "会议名称",
            "项目名称",
            "中文名称",
            "活动名称中文",
            "中文标题",
            "event",
            "eventname",
            "eventtitle",
            "title",
        ],
    ),
    (
        "title_en",
        &["英文名称", "英文标题", "活动英文名称", "活动名称英文"],
    ),
    (
        "summary_zh",
        &[
            "简介",
            "活动简介",
            "内容简介",
            "活动内容",
            "主要内容",
            "活动概况",
        ],
    ),
    ("summary_en", &["英文简介"]),
    ("edition", &["年度", "年份", "届次年度"]),
    ("strand", &["类别", "活动类别"]),
    ("section", &["板块", "所属板块"]),
    ("series", &["系列", "所属系列"]),
    ("kind", &["类型", "活动类型"]),
    (
        "starts",
        &[
            "开始时间",
            "开始",
            "开始日期",
            "活动开始时间",
            "起始时间",
            "起始日期",
            "开幕时间",
        ],
    ),
    (
        "ends",
        &[
            "结束时间",
            "结束",
            "结束日期",
            "活动结束时间",
            "截止时间",
            "终止时间",
            "闭幕时间",
        ],
    ),
    (
        "districts",
        &[
            "区",
            "所在区",
            "所属区",
            "城区",
            "区域",
            "属地",
            "所在城区",
            "所属城区",
            "举办区",
            "所在区县",
            "区县",
            "辖区",
            "district",
        ],
    ),
    (
        "venue_zh",
        &[
            "地点",
            "场馆",
            "活动地点",
            "举办地点",
            "场地",
            "活动场地",
            "举办场地",
            "会议地点",
            "会场",
            "地址",
            "活动地址",
            "具体地点",
            "具体地址",
            "详细地点",
            "详细地址",
            "location",
            "venue",
            "place",
        ],
    ),
    ("venue_en", &["英文地点", "英文场馆"]),
    (
        "mode",
        &["形式", "活动形式", "举办形式", "举办方式", "活动方式"],
    ),
    ("live_url", &["直播地址", "直播链接"]),
    ("registration_url", &["报名地址", "报名链接"]),
    ("audiences", &["面向人群", "受众", "参与对象", "面向对象"]),
    (
        "organizers",
        &["主办单位", "组织单位", "主办方", "主办", "主办机构"],
    ),
    ("highlight", &["亮点", "是否亮点"]),
    ("office", &["归口单位"]),
    ("source_url", &["来源链接"]),
    ("source_title", &["来源"]),
    ("stated_on", &["来源日期"]),
    ("parent", &["所属活动"]),
    ("slug", &["代号"]),
];

/// What only an import knows: the same in other cuts.
const READ_ONLY: [Column; 8] = [
    (
        "when",
        &[
            "时间",
            "活动时间",
            "举办时间",
            "活动日期",
            "日期",
            "举办日期",
            "会议时间",
            "活动起止时间",
            "起止时间",
            "时间安排",
            "活动日期及时间",
            "日期及时间",
            "日期时间",
            "举办日期及时间",
            "具体时间",
            "date",
            "time",
            "datetime",
        ],
    ),
    ("co_host", &["联合主办单位", "联合主办", "联合主办方"]),
    ("organizer", &["承办单位", "承办", "承办方", "承办机构"]),
    ("co_organizer", &["协办单位", "协办", "协办方", "协办机构"]),
    ("supporter", &["支持单位", "支持", "支持机构", "指导单位"]),
    ("contact_name", &["咨询人", "公开联系人"]),
    ("contact_phone", &["咨询电话", "报名电话", "公开电话"]),
    ("contact_email", &["咨询邮箱", "报名邮箱"]),
];

/// Columns that offices have for themselves: they are left out, with a warning that says why.
const LEFT_OUT: [(&str, &[&str]); 2] = [
    (
        "there is no place for it",
        &[
            "序号", "编号", "行号", "no", "备注", "备考", "星期", "周几", "月份",
        ],
    ),
    (
        "an activity's page would show it to everybody; a contact for the public stands under contact_name, contact_phone or contact_email",
        &[
            "联系人",
            "联系电话",
            "联系方式",
            "联系人电话",
            "联系人及电话",
            "联系人及联系方式",
            "手机",
            "手机号",
            "电话",
            "负责人",
            "负责人电话",
        ],
    ),
];

/// What a heading means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A column.
    Column(&'static str),
    /// Nothing, and why.
    LeftOut(&'static str),
    /// Nothing, as the sender says.
    Dropped,
}

/// Roles of organisers, as a cell may name them.
const ROLES: [(&str, &str); 5] = [
    ("host", "主办"),
    ("co_host", "联合主办"),
    ("organizer", "承办"),
    ("co_organizer", "协办"),
    ("supporter", "支持"),
];

/// The columns of organisers, each of which may stand there several times.
pub(super) const ORGANIZERS: [&str; 5] = [
    "organizers",
    "co_host",
    "organizer",
    "co_organizer",
    "supporter",
];

/// All columns in order.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(name, _)| *name)
}

/// The headings that an export writes into a workbook, in order.
pub(super) fn headings() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(_, also)| also[0])
}

/// A column by its English name.
pub(super) fn named(name: &str) -> Option<&'static str> {
    let mut columns = COLUMNS.iter().chain(&READ_ONLY);
    columns
        .find(|(column, _)| *column == name)
        .map(|(column, _)| *column)
}

/// The Chinese heading of a column, by its English name.
#[must_use]
pub fn heading_of(name: &str) -> Option<&'static str> {
    let mut columns = COLUMNS.iter().chain(&READ_ONLY);
    let (_, also) = columns.find(|(column, _)| *column == name)?;
    also.first().copied()
}

/// What a heading means: as it stands, else without what stands in brackets, else by one of its languages.
pub(super) fn meaning(heading: &str) -> Option<Meaning> {
    let (whole, without) = keys(heading);
    known(&whole)
        .or_else(|| known(&without))
        .or_else(|| of_halves(heading))
}

/// `活动名称 / Event name`: what those halves that are known mean, where they mean one thing.
fn of_halves(heading: &str) -> Option<Meaning> {
    let halves = heading.split(['/', '／', '|', '\n']);
    let mut known = halves.filter_map(|half| {
        let (whole, without) = keys(half);
        known(&whole).or_else(|| known(&without))
    });
    let first = known.next()?;
    known.all(|other| other == first).then_some(first)
}

/// The column of the English texts, beside that of the Chinese ones.
pub(super) fn english_of(column: &str) -> Option<&'static str> {
    match column {
        "title_zh" => Some("title_en"),
        "venue_zh" => Some("venue_en"),
        _ => None,
    }
}

fn known(key: &str) -> Option<Meaning> {
    let column = COLUMNS
        .iter()
        .chain(&READ_ONLY)
        .find(|(name, also)| *name == key || also.contains(&key))
        .map(|(name, _)| Meaning::Column(name));
    column.or_else(|| {
        LEFT_OUT
            .iter()
            .find(|(_, headings)| headings.contains(&key))
            .map(|(why, _)| Meaning::LeftOut(why))
    })
}

/// A heading in one form, with and without what stands in its brackets: `活动 时间（年月日）*` is 活动时间年月日, or
/// 活动时间.
pub(super) fn keys(heading: &str) -> (String, String) {
    let (mut whole, mut without, mut depth) = (String::new(), String::new(), 0_u32);
    for c in heading.chars() {
        let c = match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '【' | '〔' => '(',
            '】' | '〕' => ')',
            other => other,
        };
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '*' | ':' | '.' | '·' | '★' | '\u{FEFF}' | '\u{200B}' => {}
            c if c.is_whitespace() || c.is_control() => {}
            c => {
                let lower = c.to_lowercase();
                whole.extend(lower.clone());
                if depth == 0 {
                    without.extend(lower);
                }
            }
        }
    }
    (whole, without)
}

/// The role that a column's organisers have, unless a cell says otherwise.
pub(super) fn role_of(column: &str) -> Option<&'static str> {
    match column {
        "organizers" => Some("host"),
        other => ROLES
            .iter()
            .map(|(role, _)| *role)
            .find(|role| *role == other),
    }
}

/// The names, for a message.
pub(super) fn expected() -> String {
    let names = COLUMNS.iter().chain(&READ_ONLY).map(|(name, also)| {
        also.first().map_or(Cow::Borrowed(*name), |zh| {
            Cow::Owned(format!("{name} {zh}"))
        })
    });
    names.collect::<Vec<_>>().join(", ")
}

/// The role that a word before an organiser's name means: its own, or a heading's.
pub(super) fn role(word: &str) -> Option<&'static str> {
    let own = ROLES
        .iter()
        .find(|(role, zh)| role.eq_ignore_ascii_case(word) || *zh == word)
        .map(|(role, _)| *role);
    own.or_else(|| match known(&keys(word).0)? {
        Meaning::Column(column) => role_of(column),
        Meaning::LeftOut(_) | Meaning::Dropped => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_has_one_meaning_under_all_its_names() {
        let columns = COLUMNS.iter().chain(&READ_ONLY);
        let mut names: Vec<&str> = columns
            .flat_map(|(name, also)| std::iter::once(name).chain(*also))
            .chain(LEFT_OUT.iter().flat_map(|(_, headings)| *headings))
            .copied()
            .collect();
        let all = names.len();
        for name in &names {
            assert_eq!(keys(name).0, *name, "a name is written as it is looked up");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn a_mapping_knows_the_same_columns() {
        let names = COLUMNS.iter().chain(&READ_ONLY).map(|(name, _)| *name);
        assert_eq!(names.collect::<Vec<_>>(), crate::domain::mapping::COLUMNS);
    }

    #[test]
    fn a_heading_is_known_however_it_is_typed() {
        for (heading, column) in [
            ("Title_ZH", "title_zh"),
            ("所在区", "districts"),
            ("活动 名称", "title_zh"),
            ("活动\n名称", "title_zh"),
            ("活动名称（中文）", "title_zh"),
            ("活动名称(英文)", "title_en"),
            ("活动时间（年月日）", "when"),
            ("举办地点*", "venue_zh"),
            ("＊主办单位：", "organizers"),
            ("ＳＬＵＧ", "slug"),
            ("活动名称 / Event Name", "title_zh"),
            ("活动名称\nEvent Name", "title_zh"),
            ("地点/Location", "venue_zh"),
            ("活动日期及时间", "when"),
            ("Organizer", "organizer"),
            ("Event name", "title_zh"),
            ("具体地点", "venue_zh"),
        ] {
            assert_eq!(meaning(heading), Some(Meaning::Column(column)), "{heading}");
        }
        assert!(matches!(meaning("序 号"), Some(Meaning::LeftOut(_))));
        assert!(matches!(meaning("星期"), Some(Meaning::LeftOut(_))));
        for heading in ["titel", "", "（必填）", "预计人数", "时间/地点", "是/否"] {
            assert_eq!(meaning(heading), None, "{heading}");
        }
    }
}
