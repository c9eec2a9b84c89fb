//! Which ids of a document are ids.
//!
//! Invariant: what stands for more than one event, or counts the events, is none: the event that comes next to bear it would be taken
//! for another one.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Thing, texts};

/// The ids of a document's events.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Those that several events bear.
    shared: HashSet<String>,
    /// Whether the identifiers are 1, 2, 3 and so on, in the order of the events.
    counted: bool,
}

/// What `identifier` says.
fn identifier(thing: &Thing) -> Option<String> {
    texts::each(texts::get(thing, "identifier"))
        .iter()
        .find_map(|identifier| match identifier {
            Value::Object(value) => texts::first(value, "value"),
            text => texts::literal(text),
        })
}

impl Ids {
    pub(super) fn of(events: &[&Thing]) -> Self {
        let mut bearers: HashMap<String, (Option<&Value>, Option<&Value>)> = HashMap::new();
        let mut shared = HashSet::new();
        for thing in events {
            let is = (texts::get(thing, "name"), texts::get(thing, "startDate"));
            for id in [identifier(thing), texts::first(thing, "url")] {
                let Some(id) = id else { continue };
                match bearers.get(&id) {
                    // Listed and described: the same event.
                    Some(earlier) if *earlier == is => {}
                    Some(_) => {
                        shared.insert(id);
                    }
                    None => {
                        bearers.insert(id, is);
                    }
                }
            }
        }
        let numbers: Option<Vec<u64>> = events
            .iter()
            .map(|thing| identifier(thing)?.parse().ok())
            .collect();
        let counted = numbers.is_some_and(|numbers| {
            let mut steps = numbers.windows(2);
            numbers.len() > 1 && numbers[0] <= 1 && steps.all(|pair| pair[0] + 1 == pair[1])
        });
        Self { shared, counted }
    }

    /// The id of an event: `@id`, else `identifier`, else its address, where these are its own.
    pub(super) fn id(&self, thing: &Thing, url: Option<&str>) -> Option<String> {
        let own = |id: &String| !self.shared.contains(id);
        thing
            .get("@id")
            .and_then(texts::literal)
            .or_else(|| identifier(thing).filter(|id| !self.counted && own(id)))
            .or_else(|| url.map(str::to_owned).filter(own))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(events: &[Value]) -> Vec<Option<String>> {
        let things: Vec<&Thing> = events.iter().filter_map(Value::as_object).collect();
        let ids = Ids::of(&things);
        let each = things.iter().map(|thing| {
            let url = texts::first(thing, "url");
            ids.id(thing, url.as_deref())
        });
        each.collect()
    }

    #[test]
    fn an_address_or_an_identifier_of_several_events_is_no_id() {
        let some = |id: &str| Some(id.to_owned());
        let list = "https://a.example/events";
        assert_eq!(
            ids(&[
                json!({"name": "a", "url": list}),
                json!({"name": "b", "url": list, "identifier": "roadshow"}),
                json!({"name": "c", "url": list, "identifier": "roadshow"}),
                json!({"name": "d", "url": list, "identifier": "own"}),
                json!({"name": "e", "url": "https://a.example/e"}),
                json!({"name": "f", "url": list, "@id": "urn:f"}),
            ]),
            [
                None,
                None,
                None,
                some("own"),
                some("https://a.example/e"),
                some("urn:f")
            ]
        );
        // One event that stands there twice.
        let listed = json!({"name": "a", "startDate": "2021-07-08", "url": list});
        let mut described = listed.clone();
        described["description"] = json!("…");
        assert_eq!(ids(&[listed, described]), [some(list), some(list)]);
    }

    #[test]
    fn identifiers_that_count_the_events_are_none() {
        let of = |numbers: &[u64]| {
            let events = numbers
                .iter()
                .map(|n| json!({"name": "a", "identifier": n}));
            ids(&events.collect::<Vec<_>>())
        };
        assert_eq!(of(&[1, 2, 3]), [None, None, None]);
        assert_eq!(of(&[0, 1]), [None, None]);
        for numbers in [&[10_482, 10_483][..], &[1, 3], &[1]] {
            assert!(of(numbers).iter().all(Option::is_some), "{numbers:?}");
        }
    }
}
