//! Derivation beside others, on fresh seeds: the `bip32` crate, and the plain implementation of `plain/`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod plain;

use bip32::{Prefix, XPrv, XPub};
use hufu_keys::Algorithm;
use hufu_keys::hd::{ChildNumber, DerivationPath, ExtendedPrivateKey, ExtendedPublicKey, Network};
use proptest::prelude::*;
use serde_json::Value;
use std::str::FromStr;

/// Our own vectors come out of the plain implementation, too.
#[test]
fn the_frozen_sm2_vectors_are_those_of_the_plain_implementation() {
    let vectors: Value = serde_json::from_str(include_str!("vectors/slip10-sm2.json")).unwrap();
    let text = |value: &Value, member: &str| hex::decode(value[member].as_str().unwrap()).unwrap();
    let mut steps = 0;
    for vector in vectors.as_array().unwrap() {
        let mut node = plain::master(Algorithm::Sm2, &text(vector, "seed"));
        for chain in vector["chains"].as_array().unwrap() {
            let path: DerivationPath = chain["path"].as_str().unwrap().parse().unwrap();
            if let Some(number) = path.steps().last() {
                node = plain::child(Algorithm::Sm2, &node, number.to_u32());
            }
            assert_eq!(node.private, text(chain, "private"), "{chain}");
            assert_eq!(node.chain_code, text(chain, "chain_code"), "{chain}");
            assert_eq!(node.parent_fingerprint, text(chain, "parent_fingerprint"), "{chain}");
            assert_eq!(plain::public(Algorithm::Sm2, &node.private), text(chain, "public"), "{chain}");
            steps += 1;
        }
    }
    assert_eq!(steps, 12);
}

/// The sizes of seeds that `bip32` takes.
fn arb_seed() -> impl Strategy<Value = Vec<u8>> {
    proptest::sample::select(vec![16_usize, 32, 64])
        .prop_flat_map(|size| proptest::collection::vec(any::<u8>(), size))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_step_is_that_of_the_bip32_crate(
        seed in arb_seed(),
        numbers in proptest::collection::vec(any::<u32>(), 0..5),
    ) {
        let mut ours = ExtendedPrivateKey::from_seed(Algorithm::Secp256k1, &seed).unwrap();
        let mut theirs = XPrv::new(&seed).unwrap();
        for number in numbers {
            let number = ChildNumber::from_u32(number);
            if !number.is_hardened() {
                let public = ours.to_public().child(number).unwrap().to_xpub(Network::Main).unwrap();
                let peer = theirs.public_key().derive_child(peer_number(number)).unwrap();
                prop_assert_eq!(public, peer.to_string(Prefix::XPUB));
            }
            ours = ours.child(number).unwrap();
            theirs = theirs.derive_child(peer_number(number)).unwrap();
            let xprv = ours.to_xprv(Network::Main).unwrap().expose(Clone::clone);
            prop_assert_eq!(&xprv, &*theirs.to_string(Prefix::XPRV));
            // what one writes the other reads
            prop_assert_eq!(XPrv::from_str(&xprv).unwrap().to_bytes(), theirs.to_bytes());
            let xpub = theirs.public_key().to_string(Prefix::XPUB);
            prop_assert_eq!(ExtendedPublicKey::from_xpub(&xpub).unwrap().0, ours.to_public());
            prop_assert!(XPub::from_str(&ours.to_public().to_xpub(Network::Main).unwrap()).is_ok());
        }
    }

    #[test]
    fn every_step_is_that_of_the_plain_implementation(
        seed in proptest::collection::vec(any::<u8>(), 16..=64),
        numbers in proptest::collection::vec(any::<u32>(), 0..4),
    ) {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1, Algorithm::Sm2] {
            let mut ours = ExtendedPrivateKey::from_seed(algorithm, &seed).unwrap();
            let mut theirs = plain::master(algorithm, &seed);
            for number in [None].into_iter().chain(numbers.iter().copied().map(Some)) {
                if let Some(number) = number {
                    let hardened = u32::from(algorithm == Algorithm::Ed25519) << 31;
                    ours = ours.child(ChildNumber::from_u32(number | hardened)).unwrap();
                    theirs = plain::child(algorithm, &theirs, number | hardened);
                }
                let written = ours.to_bytes().expose(Clone::clone);
                prop_assert_eq!(&written[42..], theirs.private.as_slice());
                prop_assert_eq!(&written[9..41], theirs.chain_code.as_slice());
                prop_assert_eq!(ours.parent_fingerprint().to_vec(), theirs.parent_fingerprint.clone());
                let public = ours.to_public().to_bytes();
                prop_assert_eq!(public[41..].to_vec(), plain::public(algorithm, &theirs.private));
            }
        }
    }
}

fn peer_number(number: ChildNumber) -> bip32::ChildNumber {
    bip32::ChildNumber::new(number.index(), number.is_hardened()).unwrap()
}
