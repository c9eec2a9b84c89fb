//! What the console says of files that somebody imports, and of places in them.

use crate::publish::wording::{Phrase, phrases};

phrases! {
    // The form.
    IMPORT: "导入", "Import";
    IMPORT_ABOUT: "一次导入一份文件里的多项活动。系统先逐行列出将会怎样，您确认后才写入；只要有一处错误，就什么也不写入。", "Brings many activities in one file. First you see what becomes of each row, and nothing is written until you say so; where anything is wrong, nothing is written at all.";
    IMPORT_FILE_HINT: "Excel 表格（.xlsx）、CSV、日历（.ics）或 JSON，不超过 4 MB，最多 5000 项活动", "Spreadsheet (.xlsx), CSV, calendar (.ics) or JSON; 4 MB and 5,000 activities at most";
    IMPORT_AS: "导入为", "Each row becomes";
    IMPORT_DRAFTS: "草稿", "a draft";
    IMPORT_ANNOUNCED: "立即发布", "announced now";
    IMPORT_HISTORY: "历史", "history";
    IMPORT_FILLED: "行中没有写明时", "Where a row does not say";
    IMPORT_FILLED_HINT: "行中写明的以该行为准；其次是这里的选择，再次是列名对照中的默认值。", "What a row says itself holds; then what is chosen here; then what the mapping says.";
    IMPORT_MAPPING_HINT: "仅用于表格：本单位的列名和用语各指什么", "for tables: what an office's own headings and words mean";
    IMPORT_LOOK: "查看将会怎样", "See what it does";
    IMPORT_TOO_LARGE: "文件过大，这里最多 4 MB。更大的文件请用命令行（yueli import）或接口（POST /api/v1/imports）导入。", "The file is too large: 4 MB at most here. The command line (yueli import) and the API (POST /api/v1/imports) take larger ones.";
    IMPORT_NO_FORMAT: "“{name}”的格式不能导入：请选择 .xlsx、.csv、.ics 或 .json 文件；其他表格请另存为 .xlsx。", "“{name}” is in no format that is taken: choose a .xlsx, .csv, .ics or .json file, and save other spreadsheets as .xlsx.";
    IMPORT_NOT_AS_SEEN: "收到的文件、选项或列名对照与您看到的不一致，没有导入任何内容。请重新选择文件。", "The file, the choices or the mapping are not what you were shown, and nothing was imported. Choose the file once more.";

    // What is wrong.
    IMPORT_FAULTY: "文件有错误，没有写入任何内容。请在原文件中逐处改正，保存后在下面重新选择。", "The file has faults, and nothing was written. Mend each of them in the file, save it, and choose it again below.";
    IMPORT_FAULTS: "错误 {n} 处", "Faults: {n}";
    IMPORT_MORE_FAULTS: "另有 {n} 处错误没有列出，改正以上各处后会显示。", "Faults that are not listed: {n}. They are shown once these are mended.";
    IMPORT_PLACE: "位置", "Place";
    IMPORT_WRONG: "问题", "What is wrong";

    // What it does.
    IMPORT_SHOWN: "请核对每一行。现在还没有写入任何内容。", "Look at each row. Nothing was written yet.";
    IMPORT_NOTHING: "文件中没有可新建的内容，没有写入任何内容。", "There is nothing new in the file, and nothing was written.";
    IMPORT_DONE_ABOUT: "以下是每一行的结果。", "This is what became of each row.";
    IMPORT_DONE: "导入完成：新建活动 {n} 项。", "It was imported. Activities that were made: {n}.";
    IMPORT_TELLS: "注意：导入后这些活动立即公开，并通知所有订阅者。", "Mind: they are public at once, and all who follow are told.";
    IMPORT_CREATED: "新建 {n} 项", "New: {n}";
    IMPORT_LEFT: "不导入 {n} 行", "Left out: {n}";
    IMPORT_WARNED: "提示 {n} 条", "Warnings: {n}";
    IMPORT_NOTICES: "通告 {n} 条", "Notices: {n}";
    IMPORT_ENCODING: "编码", "Encoding";
    IMPORT_MAKES: "同时新建年度或系列", "Editions and series it makes";
    IMPORT_TITLE: "名称", "Title";
    IMPORT_WHEN: "日期", "Date";
    IMPORT_LOCATION: "地点", "Place of the activity";
    IMPORT_BECOMES: "结果", "What becomes of it";
    IMPORT_NEW: "将新建", "New";
    IMPORT_MADE: "已新建", "Made";
    IMPORT_UNCHANGED: "已有，相同", "Here, and equal";
    IMPORT_SKIPPED: "不导入", "Left out";
    IMPORT_WARNINGS: "提示", "Warnings";
    IMPORT_CARRY_OUT: "确认导入", "Import it";
    IMPORT_OTHER: "选择其他文件", "Choose another file";

    // Places.
    PLACE_FILE: "整个文件", "the file";
    PLACE_SHEET: "工作表“{sheet}”", "sheet “{sheet}”";
    PLACE_ROW: "工作表“{sheet}”第 {row} 行", "sheet “{sheet}”, row {row}";
    PLACE_LINE: "第 {n} 行", "line {n}";
    PLACE_COLUMN: "{place} {name} 列", "{place}, column {name}";
    PLACE_EVENT: "第 {n} 个日程", "event {n}";
    PLACE_ACTIVITY: "第 {n} 个活动", "activity {n}";
    PLACE_EDITION: "第 {n} 个年度", "edition {n}";
    PLACE_SERIES: "第 {n} 个系列", "series {n}";
    PLACE_FIELD: "{place}：{name}", "{place}: {name}";
}
