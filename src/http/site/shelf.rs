//! Pages (and what they load) that were just made, kept to be sent again as they are.
//!
//! Owns how a page is answered: its tag, its encodings, its headers. Refuses to know what stands on it.
//! Invariants: a page is kept for one state of the catalogue and one minute of the clock, since what is over by then
//! moves on it; nobody is shown something older than the revision a webhook told them of. No page is about who asks.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::{Body, Bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use entity::vocab::Language;
use futures_util::stream::empty;
use hyper::body::Buf;
use moka::{
    future::Cache,
    ops::compute::{CompResult, Op},
};

use super::page;
use crate::{
    http::{
        Web,
        conditional::{self, Encoding},
        octets::{self, Octets},
        quick::{self, AsOf, CountedAs},
        told_path,
    },
    publish,
};

/// Longer addresses are answered and not kept.
const LONGEST: usize = 512;
/// What an entry weighs beside its page.
const OVERHEAD_BYTES: usize = 1_024;

/// What a browser may do with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// Show it as a page.
    Alone,
    /// Show it inside of others' pages too.
    Embedded,
    /// Show it, and tell nobody its address, which is a secret.
    Private,
}

/// What a handler made: a document, before it is packed and answered.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) document: String,
    pub(super) content_type: &'static str,
    pub(super) language: Option<Language>,
    /// The query it is kept under; none where it is for this request alone.
    pub(super) query: Option<String>,
    pub(super) framing: Framing,
    pub(super) vary: &'static str,
    /// How long others may keep it; what is private nobody may.
    pub(super) cache: &'static str,
}

impl Made {
    /// A page in a language, which takes no query.
    pub(super) fn page(document: String, language: Language) -> Self {
        Self {
            language: Some(language),
            ..Self::text(document, "text/html; charset=utf-8")
        }
    }

    /// Another document, which takes no query.
    pub(super) fn text(document: String, content_type: &'static str) -> Self {
        Self {
            document,
            content_type,
            language: None,
            query: Some(String::new()),
            framing: Framing::Alone,
            vary: "Accept-Encoding",
            cache: "no-cache",
        }
    }

    /// Kept under the one form of its query.
    pub(super) fn of_query(self, query: String) -> Self {
        Self {
            query: Some(query),
            ..self
        }
    }
}

/// Hands it to [`answer`], which stands around every page.
impl IntoResponse for Made {
    fn into_response(self) -> Response {
        let mut response = StatusCode::OK.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A page as it is sent.
#[derive(Debug)]
struct Kept {
    body: Arc<publish::Body>,
    as_of: AsOf,
    content_type: &'static str,
    language: Option<Language>,
    framing: Framing,
    vary: &'static str,
    cache: &'static str,
    /// Whether it may be kept at all.
    kept: bool,
}

/// What came of making a page, where none is to be kept.
enum Aside {
    /// A redirect, or that there is nothing; whoever shares errors wants them to be shareable.
    Response(Box<Mutex<Response>>),
    /// A page for this request alone.
    Page(Arc<Kept>),
}

/// Pages and pictures that were just made, bounded by bytes.
#[derive(Debug)]
pub struct Pages {
    pages: Cache<String, Arc<Kept>>,
    pictures: Cache<String, Bytes>,
}

impl Pages {
    /// Keeps `bytes` of them at most; a quarter are pictures.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        // A larger one (the sitemap of a long log) would not be taken in, and made anew for everybody who asks.
        let most = u32::try_from(bytes / 4).unwrap_or(u32::MAX);
        let weight = move |address: &String, kept: &Arc<Kept>| {
            let bytes = kept.body.length() + 2 * kept.body.gzip().len() + address.len();
            u32::try_from(bytes + OVERHEAD_BYTES).map_or(most, |bytes| bytes.min(most))
        };
        let pages = Cache::builder().max_capacity(bytes / 4 * 3);
        let pictures = Cache::builder().max_capacity(bytes / 4);
        Self {
            pages: pages.weigher(weight).build(),
            pictures: pictures
                .weigher(|name: &String, picture: &Bytes| {
                    u32::try_from(name.len() + picture.len()).unwrap_or(u32::MAX)
                })
                .build(),
        }
    }

    /// The picture of a name: kept, or drawn once however many ask.
    ///
    /// # Errors
    /// When it cannot be drawn; it is not kept then.
    pub(super) async fn picture(
        &self,
        name: &str,
        draw: impl Future<Output = Result<Bytes, String>>,
    ) -> Result<Bytes, Arc<String>> {
        self.pictures.try_get_with_by_ref(name, draw).await
    }

    /// The page as of a state: kept, or made once however many ask.
    async fn get(
        &self,
        address: &str,
        as_of: AsOf,
        make: impl Future<Output = Response>,
    ) -> Result<Arc<Kept>, Aside> {
        if address.len() > LONGEST {
            return Err(packed(make.await, as_of, "", None));
        }
        if let Some(kept) = self.pages.get(address).await
            && kept.as_of == as_of
        {
            return Ok(kept);
        }
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let made = self
            .pages
            .entry_by_ref(address)
            .and_try_compute_with(async |present| {
                let present = present.map(moka::Entry::into_value);
                if present.as_ref().is_some_and(|kept| kept.as_of == as_of) {
                    return Ok(Op::Nop);
                }
                match packed(make.await, as_of, query, present) {
                    Aside::Page(kept) if kept.kept => Ok(Op::Put(kept)),
                    aside => Err(aside),
                }
            })
            .await?;
        match made {
            CompResult::Inserted(entry)
            | CompResult::ReplacedWith(entry)
            | CompResult::Unchanged(entry) => Ok(entry.into_value()),
            CompResult::StillNone(_) | CompResult::Removed(_) => {
                unreachable!("the closure above keeps what is there or puts something")
            }
        }
    }
}

/// The page that a handler made; its bytes as they were packed before, where they are the same.
fn packed(mut response: Response, as_of: AsOf, query: &str, present: Option<Arc<Kept>>) -> Aside {
    let Some(made) = response.extensions_mut().remove::<Made>() else {
        return Aside::Response(Box::new(Mutex::new(response)));
    };
    let document = Bytes::from(made.document);
    let same = present.filter(|kept| kept.body.octets() == document);
    Aside::Page(Arc::new(Kept {
        body: same.map_or_else(
            || Arc::new(publish::Body::of(document)),
            |kept| Arc::clone(&kept.body),
        ),
        as_of,
        content_type: made.content_type,
        language: made.language,
        framing: made.framing,
        vary: made.vary,
        cache: made.cache,
        kept: made.query.is_some_and(|canonical| canonical == query),
    }))
}

/// Answers what stands behind it: from the shelf, or as it is made.
pub(super) async fn answer(State(web): State<Web>, request: Request, next: Next) -> Response {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return secured(next.run(request).await);
    }
    let as_of = AsOf {
        applied: web.services.catalogue.applied(),
        minute: Some(quick::minute(web.services.now())),
    };
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let address = uri.path_and_query().map_or("/", |address| address.as_str());
    let kept = web.pages.get(address, as_of, next.run(request)).await;
    match kept {
        Ok(kept) => sent(&web, &uri, &headers, route.as_ref(), &kept).await,
        Err(Aside::Page(kept)) => sent(&web, &uri, &headers, None, &kept).await,
        Err(Aside::Response(response)) => {
            let response = response.into_inner();
            secured(response.unwrap_or_else(PoisonError::into_inner))
        }
    }
}

async fn sent(
    web: &Web,
    uri: &Uri,
    headers: &HeaderMap,
    route: Option<&MatchedPath>,
    kept: &Kept,
) -> Response {
    let body = &kept.body;
    let is_known = conditional::is_not_modified(headers, body.tag(), None);
    let encoding = octets::encoding(web, &told_path(uri.path()), body, headers, is_known).await;
    let said = |encoding, length| said(kept, encoding, length);
    if let Some(route) = route {
        let counted = CountedAs {
            route: route.as_str(),
            feed: None,
        };
        web.quick
            .remember(web, uri, counted, kept.as_of, body, said);
    }
    let octets = Octets::of(body, encoding).filter(|_| !is_known);
    let length = octets.as_ref().map(Buf::remaining);
    match octets {
        Some(octets) => {
            (StatusCode::OK, said(encoding, length), Body::from(octets)).into_response()
        }
        None => {
            let nothing = Body::from_stream(empty::<Result<Bytes, Infallible>>());
            (StatusCode::NOT_MODIFIED, said(encoding, None), nothing).into_response()
        }
    }
}

/// What is said of a page: with its length where it follows.
fn said(kept: &Kept, encoding: Encoding, length: Option<usize>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut say = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    say(header::ETAG, &encoding.tag(kept.body.tag()));
    say(header::VARY, kept.vary);
    say(
        header::CACHE_CONTROL,
        match kept.framing {
            Framing::Private => "private, no-store",
            Framing::Alone | Framing::Embedded => kept.cache,
        },
    );
    if let Some(language) = kept.language {
        say(header::CONTENT_LANGUAGE, page::tag(language));
    }
    if length.is_some() {
        say(header::CONTENT_TYPE, kept.content_type);
        if let Some(coding) = encoding.coding() {
            say(header::CONTENT_ENCODING, coding);
        }
    }
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    secure(&mut headers, kept.framing);
    headers
}

/// What a page of ours may do in a browser: load what lies beside it, and nothing else.
macro_rules! policy {
    ($ancestors:literal) => {
        concat!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; ",
            "form-action 'self'; frame-ancestors ",
            $ancestors
        )
    };
}

/// The same for what is no page: a redirect, or that there is nothing.
pub(super) fn secured(mut response: Response) -> Response {
    secure(response.headers_mut(), Framing::Alone);
    response
}

/// The same for what is for one person alone: nobody keeps it.
pub(in crate::http) fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    secure(headers, Framing::Private);
    let kept = HeaderValue::from_static("private, no-store");
    headers.insert(header::CACHE_CONTROL, kept);
    let robots = HeaderValue::from_static("noindex");
    headers.insert(HeaderName::from_static("x-robots-tag"), robots);
    response
}

fn secure(headers: &mut HeaderMap, framing: Framing) {
    let (policy, referrer) = match framing {
        Framing::Alone => (policy!("'none'"), "strict-origin-when-cross-origin"),
        Framing::Embedded => (policy!("*"), "strict-origin-when-cross-origin"),
        Framing::Private => (policy!("'none'"), "no-referrer"),
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, referrer),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if framing != Framing::Embedded {
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
}
