//! Figures for operators, in the OpenMetrics text format of Prometheus.
//!
//! Owns the names, labels and units of all figures; refuses to know who counts and when. One value
//! belongs to the app and is handed on; there is no global. Invariant: a label has a closed set of
//! values (a route's pattern, a notice kind, a result code), never an address, an id or a name.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// The `Content-Type` of [`Metrics::render`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Commit → first byte at the receiver. The aim is 50 ms (p99) where nothing is wrong; a retry of
/// the ordinary schedule is minutes to hours late, which one bucket each tells well enough.
const DELIVERY_BUCKETS_SECONDS: [f64; 14] = [
    0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0, 300.0, 3600.0, 86_400.0,
];

/// All figures of one process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    http_requests: Family<HttpLabels, Counter>,
    /// The counters of a route by status class, so that a request allocates nothing.
    routes: RwLock<HashMap<String, Route>>,
    notices: Family<KindLabel, Gauge>,
    catalogue_position: Gauge,
    feed_cache_hits: Counter,
    feed_cache_builds: Counter,
    feeds_refused: Counter,
    hub_confirmed: Counter,
    stream_readers: Gauge,
    connections_stalled: Counter,
    hub_unconfirmed: Counter,
    feed_cache_size: Gauge,
    delivery_delay: Histogram,
    hub_posts: Family<CodeLabel, Counter>,
    delivery_attempts: Family<CodeLabel, Counter>,
    delivery_backlog: Gauge,
    delivery_oldest_due: Gauge<f64, AtomicU64>,
    delivery_breakers_open: Gauge,
    delivery_leases_lost: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HttpLabels {
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabel {
    code: &'static str,
}

/// The requests of a route by status class.
#[derive(Debug, Clone)]
pub struct Route(Arc<[Counter; 5]>);

impl Route {
    /// One more was answered.
    pub fn answered(&self, status: u16) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.0[class].inc();
    }
}

const STATUS_CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

impl Metrics {
    /// Everything at zero.
    pub fn new() -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("yueli"),
            http_requests: Family::default(),
            routes: RwLock::default(),
            notices: Family::default(),
            catalogue_position: Gauge::default(),
            feed_cache_hits: Counter::default(),
            feed_cache_builds: Counter::default(),
            feeds_refused: Counter::default(),
            hub_confirmed: Counter::default(),
            stream_readers: Gauge::default(),
            connections_stalled: Counter::default(),
            hub_unconfirmed: Counter::default(),
            feed_cache_size: Gauge::default(),
            delivery_delay: Histogram::new(DELIVERY_BUCKETS_SECONDS),
            hub_posts: Family::default(),
            delivery_attempts: Family::default(),
            delivery_backlog: Gauge::default(),
            delivery_oldest_due: Gauge::default(),
            delivery_breakers_open: Gauge::default(),
            delivery_leases_lost: Counter::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register(
            "http_requests",
            "Requests answered, by the route's pattern and the class of the status",
            self.http_requests.clone(),
        );
        registry.register(
            "notices",
            "Notices in the log as far as this process shows it, by kind",
            self.notices.clone(),
        );
        registry.register(
            "catalogue_position",
            "The log position that this process's public reads show",
            self.catalogue_position.clone(),
        );
        registry.register(
            "feed_cache_hits",
            "Feeds answered from ready-made bytes",
            self.feed_cache_hits.clone(),
        );
        registry.register(
            "feed_cache_builds",
            "Feeds that had to be built",
            self.feed_cache_builds.clone(),
        );
        registry.register(
            "feeds_refused",
            "Times that a feed could not be made, or was made with a fault and not sent",
            self.feeds_refused.clone(),
        );
        registry.register(
            "stream_readers",
            "Readers that follow the log",
            self.stream_readers.clone(),
        );
        registry.register(
            "connections_stalled",
            "Connections that were closed because nobody read what was sent",
            self.connections_stalled.clone(),
        );
        registry.register(
            "hub_confirmed",
            "What was asked of the hub and confirmed by its callback",
            self.hub_confirmed.clone(),
        );
        registry.register(
            "hub_unconfirmed",
            "What was asked of the hub and not confirmed by its callback",
            self.hub_unconfirmed.clone(),
        );
        registry.register_with_unit(
            "feed_cache_size",
            "Memory that ready-made feeds take",
            Unit::Bytes,
            self.feed_cache_size.clone(),
        );
        registry.register_with_unit(
            "delivery_commit_to_first_byte",
            "From a notice's commit to the first byte of the receiver's answer",
            Unit::Seconds,
            self.delivery_delay.clone(),
        );
        registry.register(
            "hub_posts",
            "Feeds sent to subscribers of the hub, by result code; success is a 2xx answer",
            self.hub_posts.clone(),
        );
        registry.register(
            "delivery_attempts",
            "Requests to webhooks, pings included, by result code; success is a 2xx answer",
            self.delivery_attempts.clone(),
        );
        registry.register(
            "delivery_backlog",
            "Deliveries owed and not yet made",
            self.delivery_backlog.clone(),
        );
        registry.register_with_unit(
            "delivery_oldest_due",
            "How long the oldest due delivery has been waiting",
            Unit::Seconds,
            self.delivery_oldest_due.clone(),
        );
        registry.register(
            "delivery_breakers_open",
            "Webhooks that are left alone for a while because they keep failing",
            self.delivery_breakers_open.clone(),
        );
        registry.register(
            "delivery_leases_lost",
            "Leases on endpoints that another process had taken over before the results were recorded",
            self.delivery_leases_lost.clone(),
        );
        self
    }

    /// A request was answered. `route` is the pattern (`/api/v1/activities/{id}`), never the path.
    pub fn http_answered(&self, route: &str, status: u16) {
        self.http_route(route).answered(status);
    }

    /// The counters of a route, for whoever answers by it again and again.
    pub fn http_route(&self, route: &str) -> Route {
        let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = routes.get(route) {
            return known.clone();
        }
        drop(routes);
        let counters = STATUS_CLASSES.map(|status| {
            let labels = HttpLabels {
                route: route.to_owned(),
                status,
            };
            self.http_requests.get_or_create(&labels).clone()
        });
        let new = Route(Arc::new(counters));
        self.routes
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(route.to_owned(), new.clone());
        new
    }

    /// So many notices of a kind are shown.
    pub fn notices(&self, kind: &'static str, count: i64) {
        self.notices.get_or_create(&KindLabel { kind }).set(count);
    }

    /// The catalogue has applied the log up to here.
    pub fn catalogue_applied(&self, position: i64) {
        self.catalogue_position.set(position);
    }

    /// A feed was answered from ready-made bytes.
    pub fn feed_cache_hit(&self) {
        self.feed_cache_hits.inc();
    }

    /// A feed was made that must not be sent, or could not be made.
    pub fn feed_refused(&self) {
        self.feeds_refused.inc();
    }

    /// So many readers follow the log now.
    pub fn stream_readers(&self, readers: usize) {
        self.stream_readers
            .set(i64::try_from(readers).unwrap_or(i64::MAX));
    }

    /// A connection was closed because nobody read what was sent.
    pub fn connection_stalled(&self) {
        self.connections_stalled.inc();
    }

    /// A callback was asked whether it wants what was asked for in its name.
    pub fn hub_asked(&self, confirmed: bool) {
        match confirmed {
            true => self.hub_confirmed.inc(),
            false => self.hub_unconfirmed.inc(),
        };
    }

    /// A feed had to be built; the cache now holds so many bytes.
    pub fn feed_cache_built(&self, size_bytes: u64) {
        self.feed_cache_builds.inc();
        self.feed_cache_size
            .set(i64::try_from(size_bytes).unwrap_or(i64::MAX));
    }

    /// The first byte of a receiver's answer came so long after the notice's commit.
    pub fn delivery_reached(&self, delay: Duration) {
        self.delivery_delay.observe(delay.as_secs_f64());
    }

    /// A request to a webhook ended with this code (`success`, `http_5xx`, `timeout` …).
    pub fn delivery_attempted(&self, code: &'static str) {
        self.delivery_attempts
            .get_or_create(&CodeLabel { code })
            .inc();
    }

    /// A feed was sent to a subscriber, with this code.
    pub fn hub_told(&self, code: &'static str) {
        self.hub_posts.get_or_create(&CodeLabel { code }).inc();
    }

    /// What is owed at the moment; `oldest_due` is zero where nothing is overdue.
    pub fn delivery_backlog(&self, owed: u64, oldest_due: Duration, breakers_open: u64) {
        self.delivery_backlog
            .set(i64::try_from(owed).unwrap_or(i64::MAX));
        self.delivery_oldest_due.set(oldest_due.as_secs_f64());
        self.delivery_breakers_open
            .set(i64::try_from(breakers_open).unwrap_or(i64::MAX));
    }

    /// Another process had taken over so many leases before their results were recorded.
    pub fn delivery_leases_lost(&self, count: u64) {
        self.delivery_leases_lost.inc_by(count);
    }

    /// The body of `/metrics`, of type [`CONTENT_TYPE`].
    pub fn render(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a String does not fail");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_names_every_figure_with_its_unit_and_value() {
        let metrics = Metrics::new();
        metrics.http_answered("/feeds/{lang}/{scope}", 200);
        metrics.http_answered("/feeds/{lang}/{scope}", 304);
        metrics.http_answered("/feeds/{lang}/{scope}", 304);
        metrics.http_answered("/healthz", 999);
        metrics.notices("announced", 3);
        metrics.catalogue_applied(41);
        metrics.feed_cache_hit();
        metrics.feed_cache_built(2048);
        metrics.delivery_reached(Duration::from_millis(7));
        metrics.delivery_attempted("http_5xx");
        metrics.delivery_backlog(12, Duration::from_millis(1500), 2);
        metrics.delivery_leases_lost(4);

        let text = metrics.render();
        for line in [
            r#"yueli_http_requests_total{route="/feeds/{lang}/{scope}",status="2xx"} 1"#,
            r#"yueli_http_requests_total{route="/feeds/{lang}/{scope}",status="3xx"} 2"#,
            r#"yueli_http_requests_total{route="/feeds/{lang}/{scope}",status="5xx"} 0"#,
            r#"yueli_http_requests_total{route="/healthz",status="5xx"} 1"#,
            r#"yueli_notices{kind="announced"} 3"#,
            "yueli_catalogue_position 41",
            "yueli_feed_cache_hits_total 1",
            "yueli_feed_cache_builds_total 1",
            "yueli_feed_cache_size_bytes 2048",
            "# UNIT yueli_delivery_commit_to_first_byte_seconds seconds",
            r#"yueli_delivery_commit_to_first_byte_seconds_bucket{le="0.005"} 0"#,
            r#"yueli_delivery_commit_to_first_byte_seconds_bucket{le="0.01"} 1"#,
            "yueli_delivery_commit_to_first_byte_seconds_sum 0.007",
            r#"yueli_delivery_attempts_total{code="http_5xx"} 1"#,
            "yueli_delivery_backlog 12",
            "yueli_delivery_oldest_due_seconds 1.5",
            "yueli_delivery_breakers_open 2",
            "yueli_delivery_leases_lost_total 4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn nothing_is_lost_when_many_threads_meet_a_new_route() {
        let metrics = Metrics::new();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..100).for_each(|_| metrics.http_answered("/new", 200)));
            }
        });
        let line = r#"yueli_http_requests_total{route="/new",status="2xx"} 800"#;
        assert!(metrics.render().contains(line), "{}", metrics.render());
    }
}
