//! What feeds are called and what they say they hold.

use entity::vocab::Language;

use super::{
    scope::Scope,
    site::Site,
    wording::{self, either},
};
use crate::domain::activity::Activity;

/// What a feed is called and what it says it holds, before it says in which format.
pub(super) struct Titles {
    pub(super) name: String,
    pub(super) about: String,
}

impl Titles {
    pub(super) fn of(
        site: &Site,
        scope: &Scope,
        subject: Option<&Activity>,
        language: Language,
    ) -> Self {
        let programme = site.name(language);
        let (scope, about) = match scope {
            Scope::All => {
                let about = site.description(language).to_owned();
                return Self {
                    name: programme.to_owned(),
                    about,
                };
            }
            Scope::District(district) => {
                let name = either(language, district.zh(), district.en());
                (
                    wording::DISTRICT.say(language, &[("district", name)]),
                    wording::CALENDAR_ABOUT_DISTRICT,
                )
            }
            Scope::Edition(year) => (year.to_string(), wording::CALENDAR_ABOUT_EDITION),
            Scope::Activity(id) => {
                let title = subject.map_or_else(
                    || id.to_string(),
                    |it| it.content.title.in_language(language).0.to_owned(),
                );
                (title, wording::CALENDAR_ABOUT_ACTIVITY)
            }
        };
        let parts = [("programme", programme), ("scope", scope.as_str())];
        Self {
            name: wording::FEED_OF.say(language, &parts),
            about: about.say(language, &parts),
        }
    }
}
