//! The layers of `docs/ARCHITECTURE.md`, as a test: a module imports only what lies below it, and some crates only
//! where they belong.
//!
//! It reads paths as they are written (`use` trees, paths in code, `super`), test modules included. A name that a
//! lower module exports again is that module's word, so it counts as the lower one.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

mod paths;

use paths::{Found, paths};

/// The modules of the library from the lowest to the highest; each imports only those before it.
const LAYERS: [&str; 24] = [
    "clock",
    "ids",
    "vault",
    "config",
    "metrics",
    "telemetry",
    "healthcheck",
    "domain",
    "links",
    "sightings",
    "guard",
    "store",
    "catalogue",
    "commands",
    "publish",
    "transfer",
    "track",
    "deliver",
    "http",
    "worker",
    "app",
    "cli",
    "lib",
    "main",
];

/// Crates that only some modules may name.
const HOMES: [(&[&str], &[&str]); 6] = [
    // The only place with axum.
    (&["axum", "tower_http", "utoipa_axum"], &["http"]),
    // The service's requests pass the guard against private addresses; the partner's listener only forwards.
    (
        &["reqwest", "hickory_resolver"],
        &["guard", "track", "deliver", "cli"],
    ),
    // Nobody but the store speaks to a driver or makes tables.
    (&["sqlx", "migration", "sea_query"], &["store"]),
    // Documents are made where the catalogue is turned into them; pages share their escaping.
    (&["feeds"], &["publish", "http"]),
    (&["tokio_cron_scheduler"], &["worker"]),
    (&["clap"], &["cli"]),
];

/// What of sea-orm a module above the store may name: enough to hand a transaction on and to know its errors, not
/// enough to write a query.
const HANDED_ON: [&str; 4] = [
    "ConnectionTrait",
    "DatabaseTransaction",
    "DbBackend",
    "DbErr",
];

/// Modules that decide and render: no database, no network, no tasks.
const PURE: [&str; 4] = ["clock", "ids", "domain", "links"];

#[test]
fn a_module_imports_only_what_lies_below_it() {
    let files = sources("src");
    let present: BTreeSet<String> = files.iter().map(|file| file.module.clone()).collect();
    let known: BTreeSet<String> = LAYERS.map(str::to_owned).into();
    assert_eq!(
        present, known,
        "a module of src has no place among the layers, or one is gone"
    );
    let faults = faults(&files, |file, found| {
        let own = rank(&file.module).expect("compared just above");
        match found {
            Found::Here(path) => {
                let name = path.first()?;
                let other = rank(name)?;
                (other > own).then(|| format!("{} must not know {name}", file.module))
            }
            Found::Elsewhere(_) => None,
        }
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn some_crates_are_named_only_where_they_belong() {
    let faults = faults(&sources("src"), foreign_crate);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_member_crates_stand_alone() {
    let ours = ["yueli", "entity", "migration", "feeds"];
    let foreign = BTreeMap::from([
        (
            "entity",
            vec![
                "axum",
                "tokio",
                "sqlx",
                "sea_orm_migration",
                "icalendar",
                "rss",
            ],
        ),
        ("migration", vec!["axum", "tokio", "sqlx", "sea_orm"]),
        ("feeds", vec!["axum", "tokio", "sqlx", "sea_orm", "reqwest"]),
    ]);
    for (member, foreign) in foreign {
        let manifest = std::fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
        let used = manifest.split("[dependencies]").nth(1).unwrap();
        let used = used.split("\n[").next().unwrap();
        for name in used
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
        {
            assert!(!ours.contains(&name), "{member} must not depend on {name}");
            assert!(
                !foreign.contains(&name.replace('-', "_").as_str()),
                "{member} must not depend on {name}"
            );
        }
        let faults = faults(&sources(&format!("{member}/src")), |_, found| match found {
            Found::Elsewhere(path) => ours
                .iter()
                .chain(&foreign)
                .find(|name| path[0] == **name && **name != member && path.len() > 1)
                .map(|name| format!("{member} must not know {name}")),
            Found::Here(_) => None,
        });
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn an_import_upwards_is_noticed() {
    for (path, text, expected) in [
        ("src/domain/when.rs", "use crate::store::Db;", 1),
        (
            "src/domain/when.rs",
            "use crate::{clock, ids::{self, LogId}, http::{api, problem}};",
            2,
        ),
        (
            "src/domain/when.rs",
            "fn f() { crate::commands::act::act(); }",
            1,
        ),
        ("src/domain/when.rs", "use super::super::catalogue;", 1),
        (
            "src/domain/when.rs",
            "use super::text; mod tests { use super::super::text; use super::*; }",
            0,
        ),
        (
            "src/domain/promise/tests/deep.rs",
            "use super::super::super::super::store;",
            1,
        ),
        (
            "src/domain/promise/mod.rs",
            "use super::{text, super::http};",
            1,
        ),
        (
            "src/clock.rs",
            "mod tests { use super::*; use super::super::domain; }",
            1,
        ),
        (
            "src/domain/when.rs",
            "// use crate::store\n/* crate::http */ const A: &str = \"crate::http\"; fn f<'a>() { 'x'; }",
            0,
        ),
        (
            "src/domain/when.rs",
            "const A: &str = r#\"crate::http \"# ; use crate::store;",
            1,
        ),
        (
            "src/http/mod.rs",
            "use crate::{app, cli::serve, worker};",
            3,
        ),
        ("src/cli/mod.rs", "use crate::{app, http};", 0),
    ] {
        let file = Source::of(Path::new(path), text.to_owned());
        let own = rank(&file.module).unwrap();
        let upwards = paths(&file.text, &file.inside)
            .into_iter()
            .filter(|found| match found {
                Found::Here(path) => rank(&path[0]).is_some_and(|other| other > own),
                Found::Elsewhere(_) => false,
            });
        assert_eq!(upwards.count(), expected, "{path}: {text}");
    }
    for (path, text, expected) in [
        (
            "src/commands/act.rs",
            "use sea_orm::{ConnectionTrait, DbErr};",
            0,
        ),
        (
            "src/commands/act.rs",
            "use sea_orm::{ConnectionTrait, EntityTrait};",
            1,
        ),
        ("src/commands/act.rs", "use sea_orm::*;", 1),
        ("src/http/mod.rs", "use sea_orm::DbErr;", 1),
        ("src/http/mod.rs", "use entity::vocab::Kind;", 0),
        ("src/http/mod.rs", "use entity::{vocab::Kind, activity};", 1),
        ("src/commands/act.rs", "fn f() -> axum::Json<()> {}", 1),
        ("src/domain/when.rs", "use tokio::sync::Mutex;", 1),
        ("src/domain/when.rs", "use std::fs;", 1),
        (
            "src/store/log.rs",
            "use sea_orm::{EntityTrait, sea_query::Expr}; use entity::notice;",
            0,
        ),
        ("src/worker/mod.rs", "let feeds = a.feeds; feeds::b();", 1),
    ] {
        let file = Source::of(Path::new(path), text.to_owned());
        let found = paths(&file.text, &file.inside);
        let named = found
            .iter()
            .filter(|found| foreign_crate(&file, found).is_some());
        assert_eq!(named.count(), expected, "{path}: {text}");
    }
}

/// A crate named where it does not belong.
fn foreign_crate(file: &Source, found: &Found) -> Option<String> {
    let Found::Elsewhere(path) = found else {
        return None;
    };
    let (module, name) = (file.module.as_str(), path.first()?.as_str());
    let second = path.get(1)?.as_str();
    let shown = path.join("::");
    let fault = Some(format!("{module} must not name {shown}"));
    for (crates, homes) in HOMES {
        if crates.contains(&name) && !homes.contains(&module) {
            return fault;
        }
    }
    let below_store = rank(module) < rank("store");
    match (name, second) {
        ("sea_orm", _) if module == "store" => None,
        // It wants transactions handed on; a handler asks a command, a renderer the catalogue.
        ("sea_orm", _) if below_store || ["http", "publish"].contains(&module) => fault,
        ("sea_orm", name) if !HANDED_ON.contains(&name) => fault,
        // The engine holds what its claim returned: an endpoint's row is its whole state.
        ("entity", table) if table != "vocab" && !["store", "deliver"].contains(&module) => fault,
        ("tokio" | "hyper" | "futures_util" | "tracing", _) if PURE.contains(&module) => fault,
        ("std", "fs" | "net" | "env" | "thread" | "process") if PURE.contains(&module) => fault,
        _ => None,
    }
}

fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == module)
}

fn faults(files: &[Source], fault: impl Fn(&Source, &Found) -> Option<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        for found in paths(&file.text, &file.inside) {
            if let Some(fault) = fault(file, &found) {
                faults.push(format!("{}: {fault}", file.path.display()));
            }
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

/// A source file.
struct Source {
    path: PathBuf,
    /// The top module it belongs to.
    module: String,
    /// The modules it stands in, from the crate's root, its own included.
    inside: Vec<String>,
    text: String,
}

impl Source {
    fn of(path: &Path, text: String) -> Self {
        let source = path.iter().position(|part| part == "src").unwrap();
        let mut inside: Vec<String> = path
            .with_extension("")
            .iter()
            .skip(source + 1)
            .map(|part| part.to_str().unwrap().to_owned())
            .collect();
        let module = inside[0].clone();
        if inside.last().is_some_and(|last| last == "mod")
            || inside.len() == 1 && ["lib", "main"].contains(&module.as_str())
        {
            inside.pop();
        }
        Self {
            path: path.to_owned(),
            module,
            inside,
            text,
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push(Source::of(path.strip_prefix(root()).unwrap(), text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}
