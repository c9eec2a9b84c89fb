//! What a feed's address asks for behind its question mark.
//!
//! Owns what of a query is refused, dropped or put into order. Refuses to know which series, sections and editions there
//! are: whoever asks tells. Invariant: two queries that ask for the same have one canonical form.

use super::super::{problem::Problem, trackers};
use crate::{
    domain::{
        input::{Fault, Faults},
        selection::{DIMENSIONS, Selection},
    },
    publish::{FeedKey, Format, Scope},
};

/// What an address asks for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) key: FeedKey,
    /// As a file to keep, not to subscribe to.
    pub(super) download: bool,
    /// Whether it is asked for by its one address.
    pub(super) canonical: bool,
}

/// Takes a query apart. What messengers appended is dropped; what else nobody knows is refused, parameters and values
/// alike: a feed's address is an identity for years, so a mistake in it must not pass for a subscription.
pub(super) fn ask(
    mut key: FeedKey,
    query: &str,
    unknown: impl FnOnce(&Selection) -> Vec<Fault>,
) -> Result<Asked, Problem> {
    let mut faults = Faults::default();
    let mut asked: Vec<(String, String)> = Vec::new();
    let mut download = false;
    let (calendar, news, one) = (
        key.format == Format::Ics,
        matches!(key.format, Format::News(_)),
        matches!(key.scope, Scope::Activity(_)),
    );
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let known = name == "from"
            || trackers::is_tracker(&name)
            || (key.format != Format::Opml && key.selection.take(&name, &value, &mut faults))
            || (calendar && key.options.take(&name, &value, &mut faults));
        if news && name == "notice" {
            key.take_notices(&value, &mut faults);
        } else if calendar && one && name == "download" {
            match value.as_ref() {
                "1" => download = true,
                other => {
                    let shown: String = other.chars().take(40).collect();
                    faults.add("download", format!("{shown:?} is not 1"));
                }
            }
        } else if !known {
            let shown: String = name.chars().take(60).collect();
            faults.add(
                shown.clone(),
                format!(
                    "unknown parameter {shown:?}; {}",
                    known_parameters(key.format)
                ),
            );
        }
        asked.push((name.into_owned(), value.into_owned()));
    }
    for unknown in unknown(&key.selection) {
        faults.add(unknown.pointer, unknown.detail);
    }
    if !faults.0.is_empty() {
        return Err(Problem::parameters(faults));
    }
    // Compared decoded: whether a comma is written as %2C is nobody's business.
    let wanted = query_of(&key, download);
    let canonical = url::form_urlencoded::parse(wanted.as_bytes())
        .into_owned()
        .eq(asked);
    Ok(Asked {
        key,
        download,
        canonical,
    })
}

fn known_parameters(format: Format) -> String {
    let dimensions = DIMENSIONS.join(", ");
    match format {
        Format::Ics => {
            format!("a calendar takes {dimensions}, cancelled, alarm, and an activity's download")
        }
        Format::News(_) => format!("news take {dimensions}, notice"),
        Format::Opml => "the list of feeds takes none".to_owned(),
    }
}

/// The canonical query.
pub(super) fn query_of(key: &FeedKey, download: bool) -> String {
    let query = key.query();
    match (download, query.as_str()) {
        (false, _) => query,
        (true, "") => "download=1".to_owned(),
        (true, _) => format!("{query}&download=1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str, query: &str) -> Option<(String, bool)> {
        let Asked {
            key,
            download,
            canonical,
        } = ask(path.parse().unwrap(), query, |_| Vec::new()).ok()?;
        Some((query_of(&key, download), canonical))
    }

    #[test]
    fn what_messengers_append_is_dropped_and_what_nobody_knows_is_refused() {
        for (query, expected) in [
            ("", Some(("", true))),
            ("utm_source=x&utm_medium=y", Some(("", false))),
            ("from=singlemessage&isappinstalled=0", Some(("", false))),
            ("colour=red", None),
            ("utm_source=x&colour=red", None),
            ("notice=sold_out", None),
            ("notice=", None),
            ("cancelled=mark", None),
            ("download=1", None),
        ] {
            let expected = expected.map(|(query, canonical)| (query.to_owned(), canonical));
            assert_eq!(asked("zh/all.rss", query), expected, "{query}");
        }
    }

    #[test]
    fn a_selection_has_one_address() {
        for (query, canonical) in [
            (
                "kind=roadshow&district=haidian",
                "district=haidian&kind=roadshow",
            ),
            (
                "district=haidian,xicheng,haidian",
                "district=xicheng,haidian",
            ),
            (
                "district=haidian&district=xicheng",
                "district=xicheng,haidian",
            ),
            ("cancelled=status&highlight=true", "highlight=true"),
            (
                "alarm=P1D,PT60M&cancelled=mark",
                "cancelled=mark&alarm=PT1H,P1D",
            ),
        ] {
            let (query_of_it, was) = asked("zh/all.ics", query).unwrap();
            assert_eq!(query_of_it, canonical, "{query}");
            assert!(!was, "{query}");
            let (_, is) = asked("zh/all.ics", canonical).unwrap();
            assert!(is, "{canonical}");
        }
        let encoded = "district=xicheng%2Chaidian";
        assert!(asked("zh/all.ics", encoded).unwrap().1, "{encoded}");
        let one = "zh/activity/act_01J0000000000000000000000.ics";
        assert_eq!(
            asked(one, "download=1&alarm=PT1H"),
            Some(("alarm=PT1H&download=1".to_owned(), false))
        );
        assert_eq!(
            asked(
                "zh/all.atom",
                "notice=cancelled,rescheduled,cancelled&kind=forum"
            ),
            Some(("kind=forum&notice=rescheduled,cancelled".to_owned(), false))
        );
        for bad in [
            "district=pudong",
            "alarm=soon",
            "cancelled=",
            "district=",
            "notice=cancelled",
        ] {
            assert_eq!(asked("zh/all.ics", bad), None, "{bad}");
        }
    }
}
