//! Every phrase that feeds say, zh and en side by side, for a translator to read.
//!
//! Owns the words around facts; the labels of vocabularies stand in `entity::vocab`, the forms of
//! dates in [`super::dates`]. Invariant: both languages of a phrase have the same `{parts}`.

use entity::vocab::{Language, ReasonCode};

use crate::domain::{notice::Reason, role::Office};

/// A sentence in both languages; `{name}` stands for a part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phrase {
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

impl Phrase {
    /// The sentence with its parts in. A part's own braces mean nothing.
    pub(crate) fn say(&self, language: Language, parts: &[(&str, &str)]) -> String {
        let mut rest = self.plain(language);
        let mut said = String::new();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after
                .split_once('}')
                .expect("a test holds that braces are closed");
            said.push_str(before);
            said.push_str(
                parts
                    .iter()
                    .find(|(part, _)| *part == name)
                    .map_or("", |(_, text)| text),
            );
            rest = after;
        }
        said.push_str(rest);
        said
    }

    /// The sentence as it stands.
    pub(crate) const fn plain(&self, language: Language) -> &'static str {
        either(language, self.zh, self.en)
    }
}

macro_rules! phrases {
    ($($(#[$doc:meta])* $name:ident: $zh:literal, $en:literal;)+) => {
        $($(#[$doc])* pub(crate) const $name: Phrase = Phrase { zh: $zh, en: $en };)+
        #[cfg(test)]
        pub(crate) const ALL: &[Phrase] = &[$($name),+];
    };
}
pub(crate) use phrases;

phrases! {
    // Titles of news.
    TITLE: "[{label}] {title}", "[{label}] {title}";
    TITLE_WITH_FACTS: "[{label}] {title} · {facts}", "[{label}] {title} · {facts}";
    TITLE_OF_CHANGE: "[{label}] {title}:{old} → {new}", "[{label}] {title}: {old} → {new}";
    TITLE_WITH_OLD_DATE: "[{label}] {title}(原定{old})", "[{label}] {title} (was {old})";
    LABEL_NOW_ONLINE: "转线上", "Now online";
    LABEL_NOW_ON_SITE: "转线下", "Now on site";
    LABEL_NOW_MIXED: "线上线下结合", "Now on site and online";
    WITHDRAWN: "一项活动的通告已撤回", "The notices of an activity were withdrawn";
    DIGEST_TITLE: "[月报] {month}活动 {count} 项", "[Digest] Activities in {month}: {count}";

    // Lines of news and of calendar entries.
    WHEN: "时间：{when}", "When: {when}";
    WAS: "原定：{when}", "Was: {when}";
    WHERE: "地点：{place}", "Where: {place}";
    RESCHEDULED: "改期：{old} → {new}。", "Rescheduled: {old} → {new}.";
    DAY_TO_COME: "具体日期待定，目前只确定了{month}。", "The day is still to come: only {month} is known so far.";
    POSTPONED: "延期，新日期待定。", "Postponed, new date to come.";
    POSTPONED_FROM: "延期，新日期待定（原定{old}）。", "Postponed, new date to come (was {old}).";
    CANCELLED: "已取消。", "Cancelled.";
    CANCELLED_FOR: "已取消，原因：{reason}。", "Cancelled: {reason}.";
    HELD: "已举办。", "Held.";
    REASON: "原因：{reason}。", "Reason: {reason}.";
    OUTCOME: "成果：{outcome}", "Outcome: {outcome}";
    UPDATED: "更新内容：{fields}", "Updated: {fields}";
    ORGANIZER: "主办：{organizer}", "Host: {organizer}";
    WATCH: "直播：{url}", "Watch: {url}";
    REGISTER: "报名：{url}", "Register: {url}";
    DETAILS: "详情：{url}", "Details: {url}";
    REPLACED: "请见替代它的活动。", "See the activity that replaces it.";
    CITY_WIDE: "全市及线上", "City-wide and online";

    // Links in the HTML of news.
    LINK_ACTIVITY: "活动页面", "Activity";
    LINK_CALENDAR: "加入日历", "Add to calendar";
    LINK_WATCH: "观看直播", "Watch";
    LINK_REGISTER: "报名", "Register";

    // What robots tell groups.
    LINK_NOTICE: "查看通告", "Read the notice";
    ROBOT_CONNECTED: "已接入活动通告", "Connected to the programme's notices";
    ROBOT_CONNECTED_WHY: "这是一条测试消息。今后活动的发布、改期、延期、取消都会通知到这里。", "This is a test. New activities, new dates, postponements and cancellations will be told here.";

    // Titles of calendar entries.
    SUMMARY_POSTPONED: "【延期】{title}", "[Postponed] {title}";
    SUMMARY_CANCELLED: "【取消】{title}", "[Cancelled] {title}";

    // Places and people.
    CITY: "北京", "Beijing";
    ONLINE: "线上", "Online";
    PLACE_UNKNOWN: "地点待定", "venue to come";
    DISTRICT: "{district}区", "{district} District";
    ORGANISING_OFFICE: "组织办公室", "Organising Office";
    WATCH_LABEL: "直播", "Live stream";
    HIGHLIGHT: "亮点", "Highlight";
    ENUMERATION: "{first}、{next}", "{first}, {next}";
    LINE_OF_PLACE: "{first}，{next}", "{first}, {next}";

    // Feeds about themselves.
    FEED_OF: "{programme} · {scope}", "{programme} · {scope}";
    NEWS_OF: "{feed} · 通告", "{feed} · Notices";
    FEED_IN_MONTH: "{feed} · {month}", "{feed} · {month}";
    LIST_OF_FEEDS: "{programme} · 订阅清单", "{programme} · Feeds";
    LIST_ALL: "全部", "Everything";
    LIST_CHANGES: "仅变更", "Changes only";
    LIST_DISTRICTS: "按区", "By district";
    LIST_KINDS: "按类型", "By kind";
    LIST_SECTIONS: "按板块", "By section";
    CALENDAR_ABOUT_DISTRICT: "{programme}在{scope}的活动。", "Activities of the {programme} in {scope}.";
    CALENDAR_ABOUT_EDITION: "{programme}{scope}年的全部活动。", "Every activity of the {programme} in {scope}.";
    CALENDAR_ABOUT_ACTIVITY: "{programme}的一项活动：{scope}。", "One activity of the {programme}: {scope}.";
    CALENDAR_ABOUT_SELECTION: "{programme}的活动：{scope}。", "Activities of the {programme}: {scope}.";
    CALENDAR_ABOUT_PLANNING: "{programme}只确定了月份的活动。", "Activities of the {programme} of which only the month is known.";
    PLANNING: "筹备中", "Being planned";
    SECTION_OF: "{year}年{section}", "{section} {year}";
    NO_HIGHLIGHT: "非亮点", "Other than highlights";
    NEWS_ABOUT: "{about}每次发布、改期、延期、取消都有一条通告。", "{about} One notice for each announcement, new date, postponement and cancellation.";
}

/// The one of two forms that belongs to a language.
pub(crate) const fn either<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// Several names in one.
pub(crate) fn enumeration<I: IntoIterator<Item = T>, T: AsRef<str>>(
    names: I,
    language: Language,
) -> String {
    joined(&ENUMERATION, names, language)
}

/// A place from its smallest part to the city.
pub(crate) fn line_of_place<I: IntoIterator<Item = T>, T: AsRef<str>>(
    parts: I,
    language: Language,
) -> String {
    joined(&LINE_OF_PLACE, parts, language)
}

fn joined<I: IntoIterator<Item = T>, T: AsRef<str>>(
    phrase: &Phrase,
    names: I,
    language: Language,
) -> String {
    names
        .into_iter()
        .map(|name| name.as_ref().to_owned())
        .reduce(|first, next| phrase.say(language, &[("first", &first), ("next", &next)]))
        .unwrap_or_default()
}

/// The name of an office.
pub(crate) fn office(office: Office, language: Language) -> String {
    match office {
        Office::City => ORGANISING_OFFICE.plain(language).to_owned(),
        Office::District(district) => DISTRICT.say(
            language,
            &[("district", either(language, district.zh(), district.en()))],
        ),
    }
}

/// What a reason says: its own words, else its code's, and nothing where that says nothing.
pub(crate) fn reason(reason: &Reason, language: Language) -> Option<String> {
    let own = match language {
        Language::Zh => reason.zh.as_ref().or(reason.en.as_ref()),
        Language::En => reason.en.as_ref().or(reason.zh.as_ref()),
    };
    match (own, reason.code) {
        (Some(own), _) => Some(
            own.trim_end_matches(['。', '.', '!', '\u{FF01}'])
                .to_owned(),
        ),
        (None, ReasonCode::Other) => None,
        (None, code) => Some(either(language, code.zh(), code.en()).to_owned()),
    }
}

/// What people call a field of an activity.
pub(crate) fn field(name: &str, language: Language) -> &str {
    let (zh, en) = match name {
        "title" => ("名称", "title"),
        "summary" => ("简介", "summary"),
        "description" => ("说明", "description"),
        "when" => ("时间", "date"),
        "venue" => ("地点", "venue"),
        "districts" => ("区", "districts"),
        "mode" => ("形式", "format"),
        "live_url" => ("直播地址", "live stream"),
        "registration_url" => ("报名地址", "registration"),
        "organizers" => ("主办方", "hosts"),
        "audiences" => ("面向人群", "audiences"),
        "partner_regions" => ("合作国家和地区", "partner regions"),
        "kind" => ("类型", "kind"),
        "section" => ("板块", "section"),
        "series" => ("系列", "series"),
        "highlight" => ("亮点", "highlight"),
        "figures" => ("数据", "figures"),
        "outcomes" => ("成果", "outcomes"),
        "contact" => ("联系方式", "contact"),
        "sources" => ("来源", "sources"),
        other => (other, other),
    };
    either(language, zh, en)
}

/// What people call a figure.
pub(crate) fn figure(what: &str, language: Language) -> &str {
    let (zh, en) = match what {
        "presenters" => ("路演项目", "presenters"),
        "on_site" => ("现场人数", "on site"),
        "views" => ("观看人次", "views"),
        "participants" => ("参与人数", "participants"),
        other => (other, other),
    };
    either(language, zh, en)
}

/// Whether both languages of each phrase have the same parts; a test of each module of phrases asks.
#[cfg(test)]
pub(crate) fn have_the_same_parts(phrases: &[Phrase]) {
    fn parts(sentence: &str) -> Vec<&str> {
        let mut parts: Vec<&str> = sentence
            .split('{')
            .skip(1)
            .map(|rest| rest.split_once('}').expect("a closed brace").0)
            .collect();
        parts.sort_unstable();
        parts
    }

    for Phrase { zh, en } in phrases {
        assert_eq!(parts(zh), parts(en), "{zh} / {en}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_of_a_phrase_have_the_same_parts() {
        have_the_same_parts(ALL);
    }

    #[test]
    fn phrases_hold_no_markup_so_that_they_may_stand_around_it() {
        for phrase in ALL {
            assert!(![phrase.zh, phrase.en].concat().contains(['<', '>', '&']));
        }
    }

    #[test]
    fn a_part_may_hold_braces() {
        let said = TITLE.say(
            Language::Zh,
            &[("label", "新增"), ("title", "{label} }{ x")],
        );
        assert_eq!(said, "[新增] {label} }{ x");
    }

    #[test]
    fn a_reason_without_words_is_told_by_its_code_and_other_is_none() {
        let told = |code, zh: Option<&str>| {
            reason(
                &Reason {
                    code,
                    zh: zh.map(str::to_owned),
                    en: None,
                },
                Language::En,
            )
        };
        assert_eq!(told(ReasonCode::Venue, None).as_deref(), Some("Venue"));
        assert_eq!(told(ReasonCode::Other, None), None);
        assert_eq!(
            told(ReasonCode::Other, Some("停电。")).as_deref(),
            Some("停电")
        );
    }
}
