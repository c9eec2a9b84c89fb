//! Cells that a spreadsheet would run: how they are written so that none does, and read back.
//!
//! Invariant: what is written is read back as it was.

/// What spreadsheets would take for a formula and run, or what [`guarded`] makes of that.
fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'])
}

/// A cell as it is written: what a spreadsheet would run gets an apostrophe in front.
pub(super) fn guarded(cell: &str) -> String {
    if needs_guard(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A cell as it was before [`guarded`].
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_written_as_text_and_read_back_as_it_was() {
        for cell in [
            "=1+1", "+86 10", "-1", "@SUM(A1)", "'=1", "''@x", "plain", "'quoted'", "＝1+1", "＋1",
            "－1", "＠x",
        ] {
            let written = guarded(cell);
            assert!(
                !written.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']),
                "{written}"
            );
            assert_eq!(unguarded(&written), cell);
        }
    }
}
