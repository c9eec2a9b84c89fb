use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use super::*;

mod defaults;

fn seconds(list: &[u64]) -> Vec<Duration> {
    list.iter().copied().map(Duration::from_secs).collect()
}

fn env(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// Settings from variables alone.
fn from_env(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let folder = tempfile::tempdir().unwrap();
    Settings::read(&Flags::default(), env(pairs), folder.path())
}

/// Settings from a `yueli.toml` alone.
fn from_file(text: &str) -> Result<Settings, SettingsError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(DEFAULT_FILE), text).unwrap();
    Settings::read(&Flags::default(), [], folder.path())
}

fn message(result: Result<Settings, SettingsError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file_and_that_before_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(DEFAULT_FILE);
    std::fs::write(
        &file,
        "listen = '127.0.0.1:1'\ndatabase_url = 'sqlite://file.db'\n[log]\nfilter = 'file'",
    )
    .unwrap();
    let environment = env(&[
        ("YUELI_LISTEN", "127.0.0.1:2"),
        ("YUELI_DATABASE_URL", "sqlite://env.db"),
        ("HOME", "/"),
    ]);
    let flags = Flags::default()
        .with("listen", Some("127.0.0.1:3".to_owned()))
        .with("roles", None);

    let settings = Settings::read(&flags, environment, folder.path()).unwrap();

    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.database_url.expose(), "sqlite://env.db");
    assert_eq!(settings.log.filter, "file");
    assert_eq!(settings.log.format, LogFormat::Text);
}

#[test]
fn a_named_file_stands_in_for_the_usual_one_and_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(DEFAULT_FILE), "listen = '127.0.0.1:1'").unwrap();
    let other = folder.path().join("other.conf");
    std::fs::write(&other, "[log]\nformat = 'json'").unwrap();

    let settings =
        Settings::read(&Flags::default().with_file(Some(other)), [], folder.path()).unwrap();
    assert_eq!(settings.listen.port(), 8080);
    assert_eq!(settings.log.format, LogFormat::Json);

    let absent = Flags::default().with_file(Some(folder.path().join("absent.toml")));
    let error = message(Settings::read(&absent, [], folder.path()));
    assert!(error.contains("absent.toml: No such file"), "{error}");
}

#[test]
fn unknown_settings_are_all_named_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join(DEFAULT_FILE),
        "lissten = 'x'\n[webhooks]\nretries = 3",
    )
    .unwrap();
    let flags = Flags::default();
    let error = message(Settings::read(
        &flags,
        env(&[("YUELI_LOG__LEVEL", "debug"), ("YUELI_LOG", "x")]),
        folder.path(),
    ));
    let file = folder.path().join(DEFAULT_FILE);
    let file = file.display();
    assert_eq!(
        error,
        format!(
            "unknown setting `lissten` in {file}; unknown setting `webhooks.retries` in {file}; unknown setting `log` in \
             environment variable YUELI_LOG; unknown setting `log.level` in environment variable YUELI_LOG__LEVEL \
             (`yueli config` prints them all)"
        )
    );
}

#[test]
fn what_kubernetes_sets_beside_a_service_of_our_name_is_no_setting() {
    let links = [
        ("YUELI_SERVICE_HOST", "10.0.0.1"),
        ("YUELI_SERVICE_PORT_HTTP", "80"),
        ("YUELI_PORT", "tcp://10.0.0.1:80"),
        ("YUELI_PORT_80_TCP_ADDR", "10.0.0.1"),
    ];
    assert_eq!(from_env(&links), Ok(Settings::default()));
    assert!(message(from_env(&[("YUELI_PORT", "80")])).contains("unknown setting `port`"));
}

#[test]
fn a_wrong_value_is_named_with_its_setting_and_its_place() {
    let cases = [
        (
            "YUELI_LISTEN",
            "localhost",
            "\"localhost\" is not an address with a port",
        ),
        (
            "YUELI_ROLES",
            "web,wroker",
            "\"wroker\" is not a role: web, worker",
        ),
        ("YUELI_ROLES", "", "an empty list"),
        (
            "YUELI_SHUTDOWN_GRACE",
            "25",
            "\"25\" is not a duration like 500ms",
        ),
        (
            "YUELI_LOG__FORMAT",
            "xml",
            "\"xml\" is not a log format: text, json",
        ),
        (
            "YUELI_HTTP__BODY_LIMIT_BYTES",
            "1MB",
            "string \"1MB\" is not an integer",
        ),
        ("YUELI_HTTP__BODY_LIMIT_BYTES", "0", "0 is too small"),
        ("YUELI_HTTP__REQUEST_TIMEOUT", "0s", "a time of 0"),
        (
            "YUELI_PROGRAMME__CONTACT_EMAIL",
            "a@b\r\nX:y",
            "is not a mailbox",
        ),
        (
            "YUELI_PROGRAMME__NAME__ZH",
            " ",
            "\" \" is not one line of text",
        ),
        (
            "YUELI_PUBLIC_BASE_URL",
            "ftp://a.example",
            "is neither http nor https",
        ),
        (
            "YUELI_PUBLIC_BASE_URL",
            "https://a.example/calendar",
            "has more than scheme, host and port",
        ),
        (
            "YUELI_PUBLIC_BASE_URL",
            "https://u@a.example",
            "has more than scheme, host and port",
        ),
        ("YUELI_PUBLIC_BASE_URL", "a.example", "is not an address"),
        (
            "YUELI_DATABASE_URL",
            "mysql://x",
            "\"mysql\" is no database",
        ),
        (
            "YUELI_WEBHOOKS__ALLOW_HTTP",
            "maybe",
            "string \"maybe\" is not a boolean",
        ),
        (
            "YUELI_WEBHOOKS__ALLOW_CIDRS",
            "10.0.0.0/8,10.0.0.0/33",
            "\"10.0.0.0/33\" is not a network",
        ),
        ("YUELI_WEBHOOKS__PORTS", "443,0", "\"0\" is not a port"),
        (
            "YUELI_WEBHOOKS__NAMESERVERS",
            "dns.example",
            "\"dns.example\" is not an IP address",
        ),
        (
            "YUELI_WEBHOOKS__RETRY_SCHEDULE",
            "0s,5x",
            "\"5x\" is not a duration",
        ),
        (
            "YUELI_WEBHOOKS__RETRY_SCHEDULE",
            "99999999999999999d",
            "is too long",
        ),
        ("YUELI_WEBHOOKS__RETRY_SCHEDULE", ",", "an empty list"),
    ];
    for (name, value, detail) in cases {
        let error = message(from_env(&[(name, value)]));
        let key = name
            .trim_start_matches("YUELI_")
            .to_lowercase()
            .replace("__", ".");
        let start = format!("setting `{key}` in environment variable {name}: ");
        assert!(
            error.starts_with(&start) && error.contains(detail),
            "{name}={value}: {error}"
        );
    }
}

#[test]
fn a_wrong_value_in_the_file_or_in_a_flag_names_that_place() {
    let error = message(from_file("[webhooks]\nports = [443, 99999]"));
    assert!(
        error.contains("setting `webhooks.ports` in ") && error.contains("yueli.toml: \"99999\""),
        "{error}"
    );

    let flags = Flags::default().with("database_url", Some("redis://x".to_owned()));
    let error = message(Settings::read(&flags, [], Path::new("/nonexistent")));
    assert!(
        error.starts_with("setting `database_url` in flag --database-url: \"redis\""),
        "{error}"
    );

    let error = message(from_file("listen = "));
    assert!(
        error.contains("cannot read settings from") && error.contains("line 1"),
        "{error}"
    );
}

#[test]
fn a_variable_that_is_not_unicode_is_an_error_and_no_panic() {
    let broken = (
        OsString::from("YUELI_LISTEN"),
        OsStr::from_bytes(b"\xff").to_owned(),
    );
    let error = message(Settings::read(
        &Flags::default(),
        [broken],
        Path::new("/nonexistent"),
    ));
    assert!(
        error.contains("YUELI_LISTEN") && error.contains("is not UTF-8"),
        "{error}"
    );
}

#[test]
fn lists_are_the_same_as_arrays_and_with_commas() {
    let from_variables = from_env(&[
        ("YUELI_ROLES", "worker"),
        (
            "YUELI_WEBHOOKS__ALLOW_CIDRS",
            "127.0.0.2/32, 10.1.2.3/8,192.0.2.7",
        ),
        ("YUELI_WEBHOOKS__PORTS", "8443"),
        ("YUELI_WEBHOOKS__NAMESERVERS", "127.0.0.1:5353,9.9.9.9,::1"),
        ("YUELI_WEBHOOKS__RETRY_SCHEDULE", "0s,1s,2s,4s"),
        ("YUELI_WEBHOOKS__ALLOW_HTTP", "true"),
    ])
    .unwrap();
    let from_arrays = from_file(
        "roles = ['worker']\n[webhooks]\nallow_cidrs = ['127.0.0.2/32', '10.1.2.3/8', '192.0.2.7']\nports = 8443\n\
         nameservers = ['127.0.0.1:5353', '9.9.9.9', '::1']\nretry_schedule = ['0s', '1s', '2s', '4s']\n\
         allow_http = true",
    )
    .unwrap();

    assert_eq!(from_variables, from_arrays);
    assert!(from_arrays.has_role(Role::Worker) && !from_arrays.has_role(Role::Web));
    let webhooks = &from_arrays.webhooks;
    assert_eq!(webhooks.retry_schedule, seconds(&[0, 1, 2, 4]));
    assert_eq!(
        format!("{:?}", webhooks.allow_cidrs),
        "[127.0.0.2/32, 10.0.0.0/8, 192.0.2.7/32]"
    );
    assert_eq!(webhooks.nameservers[1], "9.9.9.9:53".parse().unwrap());
    assert_eq!(webhooks.nameservers[2], "[::1]:53".parse().unwrap());
}

#[test]
fn the_base_url_is_derived_on_loopback_only() {
    let settings = Settings::default();
    assert_eq!(
        settings
            .base_url("127.0.0.1:4321".parse().unwrap())
            .unwrap(),
        "http://127.0.0.1:4321"
    );
    assert_eq!(
        settings.base_url("[::1]:4321".parse().unwrap()).unwrap(),
        "http://[::1]:4321"
    );
    let error = settings
        .base_url("0.0.0.0:80".parse().unwrap())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`public_base_url` is needed to listen on 0.0.0.0:80"),
        "{error}"
    );

    let public = from_env(&[("YUELI_PUBLIC_BASE_URL", "https://Calendar.Example:443/")]).unwrap();
    assert_eq!(
        public.base_url("0.0.0.0:80".parse().unwrap()).unwrap(),
        "https://calendar.example"
    );
}

#[test]
fn a_database_password_is_never_shown() {
    for url in [
        "postgres://u:s3cret@db.example/y",
        "postgres://u@db.example/y?password=s3cret",
    ] {
        let settings = from_env(&[("YUELI_DATABASE_URL", url)]).unwrap();
        assert_eq!(settings.database_url.expose(), url);
        assert_eq!(settings.database_url.kind(), DatabaseKind::Postgres);
        let shown = format!("{settings:?} {}", settings.database_url);
        assert!(
            !shown.contains("s3cret") && shown.contains("db.example"),
            "{shown}"
        );
    }
    let error = message(from_env(&[(
        "YUELI_DATABASE_URL",
        "postgres://u:s3cret@[/y",
    )]));
    assert!(!error.contains("s3cret"), "{error}");
}
