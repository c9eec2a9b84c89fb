use super::*;

#[test]
fn the_default_file_says_what_the_contract_and_the_webhook_rules_promise() {
    let expected = Settings {
        listen: "127.0.0.1:8080".parse().unwrap(),
        database_url: "sqlite://data/yueli.db".parse().unwrap(),
        public_base_url: None,
        roles: vec![Role::Web, Role::Worker],
        shutdown_grace: Duration::from_secs(20),
        log: LogSettings {
            format: LogFormat::Text,
            filter: "info,sqlx=warn,sea_orm_migration=warn,tokio_cron_scheduler=warn".to_owned(),
        },
        http: HttpSettings {
            body_limit_bytes: 1024 * 1024,
            import_limit_bytes: 16 * 1024 * 1024,
            request_timeout: Duration::from_secs(30),
            stall_timeout: Duration::from_secs(30),
            trusted_proxies: vec![],
        },
        // Texts; nothing outside holds on to them.
        programme: Settings::default().programme,
        secrets: SecretSettings { keys: vec![] },
        webhooks: WebhookSettings {
            allow_http: false,
            allow_cidrs: vec![],
            ports: vec![443, 80],
            nameservers: vec![],
            retry_schedule: seconds(&[
                0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
            ]),
            urgent_schedule: seconds(&[0, 5, 30, 120, 600, 1800]),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(20),
            concurrency: 512,
        },
        cache: CacheSettings {
            feeds_bytes: 24 * 1024 * 1024,
            pages_bytes: 16 * 1024 * 1024,
        },
        console: ConsoleSettings {
            idle_timeout: Duration::from_secs(2 * 3600),
            session_lifetime: Duration::from_secs(12 * 3600),
            second_factor: SecondFactorRule::Required,
        },
    };
    assert_eq!(Settings::default(), expected);
}

#[test]
fn every_setting_stands_in_the_default_file_and_nothing_else_does() {
    let is_setting = |line: &&str| {
        line.split_once(" = ")
            .is_some_and(|(key, _)| !key.contains('#'))
    };
    let settings: Vec<_> = DEFAULT_TOML.lines().filter(is_setting).collect();
    assert!(settings.len() >= 25);
    for line in settings {
        // No serde default stands behind the file: without its line a setting has no value at all.
        let without = DEFAULT_TOML.replacen(line, "", 1);
        let parsed = ::config::Config::builder()
            .add_source(::config::File::from_str(
                &without,
                ::config::FileFormat::Toml,
            ))
            .build()
            .unwrap();
        let key = line.split_once(" = ").unwrap().0;
        let error = parsed
            .try_deserialize::<Settings>()
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("missing") && error.contains(key),
            "{key}: {error}"
        );
    }
}

#[test]
fn the_container_files_set_only_what_is_a_setting() {
    for (file, text) in [
        ("Dockerfile", include_str!("../../../Dockerfile")),
        ("compose.yaml", include_str!("../../../compose.yaml")),
    ] {
        let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        let names: Vec<_> = words.filter(|word| word.starts_with("YUELI_")).collect();
        assert!(!names.is_empty(), "{file} names no setting");
        for name in names {
            let result = from_env(&[(name, "?")]);
            let unknown = matches!(result, Err(SettingsError::Unknown(_)));
            assert!(!unknown, "{file}: {}", message(result));
        }
    }
}
