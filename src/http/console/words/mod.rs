//! Every phrase of the console, zh and en side by side, for a translator to read.
//!
//! Owns the words around facts. What feeds, pages and the console say alike stands in `publish::wording`; labels of
//! vocabularies in `entity::vocab`. Invariant: both languages of a phrase have the same `{parts}`.

use chrono::{DateTime, Utc};
use entity::vocab::{Audience, District, Kind, Language, Mode, Strand};

use crate::{
    clock::shanghai,
    domain::{
        role::{Office, Role},
        when::{Month, When},
    },
    publish::{
        dates::Dates,
        wording::{self, Phrase, either, phrases},
    },
};

mod activities;
mod audit;
mod editions;
pub(super) mod faults;
mod feeds;
mod imports;
mod proposals;
mod settings;
mod sources;
mod webhooks;

pub(super) use activities::*;
pub(super) use audit::*;
pub(super) use editions::*;
pub(super) use feeds::*;
pub(super) use imports::*;
pub(super) use proposals::*;
pub(super) use settings::{format_choice, language_name, webhook_field, webhook_value};
pub(super) use sources::*;
pub(super) use webhooks::*;

phrases! {
    TITLE: "{page} · {programme}工作台", "{page} · {programme} console";
    CONSOLE: "工作台", "Console";
    SKIP: "跳到正文", "Skip to the content";
    NAVIGATION: "工作台导航", "Console";
    PUBLIC_SITE: "公开网站", "Public site";
    LOGOUT: "退出", "Log out";

    INBOX: "待办", "Inbox";
    ACTIVITIES: "活动", "Activities";
    EDITIONS: "年度", "Editions";
    WEBHOOKS: "推送", "Webhooks";
    FEEDS: "订阅情况", "Feeds";
    PEOPLE: "人员", "People";
    ACCOUNT: "我的账号", "My account";

    // Coming in.
    LOGIN: "登录", "Log in";
    LOGIN_NAME: "用户名", "Login";
    PASSWORD: "密码", "Password";
    LOGIN_WRONG: "用户名或密码不正确。", "The login or the password is wrong.";
    LOGIN_HELD: "失败次数过多，请在 {seconds} 秒后再试。", "Too many logins failed. Please try again in {seconds} seconds.";
    LOGIN_LOST: "忘记密码或丢失验证器？请联系管理员重置。", "Lost your password or your authenticator? An admin can reset them.";
    CODE: "验证码", "Code";
    CODE_ABOUT: "请输入验证器应用中显示的 6 位数字。", "Enter the six digits that your authenticator app shows.";
    CODE_WRONG: "验证码不正确，或已经用过。请等待下一个。", "The code is wrong or was used before. Wait for the next one.";
    GO_ON: "继续", "Continue";
    SECOND_FACTOR: "设置两步验证", "Set up the second factor";
    SECOND_FACTOR_ABOUT: "管理员和组织办公室账号登录时，除密码外还需要验证器应用（TOTP）的验证码。请扫码或手动输入密钥，然后填写应用显示的 6 位数字。", "Admins and the organising office log in with a code of an authenticator app (TOTP) beside the password. Scan this or type the secret into the app, then enter the six digits that it shows.";
    SECRET: "密钥", "Secret";
    QR: "用验证器应用扫码", "Scan with an authenticator app";
    OPEN_APP: "在本机的验证器应用中打开", "Open in an app on this device";
    OVER: "登录已过期", "Your session is over";
    OVER_ABOUT: "您填写的内容没有丢失：请在新标签页登录，然后回到本页重新发送。", "What you entered is not lost: log in in another tab, then come back to this page and send it again.";
    OVER_FILE: "文件没有收下：请在新标签页登录，然后回到上一页重新选择文件。", "The file was not taken: log in in another tab, then go back and choose it once more.";
    LOGIN_IN_TAB: "在新标签页登录", "Log in in another tab";
    SEND_AGAIN: "重新发送", "Send it again";

    // One's own account.
    PASSWORD_CHANGED: "密码已修改，其他设备上的登录已失效。", "Your password was changed; all other sessions have ended.";
    CHANGE_PASSWORD: "修改密码", "Change the password";
    PRESENT_PASSWORD: "当前密码", "Present password";
    NEW_PASSWORD: "新密码（至少 10 个字符）", "New password (10 characters at least)";
    HAS_SECOND_FACTOR: "两步验证已启用。更换设备请联系管理员重置。", "The second factor is in use. To move it to another device, ask an admin to reset it.";
    NO_SECOND_FACTOR: "两步验证未启用。", "There is no second factor.";
    TOKENS: "接口令牌", "Tokens for the API";
    TOKENS_ABOUT: "令牌代表您的账号：用它创建的推送归您所有，账号停用后令牌失效。", "A token acts for you: webhooks made with it are yours, and it is void when your account is disabled.";
    TOKEN_NAME: "名称", "Name";
    MAKE_TOKEN: "创建令牌", "Make a token";
    TOKEN_ONCE: "请立即保存，此令牌不会再次显示：", "Keep it now; it is not shown again:";
    END_TOKEN: "作废", "Revoke";
    NO_TOKENS: "还没有令牌。", "There are none.";

    // People.
    ADD_PERSON: "添加人员", "Add a person";
    ROLE: "角色", "Role";
    CREATED: "创建时间", "Added";
    STATE: "状态", "State";
    ACTIVE: "可登录", "May log in";
    DISABLED: "已停用", "Disabled";
    WITH_SECOND_FACTOR: "已启用两步验证", "with a second factor";
    CHANGE: "修改", "Change";
    YOU: "您自己", "you";
    SET_ROLE: "修改角色", "Set the role";
    DISABLE: "停用", "Disable";
    ENABLE: "恢复", "Enable";
    RESET_PASSWORD: "重置密码", "Reset the password";
    RESET_SECOND_FACTOR: "清除两步验证", "Clear the second factor";
    PASSWORD_ONCE: "{login} 的密码（请立即转交，不会再次显示）：", "The password of {login}, to hand over now; it is not shown again:";

    // Errors.
    REFUSED: "未执行", "That was not done";
    PERSON_TWICE: "表单重复提交，{login} 只添加了一次。初始密码只显示一次；如果没有看到，请为其重置密码。", "The form came twice, and {login} was added once. The password is shown once: if you did not see it, reset it.";
    TOKEN_TWICE: "表单重复提交，只创建了一个令牌。令牌只显示一次；如果没有保存，请作废后重新创建。", "The form came twice, and one token was made. It is shown once: if you did not keep it, revoke it and make another.";
    PEOPLE_HINT: "停用、重置密码、清除两步验证和更改角色都会立即结束此人的登录。重置后原密码失效，新密码只显示一次。", "Disabling, another password, no second factor and another role end this person's sessions at once. A new password is shown once; the old one is void.";
    FILTER: "筛选", "Filter";
    FAILED: "系统出了故障", "Something failed here";
    FAILED_ABOUT: "可能没有保存。请稍候几秒再试；如仍出现，请把编号 {id} 告诉管理员。", "It may not be saved. Try again in some seconds; if it fails again, tell whoever runs this the number {id}.";
    NOT_FOUND: "没有这个内容", "There is nothing here";
    FORBIDDEN: "您的角色无此权限", "Your role may not do that";
    STALE: "内容已被他人修改", "Somebody else changed it in between";
    BACK: "返回", "Back";
    ERRORS: "请更正以下内容", "Please mend this";
}

/// What a field of an activity, an edition or a form is called.
pub(super) fn label(field: &str, language: Language) -> &str {
    let (zh, en) = match field {
        "title" => ("名称", "Title"),
        "summary" => ("简介", "Summary"),
        "description" => ("说明", "Description"),
        "when" => ("时间", "Date"),
        "venue" => ("地点", "Venue"),
        "districts" => ("区", "Districts"),
        "mode" => ("形式", "Format"),
        "live_url" => ("直播地址", "Live stream"),
        "registration_url" => ("报名地址", "Registration"),
        "organizers" => ("主办方", "Hosts"),
        "audiences" => ("面向人群", "Audiences"),
        "partner_regions" => ("合作国家和地区", "Partner regions"),
        "kind" => ("类型", "Kind"),
        "section" => ("板块", "Section"),
        "series" => ("系列", "Series"),
        "strand" => ("性质", "Strand"),
        "edition" => ("年度", "Edition"),
        "parent" => ("所属活动", "Part of"),
        "highlight" => ("亮点", "Highlight"),
        "figures" => ("数据", "Figures"),
        "outcomes" => ("成果", "Outcomes"),
        "contact" => ("联系方式", "Contact"),
        "sources" => ("来源", "Sources"),
        "office" => ("负责单位", "Office"),
        "slug" => ("网址名称", "Name in addresses"),
        "reason" => ("原因", "Reason"),
        "publish_at" => ("发布时间", "Time of publication"),
        "replaced_by" => ("由何活动替代", "Replaced by"),
        "comment" => ("意见", "Comment"),
        "login" => ("用户名", "Login"),
        "password" => ("密码", "Password"),
        "present" => ("当前密码", "Present password"),
        "role" => ("角色", "Role"),
        "name" => ("名称", "Name"),
        "url" => ("网址", "Address"),
        "selection" => ("选择", "Selection"),
        "theme" => ("主题", "Theme"),
        "year" => ("年份", "Year"),
        "ordinal" => ("届次", "Ordinal"),
        "main_from" => ("主会期开始", "Main session from"),
        "main_to" => ("主会期结束", "Main session to"),
        "sections" => ("板块", "Sections"),
        "hosts" => ("主办单位", "Hosts"),
        "status" => ("状态", "Status"),
        "state" => ("状态", "State"),
        "time_zone" => ("时区", "Time zone"),
        "activities" => ("活动", "Activities"),
        "editions" => ("年度", "Editions"),
        "disabled_at" => ("停用", "Disabled"),
        "second_factor" => ("两步验证", "Second factor"),
        other => return settings::label(other, language),
    };
    either(language, zh, en)
}

/// Every action by its name in addresses.
pub(super) const ACTIONS: [&str; 11] = [
    "submit",
    "return",
    "announce",
    "reschedule",
    "relocate",
    "change-format",
    "postpone",
    "cancel",
    "reinstate",
    "hold",
    "withdraw",
];

/// What an action is called, as a command.
pub(super) fn action(action: &str, language: Language) -> &str {
    let (zh, en) = match action {
        "submit" => ("提交审核", "Submit for review"),
        "return" => ("退回", "Return"),
        "announce" => ("发布", "Announce"),
        "update" => ("修改", "Change"),
        "reschedule" => ("改期", "Reschedule"),
        "relocate" => ("变更地点", "Relocate"),
        "change-format" => ("变更形式", "Change the format"),
        "postpone" => ("延期", "Postpone"),
        "cancel" => ("取消活动", "Cancel the activity"),
        "reinstate" => ("恢复", "Reinstate"),
        "hold" => ("确认已举办", "Confirm as held"),
        "withdraw" => ("撤回", "Withdraw"),
        "correct the date of" => ("更正日期", "Correct the date"),
        other => (other, other),
    };
    either(language, zh, en)
}

/// What was done in a review, as a statement.
pub(super) fn action_done(action: &str, language: Language) -> &'static str {
    let (zh, en) = match action {
        "submit" => ("提交审核", "Submitted"),
        "return" => ("退回修改", "Returned"),
        _ => ("同意发布", "Announced"),
    };
    either(language, zh, en)
}

/// What a page says of what was just done, by the query that leads there.
pub(super) fn done(query: Option<&str>, language: Language) -> Option<String> {
    let query = query?;
    if query == "deleted" {
        return Some(DRAFT_DELETED.plain(language).to_owned());
    }
    if query == "saved" {
        return Some(SAVED.plain(language).to_owned());
    }
    let name = ACTIONS.into_iter().find(|name| *name == query)?;
    Some(DONE.say(language, &[("action", action(name, language))]))
}

/// What stands at the head of an action's form.
pub(super) fn about_action(action: &str, language: Language) -> &'static str {
    let phrase = match action {
        "submit" => ABOUT_SUBMIT,
        "return" => ABOUT_RETURN,
        "announce" => ABOUT_ANNOUNCE,
        "reschedule" => ABOUT_RESCHEDULE,
        "relocate" => ABOUT_RELOCATE,
        "change-format" => ABOUT_CHANGE_FORMAT,
        "postpone" => ABOUT_POSTPONE,
        "cancel" => ABOUT_CANCEL,
        "reinstate" => ABOUT_REINSTATE,
        "hold" => ABOUT_HOLD,
        _ => ABOUT_WITHDRAW,
    };
    phrase.plain(language)
}

/// A field's value for people: words of a vocabulary by their labels, everything else as it is.
pub(super) fn value(field: &str, value: &str, language: Language) -> String {
    fn labels<T: std::str::FromStr>(value: &str, label: impl Fn(T) -> &'static str) -> String {
        let words = value.split(", ");
        let words = words.map(|word| {
            word.parse()
                .map_or(word.to_owned(), |it| label(it).to_owned())
        });
        words.collect::<Vec<_>>().join("、")
    }
    match field {
        "districts" => labels::<District>(value, |it| either(language, it.zh(), it.en())),
        "audiences" => labels::<Audience>(value, |it| either(language, it.zh(), it.en())),
        "kind" => labels::<Kind>(value, |it| either(language, it.zh(), it.en())),
        "mode" => labels::<Mode>(value, |it| either(language, it.zh(), it.en())),
        "strand" => labels::<Strand>(value, |it| either(language, it.zh(), it.en())),
        "office" => value
            .parse()
            .map_or_else(|_| value.to_owned(), |it| wording::office(it, language)),
        "highlight" => match value {
            "true" => either(language, "是", "yes").to_owned(),
            _ => String::new(),
        },
        _ => value.to_owned(),
    }
}

/// An instant in Shanghai's time, to the minute.
pub(super) fn local(at: DateTime<Utc>) -> String {
    at.with_timezone(&shanghai())
        .format("%Y-%m-%d %H:%M")
        .to_string()
}

/// The same to the second.
pub(super) fn local_second(at: DateTime<Utc>) -> String {
    at.with_timezone(&shanghai())
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// A month of the promise.
pub(super) fn month(month: Month, language: Language) -> String {
    let when = When::Month { month };
    Dates::with_years(language).short(&when).unwrap_or_default()
}

/// A quarter of the promise, `2021-Q3`.
pub(super) fn quarter(quarter: &str, language: Language) -> String {
    let (year, number) = quarter.split_once("-Q").unwrap_or((quarter, ""));
    QUARTER.say(language, &[("year", year), ("n", number)])
}

/// What a role is called.
pub(super) fn role(role: Role, language: Language) -> String {
    let office = |office| wording::office(office, language);
    match role {
        Role::Admin => either(language, "管理员", "Admin").to_owned(),
        Role::Office => office(Office::City),
        Role::District(district) => office(Office::District(district)),
        Role::Viewer => either(language, "只读", "Viewer").to_owned(),
        Role::Partner => either(language, "合作方", "Partner").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::wording::have_the_same_parts;

    #[test]
    fn both_languages_of_a_phrase_have_the_same_parts() {
        let all = [
            ALL,
            activities::ALL,
            audit::ALL,
            editions::ALL,
            webhooks::ALL,
            feeds::ALL,
            imports::ALL,
            proposals::ALL,
            sources::ALL,
        ]
        .concat();
        assert!(all.len() > 300);
        have_the_same_parts(&all);
    }
}
