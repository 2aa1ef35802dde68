//! Proofs of the suites for selective disclosure: derived ones for everybody, base ones for a holder who asks for it.

use super::key::MethodKey;
use super::proofs::Subject;
use super::{Checks, Verifier};
use crate::problem::ProblemType;
use crate::proof::{ParsedProof, ProofFault};
use crate::sd::{self, ProofValue};

impl Verifier<'_> {
    /// Checks the value of a proof whose key was found.
    pub(super) fn check_selective(
        &self,
        subject: &mut Subject<'_, '_>,
        proof: &ParsedProof<'_>,
        key: &MethodKey,
        checks: &Checks,
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
