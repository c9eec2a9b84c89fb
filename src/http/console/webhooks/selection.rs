//! The part of an endpoint's form that says which activities.
//!
//! Invariant: whatever an endpoint names is offered, even where nobody knows it any more, so saving a form changes
//! nothing that nobody touched.

use entity::vocab::{Audience, District, Kind, Mode, Strand};

use super::{
    super::{
        activities::offered,
        fields::{Group, Source},
        words::{self as w},
    },
    settings::{label, pairs, words},
};
use crate::{http::Web, publish::wording::either};

/// Which activities: what stands in the vocabularies, and what is named in the programme.
pub(super) fn groups(web: &Web, source: &Source<'_>) -> [Group; 2] {
    let language = source.language;
    let label = |name: &str| label(name, language);
    let ticks = |name: &str, words: Vec<(String, String)>| source.ticks(name, &label(name), words);
    let (sections, series, editions) = named(web, source);
    let highlights = [
        ("", w::HIGHLIGHTS_TOO),
        ("true", w::HIGHLIGHTS_ALONE),
        ("false", w::NO_HIGHLIGHTS),
    ];
    let plain = vec![
        ticks(
            "/selection/district",
            words(District::ALL, |it| either(language, it.zh(), it.en())),
        ),
        ticks(
            "/selection/kind",
            words(Kind::ALL, |it| either(language, it.zh(), it.en())),
        ),
        ticks(
            "/selection/audience",
            words(Audience::ALL, |it| either(language, it.zh(), it.en())),
        ),
        ticks(
            "/selection/strand",
            words(Strand::ALL, |it| either(language, it.zh(), it.en())),
        ),
        ticks(
            "/selection/mode",
            words(Mode::ALL, |it| either(language, it.zh(), it.en())),
        ),
        source.radio(
            "/selection/highlight",
            &label("/selection/highlight"),
            pairs(highlights, language),
        ),
    ];
    let of_the_programme = [
        ("/selection/edition", editions),
        ("/selection/section", sections),
        ("/selection/series", series),
    ];
    let of_the_programme = of_the_programme
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(name, words)| ticks(name, words))
        .collect();
    [
        Group::new(w::WHICH_ACTIVITIES.plain(language), plain)
            .hinted(w::SELECTION_HINT.plain(language)),
        Group::new(w::OF_THE_PROGRAMME.plain(language), of_the_programme).folded(),
    ]
}

type Words = Vec<(String, String)>;

/// Sections, series and editions that there are, and those that the form names beside them.
fn named(web: &Web, source: &Source<'_>) -> (Words, Words, Words) {
    let language = source.language;
    let (mut editions, mut series, mut sections) = offered(web, language);
    for (name, words) in [
        ("/selection/section", &mut sections),
        ("/selection/series", &mut series),
        ("/selection/edition", &mut editions),
    ] {
        for value in source.sheet.all(name) {
            if !words.iter().any(|(word, _)| word == value) {
                let label = w::NOT_THERE_ANY_MORE.say(language, &[("name", value)]);
                words.push((value.to_owned(), label));
            }
        }
    }
    (sections, series, editions)
}
