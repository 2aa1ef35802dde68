//! The crate's one error type.
//!
//! Variants say who is at fault: the document or a context in it (`Context`, `Document`), data that would
//! silently vanish from the signed graph (`Dropped`), the caller's set of contexts (`UnknownContext`),
//! or an input that is simply too much (`Limit`, `TooComplex`).

use std::fmt;

/// Why a document could not be turned into RDF, or a dataset could not be read or canonicalised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document names a context that is not in the offline set; nothing is ever fetched.
    #[error("context <{0}> is not in the offline set of contexts")]
    UnknownContext(String),
    /// A context breaks a rule of JSON-LD 1.1 API §4.
    #[error("{code}: {detail}")]
    Context {
        /// The error code of JSON-LD 1.1 API §9.6.
        code: Code,
        /// The term or value at fault.
        detail: String,
    },
    /// The document breaks a rule of JSON-LD 1.1 API §5.
    #[error("{code}: {detail}")]
    Document {
        /// The error code of JSON-LD 1.1 API §9.6.
        code: Code,
        /// The term or value at fault.
        detail: String,
    },
    /// In safe mode: something in the document would not be part of the RDF, so a signature would not cover it.
    #[error("{reason}: {name:?} would be dropped from the signed data")]
    Dropped {
        /// The kind of loss.
        reason: Loss,
        /// The term or value that would be lost.
        name: String,
    },
    /// Something stands in the document in a form that is not the one of [`crate::Options::terms`].
    #[error("{name:?} says {what} in a form that readers of the JSON would overlook")]
    Hidden {
        /// The key or value in the document.
        name: String,
        /// The term it ought to be, or a keyword.
        what: &'static str,
    },
    /// A named bound of [`crate::Limits`] was reached.
    #[error("{what} exceeds the limit of {max}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        max: usize,
    },
    /// Canonicalisation needs more work than the budget allows: the graph is (or looks) hostile.
    #[error("the blank nodes are too alike to be told apart within {budget} steps of work")]
    TooComplex {
        /// [`crate::Limits::canonical_work`].
        budget: u64,
    },
    /// A text is not N-Quads.
    #[error("line {line}: {detail}")]
    NQuads {
        /// Counted from 1.
        line: usize,
        /// What was expected.
        detail: &'static str,
    },
    /// A `@json` literal has no canonical form (RFC 8785).
    #[error("JSON literal: {0}")]
    JsonLiteral(String),
    /// A text given as a context is not JSON.
    #[error("context <{url}> is not JSON: {detail}")]
    ContextNotJson {
        /// Its URL.
        url: String,
        /// The parser's words.
        detail: String,
    },
}

impl Error {
    pub(crate) fn context(code: Code, detail: impl Into<String>) -> Self {
        Self::Context { code, detail: shorten(detail.into()) }
    }

    pub(crate) fn document(code: Code, detail: impl Into<String>) -> Self {
        Self::Document { code, detail: shorten(detail.into()) }
    }

    pub(crate) fn hidden(name: impl Into<String>, what: &'static str) -> Self {
        Self::Hidden { name: shorten(name.into()), what }
    }

    pub(crate) fn dropped(reason: Loss, name: impl Into<String>) -> Self {
        Self::Dropped { reason, name: shorten(name.into()) }
    }

    /// The JSON-LD error code, if this is an error that JSON-LD 1.1 API §9.6 names.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Context { code, .. } | Self::Document { code, .. } => Some(*code),
            Self::UnknownContext(_) | Self::ContextNotJson { .. } => Some(Code::LoadingRemoteContextFailed),
            _ => None,
        }
    }
}

/// Longest piece of the input that an error repeats, in bytes.
const MAX_ECHO: usize = 200;

/// Error texts travel to logs and responses: an attacker's megabyte must not travel with them.
fn shorten(mut text: String) -> String {
    if text.len() > MAX_ECHO {
        let cut = (0..=MAX_ECHO).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        text.truncate(cut);
        text.push('…');
    }
    text
}

macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            /// The words of the standard.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

named! {
    /// Error codes of JSON-LD 1.1 API §9.6, as far as this crate can raise them.
    Code {
        /// Two entries expand to one keyword.
        CollidingKeywords = "colliding keywords",
        /// Remote contexts nest too deeply, or include each other.
        ContextOverflow = "context overflow",
        /// A term's definition depends on itself.
        CyclicIriMapping = "cyclic IRI mapping",
        /// `@base` is not an IRI, null or resolvable reference.
        InvalidBaseIri = "invalid base IRI",
        /// `@direction` is not `ltr` or `rtl`.
        InvalidBaseDirection = "invalid base direction",
        /// `@container` is not one of the permitted combinations.
        InvalidContainerMapping = "invalid container mapping",
        /// A context entry that is not permitted where it is.
        InvalidContextEntry = "invalid context entry",
        /// `null` would wipe protected terms.
        InvalidContextNullification = "invalid context nullification",
        /// The default `@language` is not a string or null.
        InvalidDefaultLanguage = "invalid default language",
        /// `@id` is not a string.
        InvalidIdValue = "invalid @id value",
        /// `@import` is not a string.
        InvalidImportValue = "invalid @import value",
        /// `@included` holds something other than node objects.
        InvalidIncludedValue = "invalid @included value",
        /// `@index` is not a string.
        InvalidIndexValue = "invalid @index value",
        /// A term's `@id` or `@reverse` is not an IRI.
        InvalidIriMapping = "invalid IRI mapping",
        /// `@context` cannot be aliased.
        InvalidKeywordAlias = "invalid keyword alias",
        /// A language map holds something other than strings.
        InvalidLanguageMapValue = "invalid language map value",
        /// A term's `@language` is not a string or null.
        InvalidLanguageMapping = "invalid language mapping",
        /// `@language` of a value is not a string.
        InvalidLanguageTaggedString = "invalid language-tagged string",
        /// A value with `@language` is not a string.
        InvalidLanguageTaggedValue = "invalid language-tagged value",
        /// A context is neither null, string nor object.
        InvalidLocalContext = "invalid local context",
        /// `@nest` holds or names something it may not.
        InvalidNestValue = "invalid @nest value",
        /// `@prefix` is not a boolean.
        InvalidPrefixValue = "invalid @prefix value",
        /// `@propagate` is not a boolean.
        InvalidPropagateValue = "invalid @propagate value",
        /// `@protected` is not a boolean.
        InvalidProtectedValue = "invalid @protected value",
        /// A loaded context has no usable `@context`.
        InvalidRemoteContext = "invalid remote context",
        /// A reverse property is defined with entries it may not have.
        InvalidReverseProperty = "invalid reverse property",
        /// A keyword inside `@reverse`.
        InvalidReversePropertyMap = "invalid reverse property map",
        /// A reverse property points to a literal or list.
        InvalidReversePropertyValue = "invalid reverse property value",
        /// `@reverse` is not an object.
        InvalidReverseValue = "invalid @reverse value",
        /// The context of a term does not hold up.
        InvalidScopedContext = "invalid scoped context",
        /// `@set` or `@list` with other entries.
        InvalidSetOrListObject = "invalid set or list object",
        /// A term definition that is not permitted.
        InvalidTermDefinition = "invalid term definition",
        /// A term's `@type` is not an IRI or permitted keyword.
        InvalidTypeMapping = "invalid type mapping",
        /// `@type` is not a string or array of strings.
        InvalidTypeValue = "invalid type value",
        /// The `@type` of a value is not an IRI.
        InvalidTypedValue = "invalid typed value",
        /// A value object with entries it may not have.
        InvalidValueObject = "invalid value object",
        /// `@value` is not a scalar or null.
        InvalidValueObjectValue = "invalid value object value",
        /// `@version` is not 1.1.
        InvalidVersionValue = "invalid @version value",
        /// `@vocab` is not an IRI, string or null.
        InvalidVocabMapping = "invalid vocab mapping",
        /// A keyword is defined as a term.
        KeywordRedefinition = "keyword redefinition",
        /// A context's URL is relative and there is no base.
        LoadingDocumentFailed = "loading document failed",
        /// A context is not in the offline set, or is not JSON.
        LoadingRemoteContextFailed = "loading remote context failed",
        /// A protected term would change its meaning.
        ProtectedTermRedefinition = "protected term redefinition",
    }
}

named! {
    /// What safe mode refuses to lose.
    Loss {
        /// A property that no context defines.
        UndefinedTerm = "undefined term",
        /// A property that a context maps to null.
        NullTerm = "term defined as null",
        /// `@id` is relative and there is no base.
        RelativeId = "relative @id",
        /// `@type` does not expand to an IRI.
        RelativeType = "relative @type",
        /// A property expands to a relative or malformed IRI.
        RelativeProperty = "relative property",
        /// `@type` of a value is not a well-formed IRI.
        RelativeDatatype = "relative datatype",
        /// A value of the form of a keyword where an identifier is expected.
        ReservedValue = "value reserved for future keywords",
        /// A term of the form of a keyword.
        ReservedTerm = "term reserved for future keywords",
        /// A literal that no node refers to.
        FreeFloatingValue = "free-floating value",
        /// A list that no node refers to.
        FreeFloatingList = "free-floating list",
        /// A node of which nothing is said.
        FreeFloatingNode = "free-floating node",
        /// `"@value": null`.
        NullValue = "null @value",
        /// A language tag that is not well formed (BCP 47).
        InvalidLanguage = "malformed language tag",
        /// A base direction, while no RDF form for directions was chosen.
        Direction = "base direction",
        /// A blank node as property.
        BlankProperty = "blank node as property",
        /// `@language` without `@value`.
        OnlyLanguage = "object with only @language",
    }
}
