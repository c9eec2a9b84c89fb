//! An activity: what offices write of it, and what actions made of it.
//!
//! Invariant: `Content` is what a request can set; status, revision and the times are set by actions alone.

use chrono::{DateTime, Utc};
use entity::vocab::{Audience, District, Kind, Mode, Status, Strand};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use super::parts::{Contact, Figure, Organizer, Region, SourceRef, Venue};
use super::{
    input::{Faults, Object},
    role::Office,
    text::{Line, Slug, Text, WebAddress, Words},
    when::{When, instant},
};
use crate::ids::ActivityId;

/// The only zone of the programme.
pub const TIME_ZONE: &str = "Asia/Shanghai";

/// What offices write of an activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The edition's year.
    pub edition: i32,
    /// Main session or year-round.
    pub strand: Strand,
    /// A section's slug within the edition.
    pub section: Option<Slug>,
    /// A series' slug.
    pub series: Option<Slug>,
    /// The activity it belongs to.
    pub parent: Option<ActivityId>,
    /// What sort it is; needed for announcing.
    pub kind: Option<Kind>,
    /// What it is called.
    pub title: Text,
    /// In two sentences.
    pub summary: Words,
    /// In full.
    pub description: Words,
    /// When it takes place; needed for announcing.
    #[serde(with = "super::when::or_null")]
    pub when: When,
    /// Always `Asia/Shanghai`.
    pub time_zone: String,
    /// Where in the city; none when online, elsewhere or unknown.
    pub districts: Vec<District>,
    /// The place.
    pub venue: Option<Venue>,
    /// How people attend; null when no source says it.
    pub mode: Option<Mode>,
    /// Where to watch it.
    pub live_url: Option<WebAddress>,
    /// Where to register.
    pub registration_url: Option<WebAddress>,
    /// For whom.
    pub audiences: Vec<Audience>,
    /// From where partners come.
    pub partner_regions: Vec<Region>,
    /// Who stands behind it.
    pub organizers: Vec<Organizer>,
    /// One of the quarter's; set by the organising office.
    pub highlight: bool,
    /// Numbers stated about it.
    pub figures: Vec<Figure>,
    /// What came of it.
    pub outcomes: Vec<Words>,
    /// Whom to ask.
    pub contact: Option<Contact>,
    /// Who may change it.
    pub office: Office,
    /// Where the facts come from.
    pub sources: Vec<SourceRef>,
}

/// An activity's content and the name it asks for in addresses, as somebody sent them.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it says.
    pub content: Content,
    /// The slug asked for.
    pub slug: Option<Slug>,
}

fn distinct<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    items.into_iter().fold(Vec::new(), |mut kept, item| {
        if !kept.contains(&item) {
            kept.push(item);
        }
        kept
    })
}

/// Fields of an activity that the server sets; in a request they are faults with a reason.
const SET_BY_ACTIONS: [&str; 9] = [
    "id",
    "uid",
    "status",
    "revision",
    "previous_when",
    "announced_at",
    "updated_at",
    "publish_at",
    "replaced_by",
];

impl Draft {
    /// Reads a draft; `office` is whose it is when the request names none.
    pub fn read(value: &Value, office: Office, faults: &mut Faults) -> Option<Self> {
        let at = "";
        let mut object = Object::open(value, at, faults)?;
        for name in SET_BY_ACTIONS {
            if object.has(name) {
                object.ignored(name);
                faults.add(
                    object.at(name),
                    format!("{name} is set by actions, not by a request"),
                );
            }
        }
        let edition =
            object
                .required::<i64>("edition", faults)
                .and_then(|year| match i32::try_from(year) {
                    Ok(year) if (1900..=2199).contains(&year) => Some(year),
                    _ => {
                        faults.add(
                            "/edition",
                            format!("{year} is not a year from 1900 to 2199"),
                        );
                        None
                    }
                });
        let strand = object.required::<Strand>("strand", faults);
        let title = object.required::<Text>("title", faults);
        let section = object.optional::<Slug>("section", faults);
        if let (Some(Strand::YearRound), Some(section)) = (strand, &section) {
            faults.add(
                "/section",
                format!(
                    "{:?}: the year_round strand lies outside the sections",
                    section.0
                ),
            );
        }
        let time_zone = object
            .optional::<Line>("time_zone", faults)
            .map(|line| line.0);
        if let Some(zone) = &time_zone
            && zone != TIME_ZONE
        {
            faults.add(
                "/time_zone",
                format!("{zone:?} is not the programme's time zone, {TIME_ZONE}"),
            );
        }
        let slug = object.optional::<Slug>("slug", faults);
        let content = Content {
            edition: edition.unwrap_or_default(),
            strand: strand.unwrap_or(Strand::YearRound),
            section,
            series: object.optional("series", faults),
            parent: object.optional("parent", faults),
            kind: object.optional("kind", faults),
            title: title.clone().unwrap_or_default(),
            summary: object.optional("summary", faults).unwrap_or_default(),
            description: object.optional("description", faults).unwrap_or_default(),
            when: object.optional("when", faults).unwrap_or(When::Unstated),
            time_zone: TIME_ZONE.to_owned(),
            districts: {
                let mut districts = distinct(
                    object
                        .optional::<Vec<District>>("districts", faults)
                        .unwrap_or_default(),
                );
                districts.sort_unstable();
                districts
            },
            venue: object.optional("venue", faults),
            mode: object.optional("mode", faults),
            live_url: object.optional("live_url", faults),
            registration_url: object.optional("registration_url", faults),
            audiences: distinct(object.optional("audiences", faults).unwrap_or_default()),
            partner_regions: distinct(
                object
                    .optional("partner_regions", faults)
                    .unwrap_or_default(),
            ),
            organizers: object.optional("organizers", faults).unwrap_or_default(),
            highlight: object.optional("highlight", faults).unwrap_or_default(),
            figures: object.optional("figures", faults).unwrap_or_default(),
            outcomes: object.optional("outcomes", faults).unwrap_or_default(),
            contact: object.optional("contact", faults),
            office: object.optional("office", faults).unwrap_or(office),
            sources: object.optional("sources", faults).unwrap_or_default(),
        };
        object.close(faults);
        (edition.is_some() && strand.is_some() && title.is_some()).then_some(Self { content, slug })
    }
}

/// One thing that happens: a schema.org Event, an iCalendar VEVENT.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Its id for ever.
    pub id: ActivityId,
    /// Its iCalendar UID for ever (RFC 5545 §3.8.4.7).
    pub uid: String,
    /// Its name in addresses, for ever; withdrawing redacts it.
    pub slug: Slug,
    /// What offices wrote.
    #[serde(flatten)]
    pub content: Content,
    /// Where it is in its life.
    pub status: Status,
    /// The slot it had before it was rescheduled or postponed.
    pub previous_when: Option<When>,
    /// How many notices changed it.
    pub revision: i64,
    /// The first notice's `published_at`.
    #[serde(with = "instant::option")]
    pub announced_at: Option<DateTime<Utc>>,
    /// The last change's time: for public ones strictly a second later than the one before.
    #[serde(with = "instant")]
    pub updated_at: DateTime<Utc>,
    /// An embargo's hour; only before it is public.
    #[serde(
        default,
        with = "instant::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub publish_at: Option<DateTime<Utc>>,
    /// Where a withdrawn one's readers are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<ActivityId>,
}

impl Activity {
    /// A new draft.
    #[must_use]
    pub fn draft(
        id: ActivityId,
        authority: &str,
        slug: Slug,
        content: Content,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            uid: format!("{id}@{authority}"),
            id,
            slug,
            content,
            status: Status::Draft,
            previous_when: None,
            revision: 0,
            announced_at: None,
            updated_at: now,
            publish_at: None,
            replaced_by: None,
        }
    }

    /// The slot that calendars show: its own, or the last one while postponed or cancelled out of that.
    #[must_use]
    pub fn shown_when(&self) -> &When {
        match (&self.content.when, &self.previous_when) {
            (When::Unknown | When::Unstated, Some(previous)) => previous,
            (when, _) => when,
        }
    }

    /// What is left of a withdrawn one: what selections match by, and nothing that a person wrote.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let Content {
            edition,
            strand,
            section,
            series,
            parent: _,
            kind,
            districts,
            mode,
            audiences,
            highlight,
            office,
            ..
        } = self.content.clone();
        Self {
            content: Content {
                edition,
                strand,
                section,
                series,
                parent: None,
                kind,
                title: Text {
                    zh: "已撤回的活动".to_owned(),
                    en: Some("Withdrawn activity".to_owned()),
                },
                summary: Words::default(),
                description: Words::default(),
                when: When::Unknown,
                time_zone: TIME_ZONE.to_owned(),
                districts,
                venue: None,
                mode,
                live_url: None,
                registration_url: None,
                audiences,
                partner_regions: Vec::new(),
                organizers: Vec::new(),
                highlight,
                figures: Vec::new(),
                outcomes: Vec::new(),
                contact: None,
                office,
                sources: Vec::new(),
            },
            // A slug is made from a title; an address needs only the id.
            slug: Slug(
                self.id
                    .as_str()
                    .replace("act_", "withdrawn-")
                    .to_ascii_lowercase(),
            ),
            previous_when: None,
            ..self.clone()
        }
    }
}
