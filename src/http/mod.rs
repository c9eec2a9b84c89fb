//! The outside over HTTP.
//!
//! Owns addresses, headers and bodies; refuses to know rules and SQL.
//! Architecture invariant: the only place with axum; every error leaves as problem+json with the request's id.

use std::{any::Any, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::{runtime::Handle, task::JoinError};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

pub use feeds::{Saves, Streams};
pub use quick::Quick;
pub use site::Pages;

use crate::{
    commands::{Services, audit::Scope},
    config::Settings,
    deliver::{Courier, Hub},
    guard::Guard,
    ids::RequestId,
    metrics::Metrics,
    publish::Publisher,
    sightings::Sightings,
};

pub mod api;
mod audited;
mod conditional;
mod console;
pub mod extract;
mod farewell;
mod feeds;
mod octets;
pub mod openapi;
mod operations;
pub mod problem;
mod quick;
mod serve;
pub mod site;
mod stall;
pub mod threads;
mod trackers;
mod webhooks;

use audited::Refused;
use octets::Octets;
use problem::Problem;
use stall::Patience;

/// What every handler works with.
#[derive(Clone, Debug)]
pub struct Web {
    /// Commands and the catalogue.
    pub services: Services,
    /// Settings.
    pub settings: Arc<Settings>,
    /// Figures.
    pub metrics: Arc<Metrics>,
    /// Feeds.
    pub publisher: Arc<Publisher>,
    /// Requests to partners.
    pub courier: Arc<Courier>,
    /// Requests to sources.
    pub sources: Arc<Guard>,
    /// Who is told of feeds.
    pub hub: Arc<Hub>,
    /// Pages that were just made.
    pub pages: Arc<Pages>,
    /// Feeds and pages that were just sent.
    pub quick: Arc<Quick>,
    /// Who fetched which feed.
    pub sightings: Arc<Sightings>,
    /// Subscriptions that people keep.
    pub saves: Arc<Saves>,
    /// Who follows the log.
    pub streams: Arc<Streams>,
    /// The program's stop.
    pub stop: CancellationToken,
}

/// Who is at the other end of a connection: a client, or a proxy in front.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// What answers requests: feeds that were just sent at once, everything else by its route.
#[derive(Clone, Debug)]
pub struct Front {
    router: Router,
    feeds: Option<Web>,
    /// Where routes' handlers run, with the database's pool and whatever takes long.
    handlers: Handle,
    patience: Patience,
}

impl Front {
    /// Everything.
    pub fn whole(web: Web, handlers: Handle) -> Self {
        Self {
            router: router(web.clone()),
            patience: patience(&web),
            feeds: Some(web),
            handlers,
        }
    }

    /// What an instance without the role `web` answers.
    pub fn operations(web: Web, handlers: Handle) -> Self {
        Self {
            patience: patience(&web),
            router: framed(operations::routes().fallback(nothing), web),
            feeds: None,
            handlers,
        }
    }

    /// The answer, if it is at hand.
    fn at_once(&self, request: &Request<Incoming>) -> Option<Response<Full<Octets>>> {
        let web = self.feeds.as_ref()?;
        web.quick.answer(web, request)
    }

    /// The answer of its route, whose handler is dropped with what this returns.
    fn by_route(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response, JoinError>> + use<> {
        let handling = self.handlers.spawn(self.router.clone().oneshot(request));
        let handling = AbortOnDropHandle::new(handling);
        async {
            let Ok(response) = handling.await?;
            Ok(response)
        }
    }
}

fn patience(web: &Web) -> Patience {
    Patience {
        limit: web.settings.http.stall_timeout,
        metrics: Arc::clone(&web.metrics),
    }
}

/// Everything that is answered.
fn router(web: Web) -> Router {
    let (api, openapi) = openapi::api().split_for_parts();
    let document = HeaderValue::from_static("application/vnd.oai.openapi+json;version=3.1");
    let openapi = openapi::text(&openapi);
    let routes = Router::new()
        .merge(
            api.layer(middleware::from_fn(named))
                .layer(middleware::from_fn(trackers::strip)),
        )
        .merge(feeds::routes())
        .merge(operations::routes())
        .merge(site::routes(&web))
        .merge(console::routes(&web))
        .route(
            "/api/openapi.json",
            axum::routing::get(move || {
                let (document, openapi) = (document.clone(), openapi.clone());
                async move { ([(header::CONTENT_TYPE, document)], openapi) }
            }),
        );
    framed(routes.fallback(nothing_here), web)
}

async fn nothing(request: Request) -> Problem {
    Problem::not_found(format!("there is nothing at {}", path(&request)))
}

/// A page for people, who mistyped an address; a problem for programs, and for all in the API.
async fn nothing_here(State(web): State<Web>, request: Request) -> Response {
    if !path(&request).starts_with("/api/")
        && let Some(page) = site::missing(&web, request.headers())
    {
        return page;
    }
    nothing(request).await.into_response()
}

/// Problems for methods that are not there, limits, panics caught, and the frame around all.
fn framed(routes: Router<Web>, web: Web) -> Router {
    routes
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(web.clone(), limits))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(web.clone(), frame))
        .with_state(web)
}

async fn no_such_method(request: Request) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "That method does not exist here",
        format!("{} does not take {}", path(&request), request.method()),
    )
}

fn path(request: &Request) -> &str {
    extract::asked(request.uri(), request.extensions())
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned());
    Problem::internal(&message).into_response()
}

/// Nothing has NUL in its name, and no database of ours takes one: such an address leads nowhere.
async fn named(request: Request, next: Next) -> Response {
    match path(&request).contains("%00") {
        true => nothing(request).await.into_response(),
        false => next.run(request).await,
    }
}

/// Gives up what takes too long.
async fn limits(State(web): State<Web>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(web.settings.http.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "That took too long",
            format!(
                "no answer within {} s",
                web.settings.http.request_timeout.as_secs()
            ),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("5"))
        .into_response(),
    }
}

/// What a part of the program says of all its answers stands on its problems too.
const KEPT: [HeaderName; 6] = [
    header::ALLOW,
    header::CONTENT_SECURITY_POLICY,
    header::REFERRER_POLICY,
    header::X_CONTENT_TYPE_OPTIONS,
    HeaderName::from_static("cross-origin-opener-policy"),
    HeaderName::from_static("x-robots-tag"),
];

/// The outermost layer: the request's id, problems written out, one line of log, the counters.
async fn frame(State(web): State<Web>, request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let id = RequestId::new(web.services.now());
    let method = request.method().clone();
    let path = told_path(request.uri().path()).to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let scope = Scope::of(id.as_str());
    let response = scope.clone().around(next.run(request)).await;
    let said = KEPT.map(|name| (response.headers().get(&name).cloned(), name));
    let mut response = as_problem(response).await;
    let asked = route.as_ref().map_or("", MatchedPath::as_str);
    if let Some(refused) = Refused::of(&scope, (&method, asked, &path), &response) {
        refused.write(&web).await;
    }
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.answer(id.as_str());
        for (value, name) in said {
            if let Some(value) = value {
                response.headers_mut().entry(name).or_insert(value);
            }
        }
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert("x-request-id", value);
    }
    let status = response.status().as_u16();
    web.metrics
        .http_answered(route.as_ref().map_or("none", MatchedPath::as_str), status);
    log(&method, &path, status, started.elapsed(), id.as_str());
    response
}

/// A path as logs may hold it: what changes a kept subscription is a secret.
fn told_path(path: &str) -> &str {
    const SAVED: &str = "/saved/";
    match path.find(SAVED) {
        Some(at) => &path[..at + SAVED.len()],
        None => path,
    }
}

/// What axum itself refuses (a path that is not UTF-8) comes as plain text; outside it is a problem like all others.
async fn as_problem(response: Response) -> Response {
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|sent| sent.as_bytes().starts_with(b"text/plain"));
    if !response.status().is_client_error() || !plain {
        return response;
    }
    let status = response.status();
    let detail = axum::body::to_bytes(response.into_body(), 1_000)
        .await
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .unwrap_or_default();
    Problem::new(
        status,
        "malformed-request",
        "The request cannot be read",
        detail,
    )
    .into_response()
}

/// Whether [`log`] would say anything of a request that went well.
fn logs(method: &Method) -> bool {
    !method.is_safe() || tracing::event_enabled!(tracing::Level::DEBUG)
}

fn log(method: &Method, path: &str, status: u16, took: Duration, request: &str) {
    let duration_ms = took.as_secs_f64() * 1000.0;
    if method.is_safe() && status < 500 {
        tracing::debug!(%method, path, status, duration_ms, request, "{method} {path} was answered {status}");
    } else {
        tracing::info!(%method, path, status, duration_ms, request, "{method} {path} was answered {status}");
    }
}
