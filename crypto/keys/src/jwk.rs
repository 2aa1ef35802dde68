//! JSON Web Keys (RFC 7517, RFC 7518 §6.2, RFC 8037, RFC 8812) and their thumbprints (RFC 7638).
//!
//! `{"kty":"EC","crv":"SM2"}` is practice, not registered with IANA.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{Algorithm, Error, Secret, SigningKey, VerifyingKey};

/// Name of the encoding in errors.
const JWK: &str = "JWK";

const fn kty(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Ed25519 => "OKP",
        _ => "EC",
    }
}

fn member<'v>(jwk: &'v Value, name: &str, missing: &'static str) -> Result<&'v str, Error> {
    jwk.get(name).and_then(Value::as_str).ok_or(Error::encoding(JWK, missing))
}

fn octets(jwk: &Value, name: &str, missing: &'static str, length: usize) -> Result<Vec<u8>, Error> {
    let bytes = BASE64
        .decode(member(jwk, name, missing)?)
        .map_err(|_| Error::encoding(JWK, "a coordinate is not base64url without padding"))?;
    if bytes.len() != length {
        return Err(Error::Length { what: "a JWK coordinate", expected: length, actual: bytes.len() });
    }
    Ok(bytes)
}

impl VerifyingKey {
    /// The JWK with the members its kind requires, and no others.
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        let algorithm = self.algorithm();
        match self.coordinates() {
            None => json!({ "kty": kty(algorithm), "crv": algorithm.name(), "x": BASE64.encode(self.as_bytes()) }),
            Some((x, y)) => json!({
                "kty": kty(algorithm),
                "crv": algorithm.name(),
                "x": BASE64.encode(x),
                "y": BASE64.encode(y),
            }),
        }
    }

    /// Reads a public JWK; members it does not know are ignored (RFC 7517 §4).
    ///
    /// # Errors
    /// [`Error::WrongKind`] when it has a private part, [`Error::Encoding`], [`Error::Length`],
    /// [`Error::UnknownAlgorithm`], [`Error::InvalidPublicKey`].
    pub fn from_jwk(jwk: &Value) -> Result<Self, Error> {
        if jwk.get("d").is_some() {
            return Err(Error::WrongKind { encoding: JWK, expected: "public", found: "private" });
        }
        Self::from_jwk_members(jwk)
    }

    fn from_jwk_members(jwk: &Value) -> Result<Self, Error> {
        let algorithm: Algorithm = member(jwk, "crv", "crv is missing")?.parse()?;
        if member(jwk, "kty", "kty is missing")? != kty(algorithm) {
            return Err(Error::encoding(JWK, "kty does not fit crv"));
        }
        let length = algorithm.private_key_len();
        let mut bytes = Vec::with_capacity(2 * length + 1);
        if algorithm == Algorithm::Ed25519 {
            if jwk.get("y").is_some() {
                return Err(Error::encoding(JWK, "an OKP key has no y"));
            }
            bytes = octets(jwk, "x", "x is missing", length)?;
        } else {
            bytes.push(4);
            bytes.extend(octets(jwk, "x", "x is missing", length)?);
            bytes.extend(octets(jwk, "y", "y is missing", length)?);
        }
        Self::from_bytes(algorithm, &bytes)
    }

    /// The RFC 7638 thumbprint with SHA-256, base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        // §3.3: required members only, in lexicographic order, no white space; serde_json's map is ordered.
        BASE64.encode(Sha256::digest(self.to_jwk().to_string()))
    }
}

impl SigningKey {
    /// The private JWK as JSON text.
    #[must_use]
    pub fn to_jwk(&self) -> Secret<String> {
        let mut jwk = self.verifying_key().to_jwk();
        if let Some(members) = jwk.as_object_mut() {
            let d = self.to_bytes().expose(|bytes| BASE64.encode(bytes));
            members.insert("d".to_owned(), Value::String(d));
        }
        Secret::new(jwk.to_string())
    }

    /// Reads a private JWK; its public part must belong to it.
    ///
    /// # Errors
    /// As [`VerifyingKey::from_jwk`]; [`Error::WrongKind`] without `d`, [`Error::Mismatch`].
    pub fn from_jwk(jwk: &Value) -> Result<Self, Error> {
        if jwk.get("d").is_none() {
            return Err(Error::WrongKind { encoding: JWK, expected: "private", found: "public" });
        }
        let public = VerifyingKey::from_jwk_members(jwk)?;
        let algorithm = public.algorithm();
        let scalar = Secret::new(octets(jwk, "d", "d is missing", algorithm.private_key_len())?);
        let key = scalar.expose(|bytes| Self::from_bytes(algorithm, bytes))?;
        if key.verifying_key() == public { Ok(key) } else { Err(Error::Mismatch) }
    }
}
