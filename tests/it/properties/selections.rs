//! The grammar of selections, and their quick look.

use std::cell::Cell;

use entity::vocab::{District, NoticeKind};
use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::TestRunner};
use serde_json::{Map, Value};
use yueli::domain::{
    activity::{Activity, Content},
    input::Faults,
    notice::Notice,
    selection::{Selection, Sieve, Traits},
    text::Slug,
};

use super::{
    generate::{content, start},
    meeting::{anything, selection},
};

/// Of any form.
fn slugs() -> impl Strategy<Value = Vec<Slug>> {
    vec("[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", 0..3).prop_map(|mut words| {
        words.sort_unstable();
        words.dedup();
        words.iter().map(|word| word.parse().unwrap()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_selection_reads_back_from_its_canonical_form(
        selection in selection(),
        sections in slugs(),
        series in slugs(),
    ) {
        let selection = Selection { sections, series, ..selection };
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
    fn one_value_more_never_matches_less(
        selection in selection(),
        content in content(),
        own in select(District::ALL),
        district in select(District::ALL),
    ) {
        let selection = Selection { districts: vec![own], ..selection };
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

/// A change of an activity: some fields were others.
fn notice(after: Content, before: Option<Content>, kind: NoticeKind) -> Notice {
    let id = "act_00000000000000000000000001".parse().unwrap();
    let slug = "an-activity".parse().unwrap();
    let before = before.map_or_else(Map::new, |before| match serde_json::to_value(&before) {
        Ok(Value::Object(fields)) => fields,
        other => panic!("{other:?}"),
    });
    Notice {
        position: 1,
        id: "ntc_00000000000000000000000001".parse().unwrap(),
        kind,
        activity_id: None,
        revision: Some(1),
        published_at: start(),
        recorded_at: start(),
        reason: None,
        changed: Vec::new(),
        before,
        after: Map::new(),
        source: None,
        activity: Some(Activity::draft(id, "a.example", slug, after, start())),
        digest: None,
        history: false,
        activity_version: None,
    }
}

#[test]
fn what_selections_match_passes_their_sieve() {
    let (wanted, let_through, sifted) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let cases = (anything(), option::of(anything()), selection(), selection());
    let config = ProptestConfig {
        cases: 5_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&cases, |(after, before, one, other)| {
            let sieve = Sieve::of(&[&one, &other]);
            let told = notice(after.clone(), before, NoticeKind::Rescheduled);
            for (is_wanted, traits) in [
                (
                    one.matches(&after) && other.matches(&after),
                    Traits::of(&after),
                ),
                (
                    one.matches_notice(&told) && other.matches_notice(&told),
                    Traits::of_notice(&told),
                ),
            ] {
                prop_assert!(!is_wanted || sieve.passes(traits), "{:?} {:?}", one, other);
                wanted.set(wanted.get() + u32::from(is_wanted));
                let_through.set(let_through.get() + u32::from(sieve.passes(traits)));
                sifted.set(sifted.get() + u32::from(!sieve.passes(traits)));
            }
            let withdrawn = notice(after, None, NoticeKind::Withdrawn);
            prop_assert!(sieve.passes(Traits::of_notice(&withdrawn)));
            Ok(())
        })
        .unwrap();
    // Otherwise a sieve that lets everything through, or selections that want nothing, would do.
    assert!(
        wanted.get() > 200 && sifted.get() > 5_000 && let_through.get() < 3 * wanted.get(),
        "{wanted:?} {let_through:?} {sifted:?}"
    );
}
