//! JSON pointers (RFC 6901), read strictly.

use super::Refused;
use crate::error::Error;
use crate::model::{MAX_DEPTH, excerpt};
use std::fmt;
use std::str::FromStr;

/// Longest pointer, in bytes.
const MAX_BYTES: usize = 1_024;

/// Where in a document a value is: `/credentialSubject/degree`, or nothing for all of it.
///
/// ```
/// use hufu_credentials::sd::Pointer;
///
/// let pointer: Pointer = "/credentialSubject/a~1b/0".parse()?;
/// assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["credentialSubject", "a/b", "0"]);
/// assert!("credentialSubject".parse::<Pointer>().is_err());
/// # Ok::<(), hufu_credentials::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pointer {
    text: String,
    tokens: Vec<String>,
}

impl Pointer {
    /// The pointer as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names and indexes on the way, without escapes.
    pub fn tokens(&self) -> impl ExactSizeIterator<Item = &str> {
        self.tokens.iter().map(String::as_str)
    }

    pub(super) fn read(text: &str) -> Result<Self, Refused> {
        let refused = |why: &str| Refused::new(format!("{:?} is no JSON pointer: {why}", excerpt(text)));
        if text.len() > MAX_BYTES {
            return Err(refused("it is too long"));
        }
        if text.is_empty() {
            return Ok(Self { text: String::new(), tokens: Vec::new() });
        }
        let path = text.strip_prefix('/').ok_or_else(|| refused("it does not begin with /"))?;
        let unescape = |token: &str| -> Result<String, Refused> {
            // Every ~ must be one of ~0 and ~1.
            let escapes = token.matches("~0").count() + token.matches("~1").count();
            if token.matches('~').count() != escapes {
                return Err(refused("~ is written ~0"));
            }
            Ok(token.replace("~1", "/").replace("~0", "~"))
        };
        let tokens = path.split('/').map(unescape).collect::<Result<Vec<_>, _>>()?;
        if tokens.len() > MAX_DEPTH {
            return Err(refused("it goes deeper than any document"));
        }
        Ok(Self { text: text.to_owned(), tokens })
    }
}

impl FromStr for Pointer {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(Self::read(text)?)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// The position that a token means in an array: digits without a leading zero.
pub(super) fn index(token: &str) -> Option<usize> {
    let index: usize = token.parse().ok()?;
    (index.to_string() == token).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_read_as_the_rfc_says() {
        let tokens =
            |text: &str| text.parse::<Pointer>().unwrap().tokens().map(str::to_owned).collect::<Vec<_>>();
        assert!(tokens("").is_empty());
        assert_eq!(tokens("/"), [""]);
        assert_eq!(tokens("/a//b"), ["a", "", "b"]);
        assert_eq!(tokens("/~01"), ["~1"]);
        assert_eq!(tokens("/m~0n/~1"), ["m~n", "/"]);
        let deep = "/a".repeat(MAX_DEPTH + 1);
        for bad in ["a", "#/a", "/~", "/~2", "/a~", &deep, &format!("/{}", "x".repeat(MAX_BYTES))] {
            let error = bad.parse::<Pointer>().unwrap_err().to_string();
            assert!(error.contains("is no JSON pointer") && error.len() < 200, "{error}");
        }
    }

    #[test]
    fn indexes_have_one_form() {
        assert_eq!(index("0"), Some(0));
        assert_eq!(index("10"), Some(10));
        for bad in ["", "00", "01", "+1", "-1", "1a", "-", "99999999999999999999999"] {
            assert_eq!(index(bad), None, "{bad}");
        }
    }
}
