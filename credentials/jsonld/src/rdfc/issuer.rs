//! Identifier issuer (RDFC-1.0 §4.5).

use std::fmt::Write as _;

/// Issues `<prefix>0`, `<prefix>1`, … to blank nodes. Cloned often and usually tiny, hence sorted vectors.
#[derive(Debug, Clone)]
pub(super) struct Issuer {
    prefix: &'static str,
    /// Nodes in order of issue.
    order: Vec<u32>,
    /// (node, position in `order`), sorted by node.
    by_node: Vec<(u32, usize)>,
}

impl Issuer {
    pub(super) const fn canonical() -> Self {
        Self { prefix: "_:c14n", order: Vec::new(), by_node: Vec::new() }
    }

    pub(super) const fn temporary() -> Self {
        Self { prefix: "_:b", order: Vec::new(), by_node: Vec::new() }
    }

    pub(super) const fn len(&self) -> usize {
        self.order.len()
    }

    pub(super) fn order(&self) -> &[u32] {
        &self.order
    }

    /// Position of `node`, if it has been issued an identifier.
    pub(super) fn get(&self, node: u32) -> Option<usize> {
        let at = self.by_node.binary_search_by_key(&node, |&(node, _)| node).ok()?;
        self.by_node.get(at).map(|&(_, position)| position)
    }

    /// Position of `node`, which gets the next identifier if it had none.
    pub(super) fn issue(&mut self, node: u32) -> usize {
        match self.by_node.binary_search_by_key(&node, |&(node, _)| node) {
            Ok(at) => self.by_node.get(at).map_or(0, |&(_, position)| position),
            Err(at) => {
                let position = self.order.len();
                self.by_node.insert(at, (node, position));
                self.order.push(node);
                position
            }
        }
    }

    /// Appends the identifier of a position, with `_:`.
    pub(super) fn push_label(&self, out: &mut String, position: usize) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}{position}", self.prefix);
    }

    /// The identifier of `node`, with `_:`.
    pub(super) fn label(&self, node: u32) -> Option<String> {
        let mut out = String::new();
        self.push_label(&mut out, self.get(node)?);
        Some(out)
    }
}
