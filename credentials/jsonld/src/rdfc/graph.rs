//! The blank nodes of a dataset, the quads that mention them, and Hash First Degree Quads (RDFC-1.0 §4.6).

use super::hash::{Digest, Hash};
use crate::dataset::{Dataset, QuadIds, TermId};

/// No blank node.
const NOT_BLANK: u32 = u32::MAX;

/// A dataset seen from its blank nodes, which are numbered from 0.
pub(super) struct Graph<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) hash: Hash,
    /// Blank node number by term number.
    numbers: Vec<u32>,
    /// Term of each blank node.
    terms: Vec<TermId>,
    /// Quads that mention each blank node, once each.
    quads: Vec<Vec<QuadIds>>,
    /// First degree hash of each blank node.
    hashes: Vec<Digest>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(dataset: &'a Dataset, hash: Hash) -> Self {
        let mut graph = Self {
            dataset,
            hash,
            numbers: vec![NOT_BLANK; dataset.term_count()],
            terms: Vec::new(),
            quads: Vec::new(),
            hashes: Vec::new(),
        };
        for quad in dataset.quad_ids() {
            let [subject, _, object, name] = *quad;
            let mut mentioned: [u32; 3] = [NOT_BLANK; 3];
            for (at, term) in [subject, object, name].into_iter().enumerate() {
                if term == TermId::DEFAULT_GRAPH || !dataset.is_blank(term) {
                    continue;
                }
                let node = graph.number(term);
                if mentioned.contains(&node) {
                    continue;
                }
                if let Some(slot) = mentioned.get_mut(at) {
                    *slot = node;
                }
                if let Some(quads) = graph.quads.get_mut(node as usize) {
                    quads.push(*quad);
                }
            }
        }
        graph
    }

    /// Number of the blank node `term`, a new one if it has none yet.
    fn number(&mut self, term: TermId) -> u32 {
        let Some(number) = self.numbers.get_mut(term.index()) else { return NOT_BLANK };
        if *number == NOT_BLANK {
            *number = u32::try_from(self.terms.len()).unwrap_or(NOT_BLANK);
            self.terms.push(term);
            self.quads.push(Vec::new());
        }
        *number
    }

    /// Numbers of all blank nodes.
    pub(super) fn nodes(&self) -> impl Iterator<Item = u32> + use<> {
        (0u32..).take(self.terms.len())
    }

    /// Number of `term` if it is a blank node.
    pub(super) fn node(&self, term: TermId) -> Option<u32> {
        self.numbers.get(term.index()).copied().filter(|&number| number != NOT_BLANK)
    }

    /// The blank node's label in the input, without `_:`.
    pub(super) fn label(&self, node: u32) -> &'a str {
        let form = self.terms.get(node as usize).map_or("", |&term| self.dataset.form(term));
        form.strip_prefix("_:").unwrap_or(form)
    }

    pub(super) fn quads(&self, node: u32) -> &[QuadIds] {
        self.quads.get(node as usize).map_or(&[], Vec::as_slice)
    }

    /// The first degree hash of `node`.
    pub(super) fn hash_of(&self, node: u32) -> &Digest {
        const NONE: &Digest = &Digest::NONE;
        self.hashes.get(node as usize).unwrap_or(NONE)
    }

    /// Step 3: Hash First Degree Quads of every blank node. The node itself is `_:a`, any other one `_:z`.
    pub(super) fn first_degree(&mut self) {
        let mut text = String::new();
        let mut sorted = String::new();
        let mut hashes = Vec::with_capacity(self.terms.len());
        for node in self.nodes() {
            text.clear();
            let mut lines = Vec::with_capacity(self.quads(node).len());
            for quad in self.quads(node) {
                let start = text.len();
                for &term in quad.iter().filter(|&&term| term != TermId::DEFAULT_GRAPH) {
                    match self.node(term) {
                        Some(this) if this == node => text.push_str("_:a"),
                        Some(_) => text.push_str("_:z"),
                        None => push_form(&mut text, self.dataset, term),
                    }
                    text.push(' ');
                }
                text.push_str(".\n");
                lines.push(start..text.len());
            }
            let line = |span: &std::ops::Range<usize>| text.get(span.clone()).unwrap_or_default();
            lines.sort_unstable_by(|a, b| line(a).cmp(line(b)));
            sorted.clear();
            sorted.extend(lines.iter().map(line));
            hashes.push(self.hash.digest(&sorted));
        }
        self.hashes = hashes;
    }
}

/// Appends a term that is not a blank node.
pub(super) fn push_form(out: &mut String, dataset: &Dataset, term: TermId) {
    out.push_str(dataset.form(term));
}
