//! A document of many pieces, as it is and as one gzip member; a change of one piece costs about that piece.
//!
//! Owns where the document is cut into chunks, their compressed form and the tag. Refuses to know what the pieces are.
//! Invariant: everything here is a function of the pieces alone: what was packed before saves work and changes no byte.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::Hasher as _,
    ops::Range,
};

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};
use sha2::{Digest, Sha256};

/// A chunk ends after a piece whose checksum is divided by this: after 64 pieces on average, so about 45 kB of a
/// calendar. Longer ones compress better, shorter ones are redone sooner: of what `examples/pack.rs` packs, the whole
/// at once would be a fifth smaller, chunks of 32 a seventh larger.
const PIECES_A_CHUNK: u32 = 64;
/// It ends here at the latest.
const LONGEST_CHUNK: usize = 256 * 1024;

/// RFC 1952 §2.3: deflate, no name, no time, of no particular system; so the same document gives the same bytes.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// The last block of a deflate stream, an empty one with fixed codes (RFC 1951 §3.2.3).
const LAST_BLOCK: [u8; 2] = [3, 0];

/// A run of pieces, compressed by itself.
#[derive(Debug)]
struct Chunk {
    /// Where it stands in the document.
    plain: Range<usize>,
    /// Where its compressed form stands in the gzip member.
    packed: Range<usize>,
    /// Made of its pieces' checksums, which are there anyway.
    fingerprint: u64,
    crc: Crc,
    digest: [u8; 32],
}

/// A document, packed.
#[derive(Debug)]
pub(super) struct Packed {
    /// The document.
    pub(super) identity: Bytes,
    /// The document as one gzip member.
    pub(super) gzip: Bytes,
    /// 128 bits that tell it from every other document, in hexadecimal digits.
    pub(super) tag: String,
    chunks: Vec<Chunk>,
}

/// Packs pieces; `before` is the same feed as it was, of which chunks are taken that are as they were.
pub(super) fn pack(pieces: &[Bytes], before: Option<&Packed>) -> Packed {
    let length = pieces.iter().map(Bytes::len).sum();
    let mut identity = Vec::with_capacity(length);
    let mut gzip = Vec::with_capacity(length / 6 + 4096);
    gzip.extend_from_slice(&HEADER);
    let kept = before.map(Kept::of);
    let (mut chunks, mut whole) = (Vec::new(), Crc::new());
    let (mut from, mut fingerprint) = (0, DefaultHasher::new());
    for (n, piece) in pieces.iter().enumerate() {
        identity.extend_from_slice(piece);
        let sum = checksum(piece);
        fingerprint.write_u32(sum);
        // The first piece says when the document changed, so it always changes: nothing else is to be redone for it.
        let ends = n == 0
            || n + 1 == pieces.len()
            || sum.is_multiple_of(PIECES_A_CHUNK)
            || identity.len() - from >= LONGEST_CHUNK;
        if ends {
            let plain = from..identity.len();
            let fingerprint = std::mem::take(&mut fingerprint).finish();
            let chunk = chunk(&identity, plain, fingerprint, kept.as_ref(), &mut gzip);
            whole.combine(&chunk.crc);
            chunks.push(chunk);
            from = identity.len();
        }
    }
    gzip.extend_from_slice(&LAST_BLOCK);
    gzip.extend_from_slice(&whole.sum().to_le_bytes());
    gzip.extend_from_slice(&whole.amount().to_le_bytes());
    Packed {
        tag: tag(&chunks),
        identity: identity.into(),
        gzip: gzip.into(),
        chunks,
    }
}

/// The chunks of a document that was packed before, by fingerprint.
struct Kept<'p> {
    packed: &'p Packed,
    chunks: HashMap<u64, &'p Chunk>,
}

impl<'p> Kept<'p> {
    fn of(packed: &'p Packed) -> Self {
        let keyed = |chunk: &'p Chunk| (chunk.fingerprint, chunk);
        Self {
            packed,
            chunks: packed.chunks.iter().map(keyed).collect(),
        }
    }

    fn find(&self, text: &[u8], fingerprint: u64) -> Option<(&'p Chunk, &'p [u8])> {
        let chunk = *self.chunks.get(&fingerprint)?;
        let same = self.packed.identity[chunk.plain.clone()] == *text;
        same.then(|| (chunk, &self.packed.gzip[chunk.packed.clone()]))
    }
}

fn chunk(
    identity: &[u8],
    plain: Range<usize>,
    fingerprint: u64,
    kept: Option<&Kept<'_>>,
    gzip: &mut Vec<u8>,
) -> Chunk {
    let text = &identity[plain.clone()];
    let from = gzip.len();
    let mut crc = Crc::new();
    let digest = match kept.and_then(|kept| kept.find(text, fingerprint)) {
        Some((same, packed)) => {
            gzip.extend_from_slice(packed);
            crc.combine(&same.crc);
            same.digest
        }
        None => {
            deflate(text, gzip);
            crc.update(text);
            Sha256::digest(text).into()
        }
    };
    Chunk {
        plain,
        packed: from..gzip.len(),
        fingerprint,
        crc,
        digest,
    }
}

/// Kept apart from the chunk's own: to combine two is some two hundred steps of shift and xor, too many for each piece.
fn checksum(piece: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(piece);
    crc.sum()
}

/// Appends a text as blocks that refer to nothing before them and end on a byte (a full flush).
fn deflate(text: &[u8], gzip: &mut Vec<u8>) {
    // Room for what cannot be compressed, so that one call does it: a second one would add an empty block.
    let mut packed = Vec::with_capacity(text.len() + text.len() / 8 + 1024);
    let mut stream = Compress::new(Compression::default(), false);
    stream
        .compress_vec(text, &mut packed, FlushCompress::Full)
        .expect("deflating from memory into memory cannot fail");
    assert!(
        stream.total_in() == text.len() as u64 && packed.len() < packed.capacity(),
        "deflate makes nothing longer by an eighth"
    );
    gzip.extend_from_slice(&packed);
}

fn tag(chunks: &[Chunk]) -> String {
    let mut whole = Sha256::new();
    for chunk in chunks {
        whole.update(chunk.digest);
    }
    let octets = whole.finalize();
    octets
        .iter()
        .take(16)
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use proptest::prelude::*;

    use super::*;

    fn entry(n: u32) -> Bytes {
        let noise = n.wrapping_mul(2_654_435_761);
        format!("BEGIN:VEVENT\r\nUID:{n}@a\r\nSUMMARY:路演 {noise}\r\nDESCRIPTION:{noise:032x}\r\nEND:VEVENT\r\n").into()
    }

    fn unpacked(gzip: &[u8]) -> Vec<u8> {
        let mut back = Vec::new();
        // One member, and nothing after it.
        let mut member = flate2::bufread::GzDecoder::new(gzip);
        member.read_to_end(&mut back).unwrap();
        assert!(member.into_inner().is_empty());
        back
    }

    fn is_whole(packed: &Packed, pieces: &[Bytes]) {
        assert_eq!(packed.identity, pieces.concat());
        assert_eq!(unpacked(&packed.gzip), packed.identity);
    }

    fn alike(one: &Packed, other: &Packed) {
        assert_eq!(one.identity, other.identity);
        assert_eq!(one.gzip, other.gzip);
        assert_eq!(one.tag, other.tag);
    }

    /// How many chunks are not where another document has them.
    fn anew(packed: &Packed, before: &Packed) -> usize {
        let kept = Kept::of(before);
        let known = |chunk: &&Chunk| {
            let text = &packed.identity[chunk.plain.clone()];
            kept.find(text, chunk.fingerprint).is_none()
        };
        packed.chunks.iter().filter(known).count()
    }

    #[test]
    fn a_change_in_two_thousand_entries_packs_two_chunks_anew_at_most() {
        let pieces: Vec<Bytes> = (0..2_000).map(entry).collect();
        let before = pack(&pieces, None);
        is_whole(&before, &pieces);
        assert!(before.chunks.len() > 20, "{}", before.chunks.len());
        for at in [0, 999, 1_999] {
            let mut changed = pieces.clone();
            changed[at] = entry(77_777);
            let mut longer = pieces.clone();
            longer.insert(at, entry(88_888));
            let mut shorter = pieces.clone();
            shorter.remove(at);
            for now in [changed, longer, shorter] {
                let packed = pack(&now, Some(&before));
                is_whole(&packed, &now);
                alike(&packed, &pack(&now, None));
                assert_ne!(packed.tag, before.tag);
                assert!(anew(&packed, &before) <= 2, "{}", anew(&packed, &before));
            }
        }
    }

    #[test]
    fn a_first_piece_that_always_changes_has_nothing_else_packed_anew() {
        let mut pieces: Vec<Bytes> = (0..500).map(entry).collect();
        let before = pack(&pieces, None);
        pieces[0] = entry(77_777);
        let packed = pack(&pieces, Some(&before));
        alike(&packed, &pack(&pieces, None));
        assert_eq!(anew(&packed, &before), 1);
        assert_eq!(packed.chunks[0].plain.len(), pieces[0].len());
    }

    #[test]
    fn nothing_and_something_enormous_are_packed_too() {
        is_whole(&pack(&[], None), &[]);
        let large = [Bytes::from(vec![b'a'; 3 * LONGEST_CHUNK]), entry(1)];
        is_whole(&pack(&large, None), &large);
        let noise: Vec<u8> = (0..LONGEST_CHUNK)
            .flat_map(|n| Sha256::digest(n.to_le_bytes()).into_iter().take(1))
            .collect();
        let noise = [Bytes::from(noise)];
        is_whole(&pack(&noise, None), &noise);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn what_was_packed_before_changes_no_byte(
            old in prop::collection::vec(0..300_u32, 0..200),
            new in prop::collection::vec(0..300_u32, 0..200),
        ) {
            let [old, new] = [old, new].map(|list| list.into_iter().map(entry).collect::<Vec<_>>());
            let before = pack(&old, None);
            let after = pack(&new, Some(&before));
            is_whole(&after, &new);
            alike(&after, &pack(&new, None));
            prop_assert_eq!(after.tag == before.tag, after.identity == before.identity);
        }
    }
}
