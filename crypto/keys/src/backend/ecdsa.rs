//! ECDSA (FIPS 186-5) on AWS-LC: P-256 with SHA-256, P-384 with SHA-384.
//!
//! Signatures are `r ‖ s` (IEEE P1363). Both `s` and `n − s` verify, as the standards for ES256 and ES384 require:
//! signature bytes are therefore never an identifier of what was signed.

use crate::{Algorithm, Error};
use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair, ParsedPublicKey};
use der::SecretDocument;
use sec1::EcPrivateKey;

/// A public key parsed once, and its uncompressed point.
pub(crate) struct Public {
    parsed: ParsedPublicKey,
    point: Box<[u8]>,
}

impl Public {
    /// Reads a compressed or uncompressed SEC1 point; AWS-LC checks that it is on the curve and reduced.
    pub(crate) fn from_sec1(algorithm: Algorithm, point: &[u8]) -> Result<Self, Error> {
        let refused = |reason| Error::PublicKey { algorithm, reason };
        let verification: &'static signature::EcdsaVerificationAlgorithm = match algorithm {
            Algorithm::P256 => &signature::ECDSA_P256_SHA256_FIXED,
            Algorithm::P384 => &signature::ECDSA_P384_SHA384_FIXED,
            _ => return Err(refused("not an ECDSA algorithm of this library")),
        };
        let parsed = ParsedPublicKey::new(verification, point)
            .map_err(|_| refused("the bytes are not a point of the curve"))?;
        let spki: PublicKeyX509Der<'_> =
            parsed.as_der().map_err(|_| refused("the point cannot be written back"))?;
        // A SubjectPublicKeyInfo ends with the point, uncompressed.
        let length = 1 + 2 * algorithm.private_key_len();
        let (_, point) = spki
            .as_ref()
            .split_at_checked(spki.as_ref().len().saturating_sub(length))
            .ok_or_else(|| refused("the point cannot be written back"))?;
        Ok(Self { parsed, point: point.into() })
    }

    pub(crate) fn point(&self) -> &[u8] {
        &self.point
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        self.parsed.verify_sig(message, signature).map_err(|_| Error::Verification)
    }
}

/// Reads a scalar of the right length and computes its public key.
pub(crate) fn private(algorithm: Algorithm, scalar: &[u8]) -> Result<EcdsaKeyPair, Error> {
    let refused = |reason| Error::PrivateKey { algorithm, reason };
    let signing: &'static signature::EcdsaSigningAlgorithm = match algorithm {
        Algorithm::P256 => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        Algorithm::P384 => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
        _ => return Err(refused("not an ECDSA algorithm of this library")),
    };
    // AWS-LC imports a bare scalar only as an RFC 5915 structure.
    let parameters = crate::asn1::curve(algorithm).map(Into::into);
    let structure = EcPrivateKey { private_key: scalar, parameters, public_key: None };
    let document =
        SecretDocument::encode_msg(&structure).map_err(|_| refused("the scalar cannot be encoded"))?;
    EcdsaKeyPair::from_private_key_der(signing, document.as_bytes())
        .map_err(|_| refused("the scalar is not in 1..n"))
}

/// The uncompressed point of the public key.
pub(crate) fn public_point(key: &EcdsaKeyPair) -> &[u8] {
    key.public_key().as_ref()
}

/// The scalar, big-endian, in a buffer that wipes itself.
pub(crate) fn scalar(key: &EcdsaKeyPair) -> EcPrivateKeyBin<'static> {
    key.private_key().as_be_bytes().expect("the scalar, because an EcdsaKeyPair always holds one")
}

/// Signs with a fresh nonce that AWS-LC draws itself.
pub(crate) fn sign(key: &EcdsaKeyPair, message: &[u8]) -> signature::Signature {
    key.sign(&SystemRandom::new(), message)
        .expect("a signature, because the key is valid and only a failed allocation is left")
}
