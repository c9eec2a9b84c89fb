//! Killing the real program at random while it is written to, and looking at what is left.
//!
//! Owns the run: clients that repeat every request until it is acknowledged, a receiver that fails, and somebody
//! who kills. `examples/chaos.rs` runs it at length, a test runs it briefly. Invariant: it stops by itself, and
//! everything random comes from one seed.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use hyper::Method;
use serde_json::json;

mod check;
mod clients;
mod dice;
mod receiver;
mod report;

use clients::Work;
use dice::Dice;
use receiver::Receiver;
pub(crate) use report::Report;

use crate::support::{http::until, program::Program};

/// What to do.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The program.
    pub(crate) binary: PathBuf,
    /// The database, empty.
    pub(crate) database_url: String,
    /// A folder for the program.
    pub(crate) folder: PathBuf,
    /// How often it is killed.
    pub(crate) kills: u32,
    /// How many changes are made.
    pub(crate) changes: u32,
    /// How many clients make them.
    pub(crate) clients: u32,
    /// How many webhooks are told.
    pub(crate) endpoints: u32,
    /// Of a hundred messages, how many the receivers fail.
    pub(crate) failing: u32,
    /// It takes one after so many failures in a row: from five on the breaker pauses, for long if need be.
    pub(crate) in_a_row: u32,
    /// What everything random comes from.
    pub(crate) seed: u64,
    /// All of it must be over by then.
    pub(crate) within: Duration,
}

/// Does it.
pub(crate) async fn run(plan: Plan) -> Report {
    let within = plan.within;
    match tokio::time::timeout(within, at_length(plan)).await {
        Ok(report) => report,
        Err(_) => panic!("not over within {within:?}"),
    }
}

async fn at_length(plan: Plan) -> Report {
    let began = Instant::now();
    let receiver = Receiver::start(&plan).await;
    let mut program = Program::new(&plan.binary, &plan.folder, &plan.database_url);
    let token = program.prepare().await;
    program.start().await;
    let secrets = register(&program, &token, &receiver).await;
    receiver.trust(&secrets, program.address());

    let work = Arc::new(Work::new(plan.changes, token.clone(), program.address()));
    let clients = clients::start(&work, plan.clients, plan.seed);
    let mut report = Report::new(&plan);
    kill_at_random(&plan, &mut program, &work, &receiver, &mut report).await;
    for client in clients {
        client.await.expect("a client panicked");
    }
    report.written(began.elapsed(), &work);
    let waiting = Instant::now();
    report.redelivered = check::everything_arrives(&mut program, &token, &work, &receiver).await;
    report.arrived(waiting.elapsed(), &receiver, &work);
    check::all(&plan, &mut program, &work, &receiver, &mut report).await;
    report.took = began.elapsed();
    report
}

/// Makes the edition and the endpoints; returns their secrets.
async fn register(program: &Program, token: &str, receiver: &Receiver) -> Vec<String> {
    let edition = json!({"year": 2021, "theme": {"zh": "智慧·健康·碳中和"}});
    program
        .post(token, "/api/v1/editions", &edition)
        .await
        .expect(201);
    let mut secrets = Vec::new();
    for url in receiver.urls() {
        secrets.push(hook(program, token, &url).await);
    }
    secrets
}

/// An endpoint that has answered its ping; its secret.
async fn hook(program: &Program, token: &str, url: &str) -> String {
    let endpoint = json!({ "url": url });
    let made = program
        .post(token, "/api/v1/webhooks", &endpoint)
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap());
    let enabled = async || {
        let call = program.call(Method::GET, &path).token(token);
        let endpoint = call.send().await.expect(200).json();
        (endpoint["state"] == "enabled").then_some(())
    };
    until("the endpoint has answered its ping", enabled).await;
    made["secret"].as_str().expect("shown once").to_owned()
}

/// Spreads the kills over the changes; a fifth of them hit while it starts.
async fn kill_at_random(
    plan: &Plan,
    program: &mut Program,
    work: &Work,
    receiver: &Receiver,
    report: &mut Report,
) {
    let mut dice = Dice::new(plan.seed ^ 0x6b69_6c6c);
    let mut left = plan.kills;
    while left > 0 {
        let done = plan.kills - left;
        let due = u64::from(plan.changes) * u64::from(done) / u64::from(plan.kills);
        work.acknowledged_at_least(due).await;
        tokio::time::sleep(Duration::from_millis(dice.below(250))).await;
        program.kill().await;
        left -= 1;
        while left > 0 && dice.below(5) == 0 {
            let wait = Duration::from_millis(dice.below(120));
            program.start_and_kill_after(wait).await;
            report.killed_while_starting += 1;
            left -= 1;
        }
        let began = Instant::now();
        program.start().await;
        report.starts.push(began.elapsed());
        receiver.program_listens();
    }
}
