//! The routes of the console, read from where they are registered: a new one is tested by itself.

/// Where all of them are registered.
const SOURCE: &str = include_str!("../../../src/http/console/mod.rs");

/// A route.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// Its path with names in it.
    path: &'static str,
    /// Whether it takes GET.
    pub(crate) gets: bool,
    /// Whether it takes POST.
    pub(crate) posts: bool,
    /// Whether it is one of those that lead in.
    pub(crate) outside: bool,
}

impl Route {
    /// Its path about an activity, an endpoint, a person … of these ids; an action is each of the activities' and the
    /// endpoints'.
    pub(crate) fn paths(&self, ids: &Ids) -> Vec<String> {
        let id = match self.path.split('/').nth(2).unwrap_or_default() {
            "activities" => &ids.activity,
            "webhooks" => &ids.webhook,
            "people" => &ids.person,
            _ => "some",
        };
        let path = self
            .path
            .replace("{id}", id)
            .replace("{year}", "2021")
            .replace("{office}", "haidian")
            .replace("{*rest}", "nothing/here");
        if !path.contains("{action}") {
            assert!(!path.contains('{'), "what stands for a part of {path}?");
            return vec![path];
        }
        let actions = [
            "submit",
            "return",
            "announce",
            "reschedule",
            "relocate",
            "change-format",
            "postpone",
            "cancel",
            "reinstate",
            "hold",
            "withdraw",
            "ping",
            "pause",
            "resume",
            "rotate",
            "replay",
            "end-replay",
            "delete",
            "nothing",
        ];
        // Deleting an activity is a route of its own.
        let is_here = |action: &&str| *action != "delete" || !path.contains("/activities/");
        let actions = actions.into_iter().filter(is_here);
        actions
            .map(|action| path.replace("{action}", action))
            .collect()
    }
}

/// What the names in paths stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    pub(crate) activity: String,
    pub(crate) webhook: String,
    pub(crate) person: String,
}

/// All of them.
pub(crate) fn all() -> Vec<Route> {
    let (inside, outside) = SOURCE.split_once("let outside").unwrap();
    let of = |source: &'static str, outside: bool| {
        source.split(".route(").skip(1).map(move |part| {
            let handlers = part.split(".layer").next().unwrap();
            Route {
                path: part.split('"').nth(1).unwrap(),
                gets: handlers.contains("get("),
                posts: handlers.contains("post("),
                outside,
            }
        })
    };
    let routes: Vec<Route> = of(inside, false).chain(of(outside, true)).collect();
    assert!(routes.len() > 25, "{routes:?}");
    assert!(
        routes.iter().all(|route| route.gets || route.posts),
        "{routes:?}"
    );
    routes
}

/// Nothing is registered elsewhere, or for methods that nobody tests.
#[test]
fn all_routes_of_the_console_stand_in_one_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/console");
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let is_home = source == SOURCE;
            for word in [".route(", ".nest(", "MethodRouter"] {
                let is_fine = !source.contains(word) || (is_home && word == ".route(");
                assert!(is_fine, "{word} in {}", path.display());
            }
            for word in ["put(", "patch(", "delete(", "any(", "on("] {
                let registers = source.contains(&format!("get(page).{word}"))
                    || source.contains(&format!("routing::{word}"));
                assert!(!registers, "{word} in {}", path.display());
            }
        }
    }
    assert!(
        SOURCE.contains("routing::{get, post}"),
        "routes take GET and POST"
    );
}
