//! The story of a monthly digest.

use entity::vocab::{District, Language};

use super::{
    super::{
        dates::Dates,
        html::Html,
        site::Site,
        wording::{self, either},
    },
    story::Story,
};
use crate::domain::{
    activity::Activity,
    notice::{Digest, Notice},
    when::When,
};

/// A month's activities by district, highlights first.
pub(super) fn story(site: &Site, digest: &Digest, notice: &Notice, language: Language) -> Story {
    let dates = Dates::told_at(language, notice.published_at);
    let month = Dates::with_years(language)
        .short(&When::Month {
            month: digest.month,
        })
        .unwrap_or_default();
    let count = digest.activities.len().to_string();
    let mut html = Html::default();
    let highlights: Vec<&Activity> = digest
        .activities
        .iter()
        .filter(|activity| activity.content.highlight)
        .collect();
    html.list(
        wording::HIGHLIGHT.plain(language),
        site,
        &highlights,
        dates,
        language,
    );
    for district in District::ALL {
        let here: Vec<&Activity> = digest
            .activities
            .iter()
            .filter(|activity| activity.content.districts.contains(district))
            .collect();
        let name = wording::DISTRICT.say(
            language,
            &[("district", either(language, district.zh(), district.en()))],
        );
        html.list(&name, site, &here, dates, language);
    }
    let elsewhere: Vec<&Activity> = digest
        .activities
        .iter()
        .filter(|activity| activity.content.districts.is_empty())
        .collect();
    html.list(
        wording::CITY_WIDE.plain(language),
        site,
        &elsewhere,
        dates,
        language,
    );
    let names = digest
        .activities
        .iter()
        .take(3)
        .map(|activity| activity.content.title.in_language(language).0.to_owned());
    Story {
        title: wording::DIGEST_TITLE.say(language, &[("month", &month), ("count", &count)]),
        lines: names.collect(),
        html: html.into_string(),
    }
}
