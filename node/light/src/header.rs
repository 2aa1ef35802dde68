//! Block headers and the certificates that make them final.

use borsh::{BorshDeserialize, BorshSerialize};
use hufu_keys::{Domain, SigningKey};

use crate::{
    Error, Hash, Network, ValidatorSet,
    encoding::{bounded, decode, encode},
    forms::base64url,
    validators::MAX_VALIDATORS,
};

/// Version of the header format written and read here.
pub const HEADER_VERSION: u8 = 1;

/// Longest signature in a certificate, in bytes (P-384 has 96).
const MAX_SIGNATURE_BYTES: usize = 256;

/// Longest encoded certified header, in bytes.
const MAX_CERTIFIED_HEADER_BYTES: usize = 128 * 1024;

/// What validators sign: a block's place in the chain and the roots of what it contains.
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Header {
    /// [`HEADER_VERSION`].
    pub version: u8,
    /// Name of the network.
    pub network: Network,
    /// Hash of the genesis the network started from.
    pub genesis_hash: Hash,
    /// Height of the block; the genesis block has height 0.
    pub height: u64,
    /// Milliseconds since 1970-01-01T00:00:00Z; strictly greater than the parent's.
    pub time_ms: u64,
    /// Hash of the previous header; zero at height 0.
    pub parent: Hash,
    /// Merkle root over the transactions ([`crate::merkle`]).
    pub transactions_root: Hash,
    /// Merkle root over the events.
    pub events_root: Hash,
    /// Root of the state tree after this block.
    pub state_root: Hash,
    /// Hash of the validator set that certifies this header.
    pub validators_hash: Hash,
    /// Hash of the validator set that certifies the next header.
    pub next_validators_hash: Hash,
    /// DID of the validator that proposed the block.
    pub proposer: String,
}

impl Header {
    /// The hash that the next header calls its parent.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.signing_bytes())
    }

    /// The labelled bytes that validators sign.
    #[must_use]
    pub fn signing_bytes(&self) -> Vec<u8> {
        Domain::BlockHeader.frame(&[&encode(self)])
    }

    fn check_form(&self) -> Result<(), Error> {
        if self.version != HEADER_VERSION {
            return Err(Error::UnknownVersion { what: "header", found: self.version, known: HEADER_VERSION });
        }
        bounded("proposer", self.proposer.len(), 512)
    }
}

/// One validator's signature over [`Header::signing_bytes`].
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct CommitSignature {
    /// Index into the validator set.
    pub validator: u16,
    /// The signature, `r‖s` or Ed25519's 64 bytes.
    #[serde(with = "base64url")]
    pub signature: Vec<u8>,
}

/// Signatures of validators with more than two thirds of the power, ascending by index.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    BorshSerialize,
    BorshDeserialize,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct Certificate(Vec<CommitSignature>);

impl Certificate {
    /// Collects signatures; order and membership are checked by [`CertifiedHeader::verify`].
    #[must_use]
    pub fn new(mut signatures: Vec<CommitSignature>) -> Self {
        signatures.sort_by_key(|signature| signature.validator);
        Self(signatures)
    }

    /// The signatures.
    #[must_use]
    pub fn signatures(&self) -> &[CommitSignature] {
        &self.0
    }
}

/// A header together with the proof that its validators agreed on it.
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct CertifiedHeader {
    /// The header.
    pub header: Header,
    /// Its certificate.
    pub certificate: Certificate,
}

impl CertifiedHeader {
    /// Certifies a header with one key of the set; enough when its holder has more than two thirds
    /// of the power.
    ///
    /// # Errors
    /// [`Error::Validators`] when the key belongs to no member of `set`.
    pub fn sign(header: Header, set: &ValidatorSet, key: &SigningKey) -> Result<Self, Error> {
        let (validator, _) = set
            .position(&key.verifying_key())
            .ok_or_else(|| Error::Validators("the signing key belongs to no member".into()))?;
        let signature = key.sign(&header.signing_bytes()).as_bytes().to_vec();
        Ok(Self { header, certificate: Certificate::new(vec![CommitSignature { validator, signature }]) })
    }

    /// Checks that `set` is the set the header names and that more than two thirds of its power signed.
    ///
    /// Every signature present must verify: a certificate with a bad signature is refused even when
    /// the good ones would suffice, so that no bit of it is ignored.
    ///
    /// # Errors
    /// The first rule broken, in the order: version, set, emptiness, order, membership, signature, power.
    pub fn verify(&self, set: &ValidatorSet) -> Result<(), Error> {
        // 1. the header's form, and the set it names
        self.header.check_form()?;
        let height = self.header.height;
        if self.header.validators_hash != set.hash() {
            return Err(Error::OtherValidators { height });
        }
        // 2. signers: some, members, strictly ascending
        bounded("certificate", self.certificate.0.len(), MAX_VALIDATORS)?;
        if self.certificate.0.is_empty() {
            return Err(Error::EmptyCertificate { height });
        }
        let message = self.header.signing_bytes();
        let mut previous = None;
        let mut signed: u64 = 0;
        for CommitSignature { validator, signature } in &self.certificate.0 {
            if previous.is_some_and(|previous| previous >= *validator) {
                return Err(Error::DuplicateSigner { signer: *validator });
            }
            previous = Some(*validator);
            let members = set.members();
            let member = members
                .get(usize::from(*validator))
                .ok_or(Error::NotAMember { signer: *validator, members: members.len() })?;
            // 3. signatures
            bounded("signature", signature.len(), MAX_SIGNATURE_BYTES)?;
            member
                .key
                .verify(&message, signature)
                .map_err(|_| Error::Signature { signer: member.did.clone() })?;
            signed += member.power;
        }
        // 4. power: 3 × signed > 2 × total cannot overflow, see ValidatorSet::new
        let total = set.total_power();
        if 3 * signed > 2 * total { Ok(()) } else { Err(Error::TooLittlePower { signed, total }) }
    }

    /// Canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`] or [`Error::UnknownVersion`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let certified: Self = decode("certified header", bytes, MAX_CERTIFIED_HEADER_BYTES)?;
        certified.header.check_form()?;
        Ok(certified)
    }
}
