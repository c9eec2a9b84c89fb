//! What is said of calendars (RFC 5545), in Chinese; properties keep their names.
//!
//! Invariant: of two entries that a sentence may fit, the closer one stands first; what a library says stands in quotation marks.

/// Sentences in English and in Chinese.
pub(super) const SAID: &[(&str, &str)] = &[
    // The file.
    ("not a calendar: {}", "不是日历文件（“{0}”）"),
    ("holds no VCALENDAR", "文件中没有日历（VCALENDAR）"),
    (
        "line {} has {} bytes after unfolding; at most {} are allowed",
        "第 {0} 行有 {1} 字节，最多 {2} 字节",
    ),
    (
        "line {}: BEGIN:{} stands outside a VCALENDAR",
        "第 {0} 行的 BEGIN:{1} 不在日历（VCALENDAR）里",
    ),
    (
        "line {}: {} stands outside a VCALENDAR",
        "第 {0} 行的 {1} 不在日历（VCALENDAR）里",
    ),
    (
        "line {}: components are nested more than {} deep",
        "第 {0} 行处嵌套超过 {1} 层",
    ),
    (
        "line {}: the {} that begins on line {} has more than {} properties",
        "第 {2} 行开始的 {1} 到第 {0} 行为止，属性超过 {3} 个",
    ),
    (
        "line {} is not {}: the first bad byte is 0x{}; it is left out",
        "第 {0} 行不是 {1} 编码：字节 0x{2} 无法识别，这一行未读入",
    ),
    (
        "line {} is not {}: the first bad byte is 0x{}",
        "第 {0} 行不是 {1} 编码：字节 0x{2} 无法识别",
    ),
    (
        "line {}: there are more than {} components",
        "到第 {0} 行为止，组成部分超过 {1} 个",
    ),
    (
        "line {}: END:{} does not end the {} that began on line {}",
        "第 {0} 行的 END:{1} 与第 {3} 行开始的 {2} 不配对",
    ),
    (
        "line {}: END:{} without its BEGIN",
        "第 {0} 行的 END:{1} 没有对应的 BEGIN",
    ),
    (
        "line {}: {} is not a property (NAME:value)",
        "第 {0} 行的 {1} 不是“名称:值”的形式",
    ),
    (
        "the {} that begins on line {} has no END",
        "第 {1} 行开始的 {0} 没有结束（END）",
    ),
    ("has more than {} events", "日程超过 {0} 个"),
    (
        "a {} is left out: only events are taken",
        "有一个 {0} 未读入：只读取日程",
    ),
    // An event.
    (
        "is left out: a later SEQUENCE of it stands in the file",
        "未读入：文件中有它的更新版本（SEQUENCE 更大）",
    ),
    ("{} is not latitude;longitude", "{0} 不是“纬度;经度”的形式"),
    (
        "left out, being neither kind nor strand nor audience nor district: {}",
        "既不是类型，也不是面向人群或区，未读入：“{0}”",
    ),
    (
        "is missing, and so are LAST-MODIFIED and DTSTAMP: with history one of them says when it was announced",
        "必填：按历史导入时，须由它或 LAST-MODIFIED、DTSTAMP 说明发布时间",
    ),
    // Its dates.
    (
        "has no time zone: it is taken for Shanghai's time",
        "没有写明时区，按北京时间处理",
    ),
    (
        "TZID {} is not a time zone that is known (IANA or Windows name), and its VTIMEZONE changes its offset",
        "不能识别时区 {0}（TZID），文件对它的定义（VTIMEZONE）又有几种时差",
    ),
    (
        "TZID {} is not a time zone that is known (IANA or Windows name), and has no VTIMEZONE",
        "不能识别时区 {0}（TZID），文件中也没有它的定义（VTIMEZONE）",
    ),
    (
        "{} is not a date of the form 20210708",
        "{0} 不是日期，格式应为 20210708",
    ),
    (
        "{} is not a date-time of the form {}",
        "{0} 不是日期和时间，格式应为 {1}",
    ),
    (
        "{} is not a duration of the form PT1H30M or P2D, or not a positive one",
        "{0} 不是时长，格式应为 PT1H30M 或 P2D，且须大于零",
    ),
    (
        "stands beside DTEND and says something else; one of them is meant",
        "与 DTEND 不一致，只能保留一个",
    ),
    (
        "is an end without a DTSTART",
        "有结束时间，但没有开始时间（DTSTART）",
    ),
    (
        "{} is before DTSTART, {}; the end of days is the day after the last",
        "{0} 早于开始日期 {1}；全天日程的结束日期应为最后一天的次日",
    ),
    ("{} is not after DTSTART, {}", "{0} 必须晚于开始时间 {1}"),
    (
        "is a time, but DTSTART is a date",
        "写到钟点，但开始时间（DTSTART）只写到日",
    ),
    (
        "is not in whole days, but DTSTART is a date",
        "不是整天，但开始时间（DTSTART）只写到日",
    ),
    (
        "is a date, but DTSTART is a time",
        "只写到日，但开始时间（DTSTART）写到钟点",
    ),
    (
        "{} is a {}, but DTSTART is a time",
        "{0} 只写到日（{1}），但开始时间（DTSTART）写到钟点",
    ),
    // Repeated ones.
    (
        "has a RANGE: write what changes as a repeated event of its own",
        "带有 RANGE：请把变动的部分写成单独的重复日程",
    ),
    (
        "repeats without a DTSTART",
        "是重复日程，但没有开始时间（DTSTART）",
    ),
    (
        "repeated events have over {} bytes of text together",
        "重复日程的文字合计超过 {0} 字节",
    ),
    (
        "repeats too often: {} from {} to {} are taken, and {} before or after them left out",
        "重复次数过多：读取了 {1} 至 {2} 的 {0} 次，之前或之后的 {3} 次未读入",
    ),
    (
        "repeats, but not between {} and {}: nothing is taken",
        "是重复日程，但在 {0} 至 {1} 之间没有，未读入",
    ),
    (
        "is not taken (RFC 5545 does without it): write each day out as an EXDATE",
        "不支持，请把每一天分别写成 EXDATE",
    ),
    (
        "{} is not followed: the repeated events before it took too many steps",
        "{0} 没有展开：前面的重复日程已经太多",
    ),
    (
        "{} takes more than {} steps to follow",
        "{0} 太复杂，展开超过 {1} 步",
    ),
    ("{} begins too late", "{0} 开始得太晚"),
    (
        "{} is no rule: it holds more than ASCII",
        "{0} 不是重复规则：只能有英文字母、数字和符号",
    ),
    (
        "{} is no rule: {} is no part of one",
        "{0} 不是重复规则：{1} 无法识别",
    ),
    (
        "{} is no rule: INTERVAL={} is not 1 to 65535",
        "{0} 不是重复规则：INTERVAL={1} 不在 1 至 65535 之间",
    ),
    ("{} is no rule: {}", "{0} 不是重复规则（“{1}”）"),
    ("{} lists more than {} values", "{0} 列出的值超过 {1} 个"),
    (
        "{} repeats more than {} times a day",
        "{0} 每天重复超过 {1} 次",
    ),
    (
        "{} repeats {}; expected HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY",
        "{0} 的重复频率 {1} 无法识别，只能是 HOURLY、DAILY、WEEKLY、MONTHLY 或 YEARLY",
    ),
];

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{all_said, no_part_is_said},
        SAID,
    };

    #[test]
    fn whatever_is_said_of_a_calendar_is_said_in_chinese() {
        let sentences = [
            "not a calendar: error Parse at line 3",
            "holds no VCALENDAR",
            "line 4 has 70000 bytes after unfolding; at most 65536 are allowed",
            "line 1: BEGIN:VEVENT stands outside a VCALENDAR",
            r#"line 1: "标题,开始" stands outside a VCALENDAR"#,
            "line 9: components are nested more than 8 deep",
            "line 2003: the VEVENT that begins on line 2 has more than 2000 properties",
            "line 7 is not UTF-8: the first bad byte is 0xE7; it is left out",
            "line 7 is not UTF-8: the first bad byte is 0xE7",
            "line 90000: there are more than 20000 components",
            "line 3: END:VCALENDAR does not end the VEVENT that began on line 2",
            "line 3: END:VCALENDAR without its BEGIN",
            r#"line 2: "SUMMARY" is not a property (NAME:value)"#,
            "the VCALENDAR that begins on line 1 has no END",
            "has more than 5000 events",
            "a VTODO is left out: only events are taken",
            "is left out: a later SEQUENCE of it stands in the file",
            r#""39.9" is not latitude;longitude"#,
            "left out, being neither kind nor strand nor audience nor district: Business, AI",
            "is missing, and so are LAST-MODIFIED and DTSTAMP: with history one of them says when it was announced",
            "has no time zone: it is taken for Shanghai's time",
            r#"TZID "There" is not a time zone that is known (IANA or Windows name), and its VTIMEZONE changes its offset"#,
            r#"TZID "Mars" is not a time zone that is known (IANA or Windows name), and has no VTIMEZONE"#,
            r#""2021" is not a date of the form 20210708"#,
            r#"UNTIL "2021T" is not a date-time of the form 20210708T140000"#,
            r#""-PT1H" is not a duration of the form PT1H30M or P2D, or not a positive one"#,
            "stands beside DTEND and says something else; one of them is meant",
            "is an end without a DTSTART",
            "2021-07-07 is before DTSTART, 2021-07-08; the end of days is the day after the last",
            "2021-07-08T13:00:00+08:00 is not after DTSTART, 2021-07-08T14:00:00+08:00",
            "is a time, but DTSTART is a date",
            "is not in whole days, but DTSTART is a date",
            "is a date, but DTSTART is a time",
            r#""20210708" is a DATE, but DTSTART is a time"#,
            "has a RANGE: write what changes as a repeated event of its own",
            "repeats without a DTSTART",
            "repeated events have over 33554432 bytes of text together",
            "repeats too often: 400 from 2026-01-01 to 2027-02-04 are taken, and 37 before or after them left out",
            "repeats, but not between 2025-07-01 and 2027-07-03: nothing is taken",
            "is not taken (RFC 5545 does without it): write each day out as an EXDATE",
            r#""FREQ=DAILY" is not followed: the repeated events before it took too many steps"#,
            r#""FREQ=DAILY" takes more than 50000 steps to follow"#,
            r#""FREQ=DAILY" begins too late"#,
            r#""FREQ=每天" is no rule: it holds more than ASCII"#,
            r#""FREQ" is no rule: "FREQ" is no part of one"#,
            r#""INTERVAL=0" is no rule: INTERVAL=0 is not 1 to 65535"#,
            r#""COUNT=x" is no rule: invalid count"#,
            r#""BYDAY=…" lists more than 100 values"#,
            r#""BYMINUTE=…" repeats more than 24 times a day"#,
            r#""FREQ=SECONDLY" repeats "SECONDLY"; expected HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY"#,
        ];
        all_said(SAID, &sentences);
        // That nothing is taken is always said behind an id.
        let (named, others): (Vec<_>, Vec<_>) = sentences
            .iter()
            .copied()
            .partition(|it| it.ends_with(": nothing is taken"));
        assert_eq!(named.len(), 1);
        no_part_is_said(&others);
    }
}
