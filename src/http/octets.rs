//! A feed's octets on their way out.
//!
//! Owns that nothing is copied to send them. Refuses to know HTTP. Invariant: a document is one buffer to whoever sends
//! it, though its parts lie in many places, so that the system is given as many of them at a time as it takes.

use std::{convert::Infallible, fmt::Display, io::IoSlice, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::HeaderMap,
};
use futures_util::stream;
use hyper::body::Buf;

use super::{Web, conditional::Encoding};
use crate::publish;

/// The encoding to send a document in: what is preferred, as long as there is a core to make it.
pub(super) async fn encoding(
    web: &Web,
    name: &impl Display,
    body: &Arc<publish::Body>,
    headers: &HeaderMap,
    is_known: bool,
) -> Encoding {
    let encoding = Encoding::accepted(headers, |_| true);
    if encoding == Encoding::Brotli && !is_known && !web.publisher.make_brotli(name, body).await {
        return Encoding::accepted(headers, |other| other != Encoding::Brotli);
    }
    encoding
}

/// What is still to be sent.
#[derive(Debug)]
pub(super) enum Octets {
    /// It lies in one place.
    One(Bytes),
    /// It lies in the parts of a feed.
    Feed(Rest),
}

/// The rest of a document.
#[derive(Debug)]
pub(super) struct Rest {
    body: Arc<publish::Body>,
    part: usize,
    /// Octets of the part that are sent.
    sent: usize,
    left: usize,
}

impl Octets {
    /// A document, if it is at hand in this encoding.
    pub(super) fn of(body: &Arc<publish::Body>, encoding: Encoding) -> Option<Self> {
        Some(match encoding {
            Encoding::Identity => Self::Feed(Rest {
                left: body.length(),
                body: Arc::clone(body),
                part: 0,
                sent: 0,
            }),
            Encoding::Gzip => Self::One(body.gzip().clone()),
            Encoding::Brotli => Self::One(body.brotli()?.clone()),
        })
    }
}

/// As handlers answer: part by part.
impl From<Octets> for Body {
    fn from(octets: Octets) -> Self {
        match octets {
            Octets::One(octets) => octets.into(),
            Octets::Feed(Rest { body, .. }) => {
                let parts = (0..).map_while(move |number| body.part(number).cloned());
                Self::from_stream(stream::iter(parts.map(Ok::<_, Infallible>)))
            }
        }
    }
}

impl Rest {
    /// What is left of each part.
    fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let parts = (self.part..).map_while(|number| self.body.part(number));
        parts.enumerate().map(|(n, part)| match n {
            0 => &part[self.sent..],
            _ => &part[..],
        })
    }
}

impl Buf for Rest {
    fn remaining(&self) -> usize {
        self.left
    }

    fn chunk(&self) -> &[u8] {
        let mut parts = self.parts();
        parts.find(|part| !part.is_empty()).unwrap_or_default()
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let parts = self.parts().filter(|part| !part.is_empty());
        let filled = slices.iter_mut().zip(parts);
        filled.fold(0, |count, (slice, part)| {
            *slice = IoSlice::new(part);
            count + 1
        })
    }

    fn advance(&mut self, octets: usize) {
        assert!(octets <= self.left, "{octets} of {}", self.left);
        self.left -= octets;
        self.sent += octets;
        while let Some(part) = self.body.part(self.part)
            && self.sent >= part.len()
        {
            self.sent -= part.len();
            self.part += 1;
        }
    }
}

impl Buf for Octets {
    fn remaining(&self) -> usize {
        match self {
            Self::One(octets) => octets.remaining(),
            Self::Feed(rest) => rest.remaining(),
        }
    }

    fn chunk(&self) -> &[u8] {
        match self {
            Self::One(octets) => octets.chunk(),
            Self::Feed(rest) => rest.chunk(),
        }
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        match self {
            Self::One(octets) => octets.chunks_vectored(slices),
            Self::Feed(rest) => rest.chunks_vectored(slices),
        }
    }

    fn advance(&mut self, octets: usize) {
        match self {
            Self::One(rest) => rest.advance(octets),
            Self::Feed(rest) => rest.advance(octets),
        }
    }
}
