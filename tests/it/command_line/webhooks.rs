//! `yueli webhooks listen`, `verify` and `trigger`: what a partner builds a receiver with.

use hyper::Method;
use yueli::{
    clock::{Clock as _, SystemClock},
    deliver::sign::{Secret, Signed, verify},
};

use super::program_on;
use crate::support::{
    http::{Answer, Call},
    program::{Listening, Program},
    receiver::{Received, Receiver, Reply},
};

const OURS: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ANOTHER: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const BODY: &str = r#"{"type":"activity.cancelled","title":"路演"}"#;

/// A folder, and the program in it; these commands need no database.
fn alone() -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("yueli.db").display());
    let program = program_on(&url, folder.path());
    (folder, program)
}

/// A message of [`BODY`], signed by a secret so many seconds ago.
struct Message {
    id: &'static str,
    timestamp: String,
    signature: String,
}

impl Message {
    fn signed(secret: &str, id: &'static str, seconds_ago: i64) -> Self {
        let timestamp = SystemClock.now().timestamp() - seconds_ago;
        let secret: Secret = secret.parse().unwrap();
        Self {
            id,
            timestamp: timestamp.to_string(),
            signature: secret.sign(id, timestamp, BODY.as_bytes()),
        }
    }

    async fn send(&self, to: &Listening, body: &str) -> Answer {
        let call = Call::new(to.address, Method::POST, "/hook")
            .header("webhook-id", self.id)
            .header("webhook-timestamp", &self.timestamp)
            .header("webhook-signature", &self.signature)
            .header("x-attempt", "2")
            .bytes("application/json", body.to_owned());
        call.send().await
    }
}

/// Its last line is that of the body: a message is printed as readable JSON.
const END_OF_BODY: &str = "}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listen_tells_genuine_messages_from_all_others() {
    let (folder, program) = alone();
    let mut listening = program
        .listening(&[
            "webhooks",
            "listen",
            "--listen",
            "127.0.0.1:0",
            "--secret",
            OURS,
        ])
        .await;
    let genuine = Message::signed(OURS, "ntc_1", 0);
    genuine.send(&listening, BODY).await.expect(204);
    let printed = listening.printed_up_to(END_OF_BODY).await;
    assert!(printed.starts_with("\ngenuine\nat "), "{printed}");
    for line in [
        "webhook-id: ntc_1",
        &format!("webhook-timestamp: {}", genuine.timestamp),
        "x-attempt: 2",
        "  \"title\": \"路演\",",
    ] {
        assert!(
            printed.contains(&format!("\n{line}\n")),
            "{line}: {printed}"
        );
    }

    genuine.send(&listening, BODY).await.expect(204);
    let printed = listening.printed_up_to(END_OF_BODY).await;
    assert!(printed.starts_with("\ngenuine, seen before"), "{printed}");

    let tampered = BODY.replace("cancelled", "held");
    for (message, body, why) in [
        (
            Message::signed(ANOTHER, "ntc_2", 0),
            BODY,
            "no signature in webhook-signature fits",
        ),
        (
            Message::signed(OURS, "ntc_3", 0),
            tampered.as_str(),
            "no signature in webhook-signature fits",
        ),
        (
            Message::signed(OURS, "ntc_4", 3_600),
            BODY,
            "more than 5 minutes are not believed",
        ),
    ] {
        let answer = message.send(&listening, body).await.expect(400);
        let printed = listening.printed_up_to(END_OF_BODY).await;
        for told in [&printed, &answer.text()] {
            assert!(told.contains("NOT genuine: "), "{told}");
            assert!(told.contains(why), "{told}");
            assert!(!told.contains("whsec_"), "a secret is never told: {told}");
        }
    }
    assert!(
        !folder.path().join("yueli.db").exists(),
        "a partner's machine needs no database"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listen_hands_on_what_is_genuine_and_answers_what_the_receiver_answers() {
    let (_folder, program) = alone();
    let receiver = Receiver::on([127, 0, 0, 1]).await;
    receiver.script([Reply::Status(503)]);
    let to = receiver.url();
    let mut listening = program
        .listening(&[
            "webhooks",
            "listen",
            "--listen",
            "127.0.0.1:0",
            "--secret",
            OURS,
            "--forward-to",
            &to,
        ])
        .await;
    let forged = Message::signed(ANOTHER, "ntc_1", 0);
    forged.send(&listening, BODY).await.expect(400);
    let genuine = Message::signed(OURS, "ntc_2", 0);
    genuine.send(&listening, BODY).await.expect(503);
    genuine.send(&listening, BODY).await.expect(204);
    listening
        .printed_up_to(&format!("handed on to {to}: 204 No Content"))
        .await;
    let arrived = receiver.all();
    assert_eq!(arrived.len(), 2, "nothing forged is handed on");
    for received in arrived {
        assert_eq!(received.header("webhook-id"), "ntc_2");
        assert_eq!(received.header("x-attempt"), "2");
        assert_eq!(received.body, BODY);
        assert!(is_signed(&received, OURS), "as it came");
    }
}

fn is_signed(received: &Received, secret: &str) -> bool {
    let signed = Signed {
        id: Some(received.header("webhook-id")),
        timestamp: Some(received.header("webhook-timestamp")),
        signature: Some(received.header("webhook-signature")),
    };
    let now = SystemClock.now();
    verify(&secret.parse().unwrap(), signed, &received.body, Some(now)).is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verify_judges_a_saved_message_whatever_its_age() {
    let (folder, program) = alone();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let message = Message::signed(OURS, "ntc_1", 86_400);
    let headers = format!(
        "POST /hook HTTP/1.1\r\nHost: partner.example\r\nWebhook-Id: ntc_1\r\nWebhook-Timestamp: {}\r\nWebhook-Signature: v1,AAAA {}\r\n",
        message.timestamp, message.signature
    );
    let unsigned = headers.replace("Webhook-Signature", "X-Signature");
    for (name, content) in [
        ("headers", headers.as_str()),
        ("unsigned", unsigned.as_str()),
        ("body", BODY),
        ("tampered", &BODY.replace("cancelled", "held")),
        ("secret", &format!("{OURS}\n")),
    ] {
        std::fs::write(path(name), content).unwrap();
    }
    let in_a_file = format!("@{}", path("secret"));
    let verify = async |secret: &str, headers: &str, body: &str| {
        let (headers, body) = (path(headers), path(body));
        let arguments = [
            "webhooks",
            "verify",
            "--secret",
            secret,
            "--headers",
            &headers,
            "--body",
            &body,
        ];
        program.tried(&arguments).await
    };
    for secret in [OURS, &in_a_file] {
        let done = verify(secret, "headers", "body").await;
        assert!(done.well, "{done:?}");
        assert_eq!(
            done.printed,
            format!(
                "genuine: ntc_1 of {} bytes, sent at {}\n",
                BODY.len(),
                message.timestamp
            )
        );
    }
    for (secret, headers, body, why) in [
        (OURS, "headers", "tampered", "no signature"),
        (ANOTHER, "headers", "body", "no signature"),
        (OURS, "unsigned", "body", "webhook-signature is missing"),
        (OURS, "headers", "none", "cannot read"),
    ] {
        let done = verify(secret, headers, body).await;
        assert!(!done.well, "{headers} {body}: {done:?}");
        assert_eq!(done.printed, "");
        assert!(done.told.contains(why), "{done:?}");
        assert!(!done.told.contains("whsec_"), "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trigger_sends_a_message_that_a_receiver_can_verify() {
    let (_folder, program) = alone();
    let receiver = Receiver::start().await;
    let url = receiver.url();
    let given = program
        .ran(&["webhooks", "trigger", &url, "--secret", OURS])
        .await;
    assert!(given.starts_with("success (HTTP 204) after "), "{given}");
    assert!(!given.contains("whsec_"), "{given}");
    let made = program.ran(&["webhooks", "trigger", &url]).await;
    let (secret, sent) = made
        .strip_prefix("signed with ")
        .and_then(|rest| rest.split_once('\n'))
        .unwrap();
    let arrived = receiver.all();
    for (received, secret, told) in [(&arrived[0], OURS, &*given), (&arrived[1], secret, sent)] {
        assert!(is_signed(received, secret));
        assert!(!is_signed(received, ANOTHER));
        assert_eq!(received.kind(), "endpoint.test");
        assert_eq!(received.header("x-trigger"), "test");
        let id = format!(": webhook-id {}", received.header("webhook-id"));
        assert!(told.trim_end().ends_with(&id), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trigger_and_listen_agree_and_a_wrong_secret_is_found_out() {
    let (_folder, program) = alone();
    let mut listening = program
        .listening(&[
            "webhooks",
            "listen",
            "--listen",
            "127.0.0.2:0",
            "--secret",
            OURS,
        ])
        .await;
    let url = format!("http://{}/", listening.address);
    program
        .ran(&["webhooks", "trigger", &url, "--secret", OURS])
        .await;
    let printed = listening.printed_up_to(END_OF_BODY).await;
    assert!(printed.starts_with("\ngenuine\n"), "{printed}");
    let done = program
        .tried(&["webhooks", "trigger", &url, "--secret", ANOTHER])
        .await;
    assert!(!done.well, "{done:?}");
    assert!(done.printed.starts_with("http_4xx (HTTP 400)"), "{done:?}");
    assert!(done.printed.contains("NOT genuine"), "its answer: {done:?}");
    let printed = listening.printed_up_to(END_OF_BODY).await;
    assert!(printed.starts_with("\nNOT genuine: "), "{printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trigger_goes_nowhere_that_webhooks_may_not_go() {
    let (_folder, program) = alone();
    let receiver = Receiver::on([127, 0, 0, 1]).await;
    let done = program
        .tried(&["webhooks", "trigger", &receiver.url(), "--secret", OURS])
        .await;
    assert!(!done.well, "{done:?}");
    assert!(done.told.contains("127.0.0.1"), "{done:?}");
    assert!(receiver.all().is_empty());
}
