//! DID Resolution over HTTP (W3C DID Resolution §10.1 "HTTP(S) Binding").
//!
//! `GET /1.0/identifiers/{did or DID URL}`
//!
//! 1. The identifier is everything behind the path. One that starts with `did:` was sent as it is, so
//!    that its own percent-encoding means what the DID means by it; any other was encoded whole.
//! 2. Query parameters that belong to a DID URL (`service`, `serviceType`, `relativeRef`, `hl`) rejoin
//!    it; all others are resolution options.
//! 3. `Accept` decides the shape: `application/did-resolution` (the default) or
//!    `application/did-url-dereferencing` bring the whole result, any other the content alone.
//! 4. A plain DID is resolved; a DID URL is dereferenced.
//! 5. Status: 200; 303 with the service's URL; 400, 404, 406, 500, 501 by the kind of the error; 410
//!    with a body for a deactivated DID.

use axum::{
    Router,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use hufu_did::{
    Content, DEREFERENCING_MEDIA_TYPE, Dereferenced, DereferencingOptions, Did, DidUrl, ErrorKind,
    RESOLUTION_MEDIA_TYPE, Resolution, ResolutionError, Resolver as _, dereference,
};
use hufu_policy::ApiAction;
use serde_json::Value;

use crate::{
    app::App,
    authorise::{Endpoint, authorise},
    caller::Caller,
    error::Problem,
};

/// Where identifiers begin in the path.
pub(crate) const PREFIX: &str = "/1.0/identifiers/";

/// The longest identifier with its query, in bytes.
const MAX_IDENTIFIER: usize = 4096;

/// Query parameters that are part of a DID URL, not options of its resolution.
const URL_PARAMETERS: [&str; 4] = ["service", "serviceType", "relativeRef", "hl"];

/// The paths of this resource.
pub(crate) fn routes() -> Router<App> {
    // a DID URL may have slashes, sent as they are
    Router::new().route("/1.0/identifiers/", get(resolve)).route("/1.0/identifiers/{*did}", get(resolve))
}

/// What the answer is to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A DID resolution result.
    Resolution,
    /// A DID URL dereferencing result.
    Dereferencing,
    /// The document or content alone.
    Content,
}

/// `GET /1.0/identifiers/{did}`: resolves a DID or dereferences a DID URL.
#[utoipa::path(
    get,
    path = "/1.0/identifiers/{did}",
    tag = "DID Resolution",
    params(
        ("did" = String, Path, description = "A DID or a DID URL; percent-encode it when it has a fragment or a query"),
        ("versionId" = Option<String>, Query, description = "A version by its id: 1, 2, …"),
        ("versionTime" = Option<String>, Query, description = "The version that was current then: 2026-01-31T12:00:00Z"),
        ("service" = Option<String>, Query, description = "A service by its id: answered with 303"),
        ("Accept" = Option<String>, Header, description = "application/did-resolution (default), application/did-url-dereferencing, application/did, application/did+ld+json, application/json"),
    ),
    responses(
        (status = 200, description = "The resolution result, or the document alone", content_type = "application/did-resolution"),
        (status = 303, description = "The URL of the selected service is in Location"),
        (status = 400, description = "The DID, the DID URL or an option is malformed"),
        (status = 404, description = "There is no such DID, version or part of the document"),
        (status = 406, description = "No representation fits Accept"),
        (status = 410, description = "The DID is deactivated; the body says since when", content_type = "application/did-resolution"),
        (status = 501, description = "The method or the feature is not supported"),
    ),
    security((), ("api_key" = [])),
)]
pub(crate) async fn resolve(
    State(app): State<App>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accept = headers.get(header::ACCEPT).map(|value| value.to_str().unwrap_or("?/?"));
    let shape = shape(accept);
    let raw = uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let identifier = identifier(raw);
    let _permit =
        authorise(&app, &caller, ApiAction::DidResolve, &Endpoint::of(identifier.as_deref().unwrap_or("?")))?;
    Ok(answer(&app, identifier, uri.query().unwrap_or_default(), accept, shape))
}

fn answer(
    app: &App,
    identifier: Option<String>,
    query: &str,
    accept: Option<&str>,
    shape: Shape,
) -> Response {
    let asked = identifier
        .filter(|identifier| identifier.len() + query.len() <= MAX_IDENTIFIER)
        .ok_or_else(|| ResolutionError::new(ErrorKind::InvalidDid, "the identifier is not text, or too long"))
        .and_then(|identifier| read(&identifier, query, accept, shape));
    let (url, options) = match asked {
        Ok(asked) => asked,
        Err(error) => return failed(&error, shape),
    };
    // Step 4
    let plain = url.path().is_empty() && url.query().is_none() && url.fragment().is_none();
    if plain && shape != Shape::Dereferencing && options.verification_relationship.is_none() {
        return match app.resolver().resolve(url.did(), &options.resolution) {
            Ok(resolution) => resolved(&resolution, shape),
            Err(error) => failed(&error, shape),
        };
    }
    match dereference(app.resolver(), &url, &options) {
        Ok(found) => {
            dereferenced(&found, if shape == Shape::Resolution { Shape::Dereferencing } else { shape })
        }
        Err(error) => failed(&error, shape),
    }
}

/// Steps 1 to 3: the DID URL and its options.
fn read(
    identifier: &str,
    query: &str,
    accept: Option<&str>,
    shape: Shape,
) -> Result<(DidUrl, DereferencingOptions), ResolutionError> {
    let pairs: Vec<(String, String)> = form_pairs(query);
    let (of_url, of_options): (Vec<_>, Vec<_>) =
        pairs.iter().partition(|(name, _)| URL_PARAMETERS.contains(&name.as_str()));
    let url = with_parameters(identifier, &of_url);
    // what is not even a DID URL without more is no DID: the specification has two names for that
    let url = url.parse::<DidUrl>().map_err(|error| {
        match url.split(['/', '?', '#']).next().unwrap_or(&url).parse::<Did>() {
            Ok(_) => ResolutionError::from(error),
            Err(error) => ResolutionError::from(error),
        }
    })?;
    let mut options = DereferencingOptions::from_pairs(
        of_options.iter().map(|(name, value)| (name.as_str(), value.as_str())),
    )?;
    if shape == Shape::Content && options.resolution.accept.is_none() {
        options.resolution.accept = accept.map(str::to_owned);
    }
    Ok((url, options))
}

/// Step 1.
fn identifier(raw: &str) -> Option<String> {
    if raw.starts_with("did:") {
        // a fragment or query inside the path can only have come encoded
        return Some(raw.replace("%23", "#").replace("%3F", "?").replace("%3f", "?"));
    }
    percent_decode(raw)
}

pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = rest else { return None };
        rest = tail;
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(*high)? << 4 | digit(*low)?);
    }
    String::from_utf8(bytes).ok()
}

fn form_pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode(text).unwrap_or_else(|| text.to_owned());
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Step 2: the identifier with parameters put back into its query, before its fragment.
fn with_parameters(identifier: &str, parameters: &[&(String, String)]) -> String {
    if parameters.is_empty() {
        return identifier.to_owned();
    }
    let (base, fragment) = match identifier.split_once('#') {
        Some((base, fragment)) => (base, Some(fragment)),
        None => (identifier, None),
    };
    let mut url = base.to_owned();
    for (name, value) in parameters {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        url.push_str(&encode_value(value));
    }
    if let Some(fragment) = fragment {
        url.push('#');
        url.push_str(fragment);
    }
    url
}

fn encode_value(value: &str) -> String {
    use std::fmt::Write as _;
    value.bytes().fold(String::with_capacity(value.len()), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// Step 3.
fn shape(accept: Option<&str>) -> Shape {
    let Some(accept) = accept else { return Shape::Resolution };
    let names = |wanted: &str| {
        accept.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted))
                && parts.all(|part| part != "q=0")
        })
    };
    // the profile by which older clients ask for the whole result
    if names(RESOLUTION_MEDIA_TYPE) || accept.contains("https://w3id.org/did-resolution") {
        Shape::Resolution
    } else if names(DEREFERENCING_MEDIA_TYPE) {
        Shape::Dereferencing
    } else if names("*/*") && !accept.contains("application/") {
        Shape::Resolution
    } else {
        Shape::Content
    }
}

/// Step 5, for a resolution.
fn resolved(resolution: &Resolution, shape: Shape) -> Response {
    // a deactivated DID has no content: the result says what is known of it
    if let (Shape::Content, Some(document)) = (shape, &resolution.document) {
        let media_type = resolution.resolution_metadata.content_type.as_deref().unwrap_or("application/did");
        return reply(resolution.http_status(), media_type, &document.to_value());
    }
    reply(resolution.http_status(), RESOLUTION_MEDIA_TYPE, &resolution.to_value())
}

/// Step 5, for a dereferencing.
fn dereferenced(found: &Dereferenced, shape: Shape) -> Response {
    if let Content::Urls(urls) = &found.content {
        let location = urls.first().map_or("", String::as_str);
        return (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    }
    match shape {
        Shape::Content if found.content != Content::None => {
            let media_type = found.metadata.content_type.as_deref().unwrap_or("application/did");
            reply(found.http_status(), media_type, &found.content_value())
        }
        _ => reply(found.http_status(), DEREFERENCING_MEDIA_TYPE, &found.to_value()),
    }
}

/// Step 5, for an error: the result that carries it.
fn failed(error: &ResolutionError, shape: Shape) -> Response {
    match shape {
        Shape::Dereferencing => {
            reply(error.kind().http_status(), DEREFERENCING_MEDIA_TYPE, &error.to_dereferencing_value())
        }
        _ => reply(error.kind().http_status(), RESOLUTION_MEDIA_TYPE, &error.to_resolution_value()),
    }
}

fn reply(status: u16, media_type: &str, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, media_type)], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_as_they_were_sent() {
        for (raw, expected) in [
            ("did:key:z6Mk", Some("did:key:z6Mk")),
            ("did%3Akey%3Az6Mk%23k", Some("did:key:z6Mk#k")),
            ("did:key:z6Mk%23k", Some("did:key:z6Mk#k")),
            ("did:web:localhost%3A8080", Some("did:web:localhost%3A8080")),
            ("did%3Aweb%3Alocalhost%253A8080", Some("did:web:localhost%3A8080")),
            ("not-a-did", Some("not-a-did")),
            ("%zz", None),
            ("%f", None),
            ("%ff", None),
        ] {
            assert_eq!(identifier(raw).as_deref(), expected, "{raw}");
        }
    }

    #[test]
    fn service_parameters_rejoin_the_url() {
        let pairs = form_pairs("service=files&relativeRef=%2Fa%3Fb");
        let pairs: Vec<_> = pairs.iter().collect();
        assert_eq!(with_parameters("did:a:b#c", &pairs), "did:a:b?service=files&relativeRef=/a%3Fb#c");
        assert_eq!(with_parameters("did:a:b", &[]), "did:a:b");
    }

    #[test]
    fn accept_decides_the_shape() {
        for (accept, expected) in [
            (None, Shape::Resolution),
            (Some("*/*"), Shape::Resolution),
            (Some("text/html,*/*;q=0.8"), Shape::Resolution),
            (Some("application/did-resolution"), Shape::Resolution),
            (Some("application/ld+json;profile=\"https://w3id.org/did-resolution\""), Shape::Resolution),
            (Some("application/did-url-dereferencing"), Shape::Dereferencing),
            (Some("application/did"), Shape::Content),
            (Some("application/json, */*"), Shape::Content),
            (Some("image/png"), Shape::Content),
        ] {
            assert_eq!(shape(accept), expected, "{accept:?}");
        }
    }
}
