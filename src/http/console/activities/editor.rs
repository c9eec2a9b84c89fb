//! The form for an activity: the same for a new one, for a change, and for whoever was second.
//!
//! Invariant: it asks for no hour where none is known: the precision of a date is chosen first.

use askama::Template;
use axum::response::Response;
use entity::vocab::{Audience, District, Kind, Mode, Qualifier, Strand};
use serde_json::{Value, json};

use super::{
    super::{
        answer::shown,
        difference::Difference,
        fields::{Field, Group, Source},
        frame::Frame,
        seat::Seated,
        sheet::Sheet,
        words::{self as w},
    },
    offered::{activities, offered},
};
use crate::{
    domain::{
        input::Fault,
        rights::{Deed, Reach},
        role::Office,
    },
    http::{Web, site::organizer_role},
    publish::wording::{self, either},
};

/// What a form is for.
pub(super) enum Purpose {
    New,
    /// A draft, at this version.
    Draft(i64),
    /// A public activity, at this version: a change of it is news, or a correction.
    Public(i64),
}

/// Everything that a form shows.
pub(super) struct Editor<'a> {
    pub(super) purpose: Purpose,
    pub(super) action: String,
    pub(super) sheet: Sheet,
    /// What stood there when the form was opened.
    pub(super) base: Sheet,
    pub(super) faults: &'a [Fault],
    /// Why nothing was done, beside the faults.
    pub(super) errors: Vec<String>,
    /// That somebody else was first.
    pub(super) told: Option<String>,
    /// What somebody else changed meanwhile.
    pub(super) differences: Vec<Difference>,
    /// Whether a change is a quiet correction.
    pub(super) quiet: bool,
    pub(super) key: String,
}

#[derive(Template)]
#[template(path = "console/editor.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    action: String,
    /// Where it leads to leave all as it is.
    back: String,
    groups: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
    told: Option<String>,
    differences: Vec<Difference>,
    version: Option<i64>,
    base: String,
    key: String,
    public: bool,
    quiet: bool,
}

/// Words as a form offers them.
fn words<T: Copy + std::fmt::Display>(
    all: &'static [T],
    label: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    let named = |word: &T| (word.to_string(), label(*word).to_owned());
    all.iter().map(named).collect()
}

impl Editor<'_> {
    /// The page.
    pub(super) fn page(self, web: &Web, seated: &Seated) -> Response {
        let language = seated.language;
        let title = match self.purpose {
            Purpose::New => w::NEW_ACTIVITY,
            Purpose::Draft(_) | Purpose::Public(_) => w::CHANGE_ACTIVITY,
        }
        .plain(language);
        let source = Source {
            sheet: &self.sheet,
            faults: self.faults,
            language,
        };
        let groups = groups(web, seated, &source);
        let page = Page {
            frame: Frame::new(web, seated, title),
            title,
            summary: source.summary(&groups),
            groups,
            back: match self.action.rsplit_once('/') {
                Some((back, _)) => back.to_owned(),
                None => "/console/activities".to_owned(),
            },
            action: self.action,
            errors: self.errors,
            told: self.told,
            differences: self.differences,
            version: match self.purpose {
                Purpose::New => None,
                Purpose::Draft(version) | Purpose::Public(version) => Some(version),
            },
            base: self.base.kept(),
            key: self.key,
            public: matches!(self.purpose, Purpose::Public(_)),
            quiet: self.quiet,
        };
        shown(&page, language)
    }
}

/// A text in both languages.
fn both(source: &Source<'_>, name: &str, label: &str, long: bool) -> [Field; 2] {
    [("zh", "zh-CN", w::IN_CHINESE), ("en", "en", w::IN_ENGLISH)].map(|(key, lang, words)| {
        let label = words.say(source.language, &[("label", label)]);
        let name = format!("{name}/{key}");
        let field = match long {
            true => source.long(&name, &label),
            false => source.line(&name, &label, "text"),
        };
        field.written_in(lang)
    })
}

/// The fields of a slot.
pub(super) fn when_group(source: &Source<'_>) -> Group {
    let language = source.language;
    let say = |phrase: wording::Phrase| phrase.plain(language);
    let precisions = [
        ("minute", w::TO_THE_MINUTE),
        ("day", w::TO_THE_DAY),
        ("month", w::TO_THE_MONTH),
        ("unknown", w::NOT_KNOWN),
    ];
    let precisions = precisions.map(|(value, label)| (value.to_owned(), say(label).to_owned()));
    Group::new(
        w::label("when", language),
        vec![
            source.radio("/when/precision", say(w::PRECISION), precisions),
            source.line("/when/starts_on", say(w::STARTS_ON), "date"),
            source
                .line("/when/starts_time", say(w::STARTS_TIME), "time")
                .hinted(say(w::ONLY_TO_THE_MINUTE)),
            source
                .line("/when/ends_on", say(w::ENDS_ON), "date")
                .hinted(say(w::WHERE_IT_ENDS_LATER)),
            source.line("/when/ends_time", say(w::ENDS_TIME), "time"),
            source
                .line("/when/month", say(w::MONTH), "month")
                .hinted(say(w::ONLY_TO_THE_MONTH)),
        ],
    )
    .hinted(say(w::PRECISION_ABOUT))
}

/// The fields of a place.
pub(super) fn venue_group(source: &Source<'_>) -> Group {
    let language = source.language;
    let say = |phrase: wording::Phrase| phrase.plain(language);
    let mut fields = Vec::new();
    fields.extend(both(source, "/venue/name", say(w::VENUE_NAME), false));
    fields.extend(both(source, "/venue/address", say(w::VENUE_ADDRESS), false));
    for (name, label) in [("latitude", w::LATITUDE), ("longitude", w::LONGITUDE)] {
        fields.push(source.line(&format!("/venue/{name}"), say(label), "text"));
    }
    Group::new(w::label("venue", language), fields)
}

/// The districts to tick.
pub(super) fn districts(source: &Source<'_>) -> Field {
    let language = source.language;
    let all = words(District::ALL, |it| either(language, it.zh(), it.en()));
    source.ticks("/districts", w::label("districts", language), all)
}

/// The ways of attending.
pub(super) fn mode(source: &Source<'_>) -> Field {
    let language = source.language;
    let all = words(Mode::ALL, |it| either(language, it.zh(), it.en()));
    source.select("/mode", w::label("mode", language), all)
}

/// Rows of figures, some of them empty.
pub(super) fn figures(source: &Source<'_>) -> Group {
    let language = source.language;
    let say = |phrase: wording::Phrase| phrase.plain(language);
    let known = ["on_site", "views", "participants", "presenters"];
    let qualifiers = || words(Qualifier::ALL, |it| either(language, it.zh(), it.en()));
    let mut fields = Vec::new();
    for row in 0..source.sheet.rows("figures") + 2 {
        let at = |field: &str| format!("/figures/{row}/{field}");
        let numbered = |phrase: wording::Phrase| format!("{} {}", say(phrase), row + 1);
        fields.push(
            source
                .line(&at("what"), &numbered(w::FIGURE_WHAT), "text")
                .offering(
                    known.map(|what| (what.to_owned(), wording::figure(what, language).to_owned())),
                )
                .hinted(say(w::FIGURE_HINT)),
        );
        fields.push(source.line(&at("value"), &numbered(w::FIGURE_VALUE), "text"));
        fields.push(source.select(
            &at("qualifier"),
            &numbered(w::FIGURE_QUALIFIER),
            qualifiers(),
        ));
    }
    Group::new(w::label("figures", language), fields).in_rows_of(3)
}

/// Rows of outcomes, some of them empty.
pub(super) fn outcomes(source: &Source<'_>) -> Group {
    let language = source.language;
    let label = w::label("outcomes", language);
    let mut fields = Vec::new();
    for row in 0..source.sheet.rows("outcomes") + 1 {
        let numbered = format!("{label} {}", row + 1);
        fields.extend(both(source, &format!("/outcomes/{row}"), &numbered, true));
    }
    Group::new(label, fields).in_rows_of(2)
}

/// All fields of an activity.
pub(in crate::http::console) fn groups(
    web: &Web,
    seated: &Seated,
    source: &Source<'_>,
) -> Vec<Group> {
    let language = seated.language;
    let say = |phrase: wording::Phrase| phrase.plain(language);
    let label = |field: &'static str| w::label(field, language);
    let (years, series, sections) = offered(web, language);

    let mut what = vec![
        source
            .select("/edition", label("edition"), years)
            .required(),
        source
            .radio(
                "/strand",
                label("strand"),
                words(Strand::ALL, |it| either(language, it.zh(), it.en())),
            )
            .required(),
        source
            .select("/section", label("section"), sections)
            .hinted(say(w::SECTION_HINT)),
        source.select("/series", label("series"), series),
        source
            .select(
                "/kind",
                label("kind"),
                words(Kind::ALL, |it| either(language, it.zh(), it.en())),
            )
            .hinted(say(w::NEEDED_TO_ANNOUNCE)),
        source
            .line("/parent", label("parent"), "text")
            .offering(activities(web, language))
            .hinted(say(w::PARENT_HINT)),
    ];
    if seated.reach(Deed::WriteActivity) == Reach::All {
        let offices = std::iter::once(Office::City).chain(
            District::ALL
                .iter()
                .map(|district| Office::District(*district)),
        );
        let offices = offices.map(|it| (it.to_string(), wording::office(it, language)));
        what.push(source.select("/office", label("office"), offices));
    }
    if seated.reach(Deed::SetHighlight) == Reach::All {
        what.push(source.flag("/highlight", say(w::HIGHLIGHT)));
    }
    let mut texts = Vec::new();
    texts.extend(both(source, "/title", label("title"), false));
    if let Some(title) = texts.first_mut() {
        title.required = true;
    }
    texts.extend(both(source, "/summary", label("summary"), true));
    texts.extend(both(source, "/description", label("description"), true));

    let mut place = venue_group(source);
    place.fields.insert(0, districts(source));
    let attending = vec![
        mode(source),
        source.line("/live_url", label("live_url"), "url"),
        source.line("/registration_url", label("registration_url"), "url"),
        source.ticks(
            "/audiences",
            label("audiences"),
            words(Audience::ALL, |it| either(language, it.zh(), it.en())),
        ),
        source
            .line("/partner_regions", label("partner_regions"), "text")
            .hinted(say(w::REGIONS_HINT)),
    ];
    vec![
        Group::new(say(w::WHAT), what),
        Group::new(say(w::TEXTS), texts).in_rows_of(2),
        when_group(source),
        place,
        Group::new(say(w::ATTENDING), attending),
        organizers(source).folded(),
        contact(source).folded(),
        sources(source).folded(),
        figures(source).folded(),
        outcomes(source).folded(),
    ]
}

fn organizers(source: &Source<'_>) -> Group {
    let language = source.language;
    let label = w::label("organizers", language);
    let roles = || {
        ["host", "co_host", "organizer", "co_organizer", "supporter"]
            .map(|role| (role.to_owned(), organizer_role(role, language).to_owned()))
    };
    let mut fields = Vec::new();
    for row in 0..source.sheet.rows("organizers") + 2 {
        let numbered = format!("{label} {}", row + 1);
        let at = |field: &str| format!("/organizers/{row}/{field}");
        let part = format!("{} {}", w::ORGANIZER_ROLE.plain(language), row + 1);
        fields.push(source.select(&at("role"), &part, roles()));
        fields.extend(both(source, &at("name"), &numbered, false));
        let url = format!("{} {}", w::label("url", language), row + 1);
        fields.push(source.line(&at("url"), &url, "url"));
    }
    Group::new(label, fields).in_rows_of(4)
}

fn contact(source: &Source<'_>) -> Group {
    let language = source.language;
    let fields = [
        ("name", w::CONTACT_NAME, "text"),
        ("email", w::CONTACT_EMAIL, "email"),
        ("phone", w::CONTACT_PHONE, "tel"),
    ];
    let fields = fields.map(|(name, label, kind)| {
        source.line(&format!("/contact/{name}"), label.plain(language), kind)
    });
    Group::new(w::label("contact", language), fields.into())
        .hinted(w::CONTACT_IS_PUBLIC.plain(language))
}

fn sources(source: &Source<'_>) -> Group {
    let language = source.language;
    let mut fields = Vec::new();
    for row in 0..source.sheet.rows("sources") + 1 {
        let parts = [
            ("url", w::SOURCE_URL, "url"),
            ("title", w::SOURCE_TITLE, "text"),
            ("stated_on", w::SOURCE_DAY, "date"),
            ("basis", w::SOURCE_BASIS, "text"),
            ("uid", w::SOURCE_UID, "text"),
        ];
        for (name, label, kind) in parts {
            let label = format!("{} {}", label.plain(language), row + 1);
            fields.push(source.line(&format!("/sources/{row}/{name}"), &label, kind));
        }
    }
    Group::new(w::label("sources", language), fields).in_rows_of(3)
}

/// The fields of a new activity: this year's, of one's own office.
pub(super) fn fresh(web: &Web, seated: &Seated, asked: Option<i32>) -> Sheet {
    let state = web.services.catalogue.read();
    let now = crate::domain::when::day_of(web.services.now());
    let this_year = chrono::Datelike::year(&now);
    let year = asked
        .filter(|year| state.edition(*year).is_some())
        .or_else(|| state.edition(this_year).map(|edition| edition.value.year))
        .or_else(|| {
            state
                .editions()
                .next_back()
                .map(|edition| edition.value.year)
        });
    let office = seated.seat.role.own_office();
    let districts = match office {
        Office::District(district) => json!([district]),
        Office::City => json!([]),
    };
    let mut document = json!({ "strand": "year_round", "office": office, "districts": districts });
    if let Some(year) = year {
        document["edition"] = json!(year);
    }
    Sheet::of_json(&document)
}

/// An activity's fields.
pub(in crate::http::console) fn of_content(content: &impl serde::Serialize) -> Sheet {
    let content: Value = serde_json::to_value(content).unwrap_or_default();
    Sheet::of_json(&content)
}
