//! Owns the way from pixels to a file: a palette of at most 256 colours, then PNG.
//! Refuses to know what is drawn; it is told only which colours must come out exactly.
//! Invariant: every opaque picture is packed, the same one always to the same bytes.

use tiny_skia::{Pixmap, PremultipliedColorU8};

/// The most colours a palette holds.
const MOST: usize = 256;
/// How many boxes the colours are sorted into, by the upper five bits of each channel.
const BOXES: usize = 1 << 15;

/// Packs the picture; colours of smooth edges are merged where they differ by less than a 32nd.
pub(super) fn png(picture: &Pixmap, exact: &[u32]) -> Vec<u8> {
    let mut palette: Vec<[u8; 3]> = Vec::with_capacity(MOST);
    let mut boxes: Vec<Option<u8>> = vec![None; BOXES];
    for rgb in exact {
        let [_, r, g, b] = rgb.to_be_bytes();
        place(&mut palette, &mut boxes, [r, g, b]);
    }
    let (mut last, mut index) = (PremultipliedColorU8::TRANSPARENT, 0);
    let mut pixels = Vec::with_capacity(picture.pixels().len());
    for pixel in picture.pixels() {
        if *pixel != last {
            last = *pixel;
            let rgb = [pixel.red(), pixel.green(), pixel.blue()];
            index = place(&mut palette, &mut boxes, rgb);
        }
        pixels.push(index);
    }

    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().expect("a vector takes every write");
    writer
        .write_image_data(&pixels)
        .expect("there is one index for each pixel");
    writer.finish().expect("a vector takes every write");
    file
}

/// The palette's index for a colour: that of its box, else a new one, else of the nearest colour.
fn place(palette: &mut Vec<[u8; 3]>, boxes: &mut [Option<u8>], rgb: [u8; 3]) -> u8 {
    let key = rgb
        .iter()
        .fold(0, |key, channel| key << 5 | usize::from(channel >> 3));
    if let Some(index) = boxes[key] {
        return index;
    }
    let distance = |other: &[u8; 3]| -> u32 {
        rgb.iter()
            .zip(other)
            .map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2))
            .sum()
    };
    let index = if palette.len() < MOST {
        palette.push(rgb);
        palette.len() - 1
    } else {
        (0..MOST)
            .min_by_key(|i| distance(&palette[*i]))
            .unwrap_or_default()
    };
    let index = u8::try_from(index).expect("there are no more than 256 colours");
    boxes[key] = Some(index);
    index
}
