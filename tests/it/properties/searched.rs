//! What SQL finds of a selection is what the rules find.

use entity::activity;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use yueli::{
    domain::{
        activity::{Activity, Content},
        selection::Selection,
    },
    ids::ActivityId,
    store::{self, Db, selection::condition},
};

use super::{
    generate::start,
    meeting::{anything, selection},
};
use crate::support::db::{TestDb, on_both};

on_both!(sql_finds_what_matches);

async fn sql_finds_what_matches(db: TestDb) {
    let db = Db::open(db.url()).await.unwrap();
    db.migrate().await.unwrap();
    let config = ProptestConfig {
        cases: 100,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..ProptestConfig::default()
    };
    let (contents, selections) = (vec(anything(), 1..20), vec(selection(), 1..12));
    let (found, passed_over) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let runtime = tokio::runtime::Handle::current();
    let checked = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&(contents, selections), |(contents, selections)| {
            runtime.block_on(async {
                // Rolled back, so that each case has the rows of its own alone.
                let tx = db.begin().await.unwrap();
                let rows = insert(&tx, contents).await;
                for selection in &selections {
                    let hits = check(&tx, &rows, selection).await?;
                    found.set(found.get() + hits);
                    passed_over.set(passed_over.get() + rows.len() - hits);
                }
                tx.rollback().await.unwrap();
                Ok(())
            })
        })
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
    // Otherwise it would have compared nothing with nothing.
    assert!(
        found.get() > 200 && passed_over.get() > 200,
        "{found:?} {passed_over:?}"
    );
    db.close().await;
}

async fn insert(tx: &impl ConnectionTrait, contents: Vec<Content>) -> Vec<Activity> {
    let mut rows = Vec::new();
    for (n, content) in contents.into_iter().enumerate() {
        let id: ActivityId = format!("act_{n:026}").parse().unwrap();
        let slug = format!("an-activity-{n}").parse().unwrap();
        let activity = Activity::draft(id, "a.example", slug, content, start());
        store::activities::insert(tx, &activity, start())
            .await
            .unwrap();
        rows.push(activity);
    }
    rows
}

/// How many rows both find.
async fn check(
    tx: &impl ConnectionTrait,
    rows: &[Activity],
    selection: &Selection,
) -> Result<usize, TestCaseError> {
    let mut found: Vec<String> = activity::Entity::find()
        .select_only()
        .column(activity::Column::Id)
        .filter(condition(selection))
        .into_tuple()
        .all(tx)
        .await
        .unwrap();
    found.sort_unstable();
    let matching: Vec<String> = rows
        .iter()
        .filter(|row| selection.matches(&row.content))
        .map(|row| row.id.to_string())
        .collect();
    prop_assert_eq!(&found, &matching, "{}", selection.canonical());
    Ok(found.len())
}
