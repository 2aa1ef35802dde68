//! The one byte form of a JSON value that is hashed or signed, and a strict bounded JSON reader.
//!
//! - [`canonicalize`] writes a value as [RFC 8785] (JSON Canonicalization Scheme) prescribes;
//! - [`parse`] reads untrusted bytes and refuses everything two readers could understand differently:
//!   duplicate names, lone surrogates, invalid UTF-8, trailing bytes — and what is too deep or too large.
//!
//! ```
//! use hufu_jcs::{Limits, canonicalize, parse};
//!
//! let value = parse(br#"{ "b": 1.50, "a": "\u20ac" }"#, Limits::default())?;
//! assert_eq!(canonicalize(&value)?, r#"{"a":"€","b":1.5}"#.as_bytes());
//!
//! let error = parse(br#"{ "a": 1, "a": 2 }"#, Limits::default()).unwrap_err();
//! assert!(error.to_string().starts_with("the name \"a\" occurs twice in one object"));
//! # Ok::<(), hufu_jcs::Error>(())
//! ```
//!
//! [RFC 8785]: https://www.rfc-editor.org/rfc/rfc8785
#![warn(clippy::indexing_slicing)]

mod canonical;
mod error;
mod number;
mod read;
mod string;

pub use canonical::{MAX_DEPTH, canonicalize, canonicalize_into, to_vec};
pub use error::Error;
pub use read::{Limits, parse};
