//! Errors of commands in the words of the console.
//!
//! Owns the translation of what the domain says of an input. Invariant: a fault that has no translation is shown as the
//! domain says it, never left out.

use entity::vocab::Language;

use crate::{
    commands::CommandError,
    domain::{action::Refusal, input::Fault},
    publish::wording::{self, either},
};

/// What went wrong, a line each.
pub(in crate::http::console) fn told(error: &CommandError, language: Language) -> Vec<String> {
    match error {
        CommandError::Invalid(faults) => faults.iter().map(|it| fault(it, language)).collect(),
        CommandError::Refused(refusal) => vec![self::refusal(refusal, language)],
        CommandError::NotFound { id, .. } => vec![match language {
 Language::Zh => format!("没有 {id}，或者您无权查看。"),
 Language::En => format!("There is no {id}, or not for you."),
 }],
        CommandError::Forbidden { role, what } => {
            let role = super::role(*role, language);
            vec![match language {
 Language::Zh => format!("{role}不能执行此操作：{what}"),
 Language::En => format!("{role} may not {what}"),
 }]
        }
        CommandError::Stale { .. } => vec![
            either(
                language,
                "您打开页面之后，内容有了新的修改。没有任何内容被覆盖，请重新打开后再操作。",
                "It was changed after you opened the page. Nothing was overwritten: open it again and look at what is new.",
            )
            .to_owned(),
        ],
        other => vec![other.to_string()],
    }
}

/// A fault with the name of its field.
pub(in crate::http::console) fn fault(fault: &Fault, language: Language) -> String {
    let detail = detail(&fault.detail, language);
    let name = fault.pointer.trim_start_matches('/');
    let field = name.split('/').next().unwrap_or_default();
    if field.is_empty() {
        return detail;
    }
    let label = super::label(field, language);
    match language {
        Language::Zh => format!("{label}：{detail}"),
        Language::En => format!("{label}: {detail}"),
    }
}

/// What is wrong with a value, without its field.
pub(in crate::http::console) fn detail(detail: &str, language: Language) -> String {
    if language == Language::En {
        return detail.to_owned();
    }
    ENDINGS
        .iter()
        .find_map(|(english, chinese)| {
            let value = detail.strip_suffix(english)?;
            Some(chinese.replace("{}", value.trim()))
        })
        .unwrap_or_else(|| detail.to_owned())
}

/// How the domain ends its sentences, and the same in Chinese; `{}` stands for what comes before: the value.
const ENDINGS: &[(&str, &str)] = &[
    ("is missing; announcing needs it", "必填（发布需要）"),
    ("is missing", "必填"),
    ("must not be null", "必填"),
    ("is taken", "{} 已被使用"),
    ("is not a number", "{} 不是数字"),
    ("is not a whole number", "{} 不是整数"),
    ("is not an e-mail address", "{} 不是电子邮箱地址"),
    (
        "is not a year from 1900 to 2199",
        "{} 不是 1900 至 2199 年之间的年份",
    ),
    ("is below zero", "不能小于零"),
    ("is not your present password", "当前密码不正确"),
    (
        "was wrong too often: try again in a minute",
        "输错次数过多，请一分钟后再试",
    ),
    (
        "a password has 10 characters at least",
        "密码至少 10 个字符",
    ),
    ("a password has 512 bytes at most", "密码过长"),
    (
        "a token's name has 1 to 100 characters",
        "名称须为 1 至 100 个字符",
    ),
    (
        "a filter's name has 1 to 60 characters",
        "名称须为 1 至 60 个字符",
    ),
    (
        "latitude and longitude belong together; one of them is missing",
        "经度和纬度必须同时填写",
    ),
    ("a slug stays for ever", "网址名称不能修改"),
    (
        "is not a login: 1 to 64 of letters, digits, dot, hyphen, underscore and @",
        "{} 不能作为用户名：1 至 64 个字母、数字、点、连字符、下划线或 @",
    ),
];

/// Why a state does not allow an action.
fn refusal(refusal: &Refusal, language: Language) -> String {
    if language == Language::En {
        return refusal.to_string();
    }
    match refusal {
        Refusal::Status { action, status, .. } => format!(
            "状态为“{}”的活动不能{}",
            status.zh(),
            super::action(action, language)
        ),
        Refusal::Incomplete(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| super::label(field, language))
                .collect();
            format!(
                "发布前还需要填写：{}",
                wording::enumeration(fields, language)
            )
        }
        Refusal::NotYet { starts, .. } => format!("活动 {starts} 才开始，不能确认已举办"),
        Refusal::NoDate => "日期未定，不能确认已举办；请先改期到实际举办的日期".to_owned(),
        Refusal::SlotUnknown => "新日期必须明确；如果新日期待定，请选择延期".to_owned(),
        Refusal::Unchanged(_) => "没有任何变化".to_owned(),
        Refusal::HasAction { field, action } => format!(
            "已公布活动的“{}”要用“{}”来修改；只有更正错误时才能直接修改",
            super::label(field, language),
            super::action(action, language)
        ),
        Refusal::ReplacedByItself(_) => "不能由它自己替代".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_in_chinese_with_its_value_and_an_unknown_one_as_it_is() {
        let of = |pointer: &str, detail: &str| Fault {
            pointer: pointer.to_owned(),
            detail: detail.to_owned(),
        };
        let zh = |it: &Fault| fault(it, Language::Zh);
        assert_eq!(zh(&of("/title/zh", "is missing")), "名称：必填");
        assert_eq!(
            zh(&of("/contact/email", "\"x\" is not an e-mail address")),
            "联系方式：\"x\" 不是电子邮箱地址"
        );
        assert_eq!(zh(&of("", "is something new")), "is something new");
        let en = fault(&of("/title/zh", "is missing"), Language::En);
        assert_eq!(en, "Title: is missing");
    }
}
