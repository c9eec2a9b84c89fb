//! What the console says of webhooks.

use entity::vocab::{EndpointState, Language, WireFormat};

use crate::publish::wording::{Phrase, either, phrases};

phrases! {
    NEW_WEBHOOK: "新建推送", "New webhook";
    CHANGE_WEBHOOK: "修改推送", "Change the webhook";
    NO_WEBHOOKS: "还没有推送地址。", "There are none yet.";
    OWNER: "所属", "Owner";
    FORMAT: "格式", "Format";
    FORMAT_HINT: "群机器人请选对应的应用", "for a group's robot choose its app";
    ROBOT_SECRET: "机器人的签名密钥", "The robot's secret";
    ROBOT_SECRET_HINT: "仅飞书、钉钉机器人需要；不会再次显示", "only for Feishu and DingTalk robots; never shown again";
    TONGUE: "语言", "Language";
    PAYLOAD: "内容", "Payload";
    ORDERING: "积压时", "When it falls behind";
    ORDER_ALL: "逐条推送", "tell everything";
    ORDER_LATEST: "每项活动只推送最新一条", "tell only the latest of each activity";
    WHERE_TO: "推送到哪里", "Where to";
    WHICH: "推送哪些活动", "Of which activities";
    WHICH_HINT: "都不选即为全部。", "All of them where nothing is ticked.";
    NOTICE_KINDS: "推送哪些通告", "Which notices";
    NOTICE_KINDS_HINT: "都不选即为除静默更正以外的全部。", "All but quiet corrections where nothing is ticked.";
    SECRET_ONCE: "签名密钥（请立即保存，不会再次显示）：", "The secret that signs; keep it now, it is not shown again:";
    HOW_TO_VERIFY: "如何验证签名", "How to verify";
    OWED: "待推送", "Owed";
    GIVEN_UP: "已放弃", "Given up";
    LAST_DAY: "最近 24 小时", "The last 24 hours";
    LAST_SUCCESS: "最近成功", "Last success";
    LAST_FAILURE: "最近失败", "Last failure";
    PING: "测试连接", "Ping";
    PAUSE: "暂停", "Pause";
    RESUME: "恢复推送", "Resume";
    RESUME_WITH: "期间错过的通告", "What was missed meanwhile";
    REPLAY_MISSED: "全部补推", "all of it";
    REPLAY_LATEST: "每项活动只补推最新一条", "the latest of each activity";
    REPLAY_NONE: "不补推", "nothing";
    ROTATE: "更换密钥", "Rotate the secret";
    ROTATE_ABOUT: "旧密钥在 24 小时内仍同时签名。", "The old one signs too for 24 hours.";
    REPLAY: "重新推送一段通告", "Replay";
    REPLAY_AFTER: "从此序号之后", "After position";
    REPLAY_UNTIL: "到此序号（可不填）", "Up to position (may be empty)";
    REPLAY_NEW_IDS: "使用新的编号，让对方再次处理", "under new ids, so that the receiver takes them once more";
    END_REPLAY: "停止重新推送", "End the replay";
    DELETE_WEBHOOK: "删除推送", "Delete the webhook";
    LOG: "推送记录", "Deliveries";
    NO_LOG: "没有符合条件的记录。", "None.";
    OUTCOME: "结果", "Outcome";
    OLDER: "更早的", "Older";
    DELIVERY: "推送详情", "Delivery";
    A_PING: "连接测试", "a ping";
    NEXT_TRY: "下一次尝试：{at}", "Next try: {at}";
    REDELIVER: "再次推送", "Deliver once more";
    THEIR_ANSWER: "对方的回答", "What they answered";
    SENT_BODY: "发送的内容", "What is sent";
}

/// A state in an English word.
pub(crate) const fn state(state: EndpointState) -> &'static str {
    match state {
        EndpointState::Pending => "Waiting for its first answer",
        EndpointState::Enabled => "Enabled",
        EndpointState::Paused => "Paused",
        EndpointState::Failing => "Failing",
        EndpointState::Disabled => "Disabled",
        EndpointState::Gone => "Gone",
    }
}

/// What a state means, and what to do about it.
pub(crate) const fn about_state(state: EndpointState, language: Language) -> &'static str {
    let (zh, en) = match state {
        EndpointState::Pending => (
            "还没有回答过测试连接。回答后会自动开始推送，期间的通告不会丢失。",
            "It has not answered a ping yet. Once it does, deliveries begin; nothing is lost meanwhile.",
        ),
        EndpointState::Enabled => ("正常推送。", "Everything is delivered."),
        EndpointState::Paused => (
            "已暂停。期间的通告会保留，恢复时可以选择是否补推。",
            "Paused. What is published meanwhile stays owed; when you resume, you choose what is told.",
        ),
        EndpointState::Failing => (
            "连续失败，正在间隔重试。请检查下面的记录和对方的服务。",
            "It fails again and again, and is tried with pauses. Look at the log below and at the receiver.",
        ),
        EndpointState::Disabled => (
            "失败时间过长，已停用。修复后请恢复推送。",
            "It failed for too long and is disabled. Resume it once the receiver is mended.",
        ),
        EndpointState::Gone => (
            "对方要求不再推送（410）。需要时请修改地址。",
            "The receiver asked for no more requests (410). Give it another address if it is still wanted.",
        ),
    };
    either(language, zh, en)
}

/// What a try ended with.
pub(crate) fn outcome(code: &str, language: Language) -> &'static str {
    let (zh, en) = match code {
        "success" => ("成功", "delivered"),
        "dns_error" => ("域名无法解析", "its name leads nowhere"),
        "blocked_address" => ("地址不允许访问", "its address must not be reached"),
        "connect_refused" => ("连接被拒绝", "nobody listens there"),
        "connect_timeout" => ("连接超时", "no connection in time"),
        "tls_error" => ("证书或加密错误", "TLS failed"),
        "timeout" => ("回答超时", "no answer in time"),
        "reset" => ("连接中断", "the connection broke"),
        "redirect" => (
            "对方要求跳转（不跟随）",
            "a redirect, which is not followed",
        ),
        "http_4xx" => ("对方拒绝（4xx）", "refused (4xx)"),
        "http_5xx" => ("对方出错（5xx）", "the receiver failed (5xx)"),
        "gone" => ("对方要求停止（410）", "asked for no more (410)"),
        "rejected_by_body" => ("对方在回答中拒绝", "refused in the body of the answer"),
        _ => ("我方故障", "a fault of ours"),
    };
    either(language, zh, en)
}

/// What a format is called.
pub(crate) fn format(format: &str, language: Language) -> String {
    let Ok(known) = format.parse::<WireFormat>() else {
        return format.to_owned();
    };
    let en = match known {
        WireFormat::Standard => "Standard Webhooks",
        WireFormat::Cloudevents => "CloudEvents",
        WireFormat::Feishu => "Feishu robot",
        WireFormat::Dingtalk => "DingTalk robot",
        WireFormat::Wecom => "WeCom robot",
        WireFormat::Slack => "Slack",
    };
    either(language, known.zh(), en).to_owned()
}
