//! What is said of feeds and of pages with schema.org events, in Chinese.
//!
//! Invariant: of two entries that a sentence may fit, the closer one stands first; what a library says stands in quotation marks.

/// Sentences in English and in Chinese.
pub(super) const SAID: &[(&str, &str)] = &[
    // Feeds.
    (
        "is no feed that can be read: {}",
        "不是能读取的资讯订阅（“{0}”）",
    ),
    ("is no JSON Feed: {}", "不是 JSON Feed（“{0}”）"),
    (
        "version {} is no JSON Feed of version 1",
        "{0} 不是 JSON Feed 第 1 版",
    ),
    (
        "has {} JSON objects; at most {} are allowed",
        "有 {0} 个 JSON 对象，最多 {1} 个",
    ),
    (
        "has {} objects; at most {} are allowed",
        "有 {0} 个对象，最多 {1} 个",
    ),
    ("has more than {} items", "条目超过 {0} 条"),
    (
        "{} items without a link are left out",
        "{0} 条没有链接，未读入",
    ),
    (
        "has {} characters; it is cut after {}",
        "有 {0} 个字符，只保留前 {1} 个",
    ),
    (
        "line {}: is no XML that can be read: {}",
        "第 {0} 行不符合 XML 格式（“{1}”）",
    ),
    (
        "line {}: an element has more than {} attributes",
        "第 {0} 行有一个元素的属性超过 {1} 个",
    ),
    (
        "line {}: there are more than {} elements",
        "到第 {0} 行为止，元素超过 {1} 个",
    ),
    (
        "line {}: there are more than {} items",
        "到第 {0} 行为止，条目超过 {1} 条",
    ),
    (
        "line {}: elements are nested more than {} deep",
        "第 {0} 行处嵌套超过 {1} 层",
    ),
    (
        "line {}: the document type declares entities of its own",
        "第 {0} 行的文档类型（DOCTYPE）自行定义了实体，不能读取",
    ),
    (
        "line {}: the document ends before its elements do",
        "文件不完整，到第 {0} 行中断",
    ),
    ("could not be written anew: {}", "内容无法处理（“{0}”）"),
    // Pages.
    (
        "block {} (line {}): not JSON: {}",
        "第 {0} 段数据（从第 {1} 行起）不符合 JSON 格式（“{2}”）",
    ),
    ("holds no schema.org Event", "没有 schema.org 活动数据"),
    (
        "has {} events; at most {} are allowed",
        "有 {0} 个活动，最多 {1} 个",
    ),
    ("events are nested more than {} deep", "活动嵌套超过 {0} 层"),
    (
        "left out, being none that is known: {}",
        "不能识别，未读入：“{0}”",
    ),
    ("{} says nothing", "{0} 不能识别，未读入"),
    (
        "has no offset: it is taken for Shanghai's time",
        "没有写明时差，按北京时间处理",
    ),
    (
        "{} is not a date of the form 2021-07-08 or 2021-07-08T14:00+08:00",
        "{0} 不是日期，格式应为 2021-07-08 或 2021-07-08T14:00+08:00",
    ),
    ("{} is before startDate, {}", "{0} 早于开始时间 {1}"),
    (
        "is an end without a startDate",
        "有结束时间，但没有开始时间（startDate）",
    ),
    (
        "is a date, but startDate is a time",
        "只写到日，但开始时间（startDate）写到钟点",
    ),
    (
        "is not as exact as startDate",
        "与开始时间（startDate）的精确程度不同",
    ),
];

#[cfg(test)]
mod tests {
    use entity::vocab::Language;

    use super::{
        super::{detail, noted, tests::all_said},
        SAID,
    };

    #[test]
    fn whatever_is_said_of_a_feed_or_a_page_is_said_in_chinese() {
        let sentences = [
            "is no feed that can be read: no root element",
            "is no JSON Feed: missing field",
            r#"version "https://jsonfeed.org/version/2" is no JSON Feed of version 1"#,
            "has 50001 JSON objects; at most 50000 are allowed",
            "has 50001 objects; at most 50000 are allowed",
            "has more than 5000 items",
            "3 items without a link are left out",
            "has 30000 characters; it is cut after 19999",
            "line 3: is no XML that can be read: ill-formed document",
            "line 3: an element has more than 100 attributes",
            "line 3: there are more than 200000 elements",
            "line 3: there are more than 5000 items",
            "line 3: elements are nested more than 64 deep",
            "line 3: the document type declares entities of its own",
            "line 3: the document ends before its elements do",
            "could not be written anew: invalid data",
            "block 1 (line 30): not JSON: expected value at line 2 column 5",
            "holds no schema.org Event",
            "has 5001 events; at most 5000 are allowed",
            "events are nested more than 8 deep",
            "left out, being none that is known: everybody",
            r#""EventUnclear" says nothing"#,
            "has no offset: it is taken for Shanghai's time",
            r#""8 July" is not a date of the form 2021-07-08 or 2021-07-08T14:00+08:00"#,
            "2021-07-07 is before startDate, 2021-07-08",
            "is an end without a startDate",
            "is a date, but startDate is a time",
            "is not as exact as startDate",
        ];
        all_said(SAID, &sentences);
    }

    #[test]
    fn why_an_address_is_left_out_is_said_in_chinese() {
        let sentence =
            r#"is left out: "ftp://a" has the scheme "ftp"; only http and https are allowed"#;
        let said = r#"未读入："ftp://a" 不能使用，只能是 http 或 https 地址"#;
        assert_eq!(detail(sentence, Language::Zh), said);
        assert_eq!(
            noted(&format!("/events/0/url: {sentence}"), Language::Zh),
            format!("/events/0/url：{said}")
        );
    }
}
