//! Does an implementation that nobody here wrote agree with ours? npm's `@digitalbazaar/bbs-signatures`, on fresh keys,
//! both ways, for both ciphersuites.
//!
//! It is installed once into `$XDG_CACHE_HOME/hufu/bbs-interop-…` (`~/.cache/hufu/…`) with the versions and hashes of
//! `interop/package-lock.json`. Where Node.js or the package cannot be had, the test says why and passes; with
//! `CI=true` that is a failure.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;
#[path = "interop/peer.rs"]
mod peer;

use common::rng;
use hufu_bbs::{
    Bbs, Header, Message, PresentationHeader, Presented, Proof, PublicKey, SecretKey, Sha256, Shake256,
    Signature, Signed, Suite,
};
use hufu_pairing::Blst;
use peer::Peer;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;
use serde_json::{Value, json};

/// Numbers of messages, and which of them are disclosed.
const CASES: [(usize, &[usize]); 5] = [(0, &[]), (1, &[]), (1, &[0]), (10, &[0, 2, 4, 6, 8]), (24, &[23])];

fn octets(rng: &mut ChaCha20Rng, most: u32) -> Vec<u8> {
    let mut octets = vec![0; usize::try_from(rng.next_u32() % most).unwrap()];
    rng.fill_bytes(&mut octets);
    octets
}

fn hexes(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|message| hex::encode(message.as_bytes())).collect()
}

fn field(answer: &Value, name: &str) -> Vec<u8> {
    hex::decode(answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))).unwrap()
}

fn cross<S: Suite>(ciphersuite: &str, seed: u8) {
    let Some(mut peer) = Peer::start() else { return };
    let mut rng = rng(seed ^ u8::try_from(std::process::id() & 0xff).unwrap());
    let bbs = Bbs::<S>::new();
    let mut checked = 0;
    for (count, indexes) in CASES {
        let messages: Vec<Message> = (0..count).map(|_| Message::new(octets(&mut rng, 200))).collect();
        let (header, ph) = (octets(&mut rng, 64), octets(&mut rng, 64));
        let disclosed: Vec<(usize, Message)> =
            indexes.iter().map(|index| (*index, messages[*index].clone())).collect();
        let shown: Vec<Message> = disclosed.iter().map(|(_, message)| message.clone()).collect();
        let request = |mut more: Value| {
            let common = json!({
                "ciphersuite": ciphersuite, "header": hex::encode(&header),
                "presentationHeader": hex::encode(&ph), "messages": hexes(&messages), "indexes": indexes,
            });
            for (name, value) in common.as_object().unwrap() {
                more.as_object_mut().unwrap().entry(name).or_insert(value.clone());
            }
            more
        };

        // Their key and signature, our verification, our proof, their verification.
        let theirs = peer.ask(&json!({ "op": "key", "ciphersuite": ciphersuite })).unwrap();
        let key: SecretKey<Blst> = SecretKey::from_bytes(&field(&theirs, "secretKey")).unwrap();
        assert_eq!(key.public_key().to_bytes().to_vec(), field(&theirs, "publicKey"));
        let pair = [theirs["secretKey"].clone(), theirs["publicKey"].clone()];
        let [secret_hex, public_hex] = pair;
        let answer =
            peer.ask(&request(json!({ "op": "sign", "secretKey": secret_hex, "publicKey": public_hex })));
        let signature = Signature::from_bytes(&field(&answer.unwrap(), "signature")).unwrap();
        let public = PublicKey::from_bytes(&field(&theirs, "publicKey")).unwrap();
        let signed =
            Signed { key: &public, signature: &signature, header: Header::new(&header), messages: &messages };
        bbs.verify(&signed).unwrap();
        assert_eq!(bbs.sign(&key, signed.header, &messages).unwrap(), signature);
        let presentation_header = PresentationHeader::new(&ph);
        let proof = bbs.prove(&signed, presentation_header, indexes, &mut rng).unwrap();
        let ask = request(json!({
            "op": "verifyProof", "publicKey": public_hex, "proof": hex::encode(proof.to_bytes()),
            "messages": hexes(&shown),
        }));
        assert_eq!(peer.ask(&ask).unwrap()["verified"], true, "{count} messages");
        let mut changed = ask;
        changed["presentationHeader"] = "00ff".into();
        assert_ne!(peer.ask(&changed).ok().map(|answer| answer["verified"].clone()), Some(json!(true)));

        // Our key and signature, their verification, their proof, our verification.
        let ours: SecretKey<Blst> = SecretKey::random::<S>(&mut rng).unwrap();
        let public_hex = hex::encode(ours.public_key().to_bytes());
        let answer = peer.ask(&json!({
            "op": "publicKey", "ciphersuite": ciphersuite, "secretKey": hex::encode(ours.to_bytes()),
        }));
        assert_eq!(answer.unwrap()["publicKey"], public_hex);
        let signature = hex::encode(bbs.sign(&ours, signed.header, &messages).unwrap().to_bytes());
        let ask = request(json!({ "op": "verify", "publicKey": public_hex, "signature": signature }));
        assert_eq!(peer.ask(&ask).unwrap()["verified"], true, "{count} messages");
        let ask = request(json!({ "op": "prove", "publicKey": public_hex, "signature": signature }));
        let proof = Proof::from_bytes(&field(&peer.ask(&ask).unwrap(), "proof")).unwrap();
        let mut presented = Presented {
            key: ours.public_key(),
            proof: &proof,
            header: signed.header,
            presentation_header,
            disclosed: &disclosed,
        };
        bbs.verify_proof(&presented).unwrap();
        presented.header = Header::new(b"another");
        assert!(bbs.verify_proof(&presented).is_err());
        checked += 1;
    }
    eprintln!("{ciphersuite}: {checked} cases, both ways");
}

#[test]
fn sha_256() {
    cross::<Sha256>("BLS12-381-SHA-256", 1);
}

#[test]
fn shake_256() {
    cross::<Shake256>("BLS12-381-SHAKE-256", 2);
}
