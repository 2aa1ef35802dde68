//! Do signing, committing and proving leave a key, a hidden message or what blinds it in freed memory?

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;
#[path = "../../pairing/tests/watching/mod.rs"]
mod watching;

use common::rng;
use hufu_bbs::{
    Bbs, BlindBbs, BlindSigned, Header, Interface, Message, NymEntropy, NymIssued, NymSecrets, Octets,
    PresentationHeader, ProverBlind, ProverNyms, PseudonymBbs, SecretKey, Sha256, Signature, Signed, Suite,
};
use hufu_pairing::{Backend, Blst, SCALAR_BYTES, Scalar, Zkcrypto};
use watching::{Needles, freed};

const HEADER: Header<'static> = Header::new(b"header");
const PH: PresentationHeader<'static> = PresentationHeader::new(b"presentation header");

/// More than the generators that have tables, and enough beyond for a sum without.
const MANY: usize = 72;

/// Seed of what is drawn while it is looked.
const DRAWN: u8 = 9;

/// A scalar as it is encoded, backwards, and as both libraries hold it: times 2²⁵⁶, in limbs.
fn add<B: Backend>(needles: &mut Needles, name: &str, scalar: &Scalar<B>) {
    let half = Scalar::from(1u128 << 127) * Scalar::from(2u64);
    let backwards = |scalar: Scalar<B>| {
        let mut bytes: [u8; SCALAR_BYTES] = scalar.to_bytes();
        bytes.reverse();
        bytes
    };
    needles.add(format!("{name} encoded"), scalar.to_bytes());
    needles.add(format!("{name} backwards"), backwards(*scalar));
    needles.add(format!("{name} held"), backwards(*scalar * half * half));
}

/// Messages of the length of a needle.
fn messages(whose: &str, count: usize) -> Vec<Message> {
    (0..count).map(|index| Message::from(format!("hidden message {index:3} of {whose:10}"))).collect()
}

/// Messages and their scalars under an interface's name.
fn add_messages<B: Backend>(needles: &mut Needles, interface: &str, messages: &[Message]) {
    let tag = format!("{}{interface}MAP_MSG_TO_SCALAR_AS_HASH_", Sha256::ID);
    for (index, message) in messages.iter().enumerate() {
        needles.add(format!("message {index}"), message.as_bytes().try_into().unwrap());
        add::<B>(needles, &format!("scalar {index}"), &Octets::scalar::<Sha256, B>(message, tag.as_bytes()));
    }
}

/// Everything that is drawn of the generator with the seed [`DRAWN`].
fn add_draws<B: Backend>(needles: &mut Needles, count: usize) {
    let mut rng = rng(DRAWN);
    (0..count).for_each(|index| add::<B>(needles, &format!("draw {index}"), &Scalar::random(&mut rng)));
}

fn key<B: Backend>(needles: &mut Needles) -> SecretKey<B> {
    let key = SecretKey::<B>::random::<Sha256>(&mut rng(1)).unwrap();
    add::<B>(needles, "the key", &Scalar::from_bytes(key.to_bytes().as_ref()).unwrap());
    key
}

/// Nothing of `needles` is in what `run` frees, once generators and tables are made.
fn leaves_nothing<T>(needles: &Needles, what: &str, run: impl Fn() -> T) -> T {
    drop(run());
    let (made, blocks) = freed(run);
    assert_eq!(needles.found(&blocks), [].into(), "{what}");
    made
}

fn plain<B: Backend>(count: usize) {
    let (mut needles, bbs) = (Needles::default(), Bbs::<Sha256, Octets, B>::new());
    let key = key::<B>(&mut needles);
    let messages = messages("the issuer", count);
    add_messages::<B>(&mut needles, Octets::ID, &messages);
    add_draws::<B>(&mut needles, 5 + count + 4);
    needles.assert_all_can_be_found();

    let bytes = key.to_bytes();
    leaves_nothing(&needles, "a key", || SecretKey::<B>::from_bytes(bytes.as_ref()).unwrap().to_bytes());
    let signature = leaves_nothing(&needles, "sign", || bbs.sign(&key, HEADER, &messages).unwrap());
    let key = key.public_key();
    let signed = Signed { key, signature: &signature, header: HEADER, messages: &messages };
    let hidden_all = || bbs.prove(&signed, PH, &[], &mut rng(DRAWN)).unwrap();
    leaves_nothing(&needles, "prove", hidden_all);
    let committed = || bbs.prove_committed(&signed, PH, &[], &[count / 2], &mut rng(DRAWN)).unwrap();
    leaves_nothing(&needles, "prove_committed", || drop(committed()));
    leaves_nothing(&needles, "messages", || drop(messages.clone()));
}

fn blind<B: Backend>(own_count: usize, count: usize) {
    let (mut needles, bbs) = (Needles::default(), BlindBbs::<Sha256, Octets, B>::new());
    let key = key::<B>(&mut needles);
    let (own, committed) = (messages("the issuer", own_count), messages("the holder", count));
    add_messages::<B>(&mut needles, Octets::BLIND_ID, &own);
    add_messages::<B>(&mut needles, Octets::BLIND_ID, &committed);
    add_draws::<B>(&mut needles, 6 + own_count + count);
    needles.assert_all_can_be_found();

    let (commitment, blind) =
        leaves_nothing(&needles, "commit", || bbs.commit(&committed, &mut rng(DRAWN)).unwrap());
    leaves_nothing(&needles, "a blind", || {
        ProverBlind::<B>::from_bytes(blind.to_bytes().as_ref()).unwrap().to_bytes()
    });
    let sign = || bbs.sign(&key, Some(&commitment), HEADER, &own).unwrap();
    let signature: Signature<B> = leaves_nothing(&needles, "sign", sign);
    let signed = BlindSigned {
        key: key.public_key(),
        signature: &signature,
        header: HEADER,
        messages: &own,
        committed: &committed,
        blind: Some(&blind),
    };
    let prove = || bbs.prove(&signed, PH, &[], &[], &mut rng(DRAWN)).unwrap();
    leaves_nothing(&needles, "prove", prove);
}

fn pseudonym<B: Backend>(count: usize, secrets: usize) {
    let (mut needles, bbs) = (Needles::default(), PseudonymBbs::<Sha256, Octets, B>::new());
    let key = key::<B>(&mut needles);
    let committed = messages("the holder", count);
    add_messages::<B>(&mut needles, Octets::PSEUDONYM_ID, &committed);
    add_draws::<B>(&mut needles, 6 + count + secrets);
    let nyms = ProverNyms::<B>::random(secrets, &mut rng(2)).unwrap();
    for (index, nym) in nyms.to_bytes().chunks(SCALAR_BYTES).enumerate() {
        add::<B>(&mut needles, &format!("nym {index}"), &Scalar::from_bytes(nym).unwrap());
    }
    let entropy = NymEntropy::<B>::random(&mut rng(3));
    needles.assert_all_can_be_found();

    leaves_nothing(&needles, "random nyms", || ProverNyms::<B>::random(secrets, &mut rng(2)).unwrap());
    let nyms = leaves_nothing(&needles, "nyms", || ProverNyms::from_bytes(&nyms.to_bytes()).unwrap());
    let (commitment, blind) =
        leaves_nothing(&needles, "commit", || bbs.commit(&committed, &nyms, &mut rng(DRAWN)).unwrap());
    let sign = || bbs.sign(&key, &commitment, secrets, &entropy, HEADER, &[]).unwrap();
    let signature = leaves_nothing(&needles, "sign", sign);
    let issued = NymIssued {
        key: key.public_key(),
        signature: &signature,
        header: HEADER,
        messages: &[],
        committed: &committed,
        blind: &blind,
    };
    // A check is no part of the promise: it is not constant time either.
    let secrets = bbs.finalize(&issued, &nyms, &entropy).unwrap();
    for (index, secret) in secrets.to_bytes().chunks(SCALAR_BYTES).enumerate() {
        add::<B>(&mut needles, &format!("secret {index}"), &Scalar::from_bytes(secret).unwrap());
    }
    let again = || NymSecrets::<B>::from_bytes(&secrets.to_bytes()).unwrap();
    let secrets = leaves_nothing(&needles, "secrets", again);
    let prove = || bbs.prove(&issued, &secrets, b"context", PH, &[], &[], &mut rng(DRAWN)).unwrap();
    leaves_nothing(&needles, "prove", prove);
}

#[test]
fn signing_and_proving_leave_nothing() {
    for count in [1, 10, MANY] {
        plain::<Blst>(count);
        plain::<Zkcrypto>(count);
    }
}

#[test]
fn blind_issuance_leaves_nothing() {
    for (own, committed) in [(0, 1), (3, 4), (2, MANY)] {
        blind::<Blst>(own, committed);
        blind::<Zkcrypto>(own, committed);
    }
}

#[test]
fn pseudonyms_leave_nothing() {
    for (committed, secrets) in [(0, 1), (2, 5), (MANY, 3)] {
        pseudonym::<Blst>(committed, secrets);
        pseudonym::<Zkcrypto>(committed, secrets);
    }
}
