//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) and PKCS#8 (RFC 5958) in DER and PEM, byte for byte as OpenSSL writes
//! them, encrypted PKCS#8, and the older `EC PRIVATE KEY` (RFC 5915).
//!
//! | algorithm | AlgorithmIdentifier | public key | private key |
//! |---|---|---|---|
//! | Ed25519 (RFC 8410) | 1.3.101.112, no parameters | 32 bytes | OCTET STRING of the seed |
//! | the others (RFC 5480; SM2: GM/T 0006) | id-ecPublicKey with the curve's OID | SEC1 point | ECPrivateKey |
//!
//! Points are written uncompressed and read in both forms. Curves must be named: explicit parameters, which let
//! the sender choose the generator, are refused.

mod ec;
mod encrypted;
pub(crate) mod pem;
mod private;
mod public;

pub use encrypted::EncryptedKey;

use crate::{Algorithm, Error};
use der::asn1::{AnyRef, ObjectIdentifier};
use spki::AlgorithmIdentifierRef;

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const SECP256K1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.10");
const SM2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");

const SPKI: &str = "SubjectPublicKeyInfo";
const PKCS8: &str = "PKCS#8 private key";
const ENCRYPTED: &str = "encrypted PKCS#8 private key";
const RFC5915: &str = "RFC 5915 EC private key";

/// The OID of an algorithm's named curve; Ed25519 has none.
pub(crate) fn curve(algorithm: Algorithm) -> Option<ObjectIdentifier> {
    match algorithm {
        Algorithm::Ed25519 => None,
        Algorithm::P256 => Some(P256),
        Algorithm::P384 => Some(P384),
        Algorithm::Secp256k1 => Some(SECP256K1),
        Algorithm::Sm2 => Some(SM2),
    }
}

fn identifier(curve: Option<&ObjectIdentifier>) -> AlgorithmIdentifierRef<'_> {
    match curve {
        Some(curve) => AlgorithmIdentifierRef { oid: EC_PUBLIC_KEY, parameters: Some(AnyRef::from(curve)) },
        None => AlgorithmIdentifierRef { oid: ED25519, parameters: None },
    }
}

fn identify(structure: &'static str, found: &AlgorithmIdentifierRef<'_>) -> Result<Algorithm, Error> {
    Algorithm::ALL.into_iter().find(|a| identifier(curve(*a).as_ref()) == *found).ok_or_else(|| {
        let parameters = found.parameters.as_ref();
        let what = match parameters.map(|parameters| parameters.decode_as::<ObjectIdentifier>()) {
            _ if found.oid != EC_PUBLIC_KEY => format!("its algorithm {} is not supported", found.oid),
            Some(Ok(curve)) => format!("its curve {curve} is not supported"),
            Some(Err(_)) => "its curve has explicit parameters and not a name: \
                                 `openssl ec -param_enc named_curve` writes the name of a known one"
                .to_owned(),
            None => "its curve is not named".to_owned(),
        };
        encoding(structure, &what)
    })
}

/// DER errors name tags, positions and OIDs, never contents.
fn encoding(structure: &'static str, reason: &dyn std::fmt::Display) -> Error {
    Error::Encoding { structure, reason: reason.to_string() }
}
