//! Options and bounds of a conversion.

/// How JSON-LD is turned into RDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Refuse, with the name of the culprit, everything that would not become part of the RDF.
    /// Signatures cover the RDF: what is dropped is unsigned. On by default.
    pub safe: bool,
    /// Base IRI of the document, against which relative references resolve. None by default: credentials have no base.
    pub base: Option<String>,
    /// Form of base directions in RDF. None by default: a direction is then dropped, or refused in safe mode.
    pub rdf_direction: Option<RdfDirection>,
    /// IRIs of properties and types that a document must call by their term, as `(IRI, term)`. Other spellings mean the
    /// same RDF, so a signature still holds after somebody respelt them: whoever reads the document's JSON by these
    /// terms would then not see what it says. With any term given, `@included`, `@reverse` and `@nest`, which say the
    /// same in other places, are refused too. Empty by default.
    pub terms: &'static [(&'static str, &'static str)],
    /// Bounds on the input.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self { safe: true, base: None, rdf_direction: None, terms: &[], limits: Limits::default() }
    }
}

/// RDF forms of a base direction (JSON-LD 1.1 API §8.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RdfDirection {
    /// A datatype `https://www.w3.org/ns/i18n#<language>_<direction>`.
    I18nDatatype,
    /// A blank node with `rdf:value`, `rdf:language` and `rdf:direction`.
    CompoundLiteral,
}

/// Bounds on what an untrusted document can cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Levels of nesting of the JSON document.
    pub depth: usize,
    /// JSON values visited by expansion.
    pub nodes: usize,
    /// Quads produced or read.
    pub quads: usize,
    /// Bytes of all distinct terms of a dataset together, and of the N-Quads form that is canonicalised.
    pub text: usize,
    /// Contexts that one document may apply or load while they are processed, cached ones not counted.
    pub contexts: usize,
    /// Remote contexts that include one another in a chain.
    pub context_chain: usize,
    /// Terms defined or copied while the document's contexts are processed, cached ones not counted.
    pub context_work: usize,
    /// Steps of Hash N-Degree Quads before a graph counts as hostile.
    pub canonical_work: u64,
}

impl Limits {
    /// Default of [`Limits::depth`].
    pub const DEPTH: usize = 100;
    /// Default of [`Limits::nodes`].
    pub const NODES: usize = 200_000;
    /// Default of [`Limits::quads`].
    pub const QUADS: usize = 200_000;
    /// Default of [`Limits::text`]: 64 MiB.
    pub const TEXT: usize = 64 << 20;
    /// Default of [`Limits::contexts`].
    pub const CONTEXTS: usize = 1_000;
    /// Default of [`Limits::context_chain`].
    pub const CONTEXT_CHAIN: usize = 16;
    /// Default of [`Limits::context_work`].
    pub const CONTEXT_WORK: usize = 2_000_000;
    /// Default of [`Limits::canonical_work`].
    pub const CANONICAL_WORK: u64 = 500_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: Self::DEPTH,
            nodes: Self::NODES,
            quads: Self::QUADS,
            text: Self::TEXT,
            contexts: Self::CONTEXTS,
            context_chain: Self::CONTEXT_CHAIN,
            context_work: Self::CONTEXT_WORK,
            canonical_work: Self::CANONICAL_WORK,
        }
    }
}
