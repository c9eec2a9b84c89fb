//! The rules alone, without a database.

use chrono::TimeDelta;
use entity::vocab::{NoticeKind, Status};
use proptest::{collection::vec, prelude::*};
use yueli::{
    clock::{Clock as _, ManualClock},
    commands::act::notice_of,
    domain::{
        action::{Action, Change, Refusal},
        activity::Activity,
        text::Slug,
        when::{When, day_of},
    },
};

use super::generate::{content, start, step};

fn draft(content: yueli::domain::activity::Content) -> Activity {
    let id = "act_01F7000000000000000000AAAA".parse().unwrap();
    let slug: Slug = "a-roadshow".parse().unwrap();
    Activity::draft(id, "yueli.example", slug, content, start())
}

/// CONTRACT §1: what each action makes of a status; `None` where it does not exist.
fn allowed(action: &Action, from: Status) -> &'static [Status] {
    use Status::{Cancelled, Draft, Held, InReview, Postponed, Rescheduled, Scheduled, Withdrawn};
    match (action, from) {
        (Action::Submit, Draft) => &[InReview],
        (Action::Return, InReview) => &[Draft],
        (Action::Announce { .. }, Draft | InReview) => &[Scheduled, InReview],
        (Action::Update { .. }, Draft) => &[Draft],
        (Action::Update { .. }, InReview) => &[InReview],
        (Action::Update { .. }, Held) => &[Held],
        (Action::Update { .. }, Cancelled) => &[Cancelled],
        (
            Action::Update { .. } | Action::Relocate { .. } | Action::ChangeFormat { .. },
            Scheduled,
        ) => &[Scheduled],
        (
            Action::Update { .. } | Action::Relocate { .. } | Action::ChangeFormat { .. },
            Rescheduled,
        ) => &[Rescheduled],
        (
            Action::Update { .. } | Action::Relocate { .. } | Action::ChangeFormat { .. },
            Postponed,
        ) => &[Postponed],
        (Action::Reschedule { .. }, Scheduled | Rescheduled | Postponed) => &[Rescheduled],
        (Action::Postpone { .. }, Scheduled | Rescheduled) => &[Postponed],
        (Action::Cancel { .. }, Scheduled | Rescheduled | Postponed) => &[Cancelled],
        (Action::Reinstate { .. }, Postponed | Cancelled) => &[Scheduled, Rescheduled],
        (Action::Hold { .. }, Scheduled | Rescheduled) => &[Held],
        (Action::Withdraw { .. }, Scheduled | Rescheduled | Postponed | Cancelled | Held) => {
            &[Withdrawn]
        }
        _ => &[],
    }
}

fn check_step(
    before: &Activity,
    action: &Action,
    change: &Change,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), TestCaseError> {
    let after = &change.activity;
    prop_assert!(
        allowed(action, before.status).contains(&after.status),
        "{} led from {} to {}",
        action.name(),
        before.status,
        after.status
    );
    prop_assert_eq!((&after.id, &after.uid), (&before.id, &before.uid));
    // A slug is made from a title, which a withdrawal takes away.
    if after.status != Status::Withdrawn {
        prop_assert_eq!(&after.slug, &before.slug);
    }
    prop_assert_eq!(change.statement.is_some(), after.status.is_public());
    let bump = i64::from(change.statement.is_some());
    prop_assert_eq!(after.revision, before.revision + bump);
    prop_assert!(after.updated_at >= now);
    prop_assert_eq!(after.announced_at.is_some(), after.status.is_public());
    if before.status.is_public() {
        prop_assert!(after.updated_at >= before.updated_at + TimeDelta::seconds(1));
        prop_assert_eq!(after.announced_at, before.announced_at);
    }
    if after.status.is_public() {
        prop_assert!(after.content.when != When::Unstated);
        prop_assert!(after.publish_at.is_none());
    }
    match after.status {
        Status::Postponed => prop_assert_eq!(&after.content.when, &When::Unknown),
        Status::Held => prop_assert!(
            after
                .content
                .when
                .starts_at()
                .is_none_or(|at| day_of(at) <= day_of(now))
        ),
        Status::Withdrawn => prop_assert_eq!(&after.redacted(), after),
        Status::Rescheduled => {
            prop_assert!(after.previous_when.as_ref() != Some(&after.content.when))
        }
        _ => {}
    }
    prop_assert!(after.previous_when.as_ref().is_none_or(When::is_known));
    if !matches!(after.status, Status::Postponed | Status::Cancelled) {
        prop_assert_eq!(after.shown_when(), &after.content.when);
    }
    let json = serde_json::to_string(after).unwrap();
    let read: Activity = serde_json::from_str(&json).unwrap();
    prop_assert_eq!(&read, after);
    prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    check_statement(before, change, now)
}

/// With `before` laid over the snapshot, the notice gives what stood before it.
fn check_statement(
    before: &Activity,
    change: &Change,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), TestCaseError> {
    let Some(statement) = change.statement.clone() else {
        return Ok(());
    };
    let kind = statement.kind;
    let notice = notice_of(change.activity.clone(), statement, 1, 1, now, now);
    let shown = notice.activity_before();
    match kind {
        NoticeKind::Announced => prop_assert!(shown.is_none()),
        // Nothing of what stood there is told, but where it stood in its life.
        NoticeKind::Withdrawn => {
            let shown = shown.unwrap();
            prop_assert_eq!(shown.status, before.status);
            prop_assert_eq!(&shown.content, &before.redacted().content);
        }
        _ => {
            let shown = shown.unwrap();
            prop_assert_eq!(shown.status, before.status);
            prop_assert_eq!(&shown.content, &before.content);
            for name in &notice.changed {
                prop_assert!(notice.before.contains_key(name) && notice.after.contains_key(name));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_actions_keeps_the_rules(content in content(), steps in vec(step(), 1..40)) {
        let clock = ManualClock::new(start());
        let mut activity = draft(content);
        let mut notices = 0;
        for (action, pause) in steps {
            clock.advance(pause);
            let now = clock.now();
            let before = activity.clone();
            match activity.apply(&action, now) {
                Ok(change) => {
                    check_step(&before, &action, &change, now)?;
                    notices += i64::from(change.statement.is_some());
                    activity = change.activity;
                }
                Err(Refusal::Status { .. }) => {
                    let told = match &action {
                        // A draft that nobody handed in cannot be given back.
                        Action::Return => before.status != Status::InReview,
                        // There is no date to correct where none stands.
                        Action::Update { .. } if matches!(before.status, Status::Postponed | Status::Cancelled) => true,
                        _ => allowed(&action, before.status).is_empty(),
                    };
                    prop_assert!(told, "{} was refused for {}", action.name(), before.status);
                }
                Err(_) => prop_assert!(!allowed(&action, before.status).is_empty()),
            }
            prop_assert_eq!(activity.revision, notices);
        }
    }
}
