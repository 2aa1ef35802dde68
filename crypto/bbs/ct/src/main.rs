//! Runs what works with secrets of BBS signatures under valgrind's memcheck, on both backends; see `crypto/ct`. Marked as
//! undefined are the issuer's key, the signature, the messages that are not disclosed, the holder's blind and the secrets of its
//! pseudonyms, and all randomness.

use std::process::ExitCode;

use hufu_bbs::{
    Attribute, Attributes, Bbs, BlindBbs, BlindPresented, BlindSigned, Commitment, CommittedPresented,
    CommittedProof, Header, Message, NymEntropy, NymIssued, NymPresented, Octets, PresentationHeader,
    Presented, Proof, ProverNyms, Pseudonym, PseudonymBbs, SecretKey, Sha256, Shake256, Signature, Signed,
    Suite,
};
use hufu_ct::{Case, Generator, memcheck, published};
use hufu_pairing::{Backend, Blst, Zkcrypto};

const HEADER: Header<'static> = Header::new(b"header");
const NONCE: PresentationHeader<'static> = PresentationHeader::new(b"presentation header");
const CONTEXT: &[u8] = b"context";

fn rng(seed: u64) -> Generator {
    Generator::secret(seed)
}

/// A key whose secret half is secret.
fn key<B: Backend>() -> SecretKey<B> {
    let key = SecretKey::random::<Sha256>(&mut rng(1)).expect("a key");
    memcheck::public(key.public_key());
    key
}

/// A message that its signer or holder keeps to itself.
fn hidden(text: &str) -> Message {
    let mut bytes = text.as_bytes().to_vec();
    memcheck::secret(&mut bytes[..]);
    Message::new(bytes)
}

fn open(text: &str) -> Message {
    Message::from(text)
}

fn read_proof<B: Backend>(proof: &Proof<B>) -> Proof<B> {
    Proof::from_bytes(&published(&proof.to_bytes())).expect("an encoding")
}

fn read_signature<B: Backend>(signature: &Signature<B>) -> Signature<B> {
    Signature::from_bytes(&published(&signature.to_bytes())).expect("an encoding")
}

fn read_commitment<B: Backend>(commitment: &Commitment<B>) -> Commitment<B> {
    Commitment::from_bytes(&published(&commitment.to_bytes())).expect("an encoding")
}

fn signs<S: Suite, B: Backend>() {
    let (bbs, key) = (Bbs::<S, Octets, B>::new(), key());
    let signature = bbs.sign(&key, HEADER, &[hidden("a"), hidden("b")]).expect("signs");
    let messages = [open("a"), open("b")];
    let signed = Signed {
        key: key.public_key(),
        signature: &read_signature(&signature),
        header: HEADER,
        messages: &messages,
    };
    bbs.verify(&signed).expect("a valid signature");
}

fn signs_integers<B: Backend>() {
    let (bbs, key) = (Bbs::<Sha256, Attributes, B>::new(), key());
    let mut number = 1815;
    memcheck::secret(&mut number);
    let signature = bbs.sign(&key, HEADER, &[Attribute::Integer(number)]).expect("signs");
    let signed = Signed {
        key: key.public_key(),
        signature: &read_signature(&signature),
        header: HEADER,
        messages: &[Attribute::Integer(1815)],
    };
    bbs.verify(&signed).expect("a valid signature");
}

fn proves<S: Suite, B: Backend>() {
    let (bbs, key) = (Bbs::<S, Octets, B>::new(), key());
    let messages = [hidden("a"), open("b"), hidden("c")];
    let signature = bbs.sign(&key, HEADER, &messages).expect("signs");
    let signed = Signed { key: key.public_key(), signature: &signature, header: HEADER, messages: &messages };
    let proof = bbs.prove(&signed, NONCE, &[1], &mut rng(2)).expect("proves");
    let presented = Presented {
        key: key.public_key(),
        proof: &read_proof(&proof),
        header: HEADER,
        presentation_header: NONCE,
        disclosed: &[(1, open("b"))],
    };
    bbs.verify_proof(&presented).expect("a valid proof");
}

/// More messages than have tables: what is behind them is a multi-exponentiation.
fn proves_much<B: Backend>() {
    let (bbs, key) = (Bbs::<Sha256, Octets, B>::new(), key());
    let messages: Vec<_> = (0..68).map(|_| hidden("m")).collect();
    let signature = bbs.sign(&key, HEADER, &messages).expect("signs");
    let signed = Signed { key: key.public_key(), signature: &signature, header: HEADER, messages: &messages };
    let proof = bbs.prove(&signed, NONCE, &[], &mut rng(2)).expect("proves");
    let presented = Presented {
        key: key.public_key(),
        proof: &read_proof(&proof),
        header: HEADER,
        presentation_header: NONCE,
        disclosed: &[],
    };
    bbs.verify_proof(&presented).expect("a valid proof");
}

fn proves_committed<B: Backend>() {
    let (bbs, key) = (Bbs::<Sha256, Octets, B>::new(), key());
    let messages = [hidden("a"), open("b"), hidden("c")];
    let signature = bbs.sign(&key, HEADER, &messages).expect("signs");
    let signed = Signed { key: key.public_key(), signature: &signature, header: HEADER, messages: &messages };
    let (proof, _) = bbs.prove_committed(&signed, NONCE, &[1], &[2], &mut rng(3)).expect("proves");
    let presented = CommittedPresented {
        key: key.public_key(),
        proof: &CommittedProof::from_bytes(&published(&proof.to_bytes())).expect("an encoding"),
        header: HEADER,
        presentation_header: NONCE,
        disclosed: &[(1, open("b"))],
    };
    bbs.verify_committed(&presented).expect("a valid proof");
}

/// `Commit`, `BlindSign` and `BlindProofGen`.
fn blind<B: Backend>() {
    let (bbs, key) = (BlindBbs::<Sha256, Octets, B>::new(), key());
    let (messages, committed) = ([hidden("a"), open("b")], [hidden("c"), open("d")]);
    let (commitment, blind) = bbs.commit(&committed, &mut rng(4)).expect("commits");
    let commitment = read_commitment(&commitment);
    let signature = bbs.sign(&key, Some(&commitment), HEADER, &messages).expect("signs");
    let signed = BlindSigned {
        key: key.public_key(),
        signature: &signature,
        header: HEADER,
        messages: &messages,
        committed: &committed,
        blind: Some(&blind),
    };
    let proof = bbs.prove(&signed, NONCE, &[1], &[1], &mut rng(5)).expect("proves");
    let presented = BlindPresented {
        key: key.public_key(),
        proof: &read_proof(&proof),
        header: HEADER,
        presentation_header: NONCE,
        signer_messages: messages.len(),
        disclosed: &[(1, open("b"))],
        disclosed_committed: &[(1, open("d"))],
    };
    bbs.verify_proof(&presented).expect("a valid proof");
}

/// `CommitWithNym`, `BlindSignWithNym` and `ProofGenWithNym`.
fn pseudonym<B: Backend>() {
    let (bbs, key) = (PseudonymBbs::<Sha256, Octets, B>::new(), key());
    let (messages, committed) = ([hidden("a"), open("b")], [hidden("c")]);
    let nyms = ProverNyms::random(2, &mut rng(6)).expect("two secrets");
    let entropy = NymEntropy::random(&mut rng(7));
    let (commitment, blind) = bbs.commit(&committed, &nyms, &mut rng(8)).expect("commits");
    let commitment = read_commitment(&commitment);
    let signature = bbs.sign(&key, &commitment, 2, &entropy, HEADER, &messages).expect("signs");
    let issued = NymIssued {
        key: key.public_key(),
        signature: &signature,
        header: HEADER,
        messages: &messages,
        committed: &committed,
        blind: &blind,
    };
    // It verifies the signature, which promises nothing.
    let secrets = memcheck::unwatched(|| bbs.finalize(&issued, &nyms, &entropy)).expect("it verifies");
    let (proof, pseudonym) =
        bbs.prove(&issued, &secrets, CONTEXT, NONCE, &[1], &[], &mut rng(9)).expect("proves");
    let presented = NymPresented {
        key: key.public_key(),
        proof: &read_proof(&proof),
        pseudonym: &Pseudonym::from_bytes(&published(&pseudonym.to_bytes())).expect("an encoding"),
        context: CONTEXT,
        secrets: 2,
        header: HEADER,
        presentation_header: NONCE,
        signer_messages: messages.len(),
        disclosed: &[(1, open("b"))],
        disclosed_committed: &[],
    };
    bbs.verify_proof(&presented).expect("a valid proof");
}

/// Verification is variable-time: with a signature still marked it must be seen.
fn leaks_by_verification<B: Backend>() {
    let (bbs, key) = (Bbs::<Sha256, Octets, B>::new(), key());
    let messages = [open("a")];
    let signature = bbs.sign(&key, HEADER, &messages).expect("signs");
    let signed = Signed { key: key.public_key(), signature: &signature, header: HEADER, messages: &messages };
    let _ = std::hint::black_box(bbs.verify(&signed));
}

/// The cases on one backend.
macro_rules! cases {
    ($backend:ty, $name:literal) => {
        [
            Case { name: concat!("bbs::SecretKey::random, ", $name), run: || drop(key::<$backend>()) },
            Case { name: concat!("bbs::Bbs::sign, SHA-256, ", $name), run: signs::<Sha256, $backend> },
            Case { name: concat!("bbs::Bbs::sign, SHAKE-256, ", $name), run: signs::<Shake256, $backend> },
            Case { name: concat!("bbs::Bbs::sign an integer, ", $name), run: signs_integers::<$backend> },
            Case { name: concat!("bbs::Bbs::prove, SHA-256, ", $name), run: proves::<Sha256, $backend> },
            Case { name: concat!("bbs::Bbs::prove, SHAKE-256, ", $name), run: proves::<Shake256, $backend> },
            Case { name: concat!("bbs::Bbs::prove_committed, ", $name), run: proves_committed::<$backend> },
            Case { name: concat!("bbs::BlindBbs::{commit, sign, prove}, ", $name), run: blind::<$backend> },
            Case {
                name: concat!("bbs::PseudonymBbs::{commit, sign, prove}, ", $name),
                run: pseudonym::<$backend>,
            },
        ]
    };
}

fn main() -> ExitCode {
    let mut cases = [cases!(Blst, "blst"), cases!(Zkcrypto, "bls12_381")].concat();
    cases.push(Case { name: "bbs::Bbs::prove, 68 messages, blst", run: proves_much::<Blst> });
    let leaks = [
        Case {
            name: "planted::verification of a marked signature, blst",
            run: leaks_by_verification::<Blst>,
        },
        Case {
            name: "planted::verification of a marked signature, bls12_381",
            run: leaks_by_verification::<Zkcrypto>,
        },
    ];
    hufu_ct::run(&cases, &leaks)
}
