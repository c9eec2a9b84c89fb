//! The pictures that links to activities are shown with.

use serde_json::json;

use super::{day, page_of};
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    each_revision_has_a_picture_of_its_own,
    there_is_no_picture_of_what_nobody_may_see,
);

/// Width and height, as a PNG's header says (PNG, third edition, §11.2.1).
fn size(picture: &Answer) -> (u32, u32) {
    let bytes = &picture.body;
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
    assert_eq!(&bytes[12..16], b"IHDR");
    assert!(bytes.ends_with(b"IEND\xAE\x42\x60\x82"), "it is cut off");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

async fn each_revision_has_a_picture_of_its_own(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    let at = |revision: &str| format!("/og/{}-{revision}.png", draft.id);
    let first = app.get(at("1")).await.expect(200);
    assert_eq!(size(&first), (1200, 630));
    for (name, value) in [
        ("content-type", "image/png"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("set-cookie", ""),
    ] {
        assert_eq!(first.header(name), value, "{name}");
    }
    assert_eq!(app.get(at("1")).await.expect(200).body, first.body);
    for language in ["zh", "en"] {
        let html = app.get(page_of(language, &draft)).await.expect(200).text();
        let image = format!("og:image\" content=\"https://yueli.example{}\"", at("1"));
        assert!(html.contains(&image), "{html}");
    }

    let moved = json!({"when": day("2021-07-15")});
    let moved = app.act(&draft, "reschedule", moved).await.expect(200);
    let old = app.get(at("1")).await.expect(301);
    assert_eq!(old.header("location"), at("2"));
    assert!(!old.header("cache-control").contains("immutable"));
    let second = app.get(at("2")).await.expect(200);
    assert_eq!(size(&second), (1200, 630));
    assert_ne!(second.body, first.body);
    for absent in ["3", "99999999999999999999", "02", "+2", "", "two"] {
        app.get(at(absent)).await.expect(404);
    }
    for absent in ["jpg", "png.png", "PNG"] {
        let path = format!("/og/{}-2.{absent}", draft.id);
        app.get(path).await.expect(404);
    }
    let moved = Draft::of(&moved);
    app.act(&moved, "cancel", json!({})).await.expect(200);
    assert_eq!(
        app.get(at("2")).await.expect(301).header("location"),
        at("3")
    );
    assert_ne!(app.get(at("3")).await.expect(200).body, second.body);
}

async fn there_is_no_picture_of_what_nobody_may_see(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.drafted(json!({})).await;
    let embargoed = app.drafted(json!({})).await;
    let later = json!({"publish_at": "2021-06-20T10:00:00+08:00"});
    app.act(&embargoed, "announce", later).await.expect(200);
    let withdrawn = app.announced(json!({})).await;
    app.get(format!("/og/{}-1.png", withdrawn.id))
        .await
        .expect(200);
    let reason = json!({"reason": {"code": "correction"}});
    app.act(&withdrawn, "withdraw", reason).await.expect(200);
    let unknown = app.get("/og/act_01J0000000000000000000000-1.png").await;
    let unknown = unknown.expect(404);
    for hidden in [&draft, &embargoed, &withdrawn] {
        for revision in 0..3 {
            let path = format!("/og/{}-{revision}.png", hidden.id);
            let answer = app.get(&path).await.expect(404);
            assert_eq!(answer.body, unknown.body, "{path} tells something");
            assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
        }
    }
    for path in ["/og/.png", "/og/-.png", "/og/act_-1.png", "/og/%FF-1.png"] {
        app.get(path).await.expect(404);
    }
}
