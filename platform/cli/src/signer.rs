//! Which verification method and suite a key of the keystore signs with.

use hufu_credentials::Suite;
use hufu_did::{Did, jwk, key};
use hufu_keys::{Algorithm, SigningKey};

use crate::exit::{Code, Failure};

/// The DID URL under which `author` lists this key.
///
/// A `did:key` or `did:jwk` must be made of the key itself. The document of any other DID is not known
/// offline; there the key `<name>/<fragment>` is the method `#<fragment>`, as `hufu did create` names them.
///
/// # Errors
/// [`Code::Input`] if the key is not one of `author`.
pub(crate) fn method(author: &str, name: &str, key: &SigningKey) -> anyhow::Result<String> {
    let refuse = |why: &str| Err(Failure::with(Code::Input, format!("{author} and the key {name:?}: {why}")));
    let Ok(did) = author.parse::<Did>() else {
        return refuse("only a DID can be signed for");
    };
    let public = key.verifying_key();
    match did.method() {
        "key" if did == key::did(&public) => Ok(key::verification_method(&public).to_string()),
        "jwk" if jwk::did(&public).is_ok_and(|own| own == did) => Ok(format!("{did}#0")),
        "key" | "jwk" => refuse("the DID is made of another key"),
        _ => match name.rsplit_once('/') {
            Some((_, fragment)) if !fragment.is_empty() => Ok(format!("{did}#{fragment}")),
            _ => refuse("a key of this DID is named <name>/<fragment>, such as default/key-1"),
        },
    }
}

/// The suite of this name, or the first one that fits the key.
///
/// # Errors
/// [`Code::Input`] for an unknown suite, or an algorithm that none signs with.
pub(crate) fn suite(name: Option<&str>, algorithm: Algorithm) -> anyhow::Result<Suite> {
    if let Some(name) = name {
        return Ok(name.parse()?);
    }
    Suite::for_algorithm(algorithm).next().ok_or_else(|| {
        Failure::with(
            Code::Input,
            format!("no securing suite signs with {algorithm}; Ed25519, P-256, P-384 and SM2 have one"),
        )
    })
}

#[cfg(test)]
mod tests {
    use hufu_did::key;
    use hufu_keys::{Algorithm, SigningKey};

    use super::{method, suite};

    #[test]
    fn a_key_signs_for_its_own_did_only() {
        let own = SigningKey::generate(Algorithm::Sm2, &mut rand::rng());
        let other = SigningKey::generate(Algorithm::Sm2, &mut rand::rng());
        let did = key::did(&own.verifying_key());
        assert!(method(did.as_str(), "default", &own).is_ok_and(|method| method.starts_with(did.as_str())));
        assert!(method(did.as_str(), "default", &other).is_err());
        let ledger = "did:hufu:dev:z1";
        assert_eq!(method(ledger, "school/key-1", &own).expect("named"), format!("{ledger}#key-1"));
        assert!(method(ledger, "school", &own).is_err());
        assert!(method("https://school.example", "school/key-1", &own).is_err());
    }

    #[test]
    fn every_algorithm_has_a_suite_or_a_reason() {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::Sm2] {
            assert!(suite(None, algorithm).is_ok(), "{algorithm}");
        }
        assert!(suite(None, Algorithm::Secp256k1).is_err());
        assert!(suite(Some("made-up-2026"), Algorithm::Sm2).is_err());
    }
}
