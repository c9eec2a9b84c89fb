//! What the console says of who did what.

use entity::vocab::Language;

use crate::{
    domain::audit::{Action, Outcome},
    publish::wording::{Phrase, either, phrases},
};

phrases! {
    AUDIT: "操作记录", "Audit";
    AUDIT_ABOUT: "谁在何时做了什么，包括被拒绝的操作。只记录字段名称，不记录内容。", "Who did what and when, and what was refused. Fields are named; what stood in them is not kept.";
    AUDIT_AT: "时间", "When";
    AUDIT_ACTOR: "操作人", "Who";
    AUDIT_ACTOR_HINT: "用户名、令牌编号、cli（命令行）或 worker（系统）", "a login, a token's id, cli (the command line) or worker (the program)";
    AUDIT_ACTION: "操作", "What";
    AUDIT_SUBJECT: "对象", "To what";
    AUDIT_SUBJECT_HINT: "编号，例如 act_…、2027", "an id: act_…, 2027";
    AUDIT_OUTCOME: "结果", "Outcome";
    AUDIT_FIELDS: "字段", "Fields";
    AUDIT_NONE: "没有符合条件的记录。", "Nothing like that was done.";
    AUDIT_OLDER: "更早的记录", "Older";
    AUDIT_CSV: "导出为 CSV", "Export as CSV";
    AUDIT_JSON: "导出为 JSON Lines", "Export as JSON lines";
    AUDIT_NOBODY: "未知", "nobody known";
    AUDIT_CLI: "命令行", "the command line";
    AUDIT_WORKER: "系统", "the program";
    AUDIT_TIMES: "共 {times} 次", "{times} times";
    LAST_CHANGED_BY: "最近一次修改：{who}，{at}。", "Changed last by {who}, {at}.";
}

/// An outcome.
pub(in crate::http::console) fn audit_outcome(
    outcome: Outcome,
    language: Language,
) -> &'static str {
    match outcome {
        Outcome::Done => either(language, "完成", "done"),
        Outcome::Refused => either(language, "被拒绝", "refused"),
    }
}

/// Why something was refused, by the problem's type; as it is where that is none of these.
pub(in crate::http::console) fn refused_for(kind: &str, language: Language) -> &str {
    let (zh, en) = match kind {
        "not-found" => ("对象不存在", "not there"),
        "forbidden" => ("没有权限", "not allowed"),
        "stale-version" => ("已被他人修改", "changed meanwhile"),
        "invalid-input" => ("填写有误", "input wrong"),
        "not-allowed-now" => ("当前状态不允许", "not in this state"),
        "conflict" => ("有冲突", "conflict"),
        "idempotency-key-reused" => ("表单重复且内容不同", "form sent twice, otherwise"),
        "unauthorised" => ("用户名或密码错误", "wrong login or password"),
        "beyond-measure" => ("次数过多，只计数", "too many, counted only"),
        other => (other, other),
    };
    either(language, zh, en)
}

/// The fields that an entry names, each once, in words.
pub(in crate::http::console) fn changed_fields(pointers: &str, language: Language) -> String {
    let mut named: Vec<&str> = Vec::new();
    for pointer in pointers.split(',').filter(|pointer| !pointer.is_empty()) {
        let label = match pointer.trim_start_matches('/') {
            "?" => either(language, "其他", "others"),
            _ => super::label(super::webhook_field(pointer), language),
        };
        if !named.contains(&label) {
            named.push(label);
        }
    }
    named.join(either(language, "、", ", "))
}

/// An action; one that nobody knows any more as it is written.
pub(in crate::http::console) fn audited(action: &str, language: Language) -> &str {
    let Ok(known) = action.parse::<Action>() else {
        return action;
    };
    let (zh, en) = match known {
        Action::ActivityCreate => ("新建活动", "make a draft"),
        Action::ActivityUpdate => ("修改活动", "change an activity"),
        Action::ActivityDelete => ("删除草稿", "delete a draft"),
        Action::ActivitySubmit => ("提交审核", "submit"),
        Action::ActivityReturn => ("退回", "return"),
        Action::ActivityAnnounce => ("发布", "announce"),
        Action::ActivityReschedule => ("改期", "reschedule"),
        Action::ActivityRelocate => ("变更地点", "relocate"),
        Action::ActivityChangeFormat => ("变更参与方式", "change the format"),
        Action::ActivityPostpone => ("延期", "postpone"),
        Action::ActivityCancel => ("取消活动", "cancel"),
        Action::ActivityReinstate => ("恢复活动", "reinstate"),
        Action::ActivityHold => ("标记为已举办", "hold"),
        Action::ActivityWithdraw => ("撤下", "withdraw"),
        Action::EditionCreate => ("新建年度", "make an edition"),
        Action::EditionUpdate => ("修改年度", "change an edition"),
        Action::EditionDelete => ("删除年度", "delete an edition"),
        Action::EditionRollOver => ("新建下一年度", "begin the next year"),
        Action::ContactSet => ("填写联系人", "set a contact"),
        Action::SeriesCreate => ("新建系列", "make a series"),
        Action::SeriesUpdate => ("修改系列", "change a series"),
        Action::SeriesDelete => ("删除系列", "delete a series"),
        Action::WebhookCreate => ("新建推送", "make a webhook"),
        Action::WebhookUpdate => ("修改推送", "change a webhook"),
        Action::WebhookDelete => ("删除推送", "delete a webhook"),
        Action::WebhookPause => ("暂停推送", "pause a webhook"),
        Action::WebhookResume => ("恢复推送", "resume a webhook"),
        Action::WebhookRotate => ("更换推送密钥", "rotate a secret"),
        Action::WebhookReplay => ("重放", "replay"),
        Action::WebhookEndReplay => ("结束重放", "end a replay"),
        Action::WebhookRedeliver => ("重新投递", "deliver again"),
        Action::WebhookPing => ("测试推送", "ping a webhook"),
        Action::Import => ("导入", "import"),
        Action::SourceCreate => ("新建来源", "make a source"),
        Action::SourceUpdate => ("修改来源", "change a source"),
        Action::SourceDelete => ("删除来源", "delete a source"),
        Action::SourcePoll => ("读取来源", "read a source"),
        Action::ProposalAccept => ("采纳建议", "accept a proposal"),
        Action::ProposalReject => ("拒绝建议", "reject a proposal"),
        Action::ProposalReopen => ("撤回拒绝", "take back a rejection"),
        Action::MappingCreate => ("新建导入对应表", "make a mapping"),
        Action::MappingUpdate => ("修改导入对应表", "change a mapping"),
        Action::MappingDelete => ("删除导入对应表", "delete a mapping"),
        Action::TokenCreate => ("新建令牌", "make a token"),
        Action::TokenRevoke => ("作废令牌", "revoke a token"),
        Action::SessionBegin => ("登录", "log in"),
        Action::SessionEnd => ("退出", "log out"),
        Action::SessionProve => ("两步验证", "give the code"),
        Action::UserCreate => ("添加人员", "add a person"),
        Action::UserUpdate => ("修改人员", "change a person"),
        Action::UserPassword => ("修改密码", "set a password"),
        Action::UserSecondFactor => ("变更两步验证", "change the second factor"),
        Action::AuditExport => ("导出操作记录", "export the audit"),
    };
    either(language, zh, en)
}
