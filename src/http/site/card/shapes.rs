//! Owns the few plain shapes a card is put together from: rounded boxes, discs, stars, lines.
//! Refuses to know what they stand for; a colour is a number `0xrrggbb`, always opaque.
//! Invariant: a shape without extent draws nothing, and none of them fails.

use tiny_skia::{
    Color, FillRule, LineCap, Paint, Path, PathBuilder, Pixmap, Shader, Stroke, Transform,
};

/// A colour from `0xrrggbb`.
pub(super) fn colour(rgb: u32) -> Color {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color::from_rgba8(r, g, b, 255)
}

/// A colour washed out to 66 parts in a hundred of it on the ground.
pub(super) fn washed(ink: u32, ground: u32) -> u32 {
    let (ink, ground) = (ink.to_be_bytes(), ground.to_be_bytes());
    let mixed = |i: usize| ((u16::from(ink[i]) * 66 + u16::from(ground[i]) * 34) / 100) as u8;
    u32::from_be_bytes([0, mixed(1), mixed(2), mixed(3)])
}

/// The paint of one colour, with smooth edges.
pub(super) fn solid(rgb: u32) -> Paint<'static> {
    Paint {
        shader: Shader::SolidColor(colour(rgb)),
        anti_alias: true,
        ..Paint::default()
    }
}

/// A box (left, top, width, height) with round corners.
pub(super) fn rounded(on: &mut Pixmap, [x, y, wide, tall]: [f32; 4], radius: f32, rgb: u32) {
    let r = radius.min(wide / 2.0).min(tall / 2.0);
    let k = r * 0.447_7; // a corner's handles, from the corner
    let (x2, y2) = (x + wide, y + tall);
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.line_to(x2 - r, y);
    path.cubic_to(x2 - k, y, x2, y + k, x2, y + r);
    path.line_to(x2, y2 - r);
    path.cubic_to(x2, y2 - k, x2 - k, y2, x2 - r, y2);
    path.line_to(x + r, y2);
    path.cubic_to(x + k, y2, x, y2 - k, x, y2 - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + k, x + k, y, x + r, y);
    path.close();
    fill(on, path.finish(), rgb);
}

/// A disc about a centre.
pub(super) fn disc(on: &mut Pixmap, x: f32, y: f32, radius: f32, rgb: u32) {
    fill(on, PathBuilder::from_circle(x, y, radius), rgb);
}

/// A five-pointed star about a centre, one point up.
pub(super) fn star(on: &mut Pixmap, x: f32, y: f32, radius: f32, rgb: u32) {
    let mut path = PathBuilder::new();
    for i in 0..10_u8 {
        let r = if i % 2 == 0 { radius } else { radius * 0.44 };
        let a = (f32::from(i) * 36.0 - 90.0).to_radians();
        let (px, py) = (x + r * a.cos(), y + r * a.sin());
        if i == 0 {
            path.move_to(px, py);
        } else {
            path.line_to(px, py);
        }
    }
    path.close();
    fill(on, path.finish(), rgb);
}

/// A straight line with round ends.
pub(super) fn line(on: &mut Pixmap, from: (f32, f32), to: (f32, f32), breadth: f32, rgb: u32) {
    let mut path = PathBuilder::new();
    path.move_to(from.0, from.1);
    path.line_to(to.0, to.1);
    let stroke = Stroke {
        width: breadth,
        line_cap: LineCap::Round,
        ..Stroke::default()
    };
    if let Some(path) = path.finish() {
        on.stroke_path(&path, &solid(rgb), &stroke, Transform::identity(), None);
    }
}

/// Fills a path, if there is one.
fn fill(on: &mut Pixmap, path: Option<Path>, rgb: u32) {
    if let Some(path) = path {
        on.fill_path(
            &path,
            &solid(rgb),
            FillRule::Winding,
            Transform::identity(),
            None,
        );
    }
}
