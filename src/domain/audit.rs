//! What the audit knows: a closed list of actions, and which words of a request may stand in it.
//!
//! Owns the vocabulary and the sieve. Refuses to know who asked and where it is kept. Invariant: nothing that somebody
//! typed gets through: a subject is an id, a field is one of the names that stand here, and no value is ever taken.

use std::{collections::BTreeSet, fmt, str::FromStr};

use entity::vocab::UnknownWord;
use serde_json::Value;

use super::{action, role::Office, text::Slug};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| UnknownWord {
                    what: $what,
                    value: text.chars().take(80).collect(),
                    expected: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

words! {
    /// What was done, or was refused.
    Action, "audited action", {
        /// A draft was made.
        ActivityCreate = "activity.create";
        /// An activity's content was changed.
        ActivityUpdate = "activity.update";
        /// A draft was deleted.
        ActivityDelete = "activity.delete";
        /// A draft was handed in.
        ActivitySubmit = "activity.submit";
        /// A draft was given back, or an embargo taken back.
        ActivityReturn = "activity.return";
        /// Made public, or to be so at an hour.
        ActivityAnnounce = "activity.announce";
        /// A new date.
        ActivityReschedule = "activity.reschedule";
        /// Another place.
        ActivityRelocate = "activity.relocate";
        /// Another way to attend.
        ActivityChangeFormat = "activity.change-format";
        /// The date was called off.
        ActivityPostpone = "activity.postpone";
        /// Called off.
        ActivityCancel = "activity.cancel";
        /// On again.
        ActivityReinstate = "activity.reinstate";
        /// It took place.
        ActivityHold = "activity.hold";
        /// Taken down.
        ActivityWithdraw = "activity.withdraw";
        /// An edition was made.
        EditionCreate = "edition.create";
        /// An edition was changed.
        EditionUpdate = "edition.update";
        /// An edition was deleted.
        EditionDelete = "edition.delete";
        /// An edition was made of an earlier one.
        EditionRollOver = "edition.roll-over";
        /// An office said whom to call.
        ContactSet = "contact.set";
        /// A series was made.
        SeriesCreate = "series.create";
        /// A series was changed.
        SeriesUpdate = "series.update";
        /// A series was deleted.
        SeriesDelete = "series.delete";
        /// An endpoint was made.
        WebhookCreate = "webhook.create";
        /// An endpoint was changed.
        WebhookUpdate = "webhook.update";
        /// An endpoint was deleted.
        WebhookDelete = "webhook.delete";
        /// Nothing is delivered to it any more.
        WebhookPause = "webhook.pause";
        /// It is delivered to again.
        WebhookResume = "webhook.resume";
        /// It has a new secret.
        WebhookRotate = "webhook.rotate";
        /// It is told a stretch of the log again.
        WebhookReplay = "webhook.replay";
        /// That was ended.
        WebhookEndReplay = "webhook.end-replay";
        /// It is told something once more.
        WebhookRedeliver = "webhook.redeliver";
        /// A ping was asked for.
        WebhookPing = "webhook.ping";
        /// A file was taken in.
        Import = "import";
        /// A token was made.
        TokenCreate = "token.create";
        /// A token was made void.
        TokenRevoke = "token.revoke";
        /// Somebody gave their password.
        SessionBegin = "session.begin";
        /// Somebody left.
        SessionEnd = "session.end";
        /// Somebody gave the code of their second factor.
        SessionProve = "session.prove";
        /// A person was added.
        UserCreate = "user.create";
        /// A person was changed.
        UserUpdate = "user.update";
        /// A person has another password.
        UserPassword = "user.password";
        /// A person has a second factor, or has none any more.
        UserSecondFactor = "user.second-factor";
        /// The audit was taken out as a file.
        AuditExport = "audit.export";
    }
}

words! {
    /// What became of it.
    Outcome, "outcome", {
        /// It was done.
        Done = "done";
        /// It was refused, and nothing was changed.
        Refused = "refused";
    }
}

impl From<&action::Action> for Action {
    fn from(action: &action::Action) -> Self {
        match action {
            action::Action::Submit => Self::ActivitySubmit,
            action::Action::Return => Self::ActivityReturn,
            action::Action::Announce { .. } => Self::ActivityAnnounce,
            action::Action::Update { .. } => Self::ActivityUpdate,
            action::Action::Reschedule { .. } => Self::ActivityReschedule,
            action::Action::Relocate { .. } => Self::ActivityRelocate,
            action::Action::ChangeFormat { .. } => Self::ActivityChangeFormat,
            action::Action::Postpone { .. } => Self::ActivityPostpone,
            action::Action::Cancel { .. } => Self::ActivityCancel,
            action::Action::Reinstate { .. } => Self::ActivityReinstate,
            action::Action::Hold { .. } => Self::ActivityHold,
            action::Action::Withdraw { .. } => Self::ActivityWithdraw,
        }
    }
}

/// A subject as the audit may hold it: `act_…` and its like, a year, a year and an office; of what was done a series' slug
/// too. A slug that was refused may be anything that somebody typed.
#[must_use]
pub fn subject(text: &str, outcome: Outcome) -> Option<String> {
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let is_known = match (text.split_once('_'), text.split_once('/')) {
        (Some((prefix, rest)), _) => {
            // A delivery's has the position that it is of behind its endpoint's.
            let (rest, position) = rest.split_at_checked(26).unwrap_or((rest, ""));
            let is_position = position.len() < 20 && position.bytes().all(|b| b.is_ascii_digit());
            let is_ulid = rest.len() == 26
                && (position.is_empty() || (prefix == "dlv" && is_position))
                && rest.starts_with(|first: char| ('0'..='7').contains(&first))
                && rest
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            is_ulid && ["act", "end", "dlv", "tok", "usr"].contains(&prefix)
        }
        (None, Some((year, office))) => is_year(year) && office.parse::<Office>().is_ok(),
        (None, None) => is_year(text) || (outcome == Outcome::Done && text.parse::<Slug>().is_ok()),
    };
    is_known.then(|| text.to_owned())
}

/// So many fields of one entry at most.
const FIELDS: usize = 30;

/// Names of fields that may stand in the audit; a name that is none of these was somebody's own.
const NAMES: &[&str] = &[
    "action",
    "activities",
    "activity",
    "actor",
    "address",
    "after",
    "announced",
    "audience",
    "audiences",
    "basis",
    "before",
    "by",
    "caption",
    "change",
    "children",
    "code",
    "comment",
    "contact",
    "contacts",
    "created_at",
    "description",
    "disabled_at",
    "district",
    "districts",
    "dry_run",
    "edition",
    "editions",
    "email",
    "en",
    "ends_at",
    "ends_on",
    "figures",
    "format",
    "from",
    "grace_hours",
    "highlight",
    "history",
    "hosts",
    "kind",
    "language",
    "latitude",
    "lines",
    "links",
    "live_url",
    "login",
    "longitude",
    "main_from",
    "main_to",
    "mode",
    "month",
    "name",
    "new_id",
    "notice",
    "notices",
    "number",
    "office",
    "on",
    "ordering",
    "ordinal",
    "organizers",
    "outcome",
    "outcomes",
    "parent",
    "partner_regions",
    "password",
    "payload",
    "phone",
    "precision",
    "present",
    "previous_when",
    "promise_from",
    "publish_at",
    "published_at",
    "qualifier",
    "quarter",
    "reason",
    "recorded",
    "registration_url",
    "replaced_by",
    "replay",
    "role",
    "second_factor",
    "secret",
    "section",
    "sections",
    "selection",
    "series",
    "slug",
    "source",
    "sources",
    "starts_at",
    "starts_on",
    "state",
    "stated",
    "stated_on",
    "status",
    "strand",
    "subject",
    "summary",
    "theme",
    "time_zone",
    "title",
    "to",
    "type",
    "uid",
    "until",
    "url",
    "value",
    "venue",
    "visited",
    "what",
    "when",
    "year",
    "zh",
];

/// JSON pointers as an entry holds them: each once, in order, in a row with commas.
pub fn pointers<T: AsRef<str>>(all: impl IntoIterator<Item = T>) -> String {
    let sieved: BTreeSet<String> = all.into_iter().map(|one| sieved(one.as_ref())).collect();
    let kept: Vec<String> = sieved
        .into_iter()
        .filter(|one| !one.is_empty())
        .take(FIELDS)
        .collect();
    kept.join(",")
}

fn sieved(pointer: &str) -> String {
    let mut kept = String::new();
    for part in pointer.trim_start_matches('/').split('/').take(8) {
        let is_index =
            !part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit());
        let shown = match part {
            "" => continue,
            part if is_index || NAMES.contains(&part) => part,
            _ => "?",
        };
        kept.push('/');
        kept.push_str(shown);
    }
    kept
}

/// Where two documents differ; an array is looked at as a whole.
#[must_use]
pub fn changed(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(before, after, "", &mut found);
    found
}

fn compare(before: &Value, after: &Value, at: &str, found: &mut Vec<String>) {
    if let (Value::Object(old), Value::Object(new)) = (before, after) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let (old, new) = (old.get(name), new.get(name));
            let at = format!("{at}/{name}");
            compare(
                old.unwrap_or(&Value::Null),
                new.unwrap_or(&Value::Null),
                &at,
                found,
            );
        }
    } else if before != after {
        found.push(at.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_named_by_its_pointer() {
        let before = json!({"title": {"zh": "a", "en": "b"}, "links": [1], "kind": null});
        let after = json!({"title": {"zh": "a", "en": "c"}, "links": [1, 2], "mode": "online"});
        assert_eq!(changed(&before, &after), ["/links", "/mode", "/title/en"]);
    }

    #[test]
    fn what_somebody_typed_does_not_get_through() {
        assert_eq!(
            pointers([
                "/title/zh",
                "/li.lei@example.org",
                "/activities/3/李雷",
                "",
                "/title/zh"
            ]),
            "/?,/activities/3/?,/title/zh"
        );
        let id = "act_01J8Z6W9K3M5N7P9R1T3V5X7Z9";
        for known in [id, "2027", "2027/haidian"] {
            assert_eq!(subject(known, Outcome::Refused).as_deref(), Some(known));
        }
        assert!(subject("ai-week", Outcome::Done).is_some());
        let ulid = "01F72HB8M0M7SY5JWJ78R5JNHD";
        for (typed, is_one) in [("dlv_", true), ("end_", false)] {
            let of_a_position = format!("{typed}{ulid}122");
            assert_eq!(subject(&of_a_position, Outcome::Done).is_some(), is_one);
        }
        for typed in [
            "",
            "li.lei@example.org",
            "act_lilei",
            "act_ZHUGELIANGZHUGELIANGZHUGEL",
            "Li Lei",
            "李雷",
            "13800138000",
            "li-lei",
            "2027/li-lei",
        ] {
            assert_eq!(subject(typed, Outcome::Refused), None, "{typed}");
        }
    }

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
        assert!("activity.burn".parse::<Action>().is_err());
    }
}
