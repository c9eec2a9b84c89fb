//! Owns the picture a shared link is shown with: the layout of one activity's card, drawn to PNG.
//! Refuses to know words, fonts, time zones and the store: it gets a date, flags and a tone.
//! Invariant: every `Card` yields a valid PNG of `WIDTH` × `HEIGHT`, equal cards equal bytes.

mod dates;
mod figures;
mod pack;
mod shapes;

use super::promise::place;
use dates::{days, heading, hour, large, months, short};
use entity::vocab::District;
use figures::{fit, pen, width, write};
use shapes::{disc, line, rounded, star, washed};
use tiny_skia::Pixmap;

/// Width of the picture in pixels.
pub(super) const WIDTH: u32 = 1200;
/// Height of the picture in pixels.
pub(super) const HEIGHT: u32 = 630;

/// What has become of the activity; it decides the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// It is to take place as announced.
    Scheduled,
    /// It was moved to another date, or put off to one not yet known.
    Moved,
    /// It was cancelled.
    Off,
    /// It has taken place.
    Held,
}

/// A date as finely as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// One day, and the minute it begins.
    Minute {
        /// The year.
        year: i32,
        /// The month, from 1.
        month: u32,
        /// The day of the month, from 1.
        day: u32,
        /// The hour, from 0.
        hour: u32,
        /// The minute, from 0.
        minute: u32,
    },
    /// Whole days, the last one included.
    Days {
        /// Year, month and day of the first.
        from: (i32, u32, u32),
        /// Year, month and day of the last.
        to: (i32, u32, u32),
    },
    /// Some time in a month.
    Month {
        /// The year.
        year: i32,
        /// The month, from 1.
        month: u32,
    },
    /// Not known at all.
    Unknown,
}

/// All that a card shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Card {
    /// What has become of the activity.
    pub(super) tone: Tone,
    /// The date that holds.
    pub(super) slot: Slot,
    /// The one that holds no more, struck through.
    pub(super) gone: Option<Slot>,
    /// The districts it takes place in, in the order of the vocabulary.
    pub(super) districts: [bool; 16],
    /// Whether the leaf bears a star.
    pub(super) highlight: bool,
}

const GROUND: u32 = 0xf3f5f9;
const PAPER: u32 = 0xffffff;
const INK: u32 = 0x1a1d24;
/// What is not meant: districts and months without the activity.
const FAINT: u32 = 0xdbe1ec;

/// Left, top, width and height of the leaf.
const LEAF: [f32; 4] = [56.0, 78.0, 676.0, 438.0];
/// Height of the band at the top of the leaf.
const BAND: f32 = 108.0;
/// Height of the hour.
const HOUR: f32 = 58.0;
/// Side of a tile of the map, and the gap between two.
const TILE: (f32, f32) = (79.6, 10.0);
/// Right edge of the map and of the strip.
const RIGHT: f32 = 1144.0;
/// Upper edge and height of the strip of months.
const STRIP: (f32, f32) = (558.0, 22.0);

/// The strong and the pale colour of a tone.
const fn colours(tone: Tone) -> (u32, u32) {
    match tone {
        Tone::Scheduled => (0x1d4ed8, 0xe3eafc),
        Tone::Moved => (0x7a4300, 0xfdf0d9),
        Tone::Off => (0xa11220, 0xfde8e8),
        Tone::Held => (0x11653a, 0xe3f4ea),
    }
}

/// Draws the card.
pub(super) fn png(card: &Card) -> Vec<u8> {
    let mut on = Pixmap::new(WIDTH, HEIGHT).expect("the size is neither zero nor huge");
    on.fill(shapes::colour(GROUND));
    // A date called off with none in its place is the one to show.
    let (slot, gone) = match (card.tone, card.slot, card.gone) {
        (Tone::Off, Slot::Unknown, Some(gone)) => (gone, None),
        (_, slot, gone) => (slot, gone.filter(|gone| *gone != slot)),
    };
    leaf(&mut on, card, slot);
    writing(&mut on, card.tone, slot, gone);
    map(&mut on, card);
    strip(&mut on, card.tone, slot, gone);
    let (strong, pale) = colours(card.tone);
    let faded = [washed(INK, PAPER), washed(strong, pale)];
    let plain = [GROUND, PAPER, INK, FAINT, strong, pale];
    pack::png(&on, &[plain.as_slice(), &faded].concat())
}

/// The calendar leaf, empty but for its band.
fn leaf(on: &mut Pixmap, card: &Card, slot: Slot) {
    let [left, top, wide, tall] = LEAF;
    let (strong, _) = colours(card.tone);
    let shade = [left - 1.5, top + 1.0, wide + 3.0, tall + 5.0];
    rounded(on, shade, 31.5, FAINT);
    // Paper and band do not lie upon each other at a corner, or one would fringe the other.
    rounded(on, [left, top + 60.0, wide, tall - 60.0], 30.0, PAPER);
    rounded(on, [left, top, wide, BAND], 30.0, strong);
    rounded(on, [left, top + 40.0, wide, BAND - 40.0], 0.0, strong);
    for x in [left + wide * 0.17, left + wide * 0.83] {
        disc(on, x, top + 34.0, 18.0, GROUND);
        rounded(on, [x - 9.0, top - 32.0, 18.0, 74.0], 9.0, INK);
    }
    let (middle, centre) = (left + wide / 2.0, top + BAND / 2.0);
    let room = (wide * 0.5, 50.0);
    text(on, &heading(slot), (middle, centre), room, PAPER);
    if card.highlight {
        star(on, left + wide - 46.0, top + BAND + 46.0, 27.0, strong);
    }
    if card.tone == Tone::Held {
        let (x, y) = (left + wide - 46.0, top + tall - 46.0);
        disc(on, x, y, 25.0, strong);
        line(on, (x - 11.0, y + 1.0), (x - 3.5, y + 9.0), 6.0, PAPER);
        line(on, (x - 3.5, y + 9.0), (x + 11.5, y - 8.0), 6.0, PAPER);
    }
}

/// The figures on the leaf: what was, what is, and the hour.
fn writing(on: &mut Pixmap, tone: Tone, slot: Slot, gone: Option<Slot>) {
    let [left, top, wide, tall] = [LEAF[0], LEAF[1] + BAND, LEAF[2], LEAF[3] - BAND];
    let (middle, room) = (left + wide / 2.0, wide - 112.0);
    let (strong, _) = colours(tone);
    // Only the hour has changed where the days are the same.
    let same_days = |gone: &Slot| days(*gone).is_some() && days(*gone) == days(slot);
    let old_days = gone
        .filter(|gone| !same_days(gone))
        .and_then(|gone| short(gone, slot));
    let old_hour = gone.filter(same_days).and_then(hour);
    let hour = hour(slot);

    let lines = large(slot, tone);
    let count = lines.len() as f32;
    let above = if old_days.is_some() { 84.0 } else { 0.0 };
    // The hour goes below the day, or beside it where the old date takes the height.
    let beside = hour.is_some() && old_days.is_some();
    let below = if hour.is_some() && !beside { 88.0 } else { 0.0 };
    let between = if lines.len() > 1 { 26.0 } else { 0.0 };
    let most = ((tall - 64.0 - above - below - between) / count).min(206.0);
    let height = lines
        .iter()
        .map(|line| fit(line, room, most))
        .fold(most, f32::min);
    let block = height * count + between * (count - 1.0);
    let mut y = top + (tall - above - block - below) / 2.0;

    if let Some(old) = old_days {
        let arrow = match slot {
            Slot::Unknown => "",
            _ => "→",
        };
        passed(on, &old, arrow, (middle, y + 26.0), tone);
        y += above;
    }
    // Of two lines the first ends in a dash, which hangs out by half.
    let broad = lines.iter().map(|line| width(line, height)).sum::<f32>() / count;
    let aside = match &hour {
        Some(hour) if beside => width(hour, HOUR) + 44.0,
        _ => 0.0,
    };
    let left = middle - (broad + aside) / 2.0;
    let ink = match tone {
        Tone::Off => washed(INK, PAPER),
        _ => INK,
    };
    for (i, line) in lines.iter().enumerate() {
        let at = (left, y + (height + between) * i as f32);
        write(on, line, at, height, ink);
        if tone == Tone::Off {
            strike(on, at, width(line, height), height, strong);
        }
    }
    let centre = (middle, y + block + below - HOUR / 2.0);
    match (hour, old_hour) {
        (Some(hour), _) if beside => {
            let at = (left + broad + 44.0, y + block - HOUR);
            write(on, &hour, at, HOUR, strong);
        }
        (Some(hour), Some(old)) => passed(on, &old, &format!("→ {hour}"), centre, tone),
        (Some(hour), None) => text(on, &hour, centre, (room, HOUR), strong),
        _ => {}
    }
}

/// The districts as tiles.
fn map(on: &mut Pixmap, card: &Card) {
    let (side, gap) = TILE;
    let left = RIGHT - 4.0 * side - 3.0 * gap;
    for (district, filled) in District::ALL.iter().zip(card.districts) {
        let (column, row) = place(*district);
        let x = left + f32::from(column) * (side + gap);
        let y = LEAF[1] + f32::from(row) * (side + gap);
        let fill = if filled { colours(card.tone).0 } else { FAINT };
        rounded(on, [x, y, side, side], 18.0, fill);
    }
}

/// The twelve months; those of the activity are filled, those it has left are ringed.
fn strip(on: &mut Pixmap, tone: Tone, slot: Slot, gone: Option<Slot>) {
    let (now, was) = (months(slot), gone.map_or([false; 12], months));
    let (strong, pale) = colours(tone);
    let ((top, tall), gap) = (STRIP, 12.0);
    let wide = (RIGHT - LEAF[0] - 11.0 * gap) / 12.0;
    for (i, (now, was)) in now.into_iter().zip(was).enumerate() {
        let x = LEAF[0] + (wide + gap) * i as f32;
        let edge = if now || was { strong } else { FAINT };
        rounded(on, [x, top, wide, tall], tall / 2.0, edge);
        if was && !now {
            rounded(
                on,
                [x + 3.0, top + 3.0, wide - 6.0, tall - 6.0],
                tall / 2.0 - 3.0,
                pale,
            );
        }
    }
}

/// One line of figures about a centre, as high as the room allows.
fn text(on: &mut Pixmap, what: &str, (x, y): (f32, f32), (room, tall): (f32, f32), ink: u32) {
    let height = fit(what, room, tall);
    let at = (x - width(what, height) / 2.0, y - height / 2.0);
    write(on, what, at, height, ink);
}

/// A line that begins with what holds no more, struck through on a pale ground.
fn passed(on: &mut Pixmap, old: &str, new: &str, (x, y): (f32, f32), tone: Tone) {
    let (strong, pale) = colours(tone);
    let pad = 22.0;
    let rest = if new.is_empty() { 0.0 } else { 20.0 };
    let fixed = 2.0 * pad + rest;
    let one = width(old, 1.0) + width(new, 1.0);
    let height = ((LEAF[2] - 200.0 - fixed) / one).min(50.0);
    let (wide, all) = (width(old, height), one * height + fixed);
    let left = x - all / 2.0;
    rounded(
        on,
        [
            left,
            y - height / 2.0 - 15.0,
            wide + 2.0 * pad,
            height + 30.0,
        ],
        16.0,
        pale,
    );
    let at = (left + pad, y - height / 2.0);
    write(on, old, at, height, washed(strong, pale));
    strike(on, at, wide, height, strong);
    write(
        on,
        new,
        (left + wide + 2.0 * pad + rest, at.1),
        height,
        strong,
    );
}

/// Strikes a line of figures through; slanting and low, or it would hide the dash of a range.
fn strike(on: &mut Pixmap, (x, y): (f32, f32), wide: f32, tall: f32, ink: u32) {
    let (over, rise) = (tall * 0.14, tall * 0.28);
    let from = (x - over, y + tall * 0.58 + rise);
    let to = (x + wide + over, y + tall * 0.58 - rise);
    line(on, from, to, pen(tall) * 0.62, ink);
}

#[cfg(test)]
mod tests;
