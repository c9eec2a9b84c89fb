//! The form of a subscription: what it selects, in which language, how it shows what is cancelled, when it rings.
//!
//! Owns how its fields are read and its one form as a query. Refuses to know where it is sent. Invariant: it is read
//! like a page's address: what nobody knows is passed over and named.

use entity::vocab::{Language, NoticeKind};

use super::{
    super::{browse::Asked, words as w},
    part::Part,
};
use crate::{
    catalogue::State,
    domain::{input::Faults, selection::Selection},
    http::Web,
    publish::{CHANGES, Cancelled, Options, Tongue, wording::Phrase},
};

/// What a form asks for.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) selection: Selection,
    pub(crate) tongue: Tongue,
    pub(crate) options: Options,
    /// News of changes alone.
    pub(crate) changes: bool,
    pub(crate) ignored: Vec<String>,
}

/// A value that can be chosen, what it is called, whether it is.
pub(crate) type Choosable = (String, String, bool);

impl Form {
    /// Reads a query or a form's body, as of a page in a language.
    pub(crate) fn read(query: &str, state: &State, language: Language) -> Self {
        let mut asked = Asked::read(query, state);
        let (mut tongue, mut options) = (Tongue::One(language), Options::default());
        let mut changes = false;
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match (name.as_ref(), value.as_ref()) {
                (_, "") => {}
                ("lang", "bi") => tongue = Tongue::Both,
                ("lang", word) => match word.parse() {
                    Ok(language) => tongue = Tongue::One(language),
                    Err(_) => asked.ignore(word),
                },
                ("notice", "changes") => changes = true,
                ("notice", word) => asked.ignore(word),
                (name, word) => {
                    let (mut chosen, mut faults) = (options.clone(), Faults::default());
                    match chosen.take(name, word, &mut faults) && !faults.0.is_empty() {
                        true => asked.ignore(word),
                        false => options = chosen,
                    }
                }
            }
        }
        Self {
            selection: asked.selection,
            tongue,
            options,
            changes,
            ignored: asked.ignored,
        }
    }

    /// Its one form as a query.
    pub(crate) fn canonical(&self, language: Language) -> String {
        let lang = match self.tongue {
            Tongue::One(own) if own == language => String::new(),
            tongue => format!("lang={tongue}"),
        };
        let notice = match self.changes {
            true => "notice=changes",
            false => "",
        };
        let parts = [
            self.selection.canonical(),
            self.options.canonical(),
            lang,
            notice.to_owned(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("&")
    }

    /// The feeds it asks for.
    pub(crate) fn part(&self, web: &Web) -> Part {
        let mut part = Part::of_selection(web, self.selection.clone(), self.tongue.first());
        part.tongue = self.tongue;
        part.options = self.options.clone();
        part.notices = self.notices();
        part
    }

    /// Which notices the news tell; none named = those that are told unasked.
    pub(crate) fn notices(&self) -> Vec<NoticeKind> {
        let mut notices = Vec::new();
        if self.changes {
            notices.extend(CHANGES);
            notices.sort_unstable();
        }
        notices
    }

    /// The languages that can be chosen.
    pub(crate) fn languages(&self, language: Language) -> Vec<Choosable> {
        [
            (Tongue::One(Language::Zh), w::CHINESE),
            (Tongue::One(Language::En), w::ENGLISH),
            (Tongue::Both, w::BOTH_LANGUAGES),
        ]
        .map(|(tongue, name)| {
            (
                tongue.to_string(),
                name.plain(language).to_owned(),
                tongue == self.tongue,
            )
        })
        .into()
    }

    /// What can become of cancelled activities.
    pub(crate) fn cancelled(&self, language: Language) -> Vec<Choosable> {
        let all: [(Cancelled, &str, Phrase); 3] = [
            (Cancelled::Status, "", w::CANCELLED_STATUS),
            (Cancelled::Mark, "mark", w::CANCELLED_MARK),
            (Cancelled::Drop, "drop", w::CANCELLED_DROP),
        ];
        all.map(|(cancelled, word, name)| {
            let chosen = cancelled == self.options.cancelled;
            (word.to_owned(), name.plain(language).to_owned(), chosen)
        })
        .into()
    }

    /// When it can ring.
    pub(crate) fn alarms(&self, language: Language) -> Vec<Choosable> {
        let chosen = self.options.alarms.iter().map(ToString::to_string);
        let chosen = chosen.collect::<Vec<_>>().join(",");
        let all: [(&str, Phrase); 4] = [
            ("", w::ALARM_NONE),
            ("PT1H", w::ALARM_HOUR),
            ("P1D", w::ALARM_DAY),
            ("PT1H,P1D", w::ALARM_BOTH),
        ];
        let mut all: Vec<Choosable> = all
            .map(|(word, name)| {
                let name = name.plain(language).to_owned();
                (word.to_owned(), name, word == chosen)
            })
            .into();
        // An address may ask for others, which a form must not take away.
        if !all.iter().any(|(_, _, is_chosen)| *is_chosen) {
            all.push((chosen.clone(), chosen, true));
        }
        all
    }
}
