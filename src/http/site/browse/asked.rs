//! What a page's address asks for: a selection, states, days, words, a page.
//!
//! Owns how it is read and its one form. Refuses to know how the page looks. Invariant: what nobody knows is passed
//! over and named, never refused: messengers append words of their own to the addresses of pages.

use std::mem::take;

use chrono::{Days, NaiveDate};
use entity::vocab::Status;

use crate::{
    catalogue::State,
    domain::{
        input::Faults,
        search::{Search, Terms},
        selection::{DIMENSIONS, Selection},
        when::{Day, midnight},
    },
};

/// Characters of a question at most.
const LONGEST: usize = 100;
/// Words that are looked at, all parameters together: more than there are districts, kinds, audiences and sections.
const WORDS: usize = 200;
/// Values that are named as passed over.
const NAMED: usize = 10;

/// What a page's address asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Asked {
    pub(crate) selection: Selection,
    pub(crate) statuses: Vec<Status>,
    pub(crate) from: Option<NaiveDate>,
    pub(crate) to: Option<NaiveDate>,
    /// As it was written.
    pub(crate) words: String,
    /// From 1 on.
    pub(crate) page: usize,
    /// Values of ours that mean nothing, as they were written.
    pub(crate) ignored: Vec<String>,
}

impl Asked {
    /// Reads a query, leaving out what it does not know.
    pub(crate) fn read(query: &str, state: &State) -> Self {
        let mut asked = Self {
            page: 1,
            ..Self::default()
        };
        let mut words = WORDS;
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            asked.take(&name, value.trim(), &mut words);
        }
        asked.keep_known(state);
        asked.statuses.sort_unstable();
        asked.statuses.dedup();
        asked
    }

    fn take(&mut self, name: &str, value: &str, left: &mut usize) {
        // A form sends what was left empty, too.
        if value.is_empty() {
            return;
        }
        let day = |known: Option<NaiveDate>| value.parse::<Day>().map_or(known, |day| Some(day.0));
        // So that no question is the work of minutes.
        let mut words = || {
            let words: Vec<&str> = value.split(',').take(*left).collect();
            *left -= words.len();
            words
        };
        // WeChat appends a `from` that is no day and means none.
        let is_meant = name == "to" || value.starts_with(|c: char| c.is_ascii_digit());
        if ["from", "to"].contains(&name) && is_meant && value.parse::<Day>().is_err() {
            return self.ignore(value);
        }
        match name {
            "q" => {
                let words = value.chars().filter(|c| !c.is_control()).take(LONGEST);
                let words = words.collect::<String>().trim().to_owned();
                // Signs alone ask for nothing.
                self.words = match Terms::of(&words).is_empty() {
                    true => String::new(),
                    false => words,
                };
            }
            "from" => self.from = day(self.from),
            "to" => self.to = day(self.to),
            "page" => self.page = value.parse().ok().filter(|n| *n > 0).unwrap_or(1),
            "status" => {
                for word in words() {
                    match word.parse::<Status>() {
                        Ok(status) if status.is_public() && status != Status::Withdrawn => {
                            self.statuses.push(status);
                        }
                        _ => self.ignore(word),
                    }
                }
            }
            name if DIMENSIONS.contains(&name) => {
                for word in words() {
                    let mut faults = Faults::default();
                    self.selection.take(name, word, &mut faults);
                    if !faults.0.is_empty() {
                        self.ignore(word);
                    }
                }
            }
            _ => {}
        }
    }

    /// Names a value that means nothing; the first few.
    pub(crate) fn ignore(&mut self, word: &str) {
        if self.ignored.len() < NAMED {
            self.ignored.push(word.chars().take(40).collect());
        }
    }

    /// Drops the names of editions, sections and series that there never were: no feed could be made of them.
    fn keep_known(&mut self, state: &State) {
        let (editions, unknown): (Vec<_>, Vec<_>) = take(&mut self.selection.editions)
            .into_iter()
            .partition(|year| state.knows_edition(*year));
        self.selection.editions = editions;
        let mut dropped: Vec<String> = unknown.iter().map(i32::to_string).collect();
        let (sections, unknown): (Vec<_>, Vec<_>) = take(&mut self.selection.sections)
            .into_iter()
            .partition(|slug| state.has_section(slug));
        self.selection.sections = sections;
        dropped.extend(unknown.into_iter().map(|slug| slug.0));
        let (series, unknown): (Vec<_>, Vec<_>) = take(&mut self.selection.series)
            .into_iter()
            .partition(|slug| state.knows_series(slug));
        self.selection.series = series;
        dropped.extend(unknown.into_iter().map(|slug| slug.0));
        for word in dropped {
            self.ignore(&word);
        }
    }

    /// What is looked for.
    pub(crate) fn search(&self) -> Search {
        Search {
            selection: self.selection.clone(),
            statuses: self.statuses.clone(),
            from: self.from.map(midnight),
            to: self.to.map(|day| midnight(day + Days::new(1))),
            terms: Terms::of(&self.words),
        }
    }

    /// Whether more is asked than a selection, so that no feed is the same.
    pub(crate) fn is_more_than_selection(&self) -> bool {
        !self.words.is_empty()
            || self.from.is_some()
            || self.to.is_some()
            || !self.statuses.is_empty()
    }

    /// Whether nothing is asked.
    pub(crate) fn is_everything(&self) -> bool {
        self.selection.is_everything() && !self.is_more_than_selection()
    }

    /// The one form of it as a query, empty for everything.
    pub(crate) fn canonical(&self) -> String {
        self.on_page(self.page)
    }

    /// The same on another page.
    pub(crate) fn on_page(&self, page: usize) -> String {
        let mut parts = Vec::new();
        let selection = self.selection.canonical();
        if !selection.is_empty() {
            parts.push(selection);
        }
        if !self.statuses.is_empty() {
            let words: Vec<&str> = self.statuses.iter().map(|it| it.as_str()).collect();
            parts.push(format!("status={}", words.join(",")));
        }
        parts.extend(self.from.map(|day| format!("from={day}")));
        parts.extend(self.to.map(|day| format!("to={day}")));
        if !self.words.is_empty() {
            let words: String =
                url::form_urlencoded::byte_serialize(self.words.as_bytes()).collect();
            parts.push(format!("q={words}"));
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        parts.join("&")
    }

    /// Whether a query says this and in this form, whatever else stands in it that is not ours.
    pub(crate) fn is_canonical(&self, query: &str) -> bool {
        let ours = |name: &str| {
            DIMENSIONS.contains(&name) || ["status", "from", "to", "q", "page"].contains(&name)
        };
        let written = url::form_urlencoded::parse(query.as_bytes());
        let wanted = self.canonical();
        written
            .filter(|(name, _)| ours(name))
            // A day of WeChat's, which is none, is not ours either.
            .filter(|(name, value)| name != "from" || value.parse::<Day>().is_ok())
            .eq(url::form_urlencoded::parse(wanted.as_bytes()))
    }
}
