//! Active contexts and term definitions (JSON-LD 1.1 API §4.1, §4.2), immutable once made.
//!
//! An active context is a *compiled* context: its terms are already resolved to IRIs. It has a number, and
//! what is made out of it is cached under that number and the source of the change (see [`cache`]).

pub(crate) mod cache;
mod define;
mod process;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::iri;
use crate::keyword::{Keyword, has_keyword_form};
pub(crate) use process::Processor;

/// A number that no other context or scoped context of this process has.
fn fresh_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Base direction of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    LeftToRight,
    RightToLeft,
}

impl Direction {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "ltr" => Some(Self::LeftToRight),
            "rtl" => Some(Self::RightToLeft),
            _ => None,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// What a context's relative references resolve against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Base {
    /// The document's own base, which is not part of the context: contexts can then be shared by documents.
    Document,
    /// None at all: `"@base": null`.
    Null,
    /// Set by `@base`.
    Iri(Arc<str>),
}

/// Who may keep what is derived from a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// Derived from the offline set alone.
    Shared,
    /// Derived from contexts inside documents: cached by their text, apart from the shared ones.
    Inline,
    /// Depends on the document's base IRI.
    Document,
}

/// What a term, or any other string, expands to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mapping {
    /// Decoupled: `"@id": null`.
    Null,
    Keyword(Keyword),
    /// An IRI, absolute or not, or a blank node identifier.
    Iri(Arc<str>),
}

/// What a string expands to (§5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expanded<'a> {
    /// Mapped to null by a term.
    Null,
    /// Has the form of a keyword and is none.
    Reserved,
    Keyword(Keyword),
    Iri(Cow<'a, str>),
}

/// Type mapping of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TypeMapping {
    Id,
    Vocab,
    Json,
    None,
    Iri(Arc<str>),
}

/// Container mapping of a term: a set of the container keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Container(u8);

impl Container {
    pub(crate) const GRAPH: Self = Self(1);
    pub(crate) const ID: Self = Self(2);
    pub(crate) const INDEX: Self = Self(4);
    pub(crate) const LANGUAGE: Self = Self(8);
    pub(crate) const LIST: Self = Self(16);
    pub(crate) const SET: Self = Self(32);
    pub(crate) const TYPE: Self = Self(64);

    /// True if this has any of `other`'s members.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    const fn len(self) -> u32 {
        self.0.count_ones()
    }
}

/// The context of a term, applied where the term is used.
#[derive(Debug)]
pub(crate) struct Scoped {
    pub(crate) number: u64,
    pub(crate) context: Value,
    /// URL of the context that holds the definition.
    pub(crate) base_url: Option<Arc<str>>,
}

/// A term definition.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) mapping: Mapping,
    pub(crate) prefix: bool,
    pub(crate) protected: bool,
    pub(crate) reverse: bool,
    pub(crate) type_mapping: Option<TypeMapping>,
    pub(crate) container: Container,
    /// IRI or term of the property that carries an index map's keys.
    pub(crate) index: Option<Arc<str>>,
    pub(crate) scoped: Option<Arc<Scoped>>,
    /// Some(None) is an explicit null.
    pub(crate) language: Option<Option<Arc<str>>>,
    /// Some(None) is an explicit null.
    pub(crate) direction: Option<Option<Direction>>,
    /// `@nest` of the definition; it only matters for compaction, but two definitions must agree on it.
    pub(crate) nest: Option<Arc<str>>,
}

impl Term {
    const fn new(mapping: Mapping) -> Self {
        Self {
            mapping,
            prefix: false,
            protected: false,
            reverse: false,
            type_mapping: None,
            container: Container(0),
            index: None,
            scoped: None,
            language: None,
            direction: None,
            nest: None,
        }
    }

    /// Equal in everything but `@protected`.
    fn same_as(&self, other: &Self) -> bool {
        self.mapping == other.mapping
            && self.prefix == other.prefix
            && self.reverse == other.reverse
            && self.type_mapping == other.type_mapping
            && self.container == other.container
            && self.index == other.index
            && self.language == other.language
            && self.direction == other.direction
            && self.nest == other.nest
            && self.scoped.as_ref().map(|s| &s.context) == other.scoped.as_ref().map(|s| &s.context)
    }
}

/// Terms in force at one place of a document.
#[derive(Debug, Clone)]
pub(crate) struct ActiveContext {
    /// Identity for caches.
    pub(crate) number: u64,
    pub(crate) tier: Tier,
    terms: HashMap<Arc<str>, Arc<Term>>,
    /// Number of protected terms.
    protected: usize,
    pub(crate) base: Base,
    vocab: Option<Arc<str>>,
    pub(crate) language: Option<Arc<str>>,
    pub(crate) direction: Option<Direction>,
    /// What to return to in nested nodes, if this context does not propagate.
    pub(crate) previous: Option<Arc<ActiveContext>>,
}

impl ActiveContext {
    /// The context before any other.
    pub(crate) fn initial() -> Self {
        Self {
            number: fresh_number(),
            tier: Tier::Shared,
            terms: HashMap::new(),
            protected: 0,
            base: Base::Document,
            vocab: None,
            language: None,
            direction: None,
            previous: None,
        }
    }

    pub(crate) fn term(&self, name: &str) -> Option<&Term> {
        self.terms.get(name).map(AsRef::as_ref)
    }

    /// Number of terms: what a copy costs.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }

    fn insert(&mut self, name: &str, term: Arc<Term>) {
        self.protected += usize::from(term.protected);
        if let Some(old) = self.terms.insert(Arc::from(name), term) {
            self.protected -= usize::from(old.protected);
        }
    }

    fn remove(&mut self, name: &str) -> Option<Arc<Term>> {
        let old = self.terms.remove(name)?;
        self.protected -= usize::from(old.protected);
        Some(old)
    }

    /// The base IRI, given the document's.
    pub(crate) fn base_iri<'a>(&'a self, document: Option<&'a str>) -> Option<&'a str> {
        match &self.base {
            Base::Document => document,
            Base::Null => None,
            Base::Iri(iri) => Some(iri),
        }
    }

    /// IRI expansion (§5.2) relative to the vocabulary: of terms, and of values of `@type` and `@vocab`-typed
    /// properties, which in addition are `document_relative`.
    pub(crate) fn expand_vocab<'a>(&'a self, value: &'a str, relative_to: Option<&str>) -> Expanded<'a> {
        // Terms first: nearly every property is one, and a keyword never is.
        if let Some(term) = self.term(value) {
            return match &term.mapping {
                Mapping::Null => Expanded::Null,
                Mapping::Keyword(keyword) => Expanded::Keyword(*keyword),
                Mapping::Iri(iri) => Expanded::Iri(Cow::Borrowed(iri)),
            };
        }
        if let Some(expanded) = self.expand_absolute(value) {
            return expanded;
        }
        if let Some(vocab) = &self.vocab {
            return Expanded::Iri(Cow::Owned(format!("{vocab}{value}")));
        }
        Expanded::Iri(resolve(relative_to, value))
    }

    /// IRI expansion (§5.2) of a node identifier: not by terms, relative to the base IRI.
    pub(crate) fn expand_id<'a>(&'a self, value: &'a str, document: Option<&str>) -> Expanded<'a> {
        // Step 4: an alias of a keyword is that keyword even here.
        if let Some(Term { mapping: Mapping::Keyword(keyword), .. }) = self.term(value) {
            return Expanded::Keyword(*keyword);
        }
        if let Some(expanded) = self.expand_absolute(value) {
            return expanded;
        }
        Expanded::Iri(resolve(self.base_iri(document), value))
    }

    /// Steps 1, 2 and 6: keywords, compact IRIs, absolute IRIs and blank nodes.
    fn expand_absolute<'a>(&'a self, value: &'a str) -> Option<Expanded<'a>> {
        if let Some(keyword) = Keyword::parse(value) {
            return Some(Expanded::Keyword(keyword));
        }
        if has_keyword_form(value) {
            return Some(Expanded::Reserved);
        }
        let colon = value.find(':').filter(|&at| at > 0)?;
        let (prefix, suffix) = (value.get(..colon)?, value.get(colon + 1..)?);
        if prefix == "_" || suffix.starts_with("//") {
            return Some(Expanded::Iri(Cow::Borrowed(value)));
        }
        if let Some(Term { prefix: true, mapping: Mapping::Iri(iri), .. }) = self.term(prefix) {
            return Some(Expanded::Iri(Cow::Owned(format!("{iri}{suffix}"))));
        }
        iri::has_scheme(value).then_some(Expanded::Iri(Cow::Borrowed(value)))
    }
}

fn resolve<'a>(base: Option<&str>, value: &'a str) -> Cow<'a, str> {
    base.map_or(Cow::Borrowed(value), |base| Cow::Owned(iri::resolve(base, value)))
}
