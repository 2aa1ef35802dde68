//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) and PKCS#8 (RFC 5958) in DER and PEM, byte for byte as OpenSSL writes
//! them, and the older `EC PRIVATE KEY` (RFC 5915) for reading.
//!
//! | algorithm | AlgorithmIdentifier | public key | private key |
//! |---|---|---|---|
//! | Ed25519 (RFC 8410) | 1.3.101.112, no parameters | 32 bytes | OCTET STRING of the seed |
//! | the others (RFC 5480; SM2: GM/T 0006) | id-ecPublicKey with the curve's OID | SEC1 point | ECPrivateKey |
//!
//! Points are written uncompressed and read in both forms. Curves must be named: explicit parameters, which let
//! the sender choose the generator, are refused.

use crate::{Algorithm, Error, Secret, SigningKey, VerifyingKey};
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef};
use der::pem::LineEnding;
use der::{Decode, Document, Encode, SecretDocument};
use pkcs8::PrivateKeyInfoRef;
use sec1::EcPrivateKey;
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const SECP256K1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.10");
const SM2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");

const SPKI: &str = "SubjectPublicKeyInfo";
const PKCS8: &str = "PKCS#8 private key";
const RFC5915: &str = "RFC 5915 EC private key";
const PUBLIC_LABEL: &str = "PUBLIC KEY";
const PRIVATE_LABEL: &str = "PRIVATE KEY";
const EC_LABEL: &str = "EC PRIVATE KEY";

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

impl VerifyingKey {
    /// The SubjectPublicKeyInfo in DER.
    ///
    /// # Panics
    /// Never: a key's few fields always have a DER form.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        self.spki_document().into_vec()
    }

    /// The SubjectPublicKeyInfo in PEM (`BEGIN PUBLIC KEY`), lines ending in `\n`.
    ///
    /// # Panics
    /// Never: a key's few fields always have a PEM form.
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        self.spki_document()
            .to_pem(PUBLIC_LABEL, LineEnding::LF)
            .expect("PEM, because the label is a valid one")
    }

    /// Reads a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`Error::Encoding`] for what is not strict DER, has trailing bytes or another algorithm; those of
    /// [`from_sec1_bytes`](Self::from_sec1_bytes).
    pub fn from_spki_der(der: &[u8]) -> Result<Self, Error> {
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|e| encoding(SPKI, &e))?;
        let algorithm = identify(SPKI, &info.algorithm)?;
        let bytes = info
            .subject_public_key
            .as_bytes()
            .ok_or_else(|| encoding(SPKI, &"the key is not a whole number of bytes"))?;
        match algorithm {
            Algorithm::Ed25519 => Self::from_bytes(algorithm, bytes),
            _ => Self::from_sec1_bytes(algorithm, bytes),
        }
    }

    /// Reads a `PUBLIC KEY` PEM.
    ///
    /// # Errors
    /// Those of [`from_spki_der`](Self::from_spki_der); [`Error::PrivateKeyGiven`] for a `PRIVATE KEY`.
    pub fn from_spki_pem(pem: &str) -> Result<Self, Error> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|e| encoding(SPKI, &e))?;
        match label {
            PUBLIC_LABEL => Self::from_spki_der(document.as_bytes()),
            label if label.ends_with(PRIVATE_LABEL) => Err(Error::PrivateKeyGiven),
            label => Err(wrong_label(SPKI, label)),
        }
    }

    fn spki_document(&self) -> Document {
        let (curve, point) = (curve(self.algorithm()), self.to_uncompressed());
        BitStringRef::from_bytes(point.as_deref().unwrap_or(self.as_bytes()))
            .and_then(|subject_public_key| {
                let algorithm = identifier(curve.as_ref());
                Document::encode_msg(&SubjectPublicKeyInfoRef { algorithm, subject_public_key })
            })
            .expect("DER, because a key's few fields always have one")
    }
}

impl SigningKey {
    /// The PKCS#8 private key in DER, version 1.
    #[must_use]
    pub fn to_pkcs8_der(&self) -> Secret<Vec<u8>> {
        Secret::new(self.pkcs8_document().as_bytes().to_vec())
    }

    /// The PKCS#8 private key in PEM (`BEGIN PRIVATE KEY`), lines ending in `\n`.
    ///
    /// # Panics
    /// Never: a key's few fields always have a PEM form.
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> Secret<String> {
        let mut pem = self
            .pkcs8_document()
            .to_pem(PRIVATE_LABEL, LineEnding::LF)
            .expect("PEM, because the label is a valid one");
        Secret::new(std::mem::take(&mut *pem))
    }

    /// Reads an unencrypted PKCS#8 private key, version 1 or 2. A public key inside must belong to it.
    ///
    /// # Errors
    /// [`Error::Encoding`], [`Error::Mismatch`], and those of [`from_bytes`](Self::from_bytes).
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, Error> {
        let info = PrivateKeyInfoRef::from_der(der).map_err(|e| encoding(PKCS8, &e))?;
        let algorithm = identify(PKCS8, &info.algorithm)?;
        let key = if algorithm == Algorithm::Ed25519 {
            let seed =
                <&OctetStringRef>::from_der(info.private_key.as_bytes()).map_err(|e| encoding(PKCS8, &e))?;
            Self::from_bytes(algorithm, seed.as_bytes())?
        } else {
            let inner =
                EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(|e| encoding(RFC5915, &e))?;
            from_ec(algorithm, &inner)?
        };
        match info.public_key.map(|p| p.as_bytes()) {
            None => Ok(key),
            Some(public) if public == Some(&key.outer_public()) => Ok(key),
            Some(_) => Err(Error::Mismatch),
        }
    }

    /// Reads a `PRIVATE KEY` PEM.
    ///
    /// # Errors
    /// Those of [`from_pkcs8_der`](Self::from_pkcs8_der); [`Error::PublicKeyGiven`] for a `PUBLIC KEY`.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, Error> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|e| encoding(PKCS8, &e))?;
        match label {
            PRIVATE_LABEL => Self::from_pkcs8_der(document.as_bytes()),
            PUBLIC_LABEL => Err(Error::PublicKeyGiven),
            "ENCRYPTED PRIVATE KEY" => Err(encoding(PKCS8, &"it is encrypted: decrypt it first")),
            label => Err(wrong_label(PKCS8, label)),
        }
    }

    /// Reads an `EC PRIVATE KEY` (RFC 5915), as `openssl ecparam -genkey` writes it, in DER.
    ///
    /// # Errors
    /// [`Error::Encoding`], [`Error::Mismatch`], and those of [`from_bytes`](Self::from_bytes).
    pub fn from_ec_der(der: &[u8]) -> Result<Self, Error> {
        let inner = EcPrivateKey::from_der(der).map_err(|e| encoding(RFC5915, &e))?;
        let oid = inner.parameters.and_then(sec1::EcParameters::named_curve);
        let algorithm = Algorithm::ALL.into_iter().find(|a| oid.is_some() && curve(*a) == oid);
        from_ec(algorithm.ok_or_else(|| encoding(RFC5915, &"it names no supported curve"))?, &inner)
    }

    /// Reads an `EC PRIVATE KEY` PEM.
    ///
    /// # Errors
    /// Those of [`from_ec_der`](Self::from_ec_der).
    pub fn from_ec_pem(pem: &str) -> Result<Self, Error> {
        match SecretDocument::from_pem(pem).map_err(|e| encoding(RFC5915, &e))? {
            (EC_LABEL, document) => Self::from_ec_der(document.as_bytes()),
            (label, _) => Err(wrong_label(RFC5915, label)),
        }
    }

    /// The public key as PKCS#8 carries it: uncompressed, or the 32 bytes of Ed25519.
    fn outer_public(&self) -> Vec<u8> {
        let public = self.verifying_key();
        public.to_uncompressed().unwrap_or_else(|| public.to_bytes())
    }

    fn pkcs8_document(&self) -> SecretDocument {
        let curve = curve(self.algorithm());
        let public = self.verifying_key().to_uncompressed();
        self.to_bytes()
            .expose(|private_key| {
                let inner = match public.as_deref() {
                    // RFC 5915 §3 with the curve named outside only, as OpenSSL does.
                    Some(point) => {
                        EcPrivateKey { private_key, parameters: None, public_key: Some(point) }.to_der()
                    }
                    None => OctetStringRef::new(private_key)?.to_der(),
                };
                let inner = Zeroizing::new(inner?);
                let info = PrivateKeyInfoRef::new(identifier(curve.as_ref()), OctetStringRef::new(&inner)?);
                SecretDocument::encode_msg(&info)
            })
            .expect("DER, because a key's few fields always have one")
    }
}

fn from_ec(algorithm: Algorithm, inner: &EcPrivateKey<'_>) -> Result<SigningKey, Error> {
    if inner.parameters.is_some_and(|p| p.named_curve() != curve(algorithm)) {
        return Err(encoding(RFC5915, &"its curve is not the one named outside"));
    }
    match inner.public_key {
        None => SigningKey::from_bytes(algorithm, inner.private_key),
        Some(point) => {
            let public = VerifyingKey::from_sec1_bytes(algorithm, point)?;
            SigningKey::from_pair(algorithm, inner.private_key, &public)
        }
    }
}

fn identifier(curve: Option<&ObjectIdentifier>) -> AlgorithmIdentifierRef<'_> {
    match curve {
        Some(curve) => AlgorithmIdentifierRef { oid: EC_PUBLIC_KEY, parameters: Some(AnyRef::from(curve)) },
        None => AlgorithmIdentifierRef { oid: ED25519, parameters: None },
    }
}

fn identify(structure: &'static str, found: &AlgorithmIdentifierRef<'_>) -> Result<Algorithm, Error> {
    Algorithm::ALL
        .into_iter()
        .find(|a| identifier(curve(*a).as_ref()) == *found)
        .ok_or_else(|| encoding(structure, &"its algorithm and named curve are none of the supported ones"))
}

fn wrong_label(structure: &'static str, label: &str) -> Error {
    Error::Encoding { structure, reason: format!("its PEM label is {:?}", crate::error::shown(label)) }
}

/// DER errors name tags, positions and OIDs, never contents.
fn encoding(structure: &'static str, reason: &dyn std::fmt::Display) -> Error {
    Error::Encoding { structure, reason: reason.to_string() }
}
