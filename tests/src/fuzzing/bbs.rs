//! BBS: keys, signatures, proofs, blind issuance, pseudonyms and commitments. What was made verifies, and nothing else.

use std::sync::LazyLock;

use hufu_bbs::{
    Bbs, BlindBbs, BlindPresented, BlindSigned, Commitment, CommittedPresented, CommittedProof, Header,
    Message, NymEntropy, NymIssued, NymPresented, NymSecrets, PresentationHeader, Presented, Proof,
    ProverBlind, ProverNyms, Pseudonym, PseudonymBbs, PublicKey, SIGNATURE_BYTES, SecretKey, Sha256,
    Signature, Signed,
};
use hufu_pairing::{Blst, G1_BYTES, Zkcrypto};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const HEADER: Header<'static> = Header::new(b"header");
const NONCE: PresentationHeader<'static> = PresentationHeader::new(b"presentation header");
const CONTEXT: &[u8] = b"context";
/// Generators are made for as many messages as a proof hides; more than this is tried in the crate's own tests.
const MOST_HIDDEN: usize = 64;

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// Everything that was ever made with the issuer's key.
struct Known {
    key: SecretKey,
    messages: Vec<Message>,
    committed: Vec<Message>,
    plain: Plain,
    blind: Blind,
    nym: Nym,
}

struct Plain {
    bbs: Bbs<Sha256>,
    signature: Signature,
    proof: Proof,
    with_commitment: CommittedProof,
}

struct Blind {
    bbs: BlindBbs<Sha256>,
    commitment: Commitment,
    prover_blind: ProverBlind,
    proof: Proof,
}

struct Nym {
    bbs: PseudonymBbs<Sha256>,
    nyms: ProverNyms,
    entropy: NymEntropy,
    secrets: NymSecrets,
    proof: Proof,
    pseudonym: Pseudonym,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let key = SecretKey::random::<Sha256>(&mut rng(1)).expect("a key");
    let messages: Vec<Message> = ["a", "b", "c"].map(Message::from).to_vec();
    let committed: Vec<Message> = ["d", "e"].map(Message::from).to_vec();
    let plain = plain(&key, &messages);
    let blind = blind(&key, &messages, &committed);
    let nym = nym(&key, &messages, &committed);
    Known { key, messages, committed, plain, blind, nym }
});

fn plain(key: &SecretKey, messages: &[Message]) -> Plain {
    let bbs = Bbs::<Sha256>::new();
    let signature = bbs.sign(key, HEADER, messages).expect("signs");
    let signed = Signed { key: key.public_key(), signature: &signature, header: HEADER, messages };
    let proof = bbs.prove(&signed, NONCE, &[1], &mut rng(2)).expect("proves");
    let (with_commitment, _) = bbs.prove_committed(&signed, NONCE, &[1], &[2], &mut rng(3)).expect("proves");
    Plain { bbs, signature, proof, with_commitment }
}

fn blind(key: &SecretKey, messages: &[Message], committed: &[Message]) -> Blind {
    let bbs = BlindBbs::<Sha256>::new();
    let (commitment, prover_blind) = bbs.commit(committed, &mut rng(4)).expect("commits");
    let signature = bbs.sign(key, Some(&commitment), HEADER, messages).expect("signs");
    let signed = BlindSigned {
        key: key.public_key(),
        signature: &signature,
        header: HEADER,
        messages,
        committed,
        blind: Some(&prover_blind),
    };
    let proof = bbs.prove(&signed, NONCE, &[1], &[0], &mut rng(5)).expect("proves");
    Blind { bbs, commitment, prover_blind, proof }
}

fn nym(key: &SecretKey, messages: &[Message], committed: &[Message]) -> Nym {
    let bbs = PseudonymBbs::<Sha256>::new();
    let nyms = ProverNyms::random(1, &mut rng(6)).expect("one secret");
    let entropy = NymEntropy::random(&mut rng(7));
    let (commitment, prover_blind) = bbs.commit(committed, &nyms, &mut rng(8)).expect("commits");
    let signature = bbs.sign(key, &commitment, 1, &entropy, HEADER, messages).expect("signs");
    let issued = NymIssued {
        key: key.public_key(),
        signature: &signature,
        header: HEADER,
        messages,
        committed,
        blind: &prover_blind,
    };
    let secrets = bbs.finalize(&issued, &nyms, &entropy).expect("it verifies");
    let (proof, pseudonym) =
        bbs.prove(&issued, &secrets, CONTEXT, NONCE, &[1], &[0], &mut rng(9)).expect("proves");
    Nym { bbs, nyms, entropy, secrets, proof, pseudonym }
}

/// Keys are their bytes, on both backends.
pub(super) fn keys(data: &[u8]) {
    let public = PublicKey::<Blst>::from_bytes(data);
    let other = PublicKey::<Zkcrypto>::from_bytes(data);
    assert_eq!(public.as_ref().map(PublicKey::to_bytes), other.as_ref().map(PublicKey::to_bytes));
    public.iter().for_each(|key| assert_eq!(key.to_bytes(), data));
    let secret = SecretKey::<Blst>::from_bytes(data);
    let other = SecretKey::<Zkcrypto>::from_bytes(data);
    assert_eq!(secret.as_ref().err(), other.as_ref().err());
    if let (Ok(secret), Ok(other)) = (secret, other) {
        assert_eq!(secret.to_bytes()[..], *data);
        assert_eq!(other.to_bytes()[..], *data);
        assert_eq!(secret.public_key().to_bytes(), other.public_key().to_bytes());
    }
}

/// A signature is its bytes, on both backends.
pub(super) fn signature(data: &[u8]) {
    let signature = Signature::<Blst>::from_bytes(data);
    let other = Signature::<Zkcrypto>::from_bytes(data);
    assert_eq!(signature.as_ref().map(Signature::to_bytes), other.as_ref().map(Signature::to_bytes));
    let Ok(signature) = signature else { return };
    assert_eq!(signature.to_bytes(), data);
    let Known { key, messages, plain, .. } = &*KNOWN;
    let signed = Signed { key: key.public_key(), signature: &signature, header: HEADER, messages };
    let made = plain.signature.to_bytes() == data;
    assert_eq!(plain.bbs.verify(&signed).is_ok(), made);
    let good = Signed { signature: &plain.signature, ..signed };
    assert_eq!(plain.bbs.verify_batch(&[good, signed_again(&signature)], &mut rng(10)).is_ok(), made);
}

fn signed_again(signature: &Signature) -> Signed<'_, Message> {
    Signed { key: KNOWN.key.public_key(), signature, header: HEADER, messages: &KNOWN.messages }
}

/// A proof is its bytes, on both backends; alone and in a batch it verifies if the holder made it.
pub(super) fn proof(data: &[u8]) {
    let proof = Proof::<Blst>::from_bytes(data);
    let other = Proof::<Zkcrypto>::from_bytes(data);
    assert_eq!(proof.as_ref().map(Proof::to_bytes), other.as_ref().map(Proof::to_bytes));
    let Ok(proof) = proof else { return };
    assert_eq!(proof.to_bytes(), data);
    if proof.undisclosed() > MOST_HIDDEN {
        return;
    }
    let Known { key, messages, plain, .. } = &*KNOWN;
    let disclosed = [(1, messages[1].clone())];
    let presented = |proof| Presented {
        key: key.public_key(),
        proof,
        header: HEADER,
        presentation_header: NONCE,
        disclosed: &disclosed,
    };
    let made = plain.proof.to_bytes() == data;
    assert_eq!(plain.bbs.verify_proof(&presented(&proof)).is_ok(), made);
    let batch = [presented(&plain.proof), presented(&proof)];
    assert_eq!(plain.bbs.verify_proof_batch(&batch, &mut rng(10)).is_ok(), made);
}

/// Commitments of a prover, blinds, and proofs of blind signatures.
pub(super) fn blind_issuance(data: &[u8]) {
    ProverBlind::<Blst>::from_bytes(data).iter().for_each(|blind| assert_eq!(blind.to_bytes()[..], *data));
    let Known { key, messages, committed, blind, .. } = &*KNOWN;
    if let Ok(commitment) = Commitment::from_bytes(data) {
        assert_eq!(commitment.to_bytes(), data);
        if commitment.count() <= MOST_HIDDEN {
            let made = blind.commitment.to_bytes() == data;
            assert_eq!(blind.bbs.sign(key, Some(&commitment), HEADER, messages).is_ok(), made);
        }
    }
    if let Ok(proof) = Proof::from_bytes(data)
        && proof.undisclosed() <= MOST_HIDDEN
    {
        let presented = BlindPresented {
            key: key.public_key(),
            proof: &proof,
            header: HEADER,
            presentation_header: NONCE,
            signer_messages: messages.len(),
            disclosed: &[(1, messages[1].clone())],
            disclosed_committed: &[(0, committed[0].clone())],
        };
        assert_eq!(blind.bbs.verify_proof(&presented).is_ok(), blind.proof.to_bytes() == data);
    }
}

/// The secrets of pseudonyms, pseudonyms, and `pseudonym ‖ proof`.
pub(super) fn pseudonym(data: &[u8]) {
    ProverNyms::<Blst>::from_bytes(data).iter().for_each(|nyms| assert_eq!(nyms.to_bytes()[..], *data));
    NymSecrets::<Blst>::from_bytes(data).iter().for_each(|secrets| assert_eq!(secrets.to_bytes()[..], *data));
    NymEntropy::<Blst>::from_bytes(data).iter().for_each(|entropy| assert_eq!(entropy.to_bytes()[..], *data));
    Pseudonym::<Blst>::from_bytes(data).iter().for_each(|name| assert_eq!(name.to_bytes(), data));
    let Some((name, proof)) = data.split_at_checked(G1_BYTES) else { return };
    let (Ok(name), Ok(proof)) = (Pseudonym::from_bytes(name), Proof::from_bytes(proof)) else { return };
    if proof.undisclosed() > MOST_HIDDEN {
        return;
    }
    let Known { key, messages, committed, nym, .. } = &*KNOWN;
    let presented = NymPresented {
        key: key.public_key(),
        proof: &proof,
        pseudonym: &name,
        context: CONTEXT,
        secrets: 1,
        header: HEADER,
        presentation_header: NONCE,
        signer_messages: messages.len(),
        disclosed: &[(1, messages[1].clone())],
        disclosed_committed: &[(0, committed[0].clone())],
    };
    let made = name == nym.pseudonym && proof == nym.proof;
    assert_eq!(nym.bbs.verify_proof(&presented).is_ok(), made);
}

/// Proofs with commitments to hidden messages.
pub(super) fn committed(data: &[u8]) {
    let Ok(proof) = CommittedProof::<Blst>::from_bytes(data) else { return };
    assert_eq!(proof.to_bytes(), data);
    let Known { key, messages, plain, .. } = &*KNOWN;
    let presented = CommittedPresented {
        key: key.public_key(),
        proof: &proof,
        header: HEADER,
        presentation_header: NONCE,
        disclosed: &[(1, messages[1].clone())],
    };
    assert_eq!(plain.bbs.verify_committed(&presented).is_ok(), plain.with_commitment.to_bytes() == data);
}

pub(super) fn seeds(name: &str) -> Vec<Vec<u8>> {
    let Known { key, plain, blind, nym, .. } = &*KNOWN;
    match name {
        "bbs_keys" => vec![key.to_bytes().to_vec(), key.public_key().to_bytes().to_vec()],
        "bbs_signature" => vec![plain.signature.to_bytes().to_vec(), vec![0xc0; SIGNATURE_BYTES]],
        "bbs_proof" => vec![plain.proof.to_bytes(), blind.proof.to_bytes()],
        "bbs_blind" => vec![
            blind.commitment.to_bytes(),
            blind.prover_blind.to_bytes().to_vec(),
            blind.proof.to_bytes(),
            plain.proof.to_bytes(),
        ],
        "bbs_pseudonym" => vec![
            nym.nyms.to_bytes().to_vec(),
            nym.secrets.to_bytes().to_vec(),
            nym.entropy.to_bytes().to_vec(),
            nym.pseudonym.to_bytes().to_vec(),
            [&nym.pseudonym.to_bytes()[..], &nym.proof.to_bytes()].concat(),
        ],
        "bbs_committed" => vec![plain.with_commitment.to_bytes()],
        _ => Vec::new(),
    }
}
