//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 5480, RFC 8410; SM2: GM/T 0015 with id-ecPublicKey).

use der::{
    Decode as _, Encode as _, EncodePem as _,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier},
    pem::LineEnding,
};
use spki::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use crate::{Algorithm, Error, VerifyingKey};

/// Name of the encoding in errors.
const SPKI: &str = "SubjectPublicKeyInfo";

/// id-Ed25519 (RFC 8410).
pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// id-ecPublicKey (RFC 5480).
pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// The named curve of an elliptic-curve algorithm; `None` for Ed25519.
pub(crate) const fn curve(algorithm: Algorithm) -> Option<ObjectIdentifier> {
    match algorithm {
        Algorithm::Ed25519 => None,
        Algorithm::P256 => Some(ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7")),
        Algorithm::P384 => Some(ObjectIdentifier::new_unwrap("1.3.132.0.34")),
        Algorithm::Secp256k1 => Some(ObjectIdentifier::new_unwrap("1.3.132.0.10")),
        Algorithm::Sm2 => Some(ObjectIdentifier::new_unwrap("1.2.156.10197.1.301")),
    }
}

/// Which algorithm an AlgorithmIdentifier names.
pub(crate) fn algorithm_of(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    encoding: &'static str,
) -> Result<Algorithm, Error> {
    if oid == ED25519 {
        // RFC 8410 §3: the parameters MUST be absent.
        return match parameters {
            None => Ok(Algorithm::Ed25519),
            Some(_) => Err(Error::encoding(encoding, "Ed25519 takes no parameters")),
        };
    }
    if oid != EC_PUBLIC_KEY {
        return Err(Error::encoding(encoding, "its algorithm is not one of ours"));
    }
    let named = parameters
        .and_then(|any| any.decode_as::<ObjectIdentifier>().ok())
        .ok_or(Error::encoding(encoding, "the curve is not given by name"))?;
    Algorithm::ALL
        .into_iter()
        .find(|algorithm| curve(*algorithm) == Some(named))
        .ok_or(Error::encoding(encoding, "its curve is not one of ours"))
}

impl VerifyingKey {
    /// The DER form.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        self.with_spki(|spki| spki.to_der())
            .expect("a key of known size can be written because every length fits")
    }

    /// The PEM form, `PUBLIC KEY`.
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        self.with_spki(|spki| spki.to_pem(LineEnding::LF))
            .expect("a key of known size can be written because every length fits")
    }

    fn with_spki<R>(
        &self,
        write: impl FnOnce(&SubjectPublicKeyInfo<AnyRef<'_>, BitStringRef<'_>>) -> der::Result<R>,
    ) -> der::Result<R> {
        let named = curve(self.algorithm());
        let algorithm = AlgorithmIdentifier {
            oid: if named.is_some() { EC_PUBLIC_KEY } else { ED25519 },
            parameters: named.as_ref().map(AnyRef::from),
        };
        let key = self.to_uncompressed().unwrap_or_else(|| self.as_bytes());
        write(&SubjectPublicKeyInfo { algorithm, subject_public_key: BitStringRef::from_bytes(key)? })
    }

    /// Reads the DER form.
    ///
    /// # Errors
    /// [`Error::Encoding`], [`Error::InvalidPublicKey`].
    pub fn from_spki_der(bytes: &[u8]) -> Result<Self, Error> {
        let spki = SubjectPublicKeyInfo::<AnyRef<'_>, BitStringRef<'_>>::from_der(bytes)
            .map_err(|_| Error::encoding(SPKI, "it is not DER of the expected structure"))?;
        let algorithm = algorithm_of(spki.algorithm.oid, spki.algorithm.parameters, SPKI)?;
        let key = spki
            .subject_public_key
            .as_bytes()
            .ok_or(Error::encoding(SPKI, "the key is not a whole number of bytes"))?;
        Self::from_bytes(algorithm, key)
    }

    /// Reads the PEM form, `PUBLIC KEY`.
    ///
    /// # Errors
    /// As [`VerifyingKey::from_spki_der`].
    pub fn from_spki_pem(text: &str) -> Result<Self, Error> {
        let (label, der) =
            der::pem::decode_vec(text.as_bytes()).map_err(|_| Error::encoding(SPKI, "it is not PEM"))?;
        match label {
            "PUBLIC KEY" => Self::from_spki_der(&der),
            "PRIVATE KEY" | "EC PRIVATE KEY" => {
                Err(Error::WrongKind { encoding: SPKI, expected: "public", found: "private" })
            }
            _ => Err(Error::encoding(SPKI, "its PEM label is not PUBLIC KEY")),
        }
    }
}
