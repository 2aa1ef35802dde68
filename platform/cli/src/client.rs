//! A small HTTP client for the platform: JSON in, JSON out, problems as errors with exit codes.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use reqwest::{Method, StatusCode, header::AUTHORIZATION};
use serde_json::Value;

use crate::exit::{Code, Failure};

/// How long one request may take; issuing a batch is many requests, not one long one.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// A platform's base URL, and in whose name it is asked.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    caller: Caller,
}

/// Gives the authorization of a GET for its URL.
pub(crate) type Sign = Arc<dyn Fn(&str) -> anyhow::Result<String> + Send + Sync>;

/// In whose name requests are made.
#[derive(Clone)]
enum Caller {
    Nobody,
    /// Whoever the API key belongs to.
    Key(String),
    /// Some member of a group: what is read is signed, what is sent signs for itself.
    Unnamed(Sign),
}

/// What a service answered, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
    /// Where a redirect leads; none is followed.
    pub(crate) location: Option<String>,
}

impl Client {
    /// A client for `base`, such as `http://127.0.0.1:8080`.
    pub(crate) fn new(base: &str, key: Option<String>) -> anyhow::Result<Self> {
        Self::of(base, key.map_or(Caller::Nobody, Caller::Key))
    }

    /// A client without an API key whose every GET is signed. `base` must be the URL that the service knows itself by.
    pub(crate) fn unnamed(base: &str, sign: Sign) -> anyhow::Result<Self> {
        Self::of(base, Caller::Unnamed(sign))
    }

    fn of(base: &str, caller: Caller) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("the HTTP client cannot be set up")?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), caller })
    }

    /// The base URL, without a trailing slash.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// A request in the caller's name.
    fn request(&self, method: Method, path: &str) -> anyhow::Result<reqwest::RequestBuilder> {
        let url = format!("{}{path}", self.base);
        let request = self.http.request(method.clone(), &url);
        Ok(match &self.caller {
            Caller::Key(key) => request.bearer_auth(key),
            Caller::Unnamed(sign) if method == Method::GET => request.header(AUTHORIZATION, sign(&url)?),
            Caller::Unnamed(_) | Caller::Nobody => request,
        })
    }

    /// Sends a request and returns the answer, whatever its status.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let mut request = self.request(method, path)?;
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| unreachable(&self.base, error))?;
        let status = response.status();
        let location = response.headers().get(reqwest::header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let bytes = response.bytes().await.map_err(|error| unreachable(&self.base, error))?;
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()))
        };
        Ok(Answer { status, body, location })
    }

    /// `GET`, an error unless the status is a success.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(Method::GET, path, None).await?.success(path)
    }

    /// `POST`, an error unless the status is a success.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(Method::POST, path, Some(body)).await?.success(path)
    }

    /// The bytes of a `GET`, for exports.
    pub(crate) async fn download(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let request = self.request(Method::GET, path)?;
        let response = request.send().await.map_err(|error| unreachable(&self.base, error))?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| unreachable(&self.base, error))?;
        if status.is_success() {
            return Ok(bytes.to_vec());
        }
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status, body, location: None }.success(path).map(|_| Vec::new())
    }
}

impl Answer {
    /// The body of a successful answer, or the problem as an error.
    pub(crate) fn success(self, path: &str) -> anyhow::Result<Value> {
        if self.status.is_success() {
            return Ok(self.body);
        }
        let code = match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Code::Denied,
            StatusCode::NOT_FOUND | StatusCode::GONE => Code::No,
            status if status.is_server_error() => Code::Unavailable,
            _ => Code::Input,
        };
        Err(Failure::with(code, format!("{path} answered {}: {}", self.status, problem_words(&self.body))))
    }
}

/// The words of a problem+json body.
fn problem_words(body: &Value) -> String {
    let title = body.get("title").and_then(Value::as_str);
    let detail = body.get("detail").and_then(Value::as_str);
    match (title, detail) {
        (Some(title), Some(detail)) => format!("{title}: {detail}"),
        (Some(words), None) | (None, Some(words)) => words.to_owned(),
        (None, None) => body.to_string(),
    }
}

fn unreachable(base: &str, error: reqwest::Error) -> anyhow::Error {
    let words = if error.is_connect() {
        format!("no service answers at {base}; is `hufu dev` running?")
    } else if error.is_timeout() {
        format!("{base} did not answer within {} s", REQUEST_TIMEOUT.as_secs())
    } else {
        format!("{base}: {error}")
    };
    Failure::with(Code::Unavailable, words)
}
