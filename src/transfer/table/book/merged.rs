//! Merged cells: the text of the first counts for all of them.
//!
//! Invariant: the work is bounded by the table's cells, however large a region claims to be.

use std::collections::BTreeMap;

use calamine::Dimensions;

use super::TEXTS_MAX;
use crate::transfer::table::{COLUMNS_MAX, Cell, LINES_MAX};

/// Fills the cells of merged regions in lines that have something in them.
///
/// # Errors
/// What is wrong with the regions.
pub(super) fn fill(
    lines: &mut BTreeMap<u32, Vec<Cell>>,
    regions: &[Dimensions],
    texts: &mut usize,
) -> Result<(), String> {
    // Regions do not lie over each other, so that they have no more cells than the table.
    let mut left = COLUMNS_MAX * LINES_MAX;
    for region in regions {
        let ((top, start), (bottom, end)) = (region.start, region.end);
        if bottom < top || end < start {
            return Err("has a merged region that ends before it begins".to_owned());
        }
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let end = usize::try_from(end)
            .unwrap_or(usize::MAX)
            .min(COLUMNS_MAX - 1);
        let first = lines.get(&top).and_then(|line| line.get(start));
        let Some(first) = first.filter(|cell| !cell.text.is_empty()).cloned() else {
            continue;
        };
        let from = (u64::from(top) + 1, start);
        for (row, line) in lines.range_mut(top..=bottom) {
            for column in start..=end {
                left = left
                    .checked_sub(1)
                    .ok_or("has merged regions that lie over each other")?;
                if (*row, column) == (top, start) {
                    continue;
                }
                *texts += first.text.len();
                if *texts > TEXTS_MAX {
                    return Err(format!(
                        "has merged regions whose texts take more than {TEXTS_MAX} bytes"
                    ));
                }
                if line.len() <= column {
                    line.resize(column + 1, Cell::default());
                }
                line[column] = Cell {
                    from: Some(from),
                    ..first.clone()
                };
            }
        }
    }
    Ok(())
}
