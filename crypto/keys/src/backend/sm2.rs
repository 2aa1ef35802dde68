//! SM2 signatures (GB/T 32918.2) with SM3 on RustCrypto's `sm2`, with the default distinguishing identifier.
//!
//! Nonces are derived from key and message (RFC 6979 with SM3), so signing is deterministic. `Z_A` is computed
//! once per key.

use crate::{Algorithm, Error};
use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm2::elliptic_curve::sec1::ToSec1Point;
use std::sync::LazyLock;

/// A signing key that is overwritten when dropped.
pub(crate) struct Private(Box<SigningKey>);

/// What a dropped key is overwritten with; `sm2` offers no wiping of its own.
static NOBODY: LazyLock<SigningKey> = LazyLock::new(|| {
    let mut one = [0; 32];
    one[31] = 1;
    SigningKey::from_slice(Algorithm::SM2_ID, &one).expect("a key, because 1 is in 1..=n-2")
});

impl Private {
    pub(crate) fn from_scalar(scalar: &[u8]) -> Result<Self, Error> {
        let refused = |reason| Error::PrivateKey { algorithm: Algorithm::Sm2, reason };
        let key = SigningKey::from_slice(Algorithm::SM2_ID, scalar)
            .map_err(|_| refused("the scalar is not in 1..=n-2"))?;
        // GB/T 32918.2 §6.1 needs (1 + d) to be invertible: d = n-1 cannot sign.
        if scalar == ORDER_MINUS_ONE {
            return Err(refused("the scalar is not in 1..=n-2"));
        }
        Ok(Self(Box::new(key)))
    }

    pub(crate) fn scalar(&self) -> zeroize::Zeroizing<Vec<u8>> {
        zeroize::Zeroizing::new(self.0.to_bytes().to_vec())
    }

    pub(crate) fn point(&self) -> Vec<u8> {
        point(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature =
            self.0.try_sign(message).expect("a signature, because r = 0, r + k = n and s = 0 do not occur");
        signature.to_bytes().into()
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        (*self.0).clone_from(&NOBODY);
        std::hint::black_box(&self.0);
    }
}

/// n − 1 of the recommended curve (GB/T 32918.5), big-endian.
const ORDER_MINUS_ONE: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x72,
    0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x22,
];

/// Reads a compressed or uncompressed SEC1 point.
pub(crate) fn public(bytes: &[u8]) -> Result<VerifyingKey, Error> {
    VerifyingKey::from_sec1_bytes(Algorithm::SM2_ID, bytes).map_err(|_| Error::PublicKey {
        algorithm: Algorithm::Sm2,
        reason: "the bytes are not a point of the curve",
    })
}

/// The uncompressed point.
pub(crate) fn point(key: &VerifyingKey) -> Vec<u8> {
    key.to_sec1_point(false).as_bytes().to_vec()
}

pub(crate) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let signature = Signature::from_slice(signature).map_err(|_| Error::Verification)?;
    key.verify(message, &signature).map_err(|_| Error::Verification)
}
