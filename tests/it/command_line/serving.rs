//! `yueli serve` beside another one.

use super::program;
use crate::support::db::TestDb;

#[tokio::test]
async fn a_second_program_on_the_same_address_is_refused() {
    let (db, another) = (TestDb::sqlite(), TestDb::sqlite());
    let mut first = program(&db);
    first.start().await;
    let address = first.address().borrow().to_string();
    let second = program(&another)
        .tried(&["serve", "--listen", &address])
        .await;
    assert!(!second.well, "{second:?}");
    let told = format!("yueli: cannot listen on {address}: ");
    assert!(second.told.contains(&told), "{second:?}");
    assert_eq!(second.printed, "", "it said that it listens");
    first.get("/healthz").await.expect(200);
    first.stop().await;
}
