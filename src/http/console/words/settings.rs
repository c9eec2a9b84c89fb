//! An endpoint's settings in words: what its fields are called, and their values.
//!
//! Invariant: a word that is in no vocabulary is shown as it is.

use entity::vocab::{Audience, District, Kind, Language, Mode, NoticeKind, Strand, WireFormat};

use super::webhooks::*;
use crate::publish::wording::{Phrase, either};

/// A format as it is chosen.
pub(in crate::http::console) fn format_choice(format: WireFormat) -> Phrase {
    match format {
        WireFormat::Standard => FORMAT_STANDARD,
        WireFormat::Cloudevents => FORMAT_CLOUDEVENTS,
        WireFormat::Feishu => FORMAT_FEISHU,
        WireFormat::Dingtalk => FORMAT_DINGTALK,
        WireFormat::Wecom => FORMAT_WECOM,
        WireFormat::Slack => FORMAT_SLACK,
    }
}

/// A language as it is chosen.
pub(in crate::http::console) fn language_name(language: Language) -> Phrase {
    match language {
        Language::Zh => LANGUAGE_ZH,
        Language::En => LANGUAGE_EN,
    }
}

/// What a field of an endpoint's form is called; as it is where it is none.
pub(super) fn label(field: &str, language: Language) -> &str {
    let (zh, en) = match field {
        "format" => ("格式", "Format"),
        "secret" => ("机器人的签名密钥", "The robot's secret"),
        "language" => ("语言", "Language"),
        "payload" => ("内容", "Payload"),
        "ordering" => ("积压时", "Changes that wait"),
        "notices" => ("通告类型", "Kinds of notices"),
        "district" => ("区", "Districts"),
        "audience" => ("面向人群", "Audiences"),
        "replay" => ("期间的通告", "The time in between"),
        "grace_hours" => ("宽限期（小时）", "Grace (hours)"),
        "by" => ("选择方式", "How it is given"),
        "from" => ("从哪一天", "First day"),
        "to" => ("到哪一天", "Last day"),
        "after" => ("起点位置", "After position"),
        "until" => ("终点位置", "Up to position"),
        other => return super::sources::label(other, language),
    };
    either(language, zh, en)
}

/// The field that a name in an endpoint's form stands for.
pub(in crate::http::console) fn webhook_field(name: &str) -> &str {
    let name = name.trim_start_matches('/');
    match name.split_once('/') {
        Some(("selection", dimension)) => dimension,
        Some((field, _)) => field,
        None => name,
    }
}

/// A setting's value in words.
pub(in crate::http::console) fn webhook_value(
    name: &str,
    value: &str,
    language: Language,
) -> String {
    let words = |label: &dyn Fn(&str) -> Option<&'static str>| {
        let words = value.split(", ").filter(|word| !word.is_empty());
        let words = words.map(|word| label(word).unwrap_or(word));
        words.collect::<Vec<_>>().join(either(language, "、", ", "))
    };
    macro_rules! labels {
        ($kind:ty) => {
            words(&|word| {
                let word: $kind = word.parse().ok()?;
                Some(either(language, word.zh(), word.en()))
            })
        };
    }
    match webhook_field(name) {
        "district" => labels!(District),
        "kind" => labels!(Kind),
        "audience" => labels!(Audience),
        "strand" => labels!(Strand),
        "mode" => labels!(Mode),
        "notices" if value.is_empty() => DEFAULT_KINDS.plain(language).to_owned(),
        "notices" => labels!(NoticeKind),
        "language" => words(&|word| Some(language_name(word.parse().ok()?).plain(language))),
        "payload" => words(&|word| match word {
            "full" => Some(PAYLOAD_FULL.plain(language)),
            "thin" => Some(PAYLOAD_THIN.plain(language)),
            _ => None,
        }),
        "ordering" => words(&|word| match word {
            "all" => Some(ORDERING_ALL.plain(language)),
            "latest" => Some(ORDERING_LATEST.plain(language)),
            _ => None,
        }),
        "highlight" => words(&|word| match word {
            "true" => Some(HIGHLIGHTS_ALONE.plain(language)),
            "false" => Some(NO_HIGHLIGHTS.plain(language)),
            _ => None,
        }),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_told_by_its_labels_and_a_word_that_nobody_knows_as_it_is() {
        let zh = |name, value| webhook_value(name, value, Language::Zh);
        assert_eq!(
            zh("/selection/district", "haidian, atlantis"),
            "海淀、atlantis"
        );
        assert_eq!(zh("/notices", ""), "除“更正”以外的全部");
        assert_eq!(zh("/notices", "cancelled"), "取消");
        assert_eq!(zh("/selection/series", "a, b"), "a, b");
        assert_eq!(
            webhook_value("/payload", "thin", Language::En),
            PAYLOAD_THIN.en
        );
    }
}
