//! Merkle trees over ordered lists, in the shape of RFC 6962 section 2.1.
//!
//! 1. the empty tree: `SHA-256("")`;
//! 2. a leaf: `SHA-256(0x00 ‖ data)`;
//! 3. a node: `SHA-256(0x01 ‖ left ‖ right)`, splitting at the largest power of two below `n`;
//! 4. the root: `SHA-256(0x02 ‖ n as u64 big-endian ‖ top)`.
//!
//! The leading byte keeps the kinds apart, so a node cannot be passed off as a leaf. Step 4 is an
//! addition to the RFC, where the tree head carries the size: a proof names the size, and a size
//! that the root does not bind could be altered unnoticed wherever the path stays the same.

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest, Sha256};

use crate::{
    Error, Hash,
    encoding::{bounded, decode, encode},
};

/// Deepest path of a tree with at most 2^32 leaves.
const MAX_PATH: usize = 32;

/// Longest encoded proof: two u32, a length and the path.
const MAX_PROOF_BYTES: usize = 12 + 32 * MAX_PATH;

/// Root of the tree over `leaves`.
///
/// ```
/// use hufu_light::merkle;
/// let leaves = [b"a".as_slice(), b"b", b"c"];
/// let proof = merkle::prove(&leaves, 2).unwrap();
/// proof.verify(&merkle::root(&leaves), b"c").unwrap();
/// assert!(proof.verify(&merkle::root(&leaves), b"b").is_err());
/// ```
#[must_use]
pub fn root<T: AsRef<[u8]>>(leaves: &[T]) -> Hash {
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| hash_leaf(leaf.as_ref())).collect();
    hash_root(hashes.len() as u64, &subtree(&hashes))
}

/// Proof that `leaves[index]` is in the tree; `None` when there is no such leaf.
#[must_use]
pub fn prove<T: AsRef<[u8]>>(leaves: &[T], index: usize) -> Option<InclusionProof> {
    if index >= leaves.len() {
        return None;
    }
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| hash_leaf(leaf.as_ref())).collect();
    let mut path = Vec::new();
    let (mut rest, mut at) = (hashes.as_slice(), index);
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split(rest.len()));
        if at < left.len() {
            path.push(subtree(right));
            rest = left;
        } else {
            path.push(subtree(left));
            at -= left.len();
            rest = right;
        }
    }
    path.reverse();
    Some(InclusionProof { index: u32::try_from(index).ok()?, size: u32::try_from(leaves.len()).ok()?, path })
}

/// Position of a leaf and the hashes beside its path, from the leaf up.
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    index: u32,
    size: u32,
    path: Vec<Hash>,
}

impl InclusionProof {
    /// Position of the leaf.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Checks that `leaf` is at [`Self::index`] of the tree with this root.
    ///
    /// # Errors
    /// [`Error::Inclusion`] when it is not, whatever the cause.
    pub fn verify(&self, root: &Hash, leaf: &[u8]) -> Result<(), Error> {
        if self.index >= self.size || self.path.len() > MAX_PATH {
            return Err(Error::Inclusion);
        }
        // which side the sibling is on, from the root down
        let mut sides = Vec::with_capacity(MAX_PATH);
        let (mut size, mut at) = (self.size as usize, self.index as usize);
        while size > 1 {
            let left = split(size);
            if at < left {
                sides.push(false);
                size = left;
            } else {
                sides.push(true);
                at -= left;
                size -= left;
            }
        }
        if sides.len() != self.path.len() {
            return Err(Error::Inclusion);
        }
        let computed =
            self.path.iter().zip(sides.iter().rev()).fold(hash_leaf(leaf), |hash, (sibling, is_left)| {
                if *is_left { hash_node(sibling, &hash) } else { hash_node(&hash, sibling) }
            });
        if hash_root(self.size.into(), &computed) == *root { Ok(()) } else { Err(Error::Inclusion) }
    }

    /// Canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let proof: Self = decode("inclusion proof", bytes, MAX_PROOF_BYTES)?;
        bounded("inclusion path", proof.path.len(), MAX_PATH)?;
        Ok(proof)
    }
}

fn hash_leaf(data: &[u8]) -> Hash {
    let mut hasher = Sha256::new_with_prefix([0x00]);
    hasher.update(data);
    Hash::from_bytes(hasher.finalize().into())
}

fn hash_node(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new_with_prefix([0x01]);
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    Hash::from_bytes(hasher.finalize().into())
}

fn hash_root(size: u64, top: &Hash) -> Hash {
    let mut hasher = Sha256::new_with_prefix([0x02]);
    hasher.update(size.to_be_bytes());
    hasher.update(top.as_bytes());
    Hash::from_bytes(hasher.finalize().into())
}

fn subtree(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::of(&[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = hashes.split_at(split(hashes.len()));
            hash_node(&subtree(left), &subtree(right))
        }
    }
}

/// The largest power of two smaller than `n`, for `n > 1`.
fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_6962_empty_tree() {
        // the well-known value of SHA-256 of nothing
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(subtree(&[]).to_string(), expected);
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_provable_and_only_there() {
        for size in 1..=33usize {
            let leaves: Vec<Vec<u8>> = (0..size).map(|i| vec![u8::try_from(i).unwrap(); 3]).collect();
            let root = root(&leaves);
            for (index, leaf) in leaves.iter().enumerate() {
                let proof = prove(&leaves, index).unwrap();
                proof.verify(&root, leaf).unwrap();
                assert_eq!(InclusionProof::from_bytes(&proof.to_bytes()).unwrap(), proof);
                for (other, wrong) in leaves.iter().enumerate() {
                    assert_eq!(proof.verify(&root, wrong).is_ok(), other == index);
                }
            }
            assert!(prove(&leaves, size).is_none());
        }
    }

    #[test]
    fn a_node_is_not_a_leaf() {
        let leaves = [b"a", b"b"];
        let mut node = hash_leaf(b"a").as_bytes().to_vec();
        node.extend_from_slice(hash_leaf(b"b").as_bytes());
        let forged = InclusionProof { index: 0, size: 1, path: vec![] };
        assert_eq!(forged.verify(&root(&leaves), &node), Err(Error::Inclusion));
    }

    #[test]
    fn single_bit_corruptions_are_rejected() {
        let leaves: Vec<[u8; 2]> = (0..21u8).map(|i| [i, 1]).collect();
        let root = root(&leaves);
        let bytes = prove(&leaves, 13).unwrap().to_bytes();
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let result = InclusionProof::from_bytes(&bytes).and_then(|p| p.verify(&root, &leaves[13]));
            assert!(result.is_err(), "bit {bit} is ignored");
        }
    }
}
