//! `EC PRIVATE KEY` (SEC1 appendix C.4, RFC 5915), which came before PKCS#8.

use super::{RFC5915, curve, encoding, pem};
use crate::{Algorithm, Error, Secret, SigningKey};
use der::pem::LineEnding;
use der::{Decode, SecretDocument};
use sec1::EcPrivateKey;

impl SigningKey {
    /// The `EC PRIVATE KEY` in DER, with the curve's name and the public key; nothing for Ed25519, which has no such
    /// form.
    #[must_use]
    pub fn to_ec_der(&self) -> Option<Secret<Vec<u8>>> {
        self.ec_document().map(|document| Secret::new(document.as_bytes().to_vec()))
    }

    /// The `EC PRIVATE KEY` in PEM, lines ending in `\n`; nothing for Ed25519.
    ///
    /// # Panics
    /// Never: a key's few fields always have a PEM form.
    #[must_use]
    pub fn to_ec_pem(&self) -> Option<Secret<String>> {
        let mut pem = self
            .ec_document()?
            .to_pem(pem::EC, LineEnding::LF)
            .expect("PEM, because the label is a valid one");
        Some(Secret::new(std::mem::take(&mut *pem)))
    }

    /// Reads an `EC PRIVATE KEY` (RFC 5915), as `openssl ecparam -genkey` writes it, in DER.
    ///
    /// # Errors
    /// [`Error::Encoding`], [`Error::Mismatch`], and those of [`from_bytes`](Self::from_bytes).
    pub fn from_ec_der(der: &[u8]) -> Result<Self, Error> {
        let inner = EcPrivateKey::from_der(der).map_err(|e| encoding(RFC5915, &e))?;
        let oid = inner.parameters.and_then(sec1::EcParameters::named_curve);
        let algorithm = Algorithm::ALL.into_iter().find(|a| oid.is_some() && curve(*a) == oid);
        read(algorithm.ok_or_else(|| encoding(RFC5915, &"it names no supported curve"))?, &inner)
    }

    /// Reads an `EC PRIVATE KEY` PEM, or a `SM2 PRIVATE KEY` as OpenSSL 3 calls it; an `EC PARAMETERS` block before it
    /// is skipped.
    ///
    /// # Errors
    /// Those of [`from_ec_der`](Self::from_ec_der).
    pub fn from_ec_pem(text: &str) -> Result<Self, Error> {
        match pem::read(RFC5915, text)? {
            (pem::EC | pem::SM2, document) => Self::from_ec_der(document.as_bytes()),
            (pem::PUBLIC, _) => Err(Error::PublicKeyGiven),
            (label, _) => Err(pem::wrong_label(RFC5915, label)),
        }
    }

    fn ec_document(&self) -> Option<SecretDocument> {
        let public = self.verifying_key().to_uncompressed()?;
        let parameters = curve(self.algorithm()).map(Into::into);
        let document = self.to_bytes().expose(|private_key| {
            SecretDocument::encode_msg(&EcPrivateKey { private_key, parameters, public_key: Some(&public) })
        });
        Some(document.expect("DER, because a key's few fields always have one"))
    }
}

/// The key of an `ECPrivateKey` whose curve is known from outside. What it says of itself must agree.
pub(super) fn read(algorithm: Algorithm, inner: &EcPrivateKey<'_>) -> Result<SigningKey, Error> {
    if inner.parameters.is_some_and(|p| p.named_curve() != curve(algorithm)) {
        return Err(encoding(RFC5915, &"its curve is not the one named outside"));
    }
    match inner.public_key {
        None => SigningKey::from_bytes(algorithm, inner.private_key),
        Some(point) => {
            let public = crate::VerifyingKey::from_sec1_bytes(algorithm, point)?;
            SigningKey::from_pair(algorithm, inner.private_key, &public)
        }
    }
}
