//! Errors of commands in the words of the console.
//!
//! Owns the translation of what the domain says of an input. Invariant: a fault that has no translation is shown as the
//! domain says it, never left out.

use entity::vocab::Language;

use crate::{
    commands::{
        CommandError,
        act::{Stays, Why},
    },
    domain::{
        action::Refusal,
        input::Fault,
        role::{Office, Role},
    },
    publish::wording::{self, either},
};

mod calendars;
mod feeds;
mod imports;
mod lists;
mod sheets;
mod table;
#[cfg(test)]
mod tests;
mod upstream;

pub(in crate::http::console) use upstream::noted;

/// What went wrong, a line each.
pub(in crate::http::console) fn told(error: &CommandError, language: Language) -> Vec<String> {
    match error {
        CommandError::Invalid(faults) => faults.iter().map(|it| fault(it, language)).collect(),
        CommandError::Refused(refusal) => vec![self::refusal(refusal, language)],
        CommandError::NotFound { id, .. } => vec![match language {
 Language::Zh => format!("没有 {id}，或者您无权查看。"),
 Language::En => format!("There is no {id}, or not for you."),
 }],
        CommandError::Forbidden { role, what } => vec![barred(*role, what, language)],
        CommandError::Stale { .. } => vec![
            either(
                language,
                "您打开页面之后，内容有了新的修改。没有任何内容被覆盖，请重新打开后再操作。",
                "It was changed after you opened the page. Nothing was overwritten: open it again and look at what is new.",
            )
            .to_owned(),
        ],
        CommandError::KeyReused(_) => vec![
            either(
                language,
                "这个页面的表单已经提交过，内容不同。请重新打开页面再操作。",
                "The form of this page was sent before, with other content. Open the page again.",
            )
            .to_owned(),
        ],
        other => vec![detail(&other.to_string(), language)],
    }
}

/// A fault with the name of its field.
pub(in crate::http::console) fn fault(fault: &Fault, language: Language) -> String {
    let detail = detail(&fault.detail, language);
    let name = fault.pointer.trim_start_matches('/');
    let field = match super::webhook_field(name) {
        "publish" => "publish_at",
        "email" | "phone" => "contact",
        field => field,
    };
    let label = super::label(field, language);
    // A name that has no Chinese one says nothing to a reader.
    if field.is_empty() || (language == Language::Zh && label == field) {
        return detail;
    }
    labelled(label, fault, language)
}

/// A fault under a label.
pub(in crate::http::console) fn labelled(label: &str, fault: &Fault, language: Language) -> String {
    let detail = detail(&fault.detail, language);
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
    if let Some((name, why)) = detail.split_once(" leads to an address that is not allowed: ") {
        return format!("{name} 指向的地址不能使用：{}", self::detail(why, language));
    }
    // What is left out is a sentence of its own: those about addresses fit behind anything.
    if let Some(why) = detail.strip_prefix("is left out: ") {
        let said = self::detail(why, language);
        if said != why {
            return format!("未读入：{said}");
        }
    }
    forms()
        .find_map(|(english, chinese)| Some(filled(chinese, &values(detail, english)?)))
        .unwrap_or_else(|| detail.to_owned())
}

/// All sentences that are known: of two that fit, the closer one stands first.
fn forms() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let tables = [
        lists::SAID,
        imports::SAID,
        sheets::SAID,
        calendars::SAID,
        feeds::SAID,
        upstream::SAID,
        table::SAID,
    ];
    tables.into_iter().flatten()
}

/// The values of a sentence, where it is of that form.
fn values<'a>(detail: &'a str, form: &str) -> Option<Vec<&'a str>> {
    let Some((start, rest)) = form.split_once("{}") else {
        return (detail == form).then(Vec::new);
    };
    let mut left = detail.strip_prefix(start)?;
    let mut between: Vec<&str> = rest.split("{}").collect();
    let end = between.pop()?;
    let mut values = Vec::new();
    for literal in between {
        let (value, after) = left.split_once(literal)?;
        values.push(value.trim());
        left = after;
    }
    values.push(left.strip_suffix(end)?.trim());
    Some(values)
}

/// A form with its values: `{0}` is the first one.
fn filled(form: &str, values: &[&str]) -> String {
    let mut parts = form.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').unwrap_or(("", part));
        let number = number.parse::<usize>().ok();
        let value = number.and_then(|it| values.get(it)).copied();
        text.push_str(value.unwrap_or_default());
        text.push_str(rest);
    }
    text.trim().to_owned()
}

/// That a role may not do something.
fn barred(role: Role, what: &str, language: Language) -> String {
    let role = super::role(role, language);
    match (language, deed(what)) {
        (Language::Zh, Some(deed)) => format!("{role}的账号不能{deed}"),
        (Language::Zh, None) => format!("{role}的账号不能执行此操作：{what}"),
        (Language::En, _) => format!("{role} may not {what}"),
    }
}

/// What somebody wanted to do, in Chinese.
fn deed(what: &str) -> Option<String> {
    // What a file asks for, each with the places where it does.
    if let Some((one, others)) = what.split_once("; or ") {
        return Some(format!("{}；也不能{}", deed(one)?, deed(others)?));
    }
    if let Some((what, places)) = what.strip_suffix(')').and_then(|it| it.split_once(" (at ")) {
        return Some(format!("{}（{}）", deed(what)?, places.replace(", ", "、")));
    }
    let office = |named: &str| {
        let slug = named.trim_matches('"');
        slug.parse::<Office>()
            .map_or_else(|_| slug.to_owned(), |it| wording::office(it, Language::Zh))
    };
    if let Some(named) = what.strip_prefix("write for the office ") {
        return Some(format!("为{}填写活动", office(named)));
    }
    if let Some(named) = what.strip_prefix("set the contact of the office ") {
        return Some(format!("修改{}的联系方式", office(named)));
    }
    if let Some([id, named]) = values(what, "change {}, which belongs to the office {}").as_deref()
    {
        return Some(format!("修改活动 {id}：它由{}负责", office(named)));
    }
    if let Some(named) = what.strip_prefix("manage sources of the office ") {
        return Some(format!("管理{}的来源", office(named)));
    }
    if let Some([_, named]) = values(what, "decide {}, which waits for the office {}").as_deref() {
        return Some(format!("决定这条建议：它由{}处理", office(named)));
    }
    if let Some(id) = what.strip_prefix("delete ") {
        return Some(format!("删除活动 {id}"));
    }
    let deed = match what {
        "read drafts" => "查看草稿",
        "manage sources" => "管理来源",
        "write activities" => "填写和修改活动",
        "set highlights" | "set highlight; the organising office does" => "设置亮点",
        "import" | "import activities" => "导入活动",
        "make editions and series" => "新建年度和系列",
        "write editions and series" | "write editions and series; the organising office does" => {
            "修改年度和系列"
        }
        "read offices' contacts" | "see whom to call in an office; editors may" => {
            "查看各单位的联系方式"
        }
        "write offices' contacts" => "修改各单位的联系方式",
        "manage webhooks" => "管理推送",
        "read feed clients" => "查看订阅情况",
        "read the audit" => "查看操作记录",
        "manage people and tokens" => "管理人员和令牌",
        name if super::ACTIONS.contains(&name) => super::action(name, Language::Zh),
        _ => return None,
    };
    Some(deed.to_owned())
}

/// Why a state does not allow an action.
/// What to do instead of what a status does not allow.
fn instead(hint: &str) -> &'static str {
    const INSTEAD: [(&str, &str); 7] = [
        ("it is public already", "：它已经发布"),
        ("announce it first", "：请先发布"),
        ("reschedule it", "：请改期"),
        ("reinstate it first", "：请先恢复"),
        ("give it a date first", "：请先改期或恢复，给出日期"),
        ("that is for good", "：撤回不可恢复"),
        (
            "it took place",
            "：活动已举办；如有错误，请用“修改”静默更正",
        ),
    ];
    let found = INSTEAD.iter().find(|(english, _)| hint.contains(english));
    found.map_or("", |(_, chinese)| *chinese)
}

fn refusal(refusal: &Refusal, language: Language) -> String {
    if language == Language::En {
        return match refusal {
            Refusal::Unchanged(_) => "Nothing was changed".to_owned(),
            Refusal::HasAction { field, action } => format!(
                "“{}” of a public activity is changed by “{}”; only an error is corrected in this form",
                super::label(field, language),
                super::action(action, language)
            ),
            other => other.to_string(),
        };
    }
    match refusal {
        Refusal::Status {
            action,
            status,
            hint,
        } => format!(
            "状态为“{}”的活动不能{}{}",
            status.zh(),
            super::action(action, language),
            instead(hint)
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
        Refusal::NotYet { starts, .. } => {
            let starts = chrono::DateTime::parse_from_rfc3339(starts)
                .map_or_else(|_| starts.clone(), |at| super::local(at.to_utc()));
            format!("活动 {starts} 才开始，不能确认已举办")
        }
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

/// Why a child stays as it is while its parent moves.
pub(in crate::http::console) fn stays(left: &Stays, language: Language) -> String {
    let why = match (&left.why, language) {
        (Why::NoDate, _) => either(
            language,
            "它的时间不能随之推算",
            "its date cannot be moved along",
        )
        .to_owned(),
        (Why::Office(office), Language::Zh) => {
            format!("它属于{}", wording::office(*office, language))
        }
        (Why::Office(office), Language::En) => {
            format!("it belongs to {}", wording::office(*office, language))
        }
        (Why::Refused(refusal), _) => self::refusal(refusal, language),
    };
    let title = left.title.in_language(language).0;
    match language {
        Language::Zh => format!("“{title}”保持不变：{why}"),
        Language::En => format!("“{title}” stays as it is: {why}"),
    }
}
