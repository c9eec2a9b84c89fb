//! The grammar of selections.

use entity::vocab::{Audience, District, Kind, Mode, Strand};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
};
use yueli::domain::{input::Faults, selection::Selection, text::Slug};

use super::generate::content;

fn some<T: Clone + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    subsequence(all, 0..=all.len().min(4))
}

fn slugs() -> impl Strategy<Value = Vec<Slug>> {
    vec("[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", 0..3).prop_map(|mut words| {
        words.sort_unstable();
        words.dedup();
        words.iter().map(|word| word.parse().unwrap()).collect()
    })
}

fn selection() -> impl Strategy<Value = Selection> {
    let years = subsequence(vec![1900, 2021, 2022, 2199], 0..=4);
    (
        (
            some(District::ALL),
            slugs(),
            some(Kind::ALL),
            some(Audience::ALL),
        ),
        (
            some(Mode::ALL),
            slugs(),
            years,
            some(Strand::ALL),
            option::of(any::<bool>()),
        ),
    )
        .prop_map(
            |(
                (districts, sections, kinds, audiences),
                (modes, series, editions, strands, highlight),
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_selection_reads_back_from_its_canonical_form(selection in selection()) {
        let canonical = selection.canonical();
        prop_assert_eq!(Selection::parse(&canonical).unwrap(), selection.clone());
        prop_assert!(canonical.is_ascii() && !canonical.contains(['%', '+', ' ']), "{}", canonical);
        let mut faults = Faults::default();
        let read = Selection::read_json(&selection.to_json(), "", &mut faults);
        prop_assert_eq!((read, faults), (Some(selection.clone()), Faults::default()));
        prop_assert_eq!(selection.is_everything(), canonical.is_empty());
    }

    #[test]
    fn the_order_of_values_makes_no_other_selection(
        selection in selection(),
        shuffled in Just(()).prop_perturb(|(), rng| rng),
    ) {
        let mut rng = shuffled;
        let mut pairs: Vec<(String, Vec<String>)> = url::form_urlencoded::parse(selection.canonical().as_bytes())
            .map(|(name, words)| (name.into_owned(), words.split(',').map(str::to_owned).collect()))
            .collect();
        for i in (1..pairs.len()).rev() {
            pairs.swap(i, rng.random_range(0..=i));
        }
        for (name, words) in &mut pairs {
            words.reverse();
            if name != "highlight" {
                words.push(words[0].clone());
            }
        }
        let query: Vec<String> = pairs.iter().map(|(name, words)| format!("{name}={}", words.join("%2C"))).collect();
        prop_assert_eq!(Selection::parse(&query.join("&")).unwrap(), selection);
    }

    #[test]
    fn one_value_more_never_matches_less(selection in selection(), content in content(), district in select(District::ALL)) {
        prop_assume!(!selection.districts.is_empty());
        let mut wider = selection.clone();
        wider.districts.push(district);
        prop_assert!(!selection.matches(&content) || wider.matches(&content));
        prop_assert!(Selection::default().matches(&content));
    }

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC{0,60}") {
        match Selection::parse(&text) {
            Ok(selection) => prop_assert_eq!(Selection::parse(&selection.canonical()).unwrap(), selection),
            Err(faults) => prop_assert!(!faults.0.is_empty()),
        }
    }
}
