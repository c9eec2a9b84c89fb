//! The same file sent again changes nothing.

use yueli::{
    domain::role::Role,
    transfer::{Change, Diff, Format, Intent, import},
};

use super::{file, services};
use crate::support::db::{TestDb, on_both};

on_both!(
    a_table_without_slugs_is_taken_once,
    a_draft_of_another_office_is_not_compared_with,
);

const TABLE: &str = "title_zh,edition,starts,districts
路演,2021,2021-07-08 09:00,haidian
路演,2021,2021-07-15 09:00,haidian
沙龙,2021,,chaoyang
";

const EDITION: &str =
    r#"{"format":"yueli/1","editions":[{"year":2021,"theme":{"zh":"智慧·健康·碳中和"}}]}"#;

fn changes(diff: &Diff) -> Vec<Change> {
    diff.activities.iter().map(|line| line.change).collect()
}

async fn a_table_without_slugs_is_taken_once(db: TestDb) {
    let services = services(&db, "a.example").await;
    let edition = file(Format::Json, Intent::Drafts, Role::Office, EDITION);
    import(&services, edition).await.unwrap();
    let table = || file(Format::Csv, Intent::Announced, Role::Office, TABLE);
    let first = import(&services, table()).await.unwrap();
    assert_eq!(changes(&first), [Change::Create; 3], "{first:?}");

    let again = import(&services, table()).await.unwrap();
    assert_eq!(changes(&again), [Change::Skip; 3], "{again:?}");
    assert_eq!(again.notices, 0);
    let id = first.activities[0].id.as_ref().unwrap().to_string();
    assert!(
        again.warnings[0].detail.contains(&id),
        "it says which: {:?}",
        again.warnings
    );
    assert_eq!(services.catalogue.read().head(), 3);

    // A row that is new among old ones is made.
    let more = format!("{TABLE}路演,2021,2021-07-22 09:00,haidian\n");
    let more = file(Format::Csv, Intent::Announced, Role::Office, more);
    let more = import(&services, more).await.unwrap();
    assert_eq!(
        changes(&more),
        [Change::Skip, Change::Skip, Change::Skip, Change::Create]
    );
}

async fn a_draft_of_another_office_is_not_compared_with(db: TestDb) {
    let services = services(&db, "a.example").await;
    let edition = file(Format::Json, Intent::Drafts, Role::Office, EDITION);
    import(&services, edition).await.unwrap();
    let table = |role| file(Format::Csv, Intent::Drafts, role, TABLE);
    import(&services, table(Role::Office)).await.unwrap();
    let haidian: Role = "district:haidian".parse().unwrap();
    let own = import(&services, table(haidian)).await.unwrap();
    assert_eq!(
        changes(&own),
        [Change::Create; 3],
        "nothing tells them of the city's drafts"
    );
}
