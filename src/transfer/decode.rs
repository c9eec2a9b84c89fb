//! Bytes to text.
//!
//! Owns the guess of the encoding; refuses to know formats. Invariant: no byte is replaced silently: a file is
//! read whole in one encoding, or not at all.

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
    /// UTF-16, as "Unicode text" of spreadsheets is.
    #[error("the file is UTF-16 (it starts with {0}); save it as \"CSV UTF-8\"")]
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

/// The text and the encoding it was read in: the one named, else UTF-8 when the bytes are that, else GB18030.
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
            utf8(bytes)
                .map(|text| (text, Encoding::Utf8))
                .or_else(|utf8| match gb18030(bytes) {
                    Ok(text) => Ok((text, Encoding::Gb18030)),
                    Err(gb18030) => Err(NotText::Neither { utf8, gb18030 }),
                })
        }
    }
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
        // A mark promises UTF-8: it is not guessed again.
        let error = decode(b"\xEF\xBB\xBF\xB1\xEA", None).unwrap_err();
        assert!(matches!(error, NotText::Not { offset: 3, .. }), "{error}");
    }
}
