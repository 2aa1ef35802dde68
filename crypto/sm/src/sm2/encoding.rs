//! Keys in DER and PEM, as OpenSSL writes them: SubjectPublicKeyInfo (RFC 5480, GM/T 0006), PKCS#8 (RFC 5958), and the older
//! ECPrivateKey (RFC 5915). [`encrypted`](super::encrypted) has PKCS#8 under a password.
//!
//! The algorithm is id-ecPublicKey with the named curve 1.2.156.10197.1.301. Explicit curve parameters, which let the sender
//! choose the generator, are refused. Points are written uncompressed and read in both forms.
//!
//! The methods of the types say what was wrong; those of the traits of `spki` and `pkcs8` (`to_public_key_der`, `from_pkcs8_pem`, …)
//! read and write the same, and have names of their own.

use super::pem;
use super::{Error, PublicKey, SecretKey, Signature, SigningKey, VerifyingKey};
use der::asn1::{AnyRef, BitString, BitStringRef, ObjectIdentifier, OctetStringRef};
use der::pem::LineEnding;
use der::{Decode, Document, SecretDocument};
use pkcs8::PrivateKeyInfoRef;
use sec1::{EcParameters, EcPrivateKey};
use spki::{AlgorithmIdentifier, AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

/// id-ecPublicKey.
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// sm2p256v1, the recommended curve.
const CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");
const SPKI: &str = "a SubjectPublicKeyInfo";
const PKCS8: &str = "a PKCS#8 private key";
pub(super) const ENCRYPTED: &str = "an encrypted PKCS#8 private key";
const RFC5915: &str = "an RFC 5915 EC private key";

const PUBLIC_LABEL: &str = "PUBLIC KEY";
const PRIVATE_LABEL: &str = "PRIVATE KEY";
pub(super) const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";
const EC_LABEL: &str = "EC PRIVATE KEY";
/// The label that OpenSSL 3 gives the same structure.
const OPENSSL_LABEL: &str = "SM2 PRIVATE KEY";

fn identifier() -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef { oid: EC_PUBLIC_KEY, parameters: Some(AnyRef::from(&CURVE)) }
}

fn identify(structure: &'static str, found: &AlgorithmIdentifierRef<'_>) -> Result<(), Error> {
    if *found == identifier() {
        return Ok(());
    }
    let reason = "its algorithm is not id-ecPublicKey with the named SM2 curve";
    Err(Error::Encoding { structure, reason })
}

pub(super) fn strict<T>(structure: &'static str, result: Result<T, der::Error>) -> Result<T, Error> {
    result.map_err(|_| Error::Encoding { structure, reason: "it is not strict DER of this structure" })
}

pub(super) fn wrong_label(structure: &'static str, label: &str) -> Error {
    let reason = match label {
        PUBLIC_LABEL => "it is a public key",
        PRIVATE_LABEL | EC_LABEL | OPENSSL_LABEL => "it is a private key of another form",
        ENCRYPTED_LABEL => "it is encrypted",
        _ => "its PEM label is another one",
    };
    Error::Encoding { structure, reason }
}

impl PublicKey {
    /// The SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        self.spki_document().into_vec()
    }

    /// The SubjectPublicKeyInfo in PEM (`BEGIN PUBLIC KEY`).
    ///
    /// # Panics
    /// Never: a key's few fields always have a PEM form.
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        self.spki_document()
            .to_pem(PUBLIC_LABEL, LineEnding::LF)
            .expect("PEM, because the label is a valid one")
    }

    /// Reads a SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// [`Error::Encoding`] for what is not strict DER, has trailing bytes or is of another algorithm or curve, and those of
    /// [`from_sec1_bytes`](Self::from_sec1_bytes).
    pub fn from_spki_der(der: &[u8]) -> Result<Self, Error> {
        Self::from_spki(&strict(SPKI, SubjectPublicKeyInfoRef::from_der(der))?)
    }

    /// Reads a `PUBLIC KEY` PEM.
    ///
    /// # Errors
    /// Those of [`from_spki_der`](Self::from_spki_der), and [`Error::Encoding`] for another PEM label.
    pub fn from_spki_pem(text: &str) -> Result<Self, Error> {
        match pem::read(SPKI, text)? {
            (PUBLIC_LABEL, document) => Self::from_spki_der(document.as_bytes()),
            (label, _) => Err(wrong_label(SPKI, label)),
        }
    }

    fn from_spki(info: &SubjectPublicKeyInfoRef<'_>) -> Result<Self, Error> {
        identify(SPKI, &info.algorithm)?;
        let reason = "the key is not a whole number of bytes";
        let bytes = info.subject_public_key.as_bytes().ok_or(Error::Encoding { structure: SPKI, reason })?;
        Self::from_sec1_bytes(bytes)
    }

    fn spki_document(&self) -> Document {
        BitStringRef::from_bytes(&self.to_sec1_bytes())
            .and_then(|subject_public_key| {
                Document::encode_msg(&SubjectPublicKeyInfoRef { algorithm: identifier(), subject_public_key })
            })
            .expect("DER, because a key's few fields always have one")
    }
}

impl SecretKey {
    /// The PKCS#8 private key in DER, version 1.
    #[must_use]
    pub fn to_private_key_der(&self) -> Zeroizing<Vec<u8>> {
        self.pkcs8_document().to_bytes()
    }

    /// The PKCS#8 private key in PEM (`BEGIN PRIVATE KEY`).
    #[must_use]
    pub fn to_private_key_pem(&self) -> Zeroizing<String> {
        pem::write(&self.pkcs8_document(), PRIVATE_LABEL)
    }

    /// Reads an unencrypted PKCS#8 private key in DER, version 1 or 2. A public key inside must belong to it.
    ///
    /// # Errors
    /// [`Error::Encoding`] for what is not strict DER, has trailing bytes or is of another algorithm or curve, and those of
    /// [`from_bytes`](Self::from_bytes) and [`PublicKey::from_sec1_bytes`].
    pub fn from_private_key_der(der: &[u8]) -> Result<Self, Error> {
        Self::from_pkcs8(&strict(PKCS8, PrivateKeyInfoRef::from_der(der))?)
    }

    /// Reads a `PRIVATE KEY` PEM.
    ///
    /// # Errors
    /// Those of [`from_private_key_der`](Self::from_private_key_der), and [`Error::Encoding`] for another PEM label.
    pub fn from_private_key_pem(text: &str) -> Result<Self, Error> {
        match pem::read(PKCS8, text)? {
            (PRIVATE_LABEL, document) => Self::from_private_key_der(document.as_bytes()),
            (label, _) => Err(wrong_label(PKCS8, label)),
        }
    }

    /// The RFC 5915 private key in DER, with curve and public key.
    #[must_use]
    pub fn to_sec1_der(&self) -> Zeroizing<Vec<u8>> {
        self.sec1_document(Some(CURVE)).to_bytes()
    }

    /// The RFC 5915 private key in PEM (`BEGIN EC PRIVATE KEY`, which OpenSSL reads though it writes
    /// `BEGIN SM2 PRIVATE KEY` itself).
    #[must_use]
    pub fn to_sec1_pem(&self) -> Zeroizing<String> {
        pem::write(&self.sec1_document(Some(CURVE)), EC_LABEL)
    }

    /// Reads an RFC 5915 private key in DER. It must name the curve; a public key inside must belong to it.
    ///
    /// # Errors
    /// [`Error::Encoding`] for what is not strict DER, has trailing bytes or names another curve or none, and those of
    /// [`from_bytes`](Self::from_bytes) and [`PublicKey::from_sec1_bytes`].
    pub fn from_sec1_der(der: &[u8]) -> Result<Self, Error> {
        let inner = strict(RFC5915, EcPrivateKey::from_der(der))?;
        if inner.parameters.is_none() {
            return Err(Error::Encoding { structure: RFC5915, reason: "it names no curve" });
        }
        Self::from_sec1(&inner)
    }

    /// Reads an `EC PRIVATE KEY` or `SM2 PRIVATE KEY` PEM.
    ///
    /// # Errors
    /// Those of [`from_sec1_der`](Self::from_sec1_der), and [`Error::Encoding`] for another PEM label.
    pub fn from_sec1_pem(text: &str) -> Result<Self, Error> {
        match pem::read(RFC5915, text)? {
            (EC_LABEL | OPENSSL_LABEL, document) => Self::from_sec1_der(document.as_bytes()),
            (label, _) => Err(wrong_label(RFC5915, label)),
        }
    }

    pub(super) fn from_pkcs8(info: &PrivateKeyInfoRef<'_>) -> Result<Self, Error> {
        identify(PKCS8, &info.algorithm)?;
        let key = Self::from_sec1(&strict(RFC5915, EcPrivateKey::from_der(info.private_key.as_bytes()))?)?;
        match info.public_key {
            None => Ok(key),
            Some(public) => key.check_public(public.as_bytes().unwrap_or_default()),
        }
    }

    fn from_sec1(inner: &EcPrivateKey<'_>) -> Result<Self, Error> {
        if inner.parameters.is_some_and(|parameters| parameters.named_curve() != Some(CURVE)) {
            return Err(Error::Encoding {
                structure: RFC5915,
                reason: "its curve is not the named SM2 curve",
            });
        }
        let key = Self::from_bytes(inner.private_key)?;
        match inner.public_key {
            None => Ok(key),
            Some(public) => key.check_public(public),
        }
    }

    fn check_public(self, public: &[u8]) -> Result<Self, Error> {
        if PublicKey::from_sec1_bytes(public)? == *self.public_key() {
            Ok(self)
        } else {
            Err(Error::SecretKey("the public key written beside it belongs to another one"))
        }
    }

    /// RFC 5915 §3.
    fn sec1_document(&self, curve: Option<ObjectIdentifier>) -> SecretDocument {
        let (private_key, point) = (self.to_bytes(), self.public_key().to_sec1_bytes());
        SecretDocument::encode_msg(&EcPrivateKey {
            private_key: &*private_key,
            parameters: curve.map(EcParameters::NamedCurve),
            public_key: Some(&point),
        })
        .expect("DER, because a key's few fields always have one")
    }

    pub(super) fn pkcs8_document(&self) -> SecretDocument {
        // The curve is named outside only, as OpenSSL does.
        let inner = self.sec1_document(None);
        OctetStringRef::new(inner.as_bytes())
            .and_then(|inner| SecretDocument::encode_msg(&PrivateKeyInfoRef::new(identifier(), inner)))
            .expect("DER, because a key's few fields always have one")
    }
}

impl TryFrom<SubjectPublicKeyInfoRef<'_>> for PublicKey {
    type Error = spki::Error;

    fn try_from(info: SubjectPublicKeyInfoRef<'_>) -> Result<Self, spki::Error> {
        Self::from_spki(&info).map_err(|_| spki::Error::KeyMalformed)
    }
}

impl spki::EncodePublicKey for PublicKey {
    fn to_public_key_der(&self) -> Result<Document, spki::Error> {
        Ok(self.spki_document())
    }
}

impl TryFrom<PrivateKeyInfoRef<'_>> for SecretKey {
    type Error = pkcs8::Error;

    fn try_from(info: PrivateKeyInfoRef<'_>) -> Result<Self, pkcs8::Error> {
        Self::from_pkcs8(&info).map_err(|_| pkcs8::KeyError::Invalid.into())
    }
}

impl pkcs8::EncodePrivateKey for SecretKey {
    fn to_pkcs8_der(&self) -> Result<SecretDocument, pkcs8::Error> {
        Ok(self.pkcs8_document())
    }
}

impl spki::EncodePublicKey for VerifyingKey {
    /// The key without the identifier, which a SubjectPublicKeyInfo has no place for.
    fn to_public_key_der(&self) -> Result<Document, spki::Error> {
        Ok(self.public_key().spki_document())
    }
}

impl spki::AssociatedAlgorithmIdentifier for PublicKey {
    type Params = ObjectIdentifier;

    const ALGORITHM_IDENTIFIER: AlgorithmIdentifier<ObjectIdentifier> =
        AlgorithmIdentifier { oid: EC_PUBLIC_KEY, parameters: Some(CURVE) };
}

/// SM2-with-SM3 (GM/T 0006), without parameters.
const SM2_WITH_SM3: AlgorithmIdentifierRef<'static> =
    AlgorithmIdentifierRef { oid: ObjectIdentifier::new_unwrap("1.2.156.10197.1.501"), parameters: None };

impl spki::AssociatedAlgorithmIdentifier for Signature {
    type Params = AnyRef<'static>;

    const ALGORITHM_IDENTIFIER: AlgorithmIdentifierRef<'static> = SM2_WITH_SM3;
}

impl spki::SignatureAlgorithmIdentifier for SigningKey {
    type Params = AnyRef<'static>;

    const SIGNATURE_ALGORITHM_IDENTIFIER: AlgorithmIdentifierRef<'static> = SM2_WITH_SM3;
}

impl spki::SignatureAlgorithmIdentifier for VerifyingKey {
    type Params = AnyRef<'static>;

    const SIGNATURE_ALGORITHM_IDENTIFIER: AlgorithmIdentifierRef<'static> = SM2_WITH_SM3;
}

impl spki::SignatureBitStringEncoding for Signature {
    /// The DER form, which is what certificates and requests hold (GM/T 0015, with GM/T 0009 §7.3). RustCrypto's `sm2` gives
    /// r ‖ s here, which OpenSSL refuses.
    fn to_bitstring(&self) -> der::Result<BitString> {
        BitString::new(0, self.to_der())
    }
}

impl core::str::FromStr for PublicKey {
    type Err = Error;

    /// Reads a `PUBLIC KEY` PEM.
    fn from_str(pem: &str) -> Result<Self, Error> {
        Self::from_spki_pem(pem)
    }
}

impl core::fmt::Display for PublicKey {
    /// The SubjectPublicKeyInfo in PEM.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.to_spki_pem())
    }
}

impl core::str::FromStr for SecretKey {
    type Err = Error;

    /// Reads an unencrypted `PRIVATE KEY` PEM.
    fn from_str(pem: &str) -> Result<Self, Error> {
        Self::from_private_key_pem(pem)
    }
}
