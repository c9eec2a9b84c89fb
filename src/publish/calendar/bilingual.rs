//! An entry in both languages.
//!
//! Owns how the two stand beside each other; refuses to know what they say. Invariant: nothing is said twice.

use std::collections::HashSet;

use feeds::{Text, ical};

/// Chinese first, then English where it says something else.
pub(super) fn both(zh: ical::Event, en: ical::Event) -> ical::Event {
    let joined = |zh: String, en: String, between: &str| {
        if zh == en {
            zh
        } else {
            format!("{zh}{between}{en}")
        }
    };
    // A title without a translation is in both the same but for what was put before it.
    let translated = en.summary.language == feeds::Language::En;
    let summary = match translated {
        true => joined(zh.summary.value, en.summary.value, " / "),
        false => zh.summary.value,
    };
    let categories = zh.categories.into_iter().zip(en.categories);
    ical::Event {
        summary: Text {
            value: summary,
            ..zh.summary
        },
        description: Text {
            value: told(zh.description.value, &en.description.value),
            ..zh.description
        },
        organizer: ical::Organizer {
            name: joined(zh.organizer.name, en.organizer.name, " / "),
            ..zh.organizer
        },
        categories: categories.map(|(zh, en)| joined(zh, en, " / ")).collect(),
        place: zh.place.zip(en.place).map(|(zh, en)| ical::Place {
            address: Text {
                value: joined(zh.address.value, en.address.value, " / "),
                ..zh.address
            },
            label: joined(zh.label, en.label, " / "),
            ..zh
        }),
        conference: zh
            .conference
            .zip(en.conference)
            .map(|(zh, en)| ical::Conference {
                label: joined(zh.label, en.label, " / "),
                ..zh
            }),
        ..zh
    }
}

/// The Chinese text, then of the English one what does not stand there already: what was not translated is in both.
fn told(zh: String, en: &str) -> String {
    let said: HashSet<&str> = zh.lines().collect();
    let rest = en.lines().filter(|line| !said.contains(line));
    let rest = rest.collect::<Vec<_>>().join("\n");
    if rest.is_empty() {
        zh
    } else {
        format!("{zh}\n\n{rest}")
    }
}
