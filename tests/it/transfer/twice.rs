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
    a_row_that_may_have_been_moved_or_that_differs_is_told_of,
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

async fn a_row_that_may_have_been_moved_or_that_differs_is_told_of(db: TestDb) {
    let services = services(&db, "a.example").await;
    let edition = file(Format::Json, Intent::Drafts, Role::Office, EDITION);
    import(&services, edition).await.unwrap();
    let table = |text: &str| file(Format::Csv, Intent::Drafts, Role::Office, text.to_owned());
    import(&services, table(TABLE)).await.unwrap();
    let told = |diff: &Diff| -> Vec<String> {
        let warnings = diff.warnings.iter();
        warnings.map(|warning| warning.detail.clone()).collect()
    };

    // The one of that title, on another day.
    let moved = "title_zh,edition,starts\n沙龙,2021,2021-07-30\n";
    let mut dry = table(moved);
    dry.dry_run = true;
    let diff = import(&services, dry).await.unwrap();
    assert_eq!(changes(&diff), [Change::Create]);
    assert_eq!(told(&diff).len(), 1, "{diff:?}");
    assert!(
        told(&diff)[0].contains("is here without a date: is it that one, moved?"),
        "{diff:?}"
    );
    // Two are here of this title, and two rows have that one: nobody can tell.
    for text in [
        "title_zh,edition,starts\n路演,2021,2021-07-30\n",
        "title_zh,edition,starts\n沙龙,2021,2021-07-30\n沙龙,2021,2021-07-31\n",
    ] {
        let mut dry = table(text);
        dry.dry_run = true;
        let diff = import(&services, dry).await.unwrap();
        let told = told(&diff);
        assert!(!told.iter().any(|it| it.contains("moved")), "{told:?}");
    }

    let differs =
        "title_zh,edition,starts,districts,venue_zh,organizers\n沙龙,2021,,haidian,甲厅,科技部\n";
    let diff = import(&services, table(differs)).await.unwrap();
    assert_eq!(changes(&diff), [Change::Skip]);
    let told = told(&diff);
    assert_eq!(told.len(), 4, "{told:?}");
    for (told, says) in told[1..].iter().zip([
        "\"甲厅\" as its place",
        "\"海淀\" as its district",
        "\"科技部\" as its organiser",
    ]) {
        assert!(told.contains(says), "{told}");
    }
}
