//! A request's query.

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{
    catalogue::Catalogue,
    domain::{input::Faults, selection::Selection},
    http::{Web, problem::Problem},
};

/// More than this no address of ours takes.
const PARAMETERS: usize = 64;

/// Values of one parameter at most.
const WORDS: usize = 200;

/// The query's parameters, each taken by name; what is left over is a fault.
#[derive(Clone, Debug)]
pub struct Params {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    faults: Faults,
}

impl FromRequestParts<Web> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _web: &Web) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let mut faults = Faults::default();
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if pairs.len() == PARAMETERS {
                return Err(Problem::malformed(format!(
                    "a query has {PARAMETERS} parameters at most"
                )));
            }
            if pairs.iter().any(|(known, _)| *known == name) {
                faults.add(
                    name.as_ref(),
                    "stands there twice; join its values by commas",
                );
            } else {
                pairs.push((name.into_owned(), value.into_owned()));
            }
        }
        Ok(Self {
            pairs,
            known: Vec::new(),
            faults,
        })
    }
}

impl Params {
    /// A parameter's text.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let at = self.pairs.iter().position(|(known, _)| known == name)?;
        Some(self.pairs.swap_remove(at).1)
    }

    /// A parameter read by its type.
    pub fn parsed<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        let text = self.text(name)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.faults.add(
                    name,
                    format!("{:?}: {error}", text.chars().take(80).collect::<String>()),
                );
                None
            }
        }
    }

    /// A comma list.
    pub fn list<T>(&mut self, name: &'static str) -> Vec<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        let Some(text) = self.text(name) else {
            return Vec::new();
        };
        let mut items = Vec::new();
        if text.split(',').count() > WORDS {
            self.fault(name, format!("has over {WORDS} values"));
            return items;
        }
        for word in text.split(',') {
            match word.parse() {
                Ok(item) => items.push(item),
                Err(error) => self.faults.add(name, T::Err::to_string(&error)),
            }
        }
        items
    }

    /// `limit`: 1 to 500, 100 when absent.
    pub fn limit(&mut self) -> usize {
        const DEFAULT: usize = 100;
        let Some(text) = self.text("limit") else {
            return DEFAULT;
        };
        match text.parse() {
            Ok(limit @ 1..=500) => limit,
            _ => {
                self.faults.add(
                    "limit",
                    format!(
                        "{:?} is not a number from 1 to 500",
                        text.chars().take(40).collect::<String>()
                    ),
                );
                DEFAULT
            }
        }
    }

    /// All dimensions of a selection; a value that nobody knows is a fault.
    pub fn selection(&mut self, catalogue: &Catalogue) -> Selection {
        let mut selection = Selection::default();
        self.known.extend(crate::domain::selection::DIMENSIONS);
        for (name, value) in std::mem::take(&mut self.pairs) {
            if !selection.take(&name, &value, &mut self.faults) {
                self.pairs.push((name, value));
            }
        }
        for unknown in catalogue.read().unknown_values(&selection) {
            self.faults.add(unknown.pointer, unknown.detail);
        }
        selection
    }

    /// Notes a fault of a parameter.
    pub fn fault(&mut self, name: &'static str, detail: impl Into<String>) {
        self.faults.add(name, detail);
    }

    /// Ends the reading: what nobody took is a fault.
    ///
    /// # Errors
    /// 400 with all faults.
    pub fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in &self.pairs {
            let shown: String = name.chars().take(60).collect();
            let expected = if self.known.is_empty() {
                "none".to_owned()
            } else {
                self.known.join(", ")
            };
            self.faults.add(
                shown.clone(),
                format!("unknown parameter {shown:?}; expected one of: {expected}"),
            );
        }
        if self.faults.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::parameters(self.faults))
        }
    }
}
