//! What every card keeps to, whatever it is given.

use super::{Card, HEIGHT, Slot, Tone, WIDTH, dates, figures, png};

const TONES: [Tone; 4] = [Tone::Scheduled, Tone::Moved, Tone::Off, Tone::Held];

const SLOTS: [Slot; 7] = [
    Slot::Minute {
        year: 2021,
        month: 7,
        day: 8,
        hour: 20,
        minute: 0,
    },
    Slot::Days {
        from: (2021, 7, 24),
        to: (2021, 7, 28),
    },
    Slot::Days {
        from: (2021, 9, 22),
        to: (2021, 9, 22),
    },
    Slot::Days {
        from: (2021, 7, 30),
        to: (2021, 8, 2),
    },
    Slot::Days {
        from: (2021, 12, 30),
        to: (2022, 1, 2),
    },
    Slot::Month {
        year: 2021,
        month: 7,
    },
    Slot::Unknown,
];

/// A plain card of that date.
fn card(tone: Tone, slot: Slot, gone: Option<Slot>) -> Card {
    let mut districts = [false; 16];
    districts[2] = true;
    Card {
        tone,
        slot,
        gone,
        districts,
        highlight: false,
    }
}

/// Whether the bytes begin as a PNG of the right size does, and end as one.
fn is_whole(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        && bytes.get(16..20) == Some(WIDTH.to_be_bytes().as_slice())
        && bytes.get(20..24) == Some(HEIGHT.to_be_bytes().as_slice())
        && bytes.ends_with(b"IEND\xae\x42\x60\x82")
}

#[test]
fn every_combination_is_a_whole_picture() {
    for slot in SLOTS {
        for tone in TONES {
            assert!(is_whole(&png(&card(tone, slot, None))), "{tone:?} {slot:?}");
        }
        for gone in [SLOTS[4], SLOTS[6]] {
            let moved = card(Tone::Moved, slot, Some(gone));
            assert!(is_whole(&png(&moved)), "{gone:?} to {slot:?}");
        }
    }
}

#[test]
fn the_same_card_is_the_same_bytes() {
    let card = card(Tone::Moved, SLOTS[4], Some(SLOTS[1]));
    assert_eq!(png(&card), png(&card));
}

#[test]
fn another_date_tone_district_or_star_is_another_picture() {
    let plain = card(Tone::Scheduled, SLOTS[0], None);
    let mut others: Vec<Vec<u8>> = SLOTS
        .iter()
        .map(|slot| png(&card(Tone::Scheduled, *slot, None)))
        .collect();
    others.extend(TONES.iter().skip(1).map(|tone| {
        png(&Card {
            tone: *tone,
            ..plain
        })
    }));
    others.push(png(&Card {
        highlight: true,
        ..plain
    }));
    others.push(png(&Card {
        districts: [true; 16],
        ..plain
    }));
    others.push(png(&Card {
        gone: Some(SLOTS[1]),
        ..plain
    }));
    for (i, one) in others.iter().enumerate() {
        assert!(!others.iter().skip(i + 1).any(|other| one == other), "{i}");
    }
}

#[test]
fn a_range_over_two_months_and_years_fills_both() {
    let touched = dates::months(SLOTS[4]);
    assert!(touched[0] && touched[11] && touched.iter().filter(|m| **m).count() == 2);
    assert_eq!(dates::heading(SLOTS[4]), "2021 – 2022");
    assert_eq!(dates::large(SLOTS[4], Tone::Held), ["12.30–", "01.02"]);
    assert!(is_whole(&png(&card(Tone::Held, SLOTS[4], None))));
}

#[test]
fn an_hour_put_off_leaves_the_day() {
    let later = Slot::Minute {
        year: 2021,
        month: 7,
        day: 8,
        hour: 21,
        minute: 30,
    };
    assert_ne!(
        png(&card(Tone::Moved, later, Some(SLOTS[0]))),
        png(&card(Tone::Moved, later, None)),
    );
}

#[test]
fn nonsense_is_drawn_too() {
    let nonsense = [
        Slot::Minute {
            year: i32::MIN,
            month: u32::MAX,
            day: u32::MAX,
            hour: u32::MAX,
            minute: u32::MAX,
        },
        Slot::Days {
            from: (i32::MAX, 0, 0),
            to: (i32::MIN, u32::MAX, u32::MAX),
        },
        Slot::Days {
            from: (i32::MIN, 0, 0),
            to: (i32::MAX, u32::MAX, 99),
        },
        Slot::Month {
            year: i32::MIN,
            month: 0,
        },
    ];
    for slot in nonsense {
        for gone in [nonsense[0], nonsense[1]] {
            assert!(is_whole(&png(&card(Tone::Off, slot, Some(gone)))));
        }
    }
}

#[test]
fn every_figure_keeps_to_its_box() {
    for figure in "0123456789.–:·→?/".chars().map(String::from) {
        let (wide, tall) = (figures::width(&figure, 100.0), 100.0);
        let mut on = tiny_skia::Pixmap::new(200, 140).expect("a size");
        figures::write(&mut on, &figure, (20.0, 20.0), tall, 0);
        let inked = |(i, _): (usize, _)| ((i % 200) as f32, (i / 200) as f32);
        let ink = on
            .pixels()
            .iter()
            .enumerate()
            .filter(|(_, p)| p.alpha() > 0);
        let (mut least, mut most) = (f32::MAX, f32::MIN);
        for (x, y) in ink.map(inked) {
            assert!((18.0..121.5).contains(&y), "{figure} at {x}, {y}");
            (least, most) = (least.min(x), most.max(x));
        }
        // As wide as it says, too: or the spacing would be uneven.
        assert!((18.0..24.0).contains(&least), "{figure} from {least}");
        assert!(
            (wide + 15.0..wide + 21.5).contains(&most),
            "{figure} to {most}"
        );
    }
}
