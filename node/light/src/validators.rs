//! Who certifies blocks: a set of DIDs with keys and voting power.

use std::io;

use borsh::{BorshDeserialize, BorshSerialize};
use hufu_keys::{Domain, VerifyingKey};

use crate::{Error, Hash, encoding::encode};

/// Most validators in a set; certificates and answers are bounded by it.
pub const MAX_VALIDATORS: usize = 256;

/// Longest DID of a validator, in bytes.
const MAX_DID_BYTES: usize = 512;

/// One member of a [`ValidatorSet`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    /// The DID of the member organisation's node.
    pub did: String,
    /// The key its node signs headers with; any algorithm.
    pub key: VerifyingKey,
    /// Its weight in a certificate, at least 1.
    pub power: u64,
}

/// A non-empty set of validators, strictly ascending by DID, without repeated keys.
///
/// ```
/// use hufu_keys::{Algorithm, SigningKey};
/// use hufu_light::{Validator, ValidatorSet};
/// # use rand::SeedableRng;
/// # let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
/// let key = SigningKey::generate(Algorithm::Sm2, &mut rng).verifying_key();
/// let node = Validator { did: "did:web:a.example".into(), key, power: 1 };
/// assert!(ValidatorSet::new(vec![node.clone()]).is_ok());
/// assert!(ValidatorSet::new(vec![node.clone(), node]).is_err(), "nobody sits in the set twice");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Vec<Raw>", into = "Vec<Raw>")]
pub struct ValidatorSet(Vec<Validator>);

impl ValidatorSet {
    /// Checks the rules of a set.
    ///
    /// # Errors
    /// [`Error::Validators`] names the broken rule; [`Error::TooLarge`] above [`MAX_VALIDATORS`].
    pub fn new(validators: Vec<Validator>) -> Result<Self, Error> {
        let refuse = |reason: String| Err(Error::Validators(reason));
        crate::encoding::bounded("validator set", validators.len(), MAX_VALIDATORS)?;
        if validators.is_empty() {
            return refuse("a set needs at least one member".into());
        }
        let mut total: u64 = 0;
        for (index, member) in validators.iter().enumerate() {
            if member.did.len() > MAX_DID_BYTES || !member.did.starts_with("did:") {
                return refuse(format!("member {index} has no usable DID"));
            }
            if member.power == 0 {
                return refuse(format!("{} has no power", member.did));
            }
            if validators.iter().skip(index + 1).any(|other| other.key == member.key) {
                return refuse(format!("{} shares its key with another member", member.did));
            }
            total = match total.checked_add(member.power) {
                // certificates compare 3 × signed with 2 × total
                Some(sum) if sum <= u64::MAX / 3 => sum,
                _ => return refuse("the total power overflows".into()),
            };
        }
        if !validators.windows(2).all(|pair| matches!(pair, [a, b] if a.did < b.did)) {
            return refuse("members must be strictly ascending by DID".into());
        }
        Ok(Self(validators))
    }

    /// The members, ascending by DID.
    #[must_use]
    pub fn members(&self) -> &[Validator] {
        &self.0
    }

    /// Index and entry of the member with this key.
    #[must_use]
    pub fn position(&self, key: &VerifyingKey) -> Option<(u16, &Validator)> {
        (0u16..).zip(&self.0).find(|(_, member)| member.key == *key)
    }

    /// Sum of all power.
    #[must_use]
    pub fn total_power(&self) -> u64 {
        self.0.iter().map(|member| member.power).sum()
    }

    /// Hash that headers name the set by.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::framed(Domain::ValidatorSet, &[&encode(self)])
    }
}

/// The unchecked form on the wire and in JSON.
#[derive(BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    did: String,
    /// Multikey.
    key: String,
    power: u64,
}

impl From<&Validator> for Raw {
    fn from(member: &Validator) -> Self {
        Self { did: member.did.clone(), key: member.key.to_multikey(), power: member.power }
    }
}

impl From<ValidatorSet> for Vec<Raw> {
    fn from(set: ValidatorSet) -> Self {
        set.0.iter().map(Raw::from).collect()
    }
}

impl TryFrom<Vec<Raw>> for ValidatorSet {
    type Error = Error;

    fn try_from(raw: Vec<Raw>) -> Result<Self, Error> {
        crate::encoding::bounded("validator set", raw.len(), MAX_VALIDATORS)?;
        let parse = |raw: Raw| {
            let key = VerifyingKey::from_multikey(&raw.key)
                .map_err(|e| Error::Validators(format!("the key of {}: {e}", raw.did)))?;
            Ok(Validator { did: raw.did, key, power: raw.power })
        };
        Self::new(raw.into_iter().map(parse).collect::<Result<_, Error>>()?)
    }
}

impl BorshSerialize for ValidatorSet {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.iter().map(Raw::from).collect::<Vec<_>>().serialize(writer)
    }
}

impl BorshDeserialize for ValidatorSet {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let raw = Vec::<Raw>::deserialize_reader(reader)?;
        Self::try_from(raw).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
    }
}
