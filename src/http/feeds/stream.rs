//! The log as it is written: `/feeds/stream`, server-sent events (HTML, §9.2).
//!
//! Owns how a notice is one event. Refuses to know which notices are news (`publish`). Invariant: a reader's place in
//! the log is all that is kept of it: whatever it can take next is read from the log, so that a slow one costs no
//! memory, and one that comes back with its last id misses nothing.

use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use entity::vocab::Language;
use futures_util::stream;
use tokio::{
    sync::{Semaphore, watch},
    time::sleep,
};

use super::{
    open_to_all,
    query::{Asked, ask},
    refused,
};
use crate::{
    catalogue::Applied,
    domain::{input::Faults, notice::Notice},
    http::{Web, problem::Problem},
    links::Links,
    metrics::Metrics,
    publish::{FeedKey, Format, News, Tongue},
};

/// Readers at most …
const MOST: usize = 8_192;
/// … and connections, which the others need too: one of so many open files.
const SHARE_OF_FILES: usize = 2;
/// So that proxies and readers see that the connection lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Notices looked for at a time.
const AT_ONCE: usize = 16;
/// Events that are kept, for the many readers that want the same.
const KEPT: usize = 1_024;

/// The readers of this process.
#[derive(Debug)]
pub struct Streams {
    events: Mutex<BTreeMap<i64, (Weak<Notice>, Bytes)>>,
    readers: AtomicUsize,
    most: usize,
    /// One of them at a time has the log looked at: whoever writes waits for the same.
    looking: Semaphore,
    metrics: Arc<Metrics>,
}

impl Streams {
    /// None yet, in a process that may have so many files open.
    #[must_use]
    pub fn new(open_files: usize, metrics: Arc<Metrics>) -> Self {
        Self {
            events: Mutex::default(),
            readers: AtomicUsize::new(0),
            most: MOST.min(open_files / SHARE_OF_FILES),
            looking: Semaphore::new(1),
            metrics,
        }
    }

    /// A notice as an event; the same bytes for every reader. What was redacted since is another notice.
    fn event(&self, notice: &Arc<Notice>, links: &Links) -> Bytes {
        let kept = || self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made_of, event)) = kept().get(&notice.position)
            && made_of.as_ptr() == Arc::as_ptr(notice)
        {
            return event.clone();
        }
        let (position, json) = (notice.position, links.notice_json(notice));
        let event = Bytes::from(format!("id: {position}\ndata: {json}\n\n"));
        let mut kept = kept();
        kept.insert(position, (Arc::downgrade(notice), event.clone()));
        while kept.len() > KEPT {
            kept.pop_first();
        }
        event
    }
}

/// A reader, counted for as long as this lives.
#[derive(Debug)]
struct Reader(Arc<Streams>);

impl Reader {
    fn enter(streams: &Arc<Streams>) -> Option<Self> {
        let reader = Self(Arc::clone(streams));
        let before = streams.readers.fetch_add(1, Ordering::AcqRel);
        streams.metrics.stream_readers(before + 1);
        (before < streams.most).then_some(reader)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let before = self.0.readers.fetch_sub(1, Ordering::AcqRel);
        self.0.metrics.stream_readers(before - 1);
    }
}

/// Follows the log from its end, or from where a reader was.
pub(super) async fn follow(State(web): State<Web>, uri: Uri, headers: HeaderMap) -> Response {
    let followed = follow_from(web, &uri, &headers).await;
    followed.unwrap_or_else(refused)
}

async fn follow_from(web: Web, uri: &Uri, headers: &HeaderMap) -> Result<Response, Problem> {
    let everything = FeedKey::of_all(Tongue::One(Language::Zh), Format::News(News::Json));
    let unknown = |selection: &_| web.services.catalogue.read().unknown_values(selection);
    let Asked { key, .. } = ask(everything, uri.query().unwrap_or_default(), unknown)?;
    let after = match headers.get("last-event-id") {
        Some(id) => Some(position(id)?),
        None => None,
    };
    let Some(reader) = Reader::enter(&web.streams) else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Too many ask at once",
            format!(
                "{} readers follow the stream already; try again later",
                web.streams.most
            ),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("60")));
    };
    let place = place(&web, after).await;
    let (log, head) = {
        let state = web.services.catalogue.read();
        (state.log_id.clone(), state.head())
    };
    let from = place.or(after).unwrap_or(head);
    // At once, so that the reader knows that it is heard; with its place, because each connection begins without one
    // (HTML, §9.2.6), and it may be cut before the first event.
    let hello = format!(": log {log} head {head}\nid: {from}\nretry: 3000\n\n");
    if place.is_none() {
        // A refusal would end it for good (HTML, §9.2.3); a stream that ends is asked for again, from the same place.
        return Ok(events(Body::from(hello)));
    }
    let mut following = Following {
        pieces: VecDeque::new(),
        applied: web.services.catalogue.watch(),
        position: from,
        told: from,
        key,
        web,
        _reader: reader,
    };
    following.pieces.push_back(hello.into());
    let pieces = stream::unfold(following, async |mut following| {
        let piece = following.next().await?;
        Some((Ok::<_, Infallible>(piece), following))
    });
    Ok(events(Body::from_stream(pieces)))
}

/// A reader's place in this log; nothing when it cannot be found out now. Whoever has seen more than this instance has
/// it from another instance that is ahead, or from a log that ended later and is gone since a restore: then all that
/// comes is new to it.
async fn place(web: &Web, after: Option<i64>) -> Option<i64> {
    let catalogue = &web.services.catalogue;
    let head = catalogue.read().head();
    let after = after.unwrap_or(head);
    if after <= head {
        return Some(after);
    }
    let _alone = web.streams.looking.try_acquire().ok()?;
    match catalogue.catch_up(&web.services.db).await {
        Ok(applied) => Some(after.min(applied.position)),
        Err(error) => {
            tracing::warn!(%error, after, "a reader of the stream is ahead, and the log cannot be looked at");
            None
        }
    }
}

/// An answer of events.
fn events(body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    open_to_all(headers);
    response
}

/// The place of a reader that was here before.
fn position(id: &HeaderValue) -> Result<i64, Problem> {
    let text = id.to_str().unwrap_or_default();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let read = digits.then(|| text.parse().ok()).flatten();
    read.ok_or_else(|| {
        let shown: String = String::from_utf8_lossy(id.as_bytes())
            .chars()
            .take(40)
            .collect();
        let mut faults = Faults::default();
        faults.add(
            "Last-Event-ID",
            format!("{shown:?} is not a position in the log"),
        );
        Problem::parameters(faults)
    })
}

/// Where a reader is.
struct Following {
    web: Web,
    key: FeedKey,
    applied: watch::Receiver<Applied>,
    /// All up to here was looked at.
    position: i64,
    /// The last id that the reader was told, or will be by what is left to send.
    told: i64,
    /// What is sent before anything else is looked for; the bytes are shared by all readers.
    pieces: VecDeque<Bytes>,
    _reader: Reader,
}

impl Following {
    /// What is sent next: events, or a sign of life. Nothing when the program stops.
    async fn next(&mut self) -> Option<Bytes> {
        let heartbeat = sleep(HEARTBEAT);
        tokio::pin!(heartbeat);
        loop {
            if let Some(piece) = self.pieces.pop_front() {
                return Some(piece);
            }
            // Before looking: what comes while it looks is another change.
            self.applied.borrow_and_update();
            if self.look() {
                continue;
            }
            tokio::select! {
                () = self.web.stop.cancelled() => return None,
                changed = self.applied.changed() => changed.ok()?,
                () = &mut heartbeat => return Some(self.sign_of_life()),
            }
        }
    }

    /// Whether there is something to send.
    fn look(&mut self) -> bool {
        let (notices, through) = self
            .web
            .publisher
            .news_after(&self.key, self.position, AT_ONCE);
        self.position = self.position.max(through);
        let Some(last) = notices.last() else {
            return false;
        };
        self.told = last.position;
        let (streams, links) = (&self.web.streams, &self.web.services.links);
        let events = notices.iter().map(|notice| streams.event(notice, links));
        self.pieces.extend(events);
        true
    }

    /// A comment; or, where something was passed over, its id without an event, which readers remember all the same.
    fn sign_of_life(&mut self) -> Bytes {
        if self.position <= self.told {
            return Bytes::from_static(b":\n\n");
        }
        self.told = self.position;
        Bytes::from(format!("id: {}\n\n", self.position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_take_half_of_the_files_at_most() {
        let streams = Arc::new(Streams::new(5, Arc::default()));
        let mut readers: Vec<_> = (0..2).map(|_| Reader::enter(&streams).unwrap()).collect();
        assert!(Reader::enter(&streams).is_none());
        assert!(Reader::enter(&streams).is_none());
        readers.pop();
        let _another = Reader::enter(&streams).unwrap();
        assert!(Reader::enter(&streams).is_none());
        assert_eq!(Streams::new(1 << 20, Arc::default()).most, MOST);
    }
}
