//! PKCS#8 (RFC 5958, RFC 5915, RFC 8410) as OpenSSL writes it, for every algorithm.

use ::pkcs8::{PrivateKeyInfoRef, SecretDocument};
use der::{
    Decode as _, Encode as _,
    asn1::{AnyRef, OctetStringRef},
};
use sec1::EcPrivateKey;
use spki::AlgorithmIdentifier;
use zeroize::Zeroize as _;

use crate::{
    Algorithm, Error, Secret, SigningKey,
    spki::{EC_PUBLIC_KEY, ED25519, algorithm_of, curve},
};

/// Name of the encoding in errors.
const PKCS8: &str = "PKCS#8 key";

/// RFC 5915 `ECPrivateKey` with a named curve and without a public key.
pub(crate) fn ec_private_key(algorithm: Algorithm, scalar: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
    let key = EcPrivateKey {
        private_key: scalar,
        parameters: curve(algorithm).map(sec1::EcParameters::NamedCurve),
        public_key: None,
    };
    key.to_der().map(Secret::new).map_err(|_| Error::encoding(PKCS8, "the key cannot be written"))
}

impl SigningKey {
    /// The DER form.
    #[must_use]
    pub fn to_pkcs8_der(&self) -> Secret<Vec<u8>> {
        self.document("a key of known size can be written because every length fits")
            .map(|document| Secret::new(document.as_bytes().to_vec()))
            .expect("a key of known size can be written because every length fits")
    }

    /// The PEM form, `PRIVATE KEY`.
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> Secret<String> {
        self.document("a key of known size can be written because every length fits")
            .and_then(|document| {
                document
                    .to_pem("PRIVATE KEY", der::pem::LineEnding::LF)
                    .map(|text| Secret::new(text.to_string()))
                    .map_err(|_| Error::encoding(PKCS8, "the key cannot be written"))
            })
            .expect("a key of known size can be written because every length fits")
    }

    fn document(&self, reason: &'static str) -> Result<SecretDocument, Error> {
        let fault = |_| Error::encoding(PKCS8, reason);
        let algorithm = self.algorithm();
        let named = curve(algorithm);
        let mut inner = self.to_bytes().expose(|bytes| -> Result<Vec<u8>, Error> {
            if named.is_none() {
                // RFC 8410 §7: CurvePrivateKey is an OCTET STRING inside the OCTET STRING.
                return OctetStringRef::new(bytes).and_then(|octets| octets.to_der()).map_err(fault);
            }
            let public = self.verifying_key();
            let key = EcPrivateKey { private_key: bytes, parameters: None, public_key: public.to_uncompressed() };
            key.to_der().map_err(fault)
        })?;
        let info = PrivateKeyInfoRef::new(
            AlgorithmIdentifier {
                oid: if named.is_some() { EC_PUBLIC_KEY } else { ED25519 },
                parameters: named.as_ref().map(AnyRef::from),
            },
            OctetStringRef::new(&inner).map_err(fault)?,
        );
        let document = SecretDocument::encode_msg(&info).map_err(fault);
        inner.zeroize();
        document
    }

    /// Reads the DER form.
    ///
    /// # Errors
    /// [`Error::Encoding`], [`Error::InvalidPrivateKey`], [`Error::Mismatch`].
    pub fn from_pkcs8_der(bytes: &[u8]) -> Result<Self, Error> {
        let info = PrivateKeyInfoRef::from_der(bytes)
            .map_err(|_| Error::encoding(PKCS8, "it is not DER of the expected structure"))?;
        let algorithm = algorithm_of(info.algorithm.oid, info.algorithm.parameters, PKCS8)?;
        let inner = info.private_key.as_bytes();
        if algorithm == Algorithm::Ed25519 {
            let seed = <&OctetStringRef>::from_der(inner)
                .map_err(|_| Error::encoding(PKCS8, "the key is not an OCTET STRING"))?;
            return Self::from_bytes(algorithm, seed.as_bytes());
        }
        let ec = EcPrivateKey::from_der(inner)
            .map_err(|_| Error::encoding(PKCS8, "the key is not an ECPrivateKey"))?;
        if let Some(sec1::EcParameters::NamedCurve(named)) = ec.parameters
            && curve(algorithm) != Some(named)
        {
            return Err(Error::encoding(PKCS8, "it names two different curves"));
        }
        let key = Self::from_bytes(algorithm, ec.private_key)?;
        if let Some(public) = ec.public_key
            && crate::VerifyingKey::from_bytes(algorithm, public)? != key.verifying_key()
        {
            return Err(Error::Mismatch);
        }
        Ok(key)
    }

    /// Reads the PEM form, `PRIVATE KEY`.
    ///
    /// # Errors
    /// As [`SigningKey::from_pkcs8_der`].
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, Error> {
        let (label, document) =
            SecretDocument::from_pem(text).map_err(|_| Error::encoding(PKCS8, "it is not PEM"))?;
        match label {
            "PRIVATE KEY" => Self::from_pkcs8_der(document.as_bytes()),
            "PUBLIC KEY" => Err(Error::WrongKind { encoding: PKCS8, expected: "private", found: "public" }),
            _ => Err(Error::encoding(PKCS8, "its PEM label is not PRIVATE KEY")),
        }
    }
}
