//! The same over both databases: what the log, the rows and the catalogue say after any sequence.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;
use proptest::{
    collection::vec,
    option,
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};
use serde_json::{Value, json};
use yueli::{
    catalogue::Catalogue,
    clock::{Clock as _, ManualClock},
    commands::{
        CommandError, Services,
        act::{Act, act},
        create_activity::create_activity,
        delete_activity::delete_activity,
        digest::publish_digest,
    },
    domain::{
        action::Action,
        activity::Content,
        notice::Notice,
        role::{Caller, Role},
        when::{Month, day_of},
    },
    ids::ActivityId,
    store::{self, activities::Stored},
};

use super::{
    generate::{action, content, start},
    kept::Kept,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    any_sequence_of_commands_keeps_log_rows_and_catalogue_at_one,
    a_digest_tells_no_more_of_what_was_withdrawn,
);

/// A request; activities are named by their place among those made so far.
#[derive(Clone, Debug)]
enum Request {
    Create(Box<Content>, Option<usize>),
    Act {
        which: usize,
        action: Action,
        children: bool,
        stale: bool,
        role: Role,
    },
    Delete(usize),
    Digest,
    Pause(TimeDelta),
}

fn request() -> impl Strategy<Value = Request> {
    let role = prop_oneof![
        8 => Just(Role::Office),
        1 => Just(Role::Partner),
        1 => Just("district:haidian".parse().unwrap()),
    ];
    prop_oneof![
        3 => (content(), option::weighted(0.4, 0usize..5))
            .prop_map(|(content, parent)| Request::Create(Box::new(content), parent)),
        2 => (0usize..5).prop_map(|which| Request::Act {
            which, action: Action::Announce { publish_at: None }, children: false, stale: false, role: Role::Admin,
        }),
        12 => (0usize..5, action(), any::<bool>(), prop::bool::weighted(0.05), role).prop_map(
            |(which, action, children, stale, role)| Request::Act { which, action, children, stale, role },
        ),
        1 => (0usize..5).prop_map(Request::Delete),
        1 => Just(Request::Digest),
        2 => prop::sample::select(vec![1i64, 24, 24 * 30]).prop_map(|hours| Request::Pause(TimeDelta::hours(hours))),
    ]
}

async fn any_sequence_of_commands_keeps_log_rows_and_catalogue_at_one(db: TestDb) {
    let clock = Arc::new(ManualClock::new(start()));
    let app = TestApp::start_with(db, clock.clone(), |settings| {
        settings.roles = vec![yueli::config::Role::Web];
    })
    .await;
    let config = ProptestConfig {
        cases: 20,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    let services = app.services.clone();
    let runtime = tokio::runtime::Handle::current();
    let checked = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&vec(request(), 20..60), |requests| {
            runtime.block_on(check(&services, &clock, requests))
        })
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
}

/// Everything that must not change when a request is refused.
#[derive(Debug, PartialEq)]
struct Seen {
    position: i64,
    rows: Vec<Stored>,
}

async fn seen(services: &Services) -> Seen {
    let db = services.db.reader();
    Seen {
        position: store::log::head(db).await.unwrap().position,
        rows: store::activities::page(db, "", 10_000).await.unwrap(),
    }
}

async fn check(
    services: &Services,
    clock: &ManualClock,
    requests: Vec<Request>,
) -> Result<(), TestCaseError> {
    // Back to where the slots lie; the log's time goes on all the same.
    clock.advance(start() - clock.now());
    let mut made: Vec<ActivityId> = Vec::new();
    let kept = Kept::new(services);
    for (n, request) in requests.into_iter().enumerate() {
        let before = seen(services).await;
        let told = format!("{request:?}");
        let done = match request {
            Request::Pause(pause) => {
                clock.advance(pause);
                continue;
            }
            Request::Create(mut content, parent) => {
                content.parent = parent.and_then(|which| made.get(which).cloned());
                create(services, &content).await.map(|id| made.push(id))
            }
            Request::Digest => publish_digest(services, Month::of(day_of(services.now())))
                .await
                .map(|_| ()),
            Request::Delete(which) => match made.get(which) {
                Some(id) => delete(services, id).await,
                None => continue,
            },
            Request::Act {
                which,
                action,
                children,
                stale,
                role,
            } => match made.get(which) {
                Some(id) => {
                    let present = before.rows.iter().find(|row| row.activity.id == *id);
                    let version = present.map_or(1, |row| row.version) - i64::from(stale);
                    let caller = caller(role);
                    let (id, key) = (id.clone(), None);
                    let asked = Act {
                        caller,
                        id,
                        version,
                        action,
                        children,
                        comment: None,
                        key,
                    };
                    let done = act(services, asked).await;
                    prop_assert!(!(stale && done.is_ok()), "a stale version was taken");
                    prop_assert!(
                        role.is_organiser() || done.is_err(),
                        "another office's activity was changed"
                    );
                    done.map(|_| ())
                }
                None => continue,
            },
        };
        if let Err(error) = done {
            let ours = matches!(error, CommandError::Store(_) | CommandError::Cut(_));
            prop_assert!(!ours, "{told}: {error}");
            prop_assert_eq!(
                seen(services).await,
                before,
                "{} was refused: {}",
                told,
                error
            );
        }
        // Not after each, so that several notices come at once.
        if n % 12 == 0 {
            kept.check(services, &made).await?;
        }
    }
    kept.check(services, &made).await?;
    check_log(services).await?;
    check_catalogue(services).await
}

fn caller(role: Role) -> Caller {
    Caller::new("a test".to_owned(), role)
}

async fn create(services: &Services, content: &Content) -> Result<ActivityId, CommandError> {
    let input = serde_json::to_value(content).unwrap();
    let made = create_activity(services, caller(Role::Office), input, None).await?;
    let read = &made.activity.content;
    assert_eq!(read, content, "what is sent is what is kept");
    Ok(made.activity.id)
}

async fn delete(services: &Services, id: &ActivityId) -> Result<(), CommandError> {
    let stored = store::activities::find(services.db.reader(), id)
        .await
        .unwrap();
    let version = stored.map_or(1, |stored| stored.version);
    delete_activity(services, caller(Role::Office), id.clone(), version).await
}

/// Positions without gaps; each activity's notices tell its whole life, and the last one how it stands.
async fn check_log(services: &Services) -> Result<(), TestCaseError> {
    let db = services.db.reader();
    let log = store::log::after(db, 0, 1_000_000).await.unwrap();
    let positions: Vec<i64> = log.iter().map(|notice| notice.position).collect();
    let head = store::log::head(db).await.unwrap();
    prop_assert_eq!(positions, (1..=head.position).collect::<Vec<_>>());
    prop_assert!(log.is_sorted_by_key(|notice| notice.published_at));
    prop_assert!(
        log.last()
            .is_none_or(|last| head.last_published_at == Some(last.published_at))
    );

    let mut lives: BTreeMap<&ActivityId, Vec<&Notice>> = BTreeMap::new();
    let mut digested = Vec::new();
    for notice in &log {
        match (&notice.activity_id, &notice.digest) {
            (Some(id), None) => lives.entry(id).or_default().push(notice),
            (None, Some(digest)) => digested.extend(&digest.activities),
            _ => prop_assert!(false, "neither of an activity nor a digest: {notice:?}"),
        }
    }
    let rows = store::activities::page(db, "", 10_000).await.unwrap();
    for Stored { activity, version } in &rows {
        let life = lives.remove(&activity.id).unwrap_or_default();
        prop_assert_eq!(activity.status.is_public(), !life.is_empty());
        prop_assert_eq!(activity.revision, life.len() as i64);
        let Some(last) = life.last() else { continue };
        prop_assert_eq!(last.activity.as_ref(), Some(activity));
        prop_assert_eq!(last.activity_version, Some(*version));
        for (notice, revision) in life.iter().zip(1..) {
            let snapshot = notice.activity.as_ref().unwrap();
            prop_assert_eq!(notice.revision, Some(revision));
            prop_assert_eq!(snapshot.revision, revision);
            prop_assert_eq!(
                (&snapshot.uid, &snapshot.slug),
                (&activity.uid, &activity.slug)
            );
        }
        if activity.status == entity::vocab::Status::Withdrawn {
            for notice in life {
                prop_assert_eq!(
                    &notice.redacted(&activity.id),
                    notice,
                    "withdrawn, and still told"
                );
            }
            for listed in digested.iter().filter(|listed| listed.id == activity.id) {
                prop_assert_eq!(
                    &&listed.redacted(),
                    listed,
                    "withdrawn, and still in a digest"
                );
            }
        }
    }
    prop_assert!(
        lives.is_empty(),
        "notices of activities that are gone: {lives:?}"
    );
    Ok(())
}

/// The catalogue that followed every step is the one that a restart would load.
async fn check_catalogue(services: &Services) -> Result<(), TestCaseError> {
    let fresh = Catalogue::load(&services.db).await.unwrap();
    prop_assert_eq!(services.catalogue.applied(), fresh.applied());
    let rows = store::activities::page(services.db.reader(), "", 10_000)
        .await
        .unwrap();
    let (followed, loaded) = (services.catalogue.read(), fresh.read());
    prop_assert_eq!(followed.notices_after(0), loaded.notices_after(0));
    let published = |state: &yueli::catalogue::State| -> Vec<i64> {
        state
            .newest_published()
            .map(|notice| notice.position)
            .collect()
    };
    prop_assert_eq!(published(&followed), published(&loaded));
    let entries =
        |state: &yueli::catalogue::State| -> BTreeMap<ActivityId, (Value, Value, Vec<i64>)> {
            let told = |notice: &Notice| serde_json::to_value(notice).unwrap();
            state
                .activities()
                .map(|entry| {
                    let line = (
                        told(&entry.last),
                        told(&entry.cause),
                        entry.positions.clone(),
                    );
                    (entry.activity().id.clone(), line)
                })
                .collect()
        };
    prop_assert_eq!(entries(&followed), entries(&loaded));
    let public = rows.iter().filter(|row| row.activity.status.is_public());
    prop_assert_eq!(public.count(), followed.activities().count());
    Ok(())
}

async fn a_digest_tells_no_more_of_what_was_withdrawn(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let when = json!({"precision": "day", "starts_on": "2021-06-08"});
    let gone = app
        .announced(json!({"when": when, "title": {"zh": "密会"}}))
        .await;
    app.announced(json!({"when": when, "title": {"zh": "路演"}}))
        .await;
    let june = "2021-06".parse().unwrap();
    let digest = publish_digest(&app.services, june).await.unwrap().unwrap();
    assert_eq!(digest.digest.unwrap().activities.len(), 2);
    let body = json!({"reason": {"code": "correction"}});
    app.act(&gone, "withdraw", body).await.expect(200);
    let told = app.get("/api/v1/notices").await.expect(200).text();
    assert!(!told.contains("密会") && told.contains("路演") && told.contains("已撤回的活动"));
    check_log(&app.services).await.unwrap();
    check_catalogue(&app.services).await.unwrap();
}
