//! What reading a file says of its rows, and what importing them says, in Chinese; sentences of every format.
//!
//! Invariant: of two entries that a sentence may fit, the closer one stands first; what a library says stands in quotation marks.

/// Sentences in English and in Chinese.
pub(super) const SAID: &[(&str, &str)] = &[
    // The file.
    (
        "the file is UTF-16 (it starts with {}); save it as UTF-8",
        "文件是 UTF-16 编码（开头为 {0}），请另存为 UTF-8 编码",
    ),
    (
        "the file is not {}: the first bad byte is 0x{} at offset {}",
        "文件不是 {0} 编码：偏移 {2} 处的字节 0x{1} 无法识别",
    ),
    (
        "the file is neither UTF-8 (the first bad byte is at offset {}) nor GB18030 (at offset {})",
        "文件既不是 UTF-8 编码（偏移 {0} 处无法识别），也不是 GB18030 编码（偏移 {1} 处无法识别）",
    ),
    (
        "charset {} is not supported; expected {}",
        "不支持编码 {0}，只能是 UTF-8 或 GB18030（含 GBK、GB2312）",
    ),
    (
        "not JSON: {} at line {} column {}",
        "不符合 JSON 格式：第 {1} 行第 {2} 列有错（“{0}”）",
    ),
    ("not JSON: {}", "不符合 JSON 格式（“{0}”）"),
    (
        "{} is a whole database's export: {}",
        "{0} 是整个数据库的导出文件，不能在这里导入",
    ),
    ("{} is not \"yueli/1\"", "{0} 不正确，应为 \"yueli/1\""),
    ("is missing; it must be {}", "必填，应为 {0}"),
    (
        "{} stands there twice; the first one is taken",
        "{0} 出现两次，只取第一条",
    ),
    ("and {} more", "另有 {0} 处"),
    // What is chosen beside it.
    (
        "{} is neither drafts nor announced",
        "{0} 不是可选项，请选择“草稿”或“立即发布”",
    ),
    ("there is no mapping {}", "没有列名对照 {0}"),
    (
        "a mapping is for tables: {}",
        "只有 CSV 和 Excel 表格才能用列名对照",
    ),
    (
        "{} is not a year of 1900 to 2199",
        "{0} 不是 1900 至 2199 年之间的年份",
    ),
    // What a row refers to.
    (
        "there is no edition {}, neither here nor in the file",
        "没有 {0} 年度：系统和文件里都没有",
    ),
    (
        "there is no series {}, neither here nor in the file",
        "没有系列 {0}：系统和文件里都没有",
    ),
    (
        "there is no activity {}, neither here nor in the file",
        "没有活动 {0}：系统和文件里都没有",
    ),
    (
        "{} is not public, and what belongs to it would tell of it",
        "所属活动 {0} 尚未公布，属于它的活动不能先公布",
    ),
    (
        "is missing, and there is no start to take the year from",
        "必填：没有开始日期，无法确定年度",
    ),
    ("{} does not belong here", "这里不能填写 {0}"),
    ("{} stands at {} too", "{0} 与 {1} 重复"),
    ("stands at {} too", "与 {0} 重复"),
    (
        "{} is here already, and differs; change it there",
        "{0} 已经存在，且与文件中的不同，请在系统中修改",
    ),
    (
        "{} is taken: change that activity by its actions instead",
        "{0} 已被使用；要修改那个活动，请在系统中操作",
    ),
    (
        "leads back to the activity itself",
        "所属活动互相循环，最后又回到本活动，请更正",
    ),
    (
        "lies under {} generations; at most {} are allowed",
        "上面有 {0} 层所属活动，最多 {1} 层",
    ),
    // What becomes of it.
    ("is called off", "已取消"),
    ("is left out: it is called off", "不导入：活动已取消"),
    (
        "is left out: it is cancelled in the calendar",
        "不导入：日历中已标为取消",
    ),
    (
        "is left out: it was imported from the same UID before, as {}",
        "不导入：同一个日程（UID 相同）已经导入过，见 {0}",
    ),
    (
        "is left out: it is here already, as {}; a row that names a slug of its own is made all the same",
        "不导入：系统中已有相同的活动 {0}；如果确实是另一个活动，请在“代号”一列填写新的代号",
    ),
    (
        "is put off: the date that stands beside it is not taken",
        "已标为延期：写在一起的日期不采用，按日期待定处理",
    ),
    (
        "carries history, which is used only when the file is imported as history",
        "带有历史记录，只有按历史导入时才使用",
    ),
    (
        "announcing {} gave no notice",
        "发布“{0}”没有产生通告，未执行",
    ),
    (
        "looks like {} {} on {}: the titles are {} % alike; if they are one, withdraw the other with replaced_by",
        "可能与 {1}（{2}，{0}）重复，名称相似度 {3}%；如果是同一个活动，请撤回多余的一个，并注明由哪个活动替代",
    ),
    (
        "looks like {} {}: the titles are {} % alike; if they are one, withdraw the other with replaced_by",
        "可能与 {1}（{0}）重复，名称相似度 {2}%；如果是同一个活动，请撤回多余的一个，并注明由哪个活动替代",
    ),
    (
        "looks like {}: the titles are {} % alike, on the same day",
        "可能与 {0} 重复：同一天，名称相似度 {1}%",
    ),
    // Single cells.
    ("{} is not a year", "{0} 不是年份"),
    (
        "{} is neither true (yes, 1, 是) nor false (no, 0, 否)",
        "{0} 不正确，只能填“是”或“否”",
    ),
    // Dates.
    (
        "{} is not a date: expected {}",
        "{0} 不是日期；可写 2021-07-08、2021/7/8、2021.7.8 或 2021年7月8日，后面可加 14:00，可写起止，也可只写年月（2021-07）",
    ),
    (
        "{} is not a date: {} is no hour",
        "{0} 不是日期：{1} 不是钟点",
    ),
    (
        "{} has no year, and neither the table nor its name nor the request says which",
        "{0} 没有写年份，表格标题、工作表名称和所选年度也都没有说明是哪一年",
    ),
    ("{} is not a month of any year", "{0} 的月份不存在"),
    (
        "{} is not a day of the year {}",
        "{0} 这一天在 {1} 年不存在",
    ),
    ("{} is not a day of any year", "{0} 这一天不存在"),
    (
        "{} names an hour of no day",
        "{0} 有钟点，但没有写明是哪一天",
    ),
    (
        "{} says {}, which is kept nowhere: it may still change",
        "{0} 写有 {1}，“可能变动”这一点没有保留",
    ),
    (
        "{} says {}, which is kept nowhere: that is no date, so it stays unknown",
        "{0} 写有 {1}，不是具体日期，按日期待定处理",
    ),
    (
        "{} says {}, which is kept nowhere: a span of days has no hours",
        "{0} 写有 {1}，没有保留：跨多天的日期不带钟点",
    ),
    (
        "{} says {}, which is kept nowhere: the day is not known",
        "{0} 写有 {1}，没有保留：不知道是哪一天",
    ),
    (
        "{} says {}, which is kept nowhere: the hour is not known",
        "{0} 写有 {1}，没有保留：不知道是几点",
    ),
    (
        "{} is a number, and as a spreadsheet's day it would lie outside the years 1990 to 2100",
        "{0} 是数字，按表格的日期换算不在 1990 至 2100 年之间",
    ),
    (
        "{} is a span, not an end",
        "{0} 是一段时间，这里只能填结束时间",
    ),
    ("{} is a second end", "{0} 多余：前面已经写明结束时间"),
    (
        "{} is an end without a start",
        "{0} 是结束时间，但没有开始时间",
    ),
    ("{} is an hour without a day", "{0} 只有钟点，没有日期"),
    (
        "{} is another month; a range of months is no date",
        "{0} 是另一个月份；不能只写“几月至几月”",
    ),
    (
        "{} is not known as precisely as the start, or more precisely",
        "{0} 与开始时间的精确程度不同，请都写到日，或都写到钟点",
    ),
    // History.
    (
        "after the last step it is {}, but the row says {}",
        "经过最后一步之后是 {0}，但活动写的是 {1}",
    ),
    ("{} says {}, but {} is {}", "{0} 写的是{1}，但 {2} 是{3}"),
    (
        "must begin with announce",
        "历史的第一步必须是发布（\"announce\"）",
    ),
    ("differ from the row's figures", "与活动的“数据”不一致"),
    ("differ from the row's outcomes", "与活动的“成果”不一致"),
    (
        "is missing: as history a row needs its steps",
        "必填：按历史导入时须写明每一步",
    ),
    (
        "is missing: with history a row is announced on that day",
        "必填：按历史导入时，活动以这一天为发布日期",
    ),
    ("{} is not an action; expected {}", "{0} 不是可用的操作"),
    ("{} cannot be patched", "历史的步骤不能修改“{0}”"),
    (
        "{} has an action of its own, or is set by a quiet correct",
        "“{0}”有专门的操作，或用 \"correct\" 静默更正",
    ),
    (
        "relocate needs venue or districts",
        "变更地点须写明地点或区",
    ),
    (
        "{} is before the step before it, {}",
        "{0} 早于上一步的 {1}",
    ),
    ("{} lies in the future", "{0} 还没有到"),
];

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{all_said, no_part_is_said},
        SAID,
    };

    #[test]
    fn whatever_is_said_of_a_row_is_said_in_chinese() {
        let sentences = [
            "the file is UTF-16 (it starts with FF FE); save it as UTF-8",
            "the file is not UTF-8: the first bad byte is 0xB1 at offset 3",
            "the file is neither UTF-8 (the first bad byte is at offset 2) nor GB18030 (at offset 7)",
            r#"charset "latin1" is not supported; expected utf-8, gb18030, gbk or gb2312"#,
            "not JSON: expected value at line 2 column 17",
            "not JSON: expected value",
            r#""yueli-export/1" is a whole database's export: yueli import --restore takes it, into an empty database"#,
            r#""yueli/2" is not "yueli/1""#,
            r#"is missing; it must be "yueli/1""#,
            r#""p1@x" stands there twice; the first one is taken"#,
            "and 3 more",
            r#""history" is neither drafts nor announced"#,
            r#"there is no mapping "map_1""#,
            "a mapping is for tables: CSV and XLSX",
            "21 is not a year of 1900 to 2199",
            "there is no edition 2027, neither here nor in the file",
            r#"there is no series "forum", neither here nor in the file"#,
            r#"there is no activity "forum", neither here nor in the file"#,
            r#""forum" is not public, and what belongs to it would tell of it"#,
            "is missing, and there is no start to take the year from",
            r#"{"a":1} does not belong here"#,
            r#""forum" stands at /activities/0 too"#,
            "stands at /events/1 too",
            "2027 is here already, and differs; change it there",
            r#""forum" is taken: change that activity by its actions instead"#,
            "leads back to the activity itself",
            "lies under 9 generations; at most 8 are allowed",
            "is called off",
            "is left out: it is called off",
            "is left out: it is cancelled in the calendar",
            "is left out: it was imported from the same UID before, as act_1",
            "is left out: it is here already, as act_1; a row that names a slug of its own is made all the same",
            "is put off: the date that stands beside it is not taken",
            "carries history, which is used only when the file is imported as history",
            "announcing forum gave no notice",
            r#"looks like act_1 "路演" on 2021-07-08: the titles are 90 % alike; if they are one, withdraw the other with replaced_by"#,
            r#"looks like act_1 "路演": the titles are 95 % alike; if they are one, withdraw the other with replaced_by"#,
            "looks like /lines/3: the titles are 90 % alike, on the same day",
            r#""明年" is not a year"#,
            r#""也许" is neither true (yes, 1, 是) nor false (no, 0, 否)"#,
            r#""秋天" is not a date: expected 2021-07-08, 2021/7/8, 2021.7.8 or 2021年7月8日, with or without 14:00, a span of these, or the month, 2021-07"#,
            r#""9月24日 25:00" is not a date: 25:00 is no hour"#,
            r#""9月24日" has no year, and neither the table nor its name nor the request says which"#,
            r#""13月" is not a month of any year"#,
            r#""2月29日" is not a day of the year 2021"#,
            r#""9月31日" is not a day of any year"#,
            r#""9月 20:00" names an hour of no day"#,
            r#""9月24日（拟定）" says "拟定", which is kept nowhere: it may still change"#,
            r#""三季度" says "三季度", which is kept nowhere: that is no date, so it stays unknown"#,
            r#""9月24日至28日 9:00" says "9:00", which is kept nowhere: a span of days has no hours"#,
            r#""9月下旬" says "下旬", which is kept nowhere: the day is not known"#,
            r#""9月24日晚" says "晚", which is kept nowhere: the hour is not known"#,
            r#""99999" is a number, and as a spreadsheet's day it would lie outside the years 1990 to 2100"#,
            r#""9月24日至28日" is a span, not an end"#,
            r#""9月28日" is a second end"#,
            r#""9月28日" is an end without a start"#,
            r#""14:00" is an hour without a day"#,
            r#""10月" is another month; a range of months is no date"#,
            r#""9月" is not known as precisely as the start, or more precisely"#,
            r#"after the last step it is {"precision":"unknown"}, but the row says {"precision":"month"}"#,
            r#""9月24日（周四）" says 周四, but 2021-09-24 is 周五"#,
            "must begin with announce",
            "differ from the row's figures",
            "differ from the row's outcomes",
            "is missing: as history a row needs its steps",
            "is missing: with history a row is announced on that day",
            r#""publish" is not an action; expected announce, reschedule, relocate or cancel"#,
            "slug cannot be patched",
            "when has an action of its own, or is set by a quiet correct",
            "relocate needs venue or districts",
            "2022-11-17 is before the step before it, 2022-11-18",
            "2026-03-02 lies in the future",
        ];
        all_said(SAID, &sentences);
        no_part_is_said(&sentences);
    }
}
