//! What a partner asks of an endpoint: where to, which notices, how they are written.
//!
//! Invariant: history goes to nobody; what `wants` says is the same today and after a restart.

use chrono::{DateTime, Utc};
use entity::vocab::{Language, NoticeKind, Ordering, Payload, WireFormat};
use serde_json::{Map, Value, json};

use super::{
    input::{Faults, Object, Read},
    notice::Notice,
    selection::Selection,
    text::WebAddress,
};

/// The longest secret that a robot is given, in bytes.
const SECRET_BYTES: usize = 200;

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

    /// Whether a notice is still to be told: it is wanted, and of use.
    #[must_use]
    pub fn is_owed(&self, notice: &Notice, now: DateTime<Utc>) -> bool {
        self.wants(notice) && !notice.is_over(now)
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
    /// How it is written.
    pub format: WireFormat,
    /// Whether older changes that wait are told once there is a newer one.
    pub ordering: Ordering,
}

/// What only a robot's owner knows, beside its address: what the group's settings said to sign with.
#[derive(Clone, PartialEq, Eq)]
pub struct RobotSecret(pub String);

impl std::fmt::Debug for RobotSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RobotSecret(…)")
    }
}

impl Read for RobotSecret {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        match value.as_str() {
            Some(text)
                if text.len() <= SECRET_BYTES && text.chars().all(|c| c.is_ascii_graphic()) =>
            {
                Some(Self(text.to_owned()))
            }
            _ => {
                // What was given is not repeated.
                faults.add(
                    at,
                    format!(
                        "is not a text of at most {SECRET_BYTES} ASCII characters without blanks"
                    ),
                );
                None
            }
        }
    }
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
            format,
            ordering,
        } = self;
        let Value::Object(fields) = json!({
            "url": url, "selection": selection.to_json(), "notices": notices, "language": language,
            "format": format, "payload": payload, "ordering": ordering,
        }) else {
            unreachable!("made an object just above")
        };
        fields
    }
}

/// What the owner of an endpoint sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What they set.
    pub subscription: Subscription,
    /// What the robot signs with, where they said so.
    pub secret: Option<RobotSecret>,
}

impl Read for Given {
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
        let format = object
            .optional("format", faults)
            .unwrap_or(WireFormat::Standard);
        let payload = object.optional("payload", faults).unwrap_or(Payload::Full);
        let ordering = object.optional("ordering", faults).unwrap_or(Ordering::All);
        let secret = object.optional::<RobotSecret>("secret", faults);
        if format.is_robot() && payload == Payload::Thin {
            faults.add(
                object.at("payload"),
                format!("is \"thin\", but {format} shows people a card"),
            );
        }
        let signs = matches!(format, WireFormat::Feishu | WireFormat::Dingtalk);
        if secret.is_some() && !signs {
            faults.add(
                object.at("secret"),
                match format.is_robot() {
                    true => format!("is given, but {format} signs nothing"),
                    false => {
                        format!("is given, but {format} is signed by a secret that is made here")
                    }
                },
            );
        }
        if let Some(url) = &url
            && let Some(robot) = robot_of(url)
            && robot != format
        {
            faults.add(
                object.at("format"),
                format!("is {format}, but the address is that of a robot whose format is {robot}"),
            );
        }
        object.close(faults);
        let mut notices = notices?;
        notices.sort_unstable();
        notices.dedup();
        Some(Self {
            subscription: Subscription {
                url: url?,
                wanted: Wanted {
                    selection: selection?,
                    notices,
                },
                language,
                payload,
                format,
                ordering,
            },
            secret,
        })
    }
}

/// Whose robot answers at an address, as far as that is known: to JSON of another form it would never say yes.
fn robot_of(url: &WebAddress) -> Option<WireFormat> {
    let url = url::Url::parse(&url.0).ok()?;
    match url.host_str()? {
        "open.feishu.cn" | "open.larksuite.com" => Some(WireFormat::Feishu),
        "oapi.dingtalk.com" => Some(WireFormat::Dingtalk),
        "qyapi.weixin.qq.com" => Some(WireFormat::Wecom),
        "hooks.slack.com" => Some(WireFormat::Slack),
        _ => None,
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
        let faults = read::<Given>(&json!({
            "url": "ftp://a/", "selection": {"district": ["paris"]}, "notices": ["sold_out"], "language": "fr",
            "format": "telegram", "payload": "fat", "retries": 3,
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
        assert!(faults.0[4].detail.contains("telegram"));
    }

    #[test]
    fn what_does_not_go_with_a_format_is_refused() {
        let faults = |format: &str, over: Value| {
            let mut given = json!({"url": "https://partner.example/hook", "format": format});
            crate::domain::input::merge_patch(&mut given, &over);
            let faults = read::<Given>(&given).err().map(|faults| faults.0);
            let pointers = faults.into_iter().flatten().map(|fault| {
                assert!(!fault.detail.contains("SECxyz"), "{}", fault.detail);
                fault.pointer
            });
            pointers.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(faults("feishu", json!({"secret": "SECxyz"})), "");
        assert_eq!(faults("dingtalk", json!({"secret": "SECxyz"})), "");
        assert_eq!(faults("wecom", json!({"secret": "SECxyz"})), "/secret");
        assert_eq!(faults("standard", json!({"secret": "SECxyz"})), "/secret");
        assert_eq!(faults("feishu", json!({"secret": "SECxyz 1"})), "/secret");
        assert_eq!(faults("slack", json!({"payload": "thin"})), "/payload");
        assert_eq!(faults("cloudevents", json!({"payload": "thin"})), "");
        let slack = json!({"url": "https://hooks.slack.com/services/T/B/x"});
        assert_eq!(faults("standard", slack.clone()), "/format");
        assert_eq!(faults("slack", slack), "");
    }

    #[test]
    fn what_is_shown_can_be_sent_back() {
        let read_once = read::<Given>(&json!({
            "url": "https://partner.example/hook", "selection": {"district": ["haidian"], "highlight": true},
            "notices": ["reminder", "announced"], "payload": "thin",
        }))
        .unwrap();
        let again = read::<Given>(&Value::Object(read_once.subscription.to_json())).unwrap();
        assert_eq!(again, read_once);
        assert_eq!(
            again.subscription.wanted.notices,
            [NoticeKind::Announced, NoticeKind::Reminder]
        );
    }
}
