//! `cargo run --release --example pack -- [events] [folder]`
//!
//! What it costs to pack a calendar of so many events (10,000) for sending: from nothing, and after one change with and
//! without what was packed before; beside gzip as usual. Medians. With a folder, writes the calendar and its gzip member
//! there, for other programs to read.
#![expect(clippy::unwrap_used, reason = "a panic is how it reports")]

use std::{
    hint::black_box,
    io::Write as _,
    path::PathBuf,
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use feeds::{Language, Slot, Text, ical};

#[path = "../src/publish/brotli_chunk.rs"]
mod brotli_chunk;
#[path = "../src/publish/pack.rs"]
mod pack;
use pack::Packed;

const ROUNDS: usize = 21;

/// Where an event stands, and its text.
type Entry = (usize, Bytes);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let events = arguments
        .next()
        .map_or(10_000, |text| text.parse().unwrap());
    let folder = arguments.next().map(PathBuf::from);

    let mut entries: Vec<Entry> = Vec::new();
    let rendering = median(|_| entries = (0..events).map(|n| (n, event(n, 0))).collect());
    let (head, tail) = frame(0);
    let whole = |entries: &[Entry]| Packed::new(head.clone(), entries.to_vec(), tail.clone());
    let packed = whole(&entries);
    let document = document(&packed);
    let mut usual = Vec::new();
    let usually = median(|_| usual = gzip(&document));
    let copying = median(|_| {
        black_box(document.clone());
    });
    println!(
        "{} events: rendered in {rendering:.2?}; {} bytes, copied in {copying:.2?}; gzip as usual {} bytes in {usually:.2?}",
        packed.keys().count(),
        packed.length,
        usual.len(),
    );
    let scratch = median(|_| {
        black_box(whole(&entries));
    });
    println!(
        "packed from nothing: gzip {} bytes ({:+.1} %) in {scratch:.2?}; {} kB of memory",
        packed.gzip.len(),
        100.0 * (packed.gzip.len() as f64 / usual.len() as f64 - 1.0),
        packed.weight() / 1000,
    );
    let first = Instant::now();
    let brotli = packed.brotli().len();
    println!(
        "as brotli when first asked for: {brotli} bytes in {:.2?}",
        first.elapsed()
    );

    // Every round moves another event to the end, so that long chunks and short ones have their turn.
    let amended = |round: usize| {
        let moved = events * round / ROUNDS;
        let changes = vec![(moved, None), (events, Some(event(moved, 1)))];
        packed.amended(frame(round + 1).0, changes, tail.clone())
    };
    let moving = median(|round| {
        black_box(amended(round));
    });
    let both = median(|round| {
        black_box(amended(round).brotli());
    });
    println!(
        "packed after one event moved: {moving:.2?}, as brotli too {both:.2?}, rendering it and the head included"
    );
    for round in 0..ROUNDS {
        let moved = events * round / ROUNDS;
        let mut now = entries.clone();
        now.remove(moved);
        now.push((events, event(moved, 1)));
        let fresh = Packed::new(frame(round + 1).0, now, tail.clone());
        let kept = amended(round);
        let same = kept.gzip == fresh.gzip
            && kept.brotli() == fresh.brotli()
            && kept.tag == fresh.tag
            && kept.tag != packed.tag;
        assert!(
            same && kept.brotli_at_hand().is_some(),
            "round {round}: what was packed before changed a byte"
        );
    }

    if let Some(folder) = folder {
        std::fs::write(folder.join("calendar.ics"), &document).unwrap();
        std::fs::write(folder.join("calendar.ics.gz"), &packed.gzip).unwrap();
        std::fs::write(folder.join("calendar.ics.br"), packed.brotli()).unwrap();
    }
}

fn document(packed: &Packed<usize>) -> Vec<u8> {
    let parts = (0..).map_while(|number| packed.part(number));
    parts.flatten().copied().collect()
}

/// What stands before the events and after them, after so many changes.
fn frame(changes: usize) -> (Bytes, Bytes) {
    let header = ical::Calendar {
        last_modified: Some(hour(changes as i64)),
        name: zh("中关村论坛".to_owned()),
        description: zh("月月有活动。".to_owned()),
        color: ical::Color {
            css: "royalblue",
            hex: "#4169E1",
        },
        url: "https://yueli.example/zh".to_owned(),
        source: "https://yueli.example/feeds/zh/edition/2026.ics".to_owned(),
    };
    let (head, tail) = ical::render_frame(&header);
    (head.into(), tail.into())
}

fn event(n: usize, revision: u32) -> Bytes {
    // Multiplied by a large odd number: looks like an id, and no two are alike.
    let id = (n as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let district = ["海淀区", "朝阳区", "昌平区", "大兴区", "通州区"][n % 5];
    let kind = ["路演", "论坛", "展览", "沙龙", "大赛", "培训"][n % 6];
    let starts_at = hour(n as i64 + 9_000 * i64::from(revision));
    let event = ical::Event {
        uid: format!("{id:032x}@yueli.example"),
        stamp: hour(i64::from(revision)),
        created: hour(0),
        sequence: revision,
        slot: Slot::Timed {
            starts_at,
            ends_at: Some(starts_at + TimeDelta::hours(3)),
        },
        summary: zh(format!("硬科技项目{kind}第{n}场（{district}）")),
        description: zh(format!(
            "{}个项目，面向投资机构与产业园区。\n主办：{district}科技园区管理委员会\nhttps://yueli.example/zh/activities/a-{n}",
            n % 17 + 3
        )),
        status: ical::Status::Confirmed,
        transparency: ical::Transparency::Opaque,
        organizer: ical::Organizer {
            name: format!("{district}科技园区管理委员会"),
            mailbox: "calendar@yueli.example".to_owned(),
        },
        url: format!("https://yueli.example/zh/activities/a-{n}"),
        categories: vec![kind.to_owned(), district.to_owned()],
        place: Some(ical::Place {
            address: zh(format!("会议中心{}号厅, {district}, 北京", n % 23)),
            label: format!("会议中心{}号厅", n % 23),
            point: None,
        }),
        conference: None,
        alarms: Vec::new(),
    };
    ical::render_event(&event).into()
}

fn zh(value: String) -> Text {
    Text {
        language: Language::Zh,
        value,
    }
}

fn hour(n: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(490_000 + n)
}

fn gzip(document: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::default());
    encoder.write_all(document).unwrap();
    encoder.finish().unwrap()
}

fn median(mut work: impl FnMut(usize)) -> Duration {
    let mut took: Vec<_> = (0..ROUNDS)
        .map(|round| {
            let begin = Instant::now();
            work(round);
            begin.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[ROUNDS / 2]
}
