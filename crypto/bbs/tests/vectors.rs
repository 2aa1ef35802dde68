//! The core draft's fixtures with SHA-256: every file of `vectors/bbs`, on both backends. `typed.rs` has the numbers of the
//! other ciphersuite and of the other drafts.
//!
//! Traces are compared as far as they show in the bytes of a proof; B, T1, T2 and the domain enter the challenge.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::{MockedRng, all, bytes, folder, json, messages};
use hufu_bbs::{
    Bbs, Header, Interface, Message, Octets, PresentationHeader, Presented, Proof, PublicKey, SecretKey,
    Sha256, Signature, Signed, Suite,
};
use hufu_pairing::{Backend, Blst, Scalar, Zkcrypto};
use serde_json::Value;
use std::path::Path;

/// The seed of every mocked random scalar: the first digits of pi.
const SEED: &[u8] = b"3.141592653589793238462643383279";

fn keypair<S: Suite, B: Backend>(folder: &Path) {
    let vector = json(&folder.join("keypair.json"));
    let (material, info) = (bytes(&vector["keyMaterial"]), bytes(&vector["keyInfo"]));
    // The fixtures name a tag of their own; the text's default has no interface in it.
    let key = SecretKey::<B>::generate_with_tag::<S>(&material, &info, &bytes(&vector["keyDst"])).unwrap();
    assert_eq!(key.to_bytes().to_vec(), bytes(&vector["keyPair"]["secretKey"]));
    assert_eq!(key.public_key().to_bytes().to_vec(), bytes(&vector["keyPair"]["publicKey"]));
}

fn hashes<S: Suite, B: Backend>(folder: &Path) -> usize {
    // A hash to a scalar is what the octets' interface does with a message.
    let vector = json(&folder.join("h2s.json"));
    let scalar = Octets::scalar::<S, B>(&Message::new(bytes(&vector["message"])), &bytes(&vector["dst"]));
    assert_eq!(scalar.to_bytes().to_vec(), bytes(&vector["scalar"]));

    let vector = json(&folder.join("MapMessageToScalarAsHash.json"));
    let cases = vector["cases"].as_array().unwrap();
    for case in cases {
        let scalar = Octets::scalar::<S, B>(&Message::new(bytes(&case["message"])), &bytes(&vector["dst"]));
        assert_eq!(scalar.to_bytes().to_vec(), bytes(&case["scalar"]));
    }

    let vector = json(&folder.join("mockedRng.json"));
    let scalars = vector["mockedScalars"].as_array().unwrap();
    let dst = String::from_utf8(bytes(&vector["dst"])).unwrap();
    let mut rng = MockedRng::new::<S>(&bytes(&vector["seed"]), &dst, scalars.len());
    for scalar in scalars {
        assert_eq!(Scalar::<B>::random(&mut rng).to_bytes().to_vec(), bytes(scalar));
    }
    1 + cases.len() + scalars.len()
}

fn generators<S: Suite, B: Backend>(bbs: &Bbs<S, Octets, B>, folder: &Path) -> usize {
    let vector = json(&folder.join("generators.json"));
    let own = vector["MsgGenerators"].as_array().unwrap();
    let made = bbs.generators(own.len()).unwrap();
    for (point, expected) in made.iter().zip([&vector["Q1"]].into_iter().chain(own)) {
        assert_eq!(point.to_bytes().to_vec(), bytes(expected));
    }
    assert_eq!(S::P1.to_vec(), bytes(&vector["P1"]));
    made.len() + 1
}

fn signature<S: Suite, B: Backend>(bbs: &Bbs<S, Octets, B>, vector: &Value) {
    let (header, messages) = (bytes(&vector["header"]), messages(&vector["messages"]));
    let pair = &vector["signerKeyPair"];
    let key = SecretKey::<B>::from_bytes(&bytes(&pair["secretKey"])).unwrap();
    let public = PublicKey::<B>::from_bytes(&bytes(&pair["publicKey"])).unwrap();
    let given = Signature::<B>::from_bytes(&bytes(&vector["signature"])).unwrap();
    let signed =
        Signed { key: &public, signature: &given, header: Header::new(&header), messages: &messages };
    let valid = vector["result"]["valid"] == true;
    assert_eq!(bbs.verify(&signed).is_ok(), valid);
    // The draft's signing is deterministic: what is valid is what we make, and what is not is something else.
    let made = bbs.sign(&key, signed.header, &messages).unwrap();
    assert_eq!(made == given && key.public_key() == &public, valid);
}

fn proof<S: Suite, B: Backend>(bbs: &Bbs<S, Octets, B>, vector: &Value) {
    let (header, ph) = (bytes(&vector["header"]), bytes(&vector["presentationHeader"]));
    let messages = messages(&vector["messages"]);
    let key = PublicKey::<B>::from_bytes(&bytes(&vector["signerPublicKey"])).unwrap();
    let indexes: Vec<usize> = vector["disclosedIndexes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|index| usize::try_from(index.as_u64().unwrap()).unwrap())
        .collect();
    let valid = vector["result"]["valid"] == true;

    let given = Proof::<B>::from_bytes(&bytes(&vector["proof"])).unwrap();
    assert_eq!(given.to_bytes(), bytes(&vector["proof"]));
    let disclosed: Vec<(usize, Message)> =
        indexes.iter().filter_map(|index| Some((*index, messages.get(*index)?.clone()))).collect();
    let presented = Presented {
        key: &key,
        proof: &given,
        header: Header::new(&header),
        presentation_header: PresentationHeader::new(&ph),
        disclosed: &disclosed,
    };
    assert_eq!(bbs.verify_proof(&presented).is_ok(), valid);
    if !valid {
        return;
    }
    let trace = &vector["trace"]["random_scalars"];
    let count = 5 + trace["m_tilde_scalars"].as_array().unwrap().len();
    let dst = format!("{}H2G_HM2S_MOCK_RANDOM_SCALARS_DST_", S::ID);
    let mut rng = MockedRng::new::<S>(SEED, &dst, count);
    let signature = Signature::<B>::from_bytes(&bytes(&vector["signature"])).unwrap();
    let signed = Signed { key: &key, signature: &signature, header: presented.header, messages: &messages };
    let made = bbs.prove(&signed, presented.presentation_header, &indexes, &mut rng).unwrap();
    assert!(rng.exhausted());
    assert_eq!(hex::encode(made.to_bytes()), hex::encode(bytes(&vector["proof"])));
}

fn suite<S: Suite, B: Backend>(name: &str) {
    let Some(folder) = folder(&format!("bbs/{name}")) else { return };
    let bbs = Bbs::<S, Octets, B>::new();
    keypair::<S, B>(&folder);
    let hashes = hashes::<S, B>(&folder);
    let generators = generators(&bbs, &folder);
    let signatures = all(&folder.join("signature"));
    signatures.iter().for_each(|(name, vector)| {
        eprintln!("{name}: {}", vector["caseName"]);
        signature(&bbs, vector);
    });
    let proofs = all(&folder.join("proof"));
    proofs.iter().for_each(|(name, vector)| {
        eprintln!("{name}: {}", vector["caseName"]);
        proof(&bbs, vector);
    });
    eprintln!(
        "{name} on {}: 1 key pair, {hashes} hashes, {generators} generators, {} signatures, {} proofs",
        B::NAME,
        signatures.len(),
        proofs.len()
    );
    assert_eq!((signatures.len(), proofs.len()), (10, 15));
}

#[test]
fn sha_256_on_blst() {
    suite::<Sha256, Blst>("bls12-381-sha-256");
}

#[test]
fn sha_256_on_the_reference() {
    suite::<Sha256, Zkcrypto>("bls12-381-sha-256");
}
