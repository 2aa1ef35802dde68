//! PKCS#8 (RFC 5958) without encryption.

use super::{PKCS8, RFC5915, curve, ec, encoding, identifier, identify, pem};
use crate::{Algorithm, Error, Secret, SigningKey};
use der::asn1::OctetStringRef;
use der::pem::LineEnding;
use der::{Decode, Encode, SecretDocument};
use pkcs8::PrivateKeyInfoRef;
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

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
            .to_pem(pem::PRIVATE, LineEnding::LF)
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
            ec::read(algorithm, &inner)?
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
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, Error> {
        let (label, document) = pem::read(PKCS8, text)?;
        match label {
            pem::PRIVATE => Self::from_pkcs8_der(document.as_bytes()),
            pem::PUBLIC => Err(Error::PublicKeyGiven),
            pem::ENCRYPTED => Err(encoding(PKCS8, &"it is encrypted, and a passphrase is needed to read it")),
            label => Err(pem::wrong_label(PKCS8, label)),
        }
    }

    /// The public key as PKCS#8 carries it: uncompressed, or the 32 bytes of Ed25519.
    fn outer_public(&self) -> Vec<u8> {
        let public = self.verifying_key();
        public.to_uncompressed().unwrap_or_else(|| public.to_bytes())
    }

    pub(super) fn pkcs8_document(&self) -> SecretDocument {
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
