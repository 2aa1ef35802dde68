//! A document as the statements that are signed (`canonicalizeAndGroup`, `labelReplacementCanonicalize`).

use super::labels::Naming;
use super::pointer::Pointer;
use super::selection::Selection;
use super::{HmacKey, MAX_STATEMENTS, Refused};
use crate::error::Error;
use crate::proof::{Transform, TransformError};
use hufu_jsonld::rdfc::Canonical;
use hufu_jsonld::{Dataset, Traced};
use serde_json::Value;
use std::collections::HashMap;

/// The statements of a whole document, in the order in which they are signed.
#[derive(Debug)]
pub(super) struct Statements<'d> {
    document: &'d Value,
    traced: Traced,
    /// The names of blank nodes, by their labels in the dataset.
    names: HashMap<String, String>,
    /// The statements as lines of N-Quads, sorted.
    lines: Vec<String>,
    /// For each line its position in the dataset.
    order: Vec<usize>,
}

impl<'d> Statements<'d> {
    pub(super) fn of(
        transform: &Transform<'_>,
        document: &'d Value,
        naming: Naming,
        key: &HmacKey,
    ) -> Result<Self, Error> {
        let traced = transform.traced(document)?;
        check_count(traced.dataset().len())?;
        let canonical = transform.canonical_dataset(traced.dataset())?;
        let names = naming.names(key, &canonical);
        let unsorted = traced.dataset().lines(&names);
        let mut order: Vec<usize> = (0..unsorted.len()).collect();
        order.sort_by(|&a, &b| unsorted.get(a).cmp(&unsorted.get(b)));
        let lines = order.iter().filter_map(|&at| unsorted.get(at).cloned()).collect();
        Ok(Self { document, traced, names, lines, order })
    }

    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// For each statement whether these pointers select it.
    pub(super) fn group(&self, pointers: &[Pointer]) -> Result<Vec<bool>, Refused> {
        let selection = Selection::of(self.document, pointers)?;
        let shown = selection.shown(self.traced.places())?;
        let keep = self.traced.from_places(|place| shown.get(place).copied().unwrap_or_default());
        Ok(self.order.iter().map(|&at| keep.get(at).copied().unwrap_or_default()).collect())
    }

    /// The canonical form of some of the statements alone, as the verifier will see it.
    pub(super) fn canonical_part(
        &self,
        transform: &Transform<'_>,
        selected: &[bool],
    ) -> Result<Canonical, TransformError> {
        let mut keep = vec![false; self.order.len()];
        for (&at, selected) in self.order.iter().zip(selected) {
            if let Some(keep) = keep.get_mut(at) {
                *keep = *selected;
            }
        }
        transform.canonical_dataset(&self.traced.dataset().filtered(&keep))
    }

    /// The name of the blank node of this label in the dataset.
    pub(super) fn name(&self, label: &str) -> Option<&str> {
        self.names.get(label).map(String::as_str)
    }
}

/// A document that a verifier sees, on its way to the statements that were signed.
#[derive(Debug)]
pub(crate) struct Shown {
    dataset: Dataset,
    canonical: Canonical,
}

impl Shown {
    /// Of a document with or without its proofs.
    pub(crate) fn of(transform: &Transform<'_>, document: &Value) -> Result<Self, TransformError> {
        let dataset = transform.dataset(document)?;
        let canonical = transform.canonical_dataset(&dataset)?;
        Ok(Self { dataset, canonical })
    }

    pub(super) const fn canonical(&self) -> &Canonical {
        &self.canonical
    }

    /// The statements with their blank nodes named by their labels in the dataset, sorted.
    pub(super) fn lines(&self, names: &HashMap<String, String>) -> Result<Vec<String>, Refused> {
        check_count(self.dataset.len())?;
        let mut lines = self.dataset.lines(names);
        lines.sort_unstable();
        Ok(lines)
    }
}

fn check_count(found: usize) -> Result<(), Refused> {
    if found > MAX_STATEMENTS {
        return Err(Refused::new(format!(
            "the document makes {found} statements, more than {MAX_STATEMENTS}"
        )));
    }
    Ok(())
}

/// The positions, ascending, of the true ones.
pub(super) fn positions(flags: &[bool]) -> Vec<usize> {
    flags.iter().enumerate().filter(|(_, flag)| **flag).map(|(at, _)| at).collect()
}

/// Splits statements by the positions of the mandatory ones, which must ascend and exist.
pub(super) fn split<'l>(
    lines: &'l [String],
    mandatory: &[u64],
) -> Result<(Vec<&'l str>, Vec<&'l str>), Refused> {
    check_indexes("mandatory", mandatory, lines.len())?;
    let (mut first, mut rest) = (Vec::with_capacity(mandatory.len()), Vec::new());
    let mut next = mandatory.iter().peekable();
    for (at, line) in (0_u64..).zip(lines) {
        if next.next_if_eq(&&at).is_some() {
            first.push(line.as_str());
        } else {
            rest.push(line.as_str());
        }
    }
    Ok((first, rest))
}

/// Refuses indexes that do not ascend, repeat themselves or are beyond the end.
pub(super) fn check_indexes(what: &str, indexes: &[u64], end: usize) -> Result<(), Refused> {
    let ascending = indexes.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    if !ascending {
        return Err(Refused::new(format!("the proof's {what} indexes do not ascend, or one is there twice")));
    }
    match indexes.last() {
        Some(&last) if usize::try_from(last).map_or(true, |last| last >= end) => Err(Refused::new(format!(
            "the proof's {what} index {last} is out of range: there are {end} statements"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_ascend_and_exist() {
        let lines = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(split(&lines, &[0, 2]).unwrap(), (vec!["a", "c"], vec!["b"]));
        assert_eq!(split(&lines, &[]).unwrap().1, ["a", "b", "c"]);
        for bad in [&[1, 1][..], &[2, 0], &[3], &[0, u64::MAX]] {
            assert!(split(&lines, bad).is_err(), "{bad:?}");
        }
    }
}
