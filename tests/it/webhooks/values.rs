//! What an endpoint's selection names: refused where nobody knows it, kept where it was known once.

use std::sync::Arc;

use hyper::Method;
use serde_json::{Value, json};
use yueli::{
    catalogue::Catalogue,
    commands::{Services, webhooks::create::create_webhook},
    config::Settings,
    domain::{
        role::{Caller, Role},
        selection::Selection,
    },
    guard::Guard,
};

use super::{Hook, local, start};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::{Answer, pointers},
    receiver::Receiver,
};

on_both!(
    an_endpoint_cannot_be_made_for_what_nobody_knows,
    an_endpoint_goes_on_when_what_it_names_is_deleted,
    what_another_instance_just_made_is_known,
);

const TALKS: &str = "/api/v1/series/talks";

/// Asks for an endpoint with a selection.
async fn ask(app: &TestApp, url: &str, selection: Value) -> Answer {
    let body = json!({"url": url, "selection": selection});
    let call = app.post(&app.tokens.partner, "/api/v1/webhooks", &body);
    call.send().await
}

async fn an_endpoint_cannot_be_made_for_what_nobody_knows(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let wrong = json!({
        "series": ["global-roadshows", "golbal-roadshows"], "section": "froum", "edition": [2021, 2031],
    });
    let problem = ask(&app, &receiver.url(), wrong.clone()).await;
    let problem = problem.problem(422, "invalid-input");
    assert_eq!(
        pointers(&problem),
        [
            "/selection/section",
            "/selection/series",
            "/selection/edition"
        ]
    );
    for (fault, value) in ["froum", "golbal-roadshows", "2031"]
        .into_iter()
        .enumerate()
    {
        let detail = problem["errors"][fault]["detail"].as_str().unwrap();
        assert!(detail.contains(value), "{detail}");
    }
    assert_eq!(receiver.all().len(), 0, "nothing was pinged");

    let right = json!({"series": ["global-roadshows"], "section": ["forum"], "edition": [2022]});
    let over = json!({ "selection": right });
    let (hook, made) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
    let patch = app.call(Method::PATCH, hook.path("")).token(&hook.token);
    let problem = patch.json(&json!({ "selection": wrong })).send().await;
    assert_eq!(pointers(&problem.problem(422, "invalid-input")).len(), 3);
    assert_eq!(hook.get(&app, "").await["selection"], made["selection"]);
}

async fn an_endpoint_goes_on_when_what_it_names_is_deleted(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let talks = json!({"slug": "talks", "title": {"zh": "讲座"}});
    let call = app.post(&app.tokens.office, "/api/v1/series", &talks);
    let etag = call.send().await.expect(201).etag();
    let both = json!({"series": ["global-roadshows", "talks"]});
    let over = json!({ "selection": both });
    let (hook, _) = Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
    let delete = app.call(Method::DELETE, TALKS).token(&app.tokens.office);
    delete.if_match(&etag).send().await.expect(204);
    let refused = ask(&app, &receiver.url(), both.clone()).await;
    assert_eq!(
        pointers(&refused.problem(422, "invalid-input")),
        ["/selection/series"]
    );

    let patch = async |body: Value| {
        let call = app.call(Method::PATCH, hook.path("")).token(&hook.token);
        call.json(&body).send().await
    };
    for body in [
        json!({"payload": "thin"}),
        json!({"selection": {"series": ["talks", "global-roadshows"], "edition": [2021]}}),
    ] {
        let changed = patch(body).await.expect(200).json();
        assert_eq!(changed["selection"]["series"], both["series"]);
    }
    let wrong = json!({"selection": {"series": ["talks", "tlaks"]}});
    let problem = patch(wrong).await.problem(422, "invalid-input");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
    assert_eq!(
        problem["errors"][0]["detail"],
        "there is no series \"tlaks\""
    );
    app.announced(json!({"series": "global-roadshows"})).await;
    receiver.wait_for(1).await;
}

async fn what_another_instance_just_made_is_known(db: TestDb) {
    let (app, _) = start(db).await;
    // Nothing follows the log for this one.
    let slow = Services {
        catalogue: Arc::new(Catalogue::load(&app.services.db).await.unwrap()),
        ..app.services.clone()
    };
    let talks = json!({"slug": "talks", "title": {"zh": "讲座"}});
    let call = app.post(&app.tokens.office, "/api/v1/series", &talks);
    call.send().await.expect(201);
    let selection = Selection::parse("series=talks").unwrap();
    assert_eq!(slow.catalogue.read().unknown_values(&selection).len(), 1);
    let mut settings = Settings::default();
    local(&mut settings);
    let guard = Guard::new(&settings.webhooks, None).unwrap();
    let caller = Caller::new("tok_test".to_owned(), Role::Admin);
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url(), "selection": {"series": ["talks"]}});
    let made = create_webhook(&slow, &guard, caller, body, None).await;
    assert_eq!(made.unwrap().endpoint["selection"]["series"][0], "talks");
}
