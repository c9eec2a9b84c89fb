//! Accepting connections.
//!
//! Owns the sockets that one thread serves; refuses to know what is answered. Invariant: a client that sends its
//! request drop by drop, or keeps a connection open for nothing, holds up nobody, not even the stop.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::Either;
use http_body_util::{BodyExt as _, Either as Sent};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Front, octets::Octets, stall::Patient};

/// A request's head must have come by then, and so must the next one on a kept connection.
const HEAD_WITHIN: Duration = Duration::from_secs(60);

/// The most that a request's head may have; hyper answers 431 beyond.
const HEAD_BYTES: usize = 32 * 1024;

/// How long a stop waits between looks at whether all is answered.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long accepting pauses when the system refuses (too many open files).
const BREATHER: Duration = Duration::from_millis(100);

/// Serves until `stop` is cancelled, then answers what is under way.
pub(super) async fn serve(listener: TcpListener, front: Front, stop: CancellationToken) {
    let connections = GracefulShutdown::new();
    let begun = Arc::new(AtomicUsize::new(0));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        // No pipeline_flush: it keeps an answer back for as long as anything, be it a stray line break, follows the
        // request.
        .max_buf_size(HEAD_BYTES);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                // Without it small answers wait for the client's delayed acknowledgement.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
                let stream = Patient::new(stream, front.patience.clone());
                let (front, begun) = (front.clone(), Arc::clone(&begun));
                let service = service_fn(move |request| {
                    if let Some(answer) = front.at_once(&request) {
                        return Either::Left(ready(Ok(answer.map(Sent::Left))));
                    }
                    let begun = Begun::new(&begun);
                    let answer = front.by_route(request);
                    Either::Right(async move {
                        let answer = answer.await;
                        drop(begun);
                        answer.map(|answer| {
                            answer.map(|body| {
                                Sent::Right(body.map_frame(|frame| frame.map_data(Octets::One)))
                            })
                        })
                    })
                });
                let connection =
                    connections.watch(http.serve_connection(TokioIo::new(stream), service));
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a connection ended with an error");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    tokio::select! {
        () = connections.shutdown() => {}
        () = all_answered(&begun) => {}
    }
}

/// A request that is being answered, for as long as this lives.
struct Begun(Arc<AtomicUsize>);

impl Begun {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Ends when no request is being answered, and answers had the time to be sent. Who has sent half a head by then, or
/// does not read, is not waited for.
async fn all_answered(begun: &AtomicUsize) {
    loop {
        tokio::time::sleep(LAST_WORDS).await;
        if begun.load(Ordering::Acquire) == 0 {
            return;
        }
    }
}
