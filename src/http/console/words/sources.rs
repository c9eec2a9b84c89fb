//! What the console says of sources: how they stand, their settings, and what came of asking them.
//!
//! Invariant: a code that nobody knows is shown as it is.

use entity::vocab::{District, Kind, Language};

use crate::{
    domain::source::{ProposalKind, SourceFormat},
    publish::wording::{self, Phrase, either, phrases},
};

phrases! {
    // The list.
    SOURCES: "来源", "Sources";
    NEW_SOURCE: "新建来源", "New source";
    NO_SOURCES: "还没有来源。新建后，系统会定期读取对方的日历、网页或表格，把其中的变化列为建议，由您决定是否采纳。", "There are none yet. Once there is one, its calendar, page or table is read from time to time, and what changes in it is proposed for you to decide.";
    SOURCES_ABOUT: "系统定期读取这些来源，把其中的变化列为建议。除非授权直接执行，未经采纳不会改动任何活动。时间均为北京时间。", "These are read from time to time, and what changes in them is proposed. Nothing is changed without somebody's word but what a source is trusted with. All times are Beijing time.";
    SOURCE_READ_AT: "上次读取 {at}", "read last {at}";
    SOURCE_ENTRIES: "{n} 条内容", "entries: {n}";
    PROPOSALS_WAIT: "{n} 条建议待处理", "proposals that wait: {n}";
    SOURCE_DELETED: "来源已删除，尚未处理的建议随之失效。已有的活动不受影响。", "The source was deleted, and what it proposed and nobody decided is moot. Activities stay as they are.";

    // How one stands.
    SOURCE_NEW: "待读取", "Not read yet";
    SOURCE_GOOD: "正常", "Read well";
    SOURCE_WANTING: "部分未读入", "Partly read";
    SOURCE_DOUBTFUL: "存疑", "Doubtful";
    SOURCE_FAILED: "读取失败", "Failing";
    SOURCE_REFUSED: "无法读入", "Cannot be read";
    SOURCE_RESTS: "已暂停", "Paused";
    IS_SOURCE_NEW: "还没有读取过。", "It was not read yet.";
    IS_SOURCE_GOOD: "上次读取正常。", "It was read well.";
    IS_SOURCE_WANTING: "上次读取了，但有的条目没有读入。", "It was read, but not all of its entries were taken.";
    IS_SOURCE_DOUBTFUL: "来源突然变空，或少了一半以上的条目，多半是对方出了故障。这次的内容没有采用，也没有提出任何建议。", "It came back empty, or lost half of its entries or more, which is more likely a fault than the truth. Nothing of it was taken, and nothing is proposed.";
    IS_SOURCE_FAILED: "连续 {n} 次没有读到，正在自动重试，间隔逐渐加长，最长一天。", "It could not be had {n} times in a row; it is asked again by itself, later each time, after a day at the latest.";
    IS_SOURCE_REFUSED: "得到的内容没有采用：无法识别，或超出了限制。", "What it gave was not taken: it cannot be read, or passes a limit.";
    IS_SOURCE_RESTS: "已由人工暂停，不会定期读取。", "Somebody paused it: it is not asked by itself.";
    DO_SOURCE_NEW: "一分钟内会自动读取，也可以点“立即读取”。", "It is asked within a minute, or at once by “Ask it now”.";
    DO_SOURCE_NEW_FILE: "没有填写网址，请点“上传文件”。", "It has no address: bring its file.";
    DO_SOURCE_GOOD: "无需处理。", "Nothing needs to be done.";
    DO_SOURCE_WANTING: "请看下面的原因。缺少年度或板块的，请组织办公室补建后会自动读入；内容写错的，请对方更正。", "Look at the reasons below. What wants an edition or a section is taken once that is made; what is written wrongly its owner has to mend.";
    DO_SOURCE_DOUBTFUL: "先打开来源看一看。如果只是暂时的故障，等它恢复即可；如果现在确实只剩这些，请点“现在就是全部”。", "Have a look at the source. If it is only out of order, wait until it is back; if this really is all, say so by “This is all”.";
    DO_SOURCE_FAILED: "请确认网址仍然有效；修好后点“立即读取”。", "Make sure that the address still holds; once it is mended, ask it now.";
    DO_SOURCE_REFUSED: "请核对网址和格式；更正后点“立即读取”，或上传文件。", "Look at the address and the format; then ask it now, or bring its file.";
    DO_SOURCE_RESTS: "需要时点“恢复读取”。", "Resume it when it is wanted again.";
    SOURCE_WARNING: "原因：{why}", "Why: {why}";

    // One source.
    ASK_NOW: "立即读取", "Ask it now";
    BRING_FILE: "上传文件", "Bring a file";
    THIS_IS_ALL: "现在就是全部", "This is all";
    PAUSE_SOURCE: "暂停读取", "Pause";
    RESUME_SOURCE: "恢复读取", "Resume";
    DELETE_SOURCE: "删除来源", "Delete the source";
    SOURCE_STATE: "读取情况", "How it stands";
    READ_AT: "上次读取", "Asked last";
    WHOLE_AT: "上次完整读入", "Taken in last";
    READ_NEXT: "下次读取", "Asked next";
    FAILURES: "连续失败", "Failures in a row";
    HELD_ENTRIES: "条目", "Entries";
    SEE_PROPOSALS: "查看 {n} 条待处理的建议", "See the proposals that wait: {n}";
    SOURCE_MADE: "来源已创建。", "The source was made.";
    SOURCE_RESTED: "已暂停。", "It is paused.";
    SOURCE_RESUMED: "已恢复，一分钟内会读取。", "It is resumed, and asked within a minute.";
    POLLED: "读取完成：{outcome}。条目 {entries} 条，新建议 {proposals} 条。", "It was asked: {outcome}. Entries: {entries}, new proposals: {proposals}.";
    POLLED_BADLY: "读取未成功：{outcome}。{why}", "It was asked: {outcome}. {why}";
    POLLED_AND_DONE: "其中 {n} 条已按授权直接执行。", "Carried out, as it is trusted: {n}.";

    // The log.
    FETCHES: "读取记录", "Log";
    ALL_FETCHES: "全部读取记录", "The whole log";
    NO_FETCHES: "还没有读取过。", "It was not asked yet.";
    FETCHES_ABOUT: "每次读取或上传的结果。时间均为北京时间。", "What came of each time that it was asked, or a file was brought. All times are Beijing time.";
    FETCH_READ: "已读入", "read";
    FETCH_UNCHANGED: "没有变化", "unchanged";
    FETCH_DOUBTFUL: "存疑，未采用", "doubtful, not taken";
    FETCH_FAILED: "没有读到", "not there";
    FETCH_REFUSED: "无法读入", "not taken";
    FETCH_PROPOSALS: "建议 {n} 条", "proposals: {n}";
    FETCH_UNREAD: "{n} 条没有读入", "not taken: {n}";
    FETCH_STATUS: "HTTP {n}", "HTTP {n}";
    FETCH_BYTES: "{n} KB", "{n} KB";
    FETCH_NOTES: "说明 {n} 条", "Notes: {n}";

    // Entries.
    ENTRIES: "来源中的条目", "Entries";
    ALL_ENTRIES: "全部条目", "All entries";
    NO_ENTRIES: "还没有条目。", "There are none yet.";
    ENTRIES_ABOUT: "来源里的每一条，以及它对应本系统的哪个活动。", "Each entry of the source, and the activity here that it means.";
    ENTRY_LINKED: "已对应", "Known";
    ENTRY_GONE: "已不在来源中", "Gone";
    ENTRY_REFUSED: "已排除", "None of ours";
    ENTRY_LEFT: "未读入", "Not taken";
    ENTRY_ALONE: "未对应", "Not known";
    ENTRY_CANCELLED: "来源标为取消", "called off there";
    ENTRY_POSTPONED: "来源标为延期", "put off there";
    ENTRY_MEANS: "对应活动：", "Means:";
    ENTRY_CHANGED: "{at} 有变化", "changed {at}";
    ENTRY_SEEN: "{at} 首次读到", "first seen {at}";

    // Its form.
    CHANGE_SOURCE: "修改来源", "Change the source";
    NEW_SOURCE_ABOUT: "填写网址的来源一分钟内开始读取；不填网址的来源由您上传文件。", "A source with an address is asked within a minute; of one without you bring the files.";
    CHANGE_SOURCE_ABOUT: "保存后会完整地重新读取一次。", "It is read anew as a whole afterwards.";
    SECOND_SOURCE: "您打开页面之后，他人操作过这个来源，设置没有变化。请再次保存。", "Somebody did something with this source after you opened the page; its settings are the same. Save once more.";
    SOURCE_WHERE: "来源在哪里", "Where it is";
    SOURCE_NAME_HINT: "如：海淀区活动日历", "e.g. Haidian's calendar";
    SOURCE_URL_HINT: "日历、网页或表格的地址；留空则由您上传文件", "of the calendar, page or table; empty where files are brought";
    MINUTES_HINT: "5 至 10080（一周），不填为 60", "5 to 10,080 (a week); 60 if empty";
    SOURCE_DEFAULTS: "条目没有写明时", "Where an entry does not say";
    SOURCE_DEFAULTS_HINT: "条目本身写明的以条目为准。", "What an entry says itself holds.";
    SOURCE_OFFICE_HINT: "新活动归这个单位，建议也由它处理", "new activities are this office's, and it decides";
    SOURCE_EDITION_HINT: "不选则取开始日期所在的年份", "the year of its start if none is chosen";
    SOURCE_KIND_HINT: "不选则为“其他”", "“other” if none is chosen";
    SINCE_HINT: "在这一天之前已结束的条目不读入", "what was over before this day is passed over";
    MAPPING_HINT: "仅用于表格：本单位的列名和用语各指什么", "for tables: what an office's own headings and words mean";
    SOURCE_TRUST: "直接执行", "Trust";
    SOURCE_TRUST_HINT: "勾选的变化不经审阅，读到后立即执行并告知公众。与本单位的修改有冲突的，仍然只列为建议。不确定就不要勾选。", "What is ticked is done and told to the public as soon as it is read, without anybody's look. Where an editor decided otherwise it is still only proposed. If in doubt, tick nothing.";
    TRUST_NEW: "新活动：直接发布", "New activities: announce them";
    TRUSTED_WITH_NOTHING: "全部列为建议，由人决定", "nothing: all is proposed";
    BY_FILES: "上传文件", "files are brought";

    // A file.
    FILE: "文件", "File";
    FILE_ABOUT: "选择此来源的最新文件（不超过 5 MB），格式须为：{format}。系统把它与上次的内容比较，变化列为建议。", "Choose the source's file as it is now (5 MB at most), in this format: {format}. It is compared with what it said before, and what changed is proposed.";
    FILE_IS_ALL: "这份文件就是全部：少了一半以上的条目也照样采用", "This file is all there is: take it though half of the entries or more are missing";
    NO_FILE: "请选择一个文件。", "Choose a file.";
    FILE_TOO_LARGE: "文件过大，最多 5 MB。", "The file is too large: 5 MB at most.";
    FILE_BROKEN: "文件没有完整传到，请重新选择后再上传。", "The file did not arrive whole: choose it again.";
    SEND_FILE: "上传并比较", "Bring it";

    // As a whole.
    WHOLE_ABOUT: "确认后立即重新读取，并把读到的内容当作来源的全部。", "It is asked again at once, and what it holds is taken for all there is.";
    WHOLE_PROPOSES: "来源中不再出现的条目，所对应的活动如果还没有开始，会逐项提出“取消”的建议；还没公布的草稿，会提出删除的建议。已经开始或结束的不受影响。", "For each entry that is gone, that its activity be cancelled is proposed where it has not begun; where it is a draft, that it be deleted. What has begun stays as it is.";
    WHOLE_WAITS: "建议仍由您逐条决定，不会自动执行。", "They wait for your word, each by itself.";
    WHOLE_IS_TRUSTED: "注意：此来源被授权直接执行“取消”，这些活动会立即取消并告知公众。如不希望如此，请先修改授权。", "Mind: this source is trusted with cancellations, so these activities are cancelled and the public is told at once. If that is not wanted, change its trust first.";
    WHOLE_CONFIRM: "确认：现在就是全部", "Yes, this is all";

    // Its end.
    DELETE_SOURCE_ABOUT: "删除后不再读取，读取记录和条目一并删除，尚未处理的建议失效。由它产生的活动和已处理的建议会保留。不能恢复；如果只是暂时不用，请暂停。", "It is asked no more, its log and entries go with it, and what waits is moot. Activities that came of it stay, and so does what was decided. It cannot be brought back; to let it rest, pause it.";
}

/// What a source is written in.
pub(in crate::http::console) fn source_format(format: SourceFormat) -> Phrase {
    const ICS: Phrase = Phrase {
        zh: "日历（iCalendar，.ics）",
        en: "Calendar (iCalendar, .ics)",
    };
    const FEED: Phrase = Phrase {
        zh: "资讯订阅（RSS、Atom、JSON Feed）",
        en: "News feed (RSS, Atom, JSON Feed)",
    };
    const JSON_LD: Phrase = Phrase {
        zh: "网页（含 schema.org 活动数据）",
        en: "Page with schema.org events",
    };
    const CSV: Phrase = Phrase {
        zh: "CSV 表格",
        en: "Table (CSV)",
    };
    const XLSX: Phrase = Phrase {
        zh: "Excel 表格（.xlsx）",
        en: "Spreadsheet (Excel, .xlsx)",
    };
    match format {
        SourceFormat::Ics => ICS,
        SourceFormat::Feed => FEED,
        SourceFormat::JsonLd => JSON_LD,
        SourceFormat::Csv => CSV,
        SourceFormat::Xlsx => XLSX,
    }
}

/// What came of asking a source.
pub(in crate::http::console) fn fetch_outcome(code: &str, language: Language) -> &str {
    let phrase = match code {
        "read" => FETCH_READ,
        "unchanged" => FETCH_UNCHANGED,
        "doubtful" => FETCH_DOUBTFUL,
        "failed" => FETCH_FAILED,
        "refused" => FETCH_REFUSED,
        other => return other,
    };
    phrase.plain(language)
}

/// What a field of a source's form is called; as it is where it is none.
pub(super) fn label(field: &str, language: Language) -> &str {
    let (zh, en) = match field {
        "mapping" => ("列名对照", "Mapping of headings"),
        "since" => ("从哪天起", "From which day on"),
        "trust" => ("直接执行", "Done without asking"),
        "interval_minutes" => ("读取间隔（分钟）", "Asked every (minutes)"),
        "active" => ("定期读取", "Asked by itself"),
        "proposals" => ("建议", "Proposals"),
        other => (other, other),
    };
    either(language, zh, en)
}

/// A kind of change as a source is trusted with it.
pub(in crate::http::console) fn trust(kind: ProposalKind) -> Phrase {
    match kind {
        ProposalKind::New => TRUST_NEW,
        other => super::proposal_kind(other),
    }
}

/// A setting's value in words.
pub(in crate::http::console) fn source_value(
    name: &str,
    value: &str,
    language: Language,
) -> String {
    let words = |label: &dyn Fn(&str) -> Option<&'static str>| {
        let words = value.split(", ").filter(|word| !word.is_empty());
        let words = words.map(|word| label(word).unwrap_or(word));
        words.collect::<Vec<_>>().join(either(language, "、", ", "))
    };
    match name.trim_start_matches('/') {
        "format" => words(&|word| Some(source_format(word.parse().ok()?).plain(language))),
        "trust" if value.is_empty() => TRUSTED_WITH_NOTHING.plain(language).to_owned(),
        "trust" => words(&|word| Some(trust(word.parse().ok()?).plain(language))),
        "district" => words(&|word| {
            let district: District = word.parse().ok()?;
            Some(either(language, district.zh(), district.en()))
        }),
        "kind" => words(&|word| {
            let kind: Kind = word.parse().ok()?;
            Some(either(language, kind.zh(), kind.en()))
        }),
        "office" => value
            .parse()
            .map_or_else(|_| value.to_owned(), |it| wording::office(it, language)),
        "url" if value.is_empty() => BY_FILES.plain(language).to_owned(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_of_a_source_is_told_by_its_words_and_an_unknown_one_as_it_is() {
        let zh = |name, value| source_value(name, value, Language::Zh);
        assert_eq!(zh("/trust", ""), "全部列为建议，由人决定");
        assert_eq!(zh("/trust", "reschedule, sing"), "改期、sing");
        assert_eq!(zh("/office", "haidian"), "海淀区");
        assert_eq!(zh("/url", ""), "上传文件");
        assert_eq!(zh("/name", "甲"), "甲");
        for format in SourceFormat::ALL {
            let said = source_value("/format", format.as_str(), Language::En);
            assert_ne!(said, format.as_str());
        }
        assert_eq!(
            fetch_outcome("something_new", Language::Zh),
            "something_new"
        );
    }
}
