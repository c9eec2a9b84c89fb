//! What a delivery says: bytes made of a notice, for a payload and a language.
//!
//! Invariant: the bytes are a pure function of notice, payload, language and public base address, so they are the
//! same on each try; they are at most [`MAX_BYTES`], and links are never cut.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use entity::vocab::{Language, NoticeKind, Payload};
use serde_json::{Map, Value, json};

use crate::{
    domain::{activity::Activity, notice::Notice, when::instant},
    links::Links,
};

/// The most that a message has (WEBHOOKS §1).
pub const MAX_BYTES: usize = 20_000;

/// The `type` of a notice's message.
#[must_use]
pub fn type_of(kind: NoticeKind) -> String {
    match kind {
        NoticeKind::Digest => "digest.published".to_owned(),
        kind => format!("activity.{kind}"),
    }
}

/// The body for a notice.
#[must_use]
pub fn body(notice: &Notice, payload: Payload, language: Language, links: &Links) -> Bytes {
    let kind = type_of(notice.kind);
    within(notice, payload, language, links, |data, is_cut| {
        let mark = if is_cut { MARK } else { "" };
        envelope(&kind, notice.published_at, data, mark)
    })
    .into()
}

/// What says that a message was cut.
const MARK: &str = r#""truncated":true,"#;

/// A notice in an envelope, which is told whether it is whole, cut until it fits.
pub(super) fn within(
    notice: &Notice,
    payload: Payload,
    language: Language,
    links: &Links,
    envelope: impl Fn(&Value, bool) -> String,
) -> String {
    let data = match payload {
        Payload::Full => full(notice, language, links),
        Payload::Thin => thin(notice, language, links),
    };
    let whole = envelope(&data, false);
    if whole.len() <= MAX_BYTES {
        return whole;
    }
    let thin = || thin(notice, language, links);
    cut(data, thin, |data| envelope(data, true))
}

/// The body of a ping (`endpoint.ping`) or a trial (`endpoint.test`).
#[must_use]
pub fn trial(kind: &str, endpoint_id: &str, now: DateTime<Utc>) -> Bytes {
    envelope(kind, now, &json!({"endpoint_id": endpoint_id}), "").into()
}

/// In the order that people read it in; `mark` stands before the data.
fn envelope(kind: &str, at: DateTime<Utc>, data: &Value, mark: &str) -> String {
    let at = instant::text(at);
    format!(r#"{{"type":"{kind}","timestamp":"{at}",{mark}"data":{data}}}"#)
}

fn full(notice: &Notice, language: Language, links: &Links) -> Value {
    let mut data = links.notice_json(notice);
    if language == Language::Zh {
        return data;
    }
    let mut listed: Vec<(&Activity, &mut Value)> = Vec::new();
    let fields = data.as_object_mut().into_iter().flat_map(Map::iter_mut);
    for (name, value) in fields {
        match (name.as_str(), &notice.activity, &notice.digest) {
            ("activity", Some(activity), _) => listed.push((activity, value)),
            ("digest", _, Some(digest)) => {
                let shown = value
                    .get_mut("activities")
                    .and_then(Value::as_array_mut)
                    .into_iter()
                    .flatten();
                listed.extend(digest.activities.iter().zip(shown));
            }
            _ => {}
        }
    }
    for (activity, value) in listed {
        let page = links.activity(language, activity);
        value["links"] = json!({
            "html": page, "ics": links.activity_ics(language, activity), "history": format!("{page}/history"),
        });
    }
    data
}

fn thin(notice: &Notice, language: Language, links: &Links) -> Value {
    let api = |path: String| links.to(&format!("/api/v1/{path}"));
    let mut to = Map::new();
    to.insert(
        "notice".to_owned(),
        json!(api(format!("notices/{}", notice.id))),
    );
    to.insert("html".to_owned(), json!(links.notice(language, notice)));
    if let Some(id) = &notice.activity_id {
        to.insert(
            "activity".to_owned(),
            json!(api(format!("activities/{id}"))),
        );
    }
    json!({
        "position": notice.position, "id": notice.id, "kind": notice.kind, "activity_id": notice.activity_id,
        "revision": notice.revision, "published_at": instant::text(notice.published_at), "links": to,
    })
}

/// Cuts long texts shorter and shorter, then lists, until the message fits; what is left says that it was cut.
fn cut(mut data: Value, thin: impl Fn() -> Value, envelope: impl Fn(&Value) -> String) -> String {
    let fits = |data: &Value| {
        let text = envelope(data);
        (text.len() <= MAX_BYTES).then_some(text)
    };
    for longest in [2_000, 500, 120] {
        shorten(&mut data, longest);
        if let Some(text) = fits(&data) {
            return text;
        }
    }
    for longest in [20, 3] {
        thin_out(&mut data, longest);
        if let Some(text) = fits(&data) {
            return text;
        }
    }
    envelope(&thin())
}

fn is_address(name: &str) -> bool {
    name == "links" || name == "id" || name.ends_with("url")
}

fn shorten(value: &mut Value, longest: usize) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(longest) {
                text.truncate(end);
                text.push('…');
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, longest)),
        Value::Object(fields) => {
            let texts = fields.iter_mut().filter(|(name, _)| !is_address(name));
            texts.for_each(|(_, value)| shorten(value, longest));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn thin_out(value: &mut Value, longest: usize) {
    match value {
        Value::Array(items) => {
            items.truncate(longest);
            items.iter_mut().for_each(|item| thin_out(item, longest));
        }
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|value| thin_out(value, longest)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use entity::vocab::NoticeKind;

    use super::*;
    use crate::domain::samples;

    fn links() -> Links {
        Links::new("https://calendar.example")
    }

    fn read(body: &[u8]) -> Value {
        serde_json::from_slice(body).unwrap()
    }

    #[test]
    fn a_full_message_is_the_notice_with_links_in_the_endpoints_language() {
        let notice = samples::notice(7, NoticeKind::Rescheduled, samples::activity(json!({})));
        let zh = body(&notice, Payload::Full, Language::Zh, &links());
        assert_eq!(
            zh,
            body(&notice, Payload::Full, Language::Zh, &links()),
            "the same on each try"
        );
        assert!(zh.starts_with(
            br#"{"type":"activity.rescheduled","timestamp":"2021-07-01T08:00:00+08:00","data":{"#
        ));
        assert_eq!(read(&zh)["data"], links().notice_json(&notice));
        let en = read(&body(&notice, Payload::Full, Language::En, &links()));
        assert_eq!(
            en["data"]["activity"]["links"],
            json!({
                "html": "https://calendar.example/en/e/act_1-roadshow",
                "ics": "https://calendar.example/feeds/en/activity/act_1.ics",
                "history": "https://calendar.example/en/e/act_1-roadshow/history",
            })
        );
    }

    #[test]
    fn a_thin_message_has_ids_and_links_only() {
        let notice = samples::notice(7, NoticeKind::Announced, samples::activity(json!({})));
        assert_eq!(
            read(&body(&notice, Payload::Thin, Language::En, &links())),
            json!({
                "type": "activity.announced", "timestamp": "2021-07-01T08:00:00+08:00",
                "data": {
                    "position": 7, "id": "ntc_7", "kind": "announced", "activity_id": "act_1", "revision": 1,
                    "published_at": "2021-07-01T08:00:00+08:00",
                    "links": {
                        "notice": "https://calendar.example/api/v1/notices/ntc_7",
                        "html": "https://calendar.example/en/notices/ntc_7",
                        "activity": "https://calendar.example/api/v1/activities/act_1",
                    },
                },
            })
        );
    }

    #[test]
    fn a_long_message_is_cut_but_not_its_links() {
        let text = "活动".repeat(9_000);
        let registration = format!("https://partner.example/{}", "x".repeat(1_500));
        let activity = samples::activity(json!({
            "description": {"zh": text, "en": text}, "registration_url": registration,
            "outcomes": vec![json!({"zh": "成果".repeat(2_000)}); 150],
        }));
        let notice = samples::notice(7, NoticeKind::Updated, activity);
        let bytes = body(&notice, Payload::Full, Language::Zh, &links());
        assert!(bytes.len() <= MAX_BYTES, "{}", bytes.len());
        let message = read(&bytes);
        assert_eq!(message["truncated"], json!(true));
        let activity = &message["data"]["activity"];
        assert_eq!(activity["registration_url"], json!(registration));
        assert_eq!(
            activity["links"]["html"],
            json!("https://calendar.example/zh/e/act_1-roadshow")
        );
        assert_eq!(activity["title"], json!({"zh": "路演", "en": "Roadshow"}));
        assert!(
            activity["description"]["zh"]
                .as_str()
                .unwrap()
                .ends_with('…')
        );
    }

    #[test]
    fn what_cannot_be_cut_enough_becomes_thin() {
        let activity = samples::activity(json!({
            "organizers": (0..60).map(|_| json!({
                "role": "host", "name": {"zh": "主办"}, "url": format!("https://a.example/{}", "x".repeat(1_900)),
            })).collect::<Vec<_>>(),
            "live_url": format!("https://a.example/{}", "x".repeat(1_900)),
            "registration_url": format!("https://a.example/{}", "x".repeat(1_900)),
        }));
        let mut notice = samples::notice(7, NoticeKind::Updated, activity);
        for name in ["one", "two", "three", "four", "five", "six", "seven"] {
            let old = json!({"url": format!("https://a.example/{}", "x".repeat(1_900))});
            notice.before.insert(name.to_owned(), old);
        }
        let message = read(&body(&notice, Payload::Full, Language::Zh, &links()));
        assert_eq!(message["truncated"], json!(true));
        assert_eq!(message["data"]["id"], json!("ntc_7"));
        assert!(message["data"].get("activity").is_none());
    }
}
