//! `bbs-2023` (Data Integrity BBS Cryptosuites §3.4), feature option `baseline`: one BBS signature, suite SHA-256, whose
//! header are the proof configuration's and the mandatory statements' hashes, and whose messages are the other statements.

use super::ecdsa::{always, labels, relative, stranger};
use super::labels::{LabelMap, Naming};
use super::pointer::Pointer;
use super::statements::{Shown, Statements, check_indexes, positions, split};
use super::value::{BBS_HEADER, BbsBase, BbsDerived};
use super::{HASH_BYTES, HmacKey, MAX_STATEMENTS, broken, mandatory_hash};
use crate::error::Error;
use crate::proof::{ProofFault, Transform};
use hufu_bbs::{
    Bbs, Header, Message, PresentationHeader, Presented, Proof, PublicKey, SecretKey, Sha256, Signature,
    Signed,
};
use hufu_jsonld::rdfc::Canonical;
use rand_core::CryptoRng;
use serde_json::Value;
use std::sync::LazyLock;

/// The generators of all credentials, made once; `hufu_bbs` bounds them.
static BBS: LazyLock<Bbs<Sha256>> = LazyLock::new(Bbs::new);

/// Makes the base proof of `document`; from `rng` comes the HMAC key and nothing else.
pub(super) fn sign(
    transform: &Transform<'_>,
    document: &Value,
    mandatory: &[Pointer],
    proof_hash: [u8; HASH_BYTES],
    key: &SecretKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<BbsBase, Error> {
    let hmac_key = HmacKey::random(rng);
    let statements = Statements::of(transform, document, Naming::Shuffled, &hmac_key)?;
    let chosen = statements.group(mandatory)?;
    let header = header(proof_hash, mandatory_hash(always(&statements, &chosen)));
    let signature = BBS
        .sign(key, Header::new(&header), &messages(&statements, &chosen))
        .map_err(|error| Error::Signing(error.to_string()))?;
    let (signature, public_key) = (signature.to_bytes(), key.public_key().to_bytes());
    Ok(BbsBase { signature, header, public_key, hmac_key, mandatory: mandatory.to_vec() })
}

/// What a derivation is made of: the derived proof's value, and the form of the document that it is for.
pub(super) fn derive(
    base: &BbsBase,
    transform: &Transform<'_>,
    document: &Value,
    pointers: &[Pointer],
    proof_hash: [u8; HASH_BYTES],
    presentation_header: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<(BbsDerived, Canonical), Error> {
    let statements = Statements::of(transform, document, Naming::Shuffled, &base.hmac_key)?;
    let chosen = statements.group(&base.mandatory)?;
    let selected = statements.group(pointers)?;
    let all: Vec<bool> = chosen.iter().zip(&selected).map(|(a, b)| a | b).collect();
    if base.header != header(proof_hash, mandatory_hash(always(&statements, &chosen))) {
        return Err(stranger());
    }
    // A proof of a signature that does not hold would not hold either: better the holder learns it here.
    let messages = messages(&statements, &chosen);
    let (key, signature) = opened(base).ok_or_else(stranger)?;
    let signed =
        Signed { key: &key, signature: &signature, header: Header::new(&base.header), messages: &messages };
    BBS.verify(&signed).map_err(|_| stranger())?;
    // Positions of what is shown among the messages.
    let shown: Vec<bool> = chosen
        .iter()
        .zip(&selected)
        .filter(|(mandatory, _)| !**mandatory)
        .map(|(_, selected)| *selected)
        .collect();
    let disclosed = positions(&shown);
    let proof = BBS
        .prove(&signed, PresentationHeader::new(presentation_header), &disclosed, rng)
        .map_err(|error| Error::Signing(error.to_string()))?;
    let canonical = statements.canonical_part(transform, &all)?;
    let labels =
        labels(&canonical, |input| statements.name(input)?.strip_prefix('b').and_then(|n| n.parse().ok()))?;
    let derived = BbsDerived {
        proof: proof.to_bytes(),
        labels: LabelMap(labels),
        mandatory: relative(&all, &chosen),
        selective: disclosed.into_iter().map(|at| at as u64).collect(),
        presentation_header: presentation_header.to_vec(),
    };
    Ok((derived, canonical))
}

/// Verifies a derived proof.
pub(crate) fn verify_derived(
    value: &BbsDerived,
    shown: &Shown,
    proof_hash: [u8; HASH_BYTES],
    key: &PublicKey,
) -> Result<(), ProofFault> {
    let names = value.labels.names(shown.canonical())?;
    let lines = shown.lines(&names)?;
    let (mandatory, rest) = split(&lines, &value.mandatory)?;
    if rest.len() != value.selective.len() {
        return Err(ProofFault::verification(format!(
            "the proof has {} indexes for {} statements that are not mandatory",
            value.selective.len(),
            rest.len()
        )));
    }
    let proof = Proof::from_bytes(&value.proof)
        .map_err(|error| ProofFault::verification(format!("the BBS proof is malformed: {error}")))?;
    // Each message costs a generator, which is kept: no issuer here signs more.
    let messages = proof.undisclosed().saturating_add(rest.len());
    if messages > MAX_STATEMENTS {
        return Err(ProofFault::verification(format!(
            "the BBS proof is of {messages} statements, more than {MAX_STATEMENTS}"
        )));
    }
    check_indexes("selective", &value.selective, messages)?;
    let disclosed: Vec<(usize, Message)> = value
        .selective
        .iter()
        .zip(rest)
        .filter_map(|(at, line)| Some((usize::try_from(*at).ok()?, Message::from(line))))
        .collect();
    let header = header(proof_hash, mandatory_hash(mandatory));
    BBS.verify_proof(&Presented {
        key,
        proof: &proof,
        header: Header::new(&header),
        presentation_header: PresentationHeader::new(&value.presentation_header),
        disclosed: &disclosed,
    })
    .map_err(|_| broken("the BBS proof"))
}

/// Verifies a base proof, for its holder.
pub(crate) fn verify_base(
    value: &BbsBase,
    transform: &Transform<'_>,
    document: &Value,
    proof_hash: [u8; HASH_BYTES],
    key: &PublicKey,
) -> Result<(), ProofFault> {
    let fault = |error: Error| ProofFault(error.problem());
    let statements = Statements::of(transform, document, Naming::Shuffled, &value.hmac_key).map_err(fault)?;
    let chosen = statements.group(&value.mandatory)?;
    let header = header(proof_hash, mandatory_hash(always(&statements, &chosen)));
    let (_, signature) = opened(value).ok_or_else(|| broken("the signature"))?;
    if value.header != header || value.public_key != key.to_bytes() {
        return Err(broken("the signature"));
    }
    let messages = messages(&statements, &chosen);
    BBS.verify(&Signed { key, signature: &signature, header: Header::new(&header), messages: &messages })
        .map_err(|_| broken("the signature"))
}

fn opened(base: &BbsBase) -> Option<(PublicKey, Signature)> {
    Some((PublicKey::from_bytes(&base.public_key).ok()?, Signature::from_bytes(&base.signature).ok()?))
}

fn header(proof_hash: [u8; HASH_BYTES], mandatory_hash: [u8; HASH_BYTES]) -> [u8; BBS_HEADER] {
    let mut header = [0; BBS_HEADER];
    let (first, second) = header.split_at_mut(HASH_BYTES);
    first.copy_from_slice(&proof_hash);
    second.copy_from_slice(&mandatory_hash);
    header
}

/// The statements that are not mandatory.
fn messages(statements: &Statements<'_>, mandatory: &[bool]) -> Vec<Message> {
    let rest = statements.lines().iter().zip(mandatory).filter(|(_, mandatory)| !**mandatory);
    rest.map(|(line, _)| Message::from(line.as_str())).collect()
}
