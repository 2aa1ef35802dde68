//! Replay protection of unnamed senders: a linking tag is used once within a scope.

use hufu_keys::Domain;
use sha2::{Digest as _, Sha256};

use crate::{Error, Rejection, state::State};

/// Key of the record that a tag was used.
///
/// The scope is hashed, so that every key has one length and no scope is the beginning of another's keys.
fn key(scope: &str, tag: &str) -> Vec<u8> {
    let scope = Sha256::digest(Domain::TransactionScope.frame(&[scope.as_bytes()]));
    format!("tx/tag/{}/{tag}", hex::encode(scope)).into_bytes()
}

/// The write that uses a tag, with the height of its use as the value. Tags of rings and of groups differ in length.
///
/// # Errors
/// [`Rejection::TagUsed`]; [`Error::Storage`].
pub(crate) fn take(
    state: &dyn State,
    scope: &str,
    tag: &[u8],
    height: u64,
) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let tag = hex::encode(tag);
    let key = key(scope, &tag);
    if state.get(&key)?.is_some() {
        return Err(Rejection::TagUsed { tag, scope: scope.to_owned() }.into());
    }
    Ok((key, height.to_be_bytes().to_vec()))
}
