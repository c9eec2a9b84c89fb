//! How alike two titles are, without spaces between words: by pairs of characters.
//!
//! Invariant: the order of the two does not matter; equal titles are alike by 1, and titles with no pair in common by 0.

use std::cmp::Ordering;

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

/// What a session is counted by, behind its number.
const COUNTED: &str = "场期届季轮次讲站批组";

/// The numbers that a folded title names, in digits: `3`, `第三`, `三场`; and its half of the day.
fn numbers(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut numbers, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        let run = |is: fn(&char) -> bool| chars[at..].iter().take_while(|c| is(c)).count();
        let (digits, numerals) = (run(char::is_ascii_digit), run(|c| numeral(*c).is_some()));
        if digits > 0 {
            numbers.push(chars[at..at + digits].iter().collect());
        } else if numerals > 0 {
            let counts = at > 0 && chars[at - 1] == '第';
            let counted = chars
                .get(at + numerals)
                .is_some_and(|c| COUNTED.contains(*c));
            let number = counted_by(&chars[at..at + numerals]).filter(|_| counts || counted);
            numbers.extend(number.map(|number| number.to_string()));
        } else if matches!(&chars[at..], ['上' | '下', '午', ..]) {
            numbers.push(chars[at..at + 2].iter().collect());
        }
        at += digits.max(numerals).max(1);
    }
    numbers
}

/// The value of a numeral; ten is apart.
fn numeral(c: char) -> Option<u32> {
    let at = "〇一二三四五六七八九十"
        .chars()
        .position(|numeral| numeral == c)?;
    u32::try_from(at).ok()
}

/// `三`, `十二`, `二十`, `二十一`.
fn counted_by(numerals: &[char]) -> Option<u32> {
    let values: Vec<u32> = numerals.iter().filter_map(|c| numeral(*c)).collect();
    match values.as_slice() {
        [one] => Some(*one),
        [10, one] if *one < 10 => Some(10 + one),
        [tens, 10] if *tens < 10 => Some(tens * 10),
        [tens, 10, one] if *tens < 10 && *one < 10 => Some(tens * 10 + one),
        _ => None,
    }
}

/// What is left of a likeness where both titles name numbers, and other ones.
const OTHER_NUMBERS: f64 = 0.75;

/// Characters of a title that are compared; longer ones are compared by their start.
const COMPARED: usize = 200;

/// A title as it is compared, made once for many comparisons.
#[derive(Clone, Debug)]
pub struct Shape {
    text: String,
    /// The numbers that it names: the third session is not the fourth.
    numbers: Vec<String>,
    /// Its pairs of neighbouring characters, in order.
    pairs: Vec<(char, char)>,
}

impl Shape {
    /// Of a title.
    #[must_use]
    pub fn of(title: &str) -> Self {
        let text = without_years(&folded(title));
        let numbers = numbers(&text);
        let chars = || text.chars().take(COMPARED);
        let mut pairs: Vec<(char, char)> = chars().zip(chars().skip(1)).collect();
        pairs.sort_unstable();
        Self {
            text,
            numbers,
            pairs,
        }
    }

    /// Whether another title is the same, but for marks, width, case and years.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.text == other.text && !self.text.is_empty()
    }

    /// The share of pairs of neighbouring characters that two titles have in common (Dice's coefficient over bigrams), 0 to 1.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        if self.text == other.text {
            return if self.text.is_empty() { 0.0 } else { 1.0 };
        }
        let total = self.pairs.len() + other.pairs.len();
        if total == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hundred pairs")]
        let alike = 2.0 * common(&self.pairs, &other.pairs) as f64 / total as f64;
        let numbered = !self.numbers.is_empty() && !other.numbers.is_empty();
        if numbered && self.numbers != other.numbers {
            alike * OTHER_NUMBERS
        } else {
            alike
        }
    }
}

/// How many two ordered lists have in common.
fn common(one: &[(char, char)], other: &[(char, char)]) -> usize {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut common = 0;
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        match a.cmp(b) {
            Ordering::Less => drop(one.next()),
            Ordering::Greater => drop(other.next()),
            Ordering::Equal => {
                common += 1;
                one.next();
                other.next();
            }
        }
    }
    common
}

/// How alike two titles are ([`Shape::likeness`]).
#[must_use]
pub fn likeness(one: &str, other: &str) -> f64 {
    Shape::of(one).likeness(&Shape::of(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_session_is_not_the_fourth() {
        for (one, other) in [
            (
                "人工智能与未来产业系列沙龙第三场",
                "人工智能与未来产业系列沙龙第四场",
            ),
            (
                "人工智能与未来产业系列沙龙（三期）",
                "人工智能与未来产业系列沙龙（十三期）",
            ),
            (
                "人工智能与未来产业系列沙龙上午场",
                "人工智能与未来产业系列沙龙下午场",
            ),
        ] {
            assert!(likeness(one, other) < 0.8, "{one}, {other}");
        }
        let same = likeness(
            "人工智能与未来产业系列沙龙第十二场",
            "人工智能与未来产业系列沙龙第12场",
        );
        assert!(same > 0.8, "{same}");
        // No numbers.
        assert!(likeness("一带一路科技合作论坛", "一带一路科技合作大论坛") > 0.8);
    }

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
