//! Every phrase of the pages, zh and en side by side, for a translator to read.
//!
//! Owns the words around facts. The labels of vocabularies stand in `entity::vocab`; what feeds and
//! pages say alike stands in `publish::wording`. Invariant: both languages of a phrase have the same
//! `{parts}`.

use entity::vocab::Language;

use crate::publish::wording::{Phrase, either, phrases};

mod browse;
pub(super) mod promise;
mod regions;
mod subscribe;

pub(super) use browse::*;
pub(super) use regions::region;
pub(super) use subscribe::*;

phrases! {
    // Around every page.
    TITLE: "{page} · {programme}", "{page} · {programme}";
    SKIP: "跳到正文", "Skip to the content";
    NAVIGATION: "主导航", "Main";
    NOTICES: "通告", "Notices";
    SUBSCRIBE: "订阅", "Subscribe";
    TIMES: "所有时间均为北京时间（UTC+8）。", "All times are Beijing time (UTC+8).";
    CONTACT_US: "联系：{email}", "Contact: {email}";

    // The start page.
    NEXT: "即将举行", "Coming up";
    RECENT: "近期活动", "Recent activities";
    NONE_COMING: "目前没有已公布的后续活动，以下是最近的活动。", "Nothing further is announced yet. These are the most recent activities.";
    NOTHING_YET: "还没有公布任何活动。", "No activity has been announced yet.";
    UNDATED: "时间待定", "Date to be announced";
    LATEST_NOTICES: "最新通告", "Latest notices";
    MORE_NOTICES: "更多通告", "More notices";
    NO_NOTICES: "还没有通告。", "There are no notices yet.";

    // Subscribing.
    SUBSCRIBE_WHY: "订阅后，新增、改期、延期和取消都会自动更新到您的日历或阅读器。", "Subscribe once: new activities, new dates, postponements and cancellations then reach your calendar or reader by themselves.";
    CALENDAR_ADDRESS: "日历地址（iCalendar）", "Calendar address (iCalendar)";
    CALENDAR_OF_ALL: "{programme} · 日历", "{programme} · Calendar";
    NEWS_OF_ALL: "{programme} · 通告", "{programme} · Notices";
    CALENDAR_OF: "{scope}日历", "{scope} calendar";
    NEWS_OF: "{scope}通告", "{scope} notices";
    CLIENTS: "各应用多久更新一次", "How soon each app shows a change";

    // An activity.
    WHEN: "时间", "When";
    WHERE: "地点", "Where";
    FORM: "形式", "Format";
    EDITION: "年度", "Edition";
    PART_OF: "所属", "Part of";
    SECTION: "板块", "Section";
    SERIES: "系列", "Series";
    AUDIENCES: "面向", "For";
    REGIONS: "合作国家和地区", "Partner regions";
    CONTACT: "联系方式", "Contact";
    HIGHLIGHT: "季度亮点", "Highlight of the quarter";
    ORIGINALLY: "此前", "Previously";
    NOW: "现为", "Now";
    UNCONFIRMED_YET: "已结束，待确认", "Over, not yet confirmed";
    DATE_UNRECORDED: "日期未载", "Date not recorded";
    WITHOUT_DATE: "没有日期的活动", "Without a date on record";
    DATE_UNKNOWN: "时间待定", "Date to be announced";
    SUMMARY: "简介", "About";
    OUTCOMES: "成果", "Outcome";
    SOURCES: "来源", "Sources";
    SOURCE: "来源", "Source";
    PROGRAMME: "日程", "Programme";
    WATCH: "观看直播", "Watch the live stream";
    REGISTER: "报名", "Register";
    DOWNLOAD: "下载到日历（.ics）", "Add to calendar (.ics)";
    DOWNLOAD_NOTE: "单项活动请下载；要随时收到变更，请订阅全部活动的日历。", "This adds the activity as it is now. To receive changes, subscribe to the calendar.";
    NEWS_OF_ONE: "本活动的通告", "Notices of this activity";
    CALENDAR_OF_ONE: "本活动的日历", "Calendar of this activity";
    FOLLOW_NEWS: "本活动的通告（RSS）", "Notices of this activity (RSS)";
    HISTORY: "变更记录", "History";
    HISTORY_OF: "{title} · 变更记录", "{title} · History";
    REVISION: "第 {n} 版", "Revision {n}";
    AS_OF_REVISION: "这是第 {n} 版（{day}）。", "This is revision {n} ({day}).";
    SUPERSEDED: "之后有变更。", "It has changed since.";
    SEE_CURRENT: "查看现在的版本", "See it as it is now";
    SEE_REVISION: "当时的页面", "The page as of then";
    WHOLE_HISTORY: "全部变更记录", "The whole history";
    WHY: "原因", "Reason";
    CHANGED: "更新", "Updated";
    AND: "、", ", ";

    // A notice.
    NOTICES_ABOUT: "每次发布、改期、延期、取消都有一条通告，发布后不再改动。", "One notice for each announcement, new date, postponement and cancellation. Once published, a notice does not change.";
    NOTICE_OF: "{label}：{title}", "{label}: {title}";
    STANDS_NOW: "现在的情况", "As it stands now";
    PREVIOUS_NOTICE: "上一条", "Earlier";
    NEXT_NOTICE: "下一条", "Later";
    NEIGHBOURS: "本活动的其他通告", "Other notices of this activity";
    WITHDRAWN: "一项活动的通告已撤回", "The notices of an activity were withdrawn";
    REPLACED: "请见替代它的活动", "See the activity that replaces it";
    DIGEST_OF: "{month}活动 {count} 项", "Activities in {month}: {count}";
    TITLE_CHANGE: "名称", "Title";

    // What is not there.
    MISSING: "没有这个页面", "There is nothing here";
    MISSING_WHY: "地址可能有误，或者活动尚未公布。", "The address may be mistyped, or the activity is not announced.";
    GONE: "此页面已撤回", "This page was withdrawn";
    GONE_WHY: "这里的内容不应发布，已经撤下。", "What stood here should not have been published and was taken down.";
    TO_HOME: "回到首页", "To the start page";

    // Problems of the API.
    PROBLEM: "问题：{kind}", "Problem: {kind}";
    PROBLEM_TYPE: "application/problem+json 的 type（RFC 9457）", "A type of application/problem+json (RFC 9457)";
}

/// What is said of values that were passed over; nothing where there are none.
pub(super) fn ignored(values: &[String], language: Language) -> Option<String> {
    let said = || IGNORED.say(language, &[("what", &values.join(", "))]);
    (!values.is_empty()).then(said)
}

/// What people call an organiser's part.
pub(in crate::http) fn role(role: &str, language: Language) -> &str {
    let (zh, en) = match role {
        "host" => ("主办", "Host"),
        "co_host" => ("联合主办", "Co-host"),
        "organizer" => ("承办", "Organiser"),
        "co_organizer" => ("协办", "Co-organiser"),
        "supporter" => ("支持", "Supporter"),
        other => (other, other),
    };
    either(language, zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::wording::have_the_same_parts;

    #[test]
    fn both_languages_of_a_phrase_have_the_same_parts() {
        let all = [ALL, browse::ALL, promise::ALL, subscribe::ALL].concat();
        assert!(all.len() > 150);
        have_the_same_parts(&all);
    }
}
