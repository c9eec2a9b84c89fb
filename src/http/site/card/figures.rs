//! Owns the figures a card is written with: the shape of each, its side bearings and the pen.
//! Refuses to know what the figures say, and in which colours: it gets text, a place and a colour.
//! Invariant: text of height `h` keeps to its box, `width(text, h)` × `h`, within a tenth of a pen.

use super::shapes::solid;
use tiny_skia::{FillRule, LineCap, LineJoin, PathBuilder, Pixmap, Stroke, Transform};

/// Height of the skeleton (the pen's centre line) of a figure, in design units.
const TALL: f32 = 1.6;
/// Breadth of the pen, in design units.
const PEN: f32 = 0.26;
/// Radius of a dot: a little over the pen's, or it looks smaller than a stroke.
const DOT: f32 = PEN * 0.56;

/// One movement of the pen; y grows downwards, angles are degrees clockwise from three o'clock.
enum Move {
    /// Lifts the pen and sets it down here.
    To(f32, f32),
    /// A straight stroke to here.
    Line(f32, f32),
    /// An elliptic stroke: centre, radii, first and last angle; a straight one leads to its start.
    Arc(f32, f32, f32, f32, f32, f32),
    /// As `Arc`, with the pen lifted before it.
    Bow(f32, f32, f32, f32, f32, f32),
    /// A round point.
    Dot(f32, f32),
}
use Move::{Arc, Bow, Dot, Line, To};

/// One figure: the white on its left, the width of its skeleton, the white on its right.
struct Glyph(f32, f32, f32, &'static [Move]);

const ZERO: &[Move] = &[
    Bow(0.45, 0.47, 0.45, 0.47, 180.0, 360.0),
    Arc(0.45, 1.13, 0.45, 0.47, 0.0, 180.0),
    Line(0.0, 0.47),
];
const ONE: &[Move] = &[To(0.0, 0.30), Line(0.40, 0.0), Line(0.40, TALL)];
const TWO: &[Move] = &[
    Bow(0.44, 0.44, 0.43, 0.44, 186.0, 400.4),
    Line(0.0, TALL),
    Line(0.90, TALL),
];
const THREE: &[Move] = &[
    Bow(0.43, 0.38, 0.39, 0.38, 194.0, 450.0),
    Line(0.34, 0.76),
    To(0.43, 0.76),
    Arc(0.43, 1.18, 0.45, 0.42, 270.0, 526.0),
];
const FOUR: &[Move] = &[
    To(0.70, TALL),
    Line(0.70, 0.0),
    Line(0.0, 1.18),
    Line(0.98, 1.18),
];
const FIVE: &[Move] = &[
    To(0.82, 0.0),
    Line(0.16, 0.0),
    Arc(0.42, 1.10, 0.46, 0.50, 222.0, 524.0),
];
const SIX: &[Move] = &[To(0.62, 0.0), Arc(0.46, 1.14, 0.46, 0.46, 211.5, 571.5)];
const SEVEN: &[Move] = &[To(0.0, 0.0), Line(0.86, 0.0), Line(0.27, TALL)];
const EIGHT: &[Move] = &[
    Bow(0.46, 0.38, 0.39, 0.38, 90.0, 450.0),
    Bow(0.46, 1.18, 0.46, 0.42, 270.0, 630.0),
];
const NINE: &[Move] = &[To(0.30, TALL), Arc(0.46, 0.46, 0.46, 0.46, 31.5, 391.5)];
const ASK: &[Move] = &[
    Bow(0.42, 0.43, 0.42, 0.43, 188.0, 410.0),
    Arc(0.70, 1.12, 0.28, 0.28, 230.0, 180.0),
    Dot(0.42, TALL),
];
const ARROW: &[Move] = &[
    To(0.0, 0.8),
    Line(1.30, 0.8),
    To(0.88, 0.38),
    Line(1.30, 0.8),
    Line(0.88, 1.22),
];

/// The figure for a character; what has none is a blank.
const fn glyph(c: char) -> Glyph {
    match c {
        '0' => Glyph(0.12, 0.90, 0.12, ZERO),
        '1' => Glyph(0.10, 0.40, 0.18, ONE),
        '2' => Glyph(0.11, 0.90, 0.10, TWO),
        '3' => Glyph(0.09, 0.88, 0.11, THREE),
        '4' => Glyph(0.07, 0.98, 0.08, FOUR),
        '5' => Glyph(0.12, 0.88, 0.11, FIVE),
        '6' => Glyph(0.11, 0.92, 0.10, SIX),
        '7' => Glyph(0.08, 0.86, 0.06, SEVEN),
        '8' => Glyph(0.10, 0.92, 0.10, EIGHT),
        '9' => Glyph(0.10, 0.92, 0.11, NINE),
        '.' => Glyph(0.07, 0.02, 0.07, &[Dot(0.01, TALL)]),
        ':' => Glyph(0.13, 0.02, 0.13, &[Dot(0.01, 0.36), Dot(0.01, 1.24)]),
        '·' => Glyph(0.18, 0.02, 0.18, &[Dot(0.01, 0.8)]),
        '–' | '-' => Glyph(0.14, 0.60, 0.14, &[To(0.0, 0.8), Line(0.60, 0.8)]),
        '/' => Glyph(0.06, 0.62, 0.06, &[To(0.0, TALL), Line(0.62, 0.0)]),
        '?' => Glyph(0.09, 0.84, 0.09, ASK),
        '→' => Glyph(0.24, 1.30, 0.24, ARROW),
        _ => Glyph(0.0, 0.10, 0.0, &[]),
    }
}

/// How many pixels a design unit is at this height.
fn scale(height: f32) -> f32 {
    height / (TALL + PEN)
}

/// The breadth of the pen at this height, for lines that go with the figures.
pub(super) fn pen(height: f32) -> f32 {
    PEN * scale(height)
}

/// How wide the text is at this height, without the white at its two ends.
pub(super) fn width(text: &str, height: f32) -> f32 {
    let whole: f32 = text
        .chars()
        .map(glyph)
        .map(|Glyph(l, w, r, _)| l + w + PEN + r)
        .sum();
    let first = text.chars().next().map_or(0.0, |c| glyph(c).0);
    let last = text.chars().next_back().map_or(0.0, |c| glyph(c).2);
    (whole - first - last) * scale(height)
}

/// The greatest height, up to `tall`, at which the text is no wider than `wide`.
pub(super) fn fit(text: &str, wide: f32, tall: f32) -> f32 {
    let one = width(text, 1.0);
    if one * tall > wide { wide / one } else { tall }
}

/// Writes the text with its upper left corner at `(x, y)`.
pub(super) fn write(on: &mut Pixmap, text: &str, (x, y): (f32, f32), height: f32, rgb: u32) {
    let s = scale(height);
    let mut lines = PathBuilder::new();
    let mut dots = PathBuilder::new();
    let mut at = -text.chars().next().map_or(0.0, |c| glyph(c).0);
    for c in text.chars() {
        let Glyph(left, wide, right, moves) = glyph(c);
        at += left;
        let place = |u: f32, v: f32| (x + (at + PEN / 2.0 + u) * s, y + (PEN / 2.0 + v) * s);
        for m in moves {
            match *m {
                To(u, v) => {
                    let (px, py) = place(u, v);
                    lines.move_to(px, py);
                }
                Line(u, v) => {
                    let (px, py) = place(u, v);
                    lines.line_to(px, py);
                }
                Arc(u, v, ru, rv, a, b) => {
                    arc(&mut lines, place(u, v), (ru * s, rv * s), (a, b), false)
                }
                Bow(u, v, ru, rv, a, b) => {
                    arc(&mut lines, place(u, v), (ru * s, rv * s), (a, b), true)
                }
                Dot(u, v) => {
                    let (px, py) = place(u, v);
                    dots.push_circle(px, py, DOT * s);
                }
            }
        }
        at += wide + PEN + right;
    }
    let stroke = Stroke {
        width: PEN * s,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        ..Stroke::default()
    };
    if let Some(path) = lines.finish() {
        on.stroke_path(&path, &solid(rgb), &stroke, Transform::identity(), None);
    }
    if let Some(path) = dots.finish() {
        on.fill_path(
            &path,
            &solid(rgb),
            FillRule::Winding,
            Transform::identity(),
            None,
        );
    }
}

/// Adds an elliptic arc as cubics, one for each quarter turn begun.
fn arc(path: &mut PathBuilder, c: (f32, f32), r: (f32, f32), turn: (f32, f32), lift: bool) {
    let (from, to) = (turn.0.to_radians(), turn.1.to_radians());
    let steps = ((to - from).abs() / std::f32::consts::FRAC_PI_2 - 0.01)
        .ceil()
        .max(1.0);
    let step = (to - from) / steps;
    let k = 4.0 / 3.0 * (step / 4.0).tan();
    let point = |a: f32| (c.0 + r.0 * a.cos(), c.1 + r.1 * a.sin());
    let (x, y) = point(from);
    if lift {
        path.move_to(x, y);
    } else {
        path.line_to(x, y);
    }
    let mut a = from;
    for _ in 0..steps as u32 {
        let b = a + step;
        let ((ax, ay), (bx, by)) = (point(a), point(b));
        path.cubic_to(
            ax - k * r.0 * a.sin(),
            ay + k * r.1 * a.cos(),
            bx + k * r.0 * b.sin(),
            by - k * r.1 * b.cos(),
            bx,
            by,
        );
        a = b;
    }
}
