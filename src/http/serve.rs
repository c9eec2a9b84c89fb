//! Accepting connections.
//!
//! Owns the sockets that one thread serves; refuses to know what is answered. Invariant: a client that sends its
//! request drop by drop, or keeps a connection open for nothing, holds up nobody, not even the stop.

use std::{future::ready, io, time::Duration};

use futures_util::future::Either;
use http_body_util::{BodyExt as _, Either as Sent};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::{Front, Peer, farewell::UnderWay, octets::Octets, stall::Patient};

/// A request's head must have come by then, and so must the next one on a kept connection.
const HEAD_WITHIN: Duration = Duration::from_secs(60);

/// The most that a request's head may have; hyper answers 431 beyond.
const HEAD_BYTES: usize = 32 * 1024;

/// What the system keeps of an answer beyond what it has sent.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 128 * 1024;

/// How long accepting pauses when the system refuses (too many open files).
const BREATHER: Duration = Duration::from_millis(100);

/// Serves until `stop` is cancelled, then answers what is under way.
pub(super) async fn serve(listener: TcpListener, front: Front, stop: CancellationToken) {
    let connections = GracefulShutdown::new();
    let under_way = UnderWay::default();
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
            Ok((stream, peer)) => {
                if let Err(error) = prepare(&stream, front.patience.limit) {
                    tracing::debug!(%error, "a connection's options could not be set");
                }
                let stream = Patient::new(stream, front.patience.clone());
                let (front, under_way) = (front.clone(), under_way.clone());
                let service = service_fn(move |mut request| {
                    if let Some(answer) = front.at_once(&request) {
                        let answer = answer.map(|body| under_way.sending(Sent::Left(body)));
                        return Either::Left(ready(Ok(answer)));
                    }
                    let answering = under_way.answering();
                    request.extensions_mut().insert(Peer(peer.ip()));
                    let answer = front.by_route(request);
                    let under_way = under_way.clone();
                    Either::Right(async move {
                        let answer = answer.await;
                        let answer = answer.map(|answer| {
                            answer.map(|body| {
                                let body = body.map_frame(|frame| frame.map_data(Octets::One));
                                under_way.sending(Sent::Right(body))
                            })
                        });
                        drop(answering);
                        answer
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
        () = under_way.ended() => {}
    }
}

/// The options of a connection that gives up after `patience` on who does not read.
fn prepare(stream: &TcpStream, patience: Duration) -> io::Result<()> {
    // Without it small answers wait for the client's delayed acknowledgement.
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    {
        let socket = socket2::SockRef::from(stream);
        // More can be written as soon as half of this is sent: a slow reader is seen to read, though the system would
        // buffer megabytes for it.
        socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
        // A peer that vanished acknowledges nothing, however little it is sent.
        socket.set_tcp_user_timeout(Some(patience))?;
    }
    Ok(())
}
