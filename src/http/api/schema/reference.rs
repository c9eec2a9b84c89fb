//! The shapes of districts, editions, sections and series.

use entity::vocab::District;
use utoipa::ToSchema;

use super::SourceRef;
use crate::domain::text::{Text, Words};

/// A district.
#[derive(ToSchema)]
pub struct DistrictOutput {
    slug: District,
    /// Its six-digit code (GB/T 2260).
    adcode: String,
    name: Text,
}

/// The districts.
#[derive(ToSchema)]
pub struct Districts {
    districts: Vec<DistrictOutput>,
    next_cursor: Option<String>,
}

/// A section of an edition.
#[derive(ToSchema)]
pub struct Section {
    /// 1–80 of a–z, 0–9, hyphen; unique in its edition.
    slug: String,
    title: Text,
}

/// A section with its edition.
#[derive(ToSchema)]
pub struct SectionOutput {
    /// The edition's year.
    edition: i32,
    slug: String,
    title: Text,
}

/// A page of sections.
#[derive(ToSchema)]
pub struct Sections {
    sections: Vec<SectionOutput>,
    next_cursor: Option<String>,
}

/// A number that a source states about an edition.
#[derive(ToSchema)]
pub struct Stated {
    /// What was counted; `held_so_far` counts year-round activities.
    what: String,
    value: f64,
    /// As of which day.
    on: String,
    source: Option<SourceRef>,
}

/// What a request can set of an edition.
#[derive(ToSchema)]
pub struct EditionInput {
    /// 1900 to 2199; stays for ever.
    year: i32,
    /// 届, where sources agree on it.
    ordinal: Option<i64>,
    theme: Words,
    /// First day of the main session.
    main_from: Option<String>,
    /// Last day of the main session.
    main_to: Option<String>,
    /// The first month that the promise covers, e.g. 2021-03; January when absent.
    promise_from: Option<String>,
    /// In order.
    sections: Option<Vec<Section>>,
    hosts: Option<Vec<Words>>,
    stated: Option<Vec<Stated>>,
}

/// An edition.
#[derive(ToSchema)]
pub struct EditionOutput {
    year: i32,
    ordinal: Option<i64>,
    theme: Words,
    main_from: Option<String>,
    main_to: Option<String>,
    promise_from: Option<String>,
    sections: Vec<Section>,
    hosts: Vec<Words>,
    stated: Vec<Stated>,
}

/// A page of editions.
#[derive(ToSchema)]
pub struct Editions {
    editions: Vec<EditionOutput>,
    next_cursor: Option<String>,
}

/// What a request can say of the edition that another one is rolled over to.
#[derive(ToSchema)]
pub struct RollOverInput {
    /// A later year without an edition; the next one when absent.
    year: Option<i32>,
    /// The old one when absent.
    theme: Option<Words>,
    /// First day of the main session; not known when absent.
    main_from: Option<String>,
    /// Last day of the main session; not known when absent.
    main_to: Option<String>,
}

/// Whom to call in an office, in one edition. Personal data: editors alone read it.
#[derive(ToSchema)]
pub struct OfficeContact {
    /// `city`, or a district's slug.
    office: String,
    /// A person or a desk.
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// When somebody last said so, in this edition or in the one it was taken over from.
    updated_at: String,
}

/// A page of offices' contacts.
#[derive(ToSchema)]
pub struct OfficeContacts {
    contacts: Vec<OfficeContact>,
    next_cursor: Option<String>,
}

/// What a request can set of a series.
#[derive(ToSchema)]
pub struct SeriesInput {
    /// 1–80 of a–z, 0–9, hyphen; stays for ever.
    slug: String,
    title: Text,
    description: Option<Words>,
}

/// A series.
#[derive(ToSchema)]
pub struct SeriesOutput {
    slug: String,
    title: Text,
    description: Words,
}

/// A page of series.
#[derive(ToSchema)]
pub struct SeriesList {
    series: Vec<SeriesOutput>,
    next_cursor: Option<String>,
}
