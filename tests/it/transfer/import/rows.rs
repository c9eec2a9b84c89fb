//! What becomes of a row: its gaps, its parent, its history.

use entity::vocab::{District, Kind};
use serde_json::{Value, json};
use yueli::{
    domain::{role::Role, when::When},
    store,
    transfer::{Defaults, Format, Import, Intent, import},
};

use super::{
    super::{by_slug, counts, faults, file, pointers, services},
    BASE, json_file, only, with,
};
use crate::support::db::{TestDb, on_both};

on_both!(
    gaps_are_filled_by_rule_and_by_the_defaults,
    parents_are_found_anywhere_and_never_in_a_circle,
    a_public_row_does_not_tell_of_a_parent_that_is_none,
    history_that_does_not_lead_to_the_row_is_a_fault,
);

async fn gaps_are_filled_by_rule_and_by_the_defaults(db: TestDb) {
    let services = services(&db, "a.example").await;
    let table = "title_zh,edition,section,starts,districts,kind,series\n\
        甲,2021,,,,,\n\
        乙,,论坛会议,2021-09-25,海淀,论坛,\n\
        丙,,,2020-12-31T23:00:00Z,,,全球路演\n";
    import(&services, json_file(Intent::Drafts, Role::Admin, BASE))
        .await
        .unwrap();
    let asked = Import {
        defaults: Defaults {
            edition: None,
            district: Some(District::Daxing),
            kind: Some(Kind::Exhibition),
        },
        ..file(Format::Csv, Intent::Announced, Role::Office, table)
    };
    import(&services, asked).await.unwrap();
    let told: Vec<Value> = store::log::after(services.db.reader(), 0, 10)
        .await
        .unwrap()
        .iter()
        .map(|notice| {
            let content = serde_json::to_value(&notice.activity.as_ref().unwrap().content).unwrap();
            let fields = [
                "edition",
                "strand",
                "section",
                "series",
                "districts",
                "kind",
                "office",
                "when",
            ];
            fields.iter().map(|field| content[*field].clone()).collect()
        })
        .collect();
    assert_eq!(
        told,
        [
            json!([2021, "year_round", null, null, ["daxing"], "exhibition", "city", {"precision": "unknown"}]),
            json!([2021, "main_session", "forum", null, ["haidian"], "forum", "city", {"precision": "day", "starts_on": "2021-09-25"}]),
            json!([2021, "year_round", null, "roadshows", ["daxing"], "exhibition", "city",
                   {"precision": "minute", "starts_at": "2021-01-01T07:00:00+08:00"}]),
        ]
    );

    // A draft's kind stays open; an announced one's is `other`; the year may come with the request.
    let row = only(json!([{"title": {"zh": "丁"}}]));
    let asked = Import {
        defaults: Defaults {
            edition: Some(2021),
            ..Defaults::default()
        },
        ..json_file(
            Intent::Drafts,
            Role::District(District::Haidian),
            row.clone(),
        )
    };
    let diff = import(&services, asked.clone()).await.unwrap();
    let id = diff.activities[0].id.clone().unwrap();
    let draft = store::activities::find(services.db.reader(), &id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((draft.activity.content.kind, draft.version), (None, 1));
    assert_eq!(draft.activity.content.office.to_string(), "haidian");
    assert_eq!(draft.activity.content.when, When::Unknown);
    import(
        &services,
        Import {
            intent: Intent::Announced,
            bytes: only(json!([{"title": {"zh": "戊"}}])).into(),
            ..asked
        },
    )
    .await
    .unwrap();
    let last = store::log::after(services.db.reader(), 3, 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(last.activity.unwrap().content.kind, Some(Kind::Other));
}

async fn parents_are_found_anywhere_and_never_in_a_circle(db: TestDb) {
    let services = services(&db, "a.example").await;
    let text = with(json!([
        {"slug": "child", "edition": 2021, "title": {"zh": "子"}, "parent": "parent"},
        {"slug": "parent", "edition": 2021, "title": {"zh": "父"}},
    ]));
    import(&services, json_file(Intent::Announced, Role::Admin, text))
        .await
        .unwrap();
    let text = only(json!([
        {"slug": "grandchild", "edition": 2021, "title": {"zh": "孙"}, "parent": "child"},
    ]));
    import(&services, json_file(Intent::Announced, Role::Admin, text))
        .await
        .unwrap();
    {
        let state = services.catalogue.read();
        let id = |slug: &str| by_slug(&state, slug).activity().id.clone();
        let parent = |slug: &str| by_slug(&state, slug).activity().content.parent.clone();
        assert_eq!(parent("child"), Some(id("parent")));
        assert_eq!(parent("grandchild"), Some(id("child")));
    }
    let text = only(json!([
        {"slug": "a", "edition": 2021, "title": {"zh": "甲"}, "parent": "b"},
        {"slug": "b", "edition": 2021, "title": {"zh": "乙"}, "parent": "c"},
        {"slug": "c", "edition": 2021, "title": {"zh": "丙"}, "parent": "a"},
        {"slug": "d", "edition": 2021, "title": {"zh": "丁"}, "parent": "a"},
        {"slug": "e", "edition": 2021, "title": {"zh": "戊"}, "parent": "e"},
    ]));
    let found = faults(import(&services, json_file(Intent::Drafts, Role::Admin, text)).await);
    assert_eq!(
        pointers(&found),
        [
            "/activities/0/parent",
            "/activities/1/parent",
            "/activities/2/parent",
            "/activities/4/parent"
        ]
    );
}

async fn a_public_row_does_not_tell_of_a_parent_that_is_none(db: TestDb) {
    let services = services(&db, "a.example").await;
    let text = with(json!([{"slug": "secret", "edition": 2021, "title": {"zh": "密"}}]));
    import(&services, json_file(Intent::Drafts, Role::Admin, text))
        .await
        .unwrap();
    let text = only(json!([{"edition": 2021, "title": {"zh": "甲"}, "parent": "secret"}]));
    let found = faults(
        import(
            &services,
            json_file(Intent::Announced, Role::Admin, text.clone()),
        )
        .await,
    );
    assert_eq!(pointers(&found), ["/activities/0/parent"]);
    import(&services, json_file(Intent::Drafts, Role::Admin, text))
        .await
        .unwrap();
}

async fn history_that_does_not_lead_to_the_row_is_a_fault(db: TestDb) {
    let services = services(&db, "a.example").await;
    let day = |day: &str| json!({"precision": "day", "starts_on": day});
    let row = |slug: &str, when: Value, history: Value| json!({"slug": slug, "edition": 2021, "title": {"zh": slug}, "when": when, "history": history});
    let text = with(json!([
        row("no-steps", json!(null), json!([])),
        row(
            "no-announce",
            json!(null),
            json!([{"action": "postpone", "at": "2021-01-02"}])
        ),
        row(
            "other-end",
            day("2021-03-01"),
            json!([
                {"action": "announce", "at": "2021-01-02"},
                {"action": "reschedule", "at": "2021-01-03", "when": day("2021-03-02")},
            ])
        ),
        row(
            "cancelled",
            day("2021-03-01"),
            json!([
                {"action": "announce", "at": "2021-01-02"},
                {"action": "cancel", "at": "2021-01-03"},
                {"action": "reschedule", "at": "2021-01-04", "when": day("2021-03-01")},
            ])
        ),
        row(
            "too-early",
            day("2021-03-01"),
            json!([
                {"action": "announce", "at": "2021-01-02"},
                {"action": "hold", "at": "2021-02-28"},
            ])
        ),
        row(
            "twice",
            day("2021-03-01"),
            json!([
                {"action": "announce", "at": "2021-01-02", "patch": {"districts": ["pudong"]}},
                {"action": "announce", "at": "2021-01-03"},
            ])
        ),
        row(
            "postponed",
            json!(null),
            json!([
                {"action": "announce", "at": "2021-01-02", "when": day("2021-03-01")},
                {"action": "postpone", "at": "2021-01-03"},
            ])
        ),
    ]));
    let found = faults(import(&services, json_file(Intent::History, Role::Admin, text)).await);
    assert_eq!(
        pointers(&found),
        [
            "/activities/0/history",
            "/activities/1/history",
            "/activities/2/when",
            "/activities/3/history/2",
            "/activities/4/history/1",
            "/activities/5/history/0/patch/districts/0",
        ]
    );
    assert!(found[2].detail.contains("2021-03-02") && found[2].detail.contains("2021-03-01"));
    assert!(found[3].detail.contains("reinstate"), "{:?}", found[3]);
    assert_eq!(counts(&services.db).await, (0, 0, 0, 0, 0));
}
