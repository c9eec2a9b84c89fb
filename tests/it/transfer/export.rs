//! A programme as a table and as a calendar, and back.

use entity::vocab::{Language, Status};
use serde_json::json;
use yueli::{
    commands::Services,
    domain::{action::Action, role::Role},
    transfer::{
        Format, Intent, demo,
        export::{write_table, write_workbook},
        import,
    },
};

use super::{
    by_slug, file,
    filled::{done, filled, publisher},
    services,
};
use crate::support::db::{TestDb, on_both};

on_both!(
    a_table_can_be_read_back_and_tells_of_nothing_that_is_off,
    a_table_and_a_workbook_bring_the_same_into_an_empty_instance,
    a_calendar_holds_every_slot_and_can_be_read_back,
);

/// The demo's editions and series, which are no part of a table or a calendar.
async fn with_editions_and_series(services: &Services) {
    let mut reference: serde_json::Value = serde_json::from_str(demo::PROGRAMME).unwrap();
    reference["activities"] = json!([]);
    import(
        services,
        file(
            Format::Json,
            Intent::Drafts,
            Role::Admin,
            reference.to_string(),
        ),
    )
    .await
    .unwrap();
}

async fn a_table_can_be_read_back_and_tells_of_nothing_that_is_off(db: TestDb) {
    let old = services(&db, "a.example").await;
    filled(&old).await;
    done(&old, "zgc-2022", Action::Cancel { reason: None }).await;
    let mut table = Vec::new();
    write_table(&old.db, &mut table).await.unwrap();
    let text = String::from_utf8(table.clone()).unwrap();
    assert!(text.starts_with("\u{FEFF}title_zh,title_en,"));
    for off in ["草稿", "预告", "已撤回的活动", ",zgc-2022\n"] {
        assert!(!text.contains(off), "{off}");
    }

    let another = db.another().await;
    let new = services(&another, "b.example").await;
    with_editions_and_series(&new).await;
    // Two rows have the cancelled one as their parent.
    let without_parent = text.replace(",zgc-2022,", ",,");
    let diff = import(
        &new,
        file(Format::Csv, Intent::Announced, Role::Admin, without_parent),
    )
    .await
    .unwrap();
    assert_eq!(diff.warnings, []);
    // All but the withdrawn one and the cancelled one.
    assert_eq!(
        compared(&old, &new),
        old.catalogue.read().activities().count() - 2
    );
}

/// How many activities of the second programme say in their columns what those of the first do.
fn compared(old: &Services, new: &Services) -> usize {
    let (old_state, new_state) = (old.catalogue.read(), new.catalogue.read());
    let mut compared = 0;
    for entry in new_state.activities() {
        let now = &entry.activity().content;
        let was = &by_slug(&old_state, &entry.activity().slug.0)
            .activity()
            .content;
        let columns = |content: &yueli::domain::activity::Content| {
            (
                (
                    content.edition,
                    content.strand,
                    content.section.clone(),
                    content.series.clone(),
                    content.kind,
                ),
                (
                    content.title.clone(),
                    content.summary.clone(),
                    content.districts.clone(),
                    content.mode,
                ),
                (
                    content.audiences.clone(),
                    content.highlight,
                    content.office,
                    content.live_url.clone(),
                ),
                content.venue.as_ref().map(|venue| venue.name.clone()),
                content
                    .organizers
                    .iter()
                    .map(|organizer| (organizer.role.clone(), organizer.name.zh.clone()))
                    .collect::<Vec<_>>(),
                content.when.clone(),
            )
        };
        assert_eq!(columns(now), columns(was), "{}", entry.activity().slug.0);
        compared += 1;
    }
    compared
}

async fn a_table_and_a_workbook_bring_the_same_into_an_empty_instance(db: TestDb) {
    let old = services(&db, "a.example").await;
    filled(&old).await;
    let (mut table, mut workbook) = (Vec::new(), Vec::new());
    write_table(&old.db, &mut table).await.unwrap();
    write_workbook(&old.db, &mut workbook).await.unwrap();
    let mut again = Vec::new();
    write_workbook(&old.db, &mut again).await.unwrap();
    assert!(
        workbook == again,
        "a workbook has the bytes of its programme"
    );
    for (format, bytes) in [(Format::Csv, table), (Format::Xlsx, workbook)] {
        let another = db.another().await;
        let new = services(&another, "b.example").await;
        with_editions_and_series(&new).await;
        let asked = file(format, Intent::Announced, Role::Admin, bytes);
        let diff = import(&new, asked).await.unwrap();
        assert_eq!(diff.warnings, []);
        // All but the withdrawn one.
        let listed = old.catalogue.read().activities().count() - 1;
        assert_eq!(compared(&old, &new), listed, "{format:?}");
        let children = |services: &Services| {
            let state = services.catalogue.read();
            let parents = state
                .activities()
                .map(|entry| &entry.activity().content.parent);
            parents.flatten().count()
        };
        assert_eq!(children(&new), children(&old), "{format:?}");
    }
}

async fn a_calendar_holds_every_slot_and_can_be_read_back(db: TestDb) {
    let old = services(&db, "a.example").await;
    filled(&old).await;
    let calendar = publisher(&old).whole_calendar(Language::Zh);
    let slots = old
        .catalogue
        .read()
        .activities()
        .filter(|entry| {
            entry.activity().status != Status::Withdrawn && entry.activity().shown_when().is_slot()
        })
        .count();
    let another = db.another().await;
    let new = services(&another, "b.example").await;
    with_editions_and_series(&new).await;
    let diff = import(
        &new,
        file(Format::Ics, Intent::History, Role::Admin, calendar),
    )
    .await
    .unwrap();
    assert_eq!(diff.created(), slots);
}
