//! Activities and selections with few and like values, so that they meet.

use entity::vocab::{Audience, District, Kind, Mode, Strand};
use proptest::{
    option,
    prelude::*,
    sample::{select, subsequence},
};
use yueli::domain::{activity::Content, selection::Selection, text::Slug};

use super::generate::content;

/// In order; one is part of another.
const SLUGS: [&str; 5] = ["a", "a-b", "ab", "forum", "forum-a"];
const YEARS: [i32; 4] = [1900, 2021, 2022, 2199];

fn slug() -> impl Strategy<Value = Slug> {
    select(&SLUGS[..]).prop_map(|slug| slug.parse().unwrap())
}

/// Some of all, in the order of the vocabulary.
fn few<T: Clone + std::fmt::Debug + 'static>(
    all: &'static [T],
    most: usize,
) -> impl Strategy<Value = Vec<T>> {
    subsequence(all, 0..=all.len().min(most))
}

/// What a dimension asks for: everything as often as something.
fn wanted<T: Clone + std::fmt::Debug + 'static>(
    all: &'static [T],
) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![3 => Just(Vec::new()), 1 => few(all, 4)]
}

fn wanted_slugs() -> impl Strategy<Value = Vec<Slug>> {
    wanted(&SLUGS).prop_map(|slugs| slugs.iter().map(|slug| slug.parse().unwrap()).collect())
}

pub(super) fn anything() -> impl Strategy<Value = Content> {
    let lists = (few(District::ALL, 3), few(Audience::ALL, 3));
    let names = (option::of(slug()), option::of(slug()));
    let rest = (select(&YEARS[..]), select(Strand::ALL));
    (content(), lists, names, rest).prop_map(
        |(content, (districts, audiences), (section, series), (edition, strand))| Content {
            districts,
            audiences,
            section,
            series,
            edition,
            strand,
            ..content
        },
    )
}

pub(super) fn selection() -> impl Strategy<Value = Selection> {
    let lists = (
        wanted(District::ALL),
        wanted(Audience::ALL),
        wanted_slugs(),
        wanted_slugs(),
    );
    let words = (wanted(Kind::ALL), wanted(Mode::ALL), wanted(Strand::ALL));
    let rest = (wanted(&YEARS), option::weighted(0.3, any::<bool>()));
    (lists, words, rest).prop_map(
        |(
            (districts, audiences, sections, series),
            (kinds, modes, strands),
            (editions, highlight),
        )| Selection {
            districts,
            sections,
            kinds,
            audiences,
            modes,
            series,
            editions,
            strands,
            highlight,
        },
    )
}
