//! An edition from year to year: rolled over to the next one, and whom to call in its offices.

mod contacts;
mod nowhere;
mod roll_over;

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{app::TestApp, http::Answer};

const EDITIONS: &str = "/api/v1/editions";

/// Somebody's name, address and number, as nothing else has them.
const CALLED: [&str; 3] = ["王联络", "liaison-7731@office.example", "010-55500731"];

/// Whom to call, of [`CALLED`].
fn called() -> Value {
    json!({"name": CALLED[0], "email": CALLED[1], "phone": CALLED[2]})
}

fn edition(year: i32) -> Value {
    json!({
        "year": year, "ordinal": 16, "theme": {"zh": "主题", "en": "Theme"}, "promise_from": format!("{year}-03"),
        "main_from": format!("{year}-03-25"), "main_to": format!("{year}-03-29"),
        "sections": [
            {"slug": "forum", "title": {"zh": "论坛会议", "en": "Conferences"}},
            {"slug": "exhibition", "title": {"zh": "展览展示"}},
        ],
        "hosts": [{"zh": "科学技术部"}, {"zh": "北京市人民政府", "en": "Beijing"}],
        "stated": [{"what": "held_so_far", "value": 17, "on": format!("{year}-09-15")}],
    })
}

impl TestApp {
    /// An edition of this year, by the organising office.
    async fn with_edition(&self, year: i32) -> Answer {
        let call = self.post(&self.tokens.office, EDITIONS, &edition(year));
        call.send().await.expect(201)
    }

    /// Rolls an edition over.
    async fn roll_over(&self, year: i32, body: Value) -> Answer {
        let path = format!("{EDITIONS}/{year}/roll-over");
        self.post(&self.tokens.office, path, &body).send().await
    }

    /// Says whom to call in an office.
    async fn call_in(&self, token: &str, year: i32, office: &str, body: &Value) -> Answer {
        let path = format!("{EDITIONS}/{year}/contacts/{office}");
        let call = self.call(Method::PUT, path).token(token).json(body);
        call.send().await
    }

    /// Whom to call in an edition.
    async fn contacts_of(&self, year: i32) -> Vec<Value> {
        let call = self.call(Method::GET, format!("{EDITIONS}/{year}/contacts"));
        let answer = call.token(&self.tokens.office).send().await.expect(200);
        let mut answer = answer.json();
        assert_eq!(answer["next_cursor"], Value::Null);
        let Value::Array(contacts) = answer["contacts"].take() else {
            panic!("{answer}");
        };
        contacts
    }
}
