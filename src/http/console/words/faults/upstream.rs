//! What a source's log says, and what is refused of sources and proposals, in Chinese.
//!
//! Invariant: where and what a note names stays in it; what has no translation is shown as it is.

use entity::vocab::Language;

use super::{detail, filled, forms, values};

/// Sentences in English and in Chinese; none is so wide that it fits one of the others' table.
pub(super) const SAID: &[(&str, &str)] = &[
    // Fetching.
    (
        "the source answered 304, though it was not asked whether it is new",
        "来源答复 HTTP 304（没有变化），但这次要求的是完整内容",
    ),
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
        "reading the document takes longer than {} s",
        "读取文件超过 {0} 秒，没有采用",
    ),
    (
        "line {} breaks off: it has {} of {} cells and no line end; nothing is made of it, and nothing is taken for gone",
        "文件在第 {0} 行中断：应有 {2} 列，只有 {1} 列，行末没有换行。这一行没有采用，也不把任何条目视为已撤下",
    ),
    (
        "the page breaks off: it has neither </body> nor </html>; nothing is taken for gone",
        "网页不完整：没有 </body> 或 </html>。不把任何条目视为已撤下",
    ),
    (
        "what it says could not be written down",
        "读到的内容没能保存，稍后会重新读取",
    ),
    (
        "the mapping {} is gone: name another one",
        "列名对照 {0} 已不存在，请在设置中重新填写",
    ),
    (
        "the source has no address: bring its file",
        "来源没有网址，请上传文件",
    ),
    (
        "{} has no address to ask: bring its file",
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
        "{} was polled by another one meanwhile: this poll took too long, and nothing of it is kept",
        "这次读取用时过长，来源已由另一次读取接手，这次的结果没有采用",
    ),
    (
        "{} was changed while it was polled",
        "读取期间来源的设置被修改，这次的结果没有采用，请重新读取",
    ),
    ("{} waits no more: it is {}", "这条建议已经处理过，或已失效"),
    (
        "{} was not rejected: it is {}",
        "这条建议没有被拒绝，不能撤回",
    ),
    (
        "{} cannot be proposed anew: its source has that entry no more",
        "来源中已没有这一条，不能再次提出",
    ),
    (
        "{} cannot be proposed anew: {} was decided about the same since",
        "此后已就同一内容作出过决定（{1}），这条不能再次提出",
    ),
    (
        "{} cannot be proposed anew: its entry is {}",
        "这一条已对应活动 {1}，不用再次提出",
    ),
    (
        "a rejection was taken back; looked at again when it is read next",
        "已撤回拒绝，下次读取来源时重新比较",
    ),
    (
        "{} is not what it was when you looked at it: look again, and decide",
        "您查看之后，这条建议有了新的变化，没有执行任何操作，请重新查看后决定",
    ),
    (
        "its activity was changed here; looked at again when it is read next",
        "对应的活动有了变化，下次读取来源时重新比较",
    ),
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
    (
        "it may be here already: it needs a word of its own",
        "可能与已有的活动重复，需要单独处理",
    ),
    (
        "there was no time for more: do the same again, and it goes on with the rest",
        "时间不够，还没有处理：请再操作一次，会从这里继续",
    ),
    (
        "{} is not trusted any more: it waits for a person's word",
        "这条建议不能再直接执行，需要由人决定",
    ),
    (
        "{} is about an activity that is here; only a new entry is linked",
        "这条建议已有对应的活动；只有新条目才能另行对应",
    ),
    (
        "there is no other activity {}",
        "没有另一个编号为 {0} 的活动",
    ),
    ("the edits are an object", "提交的内容格式不正确"),
    ("a token of role {} may not {}", "您的角色无权这样操作"),
    (
        "version {} is stale; the present one is {}",
        "活动刚刚有了新的修改，请重新决定",
    ),
    (
        "cannot be announced without kind and when",
        "发布前还需要填写：类型、时间",
    ),
    ("cannot be announced without kind", "发布前还需要填写：类型"),
    ("cannot be announced without when", "发布前还需要填写：时间"),
    (
        "cannot be held before it starts, {}; now it is {}",
        "{0} 才开始，不能确认已举办",
    ),
    (
        "cannot be held while its date is unknown; {}",
        "日期未定，不能确认已举办；请先改期到实际举办的日期",
    ),
    (
        "a new slot must be known; {}",
        "新日期必须明确；如果新日期待定，请选择延期",
    ),
    (
        "{} would change nothing: the activity is like that already",
        "没有任何变化",
    ),
    (
        "{} of a public activity is changed by the action {}; {}",
        "已公布活动的时间、地点、区和形式要用专门的操作来修改",
    ),
    (
        "cannot {} an activity that is {}",
        "活动当前的状态不允许这样操作",
    ),
    ("{} cannot be replaced by itself", "不能由它自己替代"),
    // What an entry waits for.
    (
        "is compared with what is here when the source is read next",
        "下次读取时再与系统中的活动比较",
    ),
    (
        "linked by hand; compared when the source is read next",
        "已手动对应，下次读取时再比较",
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
    let mut faults: Vec<String> = Vec::new();
    for part in note.split("; ") {
        let begins = part.starts_with('/')
            || ["and {} more", "block {} (line {}): {}"]
                .iter()
                .any(|form| values(part, form).is_some());
        match faults.last_mut() {
            // A sentence may have a semicolon of its own.
            Some(fault) if !begins => *fault = format!("{fault}; {part}"),
            _ => faults.push(part.to_owned()),
        }
    }
    let faults = faults.iter().map(|fault| {
        placed(fault).unwrap_or_else(|| {
            let parts = fault.split("; ");
            let parts =
                parts.map(|part| placed(part).unwrap_or_else(|| part.replacen(": ", "：", 1)));
            parts.collect::<Vec<_>>().join("；")
        })
    });
    faults.collect::<Vec<_>>().join("；")
}

/// A fault with its place; a note about the whole document has an empty one.
fn placed(fault: &str) -> Option<String> {
    match fault.split_once(": ") {
        Some(("", rest)) => told(rest),
        Some((place, rest)) if place.starts_with('/') => Some(format!("{place}：{}", told(rest)?)),
        _ => told(fault),
    }
}

/// A sentence, or one behind the entry that it names.
fn told(text: &str) -> Option<String> {
    let said = |text: &str| {
        let said = detail(text, Language::Zh);
        (said != text).then_some(said)
    };
    // One that begins with words of ours names no entry.
    let ours =
        |(english, _): &(&str, &str)| !english.starts_with("{}") && values(text, english).is_some();
    if text.starts_with("is left out: ") || forms().any(ours) {
        return said(text);
    }
    let mut colons = text.match_indices(": ");
    let named = colons.find_map(|(at, colon)| {
        let (entry, rest) = (&text[..at], &text[at + colon.len()..]);
        Some(format!("{entry}：{}", said(rest)?))
    });
    named.or_else(|| said(text))
}

fn said(text: &str) -> Option<String> {
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
        assert_eq!(
            zh("/events/1/DTSTART: p1@x: there is no edition 2027, neither here nor in the file"),
            "/events/1/DTSTART：p1@x：没有 2027 年度：系统和文件里都没有"
        );
        assert_eq!(
            zh("/lines/3/slug: is missing; it must be \"yueli/1\"; /lines/4: a: b; and 7 more"),
            "/lines/3/slug：必填，应为 \"yueli/1\"；/lines/4：a: b；另有 7 处"
        );
        assert_eq!(
            zh("block 1 (line 3): not JSON: x; block 2 (line 9): not JSON: y"),
            "第 1 段数据（从第 3 行起）不符合 JSON 格式（“x”）；第 2 段数据（从第 9 行起）不符合 JSON 格式（“y”）"
        );
        assert_eq!(
            zh(": 3 items without a link are left out"),
            "3 条没有链接，未读入"
        );
        assert_eq!(
            zh("\"A: B; C\": there is no edition 2030"),
            "\"A: B; C\"：没有 2030 年度"
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
            "reading the document takes longer than 10 s".to_owned(),
            "line 4 breaks off: it has 1 of 3 cells and no line end; nothing is made of it, and nothing is taken for gone".to_owned(),
            "the page breaks off: it has neither </body> nor </html>; nothing is taken for gone".to_owned(),
            "src_1 was polled by another one meanwhile: this poll took too long, and nothing of it is kept".to_owned(),
            "src_1 was changed while it was polled".to_owned(),
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
