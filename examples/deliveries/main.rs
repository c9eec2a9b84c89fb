//! `target/release/examples/deliveries --database sqlite|postgres --part isolation|fanout|burst|takeover`, once
//! `cargo build --release --bin yueli --example deliveries` has built it together with the program.
//!
//! How fast webhooks are delivered by the real program, and whether one endpoint that hangs costs the others anything:
//! the figures of docs/PERFORMANCE.md. Everything runs on this machine, with one receiver in this process; the database
//! is thrown away (PostgreSQL from its Debian package, in a cluster of its own). Prints a table in Markdown.
#![expect(clippy::unwrap_used, reason = "a panic is how it reports")]

use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use bytes::Bytes;
use clap::{Parser, ValueEnum};
use futures_util::{StreamExt as _, stream};
use yueli::{
    clock::{Clock as _, SystemClock},
    config::{Settings, WebhookSettings},
    deliver::sign::Secret,
    guard::Guard,
    ids,
};

mod house;
mod receiver;
mod takeover;

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../../tests/it/support"]
mod support {
    pub(crate) mod db;
    pub(crate) mod http;
    mod postgres;
    pub(crate) mod program;
}

use house::House;
use receiver::{Came, Receiver};
use support::db::TestDb;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// 20 good endpoints, in turn without and with one that hangs and is owed 10,000
    Isolation,
    /// 1,000 endpoints × 20 notices
    Fanout,
    /// One endpoint × 5,000 notices that 16 clients announce
    Burst,
    /// Two instances (PostgreSQL only): one is killed, and one stopped for a while, under load
    Takeover,
}

/// Measures deliveries.
#[derive(Parser)]
struct Arguments {
    /// On which database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
    /// What is measured; all by default
    #[arg(long, value_enum)]
    part: Vec<Part>,
    /// The program
    #[arg(long, default_value = "target/release/yueli")]
    program: PathBuf,
    /// How often each is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds for which an instance is stopped
    #[arg(long, default_value_t = 90)]
    stopped: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Ok(binary) = arguments.program.canonicalize() else {
        eprintln!(
            "there is no {}: cargo build --release",
            arguments.program.display()
        );
        return ExitCode::FAILURE;
    };
    let parts = match arguments.part.as_slice() {
        [] => vec![Part::Isolation, Part::Fanout, Part::Burst, Part::Takeover],
        some => some.to_vec(),
    };
    let stopped = Duration::from_secs(arguments.stopped);
    for part in parts {
        if part == Part::Takeover && arguments.database == Database::Sqlite {
            println!("\nNo takeover on SQLite: one process serves a file.");
            continue;
        }
        let db = match arguments.database {
            Database::Sqlite => TestDb::sqlite(),
            Database::Postgres => match TestDb::postgres().await {
                Some(db) => db,
                None => return ExitCode::FAILURE,
            },
        };
        let mut house = House::open(&binary, db).await;
        let receiver = Receiver::start().await;
        match part {
            Part::Isolation => isolation(&house, &receiver, arguments.rounds).await,
            Part::Fanout => fanout(&house, &receiver, arguments.rounds).await,
            Part::Burst => burst(&house, &receiver).await,
            Part::Takeover => takeover::takeover(&mut house, &receiver, stopped).await,
        }
    }
    ExitCode::SUCCESS
}

/// What all of a set of receipts comes to.
fn line(what: &str, mut came: Vec<Came>, cpu: Duration, took: Duration, megabytes: u64) {
    came.sort_by_key(|came| came.after);
    let at = |share: f64| {
        let index = (came.len() as f64 * share) as usize;
        came[index.min(came.len() - 1)].after.as_secs_f64() * 1e3
    };
    println!(
        "| {what} | {} | {:.0} | {:.1} | {:.1} | {:.1} | {:.2} | {megabytes} |",
        came.len(),
        came.len() as f64 / took.as_secs_f64(),
        at(0.5),
        at(0.99),
        at(1.0),
        cpu.as_secs_f64() / took.as_secs_f64(),
    );
}

fn head() {
    println!("\n| | deliveries | a second | p50 ms | p99 ms | maximum ms | cores used | peak MB |");
    println!("|---|---|---|---|---|---|---|---|");
}

const GOOD: usize = 20;
const OWED: usize = 10_000;
const EACH: usize = 750;
const EVERY: Duration = Duration::from_millis(20);

async fn isolation(house: &House, receiver: &Receiver, rounds: usize) {
    let hanging = house.hooks(vec![receiver.hanging_url()]).await.remove(0);
    house.set(&hanging, true).await;
    receiver.hang();
    house.import(0, OWED).await;
    let urls = (0..GOOD).map(|partner| receiver.url(partner)).collect();
    house.hooks(urls).await;
    head();
    for round in 1..=rounds {
        for with in [false, true] {
            let drafts = house.drafts(EACH).await;
            house.set(&hanging, !with).await;
            let (before, began) = (house.taken(), Instant::now());
            let mut ticks = tokio::time::interval(EVERY);
            for draft in &drafts {
                ticks.tick().await;
                house.announce(draft).await;
            }
            let came = receiver.take(EACH * GOOD, Duration::from_secs(60)).await;
            let (after, took) = (house.taken(), began.elapsed());
            let what = match with {
                false => format!("{round}: {GOOD} good endpoints"),
                true => format!("{round}: and one that hangs"),
            };
            line(&what, came, after.cpu - before.cpu, took, after.megabytes);
        }
    }
}

async fn fanout(house: &House, receiver: &Receiver, rounds: usize) {
    const ENDPOINTS: usize = 1_000;
    const NOTICES: usize = 20;
    let urls = (0..ENDPOINTS).map(|partner| receiver.url(partner));
    house.hooks(urls.collect()).await;
    head();
    for round in 1..=rounds {
        bare(receiver, round, ENDPOINTS * NOTICES).await;
        let before = house.taken();
        house.import(round * NOTICES, NOTICES).await;
        let came = receiver
            .take(ENDPOINTS * NOTICES, Duration::from_secs(120))
            .await;
        let after = house.taken();
        // From the moment that they were written down.
        let last = came.iter().map(|came| came.at).max().unwrap();
        let first = came.iter().map(|came| came.at - came.after).min().unwrap();
        let took = (last - first).to_std().unwrap();
        let what = format!("{round}: {ENDPOINTS} endpoints × {NOTICES} notices at once");
        line(&what, came, after.cpu - before.cpu, took, after.megabytes);
    }
}

/// What the machine can do at all: as many signed messages by the same client, out of this process, which is the
/// receiver's too; with no database, no log and nothing written down.
async fn bare(receiver: &Receiver, round: usize, messages: usize) {
    const AT_ONCE: usize = 64;
    let settings = WebhookSettings {
        allow_http: true,
        allow_cidrs: vec!["127.0.0.2/32".parse().unwrap()],
        ..Settings::default().webhooks
    };
    let guard = Guard::new(&settings, None).unwrap();
    let url = receiver.url(0).parse().unwrap();
    let client = guard.client(&url).unwrap();
    let secret: Secret = ids::webhook_secret().parse().unwrap();
    // As long as theirs are.
    let body = Bytes::from(vec![b' '; 2_000]);
    let post = async |number: usize| {
        let (id, at) = (format!("ntc_{number}"), SystemClock.now().timestamp());
        let signature = secret.sign(&id, at, &body);
        let request = client.post(url.clone()).body(body.clone());
        let request = request
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", at)
            .header("webhook-signature", signature);
        let answer = request.send().await.unwrap();
        assert!(answer.bytes().await.unwrap().is_empty());
    };
    let began = Instant::now();
    let posting = stream::iter(0..messages).map(post);
    posting.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    println!(
        "| {round}: bare posts, for comparison | {messages} | {:.0} | | | | | |",
        messages as f64 / began.elapsed().as_secs_f64()
    );
}

async fn burst(house: &House, receiver: &Receiver) {
    const NOTICES: usize = 5_000;
    const CLIENTS: usize = 16;
    house.hooks(vec![receiver.url(0)]).await;
    let drafts = house.drafts(NOTICES).await;
    head();
    let (before, began) = (house.taken(), Instant::now());
    let announcing = stream::iter(&drafts).map(|draft| house.announce(draft));
    announcing
        .buffer_unordered(CLIENTS)
        .collect::<Vec<()>>()
        .await;
    let came = receiver.take(NOTICES, Duration::from_secs(60)).await;
    let (after, took) = (house.taken(), began.elapsed());
    let what = format!("{NOTICES} notices by {CLIENTS} clients");
    line(&what, came, after.cpu - before.cpu, took, after.megabytes);
}
