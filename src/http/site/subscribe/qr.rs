//! An address as a QR code (ISO/IEC 18004), for phones: a path of an SVG, drawn by the page.

use qrcode::{Color, EcLevel, QrCode};

/// A code in modules, without its quiet zone.
pub(crate) struct Qr {
    /// The side, four modules of quiet zone on each side included.
    pub(crate) side: usize,
    /// The dark modules as an SVG path.
    pub(crate) path: String,
}

/// Modules of quiet zone that the standard asks for.
const QUIET: usize = 4;

impl Qr {
    /// The code of a text; none where it is too long for one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            while x < width {
                let run = row[x..].iter().take_while(|it| **it == Color::Dark).count();
                if run > 0 {
                    let (left, top) = (x + QUIET, y + QUIET);
                    path.push_str(&format!("M{left} {top}h{run}v1h-{run}z"));
                }
                x += run.max(1);
            }
        }
        Some(Self {
            side: width + 2 * QUIET,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_its_quiet_zone() {
        let code = Qr::of("webcal://yueli.example/feeds/zh/all.ics").unwrap();
        let right = code.side - QUIET - 7;
        for corner in ["M4 4h7v1h-7z".to_owned(), format!("M{right} 4h7v1h-7z")] {
            assert!(code.path.contains(&corner), "{corner}: {}", code.path);
        }
        assert!(Qr::of(&"a".repeat(4_000)).is_none());
    }
}
