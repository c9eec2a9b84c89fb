//! What must be true when everything is over.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use super::{
    Plan,
    clients::{Acknowledged, Work},
    receiver::Receiver,
    report::Report,
};
use crate::support::program::Program;

/// As long as the schedule and a breaker's pause may take: 64 s after nine failures in a row, which do happen.
const PATIENCE: Duration = Duration::from_secs(150);

/// What a calendar of the whole programme holds at most (docs/FEEDS.md).
const LATEST: usize = 600;

/// Waits until every receiver has every acknowledged change. What was given up after the schedule's last try is asked
/// for again, as a partner would; returns how many those were.
pub(super) async fn everything_arrives(
    program: &mut Program,
    token: &str,
    work: &Work,
    receiver: &Receiver,
) -> usize {
    let mut redelivered = BTreeSet::new();
    let (mut fewest, mut since) = (usize::MAX, Instant::now());
    loop {
        let missing = missing(work, receiver);
        if missing == 0 {
            return redelivered.len();
        }
        if missing < fewest {
            (fewest, since) = (missing, Instant::now());
        } else if since.elapsed() > PATIENCE {
            // Told by the comparison that follows.
            return redelivered.len();
        }
        if since.elapsed() > Duration::from_secs(2) {
            for given_up in given_up(program, token).await {
                if redelivered.contains(&given_up) {
                    continue;
                }
                let path = format!("/api/v1/deliveries/{given_up}/redeliver");
                let asked = program.post(token, &path, &json!({})).await;
                if asked.status.is_success() {
                    redelivered.insert(given_up);
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Messages that some receiver does not have yet.
fn missing(work: &Work, receiver: &Receiver) -> usize {
    let acknowledged = work.acknowledged();
    receiver.seen(|seen| {
        let each = seen.taken.iter().map(|taken| {
            let missing = |one: &&Acknowledged| !taken.contains_key(&one.notice);
            acknowledged.iter().filter(missing).count()
        });
        each.sum()
    })
}

/// Ids of deliveries that failed for good.
async fn given_up(program: &Program, token: &str) -> Vec<String> {
    let get = async |path: String| {
        let call = program.call(hyper::Method::GET, &path).token(token);
        call.send().await.expect(200).json()
    };
    let endpoints = get("/api/v1/webhooks".to_owned()).await;
    let mut ids = Vec::new();
    for endpoint in endpoints["webhooks"].as_array().unwrap() {
        let id = endpoint["id"].as_str().unwrap();
        let failing = "limit=500&outcome=http_5xx,reset";
        let page = get(format!("/api/v1/webhooks/{id}/deliveries?{failing}")).await;
        let deliveries = page["deliveries"].as_array().unwrap();
        let failed = deliveries.iter().filter(|one| one["state"] == "failed");
        ids.extend(failed.map(|one| one["id"].as_str().unwrap().to_owned()));
    }
    ids
}

/// Compares everything with everything.
pub(super) async fn all(
    plan: &Plan,
    program: &mut Program,
    work: &Work,
    receiver: &Receiver,
    report: &mut Report,
) {
    let mut faults = work.faults.lock().unwrap().clone();
    let acknowledged = work.acknowledged();
    let log = whole_log(program).await;
    faults.extend(compare_log(&log, &acknowledged));
    report.positions = log.len();
    report.missing = missing(work, receiver);
    faults.extend(compare_receiver(receiver, &acknowledged));

    let before = public(program, &acknowledged).await;
    faults.extend(compare_public(&before, &log));
    report.stopped_within = Some(program.stop().await);
    program.start().await;
    let after = public(program, &acknowledged).await;
    for (path, bytes) in &before {
        if after.get(path) != Some(bytes) {
            faults.push(format!("{path} is not the same after a restart"));
        }
    }
    if whole_log(program).await != log {
        faults.push("the log is not the same after a restart".to_owned());
    }
    program.stop().await;
    let db = Database::connect(&plan.database_url).await.unwrap();
    faults.extend(integrity(&db).await);
    let (recorded, twice) = successes(&db).await;
    report.recorded = recorded;
    if twice > 0 {
        faults.push(format!(
            "the success of {twice} deliveries was written down more than once"
        ));
    }
    report.faults = faults;
}

/// How many deliveries are written down as successful, and how many of them more than once.
async fn successes(db: &DatabaseConnection) -> (u64, u64) {
    let sql = "SELECT count(*), coalesce(sum(CASE WHEN times > 1 THEN 1 ELSE 0 END), 0) FROM \
        (SELECT count(*) AS times FROM attempts WHERE outcome = 'success' AND position IS NOT NULL GROUP BY delivery_id) AS one";
    let asked = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(asked).await.unwrap().unwrap();
    let at = |index| row.try_get_by_index::<i64>(index).unwrap().cast_unsigned();
    (at(0), at(1))
}

/// What SQLite finds wrong with its own file.
async fn integrity(db: &DatabaseConnection) -> Vec<String> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Vec::new();
    }
    let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check");
    let rows = db.query_all_raw(check).await.unwrap();
    let words = rows
        .iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap());
    let words: Vec<_> = words.collect();
    match words.as_slice() {
        [ok] if ok == "ok" => Vec::new(),
        _ => vec![format!("integrity_check: {words:?}")],
    }
}

async fn whole_log(program: &Program) -> Vec<Value> {
    let mut log = Vec::new();
    loop {
        let path = format!("/api/v1/notices?limit=500&after={}", log.len());
        let page = program.get(&path).await.expect(200).json();
        let notices = page["notices"].as_array().unwrap();
        log.extend(notices.iter().cloned());
        if notices.is_empty() {
            assert_eq!(page["head"], log.len(), "gaps in the log");
            return log;
        }
    }
}

/// Positions 1…n; every acknowledged change once; nothing else that changes an activity.
fn compare_log(log: &[Value], acknowledged: &[Acknowledged]) -> Vec<String> {
    let mut faults = Vec::new();
    for (notice, position) in log.iter().zip(1..) {
        if notice["position"] != position {
            faults.push(format!("position {position} is {}", notice["position"]));
        }
    }
    let text = |notice: &Value, field: &str| notice[field].as_str().unwrap_or_default().to_owned();
    let in_log: Vec<_> = log
        .iter()
        .filter(|notice| !["reminder", "digest"].contains(&text(notice, "kind").as_str()))
        .map(|notice| Acknowledged {
            notice: text(notice, "id"),
            activity: text(notice, "activity_id"),
            position: notice["position"].as_i64().unwrap(),
            revision: notice["revision"].as_i64().unwrap(),
            kind: text(notice, "kind"),
        })
        .collect();
    for lost in acknowledged.iter().filter(|one| !in_log.contains(one)) {
        faults.push(format!("acknowledged, and not in the log: {lost:?}"));
    }
    for extra in in_log.iter().filter(|one| !acknowledged.contains(one)) {
        faults.push(format!("in the log, and never acknowledged: {extra:?}"));
    }
    let mut revisions: BTreeMap<&str, i64> = BTreeMap::new();
    for one in &in_log {
        let last = revisions.entry(&one.activity).or_default();
        if one.revision != *last + 1 {
            faults.push(format!("revision {} after {last}: {one:?}", one.revision));
        }
        *last = one.revision;
    }
    faults
}

fn compare_receiver(receiver: &Receiver, acknowledged: &[Acknowledged]) -> Vec<String> {
    receiver.seen(|seen| {
        let mut faults = seen.faults.clone();
        let known: BTreeSet<_> = acknowledged.iter().map(|one| one.notice.as_str()).collect();
        for (partner, taken) in seen.taken.iter().enumerate() {
            for one in acknowledged {
                if !taken.contains_key(&one.notice) {
                    faults.push(format!(
                        "acknowledged, and not at receiver {partner}: {one:?}"
                    ));
                }
            }
            for id in taken.keys() {
                if id.starts_with("ntc_") && !known.contains(id.as_str()) {
                    faults.push(format!(
                        "at receiver {partner}, and never acknowledged: {id}"
                    ));
                }
            }
            let mut numbers: Vec<_> = taken.values().map(|taken| taken.seq).collect();
            numbers.sort_unstable();
            if !numbers.iter().copied().eq(1..=numbers.len() as i64) {
                faults.push(format!(
                    "x-endpoint-seq of receiver {partner} has gaps or repeats: {} numbers, the last is {:?}",
                    numbers.len(),
                    numbers.last()
                ));
            }
        }
        faults
    })
}

/// What anybody can read, by path.
async fn public(
    program: &Program,
    acknowledged: &[Acknowledged],
) -> BTreeMap<String, (String, bytes::Bytes)> {
    let mut paths = BTreeSet::new();
    for Acknowledged { activity, .. } in acknowledged {
        paths.insert(format!("/api/v1/activities/{activity}"));
        for language in ["zh", "en"] {
            paths.insert(format!("/feeds/{language}/activity/{activity}.ics"));
        }
    }
    for path in [
        "/feeds/zh/all.ics",
        "/feeds/en/all.ics",
        "/feeds/zh/all.rss",
        "/feeds/zh/district/haidian.ics",
        "/api/v1/activities?limit=500",
    ] {
        paths.insert(path.to_owned());
    }
    let mut read = BTreeMap::new();
    for path in paths {
        let answer = program.get(&path).await.expect(200);
        let tag = answer.header("etag").to_owned();
        read.insert(path, (tag, answer.body));
    }
    read
}

/// API, calendars and news tell what the log tells.
fn compare_public(read: &BTreeMap<String, (String, bytes::Bytes)>, log: &[Value]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut latest: BTreeMap<&str, &Value> = BTreeMap::new();
    for notice in log {
        if let Some(id) = notice["activity_id"].as_str() {
            latest.insert(id, &notice["activity"]);
        }
    }
    let text = |path: &str| String::from_utf8_lossy(&read[path].1).into_owned();
    for (id, snapshot) in &latest {
        let shown: Value =
            serde_json::from_str(&text(&format!("/api/v1/activities/{id}"))).unwrap_or_default();
        if shown != **snapshot {
            faults.push(format!("the API shows another {id} than its last notice"));
        }
    }
    for language in ["zh", "en"] {
        // It is bounded; each activity has a calendar of its own as well.
        let all = sequences(&text(&format!("/feeds/{language}/all.ics")));
        let expected = latest.len().min(LATEST);
        if all.len() != expected {
            faults.push(format!(
                "{language}/all.ics has {} activities, not {expected}",
                all.len()
            ));
        }
        for (id, snapshot) in &latest {
            let uid = snapshot["uid"].as_str().unwrap_or_default();
            let expected = snapshot["revision"].as_i64().unwrap_or_default() - 1;
            let own = sequences(&text(&format!("/feeds/{language}/activity/{id}.ics")));
            let shown = [own.get(uid), all.get(uid).or(Some(&expected))];
            if shown != [Some(&expected); 2] {
                faults.push(format!(
                    "{id} has SEQUENCE {shown:?} in its own {language} calendar and in all.ics, not {expected}"
                ));
            }
        }
    }
    let news = text("/feeds/zh/all.rss");
    let mut from = 0;
    for notice in log.iter().rev().take(20) {
        let id = notice["id"].as_str().unwrap_or_default();
        match news[from..].find(id) {
            Some(at) => from += at,
            None => faults.push(format!("{id} is not where it should be in zh/all.rss")),
        }
    }
    faults
}

/// `SEQUENCE` by `UID` in a calendar.
pub(super) fn sequences(calendar: &str) -> BTreeMap<String, i64> {
    let property = |event: &str, name: &str| {
        let mut lines = event.split("\r\n");
        let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.map(str::to_owned)
    };
    calendar
        .split("BEGIN:VEVENT")
        .skip(1)
        .filter_map(|event| {
            let sequence = property(event, "SEQUENCE")?.parse().ok()?;
            Some((property(event, "UID")?, sequence))
        })
        .collect()
}
