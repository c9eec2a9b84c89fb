//! What somebody chose beside the file: what its rows become, and what stands in for what they lack.
//!
//! Invariant: a mapping that somebody may not use does not exist for them.

use serde_json::json;

use super::{
    super::{form::Form, seat::Seated, sheet::Sheet},
    chosen::Chosen,
};
use crate::{
    commands::{CommandError, mappings::find_mapping},
    domain::{
        input::{Faults, Read, shown},
        mapping::MappingDefaults,
    },
    http::Web,
    ids::{self, MappingId},
    store::{idempotency::Key, mappings::Kept, reference::Versioned},
    transfer::{Defaults, Format, Import, Intent},
};

/// The fields of the form but the file.
pub(super) const FIELDS: [&str; 5] = ["/as", "/edition", "/district", "/kind", "/mapping"];

/// What was chosen.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    pub(super) intent: Intent,
    /// What is used where a row and the mapping say nothing, or the mapping alone does.
    pub(super) defaults: Defaults,
    pub(super) mapping: Option<Versioned<Kept>>,
}

impl Choices {
    /// Reads what a form sent.
    pub(super) async fn read(
        web: &Web,
        seated: &Seated,
        form: &Form,
    ) -> Result<Self, CommandError> {
        let sheet = Sheet::of_form(form);
        let mut faults = Faults::default();
        let intent = match sheet.get("/as") {
            "" | "drafts" => Intent::Drafts,
            "announced" => Intent::Announced,
            // History is written by whoever runs the programme's data, with a file made for it.
            other => {
                let other = shown(&json!(other));
                faults.add("/as", format!("{other} is neither drafts nor announced"));
                Intent::Drafts
            }
        };
        let mapping = match sheet.get("/mapping") {
            "" => None,
            id => mapping(web, seated, id, &mut faults).await?,
        };
        let filled = sheet.only(&["edition", "district", "kind"]);
        let filled = filled.json(&mut faults);
        let filled = MappingDefaults::read(&filled, "", &mut faults).unwrap_or_default();
        if !faults.0.is_empty() {
            return Err(CommandError::Invalid(faults.0));
        }
        let defaults = Defaults {
            edition: filled.edition,
            district: filled.district,
            kind: filled.kind,
        };
        Ok(Self {
            intent,
            defaults: defaults.or(mapping.as_ref().map(|found| &found.value.mapping)),
            mapping,
        })
    }

    /// What is done with a file; without a key nothing is written.
    pub(super) fn import(
        &self,
        seated: &Seated,
        (chosen, format): (&Chosen, Format),
        dry_run: bool,
        key: Option<Key>,
    ) -> Import {
        Import {
            caller: seated.caller(),
            bytes: chosen.bytes.clone(),
            format,
            charset: None,
            intent: self.intent,
            defaults: self.defaults,
            mapping: self
                .mapping
                .as_ref()
                .map(|found| found.value.mapping.clone()),
            dry_run,
            key,
        }
    }

    /// What a page shows, in a word: another file, other choices, or a mapping that somebody changed meanwhile have
    /// another one.
    pub(super) fn seen(&self, chosen: &Chosen) -> String {
        let Defaults {
            edition,
            district,
            kind,
        } = self.defaults;
        let mapping = self.mapping.as_ref();
        let mapping = mapping.map(|found| (&found.value.id, found.version));
        let head = json!([chosen.name, self.intent, edition, district, kind, mapping]);
        ids::sha256_hex(&[head.to_string().as_bytes(), &chosen.bytes].join(&b'\n'))
    }
}

async fn mapping(
    web: &Web,
    seated: &Seated,
    id: &str,
    faults: &mut Faults,
) -> Result<Option<Versioned<Kept>>, CommandError> {
    let found = match id.parse::<MappingId>() {
        Ok(id) => find_mapping(&web.services, &seated.caller(), &id).await,
        Err(_) => Err(CommandError::NotFound {
            what: "mapping",
            id: String::new(),
        }),
    };
    match found {
        Ok(found) => Ok(Some(found)),
        Err(CommandError::NotFound { .. }) => {
            faults.add(
                "/mapping",
                format!("there is no mapping {}", shown(&json!(id))),
            );
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
