//! What can be seen of a running service: request ids, structured logs, metrics.
//!
//! 1. A request gets an id: the caller's `x-request-id` where that is a plain short token, one of
//!    ours otherwise. It is returned in the header, in problems, in audit entries and in every log line.
//! 2. One span and one log line per request; the path template is logged, not the path, so that no
//!    credential id or DID lands in a log by default.
//! 3. Counters and latency histograms per method, path template and status, in the Prometheus text
//!    format.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use rand::Rng as _;
use tracing::Instrument as _;

use crate::error::Problem;

/// The header that carries a request id in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id taken over from a caller, in bytes.
const MAX_REQUEST_ID: usize = 64;

/// Upper bounds of the latency histogram, in seconds: dense around the 5 ms that are promised.
const LATENCY_BUCKETS: [f64; 14] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

tokio::task_local! {
    static REQUEST: String;
}

/// The id of the request being served, or `-` outside of one.
#[must_use]
pub fn request_id() -> String {
    REQUEST.try_with(Clone::clone).unwrap_or_else(|_| "-".to_owned())
}

/// The outermost middleware: request id, span, log line and metrics.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    // Step 1
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|value| is_plain(value))
        .map_or_else(new_request_id, str::to_owned);
    // Step 2
    let method = known_method(request.method());
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", %id, %method, path);
    let started = Instant::now();
    let mut response = REQUEST.scope(id.clone(), next.run(request).instrument(span.clone())).await;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| {
        tracing::info!(status, micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), "served");
    });
    // Step 3
    let labels = [("method", method.to_owned()), ("path", path), ("status", status.to_string())];
    metrics::counter!("hufu_http_requests_total", &labels).increment(1);
    metrics::histogram!("hufu_http_request_seconds", &labels).record(elapsed.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Does `work` to its end, also when whoever waits for the answer goes away.
pub(crate) async fn to_the_end(work: impl Future<Output = Response> + Send + 'static) -> Response {
    let work = REQUEST.scope(request_id(), work.instrument(tracing::Span::current()));
    match tokio::spawn(work).await {
        Ok(response) => response,
        // a panic is answered where panics are
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Problem::internal(error).into_response(),
        },
    }
}

/// A method's name, or `other`: whoever makes up methods does not make up metrics.
fn known_method(method: &Method) -> &'static str {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::POST,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
        Method::PUT,
        Method::PATCH,
    ];
    const NAMES: [&str; 7] = ["GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH"];
    KNOWN.iter().position(|known| known == method).and_then(|at| NAMES.get(at)).copied().unwrap_or("other")
}

fn is_plain(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= MAX_REQUEST_ID
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn new_request_id() -> String {
    let mut bytes = [0_u8; 12];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For people.
    #[default]
    Text,
}

/// Starts logging to stderr, once for the process; a second call changes nothing.
///
/// `filter` is in the syntax of `tracing_subscriber::EnvFilter`, for example `info,hufu_node=debug`.
pub fn start_logging(format: LogFormat, filter: &str) {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A host program may have installed its own subscriber: then that one stays.
    let _ = match format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.with_target(false).compact().try_init(),
    };
}

/// The process-wide metrics recorder; installed at the first call.
#[must_use]
pub fn metrics_handle() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCY_BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        builder.install_recorder().unwrap_or_else(|_| PrometheusBuilder::new().build_recorder().handle())
    })
}

/// How often histograms are drained between scrapes, so that memory stays bounded without any.
pub(crate) const METRICS_UPKEEP: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_short_ids_are_taken_over() {
        assert!(is_plain("order-17.retry_2"));
        assert!(!is_plain(""));
        assert!(!is_plain("a\nb"));
        assert!(!is_plain(&"a".repeat(MAX_REQUEST_ID + 1)));
    }

    #[test]
    fn methods_that_nobody_knows_share_one_name() {
        assert_eq!(known_method(&Method::GET), "GET");
        assert_eq!(known_method(&Method::PATCH), "PATCH");
        assert_eq!(known_method(&"BREW".parse().expect("a method")), "other");
    }

    #[test]
    fn our_ids_are_plain_and_differ() {
        let (a, b) = (new_request_id(), new_request_id());
        assert!(is_plain(&a));
        assert_ne!(a, b);
    }
}
