//! How much a JSON document holds, counted before it is parsed.
//!
//! Each object costs a parser some 700 bytes however short it is written, so bytes alone do not bound memory.
//! Invariant: counting takes one pass and no memory.

/// Objects of one document at most: ten for each of the 5,000 activities that a file may have.
pub(super) const OBJECTS_MAX: usize = 50_000;

/// The objects in a JSON text; of what is no JSON, an upper bound.
pub(super) fn objects(text: &str) -> usize {
    let (mut count, mut in_string, mut escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_counted_and_braces_in_strings_are_not() {
        assert_eq!(objects(r#"[{"{":"\"{"},{"a":{}}]"#), 3);
        assert_eq!(objects("\"\\\\\"{"), 1);
    }
}
