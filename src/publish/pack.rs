//! A document of ordered pieces, as it is, as one gzip member and as one brotli stream; a change of one piece costs about
//! that piece. Brotli is made when it is asked for: it costs as much as all the rest, and few ask.
//!
//! Owns where the document is cut into chunks, their compressed form and the tag. Refuses to know what the pieces are.
//! Invariant: everything here is a function of the pieces alone: what was packed before saves work and changes no byte.

use std::{
    sync::{Arc, OnceLock},
    thread,
};

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};
use sha2::{Digest, Sha256};

use super::brotli_chunk;

/// A chunk ends after a piece whose checksum is divided by this: after 64 pieces on average, so about 45 kB of a
/// calendar. Longer ones compress better, shorter ones are redone sooner: of what `examples/pack.rs` packs, the whole
/// at once would be a fifth smaller, chunks of 32 a seventh larger.
const PIECES_A_CHUNK: u32 = 64;
/// It ends here at the latest.
const LONGEST_CHUNK: usize = 256 * 1024;

/// After so many octets, a fifth of a millisecond, whoever waits for the core has it.
const OCTETS_A_TURN: usize = 16 * 1024;

/// What a key takes outside of its place, about: an id.
const KEY_OCTETS: usize = 48;

/// RFC 1952 §2.3: deflate, no name, no time, of no particular system; so the same document gives the same bytes.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// The last block of a deflate stream, an empty one with fixed codes (RFC 1951 §3.2.3).
const LAST_BLOCK: [u8; 2] = [3, 0];

/// What stands at a place of the document from now on; nothing, where what stood there goes.
pub(super) type Change<K> = (K, Option<Bytes>);

/// A piece within its chunk.
#[derive(Clone, Debug)]
struct Piece<K> {
    key: K,
    /// Where it ends in the chunk.
    end: usize,
    checksum: u32,
}

/// A run of pieces, compressed by itself.
#[derive(Debug)]
struct Chunk<K> {
    pieces: Vec<Piece<K>>,
    plain: Bytes,
    deflated: Box<[u8]>,
    brotli: OnceLock<Box<[u8]>>,
    crc: Crc,
    digest: [u8; 32],
    /// It ends because of what stands in it, not because nothing followed.
    ended: bool,
}

impl<K> Chunk<K> {
    fn new(pieces: Vec<Piece<K>>, plain: Bytes, ended: bool) -> Self {
        let mut crc = Crc::new();
        crc.update(&plain);
        Self {
            pieces,
            deflated: deflate(&plain),
            brotli: OnceLock::new(),
            crc,
            digest: Sha256::digest(&plain).into(),
            plain,
            ended,
        }
    }

    fn frame(text: Bytes) -> Arc<Self> {
        Arc::new(Self::new(Vec::new(), text, true))
    }

    /// Its pieces with their texts, which share its memory.
    fn texts(&self) -> impl Iterator<Item = (&Piece<K>, Bytes)> {
        self.pieces.iter().scan(0, |from, piece| {
            let text = self.plain.slice(*from..piece.end);
            *from = piece.end;
            Some((piece, text))
        })
    }

    fn brotli(&self) -> &[u8] {
        self.brotli.get_or_init(|| {
            let mut packed = Vec::new();
            brotli_chunk::compress(&self.plain, &mut packed);
            packed.into()
        })
    }

    fn weight(&self) -> usize {
        let pieces = self.pieces.len() * (size_of::<Piece<K>>() + KEY_OCTETS);
        self.plain.len() + 2 * self.deflated.len() + pieces
    }
}

/// A document, packed.
#[derive(Debug)]
pub(super) struct Packed<K> {
    /// What stands before the pieces, the pieces' chunks, what stands after them.
    chunks: Vec<Arc<Chunk<K>>>,
    /// How many octets the document has.
    pub(super) length: usize,
    /// The document as one gzip member.
    pub(super) gzip: Bytes,
    brotli: OnceLock<Bytes>,
    /// 128 bits that tell it from every other document, in hexadecimal digits.
    pub(super) tag: String,
}

impl<K: Ord + Clone> Packed<K> {
    /// Packs a document: what stands before the pieces, the pieces by key, what stands after them.
    pub(super) fn new(head: Bytes, pieces: Vec<(K, Bytes)>, tail: Bytes) -> Self {
        let pieces = pieces.into_iter().map(|(key, text)| (key, Some(text)));
        Self::joined(head, chunks(&[], pieces), tail)
    }

    /// Packs the document with another head and some pieces changed, in the order of their keys.
    pub(super) fn amended(&self, head: Bytes, changes: Vec<Change<K>>, tail: Bytes) -> Self {
        Self::joined(head, chunks(self.runs(), changes.into_iter()), tail)
    }

    fn joined(head: Bytes, runs: Vec<Arc<Chunk<K>>>, tail: Bytes) -> Self {
        let mut chunks = Vec::with_capacity(runs.len() + 2);
        chunks.push(Chunk::frame(head));
        chunks.extend(runs);
        chunks.push(Chunk::frame(tail));
        let deflated: usize = chunks.iter().map(|chunk| chunk.deflated.len()).sum();
        let mut gzip = Vec::with_capacity(HEADER.len() + deflated + LAST_BLOCK.len() + 8);
        let (mut whole, mut tag) = (Crc::new(), Sha256::new());
        gzip.extend_from_slice(&HEADER);
        for chunk in &chunks {
            gzip.extend_from_slice(&chunk.deflated);
            whole.combine(&chunk.crc);
            tag.update(chunk.digest);
        }
        gzip.extend_from_slice(&LAST_BLOCK);
        gzip.extend_from_slice(&whole.sum().to_le_bytes());
        gzip.extend_from_slice(&whole.amount().to_le_bytes());
        Self {
            length: chunks.iter().map(|chunk| chunk.plain.len()).sum(),
            gzip: gzip.into(),
            brotli: OnceLock::new(),
            tag: hexadecimal(&tag.finalize()[..16]),
            chunks,
        }
    }

    /// The chunks between the head and the tail.
    fn runs(&self) -> &[Arc<Chunk<K>>] {
        &self.chunks[1..self.chunks.len() - 1]
    }

    /// The pieces' keys, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        let pieces = self.runs().iter().flat_map(|chunk| &chunk.pieces);
        pieces.map(|piece| &piece.key)
    }
}

impl<K> Packed<K> {
    /// A part of the document; together, in order, they are the document.
    pub(super) fn part(&self, number: usize) -> Option<&Bytes> {
        Some(&self.chunks.get(number)?.plain)
    }

    /// The document as one brotli stream. Who asks first waits for it; of chunks that were asked for before, as part of
    /// another document, there is nothing to be done.
    pub(super) fn brotli(&self) -> &Bytes {
        self.brotli.get_or_init(|| {
            let streams = self.chunks.iter().map(|chunk| chunk.brotli());
            let stream = std::iter::once(&brotli_chunk::HEAD[..])
                .chain(streams)
                .chain([&brotli_chunk::TAIL[..]]);
            stream.collect::<Vec<_>>().concat().into()
        })
    }

    /// The same, if it was asked for before.
    pub(super) fn brotli_at_hand(&self) -> Option<&Bytes> {
        self.brotli.get()
    }

    /// The octets of memory that it takes at most, about: brotli is no longer than gzip.
    pub(super) fn weight(&self) -> usize {
        let chunks: usize = self.chunks.iter().map(|chunk| chunk.weight()).sum();
        chunks + 2 * self.gzip.len()
    }
}

/// The chunks of pieces that are as they were but for some changes.
fn chunks<K: Ord + Clone>(
    before: &[Arc<Chunk<K>>],
    changes: impl Iterator<Item = Change<K>>,
) -> Vec<Arc<Chunk<K>>> {
    let mut changes = changes.peekable();
    let mut cutter = Cutter::default();
    for chunk in before {
        let last = chunk.pieces.last().map(|piece| &piece.key);
        let is_changed = changes
            .peek()
            .is_some_and(|(key, _)| !chunk.ended || Some(key) <= last);
        if cutter.open.is_empty() && !is_changed {
            cutter.done.push(Arc::clone(chunk));
            continue;
        }
        for (piece, text) in chunk.texts() {
            while let Some((key, text)) = changes.next_if(|(key, _)| *key < piece.key) {
                cutter.take(key, text);
            }
            match changes.next_if(|(key, _)| *key == piece.key) {
                Some((key, text)) => cutter.take(key, text),
                None => cutter.push(piece.key.clone(), piece.checksum, text),
            }
        }
    }
    for (key, text) in changes {
        cutter.take(key, text);
    }
    cutter.end(false);
    cutter.done
}

/// Cuts pieces into chunks, by what stands in them.
struct Cutter<K> {
    done: Vec<Arc<Chunk<K>>>,
    open: Vec<Piece<K>>,
    texts: Vec<Bytes>,
}

impl<K> Default for Cutter<K> {
    fn default() -> Self {
        Self {
            done: Vec::new(),
            open: Vec::new(),
            texts: Vec::new(),
        }
    }
}

impl<K> Cutter<K> {
    fn take(&mut self, key: K, text: Option<Bytes>) {
        if let Some(text) = text {
            self.push(key, checksum(&text), text);
        }
    }

    fn push(&mut self, key: K, checksum: u32, text: Bytes) {
        let end = self.open.last().map_or(0, |piece| piece.end) + text.len();
        self.open.push(Piece { key, end, checksum });
        self.texts.push(text);
        if checksum.is_multiple_of(PIECES_A_CHUNK) || end >= LONGEST_CHUNK {
            self.end(true);
        }
    }

    fn end(&mut self, ended: bool) {
        if self.open.is_empty() {
            return;
        }
        let pieces = std::mem::take(&mut self.open);
        let plain = std::mem::take(&mut self.texts).concat().into();
        self.done.push(Arc::new(Chunk::new(pieces, plain, ended)));
    }
}

fn checksum(piece: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(piece);
    crc.sum()
}

/// A text as blocks that refer to nothing before them and end on an octet (a full flush).
fn deflate(text: &[u8]) -> Box<[u8]> {
    if text.is_empty() {
        return Box::default();
    }
    // Room for what cannot be compressed, so that all of it goes in at once: to go on would add an empty block.
    let mut packed = Vec::with_capacity(text.len() + text.len() / 8 + 1024);
    let mut stream = Compress::new(Compression::default(), false);
    let mut compress = |part, flush| {
        stream
            .compress_vec(part, &mut packed, flush)
            .expect("deflating from memory into memory cannot fail");
    };
    let (turns, rest) = text.split_at((text.len() - 1) / OCTETS_A_TURN * OCTETS_A_TURN);
    for turn in turns.chunks(OCTETS_A_TURN) {
        compress(turn, FlushCompress::None);
        thread::yield_now();
    }
    compress(rest, FlushCompress::Full);
    assert!(
        stream.total_in() == text.len() as u64 && packed.len() < packed.capacity(),
        "deflate makes nothing longer by an eighth"
    );
    packed.into()
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
#[path = "pack/tests.rs"]
mod tests;
