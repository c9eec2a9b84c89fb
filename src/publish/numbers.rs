//! Numbers as each language says them.
//!
//! Invariant: nothing is rounded away.

use entity::vocab::Language;

/// A number with the digits grouped; large round ones as each language says them.
pub(super) fn number(value: f64, language: Language) -> String {
    const TEN_THOUSAND: f64 = 10_000.0;
    if language == Language::Zh && value >= TEN_THOUSAND {
        // Only where nothing is rounded away.
        for (unit, name) in [(TEN_THOUSAND * TEN_THOUSAND, "亿"), (TEN_THOUSAND, "万")] {
            let tenths = value / unit * 10.0;
            if value >= unit && (tenths - tenths.round()).abs() < 1e-9 {
                return format!("{}{name}", tenths.round() / 10.0);
            }
        }
    }
    grouped(&value.to_string())
}

fn grouped(number: &str) -> String {
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_as_each_language_tells_them() {
        for (value, zh, en) in [
            (80.0, "80", "80"),
            (4_100_000.0, "410万", "4,100,000"),
            (105_000.0, "10.5万", "105,000"),
            (123_456.0, "123,456", "123,456"),
            (250_000_000.0, "2.5亿", "250,000,000"),
            (12.5, "12.5", "12.5"),
            (1_234.5, "1,234.5", "1,234.5"),
            (-1_234.0, "-1,234", "-1,234"),
        ] {
            assert_eq!(number(value, Language::Zh), zh);
            assert_eq!(number(value, Language::En), en);
        }
    }
}
