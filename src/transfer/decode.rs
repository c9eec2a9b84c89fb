//! Bytes to text.
//!
//! Owns the guess of the encoding; refuses to know formats. Invariants: no byte is replaced silently: a file is
//! read whole in one encoding, or not at all; what is UTF-8 but for few bytes is never taken for GB18030, which would read most of
//! it as other characters.

use std::fmt;

use encoding_rs::{DecoderResult, GB18030, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

/// An encoding that files are read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// GB18030, which contains GBK and GB2312.
    Gb18030,
    /// UTF-16 with a byte order mark, as "Unicode text" of spreadsheets is.
    #[serde(rename = "utf-16")]
    Utf16,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Utf16 => "UTF-16",
        })
    }
}

/// A charset that is none of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("charset {0:?} is not supported; expected utf-8, gb18030, gbk or gb2312")]
pub struct UnknownCharset(pub String);

impl std::str::FromStr for Encoding {
    type Err = UnknownCharset;
    fn from_str(s: &str) -> Result<Self, UnknownCharset> {
        match s.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Ok(Self::Utf8),
            "gb18030" | "gbk" | "gb2312" => Ok(Self::Gb18030),
            _ => Err(UnknownCharset(s.chars().take(40).collect())),
        }
    }
}

/// Bytes that are no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotText {
    /// UTF-16.
    #[error("the file is UTF-16 (it starts with {0}); save it as UTF-8")]
    Utf16(&'static str),
    /// Not in the encoding that was named.
    #[error("the file is not {encoding}: the first bad byte is 0x{byte:02X} at offset {offset}")]
    Not {
        /// The encoding.
        encoding: Encoding,
        /// Where, counted from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },
    /// In none of those that are tried.
    #[error(
        "the file is neither UTF-8 (the first bad byte is at offset {utf8}) nor GB18030 (at offset {gb18030})"
    )]
    Neither {
        /// Where it is not UTF-8.
        utf8: usize,
        /// Where it is not GB18030.
        gb18030: usize,
    },
}

/// The text of a table, which may be UTF-16 when its mark says so; else as [`decode`] has it.
///
/// # Errors
/// Where the first byte stands that cannot be read.
pub(super) fn decode_table(
    bytes: &[u8],
    charset: Option<Encoding>,
) -> Result<(String, Encoding), NotText> {
    let (encoding, text) = match bytes {
        [0xFF, 0xFE, text @ ..] => (UTF_16LE, text),
        [0xFE, 0xFF, text @ ..] => (UTF_16BE, text),
        _ => return decode(bytes, charset),
    };
    whole(encoding, text)
        .map(|text| (text, Encoding::Utf16))
        .map_err(|at| NotText::Not {
            encoding: Encoding::Utf16,
            offset: at + 2,
            byte: text.get(at).copied().unwrap_or_default(),
        })
}

/// The text and the encoding it was read in: the one named, else UTF-8 when the bytes are that or nearly, else GB18030.
///
/// # Errors
/// Where the first byte stands that cannot be read.
pub(super) fn decode(
    bytes: &[u8],
    charset: Option<Encoding>,
) -> Result<(String, Encoding), NotText> {
    match bytes {
        [0xFF, 0xFE, ..] => return Err(NotText::Utf16("FF FE")),
        [0xFE, 0xFF, ..] => return Err(NotText::Utf16("FE FF")),
        _ => {}
    }
    let marked = bytes.strip_prefix(b"\xEF\xBB\xBF");
    let not = |encoding, offset: usize| NotText::Not {
        encoding,
        offset,
        byte: bytes.get(offset).copied().unwrap_or_default(),
    };
    match (marked, charset) {
        (Some(rest), _) => utf8(rest)
            .map(|text| (text, Encoding::Utf8))
            .map_err(|at| not(Encoding::Utf8, at + 3)),
        // Without its mark nobody knows which byte comes first.
        (None, Some(Encoding::Utf16)) => Err(not(Encoding::Utf16, 0)),
        (None, Some(Encoding::Utf8)) => utf8(bytes)
            .map(|text| (text, Encoding::Utf8))
            .map_err(|at| not(Encoding::Utf8, at)),
        (None, Some(Encoding::Gb18030)) => gb18030(bytes)
            .map(|text| (text, Encoding::Gb18030))
            .map_err(|at| not(Encoding::Gb18030, at)),
        (None, None) => {
            let utf8 = match utf8(bytes) {
                Ok(text) => return Ok((text, Encoding::Utf8)),
                Err(utf8) => utf8,
            };
            let gb18030 = gb18030(bytes);
            if is_nearly_utf8(bytes, gb18030.as_deref().ok()) {
                return Err(not(Encoding::Utf8, utf8));
            }
            match gb18030 {
                Ok(text) => Ok((text, Encoding::Gb18030)),
                Err(gb18030) => Err(NotText::Neither { utf8, gb18030 }),
            }
        }
    }
}

/// Sequences of several bytes in bytes that are not UTF-8.
#[derive(Debug, Default)]
struct Sequences {
    /// Of three bytes or four: Chinese in GB18030 has one of some three hundred characters that looks so, and spoils the next.
    long: usize,
    /// Of two bytes: one of six characters of Chinese in GB18030 looks so.
    short: usize,
    bad: usize,
}

impl Sequences {
    fn of(bytes: &[u8]) -> Self {
        let mut found = Self::default();
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c.len_utf8() {
                    1 => {}
                    2 => found.short += 1,
                    _ => found.long += 1,
                }
            }
            found.bad += usize::from(!chunk.invalid().is_empty());
        }
        found
    }
}

/// Whether bytes that are not UTF-8 are UTF-8 that was cut or spoiled here and there, though they may be read as GB18030 too.
fn is_nearly_utf8(bytes: &[u8], as_gb18030: Option<&str>) -> bool {
    let Sequences { long, short, bad } = Sequences::of(bytes);
    if (long >= 2 && long >= 2 * bad) || (long >= 8 && 2 * long >= bad) {
        return true;
    }
    if long + short >= 8 && long + short >= 8 * bad {
        return true;
    }
    // Too little to count: what it would be tells.
    long >= 1 && long >= bad && as_gb18030.is_none_or(is_odd)
}

/// Whether a text in Chinese is none that anybody wrote: it has characters for private use, or half of it is none of GB 2312's, which
/// has all but one of some hundreds.
fn is_odd(text: &str) -> bool {
    let is_private = |c: char| ('\u{E000}'..='\u{F8FF}').contains(&c);
    let (mut all, mut rare) = (0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        let mut buffer = [0; 4];
        let (bytes, _, _) = GB18030.encode(c.encode_utf8(&mut buffer));
        let is_common = matches!(*bytes, [0xA1..=0xF7, 0xA1..=0xFE]);
        all += 1;
        rare += usize::from(!is_common);
    }
    2 * rare >= all.max(1) || text.contains(is_private)
}

fn utf8(bytes: &[u8]) -> Result<String, usize> {
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(|error| error.valid_up_to())
}

fn gb18030(bytes: &[u8]) -> Result<String, usize> {
    whole(GB18030, bytes)
}

/// The text, or where the first byte stands that cannot be read.
fn whole(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let longest = decoder
        .max_utf8_buffer_length_without_replacement(bytes.len())
        .unwrap_or(bytes.len());
    let mut text = String::with_capacity(longest);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(bad, after), read) => {
            Err(read.saturating_sub(usize::from(bad) + usize::from(after)))
        }
        (DecoderResult::OutputFull, read) => Err(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "标题,开始\n中英路演,2021年7月8日\n";

    #[test]
    fn utf8_is_read_with_and_without_a_mark() {
        let marked = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        for bytes in [TEXT.as_bytes(), &marked] {
            assert_eq!(
                decode(bytes, None).unwrap(),
                (TEXT.to_owned(), Encoding::Utf8)
            );
        }
    }

    #[test]
    fn what_is_not_utf8_is_read_as_gb18030() {
        let (bytes, _, _) = GB18030.encode(TEXT);
        assert_eq!(
            decode(&bytes, None).unwrap(),
            (TEXT.to_owned(), Encoding::Gb18030)
        );
        // A character outside GBK, in four bytes.
        let (bytes, _, _) = GB18030.encode("𠮷,€");
        assert_eq!(decode(&bytes, None).unwrap().0, "𠮷,€");
    }

    #[test]
    fn the_charset_named_decides() {
        let (bytes, _, _) = GB18030.encode("标题");
        assert_eq!(
            decode(&bytes, Some(Encoding::Utf8)).unwrap_err(),
            NotText::Not {
                encoding: Encoding::Utf8,
                offset: 0,
                byte: 0xB1
            }
        );
        assert_eq!("GBK".parse(), Ok(Encoding::Gb18030));
        assert!("latin1".parse::<Encoding>().is_err());
    }

    #[test]
    fn a_table_may_be_utf16_when_its_mark_says_so() {
        let units: Vec<u16> = TEXT.encode_utf16().collect();
        let little = units.iter().flat_map(|unit| unit.to_le_bytes());
        let big = units.iter().flat_map(|unit| unit.to_be_bytes());
        for bytes in [
            [0xFF, 0xFE].into_iter().chain(little).collect::<Vec<u8>>(),
            [0xFE, 0xFF].into_iter().chain(big).collect(),
        ] {
            let read = decode_table(&bytes, None).unwrap();
            assert_eq!(read, (TEXT.to_owned(), Encoding::Utf16));
        }
        let cut = decode_table(b"\xFF\xFEt\0i", None).unwrap_err();
        assert!(
            cut.to_string().starts_with("the file is not UTF-16"),
            "{cut}"
        );
    }

    #[test]
    fn what_is_neither_is_refused_with_the_offsets() {
        let error = decode(b"ok\xFF\xFFok", None).unwrap_err();
        assert_eq!(
            error,
            NotText::Neither {
                utf8: 2,
                gb18030: 2
            }
        );
        assert!(matches!(
            decode(b"\xFF\xFEt\0i\0", None),
            Err(NotText::Utf16(_))
        ));
        let utf16 = NotText::Utf16("FF FE");
        assert!(utf16.to_string().ends_with("save it as UTF-8"));
        // A mark promises UTF-8: it is not guessed again.
        let error = decode(b"\xEF\xBB\xBF\xB1\xEA", None).unwrap_err();
        assert!(matches!(error, NotText::Not { offset: 3, .. }), "{error}");
    }

    const TEXTS: [&str; 8] = [
        "标题",
        "中英路演",
        "人工智能专场路演",
        "浠水县娄底鄞州区濮阳漯河泸州衢州",
        "标题,开始,地点\n人工智能专场,2021-08-01,清华科技园\n集成电路专场,2021-08-02,\n",
        "BEGIN:VEVENT\r\nSUMMARY:第三场路演活动\r\nLOCATION:国家会议中心\r\nEND:VEVENT\r\n",
        "“互联网＋”创新创业大赛总决赛暨颁奖典礼（海淀区）——2021年7月8日下午两点，地点另行通知。",
        "联通 title with one word of it",
    ];

    #[test]
    fn utf8_that_is_cut_or_spoiled_is_never_read_as_gb18030() {
        for text in TEXTS {
            let bytes = text.as_bytes();
            for at in 0..bytes.len() {
                if bytes[at].is_ascii() {
                    continue;
                }
                let cut = &bytes[..at];
                let spoiled = [&bytes[..at], b"\xFF".as_slice(), &bytes[at + 1..]].concat();
                let without = [&bytes[..at], &bytes[at + 1..]].concat();
                for bad in [cut, &spoiled, &without] {
                    let many = Sequences::of(bad).long >= 4;
                    match decode(bad, None) {
                        Ok((_, Encoding::Gb18030)) if many => panic!("{text}, byte {at}"),
                        Err(NotText::Neither { .. }) if many => panic!("{text}, byte {at}"),
                        _ => {}
                    }
                }
            }
        }
        let bytes = [TEXTS[4].as_bytes(), &TEXTS[4].as_bytes()[..1]].concat();
        let offset = TEXTS[4].len();
        let error = decode(&bytes, None).unwrap_err();
        assert!(matches!(
            error,
            NotText::Not { encoding: Encoding::Utf8, offset: at, byte: 0xE6 } if at == offset
        ));
    }

    #[test]
    fn gb18030_is_read_however_short_and_rare_its_characters_are() {
        for text in TEXTS {
            let chars: Vec<char> = text.chars().collect();
            for length in 1..=chars.len() {
                for part in chars.windows(length) {
                    let part: String = part.iter().collect();
                    let (bytes, _, _) = GB18030.encode(&part);
                    if std::str::from_utf8(&bytes).is_ok() {
                        // 联通 is not, but a few pairs are both.
                        continue;
                    }
                    assert_eq!(decode(&bytes, None).unwrap().0, part);
                }
            }
        }
        // All of GB 2312, in its order.
        let plane: Vec<u8> = (0xB0..=0xF7u8)
            .flat_map(|row| (0xA1..=0xF9u8).flat_map(move |cell| [row, cell]))
            .collect();
        assert_eq!(decode(&plane, None).unwrap().1, Encoding::Gb18030);
    }

    #[test]
    fn few_characters_are_told_by_what_gb18030_would_make_of_them() {
        // A title whose last character is cut: as GB18030 it does not end either.
        let cut = &"标题".as_bytes()[..5];
        assert!(matches!(
            decode(cut, None),
            Err(NotText::Not {
                encoding: Encoding::Utf8,
                offset: 3,
                ..
            })
        ));
        // A word of another language, and one byte that is none.
        let words = "Müller, Österreich, Größe, Zürich, Köln, Bär, Öl";
        let bytes = [words.as_bytes(), b" \xE9t\xE9"].concat();
        assert!(matches!(
            decode(&bytes[..words.len() + 2], None),
            Err(NotText::Not { .. })
        ));
    }
}
