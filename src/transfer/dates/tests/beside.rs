//! What stands beside dates.

use super::*;

#[test]
fn what_is_read_and_not_kept_is_remarked_upon_in_its_own_words() {
    let month = json!({"precision":"month","month":"2021-09"});
    let unknown = json!({"precision":"unknown"});
    for (text, expected, quoted) in [
        ("9月24日晚", day("2021-09-24"), "晚"),
        ("9月24日上午", day("2021-09-24"), "上午"),
        ("9月下旬", month.clone(), "下旬"),
        ("2021年9月中旬", month.clone(), "中旬"),
        ("9月中下旬", month.clone(), "中下旬"),
        ("9月24日 时间待定", day("2021-09-24"), "时间待定"),
        ("9月24日起", day("2021-09-24"), "起"),
        ("9月24日左右", day("2021-09-24"), "左右"),
        ("9月24日前后", day("2021-09-24"), "前后"),
        ("9月24日举办", day("2021-09-24"), "举办"),
        ("9月24日14:00举行", minute("2021-09-24T14:00"), "举行"),
        ("2021-09-24 00:00:00", day("2021-09-24"), "00:00:00"),
        ("2021/9/24 0:00", day("2021-09-24"), "0:00"),
        ("2021-09-24T00:00:00", day("2021-09-24"), "00:00:00"),
        ("9月初", month, "初"),
        ("三季度", unknown.clone(), "三季度"),
        ("2021年第三季度", unknown.clone(), "2021年第三季度"),
        ("9-10月", unknown.clone(), "9-10月"),
        ("2021年下半年", unknown.clone(), "2021年下半年"),
        ("2021年", unknown, "2021年"),
        ("拟定9月24日", day("2021-09-24"), "拟定"),
        ("9月24日（暂定）", day("2021-09-24"), "暂定"),
        (
            "9月24-28日 9:00-17:00",
            days("2021-09-24", "2021-09-28"),
            "9:00-17:00",
        ),
    ] {
        let (when, remarks) = one(text).unwrap();
        assert_eq!(when, expected, "{text}");
        assert_eq!(remarks.len(), 1, "{text}: {remarks:?}");
        assert!(
            remarks[0].contains(text) && remarks[0].contains(&format!("{quoted:?}")),
            "{remarks:?}"
        );
    }
}

#[test]
fn a_weekday_that_does_not_fit_is_a_fault_that_says_both() {
    for text in [
        "2021年9月24日（周四）",
        "9月24日 星期四",
        "2021-09-24(星期四) 14:00",
        "9月24日（四）",
        "9月24-25日（周四、周五）",
        "9月24-25日（周五、周日）",
    ] {
        let found = one(text).unwrap_err();
        assert!(
            found[0].1.contains("says") && found[0].1.contains(" is 周"),
            "{found:?}"
        );
    }
    assert_eq!(one("9月26日（星期天）").unwrap().0, day("2021-09-26"));
    assert_eq!(one("9月26日（周日）").unwrap().0, day("2021-09-26"));
}
