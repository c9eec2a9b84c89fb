//! The form for a source's settings: the same for a new one, for a change, and for whoever was second.
//!
//! Invariant: what it is trusted with is ticked kind by kind, and nothing is ticked that nobody ticked.

use askama::Template;
use axum::response::Response;
use entity::vocab::{District, Kind};

use super::{
    super::{
        activities::offered,
        answer::{refused, shown},
        difference::Difference,
        fields::{Group, Source as Fields},
        frame::Frame,
        imports::mappings,
        once,
        seat::Seated,
        sheet::Sheet,
        words::{self as w},
    },
    at,
};
use crate::{
    domain::{
        input::Fault,
        rights::{Deed, Reach},
        role::Office,
        source::{ProposalKind, SourceFormat},
    },
    http::Web,
    publish::wording::{self, Phrase, either},
};

/// What a form is for.
pub(super) enum Purpose<'a> {
    New,
    /// Other settings of a source, at this version.
    Change(&'a str, i64),
}

/// Everything that a form shows.
pub(super) struct Editor<'a> {
    pub(super) purpose: Purpose<'a>,
    pub(super) sheet: Sheet,
    /// What stood there when the form was opened.
    pub(super) base: Sheet,
    pub(super) faults: &'a [Fault],
    /// Why nothing was done, beside the faults.
    pub(super) errors: Vec<String>,
    /// What somebody else changed meanwhile.
    pub(super) differences: Vec<Difference>,
}

#[derive(Template)]
#[template(path = "console/source_form.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    about: &'static str,
    action: String,
    back: String,
    groups: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
    differences: Vec<Difference>,
    version: Option<i64>,
    base: String,
    key: String,
}

impl Editor<'_> {
    /// The page.
    pub(super) async fn page(self, web: &Web, seated: &Seated) -> Response {
        let mut mappings = match mappings(web, seated).await {
            Ok(mappings) => mappings,
            Err(error) => return refused(web, seated, error),
        };
        // One that is set, and not theirs to choose, stays.
        let set = self.sheet.get("/mapping");
        if !set.is_empty() && !mappings.iter().any(|(id, _)| id == set) {
            mappings.push((set.to_owned(), set.to_owned()));
        }
        let language = seated.language;
        let fields = Fields {
            sheet: &self.sheet,
            faults: self.faults,
            language,
        };
        let (title, about, action, back, version) = match self.purpose {
            Purpose::New => (
                w::NEW_SOURCE,
                w::NEW_SOURCE_ABOUT,
                "/console/sources/new".to_owned(),
                "/console/sources".to_owned(),
                None,
            ),
            Purpose::Change(id, version) => {
                let href = at(id);
                let action = format!("{href}/edit");
                let (title, about) = (w::CHANGE_SOURCE, w::CHANGE_SOURCE_ABOUT);
                (title, about, action, href, Some(version))
            }
        };
        let title = title.plain(language);
        let groups = groups(web, seated, &fields, mappings);
        let page = Page {
            frame: Frame::new(web, seated, title),
            title,
            about: about.plain(language),
            summary: fields.summary(&groups),
            groups,
            action,
            back,
            errors: self.errors,
            differences: self.differences,
            version,
            base: self.base.kept(),
            key: once::fresh(),
        };
        shown(&page, language)
    }
}

/// Words as the form offers them.
fn words<T: Copy + std::fmt::Display>(
    all: &'static [T],
    label: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    let named = |word: &T| (word.to_string(), label(*word).to_owned());
    all.iter().map(named).collect()
}

fn groups(
    web: &Web,
    seated: &Seated,
    fields: &Fields<'_>,
    mappings: Vec<(String, String)>,
) -> Vec<Group> {
    let language = fields.language;
    let say = |phrase: Phrase| phrase.plain(language);
    let label = |field: &'static str| w::label(field, language);
    let formats = words(SourceFormat::ALL, |it| w::source_format(it).plain(language));
    let place = vec![
        fields
            .line("/name", label("name"), "text")
            .hinted(say(w::SOURCE_NAME_HINT))
            .required(),
        fields
            .line("/url", label("url"), "url")
            .hinted(say(w::SOURCE_URL_HINT)),
        fields.radio("/format", label("format"), formats),
        fields
            .line("/interval_minutes", label("interval_minutes"), "number")
            .hinted(say(w::MINUTES_HINT)),
    ];
    let (years, _, _) = offered(web, language);
    let districts = words(District::ALL, |it| either(language, it.zh(), it.en()));
    let kinds = words(Kind::ALL, |it| either(language, it.zh(), it.en()));
    let mut defaults = Vec::new();
    if seated.reach(Deed::ManageSources) == Reach::All {
        let offices = std::iter::once(Office::City)
            .chain(District::ALL.iter().copied().map(Office::District))
            .map(|it| (it.to_string(), wording::office(it, language)));
        let office = fields.select("/office", label("office"), offices);
        defaults.push(office.hinted(say(w::SOURCE_OFFICE_HINT)));
    }
    defaults.extend([
        fields
            .select("/edition", label("edition"), years)
            .hinted(say(w::SOURCE_EDITION_HINT)),
        fields.select("/district", label("district"), districts),
        fields
            .select("/kind", label("kind"), kinds)
            .hinted(say(w::SOURCE_KIND_HINT)),
        fields
            .line("/since", label("since"), "date")
            .hinted(say(w::SINCE_HINT)),
        fields
            .select("/mapping", label("mapping"), mappings)
            .hinted(say(w::MAPPING_HINT)),
    ]);
    let trust = words(ProposalKind::ALL, |it| w::trust(it).plain(language));
    let trust = fields.ticks("/trust", label("trust"), trust);
    vec![
        Group::new(say(w::SOURCE_WHERE), place),
        Group::new(say(w::SOURCE_DEFAULTS), defaults).hinted(say(w::SOURCE_DEFAULTS_HINT)),
        Group::new(say(w::SOURCE_TRUST), vec![trust]).hinted(say(w::SOURCE_TRUST_HINT)),
    ]
}
