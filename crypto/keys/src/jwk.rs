//! JSON Web Keys: OKP with Ed25519 (RFC 8037), EC with P-256, P-384 (RFC 7518 §6.2), secp256k1 (RFC 8812) and
//! SM2 (`crv` of this suite: none is registered), and the thumbprint of RFC 7638.
//!
//! Members that are not needed are ignored, as RFC 7517 §4 demands, except where ignoring one would use a key
//! against its owner's word: `alg`, `use` and `key_ops` must agree with signing by this algorithm, and a private
//! key is never read as a public one.

use crate::{Algorithm, Error, Secret, SigningKey, VerifyingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

impl VerifyingKey {
    /// The public JWK: `kty`, `crv`, `x` and, for EC, `y`.
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        let (kty, crv) = (self.algorithm().kty(), self.algorithm().name());
        match self.coordinates() {
            (x, Some(y)) => json!({ "kty": kty, "crv": crv, "x": x, "y": y }),
            (x, None) => json!({ "kty": kty, "crv": crv, "x": x }),
        }
    }

    /// Reads a public JWK.
    ///
    /// # Errors
    /// [`Error::Jwk`] naming the member at fault; [`Error::PrivateKeyGiven`] if it has a `d`; those of
    /// [`from_bytes`](Self::from_bytes).
    pub fn from_jwk(jwk: &Value) -> Result<Self, Error> {
        let jwk = object(jwk)?;
        if jwk.contains_key("d") {
            return Err(Error::PrivateKeyGiven);
        }
        // The public half of a pair often keeps the operations of the whole.
        public_part(jwk, &["verify", "sign"])
    }

    /// The SHA-256 thumbprint of RFC 7638, base64url without padding.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        // §3.2: only the required members, in lexicographic order, without whitespace.
        let (kty, crv) = (self.algorithm().kty(), self.algorithm().name());
        let text = match self.coordinates() {
            (x, Some(y)) => format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}","y":"{y}"}}"#),
            (x, None) => format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}"}}"#),
        };
        URL_SAFE_NO_PAD.encode(Sha256::digest(text))
    }

    /// `x` and `y` in base64url.
    fn coordinates(&self) -> (String, Option<String>) {
        match self.to_uncompressed().as_deref().and_then(<[u8]>::split_first) {
            Some((_, point)) => {
                let (x, y) = point.split_at(point.len() / 2);
                (URL_SAFE_NO_PAD.encode(x), Some(URL_SAFE_NO_PAD.encode(y)))
            }
            None => (URL_SAFE_NO_PAD.encode(self.as_bytes()), None),
        }
    }
}

impl SigningKey {
    /// The private JWK as JSON text: the public members and `d`.
    #[must_use]
    pub fn to_jwk(&self) -> Secret<String> {
        let (kty, crv) = (self.algorithm().kty(), self.algorithm().name());
        let d = Zeroizing::new(self.to_bytes().expose(|d| URL_SAFE_NO_PAD.encode(d)));
        let (x, y) = self.verifying_key().coordinates();
        let y = y.map(|y| format!(r#","y":"{y}""#)).unwrap_or_default();
        // One allocation, so that no copy of `d` stays behind: everything but the values fits in 64 bytes.
        let mut text = String::with_capacity(64 + kty.len() + crv.len() + x.len() + y.len() + d.len());
        for part in
            [r#"{"kty":""#, kty, r#"","crv":""#, crv, r#"","x":""#, &x, r#"""#, &y, r#","d":""#, &d, r#""}"#]
        {
            text.push_str(part);
        }
        Secret::new(text)
    }

    /// Reads a private JWK. The public members are required, and must belong to `d`.
    ///
    /// The [`Value`] stays the caller's to drop; it cannot be wiped.
    ///
    /// # Errors
    /// [`Error::Jwk`] naming the member at fault, [`Error::PublicKeyGiven`] without `d`,
    /// [`Error::Mismatch`], and those of [`from_bytes`](Self::from_bytes).
    pub fn from_jwk(jwk: &Value) -> Result<Self, Error> {
        let jwk = object(jwk)?;
        if !jwk.contains_key("d") {
            return Err(Error::PublicKeyGiven);
        }
        let public = public_part(jwk, &["sign"])?;
        let d = bytes(jwk, "d", public.algorithm().private_key_len())?;
        Self::from_pair(public.algorithm(), &d, &public)
    }
}

fn object(jwk: &Value) -> Result<&Map<String, Value>, Error> {
    jwk.as_object().ok_or(Error::Jwk { member: "kty", reason: "a JWK is a JSON object" })
}

/// The public key of a JWK that is for one of `operations`, if its owner says what it is for.
fn public_part(jwk: &Map<String, Value>, operations: &[&str]) -> Result<VerifyingKey, Error> {
    let refused = |member, reason| Error::Jwk { member, reason };
    let kty = text(jwk, "kty")?;
    let crv = text(jwk, "crv")?;
    let algorithm =
        crv.parse::<Algorithm>().map_err(|_| refused("crv", "not a curve this suite signs with"))?;
    if kty != algorithm.kty() {
        return Err(refused("kty", "does not go with this crv"));
    }
    if let Some(alg) = jwk.get("alg")
        && alg.as_str().and_then(Algorithm::from_jose) != Some(algorithm)
    {
        return Err(refused("alg", "does not go with this crv"));
    }
    if jwk.get("use").is_some_and(|u| u != "sig") {
        return Err(refused("use", "this key is not for signatures"));
    }
    // RFC 7517 §4.3
    if let Some(stated) = jwk.get("key_ops") {
        let stated = stated.as_array().ok_or(refused("key_ops", "is not an array"))?;
        if !stated.iter().any(|o| o.as_str().is_some_and(|o| operations.contains(&o))) {
            return Err(refused("key_ops", "this key is not for signatures"));
        }
    }
    let length = algorithm.private_key_len();
    let x = bytes(jwk, "x", length)?;
    if algorithm == Algorithm::Ed25519 {
        return VerifyingKey::from_bytes(algorithm, &x);
    }
    let y = bytes(jwk, "y", length)?;
    let mut point = Vec::with_capacity(1 + 2 * length);
    point.push(crate::backend::UNCOMPRESSED);
    point.extend_from_slice(&x);
    point.extend_from_slice(&y);
    VerifyingKey::from_sec1_bytes(algorithm, &point)
}

fn text<'a>(jwk: &'a Map<String, Value>, member: &'static str) -> Result<&'a str, Error> {
    jwk.get(member)
        .ok_or(Error::Jwk { member, reason: "is missing" })?
        .as_str()
        .ok_or(Error::Jwk { member, reason: "is not a string" })
}

/// The base64url value of a member, which has the curve's full length (RFC 7518 §6.2.1.2, §6.2.2.1).
fn bytes(jwk: &Map<String, Value>, member: &'static str, length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = text(jwk, member)?;
    // Bounded before decoding: a longer text cannot be right.
    if text.len() != length.saturating_mul(4).div_ceil(3) {
        return Err(Error::Jwk { member, reason: "has a wrong length for this crv" });
    }
    URL_SAFE_NO_PAD
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| Error::Jwk { member, reason: "is not base64url without padding" })
}
