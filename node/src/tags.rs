//! Replay protection of unnamed senders: a linking tag is used once within a scope.

use hufu_keys::Domain;
use sha2::{Digest as _, Sha256};

use crate::{Error, Rejection, sender::RingSender, state::State};

/// Key of the record that a tag was used.
///
/// The scope is hashed, so that every key has one length and no scope is the beginning of another's keys.
fn key(member: &RingSender) -> Vec<u8> {
    let scope = Sha256::digest(Domain::TransactionScope.frame(&[member.scope.as_bytes()]));
    format!("tx/tag/{}/{}", hex::encode(scope), member.tag_hex()).into_bytes()
}

/// The write that uses a tag, with the height of its use as the value.
///
/// # Errors
/// [`Rejection::TagUsed`]; [`Error::Storage`].
pub(crate) fn take(state: &dyn State, member: &RingSender, height: u64) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let key = key(member);
    if state.get(&key)?.is_some() {
        let (tag, scope) = (member.tag_hex(), member.scope.clone());
        return Err(Rejection::TagUsed { tag, scope }.into());
    }
    Ok((key, height.to_be_bytes().to_vec()))
}
