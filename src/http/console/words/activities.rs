//! What the console says of activities and of what is done to them.

use crate::publish::wording::{Phrase, phrases};

phrases! {
    REVISION: "第 {n} 版", "Revision {n}";
    REQUIRED: "必填", "required";
    SAVE: "保存", "Save";
    SAVED: "已保存。", "Saved.";
    DONE: "已完成：{action}", "Done: {action}";
    UNDATED: "时间待定", "No date yet";
    EMBARGOED: "定时发布", "Embargoed";
    PUBLISHED_AT: "将于 {at}（北京时间）发布", "To be published at {at} (Beijing time)";

    // The inbox.
    NOTHING_HERE: "没有待办事项。", "Nothing waits here.";
    TO_REVIEW: "待审核", "To review";
    TO_REVIEW_ABOUT: "各区提交、等待审核的活动。", "What districts have submitted.";
    IN_REVIEW: "审核中", "In review";
    IN_REVIEW_ABOUT: "已提交组织办公室、等待审核的活动。", "What you submitted and the organising office has not answered yet.";
    RETURNED: "被退回", "Returned";
    RETURNED_ABOUT: "按意见修改后可以再次提交。", "Mend it and submit it again.";
    TO_CONFIRM: "待确认举办", "To confirm as held";
    TO_CONFIRM_ABOUT: "结束已超过 48 小时。只有人工确认后才计入承诺。", "Over for more than 48 hours. Only a person's word makes it count for the promise.";
    EMBARGOES: "定时发布", "To be published later";
    EMBARGOES_ABOUT: "到时间自动公布；退回即可撤销。", "Published at their hour; returning one takes that back.";
    DRAFTS: "草稿", "Drafts";
    DRAFTS_ABOUT: "尚未提交或发布。", "Neither submitted nor announced.";
    BECAME: "近期已发布", "Recently announced by others";
    BECAME_ABOUT: "您的单位提交的活动的处理结果。", "What became of what your office submitted.";
    ANNOUNCED_BY: "{office}于 {at} 发布", "Announced by {office}, {at}";
    AT_RISK: "承诺风险", "The promise at risk";
    MONTHS_AT_RISK: "还没有活动的月份：{names}", "Months without an activity yet: {names}";
    MONTHS_BROKEN: "已经过去、没有任何活动的月份：{names}", "Months that passed without an activity: {names}";
    QUARTERS_AT_RISK: "还没有亮点的季度：{names}", "Quarters without a highlight yet: {names}";
    QUARTERS_BROKEN: "已经过去、没有亮点的季度：{names}", "Quarters that passed without a highlight: {names}";
    DISTRICTS_AT_RISK: "今年还没有走进的区：{names}", "Districts not visited yet this year: {names}";
    DISTRICTS_BROKEN: "今年没有走进的区：{names}", "Districts that were not visited this year: {names}";
    QUARTER: "{year}年第{n}季度", "Q{n} {year}";

    // The list.
    WORDS: "关键词", "Words";
    FROM: "从", "From";
    TO: "到", "To";
    ANY: "不限", "Any";
    SHOW: "显示", "Show";
    FOUND_NONE: "没有符合条件的活动。", "No activity matches.";
    MORE_THAN_SHOWN: "还有更多活动，请缩小筛选范围。", "There are more: narrow the filter down.";
    PASSED_OVER: "以下条件无法识别，已忽略：", "Passed over, since nobody knows them:";
    SAVED_FILTERS: "我的筛选", "My filters";
    KEEP_FILTER: "保存这个筛选", "Keep this filter";
    FILTER_NAME: "筛选名称", "Name of the filter";
    FORGET: "删除", "Delete";

    // An activity.
    NEW_ACTIVITY: "新建活动", "New activity";
    CHANGE_ACTIVITY: "修改活动", "Change the activity";
    SEE_PUBLIC: "公开页面", "Public page";
    WHAT_NOW: "可执行的操作", "What may be done";
    CONTENT: "内容", "Content";
    DELETE_DRAFT: "删除草稿", "Delete the draft";
    REVIEW: "审核记录", "Review";
    HISTORY: "已发布的通告", "What was published";

    // Its form.
    IN_CHINESE: "{label}（中文）", "{label} (Chinese)";
    IN_ENGLISH: "{label}（英文）", "{label} (English)";
    WHAT: "基本信息", "What it is";
    TEXTS: "名称与介绍", "Texts";
    ATTENDING: "参加方式", "Attending";
    SECTION_HINT: "仅主会期活动属于板块", "only for the main session";
    NEEDED_TO_ANNOUNCE: "发布时必填", "needed to announce";
    PARENT_HINT: "上级活动的编号（act_…），没有则留空", "the id (act_…) of the activity it is part of, or empty";
    HIGHLIGHT: "季度亮点", "Highlight of the quarter";
    REGIONS_HINT: "两位国家和地区代码，用逗号分隔，如 GB, US", "two letters each, with commas: GB, US";
    PRECISION: "日期精确到", "How precisely is it known?";
    PRECISION_ABOUT: "知道多少填多少：不知道几点就选“日”，不知道哪天就选“月”。系统不会补 00:00。", "State only what is known: without an hour choose the day, without a day the month. Nobody is ever shown an invented 00:00.";
    TO_THE_MINUTE: "几点几分", "to the minute";
    TO_THE_DAY: "日", "to the day";
    TO_THE_MONTH: "月", "to the month";
    NOT_KNOWN: "待定", "not known yet";
    STARTS_ON: "开始日期", "First day";
    STARTS_TIME: "开始时间", "Start";
    ENDS_ON: "结束日期", "Last day";
    ENDS_TIME: "结束时间", "End";
    MONTH: "月份", "Month";
    ONLY_TO_THE_MINUTE: "仅在精确到几点几分时填写", "only when it is known to the minute";
    ONLY_TO_THE_MONTH: "仅在精确到月时填写", "only when it is known to the month";
    WHERE_IT_ENDS_LATER: "单日活动可不填", "empty where it is the same day";
    VENUE_NAME: "场地名称", "Venue";
    VENUE_ADDRESS: "地址", "Address";
    LATITUDE: "纬度（WGS-84）", "Latitude (WGS-84)";
    LONGITUDE: "经度（WGS-84）", "Longitude (WGS-84)";
    ORGANIZER_ROLE: "身份", "Part";
    CONTACT_NAME: "联系人或部门", "Name or desk";
    CONTACT_EMAIL: "电子邮箱", "E-mail";
    CONTACT_PHONE: "电话", "Telephone";
    CONTACT_IS_PUBLIC: "联系方式会公开显示，请填写部门而非个人的信息。", "This is shown to everybody: give a desk rather than a person.";
    SOURCE_URL: "来源网址", "Source address";
    SOURCE_TITLE: "来源名称", "Source title";
    SOURCE_DAY: "来源日期", "Stated on";
    SOURCE_BASIS: "依据", "What it says";
    SOURCE_UID: "上游日历中的 UID", "Its UID in another calendar";
    FIGURE_WHAT: "统计项", "What was counted";
    FIGURE_VALUE: "数量", "How many";
    FIGURE_QUALIFIER: "准确程度", "How sure";
    FIGURE_HINT: "如 on_site（现场）、views（观看）、presenters（路演项目）", "e.g. on_site, views, presenters";
    HOW_TOLD: "如何告知", "How it is told";
    TOLD_ALOUD: "作为更新通告：日历、资讯和推送都会收到", "As an update: in calendars, news and webhooks";
    TOLD_QUIETLY: "静默更正（如错别字）：只更新日历和页面", "As a quiet correction (a typo): in calendars and pages only";
    MOVES_HAVE_ACTIONS: "日期、地点和形式的变化请使用“改期”“变更地点”“变更形式”。", "A new date, place or format has an action of its own: reschedule, relocate, change the format.";

    // Two editors.
    DELETE_DRAFT_ABOUT: "删除后不能恢复。", "It cannot be brought back.";
    DRAFT_DELETED: "草稿已删除。", "The draft was deleted.";
    UNCHANGED: "未改动", "unchanged";
    SECOND_ACT: "您填写期间，他人已修改了此活动。与本表单有关的修改列在下面；您填写的内容保留在表单中。核对后请再次提交。", "Somebody changed the activity while you were filling this in. What touches this form is listed below; what you typed is kept in it. Look at both, then send it again.";
    SECOND: "您编辑期间，他人已保存了修改。下面列出对方的修改；表单中保留了您的修改，其余已更新为最新内容。核对后请再次保存。", "Somebody saved a change while you were editing. It is listed below; the form has your changes over it. Look at both, then save again.";
    WHAT_OTHERS_CHANGED: "他人的修改", "What somebody else changed";
    FIELD: "项目", "Field";
    BEFORE: "原来", "Before";
    THEIRS: "现在（他人）", "Now (theirs)";
    MINE: "您的", "Yours";
    DISPUTED: "双方都改了", "both changed it";

    // Actions.
    ABOUT_SUBMIT: "提交给组织办公室审核。", "The organising office will look at it.";
    ABOUT_RETURN: "退回给提交单位修改；定时发布会被撤销。", "Gives it back to whoever drafts it; an embargo is taken back.";
    ABOUT_ANNOUNCE: "发布后立即出现在网站、日历、资讯和推送中，不能删除。", "It then stands on the site, in calendars, news and webhooks at once, and cannot be deleted.";
    ABOUT_RESCHEDULE: "新日期和原日期会同时告知所有渠道。", "Every channel tells the new date and the old one.";
    ABOUT_RELOCATE: "新地点和原地点会同时告知所有渠道。", "Every channel tells the new place and the old one.";
    ABOUT_CHANGE_FORMAT: "改为线上、线下或线上线下结合。", "Online, on site or both.";
    ABOUT_POSTPONE: "原日期作废，新日期待定。", "The date no longer holds; a new one is to come.";
    ABOUT_CANCEL: "确定不再举办。日历中标为已取消，不会消失。", "It does not take place. Calendars mark it as cancelled; it does not disappear.";
    ABOUT_REINSTATE: "撤销延期或取消。", "Takes a postponement or a cancellation back.";
    ABOUT_HOLD: "确认活动已经举办，可同时填写数据和成果。", "Your word that it took place, with figures and outcomes where there are any.";
    ABOUT_WITHDRAW: "仅用于误发、重复或涉及个人信息的内容：从所有渠道移除，并抹去历史内容。真正取消的活动请用“取消活动”。", "Only for what should never have stood there (an error, a duplicate, personal data): it is taken from every channel, and earlier texts are redacted. What was really called off is cancelled instead.";
    PUBLISH_WHEN: "何时发布", "When is it published?";
    PUBLISH_DAY: "发布日期", "Day of publication";
    PUBLISH_TIME: "发布时间", "Time of publication";
    PUBLISH_NOW: "立即", "Now";
    PUBLISH_LATER: "定时（在此之前对外完全不可见）", "At a time (nothing of it can be seen before)";
    EMBARGO_ABOUT: "时间为北京时间。", "Beijing time.";
    COMMENT_ABOUT: "仅供单位之间查看，不会公开。", "Between the offices; never public.";
    REASON: "原因", "Reason";
    REASON_CODE: "原因类别", "Kind of reason";
    REASON_ABOUT: "原因会原样告知公众，中英文都请填写。", "The public is told this as it stands; please give both languages.";
    REPLACED_HINT: "替代它的活动编号（act_…），没有则留空", "the id (act_…) of the activity that takes its place, or empty";
    CHILDREN: "下属活动", "Activities that are part of it";
    WITH_CHILDREN: "下属活动一并变更", "They move along";
    WHICH_SLOT: "恢复到哪个日期", "Which date?";
    OLD_SLOT: "原日期（{date}）", "The old one ({date})";
    NEW_SLOT: "新日期", "A new one";

    // Before it is done.
    LOOK: "查看影响", "See what it does";
    LOOK_TITLE: "确认前请核对", "Before you confirm";
    CONFIRM_WITHDRAW: "撤回并抹去，不可恢复", "Withdraw and redact: this cannot be undone";
    CONFIRM_CANCEL: "确认取消并告知各方", "Cancel it, and tell everybody";
    BECOMES: "确认后成为第 {n} 版", "Becomes revision {n}";
    NO_REASON: "没有填写原因：公众将看不到为什么", "No reason is given: nobody will be told why";
    NO_REASON_ZH: "没有中文原因：中文渠道将显示英文原因", "No reason in Chinese: Chinese channels will show the English one";
    NO_REASON_EN: "没有英文原因：英文渠道将显示中文原因", "No reason in English: English channels will show the Chinese one";
    IS_OVER: "这个日期已经过去", "That date is over already";
    OTHER_YEAR: "活动属于 {edition} 年度，日期在 {year} 年", "It belongs to the edition {edition}, and its date lies in {year}";
    TELLS_CALENDARS_GONE: "应用下次更新时删除此活动", "removed when the app next asks";
    CONFIRM: "确认并告知各方", "Confirm, and tell everybody";
    MEND: "返回修改", "Change it";
    GIVE_UP: "放弃", "Give up";
    SEND: "提交", "Send";
    EFFECT_ON_PROMISE: "对承诺的影响", "What it does to the promise";
    NO_EFFECT: "没有影响。", "Nothing changes.";
    CLASHES: "冲突与提示", "Clashes";
    NO_CLASHES: "没有发现冲突。", "None found.";
    WHO_IS_TOLD: "将告知谁", "Who is told";
    NOBODY_IS_TOLD: "不会对外告知。", "Nobody outside is told.";
    ALONG: "一并变更的下属活动：{n} 项", "Activities that move along: {n}";
    CHANNEL_CALENDARS: "日历订阅", "Calendars";
    CHANNEL_NEWS: "资讯订阅", "News feeds";
    CHANNEL_WEBHOOKS: "合作方系统", "Partners' systems";
    CHANNEL_ROBOTS: "群机器人", "Group robots";
    CHANNEL_SITE: "网站", "The site";
    TELLS_CALENDARS: "所有选中此活动的日历，应用下次更新时显示", "every calendar that selects it, when its app next asks";
    TELLS_NEWS: "RSS、Atom、JSON Feed 立即更新；WebSub 订阅 {n} 个", "RSS, Atom and JSON Feed at once; WebSub subscriptions: {n}";
    TELLS_WEBHOOKS: "推送地址 {n} 个", "endpoints: {n}";
    TELLS_ROBOTS: "飞书、钉钉、企业微信等群 {n} 个", "groups: {n}";
    TELLS_SITE: "中英文页面、变更记录、通告，立即更新", "pages in both languages, history and notices, at once";
    EXACT_NEWS: "资讯标题与摘要", "The news item";
    EXACT_CALENDAR: "日历条目", "The calendar entry";
    EXACT_WEBHOOK: "推送内容", "The webhook";
    EXACT_ROBOTS: "群消息卡片", "The robots' cards";
}
