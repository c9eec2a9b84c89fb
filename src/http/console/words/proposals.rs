//! What the console says of what sources propose: kinds, evidence, what deciding does, and what was decided.

use entity::vocab::Language;

use crate::{
    domain::{
        source::ProposalKind,
        tracking::{Do, Evidence},
        when::When,
    },
    publish::{
        dates::Dates,
        wording::{Phrase, phrases},
    },
    store::proposals::State,
};

phrases! {
    // The list.
    PROPOSALS: "来源建议", "Proposals";
    PROPOSALS_ABOUT: "来源中的变化，等待决定。采纳即按通常的操作执行并告知各方；拒绝后，来源不再变化就不会再次提出。", "What changed in sources, for somebody to decide. Accepting does what the action always does, and tells everybody; what is rejected is not proposed again until its source says something else.";
    NO_PROPOSALS: "没有待处理的建议。", "Nothing is proposed.";
    OF_FETCH: "{at} 读取 · {n} 条", "read {at} · {n}";
    CONFLICT: "有冲突", "Conflict";
    MAYBE_DUPLICATE: "可能重复", "Maybe a duplicate";
    ACCEPT_FETCH: "采纳这一批", "Accept all of it";
    REJECT_FETCH: "拒绝这一批", "Reject all of it";
    OF_ONE_SOURCE: "仅显示来源“{name}”的建议。", "Of the source “{name}” alone.";
    OF_ALL_SOURCES: "显示全部来源", "Show those of all sources";

    SEE_REJECTED: "查看已拒绝的建议", "See what was rejected";
    REJECTED_ONES: "已拒绝的建议", "Rejected proposals";
    REJECTED_ONES_ABOUT: "新提出的在前。误拒的，可以打开后撤回。", "What was proposed last comes first. One that was rejected by mistake can be taken back on its page.";
    NONE_REJECTED: "没有已拒绝的建议。", "Nothing was rejected.";

    // Kinds.
    KIND_NEW: "新活动", "New activity";
    KIND_RESCHEDULE: "改期", "New date";
    KIND_POSTPONE: "延期", "Postponed";
    KIND_CANCEL: "取消", "Called off";
    KIND_REINSTATE: "恢复", "On again";
    KIND_UPDATE: "内容变更", "Other content";

    // One proposal.
    SIDE_BY_SIDE: "对照", "Side by side";
    STANDS_HERE: "本系统现在", "What stands here";
    SOURCE_BEFORE: "来源以前", "The source said before";
    SOURCE_NOW: "来源现在", "The source says now";
    CHANGED_HERE: "本系统已另行修改", "changed here";
    IN_CONFLICT: "本单位已对同一内容作出过决定，与来源现在的说法不同。请对照下表：采纳会以来源为准，拒绝则保持现状。", "An editor here decided otherwise about the same. Look at both below: accepting takes what the source says, rejecting keeps what stands here.";
    GONE_FROM_SOURCE: "来源中已没有这一条", "the entry is gone from the source";
    CALLED_OFF_THERE: "来源标为取消", "the source says that it is called off";
    PUT_OFF_THERE: "来源标为延期", "the source says that it is put off";
    WHY_THIS_ONE: "依据", "Why this activity";
    EVIDENCE_UID: "UID 相同（{uid}）", "The same UID ({uid})";
    EVIDENCE_TITLE: "名称 {percent}% 相同，同为 {day}：“{title}”", "Titles {percent}% alike on {day}: “{title}”";
    EVIDENCE_SOURCE: "此活动由这个来源的这一条生成", "This activity was made of this entry";
    EVIDENCE_PERSON: "有人确认过", "Somebody said so";
    TWICE_ABOUT: "如果两者是同一个活动，请撤下其中一个并指向另一个；两者的历史都会保留。", "If the two are one activity, withdraw one of them for the other; the history of both is kept.";
    WITHDRAW_FOR_IT: "撤下本活动，指向它", "Withdraw this one for it";
    IT_IS_THIS: "就是这个活动", "It is this one";
    LOOKS_LIKE: "可能与已有的活动重复", "It may be a duplicate of";
    LOOKS_LIKE_ABOUT: "名称和日期与下列活动相近。如果是同一个活动，请选“就是这个活动”：为此条新建的草稿会删除，来源今后的变化按那个活动处理。", "Its title and date are close to these. If it is one of them, say so: the draft made of this entry is deleted, and what the source says is said of that one from now on.";
    FROM_SOURCE: "来源", "Source";
    PROPOSED_AT: "提出时间", "Proposed";
    DECIDES: "处理单位", "Decided by";
    THE_DRAFT: "草稿内容", "The draft";
    SEE_ACTIVITY: "查看活动", "See the activity";
    ACCEPTING: "采纳后", "What accepting does";
    EXACTLY: "各渠道的原文", "Exactly what is told";
    CANNOT_AS_IS: "不能直接采纳：", "It cannot be accepted as it is:";
    ACCEPT: "采纳", "Accept";
    ACCEPT_WITH_EDITS: "修改后采纳", "Accept with changes";
    REJECT: "拒绝", "Reject";
    REJECT_WHY: "拒绝的原因", "Why it is rejected";
    REOPEN: "撤回拒绝", "Take the rejection back";
    REOPEN_ABOUT: "用于误拒。来源有网址的马上重新读取，没有网址的等下次上传文件；来源仍然这样说，就会再次提出。", "For one that was rejected by mistake. A source that has an address is read again at once, another one when its next file is brought; what it still says is proposed anew.";
    REJECT_ABOUT: "仅供单位内部查看。来源不再变化，就不会再次提出。", "Between the offices; never public. It is not proposed again until its source says something else.";
    REJECT_NEW_ABOUT: "仅供单位内部查看。为它生成的草稿如果没人改过，会一并删除；改过的会退回。这一条以后不再提出。", "Between the offices; never public. The draft that was made of it is deleted where nobody worked on it, and else returned. The entry is not proposed again.";
    PROPOSAL_IS_MOOT: "来源又有了变化，或活动已由人工处理，这条建议已失效。", "The source says something else by now, or somebody did it by hand: this is moot.";
    PROPOSAL_ACCEPTED: "已采纳：{who}，{at}。", "Accepted by {who}, {at}.";
    PROPOSAL_REJECTED: "已拒绝：{who}，{at}。", "Rejected by {who}, {at}.";
    PROPOSAL_CARRIED_OUT: "已按授权直接执行：{at}。", "Carried out without asking, as its source is trusted: {at}.";
    REJECTED_FOR: "原因：{reason}", "Reason: {reason}";
    SEE_NOTICE: "查看由此发布的通告", "See the notice that told it";
    ACTIVITY_GONE: "对应的活动已不存在。", "The activity is gone.";
    SOMEBODY: "某人", "somebody";
    WAS_REFRESHED: "您打开页面之后，活动或来源有了新的变化，没有执行任何操作。下面是最新内容，请重新决定。", "The activity or the source changed after you opened the page, and nothing was done. This is how it stands now: decide again.";
    FETCH_WAS_REFRESHED: "您打开页面之后，这一批有了新的变化，没有执行任何操作。下面是最新内容，请重新决定。", "What waits has changed since you opened the page, and nothing was done. This is how it stands now: decide again.";
    SECOND_EDIT: "您填写期间，活动有了新的修改，列在下面；您填写的内容保留在表单中。核对后请再次提交。", "The activity was changed while you were filling this in. What is new is listed below; what you typed is kept in the form. Look at both, then send it again.";
    EDIT_ABOUT: "表单中已填入来源的内容，请按需要修改。提交后立即执行并告知各方。", "The form holds what the source says; change what is to be otherwise. It is done and told to everybody when you send it.";
    EDIT_DRAFT_ABOUT: "表单中已填入来源的内容，请按需要修改。草稿不会对外公布。", "The form holds what the source says; change what is to be otherwise. A draft is not public.";
    DONE_AND_NEXT: "下面是下一条。", "This is the next one.";
    DONE_ACCEPTED: "已采纳。", "It was accepted.";
    DONE_REJECTED: "已拒绝。", "It was rejected.";
    DONE_REOPENED: "已撤回拒绝。读取来源后会再次提出。", "The rejection was taken back. It is proposed anew once the source was read.";
    PROPOSED_BY_SOURCES: "来源的建议", "What sources propose";

    // All of a fetch.
    ACCEPT_ALL_ABOUT: "将逐条采纳 {n} 条，每一条都会按各自的操作执行并告知各方。", "{n} are accepted one by one; each does what its action does, and tells everybody.";
    CONFLICTS_STAY: "另有 {n} 条有冲突，不会采纳，需要单独处理。", "In conflict, and left for a word of their own: {n}.";
    DUPLICATES_STAY: "另有 {n} 条新活动可能与已有的重复，不会采纳，需要单独处理。", "New ones that may be here already, and are left for a word of their own: {n}.";
    INCOMPLETE_STAY: "信息不全、不能直接采纳的也会保留，结果页会说明原因。", "What cannot be accepted as it is stays too; the result says why.";
    REJECT_ALL_ABOUT: "将以同一原因拒绝下列 {n} 条，包括有冲突的。", "These {n} are rejected for one reason, those in conflict too.";
    ACCEPT_N: "采纳 {n} 条", "Accept {n}";
    REJECT_N: "拒绝 {n} 条", "Reject {n}";
    AND_MORE: "还有 {n} 条未列出", "{n} more are not listed";
    TOGETHER_ACCEPTED: "已采纳 {n} 条。", "Accepted: {n}.";
    TOGETHER_REJECTED: "已拒绝 {n} 条。", "Rejected: {n}.";
    TOGETHER_LEFT: "以下 {n} 条没有处理：", "These stay as they are ({n}):";
    NOTHING_WAITS: "这一批没有等待处理的建议。", "Nothing of it waits any more.";
    BACK_TO_PROPOSALS: "返回建议列表", "Back to the proposals";

    // The inbox.
    INBOX_PROPOSALS: "来源建议", "Proposals of sources";
    INBOX_PROPOSALS_ABOUT: "来源中有变化，等待您的单位决定。有冲突的在前。", "What changed in sources, for your office to decide; conflicts first.";
    INBOX_CONFLICTS: "有冲突 {n} 条", "in conflict: {n}";
    INBOX_SOURCES: "来源异常", "Sources to look at";
    INBOX_SOURCES_ABOUT: "没有读到，或没有全部读入。", "What could not be had, or was not taken as a whole.";
}

/// A kind of change.
pub(in crate::http::console) fn proposal_kind(kind: ProposalKind) -> Phrase {
    match kind {
        ProposalKind::New => KIND_NEW,
        ProposalKind::Reschedule => KIND_RESCHEDULE,
        ProposalKind::Postpone => KIND_POSTPONE,
        ProposalKind::Cancel => KIND_CANCEL,
        ProposalKind::Reinstate => KIND_REINSTATE,
        ProposalKind::Update => KIND_UPDATE,
    }
}

/// What accepting does.
pub(in crate::http::console) fn accepting(action: Do, is_public: bool) -> Phrase {
    const DELETE: Phrase = Phrase {
        zh: "由这一条生成的草稿会被删除，不能恢复。草稿没有公布过，不会对外告知。",
        en: "The draft that was made of this entry is deleted, and cannot be brought back. It was never public, so nobody is told.",
    };
    const DRAFT: Phrase = Phrase {
        zh: "草稿改为来源现在的内容。草稿没有公布，不会对外告知。",
        en: "The draft says what the source says then. It is not public, so nobody is told.",
    };
    const UPDATE: Phrase = Phrase {
        zh: "活动改为来源现在的内容，作为更新通告告知各方。",
        en: "The activity says what the source says then, and that is told as an update.",
    };
    match action {
        Do::Announce => super::ABOUT_ANNOUNCE,
        Do::Reschedule => super::ABOUT_RESCHEDULE,
        Do::Relocate => super::ABOUT_RELOCATE,
        Do::ChangeFormat => super::ABOUT_CHANGE_FORMAT,
        Do::Postpone => super::ABOUT_POSTPONE,
        Do::Cancel => super::ABOUT_CANCEL,
        Do::Reinstate => super::ABOUT_REINSTATE,
        Do::Delete => DELETE,
        Do::Update if is_public => UPDATE,
        Do::Update => DRAFT,
    }
}

/// By what an entry was found to mean an activity.
pub(in crate::http::console) fn evidence(evidence: &Evidence, language: Language) -> String {
    match evidence {
        Evidence::Uid { uid } => {
            let shown: String = uid.chars().take(120).collect();
            EVIDENCE_UID.say(language, &[("uid", &shown)])
        }
        Evidence::Title {
            likeness,
            day,
            title,
        } => {
            let when = When::Day {
                starts_on: *day,
                ends_on: None,
            };
            let day = Dates::with_years(language).short(&when).unwrap_or_default();
            let percent = format!("{:.0}", likeness * 100.0);
            let parts = [
                ("percent", percent.as_str()),
                ("day", &day),
                ("title", title),
            ];
            EVIDENCE_TITLE.say(language, &parts)
        }
        Evidence::Source {} => EVIDENCE_SOURCE.plain(language).to_owned(),
        Evidence::Person {} => EVIDENCE_PERSON.plain(language).to_owned(),
    }
}

/// What became of a proposal; nothing of one that waits.
pub(in crate::http::console) fn became(
    state: State,
    (who, at): (&str, &str),
    language: Language,
) -> Option<String> {
    let phrase = match state {
        State::Open => return None,
        State::Accepted => PROPOSAL_ACCEPTED,
        State::Rejected => PROPOSAL_REJECTED,
        State::CarriedOut => {
            return Some(PROPOSAL_CARRIED_OUT.say(language, &[("at", at)]));
        }
        State::Superseded => return Some(PROPOSAL_IS_MOOT.plain(language).to_owned()),
    };
    Some(phrase.say(language, &[("who", who), ("at", at)]))
}
