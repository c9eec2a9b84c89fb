//! Copies of a served programme: `backup`, `export` and `import --restore`; and what works where a row is damaged.

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::{Value, json};

use super::{program, program_on};
use crate::support::{
    app::draft,
    db::{TestDb, on_both},
    program::Program,
};

on_both!(
    an_export_restored_on_the_command_line_gives_the_same_feeds,
    a_notice_that_cannot_be_read_stops_only_what_reads_it,
);

/// A programme with a few notices, through the API of the running program.
async fn fill(program: &Program, token: &str) {
    let edition = json!({"year": 2021, "theme": {"zh": "智慧·健康·碳中和"}});
    let made = program.post(token, "/api/v1/editions", &edition).await;
    made.expect(201);
    for title in ["路演一", "路演二", "路演三"] {
        announce(program, token, title).await;
    }
    let hidden = draft(json!({"title": {"zh": "草稿"}}));
    let made = program.post(token, "/api/v1/activities", &hidden).await;
    made.expect(201);
}

async fn announce(program: &Program, token: &str, title: &str) {
    let body = draft(json!({"title": {"zh": title}}));
    let drafted = program.post(token, "/api/v1/activities", &body).await;
    let drafted = drafted.expect(201);
    let id = drafted.json()["activity"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let call = program
        .call(
            hyper::Method::POST,
            &format!("/api/v1/activities/{id}/announce"),
        )
        .token(token)
        .if_match(&drafted.etag())
        .json(&json!({}));
    call.send().await.expect(200);
}

/// The log as everybody reads it; another database's has another id.
async fn notices(program: &Program) -> Value {
    let answer = program.get("/api/v1/notices?limit=500").await.expect(200);
    answer.json()["notices"].take()
}

/// Feeds with their tags.
async fn feeds(program: &Program) -> Vec<(String, String)> {
    let mut feeds = Vec::new();
    for path in [
        "/feeds/zh/all.ics",
        "/feeds/en/district/haidian.ics",
        "/feeds/zh/all.rss",
    ] {
        let answer = program.get(path).await.expect(200);
        feeds.push((answer.etag(), answer.text()));
    }
    feeds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_served_database_opens_and_holds_the_same_notices() {
    let db = TestDb::sqlite();
    let mut served = program(&db);
    let token = served.prepare().await;
    served.start().await;
    fill(&served, &token).await;
    let (told, fed) = (notices(&served).await, feeds(&served).await);
    let file = db.folder().join("a backup.db").display().to_string();
    let printed = served.ran(&["backup", &file]).await;
    assert_eq!(printed, format!("{file} holds the database as it stood\n"));
    let again = served.tried(&["backup", &file]).await;
    assert!(!again.well, "nothing is written over: {again:?}");
    // The server goes on, and the copy stays as it is.
    announce(&served, &token, "路演四").await;

    let elsewhere = tempfile::tempdir().unwrap();
    let mut copy = program_on(&format!("sqlite://{file}"), elsewhere.path());
    copy.ran(&["doctor"]).await;
    copy.start().await;
    assert_eq!(told.as_array().unwrap().len(), 3);
    assert_eq!(notices(&copy).await, told);
    assert_eq!(feeds(&copy).await, fed);
    // Tokens are in it too, so it can take over.
    announce(&copy, &token, "路演五").await;
    copy.stop().await;
    served.stop().await;
}

async fn an_export_restored_on_the_command_line_gives_the_same_feeds(db: TestDb) {
    let mut old = program(&db);
    let token = old.prepare().await;
    old.start().await;
    fill(&old, &token).await;
    let file = db.folder().join("whole.json").display().to_string();
    // Beside the running server.
    old.ran(&["export", &file]).await;
    let (told, fed) = (notices(&old).await, feeds(&old).await);
    old.stop().await;

    let another = db.another().await;
    let mut new = program(&another);
    let printed = new.ran(&["import", "--restore", &file]).await;
    assert!(
        printed.starts_with("4 activities and 3 notices were restored"),
        "{printed}"
    );
    let again = new.tried(&["import", "--restore", &file]).await;
    assert!(!again.well, "{again:?}");
    assert!(
        again.told.contains("the database is not empty"),
        "{again:?}"
    );
    new.ran(&["doctor"]).await;
    new.start().await;
    assert_eq!(notices(&new).await, told);
    assert_eq!(feeds(&new).await, fed);
    new.stop().await;
    // What was exported comes out again.
    let second = another.folder().join("again.json").display().to_string();
    new.ran(&["export", &second]).await;
    assert_eq!(
        std::fs::read_to_string(&second).unwrap(),
        std::fs::read_to_string(&file).unwrap()
    );
}

async fn a_notice_that_cannot_be_read_stops_only_what_reads_it(db: TestDb) {
    let mut program = program(&db);
    let token = program.prepare().await;
    program.start().await;
    fill(&program, &token).await;
    program.stop().await;
    let connection = Database::connect(db.url()).await.unwrap();
    let damage = "UPDATE notices SET document = '{}' WHERE position = 2";
    connection.execute_unprepared(damage).await.unwrap();
    connection.close().await.unwrap();

    let path = |name: &str| db.folder().join(name).display().to_string();
    program.ran(&["migrate"]).await;
    program
        .ran(&["token", "create", "--name", "x", "--role", "office"])
        .await;
    program
        .ran(&["user", "add", "--login", "x", "--role", "office"])
        .await;
    program.ran(&["export", &path("whole.json")]).await;
    program.ran(&["export", &path("table.csv")]).await;
    let calendar = program.tried(&["export", &path("calendar.ics")]).await;
    assert!(!calendar.well, "it is made of the log: {calendar:?}");
    assert!(!db.folder().join("calendar.ics").exists());
}

#[tokio::test]
async fn what_only_reads_does_not_take_a_mistyped_address_for_an_empty_programme() {
    let db = TestDb::sqlite();
    let program = program(&db);
    let missing = format!(
        "there is no database {}",
        db.folder().join("yueli.db").display()
    );
    for command in [
        &["backup", "backup.db"][..],
        &["export", "export.json"],
        &["token", "create", "--name", "x", "--role", "office"],
        &["user", "add", "--login", "x", "--role", "office"],
    ] {
        let done = program.tried(command).await;
        assert!(!done.well && done.told.contains(&missing), "{done:?}");
    }
    let doctor = program.tried(&["doctor"]).await;
    assert!(
        !doctor.well && doctor.printed.contains(&missing),
        "{doctor:?}"
    );
    let made: Vec<_> = std::fs::read_dir(db.folder()).unwrap().collect();
    assert!(made.is_empty(), "{made:?}");
}
