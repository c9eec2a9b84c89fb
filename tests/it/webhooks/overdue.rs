//! What became due while the program was away.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::{delivery_exception, endpoint};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use yueli::clock::{Clock, ManualClock};

use super::{Hook, local, start};
use crate::support::{
    app::{NOW, TestApp, at, until},
    db::{TestDb, on_both},
    receiver::{Receiver, Reply},
};

on_both!(retries_that_are_overdue_at_a_start_are_spread_and_what_is_new_is_not);

const PARTNERS: usize = 12;

async fn retries_that_are_overdue_at_a_start_are_spread_and_what_is_new_is_not(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    for number in 0..PARTNERS {
        let url = format!("{}/{number}", receiver.url());
        Hook::create(&app, &app.tokens.partner, &url, json!({})).await;
    }
    receiver.script([const { Reply::Status(500) }; PARTNERS]);
    app.announced(json!({})).await;
    until("the failures on record", async || {
        let found = delivery_exception::Entity::find().count(app.services.db.reader());
        (found.await.unwrap() == PARTNERS as u64).then_some(())
    })
    .await;
    let db = app.stop().await;

    let clock = Arc::new(ManualClock::new(at(NOW) + TimeDelta::hours(1)));
    let now = clock.now();
    let app = TestApp::start_with(db, Arc::clone(&clock) as Arc<dyn Clock>, local).await;
    app.announced(json!({})).await;
    let tried = |attempt: &'static str| {
        let all = receiver.notices().into_iter();
        all.filter(move |received| received.header("x-attempt") == attempt)
            .count()
    };
    until("what is new", async || {
        (tried("1") == 2 * PARTNERS).then_some(())
    })
    .await;
    // The clock stands still, and so do those that are due later.
    let later = endpoint::Entity::find()
        .filter(endpoint::Column::DueAt.gt(now))
        .filter(endpoint::Column::DueAt.lt(now + TimeDelta::seconds(30)))
        .count(app.services.db.reader());
    let later = usize::try_from(later.await.unwrap()).unwrap();
    assert!(later > 0, "all at once");
    assert!(tried("2") <= PARTNERS - later);
    clock.advance(TimeDelta::seconds(30));
    until("all of them", async || {
        (tried("2") == PARTNERS).then_some(())
    })
    .await;
}
