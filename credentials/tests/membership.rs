//! Presentations of membership in a ring: what they prove, what they link, and each way in which they are refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use hufu_credentials::membership::{
    Linkage, MembershipPresentation, MembershipRefusal, MembershipRequest, RingReference,
};
use hufu_ring::{Ring, RingContext, SigningKey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};

fn keys(n: usize) -> (Vec<SigningKey>, ChaCha20Rng) {
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    ((0..n).map(|_| SigningKey::generate(&mut rng)).collect(), rng)
}

fn ring(keys: &[SigningKey], version: u64) -> Ring {
    let context = RingContext::new(b"demo/00/members", version).unwrap();
    Ring::of_list(context, keys.iter().map(SigningKey::verifying_key).collect()).unwrap()
}

fn request(challenge: &str, linkage: Linkage) -> MembershipRequest {
    let of = RingReference {
        network: "demo".into(),
        genesis_hash: "00".repeat(32),
        ring: "ring:members/3".into(),
    };
    MembershipRequest { of, challenge: challenge.into(), domain: "https://verifier.example".into(), linkage }
}

#[test]
fn one_of_a_list_answers_and_links_as_far_as_was_agreed() {
    let (keys, mut rng) = keys(12);
    let ring = ring(&keys, 3);
    let mut tag = |key: usize, request: &MembershipRequest| {
        let presented = MembershipPresentation::sign(request, &ring, &keys[key], &mut rng).unwrap();
        let read = MembershipPresentation::from_value(presented.to_value().unwrap()).unwrap();
        assert_eq!(read, presented);
        read.verify(request, &ring).unwrap()
    };
    let (first, second) = (request("one", Linkage::None), request("two", Linkage::None));
    assert_ne!(tag(5, &first), tag(5, &second), "two challenges do not link");
    let (first, second) = (request("one", Linkage::Domain), request("two", Linkage::Domain));
    assert_eq!(tag(5, &first), tag(5, &second), "one domain links");
    assert_ne!(tag(5, &first), tag(6, &first));
    let elsewhere = MembershipRequest { domain: "https://other.example".into(), ..first.clone() };
    assert_ne!(tag(5, &first), tag(5, &elsewhere));
}

#[test]
fn what_was_not_asked_for_is_refused_by_name() {
    let (keys, mut rng) = keys(9);
    let (ring, other_version) = (ring(&keys, 3), ring(&keys, 4));
    let asked = request("one", Linkage::None);
    let presented = MembershipPresentation::sign(&asked, &ring, &keys[0], &mut rng).unwrap();
    let of = |change: fn(&mut RingReference)| {
        let mut other = asked.clone();
        change(&mut other.of);
        other
    };
    for (member, other) in [
        ("network", of(|of| of.network = "other".into())),
        ("genesisHash", of(|of| of.genesis_hash = "11".repeat(32))),
        ("ring", of(|of| of.ring = "ring:members/4".into())),
        ("challenge", MembershipRequest { challenge: "two".into(), ..asked.clone() }),
        ("domain", MembershipRequest { domain: "https://other.example".into(), ..asked.clone() }),
        ("linkage", MembershipRequest { linkage: Linkage::Domain, ..asked.clone() }),
    ] {
        let refused = presented.verify(&other, &ring).unwrap_err();
        assert!(
            matches!(&refused, MembershipRefusal::Other { member: found, .. } if *found == member),
            "{refused}"
        );
        // the same with the document changed to say what is asked
        let mut value = presented.to_value().unwrap();
        let relabelled =
            MembershipPresentation::sign(&other, &ring, &keys[0], &mut rng).unwrap().to_value().unwrap();
        value[member] = relabelled[member].clone();
        let value = MembershipPresentation::from_value(value).unwrap();
        assert_eq!(value.verify(&other, &ring), Err(MembershipRefusal::Signature), "{member}");
    }
    assert_eq!(presented.verify(&asked, &other_version), Err(MembershipRefusal::Signature));
    let stranger = SigningKey::generate(&mut rng);
    assert!(MembershipPresentation::sign(&asked, &ring, &stranger, &mut rng).is_err());
}

#[test]
fn malformed_presentations_are_refused() {
    let (keys, mut rng) = keys(2);
    let ring = ring(&keys, 3);
    let asked = request("one", Linkage::None);
    let good = MembershipPresentation::sign(&asked, &ring, &keys[0], &mut rng).unwrap().to_value().unwrap();
    let with = |member: &str, value: Value| {
        let mut changed = good.clone();
        changed[member] = value;
        changed
    };
    for (what, value) in [
        ("another type", with("type", json!("VerifiablePresentation"))),
        ("an unknown member", with("holder", json!("did:example:me"))),
        ("an empty challenge", with("challenge", json!(""))),
        ("a long domain", with("domain", json!("x".repeat(513)))),
        ("an unknown linkage", with("linkage", json!("all"))),
        ("a number", with("ring", json!(3))),
        ("an array", json!([good.clone()])),
    ] {
        assert!(MembershipPresentation::from_value(value).is_err(), "{what}");
    }
    for proof in ["", "z2", "u", "u!!", "uAAAA", &format!("u{}", "A".repeat(4_000))] {
        let read = MembershipPresentation::from_value(with("proofValue", json!(proof))).unwrap();
        let refused = read.verify(&asked, &ring).unwrap_err();
        assert!(matches!(refused, MembershipRefusal::ProofValue(_)), "{proof:.10}: {refused}");
    }
    let text = good["proofValue"].as_str().unwrap();
    let longer =
        MembershipPresentation::from_value(with("proofValue", json!(format!("{text}AAAA")))).unwrap();
    assert!(longer.verify(&asked, &ring).is_err());
    let long = MembershipRequest { challenge: "x".repeat(513), ..asked };
    assert!(MembershipPresentation::sign(&long, &ring, &keys[0], &mut rng).is_err());
}
