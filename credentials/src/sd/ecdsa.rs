//! `ecdsa-sd-2023` (Data Integrity ECDSA Cryptosuites §3.6): a signature for each statement that is not mandatory.
//!
//! 1. A P-256 key is made for this credential alone, and erased afterwards.
//! 2. It signs each statement that is not mandatory.
//! 3. The issuer signs the proof configuration's hash, that key and the hash of the mandatory statements.

use super::labels::{LabelMap, Naming};
use super::pointer::Pointer;
use super::statements::{Shown, Statements, positions, split};
use super::value::{EcdsaBase, EcdsaDerived};
use super::{HASH_BYTES, HmacKey, Refused, broken, mandatory_hash};
use crate::error::Error;
use crate::proof::{ProofFault, Transform};
use hufu_jsonld::rdfc::Canonical;
use hufu_keys::{Algorithm, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use serde_json::Value;
use std::collections::BTreeMap;

/// Makes the base proof of `document`.
pub(super) fn sign(
    transform: &Transform<'_>,
    document: &Value,
    mandatory: &[Pointer],
    proof_hash: [u8; HASH_BYTES],
    key: &SigningKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<EcdsaBase, Error> {
    let hmac_key = HmacKey::random(rng);
    let statements = Statements::of(transform, document, Naming::Hmac, &hmac_key)?;
    let chosen = statements.group(mandatory)?;
    // 1.
    let ephemeral_key = SigningKey::generate(Algorithm::P256, rng);
    let ephemeral = multikey(&ephemeral_key.verifying_key())?;
    // 2.
    let signatures = signed_alone(&statements, &chosen)
        .map(|(_, line)| raw(ephemeral_key.sign(line.as_bytes()).as_bytes()))
        .collect::<Result<_, _>>()?;
    // 3.
    let data = base_data(proof_hash, &ephemeral, mandatory_hash(always(&statements, &chosen)));
    let signature = raw(key.sign(&data).as_bytes())?;
    Ok(EcdsaBase { signature, ephemeral, hmac_key, signatures, mandatory: mandatory.to_vec() })
}

/// What a derivation is made of: the derived proof's value, and the form of the document that it is for.
pub(super) fn derive(
    base: &EcdsaBase,
    transform: &Transform<'_>,
    document: &Value,
    pointers: &[Pointer],
) -> Result<(EcdsaDerived, Canonical), Error> {
    let statements = Statements::of(transform, document, Naming::Hmac, &base.hmac_key)?;
    let chosen = statements.group(&base.mandatory)?;
    let selected = statements.group(pointers)?;
    let all: Vec<bool> = chosen.iter().zip(&selected).map(|(a, b)| a | b).collect();
    if signed_alone(&statements, &chosen).count() != base.signatures.len() {
        return Err(stranger());
    }
    let ephemeral = ephemeral_key(&base.ephemeral)?;
    let mut signatures = Vec::new();
    for ((at, line), signature) in signed_alone(&statements, &chosen).zip(&base.signatures) {
        if selected.get(at).copied().unwrap_or_default() {
            ephemeral.verify(line.as_bytes(), signature).map_err(|_| stranger())?;
            signatures.push(*signature);
        }
    }
    let canonical = statements.canonical_part(transform, &all)?;
    let labels = labels(&canonical, |input| statements.name(input).and_then(hash_of))?;
    let derived = EcdsaDerived {
        signature: base.signature,
        ephemeral: base.ephemeral,
        signatures,
        labels: LabelMap(labels),
        mandatory: relative(&all, &chosen),
    };
    Ok((derived, canonical))
}

/// Verifies a derived proof.
pub(crate) fn verify_derived(
    value: &EcdsaDerived,
    shown: &Shown,
    proof_hash: [u8; HASH_BYTES],
    key: &VerifyingKey,
) -> Result<(), ProofFault> {
    let names = value.labels.names(shown.canonical())?;
    let lines = shown.lines(&names)?;
    let (mandatory, rest) = split(&lines, &value.mandatory)?;
    if rest.len() != value.signatures.len() {
        return Err(ProofFault::verification(format!(
            "the proof has {} signatures for {} statements that are not mandatory",
            value.signatures.len(),
            rest.len()
        )));
    }
    let ephemeral = ephemeral_key(&value.ephemeral)?;
    let data = base_data(proof_hash, &value.ephemeral, mandatory_hash(mandatory));
    key.verify(&data, &value.signature).map_err(|_| broken("the signature"))?;
    let holds = |(line, signature): (&&str, &[u8; 64])| ephemeral.verify(line.as_bytes(), signature).is_ok();
    if rest.iter().zip(&value.signatures).all(holds) {
        Ok(())
    } else {
        Err(broken("the signature of a statement"))
    }
}

/// Verifies a base proof, for its holder.
pub(crate) fn verify_base(
    value: &EcdsaBase,
    transform: &Transform<'_>,
    document: &Value,
    proof_hash: [u8; HASH_BYTES],
    key: &VerifyingKey,
) -> Result<(), ProofFault> {
    let fault = |error: Error| ProofFault(error.problem());
    let statements = Statements::of(transform, document, Naming::Hmac, &value.hmac_key).map_err(fault)?;
    let chosen = statements.group(&value.mandatory)?;
    let ephemeral = ephemeral_key(&value.ephemeral)?;
    let data = base_data(proof_hash, &value.ephemeral, mandatory_hash(always(&statements, &chosen)));
    key.verify(&data, &value.signature).map_err(|_| broken("the signature"))?;
    let mut alone = signed_alone(&statements, &chosen).zip(&value.signatures);
    let complete = signed_alone(&statements, &chosen).count() == value.signatures.len();
    if complete && alone.all(|((_, line), signature)| ephemeral.verify(line.as_bytes(), signature).is_ok()) {
        Ok(())
    } else {
        Err(broken("the signature of a statement"))
    }
}

/// The statements that are not mandatory, with their positions.
fn signed_alone<'s>(
    statements: &'s Statements<'_>,
    mandatory: &'s [bool],
) -> impl Iterator<Item = (usize, &'s str)> {
    statements
        .lines()
        .iter()
        .zip(mandatory)
        .enumerate()
        .filter(|(_, (_, mandatory))| !**mandatory)
        .map(|(at, (line, _))| (at, line.as_str()))
}

/// The statements that are mandatory.
pub(super) fn always<'s>(
    statements: &'s Statements<'_>,
    mandatory: &'s [bool],
) -> impl Iterator<Item = &'s str> {
    statements
        .lines()
        .iter()
        .zip(mandatory)
        .filter(|(_, mandatory)| **mandatory)
        .map(|(line, _)| line.as_str())
}

/// The positions of the mandatory statements among all that are shown.
pub(super) fn relative(all: &[bool], mandatory: &[bool]) -> Vec<u64> {
    let shown = positions(all).into_iter().map(|at| mandatory.get(at).copied().unwrap_or_default());
    (0_u64..).zip(shown).filter(|(_, mandatory)| *mandatory).map(|(at, _)| at).collect()
}

/// The label map: for each blank node that the verifier sees, by its canonical number, its name.
pub(super) fn labels<N>(
    canonical: &Canonical,
    name: impl Fn(&str) -> Option<N>,
) -> Result<BTreeMap<u64, N>, Refused> {
    let entry = |(number, (input, _)): (u64, (&str, String))| Some((number, name(input)?));
    let labels = (0_u64..).zip(canonical.issued()).map(entry).collect::<Option<_>>();
    labels.ok_or_else(|| Refused::new("a blank node of the document has no name"))
}

/// The base proof is of another document, or was changed.
pub(super) fn stranger() -> Error {
    Error::Disclosure("the base proof does not fit the credential: one of them was changed".to_owned())
}

fn base_data(proof_hash: [u8; HASH_BYTES], ephemeral: &[u8], mandatory_hash: [u8; HASH_BYTES]) -> Vec<u8> {
    [&proof_hash[..], ephemeral, &mandatory_hash].concat()
}

/// The bytes of a Multikey, without its text form.
fn multikey(key: &VerifyingKey) -> Result<[u8; 35], Refused> {
    [&P256_PREFIX, key.as_bytes()].concat().try_into().map_err(|_| Refused::new("a P-256 key has 33 bytes"))
}

fn ephemeral_key(bytes: &[u8; 35]) -> Result<VerifyingKey, Refused> {
    let point = bytes
        .strip_prefix(&P256_PREFIX)
        .ok_or_else(|| Refused::new("the proof's public key is not a P-256 key"))?;
    VerifyingKey::from_bytes(Algorithm::P256, point)
        .map_err(|error| Refused::new(format!("the proof's public key: {error}")))
}

/// Multicodec `p256-pub`, as a varint.
const P256_PREFIX: [u8; 2] = [0x80, 0x24];

fn raw(signature: &[u8]) -> Result<[u8; 64], Error> {
    signature.try_into().map_err(|_| Error::Signing("a P-256 signature has 64 bytes".to_owned()))
}

/// The hash inside of a name `u…`.
fn hash_of(name: &str) -> Option<[u8; HASH_BYTES]> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.decode(name.strip_prefix('u')?).ok()?.try_into().ok()
}

impl HmacKey {
    pub(super) fn random(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut key = Self([0; HASH_BYTES]);
        rng.fill_bytes(&mut key.0);
        key
    }
}
