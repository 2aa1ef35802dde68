//! Integrity of related resources (VC Data Model 2.0 §5.3).
//!
//! An issuer states digests of things its credential depends on: `digestSRI` (Subresource Integrity) and
//! `digestMultibase` (a multibase multihash, or, as deployed, a bare SHA-256 or SHA-384 digest). The bytes come
//! through the [`ResourceSource`] port: this crate fetches nothing.

use crate::error::Error;
use crate::model::{MAX_ENTRIES, is_url, one_or_many};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hufu_jsonld::Contexts;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use std::borrow::Cow;
use std::collections::HashSet;

/// What is known of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource<'a> {
    /// Its bytes.
    Bytes(Cow<'a, [u8]>),
    /// Digests (SHA-256, SHA-384 or SHA-512, told apart by length) of the versions that the caller trusts.
    Digests(Vec<Vec<u8>>),
}

/// Where a verifier finds related resources; the caller decides about network and cache.
pub trait ResourceSource {
    /// The resource at this URL, or `None` if it is not known here.
    fn resource(&self, url: &str) -> Option<Resource<'_>>;
}

/// Knows no resource.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoResources;

impl ResourceSource for NoResources {
    fn resource(&self, _url: &str) -> Option<Resource<'_>> {
        None
    }
}

/// The contexts that are known offline, as published; and digests that the caller trusts beside.
///
/// A context's URL keeps its name while its specification is edited, so a credential may pin an earlier edition: whoever
/// has compared the two can add its digest.
#[derive(Debug, Clone)]
pub struct ContextResources<'a> {
    contexts: &'a Contexts,
    trusted: Vec<(String, Vec<u8>)>,
}

impl<'a> ContextResources<'a> {
    /// The published contexts of this set.
    #[must_use]
    pub const fn new(contexts: &'a Contexts) -> Self {
        Self { contexts, trusted: Vec::new() }
    }

    /// The same, and this digest (SHA-256, SHA-384 or SHA-512) of another edition of the resource.
    #[must_use]
    pub fn with_digest(mut self, url: impl Into<String>, digest: impl Into<Vec<u8>>) -> Self {
        self.trusted.push((url.into(), digest.into()));
        self
    }
}

impl ResourceSource for ContextResources<'_> {
    fn resource(&self, url: &str) -> Option<Resource<'_>> {
        let published = self.contexts.published_text(url);
        let trusted = self.trusted.iter().filter(|(known, _)| known == url).map(|(_, digest)| digest.clone());
        let mut digests: Vec<Vec<u8>> = trusted.collect();
        match published {
            Some(text) if digests.is_empty() => return Some(Resource::Bytes(Cow::Borrowed(text.as_bytes()))),
            Some(text) => {
                digests.push(Sha256::digest(text).to_vec());
                digests.push(Sha384::digest(text).to_vec());
                digests.push(Sha512::digest(text).to_vec());
            }
            None => {}
        }
        (!digests.is_empty()).then_some(Resource::Digests(digests))
    }
}

/// What became of the related resources of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// URLs whose bytes agreed with every stated digest.
    pub matched: Vec<String>,
    /// URLs that the source does not know.
    pub unknown: Vec<String>,
    /// URLs whose bytes differ from a stated digest.
    pub mismatched: Vec<String>,
}

/// Compares every related resource of a document with what the source knows of it.
#[must_use]
pub fn check(document: &Map<String, Value>, source: &dyn ResourceSource) -> Outcome {
    let mut outcome = Outcome::default();
    for item in document.get("relatedResource").map(one_or_many).unwrap_or_default() {
        let Some(url) = item.get("id").and_then(Value::as_str) else { continue };
        let list = match source.resource(url) {
            None => &mut outcome.unknown,
            Some(resource) if digests(item).all(|digest| resource.has(digest.as_deref())) => {
                &mut outcome.matched
            }
            Some(_) => &mut outcome.mismatched,
        };
        list.push(url.to_owned());
    }
    outcome
}

impl Resource<'_> {
    fn has(&self, stated: Option<&[u8]>) -> bool {
        let Some(stated) = stated else { return false };
        match self {
            Self::Digests(known) => known.iter().any(|digest| digest == stated),
            Self::Bytes(bytes) => match stated.len() {
                32 => Sha256::digest(bytes).as_slice() == stated,
                48 => Sha384::digest(bytes).as_slice() == stated,
                64 => Sha512::digest(bytes).as_slice() == stated,
                _ => false,
            },
        }
    }
}

/// Whether bytes agree with every digest that an entry states; `None` if it states none.
pub(crate) fn agrees(entry: &Value, bytes: &[u8]) -> Option<bool> {
    let resource = Resource::Bytes(Cow::Borrowed(bytes));
    digests(entry).fold(None, |all, digest| Some(all.unwrap_or(true) && resource.has(digest.as_deref())))
}

/// The digests that an entry states; `None` for one that cannot be read.
fn digests(item: &Value) -> impl Iterator<Item = Option<Vec<u8>>> {
    let sri = item.get("digestSRI").map(|v| v.as_str().and_then(decode_sri));
    let multibase = item.get("digestMultibase").map(|v| v.as_str().and_then(decode_multibase));
    sri.into_iter().chain(multibase)
}

/// `sha256-…`, `sha384-…` or `sha512-…`; the base64 may be of either alphabet, padded or not.
fn decode_sri(text: &str) -> Option<Vec<u8>> {
    let (algorithm, encoded) = text.split_once('-')?;
    let length = match algorithm {
        "sha256" => 32,
        "sha384" => 48,
        "sha512" => 64,
        _ => return None,
    };
    let unpadded = encoded.trim_end_matches('=');
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(unpadded)
        .or_else(|_| BASE64_STANDARD.decode(encoded))
        .or_else(|_| base64::prelude::BASE64_STANDARD_NO_PAD.decode(unpadded))
        .ok()?;
    (bytes.len() == length).then_some(bytes)
}

/// Base58btc (`z`) or base64url (`u`) of a multihash or of a bare digest.
fn decode_multibase(text: &str) -> Option<Vec<u8>> {
    /// Longest useful text: a 66-byte multihash is 90 base58 characters.
    const MAX: usize = 128;
    if text.len() > MAX {
        return None;
    }
    let bytes = match text.split_at_checked(1)? {
        ("z", rest) => bs58::decode(rest).into_vec().ok()?,
        ("u", rest) => BASE64_URL_SAFE_NO_PAD.decode(rest).ok()?,
        _ => return None,
    };
    match bytes.as_slice() {
        [0x12, 32, digest @ ..] if digest.len() == 32 => Some(digest.to_vec()),
        [0x20, 48, digest @ ..] if digest.len() == 48 => Some(digest.to_vec()),
        [0x13, 64, digest @ ..] if digest.len() == 64 => Some(digest.to_vec()),
        bare if matches!(bare.len(), 32 | 48 | 64) => Some(bytes),
        _ => None,
    }
}

/// The shape of the property: objects with a unique URL and at least one readable digest.
pub(crate) fn related(document: &Map<String, Value>) -> Result<(), Error> {
    let Some(value) = document.get("relatedResource") else { return Ok(()) };
    let items = one_or_many(value);
    if items.is_empty() || items.len() > MAX_ENTRIES {
        return Err(Error::malformed("relatedResource", "must have at least one value, and not too many"));
    }
    let mut seen = HashSet::new();
    for (index, item) in items.iter().enumerate() {
        let path = format!("relatedResource[{index}]");
        let Some(object) = item.as_object() else { return Err(Error::malformed(path, "must be an object")) };
        let id = object.get("id").and_then(Value::as_str).filter(|id| is_url(id));
        let Some(id) = id else { return Err(Error::malformed(format!("{path}.id"), "must be a URL")) };
        if !seen.insert(id) {
            return Err(Error::malformed(format!("{path}.id"), "occurs twice"));
        }
        if object.get("mediaType").is_some_and(|m| !m.is_string()) {
            return Err(Error::malformed(format!("{path}.mediaType"), "must be a string"));
        }
        let mut stated = digests(item).peekable();
        if stated.peek().is_none() {
            return Err(Error::malformed(path, "must have a digestSRI or a digestMultibase"));
        }
        if stated.any(|digest| digest.is_none()) {
            return Err(Error::malformed(path, "has a digest that is no SHA-256, SHA-384 or SHA-512 digest"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct One;
    impl ResourceSource for One {
        fn resource(&self, url: &str) -> Option<Resource<'_>> {
            (url == "https://a.example/").then_some(Resource::Bytes(Cow::Borrowed(b"bytes")))
        }
    }

    fn document(entry: Value) -> Map<String, Value> {
        json!({ "relatedResource": entry }).as_object().expect("object").clone()
    }

    #[test]
    fn digests_in_every_encoding_agree() {
        let sha256 = Sha256::digest(b"bytes");
        let sha384 = Sha384::digest(b"bytes");
        let mut multihash = vec![0x12, 32];
        multihash.extend_from_slice(&sha256);
        for (name, text) in [
            ("digestSRI", format!("sha256-{}", BASE64_STANDARD.encode(sha256))),
            ("digestSRI", format!("sha384-{}", BASE64_URL_SAFE_NO_PAD.encode(sha384))),
            ("digestMultibase", format!("u{}", BASE64_URL_SAFE_NO_PAD.encode(sha256))),
            ("digestMultibase", format!("z{}", bs58::encode(&multihash).into_string())),
        ] {
            let document = document(json!({ "id": "https://a.example/", name: text }));
            related(&document).expect("well-formed");
            assert_eq!(check(&document, &One).matched.len(), 1, "{text}");
        }
    }

    #[test]
    fn published_contexts_are_known_and_earlier_editions_on_request() {
        const V2: &str = "https://www.w3.org/ns/credentials/v2";
        /// SHA-256 of the edition that W3C published in July 2024, and of the one of February 2025.
        const EARLIER: &str = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k";
        const CURRENT: &str = "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ";
        let contexts = Contexts::bundled();
        let entry = |digest: &str| document(json!({ "id": V2, "digestMultibase": digest }));
        let strict = ContextResources::new(&contexts);
        assert_eq!(check(&entry(EARLIER), &strict).mismatched, [V2]);
        assert_eq!(check(&entry(CURRENT), &strict).matched, [V2]);
        let tolerant = strict.with_digest(V2, decode_multibase(EARLIER).expect("a digest"));
        assert_eq!(check(&entry(EARLIER), &tolerant).matched, [V2]);
        assert_eq!(check(&entry(CURRENT), &tolerant).matched, [V2]);
        let wrong = entry("uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0");
        assert_eq!(check(&wrong, &tolerant).mismatched, [V2]);
    }

    #[test]
    fn another_digest_is_a_mismatch_and_another_url_unknown() {
        let other = format!("u{}", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(b"other")));
        let both = document(json!([
            { "id": "https://a.example/", "digestMultibase": other },
            { "id": "https://b.example/", "digestMultibase": other },
        ]));
        let outcome = check(&both, &One);
        assert_eq!((outcome.mismatched.len(), outcome.unknown.len(), outcome.matched.len()), (1, 1, 0));
    }

    #[test]
    fn malformed_entries_are_named() {
        let digest = format!("u{}", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(b"")));
        for bad in [
            json!(["https://a.example/"]),
            json!([]),
            json!({ "digestMultibase": digest }),
            json!({ "id": "https://a.example/" }),
            json!({ "id": "nowhere", "digestMultibase": digest }),
            json!({ "id": "https://a.example/", "digestSRI": "md5-AAAA" }),
            json!({ "id": "https://a.example/", "digestMultibase": 5 }),
            json!({ "id": "https://a.example/", "digestMultibase": digest, "mediaType": 1 }),
            json!([{ "id": "https://a.example/", "digestMultibase": digest }, { "id": "https://a.example/", "digestMultibase": digest }]),
        ] {
            assert!(related(&document(bad.clone())).is_err(), "{bad}");
        }
    }
}
