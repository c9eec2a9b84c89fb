//! Arbitrary activities and actions. Values are few, so that sequences meet each other and go deep.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::vocab::{District, Kind, Mode, Qualifier, ReasonCode, Strand};
use proptest::{collection::vec, option, prelude::*, sample::select};
use yueli::domain::{
    action::{Action, Telling},
    activity::{Content, Figure, Venue},
    notice::Reason,
    role::Office,
    text::{Slug, Text, WebAddress, Words},
    when::{Month, When},
};

/// The hour at which sequences begin.
pub(super) fn start() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2021-06-01T09:00:00+08:00")
        .unwrap()
        .to_utc()
}

fn date(offset: i64) -> NaiveDate {
    (start() + TimeDelta::days(offset)).date_naive()
}

/// A slot around [`start`], of any precision.
pub(super) fn slot() -> impl Strategy<Value = When> {
    let days = -40i64..80;
    prop_oneof![
        3 => (days.clone(), option::of(1i64..600)).prop_map(|(day, minutes)| {
            let starts_at = start() + TimeDelta::days(day);
            When::Minute { starts_at, ends_at: minutes.map(|minutes| starts_at + TimeDelta::minutes(minutes)) }
        }),
        3 => (days, option::of(0i64..40)).prop_map(|(day, long)| When::Day {
            starts_on: date(day),
            ends_on: long.map(|long| date(day + long)),
        }),
        1 => (1u32..=12).prop_map(|month| When::Month { month: Month::new(2021, month).unwrap() }),
        1 => Just(When::Unknown),
    ]
}

fn words() -> impl Strategy<Value = Words> {
    (
        option::of(select(vec!["路演", "a\nb", "🎈"])),
        option::of(Just("Roadshow")),
    )
        .prop_map(|(zh, en)| Words {
            zh: zh.map(str::to_owned),
            en: en.map(str::to_owned),
        })
}

fn districts() -> impl Strategy<Value = Vec<District>> {
    vec(select(&District::ALL[4..8]), 0..3).prop_map(|mut districts| {
        districts.sort_unstable();
        districts.dedup();
        districts
    })
}

fn venue() -> impl Strategy<Value = Venue> {
    (words(), option::of(Just((39.9, 116.3)))).prop_map(|(name, place)| Venue {
        name,
        address: Words::default(),
        latitude: place.map(|place| place.0),
        longitude: place.map(|place| place.1),
    })
}

fn figures() -> impl Strategy<Value = Vec<Figure>> {
    vec(
        (
            select(vec![0.0, 17.0, 80.5, 4_100_000.0, 1e300]),
            select(Qualifier::ALL),
        ),
        0..2,
    )
    .prop_map(|figures| {
        figures
            .into_iter()
            .map(|(value, qualifier)| Figure {
                what: "views".to_owned(),
                value,
                qualifier,
            })
            .collect()
    })
}

/// What somebody may write; `section` and `series` exist in the tests' edition.
pub(super) fn content() -> impl Strategy<Value = Content> {
    let when = prop_oneof![9 => slot(), 1 => Just(When::Unstated)];
    let what = (
        option::weighted(0.9, select(Kind::ALL)),
        words(),
        when,
        districts(),
    );
    let how = (
        option::of(venue()),
        option::of(select(Mode::ALL)),
        figures(),
        any::<bool>(),
    );
    let where_in_it = (any::<bool>(), any::<bool>(), any::<bool>());
    (what, how, where_in_it).prop_map(
        |(
            (kind, summary, when, districts),
            (venue, mode, figures, highlight),
            (main, section, series),
        )| Content {
            edition: 2021,
            strand: if main {
                Strand::MainSession
            } else {
                Strand::YearRound
            },
            section: (main && section).then(|| slug("forum")),
            series: series.then(|| slug("global-roadshows")),
            parent: None,
            kind,
            title: Text {
                zh: "中英生命健康跨境路演".to_owned(),
                en: summary.en.clone(),
            },
            description: summary.clone(),
            summary,
            when,
            time_zone: "Asia/Shanghai".to_owned(),
            districts,
            venue,
            mode,
            live_url: highlight.then(|| WebAddress("https://a.example/".to_owned())),
            registration_url: None,
            audiences: Vec::new(),
            partner_regions: Vec::new(),
            organizers: Vec::new(),
            highlight,
            figures,
            outcomes: Vec::new(),
            contact: None,
            office: Office::City,
            sources: Vec::new(),
        },
    )
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn because() -> impl Strategy<Value = Option<Reason>> {
    option::of(
        (select(ReasonCode::ALL), words()).prop_map(|(code, words)| Reason {
            code,
            zh: words.zh,
            en: words.en,
        }),
    )
}

/// Any action; those that go on weigh more than those that end it.
pub(super) fn action() -> impl Strategy<Value = Action> {
    let telling = select(vec![Telling::Aloud, Telling::Quietly]);
    prop_oneof![
        1 => Just(Action::Submit),
        1 => Just(Action::Return),
        4 => option::weighted(0.2, -2i64..30).prop_map(|days| Action::Announce {
            publish_at: days.map(|days| start() + TimeDelta::days(days)),
        }),
        3 => (content(), telling).prop_map(|(content, telling)| Action::Update {
            content: Box::new(content), telling,
        }),
        3 => (slot(), because()).prop_map(|(when, reason)| Action::Reschedule { when, reason }),
        2 => (option::of(venue()), option::of(districts()), because())
            .prop_map(|(venue, districts, reason)| Action::Relocate { venue, districts, reason }),
        1 => (select(Mode::ALL), because())
            .prop_map(|(mode, reason)| Action::ChangeFormat { mode, live_url: None, reason }),
        2 => because().prop_map(|reason| Action::Postpone { reason }),
        2 => because().prop_map(|reason| Action::Cancel { reason }),
        2 => option::of(slot()).prop_map(|when| Action::Reinstate { when }),
        2 => option::of(figures()).prop_map(|figures| Action::Hold {
            figures, outcomes: None, stated_on: None,
        }),
        2 => Just(Action::Withdraw {
            reason: Reason { code: ReasonCode::Correction, zh: None, en: None },
            replaced_by: None,
        }),
    ]
}

/// An action, and how many hours pass before it.
pub(super) fn step() -> impl Strategy<Value = (Action, TimeDelta)> {
    let pause = select(vec![0i64, 0, 1, 24, 24 * 10, 24 * 40]);
    (action(), pause).prop_map(|(action, hours)| (action, TimeDelta::hours(hours)))
}
