//! What a caller is told when a request cannot be served: problem details, RFC 9457.
//!
//! Every refusal of this service leaves as `application/problem+json` with five members:
//! `type` (a relative reference that this service answers at `GET /problems/{name}`), `title`,
//! `status`, `detail` (words that name the cause) and `instance` (the id of the request, which is
//! also in the `x-request-id` header and in every log line of that request). Faults of our own are
//! logged in full and told in general words: a caller learns that it was not their fault, and
//! nothing about files, keys or neighbours.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{telemetry, words::clipped};

/// The media type of every refusal.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// How a caller may say who it is, RFC 9110 §11.6.1: with an API key; or, to read, as one of a ring or group.
const CHALLENGES: &str = "Bearer realm=\"hufu\", Hufu-Unnamed realm=\"hufu\"";

/// Longest detail, in bytes: it names the cause, and may repeat a part of what was sent, not all of it.
const MAX_DETAIL: usize = 2_048;

/// What went wrong, as a closed list: one kind is one `type` URI, one title and one status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The body is not JSON, or JSON that two readers could understand differently.
    MalformedJson,
    /// The JSON is well formed and does not say what this endpoint needs.
    InvalidInput,
    /// A query or path parameter is unknown or out of range.
    InvalidParameter,
    /// No key, or one that is unknown, expired or withdrawn.
    Unauthenticated,
    /// The key is good and may not do this.
    Forbidden,
    /// Nothing of that name is visible to this caller.
    NotFound,
    /// It existed and was taken away for good.
    Gone,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// None of the representations the caller accepts can be produced.
    NotAcceptable,
    /// What is asked contradicts what is recorded.
    Conflict,
    /// The body is larger than the service reads.
    TooLarge,
    /// The body is of a media type this endpoint does not read.
    UnsupportedMediaType,
    /// An idempotency key came back with a different request.
    IdempotencyMismatch,
    /// The request was understood and a rule refuses it.
    Unprocessable,
    /// A credential or presentation did not verify.
    NotVerified,
    /// The caller, or everybody, asks for more than is done in this time.
    TooMany,
    /// The standard has it and this service does not (yet).
    NotImplemented,
    /// The ledger or the store cannot serve this at the moment.
    Unavailable,
    /// The request took longer than the service allows.
    Timeout,
    /// Our fault.
    Internal,
}

impl Kind {
    /// Every kind, for the documentation.
    pub const ALL: [Self; 20] = [
        Self::MalformedJson,
        Self::InvalidInput,
        Self::InvalidParameter,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Gone,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::Conflict,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::IdempotencyMismatch,
        Self::Unprocessable,
        Self::NotVerified,
        Self::TooMany,
        Self::NotImplemented,
        Self::Unavailable,
        Self::Timeout,
        Self::Internal,
    ];

    /// The last segment of the `type` reference.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// The short, unchanging summary.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status code.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.row().2
    }

    const fn row(self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::MalformedJson => {
                ("malformed-json", "The body is not acceptable JSON", StatusCode::BAD_REQUEST)
            }
            Self::InvalidInput => {
                ("invalid-input", "The request does not say what is needed", StatusCode::BAD_REQUEST)
            }
            Self::InvalidParameter => {
                ("invalid-parameter", "A parameter is unknown or out of range", StatusCode::BAD_REQUEST)
            }
            Self::Unauthenticated => {
                ("unauthenticated", "A valid API key is needed", StatusCode::UNAUTHORIZED)
            }
            Self::Forbidden => ("forbidden", "This caller may not do that", StatusCode::FORBIDDEN),
            Self::NotFound => ("not-found", "Nothing of that name", StatusCode::NOT_FOUND),
            Self::Gone => ("gone", "It was taken away", StatusCode::GONE),
            Self::MethodNotAllowed => {
                ("method-not-allowed", "That method is not served here", StatusCode::METHOD_NOT_ALLOWED)
            }
            Self::NotAcceptable => {
                ("not-acceptable", "No acceptable representation", StatusCode::NOT_ACCEPTABLE)
            }
            Self::Conflict => ("conflict", "The request contradicts what is recorded", StatusCode::CONFLICT),
            Self::TooLarge => ("too-large", "The body is too large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                "The media type is not read here",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ),
            Self::IdempotencyMismatch => (
                "idempotency-mismatch",
                "The idempotency key belongs to another request",
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            Self::Unprocessable => {
                ("unprocessable", "A rule refuses the request", StatusCode::UNPROCESSABLE_ENTITY)
            }
            Self::NotVerified => ("not-verified", "It does not verify", StatusCode::BAD_REQUEST),
            Self::TooMany => ("too-many", "Too much in too short a time", StatusCode::TOO_MANY_REQUESTS),
            Self::NotImplemented => {
                ("not-implemented", "Not part of this service", StatusCode::NOT_IMPLEMENTED)
            }
            Self::Unavailable => {
                ("unavailable", "Not available at the moment", StatusCode::SERVICE_UNAVAILABLE)
            }
            Self::Timeout => ("timeout", "The request took too long", StatusCode::SERVICE_UNAVAILABLE),
            Self::Internal => ("internal", "A fault of this service", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

/// A refusal: a [`Kind`], the words that name this cause, and members of its own where a kind has them.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: Kind,
    detail: String,
    members: Map<String, Value>,
}

impl Problem {
    /// A refusal of `kind`; `detail` names the cause in words a caller can act on.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: clipped(detail.into(), MAX_DETAIL), members: Map::new() }
    }

    /// A refusal of input that is well formed and wrong.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput, detail)
    }

    /// A refusal of a query or path parameter.
    pub fn parameter(detail: impl Into<String>) -> Self {
        Self::new(Kind::InvalidParameter, detail)
    }

    /// Nothing of that name is visible to this caller.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, detail)
    }

    /// A fault of ours: `cause` goes to the log, the caller gets general words and the request id.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal fault");
        Self::new(
            Kind::Internal,
            "The fault is logged under the id of this request; nothing was changed in part.",
        )
    }

    /// The ledger or the store cannot serve this now; `cause` goes to the log.
    pub fn unavailable(what: &str, cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, what, "unavailable");
        Self::new(Kind::Unavailable, format!("{what} cannot be reached or written at the moment; try again."))
    }

    /// Adds a member of this problem's own (RFC 9457 §3.2).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The words that name the cause.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The problem object as it is sent, with `instance` set to `request`.
    #[must_use]
    pub fn to_value(&self, request: &str) -> Value {
        let mut object = self.members.clone();
        object.insert("type".into(), json!(format!("/problems/{}", self.kind.name())));
        object.insert("title".into(), json!(self.kind.title()));
        object.insert("status".into(), json!(self.kind.status().as_u16()));
        object.insert("detail".into(), json!(self.detail));
        object.insert("instance".into(), json!(request));
        Value::Object(object)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.title(), self.detail)
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = self.to_value(&telemetry::request_id()).to_string();
        let mut response =
            (self.kind.status(), [(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON))], body)
                .into_response();
        if self.kind == Kind::Unauthenticated {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGES));
        }
        response
    }
}

/// The result of a handler.
pub type Answer<T> = Result<T, Problem>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_an_error_status() {
        let names: std::collections::BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), Kind::ALL.len());
        assert!(
            Kind::ALL.iter().all(|kind| kind.status().is_client_error() || kind.status().is_server_error())
        );
    }

    #[test]
    fn a_detail_is_bounded_and_401_names_both_schemes() {
        assert!(Problem::invalid("x".repeat(900_000)).detail().len() < MAX_DETAIL + 10);
        let response = Problem::new(Kind::Unauthenticated, "no key").into_response();
        let challenges = response.headers()[header::WWW_AUTHENTICATE].to_str().expect("text");
        assert!(challenges.starts_with("Bearer ") && challenges.contains(hufu_wire::UNNAMED_SCHEME));
    }

    #[test]
    fn the_five_members_win_over_members_of_ones_own() {
        let value = Problem::invalid("no issuer").with("status", 200).with("verified", false).to_value("r-1");
        assert_eq!(value["status"], 400);
        assert_eq!(value["verified"], false);
        assert_eq!(value["instance"], "r-1");
        assert_eq!(value["type"], "/problems/invalid-input");
    }
}
