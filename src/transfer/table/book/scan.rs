//! The XML of a workbook, looked at before anybody builds something from it.
//!
//! Owns a tokenizer that finds tags as the reader behind it will find them; refuses to know sheets.
//! Invariant: memory does not grow with the text, and what could be taken in two ways is refused.

use std::fmt;

/// Bytes of a tag at most.
const TAG_MAX: usize = 64 * 1024;

/// Bytes between two tags at most: eight times what a cell holds.
const TEXT_MAX: usize = 1024 * 1024;

/// Tags of one member at most: twice what a sheet of all cells that are read has. They take time, if no memory.
const TAGS_MAX: usize = 3_000_000;

/// Texts that are shared between cells at most.
const STRINGS_MAX: usize = 500_000;

/// Of everything else that a reader keeps: formats, fonts, merged regions, sheets.
const KEPT_MAX: usize = 65_536;

/// Formats times their longest tag: each format takes a copy of its font's name.
const FORMATS_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Elements that a reader keeps in memory, each by its local name.
const KEPT: [&str; 9] = [
    "xf",
    "font",
    "fill",
    "border",
    "numFmt",
    "mergeCell",
    "Relationship",
    "sheet",
    "definedName",
];

/// Why a member is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Doctype,
    NotXml,
    TagLong,
    TextLong,
    Many(&'static str),
    Tags,
    Strings,
    Formats,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doctype => f.write_str("declares entities (DOCTYPE), which no workbook needs"),
            Self::NotXml => f.write_str("is no well-formed XML in UTF-8"),
            Self::TagLong => write!(f, "has a tag of more than {TAG_MAX} bytes"),
            Self::TextLong => write!(f, "has a text of more than {TEXT_MAX} bytes"),
            Self::Many(name) => write!(f, "has more than {KEPT_MAX} elements {name}"),
            Self::Tags => write!(f, "has more than {TAGS_MAX} tags"),
            Self::Strings => write!(f, "has, or announces, more than {STRINGS_MAX} texts"),
            Self::Formats => write!(
                f,
                "has formats and names that together take more than {FORMATS_BYTES_MAX} bytes"
            ),
        }
    }
}

/// Looks at one member, a piece at a time.
#[derive(Debug, Default)]
pub(super) struct Scan {
    state: State,
    tag: Vec<u8>,
    text: usize,
    tags: usize,
    longest: usize,
    strings: usize,
    kept: [usize; KEPT.len()],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    Tag,
    Quoted(u8),
    Comment,
    Raw,
    Instruction,
}

impl Scan {
    /// Looks at the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        bytes.iter().try_for_each(|byte| self.step(*byte))
    }

    /// Ends the member.
    pub(super) fn end(&self) -> Result<(), Refused> {
        if self.state != State::Text || self.tags == 0 {
            return Err(Refused::NotXml);
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<(), Refused> {
        match self.state {
            State::Text => {
                if byte == b'<' {
                    self.text = 0;
                    self.tag.clear();
                    self.state = State::Tag;
                    return Ok(());
                }
                self.text += 1;
                // UTF-16 has a zero in every tag.
                match (byte, self.text > TEXT_MAX) {
                    (0, _) => Err(Refused::NotXml),
                    (_, true) => Err(Refused::TextLong),
                    _ => Ok(()),
                }
            }
            State::Tag => {
                if byte == b'>' {
                    self.state = State::Text;
                    return self.tag_ends();
                }
                self.keep(byte)?;
                self.state = match (byte, self.tag.as_slice()) {
                    (b'"' | b'\'', [first, ..]) if *first != b'/' => State::Quoted(byte),
                    (_, b"?") => State::Instruction,
                    (_, b"!--") => State::Comment,
                    (_, b"![CDATA[") => State::Raw,
                    (_, [b'!', rest @ ..]) => {
                        if !(b"--".starts_with(rest) || b"[CDATA[".starts_with(rest)) {
                            return Err(Refused::Doctype);
                        }
                        State::Tag
                    }
                    _ => State::Tag,
                };
                Ok(())
            }
            State::Quoted(quote) => {
                self.keep(byte)?;
                if byte == quote {
                    self.state = State::Tag;
                }
                Ok(())
            }
            State::Comment => self.until(byte, b"!--", b"-->"),
            State::Raw => self.until(byte, b"![CDATA[", b"]]>"),
            State::Instruction => self.until(byte, b"?", b"?>"),
        }
    }

    /// What ends with `end` and holds no tags; readers differ over one that ends within its own beginning.
    fn until(&mut self, byte: u8, start: &[u8], end: &[u8]) -> Result<(), Refused> {
        self.tag.push(byte);
        if self.tag.ends_with(end) {
            if self.tag.len() < start.len() + end.len() {
                return Err(Refused::NotXml);
            }
            self.state = State::Text;
        }
        if byte == b'>' && self.tag.len() <= start.len() + 1 {
            return Err(Refused::NotXml);
        }
        if self.tag.len() > TEXT_MAX {
            return Err(Refused::TextLong);
        }
        Ok(())
    }

    fn keep(&mut self, byte: u8) -> Result<(), Refused> {
        if self.tag.len() == TAG_MAX {
            return Err(Refused::TagLong);
        }
        self.tag.push(byte);
        Ok(())
    }

    fn tag_ends(&mut self) -> Result<(), Refused> {
        let tag = self.tag.as_slice();
        match tag.first() {
            Some(b'/') => return Ok(()),
            Some(b'!') | None => return Err(Refused::NotXml),
            Some(_) => self.tags += 1,
        }
        if self.tags > TAGS_MAX {
            return Err(Refused::Tags);
        }
        let end = tag
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || *byte == b'/')
            .unwrap_or(tag.len());
        let name = &tag[..end];
        let local = match name.iter().rposition(|byte| *byte == b':') {
            Some(colon) => &name[colon + 1..],
            None => name,
        };
        if local == b"sst" && announced(tag) > STRINGS_MAX {
            return Err(Refused::Strings);
        }
        if local == b"si" {
            self.strings += 1;
            if self.strings > STRINGS_MAX {
                return Err(Refused::Strings);
            }
        }
        // The root has long names of name spaces, and nobody copies them.
        if self.tags > 1 {
            self.longest = self.longest.max(tag.len());
        }
        for (count, name) in self.kept.iter_mut().zip(KEPT) {
            *count += usize::from(local == name.as_bytes());
            if *count > KEPT_MAX {
                return Err(Refused::Many(name));
            }
        }
        if self.kept[0].saturating_mul(self.longest) > FORMATS_BYTES_MAX {
            return Err(Refused::Formats);
        }
        Ok(())
    }
}

/// The number of texts that a table announces: readers make room for it at once.
fn announced(tag: &[u8]) -> usize {
    let Ok(tag) = std::str::from_utf8(tag) else {
        return usize::MAX;
    };
    let counts = tag.match_indices("uniqueCount").map(|(at, name)| {
        let value =
            tag[at + name.len()..].trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'', '+']);
        let digits = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match digits {
            0 => 0,
            _ => value[..digits].parse().unwrap_or(usize::MAX),
        }
    });
    counts.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Result<(), Refused> {
        let mut scan = Scan::default();
        for piece in text.as_bytes().chunks(7) {
            scan.feed(piece)?;
        }
        scan.end()
    }

    #[test]
    fn an_ordinary_document_passes() {
        let text = "<?xml version=\"1.0\"?>\n<!-- <a -->\n<x:sst xmlns:x='a>b' uniqueCount=\"3\"><si><t>a&lt;b</t></si><![CDATA[<<]]></x:sst>";
        assert_eq!(scan(text), Ok(()));
    }

    #[test]
    fn what_could_grow_is_refused() {
        let many = |element: &str, count| format!("<a>{}</a>", element.repeat(count));
        for (text, why) in [
            (
                "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".to_owned(),
                Refused::Doctype,
            ),
            ("<a><!DOCTYPE b></a>".to_owned(), Refused::Doctype),
            (
                format!("<a b=\"{}\"/>", ">".repeat(70_000)),
                Refused::TagLong,
            ),
            (
                format!("<a>{}</a>", "x".repeat(1_100_000)),
                Refused::TextLong,
            ),
            (
                format!("<a><!--{}--></a>", "x".repeat(1_100_000)),
                Refused::TextLong,
            ),
            (many("<row/>", 3_000_001), Refused::Tags),
            (many("<si/>", 500_001), Refused::Strings),
            (
                "<sst uniqueCount=\"99999999999\"/>".to_owned(),
                Refused::Strings,
            ),
            (
                "<sst a='>' uniqueCount = '999999999999999999999999'/>".to_owned(),
                Refused::Strings,
            ),
            (many("<x:xf/>", 65_537), Refused::Many("xf")),
            (
                many("<mergeCell ref='A1:B2'/>", 65_537),
                Refused::Many("mergeCell"),
            ),
            (
                format!(
                    "<a><name val='{}'/>{}</a>",
                    "x".repeat(60_000),
                    "<xf/>".repeat(2_000)
                ),
                Refused::Formats,
            ),
            ("\u{0}<\u{0}a".to_owned(), Refused::NotXml),
            ("<a".to_owned(), Refused::NotXml),
            ("".to_owned(), Refused::NotXml),
            ("<!--><a uniqueCount='1'>-->".to_owned(), Refused::NotXml),
            ("<?><a/>?>".to_owned(), Refused::NotXml),
        ] {
            assert_eq!(
                scan(&text),
                Err(why),
                "{}",
                text.chars().take(60).collect::<String>()
            );
        }
    }
}
