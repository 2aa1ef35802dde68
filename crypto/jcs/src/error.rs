//! What can be wrong with a JSON text or value; each message names the cause and never the whole input.

/// Why a JSON text was refused, or a value has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input is longer than the reader's [`Limits::bytes`](crate::Limits::bytes).
    #[error("the JSON text has {found} bytes, more than the {limit} allowed")]
    TooLarge {
        /// Bytes given.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Arrays and objects are nested deeper than allowed.
    #[error("the JSON value is nested deeper than {limit} levels")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// The input is not UTF-8 ([RFC 8259 §8.1](https://www.rfc-editor.org/rfc/rfc8259#section-8.1)).
    #[error("the JSON text is not UTF-8 (first bad byte at offset {offset})")]
    NotUtf8 {
        /// Offset of the first byte that is not part of a well-formed sequence.
        offset: usize,
    },
    /// A name occurs twice in one object (RFC 7493 §2.3 forbids it, readers disagree on the winner).
    #[error("the name {name:?} occurs twice in one object (line {line}, column {column})")]
    DuplicateName {
        /// The repeated name, shortened to 64 characters.
        name: String,
        /// Line of the second occurrence, from 1.
        line: usize,
        /// Column of the second occurrence, from 1.
        column: usize,
    },
    /// A `\uD800`–`\uDFFF` escape without its partner: no Unicode string has it.
    #[error("a string has half of a surrogate pair (line {line}, column {column})")]
    LoneSurrogate {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Something follows the value.
    #[error("the JSON value is followed by more text (line {line}, column {column})")]
    Trailing {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The text is not JSON.
    #[error("the text is not JSON: {0}")]
    Syntax(String),
    /// An integer has more digits than an IEEE 754 double keeps.
    #[error("the number {0} would lose digits as an IEEE 754 double: write it as a string")]
    InexactNumber(String),
    /// A Rust value could not be expressed in JSON at all.
    #[error("the value cannot be expressed in JSON: {0}")]
    NotJson(String),
}
