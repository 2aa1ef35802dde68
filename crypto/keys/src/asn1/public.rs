//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).

use super::{SPKI, curve, encoding, identifier, identify, pem};
use crate::{Algorithm, Error, VerifyingKey};
use der::asn1::BitStringRef;
use der::pem::LineEnding;
use der::{Decode, Document};
use spki::SubjectPublicKeyInfoRef;

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
            .to_pem(pem::PUBLIC, LineEnding::LF)
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
    pub fn from_spki_pem(text: &str) -> Result<Self, Error> {
        let (label, document) = pem::read(SPKI, text)?;
        match label {
            pem::PUBLIC => Self::from_spki_der(document.as_bytes()),
            label if label.ends_with(pem::PRIVATE) => Err(Error::PrivateKeyGiven),
            label => Err(pem::wrong_label(SPKI, label)),
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
