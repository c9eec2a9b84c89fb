use entity::vocab::Status;
use serde_json::{Value, json};

use super::*;
use crate::domain::{
    activity::Activity,
    role::Office,
    samples::{activity, at},
    source::ProposalKind,
};

fn seen(said: Said, fields: Value) -> Seen {
    Seen {
        said,
        fields: fields.as_object().unwrap().clone(),
        ..Seen::default()
    }
}

fn day(day: &str) -> Value {
    json!({"precision": "day", "starts_on": day})
}

fn on(text: &str) -> Seen {
    seen(
        Said::Stands,
        json!({"title": {"zh": "路演"}, "when": day(text)}),
    )
}

fn scheduled(text: &str) -> Activity {
    let mut when = day(text);
    when["starts_at"] = Value::Null;
    activity(json!({"title": {"en": null}, "when": when}))
}

fn brief(activity: &Activity) -> Brief {
    serde_json::from_str(&serde_json::to_string(activity).unwrap()).unwrap()
}

/// Kind, action and whether it is a conflict.
fn told(
    settled: Option<&Seen>,
    latest: &Seen,
    activity: &Activity,
) -> Vec<(ProposalKind, Do, bool)> {
    proposals(settled, latest, activity, None)
        .into_iter()
        .map(|one| (one.kind, one.action, one.conflict))
        .collect()
}

#[test]
fn what_the_source_did_not_change_is_not_proposed_whatever_editors_did() {
    let (before, here) = (on("2021-07-08"), scheduled("2021-08-01"));
    assert!(told(Some(&before), &before, &here).is_empty());
}

#[test]
fn what_stands_here_already_is_not_proposed() {
    let latest = on("2021-07-09");
    assert!(told(Some(&on("2021-07-08")), &latest, &scheduled("2021-07-09")).is_empty());
    // One day is the day that it ends on.
    let until = seen(
        Said::Stands,
        json!({"when": {"precision": "day", "starts_on": "2021-07-09", "ends_on": "2021-07-09"}}),
    );
    assert!(told(Some(&on("2021-07-08")), &until, &scheduled("2021-07-09")).is_empty());
    assert!(told(None, &on("2021-07-09"), &scheduled("2021-07-09")).is_empty());
}

#[test]
fn a_move_is_a_reschedule_and_a_conflict_where_an_editor_moved_it_too() {
    let (before, latest) = (on("2021-07-08"), on("2021-07-09"));
    let reschedule = |conflict| vec![(ProposalKind::Reschedule, Do::Reschedule, conflict)];
    assert_eq!(
        told(Some(&before), &latest, &scheduled("2021-07-08")),
        reschedule(false)
    );
    assert_eq!(
        told(Some(&before), &latest, &scheduled("2021-08-01")),
        reschedule(true)
    );
}

#[test]
fn a_status_decides_what_a_date_means() {
    let (before, same, later) = (on("2021-07-08"), on("2021-07-08"), on("2021-07-20"));
    let off = seen(Said::Postponed, before.fields.clone().into());
    let called_off = seen(Said::Cancelled, before.fields.clone().into());
    let with = |status| {
        let mut activity = scheduled("2021-07-08");
        activity.status = status;
        if status == Status::Postponed {
            activity.previous_when = Some(std::mem::take(&mut activity.content.when));
        }
        activity
    };
    use ProposalKind as Kind;
    for (settled, latest, status, expected) in [
        (
            &before,
            &off,
            Status::Scheduled,
            Some((Kind::Postpone, Do::Postpone, false)),
        ),
        (&before, &off, Status::Postponed, None),
        (
            &off,
            &same,
            Status::Postponed,
            Some((Kind::Reinstate, Do::Reinstate, false)),
        ),
        (
            &off,
            &later,
            Status::Postponed,
            Some((Kind::Reschedule, Do::Reschedule, false)),
        ),
        (
            &off,
            &later,
            Status::Scheduled,
            Some((Kind::Reschedule, Do::Reschedule, false)),
        ),
        // An editor put it off, the source moves it.
        (
            &before,
            &later,
            Status::Postponed,
            Some((Kind::Reschedule, Do::Reschedule, true)),
        ),
        (&before, &same, Status::Postponed, None),
        (
            &before,
            &called_off,
            Status::Scheduled,
            Some((Kind::Cancel, Do::Cancel, false)),
        ),
        // An editor put it off, the source calls it off.
        (
            &before,
            &called_off,
            Status::Postponed,
            Some((Kind::Cancel, Do::Cancel, true)),
        ),
        (
            &off,
            &called_off,
            Status::Postponed,
            Some((Kind::Cancel, Do::Cancel, false)),
        ),
        (&before, &called_off, Status::Cancelled, None),
        (&before, &called_off, Status::Held, None),
        (&called_off, &called_off, Status::Scheduled, None),
        (
            &called_off,
            &same,
            Status::Cancelled,
            Some((Kind::Reinstate, Do::Reinstate, false)),
        ),
        (
            &before,
            &later,
            Status::Cancelled,
            Some((Kind::Reinstate, Do::Reinstate, true)),
        ),
        (&before, &later, Status::Held, None),
        (&before, &later, Status::Withdrawn, None),
        (
            &before,
            &later,
            Status::InReview,
            Some((Kind::Reschedule, Do::Update, false)),
        ),
        (
            &before,
            &called_off,
            Status::InReview,
            Some((Kind::Cancel, Do::Delete, false)),
        ),
    ] {
        let told = told(Some(settled), latest, &with(status));
        assert_eq!(
            told,
            Vec::from_iter(expected),
            "{settled:?} → {latest:?}, {status}"
        );
    }
}

#[test]
fn a_date_that_was_taken_out_puts_it_off_and_one_that_never_was_says_nothing() {
    let nothing = seen(Said::Stands, json!({"when": {"precision": "unknown"}}));
    let here = scheduled("2021-07-08");
    let told_of = |settled: Option<&Seen>| told(settled, &nothing, &here);
    assert_eq!(
        told_of(Some(&on("2021-07-08"))),
        [(ProposalKind::Postpone, Do::Postpone, false)]
    );
    assert!(told_of(None).is_empty());
    assert!(told_of(Some(&nothing)).is_empty());
}

#[test]
fn place_form_and_text_are_updates_each_by_its_own_action() {
    let before = seen(Said::Stands, json!({"title": {"zh": "路演"}}));
    let latest = seen(
        Said::Stands,
        json!({
            "title": {"zh": "医药路演"}, "venue": {"name": {"zh": "首钢园"}}, "districts": ["shijingshan"], "mode": "online",
            "live_url": "https://live.example/1", "url": "https://a.example/1",
        }),
    );
    let here = scheduled("2021-07-08");
    let all = proposals(Some(&before), &latest, &here, Some("1@a"));
    let actions: Vec<Do> = all.iter().map(|one| one.action).collect();
    assert_eq!(actions, [Do::Relocate, Do::ChangeFormat, Do::Update]);
    assert!(all.iter().all(|one| one.kind == ProposalKind::Update));
    assert_eq!(all[0].fields, ["venue", "districts"]);
    assert_eq!(
        all[1].body,
        json!({"mode": "online", "live_url": "https://live.example/1"})
    );
    assert_eq!(
        all[2].body,
        json!({"title": {"zh": "医药路演"}, "sources": [{"url": "https://a.example/1", "uid": "1@a"}]})
    );
    // Of a draft all of it is one change.
    let mut draft = here;
    draft.status = Status::Draft;
    let all = proposals(Some(&before), &latest, &draft, None);
    assert_eq!((all.len(), all[0].action), (1, Do::Update));
}

#[test]
fn what_a_source_leaves_open_may_be_anything_here() {
    let latest = seen(
        Said::Stands,
        json!({"title": {"zh": "路演"}, "venue": {"name": {"zh": "首钢园"}, "address": {}, "latitude": null, "longitude": null}}),
    );
    let here = activity(json!({
        "title": {"zh": "路演", "en": "Roadshow"},
        "venue": {"name": {"zh": "首钢园", "en": "Shougang Park"}, "address": {"zh": "石景山路68号"}},
    }));
    assert!(told(None, &latest, &here).is_empty());
}

#[test]
fn what_vanished_is_called_off_unless_it_has_begun() {
    let here = scheduled("2021-07-08");
    let gone = |now: &str| vanished(None, &on("2021-07-08"), &here, at(now));
    assert_eq!(gone("2021-07-07T00:00:00Z").unwrap().action, Do::Cancel);
    assert!(gone("2021-07-08T01:00:00Z").is_none());
    let called_off = seen(Said::Cancelled, json!({}));
    assert!(
        vanished(
            Some(&called_off),
            &called_off,
            &here,
            at("2021-07-01T00:00:00Z")
        )
        .is_none()
    );
}

#[test]
fn half_is_too_much_and_what_ended_does_not_count() {
    let count = |before, now, missing, ended| Count {
        before,
        now,
        missing,
        ended,
    };
    assert_eq!(doubt(count(0, 5, 0, 0)), None);
    assert_eq!(doubt(count(100, 99, 1, 0)), None);
    assert_eq!(doubt(count(3, 2, 1, 0)), None);
    assert_eq!(
        doubt(count(2, 1, 1, 0)),
        Some(Doubt::Halved {
            missing: 1,
            before: 2
        })
    );
    assert_eq!(
        doubt(count(100, 51, 50, 0)),
        Some(Doubt::Halved {
            missing: 50,
            before: 100
        })
    );
    assert_eq!(doubt(count(4, 1, 3, 3)), None);
    assert_eq!(doubt(count(4, 0, 4, 4)), Some(Doubt::Empty { before: 4 }));
}

#[test]
fn entries_are_paired_once_and_never_where_two_would_do() {
    let titled = |title: &str, text: &str| {
        seen(
            Said::Stands,
            json!({"title": {"zh": title}, "when": day(text)}),
        )
    };
    let old = [
        titled("人工智能专场", "2021-07-01"),
        titled("集成电路专场", "2021-07-02"),
        titled("周例会", "2021-07-03"),
        titled("周例会", "2021-07-10"),
        titled("生物医药产业专场", "2021-07-05"),
    ];
    let new = [
        titled("集成电路专场", "2021-08-02"),
        titled("人工智能专场", "2021-07-01"),
        titled("周例会", "2021-07-10"),
        titled("周例会", "2021-07-17"),
        titled("生物医药产业专场（改）", "2021-07-05"),
    ];
    let nameless = |all: &'static [Seen], has_uid| -> Vec<Nameless<'static>> {
        all.iter()
            .map(|seen| Nameless {
                seen,
                has_uid,
                by_likeness: true,
                by_title: !seen.title().starts_with("周例会"),
            })
            .collect()
    };
    let (old, new): (&[Seen], &[Seen]) = (Vec::leak(old.to_vec()), Vec::leak(new.to_vec()));
    let found = |has_uid, ids_last| {
        let mut found = pairs(&nameless(old, has_uid), &nameless(new, has_uid), ids_last);
        found.sort_unstable();
        found
    };
    // A meeting is gone and another one of that name is new.
    assert_eq!(found(false, true), [(0, 1), (1, 0), (3, 2), (4, 4)]);
    // Where all ids are new ones they tell nothing; else another id on another day is another event.
    assert_eq!(found(true, false), [(0, 1), (1, 0), (3, 2), (4, 4)]);
    assert_eq!(found(true, true), [(0, 1), (3, 2), (4, 4)]);
    let moved = |has_uid| {
        pairs(
            &nameless(&old[1..2], has_uid),
            &nameless(&new[..1], has_uid),
            false,
        )
    };
    assert_eq!((moved(false).len(), moved(true).len()), (1, 0));
}

#[test]
fn an_entry_means_one_activity_at_most() {
    let mut candidates = Candidates::of([(None, &on("2021-07-08"))].into_iter());
    candidates.add(brief(&scheduled("2021-07-08")), Office::City);
    let found = candidates.find(None, &on("2021-07-08"));
    let Found::Same(id, Evidence::Title { likeness, .. }) = found else {
        panic!("{found:?}");
    };
    assert!(likeness > 0.99);
    // Another one that says the same is told of it.
    assert_eq!(
        candidates.find(None, &on("2021-07-08")),
        Found::Like(vec![id])
    );
    // Another office's draft is none of a district's business.
    let mut draft = scheduled("2021-07-08");
    draft.status = Status::Draft;
    let mut candidates = Candidates::of([(None, &on("2021-07-08"))].into_iter());
    candidates.add(brief(&draft), "chaoyang".parse().unwrap());
    assert_eq!(
        candidates.find(None, &on("2021-07-08")),
        Found::Like(Vec::new())
    );
}

#[test]
fn what_one_document_may_be_compared_with_is_bounded_and_an_id_is_found_all_the_same() {
    let said = |day: &str| {
        let mut said = on(day);
        said.fields.insert("districts".into(), json!(["chaoyang"]));
        said
    };
    let uid = "b@example.org";
    let entries = [said("2021-07-08"), said("2021-07-09")];
    let mut candidates = Candidates::of(entries.iter().map(|entry| (Some(uid), entry)));
    for _ in 0..2_000 {
        candidates.add(brief(&scheduled("2021-07-08")), Office::City);
    }
    let mut other = scheduled("2021-07-09");
    other.uid = uid.to_owned();
    candidates.add(brief(&other), Office::City);
    // In another district: nothing is like it.
    for _ in 0..1_000 {
        let found = candidates.find(None, &entries[0]);
        assert_eq!(found, Found::Like(Vec::new()));
    }
    assert_eq!(candidates.find(None, &entries[0]), Found::Unknown);
    let found = candidates.find(Some(uid), &entries[1]);
    assert!(
        matches!(found, Found::Same(_, Evidence::Uid { .. })),
        "{found:?}"
    );
}

#[test]
fn what_is_said_where_an_editor_spoke_first_is_a_conflict() {
    let mut here = scheduled("2021-07-08");
    here.content.venue = None;
    let before = on("2021-07-08");
    let mut latest = before.clone();
    latest
        .fields
        .insert("venue".to_owned(), json!({"name": {"zh": "甲馆"}}));
    let relocate = |conflict| vec![(ProposalKind::Update, Do::Relocate, conflict)];
    assert_eq!(told(Some(&before), &latest, &here), relocate(false));
    let with = activity(json!({"venue": {"name": {"zh": "乙馆"}}}));
    here.content.venue = with.content.venue;
    assert_eq!(told(Some(&before), &latest, &here), relocate(true));
}

#[test]
fn calling_off_what_was_moved_here_is_a_conflict() {
    let before = on("2021-07-08");
    let called_off = seen(Said::Cancelled, before.fields.clone().into());
    let moved = scheduled("2021-08-01");
    assert_eq!(
        told(Some(&before), &called_off, &moved),
        [(ProposalKind::Cancel, Do::Cancel, true)]
    );
    let gone = vanished(Some(&before), &before, &moved, at("2021-07-01T00:00:00Z")).unwrap();
    assert!(gone.conflict);
    assert_eq!(gone.here["when"]["starts_on"], "2021-08-01");
    assert_eq!(gone.before["when"]["starts_on"], "2021-07-08");
}

#[test]
fn calling_off_is_no_conflict_where_the_day_is_the_same_or_the_source_put_it_off() {
    let before = on("2021-07-08");
    let called_off = seen(Said::Cancelled, before.fields.clone().into());
    let cancel = [(ProposalKind::Cancel, Do::Cancel, false)];
    let mut refined = scheduled("2021-07-08");
    let when = json!({"precision": "minute", "starts_at": "2021-07-08T09:00:00+08:00"});
    refined.content.when = serde_json::from_value(when).unwrap();
    assert_eq!(told(Some(&before), &called_off, &refined), cancel);
    let mut off = scheduled("2021-07-08");
    off.status = Status::Postponed;
    off.previous_when = Some(std::mem::take(&mut off.content.when));
    let undated = seen(Said::Stands, json!({"when": {"precision": "unknown"}}));
    assert_eq!(told(Some(&undated), &called_off, &off), cancel);
    // That it is gone is told though it had been called off before, as long as nobody decided that.
    let gone = |settled| {
        vanished(
            Some(settled),
            &called_off,
            &refined,
            at("2021-07-01T00:00:00Z"),
        )
    };
    assert!(gone(&before).is_some() && gone(&called_off).is_none());
}

#[test]
fn a_mark_that_comes_with_another_date_is_a_move() {
    let (before, here) = (on("2021-07-08"), scheduled("2021-07-08"));
    let to = |said, day: &str| seen(said, on(day).fields.into());
    let reschedule = [(ProposalKind::Reschedule, Do::Reschedule, false)];
    let marked = to(Said::Postponed, "2021-07-20");
    assert_eq!(told(Some(&before), &marked, &here), reschedule);
    // And the mark stays while the date moves on.
    let mut off = here.clone();
    off.status = Status::Postponed;
    off.previous_when = Some(std::mem::take(&mut off.content.when));
    let settled = to(Said::Postponed, "2021-07-08");
    assert!(told(Some(&settled), &settled, &off).is_empty());
    assert_eq!(told(Some(&settled), &marked, &off), reschedule);
    // It is on again, on the same day: here it has none, since the source put it off.
    let mut undated_here = here.clone();
    undated_here.content.when = When::Unknown;
    let back = to(Said::Stands, "2021-07-08");
    assert_eq!(told(Some(&settled), &back, &undated_here), reschedule);
    assert_eq!(told(Some(&settled), &marked, &undated_here), reschedule);
    // One that had no date is put off all the same.
    let undated = seen(Said::Stands, json!({"title": {"zh": "路演"}}));
    let put_off = seen(Said::Postponed, undated.fields.clone().into());
    // That it has one here is an editor's word.
    assert_eq!(
        told(Some(&undated), &put_off, &here),
        [(ProposalKind::Postpone, Do::Postpone, true)]
    );
}

#[test]
fn a_date_that_was_left_here_is_not_proposed_at_first_sight() {
    let mut here = scheduled("2021-08-01");
    here.status = Status::Rescheduled;
    here.previous_when = Some(scheduled("2021-07-08").content.when);
    assert!(told(None, &on("2021-07-08"), &here).is_empty());
    assert_eq!(told(None, &on("2021-07-09"), &here).len(), 1);
}

#[test]
fn an_id_that_is_counted_up_finds_nothing() {
    for uid in [
        "1@a.example",
        "https://a.example/1",
        "urn:x:1",
        "tag:a,2021:1",
        "0C8E6F1C-7A0B-4F7E-9D6A-2B1F0E5D4C3A",
        "0C8E6F1C-7A0B-4F7E-9D6A-2B1F0E5D4C3A#20210708T140000",
    ] {
        assert!(is_unique(uid), "{uid}");
    }
    for uid in ["1", "101", "#event", "20210708", "forum"] {
        assert!(!is_unique(uid), "{uid}");
    }
    let sources = json!({"sources": [{"uid": "1@a.example"}]});
    let mut known = scheduled("2021-07-08");
    known.content.sources = activity(sources).content.sources;
    let mut candidates = Candidates::of([(Some("1@a.example"), &on("2021-10-01"))].into_iter());
    candidates.add(brief(&known), Office::City);
    let other = seen(
        Said::Stands,
        json!({"title": {"zh": "朝阳图书馆读书会"}, "when": day("2021-09-01")}),
    );
    let like = vec![known.id.clone()];
    assert_eq!(
        candidates.find(Some("1@a.example"), &other),
        Found::Like(like)
    );
    let found = candidates.find(Some("1@a.example"), &on("2021-10-01"));
    assert!(
        matches!(found, Found::Same(_, Evidence::Uid { .. })),
        "{found:?}"
    );
}
