//! `vectors/signatures.json` is what the second implementation computes from the inputs in it.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::cases::{drawn, entropy};
use super::slow::{self, Inputs, Signed};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/signatures.json");

/// One group with k of n openers, everything that is drawn from a seed.
fn inputs(seed: u8, threshold: usize, openers: usize) -> Inputs {
    let rng = &mut ChaCha20Rng::from_seed([seed; 32]);
    let coefficients = |rng: &mut _| (0..threshold).map(|_| drawn(rng)).collect();
    let dealers = (0..openers).map(|_| (coefficients(rng), entropy(rng))).collect();
    let gamma = drawn(rng);
    // The secret and the request of the one who is removed: nothing here depends on them.
    let _ = (drawn(rng), entropy(rng));
    let (removed, e) = (drawn(rng), drawn(rng));
    let signed = |after, scope: Option<&[u8]>, number: u8| Signed {
        after,
        scope: scope.map(<[u8]>::to_vec),
        message: format!("message {number}").into_bytes(),
        entropy: [seed + number; 32],
    };
    Inputs {
        context: b"openers".to_vec(),
        dealers,
        gamma,
        name: b"test".to_vec(),
        account: b"did:hufu:test:member-1".to_vec(),
        nonce: [seed; 32],
        u: slow::scalar(&[seed + 10; 32]).expect("below r"),
        join_entropy: [seed + 1; 32],
        e,
        removed,
        signed: vec![signed(false, None, 1), signed(false, Some(b"a scope"), 2), signed(true, None, 3)],
        document: b"order 1".to_vec(),
        opening_entropy: [seed + 2; 32],
    }
}

fn vectors() -> Value {
    let cases = [inputs(1, 1, 1), inputs(21, 2, 3), inputs(41, 3, 5)];
    json!(cases.each_ref().map(|inputs| slow::case(inputs).expect("everything holds")))
}

#[test]
fn the_vectors_are_computed_from_their_inputs() {
    let frozen: Value =
        serde_json::from_str(&std::fs::read_to_string(VECTORS).expect("the vectors")).expect("JSON");
    let computed = vectors();
    let (Some(computed), Some(frozen)) = (computed.as_array(), frozen.as_array()) else { panic!("lists") };
    assert_eq!(computed.len(), frozen.len());
    for (number, (computed, frozen)) in computed.iter().zip(frozen).enumerate() {
        // Whether the map keeps the order of insertion is a feature of serde_json that other crates turn on.
        let names = |case: &Value| case.as_object().expect("a case").keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(computed), names(frozen), "case {number}");
        for name in names(frozen) {
            assert_eq!(computed[&name], frozen[&name], "case {number}, {name}");
        }
    }
}

#[test]
#[ignore = "writes what the other tests read"]
fn write_the_vectors() {
    let text = serde_json::to_string_pretty(&vectors()).expect("JSON");
    std::fs::write(VECTORS, text + "\n").expect("written");
}
