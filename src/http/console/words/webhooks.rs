//! What the console says of webhooks: states, outcomes, settings and what is done with them.
//!
//! Invariant: every code that an attempt can end with has words; one that nobody knows is shown as it is.

use entity::vocab::{EndpointState, Language, Trigger};

use crate::{
    deliver::Outcome,
    publish::wording::{Phrase, phrases},
    store::endpoints::Row,
};

phrases! {
    // The list.
    NEW_WEBHOOK: "新建推送", "New webhook";
    NO_WEBHOOKS: "还没有推送。新建后，活动的发布、改期、取消等通告会自动发送到您的系统或群机器人。", "There are none yet. Once there is one, new activities, new dates and cancellations are sent to your system or group by themselves.";
    WEBHOOKS_ABOUT: "每条通告公布后立即发送到这里的地址；没有送达的会自动重试。时间均为北京时间。", "Every notice is sent to these addresses as soon as it is published; what does not arrive is tried again. All times are Beijing time.";
    OWNED_BY_PERSON: "账号 {name}", "account {name}";
    OWNED_BY_TOKEN: "令牌 {name}", "token {name}";
    LAST_SUCCESS: "上次送达", "Last success";
    LAST_FAILURE: "上次失败", "Last failure";
    NEVER: "无", "never";
    NOTICES_WAIT: "{n} 条待发送", "{n} waiting";
    NEXT_PAGE: "下一页", "Next page";
    DELETED: "推送已删除。", "The webhook was deleted.";

    // States.
    STATE_PENDING: "待验证", "Pending";
    STATE_ENABLED: "正常", "Enabled";
    STATE_FAILING: "故障", "Failing";
    STATE_PAUSED: "已暂停", "Paused";
    STATE_DISABLED: "已停用", "Disabled";
    STATE_GONE: "已注销", "Gone";
    IS_PENDING: "还没有成功应答测试消息，暂不发送。期间公布的通告会保留，验证通过后依次发送。", "It has not answered a ping yet, so nothing is sent. What is published meanwhile is kept and sent in order once it does.";
    IS_ENABLED: "工作正常，通告公布后立即发送。", "It works: notices are sent as soon as they are published.";
    IS_RETRYING: "最近 {n} 次发送连续失败，正在自动重试。", "The last {n} sends failed; they are being tried again.";
    IS_FAILING: "连续失败 {n} 次，已放慢发送并定时试探；恢复后自动补发。", "{n} sends in a row failed. It is probed from time to time, and what it missed is sent once it answers.";
    IS_FAILING_SINCE: "{at} 起连续失败 {n} 次，已放慢发送并定时试探；恢复后自动补发。", "{n} sends in a row failed since {at}. It is probed from time to time, and what it missed is sent once it answers.";
    IS_PAUSED: "已由人工暂停，不发送；期间公布的通告会保留。", "Somebody paused it: nothing is sent, and what is published meanwhile is kept.";
    IS_DISABLED: "连续失败超过五天，已停止发送；未送达的通告仍然保留。", "It failed for more than five days, so sending stopped. What it missed is still kept.";
    IS_GONE: "接收方答复不再接收（HTTP 410），已停止发送。", "Its receiver asked for no more requests (HTTP 410), so nothing is sent.";
    ADVICE_PENDING: "请确认地址可以从外网访问并对测试消息返回 2xx，然后点“发送测试”。", "Make sure that the address can be reached and answers the ping with 2xx, then send a test.";
    ADVICE_ENABLED: "无需处理。", "Nothing needs to be done.";
    ADVICE_FAILING: "请在下面的发送记录中查看失败原因；修好后点“发送测试”可立即恢复。", "Look at the log below for the cause. Once it is mended, a test that succeeds brings it back at once.";
    ADVICE_PAUSED: "点“恢复发送”，并选择如何处理期间的通告。", "Resume it and choose what becomes of the time in between.";
    ADVICE_DISABLED: "请先修好接收方，再点“恢复发送”，并选择如何处理期间的通告。", "Mend the receiver, then resume it and choose what becomes of the time in between.";
    ADVICE_GONE: "如需继续使用，请点“修改”重新填写地址并保存；不再需要可以删除。", "To go on using it, give an address again under “Change” and save; otherwise delete it.";
    NOT_IN_STATE: "当前状态为“{state}”，不能执行“{action}”。{why}", "It is {state} now, which does not allow “{action}”. {why}";

    // One endpoint.
    WHAT_TO_DO: "如何处理：{advice}", "What to do: {advice}";
    PING: "发送测试", "Send a test";
    PAUSE: "暂停发送", "Pause";
    RESUME: "恢复发送", "Resume";
    ROTATE: "更换密钥", "Rotate the secret";
    REPLAY: "重放", "Replay";
    END_REPLAY: "停止重放", "End the replay";
    DELETE_WEBHOOK: "删除推送", "Delete the webhook";
    FIGURES: "发送情况", "Figures";
    LAST_DAY: "最近 24 小时", "The last 24 hours";
    NOTHING_SENT: "没有发送。", "Nothing was sent.";
    SETTINGS: "设置", "Settings";
    OWED: "待发送", "Waiting";
    RETRYING: "其中等待重试", "of these to be tried again";
    GIVEN_UP: "已放弃", "Given up";
    HELD_UNTIL: "下次试探", "Next try at";
    OLDEST_OWED: "最早一条待发送的公布于", "The oldest one waits since";
    CURSOR: "日志位置", "Position in the log";
    CURSOR_OF_HEAD: "{cursor}（最新 {head}）", "{cursor} of {head}";
    DELIVERED_SEQ: "发送序号（x-endpoint-seq）", "Last x-endpoint-seq";
    EVERYTHING: "全部活动", "All activities";
    DEFAULT_KINDS: "除“更正”以外的全部", "All but corrections";
    SIGNATURE: "签名", "Signature";
    REPLAY_GOES_ON: "正在重放：已到位置 {cursor}，到 {until} 为止。", "A replay is under way: at position {cursor}, up to {until}.";
    MADE: "推送已创建。", "The webhook was made.";
    SENT_TWICE: "表单重复提交，只执行了一次。密钥只显示一次；如果没有保存，请再次“更换密钥”。", "The form came twice and was done once. A secret is shown once; if you did not keep it, rotate it.";
    PAUSED: "已暂停发送。", "Paused.";
    RESUMED: "已恢复发送。", "Resumed.";
    REPLAY_BEGUN: "已开始重放 {n} 条通告。", "Notices being told once more: {n}.";
    REPLAY_ENDED: "已停止重放；已发出而未成功的仍会重试。", "The replay was ended; what of it was sent and failed is still tried again.";
    PINGED_WELL: "测试消息已送达。", "The test message arrived.";
    PINGED_BADLY: "测试消息没有送达：{outcome}。", "The test message did not arrive: {outcome}.";
    ROBOTS_SECRET_IS_ITS_OWN: "机器人的密钥由群设置给出，请在“修改”中填写新的。", "A robot's secret is given by its group: enter the new one under “Change”.";
    OLD_SECRET_UNREADABLE: "原密钥无法读取，请把宽限期设为 0 后再更换。", "The present secret cannot be read: rotate it with a grace of 0.";
    REPLAY_UNDER_WAY: "已有一次重放正在进行，请等它完成，或先停止它。", "A replay is under way already: wait for its end, or end it first.";
    ADDRESS_UNREADABLE: "保存的地址或密钥无法读取，请联系管理员（yueli doctor）。", "Its address or secret cannot be read; an operator finds out why with yueli doctor.";

    // A secret.
    SIGNING_SECRET: "签名密钥", "Signing secret";
    SECRET_ONCE: "请立即复制并妥善保存，此密钥不会再次显示。", "Copy it now and keep it safe; it is not shown again.";
    VERIFY_WITH: "用它验证每条消息的 webhook-signature 头，确认消息来自本服务且未被改动。做法和示例代码：", "Verify the webhook-signature header of every message with it: so you know that it came from here and was not changed. How, with code to copy:";
    FOR_DEVELOPERS: "开发者", "For developers";
    OLD_SECRET_UNTIL: "原密钥继续签名至 {at}", "the one before signs on until {at}";
    TO_WEBHOOK: "查看推送", "To the webhook";

    // Actions that ask.
    ABOUT_RESUME: "恢复后立即开始发送。没有发送的通告如何处理？", "Sending begins at once. What becomes of the notices in between?";
    RESUME_MISSED: "全部依次补发", "Send all of them, in order";
    RESUME_LATEST: "每项活动只补发最后一次变更", "Send the last change of each activity";
    RESUME_NONE: "不补发，只发送今后的", "Send none of them, only what comes from now on";
    ABOUT_ROTATE: "生成新密钥。宽限期内新旧密钥同时签名，接收方可以在此期间更换。", "A new secret is made. Until the grace is over messages are signed by both, so the receiver can change over in between.";
    GRACE_HINT: "0 至 168；如果原密钥已泄露，请填 0。", "0 to 168; 0 if the present one leaked.";
    ABOUT_REPLAY: "把已经发送过的一段通告再发一次，排在新通告之后。可以先查看数量。", "A stretch of the log is told once more, behind what is new. You can count it first.";
    ABOUT_DELETE_WEBHOOK: "删除后不再发送，未送达的通告一并作废，发送记录不再可见，不能恢复。只想暂时停止请用“暂停发送”。", "Nothing is sent any more, what waits is dropped, and its log can no longer be seen. This cannot be undone; to stop for a while, pause it.";
    STRETCH: "哪一段", "Which stretch";
    BY_DAYS: "按日期", "By days";
    BY_POSITIONS: "按日志位置", "By positions in the log";
    ONLY_BY_DAYS: "仅按日期时填写", "only by days";
    ONLY_BY_POSITIONS: "仅按日志位置时填写；从下一条开始", "only by positions; begins with the one after it";
    TO_THE_END: "不填则直到已发送的最后一条", "as far as it has come, if empty";
    NUMBERING: "消息编号", "Message ids";
    NEW_ID: "使用新的 webhook-id", "Give the messages new ids";
    NEW_ID_HINT: "接收方通常会忽略收到过的编号；需要它重新处理时请勾选。", "Receivers drop ids that they have seen: tick this when they are to take the messages once more.";
    COUNT_FIRST: "先查看数量", "Count them first";
    WOULD_REPLAY: "这一段有 {n} 条通告会重新发送。尚未开始。", "Notices that would be told once more: {n}. Nothing was sent yet.";
    NONE_TO_REPLAY: "这一段没有需要发送的通告。", "There is nothing for it in that stretch.";

    // Its form.
    CHANGE_WEBHOOK: "修改推送", "Change the webhook";
    NEW_WEBHOOK_ABOUT: "保存后立即发送一条测试消息，地址返回 2xx 即启用。", "A test message is sent at once; it is enabled when that is answered with 2xx.";
    CHANGE_WEBHOOK_ABOUT: "更换地址后会重新测试，未送达的通告会保留。格式不能修改。", "A new address is tested again, and what waits is kept. The format stays.";
    CHANGE_ROBOT_ABOUT: "更换机器人后会重新测试，未送达的通告会保留。格式不能修改。", "A new robot is tested again, and what waits is kept. The format stays.";
    WHERE_TO: "发送到哪里", "Where to";
    URL_HINT: "您的系统接收推送的 https 地址，或群机器人的 Webhook 地址", "the https address of your system, or the webhook address of a group's robot";
    ROBOT_URL_STAYS: "机器人地址是保密的，只显示一部分；不改动即保持不变。", "A robot's address is a secret, so only its beginning is shown; leave it and it stays.";
    ROBOT_SECRET_HINT: "仅飞书、钉钉机器人启用“签名校验”“加签”时填写；保存后不再显示", "only for a Feishu or DingTalk robot whose group asks for signatures; not shown again";
    ROBOT_SECRET_STAYS: "不填则保持不变", "stays as it is if empty";
    NO_ROBOT_SECRET: "机器人不再需要签名，清除密钥", "The robot wants no signatures: forget the secret";
    HOW: "发送方式", "How";
    PAYLOAD_FULL: "完整：包含活动的全部内容", "Full: all of the activity";
    PAYLOAD_THIN: "精简：只有编号、类型和版本，由接收方回查", "Thin: ids, kind and revision; the receiver asks for the rest";
    ORDERING_ALL: "每次变更都发送", "Every change, in order";
    ORDERING_LATEST: "积压时只发送每项活动的最新变更", "Of changes that wait only the latest of each activity";
    LANGUAGE_ZH: "中文", "Chinese";
    LANGUAGE_EN: "英文", "English";
    FORMAT_STANDARD: "标准 Webhook（Standard Webhooks 1.0）", "Standard Webhooks 1.0";
    FORMAT_CLOUDEVENTS: "CloudEvents 1.0（structured）", "CloudEvents 1.0, structured";
    FORMAT_FEISHU: "飞书群机器人", "Feishu or Lark robot";
    FORMAT_DINGTALK: "钉钉群机器人", "DingTalk robot";
    FORMAT_WECOM: "企业微信群机器人", "WeCom robot";
    FORMAT_SLACK: "Slack", "Slack";
    WHICH_KINDS: "哪些通告", "Which notices";
    KINDS_HINT: "全部不选，即接收除“更正”以外的所有类型。", "None ticked: all kinds but corrections.";
    WHICH_ACTIVITIES: "哪些活动", "Which activities";
    SELECTION_HINT: "一项都不选表示不限；同一项内满足任意一个即可，不同项须同时满足。", "Nothing ticked means any. Within one list any of the ticked is enough; all lists have to agree.";
    OF_THE_PROGRAMME: "按年度、板块、系列", "By edition, section, series";
    HIGHLIGHTS_TOO: "不限", "Any";
    HIGHLIGHTS_ALONE: "仅亮点", "Highlights alone";
    NO_HIGHLIGHTS: "亮点以外", "All but highlights";
    NOT_THERE_ANY_MORE: "{name}（已不存在）", "{name} (no longer there)";
    SECOND_WITHOUT_CHANGES: "您打开页面之后，他人操作过这个推送，设置没有变化。请再次保存。", "Somebody did something with this webhook after you opened the page; its settings are the same. Save once more.";

    // The log.
    DELIVERIES: "发送记录", "Deliveries";
    ALL_DELIVERIES: "全部发送记录", "All deliveries";
    DELIVERIES_KEPT: "保留 30 天。时间均为北京时间。", "Kept for 30 days. All times are Beijing time.";
    NO_DELIVERIES: "没有发送记录。", "There are none.";
    LAST_OUTCOME: "最后一次结果", "Outcome of the last attempt";
    EARLIER: "更早的", "Earlier ones";
    DELIVERY: "发送", "Delivery";
    TEST_MESSAGE: "测试消息", "Test message";
    AT_POSITION: "位置 {n} 的通告", "the notice at position {n}";
    DELIVERY_WAITING: "待发送", "Waiting";
    DELIVERY_RETRYING: "等待重试", "Retrying";
    DELIVERY_DELIVERED: "已送达", "Delivered";
    DELIVERY_FAILED: "未送达", "Failed";
    NEXT_ATTEMPT: "下次 {at}", "next at {at}";
    ATTEMPTS_MADE: "已试 {n} 次", "{n} attempts";
    TRIGGER: "触发", "Set off by";
    TRIGGER_AUTO: "自动", "the log";
    TRIGGER_MANUAL: "手动重发", "a redelivery";
    TRIGGER_REPLAY: "重放", "a replay";
    TRIGGER_TEST: "测试", "a test";
    POSITION: "日志位置", "Position in the log";
    NEXT: "下次尝试", "Next attempt";
    REDELIVER: "重新发送", "Redeliver";
    REDELIVER_ABOUT: "以相同的编号和内容再发送一次。", "Sends it once more with the same id and bytes.";
    REDELIVERY_ASKED: "已安排重新发送，这是新的发送记录。刷新页面查看结果。", "It is being sent once more: this is the new delivery. Reload the page for the result.";
    PINGS_ARE_NOT_REDELIVERED: "测试消息不能重新发送，请在推送页面再发送一次测试。", "A test is not redelivered: send another one from the webhook's page.";
    ATTEMPTS: "每次尝试", "Attempts";
    NOT_TRIED: "还没有尝试。", "Not tried yet.";
    NTH_ATTEMPT: "第 {n} 次", "Attempt {n}";
    TOOK: "用时", "Took";
    MILLISECONDS: "{n} 毫秒", "{n} ms";
    HTTP_STATUS: "HTTP 状态码", "HTTP status";
    CONNECTED_TO: "连接地址", "Connected to";
    REQUEST_HEADERS: "请求头（不含签名）", "Request headers, without the signature";
    RESPONSE_EXCERPT: "接收方的答复（节选）", "What the receiver answered (excerpt)";
    NO_ANSWER_TEXT: "答复没有内容。", "There was no text in the answer.";
    BODY: "消息内容", "Body";
    BODY_NOT_KEPT: "只有等待重试或已放弃的通告保留消息内容。", "A body is kept of notices that are to be tried again or were given up.";

    // Outcomes.
    OUTCOME_SUCCESS: "送达", "delivered";
    OUTCOME_DNS: "域名无法解析", "the name leads nowhere";
    OUTCOME_BLOCKED: "地址不允许访问（内网或保留地址）", "the address must not be reached (private or reserved)";
    OUTCOME_REFUSED: "连接被拒绝，对方没有服务在监听", "nobody listens there";
    OUTCOME_CONNECT_TIMEOUT: "连接超时", "no connection in time";
    OUTCOME_TLS: "TLS 失败，请检查证书", "TLS failed; look at the certificate";
    OUTCOME_TIMEOUT: "在限定时间内没有完整答复", "no whole answer in time";
    OUTCOME_RESET: "连接中断，或答复不是 HTTP", "the connection broke, or what came was not HTTP";
    OUTCOME_REDIRECT: "对方要求跳转（3xx），不会跟随", "a redirect (3xx), which is not followed";
    OUTCOME_4XX: "对方拒绝（4xx）", "refused (4xx)";
    OUTCOME_5XX: "对方出错（5xx）", "an error at the receiver (5xx)";
    OUTCOME_GONE: "对方不再接收（410）", "no more requests wanted (410)";
    OUTCOME_BODY: "对方答复 2xx，但内容表示失败", "2xx, but the answer's body says no";
    OUTCOME_INTERNAL: "本服务自身的故障，不计入对方", "our own fault; it does not count";
}

/// What a state is called.
pub(in crate::http::console) fn endpoint_state(state: EndpointState) -> Phrase {
    match state {
        EndpointState::Pending => STATE_PENDING,
        EndpointState::Enabled => STATE_ENABLED,
        EndpointState::Failing => STATE_FAILING,
        EndpointState::Paused => STATE_PAUSED,
        EndpointState::Disabled => STATE_DISABLED,
        EndpointState::Gone => STATE_GONE,
    }
}

fn explained(state: EndpointState) -> Phrase {
    match state {
        EndpointState::Pending => IS_PENDING,
        EndpointState::Enabled => IS_ENABLED,
        EndpointState::Failing => IS_FAILING,
        EndpointState::Paused => IS_PAUSED,
        EndpointState::Disabled => IS_DISABLED,
        EndpointState::Gone => IS_GONE,
    }
}

/// How an endpoint stands, in a sentence.
pub(in crate::http::console) fn standing(row: &Row, language: Language) -> String {
    let failures = row.failures.to_string();
    let since = row.failing_since.map(super::local);
    match (row.state, since) {
        (EndpointState::Enabled, _) if row.failures > 0 => {
            IS_RETRYING.say(language, &[("n", &failures)])
        }
        (EndpointState::Failing, Some(since)) => {
            IS_FAILING_SINCE.say(language, &[("n", &failures), ("at", &since)])
        }
        (state, _) => explained(state).say(language, &[("n", &failures)]),
    }
}

/// What its owner does about it.
pub(in crate::http::console) fn advice(state: EndpointState) -> Phrase {
    match state {
        EndpointState::Pending => ADVICE_PENDING,
        EndpointState::Enabled => ADVICE_ENABLED,
        EndpointState::Failing => ADVICE_FAILING,
        EndpointState::Paused => ADVICE_PAUSED,
        EndpointState::Disabled => ADVICE_DISABLED,
        EndpointState::Gone => ADVICE_GONE,
    }
}

/// Why a state does not allow something.
pub(in crate::http::console) fn not_in_state(
    state: EndpointState,
    action: Phrase,
    language: Language,
) -> String {
    let name = endpoint_state(state).plain(language);
    let name = match language {
        Language::Zh => name.to_owned(),
        Language::En => name.to_lowercase(),
    };
    NOT_IN_STATE.say(
        language,
        &[
            ("state", &name),
            ("action", action.plain(language)),
            ("why", advice(state).plain(language)),
        ],
    )
}

/// What an attempt came to.
pub(in crate::http::console) fn outcome(code: &str, language: Language) -> String {
    let Ok(outcome) = code.parse::<Outcome>() else {
        return code.to_owned();
    };
    let phrase = match outcome {
        Outcome::Success => OUTCOME_SUCCESS,
        Outcome::DnsError => OUTCOME_DNS,
        Outcome::BlockedAddress => OUTCOME_BLOCKED,
        Outcome::ConnectRefused => OUTCOME_REFUSED,
        Outcome::ConnectTimeout => OUTCOME_CONNECT_TIMEOUT,
        Outcome::TlsError => OUTCOME_TLS,
        Outcome::Timeout => OUTCOME_TIMEOUT,
        Outcome::Reset => OUTCOME_RESET,
        Outcome::Redirect => OUTCOME_REDIRECT,
        Outcome::Http4xx => OUTCOME_4XX,
        Outcome::Http5xx => OUTCOME_5XX,
        Outcome::Gone => OUTCOME_GONE,
        Outcome::RejectedByBody => OUTCOME_BODY,
        Outcome::Internal => OUTCOME_INTERNAL,
    };
    phrase.plain(language).to_owned()
}

/// What came of a ping.
pub(in crate::http::console) fn pinged(came: Outcome, language: Language) -> String {
    match came {
        Outcome::Success => PINGED_WELL.plain(language).to_owned(),
        other => PINGED_BADLY.say(language, &[("outcome", &outcome(other.code(), language))]),
    }
}

/// What set a delivery off.
pub(in crate::http::console) fn trigger(trigger: Trigger) -> Phrase {
    match trigger {
        Trigger::Auto => TRIGGER_AUTO,
        Trigger::Manual => TRIGGER_MANUAL,
        Trigger::Replay => TRIGGER_REPLAY,
        Trigger::Test => TRIGGER_TEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_words_of_its_own_in_both_languages() {
        for language in [Language::Zh, Language::En] {
            let all = Outcome::ALL.map(|it| outcome(it.code(), language));
            let unique: std::collections::BTreeSet<&String> = all.iter().collect();
            assert_eq!(unique.len(), Outcome::ALL.len());
            assert!(!all.iter().any(|said| said.contains('_')), "{all:?}");
        }
        assert_eq!(outcome("something_new", Language::Zh), "something_new");
    }
}
