//! The vocabularies by every name that people write.
//!
//! Refuses to know formats. Invariant: a word has one meaning, or none.

use entity::vocab::{Audience, District, Kind, Mode, Strand};

/// A word of a vocabulary by itself or by one of its labels.
fn labelled<T: Copy>(
    all: &[T],
    text: &str,
    word: fn(T) -> &'static str,
    zh: fn(T) -> &'static str,
    en: fn(T) -> &'static str,
) -> Option<T> {
    all.iter().copied().find(|item| {
        word(*item).eq_ignore_ascii_case(text)
            || zh(*item) == text
            || en(*item).eq_ignore_ascii_case(text)
    })
}

/// Words of cells that say that nobody knows, or that there is nothing.
const UNKNOWN: [&str; 22] = [
    "待定",
    "未定",
    "另定",
    "待通知",
    "另行通知",
    "待确定",
    "待确认",
    "无",
    "暂无",
    "/",
    "／",
    "\\",
    "—",
    "——",
    "–",
    "-",
    "－",
    "--",
    "n/a",
    "na",
    "tbd",
    "tbc",
];

/// Whether a cell says that nobody knows.
pub(super) fn is_unknown(text: &str) -> bool {
    let text = text.trim().trim_matches(['（', '）', '(', ')']);
    UNKNOWN.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a place is none yet.
pub(super) fn is_no_place(text: &str) -> bool {
    const WORDS: [&str; 6] = [
        "地点待定",
        "地点未定",
        "场地待定",
        "具体地点待定",
        "地点另行通知",
        "地点待通知",
    ];
    is_unknown(text) || WORDS.contains(&text)
}

/// Whether a place is the net, and no more is said of it.
pub(super) fn is_net(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "线上",
        "在线",
        "云端",
        "网络",
        "线上举办",
        "线上举行",
        "线上活动",
        "线上会议",
        "网上",
        "online",
    ];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a text names the city where a district is asked for.
pub(super) fn is_whole_city(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "全市",
        "市级",
        "北京市",
        "北京",
        "各区",
        "全市各区",
        "北京各区",
        "北京市各区",
        "16区",
        "十六区",
        "16个区",
        "全市范围",
        "beijing",
    ];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// A kind by its word or label, or another word that means nothing else.
pub(super) fn kind(text: &str) -> Option<Kind> {
    match text {
        "路演" | "路演活动" | "项目路演活动" => Some(Kind::Roadshow),
        "签约" | "签约仪式" | "集中签约仪式" => Some(Kind::Signing),
        "交流" | "交流会" | "交流活动" | "洽谈" | "洽谈会" | "交流洽谈" => {
            Some(Kind::Exchange)
        }
        "平行论坛" | "主题论坛" | "高峰论坛" | "分论坛" | "专题论坛" => {
            Some(Kind::Forum)
        }
        "展会" | "展览会" | "博览会" | "展览展示" => Some(Kind::Exhibition),
        "比赛" | "竞赛" | "赛事" => Some(Kind::Competition),
        "技术发布会" | "技术成果发布" => Some(Kind::TechnologyRelease),
        "资本对接会" | "融资对接" | "投融资对接" => Some(Kind::CapitalMatchmaking),
        "其它" => Some(Kind::Other),
        _ => labelled(Kind::ALL, text, Kind::as_str, Kind::zh, Kind::en),
    }
}

/// An audience by its word or label, or another word that means nothing else.
pub(super) fn audience(text: &str) -> Option<Audience> {
    match text {
        "投资者" => Some(Audience::Investors),
        "专精特新" | "专精特新中小企业" => Some(Audience::SpecialisedFirms),
        "中小微企业" | "初创企业" => Some(Audience::SmallFirms),
        "社会公众" | "市民" | "大众" => Some(Audience::Public),
        "国际来宾" | "外国嘉宾" => Some(Audience::International),
        _ => labelled(
            Audience::ALL,
            text,
            Audience::as_str,
            Audience::zh,
            Audience::en,
        ),
    }
}

/// A strand by its word or label.
pub(super) fn strand(text: &str) -> Option<Strand> {
    match text {
        "系列活动" => Some(Strand::YearRound),
        "主会期活动" => Some(Strand::MainSession),
        _ => labelled(Strand::ALL, text, Strand::as_str, Strand::zh, Strand::en),
    }
}

/// A mode by its word or label, or another word for one.
pub(super) fn mode(text: &str) -> Option<Mode> {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == '＋' { '+' } else { c })
        .collect();
    match bare.to_ascii_lowercase().as_str() {
        "线上线下结合"
        | "线上线下相结合"
        | "线上与线下结合"
        | "线上与线下相结合"
        | "线上和线下"
        | "线上与线下"
        | "线下和线上"
        | "线上+线下"
        | "线下+线上"
        | "线上、线下"
        | "线下、线上"
        | "线上/线下"
        | "线下/线上"
        | "线下+直播"
        | "线下+线上直播"
        | "线上线下同步"
        | "线上线下混合"
        | "混合"
        | "混合式"
        | "hybrid" => Some(Mode::Mixed),
        "现场" | "线下活动" | "线下举办" => Some(Mode::Offline),
        "线上直播" | "线上活动" | "线上举办" | "线上会议" | "在线" | "网络直播" => {
            Some(Mode::Online)
        }
        _ => labelled(Mode::ALL, text, Mode::as_str, Mode::zh, Mode::en),
    }
}

/// A district by slug, code, Chinese name with or without 区, or English name; 北京市 or 北京 may stand before it.
pub(super) fn district(text: &str) -> Option<District> {
    let text = text
        .strip_prefix("北京市")
        .or_else(|| text.strip_prefix("北京"))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text);
    let text = match text.rsplit_once(' ') {
        Some((name, word)) if word.eq_ignore_ascii_case("district") => name.trim_end(),
        _ => text,
    };
    let by_label = |text| {
        labelled(
            District::ALL,
            text,
            District::as_str,
            District::zh,
            District::en,
        )
    };
    by_label(text)
        .or_else(|| text.strip_suffix('区').and_then(by_label))
        .or_else(|| {
            District::ALL
                .iter()
                .copied()
                .find(|district| district.adcode() == text)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_by_every_name_they_have() {
        for text in [
            "haidian",
            "Haidian",
            "海淀",
            "海淀区",
            "北京海淀",
            "北京市海淀区",
            "Haidian District",
            "110108",
        ] {
            assert_eq!(district(text), Some(District::Haidian), "{text}");
        }
        assert_eq!(kind("Press conference"), Some(Kind::PressConference));
        assert_eq!(audience("投资人"), Some(Audience::Investors));
        assert_eq!(strand("系列活动"), Some(Strand::YearRound));
        for text in [
            "线上线下结合",
            "线上线下相结合",
            "线下 ＋ 直播",
            "Hybrid",
            "混合",
        ] {
            assert_eq!(mode(text), Some(Mode::Mixed), "{text}");
        }
        assert_eq!(mode("线上直播"), Some(Mode::Online));
        assert_eq!(kind("路演"), Some(Kind::Roadshow));
        assert_eq!(kind("其它"), Some(Kind::Other));
        for text in ["峰会", "会议", "发布会"] {
            assert_eq!(kind(text), None, "{text} may be one or another");
        }
        for text in ["待定", "无", "—", "N/A", "tbd", "/"] {
            assert!(is_unknown(text), "{text}");
        }
        for text in ["浦东", "北京市", "北京", "区", ""] {
            assert_eq!(district(text), None, "{text}");
        }
    }
}
