//! Errors as the outside sees them: `application/problem+json` (RFC 9457).
//!
//! Owns the one mapping from errors to answers. Invariant: a 5xx tells nothing of the inside, and is logged here, once.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    commands::CommandError,
    domain::{
        action::Refusal,
        input::{Fault, Faults},
    },
    store::StoreError,
};

/// An error on its way out.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    /// The end of its stable `type` address.
    kind: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<Fault>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What comes before the kind in `type`; relative, so that it leads to this service's own page.
const TYPE_BASE: &str = "/problems/";

impl Problem {
    /// A problem of a kind.
    #[must_use]
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind,
            title,
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// What is wrong, in a sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// 404 for an address or a thing that is not there.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "There is nothing here",
            detail,
        )
    }

    /// 400 for faulty parameters.
    #[must_use]
    pub fn parameters(faults: Faults) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid-parameter",
            "A parameter is wrong",
            first(&faults.0),
        )
        .with_errors(faults.0)
    }

    /// 400 for a request that cannot be read.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed-request",
            "The request cannot be read",
            detail,
        )
    }

    /// 422 with all faults of the input.
    #[must_use]
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-input",
            "The input is wrong",
            first(&faults),
        )
        .with_errors(faults)
    }

    /// 500; what happened goes to the log.
    #[must_use]
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed: {error}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here",
            "the fault is ours; it is in our log under this request's id",
        )
    }

    /// 503 while the database does not answer.
    #[must_use]
    pub fn unavailable(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "the database failed: {error}");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "database-unavailable",
            "The database does not answer",
            "nothing was changed, or it was and the answer was lost; try again with the same Idempotency-Key",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("5"))
    }

    fn with_errors(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The last part of its type.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Where its faults stand.
    #[must_use]
    pub fn pointers(&self) -> Vec<&str> {
        self.errors
            .iter()
            .map(|fault| fault.pointer.as_str())
            .collect()
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The answer, with the request's id as `instance`.
    #[must_use]
    pub fn answer(self, instance: &str) -> Response {
        let mut body = json!({
            "type": format!("{TYPE_BASE}{}", self.kind),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "instance": instance,
        });
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        let mut response = Response::new(Body::from(Value::to_string(&body)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}

fn first(faults: &[Fault]) -> String {
    match faults {
        [] => "the input is empty or wrong".to_owned(),
        [only] => told(only),
        [one, rest @ ..] => format!("{} (and {} more)", told(one), rest.len()),
    }
}

fn told(fault: &Fault) -> String {
    if fault.pointer.is_empty() {
        fault.detail.clone()
    } else {
        format!("{}: {}", fault.pointer, fault.detail)
    }
}

/// The problem travels in the extensions; `http::frame` writes it out with the request's id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        Self::invalid(faults.0)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            error @ (StoreError::Database(_) | StoreError::Silent) => Self::unavailable(&error),
            error @ StoreError::Document { .. } => Self::internal(&error),
        }
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        let detail = error.to_string();
        match error {
            CommandError::NotFound { .. } => Self::not_found(detail),
            CommandError::Forbidden { .. } => Self::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                "Your token may not do that",
                detail,
            ),
            CommandError::Stale { .. } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "stale-version",
                "Somebody else changed it in between",
                detail,
            ),
            CommandError::Invalid(faults) => Self::invalid(faults),
            CommandError::Refused(refusal) => Self::from(refusal),
            CommandError::Conflict(_) => Self::new(
                StatusCode::CONFLICT,
                "conflict",
                "It stands in the way of something",
                detail,
            ),
            CommandError::KeyReused(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "The Idempotency-Key belongs to another request",
                detail,
            ),
            CommandError::Store(error) => Self::from(error),
            CommandError::Cut(_) => Self::internal(&detail),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        let at = |pointer: &str| {
            Self::invalid(vec![Fault {
                pointer: pointer.to_owned(),
                detail: detail.clone(),
            }])
        };
        match &refusal {
            Refusal::Status { .. } | Refusal::NotYet { .. } | Refusal::NoDate => Self::new(
                StatusCode::CONFLICT,
                "not-allowed-now",
                "The activity's state does not allow that",
                detail,
            ),
            Refusal::Incomplete(missing) => Self::invalid(
                missing
                    .iter()
                    .map(|field| Fault {
                        pointer: format!("/{field}"),
                        detail: "is missing; announcing needs it".to_owned(),
                    })
                    .collect(),
            ),
            Refusal::SlotUnknown => at("/when"),
            Refusal::Unchanged(_) => at(""),
            Refusal::HasAction { field, .. } => at(&format!("/{field}")),
            Refusal::ReplacedByItself(_) => at("/replaced_by"),
        }
    }
}
