//! `did:web`: the document lies on a web server (W3C CCG, did:web method, §3.2 "Read").
//!
//! 1. `:` in the identifier becomes `/`.
//! 2. A port in the host was percent-encoded: `%3A` becomes `:`.
//! 3. `https://` goes in front; without a path, `/.well-known` goes behind.
//! 4. `/did.json` goes behind.
//! 5. The document is fetched — by the [`Fetch`] of an upper floor — and its `id` must be the DID.

use crate::{
    Did, Document, Error, ErrorKind, Resolution, ResolutionError, ResolutionOptions, Resolver,
    document::MAX_DOCUMENT_BYTES,
};

/// Gets a document from the web. Implemented by a floor that may use the network.
pub trait Fetch {
    /// The body of a `200` answer to `GET url`, `Ok(None)` for `404` or `410`.
    ///
    /// # Errors
    /// Words for people, if there was no answer, another status, or more than `max_bytes` of body.
    ///
    /// # Security
    /// `url` was chosen by whoever wrote the DID. An implementation uses TLS, follows no redirect to another
    /// origin, and connects to no address that the operator has not opened (loopback, private ranges).
    fn fetch(&self, url: &str, max_bytes: usize) -> Result<Option<Vec<u8>>, String>;
}

/// The resolver of `did:web`, over somebody's [`Fetch`].
#[derive(Clone, Copy, Debug)]
pub struct WebMethod<F>(
    /// How documents are fetched.
    pub F,
);

impl<F: Fetch> Resolver for WebMethod<F> {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        let content_type = options.content_type()?;
        options.refuse_versions(METHOD)?;
        let url = url(did)?;
        let bytes = self
            .0
            .fetch(&url, MAX_DOCUMENT_BYTES)
            .map_err(|words| {
                ResolutionError::new(ErrorKind::InternalError, format!("{url} was not fetched: {words}"))
            })?
            .ok_or_else(|| ResolutionError::new(ErrorKind::NotFound, format!("there is nothing at {url}")))?;
        let malformed = |detail: String| ResolutionError::new(ErrorKind::InvalidDidDocument, detail);
        let document = Document::from_json(&bytes).map_err(|error| malformed(error.to_string()))?;
        if document.id() != did {
            return Err(malformed(format!("the document at {url} is about {}", document.id())));
        }
        Ok(Resolution::of(document, content_type))
    }
}

/// Where the document of a `did:web` lies.
///
/// # Errors
/// [`Error::Did`] if the identifier is not a host name with an optional port and path: IP addresses, user
/// information, empty and dot segments, and escapes that hide a delimiter are refused.
pub fn url(did: &Did) -> Result<String, Error> {
    let refuse = |reason| Err(Error::Did { reason });
    if did.method() != METHOD {
        return refuse("it is not a did:web");
    }
    let mut parts = did.method_specific_id().split(':');
    let authority = parts.next().unwrap_or_default();
    let (host, port) = match authority.split_once('%') {
        None => (authority, None),
        Some((host, escaped)) => match escaped.strip_prefix("3A").or_else(|| escaped.strip_prefix("3a")) {
            Some(port) => (host, Some(port)),
            None => return refuse("the host of a did:web may only escape the colon before its port"),
        },
    };
    if !is_host_name(host) {
        return refuse("the host of a did:web is not a domain name");
    }
    if let Some(port) = port
        && !(port.len() <= 5 && !port.starts_with('0') && port.parse::<u16>().is_ok())
    {
        return refuse("the port of a did:web is not a number from 1 to 65535");
    }
    let mut url = format!("https://{host}");
    if let Some(port) = port {
        url.push(':');
        url.push_str(port);
    }
    let mut has_path = false;
    for segment in parts {
        let Some(plain) = crate::did::percent_decoded(segment) else {
            return refuse("a path segment of a did:web is not UTF-8");
        };
        if plain.is_empty() || plain == "." || plain == ".." {
            return refuse("a path segment of a did:web is empty or a dot segment");
        }
        if plain.contains(['/', '\\', '?', '#', '%']) || plain.chars().any(char::is_control) {
            return refuse("a path segment of a did:web hides a delimiter");
        }
        has_path = true;
        url.push('/');
        url.push_str(segment);
    }
    url.push_str(if has_path { "/did.json" } else { "/.well-known/did.json" });
    Ok(url)
}

/// Letters-digits-hyphen labels (RFC 1123 §2.1), the last of which is not a number, so that no reader takes
/// the whole for an IPv4 address.
fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric = |label: &str| {
        label.bytes().all(|b| b.is_ascii_digit()) || label.starts_with("0x") || label.starts_with("0X")
    };
    host.len() <= 253 && host.split('.').all(label) && !host.rsplit('.').next().is_none_or(numeric)
}

const METHOD: &str = "web";

#[cfg(test)]
mod tests;
