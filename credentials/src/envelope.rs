//! Issuing enveloped credentials and presentations: `application/vc+jwt` and `application/vp+jwt` (Securing Verifiable
//! Credentials using JOSE and COSE §3.1).
//!
//! 1. The document follows version 2.0 of the data model, and every term of it is defined (§3.1.1, §3.1.2).
//! 2. The JWS payload is the document itself with the JWT claims beside its properties. `vc` and `vp`, which older
//!    practice put the document under, are not claims here (§3).
//! 3. The protected header names `alg`, `kid`, `typ` (`vc+jwt`, `vp+jwt`) and `cty` (`vc`, `vp`).
//! 4. The compact token goes into a `data:` URL, which is the `id` of the envelope (data model §4.12.1, §4.12.2).

use crate::error::Error;
use crate::model::{CONTEXT_V2, Credential, EnvelopeKind, Presentation, Version};
use crate::proof::Transform;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hufu_jsonld::Contexts;
use hufu_keys::{Algorithm, SigningKey};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The media type of a credential in a JWS.
pub const VC_JWT: &str = "application/vc+jwt";
/// The media type of a presentation in a JWS.
pub const VP_JWT: &str = "application/vp+jwt";

/// What the maker of an envelope chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeOptions {
    /// DID URL of the verification method that signs: the `kid`.
    pub verification_method: String,
    /// When the token was made (`iat`, whole seconds).
    pub created: Option<Timestamp>,
    /// When the token ceases to hold (`exp`, whole seconds); the credential's own `validUntil` is apart from it.
    pub expires: Option<Timestamp>,
}

impl EnvelopeOptions {
    /// Options with nothing optional.
    pub fn new(verification_method: impl Into<String>) -> Self {
        Self { verification_method: verification_method.into(), created: None, expires: None }
    }

    /// The claims that these options stand for.
    fn claims(&self) -> Result<Vec<(&'static str, Value)>, Error> {
        if matches!((self.created, self.expires), (Some(created), Some(expires)) if expires <= created) {
            return Err(Error::ProofOptions("the token would expire before it is made".to_owned()));
        }
        let seconds = |name, time: Option<Timestamp>| time.map(|time| (name, json!(time.as_second())));
        Ok(seconds("iat", self.created).into_iter().chain(seconds("exp", self.expires)).collect())
    }
}

/// Signs a credential as `vc+jwt` and wraps it as `EnvelopedVerifiableCredential`.
///
/// # Errors
/// [`Error::KeyMismatch`] for a key without a JOSE algorithm; [`Error::ProofOptions`] for options that contradict each
/// other or the document; [`Error::Transformation`] for an undefined term or unknown context.
pub fn envelope(
    credential: &Credential,
    key: &SigningKey,
    options: &EnvelopeOptions,
    contexts: &Contexts,
) -> Result<Value, Error> {
    let document = Document { object: credential.object(), version: credential.version(), short: "vc" };
    let token = document.token(key, options, options.claims()?, contexts)?;
    Ok(wrap(EnvelopeKind::Credential, &format!("data:{VC_JWT},{token}")))
}

/// Signs a presentation as `vp+jwt` and wraps it as `EnvelopedVerifiablePresentation`. `nonce` is the verifier's
/// challenge and `audience` its domains.
///
/// # Errors
/// As [`envelope`].
pub fn envelope_presentation(
    presentation: &Presentation,
    key: &SigningKey,
    options: &EnvelopeOptions,
    nonce: Option<&str>,
    audience: &[String],
    contexts: &Contexts,
) -> Result<Value, Error> {
    let mut claims = options.claims()?;
    claims.extend(nonce.map(|nonce| ("nonce", json!(nonce))));
    match audience {
        [] => {}
        [one] => claims.push(("aud", json!(one))),
        many => claims.push(("aud", json!(many))),
    }
    let document = Document { object: presentation.object(), version: presentation.version(), short: "vp" };
    let token = document.token(key, options, claims, contexts)?;
    Ok(wrap(EnvelopeKind::Presentation, &format!("data:{VP_JWT},{token}")))
}

fn wrap(kind: EnvelopeKind, id: &str) -> Value {
    json!({ "@context": [CONTEXT_V2], "type": kind.type_name(), "id": id })
}

/// What goes into a token.
struct Document<'a> {
    object: &'a Map<String, Value>,
    version: Version,
    /// `vc` or `vp`: the `cty`, and with `+jwt` the `typ`.
    short: &'static str,
}

impl Document<'_> {
    fn token(
        &self,
        key: &SigningKey,
        options: &EnvelopeOptions,
        claims: Vec<(&'static str, Value)>,
        contexts: &Contexts,
    ) -> Result<String, Error> {
        // Step 1.
        if self.version != Version::V2 {
            return Err(Error::ProofOptions("documents of version 1.1 are not enveloped".to_owned()));
        }
        Transform::new(contexts).check_terms(&Value::Object(self.object.clone()))?;
        // Step 2.
        let mut payload = self.object.clone();
        if let Some(name) = ["vc", "vp"].into_iter().find(|name| payload.contains_key(*name)) {
            return Err(Error::ProofOptions(format!(
                "a document with a property {name} cannot be enveloped"
            )));
        }
        for (name, value) in claims {
            if payload.insert(name.to_owned(), value).is_some() {
                return Err(Error::ProofOptions(format!("the document has a property {name} of its own")));
            }
        }
        // Step 3.
        let header = json!({
            "alg": jose_algorithm(key.algorithm())?,
            "kid": options.verification_method,
            "typ": format!("{}+jwt", self.short),
            "cty": self.short,
        });
        let bytes = |value: &Value| hufu_jcs::canonicalize(value).map_err(|e| Error::Parsing(e.to_string()));
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(bytes(&header)?);
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(bytes(&Value::Object(payload))?, &mut token);
        let signature = key.sign(token.as_bytes());
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature.as_bytes(), &mut token);
        Ok(token)
    }
}

/// Whether keys of this algorithm can sign an envelope.
#[must_use]
pub fn is_supported(algorithm: Algorithm) -> bool {
    jose_algorithm(algorithm).is_ok()
}

/// The `alg` of a key. SM2 has no registered name: this one is understood here and where it is agreed upon.
fn jose_algorithm(algorithm: Algorithm) -> Result<&'static str, Error> {
    match algorithm {
        Algorithm::Ed25519 => Ok("EdDSA"),
        Algorithm::P256 => Ok("ES256"),
        Algorithm::P384 => Ok("ES384"),
        Algorithm::Secp256k1 => Ok("ES256K"),
        Algorithm::Sm2 => Ok("SM2"),
        other => Err(Error::KeyMismatch { suite: "JOSE", algorithm: other.to_string() }),
    }
}
