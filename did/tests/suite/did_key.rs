//! `did:key`: the method's published vectors, its own example document, and what is refused.

use std::{collections::BTreeMap, path::PathBuf};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_did::{
    Did, DidUrl, Document, Error, ErrorKind, Material, MethodRouter, Relationship, ResolutionOptions,
    Resolver, key,
};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

use super::world::rng;

/// The vectors' documents are of 2021: other `type`s, the same ids and keys. So ids, key bytes and
/// relationships are compared. Elliptic-curve keys stood under `keyAgreement` then; the method's text now
/// derives an agreement key from Ed25519 only.
#[test]
fn published_vectors() {
    let Some(folder) = vectors() else { return };
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for file in ["bls12381", "ed25519-x25519", "nist-curves", "rsa", "secp256k1", "x25519"] {
        let text = std::fs::read_to_string(folder.join(format!("{file}.json"))).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let documents: Vec<(String, Value)> = value
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(did, entry)| match did.as_str() {
                "didDocument" => entry.as_object().unwrap().clone().into_iter().collect(),
                _ => vec![(did.clone(), entry["didDocument"].clone())],
            })
            .collect();
        let [expanded, refused] = counts.entry(file).or_default();
        for (did, expected) in documents {
            match key::document(&did.parse().unwrap()) {
                Ok(document) => {
                    compare(&document, &expected);
                    *expanded += 1;
                }
                Err(Error::Key { unsupported: true, .. }) => *refused += 1,
                Err(other) => panic!("{did}: {other}"),
            }
        }
    }
    println!("did:key vectors, [expanded, refused as an unsupported key type]: {counts:?}");
    let expected = [
        ("bls12381", [5, 1]),
        ("ed25519-x25519", [5, 0]),
        ("nist-curves", [5, 2]),
        ("rsa", [0, 2]),
        ("secp256k1", [6, 0]),
        ("x25519", [4, 0]),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}

fn vectors() -> Option<PathBuf> {
    let base = std::env::var_os("HUFU_VECTORS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors")),
        PathBuf::from,
    );
    let folder = base.join("did-key/test-vectors");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "no vectors at {}", folder.display());
    eprintln!("skipped: no vectors at {}", folder.display());
    None
}

fn compare(document: &Document, expected: &Value) {
    assert_eq!(document.id().as_str(), expected["id"]);
    let theirs = expected["verificationMethod"].as_array().unwrap();
    assert_eq!(document.all_methods().count(), theirs.len());
    for method in theirs {
        let id: DidUrl = method["id"].as_str().unwrap().parse().unwrap();
        let ours = document.method(&id).unwrap_or_else(|| panic!("no {id}"));
        let Material::Multibase(multikey) = ours.material() else { panic!("{id} is not a Multikey") };
        let bytes = bs58::decode(&multikey[1..]).into_vec().unwrap();
        let raw = &bytes[2..];
        match (method["publicKeyBase58"].as_str(), method["publicKeyJwk"]["x"].as_str()) {
            (Some(base58), _) => {
                let theirs = bs58::decode(base58).into_vec().unwrap();
                // One P-256 vector has its key compressed, as we do; secp256k1 keys are compressed, too.
                assert_eq!(raw, theirs, "{id}");
            }
            (None, Some(x)) => {
                let x = URL_SAFE_NO_PAD.decode(x).unwrap();
                assert!(raw.ends_with(&x) && raw.len() - x.len() <= 1, "{id}");
            }
            other => panic!("{id}: {other:?}"),
        }
        for relationship in Relationship::ALL {
            let Some(list) = expected[relationship.as_str()].as_array() else { continue };
            let listed = list.iter().any(|entry| entry == id.as_str());
            let same_key_agreement = relationship == Relationship::KeyAgreement && raw.len() > 32;
            if !same_key_agreement {
                assert_eq!(document.authorised(&id, relationship).is_some(), listed, "{id} {relationship}");
            }
        }
    }
}

/// The example of the method specification, §3.1.1, member for member; the context is the 1.0 pair.
#[test]
fn the_specification_s_own_document() {
    let did: Did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK".parse().unwrap();
    let key_id = format!("{did}#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK");
    let agreement = "z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p";
    assert_eq!(
        key::document(&did).unwrap().to_value(),
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": did,
            "verificationMethod": [{
                "id": key_id,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            }],
            "authentication": [key_id],
            "assertionMethod": [key_id],
            "capabilityDelegation": [key_id],
            "capabilityInvocation": [key_id],
            "keyAgreement": [{
                "id": format!("{did}#{agreement}"),
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": agreement,
            }],
        })
    );
}

#[test]
fn every_algorithm_finds_its_way_back() {
    for algorithm in
        [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::Secp256k1, Algorithm::Sm2]
    {
        let public = SigningKey::generate(algorithm, &mut rng(7)).verifying_key();
        let did = key::did(&public);
        assert_eq!(key::verifying_key(&did).unwrap(), public);
        let document = key::document(&did).unwrap();
        let url = key::verification_method(&public);
        for relationship in Relationship::ALL.into_iter().filter(|r| *r != Relationship::KeyAgreement) {
            let method = document.authorised(&url, relationship).unwrap();
            assert_eq!(method.verifying_key().unwrap(), public, "{algorithm} {relationship}");
        }
        let derived = document.relationship(Relationship::KeyAgreement).len();
        assert_eq!(derived, usize::from(algorithm == Algorithm::Ed25519), "{algorithm}");
        // The same key in base64url is another DID with the same key.
        let bytes = bs58::decode(&public.to_multikey()[1..]).into_vec().unwrap();
        let other = Did::from_parts("key", &format!("u{}", URL_SAFE_NO_PAD.encode(bytes))).unwrap();
        let document = key::document(&other).unwrap();
        assert_eq!(document.id(), &other);
        assert_eq!(document.verification_method()[0].verifying_key().unwrap(), public);
    }
}

#[test]
fn refused_by_name_and_never_with_a_panic() {
    let encode = |bytes: &[u8]| format!("z{}", bs58::encode(bytes).into_string());
    let with_codec = |codec: [u8; 2], len: usize| encode(&[&codec[..], &vec![2; len]].concat());
    let not_a_point = {
        let mut bytes = vec![0xed, 0x01];
        bytes.extend([2u8; 32]);
        encode(&bytes)
    };
    let off_curve = encode(&[&[0x80, 0x24, 0x02][..], &[0xff; 32]].concat());
    let long = "z".repeat(1_500);
    let invalid = [
        "z",
        "u",
        "z6Mk",
        "6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "f6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "Z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do0",
        "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doKK",
        "1:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "z%36MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "uAA%3D",
        &not_a_point,
        &off_curve,
        &with_codec([0xed, 0x01], 31),
        &with_codec([0xed, 0x01], 33),
        &with_codec([0xed, 0x01], 0),
        &with_codec([0xec, 0x01], 31),
        &with_codec([0x80, 0x24], 32),
        &with_codec([0x80, 0x24], 65),
        &with_codec([0xe7, 0x01], 33 + 1),
        &with_codec([0x86, 0x24], 32),
        &with_codec([0x80, 0x80], 32),
        &with_codec([0xed, 0x81], 32),
        &long,
    ];
    let resolve = |id: &str| {
        MethodRouter::offline().resolve(&Did::from_parts("key", id).unwrap(), &ResolutionOptions::default())
    };
    for id in invalid {
        assert_eq!(resolve(id).unwrap_err().kind(), ErrorKind::InvalidDid, "{id}");
    }
    // Secret keys and other things that are not public keys.
    for codec in [[0x80, 0x26], [0x90, 0x26], [0x12, 0x20], [0x00, 0x01]] {
        assert_eq!(resolve(&with_codec(codec, 32)).unwrap_err().kind(), ErrorKind::InvalidDid, "{codec:?}");
    }
    // No point of G2.
    assert_eq!(resolve(&with_codec([0xeb, 0x01], 96)).unwrap_err().kind(), ErrorKind::InvalidDid);
    // Public keys that are not for this crate: RSA, P-521, BLS12-381 G1.
    for codec in [[0x85, 0x24], [0x82, 0x24], [0xea, 0x01]] {
        assert_eq!(
            resolve(&with_codec(codec, 96)).unwrap_err().kind(),
            ErrorKind::FeatureNotSupported,
            "{codec:?}"
        );
    }
    let x25519: Did = "did:key:z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p".parse().unwrap();
    assert!(matches!(key::verifying_key(&x25519), Err(Error::Key { unsupported: false, .. })));
    assert!(key::document(&"did:jwk:z6Mk".parse().unwrap()).is_err());
    let options = ResolutionOptions { version_id: Some("1".into()), ..ResolutionOptions::default() };
    let did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK".parse().unwrap();
    let error = MethodRouter::offline().resolve(&did, &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FeatureNotSupported);
}
