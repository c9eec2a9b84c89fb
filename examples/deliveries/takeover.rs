//! Two instances on one PostgreSQL while notices are announced: one is killed and comes back, then the other is stopped
//! for a while (`SIGSTOP`: its leases end without its knowing) and goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use tokio::{
    task::JoinHandle,
    time::{interval, sleep},
};
use yueli::clock::{Clock as _, SystemClock};

use super::{
    house::{House, announce},
    receiver::{Came, Receiver},
};

const ENDPOINTS: usize = 20;
/// Between two notices.
const EVERY: Duration = Duration::from_millis(50);
/// An answer takes so long that nearly every endpoint is always being told something by one of the two.
const SLOW: Duration = Duration::from_millis(60);
/// How long it is waited for that an instance has endpoints.
const PATIENCE: Duration = Duration::from_secs(30);
/// Before and after each event.
const WHILE: Duration = Duration::from_secs(15);
/// What a lease lasts, and five seconds (`deliver::lease`).
const TAKEN_OVER: TimeDelta = TimeDelta::seconds(6 + 5);
/// Sent to one endpoint at the same time, at most (`deliver::job`).
const WIDEST: usize = 4;

/// An instance has so many endpoints when something is done to it, or nothing would be shown.
const HOLDS: i64 = 5;

/// When something was done to an instance, and how many endpoints it was telling something.
struct Events {
    killed: (DateTime<Utc>, i64),
    back: DateTime<Utc>,
    stopped: (DateTime<Utc>, i64),
    woken: DateTime<Utc>,
}

/// Whoever has an endpoint that is told one notice after the other keeps it: so the first instance is killed, and the
/// second, which took over from it, is stopped once the first is there again. What is announced is announced by the
/// one to which nothing is done.
pub(crate) async fn takeover(house: &mut House, receiver: &Receiver, asleep: Duration) {
    let urls = (0..ENDPOINTS).map(|partner| receiver.url(partner));
    house.hooks(urls.collect()).await;
    receiver.slow_down(SLOW);
    let all = 5 * WHILE + 2 * PATIENCE + asleep;
    let count = (all.as_millis() / EVERY.as_millis()) as usize;
    let drafts = house.drafts(count).await;
    let mut second = house.another();
    second.start().await;
    let db = Database::connect(house.db.url()).await.unwrap();
    let watching = Watching::start(house.db.url()).await;

    let (by_second, is_over) = (AtomicBool::new(false), AtomicBool::new(false));
    let addresses = [house.program.address(), second.address()];
    let token = house.token.clone();
    let announcing = async {
        let mut ticks = interval(EVERY);
        let mut announced = 0;
        for draft in &drafts {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            ticks.tick().await;
            let by = usize::from(by_second.load(Ordering::Relaxed));
            let address = *addresses[by].borrow();
            announce(address, &token, draft).await;
            announced += 1;
        }
        announced
    };
    let happening = async {
        sleep(WHILE).await;
        by_second.store(true, Ordering::Relaxed);
        let held = holds(&db).await;
        let killed = (SystemClock.now(), held);
        house.program.kill().await;
        sleep(WHILE).await;
        house.program.start().await;
        let back = SystemClock.now();
        sleep(WHILE).await;
        by_second.store(false, Ordering::Relaxed);
        let held = holds(&db).await;
        let stopped = (SystemClock.now(), held);
        second.signal("STOP").await;
        sleep(asleep).await;
        let woken = SystemClock.now();
        second.signal("CONT").await;
        sleep(WHILE).await;
        is_over.store(true, Ordering::Relaxed);
        Events {
            killed,
            back,
            stopped,
            woken,
        }
    };
    let (announced, events) = tokio::join!(announcing, happening);
    let came = all_of(receiver, announced * ENDPOINTS).await;
    let went_back = watching.end().await;
    tell(&came, &events, announced, &went_back);
}

/// Waits until the instance that has run longest has some endpoints; how many.
async fn holds(db: &DatabaseConnection) -> i64 {
    let sql = "SELECT count(*) FROM endpoints WHERE lease_until > clock_timestamp() AND lease_owner = \
        (SELECT id FROM instances WHERE seen_at > clock_timestamp() - interval '2 seconds' ORDER BY started_at LIMIT 1)";
    // What was asked of it is answered by then.
    sleep(Duration::from_millis(300)).await;
    let waiting = async {
        loop {
            let asked = Statement::from_string(DbBackend::Postgres, sql);
            let row = db.query_one_raw(asked).await.unwrap().unwrap();
            let held: i64 = row.try_get_by_index(0).unwrap();
            if held >= HOLDS {
                return held;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    let held = tokio::time::timeout(PATIENCE, waiting).await;
    held.expect("the instance tells too few endpoints")
}

/// What came, once every endpoint has every notice; or what there is after two minutes.
async fn all_of(receiver: &Receiver, messages: usize) -> Vec<Came> {
    for _ in 0..120 {
        let came = receiver.so_far();
        let different: BTreeSet<_> = came.iter().map(|came| &came.message).collect();
        if different.len() >= messages {
            break;
        }
        sleep(Duration::from_secs(1)).await;
    }
    receiver.so_far()
}

fn tell(came: &[Came], events: &Events, notices: usize, went_back: &[String]) {
    let mut first = BTreeMap::new();
    let mut again = Vec::new();
    for one in came {
        if first.insert(&one.message, one.at).is_some() {
            again.push(one.at);
        }
    }
    let lost = notices * ENDPOINTS - first.len();
    let between = |from: DateTime<Utc>, until: DateTime<Utc>| {
        again.iter().filter(|at| (from..until).contains(at)).count()
    };
    let end = DateTime::<Utc>::MAX_UTC;
    let taken = [
        longest_silence(came, events.killed.0, events.back),
        longest_silence(came, events.stopped.0, events.woken),
    ];
    let woken = between(events.woken, end);
    let [killed, stopped] = taken.map(|wait| wait.num_milliseconds() as f64 / 1e3);
    println!("\n| {ENDPOINTS} endpoints, two instances | one killed | one stopped |");
    println!("|---|---|---|");
    println!(
        "| endpoints that it was telling something | {} | {} |",
        events.killed.1, events.stopped.1
    );
    println!("| longest that an endpoint was told nothing | {killed:.1} s | {stopped:.1} s |");
    println!(
        "| came again by then | {} | {} |",
        between(events.killed.0, events.back),
        between(events.stopped.0, events.woken)
    );
    println!(
        "| came again once it went on | {} | {woken} |",
        between(events.back, events.stopped.0)
    );
    println!(
        "\n{} of {} messages lost; cursors that went back: {}",
        lost,
        notices * ENDPOINTS,
        went_back.len()
    );
    assert_eq!((lost, went_back), (0, &[][..]));
    assert!(
        taken.iter().all(|wait| *wait <= TAKEN_OVER),
        "it took too long"
    );
    assert!(
        woken <= ENDPOINTS * WIDEST,
        "more than can have been under way"
    );
}

/// The longest time in which some endpoint was told nothing.
fn longest_silence(came: &[Came], from: DateTime<Utc>, until: DateTime<Utc>) -> TimeDelta {
    let mut told: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for one in came.iter().filter(|one| (from..until).contains(&one.at)) {
        told.entry(&one.message.0).or_default().push(one.at);
    }
    assert_eq!(
        told.len(),
        ENDPOINTS,
        "some endpoint was told nothing any more"
    );
    let silences = told.into_values().flat_map(|mut at| {
        at.extend([from, until]);
        at.sort_unstable();
        let silences = at.windows(2).map(|pair| pair[1] - pair[0]);
        silences.collect::<Vec<_>>()
    });
    silences.max().unwrap_or_default()
}

/// Somebody who looks at the endpoints' cursors all the time.
struct Watching(JoinHandle<()>, tokio::sync::mpsc::UnboundedReceiver<String>);

impl Watching {
    async fn start(url: &str) -> Self {
        let db = Database::connect(url).await.unwrap();
        let (told, faults) = tokio::sync::mpsc::unbounded_channel();
        let watching = tokio::spawn(async move {
            let mut seen: BTreeMap<String, (i64, i64)> = BTreeMap::new();
            let mut ticks = interval(Duration::from_millis(20));
            loop {
                ticks.tick().await;
                for (id, cursor, seq) in cursors(&db).await {
                    let before = seen.insert(id.clone(), (cursor, seq)).unwrap_or_default();
                    if cursor < before.0 || seq < before.1 {
                        let _ = told.send(format!("{id}: {before:?}, then {:?}", (cursor, seq)));
                    }
                }
            }
        });
        Self(watching, faults)
    }

    async fn end(mut self) -> Vec<String> {
        self.0.abort();
        let _ = self.0.await;
        let mut went_back = Vec::new();
        while let Ok(one) = self.1.try_recv() {
            went_back.push(one);
        }
        went_back
    }
}

async fn cursors(db: &DatabaseConnection) -> Vec<(String, i64, i64)> {
    let asked =
        Statement::from_string(DbBackend::Postgres, "SELECT id, cursor, seq FROM endpoints");
    let rows = db.query_all_raw(asked).await.unwrap();
    let read = |row: &sea_orm::QueryResult| {
        let at = |index| row.try_get_by_index(index).unwrap();
        (row.try_get_by_index(0).unwrap(), at(1), at(2))
    };
    rows.iter().map(read).collect()
}
