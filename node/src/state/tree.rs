//! The Merkle tree over the store: reading with proof, writing a block's changes, pruning.

use anyhow::Context as _;
use borsh::BorshDeserialize;
use hufu_light::{
    Hash, StateProof,
    state::{StateHasher, key_hash},
};
use hufu_store::{Batch, Range, Read};
use jmt::{
    JellyfishMerkleTree, KeyHash, OwnedValue, Version,
    storage::{LeafNode, Node, NodeKey, TreeReader, TreeUpdateBatch},
};

use super::overlay::Writes;
use crate::{
    Error,
    layout::{LATEST, NODES, STALE, VALUES, number},
};

/// Most stale nodes that one block removes, so that pruning never delays a block noticeably.
const MAX_PRUNED: usize = 4_000;

type Tree<'a, R> = JellyfishMerkleTree<'a, Reader<'a, R>, StateHasher>;

/// Applies a block's writes to the tree of the height before; everything to store goes into `batch`.
pub(crate) fn update<R: Read + ?Sized>(
    store: &R,
    height: u64,
    writes: &Writes,
    batch: &mut Batch,
) -> Result<Hash, Error> {
    let reader = Reader(store);
    let tree = Tree::new(&reader);
    let removes = writes.values().any(Option::is_none);
    let (root, update) = if removes || writes.is_empty() {
        let set = writes.iter().map(|(key, value)| (key_hash(key), value.clone()));
        tree.put_value_set(set, height).map_err(failed)?
    } else {
        // touches each inner node once; needs a set without removals
        let set = writes.iter().filter_map(|(key, value)| Some((key_hash(key), value.clone()?)));
        let (roots, update) = tree.batch_put_value_sets(vec![set.collect()], None, height).map_err(failed)?;
        let root = roots.first().copied().ok_or_else(|| Error::damaged("state tree", "no root"))?;
        (root, update)
    };
    store_update(&update, batch);
    for (key, value) in writes {
        match value {
            Some(value) => batch.put(LATEST, key.clone(), [&height.to_be_bytes(), value.as_slice()].concat()),
            None => batch.delete(LATEST, key.clone()),
        }
    }
    Ok(Hash::from_bytes(root.0))
}

/// Value and proof at a height.
pub(crate) fn prove<R: Read + ?Sized>(
    store: &R,
    height: u64,
    key: &[u8],
) -> Result<(Option<Vec<u8>>, StateProof), Error> {
    let reader = Reader(store);
    let (value, proof) = Tree::new(&reader).get_with_proof(key_hash(key), height).map_err(failed)?;
    Ok((value, StateProof::new(proof)))
}

/// Root of the tree at a height, from the stored root node.
pub(crate) fn root<R: Read + ?Sized>(store: &R, height: u64) -> Result<Hash, Error> {
    let reader = Reader(store);
    let root = Tree::new(&reader).get_root_hash(height).map_err(failed)?;
    Ok(Hash::from_bytes(root.0))
}

/// A value of a key, and the height from which on it had it.
pub(crate) type Change = (u64, Option<Vec<u8>>);

/// The values that a key got at heights `from..=to`, ascending, at most `limit`.
pub(crate) fn history<R: Read + ?Sized>(
    store: &R,
    key: &[u8],
    from: u64,
    to: u64,
    limit: usize,
) -> Result<Vec<Change>, Error> {
    let hash = key_hash(key).0;
    // strictly behind the height before
    let after = from.checked_sub(1).map(|before| [hash.as_slice(), &before.to_be_bytes()].concat());
    let page = store.page(VALUES, Range::prefix(&hash, limit).after(after.as_deref()))?;
    let mut changes = Vec::with_capacity(page.len());
    for (key, stored) in page {
        let height = key.get(hash.len()..).and_then(number).map(|(height, _)| height);
        let height = height.ok_or_else(|| Error::damaged("value", "its key has no height"))?;
        if height > to {
            break;
        }
        changes.push((height, value_of(&stored).map_err(failed)?));
    }
    Ok(changes)
}

/// Removes nodes that only heights below `oldest` need; a bounded number at a time.
pub(crate) fn prune<R: Read + ?Sized>(store: &R, oldest: u64, batch: &mut Batch) -> Result<(), Error> {
    for (key, _) in store.page(STALE, Range::prefix(&[], MAX_PRUNED))? {
        match number(&key) {
            // replaced at `since`: the heights before it need the node
            Some((since, node)) if since <= oldest => {
                batch.delete(NODES, node);
                batch.delete(STALE, key);
            }
            _ => break,
        }
    }
    Ok(())
}

fn store_update(update: &TreeUpdateBatch, batch: &mut Batch) {
    for (key, node) in update.node_batch.nodes() {
        let node = borsh::to_vec(node).expect("writing to a Vec cannot fail because lengths fit u32");
        batch.put(NODES, node_key(key), node);
    }
    for ((version, key), value) in update.node_batch.values() {
        let stored = value.as_ref().map_or_else(|| vec![0], |value| [&[1], value.as_slice()].concat());
        batch.put(VALUES, value_key(*key, *version), stored);
    }
    for stale in &update.stale_node_index_batch {
        let key = [stale.stale_since_version.to_be_bytes().as_slice(), &node_key(&stale.node_key)].concat();
        batch.put(STALE, key, []);
    }
}

fn node_key(key: &NodeKey) -> Vec<u8> {
    let path =
        borsh::to_vec(key.nibble_path()).expect("writing to a Vec cannot fail because lengths fit u32");
    [key.version().to_be_bytes().as_slice(), &path].concat()
}

fn value_key(key: KeyHash, version: Version) -> Vec<u8> {
    [key.0.as_slice(), &version.to_be_bytes()].concat()
}

fn value_of(stored: &[u8]) -> Result<Option<Vec<u8>>, anyhow::Error> {
    match stored.split_first() {
        Some((0, [])) => Ok(None),
        Some((1, value)) => Ok(Some(value.to_vec())),
        _ => anyhow::bail!("unreadable value"),
    }
}

/// The tree's own errors are storage errors or contradictions in what is stored.
fn failed(error: anyhow::Error) -> Error {
    match error.downcast::<hufu_store::Error>() {
        Ok(error) => Error::Storage(error),
        Err(error) => Error::damaged("state tree", format!("{error:#}")),
    }
}

struct Reader<'a, R: ?Sized>(&'a R);

impl<R: Read + ?Sized> TreeReader for Reader<'_, R> {
    fn get_node_option(&self, key: &NodeKey) -> Result<Option<Node>, anyhow::Error> {
        let stored = self.0.get(NODES, &node_key(key))?;
        stored.map(|bytes| Node::try_from_slice(&bytes).context("unreadable node")).transpose()
    }

    fn get_value_option(&self, max: Version, key: KeyHash) -> Result<Option<OwnedValue>, anyhow::Error> {
        match self.0.at_or_before(VALUES, &key.0, &value_key(key, max))? {
            Some((_, stored)) => value_of(&stored),
            None => Ok(None),
        }
    }

    fn get_rightmost_leaf(&self) -> Result<Option<(NodeKey, LeafNode)>, anyhow::Error> {
        // asked for only by a restore from another node's leaves
        Ok(None)
    }
}
