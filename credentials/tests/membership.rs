//! Presentations of membership: what they prove, what they link, and each way in which they are refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use hufu_credentials::membership::{
    Linkage, MembershipPresentation, MembershipReference, MembershipRefusal, MembershipRequest,
};
use hufu_group::{Ceremony, Group, Invitation, Issuer, Member, MemberSecret, MemoryRegister, Parameters};
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
    let of = MembershipReference {
        network: "demo".into(),
        genesis_hash: "00".repeat(32),
        of: "ring:members/3".into(),
    };
    MembershipRequest {
        reference: of,
        challenge: challenge.into(),
        domain: "https://verifier.example".into(),
        linkage,
    }
}

#[test]
fn one_of_a_list_answers_and_links_as_far_as_was_agreed() {
    let (keys, mut rng) = keys(12);
    let ring = ring(&keys, 3);
    let mut tag = |key: usize, request: &MembershipRequest| {
        let presented = MembershipPresentation::by_ring(request, &ring, &keys[key], &mut rng).unwrap();
        let read = MembershipPresentation::from_value(presented.to_value().unwrap()).unwrap();
        assert_eq!(read, presented);
        read.verify_by_ring(request, &ring).unwrap()
    };
    let (first, second) = (request("one", Linkage::None), request("two", Linkage::None));
    assert_ne!(tag(5, &first), tag(5, &second), "two challenges do not link");
    assert_ne!(tag(5, &first), tag(5, &first), "nor does one challenge that a verifier gives twice");
    let (first, second) = (request("one", Linkage::Domain), request("two", Linkage::Domain));
    assert_eq!(tag(5, &first), tag(5, &second), "one domain links");
    assert_ne!(tag(5, &first), tag(6, &first));
    let elsewhere = MembershipRequest { domain: "https://other.example".into(), ..first.clone() };
    assert_ne!(tag(5, &first), tag(5, &elsewhere));
}

#[test]
fn a_member_of_two_lists_is_linked_within_each_and_in_every_version_of_it() {
    let (keys, mut rng) = keys(3);
    let ring = ring(&keys, 3);
    let mut tag = |of: &str| {
        let mut request = request("one", Linkage::Domain);
        request.reference.of = of.into();
        let presented = MembershipPresentation::by_ring(&request, &ring, &keys[0], &mut rng).unwrap();
        presented.verify_by_ring(&request, &ring).unwrap()
    };
    assert_eq!(tag("ring:members/3"), tag("ring:members/4"));
    assert_ne!(tag("ring:members/3"), tag("ring:press/3"));
}

#[test]
fn what_was_not_asked_for_is_refused_by_name() {
    let (keys, mut rng) = keys(9);
    let (ring, other_version) = (ring(&keys, 3), ring(&keys, 4));
    let asked = request("one", Linkage::None);
    let presented = MembershipPresentation::by_ring(&asked, &ring, &keys[0], &mut rng).unwrap();
    let of = |change: fn(&mut MembershipReference)| {
        let mut other = asked.clone();
        change(&mut other.reference);
        other
    };
    for (member, other) in [
        ("network", of(|of| of.network = "other".into())),
        ("genesisHash", of(|of| of.genesis_hash = "11".repeat(32))),
        ("of", of(|of| of.of = "ring:members/4".into())),
        ("challenge", MembershipRequest { challenge: "two".into(), ..asked.clone() }),
        ("domain", MembershipRequest { domain: "https://other.example".into(), ..asked.clone() }),
        ("linkage", MembershipRequest { linkage: Linkage::Domain, ..asked.clone() }),
    ] {
        let refused = presented.verify_by_ring(&other, &ring).unwrap_err();
        assert!(
            matches!(&refused, MembershipRefusal::Other { member: found, .. } if *found == member),
            "{refused}"
        );
        // the same with the document changed to say what is asked
        let mut value = presented.to_value().unwrap();
        let relabelled =
            MembershipPresentation::by_ring(&other, &ring, &keys[0], &mut rng).unwrap().to_value().unwrap();
        value[member] = relabelled[member].clone();
        let value = MembershipPresentation::from_value(value).unwrap();
        assert_eq!(value.verify_by_ring(&other, &ring), Err(MembershipRefusal::Signature), "{member}");
    }
    assert_eq!(presented.verify_by_ring(&asked, &other_version), Err(MembershipRefusal::Signature));
    let stranger = SigningKey::generate(&mut rng);
    assert!(MembershipPresentation::by_ring(&asked, &ring, &stranger, &mut rng).is_err());
}

#[test]
fn malformed_presentations_are_refused() {
    let (keys, mut rng) = keys(2);
    let ring = ring(&keys, 3);
    let asked = request("one", Linkage::None);
    let good =
        MembershipPresentation::by_ring(&asked, &ring, &keys[0], &mut rng).unwrap().to_value().unwrap();
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
        ("a number", with("of", json!(3))),
        ("no nonce", with("nonce", json!(""))),
        ("a short nonce", with("nonce", json!("uAAAA"))),
        ("a long nonce", with("nonce", json!(format!("u{}", "A".repeat(24))))),
        ("an array", json!([good.clone()])),
    ] {
        assert!(MembershipPresentation::from_value(value.clone()).is_err(), "{what}");
        assert!(serde_json::from_value::<MembershipPresentation>(value).is_err(), "{what}");
    }
    let another = format!("u{}", "A".repeat(22));
    let changed = MembershipPresentation::from_value(with("nonce", json!(another))).unwrap();
    assert_eq!(
        changed.verify_by_ring(&asked, &ring),
        Err(MembershipRefusal::Signature),
        "the nonce is signed"
    );
    for proof in ["", "z2", "u", "u!!", "uAAAA", &format!("u{}", "A".repeat(4_000))] {
        let read = MembershipPresentation::from_value(with("proofValue", json!(proof))).unwrap();
        let refused = read.verify_by_ring(&asked, &ring).unwrap_err();
        assert!(matches!(refused, MembershipRefusal::ProofValue(_)), "{proof:.10}: {refused}");
    }
    let text = good["proofValue"].as_str().unwrap();
    let longer =
        MembershipPresentation::from_value(with("proofValue", json!(format!("{text}AAAA")))).unwrap();
    assert!(longer.verify_by_ring(&asked, &ring).is_err());
    let long = MembershipRequest { challenge: "x".repeat(513), ..asked };
    assert!(MembershipPresentation::by_ring(&long, &ring, &keys[0], &mut rng).is_err());
}

/// A group with two members, the issuer, and what revokes the second.
struct Grouped {
    group: Group,
    issuer: Issuer,
    register: MemoryRegister,
    members: Vec<Member>,
    rng: ChaCha20Rng,
}

fn grouped() -> Grouped {
    let mut rng = ChaCha20Rng::from_seed([6; 32]);
    let ceremony = Ceremony::new(b"openers", 1, 1).unwrap();
    let (_, dealing) = ceremony.deal(1, &mut rng).unwrap();
    let issuer = Issuer::generate(&mut rng).unwrap();
    let openers = ceremony.openers(&[dealing]).unwrap();
    let group = Group::new(&Parameters::new(), b"demo/00/press", issuer.key(), openers).unwrap();
    let (epoch, mut register) = (group.first_epoch(), MemoryRegister::new());
    let members = (0..2)
        .map(|n| {
            let invitation = Invitation::new(b"did:example:a", [n; 32]).unwrap();
            let secret = MemberSecret::generate(&mut rng).unwrap();
            let request = secret.request(&group, &invitation, &mut rng).unwrap();
            let (credential, enrolment) =
                issuer.admit(&group, &epoch, &request, &invitation, &register, &mut rng).unwrap();
            register.insert(b"did:example:a", b"", enrolment).unwrap();
            Member::new(&group, &epoch, secret, credential).unwrap()
        })
        .collect();
    Grouped { group, issuer, register, members, rng }
}

fn of_group(challenge: &str, linkage: Linkage) -> MembershipRequest {
    let mut request = request(challenge, linkage);
    request.reference.of = "group:press".into();
    request
}

#[test]
fn a_member_of_a_group_answers_and_links_as_far_as_was_agreed() {
    let Grouped { group, members, mut rng, .. } = grouped();
    let epoch = group.first_epoch();
    let mut tag = |member: usize, request: &MembershipRequest| {
        let presented = MembershipPresentation::by_group(request, &members[member], &mut rng).unwrap();
        let read = MembershipPresentation::from_value(presented.to_value().unwrap()).unwrap();
        read.verify_by_group(request, &group, &epoch).unwrap().tag()
    };
    assert_eq!(tag(0, &of_group("one", Linkage::None)), None);
    let (first, second) = (of_group("one", Linkage::Domain), of_group("two", Linkage::Domain));
    assert!(tag(0, &first).is_some());
    assert_eq!(tag(0, &first), tag(0, &second), "one domain links");
    assert_ne!(tag(0, &first), tag(1, &first));
    let elsewhere = MembershipRequest { domain: "https://other.example".into(), ..first.clone() };
    assert_ne!(tag(0, &first), tag(0, &elsewhere));
}

#[test]
fn who_was_revoked_answers_no_more_and_a_changed_answer_is_refused() {
    let Grouped { group, issuer, mut register, members, mut rng } = grouped();
    let asked = of_group("one", Linkage::Domain);
    let presented = MembershipPresentation::by_group(&asked, &members[1], &mut rng).unwrap();
    let epoch = group.first_epoch();
    let enrolment = register.revoke(&members[1].key(), &epoch).unwrap();
    let (_, next) = issuer.revoke(&group, &epoch, &[enrolment]).unwrap();
    let refused = presented.verify_by_group(&asked, &group, &next).unwrap_err();
    assert_eq!(refused, MembershipRefusal::Epoch { found: 0, current: 1 });

    let other = of_group("two", Linkage::Domain);
    let refused = presented.verify_by_group(&other, &group, &epoch).unwrap_err();
    assert!(matches!(refused, MembershipRefusal::Other { member: "challenge", .. }), "{refused}");
    for (member, value) in [("challenge", json!("two")), ("domain", json!("https://other.example"))] {
        let mut changed = presented.to_value().unwrap();
        changed[member] = value;
        let changed = MembershipPresentation::from_value(changed).unwrap();
        let refused = changed.verify_by_group(&changed.request(), &group, &epoch).unwrap_err();
        assert_eq!(refused, MembershipRefusal::Signature, "{member}");
    }
    // a tag where none was agreed on, and none where one was
    let mut changed = presented.to_value().unwrap();
    changed["linkage"] = json!("none");
    let changed = MembershipPresentation::from_value(changed).unwrap();
    let refused = changed.verify_by_group(&of_group("one", Linkage::None), &group, &epoch).unwrap_err();
    assert!(matches!(refused, MembershipRefusal::ProofValue(_)), "{refused}");
    // a signature of a ring is none of a group, and the other way about
    let (keys, _) = keys(4);
    let ring = ring(&keys, 3);
    let by_ring = MembershipPresentation::by_ring(&asked, &ring, &keys[0], &mut rng).unwrap();
    assert!(matches!(by_ring.verify_by_group(&asked, &group, &epoch), Err(MembershipRefusal::ProofValue(_))));
    assert!(matches!(presented.verify_by_ring(&asked, &ring), Err(MembershipRefusal::ProofValue(_))));
}
