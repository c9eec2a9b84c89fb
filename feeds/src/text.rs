//! Texts: their language, and which characters may stand in a document.

use std::borrow::Cow;

/// A language that documents are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Chinese as written in mainland China.
    Zh,
    /// English.
    En,
}

impl Language {
    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

/// A text and the language it is really in, which need not be the document's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Plain text; lines end with `\n`.
    pub value: String,
    /// What it is written in.
    pub language: Language,
}

/// `text` with what no document can carry taken out: control characters go, every kind of line end
/// becomes `\n`, a tab becomes a space.
///
/// What stays is a subset of XML 1.0's `Char` (XML 1.0 §2.2) and of RFC 5545's `TEXT`. Line
/// separators of Unicode count as line ends because readers exist that split lines at them.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_itself) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(cleaned(text).collect())
}

/// The characters of [`clean`], one by one.
pub(crate) fn cleaned(text: &str) -> impl Iterator<Item = char> {
    let mut after_cr = false;
    text.chars().filter_map(move |c| {
        let second_half_of_crlf = after_cr && c == '\n';
        after_cr = c == '\r';
        if second_half_of_crlf { None } else { kept(c) }
    })
}

/// Whether a character of a text stays, as it is.
pub(crate) fn is_itself(c: char) -> bool {
    matches!(c, ' '..='~') || kept(c) == Some(c)
}

/// What becomes of one character.
fn kept(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        '\u{FFFE}' | '\u{FFFF}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// A text that may stand in an element or an attribute.
pub(crate) fn text(text: &str) -> String {
    clean(text).into_owned()
}

/// An address: one line, whatever it was given as.
pub(crate) fn address(url: &str) -> String {
    clean(url).replace(['\n', ' '], "")
}

/// `text` as HTML character data, safe in element content and in quoted attributes.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in cleaned(text) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_takes_out_control_characters_and_unifies_line_ends() {
        assert_eq!(
            clean("a\u{8}b\u{FFFE}c\r\nd\re\u{2028}f\tg\u{9f}"),
            "abc\nd\ne\nf g"
        );
    }

    #[test]
    fn cleaning_leaves_emoji_rare_han_and_right_to_left_alone() {
        let text = "🎉 𠮷野家 שלום\u{200F} 👩\u{200D}🔬\n";
        assert!(matches!(clean(text), Cow::Borrowed(kept) if kept == text));
    }

    #[test]
    fn html_escaping_leaves_no_markup() {
        assert_eq!(
            escape_html("<b a='x'>\"&\u{1}"),
            "&lt;b a=&#39;x&#39;&gt;&quot;&amp;"
        );
    }
}
