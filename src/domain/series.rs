//! A series: a named group of activities.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    input::{Faults, Object, Read},
    text::{Slug, Text, Words},
};

/// One series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Its id and its name in addresses.
    pub slug: Slug,
    /// What it is called.
    pub title: Text,
    /// What it is.
    pub description: Words,
}

impl Read for Series {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let slug = object.required::<Slug>("slug", faults);
        let title = object.required::<Text>("title", faults);
        let description = object
            .optional::<Words>("description", faults)
            .unwrap_or_default();
        object.close(faults);
        Some(Self {
            slug: slug?,
            title: title?,
            description,
        })
    }
}
