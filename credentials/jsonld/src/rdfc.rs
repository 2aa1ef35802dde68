//! RDF Dataset Canonicalization, RDFC-1.0 (W3C Recommendation, "rdf-canon").
//!
//! Section 4.4.3, the canonicalisation algorithm, in its own step numbers:
//!
//! 2. blank nodes to quads: `graph::Graph`;
//! 3. Hash First Degree Quads (§4.6) of every blank node: `graph::Graph::first_degree`;
//! 4. canonical identifiers for those whose hash is unique, in hash order — most credentials end here;
//! 5. Hash N-Degree Quads (§4.8) for the others: `ndegree`;
//! 6. the dataset under its canonical identifiers, as sorted canonical N-Quads.
//!
//! Step 5 is exponential for crafted graphs. It spends from a budget, [`Limits::canonical_work`], counted in
//! quads hashed, permutation members tried and identifiers copied; a graph that exhausts it is refused.

mod graph;
mod hash;
mod issuer;
mod ndegree;

use std::fmt;
use std::ops::Range;

use crate::dataset::{Dataset, TermId};
use crate::{Error, Limits};
use graph::{Graph, push_form};
pub use hash::Hash;
use issuer::Issuer;

/// A dataset in canonical form.
#[derive(Clone, PartialEq, Eq)]
pub struct Canonical {
    text: String,
    lines: Vec<Range<usize>>,
    issued: Vec<String>,
}

impl Canonical {
    /// The canonical N-Quads document: the bytes that are hashed and signed.
    #[must_use]
    pub fn nquads(&self) -> &str {
        &self.text
    }

    /// The document's lines in order, each with its line feed.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &str> {
        self.lines.iter().map(|line| self.text.get(line.clone()).unwrap_or_default())
    }

    /// The issued identifiers map: label in the input dataset, canonical label (both without `_:`), in order of issue.
    pub fn issued(&self) -> impl ExactSizeIterator<Item = (&str, String)> {
        self.issued.iter().enumerate().map(|(number, label)| (label.as_str(), format!("c14n{number}")))
    }

    /// The document alone.
    #[must_use]
    pub fn into_nquads(self) -> String {
        self.text
    }
}

impl fmt::Debug for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Canonicalises `dataset`.
///
/// # Errors
/// [`Error::TooComplex`] if the blank nodes cannot be told apart within [`Limits::canonical_work`];
/// [`Error::Limit`] if the N-Quads form would be longer than [`Limits::text`].
pub fn canonicalize(dataset: &Dataset, hash: Hash, limits: &Limits) -> Result<Canonical, Error> {
    // A term is kept once but written as often as it is used: a megabyte of IRI times a hundred thousand quads.
    let length = dataset.nquads_len();
    if length > limits.text {
        return Err(Error::Limit { what: "N-Quads form, in bytes,", max: limits.text });
    }
    let mut graph = Graph::of(dataset, hash);
    graph.first_degree();
    let issued = issue(&graph, limits)?;
    Ok(serialize(dataset, &graph, &issued))
}

/// Steps 4 and 5: canonical identifiers for all blank nodes.
fn issue(graph: &Graph<'_>, limits: &Limits) -> Result<Issuer, Error> {
    let mut canonical = Issuer::canonical();
    let mut by_hash: Vec<u32> = graph.nodes().collect();
    by_hash.sort_by(|&a, &b| graph.hash_of(a).cmp(graph.hash_of(b)));
    let alike = |a: &u32, b: &u32| graph.hash_of(*a) == graph.hash_of(*b);
    for group in by_hash.chunk_by(alike) {
        if let &[only] = group {
            canonical.issue(only);
        }
    }
    if canonical.len() == by_hash.len() {
        return Ok(canonical);
    }
    let mut budget = ndegree::Budget::new(limits.canonical_work);
    for group in by_hash.chunk_by(alike).filter(|group| group.len() > 1) {
        let mut results = Vec::new();
        for &node in group {
            if canonical.get(node).is_some() {
                continue;
            }
            let mut temporary = Issuer::temporary();
            temporary.issue(node);
            results.push(ndegree::hash(graph, &canonical, node, temporary, &mut budget, 0)?);
        }
        results.sort_by_key(|result| result.0);
        for (_, issuer) in results {
            for &node in issuer.order() {
                canonical.issue(node);
            }
        }
    }
    Ok(canonical)
}

/// Step 6, and the canonical N-Quads form of the result.
fn serialize(dataset: &Dataset, graph: &Graph<'_>, issued: &Issuer) -> Canonical {
    let labels: Vec<String> = graph.nodes().map(|node| issued.label(node).unwrap_or_default()).collect();
    let mut unsorted = String::with_capacity(dataset.nquads_len() + dataset.len() * 8);
    let mut spans: Vec<Range<usize>> = Vec::with_capacity(dataset.len());
    for quad in dataset.quad_ids() {
        let start = unsorted.len();
        for &term in quad.iter().filter(|&&term| term != TermId::DEFAULT_GRAPH) {
            match graph.node(term).and_then(|node| labels.get(node as usize)) {
                Some(label) => unsorted.push_str(label),
                None => push_form(&mut unsorted, dataset, term),
            }
            unsorted.push(' ');
        }
        unsorted.push_str(".\n");
        spans.push(start..unsorted.len());
    }
    let line = |span: &Range<usize>| unsorted.get(span.clone()).unwrap_or_default();
    spans.sort_unstable_by(|a, b| line(a).cmp(line(b)));
    let mut text = String::with_capacity(unsorted.len());
    let lines = spans
        .iter()
        .map(|span| {
            let start = text.len();
            text.push_str(line(span));
            start..text.len()
        })
        .collect();
    let issued = issued.order().iter().map(|&node| graph.label(node).to_owned()).collect();
    Canonical { text, lines, issued }
}
