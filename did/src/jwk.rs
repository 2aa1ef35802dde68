//! `did:jwk`: the DID is a JSON Web Key, its UTF-8 bytes in unpadded base64url.
//!
//! The document has one method, `#0`. `"use": "sig"` leaves out key agreement, `"use": "enc"` leaves out
//! everything else; without `use`, key agreement is included for keys that can do it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_keys::VerifyingKey;
use serde_json::{Value, json};

use crate::{
    Did, DidUrl, Document, Error, MethodReference, Relationship, Resolution, ResolutionError,
    ResolutionOptions, Resolver, VerificationMethod,
    document::{DID_CONTEXT, JWK_CONTEXT, check_public_jwk, strict_json},
};

/// The most bytes of JSON in a `did:jwk`; the DID's own bound leaves room for about as much.
pub const MAX_JWK_BYTES: usize = 1_536;

/// The resolver of `did:jwk`. It needs nothing but the DID.
#[derive(Clone, Copy, Debug, Default)]
pub struct JwkMethod;

impl Resolver for JwkMethod {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        let content_type = options.content_type()?;
        options.refuse_versions(METHOD)?;
        Ok(Resolution::of(document(did)?, content_type))
    }
}

/// The `did:jwk` of a key, over the JCS form of its JWK.
///
/// # Errors
/// [`Error::Key`] if the JWK has no canonical form, which no key of this crate's causes.
pub fn did(key: &VerifyingKey) -> Result<Did, Error> {
    let bytes = hufu_jcs::canonicalize(&key.to_jwk()).map_err(|e| refused(e.to_string()))?;
    Did::from_parts(METHOD, &URL_SAFE_NO_PAD.encode(bytes))
}

/// Expands a `did:jwk` into its document.
///
/// # Errors
/// [`Error::Key`] if the identifier does not hold a valid public key of a supported type.
pub fn document(did: &Did) -> Result<Document, Error> {
    if did.method() != METHOD {
        return Err(refused("it is not a did:jwk"));
    }
    let bytes = URL_SAFE_NO_PAD
        .decode(did.method_specific_id())
        .map_err(|_| refused("it is not unpadded base64url"))?;
    let jwk = strict_json(&bytes, MAX_JWK_BYTES).map_err(|e| refused(e.to_string()))?;
    check_public_jwk(&jwk).map_err(refused)?;
    let kind = kind(&jwk)?;
    let allowed = |relationship| match (relationship, jwk.get("use").map(Value::as_str)) {
        (Relationship::KeyAgreement, Some(Some("sig"))) => Ok(false),
        (Relationship::KeyAgreement, None | Some(Some("enc"))) => Ok(kind != Kind::SignatureOnly),
        (_, Some(Some("enc"))) => Ok(false),
        (_, None | Some(Some("sig"))) => Ok(kind != Kind::AgreementOnly),
        _ => Err(refused("use is neither sig nor enc")),
    };

    let id = DidUrl::with_fragment(did, "0")?;
    let mut document = Document::new(did.clone());
    document.context = Some(json!([DID_CONTEXT, JWK_CONTEXT]));
    for relationship in Relationship::ALL {
        if allowed(relationship)? {
            document.relationships.of_mut(relationship).push(MethodReference::Reference(id.clone()));
        }
    }
    document.verification_method.push(VerificationMethod::from_jwk(id, did.clone(), jwk));
    Ok(document)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    SignatureOnly,
    AgreementOnly,
    Both,
}

/// True for a well-formed X25519 JWK.
pub(crate) fn is_x25519(jwk: &Value) -> bool {
    matches!(kind(jwk), Ok(Kind::AgreementOnly))
}

/// What the key can do; that it is a valid key is checked for all that can sign.
fn kind(jwk: &Value) -> Result<Kind, Error> {
    let member = |name| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    match (member("kty"), member("crv")) {
        ("OKP", "X25519") => {
            let x =
                URL_SAFE_NO_PAD.decode(member("x")).map_err(|_| refused("x is not unpadded base64url"))?;
            if x.len() == 32 { Ok(Kind::AgreementOnly) } else { Err(refused("an X25519 key has 32 bytes")) }
        }
        ("EC", "P-256" | "P-384" | "secp256k1" | "SM2")
            if member("use") == "enc" || member("alg").starts_with("ECDH-ES") =>
        {
            // The same point, without what says that it is not for signatures.
            let mut point = jwk.clone();
            if let Some(members) = point.as_object_mut() {
                members.retain(|name, _| matches!(name.as_str(), "kty" | "crv" | "x" | "y"));
            }
            VerifyingKey::from_jwk(&point).map_err(|e| refused(e.to_string()))?;
            Ok(Kind::AgreementOnly)
        }
        ("OKP", "Ed25519") | ("EC", "P-256" | "P-384" | "secp256k1" | "SM2") => {
            VerifyingKey::from_jwk(jwk).map_err(|e| refused(e.to_string()))?;
            Ok(if member("kty") == "EC" { Kind::Both } else { Kind::SignatureOnly })
        }
        (kty, crv) => {
            let reason = format!("keys of kty {kty:?} and crv {crv:?} are not supported");
            Err(Error::Key { reason, unsupported: true })
        }
    }
}

fn refused(reason: impl Into<String>) -> Error {
    Error::Key { reason: reason.into(), unsupported: false }
}

const METHOD: &str = "jwk";
