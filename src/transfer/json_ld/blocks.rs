//! The scripts of a page that hold JSON-LD.
//!
//! Invariant: one pass over the page, however many scripts it has.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// A script's content.
pub(super) struct Block {
    /// The line of the page on which it begins, counted from 1.
    pub line: usize,
    /// What stands in it.
    pub json: String,
}

/// The blocks of a page, in its order. Empty ones are none.
pub(super) fn blocks(page: &str) -> Vec<Block> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut blocks = Vec::new();
    let mut open = false;
    let (mut line, mut counted) = (1, 0);
    for token in Tokenizer::new_with_emitter(page, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                open = tag.name.as_slice() == b"script"
                    && tag
                        .attributes
                        .get(b"type".as_slice())
                        .is_some_and(|kind| is_json_ld(kind));
            }
            Token::String(text) if open => {
                let begins = text.span.start.clamp(counted, page.len());
                let passed = &page.as_bytes()[counted..begins];
                line += passed.iter().filter(|byte| **byte == b'\n').count();
                counted = begins;
                // The tokenizer cuts only between characters, so nothing is lost here.
                let json = String::from_utf8_lossy(&text.value).into_owned();
                if !json.trim().is_empty() {
                    blocks.push(Block { line, json });
                }
            }
            Token::EndTag(_) => open = false,
            _ => {}
        }
    }
    blocks
}

/// Whether a page has an opening `html` or `body` and ends neither behind it. The standard lets it leave them open; no program that
/// writes pages does.
pub(super) fn breaks_off(page: &str) -> bool {
    let page = page.to_ascii_lowercase();
    if page.trim_start().starts_with(['{', '[']) {
        return false;
    }
    let last = |tags: [&str; 2]| tags.into_iter().filter_map(|tag| page.rfind(tag)).max();
    last(["<html", "<body"]).is_some_and(|begins| last(["</html", "</body"]) < Some(begins))
}

fn is_json_ld(kind: &[u8]) -> bool {
    let kind = String::from_utf8_lossy(kind);
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/ld+json")
}
