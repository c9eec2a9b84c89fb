//! HTML to the text that a person reads.
//!
//! Owns which elements break a line and which hold no text; refuses to know who wrote it.
//! Invariant: what is returned is text to be shown as it stands; it takes one pass, however broken the HTML is.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// Elements that stand on lines of their own.
const BLOCKS: [&[u8]; 32] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"br",
    b"dd",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"li",
    b"main",
    b"nav",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"table",
    b"tr",
    b"ul",
];

/// Elements whose content nobody reads.
const UNREAD: [&[u8]; 7] = [
    b"script",
    b"style",
    b"noscript",
    b"iframe",
    b"noembed",
    b"noframes",
    b"template",
];

/// The text of a piece of HTML, without empty lines.
pub(super) fn plain(html: &str) -> String {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut text: Vec<u8> = Vec::new();
    let mut unread: Option<Vec<u8>> = None;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if unread.is_none() => {
                let name = tag.name.as_slice();
                if UNREAD.contains(&name) {
                    unread = Some(name.to_vec());
                } else if BLOCKS.contains(&name) {
                    text.push(b'\n');
                } else if matches!(name, b"td" | b"th") {
                    text.push(b' ');
                }
            }
            Token::EndTag(tag) => match &unread {
                Some(name) if *name == tag.name.as_slice() => unread = None,
                Some(_) => {}
                None if BLOCKS.contains(&tag.name.as_slice()) => text.push(b'\n'),
                None => {}
            },
            Token::String(string) if unread.is_none() => {
                // In HTML a line break is a space; only elements break lines.
                text.extend(string.value.iter().map(|byte| match byte {
                    b'\n' | b'\r' | b'\t' => b' ',
                    other => *other,
                }));
            }
            _ => {}
        }
    }
    // The tokenizer cuts only between characters, so nothing is lost here.
    let text = String::from_utf8_lossy(&text);
    let lines = text.split('\n').map(squeezed);
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// A line with one space between its words; U+3000 is a character of its own.
fn squeezed(line: &str) -> String {
    let words = line.split([' ', '\u{A0}']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_lines_stay_and_characters_are_what_they_stand_for() {
        for (html, text) in [
            ("甲 &amp; 乙&#x4e19;&hellip;", "甲 & 乙丙…"),
            ("<p>一\n行</p><p>二<br/>三</p>", "一 行\n二\n三"),
            ("<ul><li>a<li>b</ul>", "a\nb"),
            ("<td>a</td><td>b</td>", "a b"),
            ("x<script>if (a < b) alert('</p>')</script>y", "xy"),
            ("<style>p{}</style><!-- c -->z", "z"),
            ("5 < 6 & <主题>", "5 < 6 & <主题>"),
            ("<b>粗", "粗"),
            ("<a href='x", ""),
            ("", ""),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }

    #[test]
    fn endless_markup_ends() {
        let many = "<a b c=d>".repeat(500_000);
        assert_eq!(plain(&many), "");
        let one = format!("<a {}>x", "b ".repeat(1_000_000));
        assert_eq!(plain(&one), "x");
        assert_eq!(plain(&"<".repeat(1_000_000)), "<".repeat(1_000_000));
        assert_eq!(plain(&"<template>".repeat(100_000)), "");
    }
}
