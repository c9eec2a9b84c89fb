//! Copies of a served database.

use yueli::{
    store,
    transfer::{
        backup::{BackupError, backup},
        demo,
    },
    vault::{self, Key},
};

use super::{counts, now, services};
use crate::support::db::{TestDb, on_both};

on_both!(a_backup_is_the_database_as_it_stood_and_writes_over_nothing);

async fn a_backup_is_the_database_as_it_stood_and_writes_over_nothing(db: TestDb) {
    let services = services(&db, "a.example").await;
    demo::load(&services).await.unwrap();
    let file = db.folder().join("it's a backup.db");
    if services.db.file().is_none() {
        let refused = backup(&services.db, &file, services.now()).await;
        assert!(matches!(refused, Err(BackupError::Postgres)), "{refused:?}");
        assert!(!file.exists());
        return;
    }
    let whole = counts(&services.db).await;
    // Somebody is writing meanwhile; what is not committed is not in the copy.
    let writing = services.db.begin().await.unwrap();
    store::log::take(&writing, 7, now()).await.unwrap();
    backup(&services.db, &file, services.now()).await.unwrap();
    drop(writing);

    let copy = store::Db::open(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    assert_eq!(counts(&copy).await, whole);
    assert_eq!(
        store::verify::disagreements(copy.reader()).await.unwrap(),
        []
    );
    let head = store::log::head(services.db.reader()).await.unwrap();
    let copied = store::log::head(copy.reader()).await.unwrap();
    assert_ne!(
        copied.log_id, head.log_id,
        "whoever reads on in the copy must notice that it is one"
    );
    assert_eq!(
        store::log::Head {
            log_id: head.log_id.clone(),
            ..copied
        },
        head
    );
    copy.close().await;

    // Without a key beside it, none is copied; with one, the copy has it too.
    let key_of = |file: &std::path::Path| vault::file::read(&vault::file::beside(file)).unwrap();
    assert_eq!(key_of(&file), None);
    let key = Key::random();
    vault::file::write(&vault::file::beside(services.db.file().unwrap()), &key).unwrap();
    let second = db.folder().join("second.db");
    backup(&services.db, &second, services.now()).await.unwrap();
    assert_eq!(key_of(&second), Some(key));

    let bytes = std::fs::read(&file).unwrap();
    let refused = backup(&services.db, &file, services.now()).await;
    assert!(
        matches!(refused, Err(BackupError::Exists(_))),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    let nowhere = db.folder().join("no/such/folder/x.db");
    assert!(matches!(
        backup(&services.db, &nowhere, services.now()).await,
        Err(BackupError::File(..))
    ));
    // mktemp makes an empty file first.
    let empty = db.folder().join("empty.db");
    std::fs::write(&empty, b"").unwrap();
    backup(&services.db, &empty, services.now()).await.unwrap();
}
