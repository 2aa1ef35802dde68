//! Reading what callers send: strict, bounded, and refused in words.
//!
//! The extractors of this module replace axum's own, whose refusals are plain text:
//!
//! 1. [`Body`]: content type (415), size (413), JSON that two readers would understand alike
//!    (duplicate names, depth, number range: 400), then the type of the endpoint with unknown
//!    members refused by name (400).
//! 2. [`Path`] and [`Query`]: percent-decoding, types, unknown names (400).
//! 3. [`Page`]: cursor pagination with a bounded limit.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{StatusCode, header, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    error::{Kind, Problem},
    words::clipped,
};

/// How deep a JSON body may nest.
pub(crate) const MAX_DEPTH: usize = 64;

/// The longest list returned in one page.
pub(crate) const MAX_PAGE: usize = 1000;

/// The length of a page unless the caller asks otherwise.
pub(crate) const DEFAULT_PAGE: usize = 50;

/// Most bytes of an error of the reader that are told: it repeats names that it does not know, of any length.
const MAX_WORDS: usize = 512;

/// The longest cursor, in characters.
const MAX_CURSOR: usize = 4096;

/// A JSON body, read strictly.
#[derive(Clone, Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_json(request.headers().get(header::CONTENT_TYPE))?;
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        read(&bytes).map(Self)
    }
}

/// No body, or an empty JSON object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nothing;

impl<S: Send + Sync> FromRequest<S> for Nothing {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Empty {}
        let content_type = request.headers().get(header::CONTENT_TYPE).cloned();
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        if !bytes.is_empty() {
            require_json(content_type.as_ref())?;
            read::<Empty>(&bytes)?;
        }
        Ok(Self)
    }
}

/// Parses bytes as the body of an endpoint that takes `T`.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let limits = hufu_jcs::Limits { bytes: crate::config::MAX_BODY_LIMIT, depth: MAX_DEPTH };
    let value: Value = hufu_jcs::parse(bytes, limits)
        .map_err(|error| Problem::new(Kind::MalformedJson, error.to_string()))?;
    if !value.is_object() {
        return Err(Problem::invalid("the body must be a JSON object"));
    }
    T::deserialize(value).map_err(|error| Problem::invalid(clipped(error.to_string(), MAX_WORDS)))
}

/// `application/json` or any `+json`; parameters such as `charset=utf-8` are allowed.
fn require_json(content_type: Option<&axum::http::HeaderValue>) -> Result<(), Problem> {
    let given = content_type.map(|value| value.to_str().unwrap_or("?"));
    let essence = given.map(|value| value.split(';').next().unwrap_or("").trim().to_ascii_lowercase());
    match essence.as_deref() {
        Some("application/json" | "application/vc" | "application/vp") => Ok(()),
        Some(other) if other.starts_with("application/") && other.ends_with("+json") => Ok(()),
        Some(other) => Err(Problem::new(
            Kind::UnsupportedMediaType,
            format!("the body is declared as {other:?}; this endpoint reads application/json"),
        )),
        None => Err(Problem::new(
            Kind::UnsupportedMediaType,
            "the request has no content-type header; this endpoint reads application/json",
        )),
    }
}

/// Turns a failed read of a body into its problem.
pub(crate) fn unreadable(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(Kind::TooLarge, "the body is larger than this service reads")
    } else {
        Problem::invalid("the body ended before it was complete")
    }
}

/// Path parameters by name; names the type does not have (a mount's own) are passed over.
#[derive(Clone, Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|rejection| Problem::parameter(rejection.body_text()))
    }
}

/// Query parameters; types carry `#[serde(deny_unknown_fields)]`, so that unknown ones are named.
#[derive(Clone, Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| Problem::parameter(rejection.body_text()))
    }
}

/// Which page of a list is wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// Where the page before ended: its `next`.
    cursor: Option<String>,
    /// How many items at most, 1 to 1000; 50 by default.
    limit: Option<usize>,
}

impl Page {
    /// The number of items wanted.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`] outside 1 to [`MAX_PAGE`].
    pub(crate) fn limit(&self) -> Result<usize, Problem> {
        match self.limit {
            None => Ok(DEFAULT_PAGE),
            Some(limit) if (1..=MAX_PAGE).contains(&limit) => Ok(limit),
            Some(limit) => Err(Problem::parameter(format!("limit is {limit}; it must be 1 to {MAX_PAGE}"))),
        }
    }

    /// The position after which the page starts, as [`cursor`] made it.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`] for a cursor that this service did not make.
    pub(crate) fn after(&self) -> Result<Option<Vec<u8>>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        Some(cursor)
            .filter(|cursor| cursor.len() <= MAX_CURSOR)
            .and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok())
            .map(Some)
            .ok_or_else(|| Problem::parameter("cursor is not one that this service gave out"))
    }
}

/// An opaque cursor for a position in a list.
pub(crate) fn cursor(position: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(position)
}

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Listing<T> {
    /// The items of this page.
    pub(crate) items: Vec<T>,
    /// The cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code)]
        name: String,
    }

    #[test]
    fn bodies_that_could_be_read_in_two_ways_are_refused() {
        let deep = format!("{{\"name\":{}1{}}}", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1));
        let cases: [(&str, Kind); 7] = [
            ("{\"name\":", Kind::MalformedJson),
            ("{\"name\":\"a\",\"name\":\"b\"}", Kind::MalformedJson),
            ("{\"name\":1e999}", Kind::MalformedJson),
            (&deep, Kind::MalformedJson),
            ("[]", Kind::InvalidInput),
            ("{\"name\":7}", Kind::InvalidInput),
            ("{\"name\":\"a\",\"nmae\":\"b\"}", Kind::InvalidInput),
        ];
        for (body, kind) in cases {
            assert_eq!(read::<Sample>(body.as_bytes()).expect_err(body).kind(), kind, "{body}");
        }
        let unknown = read::<Sample>(b"{\"name\":\"a\",\"nmae\":\"b\"}").expect_err("unknown").to_string();
        assert!(unknown.contains("nmae"), "{unknown}");
        let long = format!("{{\"{}\":1}}", "x".repeat(900_000));
        let clipped = read::<Sample>(long.as_bytes()).expect_err("unknown").to_string();
        assert!(clipped.contains("unknown field") && clipped.len() < 1_000, "{} bytes", clipped.len());
    }

    #[test]
    fn only_json_media_types_are_read() {
        for good in
            ["application/json", "application/json; charset=utf-8", "application/ld+json", "application/vc"]
        {
            assert!(require_json(Some(&HeaderValue::from_static(good))).is_ok(), "{good}");
        }
        for bad in ["text/plain", "multipart/form-data", "text/json+json", ""] {
            let problem = require_json(Some(&HeaderValue::from_static(bad))).expect_err(bad);
            assert_eq!(problem.kind(), Kind::UnsupportedMediaType, "{bad}");
        }
        assert!(require_json(None).is_err());
    }

    #[test]
    fn pages_are_bounded_and_cursors_ours() {
        let page = |cursor: Option<&str>, limit| Page { cursor: cursor.map(str::to_owned), limit };
        assert_eq!(page(None, None).limit().expect("default"), DEFAULT_PAGE);
        assert!(page(None, Some(0)).limit().is_err());
        assert!(page(None, Some(MAX_PAGE + 1)).limit().is_err());
        assert!(page(Some("not base64!"), None).after().is_err());
        let position = page(Some(&cursor(b"here")), None).after().expect("ours");
        assert_eq!(position.as_deref(), Some(&b"here"[..]));
    }
}
