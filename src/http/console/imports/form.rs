//! The form that asks for a file, and what was wrong with the one before.
//!
//! Invariant: all faults of a file are counted and shown at once, each with its place; what was chosen beside it stays
//! chosen.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::vocab::{District, Kind, Language};

use super::{
    super::{
        activities::offered,
        answer::{refused, shown},
        fields::{Group, Source as Fields},
        form::Form,
        frame::Frame,
        seat::Seated,
        sheet::Sheet,
        words::{self as w, faults},
    },
    LOOK, Told,
};
use crate::{
    commands::{CommandError, mappings::list_mappings},
    domain::{input::Fault, role::Office},
    http::Web,
    publish::wording::{self, Phrase, either},
};

/// Mappings that are offered: as many as all offices may keep.
const MAPPINGS: u64 = 17 * 200;
/// Faults that are listed: more than anybody mends before they try again. A file may have a hundred in each row.
const LISTED: usize = 2_000;

/// The form as it was sent, if it was, and why nothing came of it.
#[derive(Default)]
pub(super) struct Asking {
    sheet: Sheet,
    /// Of the choices, each at its field.
    faults: Vec<Fault>,
    /// Of the file.
    wrong: Vec<Told>,
    unlisted: usize,
    errors: Vec<String>,
    status: StatusCode,
}

#[derive(Template)]
#[template(path = "console/import.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    action: &'static str,
    groups: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
    wrong: Vec<Told>,
    /// How many faults there are, and how many of them are not listed.
    count: String,
    more: Option<String>,
}

impl Asking {
    /// An empty form.
    pub(super) fn fresh() -> Self {
        let mut sheet = Sheet::default();
        sheet.set("/as", "drafts");
        Self {
            sheet,
            ..Self::default()
        }
    }

    fn again(form: &Form, status: StatusCode) -> Self {
        Self {
            sheet: Sheet::of_form(form),
            status,
            ..Self::default()
        }
    }

    /// There is no file to look at.
    pub(super) fn without(form: &Form, why: String) -> Self {
        Self {
            errors: vec![why],
            ..Self::again(form, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }

    /// The choices mean nothing.
    pub(super) fn mistaken(form: &Form, faults: Vec<Fault>) -> Self {
        Self {
            faults,
            ..Self::again(form, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }

    /// The file has faults.
    pub(super) fn faulty(form: &Form, faults: &[Fault], language: Language) -> Self {
        let wrong = faults.iter().take(LISTED);
        let wrong = wrong.map(|fault| Told::of(fault, language));
        Self {
            wrong: wrong.collect(),
            unlisted: faults.len().saturating_sub(LISTED),
            ..Self::again(form, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }

    /// Rows of the file are not theirs to bring.
    pub(super) fn barred(form: &Form, error: &CommandError, language: Language) -> Self {
        Self {
            errors: faults::told(error, language),
            ..Self::again(form, StatusCode::FORBIDDEN)
        }
    }

    /// The page.
    pub(super) async fn page(self, web: &Web, seated: &Seated) -> Response {
        let mappings = match mappings(web, seated).await {
            Ok(mappings) => mappings,
            Err(error) => return refused(web, seated, error),
        };
        let language = seated.language;
        let fields = Fields {
            sheet: &self.sheet,
            faults: &self.faults,
            language,
        };
        let say = |phrase: Phrase, n: usize| phrase.say(language, &[("n", &n.to_string())]);
        let title = w::IMPORT.plain(language);
        let groups = groups(web, &fields, mappings);
        let page = Page {
            frame: Frame::new(web, seated, title),
            title,
            action: LOOK,
            summary: fields.summary(&groups),
            groups,
            errors: self.errors,
            count: say(w::IMPORT_FAULTS, self.wrong.len() + self.unlisted),
            more: (self.unlisted > 0).then(|| say(w::IMPORT_MORE_FAULTS, self.unlisted)),
            wrong: self.wrong,
        };
        (self.status, shown(&page, language)).into_response()
    }
}

/// Those that whoever sits there may use, with the office of each that is not their own.
pub(in crate::http::console) async fn mappings(
    web: &Web,
    seated: &Seated,
) -> Result<Vec<(String, String)>, CommandError> {
    let found = list_mappings(&web.services, &seated.caller(), "", MAPPINGS).await?;
    let own = seated.seat.role.own_office();
    let named = found.into_iter().map(|found| {
        let mapping = found.value.mapping;
        let office = mapping.office.unwrap_or(Office::City);
        let name = match office == own {
            true => mapping.name,
            false => format!(
                "{} · {}",
                mapping.name,
                wording::office(office, seated.language)
            ),
        };
        (found.value.id, name)
    });
    Ok(named.collect())
}

fn groups(web: &Web, fields: &Fields<'_>, mappings: Vec<(String, String)>) -> Vec<Group> {
    let language = fields.language;
    let say = |phrase: Phrase| phrase.plain(language);
    let label = |field: &'static str| w::label(field, language);
    let become_ = [
        ("drafts", w::IMPORT_DRAFTS),
        ("announced", w::IMPORT_ANNOUNCED),
    ];
    let become_ = become_.map(|(value, phrase)| (value.to_owned(), say(phrase).to_owned()));
    let (years, _, _) = offered(web, language);
    let districts = District::ALL.iter();
    let districts = districts.map(|it| {
        (
            it.to_string(),
            either(language, it.zh(), it.en()).to_owned(),
        )
    });
    let kinds = Kind::ALL.iter();
    let kinds = kinds.map(|it| {
        (
            it.to_string(),
            either(language, it.zh(), it.en()).to_owned(),
        )
    });
    let filled = vec![
        fields
            .select("/edition", label("edition"), years)
            .hinted(say(w::SOURCE_EDITION_HINT)),
        fields.select("/district", label("district"), districts),
        fields.select("/kind", label("kind"), kinds),
        fields
            .select("/mapping", label("mapping"), mappings)
            .hinted(say(w::IMPORT_MAPPING_HINT)),
    ];
    vec![
        Group::new(
            say(w::IMPORT_AS),
            vec![fields.radio("/as", say(w::IMPORT_AS), become_)],
        )
        .in_rows_of(1),
        Group::new(say(w::IMPORT_FILLED), filled).hinted(say(w::IMPORT_FILLED_HINT)),
    ]
}
