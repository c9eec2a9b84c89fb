//! Runs of text compressed one by one, that joined by mere copying are one brotli stream (RFC 7932).
//!
//! Owns the form of such a run, what stands before the first one and after the last. Refuses to know where a document is
//! cut. Invariant: what a chunk becomes depends on its text alone, on no machine and no neighbour.
//!
//! A stream is a header and meta-blocks (§2), and a chunk is some whole meta-blocks, none of them the last. What of a
//! stream goes on from one meta-block to the next, a chunk does without:
//! - Bits: meta-blocks follow each other within an octet (§9.2). A chunk ends with an empty one that holds metadata, which
//!   fills the octet it ends in.
//! - Distances: the four last ones outlive a meta-block (§4). A chunk's first distance is written out, and no code for
//!   "as before" stands for one that the chunk did not write out itself.
//! - Contexts: how a literal is coded depends on the two octets before it (§7.1). A chunk's first two are stored as they
//!   are, and that is coded without contexts.
//! - Window: a copy reaches back to the chunk's beginning at most, and no further than the header's window (§9.1).
//! - Dictionary: a distance beyond what was written so far means a word of the static dictionary (§8), and how much that
//!   is, a chunk cannot know. It uses no such word.
//!
//! The encoder calls that "catable" (distances, contexts, dictionary) and "bare" (no header, no end, whole octets).

use brotli::enc::BrotliEncoderParams;

/// Before the first chunk: the window's size in four bits (§9.1), then six bits of an empty metadata block (§9.2), filled
/// up to an octet.
pub(super) const HEAD: [u8; 2] = [(WINDOW - 17) << 1 | 1 | EMPTY_METADATA << 4, 0];
/// After the last one: the last meta-block, an empty one (§9.2).
pub(super) const TAIL: [u8; 1] = [0b11];

/// As a power of two: as much as a document's longest usual chunk. Larger ones cost the reader memory and us time.
const WINDOW: u8 = 18;
/// Not the last one, of no nibbles: metadata, of no octets; from the lowest bit on 0, 11, 0, 00.
const EMPTY_METADATA: u8 = 0b00_0110;

/// Of a calendar in chunks of 45 kB: a fifth smaller than deflate at its level 6, for twice its time. The level below
/// saves half of that; those above save 3 % more for twice the time and upwards.
const QUALITY: i32 = 5;

/// Appends a text as a chunk; of an empty text, nothing.
pub(super) fn compress(text: &[u8], into: &mut Vec<u8>) {
    let form = BrotliEncoderParams {
        quality: QUALITY,
        lgwin: i32::from(WINDOW),
        size_hint: text.len(),
        catable: true,
        bare_stream: true,
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &*text, into, &form)
        .expect("compressing from memory into memory cannot fail");
}

#[cfg(test)]
mod tests {
    use brotli::{BrotliDecompressStream, BrotliResult, BrotliState, enc::StandardAlloc};
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    fn chunk(text: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        compress(text, &mut packed);
        packed
    }

    fn joined(texts: &[Vec<u8>]) -> Vec<u8> {
        let chunks: Vec<u8> = texts.iter().flat_map(|text| chunk(text)).collect();
        [&HEAD[..], &chunks, &TAIL[..]].concat()
    }

    /// What a stream holds, if it ends where it ends; `room` is how long it may be.
    fn unpacked(stream: &[u8], room: usize) -> Option<Vec<u8>> {
        let new = StandardAlloc::default;
        let mut state = BrotliState::new(new(), new(), new());
        let mut back = vec![0; room];
        let (mut left, mut at, mut space, mut written) = (stream.len(), 0, room, 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut at,
            stream,
            &mut space,
            &mut written,
            &mut back,
            &mut 0,
            &mut state,
        );
        back.truncate(written);
        (matches!(result, BrotliResult::ResultSuccess) && left == 0).then_some(back)
    }

    fn holds(stream: &[u8], texts: &[Vec<u8>]) {
        let text = texts.concat();
        let back = unpacked(stream, text.len() + 1);
        assert!(back.is_some_and(|back| back == text));
    }

    fn entry(n: u32) -> String {
        let noise = n.wrapping_mul(2_654_435_761);
        format!(
            "BEGIN:VEVENT\r\nUID:{noise:08x}@a\r\nSUMMARY:路演 {n}\r\nURL:https://yueli.example/zh/activities/a-{n}\r\nEND:VEVENT\r\n"
        )
    }

    fn calendar(length: usize) -> Vec<u8> {
        let mut text = (0..).flat_map(|n| entry(n).into_bytes());
        text.by_ref().take(length).collect()
    }

    fn noise(seed: u32, length: usize) -> Vec<u8> {
        (0_u32..)
            .flat_map(|n| Sha256::digest([seed.to_le_bytes(), n.to_le_bytes()].concat()))
            .take(length)
            .collect()
    }

    #[test]
    fn no_chunks_and_empty_ones_are_an_empty_document() {
        assert_eq!(chunk(b""), b"");
        holds(&joined(&[]), &[]);
        holds(&joined(&[Vec::new(), Vec::new()]), &[]);
    }

    #[test]
    fn a_stream_ends_with_its_tail_and_nowhere_before() {
        let texts = [calendar(5_000), calendar(700)];
        let stream = joined(&texts);
        holds(&stream, &texts);
        assert_eq!(unpacked(&stream[..stream.len() - 1], 6_000), None);
        let twice = [stream.clone(), stream].concat();
        assert_eq!(unpacked(&twice, 12_000), None);
    }

    #[test]
    fn chunks_that_repeat_each_other_are_alike_wherever_they_stand() {
        let text = calendar(40_000);
        let mut twice = chunk(&text);
        let once = twice.len();
        compress(&text, &mut twice);
        assert_eq!(twice[..once], twice[once..]);
        let texts = vec![text; 4];
        holds(&joined(&texts), &texts);
    }

    #[test]
    fn long_chunks_and_incompressible_ones_and_short_ones_are_joined_too() {
        let long = calendar((1 << WINDOW) + 40_000);
        assert!(chunk(&long).len() < long.len() / 8);
        let noise = noise(0, 100_000);
        assert!(chunk(&noise).len() < noise.len() + 64);
        let short = [b"a".to_vec(), b"ab".to_vec(), b"abc".to_vec()];
        let texts = [&[noise.clone(), long.clone()], &short[..], &[long, noise]].concat();
        holds(&joined(&texts), &texts);
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            (0..4_usize).prop_map(calendar),
            (0..30_000_usize).prop_map(calendar),
            (any::<u32>(), 0..3_000_usize).prop_map(|(seed, length)| noise(seed, length)),
            (any::<u8>(), 0..30_000_usize).prop_map(|(octet, length)| vec![octet; length]),
            // Neither text nor noise: short copies at all distances, so many codes for "as before".
            prop::collection::vec((0..40_u32, 1..90_usize), 0..200).prop_map(|parts| {
                let part =
                    |(n, length): (u32, usize)| entry(n).into_bytes().into_iter().take(length);
                parts.into_iter().flat_map(part).collect()
            }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_is_joined_is_read_as_it_was(texts in prop::collection::vec(text(), 0..8)) {
            holds(&joined(&texts), &texts);
            let again: Vec<_> = texts.iter().rev().cloned().collect();
            holds(&joined(&again), &again);
        }
    }
}
