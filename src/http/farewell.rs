//! What is still under way when the program stops.
//!
//! Owns the counting of requests that are answered and of answers that are sent; refuses to know what they are.
//! Invariant: who has sent half a request, or does not read what was asked for, holds up a stop for a few seconds at
//! most.

use std::{
    io::IoSlice,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Buf, Frame, SizeHint};
use tokio::time::{Instant, sleep};

/// How long a stop waits between looks at whether all is answered; what was written last leaves meanwhile.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long answers are sent on once all is answered.
const STILL_SENT: Duration = Duration::from_secs(5);

/// What one thread has under way.
#[derive(Clone, Debug, Default)]
pub(super) struct UnderWay {
    answered: Arc<AtomicUsize>,
    sent: Arc<AtomicUsize>,
}

/// One of them, for as long as this lives.
#[derive(Debug)]
pub(super) struct Counted(Arc<AtomicUsize>);

impl UnderWay {
    /// A request that is being answered.
    pub(super) fn answering(&self) -> Counted {
        Counted::among(&self.answered)
    }

    /// An answer's body, which counts until its last octet was written.
    pub(super) fn sending<B>(&self, body: B) -> Sending<B> {
        Sending {
            body,
            counted: Counted::among(&self.sent),
        }
    }

    /// Ends when no request is being answered and no answer sent; the latter is not waited for long.
    pub(super) async fn ended(&self) {
        let mut since = Instant::now();
        loop {
            sleep(LAST_WORDS).await;
            if self.answered.load(Ordering::Acquire) > 0 {
                since = Instant::now();
            } else if self.sent.load(Ordering::Acquire) == 0 || since.elapsed() >= STILL_SENT {
                return;
            }
        }
    }
}

impl Counted {
    fn among(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A body whose octets are counted as under way.
#[derive(Debug)]
pub(super) struct Sending<B> {
    body: B,
    counted: Counted,
}

/// Octets that are under way.
#[derive(Debug)]
pub(super) struct Held<D> {
    octets: D,
    _counted: Counted,
}

impl<B: Body + Unpin> Body for Sending<B> {
    type Data = Held<B::Data>;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        polled.map_ok(|frame| {
            frame.map_data(|octets| Held {
                octets,
                _counted: Counted::among(&self.counted.0),
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<D: Buf> Buf for Held<D> {
    fn remaining(&self) -> usize {
        self.octets.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.octets.chunk()
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        self.octets.chunks_vectored(slices)
    }

    fn advance(&mut self, octets: usize) {
        self.octets.advance(octets);
    }
}
