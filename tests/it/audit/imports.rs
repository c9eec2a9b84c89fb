//! An import is one deed.

use hyper::Method;

use super::told;
use crate::{
    console::{
        imports::{CARRY_OUT, TABLE, choose},
        seat::{Seat, hidden},
    },
    support::{
        app::TestApp,
        db::{TestDb, on_both},
    },
};

on_both!(
    an_import_is_one_entry_however_many_activities_it_makes,
    a_look_at_the_console_is_no_entry_and_an_import_is_one,
);

async fn an_import_is_one_entry_however_many_activities_it_makes(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let import = |query: &str, table: &'static str| {
        let call = app.call(Method::POST, format!("/api/v1/imports{query}"));
        call.token(&app.tokens.haidian).bytes("text/csv", table)
    };
    let table = "标题,开始,区\n路演一,2021年7月8日,海淀\n路演二,2021年7月9日,海淀\n路演三,2021年7月10日,海淀\n";
    for _ in 0..2 {
        import("", table).key("once").send().await.expect(200);
    }
    let entry = app.new_since(&[]).await;
    assert_eq!(
        told(&entry),
        serde_json::json!({
            "role": "district:haidian", "action": "import", "subject": null, "outcome": "done", "reason": null,
            "fields": "/activities", "position": null,
        })
    );
    let before = app.entries().await;
    let refused = import("", "标题,开始\n,soon\n").key("other").send().await;
    refused.problem(422, "invalid-input");
    let entry = app.new_since(&before).await;
    assert_eq!(
        (entry.outcome.as_str(), entry.reason.as_deref()),
        ("refused", Some("invalid-input"))
    );
    assert!(entry.fields.starts_with("/lines/2"), "{}", entry.fields);
}

async fn a_look_at_the_console_is_no_entry_and_an_import_is_one(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    let before = app.entries().await;
    let faulty = "标题,开始\n,soon\n";
    choose(&seat, ("a.csv", faulty.as_bytes()), &[])
        .await
        .expect(422);
    choose(&seat, ("a.xls", b"x"), &[]).await.expect(422);
    let look = choose(&seat, ("a.csv", TABLE.as_bytes()), &[]).await;
    let page = look.expect(200).text();
    assert_eq!(app.entries().await.len(), before.len());
    let names = ["key", "seen", "name", "bytes", "/as"];
    let sent = names.map(|name| (name, hidden(&page, name)));
    let mut fields = sent.each_ref().map(|(name, value)| (*name, value.as_str()));
    seat.post(CARRY_OUT, &fields).await.expect(200);
    let entry = app.new_since(&before).await;
    assert_eq!(
        told(&entry),
        serde_json::json!({
            "role": "district:haidian", "action": "import", "subject": null, "outcome": "done", "reason": null,
            "fields": "/activities", "position": null,
        })
    );
    let before = app.entries().await;
    fields[1].1 = "another";
    seat.post(CARRY_OUT, &fields).await.expect(422);
    let entry = app.new_since(&before).await;
    assert_eq!(
        (entry.action.as_str(), entry.reason.as_deref()),
        ("import", Some("invalid-input"))
    );
}
