//! The state root, computed again from the records alone.
//!
//! Independent of the stored tree and of the crate that maintains it: a sparse binary Merkle tree over
//! 256-bit key hashes in which a subtree with one leaf is that leaf, and an empty one a placeholder.

use hufu_light::{Hash, state::key_hash};
use jmt::proof::{INTERNAL_DOMAIN_SEPARATOR, LEAF_DOMAIN_SEPARATOR};
use sha2::{Digest, Sha256};

use super::State;
use crate::Error;

/// Hash of an empty subtree.
const PLACEHOLDER: &[u8; 32] = b"SPARSE_MERKLE_PLACEHOLDER_HASH__";

/// Records read at a time.
const PAGE: usize = 5_000;

/// Root over all records, and how many there are. Takes 64 bytes of memory per record.
pub(crate) fn root(state: &dyn State) -> Result<(Hash, usize), Error> {
    let mut leaves: Vec<([u8; 32], [u8; 32])> = Vec::new();
    let mut after: Option<Vec<u8>> = None;
    loop {
        let page = state.scan(&[], after.as_deref(), PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        leaves.extend(page.iter().map(|(key, value)| (key_hash(key).0, Sha256::digest(value).into())));
    }
    leaves.sort_unstable();
    Ok((Hash::from_bytes(subtree(&leaves, 0)), leaves.len()))
}

fn subtree(leaves: &[([u8; 32], [u8; 32])], depth: usize) -> [u8; 32] {
    match leaves {
        [] => *PLACEHOLDER,
        [(key, value)] => hash(LEAF_DOMAIN_SEPARATOR, key, value),
        _ => {
            let ones = leaves.partition_point(|(key, _)| !bit(key, depth));
            let (zeros, ones) = leaves.split_at(ones);
            hash(INTERNAL_DOMAIN_SEPARATOR, &subtree(zeros, depth + 1), &subtree(ones, depth + 1))
        }
    }
}

fn bit(key: &[u8; 32], depth: usize) -> bool {
    key.get(depth / 8).is_some_and(|byte| byte & (0x80 >> (depth % 8)) != 0)
}

fn hash(label: &[u8], left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new_with_prefix(label).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use hufu_store::{Batch, Kv, Memory};

    use super::*;
    use crate::{
        layout::FAMILIES,
        state::{Latest, overlay::Writes, tree},
    };

    /// Inserts, overwrites and removals in blocks: after each, the tree and the recomputation agree, and
    /// every height stays provable.
    #[test]
    fn agrees_with_the_tree_after_every_block() {
        let store = Memory::new(&FAMILIES);
        let mut roots = Vec::new();
        for height in 0..40u64 {
            let mut writes = Writes::new();
            for i in 0..(height * 7 % 23) {
                let key = format!("key {}", (height * 31 + i * i) % 97).into_bytes();
                let removes = height % 5 == 4 && i % 3 == 0;
                writes.insert(key, (!removes).then(|| format!("{height}/{i}").into_bytes()));
            }
            let mut batch = Batch::new();
            let updated = tree::update(&store, height, &writes, &mut batch).unwrap();
            store.write(batch).unwrap();
            assert_eq!(root(&Latest(&store)).unwrap().0, updated, "height {height}");
            assert_eq!(tree::root(&store, height).unwrap(), updated);
            roots.push(updated);
        }
        for (height, root) in roots.iter().enumerate() {
            for key in [b"key 5".as_slice(), b"never"] {
                let (value, proof) = tree::prove(&store, height as u64, key).unwrap();
                proof.verify(root, height as u64, key, value.as_deref()).unwrap();
            }
        }
    }

    #[test]
    fn pruning_keeps_the_retained_heights_whole() {
        let store = Memory::new(&FAMILIES);
        let mut roots = Vec::new();
        for height in 0..30u64 {
            let writes = (0..20).map(|i| (vec![i], Some(vec![i, u8::try_from(height).unwrap()]))).collect();
            let mut batch = Batch::new();
            roots.push(tree::update(&store, height, &writes, &mut batch).unwrap());
            store.write(batch).unwrap();
        }
        let mut batch = Batch::new();
        tree::prune(&store, 25, &mut batch).unwrap();
        assert!(batch.len() > 100);
        store.write(batch).unwrap();
        for height in 25..30u64 {
            let (value, proof) = tree::prove(&store, height, &[3]).unwrap();
            proof.verify(&roots[usize::try_from(height).unwrap()], height, &[3], value.as_deref()).unwrap();
        }
        assert!(tree::prove(&store, 24, &[3]).is_err());
    }
}
