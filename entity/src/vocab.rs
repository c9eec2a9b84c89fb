//! The closed vocabularies of the product: each word stands here once, with its zh and en labels.
//!
//! Owns the words; refuses to know what is done with them. Invariant: the text of a word is the same
//! in JSON, in a column, in a query parameter and in a log line.

use std::{fmt, str::FromStr};

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A word that is not in the vocabulary it was read for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a {what}; expected one of {expected}")]
pub struct UnknownWord {
    /// The vocabulary's name in the product's language, e.g. `district`.
    pub what: &'static str,
    /// What was read.
    pub value: String,
    /// All words, comma separated.
    pub expected: String,
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $what:literal, {
        $($(#[$vdoc:meta])* $variant:ident = $word:tt, $zh:literal, $en:literal;)+
    }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            EnumIter, DeriveActiveEnum, utoipa::ToSchema,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$vdoc])* #[doc = $en] #[serde(rename = $word)] #[sea_orm(string_value = $word)] $variant,)+
        }

        impl $name {
            /// Every word, in the order of the vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word itself.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The label in Chinese.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            /// The label in English.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(s: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|word| word.as_str() == s).ok_or_else(|| UnknownWord {
                    what: $what,
                    value: s.chars().take(80).collect(),
                    expected: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

vocabulary! {
    /// The 16 districts of Beijing (GB/T 2260), in the order of their codes.
    District, "district", {
        Dongcheng = "dongcheng", "东城", "Dongcheng";
        Xicheng = "xicheng", "西城", "Xicheng";
        Chaoyang = "chaoyang", "朝阳", "Chaoyang";
        Fengtai = "fengtai", "丰台", "Fengtai";
        Shijingshan = "shijingshan", "石景山", "Shijingshan";
        Haidian = "haidian", "海淀", "Haidian";
        Mentougou = "mentougou", "门头沟", "Mentougou";
        Fangshan = "fangshan", "房山", "Fangshan";
        Tongzhou = "tongzhou", "通州", "Tongzhou";
        Shunyi = "shunyi", "顺义", "Shunyi";
        Changping = "changping", "昌平", "Changping";
        Daxing = "daxing", "大兴", "Daxing";
        Huairou = "huairou", "怀柔", "Huairou";
        Pinggu = "pinggu", "平谷", "Pinggu";
        Miyun = "miyun", "密云", "Miyun";
        Yanqing = "yanqing", "延庆", "Yanqing";
    }
}

impl District {
    /// The six-digit code of GB/T 2260.
    #[must_use]
    pub const fn adcode(self) -> &'static str {
        match self {
            Self::Dongcheng => "110101",
            Self::Xicheng => "110102",
            Self::Chaoyang => "110105",
            Self::Fengtai => "110106",
            Self::Shijingshan => "110107",
            Self::Haidian => "110108",
            Self::Mentougou => "110109",
            Self::Fangshan => "110111",
            Self::Tongzhou => "110112",
            Self::Shunyi => "110113",
            Self::Changping => "110114",
            Self::Daxing => "110115",
            Self::Huairou => "110116",
            Self::Pinggu => "110117",
            Self::Miyun => "110118",
            Self::Yanqing => "110119",
        }
    }
}

vocabulary! {
    /// Where an activity stands in the programme.
    Strand, "strand", {
        MainSession = "main_session", "主会期", "Main session";
        YearRound = "year_round", "常态化系列活动", "Year-round series";
    }
}

vocabulary! {
    /// What sort of activity it is.
    Kind, "kind", {
        TechnologyRelease = "technology_release", "技术发布", "Technology release";
        CapitalMatchmaking = "capital_matchmaking", "资本对接", "Capital matchmaking";
        Roadshow = "roadshow", "项目路演", "Roadshow";
        Signing = "signing", "集中签约", "Signing";
        Exchange = "exchange", "洽谈交流", "Exchange";
        Forum = "forum", "论坛", "Forum";
        Conference = "conference", "大会", "Conference";
        Exhibition = "exhibition", "展览", "Exhibition";
        Competition = "competition", "大赛", "Competition";
        PressConference = "press_conference", "新闻发布会", "Press conference";
        Other = "other", "其他", "Other";
    }
}

vocabulary! {
    /// For whom an activity is meant.
    Audience, "audience", {
        YoungFounders = "young_founders", "青年创业者", "Young founders";
        SmallFirms = "small_firms", "中小微初创企业", "Small firms and start-ups";
        SpecialisedFirms = "specialised_firms", "专精特新企业", "Specialised firms";
        Entrepreneurs = "entrepreneurs", "企业家", "Entrepreneurs";
        Investors = "investors", "投资人", "Investors";
        Scientists = "scientists", "科学家", "Scientists";
        International = "international", "国际嘉宾", "International guests";
        Public = "public", "公众", "General public";
    }
}

vocabulary! {
    /// How people attend.
    Mode, "mode", {
        Offline = "offline", "线下", "On site";
        Online = "online", "线上", "Online";
        Mixed = "mixed", "线上线下", "On site and online";
    }
}

vocabulary! {
    /// Where an activity is in its life; only actions change it.
    Status, "status", {
        Draft = "draft", "草稿", "Draft";
        InReview = "in_review", "待审", "In review";
        Scheduled = "scheduled", "已安排", "Scheduled";
        Rescheduled = "rescheduled", "已改期", "Rescheduled";
        Postponed = "postponed", "延期待定", "Postponed";
        Cancelled = "cancelled", "已取消", "Cancelled";
        Held = "held", "已举办", "Held";
        Withdrawn = "withdrawn", "已撤回", "Withdrawn";
    }
}

impl Status {
    /// Whether the outside knows of it (withdrawn ones included: their address answers).
    #[must_use]
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Draft | Self::InReview)
    }
}

vocabulary! {
    /// What a notice says.
    NoticeKind, "notice kind", {
        Announced = "announced", "新增", "New";
        Updated = "updated", "更新", "Updated";
        Corrected = "corrected", "更正", "Corrected";
        Rescheduled = "rescheduled", "改期", "Rescheduled";
        Relocated = "relocated", "地点变更", "Venue";
        FormatChanged = "format_changed", "形式变更", "Format";
        Postponed = "postponed", "延期待定", "Postponed, date to come";
        Cancelled = "cancelled", "取消", "Cancelled";
        Reinstated = "reinstated", "恢复", "Back on";
        Held = "held", "回顾", "Held";
        Withdrawn = "withdrawn", "撤回", "Withdrawn";
        Reminder = "reminder", "提醒", "Reminder";
        Digest = "digest", "月报", "Digest";
    }
}

impl NoticeKind {
    /// Whether it changes an activity, and so counts as a revision.
    #[must_use]
    pub const fn is_revision(self) -> bool {
        !matches!(self, Self::Reminder | Self::Digest)
    }
}

vocabulary! {
    /// Why something was changed.
    ReasonCode, "reason code", {
        EpidemicControl = "epidemic_control", "疫情防控", "Epidemic control";
        Venue = "venue", "场地原因", "Venue";
        Speaker = "speaker", "嘉宾原因", "Speaker";
        Weather = "weather", "天气原因", "Weather";
        Policy = "policy", "政策原因", "Policy";
        Merge = "merge", "活动合并", "Merged";
        Correction = "correction", "更正", "Correction";
        Other = "other", "其他原因", "Other";
    }
}

vocabulary! {
    /// How sure a figure is.
    Qualifier, "qualifier", {
        Exact = "exact", "", "exactly";
        Nearly = "nearly", "近", "nearly";
        About = "about", "约", "about";
        Over = "over", "逾", "over";
    }
}

vocabulary! {
    /// A webhook endpoint's life.
    EndpointState, "endpoint state", {
        Pending = "pending", "待验证", "Waiting for a ping to be answered";
        Enabled = "enabled", "启用", "Enabled";
        Paused = "paused", "暂停", "Paused";
        Failing = "failing", "故障", "Failing";
        Disabled = "disabled", "停用", "Disabled";
        Gone = "gone", "已消失", "Gone";
    }
}

vocabulary! {
    /// How much of a notice a webhook carries.
    Payload, "payload", {
        Full = "full", "完整", "The whole notice";
        Thin = "thin", "精简", "Ids, kind and revision";
    }
}

vocabulary! {
    /// What an endpoint is told of an activity that changed again before it was told.
    Ordering, "ordering", {
        All = "all", "全部", "Each change, in order";
        Latest = "latest", "最新", "The latest change alone";
    }
}

vocabulary! {
    /// How a webhook is written.
    WireFormat, "format", {
        Standard = "standard", "标准 Webhook", "Standard Webhooks 1.0";
        Cloudevents = "cloudevents", "CloudEvents", "CloudEvents 1.0, structured";
        Feishu = "feishu", "飞书群机器人", "A card by a Feishu or Lark robot";
        Dingtalk = "dingtalk", "钉钉群机器人", "A card by a DingTalk robot";
        Wecom = "wecom", "企业微信群机器人", "Markdown by a WeCom robot";
        Slack = "slack", "Slack", "Blocks by a Slack webhook";
    }
}

impl WireFormat {
    /// Whether a robot tells a group of people: its address is a secret.
    #[must_use]
    pub const fn is_robot(self) -> bool {
        match self {
            Self::Standard | Self::Cloudevents => false,
            Self::Feishu | Self::Dingtalk | Self::Wecom | Self::Slack => true,
        }
    }
}

vocabulary! {
    /// What set a delivery off.
    Trigger, "trigger", {
        Auto = "auto", "自动", "The log";
        Manual = "manual", "手动", "A redelivery asked for";
        Replay = "replay", "重放", "A replay of a range";
        Test = "test", "测试", "A ping";
    }
}

vocabulary! {
    /// A language of the outside.
    Language, "language", {
        Zh = "zh", "中文", "Chinese";
        En = "en", "英文", "English";
    }
}
