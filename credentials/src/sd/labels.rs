//! Names of blank nodes (`createHmacIdLabelMapFunction` of ECDSA, `createShuffledIdLabelMapFunction` of BBS).
//!
//! Canonical names number the blank nodes of the whole document: they would tell a verifier about what is hidden. So they are
//! replaced by an HMAC of themselves (`u…`, base64url), or, for BBS, by the position of that HMAC among all of them (`b…`): an
//! HMAC would be the same in every derived proof and link them.

use super::{HmacKey, Refused};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hufu_jsonld::rdfc::Canonical;
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How blank nodes are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    Hmac,
    Shuffled,
}

impl Naming {
    /// The names of a whole document's blank nodes, by their labels in the dataset.
    pub(super) fn names(self, key: &HmacKey, canonical: &Canonical) -> HashMap<String, String> {
        let hashed: Vec<(String, String)> =
            canonical.issued().map(|(input, label)| (input.to_owned(), hashed(key, &label))).collect();
        match self {
            Self::Hmac => hashed.into_iter().collect(),
            Self::Shuffled => {
                let mut sorted: Vec<String> = hashed.iter().map(|(_, name)| name.clone()).collect();
                sorted.sort_unstable();
                let place = |name: &String| sorted.binary_search(name).unwrap_or_else(|at| at);
                hashed.iter().map(|(input, name)| (input.clone(), format!("b{}", place(name)))).collect()
            }
        }
    }
}

fn hashed(key: &HmacKey, label: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0)
        .expect("HMAC takes a key of any length because it hashes long ones");
    mac.update(label.as_bytes());
    of_hash(&mac.finalize().into_bytes())
}

fn of_hash(hash: &[u8]) -> String {
    format!("u{}", URL_SAFE_NO_PAD.encode(hash))
}

/// One name in a derived proof.
pub(super) trait Name: Clone {
    /// The label, without `_:`.
    fn label(&self) -> String;
}

impl Name for [u8; 32] {
    fn label(&self) -> String {
        of_hash(self)
    }
}

impl Name for u64 {
    fn label(&self) -> String {
        format!("b{self}")
    }
}

/// A derived proof's map from the canonical names that the verifier sees to the names that were signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LabelMap<N>(pub(super) BTreeMap<u64, N>);

impl<N: Name> LabelMap<N> {
    /// The names of the blank nodes of the document as shown, by their labels in its dataset.
    ///
    /// There must be one for each blank node, none twice, and none beyond: a map that says less or more was not made for
    /// this document.
    pub(super) fn names(&self, canonical: &Canonical) -> Result<HashMap<String, String>, Refused> {
        if self.0.len() != canonical.issued().len() {
            return Err(Refused::new(format!(
                "the proof's label map has {} names, the document {} blank nodes",
                self.0.len(),
                canonical.issued().len()
            )));
        }
        let mut names = HashMap::with_capacity(self.0.len());
        let mut seen = HashSet::with_capacity(self.0.len());
        for (number, (input, label)) in (0_u64..).zip(canonical.issued()) {
            let name = self.0.get(&number).map(Name::label);
            let name = name.ok_or_else(|| Refused::new(format!("the proof's label map has no {label}")))?;
            if !seen.insert(name.clone()) {
                return Err(Refused::new("the proof's label map names two blank nodes alike"));
            }
            names.insert(input.to_owned(), name);
        }
        Ok(names)
    }
}
