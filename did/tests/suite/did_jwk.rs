//! `did:jwk`: the method specification's examples, and what is refused.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_did::{Did, Error, ErrorKind, MethodRouter, Relationship, ResolutionOptions, Resolver, jwk};
use serde_json::json;

use super::world::key;

fn did(json: &str) -> Did {
    Did::from_parts("jwk", &URL_SAFE_NO_PAD.encode(json)).unwrap()
}

fn relationships(did: &Did) -> Vec<&'static str> {
    let document = jwk::document(did).unwrap();
    let id = format!("{did}#0").parse().unwrap();
    Relationship::ALL
        .into_iter()
        .filter(|r| document.authorised(&id, *r).is_some())
        .map(Relationship::as_str)
        .collect()
}

const P256: &str = r#"{"crv":"P-256","kty":"EC","x":"acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0","y":"_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE"}"#;
const X25519: &str =
    r#"{"kty":"OKP","crv":"X25519","use":"enc","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;

/// The two examples of the specification, identifier included.
#[test]
fn the_examples_of_the_specification() {
    let p256: Did = "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
        .parse()
        .unwrap();
    assert_eq!(p256, did(P256));
    assert_eq!(relationships(&p256).len(), 5);
    let document = jwk::document(&p256).unwrap();
    assert_eq!(document.verification_method()[0].id().to_string(), format!("{p256}#0"));
    assert_eq!(document.verification_method()[0].type_(), "JsonWebKey");
    assert_eq!(document.verification_method()[0].verifying_key().unwrap().algorithm().to_string(), "P-256");

    let x25519: Did = "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJYMjU1MTkiLCJ1c2UiOiJlbmMiLCJ4IjoiM3A3YmZYdDl3YlRUVzJIQzdPUTFOei1EUThoYmVHZE5yZngtRkctSUswOCJ9"
        .parse()
        .unwrap();
    assert_eq!(x25519, did(X25519));
    assert_eq!(relationships(&x25519), ["keyAgreement"]);
    assert!(jwk::document(&x25519).unwrap().verification_method()[0].verifying_key().is_err());
}

#[test]
fn use_decides_the_relationships() {
    let with = |member: &str| did(&P256.replacen('{', &format!("{{{member},"), 1));
    assert_eq!(relationships(&with(r#""use":"enc""#)), ["keyAgreement"]);
    assert_eq!(relationships(&with(r#""use":"enc","alg":"ECDH-ES""#)), ["keyAgreement"]);
    assert_eq!(relationships(&with(r#""alg":"ECDH-ES+A256KW""#)), ["keyAgreement"]);
    let sig = relationships(&with(r#""use":"sig""#));
    assert_eq!(sig, ["authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation"]);
    assert_eq!(
        relationships(&jwk::did(&key(1).verifying_key()).unwrap()),
        sig,
        "Ed25519 cannot agree on keys"
    );
}

#[test]
fn a_key_finds_its_way_back() {
    let k = key(1).verifying_key();
    let document = jwk::document(&jwk::did(&k).unwrap()).unwrap();
    assert_eq!(document.verification_method()[0].verifying_key().unwrap(), k);
}

#[test]
fn refused_by_name() {
    let private = P256.replacen('{', r#"{"d":"AAAA","#, 1);
    let off_curve = P256.replace("_KcyLj9v", "AKcyLj9v");
    let padded = Did::from_parts("jwk", &format!("{}%3D", URL_SAFE_NO_PAD.encode(P256))).unwrap();
    let long = P256.replacen('{', &format!(r#"{{"kid":"{}","#, "a".repeat(1_500)), 1);
    let bad = [
        did("{}"),
        did("[]"),
        did("{"),
        did(r#"{"kty":"EC"}{}"#),
        did(r#"{"kty":"EC","kty":"EC"}"#),
        did(r#"{"kty":1}"#),
        did(&private),
        did(&off_curve),
        did(&P256.replacen('{', r#"{"use":"both","#, 1)),
        did(&P256.replacen('{', r#"{"alg":"RS256","#, 1)),
        did(&off_curve.replacen('{', r#"{"use":"enc","#, 1)),
        did(&P256.replacen('{', r#"{"use":1,"#, 1)),
        did(&X25519.replace("3p7b", "")),
        padded,
    ];
    for did in bad {
        let error = jwk::document(&did).unwrap_err();
        assert!(matches!(error, Error::Key { .. }), "{did}: {error}");
        let error = MethodRouter::offline().resolve(&did, &ResolutionOptions::default()).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::InvalidDid | ErrorKind::FeatureNotSupported),
            "{did}: {error}"
        );
    }
    assert!(
        Did::from_parts("jwk", &URL_SAFE_NO_PAD.encode(&long)).is_err()
            || jwk::document(&did(&long)).is_err()
    );
    let rsa = json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"}).to_string();
    assert!(matches!(jwk::document(&did(&rsa)), Err(Error::Key { unsupported: true, .. })));
    assert!(jwk::document(&"did:key:z6Mk".parse().unwrap()).is_err());
}
