//! A key in whatever form it comes: which encoding it is, which half, and whether it still has to be decrypted.
//!
//! 1. Text that begins with `-----BEGIN` is PEM, and its label decides.
//! 2. Text that begins with `{` is a JWK: private if it has a `d`.
//! 3. Text that begins with `z` is a Multikey, and its codec decides.
//! 4. Everything else is DER: a SEQUENCE whose first members differ between the four structures.
//!
//! White space around text is ignored. Each reader then is the strict one of its own form.

use crate::asn1::pem;
use crate::{EncryptedKey, Error, SigningKey, VerifyingKey};
use der::{Decode, Reader, SliceReader, Tag};
use hufu_jcs::Limits;
use std::fmt;

/// The longest key that is read: several times an encrypted key in PEM.
pub const MAX_KEY_BYTES: usize = 64 << 10;

/// A JWK has no inner objects that matter; certificates in `x5c` are an array.
const JWK_DEPTH: usize = 4;

/// What a file turned out to hold.
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyKey {
    /// A public key.
    Public(VerifyingKey),
    /// A private key.
    Private(SigningKey),
    /// A private key that a passphrase opens.
    Encrypted(EncryptedKey),
}

/// How a key was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// SubjectPublicKeyInfo, PKCS#8 or encrypted PKCS#8 in PEM.
    Pem,
    /// The same in DER.
    Der,
    /// `EC PRIVATE KEY` (SEC1, RFC 5915) in PEM.
    Sec1Pem,
    /// The same in DER.
    Sec1Der,
    /// JSON Web Key.
    Jwk,
    /// Multikey.
    Multikey,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pem => "PEM",
            Self::Der => "DER",
            Self::Sec1Pem => "SEC1 PEM",
            Self::Sec1Der => "SEC1 DER",
            Self::Jwk => "JWK",
            Self::Multikey => "Multikey",
        })
    }
}

impl AnyKey {
    /// Reads a key of any form.
    ///
    /// ```
    /// use hufu_keys::{Algorithm, AnyKey, Encoding, SigningKey};
    /// use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    ///
    /// let key = SigningKey::generate(Algorithm::Sm2, &mut ChaCha20Rng::from_seed([7; 32]));
    /// let (found, encoding) = AnyKey::read(key.verifying_key().to_spki_pem().as_bytes())?;
    /// assert!(matches!(found, AnyKey::Public(public) if public == key.verifying_key()));
    /// assert_eq!(encoding, Encoding::Pem);
    /// # Ok::<(), hufu_keys::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Unrecognised`] for what has none of the forms, else the error of the form's own reader.
    ///
    /// # Security
    /// A JWK passes through a JSON value, which cannot be wiped.
    pub fn read(bytes: &[u8]) -> Result<(Self, Encoding), Error> {
        if bytes.is_empty() {
            return Err(Error::Unrecognised("it is empty"));
        }
        if bytes.len() > MAX_KEY_BYTES {
            return Err(Error::Unrecognised("it is longer than any key"));
        }
        let text = std::str::from_utf8(bytes).ok().map(str::trim);
        match text {
            Some("") => Err(Error::Unrecognised("it is empty")),
            Some(text) if pem::is_in(text) => read_pem(text),
            Some(text) if text.starts_with('{') => Ok((read_jwk(text)?, Encoding::Jwk)),
            Some(text) if text.starts_with('z') => Ok((read_multikey(text)?, Encoding::Multikey)),
            _ if bytes.first() == Some(&SEQUENCE) => read_der(bytes),
            _ => Err(Error::Unrecognised("it is neither PEM, DER, JWK nor Multikey")),
        }
    }

    /// The public half, which an encrypted key does not show.
    #[must_use]
    pub fn verifying_key(&self) -> Option<VerifyingKey> {
        match self {
            Self::Public(key) => Some(key.clone()),
            Self::Private(key) => Some(key.verifying_key()),
            Self::Encrypted(_) => None,
        }
    }
}

/// The tag that every DER structure here begins with.
const SEQUENCE: u8 = 0x30;

fn read_pem(text: &str) -> Result<(AnyKey, Encoding), Error> {
    let (label, _) = pem::block(text).map_err(Error::Unrecognised)?;
    let key = match label {
        pem::PUBLIC => AnyKey::Public(VerifyingKey::from_spki_pem(text)?),
        pem::EC | pem::SM2 => {
            return Ok((AnyKey::Private(SigningKey::from_ec_pem(text)?), Encoding::Sec1Pem));
        }
        pem::ENCRYPTED => AnyKey::Encrypted(EncryptedKey::from_pem(text)?),
        _ => AnyKey::Private(SigningKey::from_pkcs8_pem(text)?),
    };
    Ok((key, Encoding::Pem))
}

fn read_jwk(text: &str) -> Result<AnyKey, Error> {
    let limits = Limits { bytes: MAX_KEY_BYTES, depth: JWK_DEPTH };
    // What the reader says of the place could repeat a piece of `d`.
    let jwk = hufu_jcs::parse(text.as_bytes(), limits)
        .map_err(|_| Error::Unrecognised("it begins like a JWK and is not acceptable JSON"))?;
    if jwk.get("d").is_some() {
        SigningKey::from_jwk(&jwk).map(AnyKey::Private)
    } else {
        VerifyingKey::from_jwk(&jwk).map(AnyKey::Public)
    }
}

fn read_multikey(text: &str) -> Result<AnyKey, Error> {
    match VerifyingKey::from_multikey(text) {
        Err(Error::PrivateKeyGiven) => SigningKey::from_multikey(text).map(AnyKey::Private),
        other => other.map(AnyKey::Public),
    }
}

/// | structure | first members |
/// |---|---|
/// | PKCS#8 | INTEGER, SEQUENCE |
/// | EC private key | INTEGER, OCTET STRING |
/// | SubjectPublicKeyInfo | SEQUENCE, BIT STRING |
/// | encrypted PKCS#8 | SEQUENCE, OCTET STRING |
fn read_der(bytes: &[u8]) -> Result<(AnyKey, Encoding), Error> {
    match first_tags(bytes)
        .map_err(|_| Error::Unrecognised("it begins like DER and is cut short or malformed"))?
    {
        (Tag::Integer, Tag::Sequence) => {
            Ok((AnyKey::Private(SigningKey::from_pkcs8_der(bytes)?), Encoding::Der))
        }
        (Tag::Integer, Tag::OctetString) => {
            Ok((AnyKey::Private(SigningKey::from_ec_der(bytes)?), Encoding::Sec1Der))
        }
        (Tag::Sequence, Tag::BitString) => {
            Ok((AnyKey::Public(VerifyingKey::from_spki_der(bytes)?), Encoding::Der))
        }
        (Tag::Sequence, Tag::OctetString) => {
            Ok((AnyKey::Encrypted(EncryptedKey::from_der(bytes)?), Encoding::Der))
        }
        _ => Err(Error::Unrecognised("it is DER, but of no structure that holds a key")),
    }
}

fn first_tags(bytes: &[u8]) -> der::Result<(Tag, Tag)> {
    let mut reader = SliceReader::new(bytes)?;
    let tags = reader.sequence(|reader| {
        let first = der::asn1::AnyRef::decode(reader)?;
        let second = der::asn1::AnyRef::decode(reader)?;
        while !reader.is_finished() {
            der::asn1::AnyRef::decode(reader)?;
        }
        Ok::<_, der::Error>((der::Tagged::tag(&first), der::Tagged::tag(&second)))
    })?;
    reader.finish()?;
    Ok(tags)
}
