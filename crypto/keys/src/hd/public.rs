//! Extended public keys: what may be given to whoever is to make public keys and no private ones.

use super::place::{self, Place};
use super::private::{public_bytes, split};
use super::step::{self, hmac_sha512};
use super::{ChildNumber, DerivationPath, Rules};
use crate::backend::arithmetic;
use crate::{Algorithm, Error, VerifyingKey};
use std::fmt;

/// A public key from which the public keys of its normal descendants are derived.
///
/// It shows all of them to whoever has it, and together with the private key of any one it gives the parent's: it is not for
/// everybody, and [`Debug`](fmt::Debug) hides its chain code.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtendedPublicKey {
    key: VerifyingKey,
    chain_code: [u8; 32],
    place: Place,
}

impl ExtendedPublicKey {
    /// Bytes of [`to_bytes`](Self::to_bytes).
    pub const BYTES: usize = place::BYTES + 32 + 33;

    /// The child of this number.
    ///
    /// # Errors
    /// [`Error::HardenedFromPublic`]; [`Error::NotHardened`] for Ed25519, which has no other children;
    /// [`Error::TooDeep`] at depth 255; [`Error::UnusableChild`], which no key is known for.
    pub fn child(&self, number: ChildNumber) -> Result<Self, Error> {
        let algorithm = self.algorithm();
        let rules = Rules::of(algorithm)?;
        if number.is_hardened() {
            return Err(Error::HardenedFromPublic { number });
        }
        if !rules.normal {
            return Err(Error::NotHardened { algorithm, number });
        }
        let data = public_bytes(&self.key);
        let place = self.place.child(&data, number)?;
        let mac = |parts: &[&[u8]]| hmac_sha512(&self.chain_code, parts);
        let make = |left: &[u8; 32]| {
            let sum = arithmetic::add_to_public(algorithm, self.key.as_bytes(), left)?;
            VerifyingKey::from_bytes(algorithm, sum.as_slice()).ok()
        };
        let (key, chain_code) = step::child(rules.retries, &data, number, mac, make)?;
        Ok(Self { key, chain_code: *chain_code, place })
    }

    /// The descendant at the end of a path that begins here.
    ///
    /// # Errors
    /// Those of [`child`](Self::child).
    pub fn derive(&self, path: &DerivationPath) -> Result<Self, Error> {
        path.steps().iter().try_fold(self.clone(), |key, number| key.child(*number))
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// The public key.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The chain code.
    #[must_use]
    pub const fn chain_code(&self) -> &[u8; 32] {
        &self.chain_code
    }

    /// Steps from the master key.
    #[must_use]
    pub const fn depth(&self) -> u8 {
        self.place.depth
    }

    /// The first bytes of the parent's identifier; zeros for a master key.
    #[must_use]
    pub const fn parent_fingerprint(&self) -> [u8; 4] {
        self.place.parent
    }

    /// Which child of its parent it is; nothing for a master key.
    #[must_use]
    pub fn child_number(&self) -> Option<ChildNumber> {
        (self.place.depth > 0).then_some(self.place.number)
    }

    /// RIPEMD-160 of SHA-256 of the key's 33 bytes. Two keys may share its first four, the fingerprint.
    #[must_use]
    pub fn identifier(&self) -> [u8; 20] {
        place::identifier(&public_bytes(&self.key))
    }

    /// BIP32's serialisation without the version: depth, parent's fingerprint, child number, chain code, and the
    /// compressed point, or `00` and the 32 bytes of Ed25519.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let key = public_bytes(&self.key);
        [self.place.to_bytes().as_slice(), &self.chain_code, &key].concat()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`Error::ExtendedKey`] naming what is wrong; [`Error::PrivateKeyGiven`] if the key in it is a private one, which
    /// cannot be told for Ed25519; [`Error::PublicKey`]; [`Error::NotDefined`] for P-384.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        Rules::of(algorithm)?;
        let (place, chain_code, key) = split(bytes)?;
        let key = match (algorithm, key) {
            (Algorithm::Ed25519, [0, key @ ..]) => key.as_slice(),
            (Algorithm::Ed25519, _) => {
                return Err(Error::ExtendedKey("its public key does not begin with 00"));
            }
            (_, [0, ..]) => return Err(Error::PrivateKeyGiven),
            (_, [2 | 3, ..]) => key.as_slice(),
            _ => return Err(Error::ExtendedKey("its public key does not begin with 02 or 03")),
        };
        Ok(Self { key: VerifyingKey::from_bytes(algorithm, key)?, chain_code: *chain_code, place })
    }

    pub(super) fn new(key: VerifyingKey, chain_code: &[u8], place: Place) -> Self {
        let mut out = Self { key, chain_code: [0; 32], place };
        for (to, from) in out.chain_code.iter_mut().zip(chain_code) {
            *to = *from;
        }
        out
    }
}

impl fmt::Debug for ExtendedPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendedPublicKey({:?}, depth {}, chain code hidden)", self.key, self.place.depth)
    }
}
