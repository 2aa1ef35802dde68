//! Ring keys in documents: registered with a proof for their DID, one for each DID.

use hufu_did::{RING_KEY_TYPE, RingKey, hufu::Builder};
use hufu_ring::SigningKey;

use super::world::{World, key, rng};

/// A DID, and a ring key with its proof for that DID.
fn world_with_key() -> (World, hufu_did::Did, SigningKey, RingKey) {
    let mut world = World::new();
    let did = world.simple(&key(1));
    let ring_key = SigningKey::generate(&mut rng(7));
    let registered = RingKey::new(&ring_key, &did, &mut rng(8)).unwrap();
    (world, did, ring_key, registered)
}

#[test]
fn a_ring_key_is_added_read_back_and_removed() {
    let (mut world, did, ring_key, registered) = world_with_key();
    let add = Builder::update(&world.head(&did)).ring_key("#ring", registered).build().unwrap();
    let document = world.submit(&add.sign(&key(1)).finish()).unwrap().version.document;
    assert_eq!(document.ring_key().unwrap(), Some(ring_key.verifying_key()));
    let method = document.all_methods().find(|method| method.type_() == RING_KEY_TYPE).unwrap();
    assert!(method.verifying_key().is_err(), "it verifies no ordinary signatures");
    // the document that is read from its JSON says the same
    let read = hufu_did::Document::from_value(document.to_value()).unwrap();
    assert_eq!(read.ring_key().unwrap(), Some(ring_key.verifying_key()));

    let remove = Builder::update(&world.head(&did)).remove_method("#ring").build().unwrap();
    let document = world.submit(&remove.sign(&key(1)).finish()).unwrap().version.document;
    assert_eq!(document.ring_key().unwrap(), None);
}

#[test]
fn ring_keys_are_refused_by_name() {
    let (mut world, did, ring_key, registered) = world_with_key();
    let other = world.simple(&key(2));
    let texts = |key: &str, proof: &str| RingKey::from_texts(key.to_owned(), proof.to_owned());
    let (good, proof) = (registered.public_key_multibase(), registered.proof_of_possession());
    let foreign = RingKey::new(&ring_key, &other, &mut rng(9)).unwrap();
    let identity = format!("z{}", "1".repeat(32));
    for (what, bad, words) in [
        ("the proof is for another DID", foreign, "does not verify"),
        (
            "the proof is of another key",
            texts(good, world_with_other_proof(&did).as_str()),
            "does not verify",
        ),
        ("the key is the identity", texts(&identity, proof), ""),
        ("the key is too short", texts("z2", proof), "bytes instead of 32"),
        ("the key is not multibase", texts("AAAA", proof), "multibase"),
        ("the key is base64url", texts(&format!("u{}", "A".repeat(43)), proof), "base58btc"),
        ("the proof is too long", texts(good, &format!("{proof}2")), "bytes instead of 64"),
    ] {
        let draft = Builder::update(&world.head(&did)).ring_key("#ring", bad).build().unwrap();
        let refusal = world.refusal(&draft.sign(&key(1)).finish()).to_string();
        assert!(refusal.contains("#ring") && refusal.contains(words), "{what}: {refusal}");
    }
}

/// A well-formed proof for the DID, by another key.
fn world_with_other_proof(did: &hufu_did::Did) -> String {
    let stranger = SigningKey::generate(&mut rng(10));
    RingKey::new(&stranger, did, &mut rng(11)).unwrap().proof_of_possession().to_owned()
}

#[test]
fn a_document_has_one_ring_key() {
    let (mut world, did, _, registered) = world_with_key();
    let add = Builder::update(&world.head(&did)).ring_key("#ring", registered.clone()).build().unwrap();
    world.submit(&add.sign(&key(1)).finish()).unwrap();
    let second = Builder::update(&world.head(&did)).ring_key("#ring-2", registered).build().unwrap();
    let refusal = world.refusal(&second.sign(&key(1)).finish()).to_string();
    assert!(refusal.contains("a ring key already"), "{refusal}");
}

#[test]
fn a_create_has_no_ring_key_because_its_proof_would_be_over_its_own_hash() {
    let (mut world, did, _, registered) = world_with_key();
    let draft =
        world.create().keys(1, [&key(3).verifying_key()]).ring_key("#ring", registered).build().unwrap();
    assert_ne!(*draft.did(), did);
    let refusal = world.refusal(&draft.sign(&key(3)).finish()).to_string();
    assert!(refusal.contains("does not verify"), "{refusal}");
}
