//! Many at once: positions without gaps, names taken once, keys answered once, and nobody waits for ever.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use yueli::{
    catalogue::Catalogue,
    clock::ManualClock,
    commands::{
        CommandError, Services,
        act::{Act, Outcome, act},
        create_activity::create_activity,
    },
    domain::{
        action::Action,
        role::{Caller, Role},
        when::When,
    },
    ids::ActivityId,
    store::{
        self,
        idempotency::{Begun, Key},
    },
};

use crate::support::{
    app::{NOW, TestApp, at, draft},
    db::{TestDb, on_both},
    http::until,
};

on_both!(
    acts_at_once_leave_no_gap_and_nobody_stuck,
    one_key_does_its_work_once_however_many_send_it,
    a_key_whose_claimant_gave_up_is_free,
    a_key_is_forgotten_after_a_day,
    one_title_used_by_many_gives_each_a_slug_of_its_own,
    a_slug_taken_in_between_is_told_as_taken,
    published_times_never_run_backwards,
    history_moves_no_live_time,
    a_referring_draft_and_a_dropped_section_do_not_both_win,
);

async fn start(db: TestDb) -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let app = TestApp::start_with(db, clock.clone(), |settings| {
        settings.roles = vec![yueli::config::Role::Web];
    })
    .await;
    (app, clock)
}

fn office() -> Caller {
    Caller::new("a test".to_owned(), Role::Office)
}

async fn made(services: &Services, over: Value) -> ActivityId {
    let made = create_activity(services, office(), draft(over), None)
        .await
        .unwrap();
    let id = made.activity.id;
    done(services, &id, Action::Announce { publish_at: None })
        .await
        .unwrap();
    id
}

/// Does it at the present version, again when somebody else was faster.
async fn done(
    services: &Services,
    id: &ActivityId,
    action: Action,
) -> Result<Outcome, CommandError> {
    loop {
        let stored = store::activities::find(services.db.reader(), id).await?;
        let asked = Act {
            caller: office(),
            id: id.clone(),
            version: stored.unwrap().version,
            action: action.clone(),
            children: true,
            comment: None,
            key: None,
        };
        match act(services, asked).await {
            Err(CommandError::Stale { .. }) => {}
            done => return done,
        }
    }
}

async fn acts_at_once_leave_no_gap_and_nobody_stuck(db: TestDb) {
    let (app, clock) = start(db).await;
    let services = &app.services;
    let mut ids = vec![made(services, json!({})).await];
    for which in [0, 0, 1, 1, 2] {
        ids.push(made(services, json!({"parent": ids[which]})).await);
    }
    let turn = |turn: i64| match turn % 4 {
        0 => Action::Postpone { reason: None },
        1 => Action::Reinstate { when: None },
        2 => Action::Cancel { reason: None },
        _ => Action::Reschedule {
            when: When::Day {
                starts_on: at(NOW).date_naive() + TimeDelta::days(turn),
                ends_on: None,
            },
            reason: None,
        },
    };
    let workers = (0..8i64).map(|worker| {
        let (services, ids, clock) = (services.clone(), ids.clone(), Arc::clone(&clock));
        tokio::spawn(async move {
            let mut published = 0;
            for round in 0..12 {
                clock.advance(TimeDelta::seconds(if worker % 2 == 0 { 3 } else { -2 }));
                let id = &ids[usize::try_from(worker + round).unwrap() % ids.len()];
                match done(&services, id, turn(worker + round)).await {
                    Ok(_) => published += 1,
                    Err(CommandError::Refused(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            published
        })
    });
    let published: i32 = join_all(workers)
        .await
        .into_iter()
        .map(Result::unwrap)
        .sum();
    let log = store::log::after(services.db.reader(), 0, 100_000)
        .await
        .unwrap();
    assert!(log.len() > 12 && i32::try_from(log.len()).unwrap() >= published);
    let positions: Vec<i64> = log.iter().map(|notice| notice.position).collect();
    assert_eq!(positions, (1..).take(log.len()).collect::<Vec<i64>>());
    assert!(log.is_sorted_by_key(|notice| notice.published_at));
    for stored in store::activities::page(services.db.reader(), "", 100)
        .await
        .unwrap()
    {
        let mut life = log
            .iter()
            .filter(|notice| notice.activity_id.as_ref() == Some(&stored.activity.id));
        assert_eq!(stored.activity.revision, life.clone().count() as i64);
        assert_eq!(
            life.next_back().unwrap().activity.as_ref(),
            Some(&stored.activity)
        );
    }
    let fresh = Catalogue::load(&services.db).await.unwrap();
    assert_eq!(
        services.catalogue.read().notices_after(0),
        fresh.read().notices_after(0)
    );
}

fn key(hash: &str) -> Key {
    Key {
        caller: "a test".to_owned(),
        key: "k-1".to_owned(),
        request_hash: hash.to_owned(),
    }
}

async fn one_key_does_its_work_once_however_many_send_it(db: TestDb) {
    let (app, _) = start(db).await;
    let asked =
        (0..8).map(|_| create_activity(&app.services, office(), draft(json!({})), Some(key("a"))));
    let answers: Vec<Outcome> = join_all(asked)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let rows = store::activities::page(app.services.db.reader(), "", 100)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    let other = create_activity(&app.services, office(), draft(json!({})), Some(key("b"))).await;
    assert!(
        matches!(other, Err(CommandError::KeyReused(_))),
        "{other:?}"
    );
}

async fn a_key_whose_claimant_gave_up_is_free(db: TestDb) {
    let (app, _) = start(db).await;
    let services = &app.services;
    let (now, key) = (services.now(), key("a"));
    let first = services.db.begin().await.unwrap();
    assert_eq!(
        store::idempotency::begin(&first, &key, now).await.unwrap(),
        Begun::New
    );
    let second = tokio::spawn({
        let (db, key) = (services.db.clone(), key.clone());
        async move {
            let tx = db.begin().await.unwrap();
            let begun = store::idempotency::begin(&tx, &key, now).await.unwrap();
            store::idempotency::finish(&tx, &key, "\"done\"".to_owned())
                .await
                .unwrap();
            tx.commit().await.unwrap();
            begun
        }
    });
    waits_for_a_lock(services).await;
    first.rollback().await.unwrap();
    assert_eq!(second.await.unwrap(), Begun::New);
    let third = services.db.begin().await.unwrap();
    assert_eq!(
        store::idempotency::begin(&third, &key, now).await.unwrap(),
        Begun::Answered("\"done\"".to_owned())
    );
}

async fn a_key_is_forgotten_after_a_day(db: TestDb) {
    let (app, clock) = start(db).await;
    let services = &app.services;
    let ask = || create_activity(services, office(), draft(json!({})), Some(key("a")));
    let first = ask().await.unwrap();
    clock.advance(TimeDelta::hours(24));
    assert_eq!(
        ask().await.unwrap(),
        first,
        "a day is not over before its end"
    );
    clock.advance(TimeDelta::microseconds(1));
    let second = ask().await.unwrap();
    assert_ne!(second.activity.id, first.activity.id);
    clock.advance(TimeDelta::hours(25));
    let db = services.db.writer();
    assert_eq!(
        store::idempotency::prune(db, services.now()).await.unwrap(),
        1
    );
    assert_eq!(
        store::idempotency::prune(db, services.now()).await.unwrap(),
        0
    );
}

async fn one_title_used_by_many_gives_each_a_slug_of_its_own(db: TestDb) {
    let (app, _) = start(db).await;
    let asked = (0..6).map(|_| create_activity(&app.services, office(), draft(json!({})), None));
    let mut slugs: Vec<String> = join_all(asked)
        .await
        .into_iter()
        .map(|made| made.unwrap().activity.slug.0)
        .collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), 6);

    let named = draft(json!({"slug": "the-only-one"}));
    let asked = (0..6).map(|_| create_activity(&app.services, office(), named.clone(), None));
    let answers = join_all(asked).await;
    assert_eq!(answers.iter().filter(|made| made.is_ok()).count(), 1);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert!(
            matches!(&refused, CommandError::Invalid(faults) if faults[0].pointer == "/slug"),
            "{refused:?}"
        );
    }
}

/// One that is not committed yet holds the name; the other one must see it once it is.
async fn a_slug_taken_in_between_is_told_as_taken(db: TestDb) {
    let (app, _) = start(db).await;
    let services = &app.services;
    for named in [true, false] {
        let slug = format!("the-only-one-{named}");
        let over = json!({"slug": slug, "title": {"zh": "题", "en": slug}});
        let first = create_activity(services, office(), draft(over.clone()), None)
            .await
            .unwrap();
        let (id, now) = (first.activity.id.clone(), services.now());
        // As if it had been made just now, in a transaction that is still open.
        let open = services.db.begin().await.unwrap();
        store::activities::delete(&open, &id, 1).await.unwrap();
        open.commit().await.unwrap();
        let open = services.db.begin().await.unwrap();
        store::activities::insert(&open, &first.activity, now)
            .await
            .unwrap();
        let mut input = draft(over);
        if !named {
            input.as_object_mut().unwrap().remove("slug");
        }
        let second = tokio::spawn({
            let services = services.clone();
            async move { create_activity(&services, office(), input, None).await }
        });
        waits_for_a_lock(services).await;
        open.commit().await.unwrap();
        match second.await.unwrap() {
            Ok(made) => {
                assert!(!named);
                assert!(made.activity.slug.0.starts_with("the-only-one-false-"));
            }
            Err(CommandError::Invalid(faults)) if named => assert_eq!(faults[0].pointer, "/slug"),
            Err(error) => panic!("{error}"),
        }
    }
}

/// Until somebody waits for what another transaction holds. SQLite's writers wait before they begin.
async fn waits_for_a_lock(services: &Services) {
    if services.db.backend() == DbBackend::Sqlite {
        return;
    }
    until("a second writer waits", async || {
        let sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let found = services.db.reader().query_one_raw(Statement::from_string(DbBackend::Postgres, sql));
        found.await.unwrap()
    })
    .await;
}

async fn published_times_never_run_backwards(db: TestDb) {
    let (app, clock) = start(db).await;
    let id = made(&app.services, json!({})).await;
    clock.advance(TimeDelta::hours(-2));
    let postponed = done(&app.services, &id, Action::Postpone { reason: None })
        .await
        .unwrap();
    let notice = postponed.notice.unwrap();
    assert_eq!(notice.published_at, at(NOW), "not before the log's last");
    assert_eq!(notice.recorded_at, at(NOW) - TimeDelta::hours(2));
    assert_eq!(
        postponed.activity.updated_at,
        at(NOW) + TimeDelta::seconds(1)
    );
}

async fn history_moves_no_live_time(db: TestDb) {
    let (app, clock) = start(db).await;
    made(&app.services, json!({})).await;
    let before = store::log::head(app.services.db.reader()).await.unwrap();
    clock.advance(TimeDelta::hours(1));
    let tx = app.services.db.begin().await.unwrap();
    let first = store::log::take_for_history(&tx, 5, app.services.now())
        .await
        .unwrap();
    let after = store::log::head(&tx).await.unwrap();
    assert_eq!(
        (first, after.position),
        (before.position + 1, before.position + 5)
    );
    assert_eq!(after.last_published_at, before.last_published_at);
    tx.rollback().await.unwrap();
    let back = store::log::head(app.services.db.reader()).await.unwrap();
    assert_eq!(back, before, "what is rolled back leaves no gap");
}

/// Either the section stands and the draft too, or it is gone and the draft was refused.
async fn a_referring_draft_and_a_dropped_section_do_not_both_win(db: TestDb) {
    let (app, _) = start(db).await;
    let services = &app.services;
    for round in 0..6 {
        let section = format!("section-{round}");
        let load = async || {
            store::reference::find_edition(services.db.reader(), 2022)
                .await
                .unwrap()
                .unwrap()
        };
        let patch = |version, sections: Value| {
            let patch = json!({"sections": sections});
            yueli::commands::patch_edition::patch_edition(services, office(), 2022, version, patch)
        };
        let version = load().await.version;
        let with = patch(version, json!([{"slug": section, "title": {"zh": "板块"}}]))
            .await
            .unwrap();
        let over = json!({"edition": 2022, "strand": "main_session", "section": section});
        let (dropped, drafted) = tokio::join!(
            patch(with.version, json!([])),
            create_activity(services, office(), draft(over), None),
        );
        assert_ne!(dropped.is_ok(), drafted.is_ok(), "{dropped:?} {drafted:?}");
        if let Ok(made) = drafted {
            let id = made.activity.id;
            let caller = office();
            yueli::commands::delete_activity::delete_activity(services, caller, id, 1)
                .await
                .unwrap();
        }
    }
}
