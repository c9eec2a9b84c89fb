//! `/problems/{kind}`: what an API's problem means and what to do, where its `type` leads.
//!
//! Invariant: every kind of problem that the program answers has its page.

use askama::Template;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    negotiate,
    page::{self, Frame, Named},
    shelf::Made,
    words as w,
};
use crate::{http::Web, publish::wording::Phrase};

/// What a problem means.
struct Explained {
    kind: &'static str,
    status: u16,
    title: Phrase,
    text: Phrase,
}

macro_rules! explained {
    ($($kind:literal $status:literal: $title_zh:literal, $title_en:literal; $zh:literal, $en:literal;)+) => {
        static EXPLAINED: &[Explained] = &[$(Explained {
            kind: $kind,
            status: $status,
            title: Phrase { zh: $title_zh, en: $title_en },
            text: Phrase { zh: $zh, en: $en },
        }),+];
    };
}

explained! {
    "malformed-request" 400: "请求无法读取", "The request cannot be read";
        "请求正文不是有效的 JSON，或者传输中断，或者某个请求头的格式不对。detail 说明了位置。请改正后重发。",
        "The body is not JSON, or it broke off, or a header has the wrong form. detail says where. Mend it and send it again.";
    "invalid-parameter" 400: "参数有误", "A parameter is wrong";
        "网址里的参数名称未知、重复，或者值不对。errors 逐一列出全部错误；未知参数不会被悄悄忽略。",
        "A parameter in the address is unknown, stands there twice, or has a wrong value. errors names every fault at once; unknown parameters are never ignored in silence.";
    "unauthorised" 401: "需要有效的令牌", "A valid token is needed";
        "请在请求头中加上 Authorization: Bearer 令牌。令牌由组织办公室签发；没有令牌、写错或已吊销的令牌都会得到这个回答。公开的读取不需要令牌。",
        "Send an Authorization header: Bearer TOKEN. Tokens are given out by the organising office; a missing, mistyped or revoked one is answered like this. Public reads need none.";
    "forbidden" 403: "令牌无权这样做", "Your token may not do that";
        "令牌有效，但它的角色不包括这项操作，例如修改其他区的活动或设置季度亮点。请联系组织办公室。",
        "The token is valid, but its role does not include this, such as changing another district's activity or setting a highlight. Ask the organising office.";
    "cross-site" 403: "请求来自其他网站", "That came from another site";
        "工作台的表单只接受本站页面发出的请求。请在本站打开页面后重新提交。如果您在代理服务器之后部署，请让代理原样转发 Host 和 Origin。",
        "Forms of the console are taken from its own pages alone. Open the page here and send it again. Behind a proxy, have it pass Host and Origin on unchanged.";
    "not-found" 404: "这里什么也没有", "There is nothing here";
        "地址有误，或者所指的内容不存在、尚未公布，或者您的令牌看不到它。",
        "The address is mistyped, or what it names does not exist, is not announced, or is not for your token to see.";
    "method-not-allowed" 405: "这里不支持该方法", "That method does not exist here";
        "这个地址存在，但不接受所用的 HTTP 方法。可用的方法见回答的 Allow 请求头和接口说明。",
        "The address exists but does not take the HTTP method used. The Allow header of the answer and the API description say which it takes.";
    "conflict" 409: "与现有内容冲突", "It stands in the way of something";
        "这项改动与已有的内容冲突，例如删除仍被使用的系列，或删除已公布的活动（请改用取消）。detail 说明与什么冲突。",
        "The change conflicts with something that is there, such as deleting a series in use, or a public activity (cancel it instead). detail says with what.";
    "not-allowed-now" 409: "活动的当前状态不允许", "The activity's state does not allow that";
        "每项操作只适用于某些状态：例如已取消的活动要先恢复才能改期，活动开始之后才能标为已举办。detail 说明现在的状态和可行的做法。",
        "Each action fits certain states only: a cancelled activity must be reinstated before it is rescheduled, and one is held only after its start. detail names the present state and what to do instead.";
    "not-ready" 503: "暂不就绪", "Not ready";
        "这个实例正在启动、停止，或者落后于其他实例。负载均衡应把请求交给别的实例；detail 说明原因。",
        "This instance is starting, stopping, or behind the others. A load balancer should ask another one; detail says why.";
    "gone" 410: "内容已撤回", "It was withdrawn";
        "这里曾经有一项活动，它不应发布，已永久撤下。请不要再请求这个地址。",
        "There was an activity here that should not have been published; it was taken down for good. Please stop asking for this address.";
    "stale-version" 412: "其间已被他人修改", "Somebody else changed it in between";
        "If-Match 所指的版本已不是最新。请重新读取活动，核对别人的改动，再带上新的 ETag 重发。",
        "The version named by If-Match is no longer the present one. Read the activity again, look at what changed, and repeat with its new ETag.";
    "too-large" 413: "正文太大", "The body is too large";
        "请求正文超过了上限，detail 写明了上限。请拆成几次发送。",
        "The body is over the limit, which detail states. Send it in parts.";
    "unsupported-media-type" 415: "正文类型不支持", "The body must be of another type";
        "请用 Content-Type: application/json 发送 JSON（导入接口另收 text/csv、text/calendar 和 .xlsx 工作簿，订阅中心收表单）。",
        "Send JSON with Content-Type: application/json (imports also take text/csv, text/calendar and .xlsx workbooks, the hub takes forms).";
    "busy" 503: "此刻请求过多", "Too many ask at once";
        "订阅中心或通告流此刻已达上限。请按 Retry-After 所示的时间之后再试；没有丢失任何内容。",
        "The hub or the stream of notices has as many as it takes. Ask again after the time that Retry-After states; nothing is lost.";
    "invalid-input" 422: "输入有误", "The input is wrong";
        "正文可以读取，但内容有误。errors 用 JSON Pointer 一次列出全部错误，并写明有问题的值。什么都没有保存。",
        "The body can be read, but what it says is wrong. errors names every fault at once by JSON Pointer, with the value at fault. Nothing was saved.";
    "idempotency-key-reused" 422: "Idempotency-Key 已用于另一请求", "The Idempotency-Key belongs to another request";
        "同一个 Idempotency-Key 在 24 小时内只能用于完全相同的请求。新的请求请用新的键。",
        "Within 24 hours an Idempotency-Key stands for one and the same request. Use a new key for a new request.";
    "precondition-required" 428: "缺少 If-Match", "If-Match is missing";
        "修改活动必须带上 If-Match，值是您读到的 ETag，以免覆盖他人的改动。",
        "Every change to an activity needs If-Match with the ETag you read, so that nobody's change is overwritten unseen.";
    "internal" 500: "服务出错", "Something went wrong here";
        "错误在我们这边，已记入日志。报告时请附上 instance（请求编号）。",
        "The fault is ours and stands in our log. When you report it, quote instance, the request's id.";
    "database-unavailable" 503: "数据库暂时没有响应", "The database does not answer";
        "改动可能没有保存，也可能保存了而回答丢失。请按 Retry-After 稍候，用同一个 Idempotency-Key 重试。公开的读取不受影响。",
        "The change was not saved, or it was and the answer was lost. Wait as Retry-After says and repeat it with the same Idempotency-Key. Public reads go on.";
    "feed-unavailable" 503: "订阅源暂时无法生成", "The feed cannot be made at present";
        "订阅源暂时无法生成，没有用空内容代替它。请按 Retry-After 稍后再试。",
        "The feed cannot be made at present, and no empty one is served in its place. Try again as Retry-After says.";
    "timeout" 503: "处理超时", "That took too long";
        "请求在规定时间内没有完成。请按 Retry-After 稍候，用同一个 Idempotency-Key 重试。",
        "The request was not done in time. Wait as Retry-After says and repeat it with the same Idempotency-Key.";
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page {
    frame: Frame,
    kind: &'static str,
    status: u16,
    about: &'static str,
    /// In the reader's language, then in the other one.
    told: Vec<(&'static str, &'static str, &'static str)>,
}

/// The reader's language stands first; the page holds both.
pub(super) async fn page(
    State(web): State<Web>,
    Named(kind): Named<String>,
    headers: HeaderMap,
) -> Response {
    let language = negotiate::preferred(&headers);
    let Some(explained) = EXPLAINED.iter().find(|known| known.kind == kind) else {
        return page::missing(&web, language);
    };
    let told = |language: Language| {
        (
            page::tag(language),
            explained.title.plain(language),
            explained.text.plain(language),
        )
    };
    let title = w::PROBLEM.say(language, &[("kind", explained.kind)]);
    let page = Page {
        frame: Frame::new(&web, language, "/", Some(&title)).unlisted(),
        kind: explained.kind,
        status: explained.status,
        about: w::PROBLEM_TYPE.plain(language),
        told: vec![told(language), told(page::other(language))],
    };
    let made = Made {
        // In the reader's language, which no address names.
        query: None,
        vary: "Accept-Encoding, Accept-Language",
        ..Made::page(page::rendered(&page), language)
    };
    made.into_response()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::EXPLAINED;

    /// The kinds in a source text: the first word in quotes after each making of a problem.
    fn kinds(source: &str) -> Vec<String> {
        let mut kinds = Vec::new();
        for making in source.split("Problem::new(").skip(1) {
            let word = making
                .split('"')
                .skip(1)
                .step_by(2)
                .next()
                .unwrap_or_default();
            kinds.push(word.to_owned());
        }
        kinds
    }

    fn sources(folder: &Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("site/problems.rs")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                // problem.rs itself says Self.
                into.push(if path.ends_with("http/problem.rs") {
                    text.replace("Self::new(", "Problem::new(")
                } else {
                    text
                });
            }
        }
    }

    #[test]
    fn every_kind_of_problem_has_its_page() {
        let mut texts = Vec::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut texts,
        );
        let mut used: Vec<String> = texts.iter().flat_map(|text| kinds(text)).collect();
        used.sort();
        used.dedup();
        assert!(
            used.len() > 10 && used.iter().any(|kind| kind == "stale-version"),
            "the search finds kinds no more: {used:?}"
        );
        let missing: Vec<_> = used
            .iter()
            .filter(|kind| !EXPLAINED.iter().any(|known| known.kind == *kind))
            .collect();
        assert!(missing.is_empty(), "without a page: {missing:?}");
    }

    #[test]
    fn kinds_are_found_however_the_call_is_broken() {
        let source =
            "Problem::new(StatusCode::OK, \"a-b\", \"x\"); Problem::new(\n S,\n \"c\",\n \"d\")";
        assert_eq!(kinds(source), ["a-b", "c"]);
    }
}
