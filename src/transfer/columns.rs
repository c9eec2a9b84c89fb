//! The columns of a table, by every name they have; the export writes the same.

/// A column: its English name, and the Chinese headers that mean it.
const COLUMNS: [(&str, &[&str]); 26] = [
    ("title_zh", &["标题", "活动名称"]),
    ("title_en", &["英文标题", "英文名称"]),
    ("summary_zh", &["简介"]),
    ("summary_en", &["英文简介"]),
    ("edition", &["年度"]),
    ("strand", &["类别"]),
    ("section", &["板块"]),
    ("series", &["系列"]),
    ("kind", &["类型"]),
    ("starts", &["开始", "开始时间", "开始日期"]),
    ("ends", &["结束", "结束时间", "结束日期"]),
    ("districts", &["区", "所在区"]),
    ("venue_zh", &["地点", "场馆"]),
    ("venue_en", &["英文地点", "英文场馆"]),
    ("mode", &["形式"]),
    ("live_url", &["直播地址", "直播链接"]),
    ("registration_url", &["报名地址", "报名链接"]),
    ("audiences", &["面向人群", "受众"]),
    ("organizers", &["主办单位", "组织单位"]),
    ("highlight", &["亮点"]),
    ("office", &["归口单位"]),
    ("source_url", &["来源链接"]),
    ("source_title", &["来源"]),
    ("stated_on", &["来源日期"]),
    ("parent", &["所属活动"]),
    ("slug", &["代号"]),
];

/// Roles of organisers, as a cell may name them.
const ROLES: [(&str, &str); 5] = [
    ("host", "主办"),
    ("co_host", "联合主办"),
    ("organizer", "承办"),
    ("co_organizer", "协办"),
    ("supporter", "支持"),
];

/// All columns in order.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(name, _)| *name)
}

/// The column that a header means; case does not matter.
pub(super) fn named(header: &str) -> Option<&'static str> {
    COLUMNS
        .iter()
        .find(|(name, also)| name.eq_ignore_ascii_case(header) || also.contains(&header))
        .map(|(name, _)| *name)
}

/// The names, for a message.
pub(super) fn expected() -> String {
    all().collect::<Vec<_>>().join(", ")
}

/// The role that a word before an organiser's name means.
pub(super) fn role(word: &str) -> Option<&'static str> {
    ROLES
        .iter()
        .find(|(role, zh)| role.eq_ignore_ascii_case(word) || *zh == word)
        .map(|(role, _)| *role)
}

/// What spreadsheets would take for a formula and run, or what [`guarded`] makes of that.
fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell as it is written: what a spreadsheet would run gets an apostrophe in front.
pub(super) fn guarded(cell: &str) -> String {
    if needs_guard(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A cell as it was before [`guarded`].
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_written_as_text_and_read_back_as_it_was() {
        for cell in [
            "=1+1", "+86 10", "-1", "@SUM(A1)", "'=1", "''@x", "plain", "'quoted'",
        ] {
            let written = guarded(cell);
            assert!(!written.starts_with(['=', '+', '-', '@']), "{written}");
            assert_eq!(unguarded(&written), cell);
        }
    }

    #[test]
    fn a_column_has_one_meaning_under_all_its_names() {
        let mut names: Vec<&str> = COLUMNS
            .iter()
            .flat_map(|(name, also)| std::iter::once(name).chain(*also))
            .copied()
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(named("Title_ZH"), Some("title_zh"));
        assert_eq!(named("所在区"), Some("districts"));
        assert_eq!(named("titel"), None);
    }
}
