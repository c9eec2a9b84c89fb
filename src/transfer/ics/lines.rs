//! A calendar's lines, from bytes to text.
//!
//! Owns unfolding, which comes before decoding: programs fold in the middle of a character (RFC 5545 §3.1). Refuses to know
//! components. Invariant: a line that cannot be read is told as one; nothing stands in for what is bad in it.

use std::collections::BTreeMap;

use crate::transfer::decode::{Encoding, NotText, decode};

/// What becomes of bytes that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transfer) enum Spoiled {
    /// Nothing of the file is taken.
    Refuses,
    /// The events that have them cannot be read, and the others are.
    IsTold,
}

/// The lines of a file after unfolding.
#[derive(Debug)]
pub(super) struct Lines<'b> {
    bytes: &'b [u8],
    /// One line after the other, each ended by a line feed.
    text: String,
    pub(super) encoding: Encoding,
    /// By index among the lines, those that cannot be read, and the first byte that is bad.
    spoiled: BTreeMap<usize, u8>,
}

/// One line after unfolding.
#[derive(Debug)]
pub(super) struct Line<'l> {
    /// The number of its first line in the file.
    pub(super) number: usize,
    /// What stands there; where it is spoiled, with marks for what is bad.
    pub(super) text: &'l str,
    /// Its first bad byte.
    pub(super) spoiled: Option<u8>,
}

/// A line as it stands in the file.
struct Piece<'b> {
    bytes: &'b [u8],
    /// Where it begins, behind the blank that says that it goes on with the line before.
    at: usize,
    goes_on: bool,
}

/// The lines of a file as they stand there. No encoding of ours has a line feed or a blank within a character.
fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    bytes.split(|byte| *byte == b'\n').map(move |line| {
        let begins = at;
        at += line.len() + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line {
            [b' ' | b'\t', rest @ ..] if begins > 0 => Piece {
                bytes: rest,
                at: begins + 1,
                goes_on: true,
            },
            _ => Piece {
                bytes: line,
                at: begins,
                goes_on: false,
            },
        }
    })
}

/// The file unfolded, each line ended by a line feed.
fn unfolded(bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(bytes.len() + 1);
    for (index, piece) in pieces(bytes).enumerate() {
        if index > 0 && !piece.goes_on {
            whole.push(b'\n');
        }
        whole.extend_from_slice(piece.bytes);
    }
    whole
}

/// Where in the file an offset in what was unfolded stands.
fn placed(bytes: &[u8], at: usize) -> usize {
    let mut length = 0;
    for (index, piece) in pieces(bytes).enumerate() {
        length += usize::from(index > 0 && !piece.goes_on);
        if at < length + piece.bytes.len() {
            return piece.at + at.saturating_sub(length);
        }
        length += piece.bytes.len();
    }
    bytes.len()
}

/// Reads the lines of a file.
///
/// # Errors
/// Where the first byte stands that cannot be read.
pub(super) fn lines(
    bytes: &[u8],
    charset: Option<Encoding>,
    spoiled: Spoiled,
) -> Result<Lines<'_>, NotText> {
    let whole = unfolded(bytes);
    let error = match decode(&whole, charset) {
        Ok((text, encoding)) => {
            return Ok(Lines {
                bytes,
                text,
                encoding,
                spoiled: BTreeMap::new(),
            });
        }
        Err(error) => error,
    };
    if spoiled == Spoiled::IsTold
        && let Some(encoding) = mostly(&whole, charset, &error)
    {
        return Ok(in_parts(bytes, &whole, encoding));
    }
    Err(match error {
        NotText::Not {
            encoding,
            offset,
            byte,
        } => NotText::Not {
            encoding,
            offset: placed(bytes, offset),
            byte,
        },
        NotText::Neither { utf8, gb18030 } => NotText::Neither {
            utf8: placed(bytes, utf8),
            gb18030: placed(bytes, gb18030),
        },
        utf16 => utf16,
    })
}

/// The encoding that most lines of a file are in; none where that is not sure.
fn mostly(whole: &[u8], charset: Option<Encoding>, error: &NotText) -> Option<Encoding> {
    match error {
        // All of it was looked at.
        NotText::Not { encoding, .. } if charset.is_none() => return Some(*encoding),
        NotText::Not { .. } | NotText::Neither { .. } => {}
        NotText::Utf16(_) => return None,
    }
    let (mut all, mut beyond) = (0, 0);
    let (mut not_utf8, mut not_gb18030) = (0, 0);
    for line in whole.split(|byte| *byte == b'\n') {
        all += 1;
        if line.is_ascii() {
            continue;
        }
        beyond += 1;
        let is_bad = |encoding| usize::from(decode(line, Some(encoding)).is_err());
        not_utf8 += is_bad(Encoding::Utf8);
        not_gb18030 += is_bad(Encoding::Gb18030);
    }
    // What passes for UTF-8 is that; what passes for GB18030 may be many things, unless nearly all of it does.
    let is_utf8 = 2 * not_utf8 <= beyond || 20 * not_utf8 <= all;
    let is_gb18030 = 8 * not_gb18030 <= beyond;
    match charset {
        None | Some(Encoding::Utf8) if is_utf8 => Some(Encoding::Utf8),
        None | Some(Encoding::Gb18030) if is_gb18030 => Some(Encoding::Gb18030),
        _ => None,
    }
}

/// The lines of a file of which some cannot be read.
fn in_parts<'b>(bytes: &'b [u8], whole: &[u8], encoding: Encoding) -> Lines<'b> {
    let mut text = String::with_capacity(whole.len());
    let mut spoiled = BTreeMap::new();
    let whole = whole.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(whole);
    for (index, line) in whole.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            text.push('\n');
        }
        match decode(line, Some(encoding)) {
            Ok((line, _)) => text.push_str(&line),
            Err(error) => {
                let byte = match error {
                    NotText::Not { byte, .. } => byte,
                    _ => line.first().copied().unwrap_or_default(),
                };
                spoiled.insert(index, byte);
                text.push_str(&String::from_utf8_lossy(line));
            }
        }
    }
    Lines {
        bytes,
        text,
        encoding,
        spoiled,
    }
}

impl Lines<'_> {
    /// Each of them.
    pub(super) fn each(&self) -> impl Iterator<Item = Line<'_>> {
        let numbers = pieces(self.bytes)
            .zip(1..)
            .filter(|(piece, _)| !piece.goes_on)
            .map(|(_, number)| number);
        let lines = self.text.split('\n').enumerate();
        lines.zip(numbers).map(|((index, text), number)| Line {
            number,
            text,
            spoiled: self.spoiled.get(&index).copied(),
        })
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;

    /// Folds a line after so many bytes, whatever stands there.
    fn folded(line: &[u8], after: usize) -> Vec<u8> {
        let pieces: Vec<&[u8]> = line.chunks(after).collect();
        pieces.join(b"\r\n ".as_slice())
    }

    fn texts<'l>(lines: &'l Lines<'_>) -> Vec<&'l str> {
        lines.each().map(|line| line.text).collect()
    }

    #[test]
    fn a_line_that_is_folded_within_a_character_is_whole_again() {
        let line = "SUMMARY:第三场人工智能专场路演暨颁奖典礼";
        for after in 2..30 {
            let bytes = [folded(line.as_bytes(), after), b"\r\nEND:VEVENT".to_vec()].concat();
            let read = lines(&bytes, None, Spoiled::Refuses).unwrap();
            assert_eq!(texts(&read), [line, "END:VEVENT"]);
            let numbers: Vec<usize> = read.each().map(|line| line.number).collect();
            assert_eq!(numbers, [1, 1 + line.len().div_ceil(after)]);

            let (gb18030, _, _) = GB18030.encode(line);
            let bytes = folded(&gb18030, after);
            let read = lines(&bytes, None, Spoiled::Refuses).unwrap();
            assert_eq!(texts(&read), [line], "{after}");
        }
    }

    #[test]
    fn a_bad_byte_is_named_where_it_stands_in_the_file() {
        let mut bytes = folded("SUMMARY:第三场人工智能专场路演".as_bytes(), 10);
        bytes.extend_from_slice(b"\r\nLOCATION:a\r\n b\xFFc\r\n");
        let at = bytes.iter().position(|byte| *byte == 0xFF).unwrap();
        let error = lines(&bytes, None, Spoiled::Refuses).unwrap_err();
        assert!(
            matches!(error, NotText::Not { offset, byte: 0xFF, .. } if offset == at),
            "{error}"
        );
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_beside_the_others() {
        let told = |bytes: &[u8]| {
            let read = lines(bytes, None, Spoiled::IsTold).unwrap();
            let bad: Vec<usize> = read
                .each()
                .filter(|line| line.spoiled.is_some())
                .map(|line| line.number)
                .collect();
            (read.encoding, bad)
        };
        let text = "SUMMARY:第三场路演\nLOCATION:国家会议中心\nX:1\nSUMMARY:第四场路演\n".repeat(8);
        let bytes = [text.as_bytes(), b"SUMMARY:\xE7\xAC\nX:2\n"].concat();
        assert_eq!(told(&bytes), (Encoding::Utf8, vec![33]));
        let (gb18030, _, _) = GB18030.encode(&text);
        let bytes = [&gb18030, b"SUMMARY:\xB5\nX:2\n".as_slice()].concat();
        assert_eq!(told(&bytes), (Encoding::Gb18030, vec![33]));
        let other = [b"SUMMARY:\x83e\x83X\x83g\xFF\n".as_slice(); 8].concat();
        assert!(lines(&other, None, Spoiled::IsTold).is_err());
        // A server that names the wrong encoding spoils all of it.
        assert!(lines(&gb18030, Some(Encoding::Utf8), Spoiled::IsTold).is_err());
    }
}
