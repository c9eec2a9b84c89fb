//! What a source's log says, and what is refused of sources and proposals, in Chinese.
//!
//! Invariant: where and what a note names stays in it; what has no translation is shown as it is.

use entity::vocab::Language;

use super::{detail, filled, values};

/// Sentences in English and in Chinese; none is so wide that it fits one of the others' table.
pub(super) const SAID: &[(&str, &str)] = &[
    // Fetching.
    ("the source answered {}", "来源答复 HTTP {0}"),
    (
        "the source took longer than {} s",
        "来源超过 {0} 秒没有答完",
    ),
    (
        "the redirect to {} cannot be followed: {}",
        "来源跳转到 {0}，无法跟随（{1}）",
    ),
    (
        "the source redirects more than {} times",
        "来源跳转超过 {0} 次",
    ),
    (
        "the source did not answer in time: {}",
        "来源没有按时答复（{0}）",
    ),
    ("the source did not answer in time", "来源没有按时答复"),
    ("the source cannot be reached: {}", "连接不上来源（{0}）"),
    ("the source cannot be reached", "连接不上来源"),
    ("the answer broke off: {}", "来源的答复中断（{0}）"),
    ("the answer broke off", "来源的答复中断"),
    (
        "the document has more than {} bytes when it is unpacked",
        "文件解压后超过 {0} 字节",
    ),
    ("the document has more than {} bytes", "文件超过 {0} 字节"),
    (
        "the document is packed by {}, which was not asked for; gzip was",
        "来源以 {0} 方式压缩，无法读取",
    ),
    ("the document cannot be unpacked: {}", "文件无法解压（{0}）"),
    ("the document could not be read", "文件无法读取"),
    (
        "the source has no address: bring its file",
        "来源没有网址，请上传文件",
    ),
    (
        "the source is found at {} now",
        "来源已搬到 {0}，请修改设置中的网址",
    ),
    // Whether it is whole.
    ("the source is empty", "来源里没有任何条目"),
    (
        "the source came back empty; it held {} entries",
        "来源这次是空的，此前有 {0} 条",
    ),
    (
        "{} of {} entries are missing from the source; nothing is proposed until they are back or somebody says that this is all",
        "来源原有 {1} 条，少了 {0} 条；在恢复之前，或有人确认“现在就是全部”之前，不提出任何建议",
    ),
    ("and more", "还有更多"),
    // Deciding.
    (
        "{} is being polled; wait until that is done",
        "这个来源正在读取，请稍候再试",
    ),
    (
        "{} was changed while it was polled",
        "读取期间来源的设置被修改，这次的结果没有采用，请重新读取",
    ),
    ("{} waits no more: it is {}", "这条建议已经处理过，或已失效"),
    (
        "the activity was changed since {} was made; the proposal shows what stands there now: decide again",
        "建议提出后，活动有了新的修改，没有执行任何操作。下面是最新内容，请重新决定",
    ),
    (
        "{} is gone, and {} with it",
        "活动已不存在，这条建议随之失效",
    ),
    ("{} names no activity", "这条建议没有对应的活动"),
    (
        "an editor decided otherwise: it needs a word of its own",
        "与本单位的决定有冲突，需要单独处理",
    ),
];

/// What begins a warning about several entries.
const COUNTED: [(&str, &str); 2] = [
    (
        " entries wait for something here: ",
        " 条在等待本系统补充内容：",
    ),
    (" entries cannot be read: ", " 条无法读入："),
];

/// A note of a source's log, or its warning.
pub(in crate::http::console) fn noted(note: &str, language: Language) -> String {
    if language == Language::En {
        return note.to_owned();
    }
    for (english, chinese) in COUNTED {
        if let Some((count, rest)) = note.split_once(english) {
            return format!("{count}{chinese}{}", noted(rest, language));
        }
    }
    if let Some(said) = said(note) {
        return said;
    }
    let parts = note.split("; ").map(|part| {
        let Some((place, rest)) = part.split_once(": ") else {
            return part.to_owned();
        };
        match rest.strip_suffix(" stands there twice") {
            Some(which) => format!("{place}：{which} 出现两次"),
            None => format!("{place}：{}", detail(rest, language)),
        }
    });
    let text = parts.collect::<Vec<_>>().join("；");
    text.replace("；the first one is taken", "，只取第一条")
}

pub(super) fn said(text: &str) -> Option<String> {
    SAID.iter()
        .find_map(|(english, chinese)| Some(filled(chinese, &values(text, english)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_keeps_its_place_and_says_the_rest_in_chinese() {
        let zh = |note: &str| noted(note, Language::Zh);
        assert_eq!(
            zh("/events/2/DTSTART: \"x\" is not a day"),
            "/events/2/DTSTART：\"x\" 不是日期"
        );
        assert_eq!(
            zh("2 entries wait for something here: \"路演\": there is no edition 2030"),
            "2 条在等待本系统补充内容：\"路演\"：没有 2030 年度"
        );
        assert_eq!(
            zh("/events/1: \"a@b\" stands there twice; the first one is taken"),
            "/events/1：\"a@b\" 出现两次，只取第一条"
        );
        assert_eq!(
            zh("/lines/3/title_zh: is missing; /lines/3/starts: \"x\" is not a day"),
            "/lines/3/title_zh：必填；/lines/3/starts：\"x\" 不是日期"
        );
        assert_eq!(zh("something new"), "something new");
        assert_eq!(zh("a: b; c"), "a：b；c");
        assert_eq!(noted("a: b; c", Language::En), "a: b; c");
    }

    #[test]
    fn whatever_a_fetch_ends_with_is_said_in_chinese() {
        use crate::{domain::tracking::Doubt, track::Unfetched};
        let status = Unfetched::Status {
            status: 503,
            retry_after: None,
        };
        let told = [
            status.to_string(),
            "the source took longer than 30 s".to_owned(),
            "the source cannot be reached: tcp connect error".to_owned(),
            "the answer broke off: connection reset".to_owned(),
            "the document has more than 5242880 bytes when it is unpacked".to_owned(),
            "the source is found at https://b.example/x now".to_owned(),
            Doubt::Empty { before: 0 }.to_string(),
            Doubt::Empty { before: 7 }.to_string(),
            Doubt::Halved {
                missing: 5,
                before: 9,
            }
            .to_string(),
        ];
        for english in told {
            let chinese = noted(&english, Language::Zh);
            assert_ne!(chinese, english);
            assert!(!chinese.contains("source"), "{chinese}");
        }
        let halved = Doubt::Halved {
            missing: 5,
            before: 9,
        };
        let said = noted(&halved.to_string(), Language::Zh);
        assert!(said.starts_with("来源原有 9 条，少了 5 条"), "{said}");
    }
}
