//! A connection that gives up on who does not read.
//!
//! Owns how long a write may wait. Refuses to know what is written. Invariant: as long as something can be written, a
//! write costs one branch more than without.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use crate::metrics::Metrics;

/// How long writes may wait, and who counts those that waited too long.
#[derive(Clone, Debug)]
pub(super) struct Patience {
    pub(super) limit: Duration,
    pub(super) metrics: Arc<Metrics>,
}

/// A stream with patience.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    patience: Patience,
    /// Since the last write that could not be made.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, patience: Patience) -> Self {
        Self {
            stream,
            patience,
            waiting: None,
        }
    }

    /// What a write came to, or that it waited too long.
    fn waited<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.waiting.is_some() {
                self.waiting = None;
            }
            return written;
        }
        let limit = self.patience.limit;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(waiting.as_mut().poll(context));
        self.waiting = None;
        self.patience.metrics.connection_stalled();
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "nothing was read for too long",
        )))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, octets);
        self.waited(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.waited(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
        time::{Instant, advance},
    };

    use super::*;

    fn patient<S>(stream: S) -> Patient<S> {
        let patience = Patience {
            limit: Duration::from_secs(30),
            metrics: Arc::new(Metrics::new()),
        };
        Patient::new(stream, patience)
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_slowly_is_waited_for_and_who_does_not_read_is_given_up() {
        let (ours, mut theirs) = duplex(4);
        let mut ours = patient(ours);
        let writing = tokio::spawn(async move {
            let began = Instant::now();
            let written = ours.write_all(b"twelve bytes").await;
            (written.map_err(|error| error.kind()), began.elapsed())
        });
        let mut buffer = [0; 4];
        // So that it began at once.
        tokio::task::yield_now().await;
        advance(Duration::from_secs(29)).await;
        theirs.read_exact(&mut buffer).await.unwrap();
        advance(Duration::from_secs(29)).await;
        theirs.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"ve b");
        let (written, took) = writing.await.unwrap();
        assert_eq!(written, Ok(()), "the rest fitted");
        assert!(took >= Duration::from_secs(58), "{took:?}");

        let (ours, _theirs) = duplex(4);
        let mut ours = patient(ours);
        let began = Instant::now();
        let written = ours.write_all(b"twelve bytes").await;
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 30);
    }
}
