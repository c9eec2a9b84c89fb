//! Files from offices: all rows or none, all faults at once.

mod rows;

use entity::vocab::{District, NoticeKind, Status};
use serde_json::{Value, json};
use yueli::{
    commands::CommandError,
    domain::role::Role,
    store,
    transfer::{Change, Format, Import, Intent, import},
};

use super::{counts, faults, file, now, pointers, services};
use crate::support::db::{TestDb, on_both};

on_both!(
    what_others_have_not_announced_is_not_told_to_an_importer,
    what_is_marked_as_off_is_not_announced_as_going_ahead,
    one_faulty_row_and_nothing_is_written,
    faults_of_all_rows_and_lists_are_told_at_once,
    a_dry_run_answers_the_same_and_writes_nothing,
    drafts_are_not_seen_and_announced_rows_are,
    what_was_imported_is_not_imported_again,
    a_district_office_imports_its_own_rows_alone,
    a_calendar_is_imported_once_and_its_cancelled_events_only_as_history,
    editions_and_series_that_differ_are_faults_and_equal_ones_are_left,
);

const BASE: &str = r#"{"format":"yueli/1",
    "editions":[{"year":2021,"theme":{"zh":"主题"},"sections":[{"slug":"forum","title":{"zh":"论坛会议"}}]}],
    "series":[{"slug":"roadshows","title":{"zh":"全球路演"}}]}"#;

/// A file with an edition and a series, and these activities.
fn with(activities: Value) -> String {
    let mut base: Value = serde_json::from_str(BASE).unwrap();
    base["activities"] = activities;
    base.to_string()
}

/// A file of activities alone.
fn only(activities: Value) -> String {
    json!({"format": "yueli/1", "activities": activities}).to_string()
}

fn json_file(intent: Intent, role: Role, text: impl Into<Vec<u8>>) -> Import {
    file(Format::Json, intent, role, text)
}

async fn one_faulty_row_and_nothing_is_written(db: TestDb) {
    let services = services(&db, "a.example").await;
    let text = with(json!([
        {"edition": 2021, "title": {"zh": "甲"}},
        {"edition": 2021, "title": {"zh": "乙"}, "when": {"precision": "day", "starts_on": "2021-02-30"}},
    ]));
    for intent in [Intent::Drafts, Intent::Announced] {
        let refused = import(&services, json_file(intent, Role::Admin, text.clone())).await;
        assert_eq!(pointers(&faults(refused)), ["/activities/1/when/starts_on"]);
        assert_eq!(counts(&services.db).await, (0, 0, 0, 0, 0));
    }
}

async fn faults_of_all_rows_and_lists_are_told_at_once(db: TestDb) {
    let services = services(&db, "a.example").await;
    let text = json!({
        "format": "yueli/1",
        "editions": [{"year": 2021, "theme": {"zh": "主题"}}, {"year": 2021, "theme": {"zh": "主题"}}, {"year": 20}],
        "activities": [
            {"slug": "a", "edition": 2021, "title": {"zh": "甲"}, "districts": ["pudong"], "live_url": "javascript:alert(1)"},
            {"slug": "a", "edition": 1999, "title": {"zh": "乙", "fr": "B"}, "status": "held"},
            {"edition": 2021, "title": {"zh": "丙"}, "section": "forum", "series": "none", "parent": "nobody"},
            {"title": {"zh": "丁"}},
            7,
        ],
    });
    let found = faults(
        import(
            &services,
            json_file(Intent::Drafts, Role::Admin, text.to_string()),
        )
        .await,
    );
    assert_eq!(
        pointers(&found),
        [
            "/activities/4",
            "/editions/1",
            "/editions/2/year",
            "/editions/2/theme",
            "/activities/0/districts/0",
            "/activities/0/live_url",
            "/activities/1/slug",
            "/activities/1/status",
            "/activities/1/title/fr",
            "/activities/1/edition",
            "/activities/2/parent",
            "/activities/2/section",
            "/activities/2/series",
            "/activities/3/edition",
        ]
    );
    assert!(
        found[4].detail.starts_with("a: ") && found[4].detail.contains("\"pudong\""),
        "{:?}",
        found[4]
    );
    assert!(found[6].detail.contains("/activities/0"), "{:?}", found[6]);
}

async fn a_dry_run_answers_the_same_and_writes_nothing(db: TestDb) {
    let services = services(&db, "a.example").await;
    let text = with(json!([
        {"slug": "a", "edition": 2021, "title": {"zh": "甲"}, "history": [{"action": "announce", "at": "2021-01-02"}]},
        {"edition": 2021, "title": {"zh": "乙"}},
        {"edition": 2021, "title": {"zh": "丙"}},
    ]));
    let asked = json_file(Intent::Announced, Role::Office, text);
    let dry = import(
        &services,
        Import {
            dry_run: true,
            ..asked.clone()
        },
    )
    .await
    .unwrap();
    assert_eq!(counts(&services.db).await, (0, 0, 0, 0, 0));
    let wet = import(&services, asked).await.unwrap();
    assert_eq!(counts(&services.db).await, (3, 3, 1, 1, 3));
    assert!(dry.dry_run && !wet.dry_run);
    assert_eq!((dry.created(), dry.notices), (3, 3));
    assert_eq!(dry.warnings[0].pointer, "/activities/0");
    let slugs: Vec<_> = dry
        .activities
        .iter()
        .map(|line| line.slug.clone().unwrap())
        .collect();
    assert_eq!(slugs, ["a", "2021", "2021-2"]);
    assert!(dry.activities.iter().all(|line| line.id.is_none()));
    assert!(wet.activities.iter().all(|line| line.id.is_some()));
    let mut same = wet.clone();
    same.dry_run = true;
    same.activities.iter_mut().for_each(|line| line.id = None);
    assert_eq!(same, dry);
}

async fn drafts_are_not_seen_and_announced_rows_are(db: TestDb) {
    let services = services(&db, "a.example").await;
    let text = with(json!([{"edition": 2021, "title": {"zh": "甲"}}]));
    import(&services, json_file(Intent::Drafts, Role::Office, text))
        .await
        .unwrap();
    assert_eq!(services.catalogue.read().activities().count(), 0);
    assert_eq!(counts(&services.db).await, (1, 0, 1, 1, 0));

    let text = only(json!([
        {"edition": 2021, "title": {"zh": "乙"}},
        {"edition": 2021, "title": {"zh": "丙"}, "when": {"precision": "day", "starts_on": "2021-07-08"}},
    ]));
    import(&services, json_file(Intent::Announced, Role::Office, text))
        .await
        .unwrap();
    let log = store::log::after(services.db.reader(), 0, 10)
        .await
        .unwrap();
    let titles: Vec<_> = log
        .iter()
        .map(|notice| notice.activity.as_ref().unwrap().content.title.zh.as_str())
        .collect();
    assert_eq!(titles, ["乙", "丙"]);
    for notice in &log {
        assert_eq!(
            (notice.kind, notice.revision),
            (NoticeKind::Announced, Some(1))
        );
        assert_eq!((notice.published_at, notice.recorded_at), (now(), now()));
        // Announced by a person now: webhooks are owed it.
        assert!(!notice.history);
        let activity = notice.activity.as_ref().unwrap();
        let stored = store::activities::find(services.db.reader(), &activity.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(&stored.activity, activity);
        assert_eq!(Some(stored.version), notice.activity_version);
        assert_eq!(
            (activity.status, activity.announced_at),
            (Status::Scheduled, Some(now()))
        );
    }
    assert_eq!(services.catalogue.read().activities().count(), 2);
}

async fn what_was_imported_is_not_imported_again(db: TestDb) {
    let services = services(&db, "a.example").await;
    let text = with(json!([
        {"slug": "a", "edition": 2021, "title": {"zh": "甲"}},
        {"slug": "b", "edition": 2021, "title": {"zh": "乙"}},
    ]));
    import(
        &services,
        json_file(Intent::Drafts, Role::Admin, text.clone()),
    )
    .await
    .unwrap();
    let before = counts(&services.db).await;
    let found = faults(import(&services, json_file(Intent::Drafts, Role::Admin, text)).await);
    assert_eq!(
        pointers(&found),
        ["/activities/0/slug", "/activities/1/slug"]
    );
    assert!(found[0].detail.contains("taken"));
    assert_eq!(counts(&services.db).await, before);
}

async fn a_district_office_imports_its_own_rows_alone(db: TestDb) {
    let services = services(&db, "a.example").await;
    let haidian = Role::District(District::Haidian);
    let forbidden = |refused: Result<_, CommandError>| match refused {
        Err(CommandError::Forbidden { role, what }) => {
            assert_eq!(role, haidian);
            what
        }
        other => panic!("not forbidden: {other:?}"),
    };
    let what = forbidden(
        import(
            &services,
            json_file(Intent::Drafts, haidian, with(json!([]))),
        )
        .await,
    );
    assert_eq!(what, "make editions and series (at /editions/0, /series/0)");
    import(&services, json_file(Intent::Drafts, Role::Office, BASE))
        .await
        .unwrap();
    let text = only(json!([
        {"edition": 2021, "title": {"zh": "甲"}},
        {"edition": 2021, "title": {"zh": "乙"}, "office": "chaoyang"},
        {"edition": 2021, "title": {"zh": "丙"}, "highlight": true},
        {"edition": 2021, "title": {"zh": "丁"}, "office": "city"},
        {"edition": 2021, "title": {"zh": "戊"}, "office": "chaoyang"},
    ]));
    let what = forbidden(import(&services, json_file(Intent::Announced, haidian, text)).await);
    assert_eq!(
        what,
        "set highlight; the organising office does (at /activities/2); or write for the office \"chaoyang\" \
         (at /activities/1, /activities/4); or write for the office \"city\" (at /activities/3)"
    );
    assert_eq!(counts(&services.db).await, (0, 0, 1, 1, 0));
    // A file that only has what is here already, and its own rows, goes through.
    let text = with(json!([{"edition": 2021, "title": {"zh": "甲"}}]));
    let diff = import(&services, json_file(Intent::Announced, haidian, text))
        .await
        .unwrap();
    assert_eq!(diff.editions[0].change, Change::Unchanged);
    let refused = import(&services, json_file(Intent::Drafts, Role::Partner, BASE)).await;
    assert!(matches!(refused, Err(CommandError::Forbidden { .. })));
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n\
    BEGIN:VEVENT\r\nUID:1@haidian\r\nDTSTAMP:20210601T000000Z\r\nDTSTART;VALUE=DATE:20210708\r\nSUMMARY:甲\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:2@haidian\r\nCREATED:20210601T000000Z\r\nLAST-MODIFIED:20210602T000000Z\r\nDTSTART:20210709T060000Z\r\n\
    SUMMARY:乙\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

async fn what_others_have_not_announced_is_not_told_to_an_importer(db: TestDb) {
    let services = services(&db, "a.example").await;
    import(&services, json_file(Intent::Drafts, Role::Office, BASE))
        .await
        .unwrap();
    let (haidian, chaoyang) = (
        Role::District(District::Haidian),
        Role::District(District::Chaoyang),
    );
    let theirs = only(
        json!([{"edition": 2021, "title": {"zh": "甲"}, "slug": "theirs", "sources": [{"uid": "1@haidian"}]}]),
    );
    import(&services, json_file(Intent::Drafts, chaoyang, theirs))
        .await
        .unwrap();
    // The same event is no secret of theirs that ours is left out for.
    let diff = import(
        &services,
        file(Format::Ics, Intent::Drafts, haidian, CALENDAR),
    )
    .await
    .unwrap();
    assert_eq!(diff.activities[0].change, Change::Create);
    let below =
        |slug: &str| only(json!([{"edition": 2021, "title": {"zh": "丙"}, "parent": slug}]));
    for (intent, slug) in [
        (Intent::Drafts, "theirs"),
        (Intent::Announced, "theirs"),
        (Intent::Drafts, "nobodys"),
    ] {
        let found = faults(import(&services, json_file(intent, haidian, below(slug))).await);
        let told = format!("there is no activity {slug:?}, neither here nor in the file");
        assert_eq!(found[0].detail, told);
    }
}

async fn what_is_marked_as_off_is_not_announced_as_going_ahead(db: TestDb) {
    let services = services(&db, "a.example").await;
    import(&services, json_file(Intent::Drafts, Role::Office, BASE))
        .await
        .unwrap();
    let event = |uid: u8, title: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}@a\r\nDTSTAMP:20210601T000000Z\r\nDTSTART;VALUE=DATE:20210708\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
        )
    };
    let events = [
        event(1, "【取消】甲"),
        event(2, "【延期】乙"),
        event(3, "丙"),
    ]
    .concat();
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n{events}END:VCALENDAR\r\n"
    );
    let table =
        "名称,日期\n取消：丁,2021-07-09\n戊（推迟举办）,2021-07-09\n己,2021-07-09\n".to_owned();
    for (format, text) in [(Format::Ics, calendar), (Format::Csv, table)] {
        let asked = file(format, Intent::Announced, Role::Office, text);
        let diff = import(&services, asked).await.unwrap();
        let made: Vec<(Change, bool)> = diff
            .activities
            .iter()
            .map(|line| (line.change, line.when.is_known()))
            .collect();
        let expected = [
            (Change::Skip, false),
            (Change::Create, false),
            (Change::Create, true),
        ];
        assert_eq!(made, expected, "{format:?}");
        let told: Vec<&str> = diff.warnings.iter().map(|it| it.detail.as_str()).collect();
        assert!(
            told.iter().any(|it| it.contains("is left out: it is c")),
            "{told:?}"
        );
        assert!(told.iter().any(|it| it.contains("is put off")), "{told:?}");
    }
}

async fn a_calendar_is_imported_once_and_its_cancelled_events_only_as_history(db: TestDb) {
    let services = services(&db, "a.example").await;
    import(&services, json_file(Intent::Drafts, Role::Admin, BASE))
        .await
        .unwrap();
    let asked = file(Format::Ics, Intent::Drafts, Role::Office, CALENDAR);
    let first = import(&services, asked.clone()).await.unwrap();
    let changes = |diff: &yueli::transfer::Diff| {
        diff.activities
            .iter()
            .map(|line| line.change)
            .collect::<Vec<_>>()
    };
    assert_eq!(changes(&first), [Change::Create, Change::Skip]);
    let again = import(&services, asked).await.unwrap();
    assert_eq!(changes(&again), [Change::Skip, Change::Skip]);
    assert!(
        again.warnings[0].detail.contains("1@haidian") && again.warnings[0].detail.contains("act_")
    );
    assert_eq!(counts(&services.db).await, (1, 0, 1, 1, 0));

    let history = file(Format::Ics, Intent::History, Role::Office, CALENDAR);
    let third = import(&services, history).await.unwrap();
    assert_eq!(changes(&third), [Change::Skip, Change::Create]);
    let log = store::log::after(services.db.reader(), 0, 10)
        .await
        .unwrap();
    let kinds: Vec<_> = log.iter().map(|notice| notice.kind).collect();
    assert_eq!(kinds, [NoticeKind::Announced, NoticeKind::Cancelled]);
    let source = &log[0].activity.as_ref().unwrap().content.sources[0];
    assert_eq!(source.uid.as_deref(), Some("2@haidian"));
}

async fn editions_and_series_that_differ_are_faults_and_equal_ones_are_left(db: TestDb) {
    let services = services(&db, "a.example").await;
    import(&services, json_file(Intent::Drafts, Role::Admin, BASE))
        .await
        .unwrap();
    let before = store::log::head(services.db.reader()).await.unwrap();
    let diff = import(&services, json_file(Intent::Drafts, Role::Admin, BASE))
        .await
        .unwrap();
    assert_eq!(diff.series[0].change, Change::Unchanged);
    // Nothing was written, so no cache is made stale.
    assert_eq!(
        store::log::head(services.db.reader()).await.unwrap(),
        before
    );
    let other = BASE.replace("论坛会议", "会议").replace("全球路演", "路演");
    let found = faults(import(&services, json_file(Intent::Drafts, Role::Admin, other)).await);
    assert_eq!(pointers(&found), ["/editions/0", "/series/0"]);
}
