//! One leased endpoint's job: a stretch of the log, and its exceptions that are due; and what follows in the log, as
//! long as it comes soon.
//!
//! Owns the order of sending; refuses to know what a result means (`settle`), how leases are taken and how results are
//! written down. Invariant: the lease's deadline is looked at before every send.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use entity::vocab::{Trigger, WireFormat};
use futures_util::future::join_all;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout},
};
use url::Url;

use super::{
    destination::Destination,
    format,
    lease::Lease,
    plan::{Item, Place, Plan, wave},
    post::{Label, Parcel, Receipt},
    record::Report,
    shared::{Room, Shared},
};
use crate::{
    domain::{retry::Health, subscription::Wanted},
    store::{
        self,
        deliveries::{Progress, Results},
    },
};

/// A job hands the endpoint back after so long even if little was sent.
const LASTS: Duration = Duration::from_secs(10);
/// A job waits so long for the next notice: giving the lease back and taking it again are two writes, which wait behind
/// everybody else's.
const STAYS: Duration = Duration::from_millis(100);
/// Sent at the same time to one endpoint that is well: 1, then 2, then 4.
const WIDEST: usize = 4;

/// An endpoint while it is being served.
pub(super) struct Job<'a> {
    pub(super) shared: &'a Shared,
    pub(super) lease: &'a Arc<Lease>,
    reports: &'a mpsc::Sender<Report>,
    pub(super) to: Destination,
    pub(super) cursor: i64,
    pub(super) replay_cursor: Option<i64>,
    pub(super) seq: i64,
    /// Whether something of it stands outside of the log, which only a new lease sees as it is.
    pub(super) has_exceptions: bool,
    ends: Instant,
    pub(super) health: Health,
    pub(super) results: Results,
}

/// Serves a leased endpoint and gives it back.
pub(super) async fn serve(
    shared: &Shared,
    lease: &Arc<Lease>,
    room: &Room,
    reports: &mpsc::Sender<Report>,
) {
    let row = &lease.row;
    let now = shared.services.now();
    let mut health = Health {
        state: row.state,
        failures: row.failures,
        failing_since: row.failing_since,
        last_failure_at: row.last_failure_at,
        last_success_at: row.last_success_at,
        held_until: row.held_until,
    };
    if let (Ok(url), Some(topic)) = (Url::parse(&row.url), &row.topic) {
        let to = Destination { url, ..nowhere() };
        let job = Job::new(shared, lease, reports, to, health);
        let reach = *shared.reached.borrow();
        return job.tell(topic, reach).await;
    }
    let destination = Destination::of(&shared.services.vault, row, now);
    let (Some(destination), Some(wanted)) = (destination, wanted(row)) else {
        tracing::error!(endpoint = %row.id, "the endpoint {} cannot be served: its address, secret or selection cannot be read", row.id);
        health.hindered(now);
        return Job::new(shared, lease, reports, nowhere(), health)
            .report(true)
            .await;
    };
    Job::new(shared, lease, reports, destination, health)
        .run(&wanted, room)
        .await;
}

fn nowhere() -> Destination {
    Destination {
        url: Url::parse("about:blank").expect("a plain address"),
        format: WireFormat::Standard,
        secrets: Vec::new(),
    }
}

fn wanted(row: &entity::endpoint::Model) -> Option<Wanted> {
    store::endpoints::wanted(row).ok()
}

impl<'a> Job<'a> {
    fn new(
        shared: &'a Shared,
        lease: &'a Arc<Lease>,
        reports: &'a mpsc::Sender<Report>,
        to: Destination,
        health: Health,
    ) -> Self {
        Self {
            shared,
            lease,
            reports,
            to,
            cursor: lease.row.cursor,
            replay_cursor: lease.row.replay_cursor,
            seq: lease.row.seq,
            has_exceptions: false,
            ends: Instant::now() + LASTS,
            health,
            results: Results::default(),
        }
    }

    /// Sends what there is, and what comes while it stays; then the endpoint is given back.
    async fn run(mut self, wanted: &Wanted, room: &Room) {
        let mut reached = self.shared.reached.clone();
        loop {
            let reach = *reached.borrow_and_update();
            let now = self.shared.services.now();
            match self.plan(wanted, reach, now).await {
                Ok(plan) => self.send_plan(plan).await,
                Err(error) => {
                    let id = &self.lease.row.id;
                    tracing::warn!(endpoint = %id, %error, "what is owed to {id} cannot be read");
                    self.health.hindered(now);
                }
            }
            if !self.may_stay(room) {
                break;
            }
            if !self.results.is_empty() {
                self.report(false).await;
            }
            if !self.is_followed(&mut reached).await {
                break;
            }
        }
        self.report(true).await;
    }

    /// Whether it may wait for what comes next instead of giving the endpoint back.
    fn may_stay(&self, room: &Room) -> bool {
        let now = self.shared.services.now();
        self.may_go_on(now)
            && self.health.failures == 0
            && !self.has_exceptions
            && self.replay_cursor.is_none()
            && room.is_ample()
    }

    fn may_go_on(&self, now: DateTime<Utc>) -> bool {
        self.health.is_open(now)
            && self.lease.is_valid()
            && !self.shared.stop.is_cancelled()
            && Instant::now() < self.ends
    }

    /// Waits for what comes next; whether it came soon, and the endpoint is as its owner left it.
    async fn is_followed(&mut self, reached: &mut watch::Receiver<i64>) -> bool {
        let more = reached.wait_for(|reach| *reach > self.cursor);
        let came = timeout(STAYS, async { more.await.is_ok() });
        if !matches!(came.await, Ok(true)) {
            return false;
        }
        let (db, now) = (&self.shared.services.db, self.shared.services.now());
        let row = &self.lease.row;
        let stands = store::leases::stands(db.reader(), row, now);
        // What cannot be read is found out by whoever takes the lease next.
        if !matches!(db.answered(stands).await, Ok(true)) {
            return false;
        }
        // The grace of an old secret may be over.
        match Destination::of(&self.shared.services.vault, row, now) {
            Some(to) => self.to = to,
            None => return false,
        }
        true
    }

    /// Sends a plan, as far as it goes. The last results are not reported yet.
    async fn send_plan(&mut self, plan: Plan) {
        let Plan {
            mut items,
            cursor,
            replay_cursor,
        } = plan;
        // Where nothing of the log is wanted as far as it was looked at.
        if !items.iter().any(|item| matches!(item.place, Place::Log(_))) {
            self.cursor = cursor;
        }
        if !items
            .iter()
            .any(|item| matches!(item.place, Place::Replay(_)))
        {
            self.replay_cursor = replay_cursor;
        }
        let mut width = 1;
        loop {
            if !self.may_go_on(self.shared.services.now()) {
                return;
            }
            let mut wave = wave(&mut items, width);
            if wave.is_empty() {
                return;
            }
            wave.iter_mut().for_each(|item| self.refresh(item));
            let receipts = join_all(wave.iter().map(|item| self.post(item))).await;
            let before = self.health.failures;
            let pause = format::of(self.to.format).pause();
            for (item, receipt) in wave.into_iter().zip(receipts) {
                self.settle(item, receipt);
            }
            if !pause.is_zero() {
                // What it takes in a minute is bounded; meanwhile the lease is given back.
                self.health.hold(self.shared.services.now() + pause);
            }
            width = if self.health.failures > before || self.health.failures > 0 {
                1
            } else {
                (width * 2).min(WIDEST)
            };
            if !items.is_empty() {
                self.report(false).await;
            }
        }
    }

    async fn post(&self, item: &Item) -> Receipt {
        let receipt = self
            .shared
            .courier
            .post(Parcel {
                url: &self.to.url,
                body: item.body.clone(),
                label: Label::Webhook {
                    format: format::of(self.to.format),
                    id: item
                        .webhook_id
                        .as_deref()
                        .unwrap_or(item.notice.id.as_str()),
                    secrets: &self.to.secrets,
                    number: item.number,
                    trigger: item.trigger,
                    seq: Some(item.seq),
                },
            })
            .await;
        if let (1, Trigger::Auto, Some(first_byte)) =
            (item.number, item.trigger, receipt.first_byte)
        {
            let waited = (receipt.sent_at - item.notice.recorded_at)
                .to_std()
                .unwrap_or_default();
            self.shared
                .courier
                .metrics
                .delivery_reached(waited + first_byte);
        }
        receipt
    }

    /// What was withdrawn since it was planned is not told as it was.
    fn refresh(&self, item: &mut Item) {
        let present = {
            let state = self.shared.services.catalogue.read();
            state.notice_at(item.notice.position).cloned()
        };
        if let Some(present) = present.filter(|present| !Arc::ptr_eq(present, &item.notice)) {
            item.body = self.body(&present);
            item.notice = present;
        }
    }

    /// Hands what was found out to the recorder, and the lease back when this was all.
    pub(super) async fn report(&mut self, release: bool) {
        let mut results = std::mem::take(&mut self.results);
        results.progress.push(Progress {
            id: self.lease.row.id.clone(),
            epoch: self.lease.row.epoch,
            cursor: self.cursor,
            replay_cursor: self.replay_cursor,
            seq: self.seq,
            state: self.health.state,
            failures: self.health.failures,
            failing_since: self.health.failing_since,
            last_failure_at: self.health.last_failure_at,
            last_success_at: self.health.last_success_at,
            held_until: self.health.held_until,
            release,
        });
        let report = Report {
            lease: Arc::clone(self.lease),
            results,
        };
        // Without a recorder the process is ending; what is not written down is sent again by the next one.
        if self.reports.send(report).await.is_err() {
            self.lease.end();
            self.shared.leases.drop_lease(self.lease);
        }
    }
}
