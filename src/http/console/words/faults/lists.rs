//! What reading offices' lists says: years that dates borrow, headings that are none, cells that lose something; in Chinese.
//!
//! Invariant: of two entries that a sentence may fit, the closer one stands first; what a library says stands in quotation marks.

/// Sentences in English and in Chinese.
pub(super) const SAID: &[(&str, &str)] = &[
    // The file.
    (
        "the file is a workbook, though it was sent as CSV: send it as .xlsx, or save it as CSV",
        "文件是 Excel 表格，却按 CSV 上传：请按 .xlsx 上传，或另存为 CSV",
    ),
    (
        "the file is an old workbook (.xls), though it was sent as CSV: save it as .xlsx or as CSV",
        "文件是旧格式（.xls）的表格，却按 CSV 上传：请另存为 .xlsx 或 CSV",
    ),
    (
        "the file is no workbook, but a text: send it as .csv, or save it as .xlsx",
        "文件是文本，却按 Excel 表格上传：请按 .csv 上传，或另存为 .xlsx",
    ),
    // The heading.
    (
        "no row among the first {} has 活动名称 and another known heading; row {} comes closest: unknown there are {}",
        "前 {0} 行中没有列名行（须有“活动名称”和另一个能识别的列名）；第 {1} 行最接近，其中不能识别的是 {2}",
    ),
    (
        "no row among the first {} has 活动名称 and another known heading; row {} comes closest, and has no title",
        "前 {0} 行中没有列名行（须有“活动名称”和另一个能识别的列名）；第 {1} 行最接近，但缺少“活动名称”",
    ),
    (
        "no row among the first {} has 活动名称 and another known heading",
        "前 {0} 行中没有列名行（须有“活动名称”和另一个能识别的列名）",
    ),
    // Rows.
    ("is left out: {} is a sample", "已略过：{0} 是填写示例"),
    (
        "is left out: it repeats the heading",
        "已略过：与列名行相同",
    ),
    (
        "is left out: nothing but {} stands there",
        "已略过：只有 {0}，没有其他内容",
    ),
    (
        "{} stands there alone, without a date, a place or anything else: fill it in, or take it out",
        "只写了 {0}，没有日期、地点等内容：请补全，或删去这一行",
    ),
    (
        "{} stands there alone, without a date, a place or anything else",
        "只写了 {0}，没有日期、地点等内容，请核对是否为活动",
    ),
    (
        "{} stands below no other text",
        "{0} 上方没有可以沿用的内容，请写明",
    ),
    // Years.
    (
        "dates without a year are read as of {}, as the request says, though {} says {}",
        "没有写年份的日期按导入时所选的 {0} 年读取，但表中 {1} 写的是 {2} 年，请核对",
    ),
    (
        "dates without a year are read as of {}, as {} says",
        "没有写年份的日期按 {0} 年读取，依据是 {1}",
    ),
    (
        "the date has no year and is read as of {}, the row's edition, though {} says {}",
        "日期没有写年份，按本行的年度 {0} 读取，但表中 {1} 写的是 {2} 年，请核对",
    ),
    (
        "shows {} and holds {}, but the table is of {}: write the year",
        "显示的是 {0}，实际存的是 {1}，而这张表是 {2} 年的：请写明年份",
    ),
    // Dates.
    (
        "{} may have been {} before a program took it for a number: write {}, or {}",
        "{0} 可能原来是 {1}，被当作数字后丢了末尾的 0：请写成 {2} 或 {3}",
    ),
    (
        "{} is a number, and as a spreadsheet's day it has a fraction that is no whole minute",
        "{0} 是数字，按表格的日期换算不是整分钟，请写明日期和钟点",
    ),
    (
        "{} says {}, which is kept nowhere: it is not exact",
        "{0} 写有 {1}，“大约”这一点没有保留",
    ),
    (
        "{} says {}, which is kept nowhere: nobody says until when",
        "{0} 写有 {1}，没有保留：没有写明到什么时候",
    ),
    (
        "{} says {}, which is kept nowhere: it is no part of the date",
        "{0} 写有 {1}，没有保留：它不是日期的一部分",
    ),
    // Cells.
    (
        "{} says {}, which is kept nowhere: a district has no more than its name",
        "{0} 写有 {1}，没有保留：区只保留名称",
    ),
    (
        "{} is no district, and none is set",
        "{0} 不是某一个区，所在区留空",
    ),
    (
        "{} stands before a colon and is no role that is known: it stays in the name",
        "冒号前的 {0} 不是能识别的角色（主办、联合主办、承办、协办、支持），已保留在名称里",
    ),
    (
        "{} has lost digits: a program took the number for a quantity; write it as a text",
        "{0} 被当作数值，丢了数字：请按文本填写",
    ),
    // What is here already.
    (
        "{} {} is here on {}: is it that one, moved? Then change its date there, and take this row out",
        "系统中已有同名活动 {0} {1}（{2}）：是不是它改期了？如果是，请在系统中改期，并删去这一行",
    ),
    (
        "{} {} is here without a date: is it that one, moved? Then change its date there, and take this row out",
        "系统中已有同名活动 {0} {1}（日期待定）：是不是它确定了日期？如果是，请在系统中填写日期，并删去这一行",
    ),
    (
        "says {} as its place, which is not taken: {} has {}",
        "地点写的是 {0}，没有采用：{1} 中是 {2}",
    ),
    (
        "says {} as its district, which is not taken: {} has {}",
        "所在区写的是 {0}，没有采用：{1} 中是 {2}",
    ),
    (
        "says {} as its live stream's address, which is not taken: {} has {}",
        "直播地址写的是 {0}，没有采用：{1} 中是 {2}",
    ),
    (
        "says {} as its registration's address, which is not taken: {} has {}",
        "报名地址写的是 {0}，没有采用：{1} 中是 {2}",
    ),
    (
        "says {} as its organiser, which is not taken: {} has {}",
        "组织单位写的是 {0}，没有采用：{1} 中是 {2}",
    ),
];

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{all_said, no_part_is_said},
        SAID,
    };

    #[test]
    fn whatever_is_said_of_a_list_is_said_in_chinese() {
        let sentences = [
            "the file is a workbook, though it was sent as CSV: send it as .xlsx, or save it as CSV",
            "the file is an old workbook (.xls), though it was sent as CSV: save it as .xlsx or as CSV",
            "the file is no workbook, but a text: send it as .csv, or save it as .xlsx",
            r#"no row among the first 20 has 活动名称 and another known heading; row 2 comes closest: unknown there are "主题", "何时""#,
            "no row among the first 20 has 活动名称 and another known heading; row 2 comes closest, and has no title",
            "no row among the first 20 has 活动名称 and another known heading",
            r#"is left out: "例：甲" is a sample"#,
            "is left out: it repeats the heading",
            r#"is left out: nothing but "只有备注" stands there"#,
            r#""甲" stands there alone, without a date, a place or anything else: fill it in, or take it out"#,
            r#""甲" stands there alone, without a date, a place or anything else"#,
            r#""同上" stands below no other text"#,
            r#"dates without a year are read as of 2027, as the request says, though "2026年安排" says 2026"#,
            r#"dates without a year are read as of 2026, as "2026年海淀区活动安排表" says"#,
            r#"the date has no year and is read as of 2027, the row's edition, though "2026年安排" says 2026"#,
            r#"shows "9月24日" and holds 2025-09-24, but the table is of 2026: write the year"#,
            r#""9.1" may have been 9.10 before a program took it for a number: write 9月1日, or 9月10日"#,
            r#""46289.58" is a number, and as a spreadsheet's day it has a fraction that is no whole minute"#,
            r#""9月24日左右" says "左右", which is kept nowhere: it is not exact"#,
            r#""9月24日起" says "起", which is kept nowhere: nobody says until when"#,
            r#""9月24日举办" says "举办", which is kept nowhere: it is no part of the date"#,
            r#""通州区（副中心）" says "副中心", which is kept nowhere: a district has no more than its name"#,
            r#""全市" is no district, and none is set"#,
            r#""媒体支持" stands before a colon and is no role that is known: it stays in the name"#,
            r#""1.38E+10" has lost digits: a program took the number for a quantity; write it as a text"#,
            r#"act_1 "路演" is here on 2026-09-24: is it that one, moved? Then change its date there, and take this row out"#,
            r#"act_1 "路演" is here without a date: is it that one, moved? Then change its date there, and take this row out"#,
            r#"says "甲厅" as its place, which is not taken: act_1 has "乙厅""#,
            r#"says "海淀" as its district, which is not taken: act_1 has "朝阳""#,
            r#"says "https://a.cn/" as its live stream's address, which is not taken: act_1 has """#,
            r#"says "https://a.cn/" as its registration's address, which is not taken: act_1 has """#,
            r#"says "甲" as its organiser, which is not taken: act_1 has "乙""#,
        ];
        all_said(SAID, &sentences);
        no_part_is_said(&sentences);
    }
}
