//! Transactions: payload bytes exactly as signed, and the signatures over them.
//!
//! Nothing here knows what the payload says. It is signed, hashed and stored as the bytes that were
//! sent, so there is no second encoding that could mean something else.

use borsh::{BorshDeserialize, BorshSerialize};
use hufu_keys::{Domain, SigningKey, VerifyingKey};

use crate::{
    Error, Hash,
    encoding::{bounded, decode, encode},
    forms::base64url,
};

/// Longest payload, in bytes: the longest operation of any module (256 KiB) and its envelope.
pub const MAX_PAYLOAD_BYTES: usize = 320 * 1024;

/// Most signatures on one transaction.
pub const MAX_SIGNATURES: usize = 32;

/// Longest verification method URL of a signer, in bytes.
pub const MAX_METHOD_BYTES: usize = 1024;

/// Longest signature, in bytes: one of a ring of 1,024 has 801.
const MAX_SIGNATURE_BYTES: usize = 4 * 1024;

/// Longest encoded transaction, in bytes.
pub const MAX_TRANSACTION_BYTES: usize =
    MAX_PAYLOAD_BYTES + MAX_SIGNATURES * (MAX_METHOD_BYTES + MAX_SIGNATURE_BYTES + 8) + 16;

/// The id of a transaction.
pub type TransactionId = Hash;

/// A payload and who signed it.
///
/// ```
/// use hufu_keys::{Algorithm, SigningKey};
/// use hufu_light::Transaction;
/// # use rand::SeedableRng;
/// # let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
/// let key = SigningKey::generate(Algorithm::Sm2, &mut rng);
/// let transaction = Transaction::new(b"payload".to_vec()).sign("did:example:a#key-1", &key);
/// let parsed = Transaction::from_bytes(&transaction.to_bytes())?;
/// parsed.verify_signature(0, &key.verifying_key())?;
/// assert_eq!(parsed.id(), transaction.id());
/// # Ok::<(), hufu_light::Error>(())
/// ```
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Transaction {
    /// The bytes that are signed.
    #[serde(with = "base64url")]
    pub payload: Vec<u8>,
    /// The signatures.
    pub signatures: Vec<TransactionSignature>,
}

/// One signature over a transaction's payload.
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct TransactionSignature {
    /// DID URL of the verification method; for a member of a ring, the ring's name.
    pub method: String,
    /// The signature: `r‖s`, Ed25519's 64 bytes, or a ring signature.
    #[serde(with = "base64url")]
    pub signature: Vec<u8>,
}

impl Transaction {
    /// An unsigned transaction.
    #[must_use]
    pub fn new(payload: Vec<u8>) -> Self {
        Self { payload, signatures: Vec::new() }
    }

    /// Adds a signature by the key of the verification method with this DID URL.
    #[must_use]
    pub fn sign(mut self, method: &str, key: &SigningKey) -> Self {
        let signature = key.sign(&self.signing_bytes()).as_bytes().to_vec();
        self.signatures.push(TransactionSignature { method: method.to_owned(), signature });
        self
    }

    /// The labelled bytes that every signer signs.
    #[must_use]
    pub fn signing_bytes(&self) -> Vec<u8> {
        Domain::Transaction.frame(&[&self.payload])
    }

    /// Checks one signature.
    ///
    /// # Errors
    /// [`Error::Signature`] names the method; also when there is no such signature.
    pub fn verify_signature(&self, index: usize, key: &VerifyingKey) -> Result<(), Error> {
        let Some(TransactionSignature { method, signature }) = self.signatures.get(index) else {
            return Err(Error::Signature { signer: format!("signature {index} (absent)") });
        };
        let failed = |_| Error::Signature { signer: method.clone() };
        key.verify(&self.signing_bytes(), signature).map_err(failed)
    }

    /// SHA-256 of [`Self::signing_bytes`]: two transactions with one payload are one transaction,
    /// however they are signed.
    ///
    /// # Security
    /// Signatures are left out because some algorithms let anyone turn a valid signature into
    /// another valid one, which would give the same act a second id.
    #[must_use]
    pub fn id(&self) -> TransactionId {
        Hash::of(&self.signing_bytes())
    }

    /// Canonical bytes; also the leaf under a header's transactions root.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let transaction: Self = decode("transaction", bytes, MAX_TRANSACTION_BYTES)?;
        transaction.check_sizes()?;
        Ok(transaction)
    }

    /// Checks the bounds of a transaction that was not made by [`Self::from_bytes`].
    ///
    /// # Errors
    /// [`Error::TooLarge`] names the part and its limit.
    pub fn check_sizes(&self) -> Result<(), Error> {
        bounded("transaction payload", self.payload.len(), MAX_PAYLOAD_BYTES)?;
        bounded("number of signatures", self.signatures.len(), MAX_SIGNATURES)?;
        self.signatures.iter().try_for_each(|s| {
            bounded("verification method", s.method.len(), MAX_METHOD_BYTES)?;
            bounded("signature", s.signature.len(), MAX_SIGNATURE_BYTES)
        })
    }
}
