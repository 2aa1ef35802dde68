//! The private half of a key.

use crate::backend::{ecdsa, ed25519, secp256k1, sm2};
use crate::{Algorithm, Error, Secret, Signature, VerifyingKey};
use rand_core::CryptoRng;
use std::fmt;
use zeroize::Zeroizing;

/// A private key together with its public half.
///
/// It cannot be cloned, printed or serialised by accident: every export is named and gives a [`Secret`].
///
/// # Security
/// Signing is constant time in the key as far as the libraries behind it promise: AWS-LC for Ed25519, P-256 and
/// P-384, libsecp256k1, `hufu-sm`. Key material is overwritten on drop. Not promised: copies that moves of
/// a value left on the stack, protection against power or fault analysis.
pub struct SigningKey {
    private: Private,
    verifying: VerifyingKey,
}

enum Private {
    Ed25519(ed25519::Private),
    Ecdsa(aws_lc_rs::signature::EcdsaKeyPair),
    Secp256k1(secp256k1::Private),
    Sm2(sm2::Private),
}

/// Candidates drawn before a generator is declared broken. The worst curve (P-256) refuses one in 2³².
const MAX_DRAWS: usize = 32;

impl SigningKey {
    /// Draws a new key from `rng`: the seed, or a scalar by rejection, so that it is uniform.
    ///
    /// # Panics
    /// If `rng` repeats an unusable value (zero, for instance) 32 times: it is not random then, and
    /// any key drawn from it would be worthless.
    pub fn generate(algorithm: Algorithm, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = Zeroizing::new(vec![0; algorithm.private_key_len()]);
        for _ in 0..MAX_DRAWS {
            rng.fill_bytes(&mut bytes);
            if let Ok(key) = Self::from_bytes(algorithm, &bytes) {
                return key;
            }
        }
        panic!("the random generator is broken: {MAX_DRAWS} draws gave no usable {algorithm} key")
    }

    /// The algorithm this key signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.verifying.algorithm()
    }

    /// The public half; a cheap clone.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        self.verifying.clone()
    }

    /// Signs `message`.
    ///
    /// Signatures of Ed25519, secp256k1 (RFC 6979) and SM2 are deterministic; P-256 and P-384 draw their nonce from
    /// AWS-LC's generator.
    ///
    /// # Panics
    /// If AWS-LC cannot allocate memory.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        let algorithm = self.algorithm();
        match &self.private {
            Private::Ed25519(key) => Signature::new(algorithm, key.sign(message).as_ref()),
            Private::Ecdsa(key) => Signature::new(algorithm, ecdsa::sign(key, message).as_ref()),
            Private::Secp256k1(key) => Signature::new(algorithm, &key.sign(message)),
            Private::Sm2(key) => Signature::new(algorithm, &key.sign(message)),
        }
    }

    /// Reads the seed of Ed25519, or a big-endian scalar of the curve's full length.
    ///
    /// # Errors
    /// [`Error::PrivateKey`] for a wrong length, or a scalar outside `1..n` (SM2: `1..=n−2`).
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() != algorithm.private_key_len() {
            return Err(Error::PrivateKey { algorithm, reason: "wrong number of bytes" });
        }
        match algorithm {
            Algorithm::Ed25519 => {
                let key = ed25519::Private::from_seed(bytes)?;
                let verifying = VerifyingKey::from_bytes(algorithm, key.public())?;
                Ok(Self { private: Private::Ed25519(key), verifying })
            }
            Algorithm::P256 | Algorithm::P384 => {
                let key = ecdsa::private(algorithm, bytes)?;
                let verifying = VerifyingKey::from_sec1_bytes(algorithm, ecdsa::public_point(&key))?;
                Ok(Self { private: Private::Ecdsa(key), verifying })
            }
            Algorithm::Secp256k1 => {
                let key = secp256k1::Private::from_scalar(bytes)?;
                let verifying = VerifyingKey::from_sec1_bytes(algorithm, &key.point())?;
                Ok(Self { private: Private::Secp256k1(key), verifying })
            }
            Algorithm::Sm2 => {
                let key = sm2::Private::from_scalar(bytes)?;
                let verifying = VerifyingKey::from_sec1_bytes(algorithm, &key.point())?;
                Ok(Self { private: Private::Sm2(key), verifying })
            }
        }
    }

    /// The seed of Ed25519, or the scalar, big-endian, with leading zeros.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        Secret::new(match &self.private {
            Private::Ed25519(key) => key.seed().to_vec(),
            Private::Ecdsa(key) => ecdsa::scalar(key).as_ref().to_vec(),
            Private::Secp256k1(key) => key.scalar().to_vec(),
            Private::Sm2(key) => key.scalar().to_vec(),
        })
    }

    /// Reads a private key that came with its public half, and checks that they belong together.
    pub(crate) fn from_pair(
        algorithm: Algorithm,
        bytes: &[u8],
        public: &VerifyingKey,
    ) -> Result<Self, Error> {
        let key = Self::from_bytes(algorithm, bytes)?;
        if key.verifying == *public { Ok(key) } else { Err(Error::Mismatch) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, private part redacted)", self.verifying.to_multikey())
    }
}
