//! Deriving: what a holder shows of a credential (`createDisclosureData`, and the reveal document).
//!
//! 1. The one base proof of the credential is found and read.
//! 2. The statements are grouped; the derived proof's value is made.
//! 3. What the pointers select of the document is cut out.
//! 4. That the part, read again, makes exactly the statements that the proof is for is checked: whatever could come
//!    between the two would be found out by the verifier only.

use super::pointer::Pointer;
use super::selection::Selection;
use super::statements::Shown;
use super::value::ProofValue;
use super::{MAX_POINTERS, MAX_PRESENTATION_HEADER, Refused, bbs, ecdsa, proof_hash, unsecured};
use crate::error::Error;
use crate::model::{Credential, excerpt};
use crate::proof::{Signed, Transform, proofs_of};
use crate::suite::Suite;
use hufu_jsonld::Contexts;
use hufu_jsonld::rdfc::Canonical;
use rand_core::CryptoRng;
use serde_json::{Map, Value};

/// What a holder chooses to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// What is shown beside what the issuer made mandatory.
    pub pointers: Vec<Pointer>,
    /// For `bbs-2023`: what this one proof is bound to, such as a verifier's challenge. It is shown.
    pub presentation_header: Vec<u8>,
    /// The id of the base proof, where a credential has several.
    pub proof_id: Option<String>,
}

impl Disclosure {
    /// Shows what these pointers select.
    ///
    /// # Errors
    /// [`Error::Disclosure`] for a text that is no JSON pointer.
    pub fn of<'a>(pointers: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let pointers = pointers.into_iter().map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { pointers, ..Self::default() })
    }
}

/// Derives a credential that shows a part, with a proof for anybody.
///
/// # Errors
/// [`Error::Disclosure`] if there is no base proof or more than one, if it does not fit the credential, if a pointer does
/// not fit, or nothing is selected; [`Error::Malformed`] if what is shown is no credential, such as without its issuer.
///
/// # Security
/// `rng` hides what is not disclosed of a `bbs-2023` credential: see [`hufu_bbs::Bbs::prove`].
pub fn derive(
    credential: &Credential,
    disclosure: &Disclosure,
    contexts: &Contexts,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Signed<Credential>, Error> {
    check(disclosure)?;
    // 1.
    let (suite, mut proof) = base_proof(credential.object(), disclosure.proof_id.as_deref())?;
    let text = proof.get("proofValue").and_then(Value::as_str).unwrap_or_default();
    let base = ProofValue::read(suite, text)?;
    // 2.
    let transform = Transform::new(contexts);
    let document = unsecured(credential.object());
    let hash = proof_hash(&transform, &proof, document.get("@context"))?;
    let pointers = &disclosure.pointers;
    let (mandatory, value, canonical) = match base {
        ProofValue::EcdsaBase(base) => {
            if !disclosure.presentation_header.is_empty() {
                return Err(Refused::new("ecdsa-sd-2023 proofs have no presentation header").into());
            }
            let (derived, canonical) = ecdsa::derive(&base, &transform, &document, pointers)?;
            (base.mandatory, derived.encode()?, canonical)
        }
        ProofValue::BbsBase(base) => {
            let header = &disclosure.presentation_header;
            let (derived, canonical) =
                bbs::derive(&base, &transform, &document, pointers, hash, header, rng)?;
            (base.mandatory, derived.encode()?, canonical)
        }
        ProofValue::EcdsaDerived(_) | ProofValue::BbsDerived(_) => {
            return Err(
                Refused::new("the proof is derived already; only a base proof can be derived from").into()
            );
        }
    };
    // 3.
    let selection = Selection::of(&document, mandatory.iter().chain(pointers))?;
    let part = selection.cut(&document).ok_or_else(|| Refused::new("nothing is selected for disclosure"))?;
    // 4.
    check_part(&transform, &part, &canonical)?;
    proof.insert("proofValue".to_owned(), Value::String(value));
    let mut derived = Credential::parse(part)?.into_object();
    derived.insert("proof".to_owned(), Value::Object(proof));
    Ok(Signed::of(Credential::from_checked(derived, credential.version())))
}

fn check(disclosure: &Disclosure) -> Result<(), Refused> {
    if disclosure.pointers.len() > MAX_POINTERS {
        return Err(Refused::new(format!("more than {MAX_POINTERS} pointers")));
    }
    if disclosure.presentation_header.len() > MAX_PRESENTATION_HEADER {
        return Err(Refused::new(format!(
            "the presentation header has more than {MAX_PRESENTATION_HEADER} bytes"
        )));
    }
    Ok(())
}

/// The proof to derive from: of this id, or the only one of a suite for selective disclosure.
fn base_proof(object: &Map<String, Value>, id: Option<&str>) -> Result<(Suite, Map<String, Value>), Refused> {
    let mut found = None;
    for proof in proofs_of(object).iter().filter_map(Value::as_object) {
        let suite =
            proof.get("cryptosuite").and_then(Value::as_str).and_then(|name| name.parse::<Suite>().ok());
        let Some(suite) = suite.filter(|suite| suite.is_selective()) else { continue };
        if id.is_some() && proof.get("id").and_then(Value::as_str) != id {
            continue;
        }
        if found.replace((suite, proof.clone())).is_some() {
            return Err(Refused::new("the credential has several base proofs: name one by its id"));
        }
    }
    found.ok_or_else(|| match id {
        Some(id) => Refused::new(format!("the credential has no base proof {}", excerpt(id))),
        None => Refused::new("the credential has no base proof: it was not issued for selective disclosure"),
    })
}

/// Step 4.
fn check_part(transform: &Transform<'_>, part: &Value, expected: &Canonical) -> Result<(), Error> {
    let shown = Shown::of(transform, part)?;
    if shown.canonical().nquads() == expected.nquads() {
        return Ok(());
    }
    Err(Error::Disclosure(
        "what is selected means something else without the rest of the document: it cannot be shown alone"
            .to_owned(),
    ))
}
