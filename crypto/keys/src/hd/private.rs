//! Extended private keys: a key, its chain code, and its place in the tree.

use super::place::{self, Place};
use super::step::{self, hmac_sha512};
use super::{ChildNumber, DerivationPath, ExtendedPublicKey, MAX_SEED_BYTES, MIN_SEED_BYTES, Rules};
use crate::backend::arithmetic;
use crate::{Algorithm, Error, Secret, SigningKey, VerifyingKey};
use std::fmt;
use zeroize::Zeroizing;

/// A private key from which its descendants' keys are derived.
///
/// # Security
/// It stands for the whole tree below it. Nothing of it is printed; key and chain code are overwritten when it is dropped,
/// as those of [`SigningKey`] are.
pub struct ExtendedPrivateKey {
    key: SigningKey,
    chain_code: Secret<Box<[u8]>>,
    place: Place,
}

impl ExtendedPrivateKey {
    /// Bytes of [`to_bytes`](Self::to_bytes).
    pub const BYTES: usize = place::BYTES + 32 + 33;

    /// The master key of a seed.
    ///
    /// # Errors
    /// [`Error::SeedLength`] unless the seed has [`MIN_SEED_BYTES`] to [`MAX_SEED_BYTES`]; [`Error::NotDefined`] for
    /// P-384; [`Error::UnusableSeed`], which no seed is known for.
    pub fn from_seed(algorithm: Algorithm, seed: &[u8]) -> Result<Self, Error> {
        let rules = Rules::of(algorithm)?;
        if !(MIN_SEED_BYTES..=MAX_SEED_BYTES).contains(&seed.len()) {
            return Err(Error::SeedLength { min: MIN_SEED_BYTES, max: MAX_SEED_BYTES, found: seed.len() });
        }
        let mac = |parts: &[&[u8]]| hmac_sha512(rules.label.as_bytes(), parts);
        let make = |left: &[u8; 32]| SigningKey::from_bytes(algorithm, left).ok();
        let (key, chain_code) =
            step::master(rules.retries, seed, mac, make).ok_or(Error::UnusableSeed { algorithm })?;
        Ok(Self::new(key, chain_code.as_slice(), Place::MASTER))
    }

    /// The child of this number.
    ///
    /// # Errors
    /// [`Error::NotHardened`] for a normal child of an Ed25519 key; [`Error::TooDeep`] at depth 255;
    /// [`Error::UnusableChild`], which no key is known for.
    pub fn child(&self, number: ChildNumber) -> Result<Self, Error> {
        let algorithm = self.algorithm();
        let rules = Rules::of(algorithm)?;
        if !number.is_hardened() && !rules.normal {
            return Err(Error::NotHardened { algorithm, number });
        }
        let public = public_bytes(&self.verifying_key());
        let place = self.place.child(&public, number)?;
        let data = if number.is_hardened() { self.private_bytes() } else { Zeroizing::new(public) };
        let (key, chain_code) = self.chain_code.expose(|chain_code| {
            let mac = |parts: &[&[u8]]| hmac_sha512(chain_code, parts);
            step::child(rules.retries, &data, number, mac, |left| self.key_of_child(left))
        })?;
        Ok(Self::new(key, chain_code.as_slice(), place))
    }

    /// The descendant at the end of a path that begins here.
    ///
    /// # Errors
    /// Those of [`child`](Self::child).
    pub fn derive(&self, path: &DerivationPath) -> Result<Self, Error> {
        let Some((first, rest)) = path.steps().split_first() else { return self.copy() };
        rest.iter().try_fold(self.child(*first)?, |key, number| key.child(*number))
    }

    /// The public half, from which the public keys of normal children are derived.
    #[must_use]
    pub fn to_public(&self) -> ExtendedPublicKey {
        self.chain_code.expose(|c| ExtendedPublicKey::new(self.verifying_key(), c, self.place))
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// The public key.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// The private key.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningKey {
        &self.key
    }

    /// The private key alone.
    #[must_use]
    pub fn into_signing_key(self) -> SigningKey {
        self.key
    }

    /// The chain code: 32 bytes.
    #[must_use]
    pub const fn chain_code(&self) -> &Secret<Box<[u8]>> {
        &self.chain_code
    }

    /// Steps from the master key.
    #[must_use]
    pub const fn depth(&self) -> u8 {
        self.place.depth
    }

    /// The first bytes of the parent's [`identifier`](ExtendedPublicKey::identifier); zeros for a master key.
    #[must_use]
    pub const fn parent_fingerprint(&self) -> [u8; 4] {
        self.place.parent
    }

    /// Which child of its parent it is; nothing for a master key.
    #[must_use]
    pub fn child_number(&self) -> Option<ChildNumber> {
        (self.place.depth > 0).then_some(self.place.number)
    }

    /// BIP32's serialisation without the version: depth, parent's fingerprint, child number, chain code, `00` and the
    /// private key. Text for secp256k1 is [`to_xprv`](Self::to_xprv); the other curves have none.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut out = Vec::with_capacity(Self::BYTES);
        out.extend_from_slice(&self.place.to_bytes());
        self.chain_code.expose(|chain_code| out.extend_from_slice(chain_code));
        out.extend_from_slice(self.private_bytes().as_slice());
        Secret::new(out)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`Error::ExtendedKey`] naming what is wrong; [`Error::PublicKeyGiven`] if the key in it is a public one;
    /// [`Error::PrivateKey`]; [`Error::NotDefined`] for P-384.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        Rules::of(algorithm)?;
        let (place, chain_code, key) = split(bytes)?;
        match key {
            [0, scalar @ ..] => Ok(Self::new(SigningKey::from_bytes(algorithm, scalar)?, chain_code, place)),
            [2 | 3, ..] => Err(Error::PublicKeyGiven),
            _ => Err(Error::ExtendedKey("its private key does not begin with 00")),
        }
    }

    fn new(key: SigningKey, chain_code: &[u8], place: Place) -> Self {
        Self { key, chain_code: Secret::new(chain_code.into()), place }
    }

    /// The same once more, for the path without steps.
    fn copy(&self) -> Result<Self, Error> {
        let key = self.key.to_bytes().expose(|bytes| SigningKey::from_bytes(self.algorithm(), bytes))?;
        Ok(self.chain_code.expose(|chain_code| Self::new(key, chain_code, self.place)))
    }

    /// `00 ‖ ser256(k)`.
    fn private_bytes(&self) -> Zeroizing<[u8; 33]> {
        let mut out = Zeroizing::new([0; 33]);
        self.key.to_bytes().expose(|bytes| copy_behind_first(&mut out, bytes));
        out
    }

    /// Step 2: what the left half makes of this key.
    fn key_of_child(&self, left: &[u8; 32]) -> Option<SigningKey> {
        let algorithm = self.algorithm();
        if algorithm == Algorithm::Ed25519 {
            return SigningKey::from_bytes(algorithm, left).ok();
        }
        let sum = self.key.to_bytes().expose(|key| arithmetic::add_to_private(algorithm, key, left))?;
        SigningKey::from_bytes(algorithm, sum.as_slice()).ok()
    }
}

impl fmt::Debug for ExtendedPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendedPrivateKey({:?}, depth {}, chain code redacted)", self.key, self.place.depth)
    }
}

/// Place, chain code and key of the 74 bytes.
#[allow(clippy::type_complexity, reason = "three parts that are named where they are taken apart")]
pub(super) fn split(bytes: &[u8]) -> Result<(Place, &[u8; 32], &[u8; 33]), Error> {
    let parts = || {
        let (place, rest) = bytes.split_first_chunk::<{ place::BYTES }>()?;
        let (chain_code, rest) = rest.split_first_chunk::<32>()?;
        Some((place, chain_code, <&[u8; 33]>::try_from(rest).ok()?))
    };
    let (place, chain_code, key) = parts().ok_or(Error::ExtendedKey("it has a wrong number of bytes"))?;
    Ok((Place::from_bytes(*place)?, chain_code, key))
}

/// A public key as SLIP-0010 hashes and prints it: the compressed point, or `00` and the 32 bytes of Ed25519.
pub(super) fn public_bytes(key: &VerifyingKey) -> [u8; 33] {
    let mut out = [0; 33];
    match <[u8; 33]>::try_from(key.as_bytes()) {
        Ok(point) => out = point,
        Err(_) => copy_behind_first(&mut out, key.as_bytes()),
    }
    out
}

fn copy_behind_first(out: &mut [u8; 33], bytes: &[u8]) {
    for (to, from) in out.iter_mut().skip(1).zip(bytes) {
        *to = *from;
    }
}
