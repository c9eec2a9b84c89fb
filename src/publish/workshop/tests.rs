use proptest::{collection::vec, prelude::*};
use serde_json::json;

use super::*;
use crate::{
    domain::action::Action,
    publish::fixture::{Life, at, reason, when},
};

/// One more thing that happens, to one of the activities made so far.
#[derive(Clone, Copy, Debug)]
enum Step {
    Announce(u32),
    Move(usize, u32),
    Cancel(usize),
    Withdraw(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (1..28_u32).prop_map(Step::Announce),
        4 => (0..9_usize, 1..28_u32).prop_map(|(which, day)| Step::Move(which, day)),
        1 => (0..9_usize).prop_map(Step::Cancel),
        1 => (0..9_usize).prop_map(Step::Withdraw),
    ]
}

/// July has the dates; what is withdrawn or cancelled already stays so.
fn take(lives: &mut Vec<Life>, step: Step) -> Option<Notice> {
    let slot = |day| json!({"precision": "day", "starts_on": format!("2021-07-{day:02}")});
    let (which, action) = match step {
        Step::Announce(day) => {
            let mut life = Life::drafted(&json!({"when": slot(day)}));
            life.activity.id = format!("act_{:02}", lives.len()).parse().unwrap();
            lives.push(life);
            (lives.len() - 1, Action::Announce { publish_at: None })
        }
        Step::Move(which, day) => {
            let when = when(slot(day));
            (which, Action::Reschedule { when, reason: None })
        }
        Step::Cancel(which) => (which, Action::Cancel { reason: None }),
        Step::Withdraw(which) => {
            let reason = reason("correction", "").expect("a reason");
            let replaced_by = None;
            (
                which,
                Action::Withdraw {
                    reason,
                    replaced_by,
                },
            )
        }
    };
    let life = lives.get_mut(which)?;
    let now = at("2021-06-10T02:00:00Z");
    let change = life.activity.apply(&action, now).ok()?;
    life.activity = change.activity.clone();
    Some(crate::commands::act::notice_of(
        change.activity,
        change.statement?,
        1,
        1,
        now,
        now,
    ))
}

/// The entries of a calendar, with the revisions that they show.
type Held = BTreeMap<Rank, i64>;

fn revision(shown: Shown) -> i64 {
    shown.last.revision.unwrap()
}

fn from_nothing(state: &State, key: &FeedKey) -> (Held, bool) {
    let Entries { changes, is_cut } = all(state, &Wanted::of(key), MOST);
    let held = changes.into_iter();
    let held = held.map(|(rank, shown)| (rank, revision(shown.unwrap())));
    (held.collect(), is_cut)
}

/// The same, of what was held before; none where it must be made from nothing.
fn of_what_it_was(
    state: &State,
    key: &FeedKey,
    was: &(Held, bool),
    position: i64,
) -> Option<(Held, bool)> {
    let (mut held, is_cut) = was.clone();
    let pieces = held.keys().map(|rank| (rank.clone(), Bytes::from("x")));
    let body = Body {
        packed: Packed::new(Bytes::new(), pieces.collect(), Bytes::new()),
        told: Default::default(),
        is_cut,
    };
    let before = Before {
        body: &body,
        position,
    };
    let Entries { changes, is_cut } = amended(state, &Wanted::of(key), before, MOST)?;
    for (rank, shown) in changes {
        match shown {
            Some(shown) => held.insert(rank, revision(shown)),
            None => held.remove(&rank),
        };
    }
    Some((held, is_cut))
}

/// The bound of the test's calendars.
const MOST: usize = 3;

fn dropping(path: &str) -> FeedKey {
    let mut key: FeedKey = path.parse().unwrap();
    assert!(
        key.options
            .take("cancelled", "drop", &mut Default::default())
    );
    key
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_full_calendar_made_of_what_it_was_is_the_one_made_from_nothing(
        steps in vec((step(), any::<bool>()), 1..40)
    ) {
        let catalogue = Catalogue::empty();
        let keys = ["zh/all.ics".parse().unwrap(), dropping("en/district/haidian.ics")];
        let mut kept = vec![((Held::new(), false), 0); keys.len()];
        let mut lives = Vec::new();
        for (step, asked) in steps {
            if let Some(notice) = take(&mut lives, step) {
                catalogue.tell(notice);
            }
            let state = catalogue.read();
            // Not asked for after every notice, so that several come at once.
            for (key, (was, position)) in keys.iter().zip(&mut kept).filter(|_| asked) {
                let (held, is_cut) = from_nothing(&state, key);
                if let Some((amended, may_be_cut)) = of_what_it_was(&state, key, was, *position) {
                    prop_assert_eq!(&amended, &held);
                    prop_assert!(may_be_cut || !is_cut);
                    *was = (amended, may_be_cut);
                } else {
                    *was = (held, is_cut);
                }
                *position = state.head();
            }
        }
    }
}
