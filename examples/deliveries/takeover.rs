//! Two instances on one PostgreSQL while notices are announced: one of them is killed, comes back, is stopped for a
//! while (`SIGSTOP`: its leases end without its knowing) and goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
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
    house::House,
    receiver::{Came, Receiver},
};

const ENDPOINTS: usize = 20;
/// Between two notices.
const EVERY: Duration = Duration::from_millis(50);
/// An answer takes so long that nearly every endpoint is always being told something by one of the two.
const SLOW: Duration = Duration::from_millis(60);
/// Before and after each event.
const WHILE: Duration = Duration::from_secs(15);
/// What a lease lasts, and five seconds (`deliver::lease`).
const TAKEN_OVER: TimeDelta = TimeDelta::seconds(6 + 5);
/// Sent to one endpoint at the same time, at most (`deliver::job`).
const WIDEST: usize = 4;

/// When something was done to the other instance.
struct Events {
    killed: DateTime<Utc>,
    back: DateTime<Utc>,
    stopped: DateTime<Utc>,
    woken: DateTime<Utc>,
}

pub(crate) async fn takeover(house: &House, receiver: &Receiver, asleep: Duration) {
    let mut other = house.another();
    other.start().await;
    let urls = (0..ENDPOINTS).map(|partner| receiver.url(partner));
    house.hooks(urls.collect()).await;
    receiver.slow_down(SLOW);
    let all = 4 * WHILE + asleep;
    let drafts = house
        .drafts((all.as_millis() / EVERY.as_millis()) as usize)
        .await;
    let watching = Watching::start(house.db.url()).await;

    let announcing = async {
        let mut ticks = interval(EVERY);
        for draft in &drafts {
            ticks.tick().await;
            house.announce(draft).await;
        }
    };
    let happening = async {
        sleep(WHILE).await;
        other.kill().await;
        let killed = SystemClock.now();
        sleep(WHILE).await;
        other.start().await;
        let back = SystemClock.now();
        sleep(WHILE).await;
        other.signal("STOP").await;
        let stopped = SystemClock.now();
        sleep(asleep).await;
        other.signal("CONT").await;
        Events {
            killed,
            back,
            stopped,
            woken: SystemClock.now(),
        }
    };
    let ((), events) = tokio::join!(announcing, happening);
    let came = all_of(receiver, drafts.len() * ENDPOINTS).await;
    let went_back = watching.end().await;
    tell(&came, &events, drafts.len(), &went_back);
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
        longest_silence(came, events.killed, events.back),
        longest_silence(came, events.stopped, events.woken),
    ];
    let woken = between(events.woken, end);
    let [killed, stopped] = taken.map(|wait| wait.num_milliseconds() as f64 / 1e3);
    println!("\n| {ENDPOINTS} endpoints, two instances | one killed | one stopped |");
    println!("|---|---|---|");
    println!("| longest that an endpoint was told nothing | {killed:.1} s | {stopped:.1} s |");
    println!(
        "| came again by then | {} | {} |",
        between(events.killed, events.back),
        between(events.stopped, events.woken)
    );
    println!(
        "| came again once it went on | {} | {woken} |",
        between(events.back, events.stopped)
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
