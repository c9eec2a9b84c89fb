//! An import is one deed.

use hyper::Method;

use super::told;
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(an_import_is_one_entry_however_many_activities_it_makes);

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
