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

/// A kind by its word or label.
pub(super) fn kind(text: &str) -> Option<Kind> {
    labelled(Kind::ALL, text, Kind::as_str, Kind::zh, Kind::en)
}

/// An audience by its word or label.
pub(super) fn audience(text: &str) -> Option<Audience> {
    labelled(
        Audience::ALL,
        text,
        Audience::as_str,
        Audience::zh,
        Audience::en,
    )
}

/// A strand by its word or label.
pub(super) fn strand(text: &str) -> Option<Strand> {
    match text {
        "系列活动" => Some(Strand::YearRound),
        _ => labelled(Strand::ALL, text, Strand::as_str, Strand::zh, Strand::en),
    }
}

/// A mode by its word or label.
pub(super) fn mode(text: &str) -> Option<Mode> {
    match text {
        "线上线下结合" | "线上+线下" | "线下+线上" | "线上、线下" => {
            Some(Mode::Mixed)
        }
        "现场" => Some(Mode::Offline),
        _ => labelled(Mode::ALL, text, Mode::as_str, Mode::zh, Mode::en),
    }
}

/// A district by slug, code, Chinese name with or without 区, or English name; 北京市 may stand before it.
pub(super) fn district(text: &str) -> Option<District> {
    let text = text
        .strip_prefix("北京市")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text);
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
            "北京市海淀区",
            "110108",
        ] {
            assert_eq!(district(text), Some(District::Haidian), "{text}");
        }
        assert_eq!(kind("Press conference"), Some(Kind::PressConference));
        assert_eq!(audience("投资人"), Some(Audience::Investors));
        assert_eq!(strand("系列活动"), Some(Strand::YearRound));
        assert_eq!(mode("线上线下结合"), Some(Mode::Mixed));
        for text in ["浦东", "北京市", "区", ""] {
            assert_eq!(district(text), None, "{text}");
        }
    }
}
