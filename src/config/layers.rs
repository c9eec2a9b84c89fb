//! Where settings come from, in which order, and how an error names the place.
//!
//! Owns the layers and their merging by the `config` crate. Refuses to know what a value means
//! (`values`).
//!
//! Invariant: what is merged has been compared with the default file first, so nothing misspelt is
//! passed over.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use ::config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};

use super::{DEFAULT_FILE, DEFAULT_TOML, Settings, SettingsError};

const ENVIRONMENT_PREFIX: &str = "YUELI_";

/// What the command line sets: some settings by name, and the file to read the rest from.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    file: Option<PathBuf>,
    values: Vec<(&'static str, String)>,
}

impl Flags {
    /// Reads this file, which must then exist, instead of `yueli.toml`.
    pub fn with_file(mut self, file: Option<PathBuf>) -> Self {
        self.file = file;
        self
    }

    /// Sets `key` (as in the default file: `database_url`), where the flag was given.
    pub fn with(mut self, key: &'static str, value: Option<String>) -> Self {
        self.values.extend(value.map(|value| (key, value)));
        self
    }

    pub(super) fn layer(&self) -> Layer {
        let table = self
            .values
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Value::from(value.as_str())));
        Layer {
            place: Place::Flag,
            table: table.collect(),
        }
    }
}

/// One place that settings come from.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    place: Place,
    table: Map<String, Value>,
}

#[derive(Debug, Clone)]
enum Place {
    Default,
    File(String),
    Environment,
    Flag,
}

impl Place {
    fn name(&self, key: &str) -> String {
        match self {
            Self::Default => "the defaults".to_owned(),
            Self::File(path) => path.clone(),
            Self::Environment => {
                format!(
                    "environment variable {ENVIRONMENT_PREFIX}{}",
                    key.to_uppercase().replace('.', "__")
                )
            }
            Self::Flag => format!("flag --{}", key.replace('_', "-")),
        }
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.table.clone())
    }
}

/// Lays the layers over each other, later ones on top. The first must be the defaults.
pub(super) fn merge(
    layers: impl IntoIterator<Item = Option<Layer>>,
) -> Result<Settings, SettingsError> {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    let mut unknown = Vec::new();
    let mut builder = Config::builder();
    for layer in layers.into_iter().flatten() {
        for key in leaves(&layer.table) {
            let name = layer.place.name(&key);
            if matches!(layer.place, Place::Default) || places.contains_key(&key) {
                places.insert(key, name);
            } else {
                unknown.push((key, name));
            }
        }
        builder = builder.add_source(layer);
    }
    if !unknown.is_empty() {
        return Err(SettingsError::Unknown(unknown));
    }
    builder
        .build()
        .and_then(Config::try_deserialize)
        .map_err(|error| value_error(error, &places))
}

/// What is compiled in.
pub(super) fn default_layer() -> Layer {
    let table = File::from_str(DEFAULT_TOML, FileFormat::Toml).collect();
    Layer {
        place: Place::Default,
        table: table.expect("the compiled-in defaults are parsed by this module's tests"),
    }
}

/// The file that the flags name, or `yueli.toml` in `folder` where there is one.
pub(super) fn file(flags: &Flags, folder: &Path) -> Result<Option<Layer>, SettingsError> {
    let path = match &flags.file {
        Some(path) => path.clone(),
        None => {
            let path = folder.join(DEFAULT_FILE);
            if !path.exists() {
                return Ok(None);
            }
            path
        }
    };
    let name = path.display().to_string();
    let fault = |detail: String| SettingsError::File {
        path: name.clone(),
        detail,
    };
    let text = std::fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
    let table = File::from_str(&text, FileFormat::Toml)
        .collect()
        .map_err(|error| fault(error.to_string()))?;
    Ok(Some(Layer {
        place: Place::File(name),
        table,
    }))
}

/// `YUELI_LOG__FORMAT=json` as `log.format`.
pub(super) fn environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Layer, SettingsError> {
    let mut table = Map::new();
    for (name, value) in variables {
        let Some(name) = name
            .to_str()
            .and_then(|name| name.strip_prefix(ENVIRONMENT_PREFIX))
        else {
            continue;
        };
        if is_service_link(name, &value) {
            continue;
        }
        let key = name.to_lowercase().replace("__", ".");
        let Some(value) = value.to_str() else {
            return Err(SettingsError::Value {
                source_name: Place::Environment.name(&key),
                key,
                detail: format!("{value:?} is not UTF-8"),
            });
        };
        table.insert(key, Value::from(value));
    }
    Ok(Layer {
        place: Place::Environment,
        table,
    })
}

/// Kubernetes puts `YUELI_SERVICE_HOST`, `YUELI_PORT=tcp://…`, `YUELI_PORT_8080_TCP_ADDR` and the
/// like into every pod beside a service called `yueli`; they are nobody's setting and must not stop
/// the start.
fn is_service_link(name: &str, value: &OsStr) -> bool {
    let address = value.to_str().is_some_and(|value| value.contains("://"));
    name.starts_with("SERVICE_HOST")
        || name.starts_with("SERVICE_PORT")
        || name.starts_with("PORT_")
        || (name == "PORT" && address)
}

/// The dotted keys of everything in `table` that is not itself a table.
fn leaves(table: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (key, value) in table {
        match &value.kind {
            ValueKind::Table(inner) => {
                found.extend(
                    leaves(inner)
                        .into_iter()
                        .map(|rest| format!("{key}.{rest}")),
                );
            }
            _ => found.push(key.clone()),
        }
    }
    found.sort();
    found
}

fn value_error(error: ConfigError, places: &BTreeMap<String, String>) -> SettingsError {
    let (key, detail) = match error {
        ConfigError::Type {
            unexpected,
            expected,
            key,
            ..
        } => (
            key.unwrap_or_default(),
            format!("{unexpected} is not {expected}"),
        ),
        ConfigError::At { error, key, .. } => (key.unwrap_or_default(), error.to_string()),
        other => (String::new(), other.to_string()),
    };
    let setting = key.split('[').next().unwrap_or_default();
    let source_name = places
        .get(setting)
        .cloned()
        .unwrap_or_else(|| "the defaults".to_owned());
    SettingsError::Value {
        key,
        source_name,
        detail,
    }
}
