//! What is said of tables: CSV files, workbooks and the archives that those are, in Chinese.
//!
//! Invariant: of two entries that a sentence may fit, the closer one stands first; what a library says stands in quotation marks.

/// Sentences in English and in Chinese.
pub(super) const SAID: &[(&str, &str)] = &[
    // CSV.
    (
        "is empty: a heading row with {} is needed",
        "文件是空的：至少要有一行列名，其中有“活动名称”一列",
    ),
    (
        "the quotation mark that opens on line {} is never closed",
        "第 {0} 行的引号没有配对",
    ),
    ("not CSV: {}", "不符合 CSV 格式（“{0}”）"),
    (
        "line {} has something in column {}; at most {} columns are read",
        "第 {0} 行第 {1} 列有内容，最多读取 {2} 列",
    ),
    (
        "line {} has more than {} characters in column {}",
        "第 {0} 行第 {2} 列的内容超过 {1} 个字符",
    ),
    ("has more than {} lines", "内容超过 {0} 行"),
    ("has more than {} rows", "活动超过 {0} 行"),
    // Headings.
    (
        "unknown column {}; expected one of {}",
        "不能识别的列名 {0}：请改用常见的列名（如“活动名称”“时间”“地点”），不需要的列请删除，也可以使用列名对照",
    ),
    (
        "unknown column {}",
        "不能识别的列名 {0}：请改用常见的列名，不需要的列请删除，也可以使用列名对照",
    ),
    (
        "the column {} is left out: there is no place for it",
        "{0} 一列不读入：活动没有对应的内容",
    ),
    (
        "the column {} is left out: an activity's page would show it to everybody; {}",
        "{0} 一列不读入：活动页面会向公众显示；可以公开的联系方式请填在“咨询人”“咨询电话”或“咨询邮箱”列",
    ),
    (
        "the column stands there twice, as {} and {}",
        "{0} 和 {1} 含义相同，只能保留一列",
    ),
    (
        "the mapping's column {} is not there",
        "列名对照中的 {0} 一列，表中没有",
    ),
    ("the column is missing", "缺少“活动名称”一列"),
    (
        "is empty or not there, and the mapping says that it is the heading row",
        "列名对照指定这一行是列名，但它是空的或不存在",
    ),
    // Rows and cells.
    ("is left out: {} is no activity", "未读入：{0} 不是活动"),
    (
        "is a formula without its result: open the file in its program, and save it",
        "是公式，但文件里没有它的结果：请用原来的软件打开文件，保存后重新上传",
    ),
    ("{} is a formula's error", "{0} 是公式出错的结果"),
    (
        "{} stands in column {}, which has no name",
        "第 {1} 列没有列名，却有内容 {0}",
    ),
    (
        "{} stands in column {}, but the heading has only {}",
        "第 {1} 列有内容 {0}，但列名只有 {2} 列",
    ),
    // Sheets.
    (
        "the sheet {} is hidden, and is left out",
        "工作表 {0} 已隐藏，未读入",
    ),
    (
        "the sheet {} is not the one that the mapping names, and is left out",
        "工作表 {0} 不是列名对照指定的那一张，未读入",
    ),
    (
        "the sheet {} has no heading row with a title and another known column, and is left out",
        "工作表 {0} 没有列名行（须有“活动名称”和另一个能识别的列名），未读入",
    ),
    (
        "no sheet {} is shown and has something in it; the mapping reads that one alone",
        "列名对照只读取工作表 {0}，但它不存在、已隐藏或是空的",
    ),
    ("the workbook's sheets are empty", "工作表里没有内容"),
    (
        "the workbook has places of cells that are none",
        "文件中有不存在的单元格位置，可能已损坏",
    ),
    ("the workbook has more than {} sheets", "工作表超过 {0} 张"),
    (
        "the workbook has too many sheets for its size; split it",
        "文件太大，工作表太多，请拆成几个文件",
    ),
    ("two sheets are called {}", "有两张工作表都叫 {0}"),
    (
        "the sheet {} has a merged region that ends before it begins",
        "工作表 {0} 中有的合并单元格范围不正确",
    ),
    (
        "the sheet {} has merged regions that lie over each other",
        "工作表 {0} 中的合并单元格互相重叠",
    ),
    (
        "the sheet {} has merged regions whose texts take more than {} bytes",
        "工作表 {0} 中合并单元格的文字超过 {1} 字节",
    ),
    (
        "the sheet {} cannot be read: {}",
        "工作表 {0} 无法读取（“{1}”）",
    ),
    (
        "{} has something in it; at most {} columns are read",
        "{0} 有内容，最多读取 {1} 列",
    ),
    (
        "{} has something in it; at most {} rows are read",
        "{0} 有内容，最多读取 {1} 行",
    ),
    ("{} has more than {} characters", "{0} 超过 {1} 个字符"),
    (
        "{} makes the cells' texts more than {} bytes together",
        "到 {0} 为止，单元格的文字合计超过 {1} 字节",
    ),
    // Workbooks.
    (
        "the archive holds no workbook: {}",
        "文件里没有表格（“{0}”）",
    ),
    ("the archive holds no workbook", "文件里没有表格"),
    ("the workbook cannot be read: {}", "表格无法读取（“{0}”）"),
    (
        "the file is an old workbook (.xls) or has a password; save it as .xlsx without one",
        "文件是旧格式（.xls）或设有密码，请去掉密码，另存为 .xlsx",
    ),
    (
        "the file is no workbook: an .xlsx file is a zip archive",
        "文件不是 .xlsx 表格",
    ),
    (
        "the file is a binary workbook (.xlsb); save it as .xlsx",
        "文件是二进制表格（.xlsb），请另存为 .xlsx",
    ),
    (
        "the file is an OpenDocument file (.ods); save it as .xlsx",
        "文件是开放文档表格（.ods），请另存为 .xlsx",
    ),
    (
        "the file is a text document (.docx); save it as .xlsx",
        "文件是文字文档（.docx），请把其中的表格另存为 .xlsx",
    ),
    (
        "the workbook has a password; save it without one",
        "文件设有密码，请去掉密码后保存",
    ),
    // Archives.
    (
        "the archive has more than {} members",
        "文件内部的部件超过 {0} 个",
    ),
    (
        "the archive has two members of one name",
        "文件内部有两个部件同名，可能已损坏",
    ),
    (
        "the archive has members that lie over each other",
        "文件内部的部件互相重叠，可能已损坏",
    ),
    ("the archive is damaged: {}", "文件已损坏（“{0}”）"),
    (
        "the workbook inflates to more than {} bytes (at {})",
        "文件展开后超过 {0} 字节（到 {1} 为止）",
    ),
    (
        "{} in the archive is damaged: {}",
        "文件内部的 {0} 已损坏（“{1}”）",
    ),
    (
        "{} in the archive declares entities (DOCTYPE), which no workbook needs",
        "文件内部的 {0} 含有表格不该有的声明（DOCTYPE）",
    ),
    (
        "{} in the archive is no well-formed XML in UTF-8",
        "文件内部的 {0} 不是正确的 XML（UTF-8 编码）",
    ),
    (
        "{} in the archive has a tag of more than {} bytes",
        "文件内部的 {0} 有超过 {1} 字节的标签",
    ),
    (
        "{} in the archive has a text of more than {} bytes",
        "文件内部的 {0} 有超过 {1} 字节的文字",
    ),
    (
        "{} in the archive has more than {} elements {}",
        "文件内部的 {0} 有超过 {1} 个“{2}”元素",
    ),
    (
        "{} in the archive has more than {} tags",
        "文件内部的 {0} 有超过 {1} 个标签",
    ),
    (
        "{} in the archive has, or announces, more than {} texts",
        "文件内部的 {0} 有超过 {1} 段文字",
    ),
    (
        "{} in the archive has formats and names that together take more than {} bytes",
        "文件内部的 {0} 中，格式和名称合计超过 {1} 字节",
    ),
];

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{all_said, no_part_is_said},
        SAID,
    };

    #[test]
    fn whatever_is_said_of_a_table_is_said_in_chinese() {
        let sentences = [
            "is empty: a heading row with title_zh or 活动名称 is needed",
            "the quotation mark that opens on line 4 is never closed",
            "not CSV: invalid record",
            "line 4 has something in column 120; at most 100 columns are read",
            "line 4 has more than 32767 characters in column 3",
            "has more than 5100 lines",
            "has more than 5000 rows",
            r#"unknown column "何时"; expected one of title_zh 活动名称, title_en 英文名称"#,
            r#"unknown column "预计人数""#,
            r#"the column "备注" is left out: there is no place for it"#,
            r#"the column "电话" is left out: an activity's page would show it to everybody; a contact for the public stands under contact_name, contact_phone or contact_email"#,
            r#"the column stands there twice, as "名称" and "标题""#,
            r#"the mapping's column "没有的" is not there"#,
            "the column is missing",
            "is empty or not there, and the mapping says that it is the heading row",
            r#"is left out: "合计：3场" is no activity"#,
            "is a formula without its result: open the file in its program, and save it",
            r##""#REF!" is a formula's error"##,
            r#""x" stands in column 3, which has no name"#,
            r#""x" stands in column 9, but the heading has only 8"#,
            r#"the sheet "旧" is hidden, and is left out"#,
            r#"the sheet "表一" is not the one that the mapping names, and is left out"#,
            r#"the sheet "说明" has no heading row with a title and another known column, and is left out"#,
            r#"no sheet "表三" is shown and has something in it; the mapping reads that one alone"#,
            "the workbook's sheets are empty",
            "the workbook has places of cells that are none",
            "the workbook has more than 200 sheets",
            "the workbook has too many sheets for its size; split it",
            r#"two sheets are called "活动""#,
            r#"the sheet "活动" has a merged region that ends before it begins"#,
            r#"the sheet "活动" has merged regions that lie over each other"#,
            r#"the sheet "活动" has merged regions whose texts take more than 33554432 bytes"#,
            r#"the sheet "活动" cannot be read: Worksheet not found"#,
            "'活动'!CW3 has something in it; at most 100 columns are read",
            "'活动'!A5101 has something in it; at most 5100 rows are read",
            "'活动'!C5 has more than 32767 characters",
            "'活动'!C5 makes the cells' texts more than 33554432 bytes together",
            "the archive holds no workbook: File not found",
            "the archive holds no workbook",
            "the workbook cannot be read: Unexpected end of XML",
            "the file is an old workbook (.xls) or has a password; save it as .xlsx without one",
            "the file is no workbook: an .xlsx file is a zip archive",
            "the file is a binary workbook (.xlsb); save it as .xlsx",
            "the file is an OpenDocument file (.ods); save it as .xlsx",
            "the file is a text document (.docx); save it as .xlsx",
            "the workbook has a password; save it without one",
            "the archive has more than 1000 members",
            "the archive has two members of one name",
            "the archive has members that lie over each other",
            "the archive is damaged: invalid Zip archive",
            r#"the workbook inflates to more than 67108864 bytes (at "xl/sharedStrings.xml")"#,
            r#""xl/workbook.xml" in the archive is damaged: corrupt deflate stream"#,
            r#""xl/workbook.xml" in the archive declares entities (DOCTYPE), which no workbook needs"#,
            r#""xl/workbook.xml" in the archive is no well-formed XML in UTF-8"#,
            r#""xl/workbook.xml" in the archive has a tag of more than 65536 bytes"#,
            r#""xl/workbook.xml" in the archive has a text of more than 1048576 bytes"#,
            r#""xl/styles.xml" in the archive has more than 65536 elements xf"#,
            r#""xl/workbook.xml" in the archive has more than 3000000 tags"#,
            r#""xl/sharedStrings.xml" in the archive has, or announces, more than 500000 texts"#,
            r#""xl/styles.xml" in the archive has formats and names that together take more than 67108864 bytes"#,
        ];
        all_said(SAID, &sentences);
        no_part_is_said(&sentences);
    }
}
