//! Ring keys as verification methods: a key that signs as one of a list, without saying which.
//!
//! ```json
//! { "id": "did:hufu:demo:…#ring", "type": "HufuRingKey2026", "controller": "did:hufu:demo:…",
//!   "publicKeyMultibase": "z<base58btc of the 32 bytes>", "proofOfPossession": "z<base58btc of the 64 bytes>" }
//! ```
//!
//! The type is Hufu's own: no registry has a name for a key of `hufu-ring`. It stands under no verification relationship. The
//! proof of possession is over the DID, so that no DID can register another's key, nor one that nobody holds.

use hufu_ring::{ProofOfPossession, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use serde_json::Value;

use super::{Material, VerificationMethod};
use crate::{Did, DidUrl, Document, Error, multibase};

/// The type of a verification method with a ring key.
pub const RING_KEY_TYPE: &str = "HufuRingKey2026";

/// The property with the proof of possession.
pub(crate) const PROOF: &str = "proofOfPossession";

/// A ring key and the proof that whoever controls a DID holds it, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingKey {
    pub(crate) key: String,
    pub(crate) proof: String,
}

impl RingKey {
    /// The public half of a key, with a proof of possession for `did`.
    ///
    /// # Errors
    /// [`Error::NoVerifyingKey`]; never for a [`Did`], which is shorter than what a proof can be over.
    pub fn new(key: &SigningKey, did: &Did, rng: &mut impl CryptoRng) -> Result<Self, Error> {
        let proof = ProofOfPossession::new(key, did.as_str().as_bytes(), rng)
            .map_err(|e| Error::NoVerifyingKey { id: did.to_string(), reason: e.to_string() })?;
        Ok(Self {
            key: multibase::encode(&key.verifying_key().to_bytes()),
            proof: multibase::encode(&proof.to_bytes()),
        })
    }

    /// The `publicKeyMultibase`.
    #[must_use]
    pub fn public_key_multibase(&self) -> &str {
        &self.key
    }

    /// The `proofOfPossession`.
    #[must_use]
    pub fn proof_of_possession(&self) -> &str {
        &self.proof
    }

    /// From the two texts of a method; nothing is checked but by [`verify`](Self::verify).
    #[must_use]
    pub fn from_texts(public_key_multibase: String, proof_of_possession: String) -> Self {
        Self { key: public_key_multibase, proof: proof_of_possession }
    }

    /// The key, if both are well formed and the proof is for `did`.
    ///
    /// # Errors
    /// In words.
    pub fn verify(&self, did: &Did) -> Result<VerifyingKey, String> {
        let key = VerifyingKey::from_bytes(decode(&self.key, "publicKeyMultibase")?);
        let key = key.map_err(|e| e.to_string())?;
        let proof: [u8; ProofOfPossession::SIZE] = decode(&self.proof, PROOF)?;
        let proof = ProofOfPossession::from_bytes(&proof).map_err(|e| e.to_string())?;
        proof.verify(&key, did.as_str().as_bytes()).map_err(|e| e.to_string())?;
        Ok(key)
    }
}

impl VerificationMethod {
    /// A method with a ring key.
    #[must_use]
    pub fn ring_key(id: DidUrl, controller: Did, key: &RingKey) -> Self {
        let mut method = Self::with(id, controller, RING_KEY_TYPE, Material::Multibase(key.key.clone()));
        method.extra.insert(PROOF.to_owned(), Value::from(key.proof.as_str()));
        method
    }
}

impl Document {
    /// The ring key of this document's DID; none if it has none.
    ///
    /// # Errors
    /// [`Error::NoVerifyingKey`] if there are several, or the one does not hold.
    pub fn ring_key(&self) -> Result<Option<VerifyingKey>, Error> {
        let mut methods = self.all_methods().filter(|method| method.type_() == RING_KEY_TYPE);
        let Some(method) = methods.next() else { return Ok(None) };
        let fail = |reason: String| Error::NoVerifyingKey { id: method.id().to_string(), reason };
        if methods.next().is_some() {
            return Err(fail("the document has more than one ring key".to_owned()));
        }
        let Material::Multibase(key) = method.material() else {
            return Err(fail("a ring key has a publicKeyMultibase".to_owned()));
        };
        let proof = method.extra().get(PROOF).and_then(Value::as_str);
        let proof = proof.ok_or_else(|| fail("a ring key has a proofOfPossession".to_owned()))?;
        RingKey::from_texts(key.clone(), proof.to_owned()).verify(self.id()).map(Some).map_err(fail)
    }
}

/// The bytes of a base58btc multibase text of a fixed length.
fn decode<const N: usize>(text: &str, what: &str) -> Result<[u8; N], String> {
    let bytes = multibase::decode(text).map_err(|reason| format!("{what}: {reason}"))?;
    let bytes: [u8; N] = bytes
        .try_into()
        .map_err(|bytes: Vec<u8>| format!("{what} has {} bytes instead of {N}", bytes.len()))?;
    if multibase::encode(&bytes) == text { Ok(bytes) } else { Err(format!("{what} is not base58btc")) }
}
