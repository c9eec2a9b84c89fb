//! A number as JSON shows it.
//!
//! Invariant: a whole number has no decimal point (`17`, not `17.0`), so that it reads back as what was sent.

use serde::Serializer;

/// The largest whole number up to which every one has its own `f64` (2⁵³).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// For `#[serde(serialize_with)]`.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return serializer.serialize_i64(*number as i64);
    }
    serializer.serialize_f64(*number)
}
