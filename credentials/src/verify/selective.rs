//! Proofs of the suites for selective disclosure: derived ones for everybody, base ones for a holder who asks for it.

use super::key::MethodKey;
use super::proofs::{Subject, check_challenge};
use super::report::ProofReport;
use super::{Checks, Verifier};
use crate::problem::ProblemType;
use crate::proof::{ParsedProof, ProofFault};
use crate::sd::{self, ProofValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

impl Verifier<'_> {
    /// Checks the value of a proof whose key was found.
    pub(super) fn check_selective(
        &self,
        subject: &mut Subject<'_, '_>,
        proof: &ParsedProof<'_>,
        key: &MethodKey,
        checks: &Checks,
        report: &mut ProofReport,
    ) -> Result<(), ProofFault> {
        if !proof.previous.is_empty() {
            return Err(ProofFault::verification(
                "a proof for selective disclosure does not build on other proofs",
            ));
        }
        let value = ProofValue::read(proof.suite, proof.value)?;
        let base = matches!(value, ProofValue::EcdsaBase(_) | ProofValue::BbsBase(_));
        if base && !checks.base_proofs {
            let text = "this is a base proof, which shows everything and is for the holder alone: verify what the holder derives from it";
            return Err(ProofFault::verification(text));
        }
        match &value {
            // The issuer signed the proof's members, so that the holder answers in the presentation header.
            ProofValue::BbsDerived(derived) => {
                let header = derived.presentation_header();
                report.presentation_header = (!header.is_empty()).then(|| URL_SAFE_NO_PAD.encode(header));
                check_challenge(Some(header), checks)?;
            }
            ProofValue::BbsBase(_) => check_challenge(None, checks)?,
            ProofValue::EcdsaBase(_) | ProofValue::EcdsaDerived(_) => {}
        }
        if let MethodKey::Signature(key) = key {
            proof.suite.check_key(key.algorithm()).map_err(|mismatch| {
                ProofFault::new(ProblemType::InvalidVerificationMethod, mismatch.to_string())
            })?;
        }
        let transform = self.transform();
        let hash = sd::proof_hash(&transform, proof.object, subject.object().get("@context"))?;
        match (&value, key) {
            (ProofValue::EcdsaDerived(value), MethodKey::Signature(key)) => {
                sd::verify_ecdsa_derived(value, subject.shown()?, hash, key)
            }
            (ProofValue::BbsDerived(value), MethodKey::Bbs(key)) => {
                sd::verify_bbs_derived(value, subject.shown()?, hash, key)
            }
            (ProofValue::EcdsaBase(value), MethodKey::Signature(key)) => {
                sd::verify_ecdsa_base(value, &transform, subject.unsecured(), hash, key)
            }
            (ProofValue::BbsBase(value), MethodKey::Bbs(key)) => {
                sd::verify_bbs_base(value, &transform, subject.unsecured(), hash, key)
            }
            // The suite decides on both: see `Suite::check_key` and `ProofValue::read`.
            _ => Err(ProofFault::new(
                ProblemType::InvalidVerificationMethod,
                format!("{} cannot be used with a key of algorithm {}", proof.suite, key.algorithm()),
            )),
        }
    }
}
