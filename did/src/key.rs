//! `did:key`: the DID is a public key (W3C CCG, v0.9).
//!
//! ```text
//! did-key-format = "did:key:" mb-value
//! mb-value       = "z" base58btc / "u" base64url      of multicodec ‖ public key bytes
//! ```
//!
//! The document creation algorithm: the key is one `Multikey` method, authorised for everything but key
//! agreement; an Ed25519 key also yields an X25519 key (RFC 7748 §4.1, the birational map) for key agreement,
//! embedded there, as the specification's own documents show. A bare X25519 key is for key agreement only.
//! Keys are checked to be points of their curve. SM2 keys (multicodec 0x1206) are resolved in the same way, and so are keys
//! for BBS signatures: a point of BLS12-381's G2 (0xeb), which only suites for such signatures can use.

use hufu_keys::VerifyingKey;
use serde_json::json;

use crate::{
    Did, DidUrl, Document, Error, MethodReference, Relationship, Resolution, ResolutionError,
    ResolutionOptions, Resolver, VerificationMethod,
    document::{DID_CONTEXT, MULTIKEY_CONTEXT},
    multibase,
};

/// The resolver of `did:key`. It needs nothing but the DID.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyMethod;

impl Resolver for KeyMethod {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        let content_type = options.content_type()?;
        options.refuse_versions(METHOD)?;
        Ok(Resolution::of(document(did)?, content_type))
    }
}

/// The `did:key` of a key.
///
/// # Panics
/// Never: base58btc consists of characters that a DID may have.
#[must_use]
pub fn did(key: &VerifyingKey) -> Did {
    Did::from_parts(METHOD, &key.to_multikey()).expect("because base58btc needs no escaping in a DID")
}

/// The verification method of a key's `did:key`: the DID, `#`, and the key again.
///
/// # Panics
/// Never: base58btc consists of characters that a fragment may have.
#[must_use]
pub fn verification_method(key: &VerifyingKey) -> DidUrl {
    DidUrl::with_fragment(&did(key), &key.to_multikey()).expect("because base58btc is allowed in fragments")
}

/// The `did:key` of a key for BBS signatures.
///
/// # Panics
/// Never: as [`did`].
#[must_use]
pub fn bbs_did(key: &hufu_bbs::PublicKey) -> Did {
    Did::from_parts(METHOD, &bbs_multikey(key)).expect("because base58btc needs no escaping in a DID")
}

/// The verification method of such a key's `did:key`.
///
/// # Panics
/// Never: as [`verification_method`].
#[must_use]
pub fn bbs_verification_method(key: &hufu_bbs::PublicKey) -> DidUrl {
    DidUrl::with_fragment(&bbs_did(key), &bbs_multikey(key))
        .expect("because base58btc is allowed in fragments")
}

/// A key for BBS signatures as a Multikey, `zUC7…`; one key in 250 begins with `zUC6`, which is as valid, but npm's driver of
/// `did:key` knows keys by their first four characters and this one not.
#[must_use]
pub fn bbs_multikey(key: &hufu_bbs::PublicKey) -> String {
    multibase::encode(&[&BLS12_381_G2_PREFIX[..], &key.to_bytes()].concat())
}

/// Reads a key for BBS signatures from a Multikey.
///
/// # Errors
/// [`Error::Key`] if it is no Multikey of a point of G2's subgroup.
pub fn bbs_key(multikey: &str) -> Result<hufu_bbs::PublicKey, Error> {
    if !multikey.starts_with('z') {
        return Err(refused("a Multikey starts with z (base58btc)"));
    }
    let bytes = multibase::decode(multikey).map_err(refused)?;
    match multibase::split_codec(&bytes) {
        Some((BLS12_381_G2_PUB, key)) => {
            hufu_bbs::PublicKey::from_bytes(key).map_err(|error| refused(error.to_string()))
        }
        _ => Err(refused("it is not a BLS12-381 G2 key")),
    }
}

/// The key inside a `did:key`, if it is one that verifies signatures.
///
/// # Errors
/// [`Error::Key`] if it is not a valid key, or not for signatures.
pub fn verifying_key(did: &Did) -> Result<VerifyingKey, Error> {
    match decode(did)? {
        PublicKey::Signature(key) => Ok(*key),
        PublicKey::X25519(_) => Err(refused("an X25519 key does not verify signatures")),
        PublicKey::Bbs(_) => Err(refused("a BLS12-381 G2 key verifies BBS signatures only")),
    }
}

/// Expands a `did:key` into its document.
///
/// # Errors
/// [`Error::Key`] if the identifier does not hold a valid key of a supported type.
pub fn document(did: &Did) -> Result<Document, Error> {
    let id = DidUrl::with_fragment(did, did.method_specific_id())?;
    let mut document = Document::new(did.clone());
    document.context = Some(json!([DID_CONTEXT, MULTIKEY_CONTEXT]));
    match decode(did)? {
        PublicKey::Signature(key) => {
            document.verification_method.push(VerificationMethod::multikey(id.clone(), did.clone(), &key));
            for relationship in Relationship::ALL.into_iter().filter(|r| *r != Relationship::KeyAgreement) {
                document.relationships.of_mut(relationship).push(MethodReference::Reference(id.clone()));
            }
            if let Some(u) = key.to_x25519() {
                let derived = multibase::encode(&[&X25519_PREFIX[..], &u].concat());
                let id = DidUrl::with_fragment(did, &derived)?;
                let method = VerificationMethod::from_multibase(id, did.clone(), derived);
                document
                    .relationships
                    .of_mut(Relationship::KeyAgreement)
                    .push(MethodReference::Embedded(method));
            }
        }
        PublicKey::Bbs(multikey) => {
            let method = VerificationMethod::from_multibase(id.clone(), did.clone(), multikey);
            document.verification_method.push(method);
            for relationship in Relationship::ALL.into_iter().filter(|r| *r != Relationship::KeyAgreement) {
                document.relationships.of_mut(relationship).push(MethodReference::Reference(id.clone()));
            }
        }
        PublicKey::X25519(multikey) => {
            document.verification_method.push(VerificationMethod::from_multibase(
                id.clone(),
                did.clone(),
                multikey,
            ));
            document.relationships.of_mut(Relationship::KeyAgreement).push(MethodReference::Reference(id));
        }
    }
    Ok(document)
}

enum PublicKey {
    Signature(Box<VerifyingKey>),
    /// As a `z…` Multikey.
    X25519(String),
    /// As a `z…` Multikey.
    Bbs(String),
}

fn decode(did: &Did) -> Result<PublicKey, Error> {
    if did.method() != METHOD {
        return Err(refused("it is not a did:key"));
    }
    let bytes = multibase::decode(did.method_specific_id()).map_err(refused)?;
    let (codec, key) =
        multibase::split_codec(&bytes).ok_or_else(|| refused("the multicodec is malformed"))?;
    let multikey = multibase::encode(&bytes);
    match codec {
        X25519_PUB if key.len() == 32 => Ok(PublicKey::X25519(multikey)),
        X25519_PUB => Err(refused("an X25519 key has 32 bytes")),
        ED25519_PUB | P256_PUB | P384_PUB | SECP256K1_PUB | SM2_PUB => {
            let key = VerifyingKey::from_multikey(&multikey).map_err(|error| refused(error.to_string()))?;
            Ok(PublicKey::Signature(Box::new(key)))
        }
        BLS12_381_G2_PUB => bbs_key(&multikey).map(|_| PublicKey::Bbs(multikey)),
        other => match OTHER_PUBLIC_KEYS.iter().find(|(codec, _)| *codec == other) {
            Some((_, name)) => {
                Err(Error::Key { reason: format!("{name} keys are not supported"), unsupported: true })
            }
            None => Err(refused(format!("multicodec {other:#x} is not a public key"))),
        },
    }
}

fn refused(reason: impl AsRef<str>) -> Error {
    Error::Key { reason: reason.as_ref().to_owned(), unsupported: false }
}

const METHOD: &str = "key";

// Multicodec table.
const SECP256K1_PUB: u32 = 0xe7;
const BLS12_381_G2_PUB: u32 = 0xeb;
/// The same as a varint.
const BLS12_381_G2_PREFIX: [u8; 2] = [0xeb, 0x01];
const X25519_PUB: u32 = 0xec;
/// The same as a varint.
const X25519_PREFIX: [u8; 2] = [0xec, 0x01];
const ED25519_PUB: u32 = 0xed;
const P256_PUB: u32 = 0x1200;
const P384_PUB: u32 = 0x1201;
const SM2_PUB: u32 = 0x1206;

/// Public keys that other resolvers know: a DID with one is well formed, and not supported here.
const OTHER_PUBLIC_KEYS: [(u32, &str); 9] = [
    (0xea, "BLS12-381 G1"),
    (0xee, "BLS12-381 G1 and G2"),
    (0x1202, "P-521"),
    (0x1203, "Ed448"),
    (0x1204, "X448"),
    (0x1205, "RSA"),
    (0x1210, "ML-DSA-44"),
    (0x1211, "ML-DSA-65"),
    (0x1212, "ML-DSA-87"),
];
