//! The shared secret: S, its hash h, and the two things that are made of h.

use crate::backend::arithmetic;
use crate::{Algorithm, Domain, Error, SigningKey, VerifyingKey};
use hufu_sm::sm3;
use sha2::{Digest, Sha256};
use sha3::Keccak256;
use zeroize::{Zeroize, Zeroizing};

/// h = H(S).
pub(super) struct SharedSecret {
    algorithm: Algorithm,
    hash: Zeroizing<[u8; 32]>,
}

impl SharedSecret {
    /// From one side's private key and the other's public one, which have one algorithm.
    ///
    /// Nothing if there is no shared point, which two keys of this crate always have.
    pub(super) fn new(private: &SigningKey, public: &VerifyingKey) -> Option<Self> {
        let algorithm = private.algorithm();
        if algorithm != public.algorithm() {
            return None;
        }
        let point = private
            .to_bytes()
            .expose(|scalar| arithmetic::shared_point(algorithm, scalar, public.as_bytes()))?;
        Some(Self { algorithm, hash: hash(algorithm, point.as_slice())? })
    }

    /// The first byte of h.
    pub(super) fn view_tag(&self) -> u8 {
        let [tag, ..] = *self.hash;
        tag
    }

    /// K + h·G, if it is a key.
    pub(super) fn one_time_public(&self, spend: &VerifyingKey) -> Option<VerifyingKey> {
        let point = arithmetic::add_to_public(self.algorithm, spend.as_bytes(), self.usable()?)?;
        VerifyingKey::from_bytes(self.algorithm, point.as_slice()).ok()
    }

    /// k + h modulo n, if it is a key.
    pub(super) fn one_time_private(&self, spend: &SigningKey) -> Option<SigningKey> {
        let tweak = self.usable()?;
        let sum = spend.to_bytes().expose(|k| arithmetic::add_to_private(self.algorithm, k, tweak))?;
        SigningKey::from_bytes(self.algorithm, sum.as_slice()).ok()
    }

    /// h, unless it is zero: K + 0·G would be the published key itself.
    fn usable(&self) -> Option<&[u8; 32]> {
        self.hash.iter().any(|byte| *byte != 0).then_some(&*self.hash)
    }
}

/// H of the compressed point S.
fn hash(algorithm: Algorithm, point: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let framed = || Zeroizing::new(Domain::StealthSecret.frame(&[algorithm.name().as_bytes(), point]));
    let mut hash: [u8; 32] = match algorithm {
        Algorithm::Secp256k1 => Keccak256::digest(point).into(),
        Algorithm::P256 => Sha256::digest(framed().as_slice()).into(),
        Algorithm::Sm2 => sm3::hash(&framed()),
        Algorithm::Ed25519 | Algorithm::P384 => return None,
    };
    let out = Zeroizing::new(hash);
    hash.zeroize();
    Some(out)
}

/// Refuses algorithms without stealth addresses, and two keys of different ones.
pub(super) fn check(spend: &VerifyingKey, view: &VerifyingKey) -> Result<(), Error> {
    check_algorithm(spend.algorithm())?;
    if spend.algorithm() == view.algorithm() {
        return Ok(());
    }
    Err(Error::MetaAddress("the spend and the view key have different algorithms"))
}

pub(super) fn check_algorithm(algorithm: Algorithm) -> Result<(), Error> {
    match algorithm {
        Algorithm::Secp256k1 | Algorithm::P256 | Algorithm::Sm2 => Ok(()),
        Algorithm::Ed25519 | Algorithm::P384 => Err(Error::NotDefined {
            algorithm,
            what: "a stealth address",
            instead: "take secp256k1, P-256 or SM2",
        }),
    }
}
