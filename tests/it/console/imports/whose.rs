//! Who imports, with whose mapping, and for whom.

use serde_json::json;
use yueli::config::SecondFactorRule;

use super::{
    super::{page::Page, seat::Seat, second_factor::app},
    CARRY_OUT, LOOK, TABLE, choose, drafts, look, made,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    anothers_mapping_is_not_offered_and_not_taken,
    who_imports_nothing_does_not_get_in,
    rows_of_another_office_are_refused_by_their_places,
);

/// A mapping that an office keeps.
pub(super) async fn mapping(app: &TestApp, token: &str, name: &str) -> Answer {
    let body = json!({"name": name, "columns": {"主题": "title_zh"}});
    let call = app.post(token, "/api/v1/mappings", &body);
    call.send().await.expect(201)
}

async fn anothers_mapping_is_not_offered_and_not_taken(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let id = |answer: &Answer| answer.json()["id"].as_str().unwrap().to_owned();
    let own = id(&mapping(&app, &app.tokens.haidian, "海淀月报").await);
    let others = id(&mapping(&app, &app.tokens.chaoyang, "朝阳月报").await);
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    let page = seat.page(LOOK).await;
    let offered = page.values("value");
    assert!(offered.contains(&own.as_str()) && !offered.contains(&others.as_str()));
    assert!(!page.texts().join("\n").contains("朝阳月报"));
    // Neither does it exist for who asks for it by its id.
    let table = "主题,年度\n路演,2021\n";
    let chosen = ("a.csv", table.as_bytes());
    let answer = choose(&seat, chosen, &[("/mapping", &others)]).await;
    let text = answer.expect(422).text();
    assert!(text.contains("there is no mapping") && !text.contains("朝阳月报"));
    let with = look(&seat, table, &[("/mapping", &own)]).await;
    let form = with.form(CARRY_OUT);
    form.clone()
        .with("/mapping", &others)
        .send(&seat)
        .await
        .expect(422);
    let done = form.send(&seat).await.expect(200);
    assert_eq!(made(&Page::read(&done.text())).len(), 1);
    // Whoever imports for all is told whose each is.
    let office = Seat::take(&app, "office", "office").await;
    let page = office.page(LOOK).await;
    assert!(
        page.texts().contains(&"朝阳月报 · Chaoyang District"),
        "{:?}",
        page.texts()
    );
}

async fn who_imports_nothing_does_not_get_in(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let office = Seat::take(&app, "office", "office").await;
    let form = look(&office, TABLE, &[]).await.form(CARRY_OUT);
    for (who, role) in [("lilei", "viewer"), ("polly", "partner")] {
        let seat = Seat::take(&app, who, role).await;
        seat.get(LOOK).await.expect(403);
        choose(&seat, ("a.csv", TABLE.as_bytes()), &[])
            .await
            .expect(403);
        form.clone().send(&seat).await.expect(403);
        let account = seat.page("/console/account").await;
        assert!(!account.values("href").contains(&LOOK));
    }
    assert_eq!(drafts(&app).await, 0);
    let account = office.page("/console/account").await;
    assert!(account.values("href").contains(&LOOK));
}

async fn rows_of_another_office_are_refused_by_their_places(db: TestDb) {
    let (app, _) = app(db, SecondFactorRule::Optional).await;
    let seat = Seat::take(&app, "haidian", "district:haidian").await;
    let file = json!({"format": "yueli/1", "activities": [
        {"edition": 2021, "title": {"zh": "自己的"}},
        {"edition": 2021, "title": {"zh": "别家的"}, "office": "chaoyang"},
    ]});
    let file = file.to_string();
    let answer = choose(&seat, ("a.json", file.as_bytes()), &[]).await;
    let said = answer.expect(403).text();
    assert!(said.contains("/activities/1"), "{said}");
    assert_eq!(drafts(&app).await, 0);
}
