//! Facts about an activity, each a line with its label.
//!
//! Invariant: nothing is told that the activity does not state, and nothing more exactly than it does.

use entity::vocab::{Language, Mode, Status};

use super::{
    browse::venue,
    lookup,
    said::{Date, Said},
    words as w,
};
use crate::{
    domain::{
        activity::Activity,
        parts::{Contact, Figure, SourceRef},
        when::When,
    },
    links::Links,
    publish::{
        facts,
        wording::{self, ONLINE, either},
    },
};

/// A line of the table of facts.
pub(in crate::http) struct Fact {
    pub(in crate::http) label: String,
    pub(in crate::http) values: Vec<Value>,
}

/// A fact, with where it leads.
pub(in crate::http) struct Value {
    pub(in crate::http) text: Said,
    pub(in crate::http) href: Option<String>,
}

/// Where the facts come from.
pub(in crate::http) struct Source {
    pub(in crate::http) text: Said,
    pub(in crate::http) href: Option<String>,
    pub(in crate::http) stated_on: Option<String>,
    pub(in crate::http) basis: Option<Said>,
}

/// What an activity belongs to, by name.
pub(in crate::http) struct Belonging<'a> {
    pub(in crate::http) parent: Option<&'a Activity>,
    pub(in crate::http) section: Option<Said>,
    pub(in crate::http) series: Option<Said>,
}

/// Everything about an activity that fits into a line.
pub(in crate::http) fn of(
    activity: &Activity,
    belonging: Belonging<'_>,
    links: &Links,
    language: Language,
) -> Vec<Fact> {
    let content = &activity.content;
    let mut table: Vec<Fact> = Vec::new();
    let mut add = |label: &str, values: Vec<Value>| {
        if !values.is_empty() {
            table.push(Fact {
                label: label.to_owned(),
                values,
            });
        }
    };
    let plain = |text: Said| Value { text, href: None };
    let linked = |text: Said, path: String| Value {
        text,
        href: Some(format!("/{language}{path}")),
    };
    let is_online = content.mode == Some(Mode::Online);
    let online = is_online.then(|| plain(Said::ours(ONLINE.plain(language))));
    let place = facts::address(activity, language).filter(|_| !is_online);
    let place = place.map(|(text, written_in)| {
        let text = Said::new((&text, written_in), language);
        match venue::name(activity) {
            Some(name) => linked(text, venue::path(name)),
            None => plain(text),
        }
    });
    add(
        w::WHERE.plain(language),
        online.into_iter().chain(place).collect(),
    );
    let districts = content.districts.iter().map(|district| {
        let name = either(language, district.zh(), district.en());
        linked(Said::ours(name), format!("/districts/{district}"))
    });
    add(w::DISTRICT_FIELD.plain(language), districts.collect());
    let mode = content
        .mode
        .map(|mode| plain(Said::ours(either(language, mode.zh(), mode.en()))));
    add(w::FORM.plain(language), mode.into_iter().collect());

    let mut roles: Vec<&str> = Vec::new();
    for organizer in &content.organizers {
        if !roles.contains(&organizer.role.as_str()) {
            roles.push(&organizer.role);
        }
    }
    for role in roles {
        let names = content
            .organizers
            .iter()
            .filter(|organizer| organizer.role == role)
            .filter_map(|organizer| {
                Some(Value {
                    text: Said::words(&organizer.name, language)?,
                    href: organizer.url.as_ref().map(|url| url.0.clone()),
                })
            });
        add(w::role(role, language), names.collect());
    }
    let audiences = content.audiences.iter().map(|it| {
        let name = either(language, it.zh(), it.en());
        linked(Said::ours(name), format!("/audiences/{it}"))
    });
    add(w::AUDIENCES.plain(language), audiences.collect());
    let regions = content
        .partner_regions
        .iter()
        .map(|region| plain(Said::ours(w::region(&region.0, language))));
    add(w::REGIONS.plain(language), regions.collect());
    let strand = either(language, content.strand.zh(), content.strand.en());
    let year = Said::ours(format!("{} · {strand}", content.edition));
    let of_year = format!("/calendar/{}", content.edition);
    add(w::EDITION.plain(language), vec![linked(year, of_year)]);
    let section = belonging.section.zip(content.section.as_ref());
    let section = section.map(|(name, slug)| {
        let path = format!("/sections/{}/{}", content.edition, slug.0);
        linked(name, path)
    });
    add(w::SECTION.plain(language), section.into_iter().collect());
    let series = belonging.series.zip(content.series.as_ref());
    let series = series.map(|(name, slug)| linked(name, format!("/series/{}", slug.0)));
    add(w::SERIES.plain(language), series.into_iter().collect());
    let parent = belonging.parent.map(|parent| Value {
        text: Said::title(&parent.content.title, language),
        href: Some(lookup::path(links, language, parent)),
    });
    add(w::PART_OF.plain(language), parent.into_iter().collect());
    let contact = content.contact.as_ref().map(contact).unwrap_or_default();
    add(w::CONTACT.plain(language), contact);
    table
}

/// What it is in a line: for who sees a link to it and nothing else.
pub(in crate::http) fn line(activity: &Activity, language: Language) -> String {
    let content = &activity.content;
    let kind = content
        .kind
        .map(|kind| either(language, kind.zh(), kind.en()).to_owned());
    let status = match activity.status {
        Status::Scheduled => None,
        status => Some(either(language, status.zh(), status.en()).to_owned()),
    };
    let date = Date::of(activity.shown_when(), language).map(|date| date.text);
    let parts = [status, date, facts::whereabouts(activity, language), kind];
    let title = content.title.in_language(language).0.to_owned();
    let parts: Vec<String> = [Some(title)].into_iter().chain(parts).flatten().collect();
    parts.join(" · ")
}

fn contact(contact: &Contact) -> Vec<Value> {
    let Contact { name, email, phone } = contact;
    let value = |text: &String, href| Value {
        text: Said::ours(text.clone()),
        href,
    };
    let name = name.as_ref().map(|name| value(name, None));
    let email = email
        .as_ref()
        .map(|email| value(email, Some(format!("mailto:{email}"))));
    let phone = phone.as_ref().map(|phone| value(phone, None));
    [name, email, phone].into_iter().flatten().collect()
}

/// What came of it, in words.
pub(in crate::http) fn outcomes(activity: &Activity, language: Language) -> Vec<Said> {
    let outcomes = activity.content.outcomes.iter();
    outcomes
        .filter_map(|words| Said::words(words, language))
        .collect()
}

/// The numbers stated about it.
pub(in crate::http) fn figures(activity: &Activity, language: Language) -> Vec<Fact> {
    let figures = activity.content.figures.iter();
    figures.map(|it| figure(it, language)).collect()
}

fn figure(figure: &Figure, language: Language) -> Fact {
    Fact {
        label: wording::figure(&figure.what, language).to_owned(),
        values: vec![Value {
            text: Said::ours(facts::amount(figure, language)),
            href: None,
        }],
    }
}

pub(in crate::http) fn source(source: &SourceRef, language: Language) -> Source {
    let SourceRef {
        url,
        title,
        stated_on,
        basis,
        // For machines that import again.
        uid: _,
    } = source;
    let host = |url: &str| {
        url::Url::parse(url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
    };
    let text = match (title, url.as_ref().and_then(|url| host(&url.0))) {
        (Some(title), _) => Said::found(title.clone(), language),
        (None, Some(host)) => Said::ours(host),
        (None, None) => Said::ours(w::SOURCE.plain(language)),
    };
    Source {
        text,
        href: url.as_ref().map(|url| url.0.clone()),
        stated_on: stated_on
            .and_then(|day| {
                Date::of(
                    &When::Day {
                        starts_on: day,
                        ends_on: None,
                    },
                    language,
                )
            })
            .map(|date| date.text),
        basis: basis
            .as_ref()
            .map(|basis| Said::found(basis.clone(), language)),
    }
}
