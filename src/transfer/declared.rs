//! The encoding that a document names in its own first bytes.
//!
//! Owns where XML and HTML name it; refuses to know what becomes of the bytes ([`super::decode`]).
//! Invariant: a document that names an encoding which is none of ours is not guessed at.

use super::decode::{Encoding, UnknownCharset};

/// HTML looks for it in the first 1,024 bytes; an XML prolog is shorter.
const HEAD: usize = 1_024;

/// The encoding in `<?xml … encoding="gb2312"?>`.
///
/// # Errors
/// The name of another encoding.
pub(super) fn of_xml(bytes: &[u8]) -> Result<Option<Encoding>, UnknownCharset> {
    let head = head(bytes);
    match head.trim_start().strip_prefix("<?xml") {
        Some(rest) => named(rest.split("?>").next().unwrap_or_default(), "encoding"),
        None => Ok(None),
    }
}

/// The encoding in `<meta charset="gbk">` or `<meta … content="text/html; charset=gbk">`.
///
/// # Errors
/// The name of another encoding.
pub(super) fn of_html(bytes: &[u8]) -> Result<Option<Encoding>, UnknownCharset> {
    let head = head(bytes);
    head.split("<meta")
        .skip(1)
        .filter_map(|tag| tag.split('>').next())
        .find(|tag| tag.contains("charset"))
        .map_or(Ok(None), |tag| named(tag, "charset"))
}

/// The first bytes in small letters; only what is ASCII in them is looked at.
fn head(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase()
}

/// The value behind `name=`, with or without quotation marks.
fn named(text: &str, name: &str) -> Result<Option<Encoding>, UnknownCharset> {
    let Some((_, rest)) = text.split_once(name) else {
        return Ok(None);
    };
    let Some(rest) = rest.trim_start().strip_prefix('=') else {
        return Ok(None);
    };
    let value: String = rest
        .trim_start_matches([' ', '"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    match value.as_str() {
        // ASCII is UTF-8 already.
        "" | "us-ascii" | "ascii" => Ok(None),
        value => value.parse().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_its_encoding_at_its_start() {
        for (xml, encoding) in [
            (
                "<?xml version=\"1.0\" encoding=\"GB2312\"?><rss/>",
                Some(Encoding::Gb18030),
            ),
            (
                "\u{FEFF}<?xml version='1.0' encoding='UTF-8' ?>",
                Some(Encoding::Utf8),
            ),
            ("<?xml version=\"1.0\"?><a encoding=\"gbk\"/>", None),
            ("<rss/>", None),
        ] {
            assert_eq!(of_xml(xml.as_bytes()), Ok(encoding), "{xml}");
        }
        for (html, encoding) in [
            ("<html><META CharSet = gbk>", Some(Encoding::Gb18030)),
            (
                "<meta name=a><meta http-equiv=content-type content=\"text/html; charset=gb2312\">",
                Some(Encoding::Gb18030),
            ),
            ("<p>charset=gbk</p>", None),
        ] {
            assert_eq!(of_html(html.as_bytes()), Ok(encoding), "{html}");
        }
        assert_eq!(
            of_xml(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"),
            Err(UnknownCharset("iso-8859-1".to_owned()))
        );
    }
}
