//! `/console/import`: a file's rows become activities, after somebody has seen what becomes of each of them.
//!
//! Owns its pages, and how a file is carried from the one to the other. Refuses to know formats and rows: a file is taken
//! in by the same `transfer::import` as the API's. Invariant: what is carried out is the file, the choices and the mapping
//! that were shown.

pub(super) mod carry_out;
mod choices;
mod chosen;
mod diff;
mod form;
pub(super) mod look;
mod place;

use entity::vocab::Language;

pub(super) use form::mappings;

use super::words::faults;
use crate::domain::input::Fault;

/// Where a file is chosen and looked at.
const LOOK: &str = "/console/import";
/// Where it is carried out.
const CARRY_OUT: &str = "/console/import/carry-out";

/// Something that is to be known of a place in a file.
struct Told {
    place: String,
    detail: String,
}

impl Told {
    fn of(fault: &Fault, language: Language) -> Self {
        Self {
            place: place::said(&fault.pointer, language),
            detail: detail(&fault.detail, language),
        }
    }
}

/// A fault or a warning in words; where it begins with the cell or the id that is meant, that stays.
fn detail(told: &str, language: Language) -> String {
    if let Some((meant, rest)) = told.split_once(": ") {
        let said = faults::detail(rest, language);
        if said != rest {
            return format!("{meant}：{said}");
        }
    }
    faults::detail(told, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_with_the_cell_that_it_names() {
        let zh = |told: &str| detail(told, Language::Zh);
        assert_eq!(
            zh("'活动'!C5 (开始时间): \"x\" is not a number"),
            "'活动'!C5 (开始时间)：\"x\" 不是数字"
        );
        assert_eq!(zh("is missing"), "必填");
        assert_eq!(
            zh("'活动'!C5: nobody knows: this"),
            "'活动'!C5: nobody knows: this"
        );
        let english = "'活动'!C5: is missing";
        assert_eq!(detail(english, Language::En), english);
    }
}
