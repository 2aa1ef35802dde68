//! DID URLs: DID Core 1.0 and 1.1, §3.2 "DID URL Syntax", and the DID parameters of
//! W3C DID Resolution §3.
//!
//! ```text
//! did-url = did path-abempty [ "?" query ] [ "#" fragment ]      (path, query, fragment: RFC 3986)
//! ```

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    Did, Error,
    did::{only, percent_decoded},
};

/// The longest DID URL that is read, in bytes.
pub const MAX_DID_URL_LENGTH: usize = 4_096;

/// The most query parameters that are looked at.
pub const MAX_PARAMETERS: usize = 32;

/// A syntactically valid, absolute DID URL. A bare DID is one, too.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DidUrl {
    did: Did,
    /// The whole URL as it was written.
    text: String,
    /// Where the query (`?…`) starts; the path lies between the DID and this.
    query_at: usize,
    /// Where the fragment (`#…`) starts.
    fragment_at: usize,
}

impl DidUrl {
    /// The DID in front.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// The path with its leading `/`, or the empty string.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.get(self.did.as_str().len()..self.query_at).unwrap_or_default()
    }

    /// The query without its `?`, still percent-encoded.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.text.get(self.query_at..self.fragment_at)?.strip_prefix('?')
    }

    /// The fragment without its `#`, still percent-encoded.
    #[must_use]
    pub fn fragment(&self) -> Option<&str> {
        self.text.get(self.fragment_at..)?.strip_prefix('#')
    }

    /// True for `did#fragment` and nothing else: the only form that names a verification method.
    #[must_use]
    pub fn is_fragment_of_did(&self) -> bool {
        self.fragment_at == self.did.as_str().len() && self.fragment().is_some_and(|f| !f.is_empty())
    }

    /// The same URL without its fragment.
    #[must_use]
    pub fn without_fragment(&self) -> Self {
        let mut url = self.clone();
        url.text.truncate(self.fragment_at);
        url
    }

    /// `did#fragment`.
    ///
    /// # Errors
    /// [`Error::DidUrl`] if `fragment` has characters that a fragment cannot have, or is too long.
    pub fn with_fragment(did: &Did, fragment: &str) -> Result<Self, Error> {
        format!("{did}#{fragment}").parse()
    }

    /// Reads an absolute DID URL, or one relative to `base` (DID Core §3.2.2), such as `#key-1`.
    ///
    /// # Errors
    /// [`Error::DidUrl`] if it is neither.
    pub fn parse_relative(base: &Did, text: &str) -> Result<Self, Error> {
        if text.starts_with(['#', '?', '/']) { format!("{base}{text}").parse() } else { text.parse() }
    }

    /// The query as DID parameters, percent-decoded.
    ///
    /// # Errors
    /// [`Error::DidUrl`] if a name occurs twice, there are more than [`MAX_PARAMETERS`], or one is not UTF-8.
    pub fn parameters(&self) -> Result<Parameters, Error> {
        let mut found = Parameters::default();
        for (count, pair) in self.query().unwrap_or_default().split('&').enumerate() {
            if pair.is_empty() {
                continue;
            }
            if count >= MAX_PARAMETERS {
                return Err(Error::DidUrl { reason: "it has more than 32 query parameters" });
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (percent_decoded(name), percent_decoded(value)) else {
                return Err(Error::DidUrl { reason: "a query parameter is not percent-encoded UTF-8" });
            };
            found.insert(name, value)?;
        }
        Ok(found)
    }

    /// The whole URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The DID parameters of a DID URL. Each is scalar: a repeated name has no defined meaning and is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// `service`: a service by its id.
    pub service: Option<String>,
    /// `serviceType`: services by their type.
    pub service_type: Option<String>,
    /// `relativeRef`: what to resolve against the service endpoint.
    pub relative_ref: Option<String>,
    /// `versionId`: a version of the document by its id.
    pub version_id: Option<String>,
    /// `versionTime`: the version that was current at this time.
    pub version_time: Option<String>,
    /// `hl`: a resource hash (DID Core 1.0). It is read and not checked by this crate.
    pub hl: Option<String>,
    /// All other parameters, in order.
    pub other: Vec<(String, String)>,
}

impl Parameters {
    fn insert(&mut self, name: String, value: String) -> Result<(), Error> {
        let slot = match name.as_str() {
            "service" => &mut self.service,
            "serviceType" => &mut self.service_type,
            "relativeRef" => &mut self.relative_ref,
            "versionId" => &mut self.version_id,
            "versionTime" => &mut self.version_time,
            "hl" => &mut self.hl,
            _ => {
                if self.other.iter().any(|(n, _)| *n == name) {
                    return Err(Error::DidUrl { reason: TWICE });
                }
                self.other.push((name, value));
                return Ok(());
            }
        };
        if slot.replace(value).is_some() {
            return Err(Error::DidUrl { reason: TWICE });
        }
        Ok(())
    }
}

impl FromStr for DidUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |reason| Err(Error::DidUrl { reason });
        if text.len() > MAX_DID_URL_LENGTH {
            return refuse("it is longer than 4,096 bytes");
        }
        let end = text.find(['/', '?', '#']).unwrap_or(text.len());
        let fragment_at = text.find('#').unwrap_or(text.len());
        let (before, fragment) = text.split_at(fragment_at);
        let query_at = before.find('?').unwrap_or(before.len());
        let (before, query) = before.split_at(query_at);
        let (did, path) = before.split_at(end);
        let did = did.parse()?;
        if !only(path, |b| is_pchar(b) || b == b'/') {
            return refuse("the path has a character that must be percent-encoded");
        }
        let tail =
            |part: &str| only(part.get(1..).unwrap_or_default(), |b| is_pchar(b) || matches!(b, b'/' | b'?'));
        if !tail(query) {
            return refuse("the query has a character that must be percent-encoded");
        }
        if !tail(fragment) {
            return refuse("the fragment has a character that must be percent-encoded");
        }
        Ok(Self { did, query_at, fragment_at, text: text.to_owned() })
    }
}

impl From<Did> for DidUrl {
    fn from(did: Did) -> Self {
        let text = did.as_str().to_owned();
        Self { did, query_at: text.len(), fragment_at: text.len(), text }
    }
}

impl fmt::Display for DidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for DidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for DidUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for DidUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// `pchar` of RFC 3986 without its percent-encoded branch.
pub(crate) const fn is_pchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'@')
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

const TWICE: &str = "a query parameter occurs twice";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_apart_what_the_syntax_allows() {
        // text, path, query, fragment
        let table = [
            ("did:a:1", "", None, None),
            ("did:a:1/", "/", None, None),
            ("did:a:1/p/q", "/p/q", None, None),
            ("did:a:1//p", "//p", None, None),
            ("did:a:1?", "", Some(""), None),
            ("did:a:1?x=y", "", Some("x=y"), None),
            ("did:a:1#", "", None, Some("")),
            ("did:a:1#k", "", None, Some("k")),
            ("did:a:1/p?q#f", "/p", Some("q"), Some("f")),
            ("did:a:1#f?g/h", "", None, Some("f?g/h")),
            ("did:a:1?a/b?c", "", Some("a/b?c"), None),
            ("did:a:1?versionTime=2021-05-10T17:00:00Z", "", Some("versionTime=2021-05-10T17:00:00Z"), None),
            ("did:a:1?r=%2Fx%20y", "", Some("r=%2Fx%20y"), None),
            ("did:a:1/p;v=1@~!$&'()*+,", "/p;v=1@~!$&'()*+,", None, None),
        ];
        for (text, path, query, fragment) in table {
            let url: DidUrl = text.parse().unwrap();
            assert_eq!((url.path(), url.query(), url.fragment()), (path, query, fragment), "{text}");
            assert_eq!(url.to_string(), text);
            assert_eq!(url.did().as_str(), "did:a:1");
            assert_eq!(serde_json::from_value::<DidUrl>(serde_json::to_value(&url).unwrap()).unwrap(), url);
        }
    }

    #[test]
    fn refuses_everything_else() {
        let long = format!("did:a:1#{}", "a".repeat(MAX_DID_URL_LENGTH));
        for text in [
            "",
            "#k",
            "did:a",
            "did:a:#k",
            "did:a:1#k#l",
            "did:a:1 #k",
            "did:a:1#k l",
            "did:a:1#k\n",
            "did:a:1#%",
            "did:a:1#%1",
            "did:a:1?%zz",
            "did:a:1/ä",
            "did:a:1/[",
            "did:a:1?\"",
            "did:a:1/a\\b",
            "did:a:1#<",
            "did:a:1?a^b",
            "https://example.com/",
            &long,
        ] {
            assert!(text.parse::<DidUrl>().is_err(), "accepted {text:?}");
        }
    }

    #[test]
    fn reads_did_parameters() {
        let url: DidUrl =
            "did:a:1?service=files&relativeRef=%2Fa%3Fb%3Dc&versionId=4&hl=zQm&x=1+2&y&versionTime=2021-05-10T17:00:00Z#f"
                .parse()
                .unwrap();
        let found = url.parameters().unwrap();
        assert_eq!(found.service.as_deref(), Some("files"));
        assert_eq!(found.relative_ref.as_deref(), Some("/a?b=c"));
        assert_eq!(found.version_id.as_deref(), Some("4"));
        assert_eq!(found.version_time.as_deref(), Some("2021-05-10T17:00:00Z"));
        assert_eq!(found.hl.as_deref(), Some("zQm"));
        assert_eq!(found.other, [("x".into(), "1+2".into()), ("y".into(), String::new())]);
    }

    #[test]
    fn refuses_ambiguous_parameters() {
        let many = format!("did:a:1?{}", (0..40).map(|i| format!("p{i}=1")).collect::<Vec<_>>().join("&"));
        for text in [
            "did:a:1?service=a&service=b",
            "did:a:1?x=1&x=1",
            "did:a:1?s%65rvice=a&service=b",
            "did:a:1?x=%ff",
            &many,
        ] {
            assert!(text.parse::<DidUrl>().unwrap().parameters().is_err(), "accepted {text:?}");
        }
    }

    #[test]
    fn resolves_relative_forms_against_a_base() {
        let base: Did = "did:a:1".parse().unwrap();
        assert_eq!(DidUrl::parse_relative(&base, "#k").unwrap().to_string(), "did:a:1#k");
        assert_eq!(DidUrl::parse_relative(&base, "did:b:2#k").unwrap().to_string(), "did:b:2#k");
        assert!(DidUrl::parse_relative(&base, "k").is_err());
        assert!(DidUrl::parse_relative(&base, "").is_err());
    }

    #[test]
    fn only_a_bare_fragment_can_name_a_method() {
        for (text, yes) in [
            ("did:a:1#k", true),
            ("did:a:1", false),
            ("did:a:1#", false),
            ("did:a:1?x=1#k", false),
            ("did:a:1/p#k", false),
        ] {
            assert_eq!(text.parse::<DidUrl>().unwrap().is_fragment_of_did(), yes, "{text}");
        }
    }
}
