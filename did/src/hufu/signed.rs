//! An operation with the signatures over its bytes.
//!
//! In bytes: the format version (one byte), then Borsh of the operation's bytes and a list of (Multikey,
//! signature). In JSON: `{"operation": base64url, "signatures": [{"key": "z…", "signature": base64url}]}`.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use borsh::{BorshDeserialize, BorshSerialize};
use hufu_keys::{Domain, SigningKey, VerifyingKey};
use serde_json::{Value, json};

use super::{MAX_OPERATION_BYTES, OperationHash, Refusal, operation::Members};
use crate::Error;

/// The most signatures on an operation: two full sets of keys (the current and the new) and some controllers'.
pub const MAX_SIGNATURES: usize = 48;
/// The longest signature that is read, in bytes; P-384 has 96.
pub(crate) const MAX_SIGNATURE_BYTES: usize = 128;
/// The longest Multikey that is read, in characters; P-384 has 70.
pub(crate) const MAX_MULTIKEY_LENGTH: usize = 128;
/// The most bytes of a signed operation.
pub const MAX_SIGNED_BYTES: usize =
    MAX_OPERATION_BYTES + MAX_SIGNATURES * (MAX_SIGNATURE_BYTES + MAX_MULTIKEY_LENGTH + 8) + 16;

const FORMAT: u8 = 1;

/// An operation's exact bytes and its signatures. Nothing has been verified.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SignedOperation {
    operation: Vec<u8>,
    signatures: Vec<KeySignature>,
}

/// One key's signature.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct KeySignature {
    /// The key, as a Multikey.
    pub key: String,
    /// Its signature over the labelled operation bytes.
    pub signature: Vec<u8>,
}

impl SignedOperation {
    /// An operation without signatures.
    #[must_use]
    pub const fn unsigned(operation: Vec<u8>) -> Self {
        Self { operation, signatures: Vec::new() }
    }

    /// Adds `key`'s signature, replacing an earlier one by the same key.
    #[must_use]
    pub fn signed_by(mut self, key: &SigningKey) -> Self {
        let signature = key.sign(&message(&self.operation)).as_bytes().to_vec();
        let key = key.verifying_key().to_multikey();
        self.signatures.retain(|other| other.key != key);
        self.signatures.push(KeySignature { key, signature });
        self
    }

    /// Adds a signature that was made elsewhere, over [`Self::message`].
    #[must_use]
    pub fn with_signature(mut self, signature: KeySignature) -> Self {
        self.signatures.push(signature);
        self
    }

    /// The operation's bytes.
    #[must_use]
    pub fn operation(&self) -> &[u8] {
        &self.operation
    }

    /// The signatures.
    #[must_use]
    pub fn signatures(&self) -> &[KeySignature] {
        &self.signatures
    }

    /// The hash of the operation's bytes.
    #[must_use]
    pub fn hash(&self) -> OperationHash {
        OperationHash::of(&self.operation)
    }

    /// The bytes to be signed: the operation under its domain label.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        message(&self.operation)
    }

    /// The keys whose signatures are valid. One that is not refuses the whole: it is a mistake or an attack.
    ///
    /// # Errors
    /// [`Error::Refused`]: not signed, too many signatures, an unusable key, or a bad signature.
    pub(crate) fn verified_signers(&self) -> Result<BTreeSet<String>, Error> {
        if self.signatures.is_empty() {
            return Err(Refusal::NotSigned.into());
        }
        if self.signatures.len() > MAX_SIGNATURES {
            return Err(Refusal::TooMany { what: "signatures", most: MAX_SIGNATURES }.into());
        }
        let message = message(&self.operation);
        let mut signers = BTreeSet::new();
        for KeySignature { key, signature } in &self.signatures {
            let name: String = key.chars().take(MAX_MULTIKEY_LENGTH).collect();
            if key.len() > MAX_MULTIKEY_LENGTH {
                return Err(Refusal::BadKey { key: name, reason: "it is too long".into() }.into());
            }
            let parsed = VerifyingKey::from_multikey(key)
                .map_err(|error| Refusal::BadKey { key: name.clone(), reason: error.to_string() })?;
            parsed.verify(&message, signature).map_err(|_| Refusal::BadSignature(name))?;
            // In its one form, so that a second spelling of a key is not a second signer.
            signers.insert(parsed.to_multikey());
        }
        Ok(signers)
    }

    /// The byte form.
    ///
    /// # Panics
    /// Never: memory can be written to.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        out.extend(borsh::to_vec(self).expect("because writing to memory does not fail"));
        out
    }

    /// Reads the byte form.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is too large, of another format, malformed, or has trailing bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_SIGNED_BYTES {
            return Err(Refusal::TooLarge { size: bytes.len(), most: MAX_SIGNED_BYTES }.into());
        }
        match bytes.split_first() {
            Some((&FORMAT, rest)) => {
                let signed: Self = borsh::from_slice(rest).map_err(|e| Refusal::malformed(e.to_string()))?;
                signed.bounded()
            }
            Some((format, _)) => Err(Refusal::UnknownFormat(u64::from(*format)).into()),
            None => Err(Refusal::malformed("there are no bytes").into()),
        }
    }

    /// The JSON form.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let signatures: Vec<_> = self
            .signatures
            .iter()
            .map(|s| json!({ "key": s.key, "signature": URL_SAFE_NO_PAD.encode(&s.signature) }))
            .collect();
        json!({ "operation": URL_SAFE_NO_PAD.encode(&self.operation), "signatures": signatures })
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is malformed or too large.
    pub fn from_value(value: Value) -> Result<Self, Error> {
        let decode = |text: String| {
            URL_SAFE_NO_PAD.decode(text).map_err(|_| Refusal::malformed("a value is not unpadded base64url"))
        };
        let mut members = Members::of("signed operation", value)?;
        let operation = decode(members.string("operation")?)?;
        let mut signatures = Vec::new();
        for item in members.array("signatures")? {
            let mut members = Members::of("signature", item)?;
            let key = members.string("key")?;
            signatures.push(KeySignature { key, signature: decode(members.string("signature")?)? });
            members.finish()?;
        }
        members.finish()?;
        Self { operation, signatures }.bounded()
    }

    fn bounded(self) -> Result<Self, Error> {
        if self.operation.len() > MAX_OPERATION_BYTES {
            return Err(Refusal::TooLarge { size: self.operation.len(), most: MAX_OPERATION_BYTES }.into());
        }
        if self.signatures.len() > MAX_SIGNATURES {
            return Err(Refusal::TooMany { what: "signatures", most: MAX_SIGNATURES }.into());
        }
        let fits =
            |s: &KeySignature| s.key.len() <= MAX_MULTIKEY_LENGTH && s.signature.len() <= MAX_SIGNATURE_BYTES;
        if !self.signatures.iter().all(fits) {
            return Err(Refusal::malformed("a key or a signature is too long").into());
        }
        Ok(self)
    }
}

fn message(operation: &[u8]) -> Vec<u8> {
    Domain::DidOperation.frame(&[operation])
}
