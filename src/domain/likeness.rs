//! How alike two titles are, without spaces between words: by pairs of characters.
//!
//! Invariant: the order of the two does not matter; equal titles are alike by 1, and titles with no pair in common by 0.

use std::collections::HashMap;

/// What of a title counts: letters and digits, in lower case; wide forms are read as narrow ones.
#[must_use]
pub fn folded(title: &str) -> String {
    title
        .chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Without the years that it names: what is compared has one day anyway.
fn without_years(folded: &str) -> String {
    let chars: Vec<char> = folded.chars().collect();
    let (mut kept, mut at) = (String::with_capacity(folded.len()), 0);
    while at < chars.len() {
        let is_year = matches!(&chars[at..], ['1', '9', a, b, ..] | ['2', '0', a, b, ..]
            if a.is_ascii_digit() && b.is_ascii_digit())
            && !chars.get(at + 4).is_some_and(char::is_ascii_digit)
            && (at == 0 || !chars[at - 1].is_ascii_digit());
        if is_year {
            at += 4 + usize::from(chars.get(at + 4) == Some(&'年'));
        } else {
            kept.push(chars[at]);
            at += 1;
        }
    }
    kept
}

/// The numbers that a title names: the third session is not the fourth.
fn numbers(folded: &str) -> Vec<&str> {
    folded
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .collect()
}

/// What is left of a likeness where both titles name numbers, and other ones.
const OTHER_NUMBERS: f64 = 0.75;

/// Characters of a title that are compared; longer ones are compared by their start.
const COMPARED: usize = 200;

fn pairs(folded: &str) -> HashMap<(char, char), u32> {
    let mut pairs = HashMap::new();
    let mut chars = folded.chars().take(COMPARED);
    let Some(mut before) = chars.next() else {
        return pairs;
    };
    for c in chars {
        *pairs.entry((before, c)).or_insert(0) += 1;
        before = c;
    }
    pairs
}

/// The share of pairs of neighbouring characters that two titles have in common (Dice's coefficient over bigrams), 0 to 1.
#[must_use]
pub fn likeness(one: &str, other: &str) -> f64 {
    let (one, other) = (without_years(&folded(one)), without_years(&folded(other)));
    if one == other {
        return if one.is_empty() { 0.0 } else { 1.0 };
    }
    let (of_one, of_other) = (numbers(&one), numbers(&other));
    let differ = !of_one.is_empty() && !of_other.is_empty() && of_one != of_other;
    let (one, other) = (pairs(&one), pairs(&other));
    let total = one.values().sum::<u32>() + other.values().sum::<u32>();
    let common: u32 = one
        .iter()
        .filter_map(|(pair, count)| Some(*count.min(other.get(pair)?)))
        .sum();
    if total == 0 {
        0.0
    } else {
        let alike = 2.0 * f64::from(common) / f64::from(total);
        if differ { alike * OTHER_NUMBERS } else { alike }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_widths_do_not_count() {
        assert!((likeness("中英生命健康跨境路演", "「中英生命健康」跨境 路演") - 1.0).abs() < 1e-9);
        assert!((likeness("World 5G Convention", "ｗｏｒｌｄ５Ｇ convention!") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_year_does_not_count_and_another_word_does() {
        for year in [
            "2021世界机器人大会",
            "世界机器人大会（2021年）",
            "２０２１年世界机器人大会",
        ] {
            assert!(
                (likeness("世界机器人大会", year) - 1.0).abs() < 1e-9,
                "{year}"
            );
        }
        assert!(likeness("第12021号", "第1号") < 1.0, "no year");
        let sessions = likeness(
            "人工智能产业专场路演活动第3期",
            "人工智能产业专场路演活动第4期",
        );
        assert!(sessions < 0.75, "{sessions}");
        let other = likeness("世界机器人大会", "世界人工智能大会");
        assert!(other < 0.6, "{other}");
        assert!(likeness("", "世界").abs() < 1e-9 && likeness("", "").abs() < 1e-9);
    }

    #[test]
    fn likeness_has_no_direction() {
        for (one, other) in [("开幕式", "开幕式直播"), ("aaaa", "aa"), ("一", "一二")] {
            assert!((likeness(one, other) - likeness(other, one)).abs() < 1e-9);
        }
    }
}
