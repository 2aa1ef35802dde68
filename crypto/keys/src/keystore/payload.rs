//! What is encrypted: the private keys in the order of the header's entries.
//!
//! Each is one length byte and that many bytes (seed or scalar). Names and algorithms are in the header, which the
//! AEAD authenticates together with this.

use super::Entry;
use crate::{Error, SigningKey};
use zeroize::Zeroizing;

/// The plaintext, with room for `spare` more bytes: encrypting in place must not reallocate and leave a copy.
pub(super) fn write(keys: &[(&str, &SigningKey)], spare: usize) -> Zeroizing<Vec<u8>> {
    let size: usize = keys.iter().map(|(_, key)| 1 + key.algorithm().private_key_len()).sum();
    let mut out = Zeroizing::new(Vec::with_capacity(size + spare));
    for (_, key) in keys {
        key.to_bytes().expose(|bytes| {
            out.push(u8::try_from(bytes.len()).expect("a byte, because private keys have at most 48 bytes"));
            out.extend_from_slice(bytes);
        });
    }
    out
}

pub(super) fn read(mut bytes: &[u8], entries: &[Entry]) -> Result<Vec<(String, SigningKey)>, Error> {
    const SHORT: Error = Error::Damaged("it does not hold the keys it lists");
    let mut keys = Vec::with_capacity(entries.len());
    for entry in entries {
        let (&length, rest) = bytes.split_first().ok_or(SHORT)?;
        let (private, rest) = rest.split_at_checked(length.into()).ok_or(SHORT)?;
        bytes = rest;
        let key = SigningKey::from_pair(entry.public_key.algorithm(), private, &entry.public_key).map_err(
            |_| Error::Damaged("a private key does not belong to the public key it is listed with"),
        )?;
        keys.push((entry.name.clone(), key));
    }
    if bytes.is_empty() { Ok(keys) } else { Err(Error::Damaged("it holds more than the keys it lists")) }
}
