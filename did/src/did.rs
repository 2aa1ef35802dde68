//! Decentralized Identifiers: DID Core 1.0 and 1.1, §3.1 "DID Syntax".
//!
//! ```text
//! did                = "did:" method-name ":" method-specific-id
//! method-name        = 1*( %x61-7A / DIGIT )
//! method-specific-id = *( *idchar ":" ) 1*idchar
//! idchar             = ALPHA / DIGIT / "." / "-" / "_" / pct-encoded
//! ```
//!
//! Nothing is normalised: two DIDs are the same only if their characters are.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;

/// The longest DID that is read, in bytes. A `did:jwk` of an RSA key of 8,192 bits is about 2,000.
pub const MAX_DID_LENGTH: usize = 2_048;

/// A syntactically valid DID; that it exists anywhere is not implied.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Did {
    text: String,
    /// Where the method-specific identifier starts.
    id_at: usize,
}

impl Did {
    /// The whole DID, e.g. `did:key:z6Mk…`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The method name, e.g. `key`.
    #[must_use]
    pub fn method(&self) -> &str {
        let end = self.id_at.saturating_sub(1);
        self.text.get(PREFIX.len()..end).unwrap_or_default()
    }

    /// What follows `did:<method>:`.
    #[must_use]
    pub fn method_specific_id(&self) -> &str {
        self.text.get(self.id_at..).unwrap_or_default()
    }

    /// Builds `did:<method>:<id>`.
    ///
    /// # Errors
    /// [`Error::Did`] if the result does not follow the syntax.
    pub fn from_parts(method: &str, id: &str) -> Result<Self, Error> {
        format!("{PREFIX}{method}:{id}").parse()
    }
}

impl FromStr for Did {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |reason| Err(Error::Did { reason });
        if text.len() > MAX_DID_LENGTH {
            return refuse("it is longer than 2,048 bytes");
        }
        let Some(rest) = text.strip_prefix(PREFIX) else {
            return refuse("it does not start with \"did:\"");
        };
        let Some((method, id)) = rest.split_once(':') else {
            return refuse("it has no method-specific identifier");
        };
        if method.is_empty() || !method.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            return refuse("the method name is not made of a-z and 0-9");
        }
        if id.is_empty() || id.ends_with(':') {
            return refuse("the method-specific identifier is empty or ends with \":\"");
        }
        if !only(id, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':')) {
            return refuse("the method-specific identifier has a character that must be percent-encoded");
        }
        Ok(Self { id_at: PREFIX.len() + method.len() + 1, text: text.to_owned() })
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Did {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Did {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// True if every byte is allowed by `plain` or belongs to a well-formed `%XX`.
pub(crate) fn only(text: &str, plain: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let escaped = byte == b'%'
            && bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
            && bytes.next().is_some_and(|b| b.is_ascii_hexdigit());
        if !escaped && (byte == b'%' || !plain(byte)) {
            return false;
        }
    }
    true
}

/// Undoes percent-encoding. `+` stays `+`: this is RFC 3986, not a web form.
///
/// `None` if an escape is malformed or the result is not UTF-8.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let high = digit(bytes.next()?)?;
        let low = digit(bytes.next()?)?;
        out.push(high << 4 | low);
    }
    String::from_utf8(out).ok()
}

const PREFIX: &str = "did:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_apart_what_the_syntax_allows() {
        for (text, method, id) in [
            ("did:example:123", "example", "123"),
            ("did:a:b", "a", "b"),
            ("did:3:x", "3", "x"),
            ("did:web:example.com%3A8080:u:bob", "web", "example.com%3A8080:u:bob"),
            ("did:x::y", "x", ":y"),
            ("did:x:a::b", "x", "a::b"),
            ("did:x:A-._z", "x", "A-._z"),
        ] {
            let did: Did = text.parse().unwrap();
            assert_eq!((did.method(), did.method_specific_id(), did.as_str()), (method, id, text));
            assert_eq!(serde_json::from_str::<Did>(&serde_json::to_string(&did).unwrap()).unwrap(), did);
        }
    }

    #[test]
    fn refuses_everything_else() {
        let long = format!("did:x:{}", "a".repeat(MAX_DID_LENGTH));
        for text in [
            "",
            "did",
            "did:",
            "did:example",
            "did:example:",
            "did::x",
            "DID:example:1",
            "Did:example:1",
            "did:Example:1",
            "did:exa-mple:1",
            "did:example:1:",
            "did:example:1/path",
            "did:example:1?query",
            "did:example:1#fragment",
            "did:example:1 ",
            " did:example:1",
            "did:example:%",
            "did:example:%2",
            "did:example:%zz",
            "did:example:ä",
            "did:example:a\0b",
            "did:example:a\n",
            "urn:example:1",
            "not-a-did",
            &long,
        ] {
            assert!(matches!(text.parse::<Did>(), Err(Error::Did { .. })), "accepted {text:?}");
        }
    }
}
