//! `/console/editions/{year}`: one year: what it is, the form to change it, the next one, and the offices' contacts.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};

use super::{
    super::{
        answer::{refused, shown},
        difference::Difference,
        fields::{Group, Source},
        frame::Frame,
        once,
        seat::Seated,
        sheet::Sheet,
        words as w,
    },
    at, find,
};
use crate::{
    commands::{CommandError, list_office_contacts::list_office_contacts},
    domain::{
        dates::instant,
        edition::Edition,
        input::Fault,
        rights::{Deed, Reach},
        role::Office,
    },
    http::Web,
    publish::wording::{self, Phrase},
    store::reference::Versioned,
};

/// An office and whom to call there.
struct Contact {
    office: Office,
    name: String,
    /// The form, for who may change it.
    groups: Vec<Group>,
    /// Whether its form was sent, and was refused.
    open: bool,
    /// When what is shown had been said.
    seen: String,
    person: String,
    email: Option<String>,
    phone: Option<String>,
    said_on: Option<String>,
}

#[derive(Template)]
#[template(path = "console/edition.html")]
struct Page {
    frame: Frame,
    year: i32,
    action: String,
    version: i64,
    key: String,
    public: String,
    may_write: bool,
    groups: Vec<Group>,
    next: Vec<Group>,
    summary: Vec<(String, String)>,
    errors: Vec<String>,
    /// That somebody else was first.
    told: Option<String>,
    differences: Vec<Difference>,
    /// What stood in the edition's form before anybody changed it.
    base: String,
    contacts: Option<Vec<Contact>>,
}

/// What a page shows beside the edition: what somebody sent that was refused.
#[derive(Default)]
pub(super) struct Beside {
    /// The edition's form, where that was sent.
    pub(super) edition: Option<Sheet>,
    /// The form for the next one, where that was sent.
    pub(super) next: Option<Sheet>,
    /// The form of an office's contact, where that was sent.
    pub(super) contact: Option<(Office, Sheet)>,
    pub(super) faults: Vec<Fault>,
    /// What somebody else changed meanwhile of the edition.
    pub(super) differences: Vec<Difference>,
    pub(super) errors: Vec<String>,
    pub(super) version: Option<i64>,
    pub(super) told: Option<String>,
    pub(super) done: Option<String>,
}

/// A year.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(year): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    if let Err(error) = seated.must(Deed::ReadDrafts) {
        return refused(&web, &seated, error);
    }
    match find(&web, &year) {
        Ok(edition) => {
            let sent = Beside {
                done: w::done(query.as_deref(), seated.language),
                ..Beside::default()
            };
            answer(&web, &seated, &edition, sent).await
        }
        Err(error) => refused(&web, &seated, error),
    }
}

/// The page of an edition.
pub(super) async fn answer(
    web: &Web,
    seated: &Seated,
    edition: &Versioned<Edition>,
    sent: Beside,
) -> Response {
    match page_of(web, seated, edition, sent).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(web, seated, error),
    }
}

async fn page_of(
    web: &Web,
    seated: &Seated,
    edition: &Versioned<Edition>,
    sent: Beside,
) -> Result<Page, CommandError> {
    let language = seated.language;
    let year = edition.value.year;
    let value = serde_json::to_value(&edition.value).unwrap_or_default();
    let is_next = sent.next.is_some();
    let is_contact = sent.contact.is_some();
    let base = Sheet::of_json(&value).kept();
    let sheet = sent.edition.unwrap_or_else(|| Sheet::of_json(&value));
    let none = Vec::new();
    let source = Source {
        sheet: &sheet,
        faults: if is_next || is_contact {
            &none
        } else {
            &sent.faults
        },
        language,
    };
    let fresh = || {
        let mut sheet = Sheet::default();
        sheet.set("/year", &(year + 1).to_string());
        sheet
    };
    let next_sheet = sent.next.unwrap_or_else(fresh);
    let next_source = Source {
        sheet: &next_sheet,
        faults: if is_next { &sent.faults } else { &none },
        language,
    };
    let (groups, next) = (groups(&source), vec![next_group(&next_source)]);
    let summary = match is_next {
        true => next_source.summary(&next),
        false => source.summary(&groups),
    };
    Ok(Page {
        frame: Frame::new(web, seated, &year.to_string()).saying(sent.done),
        year,
        action: at(year),
        version: sent.version.unwrap_or(edition.version),
        key: once::fresh(),
        public: format!("/{language}/promise/{year}"),
        may_write: seated.may(Deed::WriteReference),
        groups,
        next,
        summary,
        errors: sent.errors,
        told: sent.told,
        differences: sent.differences,
        base,
        contacts: contacts(web, seated, year, sent.contact, &sent.faults).await?,
    })
}

fn both(source: &Source<'_>, name: &str, label: &str) -> [super::super::fields::Field; 2] {
    [("zh", "zh-CN", w::IN_CHINESE), ("en", "en", w::IN_ENGLISH)].map(|(key, lang, words)| {
        let label = words.say(source.language, &[("label", label)]);
        source
            .line(&format!("{name}/{key}"), &label, "text")
            .written_in(lang)
    })
}

fn groups(source: &Source<'_>) -> Vec<Group> {
    let language = source.language;
    let label = |field: &'static str| w::label(field, language);
    let say = |phrase: Phrase| phrase.plain(language);
    let mut what = Vec::from(both(source, "/theme", label("theme")));
    what.push(source.line("/ordinal", label("ordinal"), "text"));
    what.push(source.line("/main_from", label("main_from"), "date"));
    what.push(source.line("/main_to", label("main_to"), "date"));
    what.push(
        source
            .line("/promise_from", say(w::PROMISE_FROM), "month")
            .hinted(say(w::PROMISE_FROM_HINT)),
    );
    let mut sections = Vec::new();
    for row in 0..source.sheet.rows("sections") + 2 {
        let slug = format!("{} {}", label("slug"), row + 1);
        sections.push(source.line(&format!("/sections/{row}/slug"), &slug, "text"));
        let title = format!("{} {}", label("sections"), row + 1);
        sections.extend(both(source, &format!("/sections/{row}/title"), &title));
    }
    let mut hosts = Vec::new();
    for row in 0..source.sheet.rows("hosts") + 2 {
        let host = format!("{} {}", label("hosts"), row + 1);
        hosts.extend(both(source, &format!("/hosts/{row}"), &host));
    }
    vec![
        Group::new(say(w::THE_YEAR), what),
        Group::new(label("sections"), sections)
            .hinted(say(w::SECTIONS_HINT))
            .in_rows_of(3),
        Group::new(label("hosts"), hosts).in_rows_of(2),
    ]
}

fn next_group(source: &Source<'_>) -> Group {
    let language = source.language;
    let label = |field: &'static str| w::label(field, language);
    let mut fields = vec![source.line("/year", label("year"), "text")];
    fields.extend(both(source, "/theme", label("theme")));
    fields.push(source.line("/main_from", label("main_from"), "date"));
    fields.push(source.line("/main_to", label("main_to"), "date"));
    // The other form of the page has fields of the same names.
    for field in &mut fields {
        field.id = format!("next{}", field.id);
    }
    Group::new(w::ROLL_OVER.plain(language), fields).hinted(w::ROLL_OVER_ABOUT.plain(language))
}

/// Whom to call in each office; none for who may not know.
async fn contacts(
    web: &Web,
    seated: &Seated,
    year: i32,
    sent: Option<(Office, Sheet)>,
    faults: &[Fault],
) -> Result<Option<Vec<Contact>>, CommandError> {
    if !seated.may(Deed::ReadContacts) {
        return Ok(None);
    }
    let language = seated.language;
    let known = list_office_contacts(&web.services, &seated.caller(), year).await?;
    let districts = entity::vocab::District::ALL.iter();
    let offices =
        std::iter::once(Office::City).chain(districts.map(|district| Office::District(*district)));
    let reach = seated.reach(Deed::WriteContacts);
    let contacts = offices.map(|office| {
        let own = seated.seat.role.is_of(office);
        let may_write = reach == Reach::All || (reach == Reach::Own && own);
        let contact = known.iter().find(|contact| contact.office == office);
        let text = |of: fn(&crate::domain::office_contact::OfficeContact) -> &Option<String>| {
            contact.and_then(|contact| of(contact).clone())
        };
        let (person, email, phone) = (
            text(|it| &it.name),
            text(|it| &it.email),
            text(|it| &it.phone),
        );
        let sent = sent.as_ref().filter(|(of, _)| *of == office);
        let mut sheet = Sheet::default();
        for (name, value) in [("/name", &person), ("/email", &email), ("/phone", &phone)] {
            sheet.set(name, value.as_deref().unwrap_or_default());
        }
        let source = Source {
            sheet: sent.map_or(&sheet, |(_, sheet)| sheet),
            faults: if sent.is_some() { faults } else { &[] },
            language,
        };
        let groups = may_write.then(|| contact_group(&source, office));
        Contact {
            office,
            name: wording::office(office, language),
            groups: groups.into_iter().collect(),
            open: sent.is_some(),
            seen: contact.map_or_else(String::new, |contact| instant::text(contact.updated_at)),
            person: person.unwrap_or_default(),
            email,
            phone,
            said_on: contact.map(|contact| {
                let at = w::local(contact.updated_at);
                w::SAID_ON.say(language, &[("at", &at)])
            }),
        }
    });
    Ok(Some(contacts.collect()))
}

fn contact_group(source: &Source<'_>, office: Office) -> Group {
    let language = source.language;
    let fields = [
        ("/name", w::CONTACT_NAME, "text"),
        ("/email", w::CONTACT_EMAIL, "email"),
        ("/phone", w::CONTACT_PHONE, "tel"),
    ];
    let fields = fields.map(|(name, label, kind)| {
        let mut field = source.line(name, label.plain(language), kind);
        field.id = format!("{office}{}", field.id);
        field
    });
    Group::new(wording::office(office, language), fields.into())
}
