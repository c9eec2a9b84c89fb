//! A date's text made plain: one form for each character, and a place to read from.
//!
//! Refuses to know dates. Invariant: nothing is dropped but white space and what stands in several forms.

/// Longer texts are no dates, whatever stands in them.
const LENGTH_MAX: usize = 120;

/// The text with full-width forms, dashes, Chinese numerals and white space in one form each; nothing when it is
/// too long for a date.
pub(in crate::transfer) fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    if text.chars().count() > LENGTH_MAX {
        return None;
    }
    let narrow: String = text.chars().map(narrow).collect();
    let counted = numerals(
        &joined(&narrow)
            .replace("——", "~")
            .replace("--", "~")
            .replace("~~", "~"),
    );
    let words: Vec<&str> = counted.split_whitespace().collect();
    Some(words.join(" "))
}

/// `2021 年 9 月 24 日` without the spaces that are no part of it, `14 : 00` too.
fn joined(text: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit() || numeral(c).is_some();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| c.is_whitespace()) {
        out.push_str(&rest[..at]);
        rest = rest[at..].trim_start();
        let between = (out.chars().next_back(), rest.chars().next());
        let is_within = match between {
            (Some(before), Some(after)) => {
                (is_number(before) && "年月日号时点分:".contains(after))
                    || ("年月:".contains(before) && is_number(after))
            }
            _ => false,
        };
        if !is_within {
            out.push(c);
        }
    }
    out + rest
}

/// Full-width digits and marks as their ASCII forms; what means "up to" as a tilde.
fn narrow(c: char) -> char {
    match c {
        '\u{FF0D}' => '-',
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(c) - 0xFEE0).expect("the full-width block mirrors ASCII")
        }
        '至' | '到' | '—' | '–' | '―' | '─' | '〜' => '~',
        '‐' | '‑' | '−' | '﹣' => '-',
        '〔' | '【' | '[' => '(',
        '〕' | '】' | ']' => ')',
        '∶' | '﹕' => ':',
        other => other,
    }
}

/// `二〇二一年九月二十四日` as `2021年9月24日`: numerals count where a unit of time follows.
fn numerals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if numeral(c).is_some() {
            run.push(c);
            continue;
        }
        if "年月日号时点分".contains(c)
            && let Some(number) = number(&run)
        {
            out.push_str(&number);
        } else {
            out.push_str(&run);
        }
        run.clear();
        out.push(c);
    }
    out + &run
}

/// The value of a numeral; ten is apart.
fn numeral(c: char) -> Option<u32> {
    match c {
        '〇' | '零' | '○' => Some(0),
        '十' => Some(10),
        '两' => Some(2),
        _ => "一二三四五六七八九"
            .chars()
            .zip(1..)
            .find(|(one, _)| *one == c)
            .map(|(_, n)| n),
    }
}

/// `二〇二一` digit by digit, `二十四` by tens.
fn number(run: &str) -> Option<String> {
    let values: Vec<u32> = run.chars().filter_map(numeral).collect();
    match values.as_slice() {
        [] => None,
        [10] => Some("10".to_owned()),
        [10, one @ 1..=9] => Some((10 + one).to_string()),
        [tens @ 1..=9, 10] => Some((tens * 10).to_string()),
        [tens @ 1..=9, 10, one @ 1..=9] => Some((tens * 10 + one).to_string()),
        digits if digits.iter().all(|digit| *digit < 10) => {
            Some(digits.iter().map(u32::to_string).collect())
        }
        _ => None,
    }
}

/// A place in a plain text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t>(pub &'t str);

impl<'t> Cursor<'t> {
    /// Passes over this, if it stands here.
    pub(super) fn eat(&mut self, what: &str) -> bool {
        match self.0.strip_prefix(what) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Passes over the first of these that stands here, and says which.
    pub(super) fn eat_one<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        words.iter().find(|word| self.eat(word)).copied()
    }

    /// Passes over white space.
    pub(super) fn space(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// A number of `min` to `max` digits, all there are.
    pub(super) fn digits(&mut self, min: usize, max: usize) -> Option<u32> {
        let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if !(min..=max).contains(&length) {
            return None;
        }
        let number = self.0[..length].parse().ok()?;
        self.0 = &self.0[length..];
        Some(number)
    }

    /// What stands in the brackets that open here.
    pub(super) fn brackets(&mut self) -> Option<&'t str> {
        let (inside, rest) = self.0.strip_prefix('(')?.split_once(')')?;
        self.0 = rest;
        Some(inside.trim())
    }

    /// Tries to read something; what cannot be read is not passed over.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = *self;
        let found = read(self);
        if found.is_none() {
            *self = before;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_form_whatever_it_was_typed_with() {
        for (text, expected) in [
            (" ２０２１／９／２４　２０：００ ", "2021/9/24 20:00"),
            ("9月24日——28日", "9月24日~28日"),
            ("9月24日\n14:00至16:00", "9月24日 14:00~16:00"),
            ("二〇二一年九月二十四日", "2021年9月24日"),
            ("十月十日十时三十分", "10月10日10时30分"),
            ("第三季度（周五）", "第三季度(周五)"),
        ] {
            assert_eq!(plain(text).unwrap(), expected, "{text}");
        }
        assert_eq!(plain(&"9".repeat(121)), None);
    }
}
