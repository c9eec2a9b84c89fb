//! What a reader prefers: which language (RFC 9110 §12.5.4), and whether a page (§12.5.1).
//!
//! Invariant: it always names a language; Chinese where the reader says nothing of use.

use axum::http::{HeaderMap, HeaderName, header};
use entity::vocab::Language;

/// The language that `Accept-Language` asks for.
pub(in crate::http) fn preferred(headers: &HeaderMap) -> Language {
    let ranges = ranges(headers, header::ACCEPT_LANGUAGE);
    let zh = wish(&ranges, "zh");
    let en = wish(&ranges, "en");
    // Zero refuses a language; one that is not named at all comes behind every one that is.
    let rank = |wish: Option<Wish>| match wish {
        Some(wish) if wish.weight > 0.0 => (2, wish.weight),
        Some(_) => (0, 0.0),
        None => (1, 0.0),
    };
    let earlier = |first: Option<Wish>, second: Option<Wish>| match (first, second) {
        (Some(first), Some(second)) => first.place < second.place,
        _ => false,
    };
    let is_english = rank(en) > rank(zh) || (rank(en) == rank(zh) && earlier(en, zh));
    if is_english {
        Language::En
    } else {
        Language::Zh
    }
}

/// Whether `Accept` names HTML, as browsers do, and no JSON before it. `*/*` is what programs send.
pub(in crate::http) fn is_page_asked_for(headers: &HeaderMap) -> bool {
    let ranges = ranges(headers, header::ACCEPT);
    let weight = |media_type: &str| {
        let named = ranges.iter().filter(|(range, _)| range == media_type);
        named.map(|(_, weight)| *weight).fold(0.0, f32::max)
    };
    let html = weight("text/html");
    html > 0.0 && html >= weight("application/json").max(weight("application/problem+json"))
}

/// The items of a list header with their weights.
fn ranges(headers: &HeaderMap, name: HeaderName) -> Vec<(String, f32)> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .filter_map(range)
        .collect()
}

/// How much a language is wished for, and where in the list that stands.
#[derive(Clone, Copy)]
struct Wish {
    weight: f32,
    place: usize,
}

fn wish(ranges: &[(String, f32)], language: &str) -> Option<Wish> {
    let best = |matches: &dyn Fn(&str) -> bool| {
        ranges
            .iter()
            .enumerate()
            .filter(|(_, (range, _))| matches(range))
            .map(|(place, (_, weight))| Wish {
                weight: *weight,
                place,
            })
            .reduce(|best, next| {
                if next.weight > best.weight {
                    next
                } else {
                    best
                }
            })
    };
    // A range that names the language, in whatever region or script, goes before `*`.
    best(&|range| range.split('-').next() == Some(language)).or_else(|| best(&|range| range == "*"))
}

/// `zh-CN;q=0.8` as a range and its weight; none where it is neither.
fn range(item: &str) -> Option<(String, f32)> {
    let mut parts = item.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    let weight = match parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))) {
        Some(text) => text.trim().parse::<f32>().ok()?,
        None => 1.0,
    };
    (0.0..=1.0)
        .contains(&weight)
        .then(|| (range.to_ascii_lowercase(), weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_wins_and_chinese_stands_for_silence() {
        for (sent, expected) in [
            (None, Language::Zh),
            (Some(""), Language::Zh),
            (Some("zh-CN,zh;q=0.9,en;q=0.8"), Language::Zh),
            (Some("en-GB,en;q=0.9,zh;q=0.8"), Language::En),
            (Some("en;q=0.2, zh-Hant-TW;q=0.7"), Language::Zh),
            (Some("zh;q=0.2, en;q=0.7"), Language::En),
            (Some("fr, de;q=0.9"), Language::Zh),
            (Some("fr, en;q=0.1"), Language::En),
            (Some("*"), Language::Zh),
            (Some("*;q=0.5, en;q=0.3"), Language::Zh),
            (Some("en, *;q=0.5"), Language::En),
            (Some("zh;q=0"), Language::En),
            (Some("zh;q=0, *"), Language::En),
            (Some("en;q=0"), Language::Zh),
            (Some("zh;q=0, en;q=0"), Language::Zh),
            (Some("EN-us;Q=1.0"), Language::En),
            (Some("en, zh"), Language::En),
            (Some("zh, en"), Language::Zh),
            (Some("en;q=NaN, zh;q=0.1"), Language::Zh),
            (Some("en;q=7"), Language::Zh),
            (Some("english"), Language::Zh),
            (Some(";;,,;q=,"), Language::Zh),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(sent) = sent {
                headers.insert(header::ACCEPT_LANGUAGE, sent.parse().unwrap());
            }
            assert_eq!(preferred(&headers), expected, "{sent:?}");
        }
    }

    #[test]
    fn browsers_are_answered_by_pages_and_programs_are_not() {
        for (sent, expected) in [
            (None, false),
            (Some("*/*"), false),
            (Some("text/*"), false),
            (Some("application/json"), false),
            (Some("application/json, text/html;q=0.9"), false),
            (Some("text/html;q=0"), false),
            (Some("text/html"), true),
            (Some("Text/HTML;charset=utf-8;q=0.4, */*"), true),
            (
                Some("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"),
                true,
            ),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(sent) = sent {
                headers.insert(header::ACCEPT, sent.parse().unwrap());
            }
            assert_eq!(is_page_asked_for(&headers), expected, "{sent:?}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(header::ACCEPT_LANGUAGE, "fr".parse().unwrap());
        headers.append(header::ACCEPT_LANGUAGE, "en;q=0.4".parse().unwrap());
        assert_eq!(preferred(&headers), Language::En);
    }
}
