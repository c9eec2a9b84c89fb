//! A quick look at whether a selection can want something, so that few of many have to be looked at closely.
//!
//! Invariant: what a selection matches passes its sieve. What passes need not match: series, sections and editions are
//! open sets, of which several share a bit.

use std::hash::{DefaultHasher, Hash, Hasher};

use entity::vocab::NoticeKind;

use super::{Dimensions, Selection};
use crate::domain::{activity::Content, notice::Notice};

/// Where each dimension's bits stand, and how many there are.
mod bits {
    pub(super) const DISTRICT: (u32, u32) = (0, 16);
    pub(super) const KIND: (u32, u32) = (16, 16);
    pub(super) const AUDIENCE: (u32, u32) = (32, 10);
    pub(super) const MODE: (u32, u32) = (42, 4);
    pub(super) const STRAND: (u32, u32) = (46, 4);
    pub(super) const HIGHLIGHT: (u32, u32) = (50, 2);
    pub(super) const EDITION: (u32, u32) = (52, 20);
    pub(super) const SECTION: (u32, u32) = (72, 24);
    pub(super) const SERIES: (u32, u32) = (96, 32);
}

/// What of an activity or a notice selections look at: a bit for each value that it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u128);

impl Traits {
    /// Those of an activity.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        Self::from(&Dimensions::of(content))
    }

    /// Those of a notice's activity before and after it. A digest has all, since some ask for it by name; so has a
    /// withdrawal, because it takes back what was told while the activity was another one.
    #[must_use]
    pub fn of_notice(notice: &Notice) -> Self {
        if notice.kind == NoticeKind::Withdrawn {
            return Self(u128::MAX);
        }
        let Some(after) = &notice.activity else {
            return Self(u128::MAX);
        };
        let own = Self::of(&after.content);
        let before =
            Dimensions::if_changed(&after.content, &notice.before, |before| Self::from(before));
        Self(own.0 | before.unwrap_or_default().0)
    }
}

impl From<&Dimensions<'_>> for Traits {
    fn from(of: &Dimensions<'_>) -> Self {
        let traits = any(bits::DISTRICT, of.districts.iter().map(|word| *word as u64))
            | any(bits::KIND, of.kind.map(|word| word as u64))
            | any(bits::AUDIENCE, of.audiences.iter().map(|word| *word as u64))
            | any(bits::MODE, of.mode.map(|word| word as u64))
            | any(bits::STRAND, [of.strand as u64])
            | any(bits::HIGHLIGHT, [u64::from(of.highlight)])
            | any(bits::EDITION, [hash(&of.edition)])
            | any(bits::SECTION, of.section.map(hash))
            | any(bits::SERIES, of.series.map(hash));
        Self(traits)
    }
}

/// What a selection asks for.
#[derive(Clone, Debug, Default)]
pub struct Sieve(Vec<u128>);

impl Sieve {
    /// Lets through what all of the selections may want.
    #[must_use]
    pub fn of(selections: &[&Selection]) -> Self {
        let asked = selections.iter().flat_map(|selection| {
            [
                any(
                    bits::DISTRICT,
                    selection.districts.iter().map(|word| *word as u64),
                ),
                any(bits::KIND, selection.kinds.iter().map(|word| *word as u64)),
                any(
                    bits::AUDIENCE,
                    selection.audiences.iter().map(|word| *word as u64),
                ),
                any(bits::MODE, selection.modes.iter().map(|word| *word as u64)),
                any(
                    bits::STRAND,
                    selection.strands.iter().map(|word| *word as u64),
                ),
                any(bits::HIGHLIGHT, selection.highlight.map(u64::from)),
                any(bits::EDITION, selection.editions.iter().map(hash)),
                any(bits::SECTION, selection.sections.iter().map(hash)),
                any(bits::SERIES, selection.series.iter().map(hash)),
            ]
        });
        Self(asked.filter(|asked| *asked != 0).collect())
    }

    /// Whether something with these traits may be wanted.
    #[must_use]
    pub fn passes(&self, traits: Traits) -> bool {
        self.0.iter().all(|asked| traits.0 & asked != 0)
    }
}

/// The bits of some values of a dimension.
fn any((first, count): (u32, u32), values: impl IntoIterator<Item = u64>) -> u128 {
    let bit = |value| 1_u128 << (u64::from(first) + value % u64::from(count));
    values.into_iter().fold(0, |bits, value| bits | bit(value))
}

fn hash<T: Hash>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
