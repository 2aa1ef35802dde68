//! `hufu did resolve`: W3C DID Resolution and DID URL Dereferencing.
//!
//! `did:key` and `did:jwk` hold their own keys and are resolved in this process; for every other method
//! the service is asked over the HTTP binding.

use hufu_did::{DereferencingOptions, DidUrl, MethodRouter, ResolutionError, Resolver as _, dereference};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    args::Service,
    commands::{segment, text},
    exit::{Code, Failure},
    output::Output,
};

pub(super) async fn run(
    did: &str,
    version_id: Option<String>,
    version_time: Option<String>,
    service: &Service,
    output: Output,
) -> anyhow::Result<()> {
    let url: DidUrl = did.parse().map_err(|error| Failure::with(Code::Input, format!("{did:?}: {error}")))?;
    let options: Vec<(&str, &str)> = [("versionId", &version_id), ("versionTime", &version_time)]
        .into_iter()
        .filter_map(|(name, value)| value.as_deref().map(|value| (name, value)))
        .collect();
    let local = MethodRouter::offline();
    let is_local = local.methods().any(|method| method == url.did().method());
    if is_local {
        let result = locally(&local, &url, &options)?;
        return output.document(&result);
    }
    remotely(did, &options, service, output).await
}

fn locally(router: &MethodRouter, url: &DidUrl, options: &[(&str, &str)]) -> anyhow::Result<Value> {
    let options = DereferencingOptions::from_pairs(options.iter().copied()).map_err(refused)?;
    if url.as_str() == url.did().as_str() {
        return Ok(router.resolve(url.did(), &options.resolution).map_err(refused)?.to_value());
    }
    Ok(dereference(router, url, &options).map_err(refused)?.to_value())
}

fn refused(error: ResolutionError) -> anyhow::Error {
    let code = match error.kind().http_status() {
        404 | 410 => Code::No,
        500.. => Code::Unavailable,
        _ => Code::Input,
    };
    Failure::with(code, error.detail())
}

async fn remotely(
    did: &str,
    options: &[(&str, &str)],
    service: &Service,
    output: Output,
) -> anyhow::Result<()> {
    let client = service.client()?;
    // encoded whole, scheme included: a DID may have percent-encoding of its own
    let identifier = segment(did).replacen("did:", "did%3A", 1);
    let query: Vec<String> =
        options.iter().map(|(name, value)| format!("{name}={}", segment(value))).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let answer = client.send(Method::GET, &format!("/1.0/identifiers/{identifier}{query}"), None).await?;
    match answer.status {
        StatusCode::SEE_OTHER => {
            let location = answer.location.unwrap_or_default();
            output.result(&json!({ "url": location }), || location.clone())
        }
        StatusCode::GONE => {
            output.document(&answer.body)?;
            Err(Failure::with(Code::No, format!("{did} is deactivated")))
        }
        status if status.is_success() => output.document(&answer.body),
        status => {
            // an error is a resolution or dereferencing result, too
            let result = &answer.body;
            let error = ["/didResolutionMetadata/error", "/dereferencingMetadata/error"]
                .into_iter()
                .find_map(|pointer| result.pointer(pointer));
            match error {
                Some(error) if !status.is_server_error() => {
                    let words = [text(error, "/title"), text(error, "/detail")];
                    let words: Vec<&str> =
                        words.iter().map(String::as_str).filter(|words| !words.is_empty()).collect();
                    let code = if status == StatusCode::NOT_FOUND { Code::No } else { Code::Input };
                    Err(Failure::with(code, format!("{did}: {}", words.join(": "))))
                }
                _ => answer.success("/1.0/identifiers").map(|_| ()),
            }
        }
    }
}
