//! Issuing enveloped credentials and presentations: `application/vc+jwt` and `application/vp+jwt`.

use crate::error::Error;
use crate::model::{CONTEXT_V2, Credential, EnvelopeKind, Presentation};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Map, Value, json};

/// Signs a credential as `vc+jwt` and wraps it as `EnvelopedVerifiableCredential`. `kid` is the DID URL of the key.
///
/// # Errors
/// [`Error::KeyMismatch`] for a key without a JOSE algorithm.
pub fn envelope(credential: &Credential, key: &SigningKey, kid: &str) -> Result<Value, Error> {
    let token = token(credential.object(), key, kid, "vc+jwt")?;
    Ok(wrap(EnvelopeKind::Credential, &format!("data:application/vc+jwt,{token}")))
}

/// Signs a presentation as `vp+jwt` and wraps it as `EnvelopedVerifiablePresentation`. `nonce` is the verifier's
/// challenge and `audience` its domain.
///
/// # Errors
/// [`Error::KeyMismatch`] for a key without a JOSE algorithm.
pub fn envelope_presentation(
    presentation: &Presentation,
    key: &SigningKey,
    kid: &str,
    nonce: &str,
    audience: &str,
) -> Result<Value, Error> {
    let mut claims = presentation.object().clone();
    claims.insert("nonce".to_owned(), json!(nonce));
    claims.insert("aud".to_owned(), json!(audience));
    let token = token(&claims, key, kid, "vp+jwt")?;
    Ok(wrap(EnvelopeKind::Presentation, &format!("data:application/vp+jwt,{token}")))
}

fn wrap(kind: EnvelopeKind, id: &str) -> Value {
    json!({ "@context": [CONTEXT_V2], "type": kind.type_name(), "id": id })
}

fn token(claims: &Map<String, Value>, key: &SigningKey, kid: &str, typ: &str) -> Result<String, Error> {
    let alg = match key.algorithm() {
        Algorithm::Ed25519 => "EdDSA",
        Algorithm::P256 => "ES256",
        Algorithm::P384 => "ES384",
        Algorithm::Secp256k1 => "ES256K",
        Algorithm::Sm2 => "SM2",
        other => return Err(Error::KeyMismatch { suite: "JOSE", algorithm: other.to_string() }),
    };
    let header = json!({ "alg": alg, "kid": kid, "typ": typ });
    let header = BASE64_URL_SAFE_NO_PAD
        .encode(hufu_jcs::canonicalize(&header).map_err(|e| Error::Parsing(e.to_string()))?);
    let payload = hufu_jcs::to_vec(claims).map_err(|e| Error::Parsing(e.to_string()))?;
    let mut token = format!("{header}.{}", BASE64_URL_SAFE_NO_PAD.encode(payload));
    let signature = key.sign(token.as_bytes());
    token.push('.');
    token.push_str(&BASE64_URL_SAFE_NO_PAD.encode(signature.as_bytes()));
    Ok(token)
}
