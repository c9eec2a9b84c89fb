//! What a partner asks of an endpoint: where to, which notices, how they are written.
//!
//! Invariant: history goes to nobody; what `wants` says is the same today and after a restart.

use entity::vocab::{Language, NoticeKind, Payload};
use serde_json::{Map, Value, json};

use super::{
    input::{Faults, Object, Read},
    notice::Notice,
    selection::Selection,
    text::WebAddress,
};

/// The only wire format so far.
pub const STANDARD: &str = "standard";
/// Formats that the contract names and that are still to come.
const TO_COME: [&str; 5] = ["cloudevents", "feishu", "dingtalk", "wecom", "slack"];

/// Which notices somebody wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of which activities.
    pub selection: Selection,
    /// Of which kinds; none named = all but `corrected`.
    pub notices: Vec<NoticeKind>,
}

impl Wanted {
    /// Whether a notice is to be delivered. A digest concerns no single activity: it goes to those who asked for
    /// everything, and to those who named it.
    #[must_use]
    pub fn wants(&self, notice: &Notice) -> bool {
        if notice.history {
            return false;
        }
        let named = self.notices.contains(&notice.kind);
        if self.notices.is_empty() {
            notice.kind != NoticeKind::Corrected && self.selection.matches_notice(notice)
        } else {
            named && (notice.kind == NoticeKind::Digest || self.selection.matches_notice(notice))
        }
    }
}

/// What the owner of an endpoint sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Where to.
    pub url: WebAddress,
    /// What.
    pub wanted: Wanted,
    /// In which language links and cards are.
    pub language: Language,
    /// How much.
    pub payload: Payload,
}

impl Subscription {
    /// As the API shows it and takes it back.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        let Self {
            url,
            wanted: Wanted { selection, notices },
            language,
            payload,
        } = self;
        let Value::Object(fields) = json!({
            "url": url, "selection": selection.to_json(), "notices": notices, "language": language,
            "format": STANDARD, "payload": payload,
        }) else {
            unreachable!("made an object just above")
        };
        fields
    }
}

struct Format;

impl std::str::FromStr for Format {
    type Err = String;
    fn from_str(raw: &str) -> Result<Self, String> {
        match raw {
            STANDARD => Ok(Self),
            later if TO_COME.contains(&later) => Err(format!(
                "the format {later:?} is not there yet; only {STANDARD:?} is"
            )),
            other => Err(format!(
                "{:?} is not a format; expected {STANDARD}",
                other.chars().take(40).collect::<String>()
            )),
        }
    }
}

impl Read for Format {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        super::input::parsed(value, at, faults)
    }
}

impl Read for Subscription {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let url = object.required::<WebAddress>("url", faults);
        let selection = match object.optional::<Value>("selection", faults) {
            None => Some(Selection::default()),
            Some(value) => Selection::read_json(&value, &object.at("selection"), faults),
        };
        let notices = match object.optional::<Value>("notices", faults) {
            None => Some(Vec::new()),
            Some(value) => Vec::<NoticeKind>::read(&value, &object.at("notices"), faults),
        };
        let language = object.optional("language", faults).unwrap_or(Language::Zh);
        object.optional::<Format>("format", faults);
        let payload = object.optional("payload", faults).unwrap_or(Payload::Full);
        object.close(faults);
        let mut notices = notices?;
        notices.sort_unstable();
        notices.dedup();
        Some(Self {
            url: url?,
            wanted: Wanted {
                selection: selection?,
                notices,
            },
            language,
            payload,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{input::read, samples};

    fn wanted(selection: &str, notices: &[NoticeKind]) -> Wanted {
        Wanted {
            selection: Selection::parse(selection).unwrap(),
            notices: notices.to_vec(),
        }
    }

    #[test]
    fn by_default_everything_but_corrections_arrives_and_never_history() {
        let everything = wanted("", &[]);
        for kind in NoticeKind::ALL {
            let mut notice = samples::notice(1, *kind, samples::activity(json!({})));
            assert_eq!(
                everything.wants(&notice),
                *kind != NoticeKind::Corrected,
                "{kind}"
            );
            notice.history = true;
            assert!(!everything.wants(&notice), "{kind}");
        }
    }

    #[test]
    fn named_kinds_are_the_only_ones_and_a_named_digest_needs_no_selection() {
        let mut digest = samples::notice(1, NoticeKind::Digest, samples::activity(json!({})));
        digest.activity = None;
        let haidian = "district=haidian";
        let corrected = samples::notice(2, NoticeKind::Corrected, samples::activity(json!({})));
        let updated = samples::notice(3, NoticeKind::Updated, samples::activity(json!({})));

        assert!(!wanted(haidian, &[]).wants(&digest));
        assert!(wanted(haidian, &[NoticeKind::Digest]).wants(&digest));
        assert!(wanted(haidian, &[NoticeKind::Corrected]).wants(&corrected));
        assert!(!wanted("district=dongcheng", &[NoticeKind::Corrected]).wants(&corrected));
        assert!(!wanted(haidian, &[NoticeKind::Corrected]).wants(&updated));
    }

    #[test]
    fn all_faults_of_an_endpoint_are_named_at_once() {
        let faults = read::<Subscription>(&json!({
            "url": "ftp://a/", "selection": {"district": ["paris"]}, "notices": ["sold_out"], "language": "fr",
            "format": "slack", "payload": "fat", "retries": 3,
        }))
        .unwrap_err();
        let pointers: Vec<&str> = faults
            .0
            .iter()
            .map(|fault| fault.pointer.as_str())
            .collect();
        assert_eq!(
            pointers,
            [
                "/url",
                "/selection/district",
                "/notices/0",
                "/language",
                "/format",
                "/payload",
                "/retries"
            ]
        );
        assert!(faults.0[4].detail.contains("not there yet"));
    }

    #[test]
    fn what_is_shown_can_be_sent_back() {
        let read_once = read::<Subscription>(&json!({
            "url": "https://partner.example/hook", "selection": {"district": ["haidian"], "highlight": true},
            "notices": ["reminder", "announced"], "payload": "thin",
        }))
        .unwrap();
        let again = read::<Subscription>(&Value::Object(read_once.to_json())).unwrap();
        assert_eq!(again, read_once);
        assert_eq!(
            again.wanted.notices,
            [NoticeKind::Announced, NoticeKind::Reminder]
        );
    }
}
