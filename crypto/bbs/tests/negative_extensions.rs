//! Bad input to blind signatures, pseudonyms and commitments, by name; and what they are for, in one test each.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::{no_g1_points, rng};
use hufu_bbs::{
    Attribute, Attributes, Bbs, BlindBbs, BlindPresented, BlindSigned, Commitment, CommittedPresented,
    CommittedProof, Error, Header, MAX_NYM_SECRETS, Message, NymEntropy, NymIssued, NymPresented,
    PresentationHeader, Proof, ProverNyms, Pseudonym, PseudonymBbs, SecretKey, Sha256, Signed,
};
use hufu_pairing::{Blst, Error as Encoding, G1Affine, Scalar, Zkcrypto};

const HEADER: Header<'static> = Header::new(b"header");
const PH: PresentationHeader<'static> = PresentationHeader::new(b"presentation header");

fn key(seed: u8) -> SecretKey {
    SecretKey::random::<Sha256>(&mut rng(seed)).unwrap()
}

fn list<const N: usize>(texts: [&str; N]) -> Vec<Message> {
    texts.into_iter().map(Message::from).collect()
}

#[test]
fn a_blind_signature_and_what_is_not_one() {
    let (bbs, key, mut rng) = (BlindBbs::<Sha256>::new(), key(1), rng(2));
    let (own, committed) = (list(["a", "b"]), list(["secret", "another"]));
    let (commitment, blind) = bbs.commit(&committed, &mut rng).unwrap();
    let signature = bbs.sign(&key, Some(&commitment), HEADER, &own).unwrap();
    let signed = || BlindSigned {
        key: key.public_key(),
        signature: &signature,
        header: HEADER,
        messages: &own,
        committed: &committed,
        blind: Some(&blind),
    };
    assert_eq!(bbs.verify(&signed()), Ok(()));
    assert_eq!(bbs.verify(&BlindSigned { blind: None, ..signed() }), Err(Error::Verification));
    assert_eq!(bbs.verify(&BlindSigned { committed: &committed[..1], ..signed() }), Err(Error::Verification));
    assert_eq!(bbs.verify(&BlindSigned { messages: &committed, ..signed() }), Err(Error::Verification));

    let proof = bbs.prove(&signed(), PH, &[1], &[0], &mut rng).unwrap();
    let (disclosed, disclosed_committed) = ([(1, own[1].clone())], [(0, committed[0].clone())]);
    let presented = || BlindPresented {
        key: key.public_key(),
        proof: &proof,
        header: HEADER,
        presentation_header: PH,
        signer_messages: 2,
        disclosed: &disclosed,
        disclosed_committed: &disclosed_committed,
    };
    assert_eq!(bbs.verify_proof(&presented()), Ok(()));
    let refused = |presented: &BlindPresented<'_, Message>, error: Error| {
        assert_eq!(bbs.verify_proof(presented), Err(error));
    };
    refused(&BlindPresented { signer_messages: 3, ..presented() }, Error::Verification);
    refused(&BlindPresented { signer_messages: 5, ..presented() }, Error::Verification);
    refused(&BlindPresented { signer_messages: usize::MAX, ..presented() }, Error::Verification);
    let out = Error::IndexOutOfRange { index: 1, count: 1 };
    refused(&BlindPresented { signer_messages: 1, ..presented() }, out);
    refused(&BlindPresented { disclosed_committed: &[], ..presented() }, Error::Verification);
    let shifted = [(1, committed[0].clone())];
    refused(&BlindPresented { disclosed_committed: &shifted, ..presented() }, Error::Verification);
    let prove = |own: &[usize], theirs: &[usize]| {
        bbs.prove(&signed(), PH, own, theirs, &mut common::rng(3)).unwrap_err()
    };
    assert_eq!(prove(&[2], &[]), Error::IndexOutOfRange { index: 2, count: 2 });
    assert_eq!(prove(&[], &[2]), Error::IndexOutOfRange { index: 2, count: 2 });
    assert_eq!(prove(&[], &[1, 0]), Error::IndexOrder { previous: 1, index: 0 });
    assert_eq!(prove(&[0, 0], &[]), Error::IndexTwice { index: 0 });
}

#[test]
fn commitments_that_are_none() {
    let (bbs, key, mut rng) = (BlindBbs::<Sha256>::new(), key(1), rng(2));
    let (commitment, _) = bbs.commit(&list(["secret"]), &mut rng).unwrap();
    let good = commitment.to_bytes();
    assert_eq!(good.len(), 112 + 32);
    let read = |bytes: &[u8]| Commitment::<Blst>::from_bytes(bytes).unwrap_err();
    for length in [0, 111, good.len() - 1] {
        assert_eq!(
            read(&good[..length]),
            Error::Length { what: "a commitment with its proof", found: length }
        );
    }
    let mut identity = good.clone();
    identity[..48].fill(0);
    identity[0] = 0xc0;
    let reason = Encoding::Identity { group: "G1" };
    assert_eq!(read(&identity), Error::Point { what: "commitment", reason });
    for (place, what) in [(48, "s^"), (80, "m^"), (112, "challenge")] {
        let mut zero = good.clone();
        zero[place..place + 32].fill(0);
        assert_eq!(read(&zero), Error::Zero { what });
    }
    // Any byte changed: either no encoding, or a proof that does not hold.
    for place in 0..good.len() {
        let mut changed = good.clone();
        changed[place] ^= 1;
        if let Ok(changed) = Commitment::from_bytes(&changed) {
            assert_eq!(bbs.sign(&key, Some(&changed), HEADER, &[]).unwrap_err(), Error::Commitment);
        }
    }
    // A commitment of another interface.
    let other = BlindBbs::<Sha256, Attributes>::new();
    assert_eq!(other.sign(&key, Some(&commitment), HEADER, &[]).unwrap_err(), Error::Commitment);
}

/// The point of a commitment, of a pseudonym, and those of a proof with commitments.
#[test]
fn points_that_are_none_of_the_subgroup() {
    let (bbs, mut rng) = (BlindBbs::<Sha256>::new(), rng(2));
    let commitment = bbs.commit(&list(["secret"]), &mut rng).unwrap().0.to_bytes();
    let committed = committed_proof().to_bytes();
    // Length, proof of 3 hidden; 1 disclosed index; 2 commitments.
    let first = 8 + (272 + 3 * 32) + 8 + 8 + 8;
    for (why, bytes, reason) in no_g1_points() {
        let changed = [&bytes, &commitment[48..]].concat();
        let expected = Error::Point { what: "commitment", reason };
        assert_eq!(Commitment::<Blst>::from_bytes(&changed), Err(expected.clone()), "{why}");
        assert_eq!(Commitment::<Zkcrypto>::from_bytes(&changed), Err(expected), "{why}");

        let expected = Error::Point { what: "pseudonym", reason };
        assert_eq!(Pseudonym::<Blst>::from_bytes(&bytes), Err(expected.clone()), "{why}");
        assert_eq!(Pseudonym::<Zkcrypto>::from_bytes(&bytes), Err(expected), "{why}");

        let places =
            [(8, "Abar"), (56, "Bbar"), (104, "D"), (first, "commitment"), (first + 48, "commitment")];
        for (place, what) in places {
            let mut changed = committed.clone();
            changed[place..place + 48].copy_from_slice(&bytes);
            let expected = Error::Point { what, reason };
            assert_eq!(CommittedProof::<Blst>::from_bytes(&changed), Err(expected.clone()), "{why}");
            assert_eq!(CommittedProof::<Zkcrypto>::from_bytes(&changed), Err(expected), "{why}");
        }
    }
}

/// A proof with commitments to two of three hidden integers; the name is shown.
fn committed_proof() -> CommittedProof {
    let (bbs, key, mut rng) = (Bbs::<Sha256, Attributes>::new(), key(1), rng(2));
    let card = [
        Attribute::Octets(b"Ada".to_vec()),
        Attribute::Integer(1815),
        Attribute::Integer(1852),
        Attribute::Integer(0),
    ];
    let signature = bbs.sign(&key, HEADER, &card).unwrap();
    let signed = Signed { key: key.public_key(), signature: &signature, header: HEADER, messages: &card };
    bbs.prove_committed(&signed, PH, &[0], &[1, 2], &mut rng).unwrap().0
}

/// One holder in two contexts and twice in one; two holders with the same prover's secrets.
#[test]
fn pseudonyms_link_inside_a_context_and_not_across() {
    let (bbs, key, mut rng) = (PseudonymBbs::<Sha256>::new(), key(1), rng(2));
    let nyms = ProverNyms::random(3, &mut rng).unwrap();
    let (commitment, blind) = bbs.commit(&[], &nyms, &mut rng).unwrap();
    let own = list(["member"]);
    let issue = |rng: &mut rand_chacha::ChaCha20Rng| {
        let entropy = NymEntropy::random(rng);
        let signature = bbs.sign(&key, &commitment, 3, &entropy, HEADER, &own).unwrap();
        (entropy, signature)
    };
    let issued = [issue(&mut rng), issue(&mut rng)];
    let of = |signature| NymIssued {
        key: key.public_key(),
        signature,
        header: HEADER,
        messages: &own,
        committed: &[],
        blind: &blind,
    };
    let secrets = [0, 1].map(|holder: usize| {
        let (entropy, signature) = &issued[holder];
        bbs.finalize(&of(signature), &nyms, entropy).unwrap()
    });
    assert_eq!(
        bbs.finalize(&of(&issued[0].1), &nyms, &issued[1].0).err(),
        Some(Error::Verification),
        "another's entropy"
    );
    let mut show = |holder: usize, context: &[u8]| {
        bbs.prove(&of(&issued[holder].1), &secrets[holder], context, PH, &[0], &[], &mut rng).unwrap()
    };
    let (first, second) = (show(0, b"bank"), show(0, b"bank"));
    assert_eq!(first.1, second.1);
    assert_ne!(first.0, second.0);
    assert_ne!(show(0, b"shop").1, first.1);
    let of_another = show(1, b"bank");
    assert_ne!(of_another.1, first.1);

    let disclosed = [(0, own[0].clone())];
    let presented = || NymPresented {
        key: key.public_key(),
        proof: &first.0,
        pseudonym: &first.1,
        context: b"bank",
        secrets: 3,
        header: HEADER,
        presentation_header: PH,
        signer_messages: 1,
        disclosed: &disclosed,
        disclosed_committed: &[],
    };
    assert_eq!(bbs.verify_proof(&presented()), Ok(()));
    let refused = |presented: &NymPresented<'_, Message>, error: Error| {
        assert_eq!(bbs.verify_proof(presented), Err(error));
    };
    refused(&NymPresented { context: b"shop", ..presented() }, Error::Verification);
    refused(&NymPresented { pseudonym: &of_another.1, ..presented() }, Error::Verification);
    refused(&NymPresented { secrets: 2, ..presented() }, Error::Verification);
    refused(&NymPresented { secrets: 4, ..presented() }, Error::Verification);
    refused(&NymPresented { signer_messages: 9, ..presented() }, Error::Verification);
    let presentation_header = PresentationHeader::new(b"another");
    refused(&NymPresented { presentation_header, ..presented() }, Error::Verification);
    let none = Error::NymSecrets { max: MAX_NYM_SECRETS, found: 0 };
    refused(&NymPresented { secrets: 0, ..presented() }, none);
    refused(&NymPresented { context: b"", ..presented() }, Error::EmptyContext);

    // Something behind the bytes of the proof or the pseudonym, or something missing.
    let (proof, name) = (first.0.to_bytes(), first.1.to_bytes());
    for extra in [&[0][..], &[0; 31], &[1; 48]] {
        let (longer, name) = ([&proof[..], extra].concat(), [&name[..], extra].concat());
        let expected = Error::Length { what: "a proof", found: longer.len() };
        assert_eq!(Proof::<Blst>::from_bytes(&longer), Err(expected));
        let expected = Error::Length { what: "a pseudonym", found: name.len() };
        assert_eq!(Pseudonym::<Blst>::from_bytes(&name), Err(expected));
    }
    let truncated = Error::Length { what: "a proof", found: proof.len() - 1 };
    assert_eq!(Proof::<Blst>::from_bytes(&proof[..proof.len() - 1]), Err(truncated));
    assert!(matches!(Pseudonym::<Blst>::from_bytes(&name[..47]), Err(Error::Length { found: 47, .. })));
    // A whole scalar more, or the last response missing, reads as a proof of another number of messages.
    let (body, challenge) = proof.split_at(proof.len() - 32);
    for bytes in [[body, challenge, challenge].concat(), [&body[..body.len() - 32], challenge].concat()] {
        let proof = Proof::from_bytes(&bytes).unwrap();
        refused(&NymPresented { proof: &proof, ..presented() }, Error::Verification);
    }
}

#[test]
fn an_empty_context() {
    let (bbs, key, mut rng) = (PseudonymBbs::<Sha256>::new(), key(1), rng(2));
    let nyms = ProverNyms::random(1, &mut rng).unwrap();
    let (commitment, blind) = bbs.commit(&[], &nyms, &mut rng).unwrap();
    let entropy = NymEntropy::random(&mut rng);
    let signature = bbs.sign(&key, &commitment, 1, &entropy, HEADER, &[]).unwrap();
    let issued = NymIssued {
        key: key.public_key(),
        signature: &signature,
        header: HEADER,
        messages: &[],
        committed: &[],
        blind: &blind,
    };
    let secrets = bbs.finalize(&issued, &nyms, &entropy).unwrap();
    let mut prove = |context: &[u8]| bbs.prove(&issued, &secrets, context, PH, &[], &[], &mut rng);
    assert_eq!(prove(b"").err(), Some(Error::EmptyContext));
    assert!(prove(b"\0").is_ok(), "one octet is a context");
}

#[test]
fn pseudonyms_and_secrets_that_are_none() {
    let mut rng = rng(1);
    let count = |found| Some(Error::NymSecrets { max: MAX_NYM_SECRETS, found });
    assert_eq!(ProverNyms::<Blst>::random(0, &mut rng).err(), count(0));
    assert_eq!(ProverNyms::<Blst>::random(MAX_NYM_SECRETS + 1, &mut rng).err(), count(MAX_NYM_SECRETS + 1));
    assert_eq!(ProverNyms::<Blst>::from_bytes(&[]).err(), count(0));
    assert_eq!(
        ProverNyms::<Blst>::from_bytes(&[1; 33]).err(),
        Some(Error::Length { what: "prover nyms", found: 33 })
    );
    let mut identity = [0; 48];
    identity[0] = 0xc0;
    let reason = Encoding::Identity { group: "G1" };
    assert_eq!(Pseudonym::<Blst>::from_bytes(&identity), Err(Error::Point { what: "pseudonym", reason }));
    let base = G1Affine::<Blst>::generator().to_bytes();
    assert_eq!(Pseudonym::<Blst>::from_bytes(&base), Err(Error::Degenerate("pseudonym")));

    let (bbs, key) = (PseudonymBbs::<Sha256>::new(), key(1));
    let nyms = ProverNyms::random(1, &mut rng).unwrap();
    let (commitment, _) = bbs.commit(&[], &nyms, &mut rng).unwrap();
    let entropy = NymEntropy::random(&mut rng);
    assert_eq!(
        bbs.sign(&key, &commitment, 2, &entropy, HEADER, &[]).unwrap_err(),
        Error::CommittedCount { expected: 2, found: 1 }
    );
    assert_eq!(bbs.sign(&key, &commitment, 0, &entropy, HEADER, &[]).err(), count(0));
}

/// A student's card with integers: year of birth and credits stay hidden, in commitments that open to them.
#[test]
fn integers_in_commitments() {
    let (bbs, key, mut rng) = (Bbs::<Sha256, Attributes>::new(), key(1), rng(2));
    let card = [
        Attribute::Octets(b"Ada".to_vec()),
        Attribute::Integer(1815),
        Attribute::Integer(u64::MAX),
        Attribute::Integer(0),
    ];
    let signature = bbs.sign(&key, HEADER, &card).unwrap();
    let signed = || Signed { key: key.public_key(), signature: &signature, header: HEADER, messages: &card };
    let (proof, openings) = bbs.prove_committed(&signed(), PH, &[0], &[1, 2], &mut rng).unwrap();
    let disclosed = [(0, card[0].clone())];
    let key = key.public_key();
    let verify = |proof: &CommittedProof| {
        let (header, presentation_header) = (HEADER, PH);
        bbs.verify_committed(&CommittedPresented {
            key,
            proof,
            header,
            presentation_header,
            disclosed: &disclosed,
        })
    };
    assert_eq!(verify(&proof), Ok(()));

    // The commitments are to the integers themselves, and add up as they do.
    let [y0, y1] = bbs.commitment_bases();
    for (opening, value) in openings.iter().zip([1815, u64::MAX]) {
        assert_eq!(opening.value(), &Scalar::from(value));
        let (_, point) = proof.commitments().iter().find(|(index, _)| *index == opening.index()).unwrap();
        assert_eq!((y0 * *opening.blinding() + y1 * Scalar::from(value)).to_affine(), *point);
    }
    let [(_, first), (_, second)] = proof.commitments() else { panic!("two commitments") };
    let sum = y0 * (*openings[0].blinding() + *openings[1].blinding())
        + y1 * (Scalar::from(1815u64) + Scalar::from(u64::MAX));
    assert_eq!(first.lift() + *second, sum);

    // Every byte counts.
    let bytes = proof.to_bytes();
    assert_eq!(CommittedProof::from_bytes(&bytes).as_ref(), Ok(&proof));
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        if let Ok(changed) = CommittedProof::from_bytes(&changed) {
            assert!(verify(&changed).is_err(), "byte {place}");
        }
    }
    for length in 0..bytes.len() {
        assert!(CommittedProof::<Blst>::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
    }
    assert!(CommittedProof::<Blst>::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
}

#[test]
fn commitments_to_what_is_not_hidden() {
    let (bbs, key, mut rng) = (Bbs::<Sha256, Attributes>::new(), key(1), rng(2));
    let card = [Attribute::Integer(1), Attribute::Integer(2)];
    let signature = bbs.sign(&key, HEADER, &card).unwrap();
    let signed = Signed { key: key.public_key(), signature: &signature, header: HEADER, messages: &card };
    let mut prove = |disclosed: &[usize], committed: &[usize]| {
        bbs.prove_committed(&signed, PH, disclosed, committed, &mut rng).err()
    };
    assert_eq!(prove(&[0], &[0]), Some(Error::DisclosedAndCommitted { index: 0 }));
    assert_eq!(prove(&[], &[2]), Some(Error::IndexOutOfRange { index: 2, count: 2 }));
    assert_eq!(prove(&[], &[1, 1]), Some(Error::IndexTwice { index: 1 }));
    assert_eq!(prove(&[], &[1, 0]), Some(Error::IndexOrder { previous: 1, index: 0 }));
    assert_eq!(prove(&[0, 1], &[]), None);
}
