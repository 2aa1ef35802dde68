//! Hash N-Degree Quads (RDFC-1.0 §4.8) and Hash Related Blank Node (§4.7), on a budget.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::hash::Digest;
use super::issuer::Issuer;
use crate::Error;
use crate::dataset::{QuadIds, TermId};

/// Deepest recursion: far beyond any credential, within the smallest usual thread stack (2 MiB).
const MAX_DEPTH: usize = 512;

/// Bytes of predicate that cost one more step to hash.
const LONG_PREDICATE: usize = 512;

/// What the computation may still cost.
pub(super) struct Budget {
    total: u64,
    left: u64,
}

impl Budget {
    pub(super) const fn new(total: u64) -> Self {
        Self { total, left: total }
    }

    fn spend(&mut self, steps: usize) -> Result<(), Error> {
        self.left = self.left.checked_sub(steps as u64).ok_or(Error::TooComplex { budget: self.total })?;
        Ok(())
    }
}

/// The N-degree hash of `node`, and the issuer that the recursion leaves behind.
pub(super) fn hash(
    graph: &Graph<'_>,
    canonical: &Issuer,
    node: u32,
    mut issuer: Issuer,
    budget: &mut Budget,
    depth: usize,
) -> Result<(Digest, Issuer), Error> {
    if depth > MAX_DEPTH {
        return Err(Error::TooComplex { budget: budget.total });
    }
    // Steps 1 to 3: the blank nodes related to this one, by the hash of how they are related.
    let mut related: BTreeMap<Digest, Vec<u32>> = BTreeMap::new();
    for quad in graph.quads(node) {
        let [subject, predicate, object, name] = *quad;
        budget.spend(1 + graph.dataset.form(predicate).len() / LONG_PREDICATE)?;
        for (term, position) in [(subject, 's'), (object, 'o'), (name, 'g')] {
            if let Some(other) = graph.node(term)
                && other != node
            {
                let hash = hash_related(graph, canonical, &issuer, other, quad, position);
                related.entry(hash).or_default().push(other);
            }
        }
    }
    // Steps 4 and 5.
    let mut data = String::new();
    for (hash, nodes) in related {
        hash.push_hex(&mut data);
        let (path, chosen) = shortest_path(graph, canonical, nodes, &issuer, budget, depth)?;
        data.push_str(&path);
        issuer = chosen;
    }
    Ok((graph.hash.digest(&data), issuer))
}

/// Steps 5.2 to 5.4: of all orders of `nodes`, the one whose path is least.
fn shortest_path(
    graph: &Graph<'_>,
    canonical: &Issuer,
    nodes: Vec<u32>,
    issuer: &Issuer,
    budget: &mut Budget,
    depth: usize,
) -> Result<(String, Issuer), Error> {
    let mut best: Option<(String, Issuer)> = None;
    let mut orders = Permutations::of(nodes);
    while let Some(order) = orders.next() {
        budget.spend(order.len() + issuer.len() / 16)?;
        if let Some(found) = path(graph, canonical, order, issuer.clone(), best.as_ref(), budget, depth)? {
            best = Some(found);
        }
    }
    // There is always a first permutation, and it is always taken.
    Ok(best.unwrap_or_else(|| (String::new(), issuer.clone())))
}

/// Step 5.4 for one order of nodes; None if its path is not less than the best one so far.
fn path(
    graph: &Graph<'_>,
    canonical: &Issuer,
    order: &[u32],
    mut issuer: Issuer,
    best: Option<&(String, Issuer)>,
    budget: &mut Budget,
    depth: usize,
) -> Result<Option<(String, Issuer)>, Error> {
    let worse = |path: &str| best.is_some_and(|(best, _)| path.len() >= best.len() && path > best.as_str());
    let mut path = String::new();
    let mut unvisited = Vec::new();
    for &node in order {
        if let Some(position) = canonical.get(node) {
            canonical.push_label(&mut path, position);
        } else {
            if issuer.get(node).is_none() {
                unvisited.push(node);
            }
            let position = issuer.issue(node);
            issuer.push_label(&mut path, position);
        }
        if worse(&path) {
            return Ok(None);
        }
    }
    for node in unvisited {
        let position = issuer.issue(node);
        let (digest, after) = hash(graph, canonical, node, issuer.clone(), budget, depth + 1)?;
        issuer.push_label(&mut path, position);
        path.push('<');
        digest.push_hex(&mut path);
        path.push('>');
        issuer = after;
        if worse(&path) {
            return Ok(None);
        }
    }
    Ok(best.is_none_or(|(best, _)| path < *best).then_some((path, issuer)))
}

/// Hash Related Blank Node (§4.7).
fn hash_related(
    graph: &Graph<'_>,
    canonical: &Issuer,
    issuer: &Issuer,
    related: u32,
    quad: &QuadIds,
    position: char,
) -> Digest {
    let [_, predicate, _, _]: [TermId; 4] = *quad;
    let mut input = String::with_capacity(192);
    input.push(position);
    if position != 'g' {
        input.push_str(graph.dataset.form(predicate));
    }
    if let Some(at) = canonical.get(related) {
        canonical.push_label(&mut input, at);
    } else if let Some(at) = issuer.get(related) {
        issuer.push_label(&mut input, at);
    } else {
        graph.hash_of(related).push_hex(&mut input);
    }
    graph.hash.digest(&input)
}

/// All orders of a list, one after another (Heap's algorithm, iterative).
struct Permutations {
    items: Vec<u32>,
    counters: Vec<usize>,
    at: usize,
    started: bool,
}

impl Permutations {
    fn of(items: Vec<u32>) -> Self {
        let counters = vec![0; items.len()];
        Self { items, counters, at: 1, started: false }
    }

    fn next(&mut self) -> Option<&[u32]> {
        if !self.started {
            self.started = true;
            return Some(&self.items);
        }
        while let Some(counter) = self.counters.get_mut(self.at) {
            if *counter < self.at {
                let with = if self.at.is_multiple_of(2) { 0 } else { *counter };
                *counter += 1;
                self.items.swap(with, self.at);
                self.at = 1;
                return Some(&self.items);
            }
            *counter = 0;
            self.at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Permutations;
    use std::collections::BTreeSet;

    #[test]
    fn permutations_are_all_and_distinct() {
        for (n, count) in [(0, 1), (1, 1), (2, 2), (3, 6), (5, 120)] {
            let mut all = Permutations::of((0..n).collect());
            let mut seen = BTreeSet::new();
            while let Some(order) = all.next() {
                assert!(seen.insert(order.to_vec()));
            }
            assert_eq!(seen.len(), count);
        }
    }
}
