//! An activity's life for tests: real actions at fixed hours, with fixed ids.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::site::Site;
use crate::{
    commands::act::notice_of,
    config::{BothLanguages, ProgrammeSettings},
    domain::{
        action::Action,
        activity::{Activity, Draft},
        input::{Faults, Read},
        notice::{Notice, Reason},
        role::Office,
        text::Slug,
        when::When,
    },
    links::Links,
};

pub(super) fn site() -> Site {
    let both = |zh: &str, en: &str| BothLanguages {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    Site {
        links: Links::new("https://yueli.example"),
        authority: "yueli.example".to_owned(),
        authority_year: 2021,
        programme: ProgrammeSettings {
            theme: BothLanguages {
                zh: "创新与发展".to_owned(),
                en: "Innovation and Development".to_owned(),
            },
            contact_email: "calendar@yueli.example".to_owned(),
            name: both("中关村论坛", "Zhongguancun Forum"),
            description: both("月月有活动。", "Something every month."),
        },
    }
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn read<T: Read>(value: &Value) -> T {
    let mut faults = Faults::default();
    T::read(value, "", &mut faults).unwrap_or_else(|| panic!("{faults:?}"))
}

pub(super) fn when(value: Value) -> When {
    read(&value)
}

pub(super) fn reason(code: &str, zh: &str) -> Option<Reason> {
    Some(read(&json!({"code": code, "zh": zh})))
}

/// The roadshow of 8 July 2021 as an office drafts it.
pub(super) fn roadshow() -> Value {
    json!({
        "edition": 2021, "strand": "year_round", "kind": "roadshow", "slug": "uk-china",
        "title": {"zh": "中英生命健康跨境路演", "en": "UK-China life and health roadshow"},
        "summary": {"zh": "十二个项目。", "en": "Twelve projects."},
        "when": {"precision": "minute", "starts_at": "2021-07-08T14:00:00+08:00", "ends_at": "2021-07-08T17:00:00+08:00"},
        "districts": ["haidian"],
        "venue": {"name": {"zh": "清华科技园", "en": "Tsinghua Science Park"}, "latitude": 39.9975, "longitude": 116.3304},
        "mode": "mixed", "live_url": "https://live.example/1",
        "organizers": [{"role": "host", "name": {"zh": "中关村管委会"}}],
        "office": "haidian",
    })
}

/// An activity and the notices of it so far.
pub(super) struct Life {
    pub(super) activity: Activity,
    pub(super) notices: Vec<Notice>,
}

impl Life {
    /// A draft, changed by a merge patch.
    pub(super) fn drafted(patch: &Value) -> Self {
        let mut value = roadshow();
        crate::domain::input::merge_patch(&mut value, patch);
        let mut faults = Faults::default();
        let draft =
            Draft::read(&value, Office::City, &mut faults).unwrap_or_else(|| panic!("{faults:?}"));
        let slug = draft.slug.unwrap_or(Slug("untitled".to_owned()));
        let id = "act_01F9".parse().unwrap();
        Self {
            activity: Activity::draft(
                id,
                "yueli.example",
                slug,
                draft.content,
                at("2021-06-01T00:00:00Z"),
            ),
            notices: Vec::new(),
        }
    }

    /// Announced on 1 June 2021 at 10:00 in Shanghai.
    pub(super) fn announced(patch: &Value) -> Self {
        Self::drafted(patch).then(
            Action::Announce { publish_at: None },
            "2021-06-01T10:00:00+08:00",
        )
    }

    /// The same after one more action.
    pub(super) fn then(mut self, action: Action, now: &str) -> Self {
        let now = at(now);
        let change = self.activity.apply(&action, now).unwrap();
        self.activity = change.activity.clone();
        let position = i64::try_from(self.notices.len()).unwrap() + 1;
        let statement = change.statement.unwrap();
        let mut notice = notice_of(change.activity, statement, position, position, now, now);
        notice.id = format!("ntc_{position}").parse().unwrap();
        self.notices.push(notice);
        self
    }

    pub(super) fn rescheduled(self) -> Self {
        let when = when(
            json!({"precision": "minute", "starts_at": "2021-07-15T09:00:00+08:00", "ends_at": "2021-07-15T12:00:00+08:00"}),
        );
        self.then(
            Action::Reschedule {
                when,
                reason: reason("venue", "场馆检修。"),
            },
            "2021-06-10T10:00:00+08:00",
        )
    }

    pub(super) fn postponed(self) -> Self {
        self.then(
            Action::Postpone {
                reason: reason("epidemic_control", ""),
            },
            "2021-06-20T10:00:00+08:00",
        )
    }

    pub(super) fn cancelled(self) -> Self {
        self.then(
            Action::Cancel {
                reason: reason("policy", ""),
            },
            "2021-06-25T10:00:00+08:00",
        )
    }

    pub(super) fn last(&self) -> &Notice {
        self.notices.last().unwrap()
    }
}
