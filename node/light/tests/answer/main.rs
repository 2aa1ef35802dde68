//! Answers of a small hand-made chain: what is believed, and a named list of what is not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod chain;

use chain::{Chain, START, STEP, certify};
use hufu_light::{
    Answer, Certificate, CertifiedHeader, CommitSignature, Error, Hash, MAX_ANSWER_BYTES, Successor,
    TrustAnchor, ValidatorSet,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

const ABSENT: &[u8] = b"never written";

#[test]
fn presence_and_absence_are_proven_at_every_height() {
    let chain = Chain::new();
    for height in 0..=5usize {
        let answer = chain.answer(height, b"a");
        let verified = answer.verify(&chain.anchor(), b"a").unwrap();
        assert_eq!(verified.value(), Some(format!("a at {height}").as_bytes()));
        assert_eq!(verified.height(), height as u64);
        let answer = chain.answer(height, ABSENT);
        assert_eq!(answer.verify(&chain.anchor(), ABSENT).unwrap().value(), None);
    }
}

#[test]
fn bytes_and_json_carry_the_same() {
    let chain = Chain::new();
    for height in [1, 2, 5] {
        let answer = chain.answer(height, b"a");
        assert_eq!(Answer::from_bytes(&answer.to_bytes()).unwrap(), answer);
        assert_eq!(Answer::from_json(answer.to_json().as_bytes()).unwrap(), answer);
    }
}

#[test]
fn the_time_of_an_answer_ends_where_its_successor_begins() {
    let chain = Chain::new();
    let (anchor, from) = (chain.anchor(), START + STEP);
    let answer = chain.answer(1, b"a");
    let at = |time| answer.verify(&anchor, b"a").unwrap().at_time(time);
    assert!(at(from).is_ok());
    assert!(at(from + STEP - 1).is_ok());
    assert_eq!(
        at(from + STEP),
        Err(Error::OutsideTime { asked: from + STEP, from, until: Some(from + STEP) })
    );
    assert!(at(from - 1).is_err());

    let newest = chain.answer(5, b"a");
    let newest = newest.verify(&anchor, b"a").unwrap();
    assert_eq!(newest.until_ms(), None);
    assert!(newest.at_time(START + 5 * STEP).is_ok());
    assert!(newest.at_time(START + 5 * STEP + 1).is_err(), "nobody can prove that there is no later block");
    assert_eq!(newest.at_height(4), Err(Error::OtherHeight { asked: 4, found: 5 }));
}

#[test]
fn a_thousand_single_bit_corruptions_of_presence_and_of_absence_are_rejected() {
    let chain = Chain::new();
    let anchor = chain.anchor();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let mut rejected = 0;
    for key in [b"a".as_slice(), ABSENT] {
        let bytes = chain.answer(4, key).to_bytes();
        for _ in 0..1_000 {
            let bit = rng.random_range(0..bytes.len() * 8);
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let result = Answer::from_bytes(&bytes).and_then(|a| a.verify(&anchor, key).map(|_| ()));
            assert!(result.is_err(), "bit {bit} of {} is ignored", bytes.len() * 8);
            rejected += 1;
        }
    }
    println!("{rejected} corruptions rejected");
}

#[test]
fn every_bit_of_key_value_and_proof_counts() {
    let chain = Chain::new();
    let anchor = chain.anchor();
    let mut rejected = 0;
    for key in [b"a".as_slice(), ABSENT] {
        let answer = chain.answer(1, key);
        // everything before the header: version, key, value, proof
        let bytes = answer.to_bytes();
        let header = answer.header.to_bytes();
        let end = bytes.windows(header.len()).position(|window| window == header).unwrap();
        for bit in 0..end * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let result = Answer::from_bytes(&bytes).and_then(|a| a.verify(&anchor, key).map(|_| ()));
            assert!(result.is_err(), "bit {bit} of {} is ignored", end * 8);
            rejected += 1;
        }
    }
    println!("{rejected} corruptions rejected");
}

#[test]
fn a_thousand_single_bit_corruptions_of_the_json_are_rejected() {
    let chain = Chain::new();
    let anchor = chain.anchor();
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    for key in [b"a".as_slice(), ABSENT] {
        let json = chain.answer(4, key).to_json().into_bytes();
        for _ in 0..1_000 {
            let bit = rng.random_range(0..json.len() * 8);
            let mut json = json.clone();
            json[bit / 8] ^= 1 << (bit % 8);
            let result = Answer::from_json(&json).and_then(|a| a.verify(&anchor, key).map(|_| ()));
            assert!(result.is_err(), "bit {bit}: {}", String::from_utf8_lossy(&json));
        }
    }
}

#[test]
fn truncated_extended_newer_and_oversized_bytes_are_refused() {
    let chain = Chain::new();
    let bytes = chain.answer(3, b"a").to_bytes();
    for end in 0..bytes.len() {
        assert!(Answer::from_bytes(&bytes[..end]).is_err());
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(Answer::from_bytes(&longer), Err(Error::Malformed { .. })));
    let mut newer = bytes.clone();
    newer[0] = 2;
    assert_eq!(
        Answer::from_bytes(&newer),
        Err(Error::UnknownVersion { what: "answer", found: 2, known: 1 }),
        "a newer version is told apart from garbage"
    );
    let mut huge = vec![0; MAX_ANSWER_BYTES + 1];
    huge[0] = 1;
    assert!(matches!(Answer::from_bytes(&huge), Err(Error::TooLarge { .. })));
    // a length field of 4 GiB must not allocate 4 GiB
    assert!(Answer::from_bytes(&[1, 255, 255, 255, 255]).is_err());
    assert!(Answer::from_json(b"{}").is_err());
    let unknown = chain.answer(3, b"a").to_json().replacen('{', "{\"more\":1,", 1);
    assert!(Answer::from_json(unknown.as_bytes()).is_err(), "unknown members are refused");
}

/// Each case spoils one thing; the error must say which.
#[test]
fn named_negative_cases() {
    let chain = Chain::new();
    let anchor = chain.anchor();
    let at = |height| chain.answer(height, b"a");
    let check = |case: &str, answer: &Answer, anchor: &TrustAnchor, expected: &dyn Fn(&Error) -> bool| {
        let error = answer.verify(anchor, b"a").expect_err(case);
        assert!(expected(&error), "{case}: {error}");
    };

    let other = TrustAnchor { network: "other".parse().unwrap(), ..anchor.clone() };
    check("wrong network", &at(1), &other, &|e| matches!(e, Error::OtherGenesis { .. }));
    let other = TrustAnchor { genesis_hash: Hash::ZERO, ..anchor.clone() };
    check("wrong anchor", &at(1), &other, &|e| matches!(e, Error::OtherGenesis { .. }));

    let mut answer = at(1);
    answer.header = chain.headers[0].clone();
    answer.successor = None;
    check("header of another height", &answer, &anchor, &|e| {
        matches!(e, Error::StateProof { height: 0, .. })
    });
    let mut answer = at(1);
    answer.value = Some(b"a at 2".to_vec());
    check("swapped value", &answer, &anchor, &|e| matches!(e, Error::StateProof { .. }));
    let mut answer = at(1);
    answer.value = None;
    check("value withheld", &answer, &anchor, &|e| {
        matches!(e, Error::StateProof { claim: "the absence", .. })
    });
    let mut answer = at(1);
    answer.proof = chain.answer(1, b"1/0").proof;
    check("proof for another key", &answer, &anchor, &|e| matches!(e, Error::StateProof { .. }));
    let mut answer = at(1);
    answer.proof = chain.answer(1, ABSENT).proof;
    check("absence proof for a present key", &answer, &anchor, &|e| matches!(e, Error::StateProof { .. }));
    assert_eq!(
        chain.answer(1, b"1/0").verify(&anchor, b"a"),
        Err(Error::OtherKey),
        "answer about another key"
    );

    let with = |header: CertifiedHeader| Answer { header, successor: None, ..at(1) };
    let header = chain.headers[1].header.clone();
    let (set, keys) = &chain.first;
    let empty = CertifiedHeader { header: header.clone(), certificate: Certificate::default() };
    check("no signatures", &with(empty), &anchor, &|e| matches!(e, Error::EmptyCertificate { height: 1 }));
    let few = certify(header.clone(), set, &keys[..2]);
    check("too little power", &with(few), &anchor, &|e| {
        *e == Error::TooLittlePower { signed: 20, total: 40 }
    });
    let good = certify(header.clone(), set, &keys[..3]).certificate;
    let mut twice = good.signatures().to_vec();
    twice[1] = twice[0].clone();
    let twice = CertifiedHeader { header: header.clone(), certificate: Certificate::new(twice) };
    check("one signer twice", &with(twice), &anchor, &|e| matches!(e, Error::DuplicateSigner { signer: 0 }));
    let mut stranger = good.signatures().to_vec();
    stranger.push(CommitSignature { validator: 4, signature: vec![0; 64] });
    let stranger = CertifiedHeader { header: header.clone(), certificate: Certificate::new(stranger) };
    check("a non-member", &with(stranger), &anchor, &|e| *e == Error::NotAMember { signer: 4, members: 4 });
    let mut bad = good.signatures().to_vec();
    bad.push(CommitSignature { validator: 3, signature: vec![1; 64] });
    let bad = CertifiedHeader { header: header.clone(), certificate: Certificate::new(bad) };
    check("enough good signatures and a bad one", &with(bad), &anchor, &|e| {
        matches!(e, Error::Signature { .. })
    });
    let other_set = certify(header.clone(), &chain.second.0, &chain.second.1);
    check("signed by the later set", &with(other_set), &anchor, &|e| matches!(e, Error::Signature { .. }));
    let mut renamed = header.clone();
    renamed.network = "other".parse().unwrap();
    let renamed = certify(renamed, set, keys);
    check("certified for another network", &with(renamed), &anchor, &|e| {
        matches!(e, Error::OtherNetwork { .. })
    });
    let mut newer = header.clone();
    newer.version = 9;
    let newer = certify(newer, set, keys);
    check("a newer header", &with(newer), &anchor, &|e| matches!(e, Error::UnknownVersion { found: 9, .. }));
}

#[test]
fn the_validator_chain_has_no_gaps_and_no_extras() {
    let chain = Chain::new();
    let anchor = chain.anchor();
    let good = chain.answer(4, b"a");
    let change = good.trust.changes[0].clone();
    let fails = |answer: &Answer| answer.verify(&anchor, b"a").unwrap_err();

    let mut empty = good.clone();
    empty.trust.changes.clear();
    assert_eq!(fails(&empty), Error::OtherValidators { height: 4 }, "empty chain");
    let mut doubled = good.clone();
    doubled.trust.changes.push(change.clone());
    assert!(matches!(fails(&doubled), Error::Chain { reason: "heights must ascend", .. }));
    let mut wrong_next = good.clone();
    wrong_next.trust.changes[0].next = chain.first.0.clone();
    assert!(matches!(fails(&wrong_next), Error::Chain { height: 2, .. }));
    let mut no_change = good.clone();
    no_change.trust.changes[0].header = chain.headers[1].clone();
    assert!(matches!(fails(&no_change), Error::Chain { height: 1, .. }));
    let mut forged = good.clone();
    forged.trust.changes[0].header =
        certify(chain.headers[2].header.clone(), &chain.first.0, &chain.first.1[..2]);
    assert!(matches!(fails(&forged), Error::TooLittlePower { .. }));
    let mut genesis = good.clone();
    genesis.trust.genesis.validators = chain.second.0.clone();
    assert!(matches!(fails(&genesis), Error::OtherGenesis { .. }));
    let mut early = chain.answer(1, b"a");
    early.trust.changes.push(change);
    assert!(matches!(fails(&early), Error::Chain { height: 2, .. }), "a change after the answer");
}

#[test]
fn a_successor_must_follow() {
    let chain = Chain::new();
    let anchor = chain.anchor();
    let reason = |answer: &Answer| match answer.verify(&anchor, b"a").unwrap_err() {
        Error::Successor { reason } => reason,
        other => panic!("{other}"),
    };
    let of = |height: usize, validators: Option<ValidatorSet>| {
        Some(Successor { header: chain.headers[height].clone(), validators })
    };
    let with = |successor| Answer { successor, ..chain.answer(1, b"a") };
    assert_eq!(reason(&with(of(3, None))), "its height is not the next one");
    assert_eq!(
        reason(&with(of(2, Some(chain.first.0.clone())))),
        "it brings validators although they did not change"
    );
    let mut orphan = chain.headers[2].header.clone();
    orphan.parent = Hash::ZERO;
    let orphan = certify(orphan, &chain.first.0, &chain.first.1);
    let orphan = with(Some(Successor { header: orphan, validators: None }));
    assert_eq!(reason(&orphan), "its parent is another header");
    let mut backwards = chain.headers[2].header.clone();
    backwards.time_ms = START + STEP;
    let backwards = certify(backwards, &chain.first.0, &chain.first.1);
    let backwards = with(Some(Successor { header: backwards, validators: None }));
    assert_eq!(reason(&backwards), "its time is not later");
    let handover = Answer { successor: of(3, None), ..chain.answer(2, b"a") };
    assert_eq!(reason(&handover), "its validators are missing");
}

#[test]
fn sets_that_are_not_sets_are_refused() {
    let chain = Chain::new();
    let members = chain.first.0.members().to_vec();
    let refused = |members: Vec<_>| ValidatorSet::new(members).unwrap_err().to_string();
    assert!(refused(vec![]).contains("at least one"));
    let mut case = members.clone();
    case.swap(0, 1);
    assert!(refused(case).contains("ascending"));
    let mut case = members.clone();
    case[1].key = case[0].key.clone();
    assert!(refused(case).contains("shares its key"));
    let mut case = members.clone();
    case[2].power = 0;
    assert!(refused(case).contains("no power"));
    let mut case = members.clone();
    case[2].power = u64::MAX / 3;
    assert!(refused(case).contains("overflows"));
    let mut case = members;
    case[0].did = "node".into();
    assert!(refused(case).contains("DID"));
}
