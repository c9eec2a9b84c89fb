//! An edition: one year of the programme.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    activity::SourceRef,
    input::{Faults, Object, Read},
    text::{Line, Slug, Text, Words},
    when::{Day, Month},
};

/// A row of an edition's programme (板块).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its name in addresses.
    pub slug: Slug,
    /// What it is called.
    pub title: Text,
}

impl Read for Section {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let slug = object.required::<Slug>("slug", faults);
        let title = object.required::<Text>("title", faults);
        object.close(faults);
        Some(Self {
            slug: slug?,
            title: title?,
        })
    }
}

/// A number that a source states about an edition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// What was counted, e.g. `held_so_far`.
    pub what: String,
    /// How many.
    #[serde(serialize_with = "super::number::serialize")]
    pub value: f64,
    /// As of which day.
    pub on: NaiveDate,
    /// Who says so.
    pub source: Option<SourceRef>,
}

impl Read for Stated {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let what = object.required::<Line>("what", faults).map(|line| line.0);
        let number = object.required::<f64>("value", faults);
        let on = object.required::<Day>("on", faults).map(|day| day.0);
        let source = object.optional::<SourceRef>("source", faults);
        object.close(faults);
        Some(Self {
            what: what?,
            value: number?,
            on: on?,
            source,
        })
    }
}

/// One edition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    /// The year; its id.
    pub year: i32,
    /// 届, where sources agree on it.
    pub ordinal: Option<i64>,
    /// The annual theme.
    pub theme: Words,
    /// First day of the main session.
    pub main_from: Option<NaiveDate>,
    /// Last day of the main session.
    pub main_to: Option<NaiveDate>,
    /// The first month that the promise covers; null = January.
    pub promise_from: Option<Month>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// Its hosts.
    pub hosts: Vec<Words>,
    /// What sources claim of it.
    pub stated: Vec<Stated>,
}

impl Read for Edition {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let year =
            object
                .required::<i64>("year", faults)
                .and_then(|year| match i32::try_from(year) {
                    Ok(year) if (1900..=2199).contains(&year) => Some(year),
                    _ => {
                        faults.add(
                            object.at("year"),
                            format!("{year} is not a year from 1900 to 2199"),
                        );
                        None
                    }
                });
        let theme = object.required::<Words>("theme", faults);
        let main_from = object.optional::<Day>("main_from", faults).map(|day| day.0);
        let main_to = object.optional::<Day>("main_to", faults).map(|day| day.0);
        if let (Some(from), Some(to)) = (main_from, main_to)
            && to < from
        {
            faults.add(
                object.at("main_to"),
                format!("{to} is before the first day, {from}"),
            );
        }
        let promise_from = object.optional::<Month>("promise_from", faults);
        if let (Some(month), Some(year)) = (promise_from, year)
            && month.year() != year
        {
            faults.add(
                object.at("promise_from"),
                format!("{month} does not lie in {year}"),
            );
        }
        let sections = object
            .optional::<Vec<Section>>("sections", faults)
            .unwrap_or_default();
        for (i, section) in sections.iter().enumerate() {
            if sections
                .iter()
                .take(i)
                .any(|earlier| earlier.slug == section.slug)
            {
                faults.add(
                    object.at("sections"),
                    format!("{:?} stands there twice", section.slug.0),
                );
            }
        }
        let edition = Self {
            year: year.unwrap_or_default(),
            ordinal: object.optional("ordinal", faults),
            theme: theme.clone().unwrap_or_default(),
            main_from,
            main_to,
            promise_from,
            sections,
            hosts: object.optional("hosts", faults).unwrap_or_default(),
            stated: object.optional("stated", faults).unwrap_or_default(),
        };
        object.close(faults);
        (year.is_some() && theme.is_some()).then_some(edition)
    }
}
