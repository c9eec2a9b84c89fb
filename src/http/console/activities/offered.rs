//! What of the programme a form offers to be named.

use entity::vocab::{Language, Status};

use crate::{catalogue::Entry, http::Web, publish::dates::Dates};

type Words = Vec<(String, String)>;

/// The editions, series and sections that there are.
pub(in crate::http::console) fn offered(web: &Web, language: Language) -> (Words, Words, Words) {
    let state = web.services.catalogue.read();
    let years: Words = state
        .editions()
        .rev()
        .map(|edition| {
            (
                edition.value.year.to_string(),
                edition.value.year.to_string(),
            )
        })
        .collect();
    let series = state.all_series().map(|series| {
        let title = series.value.title.in_language(language).0;
        (series.value.slug.0.clone(), title.to_owned())
    });
    let series = series.collect();
    let mut sections: Words = Vec::new();
    for edition in state.editions().rev() {
        for section in &edition.value.sections {
            let title = section.title.in_language(language).0;
            match sections
                .iter_mut()
                .find(|(slug, _)| *slug == section.slug.0)
            {
                Some((_, label)) => label.push_str(&format!(", {}", edition.value.year)),
                None => sections.push((
                    section.slug.0.clone(),
                    format!("{title} · {}", edition.value.year),
                )),
            }
        }
    }
    (years, series, sections)
}

/// Public activities of the newest two editions, to be named by their ids.
pub(super) fn activities(web: &Web, language: Language) -> Words {
    let state = web.services.catalogue.read();
    let years: Vec<i32> = state
        .editions()
        .rev()
        .take(2)
        .map(|edition| edition.value.year)
        .collect();
    let activities = state.activities().map(Entry::activity);
    let offered = activities
        .filter(|it| years.contains(&it.content.edition) && it.status != Status::Withdrawn);
    let offered = offered.map(|activity| {
        let title = activity.content.title.in_language(language).0;
        let date = Dates::with_years(language).short(activity.shown_when());
        let label = [date.as_deref(), Some(title)];
        let label: Vec<&str> = label.into_iter().flatten().collect();
        (activity.id.to_string(), label.join(" · "))
    });
    offered.collect()
}
