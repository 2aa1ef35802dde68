//! Private keys.
//!
//! # Security
//! Signing takes time independent of the key as far as the libraries promise it: `ed25519-dalek` (deterministic
//! nonce, RFC 8032), `aws-lc` (random nonce), RustCrypto `sm2` (deterministic nonce, RFC 6979 with SM3).
//! The Ed25519 and SM2 libraries erase their keys on drop; aws-lc cleanses freed key memory itself.

use aws_lc_rs::{encoding::AsBigEndian as _, rand::SystemRandom, signature as lc, signature::KeyPair as _};
use ed25519_dalek::Signer as _;
use rand_core::CryptoRng;
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use zeroize::Zeroize as _;

use crate::{Algorithm, Error, Secret, Signature, VerifyingKey, verifying_key::SM2_ID};

/// A private key. It prints nothing of itself and cannot be compared or hashed.
pub struct SigningKey {
    inner: Inner,
    public: VerifyingKey,
}

enum Inner {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Ecdsa(Box<lc::EcdsaKeyPair>),
    Sm2(Box<sm2::dsa::SigningKey>),
}

/// The signing algorithm of the library for fixed-length signatures.
fn ecdsa(algorithm: Algorithm) -> Option<&'static lc::EcdsaSigningAlgorithm> {
    match algorithm {
        Algorithm::P256 => Some(&lc::ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::P384 => Some(&lc::ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::Secp256k1 => Some(&lc::ECDSA_P256K1_SHA256_FIXED_SIGNING),
        Algorithm::Ed25519 | Algorithm::Sm2 => None,
    }
}

impl SigningKey {
    /// A new key from `rng`.
    pub fn generate<R: CryptoRng + ?Sized>(algorithm: Algorithm, rng: &mut R) -> Self {
        // A random string is a valid scalar but for a chance of at most 2^-32 (P-256): draw again then.
        loop {
            let mut bytes = vec![0; algorithm.private_key_len()];
            rng.fill_bytes(&mut bytes);
            let key = Self::from_bytes(algorithm, &bytes);
            bytes.zeroize();
            if let Ok(key) = key {
                return key;
            }
        }
    }

    /// Reads a seed (Ed25519) or a big-endian scalar.
    ///
    /// # Errors
    /// [`Error::Length`]; [`Error::InvalidPrivateKey`] for zero or a number not below the order (for SM2: n − 1).
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        let expected = algorithm.private_key_len();
        if bytes.len() != expected {
            return Err(Error::Length { what: "a private key", expected, actual: bytes.len() });
        }
        let invalid = Error::InvalidPrivateKey(algorithm);
        if let Some(signing) = ecdsa(algorithm) {
            let der = crate::pkcs8::ec_private_key(algorithm, bytes)?;
            let pair = der
                .expose(|der| lc::EcdsaKeyPair::from_private_key_der(signing, der))
                .map_err(|_| invalid)?;
            let public = VerifyingKey::from_bytes(algorithm, pair.public_key().as_ref())?;
            return Ok(Self { inner: Inner::Ecdsa(Box::new(pair)), public });
        }
        if algorithm == Algorithm::Sm2 {
            // GB/T 32918.1 §6.1: d lies in [1, n − 2], so that 1 + d has an inverse.
            let key = sm2::dsa::SigningKey::from_slice(SM2_ID, bytes).map_err(|_| invalid.clone())?;
            if bytes == SM2_ORDER_MINUS_ONE.as_slice() {
                return Err(invalid);
            }
            let point = key.verifying_key().to_sec1_point(false);
            let public = VerifyingKey::from_bytes(algorithm, point.as_bytes())?;
            return Ok(Self { inner: Inner::Sm2(Box::new(key)), public });
        }
        let mut seed: [u8; 32] = bytes.try_into().map_err(|_| invalid)?;
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.zeroize();
        let public = VerifyingKey::from_bytes(algorithm, key.verifying_key().as_bytes())?;
        Ok(Self { inner: Inner::Ed25519(Box::new(key)), public })
    }

    /// The seed or scalar.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        match &self.inner {
            Inner::Ed25519(key) => Secret::new(key.to_bytes().to_vec()),
            Inner::Ecdsa(pair) => {
                let scalar: aws_lc_rs::encoding::EcPrivateKeyBin<'_> = pair
                    .private_key()
                    .as_be_bytes()
                    .expect("a key pair in memory can be written because allocation does not fail");
                Secret::new(scalar.as_ref().to_vec())
            }
            Inner::Sm2(key) => Secret::new(key.to_bytes().to_vec()),
        }
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public key.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        self.public.clone()
    }

    /// Signs a message.
    ///
    /// # Panics
    /// When the system's random number generator fails (ECDSA): no signature could be made safely.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        let bytes = match &self.inner {
            Inner::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Inner::Ecdsa(pair) => pair
                .sign(&SystemRandom::new(), message)
                .expect("the system's random number generator works because the platform requires it")
                .as_ref()
                .to_vec(),
            Inner::Sm2(key) => key.sign(message).to_bytes().to_vec(),
        };
        Signature::new(self.algorithm(), bytes)
    }
}

/// n − 1 of the SM2 curve (GB/T 32918.5).
const SM2_ORDER_MINUS_ONE: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x72, 0x03, 0xdf,
    0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x22,
];

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKey({} redacted)", self.algorithm())
    }
}
