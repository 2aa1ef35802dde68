//! Multikey (W3C Controlled Identifiers §2.2.2): `z` ‖ base58btc(varint(multicodec) ‖ key bytes).

use zeroize::Zeroize as _;

use crate::{Algorithm, Error, Secret, SigningKey, VerifyingKey};

/// Name of the encoding in errors.
const MULTIKEY: &str = "Multikey";

/// No key of ours is longer; a bound on base58 decoding, which is quadratic.
const MAX_TEXT: usize = 128;

fn varint(code: u16) -> Vec<u8> {
    let mut out = Vec::with_capacity(3);
    let mut rest = code;
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or(0x7f);
        rest >>= 7;
        if rest == 0 {
            out.push(low);
            return out;
        }
        out.push(low | 0x80);
    }
}

fn encode(code: u16, key: &[u8]) -> String {
    let mut bytes = varint(code);
    bytes.extend_from_slice(key);
    let text = format!("z{}", bs58::encode(&bytes).into_string());
    bytes.zeroize();
    text
}

fn decode(text: &str) -> Result<Vec<u8>, Error> {
    let body = text
        .strip_prefix('z')
        .ok_or(Error::encoding(MULTIKEY, "it does not begin with z, the sign of base58btc"))?;
    if body.len() > MAX_TEXT {
        return Err(Error::encoding(MULTIKEY, "it is too long for a key"));
    }
    bs58::decode(body).into_vec().map_err(|_| Error::encoding(MULTIKEY, "it is not base58btc"))
}

fn split<'b>(bytes: &'b [u8], code: impl Fn(Algorithm) -> u16) -> Option<(Algorithm, &'b [u8])> {
    Algorithm::ALL
        .into_iter()
        .find_map(|algorithm| Some((algorithm, bytes.strip_prefix(varint(code(algorithm)).as_slice())?)))
}

impl VerifyingKey {
    /// The Multikey form, `publicKeyMultibase`.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        encode(self.algorithm().public_code(), self.as_bytes())
    }

    /// Reads the Multikey form.
    ///
    /// # Errors
    /// [`Error::Encoding`], [`Error::WrongKind`] for a private key, [`Error::InvalidPublicKey`].
    pub fn from_multikey(text: &str) -> Result<Self, Error> {
        let mut bytes = decode(text)?;
        let Some((algorithm, key)) = split(&bytes, Algorithm::public_code) else {
            let private = split(&bytes, Algorithm::private_code).is_some();
            bytes.zeroize();
            return Err(if private {
                Error::WrongKind { encoding: MULTIKEY, expected: "public", found: "private" }
            } else {
                Error::encoding(MULTIKEY, "its multicodec is not a known public key's")
            });
        };
        if key.len() != algorithm.public_key_len() {
            return Err(Error::InvalidPublicKey(algorithm));
        }
        Self::from_bytes(algorithm, key)
    }
}

impl SigningKey {
    /// The Multikey form of the private key, `secretKeyMultibase`.
    #[must_use]
    pub fn to_multikey(&self) -> Secret<String> {
        Secret::new(self.to_bytes().expose(|bytes| encode(self.algorithm().private_code(), bytes)))
    }

    /// Reads the Multikey form of a private key.
    ///
    /// # Errors
    /// [`Error::Encoding`], [`Error::WrongKind`] for a public key, [`Error::InvalidPrivateKey`].
    pub fn from_multikey(text: &str) -> Result<Self, Error> {
        let bytes = Secret::new(decode(text)?);
        bytes.expose(|bytes| match split(bytes, Algorithm::private_code) {
            Some((algorithm, key)) => Self::from_bytes(algorithm, key),
            None if split(bytes, Algorithm::public_code).is_some() => {
                Err(Error::WrongKind { encoding: MULTIKEY, expected: "private", found: "public" })
            }
            None => Err(Error::encoding(MULTIKEY, "its multicodec is not a known private key's")),
        })
    }
}
