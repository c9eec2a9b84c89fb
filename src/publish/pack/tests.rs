use std::{collections::BTreeMap, io::Read as _};

use proptest::prelude::*;

use super::*;

type Entries = BTreeMap<u32, Bytes>;

fn entry(n: u32) -> Bytes {
    let noise = n.wrapping_mul(2_654_435_761);
    format!("BEGIN:VEVENT\r\nUID:{n}@a\r\nSUMMARY:路演 {noise}\r\nDESCRIPTION:{noise:032x}\r\nEND:VEVENT\r\n").into()
}

fn entries(numbers: impl IntoIterator<Item = u32>) -> Entries {
    numbers.into_iter().map(|n| (n, entry(n))).collect()
}

const HEAD: Bytes = Bytes::from_static(b"BEGIN:VCALENDAR\r\n");
const TAIL: Bytes = Bytes::from_static(b"END:VCALENDAR\r\n");

fn whole(entries: &Entries) -> Packed<u32> {
    let pieces = entries.iter().map(|(key, text)| (*key, text.clone()));
    Packed::new(HEAD, pieces.collect(), TAIL)
}

/// What makes one of the other.
fn changes(before: &Entries, now: &Entries) -> Vec<Change<u32>> {
    let mut changes: BTreeMap<u32, Option<Bytes>> = BTreeMap::new();
    changes.extend(before.keys().map(|key| (*key, None)));
    changes.extend(now.iter().map(|(key, text)| (*key, Some(text.clone()))));
    changes.retain(|key, text| before.get(key) != text.as_ref());
    changes.into_iter().collect()
}

fn amended(before: &Packed<u32>, was: &Entries, now: &Entries) -> Packed<u32> {
    before.amended(HEAD, changes(was, now), TAIL)
}

fn document(packed: &Packed<u32>) -> Vec<u8> {
    let parts = (0..).map_while(|number| packed.part(number));
    parts.flatten().copied().collect()
}

fn unpacked(gzip: &[u8]) -> Vec<u8> {
    let mut back = Vec::new();
    // One member, and nothing after it.
    let mut member = flate2::bufread::GzDecoder::new(gzip);
    member.read_to_end(&mut back).unwrap();
    assert!(member.into_inner().is_empty());
    back
}

fn unpacked_brotli(stream: &[u8]) -> Vec<u8> {
    let mut back = Vec::new();
    brotli::BrotliDecompress(&mut &*stream, &mut back).unwrap();
    back
}

fn is_whole(packed: &Packed<u32>, entries: &Entries) {
    let texts: Vec<u8> = entries.values().flatten().copied().collect();
    let expected = [&HEAD[..], &texts, &TAIL[..]].concat();
    assert_eq!(document(packed), expected);
    assert_eq!(unpacked(&packed.gzip), expected);
    assert_eq!(unpacked_brotli(packed.brotli()), expected);
    assert_eq!(packed.length, expected.len());
    assert!(packed.keys().eq(entries.keys()));
}

fn alike(one: &Packed<u32>, other: &Packed<u32>) {
    assert_eq!(document(one), document(other));
    assert_eq!(one.gzip, other.gzip);
    assert_eq!(one.brotli(), other.brotli());
    assert_eq!(one.tag, other.tag);
}

/// How many chunks were not taken over.
fn anew(packed: &Packed<u32>, before: &Packed<u32>) -> usize {
    let taken = |chunk: &&Arc<Chunk<u32>>| before.runs().iter().any(|old| Arc::ptr_eq(old, chunk));
    packed.runs().iter().filter(|chunk| !taken(chunk)).count()
}

#[test]
fn a_change_in_two_thousand_entries_packs_two_chunks_anew_at_most() {
    let was = entries((0..4_000).step_by(2));
    let before = whole(&was);
    is_whole(&before, &was);
    assert!(before.chunks.len() > 20, "{}", before.chunks.len());
    for at in [0, 1_998, 3_998] {
        let mut changed = was.clone();
        changed.insert(at, entry(77_777));
        let mut longer = was.clone();
        longer.insert(at + 1, entry(88_888));
        let mut shorter = was.clone();
        shorter.remove(&at);
        for now in [changed, longer, shorter] {
            let packed = amended(&before, &was, &now);
            is_whole(&packed, &now);
            alike(&packed, &whole(&now));
            assert_ne!(packed.tag, before.tag);
            assert!(anew(&packed, &before) <= 2, "{}", anew(&packed, &before));
        }
    }
}

#[test]
fn another_head_has_no_entry_packed_anew() {
    let was = entries(0..500);
    let before = whole(&was);
    let packed = before.amended(entry(77_777), Vec::new(), TAIL);
    assert_eq!(anew(&packed, &before), 0);
    assert_ne!(packed.tag, before.tag);
    assert!(unpacked(&packed.gzip).starts_with(&entry(77_777)));
}

#[test]
fn what_goes_that_never_was_changes_nothing() {
    let was = entries((0..300).step_by(2));
    let before = whole(&was);
    let packed = before.amended(HEAD, vec![(1, None), (299, None), (700, None)], TAIL);
    alike(&packed, &before);
}

#[test]
fn nothing_and_something_enormous_are_packed_too() {
    let nothing = Packed::<u32>::new(Bytes::new(), Vec::new(), Bytes::new());
    assert_eq!(nothing.length, 0);
    assert_eq!(unpacked(&nothing.gzip), b"");
    assert_eq!(unpacked_brotli(nothing.brotli()), b"");
    let large = Bytes::from(vec![b'a'; 3 * LONGEST_CHUNK]);
    let noise: Vec<u8> = (0..LONGEST_CHUNK)
        .flat_map(|n| Sha256::digest(n.to_le_bytes()).into_iter().take(1))
        .collect();
    let all = Entries::from([(0, large), (1, entry(1)), (2, noise.into())]);
    is_whole(&whole(&all), &all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_packed_before_changes_no_byte(
        steps in prop::collection::vec(prop::collection::btree_map(0..300_u32, 0..1_000_u32, 0..200), 1..5),
    ) {
        let mut was = Entries::new();
        let mut before = whole(&was);
        for step in steps {
            let now: Entries = step.into_iter().map(|(key, text)| (key, entry(text))).collect();
            let packed = amended(&before, &was, &now);
            is_whole(&packed, &now);
            alike(&packed, &whole(&now));
            prop_assert_eq!(packed.tag == before.tag, now == was);
            (was, before) = (now, packed);
        }
    }
}
